"""From a slice of raw values to the picture that is painted. numpy and QImage only."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QRectF, Qt
from PyQt5.QtGui import QImage, QPainter

from medsam.intensity import Window, to_uint8
from medsam.prompts import Box
from medsam.ui.canvas.transform import ViewTransform
from medsam.volume import Array

_SAMPLES = 200_000
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
    pad = [(0, -h % factor), (0, -w % factor)] + [(0, 0)] * (picture.ndim - 2)
    full = np.pad(picture, pad, mode="edge") if pad[0][1] or pad[1][1] else picture
    blocks = full.reshape(full.shape[0] // factor, factor, full.shape[1] // factor, factor, *full.shape[2:])
    mean = blocks.mean(axis=(1, 3), dtype=np.float32 if picture.dtype != np.float64 else np.float64)
    if picture.dtype.kind in "iu":
        mean = np.rint(mean)
    return mean.astype(picture.dtype)


def grey_image(grey: npt.NDArray[np.uint8]) -> QImage:
    """(H, W) 8-bit grey as a QImage of its own memory, in the painter's fast format."""
    grey = np.ascontiguousarray(grey)
    h, w = grey.shape
    return QImage(grey.data, w, h, w, QImage.Format_Grayscale8).convertToFormat(QImage.Format_RGB32)


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
    """Paints one slice, remembering the reduced values and the windowed image.

    A slice far larger than the view is averaged down first, so a window drag
    over a 20-megapixel radiograph costs no more than the pixels on screen.
    """

    def __init__(self) -> None:
        self._picture: Array | None = None
        self._factor = 0
        self._values: Array | None = None
        self._window: Window | None = None
        self._image: QImage | None = None

    def set_picture(self, picture: Array | None) -> None:
        """Show another slice: (H, W) raw or (H, W, 3) 8-bit, shown frame."""
        self._picture, self._values, self._image = picture, None, None

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
        factor = self._factor_for(transform, ratio)
        image = self._render(factor, window)
        x0, y0, x1, y1 = transform.visible_pixels()
        # One pixel more on each side: interpolation at the view's edge looks past it.
        fx0, fy0 = max(x0 // factor - 1, 0), max(y0 // factor - 1, 0)
        fx1, fy1 = (min(end // factor + 2, side) for end, side in ((x1, image.width()), (y1, image.height())))
        if fx1 <= fx0 or fy1 <= fy0:
            return
        source = Box(fx0, fy0, fx1, fy1)
        target = transform.box_to_view(Box(*(v * factor for v in source.xyxy)))
        magnified = min(transform.scale_xy) * ratio > 1.0
        painter.save()
        painter.setClipRect(rect_of(transform.picture_box()), Qt.IntersectClip)
        painter.setRenderHint(QPainter.SmoothPixmapTransform, smooth or not magnified)
        painter.drawImage(rect_of(target), image, rect_of(source))
        painter.restore()

    def _factor_for(self, transform: ViewTransform, ratio: float) -> int:
        """The power of two by which the picture may be averaged without a visible loss."""
        shrink = 1.0 / (min(transform.scale_xy) * ratio)
        largest = min(transform.shape_hw)
        steps = min(max(math.floor(math.log2(shrink) + 1e-9), 0), _MOST_REDUCED) if shrink > 1 else 0
        return min(2**steps, max(1, largest))

    def _render(self, factor: int, window: Window | None) -> QImage:
        if self._values is None or factor != self._factor:
            assert self._picture is not None
            self._values, self._factor, self._image = reduced(self._picture, factor), factor, None
        if self._image is None or window != self._window:
            self._window = window
            values = self._values
            if values.ndim == 3:
                self._image = colour_image(values)
            else:
                assert window is not None, "grey values are seen through a window"
                self._image = grey_image(to_uint8(values, window))
        return self._image


def rect_of(box: Box) -> QRectF:
    """A box as Qt writes rectangles."""
    return QRectF(box.x0, box.y0, box.width, box.height)
