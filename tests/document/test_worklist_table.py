"""Worklists as CSV tables, as people and spreadsheets write them."""

from __future__ import annotations

import pytest

from medsam.document.worklist import CaseState
from medsam.document.worklist_table import label_names, read_table
from medsam.errors import InputError


def table(tmp_path, text, encoding="utf-8"):
    path = tmp_path / "cases.csv"
    path.write_bytes(text.encode(encoding))
    return path


def test_all_columns(tmp_path):
    text = 'image,mask,state,note,labels\na/x.nii.gz,m/x.nii.gz,flagged,"edge, unsure","1=liver;2=kidney"\n'
    (case,) = read_table(table(tmp_path, text))
    assert (case.image, case.mask) == ("a/x.nii.gz", "m/x.nii.gz")
    assert (case.state, case.note) == (CaseState.FLAGGED, "edge, unsure")
    assert label_names(case.labels) == {1: "liver", 2: "kidney"}


def test_a_spreadsheets_semicolons_byte_order_mark_and_line_ends(tmp_path):
    text = "\ufeffImage;Status\r\nGröße 1.png;Done\r\n\r\n;;\r\nb.png;in-progress\r\n"
    cases = read_table(table(tmp_path, text))
    assert [(c.image, c.state) for c in cases] == [
        ("Größe 1.png", CaseState.DONE),
        ("b.png", CaseState.IN_PROGRESS),
    ]


def test_tabs_other_names_and_more_columns(tmp_path):
    cases = read_table(table(tmp_path, "age\tpath\tlabel\n61\ta.png\ta_gt.png\n48\tb.png\n"))
    assert [(c.image, c.mask) for c in cases] == [("a.png", "a_gt.png"), ("b.png", "")]


def test_a_list_without_names_of_columns(tmp_path):
    (tmp_path / "a.png").touch()
    assert [c.image for c in read_table(table(tmp_path, "a.png\nb.png\n"))] == ["a.png", "b.png"]


def test_paths_of_windows_and_outside(tmp_path):
    (tmp_path / "d").mkdir()
    (tmp_path / "d" / "cases.csv").write_text(f"image\nsub\\a.png\n../b.png\n./c.png\n{tmp_path}/d/e.png\n")
    images = [c.image for c in read_table(tmp_path / "d" / "cases.csv")]
    assert images == ["sub/a.png", (tmp_path / "b.png").as_posix(), "c.png", "e.png"]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("a,b\n1,2\n", "one of them image"),
        ("", "one of them image"),
        ("image,mask\n", "at least one case"),
        ("image,mask\n,m.png\n", "line 2 of cases.csv names none"),
        ("image\na.png\nb.png\na.png\n", "lines 2 and 4"),
        ("image,state\na.png,perhaps\n", 'line 2 of cases.csv says "perhaps"'),
        ("image,mask\na.png,m.png\nb.png,m.png\n", "m.png of b.png belongs to a.png"),
        ("image,mask\na.png,a.png\n", "mask of its own"),
        ("image,mask\na.png,b.png\nb.png,\n", "mask of its own"),
    ],
)
def test_what_cannot_be_worked_on_is_refused(tmp_path, text, says):
    with pytest.raises(InputError, match=says):
        read_table(table(tmp_path, text))


def test_another_encoding_is_named(tmp_path):
    with pytest.raises(InputError, match="CSV UTF-8"):
        read_table(table(tmp_path, "image\nGröße.png\n", "latin-1"))


def test_label_names_leave_out_what_does_not_fit():
    assert label_names("1=liver|2 = left kidney;x=y;0=no;70000=no;3=") == {1: "liver", 2: "left kidney"}
