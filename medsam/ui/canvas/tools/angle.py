"""The angle tool: three clicks, or draw one side and point to the end of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QApplication

from medsam.ui.canvas.ruler_layer import Point, Points, RulerLayer
from medsam.ui.canvas.tools.base import MouseInfo
from medsam.ui.canvas.tools.ruler import RulerTool

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView


@dataclass(frozen=True)
class _Side:
    """What is there of an angle: its slice, the end of its first side and, if it is known, the corner."""

    view: SliceView
    index: int
    points: Points


class AngleTool(RulerTool):
    """As the ruler tool, but what it draws has a corner.

    Clicks set the end of the first side, the corner and the end of the second
    side; a line follows the mouse between them. A drag draws the first side
    at once. Esc gives up what is there, and so does another slice.
    """

    def __init__(self, layer: RulerLayer, parent: QObject | None = None) -> None:
        super().__init__(layer, parent)
        self._side: _Side | None = None

    def mouse_press(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        if self._open_side(view) is not None:
            self._follow(view, mouse)
            return True
        return super().mouse_press(view, mouse)

    def mouse_move(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        if self._open_side(view) is not None:
            self._follow(view, mouse)
            return True
        return super().mouse_move(view, mouse)

    def mouse_release(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        side = self._open_side(view)
        if side is None:
            return super().mouse_release(view, mouse)
        if self._is_apart(view, side, mouse):
            self._add(view, self._follow(view, mouse))
        return True

    def double_click(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``. On the point that was just set it means the view; elsewhere it is a quick click."""
        side = self._open_side(view)
        if side is None:
            return False
        if self._is_apart(view, side, mouse):
            self._add(view, self._follow(view, mouse))
            return True
        if len(side.points) == 1:
            self._give_up()
            return False
        return True

    def _is_apart(self, view: SliceView, side: _Side, mouse: MouseInfo) -> bool:
        """Whether the mouse is far enough from the last point to mean another one."""
        last = view.shown_to_view(*side.points[-1])
        return (mouse.position - last).manhattanLength() >= QApplication.startDragDistance()

    def _add(self, view: SliceView, points: Points) -> None:
        """The corner is known now, or the whole."""
        if len(points) < 3:
            self._fresh(view, points)
            return
        self._give_up()
        self.drawn.emit(view, points)

    def mouse_leave(self, view: SliceView) -> None:
        """See ``Tool``. Only what was set stays while the mouse is elsewhere."""
        side = self._open_side(view)
        if side is not None:
            self.layer.set_live(view, None, side.points)

    def _clicked(self, view: SliceView, at: Point) -> None:
        self._fresh(view, (at,))

    def _fresh(self, view: SliceView, points: Points) -> None:
        self._side = _Side(view, view.index, points)
        self.layer.set_live(view, None, points)

    def _follow(self, view: SliceView, mouse: MouseInfo) -> Points:
        """The side that is being drawn ends at the mouse."""
        assert self._side is not None
        points = (*self._side.points, view.transform.clamped_point(mouse.x, mouse.y))
        self.layer.set_live(view, None, points)
        return points

    def _open_side(self, view: SliceView) -> _Side | None:
        """The first side, if it was drawn on what the view shows now; elsewhere it is given up."""
        side = self._side
        if side is not None and (side.view is not view or side.index != view.index):
            if side.view is view or not side.view.isVisible() or side.index != side.view.index:
                self._give_up()
            return None
        return side

    def _give_up(self) -> None:
        self._side = None
        self.layer.set_live(None)

    def cursor_at(self, view: SliceView, mouse: MouseInfo) -> Qt.CursorShape:
        """See ``Tool``."""
        return self.cursor if self._side is not None else super().cursor_at(view, mouse)

    def wants_key(self, view: SliceView, event: QKeyEvent) -> bool:
        """See ``Tool``."""
        if self._side is not None and event.key() in (Qt.Key_Escape, Qt.Key_Backspace):
            return True
        return super().wants_key(view, event)

    def key_press(self, view: SliceView, event: QKeyEvent) -> bool:
        """Esc gives up an angle that is half drawn."""
        if self._side is not None and event.key() in (Qt.Key_Escape, Qt.Key_Backspace):
            self._give_up()
            return True
        return super().key_press(view, event)

    def deactivate(self, view: SliceView) -> None:
        """See ``Tool``."""
        if self._side is not None:
            self._give_up()
        super().deactivate(view)
