"""The pixels inside a polygon, exactly."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from medsam.errors import InputError

Mask = npt.NDArray[np.bool_]


def polygon_mask(corners: npt.ArrayLike, shape_hw: tuple[int, int]) -> Mask:
    """The pixels whose centre lies inside a polygon.

    The polygon is closed by a line from its last corner to its first. Where it
    crosses itself, even-odd counts: a part that it runs round twice is
    outside. A centre exactly on a line belongs to the side towards higher x
    (or higher y), so polygons that share a line share no pixel and leave none
    out.

    Args:
        corners: (N, 2) of x, y in pixel edges; may lie outside of the picture.
        shape_hw: Rows and columns of the picture.

    Returns:
        (H, W) bool; empty for fewer than three corners and for a polygon
        without an area.

    Raises:
        InputError: If a corner is not a pair of finite numbers.
    """
    points = np.asarray(corners, dtype=np.float64)
    height, width = shape_hw
    if points.size == 0:
        return np.zeros(shape_hw, bool)
    if points.ndim != 2 or points.shape[1] != 2 or not np.isfinite(points).all():
        raise InputError("A polygon is a row of corners, each a pair of finite numbers x, y.")
    x0, y0, x1, y1 = _edges_downwards(points)
    # Only the rows and columns that the polygon reaches are looked at.
    xs = points[:, 0]
    left, right = (int(np.clip(v, 0, width)) for v in (np.floor(xs.min()), np.ceil(xs.max())))
    top, bottom = (int(np.clip(v, 0, height)) for v in (np.floor(y0.min()), np.ceil(y1.max())))
    # Rows whose centre, row + 0.5, lies in [y0, y1).
    first = np.clip(np.ceil(y0 - 0.5), 0, height).astype(np.int64)
    last = np.clip(np.ceil(y1 - 0.5), 0, height).astype(np.int64)
    counts = last - first
    edge = np.repeat(np.arange(counts.size), counts)
    row = np.arange(counts.sum()) - np.repeat(np.cumsum(counts) - counts, counts) + first[edge]
    share = (row + 0.5 - y0[edge]) / (y1[edge] - y0[edge])
    cross = x0[edge] + share * (x1[edge] - x0[edge])
    # The first column whose centre does not lie left of the crossing.
    column = np.clip(np.ceil(cross - 0.5), left, right).astype(np.int64) - left
    rows, columns = max(bottom - top, 0), right - left + 1
    flips = np.bincount((row - top) * columns + column, minlength=rows * columns)
    odd = (flips.reshape(rows, columns) & 1).astype(np.uint8)
    mask = np.zeros(shape_hw, bool)
    mask[top:bottom, left:right] = np.bitwise_xor.accumulate(odd, axis=1)[:, :-1]
    return mask


def _edges_downwards(points: npt.NDArray[np.float64]) -> tuple[npt.NDArray[np.float64], ...]:
    """Every edge from its upper to its lower end, so that both of its owners compute the same crossings."""
    x0, y0 = points.T
    x1, y1 = np.roll(points, -1, axis=0).T
    swap = y0 > y1
    return np.where(swap, x1, x0), np.where(swap, y1, y0), np.where(swap, x0, x1), np.where(swap, y0, y1)
