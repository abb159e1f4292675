"""How much memory opening takes: little more than the voxels themselves."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from medsam.io import read_volume
from tests.phantoms import ct_phantom, write_ct_series

SHAPE = (192, 160, 40)


@pytest.fixture(autouse=True)
def two_threads(monkeypatch: pytest.MonkeyPatch) -> None:
    """However many cores there are: each thread holds a slice."""
    monkeypatch.setattr("medsam.io.dicom_fill.threads", lambda: 2)


def growth(path: Path) -> float:
    """The most that numpy and Python held while a scan was opened, in voxel arrays of its size."""
    read_volume(path)  # imports and caches
    tracemalloc.start()
    try:
        before = tracemalloc.get_traced_memory()[0]
        tracemalloc.reset_peak()
        volume = read_volume(path)
        return (tracemalloc.get_traced_memory()[1] - before) / volume.array.nbytes
    finally:
        tracemalloc.stop()


def test_an_uncompressed_series_is_held_once(tmp_path: Path) -> None:
    write_ct_series(tmp_path, ct_phantom(SHAPE))
    assert 1.0 <= growth(tmp_path) < 1.4


@pytest.mark.parametrize(("slope", "most"), [(1, 1.2), (2, 2.3)])
def test_a_plain_nifti_is_held_once_and_twice_while_it_is_scaled(
    tmp_path: Path, slope: int, most: float
) -> None:
    image = nib.Nifti1Image(ct_phantom(SHAPE).array, np.diag([-1.0, -1.0, 2.0, 1.0]))
    image.header.set_slope_inter(slope, 0)
    nib.save(image, tmp_path / "scan.nii")
    assert 1.0 <= growth(tmp_path / "scan.nii") < most
