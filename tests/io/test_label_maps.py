"""Reading label maps: whole numbers, and in the place of their image."""

from __future__ import annotations

from itertools import permutations, product
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
from PIL import Image

from medsam.errors import GeometryError, ReadError
from medsam.io import read_label_map, read_label_names, write_label_map
from medsam.volume import Geometry
from tests.io.helpers import refused
from tests.phantoms import (
    ct_label_map,
    ct_phantom,
    grey_picture,
    oblique_affine,
    picture_mask,
    reoriented,
    rgb_picture,
    write_ct_series,
)


def save(path: Path, array: np.ndarray, affine: np.ndarray | None = None) -> Path:
    nib.save(nib.Nifti1Image(array, np.eye(4) if affine is None else affine, dtype=array.dtype), path)
    return path


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16, np.int32, np.int64, np.float32, np.float64])
def test_any_dtype_with_whole_numbers_is_taken(tmp_path: Path, dtype: type) -> None:
    labels = ct_label_map((8, 6, 4)).astype(dtype)
    found, geometry = read_label_map(save(tmp_path / "m.nii.gz", labels))
    assert found.dtype == np.uint16 and geometry.shape == (8, 6, 4)
    np.testing.assert_array_equal(found, labels)


def test_probabilities_images_and_colours_are_refused(tmp_path: Path) -> None:
    ones = np.ones((4, 4, 4), np.float32)
    refused(lambda: read_label_map(save(tmp_path / "p.nii", ones * 0.25)), ReadError, "0.25", "threshold")
    refused(lambda: read_label_map(save(tmp_path / "n.nii", ones * np.nan)), ReadError, "whole numbers")
    refused(lambda: read_label_map(save(tmp_path / "i.nii", ones * -5)), ReadError, "-5 to -5")
    refused(lambda: read_label_map(save(tmp_path / "l.nii", ones * 70000)), ReadError, "0 to 65535")
    refused(
        lambda: read_label_map(save(tmp_path / "t.nii", np.ones((4, 4, 4, 2), np.int16))),
        ReadError,
        "several",
    )
    Image.fromarray(np.ascontiguousarray(rgb_picture().array[:, :, 0])).save(tmp_path / "c.png")
    refused(lambda: read_label_map(tmp_path / "c.png"), ReadError, "colour")
    refused(lambda: read_label_map(tmp_path / "no.nii"), ReadError, "no.nii")


def test_dicom_is_refused_with_a_remedy(tmp_path: Path) -> None:
    path = write_ct_series(tmp_path, ct_phantom((8, 6, 1)))[0]
    refused(lambda: read_label_map(path), ReadError, "is DICOM", "Convert")


def test_another_size_is_refused_with_both_sizes(tmp_path: Path) -> None:
    path = save(tmp_path / "m.nii", np.ones((8, 6, 4), np.uint8))
    reference = Geometry((8, 6, 5), np.eye(4))
    refused(lambda: read_label_map(path, reference), GeometryError, "8 x 6 x 5", "8 x 6 x 4")


def test_another_place_is_refused_with_the_distance(tmp_path: Path) -> None:
    affine = oblique_affine()
    path = save(tmp_path / "m.nii", np.ones((8, 6, 4), np.uint8), affine)
    moved = affine.copy()
    moved[:3, 3] += [3.0, 4.0, 0.0]
    refused(lambda: read_label_map(path, Geometry((8, 6, 4), moved)), GeometryError, "5.00 mm away")


def test_rounding_of_other_programs_is_no_other_place(tmp_path: Path) -> None:
    affine = oblique_affine()
    path = save(tmp_path / "m.nii", np.ones((8, 6, 4), np.uint8), affine)
    rounded = affine + np.random.default_rng(0).uniform(-5e-4, 5e-4, (4, 4)) * [[1], [1], [1], [0]]
    reference = Geometry((8, 6, 4), rounded)
    found, geometry = read_label_map(path, reference)
    assert geometry is reference and found.all()


@pytest.mark.parametrize("signs", product("+-", repeat=3))
@pytest.mark.parametrize("axes", permutations(range(3)))
def test_the_same_voxels_in_another_order_are_turned_exactly(
    tmp_path: Path, axes: tuple[int, ...], signs: tuple[str, ...]
) -> None:
    volume = ct_phantom((8, 6, 4), noise=0)
    letters = [pair[sign == "-"] for pair, sign in zip(("RL", "AP", "SI"), signs, strict=True)]
    orientation = "".join(letters[a] for a in axes)
    labels = np.zeros(volume.shape, np.uint8)
    labels[1, 2, 3], labels[7, 0, 1] = 1, 2
    nifti = nib.Nifti1Image(labels, volume.affine)
    turn = nib.orientations.ornt_transform(
        nib.io_orientation(volume.affine), nib.orientations.axcodes2ornt(tuple(orientation))
    )
    nib.save(nifti.as_reoriented(turn), tmp_path / "m.nii")
    found, _ = read_label_map(tmp_path / "m.nii", volume.geometry)
    np.testing.assert_array_equal(found, labels)


def test_a_turned_map_of_another_place_is_still_refused(tmp_path: Path) -> None:
    volume = ct_phantom((8, 6, 4), noise=0)
    other = reoriented(volume, "RAS")
    moved = np.array(other.affine)
    moved[2, 3] += 5
    path = save(tmp_path / "m.nii", np.ones((8, 6, 4), np.uint8), moved)
    refused(lambda: read_label_map(path, volume.geometry), GeometryError, "mm away")


def test_a_palette_png_gives_its_indices(tmp_path: Path) -> None:
    image = Image.fromarray(picture_mask().astype(np.uint8) * 3, mode="P")
    image.putpalette([0, 0, 0, 1, 2, 3, 4, 5, 6, 250, 10, 20])
    image.save(tmp_path / "m.png")
    found, _ = read_label_map(tmp_path / "m.png", grey_picture().geometry)
    np.testing.assert_array_equal(found[:, :, 0], picture_mask().T * 3)


def test_a_one_bit_png_is_0_and_1(tmp_path: Path) -> None:
    Image.fromarray(picture_mask()).save(tmp_path / "m.png")
    found, _ = read_label_map(tmp_path / "m.png")
    np.testing.assert_array_equal(found[:, :, 0], picture_mask().T)


def test_a_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    Image.fromarray(picture_mask()[1:]).save(tmp_path / "m.png")
    reference = grey_picture().geometry
    refused(
        lambda: read_label_map(tmp_path / "m.png", reference), GeometryError, "64 x 48 x 1", "64 x 47 x 1"
    )


def test_slices_of_different_sizes_are_refused(tmp_path: Path) -> None:
    Image.fromarray(picture_mask()).save(tmp_path / "a.png")
    Image.fromarray(picture_mask()[1:]).save(tmp_path / "b.png")
    refused(lambda: read_label_map(tmp_path), ReadError, "b.png is 64 x 47", "a.png is 64 x 48")


def test_damaged_pictures_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "m.png"
    Image.fromarray(np.random.default_rng(0).integers(0, 9, (40, 40), np.uint8)).save(path)
    path.write_bytes(path.read_bytes()[:200])
    refused(lambda: read_label_map(path), ReadError, "m.png")


def test_odd_extras_cost_only_the_names(tmp_path: Path) -> None:
    image = nib.Nifti1Image(np.ones((2, 2, 2), np.uint8), np.eye(4))
    image.header.extensions.append(nib.nifti1.Nifti1Extension("comment", b'{"labels": not json'))
    nib.save(image, tmp_path / "m.nii")
    assert read_label_names(tmp_path / "m.nii") == {}
    assert read_label_map(tmp_path / "m.nii")[0].all()


def test_names_of_an_absent_or_foreign_file_are_empty(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("x")
    assert read_label_names(tmp_path / "a.txt") == read_label_names(tmp_path / "no") == {}


def test_a_map_written_for_an_image_fits_it_in_ras_too(tmp_path: Path) -> None:
    volume, labels = ct_phantom(), ct_label_map()
    path = write_label_map(tmp_path / "m.nii.gz", labels, volume.geometry)
    ras = reoriented(volume, "RAS")
    found, _ = read_label_map(path, ras.geometry)
    for point in ((10, 20, 5), (40, 30, 9), (32, 44, 10)):
        there = np.rint(ras.geometry.world_to_voxel(volume.geometry.voxel_to_world(point))).astype(int)
        assert found[tuple(there)] == labels[point]
