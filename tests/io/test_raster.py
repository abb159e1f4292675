"""Pictures: PNG, JPEG, BMP, TIFF, GIF and folders of them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import tifffile
from PIL import Image

from medsam.errors import ReadError
from medsam.io import read_volume
from medsam.volume import stored_slice
from tests.io.helpers import noted, refused
from tests.phantoms import grey_picture, rgb_picture

GREY = np.ascontiguousarray(stored_slice(grey_picture().array, 2, 0))
RGB = np.ascontiguousarray(stored_slice(rgb_picture().array, 2, 0))
ALPHA = np.where(GREY > 100, 255, 60).astype(np.uint8)
GREY16 = GREY.astype(np.uint16) * 257
RGB16 = RGB.astype(np.uint16) * 257


def shown(path: Path) -> np.ndarray:
    """The first stored picture of a file: (H, W[, 3])."""
    volume = read_volume(path)
    assert volume.is_picture and volume.modality is None
    return stored_slice(volume.array, 2, 0)


def pillow(path: Path, array: np.ndarray, mode: str | None = None, **options: object) -> Path:
    """Write an array with Pillow."""
    image = Image.fromarray(array)
    (image.convert(mode) if mode else image).save(path, **options)
    return path


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif", ".gif"])
def test_grey_stays_as_it_is(tmp_path: Path, suffix: str) -> None:
    found = shown(pillow(tmp_path / f"a{suffix}", GREY))
    assert found.dtype == np.uint8
    np.testing.assert_array_equal(found, GREY)


@pytest.mark.parametrize("suffix", [".png", ".bmp", ".tif"])
def test_colour_stays_as_it_is(tmp_path: Path, suffix: str) -> None:
    np.testing.assert_array_equal(shown(pillow(tmp_path / f"a{suffix}", RGB)), RGB)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_sixteen_bit_grey_keeps_every_value(tmp_path: Path, suffix: str) -> None:
    found = shown(pillow(tmp_path / f"a{suffix}", GREY16))
    assert found.dtype == np.uint16
    np.testing.assert_array_equal(found, GREY16)


@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_alpha_is_dropped_with_a_note(tmp_path: Path, suffix: str) -> None:
    grey = Image.merge("LA", [Image.fromarray(GREY), Image.fromarray(ALPHA)])
    rgba = Image.fromarray(np.dstack([RGB, ALPHA]))
    for name, image, expected in (("g", grey, GREY), ("c", rgba, RGB)):
        path = tmp_path / f"{name}{suffix}"
        image.save(path)
        np.testing.assert_array_equal(shown(path), expected)
        assert noted(read_volume(path), "Transparency was dropped")


def test_sixteen_bit_colour_is_scaled_with_a_note(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", RGB16, photometric="rgb")
    np.testing.assert_array_equal(shown(tmp_path / "a.tif"), RGB)
    assert noted(read_volume(tmp_path / "a.tif"), "16-bit colour was scaled to 8 bit")


def test_one_bit_becomes_black_and_white(tmp_path: Path) -> None:
    for suffix in (".png", ".tif"):
        path = tmp_path / f"a{suffix}"
        Image.fromarray(GREY > 100).save(path)
        np.testing.assert_array_equal(shown(path), np.where(GREY > 100, 255, 0))


def test_a_palette_becomes_its_colours_or_grey(tmp_path: Path) -> None:
    indices = Image.fromarray((GREY > 100).astype(np.uint8), mode="P")
    indices.putpalette([10, 20, 30, 200, 100, 50])
    indices.save(tmp_path / "c.png")
    expected = np.where((GREY > 100)[..., None], [200, 100, 50], [10, 20, 30])
    np.testing.assert_array_equal(shown(tmp_path / "c.png"), expected)
    indices.putpalette([10, 10, 10, 200, 200, 200])
    indices.save(tmp_path / "g.png")
    np.testing.assert_array_equal(shown(tmp_path / "g.png"), np.where(GREY > 100, 200, 10))


def test_jpeg_grey_colour_and_cmyk(tmp_path: Path) -> None:
    close = {"atol": 12}
    np.testing.assert_allclose(shown(pillow(tmp_path / "g.jpg", GREY, quality=95)), GREY, **close)
    np.testing.assert_allclose(
        shown(pillow(tmp_path / "c.jpg", RGB, quality=98, subsampling=0)).astype(int), RGB, **close
    )
    path = pillow(tmp_path / "k.jpg", RGB, "CMYK", quality=98, subsampling=0)
    np.testing.assert_allclose(shown(path).astype(int), RGB, **close)
    assert noted(read_volume(path), "CMYK")


@pytest.mark.parametrize(
    ("tag", "turn"),
    [
        (2, Image.Transpose.FLIP_LEFT_RIGHT),
        (3, Image.Transpose.ROTATE_180),
        (4, Image.Transpose.FLIP_TOP_BOTTOM),
        (5, Image.Transpose.TRANSPOSE),
        (6, Image.Transpose.ROTATE_90),
        (7, Image.Transpose.TRANSVERSE),
        (8, Image.Transpose.ROTATE_270),
    ],
)
@pytest.mark.parametrize("suffix", [".png", ".tif"])
def test_exif_orientation_is_applied(tmp_path: Path, tag: int, turn: Image.Transpose, suffix: str) -> None:
    # What a camera stores is the upright picture turned the other way.
    exif = Image.Exif()
    exif[0x0112] = tag
    path = tmp_path / f"a{suffix}"
    Image.fromarray(RGB).transpose(turn).save(path, exif=exif)
    np.testing.assert_array_equal(shown(path), RGB)


def test_float_and_signed_tiffs_keep_their_values(tmp_path: Path) -> None:
    for dtype in (np.float32, np.int16):
        values = (GREY.astype(np.float64) - 300).astype(dtype)
        tifffile.imwrite(tmp_path / "a.tif", values)
        found = shown(tmp_path / "a.tif")
        assert found.dtype == dtype
        np.testing.assert_array_equal(found, values)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw", "tiff_deflate", "packbits", "jpeg"])
def test_packed_tiffs_open(tmp_path: Path, compression: str) -> None:
    quality = {"quality": 98} if compression == "jpeg" else {}
    found = shown(pillow(tmp_path / "a.tif", GREY, compression=compression, **quality))
    np.testing.assert_allclose(found.astype(int), GREY, atol=12 if compression == "jpeg" else 0)


def test_planar_and_white_is_zero_tiffs(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "p.tif", np.moveaxis(RGB, -1, 0), photometric="rgb", planarconfig="separate")
    np.testing.assert_array_equal(shown(tmp_path / "p.tif"), RGB)
    tifffile.imwrite(tmp_path / "w.tif", 255 - GREY, photometric="miniswhite")
    np.testing.assert_array_equal(shown(tmp_path / "w.tif"), GREY)
    assert noted(read_volume(tmp_path / "w.tif"), "inverted")


def test_pages_become_a_stack_and_odd_pages_are_left_out(tmp_path: Path) -> None:
    pages = np.stack([GREY, GREY // 2, GREY // 3])
    with tifffile.TiffWriter(tmp_path / "a.tif") as writer:
        for page in pages:
            writer.write(page, metadata=None)
        writer.write(GREY[:8, :8], metadata=None)
    volume = read_volume(tmp_path / "a.tif")
    assert volume.shape == (GREY.shape[1], GREY.shape[0], 3)
    np.testing.assert_array_equal(volume.array, pages.transpose(2, 1, 0))
    assert noted(volume, "Left out: 1 page")


def test_colour_pages_become_a_colour_stack(tmp_path: Path) -> None:
    tifffile.imwrite(tmp_path / "a.tif", np.stack([RGB, RGB // 2]), photometric="rgb", metadata=None)
    volume = read_volume(tmp_path / "a.tif")
    np.testing.assert_array_equal(volume.array[:, :, 1], RGB.swapaxes(0, 1) // 2)


def test_five_channels_are_refused(tmp_path: Path) -> None:
    tifffile.imwrite(
        tmp_path / "a.tif", np.zeros((8, 9, 5), np.uint8), photometric="minisblack", planarconfig="contig"
    )
    refused(lambda: read_volume(tmp_path / "a.tif"), ReadError, "5 channels")


def test_a_folder_is_a_stack_in_natural_order(tmp_path: Path) -> None:
    for n in (10, 9, 1, 2):
        pillow(tmp_path / f"s{n}.png", np.full((4, 6), n, np.uint8))
    volume = read_volume(tmp_path)
    assert volume.shape == (6, 4, 4) and volume.array[0, 0].tolist() == [1, 2, 9, 10]
    assert volume.is_picture and volume.name == tmp_path.name and noted(volume, "4 pictures were stacked")


def test_a_folder_with_an_odd_picture_is_refused_by_name(tmp_path: Path) -> None:
    pillow(tmp_path / "a1.png", GREY)
    pillow(tmp_path / "a2.png", GREY)
    pillow(tmp_path / "a3.png", GREY[:-1])
    refused(lambda: read_volume(tmp_path), ReadError, "a3.png is 64 x 47 grey", "a1.png is 64 x 48 grey")


def test_a_list_opens_exactly_its_pictures(tmp_path: Path) -> None:
    for n in (1, 2, 3):
        pillow(tmp_path / f"s{n}.png", np.full((4, 6), n, np.uint8))
    volume = read_volume([tmp_path / "s3.png", tmp_path / "s1.png"])
    assert volume.array[0, 0].tolist() == [1, 3]


@pytest.mark.parametrize("suffix", [".png", ".jpg", ".bmp", ".tif"])
def test_a_cut_picture_is_refused(tmp_path: Path, suffix: str) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (40, 50), np.uint8)
    path = pillow(tmp_path / f"a{suffix}", noise)
    path.write_bytes(path.read_bytes()[:700])
    refused(lambda: read_volume(path), ReadError, path.name)


def test_the_name_does_not_matter_if_the_content_is_a_picture(tmp_path: Path) -> None:
    pillow(tmp_path / "a.png", GREY).rename(tmp_path / "a.dat")
    np.testing.assert_array_equal(shown(tmp_path / "a.dat"), GREY)
