"""Small pictures of what is written over a slice, painted once and laid down again and again.

A word with its dark halo takes six drawings of text, a stamp one copy of a few
hundred pixels, and most words stay while the slices go by.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import NamedTuple

from PyQt5.QtCore import QRect
from PyQt5.QtGui import QImage, QPainter, QRegion, QTransform

from medsam.ui.canvas.painting import painting

Paint = Callable[[QPainter], None]


class Stamp(NamedTuple):
    """Something small over a view.

    Attributes:
        area: Nothing of it lies outside; logical pixels of the view.
        paint: Paints it there.
        image: It, painted; None where that would not lie on the screen's pixels.
    """

    area: QRect
    paint: Paint
    image: QImage | None


def stamp(area: QRect, ratio: float, paint: Paint) -> Stamp:
    """Paint once what will be laid down often.

    Args:
        area: Of the view, in logical pixels; must hold everything.
        ratio: Device pixels a logical pixel. With a fraction a picture would
            be laid between pixels, so each time is painted anew.
        paint: Gets a painter in logical pixels of the view.
    """
    if ratio != round(ratio) or area.isEmpty():
        return Stamp(area, paint, None)
    image = QImage(area.size() * int(ratio), QImage.Format_ARGB32_Premultiplied)
    image.setDevicePixelRatio(ratio)
    image.fill(0)
    with painting(image) as painter:
        painter.setTransform(QTransform.fromTranslate(-area.x(), -area.y()))
        paint(painter)
    return Stamp(area, paint, image)


def lay(painter: QPainter, stamps: Iterable[Stamp], dirty: QRegion) -> None:
    """Draw the stamps that reach into the part of the view which is painted."""
    for area, paint, image in stamps:
        if not dirty.intersects(area):
            continue
        if image is not None:
            painter.drawImage(area.topLeft(), image)
        else:
            painter.save()
            paint(painter)
            painter.restore()
