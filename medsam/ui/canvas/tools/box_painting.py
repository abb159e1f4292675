"""How boxes look: a line that shows on black and on white, handles, and the size while dragging."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPen

from medsam.prompts import Box
from medsam.ui.canvas.overlays import TEXT, halo_text
from medsam.ui.canvas.rendering import rect_of
from medsam.ui.canvas.tools.box_geometry import handle_position, handles_of

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView

_HANDLE, _SMALL_HANDLE = 8.0, 6.0
"""Side of a handle's square in logical pixels."""

_UNDER = QColor(0, 0, 0, 150)


def paint_box(painter: QPainter, area: Box, color: tuple[int, int, int], *, selected: bool) -> None:
    """The outline of a box, ``area`` in logical pixels of the view."""
    rect = _on_grid(area)
    width = 2.0 if selected else 1.0
    painter.setBrush(Qt.NoBrush)
    for line, extra in ((_UNDER, 2.0), (QColor(*color), 0.0)):
        painter.setPen(QPen(line, width + extra, Qt.SolidLine, Qt.SquareCap, Qt.MiterJoin))
        painter.drawRect(rect)


def paint_handles(painter: QPainter, area: Box, color: tuple[int, int, int], *, small: bool = False) -> None:
    """White squares at corners and sides; small ones catch the mouse less far."""
    side = _SMALL_HANDLE if small else _HANDLE
    painter.setPen(QPen(QColor(*color).darker(160), 1.0))
    painter.setBrush(QColor(255, 255, 255))
    rect = _on_grid(area)
    grid = Box(rect.left(), rect.top(), rect.right(), rect.bottom())
    for handle in handles_of(area):
        x, y = handle_position(grid, handle)
        x, y = round(x - 0.5) + 0.5, round(y - 0.5) + 0.5
        painter.drawRect(QRectF(x - side / 2, y - side / 2, side, side))


def paint_size(painter: QPainter, view: SliceView, box: Box) -> None:
    """Width and height below the lower right corner, in mm where the spacing is known."""
    assert view.frame is not None and view.volume is not None
    sx, sy = view.frame.spacing_xy
    if not view.volume.has_scale:
        text = QCoreApplication.translate("BoxTool", "{width:.0f} × {height:.0f} px")
        text = text.format(width=box.width, height=box.height)
    else:
        text = QCoreApplication.translate("BoxTool", "{width:.0f} × {height:.0f} mm")
        if min(box.width * sx, box.height * sy) < 10:
            text = QCoreApplication.translate("BoxTool", "{width:.1f} × {height:.1f} mm")
        text = text.format(width=box.width * sx, height=box.height * sy)
    area = rect_of(view.transform.box_to_view(box))
    metrics = QFontMetricsF(painter.font())
    width = metrics.horizontalAdvance(text)
    x = min(max(area.right() - width, 4.0), view.width() - width - 4.0)
    y = area.bottom() + metrics.height() + 2.0
    if y > view.height() - 4.0:
        y = area.bottom() - metrics.descent() - 6.0
    halo_text(painter, QPointF(x, y), text, TEXT)


def _on_grid(area: Box) -> QRectF:
    """A rectangle whose lines fill whole pixels."""
    x0, y0, x1, y1 = (round(v) + 0.5 for v in area.xyxy)
    return QRectF(x0, y0, x1 - x0, y1 - y0)
