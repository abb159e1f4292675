"""Rulers, angles and a label's axes over the slices they belong to, whatever tool is in use."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial

from PyQt5.QtCore import QObject, QPointF, pyqtSignal
from PyQt5.QtGui import QColor, QPainter

from medsam.document import Ruler
from medsam.document.rulers import Point, ruler_angle, ruler_length
from medsam.document.statistics import Diameters, length_unit
from medsam.ui.canvas import ruler_painting as painting
from medsam.ui.canvas.slice_view import SliceView

Points = tuple[Point, ...]


@dataclass(frozen=True)
class Axes:
    """The largest diameters of a label, to be drawn on their slice."""

    label_id: int
    color: tuple[int, int, int]
    diameters: Diameters


@dataclass(frozen=True)
class _Live:
    """What a drag makes of ruler ``ruler_id`` (None: of a fresh one) just now."""

    view: SliceView
    index: int
    ruler_id: int | None
    points: Points


class RulerLayer(QObject):
    """Paints the document's rulers and knows which one is selected; tools tell it of drags.

    Points are in the shown frame, pixel edges.

    Attributes:
        always_shown: Whether rulers stay while the overlay is hidden, as they
            must while one is drawn.

    Signals:
        selection_changed: Number of a ruler, or None.
    """

    selection_changed = pyqtSignal(object)

    def __init__(self, views: Iterable[SliceView], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._views = tuple(views)
        self.always_shown = False
        self._selected: int | None = None
        self._live: _Live | None = None
        self._axes: Axes | None = None
        for view in self._views:
            view.add_marks(partial(self._paint, view))

    @property
    def selected(self) -> int | None:
        """Number of the selected ruler."""
        return self._selected

    def select(self, ruler_id: int | None) -> None:
        """Select a ruler, or none, and say so."""
        if ruler_id != self._selected:
            self._selected = ruler_id
            self.refresh()
            self.selection_changed.emit(ruler_id)

    def set_live(self, view: SliceView | None, ruler_id: int | None = None, points: Points = ()) -> None:
        """Show what a drag makes of a ruler, in the place of the document's; no view ends that."""
        self._live = _Live(view, view.index, ruler_id, points) if view is not None else None
        self.refresh()

    @property
    def axes(self) -> Axes | None:
        """The label axes that are drawn."""
        return self._axes

    def set_axes(self, axes: Axes | None) -> None:
        """Draw a label's largest diameters, or none."""
        if axes != self._axes:
            self._axes = axes
            self.refresh()

    def refresh(self) -> None:
        """Paint again: the document's rulers changed."""
        for view in self._views:
            view.update()

    def rulers(self, view: SliceView) -> tuple[Ruler, ...]:
        """The rulers and angles of a view's present slice."""
        if view.annotation is None or view.frame is None:
            return ()
        return view.annotation.rulers_on(view.frame.axis, view.index)

    def hit(self, view: SliceView, at: QPointF) -> tuple[int, int | None] | None:
        """The ruler at a place of the view, the selected one first, and which point (None: the line)."""
        found = []
        for ruler in self.rulers(view):
            apart, handle = painting.nearest(self._in_view(view, self.shown(view, ruler)), at)
            if apart <= painting.REACH:
                found.append((ruler.id != self._selected, apart, ruler.id, handle))
        if not found:
            return None
        _, _, ruler_id, handle = min(found, key=lambda hit: hit[:3])
        return ruler_id, handle

    def points(self, view: SliceView, ruler_id: int) -> Points:
        """Points of a ruler of the present slice, shown frame."""
        return next(self.shown(view, ruler) for ruler in self.rulers(view) if ruler.id == ruler_id)

    def shown(self, view: SliceView, ruler: Ruler) -> Points:
        """A ruler's points in the shown frame of a view of its plane."""
        assert view.frame is not None
        return tuple(view.frame.point_from_stored(*point) for point in ruler.points)

    def stored(self, view: SliceView, points: Points, ruler_id: int = 0) -> Ruler:
        """The ruler that shown points of a view's present slice make."""
        assert view.frame is not None
        places = tuple(view.frame.point_to_stored(*point) for point in points)
        return Ruler(ruler_id, view.frame.axis, view.index, places)

    def words(self, view: SliceView, points: Points) -> str:
        """The measure of a line of two points or an angle of three; a lone point has none."""
        assert view.volume is not None
        if len(points) < 2:
            return ""
        ruler, geometry = self.stored(view, points), view.volume.geometry
        if ruler.is_angle:
            return painting.angle_words(ruler_angle(ruler, geometry))
        return painting.length_words(ruler_length(ruler, geometry), length_unit(view.volume))

    def _in_view(self, view: SliceView, points: Sequence[Point]) -> list[QPointF]:
        return [view.shown_to_view(*point) for point in points]

    def _paint(self, view: SliceView, painter: QPainter) -> None:
        if view.frame is None or not (view.overlay_visible or self.always_shown):
            return
        self._paint_axes(view, painter)
        live = self._live
        if live is not None and (live.view is not view or live.index != view.index):
            live = None
        for ruler in self.rulers(view):
            if live is None or ruler.id != live.ruler_id:
                points = self.shown(view, ruler)
                self._paint_one(view, painter, points, selected=ruler.id == self._selected)
        if live is not None:
            self._paint_one(view, painter, live.points, selected=True)

    def _paint_one(self, view: SliceView, painter: QPainter, points: Points, *, selected: bool) -> None:
        words = self.words(view, points)
        painting.paint_ruler(painter, self._in_view(view, points), words, selected=selected)

    def _paint_axes(self, view: SliceView, painter: QPainter) -> None:
        assert view.frame is not None and view.volume is not None
        axes = self._axes
        if axes is None or (axes.diameters.axis, axes.diameters.index) != (view.frame.axis, view.index):
            return
        unit = length_unit(view.volume)
        for line in (axes.diameters.long, axes.diameters.short):
            ends = [view.frame.from_voxel(end)[:2] for end in (line.start, line.end)]
            start, end = self._in_view(view, ends)
            words = painting.length_words(line.length, unit)
            painting.paint_axis(painter, start, end, words, QColor(*axes.color))
