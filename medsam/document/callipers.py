"""Diameters of a mask: the longest line from edge to edge, and the longest one across it.

Everything is exact on the convex hull of the voxels' *corners*: a mask is the
area its pixels cover on the screen, so one pixel of 1 mm has a long axis of
1.41 mm, a bar of 4 by 1 pixels one of 4.12 mm, and lines end on the outline
that the user sees. (Between centres a pixel would have no size at all.)

Hulls and their opposite corners are found on the integer lattice, where no
rounding can hide a corner; only then lengths are taken, with the true angle
and length of the grid's axes, so that sheared and oblique grids are right.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Point = tuple[int, int]

_PAIRS_AT_ONCE = 1_000_000


@dataclass(frozen=True, slots=True)
class Segment:
    """A straight line between two points of a plane or of space.

    Attributes:
        start, end: In the frame that the function's description names.
        length: In mm, or in pixels where nobody knows their size.
    """

    start: tuple[float, ...]
    end: tuple[float, ...]
    length: float


def hull_of_mask(mask: npt.NDArray[np.bool_]) -> list[Point]:
    """Corners of the convex hull around a mask's pixels.

    Args:
        mask: (A, B) bool.

    Returns:
        Pixel edges ``(a, b)``: pixel (0, 0) covers 0..1 by 0..1. In the order
        of a walk around, no three on a line; empty for an empty mask.
    """
    rows = np.flatnonzero(mask.any(axis=1))
    if not rows.size:
        return []
    first, past = int(rows[0]), int(rows[-1]) + 1
    used = mask[first:past]
    filled = used.any(axis=1)
    far = used.shape[1] + 1
    low = np.where(filled, used.argmax(axis=1), far)
    high = np.where(filled, used.shape[1] - used[:, ::-1].argmax(axis=1), -1)
    # A lattice line between two rows of pixels reaches as far as either of them.
    low = np.minimum(np.append(low, far), np.insert(low, 0, far))
    high = np.maximum(np.append(high, -1), np.insert(high, 0, -1))
    lower = [(first + a, b) for a, b in enumerate(low.tolist()) if b < far]
    upper = [(first + a, b) for a, b in enumerate(high.tolist()) if b >= 0]
    return _chain(lower) + _chain(upper[::-1])


def _chain(points: list[Point]) -> list[Point]:
    """The part of a hull that turns left along sorted points (Andrew's monotone chain)."""
    chain: list[Point] = []
    for point in points:
        while len(chain) > 1 and _turn(chain[-2], chain[-1], point) <= 0:
            chain.pop()
        chain.append(point)
    return chain


def _turn(a: Point, b: Point, c: Point) -> int:
    """Twice the signed area of a triangle: positive where the way turns left."""
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])


def opposite_corners(hull: list[Point]) -> list[tuple[int, int]]:
    """Pairs of hull corners that two parallel lines can hold between them (rotating callipers).

    The two corners furthest apart are among them, for any affine picture of
    the hull, since parallels stay parallel.
    """
    n = len(hull)
    if n < 3:
        return [(0, n - 1)] if n else []
    pairs: list[tuple[int, int]] = []
    j = 1
    for i in range(n):
        a, b = hull[i], hull[(i + 1) % n]
        while _turn(a, b, hull[(j + 1) % n]) > _turn(a, b, hull[j]):
            j = (j + 1) % n
        touched = [j]
        if _turn(a, b, hull[(j + 1) % n]) == _turn(a, b, hull[j]):
            touched.append((j + 1) % n)
        pairs.extend((start, end) for end in touched for start in (i, (i + 1) % n) if start != end)
    return pairs


def flat_axes(steps: Floats) -> Floats:
    """(2, 2): lattice steps along two axes of space, laid into a plane without a change of length.

    Args:
        steps: (3, 2), the columns are one step along the first and the second axis, mm.
    """
    result: Floats = np.linalg.qr(steps)[1]
    return result


def diameters(hull: list[Point], steps: Floats) -> tuple[Segment, Segment] | None:
    """The longest line in a hull, and the longest one at right angles to it.

    The second lies inside of the hull, not necessarily of the mask, and
    always crosses the first. Of equally long ones the first found is taken.

    Args:
        hull: As ``hull_of_mask`` gives it.
        steps: (3, 2), columns in mm: one lattice step along each axis.

    Returns:
        Long and short line in lattice coordinates, lengths in mm; None for no hull.
    """
    if len(hull) < 3:
        return None
    lattice = np.array(hull, np.float64)
    plane = flat_axes(steps)
    points = lattice @ plane.T
    pairs = np.array(opposite_corners(hull))
    apart = np.linalg.norm(points[pairs[:, 0]] - points[pairs[:, 1]], axis=1)
    first, last = (int(n) for n in pairs[int(apart.argmax())])
    length = float(apart.max())
    along = (points[last] - points[first]) / length
    across = np.array([-along[1], along[0]])
    short = _longest_chord(points, first, last, along, across)
    back = np.linalg.inv(plane)
    ends = [tuple(float(v) for v in back @ end) for end in short]
    return (
        Segment(tuple(map(float, hull[first])), tuple(map(float, hull[last])), length),
        Segment(ends[0], ends[1], float(np.linalg.norm(short[1] - short[0]))),
    )


def _longest_chord(
    points: Floats, first: int, last: int, along: Floats, across: Floats
) -> tuple[Floats, Floats]:
    """The longest line across a convex polygon at right angles to its diameter.

    Its length changes linearly between corners, so the longest one passes
    through a corner. The polygon's two sides run from ``first`` to ``last``.
    """
    n = len(points)
    rise = (points - points[first]) @ across
    way = (points - points[first]) @ along
    one = [(first + s) % n for s in range((last - first) % n + 1)]
    other = [(first - s) % n for s in range((first - last) % n + 1)]
    ends = []
    for side in (one, other):
        # A corner cannot lie beyond the ends of the diameter; rounding may say so.
        order = np.maximum.accumulate(way[side])
        ends.append(np.interp(way, order, rise[side]))
    best = int(np.abs(ends[0] - ends[1]).argmax())
    foot = points[first] + way[best] * along
    return foot + ends[0][best] * across, foot + ends[1][best] * across


def furthest_apart(points_mm: Floats) -> tuple[int, int, float]:
    """The two points of space that are furthest apart, and how far that is.

    Args:
        points_mm: (N, 3), N at least 1.

    Returns:
        Two row numbers and the distance.
    """
    rows = _hull_rows(points_mm)
    points = points_mm[rows]
    # A point near the middle cannot be an end: the other end would have to lie outside.
    radius = np.linalg.norm(points - points.mean(axis=0), axis=1)
    outermost = points[int(radius.argmax())]
    least = float(np.linalg.norm(points - outermost, axis=1).max())
    keep = radius >= (least - float(radius.max())) * (1 - 1e-9)
    rows, points = rows[keep], points[keep]
    best = (0, 0, -1.0)
    stride = max(1, _PAIRS_AT_ONCE // len(points))
    for start in range(0, len(points), stride):
        gaps = points[start : start + stride, None] - points[None, start:]
        squares = np.einsum("abc,abc->ab", gaps, gaps)
        a, b = np.unravel_index(int(squares.argmax()), squares.shape)
        if squares[a, b] > best[2]:
            best = (int(rows[start + a]), int(rows[start + b]), float(squares[a, b]))
    return best[0], best[1], float(np.sqrt(best[2]))


def _hull_rows(points: Floats) -> npt.NDArray[Any]:
    """Rows of the points that are corners of their hull; all of them where that does not pay or work."""
    if len(points) < 64:
        return np.arange(len(points))
    from scipy.spatial import ConvexHull, QhullError

    try:
        return np.asarray(ConvexHull(points).vertices)
    except QhullError:  # all in one plane
        return np.arange(len(points))
