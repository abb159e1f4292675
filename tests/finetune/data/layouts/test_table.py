"""A table of cases: its columns, its checks, label names, and cases listed in the declaration."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from finetune.data.layouts.base import CaseSource, Declaration, ListedCase, layout
from finetune.data.layouts.table import label_names
from medsam.errors import InputError

HEADER = "modality,source,image,label,kind,group,split,labels,licence,sex"


def find(folder: Path, *rows: str, header: str = HEADER, **settings: object) -> list[CaseSource]:
    """The cases of a table with these rows."""
    (folder / "cases.csv").write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
    declaration = Declaration(name="set", layout="table", root=folder, **settings)  # type: ignore[arg-type]
    return list(layout("table").find(declaration))


def test_a_row_becomes_a_case(tmp_path: Path) -> None:
    (case,) = find(tmp_path, "ct,sets,a/x.nii.gz,b/x.nii.gz,3d,p1,val,1=liver;2=left kidney,CC0,F")
    assert (case.modality, case.dataset, case.name, case.group, case.split) == (
        "ct",
        "sets",
        "x",
        "p1",
        "val",
    )
    assert case.images == (tmp_path / "a/x.nii.gz",)
    assert case.labels == (tmp_path / "b/x.nii.gz",)
    assert (case.kind, case.licence, case.fields) == ("3d", "CC0", {"sex": "F"})
    assert case.label_names == {1: "liver", 2: "left kidney"}


def test_one_name_in_two_folders_takes_the_folder_along(tmp_path: Path) -> None:
    cases = find(tmp_path, "ct,s,a/x.png,l.png,,p,train,,,", "ct,s,b/x.png,l.png,,p,train,,,")
    assert [case.name for case in cases] == ["a-x", "b-x"]


def test_only_image_and_label_are_needed_with_a_declared_modality(tmp_path: Path) -> None:
    (case,) = find(tmp_path, "x.png,y.png", header="image,label", modality="oct")
    assert (case.modality, case.dataset, case.group, case.split) == ("oct", "set", "", "")


@pytest.mark.parametrize(
    ("row", "header", "says"),
    [
        ("thermo,s,x,y,2d,g,train,,,", HEADER, "thermo"),
        ("ct,s,x,y,4d,g,train,,,", HEADER, "4d"),
        ("ct,s,x,y,2d,g,training,,,", HEADER, "training"),
        ("ct,s,,y,2d,g,train,,,", HEADER, "row 1 of set has no image"),
        ("ct,s,x,,2d,g,train,,,", HEADER, "has no label"),
        ("ct,s,x,y,2d,g,train,,,F,more", HEADER, "line 2 of cases.csv has more"),
        ("x,y", "image,mask", "label, modality is missing"),
        ("ct,s,x,y,2d,g,train,liver,,", HEADER, '"liver"'),
    ],
)
def test_a_table_that_says_something_unknown_is_refused(
    tmp_path: Path, row: str, header: str, says: str
) -> None:
    with pytest.raises(InputError, match=says):
        find(tmp_path, row, header=header)


def test_no_table_an_empty_one_and_one_in_another_encoding(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has none"):
        find(tmp_path)
    (tmp_path / "cases.csv").unlink()
    with pytest.raises(InputError, match="holds none"):
        list(layout("table").find(Declaration(name="set", layout="table", root=tmp_path)))
    (tmp_path / "cases.csv").write_bytes(HEADER.encode() + "\nct,Größe,x,y".encode("latin-1"))
    with pytest.raises(InputError, match="UTF-8"):
        list(layout("table").find(Declaration(name="set", layout="table", root=tmp_path)))


def test_label_names_of_many_values() -> None:
    assert label_names("1..3=layer; 5=fluid") == {1: "layer", 2: "layer", 3: "layer", 5: "fluid"}
    assert label_names("1..n=nuclei") == {0: "nuclei"}
    assert label_names("") == {}
    for bad in ("3..1=x", "0..4=x", "1=", "a=b"):
        with pytest.raises(InputError, match="came"):
            label_names(bad)


def test_cases_may_be_listed_in_the_declaration(tmp_path: Path) -> None:
    Image.fromarray(np.full((4, 6), 9, np.uint8)).save(tmp_path / "x.png")
    Image.fromarray(np.eye(4, 6, dtype=np.uint8)).save(tmp_path / "y.png")
    listed = ListedCase(
        str(tmp_path / "x.png"), str(tmp_path / "y.png"), name="one", group="me", attributes={"site": "B"}
    )
    declaration = Declaration(name="mine", layout="table", root=Path(), modality="ct", cases=(listed,))
    (case,) = layout("table").find(declaration)
    assert (case.name, case.group, case.fields) == ("one", "me", {"site": "B"})
    assert case.declaration.cases == (), "a list must not travel with each of its cases"
    loaded = layout("table").load(case)
    assert loaded.volume.shape == (6, 4, 1)
    assert loaded.labels is not None
    assert (np.eye(4, 6) == loaded.labels[..., 0].T).all()
