"""The ruler tool: draw a line to measure a length, take its ends, move it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, QPointF, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QApplication

from medsam.ui.canvas.ruler_layer import Point, Points, RulerLayer
from medsam.ui.canvas.tools.base import MouseInfo, Tool

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView


@dataclass
class _Drag:
    """A press and what became of it.

    Attributes:
        view, start, pressed_at: Where it began: view, shown point, place of the view.
        ruler_id: What was taken; None draws a fresh one.
        handle: Which point of it; None moves it whole.
        before: Its points as they were.
        points: As they are now.
        is_real: Whether the mouse went far enough to mean a drag.
    """

    view: SliceView
    start: tuple[float, float]
    pressed_at: QPointF
    ruler_id: int | None = None
    handle: int | None = None
    before: Points = ()
    points: Points = ()
    is_real: bool = False


class RulerTool(Tool):
    """Draws lines, and takes rulers and angles by their points or lines.

    A drag on free ground draws; one on a point moves that point, one on a
    line the whole. A click selects the ruler under it, or none. Shown frame,
    pixel edges, not snapped: a length is measured between pixels, too.

    Signals:
        drawn: (view, points): a fresh one, on release.
        adjusted: (view, points, id): one was changed, on release.
        remove_requested: (id): Delete on the selected one.
    """

    drawn = pyqtSignal(object, object)
    adjusted = pyqtSignal(object, object, int)
    remove_requested = pyqtSignal(int)

    cursor = Qt.CrossCursor

    def __init__(self, layer: RulerLayer, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.layer = layer
        self._drag: _Drag | None = None

    def activate(self, view: SliceView) -> None:
        """See ``Tool``."""
        self.layer.always_shown = True
        view.update()

    def deactivate(self, view: SliceView) -> None:
        """See ``Tool``."""
        super().deactivate(view)
        self.layer.always_shown = False
        self.layer.select(None)
        view.update()

    # --- mouse ------------------------------------------------------------

    def mouse_press(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``. A press outside of the picture begins at its edge."""
        start = view.transform.clamped_point(mouse.x, mouse.y)
        self._drag = _Drag(view, start, mouse.position)
        taken = None if mouse.with_ctrl else self.layer.hit(view, mouse.position)
        if taken is not None:
            self._drag.ruler_id, self._drag.handle = taken
            self._drag.before = self._drag.points = self.layer.points(view, taken[0])
            self.layer.select(taken[0])
        return True

    def mouse_move(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        drag = self._drag
        if drag is None or drag.view is not view:
            return False
        way = mouse.position - drag.pressed_at
        drag.is_real = drag.is_real or way.manhattanLength() >= QApplication.startDragDistance()
        if drag.is_real:
            drag.points = self._dragged(drag, mouse)
            self.layer.set_live(view, drag.ruler_id, drag.points)
        return True

    def _dragged(self, drag: _Drag, mouse: MouseInfo) -> Points:
        """The points that the mouse makes of the drag."""
        transform = drag.view.transform
        here = transform.clamped_point(mouse.x, mouse.y)
        if drag.ruler_id is None:
            return drag.start, here
        points = list(drag.before)
        if drag.handle is not None:
            points[drag.handle] = here
            return tuple(points)
        h, w = transform.shape_hw
        xs, ys = [p[0] for p in points], [p[1] for p in points]
        dx = min(max(here[0] - drag.start[0], -min(xs)), w - max(xs))
        dy = min(max(here[1] - drag.start[1], -min(ys)), h - max(ys))
        return tuple((x + dx, y + dy) for x, y in points)

    def mouse_release(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        if self._drag is None or self._drag.view is not view:
            return False
        self.mouse_move(view, mouse)
        drag, self._drag = self._drag, None
        self.layer.set_live(None)
        if not drag.is_real:
            if drag.ruler_id is None:
                self.layer.select(None)
                self._clicked(view, drag.start)
        elif drag.ruler_id is None:
            self._fresh(view, drag.points)
        elif drag.points != drag.before:
            self.adjusted.emit(view, drag.points, drag.ruler_id)
        return True

    def _clicked(self, view: SliceView, at: Point) -> None:
        """Free ground was clicked."""

    def _fresh(self, view: SliceView, points: Points) -> None:
        """A line was drawn on free ground."""
        self.drawn.emit(view, points)

    def cursor_at(self, view: SliceView, mouse: MouseInfo) -> Qt.CursorShape:
        """See ``Tool``."""
        if self._drag is not None or mouse.with_ctrl:
            return self.cursor
        taken = self.layer.hit(view, mouse.position)
        if taken is None:
            return self.cursor
        return Qt.SizeAllCursor if taken[1] is None else Qt.PointingHandCursor

    # --- keys -------------------------------------------------------------

    def wants_key(self, view: SliceView, event: QKeyEvent) -> bool:
        """See ``Tool``."""
        keys = (Qt.Key_Delete, Qt.Key_Backspace, Qt.Key_Escape)
        return event.key() in keys and self.layer.selected is not None

    def key_press(self, view: SliceView, event: QKeyEvent) -> bool:
        """Delete asks to remove the selected one, Esc deselects it."""
        selected = self.layer.selected
        if selected is None or not self.wants_key(view, event):
            return False
        if event.key() == Qt.Key_Escape:
            self.layer.select(None)
        else:
            self.remove_requested.emit(selected)
        return True

    def cancel(self, view: SliceView) -> bool:
        """See ``Tool``."""
        if self._drag is None or self._drag.view is not view:
            return False
        self._drag = None
        self.layer.set_live(None)
        return True
