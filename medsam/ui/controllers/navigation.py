"""Everything the mouse can do over a picture, by keys: walking, the crosshair, and a held button."""

from __future__ import annotations

from functools import partial

from PyQt5.QtCore import QEvent, QObject, QPointF, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtWidgets import QApplication

from medsam.ui.bench import Bench
from medsam.ui.canvas.slice_view import SliceView

FIVE = 5
_DIRECTIONS = {"up": (0, -1), "down": (0, 1), "left": (-1, 0), "right": (1, 0)}


class NavigationController(QObject):
    """Lets keys walk through the slices, move the crosshair and hold a mouse button at it.

    A button held at the crosshair drags along with it, so every tool of the
    mouse can be used without one.
    """

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.window)
        self._session, self._actions = bench.session, bench.actions
        self._area, self._view = bench.area, bench.view
        self._held: tuple[SliceView, Qt.MouseButton] | None = None
        self._tool_now, self._tool_before = bench.view.tool_name, ""
        for pane in bench.area.panes.values():
            bench.actions.add_to_canvas(pane.view)
        self._connect()
        self._enable()

    def _connect(self) -> None:
        on = self._actions.on
        on("slice_up", partial(self._view.walk, 1))
        on("slice_down", partial(self._view.walk, -1))
        on("slice_up_five", partial(self._view.walk, FIVE))
        on("slice_down_five", partial(self._view.walk, -FIVE))
        on("slice_first", partial(self._view.go_to_end, last=False))
        on("slice_last", partial(self._view.go_to_end, last=True))
        for name, (dx, dy) in _DIRECTIONS.items():
            on(f"cursor_{name}", partial(self.move_cursor, dx, dy))
            on(f"cursor_{name}_five", partial(self.move_cursor, FIVE * dx, FIVE * dy))
        on("press_here", partial(self.press, Qt.LeftButton))
        on("press_right_here", partial(self.press, Qt.RightButton))
        on("next_pane", self.next_pane)
        on("tool_last", self.last_tool)
        self._actions["crosshair_lines"].setChecked(True)
        self._actions["crosshair_lines"].toggled.connect(self._show_lines)
        self._view.tool_chosen.connect(self._note_tool)
        self._session.opened.connect(self._opened)

    def move_cursor(self, dx: float, dy: float) -> None:
        """Move the crosshair by pixels of the pane in use; a held button drags along."""
        view = self._view.current
        if view.frame is None or view.crosshair is None:
            return
        # A picture of one plane hides its crosshair; who moves it wants to see it.
        view.set_crosshair_visible(self._actions["crosshair_lines"].isChecked())
        x, y, _ = view.frame.from_voxel(view.crosshair)
        view.point_crosshair(x + dx, y + dy)
        self._keep_in_sight(view)
        if self._is_held(view):
            assert self._held is not None
            self._send(view, QEvent.MouseMove, Qt.NoButton, self._held[1])

    def press(self, button: Qt.MouseButton) -> None:
        """Press a button at the crosshair, or let go of the one that is held."""
        view = self._view.current
        if view.frame is None or view.crosshair is None:
            return
        if self._is_held(view):
            assert self._held is not None
            _, held = self._held
            self._held = None
            self._send(view, QEvent.MouseButtonRelease, held, Qt.NoButton)
            if held == button:
                return
        self._send(view, QEvent.MouseButtonPress, button, button)
        self._held = (view, button)

    def next_pane(self) -> None:
        """Give the keys to the next pane that is shown."""
        shown = [view for view in self._view.views if view.isVisible()]
        if shown:
            now = shown.index(self._view.current) if self._view.current in shown else -1
            view = shown[(now + 1) % len(shown)]
            view.entered.emit()
            view.setFocus(Qt.ShortcutFocusReason)

    def last_tool(self) -> None:
        """Take the tool that was used before this one."""
        if self._tool_before and self._actions[f"tool_{self._tool_before}"].isEnabled():
            self._view.choose_tool(self._tool_before)

    def _is_held(self, view: SliceView) -> bool:
        """Whether a button is held there; Esc or another slice may have ended the drag."""
        if self._held is not None and (self._held[0] is not view or not view.is_dragging):
            self._held = None
        return self._held is not None

    def _send(self, view: SliceView, kind: QEvent.Type, button: Qt.MouseButton, held: Qt.MouseButton) -> None:
        assert view.frame is not None and view.crosshair is not None
        x, y, _ = view.frame.from_voxel(view.crosshair)
        at = view.shown_to_view(x, y)
        there = QPointF(view.mapToGlobal(at.toPoint()))
        QApplication.sendEvent(view, QMouseEvent(kind, at, there, button, held, Qt.NoModifier))

    @staticmethod
    def _keep_in_sight(view: SliceView) -> None:
        assert view.frame is not None and view.crosshair is not None
        x, y, _ = view.frame.from_voxel(view.crosshair)
        if not view.rect().contains(view.shown_to_view(x, y).toPoint()):
            view.center_on_crosshair()

    def _show_lines(self, shown: bool) -> None:
        several = len(self._view.views) > 1
        for view in self._view.views:
            view.set_crosshair_visible(shown and several)

    def _note_tool(self, name: str) -> None:
        if name != self._tool_now:
            self._tool_before, self._tool_now = self._tool_now, name

    def _opened(self) -> None:
        self._held = None
        self._show_lines(self._actions["crosshair_lines"].isChecked())
        self._enable()

    def _enable(self) -> None:
        volume = self._session.volume
        nothing = self.tr("Open an image first.")
        deep = volume is not None and any(view.frame.count > 1 for view in self._view.views if view.frame)
        flat = nothing if volume is None else self.tr("This image has only one slice.")
        for name in ("up", "down", "up_five", "down_five", "first", "last"):
            self._actions.set_enabled(f"slice_{name}", deep, flat)
        for name in _DIRECTIONS:
            self._actions.set_enabled(f"cursor_{name}", volume is not None, nothing)
            self._actions.set_enabled(f"cursor_{name}_five", volume is not None, nothing)
        for name in ("press_here", "press_right_here", "tool_last"):
            self._actions.set_enabled(name, volume is not None, nothing)
        several = volume is not None and len(volume.planes) > 1
        single = nothing if volume is None else self.tr("This image has only one plane.")
        for name in ("next_pane", "crosshair_lines"):
            self._actions.set_enabled(name, several, single)
