"""How the tip of a brush looks: its exact size, on black, on white and on grey."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt5.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PyQt5.QtGui import QColor, QPainter, QPainterPath, QPen

from medsam.document.operations.brush import Brush

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView

_HALO = QColor(0, 0, 0, 190)
_INVERSE = QColor(255, 255, 255)
_ARM = 4.0
"""Logical pixels from the middle of the adaptive tip's cross to its ends."""


@dataclass(frozen=True)
class Tip:
    """The tip in a view, logical pixels.

    Attributes:
        rect: Around its ellipse, or of the one pixel that it paints.
        is_pixel: Whether it is that.
        marked: Whether a cross marks the middle: intensities count from there.
        erases: Whether it takes ink away.
    """

    rect: QRectF
    is_pixel: bool
    marked: bool
    erases: bool

    @classmethod
    def cut(
        cls, brush: Brush, here: SliceView, at: tuple[float, float], view: SliceView, erases: bool
    ) -> Tip | None:
        """What ``view`` shows of a tip under the mouse in ``here``; None where it does not reach.

        Args:
            brush: The tip.
            here: The view with the mouse.
            at: The mouse's place there, shown frame.
            view: ``here``, or another plane of the same volume.
            erases: See the class.
        """
        assert here.frame is not None and view.frame is not None
        scale = brush.scale(here.frame.spacing)
        radius = brush.diameter / 2
        if view is here:
            x, y = at
        else:
            if brush.shape != "sphere":
                return None
            voxel = here.frame.to_voxel(*at, here.index)
            away = (voxel[view.frame.axis] - view.index) * scale[view.frame.axis]
            if abs(away) > radius:
                return None
            radius = (radius**2 - away**2) ** 0.5
            x, y, _ = view.frame.from_voxel(voxel)
        rx, ry = radius / scale[view.frame.x_axis], radius / scale[view.frame.y_axis]
        is_pixel = max(rx, ry) < 0.5
        if is_pixel:
            x, y, rx, ry = x // 1 + 0.5, y // 1 + 0.5, 0.5, 0.5
        corners = view.shown_to_view(x - rx, y - ry), view.shown_to_view(x + rx, y + ry)
        return cls(QRectF(*corners), is_pixel, brush.adaptive and view is here, erases)


def tip_area(tip: Tip) -> QRect:
    """What must be painted again where a tip is or was."""
    reach = _ARM + 3.0
    return tip.rect.adjusted(-reach, -reach, reach, reach).toAlignedRect()


def paint_tip(painter: QPainter, tip: Tip) -> None:
    """The tip's rim: dashed while it erases, with a cross where intensities count."""
    path = QPainterPath()
    if tip.is_pixel:
        path.addRect(tip.rect)
    else:
        path.addEllipse(tip.rect)
    if tip.marked:
        middle = tip.rect.center()
        for arm in (QPointF(_ARM, 0), QPointF(0, _ARM)):
            path.moveTo(middle - arm)
            path.lineTo(middle + arm)
    _paint(painter, path, dashed=tip.erases)


def paint_line(painter: QPainter, start: QPointF, end: QPointF) -> None:
    """The middle of the straight stroke that a click would draw."""
    path = QPainterPath(QLineF(start, end).p1())
    path.lineTo(end)
    _paint(painter, path, dashed=True)


def _paint(painter: QPainter, path: QPainterPath, *, dashed: bool) -> None:
    painter.save()
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setBrush(Qt.NoBrush)
    # The inverse of a middle grey is that grey: the shadow keeps the line apart from it.
    painter.setPen(QPen(_HALO, 3.25))
    painter.drawPath(path)
    pen = QPen(_INVERSE, 1.5)
    if dashed:
        pen.setDashPattern([4.0, 3.0])
    painter.setPen(pen)
    painter.setCompositionMode(QPainter.CompositionMode_Difference)
    painter.drawPath(path)
    painter.restore()
