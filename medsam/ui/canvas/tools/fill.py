"""The fill tool: a click fills a hole or gives a region another label."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, Qt, pyqtSignal

from medsam.ui.canvas.tools.base import MouseInfo, Tool
from medsam.ui.canvas.tools.throttle import FrameThrottle

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView


class FillTool(Tool):
    """Tells where the mouse points and where it was clicked; the listener fills.

    Signals:
        pointed(view, x, y, erases): The mouse is over the picture, shown
            frame, at most once a frame; ``erases`` with Ctrl.
        left(view): It is not any more.
        clicked(view, x, y, erases): A press and its release; where it was pressed.

    Attributes:
        may_begin: Asked at a press.
    """

    pointed = pyqtSignal(object, float, float, bool)
    left = pyqtSignal(object)
    clicked = pyqtSignal(object, float, float, bool)

    cursor = Qt.CrossCursor

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.may_begin: Callable[[SliceView], bool] = lambda view: True
        self._press: tuple[SliceView, MouseInfo] | None = None
        self._throttle = FrameThrottle(self.pointed.emit, self)

    def mouse_press(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        if view.transform.contains(mouse.x, mouse.y) and self.may_begin(view):
            self._press = (view, mouse)
        return True

    def mouse_move(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        if self._press is not None:
            return True
        if view.transform.contains(mouse.x, mouse.y):
            self._throttle.call(view, mouse.x, mouse.y, mouse.with_ctrl)
        else:
            self.mouse_leave(view)
        return False

    def mouse_leave(self, view: SliceView) -> None:
        """See ``Tool``."""
        self._throttle.drop()
        self.left.emit(view)

    def mouse_release(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        if self._press is None or self._press[0] is not view:
            return False
        (_, pressed), self._press = self._press, None
        self._throttle.drop()
        self.clicked.emit(view, pressed.x, pressed.y, pressed.with_ctrl)
        return True

    def cancel(self, view: SliceView) -> bool:
        """See ``Tool``."""
        if self._press is None or self._press[0] is not view:
            return False
        self._press = None
        self._throttle.drop()
        self.left.emit(view)
        return True

    def deactivate(self, view: SliceView) -> None:
        """See ``Tool``."""
        super().deactivate(view)
        self._throttle.drop()
        self.left.emit(view)
