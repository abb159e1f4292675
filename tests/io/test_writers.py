"""Writing label maps and images: exact, verified, and never at the cost of the file that was there."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest
import SimpleITK as sitk
from PIL import Image

from medsam.errors import GeometryError, WriteError
from medsam.io import (
    read_label_map,
    read_label_names,
    read_volume,
    write_label_map,
    write_volume,
    writers,
)
from medsam.volume import Volume
from tests.io.helpers import refused, same_volume
from tests.phantoms import (
    ct_label_map,
    ct_phantom,
    grey16_picture,
    grey_picture,
    oblique_volume,
    picture_mask,
    picture_stack,
    random_affine,
    reoriented,
    rgb_picture,
)

GRIDS = [".nii", ".nii.gz", ".nrrd", ".mha"]
VOLUMES = {
    "LPS": ct_phantom(),
    "LAS": reoriented(ct_phantom(), "LAS"),
    "PSR": reoriented(ct_phantom(), "PSR"),
    "oblique": oblique_volume(),
    "random": Volume(oblique_volume().array, random_affine(5)),
}


def labels_of(volume: Volume, top: int = 3) -> np.ndarray:
    """A label map without symmetry."""
    labels = np.zeros(volume.shape, np.uint16, order="F")
    labels[1:4, 2:7, 3] = 1
    labels[0, 0, 0] = 2
    labels[-1, 3, -1] = top
    return labels


@pytest.mark.parametrize("name", VOLUMES)
@pytest.mark.parametrize("suffix", GRIDS)
def test_label_maps_come_back_in_the_exact_grid(tmp_path: Path, name: str, suffix: str) -> None:
    volume = VOLUMES[name]
    labels = labels_of(volume)
    path = write_label_map(tmp_path / f"m{suffix}", labels, volume.geometry)
    assert path == tmp_path / f"m{suffix}"
    found, geometry = read_label_map(path)
    np.testing.assert_array_equal(found, labels)
    assert geometry.is_close(volume.geometry, 1e-3)
    assert found.dtype == np.uint16 and found.flags.f_contiguous
    assert os.listdir(tmp_path) == [f"m{suffix}"]


@pytest.mark.parametrize("name", ["LAS", "oblique", "random"])
def test_other_programs_find_the_same_voxels_in_the_same_place(tmp_path: Path, name: str) -> None:
    volume = VOLUMES[name]
    labels = labels_of(volume)
    nifti = nib.load(write_label_map(tmp_path / "m.nii.gz", labels, volume.geometry))
    np.testing.assert_array_equal(np.asanyarray(nifti.dataobj), labels)
    np.testing.assert_allclose(nifti.get_sform(), volume.affine, atol=1e-4)
    np.testing.assert_allclose(nifti.get_qform(), volume.affine, atol=1e-3)
    itk = sitk.ReadImage(str(write_label_map(tmp_path / "m.nrrd", labels, volume.geometry)))
    index = (2, 3, 3)
    lps = np.array(itk.TransformIndexToPhysicalPoint(index))
    np.testing.assert_allclose(lps * [-1, -1, 1], volume.geometry.voxel_to_world(index), atol=1e-6)
    assert itk[index] == 1


@pytest.mark.parametrize("suffix", GRIDS)
def test_the_smallest_dtype_is_taken(tmp_path: Path, suffix: str) -> None:
    volume = VOLUMES["LPS"]
    for top, bits in ((255, 8), (256, 16), (65535, 16)):
        path = write_label_map(tmp_path / f"m{suffix}", labels_of(volume, top), volume.geometry)
        stored = sitk.ReadImage(str(path)).GetPixelIDTypeAsString()
        assert stored == f"{bits}-bit unsigned integer"
        assert read_label_map(path)[0].max() == top


@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".nrrd", ".png"])
def test_names_travel_where_there_is_a_place(tmp_path: Path, suffix: str) -> None:
    volume = grey_picture()
    names = {1: "liver", 2: "lésion 肝"}
    path = write_label_map(
        tmp_path / f"m{suffix}",
        np.ones(volume.shape, np.uint8),
        volume.geometry,
        is_picture=True,
        names=names,
    )
    assert read_label_names(path) == names


def test_no_names_are_no_fault(tmp_path: Path) -> None:
    volume = VOLUMES["LPS"]
    for suffix in GRIDS:
        path = write_label_map(tmp_path / f"m{suffix}", labels_of(volume), volume.geometry)
        assert read_label_names(path) == {}


@pytest.mark.parametrize(("top", "mode"), [(255, "L"), (256, "I;16")])
def test_png_holds_label_ids_as_values_rows_down(tmp_path: Path, top: int, mode: str) -> None:
    volume = grey_picture()
    labels = np.zeros(volume.shape, np.uint16)
    labels[:, :, 0][picture_mask().T] = top
    path = write_label_map(tmp_path / "m.png", labels, volume.geometry, is_picture=True)
    with Image.open(path) as image:
        assert image.mode == mode
        np.testing.assert_array_equal(np.asarray(image), np.where(picture_mask(), top, 0))
    np.testing.assert_array_equal(read_label_map(path, volume.geometry)[0], labels)


def test_a_stack_becomes_a_folder_of_png_files(tmp_path: Path) -> None:
    stack = picture_stack(11)
    labels = (stack.array > 100).astype(np.uint8) * np.arange(1, 12, dtype=np.uint8)
    path = write_label_map(tmp_path / "masks", labels, stack.geometry, is_picture=True)
    assert sorted(p.name for p in path.iterdir())[::10] == ["slice_001.png", "slice_011.png"]
    np.testing.assert_array_equal(read_label_map(path, stack.geometry)[0], labels)
    assert os.listdir(tmp_path) == ["masks"]
    refused(lambda: write_label_map(path, labels, stack.geometry, is_picture=True), WriteError, "holds files")


def test_a_stack_becomes_the_pages_of_a_tiff(tmp_path: Path) -> None:
    stack = picture_stack()
    labels = (stack.array > 100).astype(np.uint8)
    path = write_label_map(tmp_path / "m.tif", labels, stack.geometry, is_picture=True)
    np.testing.assert_array_equal(read_label_map(path, stack.geometry)[0], labels)


def test_what_a_format_cannot_hold_is_refused(tmp_path: Path) -> None:
    volume = VOLUMES["LPS"]
    labels = labels_of(volume)
    geometry = volume.geometry
    refused(
        lambda: write_label_map(tmp_path / "m.png", labels, geometry), WriteError, "holds one slice", "20"
    )
    refused(
        lambda: write_label_map(tmp_path / "m.xyz", labels, geometry), WriteError, ".nii.gz", "ends in .xyz"
    )
    refused(lambda: write_label_map(tmp_path / ".nii", labels, geometry), WriteError, "extension")
    refused(lambda: write_label_map(tmp_path / "m.nii", labels - 5.0, geometry), WriteError, "whole numbers")
    refused(lambda: write_label_map(tmp_path / "m.nii", labels.astype(int) - 1, geometry), WriteError, "-1")
    refused(
        lambda: write_label_map(tmp_path / "m.nii", labels.astype(int) + 65535, geometry), WriteError, "65535"
    )
    refused(lambda: write_label_map(tmp_path / "m.nii", labels[1:], geometry), GeometryError, "size")
    assert os.listdir(tmp_path) == []


def test_capital_extensions_are_fine(tmp_path: Path) -> None:
    volume = VOLUMES["LPS"]
    path = write_label_map(tmp_path / "M.NII.GZ", labels_of(volume), volume.geometry)
    assert path.name == "M.NII.GZ" and read_label_map(path)[0].max() == 3


# --- never at the cost of the file that was there ----------------------------


@pytest.fixture
def earlier(tmp_path: Path) -> Path:
    """A label map that is there already."""
    volume = VOLUMES["LPS"]
    return write_label_map(tmp_path / "m.nii.gz", labels_of(volume), volume.geometry)


def spoiled(tmp_path: Path, earlier: Path, before: bytes) -> None:
    """The earlier file is untouched and nothing else is left."""
    assert earlier.read_bytes() == before
    assert os.listdir(tmp_path) == [earlier.name]


def test_an_existing_file_is_replaced(tmp_path: Path, earlier: Path) -> None:
    volume = VOLUMES["LPS"]
    write_label_map(earlier, labels_of(volume, 9), volume.geometry)
    assert read_label_map(earlier)[0].max() == 9 and os.listdir(tmp_path) == ["m.nii.gz"]


@pytest.mark.parametrize(
    ("code", "part"),
    [
        (errno.ENOSPC, "disk is full"),
        (errno.EACCES, "may not be written"),
        (errno.EROFS, "may not be written"),
        (errno.EIO, "could not be written"),
    ],
)
def test_a_failing_disk_leaves_the_earlier_file(
    tmp_path: Path, earlier: Path, monkeypatch: pytest.MonkeyPatch, code: int, part: str
) -> None:
    volume, before = VOLUMES["LPS"], earlier.read_bytes()

    def fail(image: object, path: Path) -> None:
        path.write_bytes(b"half")
        raise OSError(code, os.strerror(code))

    monkeypatch.setattr(nib, "save", fail)
    refused(
        lambda: write_label_map(earlier, labels_of(volume), volume.geometry), WriteError, part, "m.nii.gz"
    )
    spoiled(tmp_path, earlier, before)


def test_a_file_that_reads_back_differently_is_not_kept(
    tmp_path: Path, earlier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume, before = VOLUMES["LPS"], earlier.read_bytes()
    write = writers._write_nifti

    def wrong(path: Path, values: np.ndarray, *rest: object) -> None:
        values = values.copy()
        values[5, 5, 5] ^= 1
        write(path, values, *rest)  # type: ignore[arg-type]

    monkeypatch.setattr(writers, "_write_nifti", wrong)
    refused(lambda: write_label_map(earlier, labels_of(volume), volume.geometry), WriteError, "other values")
    spoiled(tmp_path, earlier, before)


def test_a_file_that_reads_back_elsewhere_is_not_kept(
    tmp_path: Path, earlier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume, before = VOLUMES["LPS"], earlier.read_bytes()
    write = writers._write_nifti
    shift = np.eye(4)
    shift[0, 3] = 0.01
    monkeypatch.setattr(writers, "_write_nifti", lambda p, v, a, n: write(p, v, shift @ a, n))
    refused(lambda: write_label_map(earlier, labels_of(volume), volume.geometry), WriteError, "another place")
    spoiled(tmp_path, earlier, before)


def test_a_file_that_cannot_be_read_back_is_not_kept(
    tmp_path: Path, earlier: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    volume, before = VOLUMES["LPS"], earlier.read_bytes()
    monkeypatch.setattr(writers, "_write_nifti", lambda path, *_: path.write_bytes(b"x" * 50))
    refused(lambda: write_label_map(earlier, labels_of(volume), volume.geometry), WriteError, "read back")
    spoiled(tmp_path, earlier, before)


def test_the_rename_comes_last(tmp_path: Path, earlier: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    volume, before = VOLUMES["LPS"], earlier.read_bytes()
    seen: list[bytes] = []
    read = writers.read_label_map

    def reading(path: Path) -> object:
        assert path != earlier and path.parent == tmp_path and path.name.endswith(".nii.gz")
        seen.append(earlier.read_bytes())
        return read(path)

    monkeypatch.setattr(writers, "read_label_map", reading)
    write_label_map(earlier, labels_of(volume, 9), volume.geometry)
    assert seen == [before] and earlier.read_bytes() != before


def test_missing_and_wrong_folders_are_refused(tmp_path: Path) -> None:
    volume = VOLUMES["LPS"]
    (tmp_path / "dir.nii").mkdir()
    refused(
        lambda: write_label_map(tmp_path / "no" / "m.nii", labels_of(volume), volume.geometry),
        WriteError,
        "no does not",
    )
    refused(
        lambda: write_label_map(tmp_path / "dir.nii", labels_of(volume), volume.geometry),
        WriteError,
        "is a folder",
    )


_LIMITED = """
import resource, signal, sys
from pathlib import Path
sys.path.insert(0, sys.argv[2])
import numpy as np
from medsam.errors import WriteError
from medsam.io import write_label_map
from medsam.volume import Geometry
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (20000, 20000))
labels = np.random.default_rng(0).integers(0, 60000, (64, 64, 20)).astype(np.uint16)
try:
    write_label_map(Path(sys.argv[1]), labels, Geometry(labels.shape, np.eye(4)))
except WriteError as error:
    print("refused:", error)
"""


@pytest.mark.skipif(os.name != "posix", reason="limits a file's size as POSIX does")
@pytest.mark.parametrize("suffix", [".nii", ".nii.gz", ".nrrd", ".mha", ".tif"])
def test_a_disk_that_ends_early_leaves_the_earlier_file(tmp_path: Path, suffix: str, repo_root: Path) -> None:
    path = tmp_path / f"m{suffix}"
    path.write_bytes(b"earlier")
    done = subprocess.run(
        [sys.executable, "-c", _LIMITED, str(path), str(repo_root)],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.stdout.startswith("refused:"), done.stderr
    spoiled(tmp_path, path, b"earlier")


# --- images ------------------------------------------------------------------


@pytest.mark.parametrize("suffix", GRIDS)
@pytest.mark.parametrize("name", ["LPS", "oblique"])
def test_images_keep_values_and_place(tmp_path: Path, suffix: str, name: str) -> None:
    volume = VOLUMES[name]
    found = read_volume(write_volume(tmp_path / f"v{suffix}", volume))
    same_volume(found, volume)
    assert found.array.dtype == volume.array.dtype


@pytest.mark.parametrize("suffix", [*GRIDS, ".png", ".tif"])
@pytest.mark.parametrize("volume", [grey_picture(), grey16_picture(), rgb_picture()], ids=["8", "16", "rgb"])
def test_pictures_keep_their_values(tmp_path: Path, suffix: str, volume: Volume) -> None:
    found = read_volume(write_volume(tmp_path / f"v{suffix}", volume))
    np.testing.assert_array_equal(found.array, volume.array)
    assert found.array.dtype == volume.array.dtype


def test_floats_with_nan_survive(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=(5, 4, 3)).astype(np.float32)
    values[0, 0, 0] = np.nan
    volume = Volume(np.asfortranarray(values), random_affine(1))
    for suffix in [*GRIDS, ".tif"]:
        np.testing.assert_array_equal(
            read_volume(write_volume(tmp_path / f"v{suffix}", volume)).array, values
        )


def test_hu_do_not_fit_a_png(tmp_path: Path) -> None:
    volume = ct_phantom((16, 12, 1))
    refused(lambda: write_volume(tmp_path / "v.png", volume), WriteError, "8- or 16-bit", "int16", ".tif")
    same = read_volume(write_volume(tmp_path / "v.tif", volume))
    np.testing.assert_array_equal(same.array, volume.array)


def test_signed_values_from_zero_fit_a_16_bit_png(tmp_path: Path) -> None:
    volume = Volume(np.arange(12, dtype=np.int16).reshape(4, 3, 1) * 2000, np.eye(4))
    found = read_volume(write_volume(tmp_path / "v.png", volume))
    assert found.array.dtype == np.uint16
    np.testing.assert_array_equal(found.array, volume.array)


def test_colour_stacks_become_tiff_pages(tmp_path: Path) -> None:
    rgb = np.random.default_rng(0).integers(0, 256, (6, 5, 4, 3), np.uint8)
    volume = Volume(rgb, np.eye(4), is_picture=True)
    np.testing.assert_array_equal(read_volume(write_volume(tmp_path / "v.tif", volume)).array, rgb)


def test_the_phantoms_labels_are_whole(tmp_path: Path) -> None:
    labels = ct_label_map()
    path = write_label_map(tmp_path / "m.nii.gz", labels, ct_phantom().geometry)
    assert np.unique(read_label_map(path)[0]).tolist() == [0, 1, 2, 3]


def test_a_name_as_long_as_the_disk_allows_is_written(tmp_path: Path) -> None:
    volume = oblique_volume()
    path = write_volume(tmp_path / ("n" * 248 + ".nii.gz"), volume)
    np.testing.assert_array_equal(read_volume(path).array, volume.array)


@pytest.mark.parametrize("length", [249, 400])
def test_a_name_too_long_is_refused_with_the_reason(tmp_path: Path, length: int) -> None:
    path = tmp_path / ("n" * length + ".nii.gz")
    refused(lambda: write_volume(path, oblique_volume()), WriteError, "shorter name")
    assert not list(tmp_path.iterdir())


def test_a_stack_for_a_png_is_told_what_an_image_can_become(tmp_path: Path) -> None:
    volume = ct_phantom((16, 12, 3))
    with pytest.raises(WriteError, match="PNG holds one slice") as caught:
        write_volume(tmp_path / "v.png", volume)
    assert ".tif" in str(caught.value) and "folder" not in str(caught.value)
