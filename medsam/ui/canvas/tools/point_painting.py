"""How points, previous masks and disagreement look: signs that show on black and on white."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QLineF, QPointF, QRectF, Qt
from PyQt5.QtGui import QColor, QPainter, QPen

from medsam.prompts import Box
from medsam.ui.canvas.rendering import argb_image, rect_of
from medsam.ui.canvas.tools.prompt_shapes import Colour, Shade, ShownPrompt

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView

RADIUS = 6.5
"""Of a point's disc, logical pixels."""

_SMALL_RADIUS = 5.0
_WHITE = QColor(255, 255, 255)
_NEGATIVE = QColor(24, 26, 30)
_UNDER = QColor(0, 0, 0, 150)
_STRONGEST = 150
"""Opacity of the shade where all candidates differ, of 255."""

_SHADES: tuple[Colour, ...] = ((196, 92, 255), (0, 214, 230))
"""Violet, and for labels of that colour cyan."""


def paint_points(
    painter: QPainter, view: SliceView, prompt: ShownPrompt, *, active: bool, chosen: int | None = None
) -> None:
    """A disc with plus in the label's colour on the object, a dark one with minus off it.

    Args:
        painter: In logical pixels of the view.
        view: Whose.
        prompt: Whose points.
        active: Whether the prompt is the selected one.
        chosen: The point that Delete would remove.
    """
    if prompt.points is None:
        return
    painter.save()
    painter.setRenderHint(QPainter.Antialiasing)
    for n, ((x, y), positive) in enumerate(zip(prompt.points.xy, prompt.points.positive, strict=True)):
        at = view.shown_to_view(x, y)
        paint_point(painter, at, prompt.color, positive, active=active, chosen=n == chosen)
    painter.restore()


def paint_point(
    painter: QPainter, at: QPointF, color: Colour, positive: bool, *, active: bool, chosen: bool
) -> None:
    """One point about a place of the view."""
    radius = RADIUS if active else _SMALL_RADIUS
    if chosen:
        painter.setPen(QPen(_WHITE, 1.4, Qt.DotLine))
        painter.setBrush(Qt.NoBrush)
        painter.drawEllipse(at, radius + 4.0, radius + 4.0)
    fill = QColor(*color) if positive else _NEGATIVE
    painter.setPen(QPen(_UNDER, 3.4))
    painter.setBrush(fill)
    painter.drawEllipse(at, radius, radius)
    painter.setPen(QPen(_WHITE, 1.6 if active else 1.1))
    painter.drawEllipse(at, radius, radius)
    arm = radius - 2.8
    dark = positive and fill.lightness() > 140
    painter.setPen(QPen(QColor(0, 0, 0) if dark else _WHITE, 1.8, Qt.SolidLine, Qt.FlatCap))
    lines = [QLineF(at.x() - arm, at.y(), at.x() + arm, at.y())]
    if positive:
        lines.append(QLineF(at.x(), at.y() - arm, at.x(), at.y() + arm))
    painter.drawLines(lines)


def paint_extent(painter: QPainter, view: SliceView, prompt: ShownPrompt, *, selected: bool) -> None:
    """Dashes around a previous mask that is a prompt without a box."""
    assert prompt.extent is not None
    rect = rect_of(view.transform.box_to_view(prompt.extent))
    painter.setBrush(Qt.NoBrush)
    width = 2.0 if selected else 1.0
    for pen in (QPen(_UNDER, width + 2.0), QPen(QColor(*prompt.color), width, Qt.DashLine)):
        painter.setPen(pen)
        painter.drawRect(rect)


def shade_color(label: Colour) -> Colour:
    """The colour for disagreement that is farther from a label's."""
    return max(_SHADES, key=lambda shade: sum((a - c) ** 2 for a, c in zip(shade, label, strict=True)))


def disagreement_shade(shares: npt.NDArray[np.uint8], at: tuple[int, int], label: Colour) -> Shade | None:
    """Shares (h, w) of the shown picture as a colour that the label has not; None where all agree.

    Args:
        shares: 255 where every other candidate differs.
        at: Column and row of their first pixel.
        label: Colour of the mask under it.
    """
    if not shares.size or not shares.any():
        return None
    r, g, b = shade_color(label)
    alpha = np.arange(256, dtype=np.uint32) * _STRONGEST // 255
    word_of = alpha << 24
    for value, shift in ((r, 16), (g, 8), (b, 0)):
        word_of |= (alpha * value // 255) << shift
    words = word_of.take(shares)
    h, w = shares.shape
    x0, y0 = at
    return Shade(argb_image(np.ascontiguousarray(words)).copy(), Box(x0, y0, x0 + w, y0 + h))


def paint_shade(painter: QPainter, view: SliceView, shade: Shade | None) -> None:
    """Lay the shade where its pixels are."""
    if shade is None:
        return
    painter.save()
    target: QRectF = rect_of(view.transform.box_to_view(shade.place))
    painter.setRenderHint(QPainter.SmoothPixmapTransform, False)
    painter.drawImage(target, shade.image)
    painter.restore()
