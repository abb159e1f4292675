"""Which images count as cases: by the names of saved masks, and the open image as it stands."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np

from medsam.io import read_label_map, write_label_map, write_volume
from medsam.ui.controllers.adapt_cases import (
    Case,
    as_now,
    cases_in,
    drawn_now,
    job_pair,
    mask_beside,
    mask_stem,
    open_case,
    with_open,
)
from tests.phantoms import ct_phantom
from tests.ui.window_support import drag, settle, show_volume, view_of


def touch(folder: Path, *names: str) -> None:
    """Make empty files, each newer than the one before."""
    for n, name in enumerate(names):
        (folder / name).touch()
        os.utime(folder / name, (1000 + n, 1000 + n))


def test_masks_are_known_by_their_names():
    assert mask_stem(Path("a_mask.nii.gz")) == "a" == mask_stem(Path("a_mask.PNG".lower()))
    assert mask_stem(Path("scan.1_mask.nrrd")) == "scan.1"
    assert [mask_stem(Path(n)) for n in ("a.png", "mask.png", "a_mask.txt", "_mask.png")] == ["", "", "", ""]


def test_every_image_with_a_mask_is_found_in_natural_order(tmp_path):
    touch(tmp_path, "p10.png", "p10_mask.png", "p2.jpg", "p2_mask.png", "p3.png", "lost_mask.png", ".p2.png")
    (tmp_path / "series").mkdir()
    touch(tmp_path, "series_mask.nii.gz")
    assert [(c.name, c.mask.name) for c in cases_in(tmp_path)] == [
        ("p2.jpg", "p2_mask.png"),
        ("p10.png", "p10_mask.png"),
        ("series", "series_mask.nii.gz"),
    ]


def test_latest_mask_and_the_image_of_its_kind_are_taken(tmp_path):
    touch(tmp_path, "a.png", "a.nii.gz", "a_mask.png", "a_mask.nii.gz")
    (case,) = cases_in(tmp_path)
    assert (case.name, case.mask.name) == ("a.nii.gz", "a_mask.nii.gz")
    os.utime(tmp_path / "a_mask.png", (9000, 9000))
    (case,) = cases_in(tmp_path)
    assert (case.name, case.mask.name) == ("a.png", "a_mask.png")


def test_no_mask_beside(tmp_path):
    touch(tmp_path, "a.png")
    assert mask_beside(tmp_path / "a.png") is None and cases_in(tmp_path) == []


def draw(window, source: Path) -> None:
    """Open a scan and draw one mask."""
    show_volume(window, ct_phantom(), source)
    drag(view_of(window), (20, 20), (44, 40))
    settle()


def test_open_image_counts_once_something_is_drawn(window, tmp_path):
    source = tmp_path / "scan.nii.gz"
    show_volume(window, ct_phantom(), source)
    assert open_case(window.session) is None
    draw(window, source)
    assert open_case(window.session) == Case(source, None, is_open=True)
    window.session.mark_saved(tmp_path / "scan_mask.nii.gz")
    assert open_case(window.session).mask == tmp_path / "scan_mask.nii.gz"


def test_sample_without_a_file_is_no_case(window):
    show_volume(window, ct_phantom())
    drag(view_of(window), (20, 20), (44, 40))
    assert open_case(window.session) is None


def test_open_image_takes_its_place_in_the_list(window, tmp_path):
    listed = [Case(tmp_path / "a.nii.gz", tmp_path / "m"), Case(tmp_path / "scan.nii.gz", tmp_path / "old")]
    assert with_open(listed, window.session) == listed
    draw(window, tmp_path / "scan.nii.gz")
    assert with_open(listed, window.session) == [listed[0], Case(tmp_path / "scan.nii.gz", None, True)]
    assert as_now(listed, window.session)[1].mask is None, "the listing is older than the stroke"


def test_what_another_image_had_unsaved_is_no_case_any_more(window, tmp_path):
    stale = Case(tmp_path / "gone.nii.gz", None, True)
    assert as_now([stale], window.session) == []


def test_drawn_mask_is_written_for_the_job(window, tmp_path):
    volume = ct_phantom()
    source = write_volume(tmp_path / "scan.nii.gz", volume)
    draw(window, source)
    cases = as_now([Case(source, None, True)], window.session)
    pair = job_pair(cases[0], tmp_path, drawn_now(cases, window.session))
    written, _ = read_label_map(pair["mask"], volume.geometry)
    assert np.array_equal(written, window.session.annotation.label_map) and written.any()


def test_saved_mask_is_named_as_it_lies(window, tmp_path):
    mask = write_label_map(tmp_path / "m.nii.gz", np.ones((4, 4, 2), np.uint8), _geometry())
    case = Case(tmp_path / "i.nii.gz", mask)
    assert drawn_now([case], window.session) is None
    assert job_pair(case, tmp_path, None) == {
        "image": str(case.image),
        "mask": str(mask),
        "name": "i.nii.gz",
    }


def _geometry():
    from medsam.volume import Geometry

    return Geometry((4, 4, 2), np.eye(4))
