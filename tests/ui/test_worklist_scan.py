"""Which cases a folder holds: files told by their content, DICOM folders, several series."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from medsam.errors import Cancelled, InputError
from medsam.io import write_volume
from medsam.ui.background import Task
from medsam.ui.controllers.worklist_scan import (
    cases_in_folder,
    is_list,
    load_worklist,
    look_through,
    slices_of,
)
from tests.phantoms import ct_phantom, write_ct_series


@pytest.fixture
def task(qapp) -> Task:
    """Something to report to."""
    return Task("", lambda task: None)


def picture(path):
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.zeros((8, 9), np.uint8)).save(path)


def images(cases):
    return [case.image for case in cases]


def test_files_are_told_by_their_content(tmp_path, task):
    write_volume(tmp_path / "b.nii.gz", ct_phantom((8, 9, 4)))
    write_volume(tmp_path / "c.nrrd", ct_phantom((8, 9, 4)))
    picture(tmp_path / "sub" / "a.png")
    picture(tmp_path / ".hidden" / "a.png")
    picture(tmp_path / ".thumb.png")
    (tmp_path / "fake.png").write_text("no picture")
    (tmp_path / "notes.txt").write_text("text")
    cases, (note,) = cases_in_folder(tmp_path, task)
    assert images(cases) == ["b.nii.gz", "c.nrrd", "sub/a.png"]
    assert "fake.png" in note and "notes" not in note


def test_a_dicom_folder_is_a_case_and_its_subfolders_are_others(tmp_path, task):
    write_ct_series(tmp_path / "p2", ct_phantom((8, 9, 3)), uid="1.2.1")
    write_ct_series(tmp_path / "p10", ct_phantom((8, 9, 3)), uid="1.2.2", suffix="")
    write_ct_series(tmp_path / "p10" / "late", ct_phantom((8, 9, 3)), uid="1.2.3")
    (tmp_path / "p2" / "readme.txt").write_text("text")
    cases, _ = cases_in_folder(tmp_path, task)
    assert images(cases) == ["p2", "p10", "p10/late"]
    assert {case.series for case in cases} == {""}
    assert len(slices_of(tmp_path / "p10")) == 3


def test_several_series_of_one_folder_are_cases_with_masks_of_their_own(tmp_path, task):
    for number in (1, 2):
        folder = tmp_path / f"one{number}"
        write_ct_series(folder, ct_phantom((8, 9, 3)), uid=f"1.2.{number}")
        (tmp_path / "p").mkdir(exist_ok=True)
        for file in folder.iterdir():
            file.rename(tmp_path / "p" / f"{number}-{file.name}")
        folder.rmdir()
    cases, _ = cases_in_folder(tmp_path, task)
    assert images(cases) == ["p", "p"] and [c.series for c in cases] == ["1.2.1", "1.2.2"]
    assert [c.title for c in cases] == [cases[0].title, f"{cases[0].title} (2)"], "of one description"
    assert len({c.mask for c in cases}) == 2 and all(c.mask.endswith("_mask.nii.gz") for c in cases)


def test_a_folder_without_images_is_refused(tmp_path, task):
    (tmp_path / "notes.txt").write_text("text")
    with pytest.raises(InputError, match="there is none in"):
        cases_in_folder(tmp_path, task)


def test_a_walk_can_be_stopped_and_bounded(tmp_path, task):
    for n in range(5):
        picture(tmp_path / f"{n}.png")
    found = look_through(tmp_path, task, most=3)
    assert len(found.pictures) == 3 and not found.is_whole
    task.cancel()
    with pytest.raises(Cancelled):
        look_through(tmp_path, task)


def test_a_table_whose_images_all_went_is_refused(tmp_path, task):
    (tmp_path / "list.csv").write_text("image\na.png\nb.png\n")
    assert is_list(tmp_path / "list.csv") and not is_list(tmp_path)
    with pytest.raises(InputError, match=r"none of list\.csv is"):
        load_worklist(tmp_path / "list.csv", tmp_path / "user", task)
    picture(tmp_path / "b.png")
    loaded = load_worklist(tmp_path / "list.csv", tmp_path / "user", task)
    work = loaded.worklist
    assert [work.is_missing(key) for key in work.keys] == [True, False]
