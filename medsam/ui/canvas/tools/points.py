"""The points tool: click on the object, and on what is not it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, QPointF, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QPainter
from PyQt5.QtWidgets import QApplication

from medsam.prompts import Points
from medsam.ui.canvas.tools.base import MouseInfo, Tool
from medsam.ui.canvas.tools.box_painting import paint_box
from medsam.ui.canvas.tools.point_painting import RADIUS, paint_extent, paint_point, paint_points, paint_shade
from medsam.ui.canvas.tools.prompt_shapes import PromptShapes, ShownPrompt

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView

_NOTHING = Points((), ())


@dataclass
class _Drag:
    """A press and what became of it.

    Attributes:
        view, pressed_at: Where it began: view, and place of it.
        prompt_id: Whose points; None for those of a new object.
        number: The point that is taken.
        before, points: All points of the prompt then and now, shown frame.
        sign: What the press means: on the object or off it.
        is_fresh: Whether the press made the point.
        is_real: Whether the mouse went far enough to mean a drag.
    """

    view: SliceView
    pressed_at: QPointF
    prompt_id: int | None
    number: int
    before: Points
    points: Points
    sign: bool
    is_fresh: bool
    is_real: bool = False


class PointsTool(Tool):
    """Puts, drags and removes points; the caller owns the prompts.

    The left button marks the object, the right one (or Shift or Alt with the
    left) what is not the object; ``negative`` exchanges the two. Points go to
    the selected prompt of the view; without one they begin a new object. A
    point is dragged with either button. A click on it with the other sign
    removes it; with its own sign it is chosen, and Delete removes it. Ctrl
    with a click selects the prompt under the mouse.

    Signals:
        edited: (view, prompt id or None, Points): on release; shown frame,
            without a point if the last one was removed.
        editing: The same at every move that changes it while a point is held.
        cancelled: A drag was given up with Esc; everything is as before.
        remove_requested: (view, id): Delete on a prompt without a chosen point.
        grip_changed: Whether a press would take a point, not put one.
    """

    edited = pyqtSignal(object, object, object)
    editing = pyqtSignal(object, object, object)
    cancelled = pyqtSignal()
    remove_requested = pyqtSignal(object, int)
    grip_changed = pyqtSignal(bool)

    cursor = Qt.CrossCursor
    takes_right = True
    dabs = True

    def __init__(self, shapes: PromptShapes, parent: QObject | None = None) -> None:
        """Make a tool; ``shapes`` is shared with the box tool."""
        super().__init__(parent)
        self.shapes = shapes
        self.negative = False
        self._drag: _Drag | None = None
        self._chosen: tuple[int, int] | None = None
        self._has_grip = False
        shapes.selection_changed.connect(lambda *_: self._choose(None))

    @property
    def dragged_id(self) -> int | None:
        """The prompt whose points are being changed; None for a new object, or nothing."""
        return self._drag.prompt_id if self._drag else None

    @property
    def is_dragging(self) -> bool:
        """Whether a point is held."""
        return self._drag is not None

    def chosen(self) -> tuple[int, int] | None:
        """The point that Delete would remove: its prompt and its number there."""
        return self._chosen

    # --- mouse ------------------------------------------------------------

    def mouse_press(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``. Beyond the picture there is nothing to point at."""
        sign = self._sign(mouse)
        hit = self._point_at(view, mouse.position)
        if hit is not None:
            prompt, number = hit
            assert prompt.points is not None
            self.shapes.select(view, prompt.id, hold=True)
            self._drag = _Drag(
                view, mouse.position, prompt.id, number, prompt.points, prompt.points, sign, is_fresh=False
            )
            return True
        if not view.transform.contains(mouse.x, mouse.y):
            return True
        if mouse.with_ctrl:
            self.shapes.select(view, self.shapes.under(view, mouse.x, mouse.y), hold=True)
            return True
        prompt_id = self.shapes.selected(view)
        shown = self.shapes.find(view, prompt_id)
        before = shown.points if shown is not None and shown.points is not None else _NOTHING
        points = Points((*before.xy, (mouse.x, mouse.y)), (*before.positive, sign))
        self._drag = _Drag(
            view, mouse.position, prompt_id, len(before.xy), before, points, sign, is_fresh=True
        )
        self._choose(None)
        view.update()
        self.editing.emit(view, prompt_id, points)
        return True

    def mouse_move(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        drag = self._drag
        if drag is None:
            self._tell_grip(self._point_at(view, mouse.position) is not None)
        if drag is None or drag.view is not view:
            return False
        if (mouse.position - drag.pressed_at).manhattanLength() >= QApplication.startDragDistance():
            drag.is_real = True
        if drag.is_real:
            points = _moved(drag.points, drag.number, self._inside(view, mouse))
            if points != drag.points:
                drag.points = points
                view.update()
                self.editing.emit(view, drag.prompt_id, points)
        return True

    def mouse_leave(self, view: SliceView) -> None:
        """See ``Tool``."""
        self._tell_grip(False)

    def mouse_release(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        if self._drag is None or self._drag.view is not view:
            return self._drag is None
        self.mouse_move(view, mouse)
        drag, self._drag = self._drag, None
        view.update()
        if drag.is_fresh or (drag.is_real and drag.points != drag.before):
            self._put(view, drag.prompt_id, drag.points)
        elif not drag.is_real and drag.prompt_id is not None:
            if drag.sign is not drag.before.positive[drag.number]:
                self._remove(view, drag.prompt_id, drag.number)
            else:
                self._choose((drag.prompt_id, drag.number))
                view.update()
        return True

    def cursor_at(self, view: SliceView, mouse: MouseInfo) -> Qt.CursorShape:
        """See ``Tool``."""
        if self._drag is not None and not self._drag.is_fresh:
            return Qt.ClosedHandCursor
        return Qt.OpenHandCursor if self._point_at(view, mouse.position) is not None else self.cursor

    # --- keys -------------------------------------------------------------

    def wants_key(self, view: SliceView, event: QKeyEvent) -> bool:
        """See ``Tool``."""
        keys = (Qt.Key_Delete, Qt.Key_Backspace, Qt.Key_Escape)
        return event.key() in keys and self.shapes.selected(view) is not None

    def key_press(self, view: SliceView, event: QKeyEvent) -> bool:
        """Delete removes the chosen point, else asks to remove the selected prompt; Esc deselects."""
        prompt_id = self.shapes.selected(view)
        if prompt_id is None or not self.wants_key(view, event):
            return False
        is_chosen = self._chosen is not None and self._chosen[0] == prompt_id
        if event.key() == Qt.Key_Escape:
            if is_chosen:
                self._choose(None)
                view.update()
            elif not self.shapes.escape():
                self.shapes.select(view, None)
        elif is_chosen and self._chosen is not None:
            self._remove(view, *self._chosen)
        else:
            self.remove_requested.emit(view, prompt_id)
        return True

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
        paint_shade(painter, view, self.shapes.shade_of(view))
        drag = self._drag if self._drag is not None and self._drag.view is view else None
        selected = self.shapes.selected(view)
        for prompt in self.shapes.of(view):
            active = prompt.id == selected
            if prompt.box is not None:
                paint_box(painter, view.transform.box_to_view(prompt.box), prompt.color, selected=active)
            elif prompt.extent is not None:
                paint_extent(painter, view, prompt, selected=active)
            if drag is not None and drag.prompt_id == prompt.id:
                prompt = replace(prompt, points=drag.points)
            chosen = self._chosen[1] if self._chosen is not None and self._chosen[0] == prompt.id else None
            paint_points(painter, view, prompt, active=active, chosen=chosen)
        if drag is not None and drag.prompt_id is None:
            painter.setRenderHint(QPainter.Antialiasing)
            at = view.shown_to_view(*drag.points.xy[drag.number])
            paint_point(painter, at, self.shapes.color, drag.sign, active=True, chosen=False)

    # --- inside -----------------------------------------------------------

    def _tell_grip(self, has_grip: bool) -> None:
        if has_grip != self._has_grip:
            self._has_grip = has_grip
            self.grip_changed.emit(has_grip)

    def _sign(self, mouse: MouseInfo) -> bool:
        """Whether a press marks the object."""
        other = mouse.button == Qt.RightButton or bool(mouse.modifiers & (Qt.ShiftModifier | Qt.AltModifier))
        return other is self.negative

    def _point_at(self, view: SliceView, position: QPointF) -> tuple[ShownPrompt, int] | None:
        """The nearest point under a place of the view, of the selected prompt first."""
        selected = self.shapes.selected(view)
        best: tuple[tuple[bool, float], ShownPrompt, int] | None = None
        for prompt in self.shapes.of(view):
            for n, (x, y) in enumerate(prompt.points.xy if prompt.points is not None else ()):
                way = view.shown_to_view(x, y) - position
                far = (way.x() ** 2 + way.y() ** 2) ** 0.5
                rank = (prompt.id != selected, far)
                if far <= RADIUS + 1.5 and (best is None or rank < best[0]):
                    best = rank, prompt, n
        return best[1:] if best is not None else None

    @staticmethod
    def _inside(view: SliceView, mouse: MouseInfo) -> tuple[float, float]:
        assert view.frame is not None
        h, w = view.frame.shape_hw
        edge = 1e-3
        return min(max(mouse.x, edge), w - edge), min(max(mouse.y, edge), h - edge)

    def _remove(self, view: SliceView, prompt_id: int, number: int) -> None:
        shown = self.shapes.find(view, prompt_id)
        if shown is None or shown.points is None or number >= len(shown.points.xy):
            return
        kept = [n for n in range(len(shown.points.xy)) if n != number]
        points = Points(
            tuple(shown.points.xy[n] for n in kept), tuple(shown.points.positive[n] for n in kept)
        )
        self._put(view, prompt_id, points)

    def _put(self, view: SliceView, prompt_id: int | None, points: Points) -> None:
        """Show the points until the caller shows all again, and say so."""
        self._choose(None)
        shown = self.shapes.find(view, prompt_id)
        if shown is not None:
            self.shapes.replace(view, replace(shown, points=points))
        self.edited.emit(view, prompt_id, points)

    def _choose(self, point: tuple[int, int] | None) -> None:
        self._chosen = point


def _moved(points: Points, number: int, to: tuple[float, float]) -> Points:
    """The points with one of them elsewhere."""
    return Points(tuple(to if n == number else xy for n, xy in enumerate(points.xy)), points.positive)
