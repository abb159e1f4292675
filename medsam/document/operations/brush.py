"""Brush strokes: which voxels the tip touches while it moves. numpy only, Qt-free.

A stroke is the union of its tip's positions, swept along the mouse's path
without gaps. It lies on one slice of the volume (a circle) or reaches into
the neighbouring ones (a sphere). Points are pixel edges of the *stored*
picture; a pixel belongs to the tip when its centre does.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Literal

import numpy as np
import numpy.typing as npt

from medsam.document.operations.adaptive import IntensityRange, grown_from, intensity_range
from medsam.errors import InputError
from medsam.volume import Array, Volume, stored_shape_hw, stored_slice

Bools = npt.NDArray[np.bool_]
Region = tuple[slice, slice, slice]
Rect = tuple[int, int, int, int]
Point = tuple[float, float]

LEAST_DIAMETER, LARGEST_DIAMETER = 0.1, 1000.0
SIZE_STEP = 1.2
"""Factor of one step of the size, as in 3D Slicer."""

_SLACK = 1e-9

_LEAST_SMOOTHED = 4.0
"""Pixels of radius from which the rim of adaptive ink is smoothed."""


@dataclass(frozen=True)
class Brush:
    """The tip.

    Attributes:
        diameter: In ``unit``; the tip paints one pixel at least.
        unit: "mm", or "px": pixels of the picture along each of its sides.
        shape: "circle" on one slice, or "sphere" through its neighbours.
        adaptive: Touch only connected voxels of the intensity at the stroke's beginning.
        tolerance: Of the adaptive brush, in standard deviations of the noise there.
    """

    diameter: float = 10.0
    unit: Literal["mm", "px"] = "mm"
    shape: Literal["circle", "sphere"] = "circle"
    adaptive: bool = False
    tolerance: float = 2.5

    def __post_init__(self) -> None:
        if not LEAST_DIAMETER <= self.diameter <= LARGEST_DIAMETER:
            raise InputError(
                f"A brush is {LEAST_DIAMETER:g} to {LARGEST_DIAMETER:g} {self.unit} wide;"
                f" {self.diameter:g} came."
            )
        if not 0 < self.tolerance < np.inf:
            raise InputError(f"The tolerance of a brush is above 0; {self.tolerance:g} came.")

    def resized(self, steps: int) -> Brush:
        """Larger (or smaller) by ``steps`` of 20 %, within the limits."""
        return self.with_diameter(self.diameter * SIZE_STEP**steps)

    def with_diameter(self, diameter: float) -> Brush:
        """As wide as this, or as the nearest limit."""
        return replace(self, diameter=min(max(diameter, LEAST_DIAMETER), LARGEST_DIAMETER))

    def in_unit(self, unit: Literal["mm", "px"], pixel_mm: float) -> Brush:
        """As wide as before in another unit, where a pixel's side is ``pixel_mm``."""
        if unit == self.unit:
            return self
        wanted = self.diameter * (pixel_mm if unit == "mm" else 1.0 / pixel_mm)
        return replace(self, unit=unit).with_diameter(wanted)

    def scale(self, spacing: tuple[float, float, float]) -> tuple[float, float, float]:
        """Length of a voxel's sides in the brush's unit, along i, j, k."""
        return spacing if self.unit == "mm" else (1.0, 1.0, 1.0)


def swept(
    start: Point, end: Point, radii: tuple[float, ...], scale_xy: Point, shape_hw: tuple[int, int]
) -> tuple[Rect, list[Bools]]:
    """The pixels of discs moved from ``start`` to ``end``, one mask a radius.

    Args:
        start, end: Pixel edges; may lie beside the picture.
        radii: Falling, in the unit of ``scale_xy``; the first bounds the result.
        scale_xy: Sides of a pixel.
        shape_hw: Of the picture.

    Returns:
        ``x0, y0, x1, y1`` (exclusive ends; empty beside the picture) and masks
        (y1 - y0, x1 - x0). The first never misses the pixels that its centre crosses.
    """
    (sx, sy), (h, w), radius = scale_xy, shape_hw, radii[0]
    # Where the tip is thinner than a pixel it could fall between two centres: it lies on one.
    a, b = _snapped(start, radius, scale_xy), _snapped(end, radius, scale_xy)
    x0, x1 = _reach(a[0], b[0], radius / sx, w)
    y0, y1 = _reach(a[1], b[1], radius / sy, h)
    if x0 >= x1 or y0 >= y1:
        return (0, 0, 0, 0), [np.zeros((0, 0), bool) for _ in radii]
    dx = (np.arange(x0, x1) + 0.5 - a[0])[None, :] * sx
    dy = (np.arange(y0, y1) + 0.5 - a[1])[:, None] * sy
    vx, vy = (b[0] - a[0]) * sx, (b[1] - a[1]) * sy
    length2 = vx * vx + vy * vy
    if length2 > 0:
        along = np.clip((dx * vx + dy * vy) / length2, 0.0, 1.0)
        distance2 = (dx - along * vx) ** 2 + (dy - along * vy) ** 2
    else:
        distance2 = dx * dx + dy * dy
    masks = [np.asarray(distance2 <= r * r * (1 + _SLACK) + _SLACK) for r in radii]
    rows, cols = _crossed(start, end, (x0, y0, x1, y1))
    masks[0][rows, cols] = True
    return (x0, y0, x1, y1), masks


def _snapped(point: Point, radius: float, scale_xy: Point) -> Point:
    x, y = (
        float(np.floor(p)) + 0.5 if radius < side / 2 else p for p, side in zip(point, scale_xy, strict=True)
    )
    return x, y


def _reach(a: float, b: float, radius: float, count: int) -> tuple[int, int]:
    """First and last (exclusive) pixel with a centre within ``radius`` of a to b, or crossed by it."""
    low, high = min(a, b), max(a, b)
    first = min(int(np.ceil(low - radius - 0.5 - _SLACK)), int(np.floor(low)))
    last = max(int(np.floor(high + radius - 0.5 + _SLACK)), int(np.floor(high)))
    return min(max(first, 0), count), min(max(last + 1, 0), count)


def _crossed(start: Point, end: Point, rect: Rect) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """Rows and columns, counted from the rectangle's corner, of the pixels that a line crosses in it."""
    span = max(abs(end[0] - start[0]), abs(end[1] - start[1]))
    at = np.linspace(0.0, 1.0, int(np.ceil(span * 2)) + 1)
    cols = np.floor(start[0] + (end[0] - start[0]) * at).astype(np.intp) - rect[0]
    rows = np.floor(start[1] + (end[1] - start[1]) * at).astype(np.intp) - rect[1]
    inside = (cols >= 0) & (rows >= 0) & (cols < rect[2] - rect[0]) & (rows < rect[3] - rect[1])
    return rows[inside], cols[inside]


class Stroke:
    """The voxels that one stroke touches, growing while the mouse moves.

    Attributes:
        axis, index: The stored picture that the stroke runs on.
        brush: The tip; another one may be set between two moves.
        accepts: The adaptive brush's range, once the stroke has met the picture.

    Args:
        volume: What is painted over.
        axis, index: The stored picture.
        brush: The tip.
        permitted: Says which voxels of a block (I, J, K) may change: bool, its
            shape. What it forbids never becomes part of the stroke.
    """

    def __init__(
        self, volume: Volume, axis: int, index: int, brush: Brush, permitted: Callable[[Region], Bools]
    ) -> None:
        self.axis, self.index, self.brush = axis, index, brush
        self.accepts: IntensityRange | None = None
        self._volume, self._permitted = volume, permitted
        self._shape_hw = stored_shape_hw(volume.shape, axis)
        self._first = index
        # Zeros cost no memory until they are written: depth times the picture is not a worry.
        self._touched = np.zeros((1, *self._shape_hw), bool)
        self._ink = np.zeros((1, *self._shape_hw), bool)
        self._bounds: Rect | None = None
        self._end: Point | None = None

    @property
    def end(self) -> Point | None:
        """Where the tip is now, stored picture; None before the first point."""
        return self._end

    @property
    def region(self) -> Region | None:
        """The block (I, J, K) that holds everything touched so far; None while there is nothing."""
        if self._bounds is None:
            return None
        return self._as_region(self._bounds, self._first, self._first + self._ink.shape[0])

    @property
    def touched(self) -> Bools:
        """The voxels of ``region`` under the tip, whether they may change or not: bool, a view."""
        x0, y0, x1, y1 = self._bounds or (0, 0, 0, 0)
        return self._as_block(self._touched[:, y0:y1, x0:x1])

    @property
    def mask(self) -> Bools:
        """The permitted voxels of ``region``, bool: a view that the next move may outdate."""
        x0, y0, x1, y1 = self._bounds or (0, 0, 0, 0)
        return self._as_block(self._ink[:, y0:y1, x0:x1])

    @property
    def is_empty(self) -> bool:
        """Whether no voxel would change."""
        return not self.mask.any()

    def ink_in(self, region: Region) -> Bools:
        """The permitted voxels in a block (I, J, K): bool, its shape."""
        ends = [part.indices(n)[:2] for part, n in zip(region, self._volume.shape, strict=True)]
        result = np.zeros([max(b - a, 0) for a, b in ends], bool)
        mine = self.region
        if mine is None:
            return result
        both = [(max(a, part.start), min(b, part.stop)) for (a, b), part in zip(ends, mine, strict=True)]
        if all(a < b for a, b in both):
            here = tuple(slice(a - e[0], b - e[0]) for (a, b), e in zip(both, ends, strict=True))
            there = tuple(slice(a - p.start, b - p.start) for (a, b), p in zip(both, mine, strict=True))
            result[here] = self.mask[there]
        return result

    def move_to(self, x: float, y: float) -> Region | None:
        """Sweep the tip from where it was to a point of the stored picture.

        Returns:
            The block (I, J, K) where ink may have been added; None if none was.
        """
        start, self._end = self._end or (x, y), (x, y)
        first, radii = self._cuts()
        scale_xy = self._scale_xy()
        largest = max(radii)
        order = tuple(dict.fromkeys(sorted(radii, reverse=True)))
        rect, masks = swept(start, (x, y), order, scale_xy, self._shape_hw)
        x0, y0, x1, y1 = rect
        if x0 >= x1:
            return None
        tip = np.stack([masks[order.index(r)] for r in radii])
        self._cover(first, first + len(radii))
        low = first - self._first
        there = (slice(low, low + len(radii)), slice(y0, y1), slice(x0, x1))
        if self.brush.adaptive:
            tip = self._adapted(tip, start, there, first, largest)
        fresh = tip & ~self._touched[there]
        if not fresh.any():
            return None
        self._touched[there] |= fresh
        region = self._as_region(rect, first, first + len(radii))
        self._ink[there] |= fresh & self._as_stack(self._permitted(region))
        self._bounds = rect if self._bounds is None else _union(self._bounds, rect)
        return region

    def check_again(self) -> None:
        """Ask again which of the touched voxels may change: labels or rules are not what they were."""
        if self._bounds is not None and self.region is not None:
            x0, y0, x1, y1 = self._bounds
            there = (slice(None), slice(y0, y1), slice(x0, x1))
            self._ink[there] = self._touched[there] & self._as_stack(self._permitted(self.region))

    # --- inside -----------------------------------------------------------

    def _scale_xy(self) -> Point:
        x_scale, y_scale = (s for a, s in enumerate(self._scale()) if a != self.axis)
        return x_scale, y_scale

    def _scale(self) -> tuple[float, float, float]:
        return self.brush.scale(self._volume.geometry.spacing)

    def _cuts(self) -> tuple[int, list[float]]:
        """The first slice that the tip reaches, and its radius on that one and the following."""
        radius = self.brush.diameter / 2
        if self.brush.shape == "circle":
            return self.index, [radius]
        first, radii = cuts_of(radius, self._scale()[self.axis], self.index, self._volume.shape[self.axis])
        return first, radii

    def _adapted(
        self, tip: Bools, start: Point, there: tuple[slice, ...], first: int, radius: float
    ) -> Bools:
        """What of the tip has the stroke's intensity and hangs together with its path or its ink."""
        pictures = [stored_slice(self._volume.array, self.axis, first + n) for n in range(tip.shape[0])]
        middle = self.index - first
        if self.accepts is None:
            h, w = self._shape_hw
            at = next((p for p in (start, self._end) if p and 0 <= p[0] < w and 0 <= p[1] < h), None)
            if at is None:
                return np.zeros_like(tip)
            sx, sy = self._scale_xy()
            self.accepts = intensity_range(
                pictures[middle], *at, (radius / sx, radius / sy), self.brush.tolerance
            )
        seeds = self._touched[there].copy()
        assert self._end is not None
        rect = (there[2].start, there[1].start, there[2].stop, there[1].stop)
        rows, cols = _crossed(start, self._end, rect)
        seeds[middle, rows, cols] = True
        values = np.stack([_with_margin(picture, rect) for picture in pictures])
        smooth = radius / max(self._scale_xy()) >= _LEAST_SMOOTHED
        return grown_from(seeds, tip, values, self.accepts, smooth=smooth)

    def _cover(self, first: int, last: int) -> None:
        """Make room for the slices ``first`` to ``last`` (exclusive)."""
        old_first, old_last = self._first, self._first + self._ink.shape[0]
        new_first, new_last = min(first, old_first), max(last, old_last)
        if (new_first, new_last) == (old_first, old_last):
            return
        kept = slice(old_first - new_first, old_last - new_first)
        for name in ("_touched", "_ink"):
            stack = np.zeros((new_last - new_first, *self._shape_hw), bool)
            if self._bounds is not None:
                x0, y0, x1, y1 = self._bounds
                stack[kept, y0:y1, x0:x1] = getattr(self, name)[:, y0:y1, x0:x1]
            setattr(self, name, stack)
        self._first = new_first

    def _as_region(self, rect: Rect, first: int, last: int) -> Region:
        sides = [slice(rect[0], rect[2]), slice(rect[1], rect[3])]
        sides.insert(self.axis, slice(first, last))
        return sides[0], sides[1], sides[2]

    def _as_block(self, stack: Bools) -> Bools:
        """A stack of stored pictures (D, H, W) as voxels (I, J, K): a view."""
        return np.moveaxis(stack.swapaxes(1, 2), 0, self.axis)

    def _as_stack(self, block: Bools) -> Bools:
        """Inverse of ``_as_block``."""
        return np.moveaxis(block, self.axis, 0).swapaxes(1, 2)


def cuts_of(radius: float, thickness: float, index: int, count: int) -> tuple[int, list[float]]:
    """The slices that a sphere about slice ``index`` reaches.

    Args:
        radius: In the unit of ``thickness``, a slice's distance from the next.
        index: Of the slice through the centre.
        count: Of slices.

    Returns:
        The first slice, and the radius of the sphere's cut on that one and the following.
    """
    reach = int((radius + _SLACK) / thickness)
    first, last = max(index - reach, 0), min(index + reach, count - 1)
    cuts = [max(radius**2 - ((n - index) * thickness) ** 2, 0.0) ** 0.5 for n in range(first, last + 1)]
    return first, cuts


def _with_margin(picture: Array, rect: Rect) -> Array:
    """A part of a picture with one pixel more on each side; the picture's border is repeated."""
    x0, y0, x1, y1 = rect
    h, w = picture.shape[:2]
    part = picture[max(y0 - 1, 0) : y1 + 1, max(x0 - 1, 0) : x1 + 1]
    missing = [(int(y0 == 0), int(y1 == h)), (int(x0 == 0), int(x1 == w))]
    return np.pad(part, missing + [(0, 0)] * (picture.ndim - 2), mode="edge")


def _union(a: Rect, b: Rect) -> Rect:
    return min(a[0], b[0]), min(a[1], b[1]), max(a[2], b[2]), max(a[3], b[3])
