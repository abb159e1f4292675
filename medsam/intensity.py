"""From raw values to 8 bit: windows, presets and the default for a volume.

One definition for what the eye sees and what a network sees. Torch-free and
Qt-free: the window, the worker and the training all use it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt

from medsam.errors import InputError

if TYPE_CHECKING:
    from medsam.volume import Volume


@dataclass(frozen=True, slots=True)
class Window:
    """Window level (centre) and width, in the unit of the raw values."""

    level: float
    width: float

    def __post_init__(self) -> None:
        if not (math.isfinite(self.level) and math.isfinite(self.width) and self.width > 0):
            raise InputError(
                f"A window needs a finite level and a width above zero; {self.level:g}/{self.width:g} came."
            )

    @classmethod
    def from_bounds(cls, low: float, high: float) -> Window:
        """The window between two raw values; at least a hair wide."""
        width = high - low
        if not width > 0:
            width = max(abs(low) * 1e-6, 1e-6)
        return cls(low + width / 2, width)

    @classmethod
    def from_text(cls, text: str) -> Window:
        """Read ``"level/width"`` or the name of a preset, in any case.

        Raises:
            InputError: If it is neither.
        """
        name = text.strip().lower().replace("_", " ").replace("-", " ")
        if name in CT_PRESETS:
            return CT_PRESETS[name]
        try:
            level, width = (float(part) for part in text.split("/"))
        except ValueError:
            presets = ", ".join(CT_PRESETS)
            raise InputError(
                f'A window is level/width (40/400) or one of {presets}; "{text}" came.'
            ) from None
        return cls(level, width)

    @property
    def low(self) -> float:
        """Raw value shown black."""
        return self.level - self.width / 2

    @property
    def high(self) -> float:
        """Raw value shown white."""
        return self.level + self.width / 2


CT_PRESETS: dict[str, Window] = {
    "soft tissue": Window(40, 400),
    "lung": Window(-600, 1500),
    "bone": Window(400, 1800),
    "brain": Window(40, 80),
    "mediastinum": Window(50, 350),
}
"""Level and width in HU. MedSAM's published code uses the first three's values
for soft tissue, lung and brain; bone and mediastinum are common reading windows."""

EIGHT_BIT = Window(127.5, 255)
"""The window under which 8-bit pictures stay exactly as they are."""

PERCENTILES = (0.5, 99.5)
"""MedSAM's intensity limits for everything but CT and colour, of values above zero."""

_SAMPLE = 4_000_000
_TABLE_FROM = 65_536
"""Values from which on a table of all possible ones is quicker than arithmetic."""

_TABLED = (np.dtype(np.uint8), np.dtype(np.int16), np.dtype(np.uint16))


def to_uint8(raw: npt.NDArray[Any], window: Window) -> npt.NDArray[np.uint8]:
    """Map raw values through a window to 0..255, cutting decimals off.

    ``floor((clip(v, low, high) - low) / (high - low) * 255)``, which is what
    MedSAM's published preparation computes. Values that are not numbers turn
    black.

    Args:
        raw: Any shape, any real dtype.
        window: In the unit of ``raw``.
    """
    if raw.dtype == np.uint8 and window == EIGHT_BIT:
        return np.asarray(raw)
    table = lookup_table(raw.dtype, window) if raw.size >= _TABLE_FROM else None
    if table is not None:
        return table.take(as_unsigned(raw))
    values = raw.astype(np.float64)
    np.nan_to_num(values, copy=False, nan=window.low, posinf=window.high, neginf=window.low)
    return _scale(values, window)


def lookup_table(dtype: np.dtype[Any], window: Window) -> npt.NDArray[np.uint8] | None:
    """What ``to_uint8`` makes of every value of an integer type, to be indexed ``as_unsigned``.

    Args:
        dtype: int16, uint16 or uint8 of this machine's byte order; for any other the answer is None.
        window: In the unit of the values.

    Returns:
        (65,536,) or (256,), read-only.
    """
    return _table(dtype.kind, dtype.itemsize, window) if dtype in _TABLED else None


def as_unsigned(raw: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """Integers as indices into a ``lookup_table``; a view."""
    return raw.view(f"u{raw.dtype.itemsize}")


@lru_cache(maxsize=4)
def _table(kind: str, itemsize: int, window: Window) -> npt.NDArray[np.uint8]:
    limits = np.iinfo(f"{kind}{itemsize}")
    table = _scale(np.arange(limits.min, limits.max + 1, dtype=np.float64), window)
    # A view as unsigned turns -1 into the last index, so the table is rolled to match.
    table = np.roll(table, limits.min)
    table.setflags(write=False)
    return table


def _scale(values: npt.NDArray[np.float64], window: Window) -> npt.NDArray[np.uint8]:
    scaled = (np.clip(values, window.low, window.high) - window.low) / window.width * 255.0
    return np.clip(scaled, 0.0, 255.0).astype(np.uint8)


def auto_window(raw: npt.NDArray[Any]) -> Window:
    """Percentiles 0.5 to 99.5 of the values above zero (of all, if none is)."""
    flat = raw.ravel(order="K")
    if flat.size > _SAMPLE:
        flat = flat[:: math.ceil(flat.size / _SAMPLE)]
    values = flat[np.isfinite(flat)] if flat.dtype.kind == "f" else flat
    above = values[values > 0]
    if above.size:
        values = above
    if values.size == 0:
        return Window(0.5, 1.0)
    low, high = np.percentile(values, PERCENTILES)
    return Window.from_bounds(float(low), float(high))


def looks_like_ct(raw: npt.NDArray[Any]) -> bool:
    """Whether raw values can only be Hounsfield units: air far below zero, no extremes."""
    sample = raw.ravel(order="K")[:: max(1, raw.size // 1_000_000)]
    return bool(sample.dtype.kind in "if" and -5000 < sample.min() <= -300 and sample.max() < 70_000)


def default_window(volume: Volume) -> Window | None:
    """The window a volume opens with, and the one a network sees by default.

    CT: soft tissue, whatever a file's own window says, so that a mask does
    not depend on who saved the scan. Colour: none. 8-bit pictures: as they
    are. Everything else: percentiles of the whole volume.
    """
    if volume.is_rgb:
        return None
    if volume.modality == "CT":
        return CT_PRESETS["soft tissue"]
    if volume.array.dtype == np.uint8:
        return EIGHT_BIT
    return auto_window(volume.array)
