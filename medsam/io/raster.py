"""PNG, JPEG, BMP, TIFF and GIF pictures, alone, in pages or as a folder.

A picture of H rows and W columns becomes a volume of (W, H, 1[, 3]); a stack
of them (W, H, K[, 3]). Grey stays 8 or 16 bit (TIFF: any real dtype); colour
is 8-bit RGB.
"""

from __future__ import annotations

import logging
from pathlib import Path
from typing import Any

import numpy as np

from medsam.errors import MedSAMError, ReadError
from medsam.io.support import (
    Array,
    Watch,
    nan_note,
    natural_key,
    plural,
    require_memory,
    sensible,
)
from medsam.volume import Volume, picture_affine

_ORIENTATION_TAG = 0x0112
_GREY_MODES = {"1", "L", "I", "I;16", "I;16B", "I;16L", "F"}


def read_picture(path: Path, *, watch: Watch) -> Volume:
    """Read one file; a TIFF or GIF with several pages of one size is a stack."""
    notes: list[str] = []
    watch.step(0, 10, f"Reading {path.name}")
    pages = _read_pages(path, notes, watch)
    return _volume(pages, path.name, notes)


def read_picture_stack(paths: list[Path], name: str, *, watch: Watch) -> Volume:
    """Read single pictures, in natural order of their names, as one stack.

    Raises:
        ReadError: If one differs in size or kind; it is named.
    """
    ordered = sorted(paths, key=natural_key)
    notes: list[str] = []
    stack: list[Array] = []
    for n, path in enumerate(ordered):
        watch.step(n, len(ordered), f"Reading {path.name}")
        page = _read_pages(path, notes, watch)[0]
        if stack and page.shape != stack[0].shape:
            raise ReadError(
                f"The pictures of a stack must have one size: {path.name} is {_size(page)}, but"
                f" {ordered[0].name} is {_size(stack[0])}. Open {path.name} alone,"
                " or take it out of the folder."
            )
        if not stack:
            require_memory(2 * page.nbytes * len(ordered), name)
        stack.append(page)
    if len(ordered) > 1:
        notes.append(f"{len(ordered)} pictures were stacked in the order of their names.")
    return _volume(stack, name, list(dict.fromkeys(notes)))


def read_label_pictures(path: Path) -> list[Array]:
    """Label ids of a picture's pages, each (H, W): grey values, or palette indices where there is a palette.

    Raises:
        ReadError: If it is in colour, whose values are not label ids.
    """
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            if image.format != "TIFF" and image.mode == "P":
                image.load()
                return [_upright(image, np.asarray(image))]
            if image.format != "TIFF" and image.mode == "1":
                return [_upright(image, np.asarray(image).astype(np.uint8))]
    except (UnidentifiedImageError, OSError, SyntaxError):
        # A TIFF that only tifffile knows, or a damaged file: the reader below says which.
        pass
    pages = _read_pages(path, [], Watch())
    if pages[0].ndim == 3:
        raise ReadError(
            f"A label map holds one whole number a pixel; {path.name} is in colour."
            " Save label ids as grey values, or as NIfTI."
        )
    return pages


def _volume(pages: list[Array], name: str, notes: list[str]) -> Volume:
    """Pages of (H, W) or (H, W, 3) to a ``Volume``."""
    if len(pages) == 1:
        array = pages[0][None]
    else:
        array = np.stack(pages)
    if array.ndim == 4:
        array = np.ascontiguousarray(array).transpose(2, 1, 0, 3)
    else:
        array = sensible(np.ascontiguousarray(array).transpose(2, 1, 0), name)
        notes.extend(nan_note(array))
    return Volume(array, picture_affine(), name=name, is_picture=True, notes=tuple(notes))


def _read_pages(path: Path, notes: list[str], watch: Watch) -> list[Array]:
    """All pages of one size: (H, W) any real dtype, or (H, W, 3) uint8."""
    with path.open("rb") as file:
        magic = file.read(4)
    try:
        if magic[:2] in (b"II", b"MM"):
            return _read_tiff(path, notes, watch)
        return _read_pillow(path, notes, watch)
    except (MedSAMError, MemoryError):
        raise
    except Exception as error:
        raise ReadError(
            f"{path.name} is damaged or incomplete and cannot be read as a picture. Copy or export it again."
        ) from error


def _read_tiff(path: Path, notes: list[str], watch: Watch) -> list[Array]:
    """Pages through tifffile; through Pillow where that lacks the compression."""
    import tifffile

    # It logs every oddity of a damaged file; what matters is raised.
    logging.getLogger("tifffile").setLevel(logging.CRITICAL)
    try:
        with tifffile.TiffFile(path) as tiff:
            first = tiff.pages[0]
            chosen = [p for p in tiff.pages if p.shape == first.shape and p.dtype == first.dtype]
            chosen = [p for p in chosen if not p.is_reduced] or chosen[:1]
            others = len(tiff.pages) - len(chosen)
            require_memory(2 * int(np.prod(first.shape, dtype=np.int64)) * len(chosen) * 8, path.name)
            pages: list[Array] = []
            for n, page in enumerate(chosen):
                watch.step(n, len(chosen), f"Reading {path.name}")
                tag = page.tags.get(_ORIENTATION_TAG)
                turn = int(tag.value) if tag is not None else 1
                pages.extend(_turned(p, turn) for p in _tiff_page(page, path.name, notes))
    except (tifffile.TiffFileError, IndexError) as error:
        raise ReadError(
            f"{path.name} is a damaged TIFF and cannot be read. Copy or export it again."
        ) from error
    except ValueError as error:
        if "imagecodecs" not in str(error):
            raise
        return _read_pillow(path, notes, watch)
    if others:
        notes.append(f"Left out: {plural(others, 'page')} of another size or kind, such as a thumbnail.")
    return pages


def _tiff_page(page: Any, name: str, notes: list[str]) -> list[Array]:
    """One page, or the planes of one that holds several."""
    from tifffile import PHOTOMETRIC

    values = page.asarray()
    photometric, samples = page.photometric, page.samplesperpixel
    if photometric not in (
        PHOTOMETRIC.MINISBLACK,
        PHOTOMETRIC.MINISWHITE,
        PHOTOMETRIC.RGB,
    ):
        raise ValueError("imagecodecs: palette, CMYK and YCbCr pages are Pillow's")
    if photometric == PHOTOMETRIC.MINISWHITE and values.dtype.kind in "ub":
        top = 1 if values.dtype.kind == "b" else np.iinfo(values.dtype).max
        values = (top - values.astype(np.int64)).astype(values.dtype)
        _note(notes, "White-is-zero pixels were inverted, so that higher is brighter.")
    if values.dtype.kind == "b":
        values = values.astype(np.uint8) * 255
    planar = samples > 1 and values.ndim >= 3 and values.shape[0] == samples and values.shape[-1] != samples
    if planar:
        values = np.moveaxis(values, 0, -1)
    if samples == 1:
        height, width = values.shape[-2:]
        return list(values.reshape(-1, height, width))
    height, width = values.shape[-3:-1]
    planes = values.reshape(-1, height, width, samples)
    return [_channels(p, photometric == PHOTOMETRIC.RGB, name, notes) for p in planes]


def _channels(values: Array, is_rgb: bool, name: str, notes: list[str]) -> Array:
    """(H, W, C) to grey (H, W) or 8-bit colour (H, W, 3)."""
    count = values.shape[-1]
    if is_rgb and count >= 3:
        if count > 3:
            _note(notes, "Transparency was dropped.")
        return _eight_bit(np.ascontiguousarray(values[..., :3]), notes)
    if count == 2:
        _note(notes, "Transparency was dropped.")
        return np.ascontiguousarray(values[..., 0])
    raise ReadError(
        f"A picture is grey or has red, green and blue; {name} has {count} channels."
        " Save the channels as separate pictures."
    )


def _eight_bit(values: Array, notes: list[str]) -> Array:
    """Colour of any depth to 8 bit: 16-bit by its high byte, floats as 0 to 1."""
    if values.dtype == np.uint8:
        return values
    _note(notes, f"{values.dtype.itemsize * 8}-bit colour was scaled to 8 bit.")
    if values.dtype == np.uint16:
        return (values >> 8).astype(np.uint8)
    if values.dtype.kind == "f":
        return (np.clip(np.nan_to_num(values), 0, 1) * 255 + 0.5).astype(np.uint8)
    top = np.iinfo(values.dtype).max
    return (np.clip(values, 0, None).astype(np.float64) / top * 255).astype(np.uint8)


def _read_pillow(path: Path, notes: list[str], watch: Watch) -> list[Array]:
    from PIL import Image, UnidentifiedImageError

    try:
        with Image.open(path) as image:
            count = getattr(image, "n_frames", 1)
            require_memory(8 * image.width * image.height * count, path.name)
            pages: list[Array] = []
            for n in range(count):
                watch.step(n, count, f"Reading {path.name}")
                image.seek(n)
                image.load()
                page = _upright(image, _pillow_page(image, path, notes))
                if not pages or page.shape == pages[0].shape:
                    pages.append(page)
    except Image.DecompressionBombError as error:
        raise ReadError(
            f"A picture may have up to {2 * (Image.MAX_IMAGE_PIXELS or 0):,} pixels; {path.name} has more."
            " Crop or downsample it first."
        ) from error
    except UnidentifiedImageError as error:
        raise ReadError(f"{path.name} is not a picture that can be read. Save it as PNG or TIFF.") from error
    if len(pages) < count:
        notes.append(f"Left out: {plural(count - len(pages), 'page')} of another size or kind.")
    return pages


def _pillow_page(image: Any, path: Path, notes: list[str]) -> Array:
    """(H, W) or (H, W, 3) uint8 of the page Pillow has loaded."""
    mode = image.mode
    if mode == "1":
        return np.asarray(image).astype(np.uint8) * 255
    if mode in _GREY_MODES:
        return _grey(np.asarray(image))
    if mode in ("LA", "La"):
        _note(notes, "Transparency was dropped.")
        return np.asarray(image.convert("LA"))[..., 0]
    if mode in ("P", "PA"):
        return _from_palette(image, notes)
    if image.format == "PNG" and _png_bits(path) == 16:
        _note(notes, "16-bit colour was scaled to 8 bit.")
    if mode in ("RGBA", "RGBa", "RGBX"):
        if mode != "RGBX":
            _note(notes, "Transparency was dropped.")
        # The bytes under the alpha, not a blend with a background.
        return np.ascontiguousarray(np.asarray(image.convert("RGBA") if mode == "RGBa" else image)[..., :3])
    if mode == "CMYK":
        _note(notes, "CMYK colours were turned into RGB.")
    return np.asarray(image.convert("RGB"))


def _grey(values: Array) -> Array:
    """Pillow's 32-bit "I" of a 16-bit file back to 16 bit."""
    if values.dtype == np.int32 and values.size and values.min() >= 0 and values.max() <= 65535:
        return values.astype(np.uint16)
    return values


def _from_palette(image: Any, notes: list[str]) -> Array:
    """Colours of a palette; grey if all of them are grey."""
    if "transparency" in image.info or image.mode == "PA":
        _note(notes, "Transparency was dropped.")
        image = image.convert("RGBA")
    rgb = np.ascontiguousarray(np.asarray(image.convert("RGB")))
    grey = rgb[..., 0]
    return np.ascontiguousarray(grey) if (rgb == grey[..., None]).all() else rgb


def _upright(image: Any, page: Array) -> Array:
    return _turned(page, image.getexif().get(_ORIENTATION_TAG, 1))


def _turned(page: Array, turn: int) -> Array:
    """Turn (H, W[, 3]) as EXIF's orientation 1 to 8 (TIFF tag 274) says it lies."""
    if turn in (5, 6, 7, 8):
        page = page.swapaxes(0, 1)
    if turn in (2, 3, 6, 7):
        page = page[:, ::-1]
    if turn in (3, 4, 7, 8):
        page = page[::-1]
    return page


def _png_bits(path: Path) -> int:
    with path.open("rb") as file:
        head = file.read(26)
    return head[24] if len(head) > 24 else 8


def _note(notes: list[str], text: str) -> None:
    if text not in notes:
        notes.append(text)


def _size(page: Array) -> str:
    colour = "colour" if page.ndim == 3 else "grey"
    return f"{page.shape[1]} x {page.shape[0]} {colour}"
