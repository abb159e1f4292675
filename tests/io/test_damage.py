"""Damaged files of every format: an image or one sentence, never anything else."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from medsam.errors import ReadError
from medsam.io import read_volume, write_volume
from tests.io.helpers import refused
from tests.phantoms import ct_phantom, grey_picture, oblique_volume, rgb_picture, write_ct_series

KINDS = ["nii", "nii.gz", "nrrd", "mha", "png", "tif", "bmp", "jpg", "dcm"]
ROUNDS = 25


def make(folder: Path, kind: str) -> Path:
    """A small sound file."""
    path = folder / f"a.{kind}"
    if kind == "dcm":
        return write_ct_series(folder, ct_phantom((16, 12, 1)))[0]
    if kind in ("bmp", "jpg"):
        Image.fromarray(np.ascontiguousarray(rgb_picture().array[:, :, 0])).save(path)
        return path
    return write_volume(path, grey_picture() if kind in ("png", "tif") else oblique_volume((9, 8, 5)))


def tried(path: Path) -> None:
    """Read it; only a volume or a ``ReadError`` with a sentence may come."""
    try:
        volume = read_volume(path)
    except ReadError as error:
        assert str(error).endswith(".") and path.name in str(error).replace(path.parent.name, path.name)
    else:
        assert volume.array.size > 0 and np.isfinite(volume.affine).all()


@pytest.mark.parametrize("kind", KINDS)
def test_cut_anywhere(tmp_path: Path, kind: str) -> None:
    path = make(tmp_path, kind)
    whole = path.read_bytes()
    for length in np.random.default_rng(1).integers(1, len(whole), ROUNDS):
        path.write_bytes(whole[:length])
        tried(path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.filterwarnings("ignore")
def test_bytes_changed_in_the_header(tmp_path: Path, kind: str) -> None:
    path = make(tmp_path, kind)
    whole = path.read_bytes()
    rng = np.random.default_rng(2)
    for _ in range(ROUNDS):
        spoiled = bytearray(whole)
        for place in rng.integers(0, min(len(whole), 1200), 3):
            spoiled[place] = rng.integers(0, 256)
        path.write_bytes(spoiled)
        tried(path)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("share", [0.5, 0.8, 0.97])
def test_a_part_of_a_file_is_never_shown_as_the_whole(tmp_path: Path, kind: str, share: float) -> None:
    path = make(tmp_path, kind)
    whole, expected = path.read_bytes(), read_volume([path]).array
    path.write_bytes(whole[: int(len(whole) * share)])
    if kind == "png" and share == 0.97:  # only the mark of the end is gone; every pixel is there
        np.testing.assert_array_equal(read_volume([path]).array, expected)
        return
    refused(lambda: read_volume([path]), ReadError, path.name)


def test_a_part_of_a_packed_tiff_is_never_shown_as_the_whole(tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (80, 90), np.uint8)
    for compression in ("raw", "tiff_lzw", "tiff_deflate", "jpeg", "packbits"):
        path = tmp_path / f"{compression}.tif"
        Image.fromarray(noise).save(path, compression=compression)
        whole = path.read_bytes()
        path.write_bytes(whole[: int(len(whole) * 0.9)])
        refused(lambda p=path: read_volume(p), ReadError, path.name)
