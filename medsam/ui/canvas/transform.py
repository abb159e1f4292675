"""Where a slice picture lies in a view: zoom, centre and pixel aspect. No widgets.

Two frames meet: the *shown* picture in pixel edges (see ``medsam.volume``) and
the *view* in logical pixels, both with y down. A transform is a value; every
change returns a new one.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from functools import cached_property

from medsam.prompts import Box

FIT_MARGIN = 6.0
"""Logical pixels left free around a fitted picture."""

_LARGEST_ZOOM = 64.0
_SMALLEST_OF_FIT = 0.25


@dataclass(frozen=True)
class ViewTransform:
    """How a shown picture is laid into a view.

    Attributes:
        shape_hw: Rows and columns of the shown picture.
        spacing_xy: Pixel size in mm along x and y; only their ratio and the
            scale bar depend on it.
        view_wh: Size of the view in logical pixels.
        zoom: Logical pixels that the finer side of a picture pixel covers;
            1.0 is what people call 100 %.
        center_xy: The shown point in the middle of the view.
    """

    shape_hw: tuple[int, int]
    spacing_xy: tuple[float, float]
    view_wh: tuple[float, float]
    zoom: float
    center_xy: tuple[float, float]

    @classmethod
    def fitted(
        cls, shape_hw: tuple[int, int], spacing_xy: tuple[float, float], view_wh: tuple[float, float]
    ) -> ViewTransform:
        """The whole picture, as large as the view allows."""
        whole = cls(shape_hw, spacing_xy, view_wh, 1.0, (shape_hw[1] / 2, shape_hw[0] / 2))
        return replace(whole, zoom=whole.fit_zoom)

    @property
    def aspect_xy(self) -> tuple[float, float]:
        """Sides of a picture pixel relative to its finer one."""
        fine = min(self.spacing_xy)
        return self.spacing_xy[0] / fine, self.spacing_xy[1] / fine

    @cached_property
    def scale_xy(self) -> tuple[float, float]:
        """Logical pixels a picture pixel, along x and y."""
        ax, ay = self.aspect_xy
        return self.zoom * ax, self.zoom * ay

    @property
    def fit_zoom(self) -> float:
        """The zoom at which the whole picture just fits."""
        h, w = self.shape_hw
        ax, ay = self.aspect_xy
        room_w, room_h = (max(side - 2 * FIT_MARGIN, 1.0) for side in self.view_wh)
        return min(room_w / (w * ax), room_h / (h * ay))

    @property
    def mm_per_view_pixel(self) -> float:
        """Millimetres that one logical pixel covers, the same along both axes."""
        return min(self.spacing_xy) / self.zoom

    def to_view(self, x: float, y: float) -> tuple[float, float]:
        """View position of a shown point."""
        sx, sy = self.scale_xy
        cx, cy = self.center_xy
        return (x - cx) * sx + self.view_wh[0] / 2, (y - cy) * sy + self.view_wh[1] / 2

    def to_shown(self, vx: float, vy: float) -> tuple[float, float]:
        """Inverse of ``to_view``."""
        sx, sy = self.scale_xy
        cx, cy = self.center_xy
        return (vx - self.view_wh[0] / 2) / sx + cx, (vy - self.view_wh[1] / 2) / sy + cy

    def box_to_view(self, box: Box) -> Box:
        """A box of the shown picture in logical pixels of the view."""
        return Box(*self.to_view(box.x0, box.y0), *self.to_view(box.x1, box.y1))

    def picture_box(self) -> Box:
        """The whole picture in logical pixels of the view."""
        return self._picture_box

    @cached_property
    def _picture_box(self) -> Box:
        h, w = self.shape_hw
        return self.box_to_view(Box(0.0, 0.0, float(w), float(h)))

    def visible_pixels(self, area: Box | None = None) -> tuple[int, int, int, int]:
        """Picture pixels ``x0, y0, x1, y1`` (exclusive ends) that an area of the view touches.

        Args:
            area: In logical pixels; None is the whole view.
        """
        h, w = self.shape_hw
        area = area or Box(0.0, 0.0, *self.view_wh)
        x0, y0 = self.to_shown(area.x0, area.y0)
        x1, y1 = self.to_shown(area.x1, area.y1)
        return (
            min(max(math.floor(x0), 0), w),
            min(max(math.floor(y0), 0), h),
            min(max(math.ceil(x1), 0), w),
            min(max(math.ceil(y1), 0), h),
        )

    def contains(self, x: float, y: float) -> bool:
        """Whether a shown point lies on the picture."""
        h, w = self.shape_hw
        return 0 <= x < w and 0 <= y < h

    def clamped_point(self, x: float, y: float) -> tuple[float, float]:
        """The nearest shown point on the picture."""
        h, w = self.shape_hw
        return min(max(x, 0.0), float(w)), min(max(y, 0.0), float(h))

    def zoomed(self, factor: float, at_view: tuple[float, float] | None = None) -> ViewTransform:
        """Zoom by ``factor``; the shown point under ``at_view`` stays where it is.

        Only the limits of the zoom, and a centre that would leave the picture,
        take precedence.
        """
        vx, vy = at_view or (self.view_wh[0] / 2, self.view_wh[1] / 2)
        least = min(self.fit_zoom * _SMALLEST_OF_FIT, 1.0)
        zoom = min(max(self.zoom * factor, least), max(_LARGEST_ZOOM, self.fit_zoom))
        x, y = self.to_shown(vx, vy)
        keep = self.zoom / zoom
        cx, cy = self.center_xy
        return replace(
            self, zoom=zoom, center_xy=self.clamped_point(x + (cx - x) * keep, y + (cy - y) * keep)
        )

    def panned(self, dx: float, dy: float) -> ViewTransform:
        """Move the picture by logical pixels; the view's centre stays on the picture."""
        sx, sy = self.scale_xy
        cx, cy = self.center_xy
        return replace(self, center_xy=self.clamped_point(cx - dx / sx, cy - dy / sy))

    def centered_on(self, x: float, y: float) -> ViewTransform:
        """Bring a shown point to the middle."""
        return replace(self, center_xy=self.clamped_point(x, y))

    def resized(self, view_wh: tuple[float, float]) -> ViewTransform:
        """Another size of the view; zoom and centre stay."""
        return replace(self, view_wh=view_wh)
