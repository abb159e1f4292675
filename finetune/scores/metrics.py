"""How well two masks agree: by area, and by the distance between their outlines.

Outlines are those of DeepMind's surface-distance definition: around each
corner where pixels (voxels) of both kinds meet stands one element, with the
length of the contour (the area of the surface) that marching squares (cubes)
lays through that corner's 2×2 (2×2×2) neighbours. So a 2D mask has a true
contour and never the faces of a slab one voxel thick, which would count its
whole inside as surface.

Of two empty masks every score is the best one; of one empty mask it is the
worst: Dice, IoU and NSD 0, distances infinite. No score is ever NaN.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Floats = npt.NDArray[np.float64]

_SAME = 1 + 1e-9
"""A distance that differs from a tolerance by rounding alone is within it."""


@dataclass(frozen=True)
class Scores:
    """Of one mask: Dice, IoU, normalised surface Dice, 95 % Hausdorff distance (infinite if it is empty)."""

    dice: float
    iou: float
    nsd: float
    hd95: float


def dice(ours: Mask, truth: Mask) -> float:
    """Dice's coefficient of two masks of one shape; 1 if both are empty."""
    total = int(ours.sum()) + int(truth.sum())
    return 2 * int((ours & truth).sum()) / total if total else 1.0


def iou(ours: Mask, truth: Mask) -> float:
    """Intersection over union of two masks of one shape; 1 if both are empty."""
    union = int((ours | truth).sum())
    return int((ours & truth).sum()) / union if union else 1.0


@dataclass(frozen=True)
class Outline:
    """The contour of a 2D mask or the surface of a 3D one, in small elements.

    Attributes:
        points: (n, 2 or 3), where each element lies: a corner between pixels, in units of the spacing.
        sizes: (n,), its length (2D) or area (3D).
    """

    points: Floats
    sizes: Floats

    @property
    def is_empty(self) -> bool:
        """Whether there is none: the mask was empty."""
        return len(self.sizes) == 0


def outline(mask: Mask, spacing: Sequence[float]) -> Outline:
    """The outline of a mask; the border of the array counts where the mask touches it.

    Args:
        mask: (H, W) or (I, J, K) bool.
        spacing: Of its axes, in order.
    """
    if mask.ndim not in (2, 3) or len(spacing) != mask.ndim:
        raise ValueError(f"an outline needs 2 or 3 axes and a spacing for each, not {mask.shape}, {spacing}")
    window = _bounding_window(mask)
    if window is None:
        return Outline(np.zeros((0, mask.ndim)), np.zeros(0))
    inner = np.pad(mask[window], 1)
    # Corner c of a box lies between the pixels c-1 and c of each axis.
    codes = np.zeros([n - 1 for n in inner.shape], np.uint8)
    for offset in np.ndindex(*(2,) * mask.ndim):
        part = inner[tuple(slice(o, o + n) for o, n in zip(offset, codes.shape, strict=True))]
        codes = ((codes << 1) | part).astype(np.uint8)
    where = np.nonzero((codes != 0) & (codes != 2 ** (2**mask.ndim) - 1))
    starts = [w.start for w in window]
    points = np.stack(where, axis=1) + np.array(starts)
    table = _element_sizes(tuple(float(s) for s in spacing))
    return Outline(points * np.array(spacing, float), table[codes[where]])


def _bounding_window(mask: Mask) -> tuple[slice, ...] | None:
    window = []
    for axis in range(mask.ndim):
        others = tuple(a for a in range(mask.ndim) if a != axis)
        used = np.flatnonzero(mask.any(axis=others))
        if used.size == 0:
            return None
        window.append(slice(int(used[0]), int(used[-1]) + 1))
    return tuple(window)


@lru_cache(maxsize=64)
def _element_sizes(spacing: tuple[float, ...]) -> Floats:
    """Length or area for each code of a corner's neighbours, first neighbour in the highest bit."""
    if len(spacing) == 2:
        return _contour_lengths(*spacing)
    s0, s1, s2 = spacing
    across = np.array([s1 * s2, s0 * s2, s0 * s1])
    return np.array([np.linalg.norm(v * across, axis=1).sum() for v in _surface_vectors()])


def _contour_lengths(row: float, column: float) -> Floats:
    """Marching squares: a line between the middles of the sides that the mask's edge crosses."""
    half_diagonal = np.hypot(row, column) / 2
    lengths = np.zeros(16)
    for code in range(1, 15):
        upper_left, upper_right, lower_left, lower_right = ((code >> bit) & 1 for bit in (3, 2, 1, 0))
        count = upper_left + upper_right + lower_left + lower_right
        if count in (1, 3):
            lengths[code] = half_diagonal
        elif upper_left == upper_right:
            lengths[code] = column
        elif upper_left == lower_left:
            lengths[code] = row
        else:
            lengths[code] = 2 * half_diagonal
    return lengths


@lru_cache(maxsize=1)
def _surface_vectors() -> tuple[Floats, ...]:
    """For each of the 256 codes, the area vectors (n, 3) of its triangles at spacing 1.

    Lorensen's marching cubes of the eight neighbours. It joins what touches
    at a face's diagonal; the smaller side of each code is asked, so that a
    mask and its complement have one and the same surface.
    """
    from skimage.measure import marching_cubes

    found: list[Floats] = []
    for code in range(256):
        asked = 255 - code if code.bit_count() > 4 else code
        if asked == 0:
            found.append(np.zeros((0, 3)))
            continue
        cube = np.array([(asked >> bit) & 1 for bit in range(7, -1, -1)], np.float32).reshape(2, 2, 2)
        corners, faces, _, _ = marching_cubes(cube, 0.5, method="lorensen")
        a, b, c = np.moveaxis(corners[faces].astype(np.float64), 1, 0)
        found.append(np.cross(b - a, c - a) / 2)
    return tuple(found)


@dataclass(frozen=True)
class SurfaceDistances:
    """Distances between two outlines, each element with its size as weight.

    Attributes:
        ours, truth: (n,) and (m,), from each element of one outline to the nearest of the other, ascending.
        our_sizes, truth_sizes: Lengths or areas of those elements.
    """

    ours: Floats
    our_sizes: Floats
    truth: Floats
    truth_sizes: Floats

    def nsd(self, tolerance: float) -> float:
        """Normalised surface Dice: the share of both outlines within ``tolerance`` of the other, 0 to 1."""
        total = self.our_sizes.sum() + self.truth_sizes.sum()
        if total == 0:
            return 1.0
        limit = tolerance * _SAME
        near = self.our_sizes[self.ours <= limit].sum() + self.truth_sizes[self.truth <= limit].sum()
        return float(near / total)

    def hausdorff(self, percent: float = 95.0) -> float:
        """The larger of both outlines' distances that ``percent`` of the outline does not exceed."""
        sides = [(d, s) for d, s in ((self.ours, self.our_sizes), (self.truth, self.truth_sizes)) if len(d)]
        return max((_percentile(d, s, percent) for d, s in sides), default=0.0)


def _percentile(distances: Floats, sizes: Floats, percent: float) -> float:
    share = np.cumsum(sizes) / sizes.sum()
    return float(distances[min(int(np.searchsorted(share, percent / 100)), len(distances) - 1)])


def distances_between(ours: Outline, truth: Outline) -> SurfaceDistances:
    """Distances both ways; infinite where the other outline is empty."""
    one, one_sizes = _towards(ours, truth)
    two, two_sizes = _towards(truth, ours)
    return SurfaceDistances(one, one_sizes, two, two_sizes)


def _towards(start: Outline, goal: Outline) -> tuple[Floats, Floats]:
    if start.is_empty or goal.is_empty:
        return np.full(len(start.sizes), np.inf), start.sizes
    from scipy.spatial import cKDTree

    distances, _ = cKDTree(goal.points).query(start.points)
    order = np.argsort(distances, kind="stable")
    return distances[order], start.sizes[order]


def surface_distances(ours: Mask, truth: Mask, spacing: Sequence[float]) -> SurfaceDistances:
    """Distances between the outlines of two masks of one shape, (H, W) or (I, J, K)."""
    return distances_between(outline(ours, spacing), outline(truth, spacing))


def nsd(ours: Mask, truth: Mask, spacing: Sequence[float], tolerance: float) -> float:
    """Normalised surface Dice at a tolerance in the spacing's unit; 1 if both are empty, 0 if one is."""
    return surface_distances(ours, truth, spacing).nsd(tolerance)


def hd95(ours: Mask, truth: Mask, spacing: Sequence[float]) -> float:
    """95 % Hausdorff distance in the spacing's unit; 0 if both are empty, infinite if one is."""
    return surface_distances(ours, truth, spacing).hausdorff(95.0)


def scores_of(mask: Mask, truth: Mask, edge: Outline, spacing: Sequence[float], tolerance: float) -> Scores:
    """All scores of a mask.

    Args:
        edge: Outline of the truth at this spacing, so that it is drawn once for several masks.
        tolerance: Of the normalised surface Dice, in the spacing's unit.
    """
    distances = distances_between(outline(mask, spacing), edge)
    return Scores(dice(mask, truth), iou(mask, truth), distances.nsd(tolerance), distances.hausdorff())
