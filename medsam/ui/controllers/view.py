"""What the panes show: slices, linked crosshair, window, layout."""

from __future__ import annotations

from functools import partial

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QAbstractSpinBox, QApplication, QLineEdit, QWidget

from medsam.intensity import CT_PRESETS, Window, auto_window
from medsam.ui import settings
from medsam.ui.actions import Actions
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.canvas.tools.base import Tool
from medsam.ui.panels.status import StatusLine
from medsam.ui.panels.view_area import LARGE, SIDE, ViewArea
from medsam.ui.panels.window_level import WindowPanel
from medsam.ui.session import Session
from medsam.volume import Plane, stored_slice

Voxel = tuple[float, float, float]


class ViewController(QObject):
    """Keeps the panes together.

    Signals:
        slice_changed(view, step): The pane in use shows another slice;
            ``step`` is +1 or -1, the direction of the walk.
        window_changed(Window): All panes look through another window.
        tool_chosen(name): Another tool has the left button: "box", "crosshair" ...

    Attributes:
        current: The pane in use.
        window: What all panes look through; None for colour.
        tool_name: The tool in use.
    """

    slice_changed = pyqtSignal(object, int)
    window_changed = pyqtSignal(object)
    tool_chosen = pyqtSignal(str)

    def __init__(
        self,
        session: Session,
        actions: Actions,
        area: ViewArea,
        window_panel: WindowPanel,
        status: StatusLine,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._actions, self._area = session, actions, area
        self._panel, self._status = window_panel, status
        self._tools: dict[str, Tool] = {}
        self.tool_name = ""
        self._following = False
        self._cursor: Voxel | None = None
        self._last_index: dict[Plane, int] = {}
        self.current: SliceView = area.panes[Plane.AXIAL].view
        self.window: Window | None = None
        for pane in area.panes.values():
            self._connect_view(pane.view)
            pane.strip.index_changed.connect(pane.view.set_index)
        window_panel.window_chosen.connect(self.set_window)
        for number in window_panel.findChildren(QAbstractSpinBox):
            number.lineEdit().returnPressed.connect(self.go_back)
        window_panel.auto_requested.connect(self.auto_window)
        window_panel.reset_requested.connect(self.reset_window)
        session.opened.connect(self._open)
        QApplication.instance().focusChanged.connect(self._focus_moved)
        session.changed.connect(lambda _: self._probe_again())
        self._probe: Voxel | None = None
        self._connect_actions()
        self.choose_layout(str(settings.value("view/layout", LARGE)))
        self._enable()

    @property
    def views(self) -> list[SliceView]:
        """The panes' views that the volume has planes for."""
        return self._area.views

    def view_of_axis(self, axis: int) -> SliceView | None:
        """The view whose slices run along an array axis, if there is one."""
        return next((v for v in self.views if v.frame is not None and v.frame.axis == axis), None)

    def add_tool(self, name: str, tool: Tool) -> None:
        """Let the action ``tool_<name>`` give a tool the panes' left button."""
        self._tools[name] = tool
        self._actions.on(f"tool_{name}", partial(self.choose_tool, name))
        self._enable()

    def choose_tool(self, name: str) -> None:
        """Use a tool in all panes from now on."""
        self.tool_name = name
        self._actions[f"tool_{name}"].setChecked(True)
        for pane in self._area.panes.values():
            pane.view.set_tool(self._tools[name])
        self.tool_chosen.emit(name)

    def set_window(self, window: Window | None) -> None:
        """Look through ``window`` in all panes."""
        volume = self._session.volume
        if volume is None or volume.is_rgb or window is None or self._following:
            return
        self._following = True
        try:
            for view in self.views:
                view.set_window(window)
        finally:
            self._following = False
        changed, self.window = window != self.window, window
        self._panel.set_window(window)
        if changed:
            self.window_changed.emit(window)

    def auto_window(self) -> None:
        """Fit the window to the slice in the pane in use."""
        volume, frame = self._session.volume, self.current.frame
        if volume is not None and frame is not None and not volume.is_rgb:
            self.set_window(auto_window(stored_slice(volume.array, frame.axis, self.current.index)))

    def reset_window(self) -> None:
        """The window that the image opened with."""
        self.set_window(self._session.initial_window)

    def reset_view(self) -> None:
        """Fit, go to the middle, and use the first window again."""
        if self._session.volume is not None:
            for view in self.views:
                view.fit()
            self._go_to_middle()
            self.reset_window()

    def fit(self) -> None:
        """Fit every picture into its pane."""
        for view in self.views:
            view.fit()

    def centre(self) -> None:
        """Bring the crosshair to the middle of every pane, at the zoom each has."""
        for view in self.views:
            view.center_on_crosshair()

    def choose_layout(self, name: str) -> None:
        """Arrange the panes, here and in the next run."""
        name = name if name in (LARGE, SIDE) else LARGE
        settings.remember("view/layout", name)
        self._area.set_layout(name)
        self._show_layout()

    def toggle_alone(self, view: SliceView | None = None) -> None:
        """Give the whole area to one pane, or share it again."""
        view = view or self.current
        if len(self.views) > 1:
            self._area.show_alone(None if self._area.alone is not None else view.plane)
        self._show_layout()

    def walk(self, steps: int) -> None:
        """Show a slice further up (towards head, front or right; back in a stack of pictures)."""
        self.current.set_index(self.current.index + steps * self.current.upwards)

    def move_crosshair(self, ijk: Voxel) -> None:
        """Put the crosshair at a voxel position; every pane follows."""
        self._cursor = ijk
        self._following = True
        try:
            for view in self.views:
                view.set_crosshair(ijk)
                if view.frame is not None:
                    view.set_index(view.frame.from_voxel(ijk)[2])
        finally:
            self._following = False
        self._show_indices()

    def _connect_view(self, view: SliceView) -> None:
        view.index_changed.connect(partial(self._index_changed, view))
        view.window_changed.connect(self._window_dragged)
        view.crosshair_moved.connect(self.move_crosshair)
        view.probe_moved.connect(self._show_probe)
        view.maximise_requested.connect(partial(self.toggle_alone, view))
        view.entered.connect(partial(self._enter, view))

    def _connect_actions(self) -> None:
        on = self._actions.on
        for n, window in enumerate(CT_PRESETS.values(), start=1):
            on(f"preset_{n}", partial(self.set_window, window))
        on("auto_window", self.auto_window)
        on("reset_window", self.reset_window)
        on("reset_view", self.reset_view)
        on("fit", self.fit)
        on("centre", self.centre)
        on("layout_large", partial(self.choose_layout, LARGE))
        on("layout_side", partial(self.choose_layout, SIDE))
        on("layout_one", self.toggle_alone)
        self._actions["overlay"].setChecked(True)
        self._actions["overlay"].toggled.connect(self._show_overlay)
        self._actions["smooth"].toggled.connect(self._smooth)
        self._actions["smooth"].setChecked(bool(settings.value("view/smooth", True)))

    def _smooth(self, smooth: bool) -> None:
        settings.remember("view/smooth", smooth)
        for pane in self._area.panes.values():
            pane.view.set_smooth(smooth)

    def _show_overlay(self, visible: bool) -> None:
        for pane in self._area.panes.values():
            pane.view.set_overlay_visible(visible)

    def _open(self) -> None:
        volume, annotation = self._session.volume, self._session.annotation
        self.window, self._cursor, self._last_index = None, None, {}
        planes = volume.planes if volume is not None else tuple(Plane)
        for plane, pane in self._area.panes.items():
            if volume is not None and plane in planes:
                pane.view.set_scene(volume, plane, annotation)
                pane.strip.set_count(volume.geometry.plane_frame(plane).count)
                pane.strip.set_upwards(pane.view.upwards)
            else:
                pane.view.set_scene(None)
        self._area.set_planes(planes)
        for view in self.views:
            # A crosshair links planes; alone it only hides the picture.
            view.set_crosshair_visible(len(planes) > 1)
        self.current = self._area.panes[planes[0]].view
        self._panel.set_volume(volume)
        self._show_probe(None)
        self._enable()
        self._show_layout()
        if len(planes) == 1 and self.tool_name == "crosshair":
            self.choose_tool("box")
        if volume is not None:
            self.set_window(self._session.initial_window)
            self._go_to_middle()

    def _go_to_middle(self) -> None:
        volume = self._session.volume
        if volume is None:
            return
        i, j, k = ((n - 1) / 2 for n in volume.shape)
        self.move_crosshair((float(round(i)), float(round(j)), float(round(k))))

    def go_to_end(self, *, last: bool) -> None:
        """Show the first slice of the pane in use, or the last one."""
        if self.current.frame is not None:
            self.current.set_index(self.current.frame.count - 1 if last else 0)

    def _enter(self, view: SliceView) -> None:
        focused = QApplication.focusWidget()
        # Keys mean the pane under the mouse, but nobody is taken away from a field that is being filled.
        if focused is not None and self._area.window().isAncestorOf(focused) and not _is_typing(focused):
            view.setFocus()
        self._use(view)

    def go_back(self) -> None:
        """Give the keys to the pane in use again: a number was typed beside it."""
        self.current.setFocus()

    def _focus_moved(self, _: QWidget | None, now: QWidget | None) -> None:
        """The pane with the frame around it is the one that keys mean, however it got the focus."""
        if isinstance(now, SliceView) and now in self.views:
            self._use(now)

    def _use(self, view: SliceView) -> None:
        if view is not self.current:
            self.current = view
            self.slice_changed.emit(view, 1)

    def _index_changed(self, view: SliceView, index: int) -> None:
        if not self._following and self._cursor is not None and view.frame is not None:
            cursor = list(self._cursor)
            cursor[view.frame.axis] = float(index)
            self.move_crosshair((cursor[0], cursor[1], cursor[2]))

    def _show_indices(self) -> None:
        for view in self.views:
            before = self._last_index.get(view.plane)
            self._last_index[view.plane] = view.index
            if before != view.index:
                self._area.pane_of(view).strip.set_index(view.index)
                self.slice_changed.emit(view, 1 if before is None or view.index > before else -1)

    def _window_dragged(self, window: Window) -> None:
        if not self._following:
            self.set_window(window)

    def _show_probe(self, ijk: Voxel | None) -> None:
        self._probe = ijk
        self._status.show_probe(self._session.annotation, ijk)

    def _probe_again(self) -> None:
        self._status.show_probe(self._session.annotation, self._probe)

    def _show_layout(self) -> None:
        name = "one" if self._area.alone is not None or len(self.views) == 1 else self._area.layout_name
        self._actions[f"layout_{name}"].setChecked(True)

    def _enable(self) -> None:
        volume = self._session.volume
        nothing = self.tr("Open an image first.")
        grey = volume is not None and not volume.is_rgb
        colour = nothing if volume is None else self.tr("A colour picture has no window.")
        for name in ("auto_window", "reset_window"):
            self._actions.set_enabled(name, grey, colour)
        is_ct = volume is not None and volume.modality == "CT"
        not_ct = nothing if volume is None else self.tr("Presets are Hounsfield windows, for CT only.")
        for n in range(1, len(CT_PRESETS) + 1):
            self._actions.set_enabled(f"preset_{n}", is_ct, not_ct)
        tools = [f"tool_{name}" for name in self._tools if name != "crosshair"]
        for name in ("fit", "reset_view", "overlay", *tools):
            self._actions.set_enabled(name, volume is not None, nothing)
        several = volume is not None and len(volume.planes) > 1
        single = nothing if volume is None else self.tr("This image has only one plane.")
        for name in ("layout_large", "layout_side", "layout_one", "tool_crosshair", "centre"):
            self._actions.set_enabled(name, several, single)


def _is_typing(widget: QWidget) -> bool:
    """Whether keys write into this widget."""
    return isinstance(widget, (QLineEdit, QAbstractSpinBox))
