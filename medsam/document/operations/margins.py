"""Grow and shrink a mask by a distance in mm.

The distance is between voxel centres, so a mask grows across thick slices
only when the margin reaches the next slice. At the edge of the picture
nothing is known: a mask that is cut off there neither shrinks from the edge
nor grows beyond it.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from medsam.document.operations.regions import bounds_of, padded_block
from medsam.errors import InputError

Mask = npt.NDArray[np.bool_]

_SLACK = 1e-6
"""Relative; a distance of exactly the margin counts whatever its rounding."""


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
    result[block] |= _distance(~mask[block], spacing) <= margin_mm * (1 + _SLACK)
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
        result[block] &= _distance(part, spacing) > margin_mm * (1 + _SLACK)
    return result


def reach_of(distance_mm: float, spacing: tuple[float, ...]) -> tuple[int, ...]:
    """How many voxels a distance may reach along every axis."""
    return tuple(int(distance_mm * (1 + _SLACK) / step) for step in spacing)


def _distance(inside: Mask, spacing: tuple[float, ...]) -> npt.NDArray[np.float64]:
    """Distance of every voxel inside to the nearest one outside, mm; 0 outside."""
    from scipy import ndimage

    return np.asarray(ndimage.distance_transform_edt(inside, sampling=spacing))


def _check(margin_mm: float) -> None:
    if not 0 <= margin_mm < np.inf:
        raise InputError(f"A margin is zero or more millimetres; {margin_mm:g} came.")
