"""``convert``: other formats with the same integers on the same grid."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from medsam.cli.main import main
from medsam.io import read_label_map, read_label_names, read_volume, write_label_map, write_volume
from medsam.volume import Geometry
from tests.phantoms import ct_label_map, ct_phantom, grey16_picture, oblique_volume, picture_mask, rgb_picture

SHAPE = (12, 10, 6)
Capture = pytest.CaptureFixture[str]


def convert(*arguments: object) -> int:
    """Run ``convert``."""
    return main(["convert", *map(str, arguments)])


@pytest.mark.parametrize(
    "make", [lambda: ct_phantom(SHAPE), lambda: oblique_volume(SHAPE)], ids=["ct", "oblique"]
)
def test_a_volume_goes_round_through_every_format(tmp_path: Path, make: object) -> None:
    volume = make()  # type: ignore[operator]
    names = ["a.nii.gz", "b.nrrd", "c.mha", "d.nii", "e.nii.gz"]
    write_volume(tmp_path / names[0], volume)
    for source, target in pairwise(names):
        assert convert(tmp_path / source, tmp_path / target) == 0
    back = read_volume(tmp_path / names[-1])
    assert back.array.dtype == volume.array.dtype
    assert np.array_equal(back.array, volume.array)
    assert back.geometry.is_close(volume.geometry, 1e-3)


def test_labels_take_the_geometry_of_their_image(tmp_path: Path, capsys: Capture) -> None:
    image = oblique_volume(SHAPE)
    labels = ct_label_map(SHAPE)
    write_volume(tmp_path / "image.nii.gz", image)
    write_label_map(tmp_path / "labels.nii.gz", labels, image.geometry, names={1: "liver"})
    reference = ("--reference", tmp_path / "image.nii.gz")
    assert convert(tmp_path / "labels.nii.gz", tmp_path / "labels.nrrd", *reference) == 0
    said = capsys.readouterr().out
    assert "labels.nrrd" in said and "1 liver (" in said
    assert convert(tmp_path / "labels.nrrd", tmp_path / "again.nii.gz", *reference) == 0
    assert read_label_names(tmp_path / "again.nii.gz") == {1: "liver"}
    again, geometry = read_label_map(tmp_path / "again.nii.gz", None)
    assert np.array_equal(again, labels)
    assert geometry.is_close(image.geometry, 1e-3)


def test_labels_of_another_grid_are_refused(tmp_path: Path, capsys: Capture) -> None:
    write_volume(tmp_path / "image.nii.gz", ct_phantom(SHAPE))
    write_label_map(tmp_path / "other.nii.gz", ct_label_map((9, 8, 7)), Geometry((9, 8, 7), np.eye(4)))
    target = tmp_path / "labels.nrrd"
    assert convert(tmp_path / "other.nii.gz", target, "--reference", tmp_path / "image.nii.gz") == 2
    said = capsys.readouterr().err
    assert said.startswith("medsam: ") and said.count("\n") == 1
    assert not target.exists()


def test_a_label_picture_of_a_picture(tmp_path: Path) -> None:
    mask = picture_mask((18, 26)).astype(np.uint8) * 3
    Image.fromarray(mask).save(tmp_path / "label.png")
    Image.fromarray(rgb_picture((18, 26)).array[:, :, 0].swapaxes(0, 1)).save(tmp_path / "picture.png")
    reference = ("--reference", tmp_path / "picture.png")
    assert convert(tmp_path / "label.png", tmp_path / "label.nii.gz", *reference) == 0
    assert convert(tmp_path / "label.nii.gz", tmp_path / "back.png", *reference) == 0
    with Image.open(tmp_path / "back.png") as image:
        assert np.array_equal(np.asarray(image), mask)


def test_a_16_bit_picture_keeps_its_values(tmp_path: Path) -> None:
    values = grey16_picture((18, 26)).array[:, :, 0].T
    Image.fromarray(np.ascontiguousarray(values)).save(tmp_path / "a.png")
    assert convert(tmp_path / "a.png", tmp_path / "b.nii.gz") == 0
    assert np.array_equal(read_volume(tmp_path / "b.nii.gz").array[:, :, 0].T, values)


def test_bad_calls_are_one_line_and_leave_nothing(tmp_path: Path, capsys: Capture) -> None:
    write_volume(tmp_path / "a.nii.gz", ct_phantom(SHAPE))
    before = sorted(tmp_path.iterdir())
    for source, target in (
        ("a.nii.gz", "a.nii.gz"),
        ("gone.nii", "b.nii"),
        ("a.nii.gz", "b.xyz"),
        ("a.nii.gz", "no/b.nii"),
    ):
        assert convert(tmp_path / source, tmp_path / target) == 2
        said = capsys.readouterr().err
        assert said.startswith("medsam: ") and said.count("\n") == 1
        assert str(tmp_path) not in said
    assert sorted(tmp_path.iterdir()) == before
