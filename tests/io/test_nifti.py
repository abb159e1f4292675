"""NIfTI and Analyze."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from medsam.errors import ReadError
from medsam.io import read_volume
from tests.io.helpers import noted, refused, same_volume
from tests.phantoms import ct_phantom, oblique_affine, oblique_volume, random_affine, reoriented


def save(path: Path, array: np.ndarray, affine: np.ndarray | None = None, **header: object) -> Path:
    """Write an array with nibabel, setting header fields."""
    image = nib.Nifti1Image(array, np.eye(4) if affine is None else affine, dtype=array.dtype)
    for key, value in header.items():
        image.header[key] = value
    nib.save(image, path)
    return path


@pytest.mark.parametrize("orientation", ["LPS", "RAS", "LAS", "PSR", "IAL"])
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_values_and_place_survive_in_any_orientation(tmp_path: Path, orientation: str, suffix: str) -> None:
    volume = reoriented(ct_phantom(), orientation)
    found = read_volume(save(tmp_path / f"ct{suffix}", volume.array, volume.affine))
    same_volume(found, volume)
    assert found.geometry.orientation == orientation
    assert found.array.dtype == np.int16 and found.array.flags.f_contiguous
    assert (found.modality, found.unit, found.name) == ("CT", "HU", f"ct{suffix}")


@pytest.mark.parametrize("seed", range(4))
def test_oblique_and_left_handed_affines_survive(tmp_path: Path, seed: int) -> None:
    affine = random_affine(seed)
    found = read_volume(save(tmp_path / "a.nii", oblique_volume().array, affine))
    np.testing.assert_allclose(found.affine, affine, atol=1e-4)


def test_slope_and_intercept_are_applied_exactly_for_whole_numbers(tmp_path: Path) -> None:
    stored = np.arange(24, dtype=np.uint16).reshape(2, 3, 4)
    image = nib.Nifti1Image(stored, np.eye(4))
    image.header.set_slope_inter(1, -1024)
    path = tmp_path / "a.nii"
    nib.save(image, path)
    raw = bytearray(path.read_bytes())
    raw[352:] = stored.tobytes(order="F")
    raw[112:120] = np.array([1, -1024], "<f4").tobytes()
    path.write_bytes(raw)
    found = read_volume(path)
    assert found.array.dtype == np.int16
    np.testing.assert_array_equal(found.array, stored.astype(int) - 1024)


def test_fractional_slope_gives_floats(tmp_path: Path) -> None:
    path = save(tmp_path / "a.nii", np.arange(24, dtype=np.int16).reshape(2, 3, 4))
    raw = bytearray(path.read_bytes())
    raw[112:120] = np.array([0.25, 1.5], "<f4").tobytes()
    path.write_bytes(raw)
    found = read_volume(path)
    assert found.array.dtype == np.float32
    np.testing.assert_array_equal(found.array, np.arange(24).reshape(2, 3, 4) * 0.25 + 1.5)


@pytest.mark.parametrize(
    ("dtype", "expected"),
    [
        (np.uint8, np.uint8),
        (np.int8, np.int16),
        (np.uint16, np.uint16),
        (np.int32, np.int16),
        (np.int64, np.int16),
        (np.float32, np.float32),
        (np.float64, np.int16),
    ],
)
def test_dtypes_shrink_without_changing_a_value(tmp_path: Path, dtype: type, expected: type) -> None:
    values = np.arange(100, 124).astype(dtype).reshape(2, 3, 4)
    found = read_volume(save(tmp_path / "a.nii", values))
    assert found.array.dtype == expected
    np.testing.assert_array_equal(found.array, values)


def test_large_whole_numbers_stay_32_bit_and_larger_ones_are_refused(tmp_path: Path) -> None:
    fits = np.full((2, 2, 2), 2**31 - 1, np.int64)
    assert read_volume(save(tmp_path / "a.nii", fits)).array.dtype == np.int32
    refused(lambda: read_volume(save(tmp_path / "b.nii", fits + 1)), ReadError, "32 bits", "b.nii")


def test_fractions_in_64_bit_floats_become_32_bit(tmp_path: Path) -> None:
    found = read_volume(save(tmp_path / "a.nii", np.full((2, 2, 2), 0.5)))
    assert found.array.dtype == np.float32 and (found.array == 0.5).all()


def test_nan_is_kept_and_told(tmp_path: Path) -> None:
    values = np.ones((2, 2, 2), np.float32)
    values[0, 0, 0] = np.nan
    found = read_volume(save(tmp_path / "a.nii", values))
    assert np.isnan(found.array[0, 0, 0]) and noted(found, "1 voxels are not finite")


def test_four_dimensions_show_the_frame_asked_for(tmp_path: Path) -> None:
    values = np.arange(2 * 3 * 4 * 5, dtype=np.int16).reshape(2, 3, 4, 5)
    path = save(tmp_path / "a.nii.gz", values)
    first, third = read_volume(path), read_volume(path, frame=2)
    np.testing.assert_array_equal(first.array, values[..., 0])
    np.testing.assert_array_equal(third.array, values[..., 2])
    assert noted(first, "4D with 5 time points; the first is shown") and noted(third, "number 3 is shown")
    assert third.metadata["frames"] == 5 and third.metadata["frame"] == 2
    refused(lambda: read_volume(path, frame=5), ReadError, "5 time points", "5 was asked for")


def test_a_fourth_axis_of_one_is_no_time(tmp_path: Path) -> None:
    found = read_volume(save(tmp_path / "a.nii", np.ones((2, 3, 4, 1), np.int16)))
    assert found.shape == (2, 3, 4) and found.notes == ()


def test_rgb_voxels_become_colour(tmp_path: Path) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (4, 3, 2, 3), np.uint8)
    packed = rgb.view([("R", "u1"), ("G", "u1"), ("B", "u1")])[..., 0]
    found = read_volume(save(tmp_path / "a.nii.gz", packed))
    assert found.is_rgb and not found.is_picture
    np.testing.assert_array_equal(found.array, rgb)


def test_rgba_voxels_lose_their_alpha_with_a_note(tmp_path: Path) -> None:
    rgba = np.random.default_rng(0).integers(0, 256, (4, 3, 2, 4), np.uint8)
    packed = rgba.view([("R", "u1"), ("G", "u1"), ("B", "u1"), ("A", "u1")])[..., 0]
    found = read_volume(save(tmp_path / "a.nii.gz", packed))
    np.testing.assert_array_equal(found.array, rgba[..., :3])
    assert noted(found, "Transparency")


def test_two_dimensions_become_one_slice(tmp_path: Path) -> None:
    found = read_volume(save(tmp_path / "a.nii", np.ones((5, 4), np.int16)))
    assert found.shape == (5, 4, 1)


def test_a_pair_opens_by_either_half(tmp_path: Path) -> None:
    volume = oblique_volume()
    nib.save(nib.Nifti1Pair(volume.array, volume.affine), tmp_path / "a.img")
    for suffix in (".img", ".hdr"):
        same_volume(read_volume(tmp_path / f"a{suffix}"), volume)


def test_half_of_a_pair_is_refused_by_name(tmp_path: Path) -> None:
    nib.save(nib.Nifti1Pair(np.ones((2, 2, 2), np.int16), np.eye(4)), tmp_path / "a.img")
    (tmp_path / "a.img").unlink()
    refused(lambda: read_volume(tmp_path / "a.hdr"), ReadError, "a.img is missing")


def test_big_endian_reads_native(tmp_path: Path) -> None:
    values = np.arange(24, dtype=">i2").reshape(2, 3, 4)
    nib.save(nib.Nifti1Image(values, np.eye(4), nib.Nifti1Header(endianness=">")), tmp_path / "a.nii")
    found = read_volume(tmp_path / "a.nii")
    assert found.array.dtype.isnative
    np.testing.assert_array_equal(found.array, values)


def test_nifti_2_opens(tmp_path: Path) -> None:
    nib.save(nib.Nifti2Image(np.ones((2, 3, 4), np.int16), oblique_affine()), tmp_path / "a.nii")
    assert read_volume(tmp_path / "a.nii").shape == (2, 3, 4)


def test_without_a_qform_or_sform_the_orientation_is_called_assumed(tmp_path: Path) -> None:
    path = save(tmp_path / "a.nii", np.ones((2, 3, 4), np.int16))
    raw = bytearray(path.read_bytes())
    raw[252:256] = b"\0\0\0\0"
    path.write_bytes(raw)
    assert noted(read_volume(path), "orientation is assumed")


def test_qform_is_used_where_the_sform_has_no_code(tmp_path: Path) -> None:
    image = nib.Nifti1Image(np.ones((2, 3, 4), np.int16), None)
    image.set_qform(oblique_affine(), code=1)
    image.set_sform(None, code=0)
    nib.save(image, tmp_path / "a.nii")
    np.testing.assert_allclose(read_volume(tmp_path / "a.nii").affine, oblique_affine(), atol=1e-3)


@pytest.mark.parametrize(("code", "factor"), [(1, 1000.0), (3, 0.001)])
def test_metres_and_microns_become_mm(tmp_path: Path, code: int, factor: float) -> None:
    found = read_volume(
        save(tmp_path / "a.nii", np.ones((2, 3, 4), np.int16), np.diag([2, 3, 4, 1]), xyzt_units=code)
    )
    np.testing.assert_allclose(found.geometry.spacing, np.array([2, 3, 4]) * factor)
    assert noted(found, "to mm")


def test_display_range_becomes_the_window(tmp_path: Path) -> None:
    found = read_volume(save(tmp_path / "a.nii", np.ones((2, 3, 4), np.int16), cal_min=-160, cal_max=240))
    assert found.window is not None and (found.window.level, found.window.width) == (40, 400)


def test_sheared_axes_are_refused_with_the_angle(tmp_path: Path) -> None:
    affine = np.eye(4)
    affine[0, 2] = np.tan(np.deg2rad(12))
    path = save(tmp_path / "a.nii", np.ones((2, 3, 4), np.int16), affine)
    refused(lambda: read_volume(path), ReadError, "sheared by 12.0 degrees", "Resample")


def test_complex_numbers_are_refused(tmp_path: Path) -> None:
    path = save(tmp_path / "a.nii", np.ones((2, 3, 4), np.complex64))
    refused(lambda: read_volume(path), ReadError, "complex")


@pytest.mark.parametrize("keep", [0.1, 0.5, 0.95])
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_a_cut_file_is_refused(tmp_path: Path, keep: float, suffix: str) -> None:
    path = save(tmp_path / f"a{suffix}", np.random.default_rng(0).integers(0, 999, (20, 20, 20), np.int16))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])
    refused(lambda: read_volume(path), ReadError, f"a{suffix}", "incomplete")
