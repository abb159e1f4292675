"""The labels over a slice: filled areas and crisp outlines, recomputed only where they changed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QLineF, QRectF, Qt
from PyQt5.QtGui import QBrush, QColor, QImage, QPainter, QPen

from medsam.document import Label
from medsam.prompts import Box
from medsam.ui.canvas.rendering import argb_image, rect_of
from medsam.ui.canvas.transform import ViewTransform

Colour = tuple[int, int, int]
Rect = tuple[int, int, int, int]
Ids = npt.NDArray[np.uint16]

OUTLINE_WIDTH = 1.5
"""Logical pixels, at every zoom."""

_UNDER = QColor(0, 0, 0, 80)
"""Drawn below an outline, so that it shows on a picture of its own colour."""

_IDS = 65_536
_MOST_SMOOTH_LINES = 6_000


def styles_of(labels: Iterable[Label]) -> dict[int, tuple[Colour, float]]:
    """Colour and opacity of every visible label, by number."""
    return {label.id: (label.color, label.opacity) for label in labels if label.visible}


def premultiplied(color: Colour, opacity: float) -> int:
    """A colour as the 32-bit word 0xAARRGGBB with the alpha multiplied in."""
    alpha = round(255 * min(max(opacity, 0.0), 1.0))
    r, g, b = (round(c * alpha / 255) for c in color)
    return (alpha << 24) | (r << 16) | (g << 8) | b


def outline_segments(ids: Ids) -> dict[int, npt.NDArray[np.int64]]:
    """The pixel edges at which each label ends, joined into straight runs.

    Args:
        ids: (H, W), 0 = nothing.

    Returns:
        For each number above 0, (N, 4) of ``x0, y0, x1, y1`` in pixel edges.
    """
    padded = np.pad(ids, 1)
    found = []
    # Vertical edges first, as rows of the transposed picture; then horizontal ones.
    for grid, swap in ((np.ascontiguousarray(padded.T)[:, 1:-1], True), (padded[:, 1:-1], False)):
        before, after = grid[:-1], grid[1:]
        # Several times faster than ``np.nonzero`` of two dimensions.
        line, pos = np.divmod(np.flatnonzero(before != after), max(grid.shape[1], 1))
        if line.size:
            found.append(_runs(line, pos, before[line, pos], after[line, pos], swap))
    if not found:
        return {}
    lines, below, above = (np.concatenate(part) for part in zip(*found, strict=True))
    numbers = np.unique(np.concatenate([below, above]))
    return {int(n): lines[(below == n) | (above == n)] for n in numbers if n}


def _runs(
    line: npt.NDArray[np.int64], pos: npt.NDArray[np.int64], before: Ids, after: Ids, swap: bool
) -> tuple[npt.NDArray[np.int64], Ids, Ids]:
    """Join neighbouring unit edges on one line between the same two labels."""
    breaks = np.ones(line.size, bool)
    breaks[1:] = (
        (np.diff(line) != 0) | (np.diff(pos) != 1) | (before[1:] != before[:-1]) | (after[1:] != after[:-1])
    )
    first = np.flatnonzero(breaks)
    last = np.append(first[1:], line.size) - 1
    at, start, end = line[first], pos[first], pos[last] + 1
    ends = (at, start, at, end) if swap else (start, at, end, at)
    return np.stack(ends, axis=1), before[first], after[first]


class LabelOverlay:
    """Fill and outline of the labels on one slice, cut to the area that has any.

    Attributes:
        recomputed: Picture pixels whose fill the last ``prepare`` computed; a
            measure for tests and benchmarks.
    """

    def __init__(self, *, striped: bool = False, width: float = OUTLINE_WIDTH) -> None:
        """``striped`` draws the outline as a dashed line, for what is not final."""
        self._striped = striped
        self._width = width
        self._words = np.zeros(_IDS, np.uint32)
        self._shown = np.zeros(_IDS, np.uint16)
        self._colors: dict[int, Colour] = {}
        self._picture: npt.NDArray[Any] | None = None
        self._ids: Ids | None = None
        self._pixels: npt.NDArray[np.uint32] | None = None
        self._origin = (0, 0)
        self._segments: dict[int, npt.NDArray[np.int64]] | None = None
        self._stale: Rect | None = None
        self.recomputed = 0

    def set_styles(self, styles: Mapping[int, tuple[Colour, float]]) -> None:
        """Colour and opacity by number; numbers that are absent are hidden."""
        self._words[:] = 0
        self._shown[:] = 0
        for number, (color, opacity) in styles.items():
            self._words[number] = premultiplied(color, opacity)
            self._shown[number] = number
        self._colors = {number: color for number, (color, _) in styles.items()}
        self._ids = None

    def set_picture(self, picture: npt.NDArray[Any] | None) -> None:
        """Show another slice, (H, W) of numbers; a view is enough and is read when painting."""
        self._picture, self._ids, self._stale = picture, None, None

    def mark_stale(self, rect: Rect) -> None:
        """Picture pixels ``x0, y0, x1, y1`` whose numbers changed."""
        if self._stale is not None:
            a = self._stale
            rect = (min(a[0], rect[0]), min(a[1], rect[1]), max(a[2], rect[2]), max(a[3], rect[3]))
        self._stale = rect

    def prepare(self) -> None:
        """Bring fill and outline up to date with the picture."""
        self.recomputed = 0
        if self._picture is None:
            return
        if self._ids is None:
            self._rebuild()
        elif self._stale is not None:
            self._refresh(self._stale)
        self._stale = None
        if self._segments is None:
            assert self._ids is not None
            self._segments = outline_segments(self._ids)

    def _rebuild(self) -> None:
        assert self._picture is not None
        # The largest value of a row is found several times faster than whether it has any.
        rows, cols = (np.flatnonzero(self._picture.max(axis=axis)) for axis in (1, 0))
        x0, y0, x1, y1 = (cols[0], rows[0], cols[-1] + 1, rows[-1] + 1) if rows.size else (0, 0, 0, 0)
        self._origin = (int(x0), int(y0))
        self._ids = self._shown.take(self._picture[y0:y1, x0:x1])
        self._pixels = self._words.take(self._ids)
        self._segments = None
        self.recomputed = self._picture.size

    def _refresh(self, rect: Rect) -> None:
        assert self._picture is not None and self._ids is not None and self._pixels is not None
        x0, y0, x1, y1 = rect
        if x1 <= x0 or y1 <= y0:
            return
        self._grow(rect)
        ox, oy = self._origin
        there = (slice(y0 - oy, y1 - oy), slice(x0 - ox, x1 - ox))
        self._ids[there] = self._shown[self._picture[y0:y1, x0:x1]]
        self._pixels[there] = self._words[self._ids[there]]
        self._segments = None
        self.recomputed = (x1 - x0) * (y1 - y0)

    def _grow(self, rect: Rect) -> None:
        """Enlarge the kept area so that it covers ``rect``."""
        assert self._ids is not None and self._pixels is not None
        (ox, oy), (h, w) = self._origin, self._ids.shape
        if not self._ids.size:
            ox, oy, h, w = rect[0], rect[1], 0, 0
        x0, y0 = min(ox, rect[0]), min(oy, rect[1])
        x1, y1 = max(ox + w, rect[2]), max(oy + h, rect[3])
        if (x0, y0, x1, y1) == (ox, oy, ox + w, oy + h):
            return
        ids = np.zeros((y1 - y0, x1 - x0), np.uint16)
        pixels = np.zeros(ids.shape, np.uint32)
        kept = (slice(oy - y0, oy - y0 + h), slice(ox - x0, ox - x0 + w))
        ids[kept], pixels[kept] = self._ids[:h, :w], self._pixels[:h, :w]
        self._ids, self._pixels, self._origin = ids, pixels, (x0, y0)

    def paint(self, painter: QPainter, transform: ViewTransform, ratio: float) -> None:
        """Draw fill and outline; ``ratio`` is device pixels a logical pixel."""
        self.prepare()
        if self._picture is None or self._pixels is None or not self._pixels.size:
            return
        h, w = self._pixels.shape
        ox, oy = self._origin
        target = transform.box_to_view(Box(ox, oy, ox + w, oy + h))
        painter.save()
        painter.setRenderHint(QPainter.SmoothPixmapTransform, False)
        painter.drawImage(rect_of(target), argb_image(self._pixels))
        assert self._segments is not None
        # A line's pen may reach into the part that is painted though the line lies beside it.
        reach = self._width + 2.0
        clip = painter.clipBoundingRect() if painter.hasClipping() else QRectF(0, 0, *transform.view_wh)
        seen = clip.adjusted(-reach, -reach, reach, reach)
        for number, segments in self._segments.items():
            lines = _visible_lines(segments + np.array([ox, oy, ox, oy]), transform, ratio, seen)
            if lines:
                painter.setRenderHint(QPainter.Antialiasing, len(lines) <= _MOST_SMOOTH_LINES)
                for pen in (QPen(_UNDER, self._width + 1.5), self._pen(self._colors[number])):
                    painter.setPen(pen)
                    painter.drawLines(lines)
        painter.restore()

    def _pen(self, color: Colour) -> QPen:
        brush = QBrush(_stripes(QColor(*color))) if self._striped else QBrush(QColor(*color))
        return QPen(brush, self._width, Qt.SolidLine, Qt.SquareCap)


def extent(mask: npt.NDArray[np.bool_] | None) -> Rect | None:
    """The least ``x0, y0, x1, y1`` that holds every set pixel of (H, W); None if there is none."""
    if mask is None:
        return None
    rows, cols = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return (int(cols[0]), int(rows[0]), int(cols[-1]) + 1, int(rows[-1]) + 1) if rows.size else None


def _visible_lines(
    segments: npt.NDArray[np.int64], transform: ViewTransform, ratio: float, area: QRectF
) -> list[QLineF]:
    """Segments in pixel edges as lines of the view inside ``area``, laid on the device's pixel grid."""
    sx, sy = transform.scale_xy
    ox, oy = transform.to_view(0.0, 0.0)
    lines = segments * np.array([sx, sy, sx, sy]) + np.array([ox, oy, ox, oy])
    seen = (lines[:, 2] >= area.left()) & (lines[:, 0] <= area.right())
    seen &= (lines[:, 3] >= area.top()) & (lines[:, 1] <= area.bottom())
    # A quarter off the grid, a line of one and a half pixels fills one and half-fills one.
    lines = (np.round(lines[seen] * ratio) + 0.25) / ratio
    return [QLineF(*line) for line in lines.tolist()]


def _stripes(color: QColor) -> QImage:
    """Diagonal stripes to draw with: dashes whatever way an outline runs."""
    size = 8
    y, x = np.mgrid[:size, :size]
    on = (x + y) % size < size // 2
    words = np.where(on, np.uint32(color.rgba()), np.uint32(0xB0000000))
    return argb_image(np.ascontiguousarray(words, dtype=np.uint32)).copy()
