"""What lies over a slice and stays while the slices go by: letters, corner texts, scale bar.

Finding places for a few words takes as long as drawing them, so what did not
change is kept from paint to paint, and what lies beside the part that is
painted is left out.
"""

from __future__ import annotations

from collections.abc import Hashable

from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QPainter, QRegion

from medsam.intensity import Window
from medsam.ui.canvas import captions, overlays
from medsam.ui.canvas.overlays import Writing
from medsam.ui.canvas.transform import ViewTransform
from medsam.volume import PlaneFrame, Volume


class Chrome:
    """The words over one view."""

    def __init__(self) -> None:
        self._of: tuple[Hashable, ...] = ()
        self._letters: list[Writing] = []
        self._corners: list[Writing] = []

    def forget(self) -> None:
        """The language is another one: find the words anew."""
        self._of = ()

    def paint(
        self,
        painter: QPainter,
        area: QRectF,
        dirty: QRegion,
        volume: Volume,
        frame: PlaneFrame,
        index: int,
        window: Window | None,
        transform: ViewTransform,
    ) -> None:
        """Draw them.

        Args:
            painter, area: Of the view, in logical pixels.
            dirty: The part of the view that is painted.
            volume, frame, index, window, transform: What is shown, and where.
        """
        font = painter.font()
        place = (area.width(), area.height(), font.key(), id(volume), frame)
        if self._of[: len(place)] != place:
            self._letters = [] if volume.is_picture else overlays.letters(area, font, frame)
        of = (*place, index, window, transform.zoom)
        if self._of != of:
            caption = captions.caption(volume, frame, index, window, transform.zoom)
            self._corners = overlays.corner_texts(area, font, caption)
            self._of = of
        overlays.write(painter, [*self._letters, *self._corners], dirty)
        unit = "mm" if volume.has_scale else "px"
        overlays.paint_scale_bar(painter, area, transform.mm_per_view_pixel, unit, dirty)
