"""The box tool: draw a box, take a handle, move it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PyQt5.QtCore import QObject, QPointF, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QPainter
from PyQt5.QtWidgets import QApplication

from medsam.prompts import Box
from medsam.ui.canvas.tools import box_geometry as geometry
from medsam.ui.canvas.tools.base import MouseInfo, Tool
from medsam.ui.canvas.tools.box_painting import paint_box, paint_handles, paint_size
from medsam.ui.canvas.tools.point_painting import paint_extent, paint_points, paint_shade
from medsam.ui.canvas.tools.prompt_shapes import Colour, PromptShapes, ShownPrompt

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView

ShownBox = tuple[int, Box, Colour]

_CURSORS = {
    (-1, -1): Qt.SizeFDiagCursor,
    (1, 1): Qt.SizeFDiagCursor,
    (1, -1): Qt.SizeBDiagCursor,
    (-1, 1): Qt.SizeBDiagCursor,
    (-1, 0): Qt.SizeHorCursor,
    (1, 0): Qt.SizeHorCursor,
    (0, -1): Qt.SizeVerCursor,
    (0, 1): Qt.SizeVerCursor,
    geometry.MOVE: Qt.SizeAllCursor,
}


_NUDGES = {Qt.Key_Left: (-1, 0), Qt.Key_Right: (1, 0), Qt.Key_Up: (0, -1), Qt.Key_Down: (0, 1)}
"""Keys that move an edge or the box by a pixel."""


@dataclass
class _Drag:
    """A press and what became of it.

    Attributes:
        view, start, pressed_at: Where it began: view, shown point, place of the view.
        handle: What was taken of box ``box_id``; None draws a fresh box.
        before: The box as it was; None for a fresh one.
        box: The box now; None while a fresh one is too small.
        is_real: Whether the mouse went far enough to mean a drag.
    """

    view: SliceView
    start: tuple[float, float]
    pressed_at: QPointF
    handle: geometry.Handle | None = None
    box_id: int | None = None
    before: Box | None = None
    box: Box | None = None
    is_real: bool = False


class BoxTool(Tool):
    """Draws, resizes and moves boxes; the caller owns them and sets them per view.

    A drag on free ground draws a box; one on a handle of the selected box, or
    inside of a box that was clicked on before, changes that one (with Ctrl it
    draws a new box even there). A click selects the smallest box under it, or
    none. Boxes are in the shown frame, snapped to pixel edges, inside of the
    picture. Points of the prompts are shown, but changed by the points tool.

    Signals:
        drawn: (view, Box): a fresh box, on release. It stays visible until
            the next ``set_boxes`` of that view.
        adjusting: (view, Box): a fresh or dragged box now, at every move
            that changes it; ``dragged_id`` says which.
        adjusted: (view, Box, id): a box was resized or moved, on release.
        cancelled: A drag was given up with Esc; everything is as before.
        clicked: (view, x, y): a press without a drag, shown frame.
        selection_changed: (view, id or None), by a click or Esc.
        remove_requested: (view, id): Delete on the selected box.
        grip_changed: Whether a press would take the selected box, not draw one.
    """

    drawn = pyqtSignal(object, object)
    adjusting = pyqtSignal(object, object)
    adjusted = pyqtSignal(object, object, int)
    cancelled = pyqtSignal()
    clicked = pyqtSignal(object, float, float)
    selection_changed = pyqtSignal(object, object)
    remove_requested = pyqtSignal(object, int)
    grip_changed = pyqtSignal(bool)

    cursor = Qt.CrossCursor

    def __init__(self, parent: QObject | None = None, shapes: PromptShapes | None = None) -> None:
        """Make a tool; ``shapes`` is shared with the points tool."""
        super().__init__(parent)
        self.shapes = shapes or PromptShapes(self)
        self.shapes.changed.connect(self._shown_anew)
        self.shapes.selection_changed.connect(self.selection_changed)
        self._fresh: WeakKeyDictionary[SliceView, Box] = WeakKeyDictionary()
        self._drag: _Drag | None = None
        self._has_grip = False

    # --- what it shows ----------------------------------------------------

    def set_boxes(self, view: SliceView, boxes: Sequence[ShownBox], selected: int | None = None) -> None:
        """The boxes of the view's present slice.

        Args:
            view: Whose.
            boxes: ``(id, Box, (r, g, b))`` each, shown frame.
            selected: The one that has handles.
        """
        self.shapes.show(view, [ShownPrompt(number, color, box) for number, box, color in boxes], selected)

    def boxes(self, view: SliceView) -> tuple[ShownBox, ...]:
        """The boxes on show."""
        return tuple((p.id, p.box, p.color) for p in self.shapes.of(view) if p.box is not None)

    def selected(self, view: SliceView) -> int | None:
        """The selected prompt of a view."""
        return self.shapes.selected(view)

    def select(self, view: SliceView, box_id: int | None) -> None:
        """Select a prompt of the view, or none, and say so."""
        self.shapes.select(view, box_id)

    def set_color(self, color: Colour) -> None:
        """Of the box being drawn: the active label's."""
        self.shapes.color = color

    @property
    def dragged_id(self) -> int | None:
        """The box that is being changed; None while a fresh one is drawn, or nothing."""
        return self._drag.box_id if self._drag else None

    def _shown_anew(self, view: SliceView) -> None:
        self._fresh.pop(view, None)

    def _find(self, view: SliceView, box_id: int | None) -> Box | None:
        prompt = self.shapes.find(view, box_id)
        return prompt.box if prompt is not None else None

    def _grip(self, view: SliceView, mouse: MouseInfo) -> geometry.Handle | None:
        """What of the selected box the mouse would take."""
        box = self._find(view, self.selected(view))
        if box is None or mouse.with_ctrl:
            return None
        held = self.shapes.is_held(view)
        reach = geometry.REACH if held else geometry.FRESH_REACH
        area = view.transform.box_to_view(box)
        return geometry.hit(area, mouse.position.x(), mouse.position.y(), reach, body=held)

    def _tell_grip(self, has_grip: bool) -> None:
        if has_grip != self._has_grip:
            self._has_grip = has_grip
            self.grip_changed.emit(has_grip)

    # --- mouse ------------------------------------------------------------

    def mouse_press(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``. A press outside of the picture begins at its edge."""
        self._drag = _Drag(view, (mouse.x, mouse.y), mouse.position)
        handle = self._grip(view, mouse)
        if handle is not None:
            before = self._find(view, self.selected(view))
            self._drag.handle, self._drag.box_id = handle, self.selected(view)
            self._drag.before = self._drag.box = before
        return True

    def mouse_move(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        drag = self._drag
        if drag is None:
            self._tell_grip(self._grip(view, mouse) is not None)
        if drag is None or drag.view is not view:
            return False
        way = mouse.position - drag.pressed_at
        if way.manhattanLength() >= QApplication.startDragDistance():
            drag.is_real = True
        if drag.is_real:
            box = self._dragged(drag, mouse)
            if box != drag.box:
                drag.box = box
                view.update()
                if box is not None:
                    self.adjusting.emit(view, box)
        return True

    def _dragged(self, drag: _Drag, mouse: MouseInfo) -> Box | None:
        """The box that the mouse makes of the drag."""
        frame = drag.view.frame
        assert frame is not None
        if drag.handle is None or drag.before is None:
            return geometry.rubber_band(drag.start, (mouse.x, mouse.y), frame.shape_hw)
        dx, dy = mouse.x - drag.start[0], mouse.y - drag.start[1]
        if drag.handle == geometry.MOVE:
            return geometry.moved(drag.before, dx, dy, frame.shape_hw)
        # The edge keeps its distance from the mouse, so taking a handle off its middle moves nothing.
        x = dx + (drag.before.x0 if drag.handle[0] < 0 else drag.before.x1)
        y = dy + (drag.before.y0 if drag.handle[1] < 0 else drag.before.y1)
        return geometry.resized(drag.before, drag.handle, x, y, frame.shape_hw)

    def mouse_release(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        if self._drag is None or self._drag.view is not view:
            return False
        self.mouse_move(view, mouse)
        drag, self._drag = self._drag, None
        view.update()
        if not drag.is_real or drag.box is None:
            self._click(view, mouse)
        elif drag.box_id is None:
            self._fresh[view] = drag.box
            self.drawn.emit(view, drag.box)
        elif drag.box != drag.before:
            self._put(view, drag.box_id, drag.box)
            self.adjusted.emit(view, drag.box, drag.box_id)
        return True

    def mouse_leave(self, view: SliceView) -> None:
        """See ``Tool``."""
        self._tell_grip(False)

    def _put(self, view: SliceView, box_id: int, box: Box) -> None:
        """Show a changed box until the caller sets the boxes again."""
        prompt = self.shapes.find(view, box_id)
        if prompt is not None:
            self.shapes.replace(view, replace(prompt, box=box))

    def _click(self, view: SliceView, mouse: MouseInfo) -> None:
        self.shapes.select(view, self.shapes.under(view, mouse.x, mouse.y), hold=True)
        self.clicked.emit(view, mouse.x, mouse.y)

    def cursor_at(self, view: SliceView, mouse: MouseInfo) -> Qt.CursorShape:
        """See ``Tool``."""
        if self._drag is not None:
            handle = self._drag.handle
        else:
            handle = self._grip(view, mouse)
        return self.cursor if handle is None else _CURSORS[handle]

    # --- keys -------------------------------------------------------------

    def wants_key(self, view: SliceView, event: QKeyEvent) -> bool:
        """See ``Tool``."""
        if self.selected(view) is None:
            return False
        nudges = event.key() in _NUDGES and bool(event.modifiers() & Qt.AltModifier)
        return nudges or event.key() in (Qt.Key_Delete, Qt.Key_Backspace, Qt.Key_Escape)

    def key_press(self, view: SliceView, event: QKeyEvent) -> bool:
        """Delete asks to remove the selected box, Esc deselects it, Alt + arrows move or (Shift) size it."""
        box_id = self.selected(view)
        if box_id is None or not self.wants_key(view, event):
            return False
        if event.key() in _NUDGES:
            self._nudge(view, box_id, _NUDGES[event.key()], bool(event.modifiers() & Qt.ShiftModifier))
            return True
        if event.key() == Qt.Key_Escape:
            if not self.shapes.escape():
                self.select(view, None)
        else:
            self.remove_requested.emit(view, box_id)
        return True

    def _nudge(self, view: SliceView, box_id: int, way: tuple[int, int], resize: bool) -> None:
        box = self._find(view, box_id)
        if box is None or view.frame is None or self._drag is not None:
            return
        dx, dy = way
        if resize:
            lower_right = (abs(dx), abs(dy))
            after = geometry.resized(box, lower_right, box.x1 + dx, box.y1 + dy, view.frame.shape_hw)
        else:
            after = geometry.moved(box, dx, dy, view.frame.shape_hw)
        if after != box:
            self._put(view, box_id, after)
            self.adjusted.emit(view, after, box_id)

    def cancel(self, view: SliceView) -> bool:
        """See ``Tool``."""
        if self._drag is None or self._drag.view is not view:
            return False
        self._drag = None
        view.update()
        self.cancelled.emit()
        return True

    # --- painting ---------------------------------------------------------

    def paint(self, view: SliceView, painter: QPainter) -> None:
        """See ``Tool``."""
        drag = self._drag if self._drag is not None and self._drag.view is view else None
        paint_shade(painter, view, self.shapes.shade_of(view))
        selected = self.selected(view)
        for prompt in self.shapes.of(view):
            box = prompt.box
            if drag is not None and prompt.id == drag.box_id and drag.box is not None:
                box = drag.box
            if box is not None:
                area = view.transform.box_to_view(box)
                paint_box(painter, area, prompt.color, selected=prompt.id == selected)
                if prompt.id == selected:
                    paint_handles(painter, area, prompt.color, small=not self.shapes.is_held(view))
            elif prompt.extent is not None:
                paint_extent(painter, view, prompt, selected=prompt.id == selected)
            paint_points(painter, view, prompt, active=prompt.id == selected)
        fresh = drag.box if drag is not None and drag.box_id is None else self._fresh.get(view)
        if fresh is not None:
            paint_box(painter, view.transform.box_to_view(fresh), self.shapes.color, selected=True)
        if drag is not None and drag.is_real and drag.box is not None:
            paint_size(painter, view, drag.box)
