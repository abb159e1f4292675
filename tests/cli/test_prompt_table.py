"""The table of boxes: every spelling that programs write, and a line number for every bad row."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsam.cli.prompt_table import PromptTable, read_table
from medsam.errors import InputError, ReadError
from medsam.intensity import CT_PRESETS, Window
from medsam.prompts import Box, Points, Prompts

HEADER = "id,image,slice,x0,y0,x1,y1"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two files that stand for images."""
    for name in ("scan.nii.gz", "frame.png"):
        (tmp_path / name).touch()
    return tmp_path


def table_of(folder: Path, text: str | bytes) -> PromptTable:
    """Write the text as a table and read it."""
    path = folder / "boxes.csv"
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return read_table(path)


def test_a_row_is_read(folder: Path) -> None:
    row = table_of(folder, f"{HEADER}\na,scan.nii.gz,12,1,2.5,30,40\n").rows[0]
    assert (row.line, row.id, row.slice, row.window) == (2, "a", 12, None)
    assert row.prompts == Prompts(Box(1, 2.5, 30, 40))
    assert row.image.name == "scan.nii.gz"


@pytest.mark.parametrize(
    "text",
    [
        f"\ufeff{HEADER}\na,scan.nii.gz,12,1,2.5,30,40",
        f"{HEADER}\r\na,scan.nii.gz,12,1,2.5,30,40\r\n",
        " ID , Image,SLICE , x0,y0, x1,y1\n a , scan.nii.gz , 12 , 1 , 2.5 , 30 , 40 \n",
        "id;image;slice;x0;y0;x1;y1\na;scan.nii.gz;12;1;2,5;30;40\n",
        "id\timage\tslice\tx0\ty0\tx1\ty1\na\tscan.nii.gz\t12\t1\t2.5\t30\t40\n",
        "y1,note,x1,y0,x0,slice,image,id\n40,hello,30,2.5,1,12,scan.nii.gz,a\n",
        f'{HEADER}\n"a","scan.nii.gz","12.0","1","2.5","30","40"\n',
        f"{HEADER}\n\n,,,,,,\na,scan.nii.gz,12,1,2.5,30,40,,\n",
    ],
    ids=["bom", "crlf", "spaces", "semicolons", "tabs", "other order", "quotes", "blank rows"],
)
def test_every_spelling_gives_the_same_row(folder: Path, text: str) -> None:
    table = table_of(folder, text)
    assert not table.problems
    (row,) = table.rows
    assert (row.id, row.slice, row.image.name) == ("a", 12, "scan.nii.gz")
    assert row.prompts == Prompts(Box(1, 2.5, 30, 40))


def test_utf_16_of_a_spreadsheet_is_read(folder: Path) -> None:
    table = table_of(folder, f"{HEADER}\nLéber,scan.nii.gz,1,1,2,30,40\n".encode("utf-16"))
    assert table.rows[0].id == "Léber"


def test_an_empty_slice_means_a_picture(folder: Path) -> None:
    assert table_of(folder, f"{HEADER}\na,frame.png,,1,2,30,40\n").rows[0].slice is None


@pytest.mark.parametrize(
    ("text", "window"),
    [
        ("", None),
        ("lung", CT_PRESETS["lung"]),
        ("Soft Tissue", CT_PRESETS["soft tissue"]),
        ("50/350", Window(50, 350)),
    ],
)
def test_the_window_column(folder: Path, text: str, window: Window | None) -> None:
    table = table_of(folder, f"{HEADER},window\na,scan.nii.gz,1,1,2,30,40,{text}\n")
    assert table.rows[0].window == window


POINTS = Points(((52.0, 60.0), (70.5, 80.0)), (True, False))


@pytest.mark.parametrize(
    ("text", "prompts"),
    [
        (f"{HEADER},points\na,frame.png,,1,2,30,40,52/60+ 70.5/80-", Prompts(Box(1, 2, 30, 40), POINTS)),
        (f"{HEADER},points\na,frame.png,,,,,,  52/60+   70.5/80- ", Prompts(points=POINTS)),
        (f"{HEADER},points\na,frame.png,,1,2,30,40,", Prompts(Box(1, 2, 30, 40))),
        (f"{HEADER},Points\na,frame.png,,1,2,30,40", Prompts(Box(1, 2, 30, 40))),
        ("id;image;slice;points\na;frame.png;;52/60+ 70,5/80-", Prompts(points=POINTS)),
        ("points,slice,image,id\n52/60+ 70.5/80-,,frame.png,a", Prompts(points=POINTS)),
    ],
    ids=["both", "points", "box", "short row", "semicolons", "no box columns"],
)
def test_rows_have_a_box_points_or_both(folder: Path, text: str, prompts: Prompts) -> None:
    table = table_of(folder, text)
    assert not table.problems
    assert table.rows[0].prompts == prompts


@pytest.mark.parametrize(
    ("cells", "words"),
    [
        (",,,,", "a box (x0, y0, x1, y1), points or both"),
        ("1,2,3,,52/60+", "y1 is a number"),
        (",,,,52/60", "x/y+"),
        (",,,,52 60 +", "x/y+"),
        (",,,,+52/60", "x/y+"),
        (",,,,52/60/3+", "x/y+"),
        (",,,,nan/60+", "x/y+"),
        (",,,,52/inf-", "x/y+"),
        (",,,,+", "x/y+"),
        (',,,,"52/60+;70/80-"', "x/y+"),
    ],
)
def test_points_that_cannot_be_read_are_told_with_an_example(folder: Path, cells: str, words: str) -> None:
    table = table_of(folder, f"{HEADER},points\na,frame.png,,{cells}\nb,frame.png,,1,2,3,4,\n")
    assert [row.id for row in table.rows] == ["b"]
    ((line, sentence),) = table.problems
    assert line == 2
    assert words in sentence


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (",scan.nii.gz,1,1,2,3,4", "id"),
        ("../a,scan.nii.gz,1,1,2,3,4", "path separator"),
        ("a/b,scan.nii.gz,1,1,2,3,4", "path separator"),
        ("a\\b,scan.nii.gz,1,1,2,3,4", "path separator"),
        ("..,scan.nii.gz,1,1,2,3,4", "point"),
        ("nul,scan.nii.gz,1,1,2,3,4", "names the mask"),
        (f"{'a' * 300},scan.nii.gz,1,1,2,3,4", "200"),
        ("a,,1,1,2,3,4", "image is needed"),
        ("a,gone.nii.gz,1,1,2,3,4", "gone.nii.gz"),
        ("a,scan.nii.gz,x,1,2,3,4", "whole number"),
        ("a,scan.nii.gz,1.5,1,2,3,4", "whole number"),
        ("a,scan.nii.gz,-1,1,2,3,4", "whole number"),
        ("a,scan.nii.gz,inf,1,2,3,4", "whole number"),
        ("a,scan.nii.gz,1,one,2,3,4", "x0"),
        ("a,scan.nii.gz,1,1,2,3", "y1"),
        ("a,scan.nii.gz,1,1,2,3,nan", "finite"),
        ("a,scan.nii.gz,1,1,2,3,4,5", "8 cells"),
    ],
)
def test_a_bad_row_is_told_by_its_line_and_the_others_stay(folder: Path, row: str, words: str) -> None:
    good = "scan.nii.gz,1,1,2,30,40"
    table = table_of(folder, f"{HEADER}\nfirst,{good}\n{row}\nlast,{good}\n")
    assert [r.id for r in table.rows] == ["first", "last"]
    ((line, sentence),) = table.problems
    assert line == 3
    assert words in sentence
    assert str(folder) not in sentence


def test_a_window_that_is_none_is_told(folder: Path) -> None:
    table = table_of(folder, f"{HEADER},window\na,scan.nii.gz,1,1,2,30,40,liver\n")
    assert table.problems[0][0] == 2 and "liver" in table.problems[0][1]


def test_an_id_used_twice_is_told_and_the_first_is_kept(folder: Path) -> None:
    table = table_of(folder, f"{HEADER}\na,scan.nii.gz,1,1,2,30,40\na,scan.nii.gz,2,1,2,30,40\n")
    assert [row.slice for row in table.rows] == [1]
    assert table.problems[0][0] == 3 and "line 2" in table.problems[0][1]


def test_lines_are_counted_through_quoted_line_breaks(folder: Path) -> None:
    text = f'{HEADER},note\na,scan.nii.gz,1,1,2,30,40,"two\nlines"\nb,gone,1,1,2,30,40,\n'
    assert table_of(folder, text).problems[0][0] == 4


class TestWhereImagesAre:
    """Beside the table, in the working directory, or anywhere by their full path."""

    def test_beside_the_table_comes_first(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        elsewhere = folder / "elsewhere"
        elsewhere.mkdir()
        (elsewhere / "scan.nii.gz").touch()
        monkeypatch.chdir(elsewhere)
        row = table_of(folder, f"{HEADER}\na,scan.nii.gz,1,1,2,30,40\n").rows[0]
        assert row.image.resolve() == (folder / "scan.nii.gz").resolve()

    def test_then_the_working_directory(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        (folder / "work").mkdir()
        (folder / "work" / "other.nii").touch()
        monkeypatch.chdir(folder / "work")
        row = table_of(folder, f"{HEADER}\na,other.nii,1,1,2,30,40\n").rows[0]
        assert row.image.resolve() == (folder / "work" / "other.nii").resolve()

    def test_a_full_path_and_backslashes(self, folder: Path) -> None:
        (folder / "sub").mkdir()
        (folder / "sub" / "x.png").touch()
        text = f"{HEADER}\na,{folder / 'frame.png'},,1,2,3,4\nb,sub\\x.png,,1,2,3,4\n"
        assert [row.image.name for row in table_of(folder, text).rows] == ["frame.png", "x.png"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (b"", "missing"),
        (b"\n\n", "missing"),
        (b"id,image,slice,x0,y0,x1\na,b,1,2,3,4\n", "y1"),
        (b"id,id,image,slice,x0,y0,x1,y1\n", "twice"),
        (b"id,image,slice,points,points\n", "twice"),
        (b"id,image,slice\n", "or points"),
        (b"id,image,points\n", "missing: slice"),
        (b"id,image,slice,x0,points\n", "missing: y0, x1, y1"),
        (f"{HEADER}\n".encode(), "no row"),
        (b"id,image\xff\xe9\n", "UTF-8"),
    ],
)
def test_a_table_that_cannot_be_used_is_refused(folder: Path, text: bytes, words: str) -> None:
    with pytest.raises(InputError, match=words):
        table_of(folder, text)


def test_a_table_that_is_not_there_is_refused_without_its_folder(tmp_path: Path) -> None:
    with pytest.raises(ReadError, match=r"gone\.csv") as raised:
        read_table(tmp_path / "gone.csv")
    assert str(tmp_path) not in str(raised.value)


def test_a_folder_is_no_table(tmp_path: Path) -> None:
    with pytest.raises(ReadError):
        read_table(tmp_path)


def test_the_separator_is_found_among_other_signs_in_a_quoted_name(folder: Path) -> None:
    header = 'id;image;slice;x0;y0;x1;y1;"note, with, many, commas, in, it, and, more"\n'
    table = table_of(folder, header + "a;scan.nii.gz;3;1;2;30;40;x\n")
    assert [row.prompts.box for row in table.rows] == [Box(1, 2, 30, 40)]
