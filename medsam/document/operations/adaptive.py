"""What an adaptive brush accepts: the intensity where its stroke began, and what hangs together."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medsam.volume import Array

Bools = npt.NDArray[np.bool_]
Point = tuple[float, float]

_MOST = 5
"""Of 3 by 3 pixels."""

_SPECK = 2.0
"""How many times the tolerance a speck of noise may lie off."""

_CORE, _CORE_SHARE = 4.0, 0.2
"""The noise is that of the inner half of the tip, of so many pixels around its middle, or of a fifth of a
wide tip. A fifth follows the texture of skin or tissue in large pictures; small lesions need their half."""


@dataclass(frozen=True)
class IntensityRange:
    """Raw values that an adaptive stroke accepts, inclusive; one pair a channel."""

    low: npt.NDArray[np.float64]
    high: npt.NDArray[np.float64]

    def widened(self, factor: float) -> IntensityRange:
        """As many times as wide about the same middle."""
        more = (self.high - self.low) * (factor - 1) / 2
        return IntensityRange(self.low - more, self.high + more)

    def holds(self, values: Array) -> Bools:
        """Where values (..., or ..., 3 of a colour picture) lie within; not where they are no numbers."""
        if self.low.size == 1:
            return np.asarray((values >= self.low[0]) & (values <= self.high[0]))
        return np.asarray(((values >= self.low) & (values <= self.high)).all(axis=-1))


def intensity_range(picture: Array, x: float, y: float, radius_xy: Point, tolerance: float) -> IntensityRange:
    """What an adaptive stroke that begins at a point accepts.

    The middle is the median of the 3 by 3 pixels there, the noise the median
    deviation from it (as a standard deviation) in the core of the tip. Neither
    a speck nor an edge at the tip's rim moves them.

    Args:
        picture: (H, W) raw or (H, W, 3), stored.
        x, y: On the picture, pixel edges.
        radius_xy: Of the tip in pixels along x and y.
        tolerance: In standard deviations.
    """
    h, w = picture.shape[:2]
    col, row = min(max(int(x), 0), w - 1), min(max(int(y), 0), h - 1)
    middle = np.atleast_1d(_median(picture[max(row - 1, 0) : row + 2, max(col - 1, 0) : col + 2]))
    rx, ry = (max(min(r / 2, _CORE), r * _CORE_SHARE, 1.5) for r in radius_xy)
    rows, cols = (slice(max(int(at - r), 0), int(at + r) + 1) for at, r in ((row + 0.5, ry), (col + 0.5, rx)))
    near = picture[rows, cols]
    dy = (np.arange(rows.start, rows.start + near.shape[0]) - row)[:, None] / ry
    dx = (np.arange(cols.start, cols.start + near.shape[1]) - col)[None, :] / rx
    inner = near[dx * dx + dy * dy <= 1].astype(np.float64)
    noise = 1.4826 * np.atleast_1d(
        _median(np.abs(inner - middle if near.ndim == 3 else inner - middle[0])[None])
    )
    # Equal values all around say nothing of the noise: whole numbers may still be rounded.
    least = 0.5 if picture.dtype.kind in "iu" else 1e-6 * np.abs(middle)
    reach = tolerance * np.maximum(noise, least)
    return IntensityRange(middle - reach, middle + reach)


def _median(values: Array) -> npt.NDArray[np.float64]:
    """Median over the first two axes, of what is a number; 0 where nothing is."""
    flat = values.reshape(-1, *values.shape[2:]).astype(np.float64)
    if flat.dtype.kind == "f" and not np.isfinite(flat).all():
        flat = flat[np.isfinite(flat).reshape(flat.shape[0], -1).all(axis=1)]
    return np.asarray(np.median(flat, axis=0) if flat.size else np.zeros(flat.shape[1:]))


def prepare() -> None:
    """Load what the first adaptive stroke needs, so that it need not wait for it."""
    import scipy.ndimage  # noqa: F401


def connected_to(accepted: Bools, seeds: Bools) -> Bools:
    """The parts of ``accepted`` that hold a seed; neighbours share a side."""
    from scipy import ndimage

    parts, count = ndimage.label(accepted)
    keep = np.zeros(count + 1, bool)
    keep[parts[seeds & accepted]] = True
    keep[0] = False
    return np.asarray(keep[parts])


def around(accepted: Bools) -> npt.NDArray[np.int8]:
    """How many of the 3 by 3 pixels about each one are accepted, on its own slice.

    Args:
        accepted: (..., h + 2, w + 2): one pixel more on each side than the result.
    """
    across = accepted[..., :, :-2].astype(np.int8) + accepted[..., :, 1:-1] + accepted[..., :, 2:]
    return np.asarray(across[..., :-2, :] + across[..., 1:-1, :] + across[..., 2:, :], np.int8)


def grown_from(seeds: Bools, within: Bools, values: Array, accepts: IntensityRange, *, smooth: bool) -> Bools:
    """The pixels of an adaptive tip: connected to a seed, of the range, without the specks of noise.

    Args:
        seeds: (D, h, w): the tip's path and the stroke's ink so far.
        within: The tip.
        values: (D, h + 2, w + 2) raw, or with a last axis of 3: one pixel more on each side.
        accepts: The range.
        smooth: Leave out pixels of the range that most of their neighbours do
            not belong to, so that the rim is no fringe. Not for a tip so thin
            that a line of one pixel is what it is for.
    """
    inner = (slice(None), slice(1, -1), slice(1, -1))
    held = accepts.holds(values)
    accepted = held[inner] & within
    if smooth:
        accepted &= around(held) >= _MOST
    near = around(np.pad(seeds, [(0, 0), (1, 1), (1, 1)])) > 0
    core = connected_to(accepted, near & within)
    # A speck in the midst is noise; one of quite another value is something else, however small.
    specks = around(np.pad(core, [(0, 0), (1, 1), (1, 1)])) >= _MOST
    return np.asarray(core | (specks & within & accepts.widened(_SPECK).holds(values)[inner]))
