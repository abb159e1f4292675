"""How an outline looks while it is drawn: its line, its corners, and the way to the mouse."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QPainter, QPen, QPolygonF

REACH = 8.0
"""Logical pixels around a corner in which the mouse takes it."""

_SIDE = 7.0
_UNDER = QColor(0, 0, 0, 170)
_WHITE = QColor(255, 255, 255)


def paint_outline(
    painter: QPainter,
    corners: list[QPointF],
    color: tuple[int, int, int],
    *,
    subtracts: bool,
    is_free: bool,
    mouse: QPointF | None,
    near: int | None,
) -> None:
    """Draw an outline that is not closed yet.

    Args:
        painter: Of the view, logical pixels.
        corners: In the view.
        color: Of the line.
        subtracts: White and dashed: its inside will be erased.
        is_free: A freehand line has no corners to show.
        mouse: Where the next corner would come; None for nowhere.
        near: The corner that a press would take.
    """
    painter.setRenderHint(QPainter.Antialiasing)
    line = _WHITE if subtracts else QColor(*color)
    style = Qt.DashLine if subtracts else Qt.SolidLine
    path = QPolygonF(corners)
    painter.setBrush(Qt.NoBrush)
    for pen in (QPen(_UNDER, 3.5), QPen(line, 1.6, style)):
        pen.setJoinStyle(Qt.RoundJoin)
        painter.setPen(pen)
        painter.drawPolyline(path)
    faint = QColor(line)
    faint.setAlpha(150)
    ends = (
        [corners[-1], mouse, corners[0]] if mouse is not None and near is None else [corners[-1], corners[0]]
    )
    for pen in (QPen(QColor(0, 0, 0, 90), 2.5), QPen(faint, 1.0, Qt.DotLine)):
        painter.setPen(pen)
        painter.drawPolyline(QPolygonF([end for end in ends if end is not None]))
    if not is_free:
        for n, corner in enumerate(corners):
            _paint_corner(painter, corner, line, first=n == 0, taken=n == near)


def _paint_corner(painter: QPainter, at: QPointF, color: QColor, *, first: bool, taken: bool) -> None:
    """A square; the first corner, which closes the polygon, is round."""
    side = _SIDE + (3.0 if taken else 0.0) + (2.0 if first else 0.0)
    area = QRectF(at.x() - side / 2, at.y() - side / 2, side, side)
    painter.setPen(QPen(QColor(0, 0, 0, 200), 1.0))
    painter.setBrush(color if taken else _WHITE)
    if first:
        painter.drawEllipse(area)
    else:
        painter.drawRect(area)
