"""What lies over a slice and stays while the slices go by: letters, corner texts, scale bar.

Finding places for a few words takes as long as drawing them, so what did not
change is kept from paint to paint, and what lies beside the part that is
painted is left out.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Hashable, Iterable

from PyQt5.QtCore import QRectF
from PyQt5.QtGui import QPainter, QRegion

from medsam.intensity import Window
from medsam.ui.canvas import captions, overlays
from medsam.ui.canvas.overlays import Writing
from medsam.ui.canvas.stamps import Stamp, lay
from medsam.ui.canvas.transform import ViewTransform
from medsam.volume import PlaneFrame, Volume

_KEPT = 64
"""Words that change which are kept as pictures: those of a walk there and back."""


class Chrome:
    """The words over one view."""

    def __init__(self) -> None:
        self._place: tuple[Hashable, ...] = ()
        self._of: tuple[Hashable, ...] = ()
        self._letters: list[Stamp] = []
        self._bar: tuple[float, list[Stamp]] = (0.0, [])
        self._corners: list[Stamp] = []
        self._known: OrderedDict[Hashable, Stamp] = OrderedDict()

    def forget(self) -> None:
        """The language is another one: find the words anew."""
        self._place, self._of = (), ()

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
        font, ratio = painter.font(), painter.device().devicePixelRatioF()
        scale = transform.mm_per_view_pixel
        place = (area.width(), area.height(), ratio, font.key(), id(volume), frame)
        if self._place != place:
            self._known.clear()
            letters = [] if volume.is_picture else overlays.letters(area, font, frame)
            self._letters = [overlays.stamp_of(letter, ratio) for letter in letters]
            self._place, self._of, self._bar = place, (), (0.0, [])
        if self._bar[0] != scale:
            unit = "mm" if volume.has_scale else "px"
            self._bar = scale, overlays.scale_bar_stamps(area, font, scale, unit, ratio)
        of = (index, window, transform.zoom)
        if self._of != of:
            caption = captions.caption(volume, frame, index, window, transform.zoom)
            self._corners = list(self._stamps(overlays.corner_texts(area, font, caption), ratio))
            self._of = of
        lay(painter, (*self._letters, *self._corners, *self._bar[1]), dirty)

    def _stamps(self, writings: Iterable[Writing], ratio: float) -> Iterable[Stamp]:
        """The words as pictures, those of before where they are the same."""
        for writing in writings:
            key = (writing.text, writing.at.x(), writing.at.y())
            made = self._known.pop(key, None) or overlays.stamp_of(writing, ratio)
            self._known[key] = made
            if len(self._known) > _KEPT:
                self._known.popitem(last=False)
            yield made
