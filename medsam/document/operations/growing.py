"""Region growing from a seed within a tolerance of its value, and thresholds."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.document.operations.holes import fill_holes
from medsam.document.operations.margins import reach_of
from medsam.document.operations.regions import Block, Found, component_at, padded_block
from medsam.document.operations.smoothing import median
from medsam.errors import InputError

Mask = npt.NDArray[np.bool_]

MOST_VOXELS = 20_000_000
"""What a region may hold before it counts as a leak."""

_NEAR = 3
"""Pixels to every side in which noise is looked for."""

_VOTERS = 2.0
"""Radius of the neighbourhood that votes where noise is evened out, in finest voxel sides."""


@dataclass(frozen=True, eq=False)
class Grown(Found):
    """A grown region.

    Attributes:
        is_cut: Whether it would go on beyond the radius: perhaps a leak.
    """

    is_cut: bool = False


def noise_around(picture: npt.NDArray[Any], pixel: tuple[int, ...]) -> float:
    """How far values scatter about a pixel, as a standard deviation that an edge nearby hardly changes.

    Args:
        picture: (H, W) raw values, or (H, W, 3); of colours, the channel that scatters most counts.
        pixel: (row, column).

    Returns:
        In the unit of the values; 0 where no value is a number.
    """
    row, column = pixel
    part = np.s_[max(row - _NEAR, 0) : row + _NEAR + 1, max(column - _NEAR, 0) : column + _NEAR + 1]
    values = np.asarray(picture[part], np.float64)
    values = values.reshape(-1, values.shape[2] if values.ndim == 3 else 1)
    values = values[np.isfinite(values).all(axis=1)]
    if not len(values):
        return 0.0
    middle = np.median(values, axis=0)
    # The median of the distances, in deviations of a normal distribution.
    return float(1.4826 * np.median(np.abs(values - middle), axis=0).max())


def grow_region(
    raw: npt.NDArray[Any],
    seed: tuple[int, ...],
    tolerance: float,
    *,
    spacing: tuple[float, ...],
    radius_mm: float | None = None,
    smooth: bool = False,
    may: Callable[[Block], Mask] | None = None,
    most: int = MOST_VOXELS,
    tell: Callable[[], None] = lambda: None,
) -> Grown:
    """The connected voxels whose value is near the seed's.

    Args:
        raw: Raw values, 2D or 3D; colours have one more axis of 3, and are
            near when every channel is.
        seed: Index of the seed.
        tolerance: Largest difference from the seed's value, in its unit; zero
            takes equal values only.
        spacing: Distance between voxel centres along every axis, mm.
        radius_mm: Furthest distance from the seed; None is no limit.
        smooth: Let noise not speckle the region: compare with the median
            around the seed, let the neighbours vote whether a voxel is near,
            and fill the holes.
        may: Which voxels of a block the region may hold; it does not pass
            through the others. None is all of them.
        most: Largest number of voxels.
        tell: Called now and then; may raise to stop the work.

    Returns:
        The region. It holds the seed unless that may not be held; then it is
        empty. Its radius is kept by filled holes, too, for a ball has none.

    Raises:
        InputError: If the seed's value is no number, the tolerance is
            negative, or the region has more than ``most`` voxels.
    """
    if not tolerance >= 0:
        raise InputError(f"A tolerance is zero or more; {tolerance:g} came.")
    shape = raw.shape[: len(seed)]
    if not np.isfinite(np.asarray(raw[seed])).all():
        raise InputError("The voxel under the mouse has no value to compare with; choose another one.")
    limit = _box_around(seed, shape, spacing, radius_mm)
    at_seed = tuple(slice(at, at + 1) for at in seed)
    voters = _VOTERS * min(spacing)
    value = _value_around(raw, seed, spacing, voters) if smooth else np.asarray(raw[seed])

    def near(block: Block) -> Mask:
        if smooth:
            wide = padded_block(block, reach_of(voters, spacing), shape)
            mask = median(_near(raw[wide], value, tolerance), voters, spacing)[_within(block, wide)]
        else:
            mask = _near(raw[block], value, tolerance)
        return mask & may(block) if may is not None else mask

    def inside(block: Block) -> Mask:
        tell()
        mask = near(block)
        mask[_within(at_seed, block)] = may is None or may(at_seed)
        if radius_mm is not None:
            mask &= _ball(block, seed, spacing, radius_mm)
        return mask

    found = component_at(inside, seed, shape, limit)
    if found.count > most:
        raise InputError(
            f"The region would have {found.count} voxels, more than {most}: it leaks into its surroundings. "
            "Lower the tolerance or the radius."
        )
    cut = radius_mm is not None and _goes_on(found, near, seed, spacing, radius_mm, shape)
    mask = fill_holes(found.mask) if smooth else found.mask
    if smooth and may is not None:
        mask &= may(found.block)
    return Grown(found.block, mask, found.touches_edge, cut)


def _within(part: Block, block: Block) -> Block:
    """The place of a part in the block that holds it."""
    return tuple(slice(p.start - b.start, p.stop - b.start) for p, b in zip(part, block, strict=True))


def within_range(raw: npt.NDArray[Any], low: float, high: float) -> Mask:
    """Whether grey values lie in ``low``..``high``, both included; a missing value (NaN) never does.

    Raises:
        InputError: If the range is upside down.
    """
    if not low <= high:
        raise InputError(f"A range runs from its lower to its upper value; {low:g} to {high:g} came.")
    if raw.dtype.kind in "iu":
        # Whole numbers compare without a copy in floating point.
        info = np.iinfo(raw.dtype)
        first = info.min if low < info.min else math.ceil(min(low, info.max + 1))
        last = info.max if high > info.max else math.floor(max(high, info.min - 1))
        if first > last:
            return np.zeros(raw.shape, bool)
        return (raw >= first) & (raw <= last)
    return (raw >= low) & (raw <= high)


def _value_around(
    raw: npt.NDArray[Any], seed: tuple[int, ...], spacing: tuple[float, ...], radius: float
) -> npt.NDArray[Any]:
    """The median of the values within a distance of a seed, of every channel by itself."""
    at_seed = tuple(slice(at, at + 1) for at in seed)
    block = padded_block(at_seed, reach_of(radius, spacing), raw.shape[: len(seed)])
    values = raw[block][_ball(block, seed, spacing, radius)]
    return np.asarray(np.nanmedian(values.astype(np.float64), axis=0))


def _near(block: npt.NDArray[Any], value: npt.NDArray[Any], tolerance: float) -> Mask:
    if value.ndim == 0:
        return within_range(block, float(value) - tolerance, float(value) + tolerance)
    mask = np.ones(block.shape[:-1], bool)
    for channel in range(block.shape[-1]):
        centre = float(value[channel])
        mask &= within_range(block[..., channel], centre - tolerance, centre + tolerance)
    return mask


def _box_around(
    seed: tuple[int, ...], shape: tuple[int, ...], spacing: tuple[float, ...], radius_mm: float | None
) -> Block:
    sides = []
    for at, n, step in zip(seed, shape, spacing, strict=True):
        reach = n if radius_mm is None else int(min(radius_mm / step, n))
        sides.append(slice(max(at - reach, 0), min(at + reach + 1, n)))
    return tuple(sides)


def _ball(block: Block, seed: tuple[int, ...], spacing: tuple[float, ...], radius_mm: float) -> Mask:
    """Whether the voxels of a block lie within a distance of the seed."""
    square = np.zeros((1,) * len(seed))
    for axis, (side, at, step) in enumerate(zip(block, seed, spacing, strict=True)):
        line = ((np.arange(side.start, side.stop) - at) * step) ** 2
        square = square + line.reshape([-1 if a == axis else 1 for a in range(len(seed))])
    return square <= radius_mm**2 * (1 + 1e-9)


def _goes_on(
    found: Found,
    near: Any,
    seed: tuple[int, ...],
    spacing: tuple[float, ...],
    radius_mm: float,
    shape: tuple[int, ...],
) -> bool:
    """Whether a voxel beside the region, beyond the radius, is near the seed's value as well."""
    if not found.count:
        return False
    block = tuple(
        slice(max(side.start - 1, 0), min(side.stop + 1, n))
        for side, n in zip(found.block, shape, strict=True)
    )
    inner = tuple(slice(f.start - b.start, f.stop - b.start) for f, b in zip(found.block, block, strict=True))
    region = np.zeros(tuple(b.stop - b.start for b in block), bool)
    region[inner] = found.mask
    beyond = near(block) & ~_ball(block, seed, spacing, radius_mm)
    for axis in range(region.ndim):
        here, there = np.moveaxis(region, axis, 0), np.moveaxis(beyond, axis, 0)
        if (here[1:] & there[:-1]).any() or (here[:-1] & there[1:]).any():
            return True
    return False
