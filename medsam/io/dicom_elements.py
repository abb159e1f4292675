"""pydicom, quietly: datasets whatever they lack, and elements as plain values."""

from __future__ import annotations

import contextlib
import functools
import logging
import math
import warnings
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO

from medsam.errors import MedSAMError, ReadError

_PIXEL_DATA = 0x7FE00010
_ALL_PIXELS = {0x7FE00008, 0x7FE00009, _PIXEL_DATA}
_UNDEFINED = 0xFFFFFFFF

_ALIKE = {"CS", "DS", "IS", "UI"}
"""Kinds of values in plain ASCII, which mean the same in every file."""
_MOST_KNOWN = 4096
_known: dict[tuple[int, str, bytes], Any] = {}
"""Values that were made before, by tag, kind and bytes; nobody changes them."""


def pydicom_module() -> Any:
    """pydicom, told not to complain about other makers' values nor to print any."""
    import pydicom

    pydicom.config.settings.reading_validation_mode = pydicom.config.IGNORE
    logging.getLogger("pydicom").setLevel(logging.CRITICAL)
    warnings.filterwarnings("ignore", module=r"pydicom(\.|$)")
    return pydicom


def read_dataset(path: Path, tags: list[Any] | None, *, pixels: bool) -> Any:
    """A pydicom dataset with a transfer syntax, whatever the file lacks.

    Args:
        path: Any DICOM file, with or without preamble.
        tags: Keywords to keep; None for all.
        pixels: Whether to read pixel data.

    Raises:
        ReadError: If it cannot be parsed.
    """
    pydicom = pydicom_module()
    with _reading(path):
        return _with_syntax(
            pydicom.dcmread(path, force=True, stop_before_pixels=not pixels, specific_tags=tags)
        )


def read_up_to_pixels(
    file: BinaryIO, path: Path, keywords: Sequence[str]
) -> tuple[Any, tuple[int, int] | None]:
    """As ``read_dataset`` without pixels, and where they lie, in one pass.

    Args:
        file: At its beginning; left open.
        path: Its name.
        keywords: Of the elements to keep.

    Returns:
        The dataset; and at which byte the value of PixelData begins and how
        many it takes, or None if there is none or its length is not told, as
        in compressed files.

    Raises:
        ReadError: If the file cannot be parsed.
    """
    pydicom_module()
    from pydicom.filereader import read_partial

    found: list[tuple[int, int]] = []

    def is_at_pixels(tag: int, _: str | None, length: int) -> bool:
        if tag not in _ALL_PIXELS:
            return False
        # Called with the file at the first byte of the element's value.
        if tag == _PIXEL_DATA and length != _UNDEFINED:
            found.append((file.tell(), length))
        return True

    tags = [_tag(keyword) for keyword in keywords]
    with _reading(path):
        dataset = _with_syntax(read_partial(file, is_at_pixels, force=True, specific_tags=tags))
    return dataset, found[0] if found else None


@contextlib.contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Whatever pydicom throws, but for access, is the file's fault."""
    try:
        yield
    except (PermissionError, FileNotFoundError):
        raise
    except Exception as error:
        raise ReadError(
            f"{path.name} is damaged or incomplete and cannot be read as DICOM. Copy or export it again."
        ) from error


def _with_syntax(dataset: Any) -> Any:
    """The dataset, with the transfer syntax that pydicom guessed where it names none."""
    import pydicom

    if not hasattr(dataset, "file_meta"):
        dataset.file_meta = pydicom.dataset.FileMetaDataset()
    if "TransferSyntaxUID" not in dataset.file_meta:
        implicit, little = dataset.original_encoding
        name = "ImplicitVRLittleEndian" if implicit else "ExplicitVRLittleEndian"
        dataset.file_meta.TransferSyntaxUID = getattr(
            pydicom.uid, name if little in (True, None) else "ExplicitVRBigEndian"
        )
    return dataset


@functools.lru_cache(maxsize=256)
def _tag(keyword: str) -> Any:
    from pydicom.datadict import tag_for_keyword
    from pydicom.tag import Tag

    return Tag(tag_for_keyword(keyword) or 0)


def value_of(source: Any, keyword: str) -> Any:
    """An element's value or None; by tag, which pydicom finds several times faster than by name."""
    if source is None:
        return None
    tag = _tag(keyword)
    if tag not in source:
        return None
    raw = source.get_item(tag)
    value = getattr(raw, "value", None)
    if not (hasattr(raw, "is_raw") and raw.is_raw and isinstance(value, bytes) and raw.VR in _ALIKE):
        return source[tag].value
    # Slices of a series say mostly the same, and making a value takes longer than reading it.
    key = (int(tag), raw.VR, value)
    if key not in _known:
        if len(_known) >= _MOST_KNOWN:
            _known.clear()
        _known[key] = source[tag].value
    return _known[key]


def syntax_of(source: Any) -> str:
    """UID of the transfer syntax."""
    return str(source.file_meta.TransferSyntaxUID)


def first_item(source: Any, keyword: str) -> Any:
    """First item of a sequence, or None."""
    sequence = value_of(source, keyword)
    return sequence[0] if sequence else None


def text_of(source: Any, keyword: str) -> str:
    """An element as stripped text; "" if it is not there."""
    value = value_of(source, keyword)
    return "" if value is None else str(value).strip()


def texts_of(source: Any, keyword: str) -> tuple[str, ...]:
    """All values of an element as stripped capitals."""
    value = value_of(source, keyword)
    if value is None:
        return ()
    parts = [value] if isinstance(value, str) else list(value)
    return tuple(str(p).strip().upper() for p in parts)


def number_of(source: Any, keyword: str, default: float) -> float:
    """The first value of an element as a number, or ``default``."""
    value = value_of(source, keyword)
    if isinstance(value, Sequence) and not isinstance(value, str):
        value = value[0] if len(value) else None
    try:
        return float(value) if value is not None and value != "" else default
    except (TypeError, ValueError):
        return default


def numbers_of(source: Any, keyword: str, count: int) -> Any:
    """Exactly ``count`` finite values, or None."""
    value = value_of(source, keyword)
    if value is None or isinstance(value, str) or not hasattr(value, "__len__") or len(value) != count:
        return None
    try:
        found = tuple(float(v) for v in value)
    except (TypeError, ValueError):
        return None
    return found if all(math.isfinite(v) for v in found) else None


@contextlib.contextmanager
def parsing(path: Path) -> Iterator[None]:
    """Elements are converted as they are asked for; whatever fails then is the file's fault.

    Raises:
        ReadError: For anything but errors of ours, of memory and of access. (pydicom
            raises a plain OSError for a sequence that ends too early.)
    """
    try:
        yield
    except (MedSAMError, MemoryError, FileNotFoundError, PermissionError):
        raise
    except Exception as error:
        raise ReadError(
            f"{path.name} holds values that cannot be understood; it may be damaged. Export it again."
        ) from error
