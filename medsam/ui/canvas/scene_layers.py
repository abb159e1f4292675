"""The scene of a slice view as an image: slice, labels and preview, painted where they changed."""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QRect, QSize
from PyQt5.QtGui import QImage, QRegion

from medsam.intensity import Window
from medsam.ui.canvas.label_overlay import Colour, LabelOverlay
from medsam.ui.canvas.overlays import BACKGROUND
from medsam.ui.canvas.painting import painting
from medsam.ui.canvas.rendering import SlicePainter
from medsam.ui.canvas.transform import ViewTransform


class SceneLayers:
    """Keeps the painted scene between paints.

    Attributes:
        slice: The grey or colour picture.
        labels: Of the document.
        overlay_visible: Whether labels and preview are painted.
        smooth: Whether magnified pixels are interpolated.
    """

    def __init__(self) -> None:
        self.slice = SlicePainter()
        self.labels = LabelOverlay()
        self.overlay_visible = True
        self.smooth = True
        self._draft = LabelOverlay(striped=True)
        self._final = LabelOverlay(width=2.0)
        self._image: QImage | None = None
        self._stale = QRegion()

    def set_preview(
        self,
        mask: npt.NDArray[np.bool_] | None,
        color: Colour,
        draft: bool,
        at: tuple[int, int] = (0, 0),
        shape_hw: tuple[int, int] | None = None,
    ) -> None:
        """Lay a shown mask (H, W) over the slice; None removes it.

        Args:
            mask: Of the whole slice, or the part of it that begins at ``at``.
            color, draft: How it looks.
            at: First column and row of a part.
            shape_hw: Of the slice; None where the mask is of all of it.
        """
        self._draft.set_picture(None)
        self._final.set_picture(None)
        if mask is not None:
            overlay = self._draft if draft else self._final
            light = lighter(color, 0.45 if draft else 0.25)
            overlay.set_styles({1: (light, 0.22 if draft else 0.38)})
            overlay.set_part(mask.view(np.uint8), at, shape_hw or mask.shape)

    def mark_stale(self, area: QRect) -> None:
        """Logical pixels of the view to paint again."""
        self._stale += area

    def image(self, view: QRect, ratio: float, transform: ViewTransform, window: Window | None) -> QImage:
        """The scene, painted where it was stale.

        Args:
            view: Of the widget, logical pixels from (0, 0).
            ratio: Device pixels a logical pixel.
            transform: Where the picture lies.
            window: For grey values.
        """
        size = QSize(math.ceil(view.width() * ratio), math.ceil(view.height() * ratio))
        if self._image is None or self._image.size() != size:
            self._image = QImage(size, QImage.Format_RGB32)
            self._image.setDevicePixelRatio(ratio)
            # With a fractional ratio the last column and row lie beyond the view and are painted in part.
            self._image.fill(BACKGROUND)
            self._stale = QRegion(view)
        if not self._stale.isEmpty():
            with painting(self._image) as painter:
                painter.setClipRegion(self._stale)
                painter.fillRect(self._stale.boundingRect(), BACKGROUND)
                self.slice.paint(painter, transform, window, smooth=self.smooth, ratio=ratio)
                if self.overlay_visible:
                    for overlay in (self.labels, self._draft, self._final):
                        overlay.paint(painter, transform, ratio)
            self._stale = QRegion()
        return self._image


def lighter(color: Colour, share: float) -> Colour:
    """A colour mixed with ``share`` of white."""
    r, g, b = (round(c + (255 - c) * share) for c in color)
    return r, g, b
