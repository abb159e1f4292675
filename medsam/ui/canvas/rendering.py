"""From a slice of raw values to the picture that is painted. numpy and QImage only."""

from __future__ import annotations

import math
from collections.abc import Callable
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QImage, QPainter

from medsam.intensity import Window, as_unsigned, lookup_table, to_uint8
from medsam.prompts import Box
from medsam.ui.canvas.transform import ViewTransform
from medsam.volume import Array

Rect = tuple[int, int, int, int]

_SAMPLES = 200_000
_WHOLE = 1_500_000
"""Pixels up to which a picture is rendered whole."""

_MOST_REDUCED = 6


def data_range(array: Array) -> tuple[float, float]:
    """Where nearly all raw values lie: percentiles 0.1 and 99.9 of a sparse sample.

    It sets how far a window drag goes, so neither a metal streak nor a padding
    value may stretch it.
    """
    step = max(1, round((array.size / _SAMPLES) ** (1 / 3)))
    sample = array[::step, ::step, ::step].ravel()
    if sample.dtype.kind == "f":
        sample = sample[np.isfinite(sample)]
    if sample.size == 0:
        return 0.0, 1.0
    low, high = (float(v) for v in np.percentile(sample, (0.1, 99.9)))
    return (low, high) if high > low else (low, low + 1.0)


def reduced(picture: Array, factor: int) -> Array:
    """Mean of every ``factor`` by ``factor`` block, in the picture's dtype.

    Args:
        picture: (H, W) or (H, W, 3), real.
        factor: 1 or more; incomplete blocks at the far edges repeat the last row and column.
    """
    if factor == 1:
        return picture
    h, w = picture.shape[:2]
    if h % factor or w % factor:
        pad = [(0, -h % factor), (0, -w % factor)] + [(0, 0)] * (picture.ndim - 2)
        picture = np.pad(picture, pad, mode="edge")
    kind = picture.dtype.kind
    wide = np.float64 if picture.dtype == np.float64 else np.float32 if kind == "f" else np.int64
    if kind in "iu" and picture.dtype.itemsize <= 2:
        wide = np.int32
    # Whole rows first: adding neighbours in memory is several times faster than blocks.
    rows = picture[0::factor].astype(wide)
    for n in range(1, factor):
        rows += picture[n::factor]
    blocks = rows[:, 0::factor].copy()
    for n in range(1, factor):
        blocks += rows[:, n::factor]
    if kind in "iu":
        blocks += factor * factor // 2
        blocks //= factor * factor
    else:
        blocks /= factor * factor
    return blocks.astype(picture.dtype)


def grey_image(grey: npt.NDArray[np.uint8]) -> QImage:
    """(H, W) 8-bit grey as a QImage of its own memory, in the painter's fast format."""
    grey = np.ascontiguousarray(grey)
    h, w = grey.shape
    return QImage(grey.data, w, h, w, QImage.Format_Grayscale8).convertToFormat(QImage.Format_RGB32)


def compact(picture: Array) -> Array:
    """A picture whose neighbours lie far apart in memory, copied; any other as it is.

    A slice across a volume's fastest axis takes a line of the processor's cache
    for every pixel: whoever reads it twice had better read a copy.
    """
    pixel = picture.itemsize * (picture.shape[2] if picture.ndim == 3 else 1)
    lies_apart = min(abs(stride) for stride in picture.strides[:2]) > pixel
    return np.ascontiguousarray(picture) if lies_apart else picture


def windowed_image(raw: Array, window: Window) -> QImage:
    """(H, W) raw values through a window: ``grey_image(to_uint8(raw, window))``, in one step where it can."""
    words = _words(raw.dtype.str, window)
    if words is None:
        return grey_image(to_uint8(raw, window))
    h, w = raw.shape
    image = QImage(w, h, QImage.Format_RGB32)
    memory = image.bits()
    memory.setsize(image.sizeInBytes())
    # No index is out of the table; "clip" only lets numpy write where the image lies.
    words.take(as_unsigned(raw), out=np.frombuffer(memory, np.uint32).reshape(h, w), mode="clip")
    return image


@lru_cache(maxsize=4)
def _words(dtype: str, window: Window) -> npt.NDArray[np.uint32] | None:
    """The painter's word for every raw value of an integer type; None for other types."""
    table = lookup_table(np.dtype(dtype), window)
    return None if table is None else table.astype(np.uint32) * np.uint32(0x010101) | np.uint32(0xFF000000)


def colour_image(rgb: npt.NDArray[np.uint8]) -> QImage:
    """(H, W, 3) 8-bit colour as a QImage of its own memory, in the painter's fast format."""
    rgb = np.ascontiguousarray(rgb)
    h, w = rgb.shape[:2]
    return QImage(rgb.data, w, h, 3 * w, QImage.Format_RGB888).convertToFormat(QImage.Format_RGB32)


def argb_image(pixels: npt.NDArray[np.uint32]) -> QImage:
    """A QImage over (H, W) premultiplied ARGB words. The array must outlive the image."""
    h, w = pixels.shape
    return QImage(pixels.data, w, h, 4 * w, QImage.Format_ARGB32_Premultiplied)


class SlicePainter:
    """Paints one slice, remembering what it computed for it.

    A picture far larger than the view is averaged down first, and of a large
    picture only the part in view (and some more around it) goes through the
    window, so a window drag over a 20-megapixel radiograph costs no more than
    the pixels on screen.
    """

    def __init__(self) -> None:
        self._picture: Array | None = None
        self._read: Callable[[], Array] | None = None
        self._reduced: dict[int, Array] = {}
        self._image: QImage | None = None
        self._made_of: tuple[int, Window | None] = (0, None)
        self._part: Rect = (0, 0, 0, 0)

    def set_picture(self, picture: Array | None, read: Callable[[], Array] | None = None) -> None:
        """Show another slice: (H, W) raw or (H, W, 3) 8-bit, shown frame.

        Args:
            picture: A view is enough.
            read: Gives the same values when they are painted, where there is a faster way to them.
        """
        self._picture, self._read, self._reduced, self._image = picture, read, {}, None

    def paint(
        self,
        painter: QPainter,
        transform: ViewTransform,
        window: Window | None,
        *,
        smooth: bool,
        ratio: float,
    ) -> None:
        """Draw the slice where ``transform`` puts it.

        Args:
            painter: In logical pixels of the view.
            transform: Of the view.
            window: For grey values; ignored for colour.
            smooth: Interpolate when a pixel is larger than the screen's.
            ratio: Device pixels a logical pixel.
        """
        if self._picture is None:
            return
        factor = _factor_for(transform, ratio)
        values = self._values(factor)
        x0, y0, x1, y1 = transform.visible_pixels()
        # One pixel more on each side: interpolation at the view's edge looks past it.
        wanted = _within((x0 // factor - 1, y0 // factor - 1, x1 // factor + 2, y1 // factor + 2), values)
        if x1 <= x0 or y1 <= y0:
            return
        image = self._render(values, factor, window, wanted)
        ox, oy = self._part[:2]
        source = Box(wanted[0] - ox, wanted[1] - oy, wanted[2] - ox, wanted[3] - oy)
        target = transform.box_to_view(Box(*(v * factor for v in wanted)))
        magnified = min(transform.scale_xy) * ratio > 1.0
        painter.save()
        painter.setClipRect(rect_of(transform.picture_box()), Qt.IntersectClip)
        painter.setRenderHint(QPainter.SmoothPixmapTransform, smooth or not magnified)
        painter.drawImage(rect_of(target), image, rect_of(source))
        painter.restore()

    def _values(self, factor: int) -> Array:
        """The picture averaged by ``factor``."""
        if factor not in self._reduced:
            assert self._picture is not None
            picture = self._picture if self._read is None else self._read()
            self._reduced[factor] = compact(picture) if factor == 1 else reduced(picture, factor)
        return self._reduced[factor]

    def _render(self, values: Array, factor: int, window: Window | None, wanted: Rect) -> QImage:
        """An image of at least the ``wanted`` part of ``values``; ``_part`` says of which."""
        x0, y0, x1, y1 = self._part
        covers = x0 <= wanted[0] and y0 <= wanted[1] and x1 >= wanted[2] and y1 >= wanted[3]
        if self._image is None or self._made_of != (factor, window) or not covers:
            h, w = values.shape[:2]
            self._part = (0, 0, w, h) if h * w <= _WHOLE else _within(_around(wanted), values)
            self._made_of = (factor, window)
            x0, y0, x1, y1 = self._part
            part = values[y0:y1, x0:x1]
            if part.ndim == 3:
                self._image = colour_image(part)
            else:
                assert window is not None, "grey values are seen through a window"
                self._image = windowed_image(part, window)
        return self._image


def _factor_for(transform: ViewTransform, ratio: float) -> int:
    """The power of two by which a picture may be averaged without a visible loss."""
    shrink = 1.0 / (min(transform.scale_xy) * ratio)
    least_side = min(transform.shape_hw)
    if shrink < 2 or least_side < 2:
        return 1
    return 2 ** min(int(math.log2(shrink) + 1e-9), int(math.log2(least_side)), _MOST_REDUCED)


def _within(rect: Rect, values: Array) -> Rect:
    """The part of a rectangle on a picture."""
    h, w = values.shape[:2]
    return max(rect[0], 0), max(rect[1], 0), min(rect[2], w), min(rect[3], h)


def _around(rect: Rect) -> Rect:
    """A rectangle with a quarter more on each side, so that not every step of a pan renders."""
    x0, y0, x1, y1 = rect
    dx, dy = (x1 - x0) // 4, (y1 - y0) // 4
    return x0 - dx, y0 - dy, x1 + dx, y1 + dy


def rect_of(box: Box) -> QRectF:
    """A box as Qt writes rectangles."""
    return QRectF(box.x0, box.y0, box.width, box.height)
