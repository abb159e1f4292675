"""Scanners' own files that nibabel ships, beside nibabel's reading of them."""

from __future__ import annotations

import gzip
import shutil
import warnings
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from medsam.io import read_volume
from tests.io.helpers import noted

with warnings.catch_warnings():
    warnings.simplefilter("ignore")
    from nibabel.nicom import dicomwrappers

DATA = Path(dicomwrappers.__file__).parent / "tests" / "data"
LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


@pytest.fixture
def unpacked(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    """A packed file of nibabel's, unpacked; a skip where nibabel came without its tests."""
    packed = DATA / request.param
    if not packed.is_file():
        pytest.skip("nibabel's test files are not installed")
    with gzip.open(packed) as source, (tmp_path / "a.dcm").open("wb") as target:
        shutil.copyfileobj(source, target)
    return tmp_path / "a.dcm"


def same_in_space(path: Path) -> None:
    """Our volume and nibabel's hold the same values at the same places."""
    volume = read_volume(path)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        wrapper = dicomwrappers.wrapper_from_file(path)
        theirs, affine = np.asarray(wrapper.get_data()), LPS @ wrapper.affine
    turn = nib.orientations.ornt_transform(nib.io_orientation(affine), nib.io_orientation(volume.affine))
    turned = nib.Nifti1Image(theirs.astype(np.float32), affine).as_reoriented(turn)
    np.testing.assert_array_equal(volume.array, np.asanyarray(turned.dataobj))
    np.testing.assert_allclose(volume.affine, turned.affine, atol=1e-3)


@pytest.mark.parametrize("unpacked", ["siemens_dwi_0.dcm.gz", "siemens_dwi_1000.dcm.gz"], indirect=True)
def test_a_mosaic_is_taken_apart_as_nibabel_does(unpacked: Path) -> None:
    same_in_space(unpacked)
    assert noted(read_volume(unpacked), "mosaic of 48 slices")


def test_two_mosaics_of_a_series_are_time_points(tmp_path: Path) -> None:
    for name in ("siemens_dwi_0", "siemens_dwi_1000"):
        packed = DATA / f"{name}.dcm.gz"
        if not packed.is_file():
            pytest.skip("nibabel's test files are not installed")
        with gzip.open(packed) as source, (tmp_path / f"{name}.dcm").open("wb") as target:
            shutil.copyfileobj(source, target)
    first, second = read_volume(tmp_path), read_volume(tmp_path, frame=1)
    assert first.shape == second.shape == (128, 128, 48)
    assert noted(first, "4D with 2 images at every position")
    opened = read_volume(tmp_path / "siemens_dwi_1000.dcm").array
    assert any(np.array_equal(opened, v.array) for v in (first, second))
