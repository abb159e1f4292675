"""A painter that ends with its block."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PyQt5.QtGui import QPaintDevice, QPainter


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
