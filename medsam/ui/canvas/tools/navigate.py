"""The navigation tool: the left button carries the crosshair through all planes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, Qt

from medsam.ui.canvas.tools.base import MouseInfo, Tool

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView


class NavigateTool(Tool):
    """Click or drag: the crosshair follows, and the linked views with it."""

    cursor = Qt.CrossCursor
    navigates = True

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._view: SliceView | None = None
        self._before: tuple[float, float, float] | None = None

    def mouse_press(self, view: SliceView, mouse: MouseInfo) -> bool:
        """Put the crosshair under the mouse."""
        self._view, self._before = view, view.crosshair
        view.point_crosshair(mouse.x, mouse.y)
        return True

    def mouse_move(self, view: SliceView, mouse: MouseInfo) -> bool:
        """Carry it along."""
        if self._view is not view:
            return False
        view.point_crosshair(mouse.x, mouse.y)
        return True

    def mouse_release(self, view: SliceView, mouse: MouseInfo) -> bool:
        """Leave it there."""
        handled = self._view is view
        self._view = None
        return handled

    def cancel(self, view: SliceView) -> bool:
        """Take the crosshair back to where the drag began."""
        if self._view is not view:
            return False
        self._view = None
        if self._before is not None:
            view.move_crosshair(self._before)
        return True
