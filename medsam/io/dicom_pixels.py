"""Stored pixels of DICOM frames, decoded and turned into physical values."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from medsam.errors import ReadError
from medsam.io.dicom_elements import pydicom_module, read_dataset
from medsam.io.dicom_headers import Header
from medsam.io.dicom_mosaic import tile
from medsam.io.support import Array, utf8_name

_LITTLE_ENDIAN = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1"}
_NATIVE = {*_LITTLE_ENDIAN, "1.2.840.10008.1.2.1.99", "1.2.840.10008.1.2.2", "1.2.840.10008.1.2.5"}
_JPEG_EXTENDED = "1.2.840.10008.1.2.4.51"


def decode(header: Header, indices: list[int], notes: list[str]) -> Iterator[tuple[int, Array]]:
    """Decode frames of one file.

    Grey: (H, W) stored values with the unused high bits cleared; MONOCHROME1
    inverted, so that higher is brighter. Colour: (H, W, 3) 8-bit RGB.

    Args:
        header: Of the file.
        indices: Of the wanted frames, ascending.
        notes: Oddities are added here.

    Yields:
        Frame index and pixels.

    Raises:
        ReadError: If the pixels are damaged or of an unknown compression.
    """
    bare = _bare(header)
    if bare is not None:
        yield 0, interpret(bare, None, header, notes)
        return
    dataset = read_dataset(header.path, None, pixels=True)
    if not any(k in dataset for k in ("PixelData", "FloatPixelData", "DoubleFloatPixelData")):
        raise ReadError(
            f"A DICOM image needs pixel data; {header.path.name} has none, or ends before it does."
            " Copy or export it again."
        )
    try:
        for index, stored in _stored(dataset, header, indices):
            yield index, interpret(stored, dataset, header, notes)
    except ReadError:
        raise
    except MemoryError:
        raise
    except Exception as error:
        raise ReadError(_decode_reason(header.path, dataset, error)) from error


def _stored(dataset: Any, header: Header, indices: list[int]) -> Iterator[tuple[int, Array]]:
    from pydicom.pixels import iter_pixels, pixel_array

    if header.syntax == _JPEG_EXTENDED and header.bits_stored > 8:
        frames = _gdcm_frames(header.path, header)
        yield from ((i, frames[i]) for i in indices)
    elif header.mosaic is not None:
        picture = pixel_array(dataset)
        yield from ((i, tile(picture, header.mosaic, i)) for i in indices)
    elif len(header.frames) == 1:
        pixels = pixel_array(dataset)
        yield 0, pixels[0] if pixels.ndim == (4 if header.samples > 1 else 3) else pixels
    else:
        yield from zip(indices, iter_pixels(dataset, indices=indices), strict=True)


def _bare(header: Header) -> Array | None:
    """(H, W) pixels that lie in the file as numpy has them; None if they do not, or the file ends early."""
    if header.pixels is None:
        return None
    offset, _ = header.pixels
    stored = np.empty((header.rows, header.columns), header.dtype)
    with header.path.open("rb", buffering=0) as file:
        file.seek(offset)
        view, got = stored.reshape(-1).view(np.uint8).data, 0
        while got < stored.nbytes:
            n = file.readinto(view[got:])
            if not n:
                return None
            got += n
    return stored


def _gdcm_frames(path: Path, header: Header) -> Array:
    """12-bit JPEG, which pydicom's plugins leave out: (N, H, W) through GDCM itself."""
    import gdcm

    gdcm.Trace.WarningOff()
    gdcm.Trace.ErrorOff()
    reader = gdcm.ImageReader()
    reader.SetFileName(utf8_name(path))
    if not reader.Read():
        raise ReadError(
            f"{path.name} is damaged or incomplete: its JPEG pixels cannot be decoded. Export it again."
        )
    raw = reader.GetImage().GetBuffer().encode("utf-8", errors="surrogateescape")
    pixels = np.frombuffer(raw, np.int16 if header.is_signed else np.uint16)
    return pixels.reshape(-1, header.rows, header.columns)


def interpret(stored: Array, dataset: Any, header: Header, notes: list[str]) -> Array:
    """Pixels as ``decode`` yields them, of stored values.

    Args:
        stored: (H, W), or (H, W, samples).
        dataset: For its tables; None if the file is known to have none.
        header: Of the file.
        notes: Oddities are added here.
    """
    if header.photometric == "PALETTE COLOR":
        from pydicom.pixels import apply_color_lut

        return _eight_bit_colour(apply_color_lut(stored, dataset)[..., :3], notes)
    if stored.ndim == 3:
        return _eight_bit_colour(stored[..., :3], notes)
    if stored.dtype.kind == "f":
        return stored
    if header.syntax in _NATIVE and header.bits_stored < header.bits_allocated:
        stored = _without_high_bits(stored, header)
    if header.photometric == "MONOCHROME1":
        _note(notes, "White-is-zero pixels (MONOCHROME1) were inverted, so that higher is brighter.")
        stored = stored_sum(header) - stored.astype(np.int32)
    if dataset is not None and _has_modality_table(dataset):
        from pydicom.pixels import apply_modality_lut

        return apply_modality_lut(stored, dataset)
    return stored


def stored_sum(header: Header) -> int:
    """Lowest plus highest stored value: what an inversion subtracts from."""
    return -1 if header.is_signed else (1 << header.bits_stored) - 1


def _without_high_bits(stored: Array, header: Header) -> Array:
    """Clear, or sign-extend over, bits above BitsStored; old files keep overlays there."""
    bits = header.bits_stored
    low, high = (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if header.is_signed else (0, (1 << bits) - 1)
    if stored.min() >= low and stored.max() <= high:
        return stored
    masked = stored.astype(np.int32) & ((1 << bits) - 1)
    if header.is_signed:
        sign = 1 << (bits - 1)
        masked = (masked ^ sign) - sign
    return masked


def _has_modality_table(dataset: Any) -> bool:
    sequence = dataset.get("ModalityLUTSequence")
    # Some writers leave an empty table behind.
    return bool(sequence) and bool(sequence[0].get("LUTData")) and bool(sequence[0].get("LUTDescriptor"))


def _eight_bit_colour(pixels: Array, notes: list[str]) -> Array:
    """Colour of any depth to 8 bit by its highest byte."""
    if pixels.dtype == np.uint8:
        return pixels
    if pixels.dtype.kind != "u":
        pixels = np.clip(pixels, 0, None).astype(f"u{pixels.dtype.itemsize}")
    _note(notes, f"{pixels.dtype.itemsize * 8}-bit colour was scaled to 8 bit.")
    return (pixels >> (8 * (pixels.dtype.itemsize - 1))).astype(np.uint8)


def _decode_reason(path: Path, dataset: Any, error: Exception) -> str:
    text = str(error)
    if "less than expected" in text or "bytes of pixel data" in text:
        return f"{path.name} ends before its last pixel: the file is incomplete. Copy or export it again."
    syntax = dataset.file_meta.TransferSyntaxUID
    name = getattr(pydicom_module().uid.UID(str(syntax)), "name", str(syntax))
    return (
        f"The pixels of {path.name} cannot be decoded (stored as {name}). The file may be damaged;"
        " copy it again, or export it without compression."
    )


def _note(notes: list[str], text: str) -> None:
    if text not in notes:
        notes.append(text)


class ValueStack:
    """Collects slices of physical values in the smallest dtype that is exact.

    Whole slopes of 1 and whole intercepts stay integers: uint8 for 8-bit
    pixels, else int16, uint16 or int32 as the values need; anything else is
    float32.

    Args:
        shape: (slices, rows, columns).
        start: dtype to begin with.
    """

    def __init__(self, shape: tuple[int, int, int], start: np.dtype[Any] | type) -> None:
        self._buffer: Array = np.zeros(shape, start)

    def put(self, k: int, stored: Array, slope: float, intercept: float, *, may_widen: bool = True) -> bool:
        """Set slice ``k`` to ``stored * slope + intercept``.

        Returns:
            False, with nothing done, if that needs another dtype and ``may_widen``
            forbids it. So several threads may put slices where none may widen.
        """
        if stored.dtype.kind == "f" and self._buffer.dtype.kind != "f":
            if not may_widen:
                return False
            self._buffer = self._buffer.astype(np.float32)
        if self._buffer.dtype.kind == "f":
            self._buffer[k] = stored.astype(np.float64) * slope + intercept
            return True
        shift = int(intercept)
        low, high = int(stored.min()) + shift, int(stored.max()) + shift
        if not self._holds(low, high):
            if not may_widen:
                return False
            self._widen(low, high)
        # Whole numbers wrap, and the sum is known to fit: no wider copy is needed.
        dtype = self._buffer.dtype
        np.add(stored.astype(dtype, copy=False), np.array(shift).astype(dtype), out=self._buffer[k])
        return True

    def _holds(self, low: int, high: int) -> bool:
        limits = np.iinfo(self._buffer.dtype)
        return bool(limits.min <= low and high <= limits.max)

    def _widen(self, low: int, high: int) -> None:
        lowest = min(low, int(self._buffer.min()))
        top = max(high, int(self._buffer.max()))
        for dtype in (np.int16, np.uint16, np.int32):
            if np.iinfo(dtype).min <= lowest and top <= np.iinfo(dtype).max:
                self._buffer = self._buffer.astype(dtype)
                return
        raise ReadError(f"Pixel values must fit into 32 bits; {low} to {high} came. Rescale the image first.")

    def array(self) -> Array:
        """(I, J, K), F-order: a view."""
        return self._buffer.transpose(2, 1, 0)
