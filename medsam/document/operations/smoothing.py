"""Smooth a mask: median, opening, closing and Gaussian, all in mm.

At the edge of the picture the mask counts as going on the way it ends there.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.document.operations.margins import grown, reach_of, shrunk
from medsam.document.operations.regions import bounds_of, padded_block
from medsam.errors import InputError

Mask = npt.NDArray[np.bool_]

_TAIL = 4.0
"""Standard deviations after which a Gaussian is cut off."""

_MOST_COLUMNS = 250
"""Columns of a ball; beyond, a Fourier transform counts its voxels sooner."""


def median(mask: Mask, radius_mm: float, spacing: tuple[float, ...]) -> Mask:
    """Every voxel becomes what most voxels within ``radius_mm`` of it are.

    Args:
        mask: 2D or 3D.
        radius_mm: Of the ball (disc).
        spacing: Along every axis, mm.

    Raises:
        InputError: If the radius is negative or no number.
    """
    _check(radius_mm, "radius")
    ball = ball_of(radius_mm, spacing)
    reach = tuple(n // 2 for n in ball.shape)
    bounds = bounds_of(mask)
    if bounds is None or ball.size == 1:
        return mask.copy()
    block = padded_block(bounds, reach, mask.shape)
    inside = _with_surroundings(mask, block, reach)
    votes = _votes(inside, ball)
    result = mask.copy()
    # The ball is symmetrical about its middle, so its voters are odd in number and never tie.
    result[block] = votes > np.count_nonzero(ball) // 2
    return result


def gaussian(mask: Mask, sigma_mm: float, spacing: tuple[float, ...]) -> Mask:
    """Blur by a standard deviation in mm and cut at one half.

    Raises:
        InputError: If the deviation is negative or no number.
    """
    from scipy import ndimage

    _check(sigma_mm, "standard deviation")
    bounds = bounds_of(mask)
    if bounds is None or sigma_mm == 0:
        return mask.copy()
    reach = tuple(n + 1 for n in reach_of(_TAIL * sigma_mm, spacing))
    block = padded_block(bounds, reach, mask.shape)
    blurred = ndimage.gaussian_filter(
        mask[block].astype(np.float32), [sigma_mm / step for step in spacing], mode="nearest", truncate=_TAIL
    )
    result = mask.copy()
    # A straight edge blurs to exactly one half nowhere, but rounding must not move it either.
    result[block] = np.where(np.abs(blurred - 0.5) < 1e-5, mask[block], blurred > 0.5)
    return result


def opening(mask: Mask, radius_mm: float, spacing: tuple[float, ...]) -> Mask:
    """Shrink, then grow: removes what is thinner than twice the radius."""
    return grown(shrunk(mask, radius_mm, spacing), radius_mm, spacing)


def closing(mask: Mask, radius_mm: float, spacing: tuple[float, ...]) -> Mask:
    """Grow, then shrink: closes gaps narrower than twice the radius."""
    _check(radius_mm, "radius")
    bounds = bounds_of(mask)
    if bounds is None:
        return mask.copy()
    reach = tuple(n + 1 for n in reach_of(radius_mm, spacing))
    # Beyond the edge of the picture the grown mask goes on, or it would shrink back from there.
    block = padded_block(bounds, reach, mask.shape)
    wide = np.pad(mask[block], [(n, n) for n in reach])
    closed = shrunk(grown(wide, radius_mm, spacing), radius_mm, spacing)
    result = mask.copy()
    result[block] |= closed[tuple(slice(n, -n) for n in reach)]
    return result


def ball_of(radius_mm: float, spacing: tuple[float, ...]) -> Mask:
    """The voxels whose centre lies within a distance of the middle one; odd sides."""
    reach = reach_of(radius_mm, spacing)
    lines = np.ogrid[tuple(slice(-n, n + 1) for n in reach)]
    square = sum((line * step) ** 2 for line, step in zip(lines, spacing, strict=True))
    return np.asarray(square <= radius_mm**2 * (1 + 1e-6))


def _votes(inside: Mask, ball: Mask) -> npt.NDArray[Any]:
    """How many voxels of the ball around every voxel are set; the margin of the ball's reach is cut off."""
    reach = [n // 2 for n in ball.shape]
    size = [n - 2 * r for n, r in zip(inside.shape, reach, strict=True)]
    along = int(np.argmax(reach))
    # Of every column of the ball along one axis, half its length less one half.
    halves = (np.count_nonzero(ball, axis=along, keepdims=True) - 1) // 2
    if np.count_nonzero(halves >= 0) > _MOST_COLUMNS or ball.size > np.iinfo(np.uint16).max:
        from scipy import signal

        # Sums of zeros and ones: exact after rounding.
        return np.rint(signal.oaconvolve(inside.astype(np.float32), ball.astype(np.float32), mode="valid"))
    sums = np.zeros([n + (a == along) for a, n in enumerate(inside.shape)], np.uint16, order="F")
    # They may wrap round; the difference of two of them is right all the same.
    np.cumsum(inside, axis=along, out=sums[_part(along, slice(1, None), inside.ndim)])
    votes = np.zeros(size, np.uint16, order="F")
    for place in np.ndindex(*halves.shape):
        half = int(halves[place])
        if half < 0:
            continue
        there = [slice(p, p + n) for p, n in zip(place, size, strict=True)]
        for end, sign in ((reach[along] + half + 1, 1), (reach[along] - half, -1)):
            there[along] = slice(end, end + size[along])
            if sign > 0:
                votes += sums[tuple(there)]
            else:
                votes -= sums[tuple(there)]
    return votes


def _part(axis: int, part: slice, dimensions: int) -> tuple[slice, ...]:
    return tuple(part if a == axis else slice(None) for a in range(dimensions))


def _with_surroundings(mask: Mask, block: tuple[slice, ...], reach: tuple[int, ...]) -> Mask:
    """A block with ``reach`` voxels more on every side; beyond the picture its edge is repeated."""
    wide = padded_block(block, reach, mask.shape)
    lack = [
        (r - (b.start - w.start), r - (w.stop - b.stop)) for b, w, r in zip(block, wide, reach, strict=True)
    ]
    return np.pad(mask[wide], lack, mode="edge")


def _check(size_mm: float, what: str) -> None:
    if not 0 <= size_mm < np.inf:
        raise InputError(f"A {what} is zero or more millimetres; {size_mm:g} came.")
