"""A painter that ends with its block, and a pattern to paint."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PyQt5.QtCore import QPointF, QRectF
from PyQt5.QtGui import QColor, QPaintDevice, QPainter, QPen

STRIPE = 4
"""Logical pixels of a stripe and the gap beside it."""


@contextmanager
def painting(device: QPaintDevice) -> Iterator[QPainter]:
    """Paint on ``device`` and end, whatever happens in between.

    An exception keeps the frame it came from, and with it the painter there.
    One that is still active when a widget has been painted ends the program.
    """
    painter = QPainter(device)
    try:
        yield painter
    finally:
        painter.end()


def stripes(painter: QPainter, area: QRectF, color: QColor, phase: int) -> None:
    """Diagonal stripes, moved by ``phase`` pixels."""
    painter.save()
    painter.setClipRect(area)
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(QPen(color, STRIPE / 2))
    period, height = 2 * STRIPE, area.height()
    # The stripes' places depend on the lane, not on the run, so neighbouring runs join.
    first = int((area.left() - height) // period) * period + phase - period
    for x in range(first, int(area.right()) + period, period):
        painter.drawLine(QPointF(x, area.bottom() + 1), QPointF(x + height + 2, area.top() - 1))
    painter.restore()
