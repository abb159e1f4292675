"""What all readers share: progress, memory, dtypes and the checks of an affine."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.errors import Cancelled, ReadError

Array = npt.NDArray[Any]
OnProgress = Callable[[float, str], None]
IsCancelled = Callable[[], bool]
OnSlices = Callable[[Array, int], None]

LPS_TO_RAS = np.diag([-1.0, -1.0, 1.0, 1.0])
"""DICOM and ITK point to Left, Posterior, Superior; a ``Volume`` to Right, Anterior, Superior."""

_MAX_COSINE = 0.01
_HEADROOM = 1.25


class Watch:
    """Tells how far reading has come and asks whether to stop.

    Args:
        on_progress: Called with a fraction in [0, 1] and a short text.
        is_cancelled: Asked before every file; true stops the reading.
        span: The part of the whole this watch stands for.
        on_slices: Told of the array that is being filled and how many of its
            first slices are final. Where values need another dtype, another
            array takes its place and is told of from its first slice.
    """

    def __init__(
        self,
        on_progress: OnProgress | None = None,
        is_cancelled: IsCancelled | None = None,
        span: tuple[float, float] = (0.0, 1.0),
        on_slices: OnSlices | None = None,
    ) -> None:
        self._on_progress = on_progress
        self._is_cancelled = is_cancelled
        self._span = span
        self._on_slices = on_slices

    def check(self) -> None:
        """Raise ``Cancelled`` if the user asked to stop."""
        if self._is_cancelled is not None and self._is_cancelled():
            raise Cancelled("Reading was stopped.")

    def filled(self, array: Array, slices: int) -> None:
        """Tell that the first ``slices`` of an array (I, J, K[, 3]) are final."""
        if self._on_slices is not None:
            self._on_slices(array, slices)

    def step(self, done: int, total: int, text: str) -> None:
        """Check for cancel, then report ``done`` of ``total``."""
        self.check()
        if self._on_progress is not None:
            low, high = self._span
            self._on_progress(low + (high - low) * min(1.0, done / max(1, total)), text)

    def part(self, low: float, high: float) -> Watch:
        """A watch for the part of this one between two fractions."""
        a, b = self._span
        span = (a + (b - a) * low, a + (b - a) * high)
        return Watch(self._on_progress, self._is_cancelled, span, self._on_slices)


def require_memory(needed: int, name: str) -> None:
    """Refuse an image that would not fit before any of it is loaded.

    Args:
        needed: Bytes that reading takes at its peak.
        name: Of the file or folder.
    """
    import psutil

    available = psutil.virtual_memory().available
    if needed * _HEADROOM > available:
        raise ReadError(
            f"An image must fit into the free memory: {name} needs {_bytes(needed * _HEADROOM)} to open and"
            f" {_bytes(available)} is free. Close other programs, or open a cropped or downsampled copy."
        )


def _bytes(count: float) -> str:
    return f"{count / 1e9:.1f} GB" if count >= 1e8 else f"{count / 1e6:.1f} MB"


def sensible(values: Array, name: str) -> Array:
    """The same values in a dtype a ``Volume`` holds well.

    Whole numbers become int16 where they fit (uint8 and uint16 stay), else
    int32; 64-bit floats become int16 where all are whole and fit, else
    float32, as do half and long floats. Big-endian turns native.

    Raises:
        ReadError: If the values fit none of these.
    """
    kind, size = values.dtype.kind, values.dtype.itemsize
    if kind == "b":
        return values.astype(np.uint8)
    if kind in "iu":
        if (kind == "u" and size <= 2) or (kind == "i" and size == 2):
            return values.astype(values.dtype.newbyteorder("="), copy=False)
        return _narrow_integers(values, name)
    if kind != "f":
        raise ReadError(
            f"An image holds real numbers or 8-bit colours; {name} holds {values.dtype}."
            " Convert it first, for example to its magnitude."
        )
    if size == 8 and _is_whole(values, -32768, 32767):
        return values.astype(np.int16)
    if size > 4 and values.size and _largest(values) > float(np.finfo(np.float32).max):
        raise ReadError(
            f"Values must fit into 32-bit floats; {name} holds values up to {_largest(values):g}."
            " Rescale the image first."
        )
    return values.astype(np.float32, copy=False)


def _narrow_integers(values: Array, name: str) -> Array:
    low, high = (int(values.min()), int(values.max())) if values.size else (0, 0)
    for dtype in (np.int16, np.int32):
        limits = np.iinfo(dtype)
        if limits.min <= low and high <= limits.max:
            return values.astype(dtype)
    raise ReadError(
        f"Whole numbers must fit into 32 bits; {name} holds {low} to {high}. Rescale the image first."
    )


def _is_whole(values: Array, low: float, high: float) -> bool:
    """Whether all are whole numbers between two limits; looks at the first plane first."""
    for part in (values[..., :1], values):
        with np.errstate(invalid="ignore"):
            if not bool(((part >= low) & (part <= high) & (np.floor(part) == part)).all()):
                return False
    return True


def _largest(values: Array) -> float:
    finite = values[np.isfinite(values)]
    return float(np.abs(finite).max()) if finite.size else 0.0


def nan_note(values: Array) -> tuple[str, ...]:
    """A note if some values are not finite numbers."""
    if values.dtype.kind != "f":
        return ()
    count = int(values.size - np.count_nonzero(np.isfinite(values)))
    return (f"{count} voxels are not finite numbers; they are shown black or white.",) if count else ()


def require_orthogonal(affine: npt.NDArray[np.float64], name: str) -> None:
    """Refuse a sheared grid, whose planes are not at right angles.

    Raises:
        ReadError: With the angle that is furthest from 90 degrees.
    """
    if not np.isfinite(affine).all():
        raise ReadError(f"The position of voxels must be finite numbers; {name}'s header holds others.")
    lengths = np.linalg.norm(affine[:3, :3], axis=0)
    if (lengths < 1e-9).any():
        raise ReadError(
            f"The distance between voxels must be above zero; {name}'s header says"
            f" {' x '.join(f'{v:g}' for v in lengths)} mm. Correct the header first."
        )
    unit = affine[:3, :3] / lengths
    cosines = np.abs((unit.T @ unit)[np.triu_indices(3, 1)])
    if cosines.max() > _MAX_COSINE:
        angle = 90 - np.degrees(np.arccos(min(1.0, cosines.max())))
        raise ReadError(
            f"The voxel axes must be at right angles; {name} is sheared by {angle:.1f} degrees."
            " Resample it onto a straight grid first."
        )


def utf8_name(path: Path) -> str:
    """The path as text for a library that takes UTF-8 only and ends the process on anything else.

    Raises:
        ReadError: If a name in it is not UTF-8, as in archives of older systems.
    """
    text = str(path)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        shown = path.name.encode("utf-8", "replace").decode()
        raise ReadError(
            f"The names of a file and its folders must be UTF-8 for this format; those of {shown} are not."
            " Rename them."
        ) from None
    return text


def natural_key(path: Path) -> tuple[Any, ...]:
    """Sorts ``slice2`` before ``slice10``."""
    parts = re.split(r"(\d+)", path.name.lower())
    return tuple((0, int(p), "") if p.isdigit() else (1, 0, p) for p in parts)


def plural(count: int, noun: str) -> str:
    """``1 file``, ``3 files``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def some_names(names: list[str], limit: int = 3) -> str:
    """The first few of many names."""
    shown = ", ".join(names[:limit])
    return shown if len(names) <= limit else f"{shown} and {len(names) - limit} more"
