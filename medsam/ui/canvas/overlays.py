"""What is written over a slice: crosshair, letters, scale bar, corner texts, notices.

Everything is drawn in logical pixels of the view and keeps its size at every
zoom. Words come from the caller, already translated.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

from PyQt5.QtCore import QLineF, QPointF, QRect, QRectF, Qt
from PyQt5.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QRegion

from medsam.ui.canvas.stamps import Stamp, stamp
from medsam.volume import Plane, PlaneFrame

BACKGROUND = QColor(10, 11, 13)
TEXT = QColor(226, 230, 235)
MUTED = QColor(150, 157, 166)
FOCUS = QColor(104, 166, 250)
PLANE_COLORS = {
    Plane.AXIAL: QColor(255, 107, 107),
    Plane.SAGITTAL: QColor(242, 208, 75),
    Plane.CORONAL: QColor(95, 208, 127),
}
"""Red, yellow and green, as radiologists know them from other viewers; light enough for near-black."""

_HALO = QColor(0, 0, 0, 190)
_HALO_OFFSETS = tuple(QPointF(dx, dy) for dx, dy in ((-1, 0), (1, 0), (0, -1), (0, 1), (1, 1)))
_GAP = 12.0
_REACH = 3
"""Logical pixels to each side of a crosshair's line within which its pens stay."""

_PAD = 8.0
_TINY, _SMALL = 110, 190
"""Logical pixels: a pane narrower or lower than this shows letters only, or no scale bar."""


@dataclass(frozen=True)
class Caption:
    """The corner texts of a view.

    Attributes:
        title: Name of the plane, upper left.
        title_color: Its colour.
        position: "12 / 40", below the title.
        window: Window width and level, lower left.
        zoom: Lower right.
    """

    title: str
    title_color: QColor
    position: str
    window: str
    zoom: str


def line_colors(plane: Plane) -> tuple[QColor, QColor]:
    """Colours of the crosshair's vertical and horizontal line: of the planes they stand for."""
    across, down = {
        Plane.AXIAL: (Plane.SAGITTAL, Plane.CORONAL),
        Plane.CORONAL: (Plane.SAGITTAL, Plane.AXIAL),
        Plane.SAGITTAL: (Plane.CORONAL, Plane.AXIAL),
    }[plane]
    return PLANE_COLORS[across], PLANE_COLORS[down]


def crosshair_colors(plane: Plane, is_picture: bool) -> tuple[QColor, QColor]:
    """Colours of the crosshair's vertical and horizontal line; a picture has no planes to tell apart."""
    return (TEXT, TEXT) if is_picture else line_colors(plane)


def scale_bar(unit_per_pixel: float, longest: float) -> tuple[float, float]:
    """A round length that fits into ``longest`` logical pixels.

    Args:
        unit_per_pixel: Millimetres (or picture pixels) a logical pixel.
        longest: Room for the bar.

    Returns:
        The length in units, 1, 2 or 5 times a power of ten, and in logical pixels.
    """
    room = unit_per_pixel * longest
    power = 10.0 ** math.floor(math.log10(room))
    length = next(power * step for step in (5, 2, 1) if power * step <= room * (1 + 1e-9))
    return length, length / unit_per_pixel


def length_text(length: float, unit: str) -> str:
    """A length for people: cm from 10 mm on, µm below 0.1 mm; pixels as they are."""
    if unit == "px":
        return f"{length:g} px"
    if length >= 10:
        return f"{length / 10:g} cm"
    if length < 0.1:
        return f"{length * 1000:g} µm"
    return f"{length:g} mm"


@lru_cache(maxsize=8)
def _crosshair_pens(rgb: int) -> tuple[QPen, QPen]:
    faint = QColor(rgb)
    faint.setAlpha(215)
    return QPen(QColor(0, 0, 0, 70), 3.0), QPen(faint, 1.0)


def paint_crosshair(
    painter: QPainter, at: QPointF, picture: QRectF, colors: tuple[QColor, QColor], ratio: float
) -> None:
    """Two hair lines across the picture, open in the middle so that the target shows."""
    # On the centre of a device pixel a hair line stays one pixel wide.
    x, y = ((math.floor(v * ratio) + 0.5) / ratio for v in (at.x(), at.y()))
    vertical, horizontal = colors
    painter.save()
    painter.setClipRect(picture, Qt.IntersectClip)
    for color, lines in (
        (vertical, (QLineF(x, picture.top(), x, y - _GAP), QLineF(x, y + _GAP, x, picture.bottom()))),
        (horizontal, (QLineF(picture.left(), y, x - _GAP, y), QLineF(x + _GAP, y, picture.right(), y))),
    ):
        there = [line for line in lines if line.x2() >= line.x1() and line.y2() >= line.y1()]
        for pen in _crosshair_pens(color.rgb()):
            painter.setPen(pen)
            painter.drawLines(there)
    painter.restore()


def crosshair_moved(before: QPointF | None, after: QPointF | None, view: QRect) -> QRegion:
    """Where ``paint_crosshair`` paints otherwise after a move.

    Args:
        before, after: Places in the view; None where there is no crosshair.
        view: The whole view in logical pixels.
    """
    region = QRegion()
    if before == after:
        return region
    for at, other in ((before, after), (after, before)):
        if at is None:
            continue
        x, y, open_ = round(at.x()), round(at.y()), math.ceil(_GAP) + _REACH
        # A line that stays where it is still opens elsewhere.
        if other is None or at.x() != other.x():
            region += QRect(x - _REACH, view.top(), 2 * _REACH + 1, view.height())
            region += QRect(x - open_, y - _REACH, 2 * open_ + 1, 2 * _REACH + 1)
        if other is None or at.y() != other.y():
            region += QRect(view.left(), y - _REACH, view.width(), 2 * _REACH + 1)
            region += QRect(x - _REACH, y - open_, 2 * _REACH + 1, 2 * open_ + 1)
    return region & view


class Writing(NamedTuple):
    """A text over the picture.

    Attributes:
        at: Left end of its baseline.
        area: Nothing of it lies outside.
    """

    at: QPointF
    text: str
    color: QColor
    font: QFont
    area: QRect


def _writing(at: QPointF, text: str, color: QColor, font: QFont, metrics: QFontMetricsF) -> Writing:
    size = QRectF(at.x(), at.y() - metrics.ascent(), metrics.horizontalAdvance(text), metrics.height())
    room = metrics.height() / 2
    return Writing(at, text, color, font, size.adjusted(-room, -room, room, room).toAlignedRect())


def stamp_of(writing: Writing, ratio: float) -> Stamp:
    """A text as a picture to lay down; ``ratio`` is device pixels a logical pixel."""

    def paint(painter: QPainter) -> None:
        painter.setFont(writing.font)
        halo_text(painter, writing.at, writing.text, writing.color)

    return stamp(writing.area, ratio, paint)


def letters(area: QRectF, font: QFont, frame: PlaneFrame) -> list[Writing]:
    """Where the patient's sides lie: left, right, top and bottom edge."""
    left, right, top, bottom = frame.letters
    font = QFont(font)
    font.setBold(True)
    metrics = QFontMetricsF(font)
    rise = metrics.ascent()
    middle_y = area.center().y() + rise / 2 - metrics.descent() / 2
    return [
        _writing(QPointF(x, y), letter, TEXT, font, metrics)
        for letter, x, y in (
            (left, area.left() + _PAD, middle_y),
            (right, area.right() - _PAD - metrics.horizontalAdvance(right), middle_y),
            (top, area.center().x() - metrics.horizontalAdvance(top) / 2, area.top() + _PAD + rise),
            (
                bottom,
                area.center().x() - metrics.horizontalAdvance(bottom) / 2,
                area.bottom() - _PAD - metrics.descent(),
            ),
        )
    ]


_Faces = tuple[QFont, QFontMetricsF, QFont, QFontMetricsF]
_known_faces: dict[tuple[str, bool], _Faces] = {}


def _faces(font: QFont, small: bool) -> _Faces:
    """A font for the corners and its bold one, with their metrics; found once for every font."""
    key = font.key(), small
    if key not in _known_faces:
        plain = QFont(font)
        if small and plain.pointSizeF() > 0:
            plain.setPointSizeF(plain.pointSizeF() * 0.85)
        bold = QFont(plain)
        bold.setBold(True)
        _known_faces[key] = (plain, QFontMetricsF(plain), bold, QFontMetricsF(bold))
    return _known_faces[key]


def corner_texts(area: QRectF, font: QFont, caption: Caption) -> list[Writing]:
    """The corner texts; smaller and fewer in a small pane."""
    if min(area.width(), area.height()) < _TINY:
        return []
    font, metrics, bold, metrics_of_bold = _faces(font, min(area.width(), area.height()) < _SMALL)
    left, top = area.left() + _PAD, area.top() + _PAD + metrics.ascent()
    base = area.bottom() - _PAD - metrics.descent()
    # The middle of the upper and the lower edge belongs to a letter.
    room = area.width() / 2 - _PAD - metrics.horizontalAdvance("W")
    title = metrics_of_bold.elidedText(caption.title, Qt.ElideRight, room)
    texts = [
        _writing(QPointF(left, top), title, caption.title_color, bold, metrics_of_bold),
        _writing(QPointF(left, top + metrics.height()), caption.position, TEXT, font, metrics),
    ]
    if metrics.horizontalAdvance(caption.window) <= room:
        texts.append(_writing(QPointF(left, base), caption.window, TEXT, font, metrics))
    x = area.right() - _PAD - metrics.horizontalAdvance(caption.zoom)
    return [*texts, _writing(QPointF(x, base), caption.zoom, TEXT, font, metrics)]


def scale_bar_stamps(
    area: QRectF, font: QFont, unit_per_pixel: float, unit: str, ratio: float
) -> list[Stamp]:
    """A bar of a round length above the lower right corner text; none in a small pane.

    Args:
        area: Of the view, in logical pixels.
        font: For the length.
        unit_per_pixel, unit: Of lengths; see ``scale_bar``.
        ratio: Device pixels a logical pixel.
    """
    if min(area.width(), area.height()) < _SMALL:
        return []
    metrics = QFontMetricsF(font)
    length, pixels = scale_bar(unit_per_pixel, min(area.width() / 4, 160.0))
    right = round(area.right() - _PAD) - 0.5
    y = round(area.bottom() - _PAD - metrics.height() * 1.5) - 0.5
    left = right - round(pixels)

    def paint(painter: QPainter) -> None:
        for color, width in ((_HALO, 3.0), (TEXT, 1.0)):
            painter.setPen(QPen(color, width, Qt.SolidLine, Qt.SquareCap))
            painter.drawLines(
                QLineF(left, y, right, y),
                QLineF(left, y - 3, left, y + 3),
                QLineF(right, y - 3, right, y + 3),
            )

    text = length_text(length, unit)
    at = QPointF(right - metrics.horizontalAdvance(text), y - 4 - metrics.descent())
    # A pen's half and a pixel for its rounding.
    around = QRectF(left, y - 3, right - left, 6).adjusted(-3, -3, 3, 3).toAlignedRect()
    return [stamp(around, ratio, paint), stamp_of(_writing(at, text, TEXT, font, metrics), ratio)]


def paint_notice(painter: QPainter, area: QRectF, text: str, fraction: float | None) -> None:
    """A line of text on a dark pill near the lower edge, with progress if it is known."""
    metrics = QFontMetricsF(painter.font())
    text = metrics.elidedText(text, Qt.ElideRight, area.width() - 6 * _PAD)
    width = metrics.horizontalAdvance(text) + 3 * _PAD
    height = metrics.height() + _PAD + (3 if fraction is not None else 0)
    # Above the scale bar, which a narrow pane would lay under it.
    bottom = area.bottom() - 2 * _PAD - 2.75 * metrics.height()
    pill = QRectF(area.center().x() - width / 2, bottom - height, width, height)
    painter.save()
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(QPen(QColor(255, 255, 255, 40), 1))
    painter.setBrush(QColor(22, 24, 28, 235))
    painter.drawRoundedRect(pill, 6, 6)
    painter.setPen(TEXT)
    painter.drawText(QPointF(pill.left() + 1.5 * _PAD, pill.top() + _PAD / 2 + metrics.ascent()), text)
    if fraction is not None:
        track = QRectF(pill.left() + _PAD, pill.bottom() - 6, pill.width() - 2 * _PAD, 2)
        painter.fillRect(track, QColor(255, 255, 255, 40))
        track.setWidth(track.width() * min(max(fraction, 0.0), 1.0))
        painter.fillRect(track, FOCUS)
    painter.restore()


def paint_empty(painter: QPainter, area: QRectF, text: str) -> None:
    """What a view without a picture says."""
    inner = area.adjusted(3 * _PAD, 3 * _PAD, -3 * _PAD, -3 * _PAD)
    if not text or inner.width() < 20 or inner.height() < 20:
        return
    painter.save()
    painter.setRenderHint(QPainter.Antialiasing)
    painter.setPen(QPen(QColor(70, 76, 84), 1.5, Qt.DashLine))
    painter.drawRoundedRect(inner, 10, 10)
    painter.setPen(MUTED)
    painter.drawText(inner.adjusted(_PAD, _PAD, -_PAD, -_PAD), Qt.AlignCenter | Qt.TextWordWrap, text)
    painter.restore()


def paint_focus(painter: QPainter, area: QRectF) -> None:
    """A thin frame: the keyboard acts here."""
    painter.save()
    painter.setPen(QPen(FOCUS, 1))
    painter.setBrush(Qt.NoBrush)
    painter.drawRect(area.adjusted(0.5, 0.5, -0.5, -0.5))
    painter.restore()


def halo_text(painter: QPainter, at: QPointF, text: str, color: QColor) -> None:
    """Text at a baseline, dark around the letters so that bright pictures do not swallow it."""
    if not text:
        return
    painter.setPen(_HALO)
    for offset in _HALO_OFFSETS:
        painter.drawText(at + offset, text)
    painter.setPen(color)
    painter.drawText(at, text)
