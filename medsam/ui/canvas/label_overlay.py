"""The labels over a slice: filled areas and crisp outlines, recomputed only where they changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
from PyQt5 import sip
from PyQt5.QtCore import QLineF, QRectF, Qt
from PyQt5.QtGui import QBrush, QColor, QImage, QPainter, QPen

from medsam.document import Label
from medsam.prompts import Box
from medsam.ui.canvas.outlines import Ids, Outlines, find_outlines, tiles_around
from medsam.ui.canvas.rendering import argb_image, compact, rect_of
from medsam.ui.canvas.transform import ViewTransform

Colour = tuple[int, int, int]
Rect = tuple[int, int, int, int]
Amend = Callable[[Rect, npt.NDArray[Any]], npt.NDArray[Any]]

OUTLINE_WIDTH = 1.5
"""Logical pixels, at every zoom."""

_UNDER = QColor(0, 0, 0, 80)
"""Drawn below an outline, so that it shows on a picture of its own colour."""

_IDS = 65_536
_MOST_SMOOTH_LINES = 6_000
MOST_LINES = 16_000
"""In sight at once: more are speckle so fine that outlines hide the fill and take tenths of a second."""


class OverlayStyle(NamedTuple):
    """How a label is drawn.

    Attributes:
        color: Red, green, blue, 0..255.
        opacity: Of the fill, 0..1.
        fill, outline: Whether each is drawn.
    """

    color: Colour
    opacity: float
    fill: bool = True
    outline: bool = True


class _Line(NamedTuple):
    """The outline of one label in the view."""

    number: int
    pieces: int
    lines: Any


class _Drawn(NamedTuple):
    """Outlines in the view, and what they were made of."""

    of: Outlines
    place: tuple[QRectF, ViewTransform, float]
    lines: list[_Line]


def styles_of(labels: Iterable[Label]) -> dict[int, OverlayStyle]:
    """The look of every visible label, by number."""
    return {
        label.id: OverlayStyle(
            label.color, label.opacity, fill=label.style != "outline", outline=label.style != "fill"
        )
        for label in labels
        if label.visible
    }


@lru_cache(maxsize=256)
def premultiplied(color: Colour, opacity: float) -> int:
    """A colour as the 32-bit word 0xAARRGGBB with the alpha multiplied in."""
    alpha = round(255 * min(max(opacity, 0.0), 1.0))
    r, g, b = (round(c * alpha / 255) for c in color)
    return (alpha << 24) | (r << 16) | (g << 8) | b


def outline_segments(ids: Ids) -> dict[int, npt.NDArray[np.int64]]:
    """The pixel edges at which each label of a whole picture ends, joined into straight runs.

    Args:
        ids: (H, W), 0 = nothing.

    Returns:
        For each number above 0, (N, 4) of ``x0, y0, x1, y1`` in pixel edges.
    """
    h, w = ids.shape
    outlines = find_outlines(ids, (0, 0), (0, 0, w, h), (h, w), tile=max(h, w, 1))
    return {number: outlines.of(number) for number in outlines.numbers()}


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
        self._styles: dict[int, OverlayStyle] = {}
        self._picture: npt.NDArray[Any] | None = None
        self._part: tuple[tuple[int, int], tuple[int, int]] | None = None
        self._amend: Amend | None = None
        self._bounds: Callable[[], Rect | None] | None = None
        self._read: Callable[[], npt.NDArray[Any]] | None = None
        self._ids: Ids | None = None
        self._pixels: npt.NDArray[np.uint32] | None = None
        self._origin = (0, 0)
        self._outlines: Outlines | None = None
        self._drawn: _Drawn | None = None
        self._stale: Rect | None = None
        self.recomputed = 0

    def set_styles(self, styles: Mapping[int, tuple[Any, ...]]) -> bool:
        """How each number looks (``OverlayStyle`` or its values); numbers that are absent are hidden.

        Returns:
            Whether any looks otherwise than before.
        """
        before, self._styles = self._styles, {n: OverlayStyle(*style) for n, style in styles.items()}
        if self._styles == before:
            return False
        self._words[list(before)] = 0
        for number, style in self._styles.items():
            self._words[number] = premultiplied(style.color, style.opacity) if style.fill else 0
        if self._styles.keys() != before.keys():
            self._shown[list(before)] = 0
            self._shown[list(self._styles)] = list(self._styles)
            self._ids = None
        elif self._ids is not None:
            # Another colour of the same labels: where they lie and end stays.
            self._pixels = self._words.take(self._ids)
        return True

    def set_picture(
        self,
        picture: npt.NDArray[Any] | None,
        amend: Amend | None = None,
        bounds: Callable[[], Rect | None] | None = None,
        read: Callable[[], npt.NDArray[Any]] | None = None,
    ) -> None:
        """Show another slice, (H, W) of numbers; a view is enough and is read when painting.

        Args:
            picture: None shows nothing.
            amend: Gets a rectangle and its numbers and returns what to show
                there instead: ink that is not in the document yet.
            bounds: Says when painting beside which part ``picture`` is empty;
                None where all of it is.
            read: Gives the same numbers when all are wanted, where there is a
                faster way to them.
        """
        self._picture, self._amend, self._ids, self._stale = picture, amend, None, None
        self._part, self._bounds, self._read = None, bounds, read

    def set_part(self, part: npt.NDArray[Any], at: tuple[int, int], shape_hw: tuple[int, int]) -> None:
        """Show another slice of which only a part has numbers.

        Args:
            part: (h, w), read when painting.
            at: Its first column and row.
            shape_hw: Of the slice.
        """
        self.set_picture(part)
        self._part = (at, shape_hw)

    def set_amend(self, amend: Amend | None) -> None:
        """Show the same slice amended otherwise; ``mark_stale`` says where that differs."""
        self._amend = amend

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

    def _rebuild(self) -> None:
        assert self._picture is not None
        picture, shape = self._picture, self._picture.shape
        if self._part is not None:
            self._rebuild_part(picture, *self._part)
            return
        inside: Rect | None = (0, 0, shape[1], shape[0])
        if self._amend is not None:
            picture = self._amend((0, 0, shape[1], shape[0]), picture)
        elif self._bounds is not None:
            inside = self._bounds()
        if self._amend is None and self._read is not None and inside is not None:
            picture = self._read()
        tiles, numbers = _with_labels(picture, inside)
        self._origin = tiles[:2]
        self._ids = self._shown.take(numbers)
        self._pixels = self._words.take(self._ids)
        self._outlines = find_outlines(self._ids, self._origin, tiles, shape)
        self.recomputed = picture.size

    def _rebuild_part(self, part: npt.NDArray[Any], at: tuple[int, int], shape_hw: tuple[int, int]) -> None:
        (x0, y0), (h, w) = at, part.shape
        self._origin, self._ids = at, self._shown.take(part)
        self._pixels = self._words.take(self._ids)
        window = tiles_around((x0, y0, x0 + w, y0 + h), shape_hw)
        self._outlines = find_outlines(self._ids, at, window, shape_hw)
        self.recomputed = part.size

    def _refresh(self, rect: Rect) -> None:
        assert self._picture is not None and self._outlines is not None
        x0, y0, x1, y1 = rect
        if x1 <= x0 or y1 <= y0:
            return
        self._grow(rect)
        assert self._ids is not None and self._pixels is not None
        ox, oy = self._origin
        there = (slice(y0 - oy, y1 - oy), slice(x0 - ox, x1 - ox))
        numbers = self._picture[y0:y1, x0:x1]
        if self._amend is not None:
            numbers = self._amend(rect, numbers)
        self.recomputed = (x1 - x0) * (y1 - y0)
        numbers = self._shown.take(numbers)
        # Committed ink is what was shown already: then nothing is left to do.
        differs = extent(numbers != self._ids[there])
        if differs is None:
            return
        self._ids[there] = numbers
        self._pixels[there] = self._words.take(numbers)
        shape = self._picture.shape
        window = tiles_around((x0 + differs[0], y0 + differs[1], x0 + differs[2], y0 + differs[3]), shape)
        fresh = find_outlines(self._ids, self._origin, window, shape)
        self._outlines = self._outlines.replaced(window, shape, fresh)

    def _grow(self, rect: Rect) -> None:
        """Keep the whole picture from now on if ``rect``, or an edge of it, lies beyond what is kept."""
        assert self._ids is not None and self._pixels is not None and self._picture is not None
        x0, y0, x1, y1 = tiles_around(rect, self._picture.shape)
        (ox, oy), (h, w) = self._origin, self._ids.shape
        if self._ids.size and x0 >= ox and y0 >= oy and x1 <= ox + w and y1 <= oy + h:
            return
        # Zeros take neither time nor memory until something is written or painted there.
        ids = np.zeros(self._picture.shape, np.uint16)
        pixels = np.zeros(self._picture.shape, np.uint32)
        kept = (slice(oy, oy + h), slice(ox, ox + w))
        ids[kept], pixels[kept] = self._ids, self._pixels
        self._ids, self._pixels, self._origin = ids, pixels, (0, 0)

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
        # A line's pen may reach into the part that is painted though the line lies beside it.
        reach = self._width + 2.0
        clip = painter.clipBoundingRect() if painter.hasClipping() else QRectF(0, 0, *transform.view_wh)
        seen = clip.adjusted(-reach, -reach, reach, reach)
        for line in self._lines_in(seen, transform, ratio):
            style = self._styles[line.number]
            if not style.outline or (style.fill and line.pieces > MOST_LINES):
                continue
            painter.setRenderHint(QPainter.Antialiasing, line.pieces <= _MOST_SMOOTH_LINES)
            for pen in (QPen(_UNDER, self._width + 1.5), self._pen(style.color)):
                painter.setPen(pen)
                painter.drawLines(line.lines)
        painter.restore()

    def _lines_in(self, seen: QRectF, transform: ViewTransform, ratio: float) -> list[_Line]:
        """What to draw of the outlines in a part of the view; the same again while nothing moves."""
        assert self._outlines is not None
        drawn = self._drawn
        if drawn is None or drawn.of is not self._outlines or drawn.place != (seen, transform, ratio):
            x0, y0 = transform.to_shown(seen.left(), seen.top())
            x1, y1 = transform.to_shown(seen.right(), seen.bottom())
            outlines = self._outlines.within((x0, y0, x1, y1))
            placed = _view_lines(outlines.lines, transform, ratio)
            lines = []
            for number in outlines.numbers():
                ends = placed[outlines.are_of(number)]
                lines.append(_Line(number, len(ends), _lines_of(ends)))
            drawn = self._drawn = _Drawn(self._outlines, (seen, transform, ratio), lines)
        return drawn.lines

    def _pen(self, color: Colour) -> QPen:
        brush = QBrush(_stripes(QColor(*color))) if self._striped else QBrush(QColor(*color))
        return QPen(brush, self._width, Qt.SolidLine, Qt.SquareCap)


def _with_labels(picture: npt.NDArray[Any], inside: Rect | None) -> tuple[Rect, npt.NDArray[Any]]:
    """The whole tiles that hold everything above 0, and their numbers.

    Args:
        picture: (H, W).
        inside: Beside this part there is nothing; None if there is nothing at all.
    """
    shape = (picture.shape[0], picture.shape[1])
    x0, y0, x1, y1 = tiles_around(inside, shape) if inside is not None else (0, 0, 0, 0)
    part = compact(picture[y0:y1, x0:x1])
    # The largest value of a row is found several times faster than whether it has any.
    rows, cols = (np.flatnonzero(part.max(axis=axis, initial=0)) for axis in (1, 0))
    if not rows.size:
        return (0, 0, 0, 0), part[:0, :0]
    found = (x0 + int(cols[0]), y0 + int(rows[0]), x0 + int(cols[-1]) + 1, y0 + int(rows[-1]) + 1)
    tiles = tiles_around(found, shape)
    return tiles, part[tiles[1] - y0 : tiles[3] - y0, tiles[0] - x0 : tiles[2] - x0]


def extent(mask: npt.NDArray[np.bool_] | None) -> Rect | None:
    """The least ``x0, y0, x1, y1`` that holds every set pixel of (H, W); None if there is none."""
    if mask is None:
        return None
    rows, cols = (np.flatnonzero(mask.any(axis=axis)) for axis in (1, 0))
    return (int(cols[0]), int(rows[0]), int(cols[-1]) + 1, int(rows[-1]) + 1) if rows.size else None


def _view_lines(
    lines: npt.NDArray[np.int64], transform: ViewTransform, ratio: float
) -> npt.NDArray[np.float64]:
    """Lines in pixel edges as lines of the view, laid on the device's pixel grid."""
    sx, sy = transform.scale_xy
    ox, oy = transform.to_view(0.0, 0.0)
    placed = lines * np.array([sx, sy, sx, sy]) + np.array([ox, oy, ox, oy])
    # A quarter off the grid, a line of one and a half pixels fills one and half-fills one.
    return (np.round(placed * ratio) + 0.25) / ratio


def _lines_of(ends: npt.NDArray[np.float64]) -> Any:
    """(N, 4) of ``x0, y0, x1, y1`` as what ``QPainter.drawLines`` takes.

    An array of Qt's own is filled at once, several times faster than a list of
    as many objects; PyQt has it since 5.15.7.
    """
    make = getattr(sip, "array", None)
    if make is not None and len(ends):
        lines = make(QLineF, len(ends))
        # Where Qt was built for coordinates of another size, the list does it.
        if memoryview(lines).nbytes == ends.nbytes:
            np.frombuffer(lines, np.float64).reshape(ends.shape)[...] = ends
            return lines
    return [QLineF(*line) for line in ends.tolist()]


def _stripes(color: QColor) -> QImage:
    """Diagonal stripes to draw with: dashes whatever way an outline runs."""
    size = 8
    y, x = np.mgrid[:size, :size]
    on = (x + y) % size < size // 2
    words = np.where(on, np.uint32(color.rgba()), np.uint32(0xB0000000))
    return argb_image(np.ascontiguousarray(words, dtype=np.uint32)).copy()
