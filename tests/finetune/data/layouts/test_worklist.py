"""The window's worklist as a data set: finished cases, their groups, and what is refused."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from finetune.config import PrepareConfig
from finetune.data.declarations import read_declarations
from finetune.data.layouts.base import CaseSource, Declaration, layout
from finetune.data.layouts.worklist import WORKLIST
from finetune.data.prepare import prepare
from finetune.data.store import Store
from medsam.errors import InputError
from medsam.io import write_label_map
from medsam.volume import Geometry


def write(folder: Path, *cases: dict[str, Any], name: str = WORKLIST, **more: Any) -> Path:
    """A stored worklist."""
    folder.mkdir(parents=True, exist_ok=True)
    data = {"format": "medsam-worklist", "version": 1, "root": "", "cases": list(cases), **more}
    (folder / name).write_text(json.dumps(data), encoding="utf-8")
    return folder / name


def case(image: str, mask: str = "m.nii.gz", state: str = "done", **more: Any) -> dict[str, Any]:
    """An entry of it."""
    return {"image": image, "mask": mask, "state": state, "modality": "CT", **more}


def find(folder: Path, **settings: Any) -> list[CaseSource]:
    """What the layout finds."""
    declaration = Declaration(name="set", layout="worklist", root=folder, **settings)
    return list(layout("worklist").find(declaration))


def test_finished_cases_with_a_mask_are_taken(tmp_path: Path) -> None:
    (tmp_path / "d_mask.nii.gz").touch()
    write(
        tmp_path,
        case("a.nii.gz", labels="1=liver|2=kidney"),
        case("b.nii.gz", state="in progress"),
        case("c.nii.gz", mask=""),
        case("d.nii.gz", mask=""),
        case("e.nii.gz", state="flagged"),
        {"odd": 1},  # type: ignore[arg-type]
    )
    a, d = find(tmp_path)
    assert (a.name, a.images, a.labels) == ("a", (tmp_path / "a.nii.gz",), (tmp_path / "m.nii.gz",))
    assert (a.modality, a.group, a.label_names) == ("ct", "set:a", {1: "liver", 2: "kidney"})
    assert d.labels == (tmp_path / "d_mask.nii.gz",)


def test_the_group_is_the_cases_folder_below_what_all_share(tmp_path: Path) -> None:
    write(tmp_path, case("s/p1/day1/ct.nii"), case("s/p1/day2/ct.nii", "n.nii"), case("s/p2/ct.nii", "o.nii"))
    assert [(c.name, c.group) for c in find(tmp_path)] == [
        ("p1-day1-ct", "set:p1"),
        ("p1-day2-ct", "set:p1"),
        ("p2-ct", "set:p2"),
    ]
    assert [c.fields["folder"] for c in find(tmp_path)] == ["p1/day1", "p1/day2", "p2"]
    assert find(tmp_path, group="{folder}")[0].group == ""


def test_folders_of_images_are_no_patients(tmp_path: Path) -> None:
    write(tmp_path, case("imagesTr/a.nii"), case("imagesTs/b.nii", "n.nii"))
    assert [c.group for c in find(tmp_path)] == ["set:imagesTr-a", "set:imagesTs-b"]


def test_series_of_one_folder_are_cases_of_one_patient(tmp_path: Path) -> None:
    write(tmp_path, case("p1", series="1.2.3"), case("p1", "n.nii", series="1.2.4"), case("p2", "o.nii"))
    found = find(tmp_path)
    assert [(c.name, c.member) for c in found] == [("p1-3", "1.2.3"), ("p1-4", "1.2.4"), ("p2", "")]
    assert found[0].group == found[1].group or len({c.images for c in found[:2]}) == 1


def test_a_list_kept_elsewhere_names_its_root(tmp_path: Path) -> None:
    file = write(tmp_path / "user", case("a.nii"), name=f"set.{WORKLIST}", root=str(tmp_path / "data"))
    (declaration,) = read_declarations(file)
    (found,) = layout(declaration.layout).find(declaration)
    assert (declaration.name, found.images) == ("set", (tmp_path / "data/a.nii",))


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (None, "holds none"),
        ("{", "repairs it"),
        ("[]", "no worklist"),
        ('{"format": "medsam-worklist", "version": 9, "cases": []}', "newer version"),
        ('{"format": "medsam-worklist", "version": 1, "cases": []}', "of 0 in .* 0 are finished"),
    ],
)
def test_what_is_no_worklist_is_refused(tmp_path: Path, content: str | None, says: str) -> None:
    if content is not None:
        (tmp_path / WORKLIST).write_text(content)
    with pytest.raises(InputError, match=says):
        find(tmp_path)


def test_an_unknown_modality_must_be_declared(tmp_path: Path) -> None:
    write(tmp_path, case("a.png", modality=""))
    with pytest.raises(InputError, match=r"a\.png does not tell it"):
        find(tmp_path)
    assert find(tmp_path, modality="oct")[0].modality == "oct"


def test_a_folder_becomes_a_store(tmp_path: Path) -> None:
    folder = tmp_path / "oct"
    entries = []
    for n in range(3):
        folder.joinpath(f"p{n}").mkdir(parents=True)
        picture = np.random.default_rng(n).integers(0, 255, (40, 50), np.uint8)
        Image.fromarray(picture).save(folder / f"p{n}/scan.png")
        labels = np.zeros((50, 40, 1), np.uint16)
        labels[10:30, 8:24] = 1 if n else 0  # the first has nothing on it
        write_label_map(
            folder / f"p{n}/scan_mask.png",
            labels,
            Geometry((50, 40, 1), np.eye(4)),
            is_picture=True,
            names={1: "cyst"},
        )
        entries.append(case(f"p{n}/scan.png", f"p{n}/scan_mask.png", modality="OPT"))
    write(folder, *entries)
    (declaration,) = read_declarations(folder)
    assert declaration.layout == "worklist"
    prepare([declaration], tmp_path / "store", PrepareConfig(), workers=1, report=lambda text: None)
    store = Store(tmp_path / "store")
    groups = {record.id: record.group for record in store.cases}
    assert set(groups.values()) == {"oct:p0", "oct:p1", "oct:p2"}
    assert all(record.modality == "oct" for record in store.cases)
