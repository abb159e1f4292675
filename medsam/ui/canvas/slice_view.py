"""One pane: a slice of a volume, and what mouse, touchpad and keys do on it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QEvent, QPointF, Qt, pyqtSignal
from PyQt5.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QMouseEvent, QPainter, QWheelEvent
from PyQt5.QtWidgets import QApplication, QPinchGesture, QWidget

from medsam.ui.canvas.gestures import (
    NOTCH,
    CrosshairDrag,
    Drag,
    ForbiddenDrag,
    PanDrag,
    WheelSteps,
    WindowDrag,
    ZoomDrag,
)
from medsam.ui.canvas.mouse_scheme import CROSSHAIR, PAN, RESEARCH, TOOL, WINDOW, ZOOM, MouseScheme
from medsam.ui.canvas.scene_canvas import SceneCanvas, Voxel
from medsam.ui.canvas.tools.base import MouseInfo, Tool
from medsam.volume import Plane, Volume

if TYPE_CHECKING:
    from medsam.document import Annotation

_WHEEL_ZOOM = 1.2
"""Zoom of one notch."""

_EDGE = 1e-3
"""Pixels by which the crosshair stays inside, so that rounding never leaves the volume."""


class SliceView(SceneCanvas):
    """Shows one plane of a volume through a window, with labels, crosshair and captions.

    The wheel changes the slice: upwards goes towards the head, the front or
    the right; in a stack of pictures, back by one. Ctrl+wheel zooms at the
    cursor, the middle button or Space with the left one pans, a double click
    asks for the whole area. The mouse scheme says what the right button
    drags. The left button belongs to the tool; without one, and for
    Shift+move, it carries the crosshair. Esc gives up a drag and restores
    what it changed.

    Signals (besides those of ``SceneCanvas``):
        crosshair_moved: Voxel coordinates ``(i, j, k)`` that the user pointed at.
        probe_moved: Voxel coordinates under the mouse, or None.
        maximise_requested: A double click.
        entered: The mouse came in.
    """

    crosshair_moved = pyqtSignal(object)
    probe_moved = pyqtSignal(object)
    maximise_requested = pyqtSignal()
    entered = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._tool: Tool | None = None
        self._tool_pressed = False
        self._drag: Drag | None = None
        self._drag_button: Qt.MouseButton = Qt.NoButton
        self._pressed_at = QPointF()
        self._was_dragged = False
        self._space_held = False
        self._scheme, self._inverted = RESEARCH, False
        self._wheel = WheelSteps()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.StrongFocus)
        # The right button drags the window; no menu of a parent may open under it.
        self.setContextMenuPolicy(Qt.PreventContextMenu)
        self.grabGesture(Qt.PinchGesture)

    # --- tool and crosshair -----------------------------------------------

    @property
    def tool(self) -> Tool | None:
        """The tool that has the left button."""
        return self._tool

    def set_tool(self, tool: Tool | None) -> None:
        """Hand the left button to a tool; None gives it back to the crosshair."""
        if tool is self._tool:
            return
        self.settle_drag()
        if self._tool is not None:
            self._tool.deactivate(self)
        self._tool = tool
        if tool is not None:
            tool.activate(self)
        self._update_cursor()
        self.update()

    def set_scene(
        self, volume: Volume | None, plane: Plane = Plane.AXIAL, annotation: Annotation | None = None
    ) -> None:
        """See ``SceneCanvas``; a drag in progress is settled."""
        self.settle_drag()
        super().set_scene(volume, plane, annotation)
        self._update_cursor()

    def set_index(self, index: int) -> None:
        """See ``SceneCanvas``; what a tool was drawing belongs to the slice that is left."""
        if self._tool_pressed and self.frame is not None and index != self.index:
            self.settle_drag()
        super().set_index(index)

    def point_crosshair(self, x: float, y: float) -> None:
        """The user points at a shown point of the present slice; outside, the nearest one counts."""
        if self.frame is not None:
            h, w = self.frame.shape_hw
            x, y = min(max(x, _EDGE), w - _EDGE), min(max(y, _EDGE), h - _EDGE)
            self.move_crosshair(self.frame.to_voxel(x, y, self.index))

    def move_crosshair(self, ijk: Voxel) -> None:
        """Put the crosshair at voxel coordinates and say so."""
        self.set_crosshair(ijk)
        self.crosshair_moved.emit(ijk)

    # --- drags ------------------------------------------------------------

    def set_mouse(self, scheme: MouseScheme, *, inverted: bool = False) -> None:
        """Say what the buttons do.

        Args:
            scheme: Of the buttons.
            inverted: A drag of the window upwards darkens.
        """
        self.settle_drag()
        self._scheme, self._inverted = scheme, inverted

    @property
    def is_dragging(self) -> bool:
        """Whether a mouse drag is under way."""
        return self._drag is not None or self._tool_pressed

    def cancel_drag(self) -> bool:
        """Give up a drag and restore what it changed; True if there was one."""
        drag, self._drag = self._drag, None
        pressed, self._tool_pressed = self._tool_pressed, False
        if drag is not None:
            drag.cancel()
        if pressed and self._tool is not None:
            self._tool.cancel(self)
        self._update_cursor()
        return drag is not None or pressed

    def settle_drag(self) -> bool:
        """End a drag whose release will not come: a tool may complete it, anything else is given up."""
        return self._finish_tool() or self.cancel_drag()

    def _finish_tool(self) -> bool:
        """Let the tool complete its drag; False if there is none, or it cannot."""
        if not self._tool_pressed or self._tool is None or not self._tool.finish(self):
            return False
        self._tool_pressed = False
        self._update_cursor()
        return True

    def _drag_for(self, event: QMouseEvent) -> Drag | None:
        """The drag that a press begins; None if it is the tool's or nobody's."""
        start, button, tool = event.localPos(), event.button(), self._tool
        if button == Qt.LeftButton and self._space_held:
            return PanDrag(self, start)
        navigates = tool is None or tool.navigates
        wanted = self._scheme.drag(button, event.modifiers(), navigates=navigates)
        # The navigation tool only carries the crosshair; a scheme may want something else of the button.
        is_tools = wanted == TOOL or (navigates and wanted == CROSSHAIR)
        if tool is not None and (is_tools or (button == Qt.RightButton and tool.takes_right)):
            if tool.mouse_press(self, self._mouse_info(event)):
                self._tool_pressed = True
                return None
            wanted = CROSSHAIR if button == Qt.LeftButton else wanted
        if wanted == PAN:
            return PanDrag(self, start)
        if wanted == ZOOM:
            return ZoomDrag(self, start)
        if wanted == WINDOW and self.window is not None:
            return WindowDrag(self, start, self.window, self.value_span, inverted=self._inverted)
        if wanted == WINDOW and button != Qt.LeftButton:
            return ForbiddenDrag()
        return CrosshairDrag(self, start) if wanted is not None else None

    def _end_drag(self, at: QPointF) -> None:
        """The button of a drag went up. The left one without a move was a click, and puts the crosshair."""
        drag, self._drag = self._drag, None
        if isinstance(drag, WindowDrag) and self._drag_button == Qt.LeftButton and not self._was_dragged:
            drag.cancel()
            self.point_crosshair(*self.view_to_shown(at))

    def _mouse_info(self, event: QMouseEvent) -> MouseInfo:
        x, y = self.view_to_shown(event.localPos())
        return MouseInfo(x, y, event.localPos(), event.button(), event.buttons(), event.modifiers())

    def _update_cursor(self, mouse: MouseInfo | None = None) -> None:
        if self._drag is not None:
            shape = self._drag.cursor
        elif self.frame is None:
            shape = Qt.ArrowCursor
        elif self._space_held:
            shape = Qt.OpenHandCursor
        elif self._tool is None:
            shape = Qt.CrossCursor
        else:
            shape = self._tool.cursor_at(self, mouse) if mouse is not None else self._tool.cursor
        if shape != self.cursor().shape():
            self.setCursor(shape)

    def _tell_probe(self, x: float, y: float) -> None:
        if self.frame is not None and self.transform.contains(x, y):
            self.probe_moved.emit(self.frame.to_voxel(x, y, self.index))
        else:
            self.probe_moved.emit(None)

    def paint_tool(self, painter: QPainter) -> None:
        """Let the tool draw."""
        if self._tool is not None:
            painter.save()
            self._tool.paint(self, painter)
            painter.restore()

    # --- wheel and pinch --------------------------------------------------

    @property
    def upwards(self) -> int:
        """+1 where wheel and keys upwards (towards head, front or right) raise the index, else -1."""
        if self.frame is None or self.volume is None or self.volume.is_picture:
            return -1
        return 1 if self.volume.geometry.direction[self.plane.world_axis, self.frame.axis] > 0 else -1

    def _pinch(self, gesture: QPinchGesture) -> None:
        center = self.mapFromGlobal(gesture.centerPoint().toPoint())
        self.zoom_by(gesture.scaleFactor(), QPointF(center))

    # --- Qt's -------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Pinches, and the keys that a shortcut must not take while they mean something here."""
        kind = event.type()
        if kind == QEvent.ShortcutOverride and self._uses_key(event):
            event.accept()
            return True
        if kind == QEvent.ShortcutOverride and self._tool_pressed and not self._outlasts_key(event):
            # A shortcut may take the slice, the label or the document away from under the drag.
            self.settle_drag()
        if kind == QEvent.Gesture and event.gesture(Qt.PinchGesture) is not None:
            self._pinch(event.gesture(Qt.PinchGesture))
            return True
        if kind == QEvent.NativeGesture and event.gestureType() == Qt.ZoomNativeGesture:
            self.zoom_by(1.0 + event.value(), event.localPos())
            return True
        return super().event(event)

    def _uses_key(self, event: QKeyEvent) -> bool:
        if self.frame is None:
            return False
        if event.key() == Qt.Key_Escape and self.is_dragging:
            return True
        if self._pans_by(event):
            return True
        return self._tool is not None and self._tool.wants_key(self, event)

    def _outlasts_key(self, event: QKeyEvent) -> bool:
        return self._tool is None or self._tool.outlasts_key(self, event)

    def _pans_by(self, event: QKeyEvent) -> bool:
        is_space = event.key() == Qt.Key_Space and event.modifiers() == Qt.NoModifier
        return is_space and self._scheme.space_pans

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc, Space, and what the tool wants."""
        if not self._uses_key(event):
            event.ignore()
        elif self._pans_by(event):
            self._space_held = True
            self._update_cursor()
        elif event.key() == Qt.Key_Escape and self.is_dragging:
            self.cancel_drag()
        elif self._tool is None or not self._tool.key_press(self, event):
            event.ignore()

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """Space ends panning by the left button."""
        if event.key() == Qt.Key_Space and self._space_held:
            if not event.isAutoRepeat():
                self._space_held = False
                self._update_cursor()
        else:
            event.ignore()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin a drag."""
        if self.frame is None:
            event.ignore()
            return
        if self.is_dragging:
            return
        self._pressed_at, self._was_dragged = event.localPos(), False
        self._drag = self._drag_for(event)
        self._drag_button = event.button()
        self._update_cursor(self._mouse_info(event))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on with a drag, or hover."""
        if self.frame is None:
            event.ignore()
            return
        if not event.buttons() & self._drag_button:
            # Something else got the release: a dialog, another window.
            self._finish_tool()
        mouse = self._mouse_info(event)
        moved = event.localPos() - self._pressed_at
        if event.buttons() and moved.manhattanLength() >= QApplication.startDragDistance():
            self._was_dragged = True
        if self._drag is not None:
            self._drag.move(event.localPos())
        elif mouse.with_shift and not event.buttons():
            if self._tool is not None:
                self._tool.mouse_move(self, mouse)
            is_tools = self._tool is not None and self._tool.wants_shift(self)
            if not is_tools and self.transform.contains(mouse.x, mouse.y):
                self.point_crosshair(mouse.x, mouse.y)
        elif self._tool is not None:
            self._tool.mouse_move(self, mouse)
        self._update_cursor(mouse)
        self._tell_probe(*self.view_to_shown(event.localPos()))

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        if self.frame is None:
            event.ignore()
            return
        if self._drag is not None and event.button() == self._drag_button:
            self._end_drag(event.localPos())
        elif self._tool_pressed and event.button() == self._drag_button:
            self._tool_pressed = False
            if self._tool is not None:
                self._tool.mouse_release(self, self._mouse_info(event))
        self._update_cursor(self._mouse_info(event))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Ask for the whole area; after a quick drag it is only the next press."""
        dabs = self._tool is not None and self._tool.dabs
        if event.button() == Qt.LeftButton and not self._was_dragged and self.frame is not None and not dabs:
            if self._tool is None or not self._tool.double_click(self, self._mouse_info(event)):
                self.maximise_requested.emit()
        else:
            self.mousePressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """One slice a notch; with Ctrl, zoom."""
        if self.frame is None:
            event.ignore()
            return
        if event.phase() == Qt.ScrollBegin:
            self._wheel.reset()
        # With Shift or Alt, Qt turns the wheel to the side.
        angle = event.angleDelta().y() or event.angleDelta().x()
        if self._tool is not None and self._tool.wants_wheel(self, event.modifiers()):
            if steps := self._wheel.add(angle):
                self._tool.wheel(self, steps, event.modifiers())
        elif event.modifiers() & Qt.ControlModifier:
            self.zoom_by(_WHEEL_ZOOM ** (angle / NOTCH), event.position())
        elif not self._tool_pressed and (steps := self._wheel.add(angle)):
            self.set_index(self.index + steps * self.upwards)
            self._tell_probe(*self.view_to_shown(event.position()))
        event.accept()

    def enterEvent(self, event: QEvent) -> None:
        """The mouse came in."""
        self.entered.emit()
        super().enterEvent(event)

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse any more."""
        self.probe_moved.emit(None)
        if self._tool is not None:
            self._tool.mouse_leave(self)
        super().leaveEvent(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Draw the frame that says so."""
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A release of Space, or of a tool's button, would not arrive any more."""
        self._space_held = False
        self._finish_tool()
        self._update_cursor()
        super().focusOutEvent(event)
        self.update()

    def hideEvent(self, event: QHideEvent) -> None:
        """A hidden view gets no release."""
        self.settle_drag()
        super().hideEvent(event)
