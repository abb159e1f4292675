"""The angle tool: draw one side, then point to the end of the other."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, Qt
from PyQt5.QtGui import QKeyEvent
from PyQt5.QtWidgets import QApplication

from medsam.ui.canvas.ruler_layer import Points, RulerLayer
from medsam.ui.canvas.tools.base import MouseInfo
from medsam.ui.canvas.tools.ruler import RulerTool

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView


@dataclass(frozen=True)
class _Side:
    """The first side of an angle whose second is being drawn: its slice, its end and the corner."""

    view: SliceView
    index: int
    points: Points


class AngleTool(RulerTool):
    """As the ruler tool, but what it draws has a corner.

    A drag draws the first side, from its end to the corner. The second side
    then follows the mouse until a click; Esc gives both up, and so does
    another slice.
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
        corner = view.shown_to_view(*side.points[1])
        if (mouse.position - corner).manhattanLength() >= QApplication.startDragDistance():
            points = self._follow(view, mouse)
            self._give_up()
            self.drawn.emit(view, points)
        return True

    def mouse_leave(self, view: SliceView) -> None:
        """See ``Tool``. Only the first side stays while the mouse is elsewhere."""
        side = self._open_side(view)
        if side is not None:
            self.layer.set_live(view, None, side.points)

    def _fresh(self, view: SliceView, points: Points) -> None:
        self._side = _Side(view, view.index, points)
        self.layer.set_live(view, None, points)

    def _follow(self, view: SliceView, mouse: MouseInfo) -> Points:
        """The second side ends at the mouse."""
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
