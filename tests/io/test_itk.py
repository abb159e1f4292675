"""NRRD and MetaImage."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import SimpleITK as sitk

from medsam.errors import ReadError
from medsam.io import read_label_names, read_volume, write_volume
from tests.io.helpers import noted, refused
from tests.phantoms import oblique_volume, random_affine

LPS = np.diag([-1.0, -1.0, 1.0, 1.0])


def save(
    path: Path, array_kji: np.ndarray, affine: np.ndarray | None = None, *, vector: bool = False
) -> Path:
    """Write with SimpleITK alone; ``array_kji`` is SimpleITK's order."""
    image = sitk.GetImageFromArray(array_kji, isVector=vector)
    if affine is not None:
        lps = LPS @ affine
        spacing = np.linalg.norm(lps[:3, :3], axis=0)
        image.SetSpacing(spacing.tolist())
        image.SetDirection((lps[:3, :3] / spacing).ravel().tolist())
        image.SetOrigin(lps[:3, 3].tolist())
    sitk.WriteImage(image, str(path))
    return path


@pytest.mark.parametrize("suffix", [".nrrd", ".mha", ".mhd", ".nhdr"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_lps_is_turned_to_ras_once(tmp_path: Path, suffix: str, seed: int) -> None:
    values = np.random.default_rng(seed).integers(-1000, 1000, (4, 5, 6), np.int16)
    affine = random_affine(seed)
    found = read_volume(save(tmp_path / f"a{suffix}", values, affine))
    np.testing.assert_array_equal(found.array, values.transpose(2, 1, 0))
    np.testing.assert_allclose(found.affine, affine, atol=1e-6)
    assert found.array.flags.f_contiguous


def test_a_nrrd_in_ras_lies_where_nibabel_would_put_it(tmp_path: Path) -> None:
    header = (
        "NRRD0004\ntype: short\ndimension: 3\nspace: right-anterior-superior\nsizes: 2 3 4\n"
        "space directions: (2,0,0) (0,3,0) (0,0,4)\nencoding: raw\nendian: little\nspace origin: (7,8,9)\n\n"
    )
    path = tmp_path / "a.nrrd"
    path.write_bytes(header.encode() + np.arange(24, dtype="<i2").tobytes())
    found = read_volume(path)
    assert found.geometry.orientation == "RAS"
    np.testing.assert_allclose(found.affine[:3, 3], [7, 8, 9])
    np.testing.assert_array_equal(found.array, np.arange(24).reshape(4, 3, 2).transpose(2, 1, 0))


def test_colour_and_alpha(tmp_path: Path) -> None:
    rgba = np.random.default_rng(0).integers(0, 256, (4, 5, 6, 4), np.uint8)
    plain = read_volume(save(tmp_path / "a.nrrd", np.ascontiguousarray(rgba[..., :3]), vector=True))
    alpha = read_volume(save(tmp_path / "b.nrrd", rgba, vector=True))
    for found in (plain, alpha):
        np.testing.assert_array_equal(found.array, rgba[..., :3].transpose(2, 1, 0, 3))
    assert plain.notes == () and noted(alpha, "Transparency")


def test_several_values_a_voxel_show_the_one_asked_for(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(4, 5, 6, 2)).astype(np.float32)
    path = save(tmp_path / "a.nrrd", values, vector=True)
    np.testing.assert_array_equal(read_volume(path, frame=1).array, values[..., 1].transpose(2, 1, 0))
    assert noted(read_volume(path), "2 values a voxel; the first is shown")
    refused(lambda: read_volume(path, frame=2), ReadError, "2 values")


def test_four_dimensions_show_the_frame_asked_for(tmp_path: Path) -> None:
    values = np.arange(3 * 4 * 5 * 6, dtype=np.int16).reshape(3, 4, 5, 6)
    image = sitk.JoinSeries([sitk.GetImageFromArray(v) for v in values])
    sitk.WriteImage(image, str(tmp_path / "a.nrrd"))
    found = read_volume(tmp_path / "a.nrrd", frame=2)
    np.testing.assert_array_equal(found.array, values[2].transpose(2, 1, 0))
    assert noted(found, "4D with 3 time points; number 3 is shown")


def test_two_dimensions_are_a_picture(tmp_path: Path) -> None:
    values = np.arange(30, dtype=np.uint8).reshape(5, 6)
    found = read_volume(save(tmp_path / "a.mha", values))
    assert found.is_picture and found.shape == (6, 5, 1)
    np.testing.assert_array_equal(found.array[:, :, 0], values.T)


@pytest.mark.parametrize("suffix", [".mhd", ".nhdr"])
def test_a_detached_header_without_its_data_is_refused(tmp_path: Path, suffix: str) -> None:
    path = save(tmp_path / f"a{suffix}", np.ones((4, 5, 6), np.int16))
    next(p for p in tmp_path.iterdir() if p != path).unlink()
    refused(lambda: read_volume(path), ReadError, "data file", path.name)


@pytest.mark.parametrize("suffix", [".nrrd", ".mha"])
@pytest.mark.parametrize("keep", [0.3, 0.9])
def test_a_cut_file_is_refused(tmp_path: Path, suffix: str, keep: float) -> None:
    path = save(tmp_path / f"a{suffix}", np.random.default_rng(0).integers(0, 999, (20, 20, 20), np.int16))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * keep)])
    refused(lambda: read_volume(path), ReadError, path.name, "incomplete")


def test_names_of_slicers_segments_are_read(tmp_path: Path) -> None:
    image = sitk.GetImageFromArray(np.ones((2, 2, 2), np.uint8))
    image.SetMetaData("Segment0_Name", "liver")
    image.SetMetaData("Segment0_LabelValue", "4")
    sitk.WriteImage(image, str(tmp_path / "a.seg.nrrd"))
    assert read_label_names(tmp_path / "a.seg.nrrd") == {4: "liver"}


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="only here are names mere bytes")
@pytest.mark.parametrize("name", ["v.nrrd", "v.mha"])
def test_a_name_that_is_not_utf_8_is_refused_and_ends_no_process(tmp_path: Path, name: str) -> None:
    write_volume(tmp_path / name, oblique_volume())
    odd = tmp_path / os.fsdecode(b"\xff" + name.encode())
    (tmp_path / name).rename(odd)
    # In a process of its own: the library would end the one it is asked in.
    code = (
        "import sys\nfrom medsam.errors import ReadError, WriteError\n"
        "from medsam.io import read_volume, write_volume\nfrom tests.phantoms import oblique_volume\n"
        "for job in (lambda p: read_volume(p), lambda p: write_volume(p, oblique_volume())):\n"
        "    try:\n        job(sys.argv[1])\n"
        "    except (ReadError, WriteError) as error:\n        print('Rename' in str(error))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(odd)], capture_output=True, text=True, timeout=60, check=False
    )
    assert (done.returncode, done.stdout.split()) == (0, ["True", "True"])
