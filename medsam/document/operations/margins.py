"""Grow and shrink a mask by a distance in mm.

The distance is between voxel centres, so a mask grows across thick slices
only when the margin reaches the next slice. At the edge of the picture
nothing is known: a mask that is cut off there neither shrinks from the edge
nor grows beyond it.
"""

from __future__ import annotations

import itertools
import math

import numpy as np
import numpy.typing as npt

from medsam.document.operations.regions import bounds_of, padded_block
from medsam.errors import InputError

Mask = npt.NDArray[np.bool_]

_SLACK = 1e-6
"""Relative; a distance of exactly the margin counts whatever its rounding."""

_MOST_COLUMNS = 250
"""Columns of a ball; beyond, the distance of every voxel is computed sooner."""


def grown(mask: Mask, margin_mm: float, spacing: tuple[float, ...]) -> Mask:
    """The voxels within ``margin_mm`` of a mask (2D or 3D), ``spacing`` in mm along every axis.

    Raises:
        InputError: If the margin is negative or no number.
    """
    _check(margin_mm)
    bounds = bounds_of(mask)
    result = mask.copy()
    if bounds is None:
        return result
    block = padded_block(bounds, reach_of(margin_mm, spacing), mask.shape)
    result[block] |= _within(mask[block], margin_mm * (1 + _SLACK), spacing)
    return result


def shrunk(mask: Mask, margin_mm: float, spacing: tuple[float, ...]) -> Mask:
    """The voxels of a mask that lie further than ``margin_mm`` from everything outside of it.

    Raises:
        InputError: If the margin is negative or no number.
    """
    _check(margin_mm)
    bounds = bounds_of(mask)
    result = mask.copy()
    if bounds is None:
        return result
    block = padded_block(bounds, (1,) * mask.ndim, mask.shape)
    part = mask[block]
    if not part.all():
        result[block] &= ~_within(~part, margin_mm * (1 + _SLACK), spacing)
    return result


def reach_of(distance_mm: float, spacing: tuple[float, ...]) -> tuple[int, ...]:
    """How many voxels a distance may reach along every axis."""
    return tuple(int(distance_mm * (1 + _SLACK) / step) for step in spacing)


def _within(mask: Mask, distance_mm: float, spacing: tuple[float, ...]) -> Mask:
    """The voxels within a distance of a mask, in the mask's own block.

    A small ball is laid down column by column, several times faster than the
    distance of every voxel.
    """
    reach = [min(int(distance_mm / step), n - 1) for step, n in zip(spacing, mask.shape, strict=True)]
    along = int(np.argmax(reach))
    sides = [range(-r, r + 1) if a != along else range(1) for a, r in enumerate(reach)]
    columns: dict[int, list[tuple[int, ...]]] = {}
    for place in itertools.product(*sides):
        left = distance_mm**2 - sum((n * step) ** 2 for n, step in zip(place, spacing, strict=True))
        if left >= 0:
            columns.setdefault(min(int(math.sqrt(left) / spacing[along]), reach[along]), []).append(place)
    if sum(map(len, columns.values())) > _MOST_COLUMNS:
        from scipy import ndimage

        return np.asarray(ndimage.distance_transform_edt(~mask, sampling=spacing) <= distance_mm)
    result = np.zeros_like(mask)
    line = mask.copy(order="K")
    for half in range(reach[along] + 1):
        if half:
            for step in (-half, half):
                _add_shifted(line, mask, tuple(step if a == along else 0 for a in range(mask.ndim)))
        for place in columns.get(half, ()):
            _add_shifted(result, line, place)
    return result


def _add_shifted(target: Mask, source: Mask, steps: tuple[int, ...]) -> None:
    """Set the voxels of ``target`` that lie ``steps`` away from a set one of ``source``."""
    to = tuple(slice(max(s, 0), n + min(s, 0)) for s, n in zip(steps, source.shape, strict=True))
    of = tuple(slice(max(-s, 0), n + min(-s, 0)) for s, n in zip(steps, source.shape, strict=True))
    target[to] |= source[of]


def _check(margin_mm: float) -> None:
    if not 0 <= margin_mm < np.inf:
        raise InputError(f"A margin is zero or more millimetres; {margin_mm:g} came.")
