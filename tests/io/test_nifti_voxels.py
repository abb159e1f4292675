"""Voxels of NIfTI files without nibabel: the same, in memory of their own, or left to it."""

from __future__ import annotations

from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from medsam.errors import Cancelled, ReadError
from medsam.io import nifti_voxels, read_volume
from medsam.io.nifti_voxels import stored_voxels
from medsam.io.support import Watch

SHAPE = (13, 11, 7)


def values_of(dtype: str) -> np.ndarray:
    return np.random.default_rng(0).integers(0, 100, SHAPE).astype(dtype)


def save(path: Path, array: np.ndarray, **header: float) -> Path:
    bare = nib.Nifti1Header(endianness=">") if array.dtype.byteorder == ">" else None
    image = nib.Nifti1Image(array, np.diag([-2.0, 2.0, 3.0, 1.0]), bare)
    image.set_data_dtype(array.dtype)
    for key, value in header.items():
        image.header[key] = value
    nib.save(image, path)
    return path


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".img"])
@pytest.mark.parametrize("dtype", ["u1", "<i2", ">i2", "u2", "i4", "f4", "f8"])
def test_voxels_are_those_that_nibabel_reads(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str, dtype: str
) -> None:
    monkeypatch.setattr(nifti_voxels, "_LEAST_BY_ITK", 0)
    path = save(tmp_path / f"scan{suffix}", values_of(dtype))
    image = nib.load(path)
    found = stored_voxels(image, 0, Watch())
    if suffix == ".nii.gz" and dtype == ">i2":
        assert found is None  # the checksum is of bytes in this order
        return
    assert found is not None and found.flags.f_contiguous
    np.testing.assert_array_equal(found, np.asarray(image.dataobj))


def test_a_plain_file_may_change_while_it_is_open(tmp_path: Path) -> None:
    values = values_of("<i2")
    path = save(tmp_path / "scan.nii", values)
    volume = read_volume(path)
    with path.open("r+b") as file:
        file.truncate(400)
    np.testing.assert_array_equal(volume.array, values)


def test_a_time_point_is_read_alone(tmp_path: Path) -> None:
    values = np.stack([values_of("<i2") + 200 * t for t in range(3)], axis=-1)
    path = save(tmp_path / "scan.nii", values)
    np.testing.assert_array_equal(read_volume(path, frame=2).array, values[..., 2])


def test_small_packed_files_and_scaled_ones_are_left_to_nibabel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    small = nib.load(save(tmp_path / "small.nii.gz", values_of("<i2")))
    assert stored_voxels(small, 0, Watch()) is None
    monkeypatch.setattr(nifti_voxels, "_LEAST_BY_ITK", 0)
    assert stored_voxels(small, 0, Watch()) is not None
    image = nib.Nifti1Image(values_of("<i2"), np.eye(4))
    image.header.set_slope_inter(2, 1)
    nib.save(image, tmp_path / "scaled.nii.gz")
    assert stored_voxels(nib.load(tmp_path / "scaled.nii.gz"), 0, Watch()) is None


def test_a_grid_that_simpleitk_refuses_is_read_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nifti_voxels, "_LEAST_BY_ITK", 0)
    values = values_of("<i2")
    image = nib.Nifti1Image(values, np.array([[1, 0.008, 0, 0], [0, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1.0]]))
    nib.save(image, tmp_path / "scan.nii.gz")
    np.testing.assert_array_equal(read_volume(tmp_path / "scan.nii.gz").array, values)


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz"])
def test_a_cut_file_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, suffix: str) -> None:
    monkeypatch.setattr(nifti_voxels, "_LEAST_BY_ITK", 0)
    path = save(tmp_path / f"scan{suffix}", values_of("<i2"))
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 3 // 4])
    with pytest.raises(ReadError, match=path.name):
        read_volume(path)


def test_a_packed_file_with_other_voxels_than_it_says_is_left_to_nibabel(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nifti_voxels, "_LEAST_BY_ITK", 0)
    path = save(tmp_path / "scan.nii.gz", values_of("<i2"))
    assert stored_voxels(nib.load(path), 0, Watch()) is not None
    with path.open("r+b") as file:
        file.seek(-8, 2)
        file.write(b"????")
    assert stored_voxels(nib.load(path), 0, Watch()) is None


def test_reading_a_plain_file_can_be_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nifti_voxels, "_CHUNK", 64)
    path = save(tmp_path / "scan.nii", values_of("<i2"))
    told: list[float] = []
    with pytest.raises(Cancelled):
        read_volume(
            path, on_progress=lambda f, _: told.append(f), is_cancelled=lambda: bool(told and told[-1] > 0.5)
        )
    assert 0.5 < max(told) < 0.7


@pytest.mark.parametrize(("slope", "inter", "dtype"), [(2, -5, "int16"), (-3, 0, "int16"), (900, 7, "int32")])
def test_whole_slopes_of_stored_voxels_stay_whole(
    tmp_path: Path, slope: float, inter: float, dtype: str
) -> None:
    values = values_of("<i2")
    image = nib.Nifti1Image(values, np.eye(4))
    image.header.set_slope_inter(slope, inter)
    path = tmp_path / "scan.nii"
    nib.save(image, path)
    # nibabel divides by the slope when it saves; what counts is what it would read again.
    stored = nib.load(path).dataobj.get_unscaled().astype(np.int64)
    found = read_volume(path).array
    assert found.dtype == dtype
    np.testing.assert_array_equal(found, stored * slope + inter)
