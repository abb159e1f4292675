"""How rulers, angles and a label's axes look: lines and words that show on black and on white."""

from __future__ import annotations

import math
from collections.abc import Sequence
from itertools import pairwise

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from medsam.ui.canvas.overlays import halo_text

LINE = QColor(255, 213, 79)
"""Amber: none of the planes' colours, and none of the labels' default ones."""

_SELECTED = QColor(255, 255, 255)
_UNDER = QColor(0, 0, 0, 170)
_END = 5.0
"""Half the length of the stroke across a ruler's end, in logical pixels."""

_HANDLE = 7.0
_ARC = 22.0
_GAP = 7.0

REACH = 7.0
"""How near, in logical pixels, a mouse has to be to take a point or a line."""


def length_words(length: float, unit: str) -> str:
    """A length for people: ``"12.3 mm"``, ``"4.56 mm"``, ``"35.1 µm"``, ``"120.5 px"``."""
    if unit == "px":
        return f"{length:.1f} px"
    if length < 0.1:
        return f"{length * 1000:.1f} µm"
    return f"{length:.2f} mm" if length < 10 else f"{length:.1f} mm"


def angle_words(degrees: float) -> str:
    """An angle for people: ``"45.3°"``."""
    return f"{degrees:.1f}°"


def paint_ruler(painter: QPainter, points: Sequence[QPointF], text: str, *, selected: bool) -> None:
    """A line of two points or an angle of three, with its measure.

    Args:
        painter: In logical pixels of the view.
        points: In the view; the corner of an angle in the middle; one point while nothing else is set.
        text: The measure; "" while there is none.
        selected: With handles.
    """
    painter.setRenderHint(QPainter.Antialiasing)
    for color, width in ((_UNDER, 3.6), (_SELECTED if selected else LINE, 1.6)):
        painter.setPen(QPen(color, width, Qt.SolidLine, Qt.RoundCap))
        for start, end in pairwise(points):
            painter.drawLine(start, end)
        if len(points) == 2:
            _paint_ends(painter, points[0], points[1])
        elif len(points) == 3:
            _paint_arc(painter, points)
    if selected:
        for point in points:
            _paint_handle(painter, point)
    if text:
        _paint_words(painter, points, text)


def paint_axis(painter: QPainter, start: QPointF, end: QPointF, text: str, color: QColor) -> None:
    """One of a label's largest diameters, dashed, in the label's colour."""
    painter.setRenderHint(QPainter.Antialiasing)
    light = QColor(*(round(c + (255 - c) * 0.45) for c in (color.red(), color.green(), color.blue())))
    painter.setPen(QPen(_UNDER, 3.6, Qt.SolidLine, Qt.RoundCap))
    painter.drawLine(start, end)
    _paint_ends(painter, start, end)
    painter.setPen(QPen(light, 1.6, Qt.DashLine, Qt.FlatCap))
    painter.drawLine(start, end)
    painter.setPen(QPen(light, 1.6))
    _paint_ends(painter, start, end)
    # Off the middle, where the other axis and its words are.
    _paint_words(painter, (start, end), text, light, share=0.22)


def nearest(points: Sequence[QPointF], at: QPointF) -> tuple[float, int | None]:
    """How far a place of the view is from a ruler, and which of its points it would take (None: the line)."""
    to_points = [_apart(point, at) for point in points]
    closest = min(range(len(points)), key=lambda n: to_points[n])
    if to_points[closest] <= REACH:
        # A point lies before the line, however near the line is.
        return to_points[closest] - REACH, closest
    return min(_from_line(start, end, at) for start, end in pairwise(points)), None


def _apart(a: QPointF, b: QPointF) -> float:
    return math.hypot(a.x() - b.x(), a.y() - b.y())


def _from_line(start: QPointF, end: QPointF, at: QPointF) -> float:
    way = end - start
    size = QPointF.dotProduct(way, way)
    share = min(max(QPointF.dotProduct(at - start, way) / size, 0.0), 1.0) if size > 0 else 0.0
    return _apart(start + way * share, at)


def _paint_ends(painter: QPainter, start: QPointF, end: QPointF) -> None:
    size = _apart(start, end)
    if size > 0:
        across = QPointF(start.y() - end.y(), end.x() - start.x()) * (_END / size)
        painter.drawLine(start - across, start + across)
        painter.drawLine(end - across, end + across)


def _paint_arc(painter: QPainter, points: Sequence[QPointF]) -> None:
    a, corner, b = points
    radius = min(_ARC, _apart(a, corner) * 0.6, _apart(b, corner) * 0.6)
    if radius < 2.0:
        return
    # Qt counts angles against the clock with y up, in sixteenths of a degree.
    begin, stop = (math.degrees(math.atan2(corner.y() - p.y(), p.x() - corner.x())) for p in (a, b))
    span = (stop - begin + 180.0) % 360.0 - 180.0
    place = QRectF(corner.x() - radius, corner.y() - radius, 2 * radius, 2 * radius)
    painter.drawArc(place, round(begin * 16), round(span * 16))


def _paint_handle(painter: QPainter, point: QPointF) -> None:
    painter.setPen(QPen(_UNDER, 1.0))
    painter.setBrush(_SELECTED)
    painter.drawEllipse(point, _HANDLE / 2, _HANDLE / 2)
    painter.setBrush(Qt.NoBrush)


def _paint_words(
    painter: QPainter, points: Sequence[QPointF], text: str, color: QColor = LINE, share: float = 0.5
) -> None:
    """The measure beside a line, at a share of its way, or at the corner of an angle; within the view."""
    font = QFont(painter.font())
    font.setBold(True)
    metrics = QFontMetricsF(font)
    width, view = metrics.horizontalAdvance(text), QRectF(painter.viewport())
    ratio = painter.device().devicePixelRatioF()
    room = QRectF(0, 0, view.width() / ratio, view.height() / ratio)
    if len(points) == 3:
        inward = (points[0] + points[2]) / 2 - points[1]
        at = points[1] - _unit(inward) * (_GAP + 4) if _size(inward) > 1 else points[1]
        x = at.x() - width / 2 - _unit(inward).x() * width / 2
        y = at.y() - _unit(inward).y() * metrics.height() / 2 + metrics.ascent() / 2
    else:
        middle, way = points[0] + (points[1] - points[0]) * share, _unit(points[1] - points[0])
        across = QPointF(way.y(), -way.x())
        # Always to the right, or above a line that lies flat.
        if across.x() < -0.1 or (abs(across.x()) <= 0.1 and across.y() > 0):
            across = -across
        at = middle + across * _GAP
        x = at.x() - width / 2 * (1 - across.x())
        y = at.y() + metrics.ascent() / 2 + across.y() * metrics.height() / 2
    x = min(max(x, 4.0), max(room.width() - width - 4.0, 4.0))
    y = min(max(y, metrics.ascent() + 2.0), room.height() - metrics.descent() - 2.0)
    painter.setFont(font)
    halo_text(painter, QPointF(x, y), text, color)


def _size(way: QPointF) -> float:
    return math.hypot(way.x(), way.y())


def _unit(way: QPointF) -> QPointF:
    size = _size(way)
    return way / size if size > 0 else QPointF(0.0, 0.0)
