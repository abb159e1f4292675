"""Hatching over the voxels that an action would take from other labels."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QLineF, QRectF, Qt
from PyQt5.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen
from PyQt5.QtWidgets import QWidget

from medsam.prompts import Box
from medsam.ui.canvas.label_overlay import MOST_LINES, extent, outline_segments
from medsam.ui.canvas.painting import painting
from medsam.ui.canvas.rendering import argb_image, rect_of
from medsam.ui.canvas.slice_view import SliceView

_STRIPE = QColor(12, 12, 14, 215)
_EDGE = QColor(255, 255, 255, 235)
_UNDER = QColor(0, 0, 0, 160)
_STRIPE_STEP = 6


class OverlapHatch(QWidget):
    """Lies over one view and takes no input; hides itself while there is nothing to say.

    A label that is about to lose voxels shows in its own full colour under
    dark stripes with a white edge, so that it can be told from every label
    and from the preview of what takes it.
    """

    def __init__(self, view: SliceView) -> None:
        super().__init__(view)
        self._view = view
        self._labels: npt.NDArray[np.uint16] | None = None
        self._colors: npt.NDArray[np.uint32] | None = None
        self._origin = (0, 0)
        self._picture: QImage | None = None
        self.setAttribute(Qt.WA_TransparentForMouseEvents)
        self.setAttribute(Qt.WA_NoSystemBackground)
        self.setFocusPolicy(Qt.NoFocus)
        self.hide()
        view.view_changed.connect(self._stale)

    def set_lost(self, lost: npt.NDArray[np.uint16] | None, colors: dict[int, tuple[int, int, int]]) -> None:
        """Show which labels lose which pixels.

        Args:
            lost: The shown picture (H, W): the number of the label that loses
                a pixel, 0 elsewhere; None for nothing.
            colors: By number.
        """
        rect = extent(lost > 0) if lost is not None else None
        if lost is None or rect is None:
            self._labels = self._picture = None
            self.hide()
            return
        x0, y0, x1, y1 = rect
        self._labels, self._origin = np.ascontiguousarray(lost[y0:y1, x0:x1]), (x0, y0)
        words = np.zeros(int(self._labels.max()) + 1, np.uint32)
        for number in np.unique(self._labels).tolist():
            if number:
                r, g, b = colors.get(number, (128, 128, 128))
                words[number] = 0xFF000000 | (r << 16) | (g << 8) | b
        self._colors = words.take(self._labels)
        self.setGeometry(self._view.rect())
        self.show()
        self._stale()

    @property
    def pixels(self) -> int:
        """How many pixels of the slice are hatched."""
        return int(np.count_nonzero(self._labels)) if self._labels is not None else 0

    def paintEvent(self, event: QPaintEvent) -> None:
        """The hatching, drawn once for each place of the picture."""
        if self._labels is None:
            return
        if self._picture is None:
            self._picture = self._drawn()
        with painting(self) as painter:
            painter.drawImage(0, 0, self._picture)
            # What the tool draws lies on top of everything: its lines and numbers must not be hatched over.
            self._view.paint_tool(painter)

    def _stale(self) -> None:
        """The picture lies elsewhere, or the view has another size, which tells of both."""
        self._picture = None
        if self.isVisible():
            self.setGeometry(self._view.rect())
            self.update()

    def _drawn(self) -> QImage:
        assert self._labels is not None and self._colors is not None
        ratio = self.devicePixelRatioF()
        image = QImage(self.size() * ratio, QImage.Format_ARGB32_Premultiplied)
        image.setDevicePixelRatio(ratio)
        image.fill(Qt.transparent)
        (x0, y0), (h, w) = self._origin, self._labels.shape
        target = rect_of(self._view.transform.box_to_view(Box(x0, y0, x0 + w, y0 + h)))
        with painting(image) as painter:
            painter.drawImage(target, argb_image(self._colors))
            painter.setCompositionMode(QPainter.CompositionMode_SourceAtop)
            painter.setRenderHint(QPainter.Antialiasing)
            painter.setPen(QPen(_STRIPE, 2.6))
            seen = target & QRectF(self.rect())
            for offset in range(0, int(seen.width() + seen.height()) + _STRIPE_STEP, _STRIPE_STEP):
                at = seen.left() + offset
                painter.drawLine(*(round(v) for v in (at, seen.top(), at - seen.height(), seen.bottom())))
            painter.setCompositionMode(QPainter.CompositionMode_SourceOver)
            lines = self._edges()
            for pen in (QPen(_UNDER, 3.0), QPen(_EDGE, 1.3)):
                painter.setPen(pen)
                painter.drawLines(lines)
        return image

    def _edges(self) -> list[QLineF]:
        """Where the hatched area ends, as lines of the view."""
        assert self._labels is not None
        segments = outline_segments((self._labels > 0).astype(np.uint16))[1] + np.array(self._origin * 2)
        if len(segments) > MOST_LINES:
            return []
        transform = self._view.transform
        lines = segments * np.array(transform.scale_xy * 2) + np.array(transform.to_view(0.0, 0.0) * 2)
        return [QLineF(*line) for line in lines.tolist()]
