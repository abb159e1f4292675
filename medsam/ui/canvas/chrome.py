"""What lies over a slice and stays while the slices go by: letters, corner texts, scale bar.

Finding places for a few words takes as long as drawing them, so what did not
change is kept from paint to paint, and what lies beside the part that is
painted is left out.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable

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
        self._kept: dict[str, tuple[Hashable, list[Writing]]] = {}

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
        place = (area.width(), area.height(), font.key())
        if not volume.is_picture:
            made = self._keep("letters", (place, frame.letters), lambda: overlays.letters(area, font, frame))
            overlays.write(painter, made, dirty)
        caption = captions.caption(volume, frame, index, window, transform.zoom)
        words = (caption.title, caption.title_color.rgba(), caption.position, caption.window, caption.zoom)
        made = self._keep("corners", (place, words), lambda: overlays.corner_texts(area, font, caption))
        overlays.write(painter, made, dirty)
        unit = "mm" if volume.has_scale else "px"
        overlays.paint_scale_bar(painter, area, transform.mm_per_view_pixel, unit, dirty)

    def _keep(self, name: str, of: Hashable, make: Callable[[], list[Writing]]) -> list[Writing]:
        """What was made of the same things the last time, or else made now."""
        if name not in self._kept or self._kept[name][0] != of:
            self._kept[name] = (of, make())
        return self._kept[name][1]
