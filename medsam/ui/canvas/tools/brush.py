"""Brush and eraser: ink that appears under the mouse at once and enters the document as one step."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING
from weakref import WeakSet

from PyQt5.QtCore import QObject, QPointF, Qt, pyqtSignal
from PyQt5.QtGui import QCursor, QKeyEvent, QPainter

from medsam.document.operations.brush import Brush
from medsam.ui.canvas.ink import Ink
from medsam.ui.canvas.tools.base import MouseInfo, Tool
from medsam.ui.canvas.tools.brush_painting import Tip, paint_line, paint_tip, tip_area

if TYPE_CHECKING:
    from medsam.document import Annotation
    from medsam.ui.canvas.slice_view import SliceView

Point = tuple[float, float]
Begin = Callable[["SliceView", bool, Brush], Ink | None]
"""Gets a view, whether to erase, and the tip; returns empty ink, or None where nothing may be painted."""

_MODIFIER_KEYS = (Qt.Key_Shift, Qt.Key_Control, Qt.Key_Alt, Qt.Key_Meta, Qt.Key_AltGr)


@dataclass
class _Drag:
    """A stroke under way.

    Attributes:
        view, button, ink: Where it runs, what is held, what it laid down.
        anchor: Where Shift was pressed, shown frame: the stroke keeps level or upright from there.
        level: Whether it keeps level; None before it has a direction.
    """

    view: SliceView
    button: Qt.MouseButton
    ink: Ink
    anchor: Point | None = None
    level: bool | None = None


@dataclass(frozen=True)
class _End:
    """Where the last stroke ended: document, axis, slice, shown point."""

    annotation: Annotation
    axis: int
    index: int
    at: Point


class BrushTool(Tool):
    """Paints (or erases) under the mouse; brush and eraser are one class with two modes.

    The left button does what the tool is for, the right one and Ctrl the
    opposite. Shift+click draws a straight line from the last end; Shift
    pressed on the way keeps the stroke level or upright. Alt+click picks the
    label under the mouse. Shift+wheel changes the size, with Ctrl the tolerance.

    Attributes:
        erases: Whether the left button erases.

    Signals:
        finished: (view, Ink): a stroke is complete; the views show it until the slot returns.
        resized, loosened: (int): The user turned the size, or the adaptive tolerance, by so many steps.
        picked: (view, x, y): Alt+click on a shown point.
    """

    finished = pyqtSignal(object, object)
    resized = pyqtSignal(int)
    loosened = pyqtSignal(int)
    picked = pyqtSignal(object, float, float)

    cursor = Qt.CrossCursor
    takes_right = True
    dabs = True

    def __init__(self, begin: Begin, *, erases: bool = False, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.erases = erases
        self.is_size_key: Callable[[QKeyEvent], bool] = lambda event: False
        self._begin = begin
        self._brush = Brush()
        self._views: WeakSet[SliceView] = WeakSet()
        self._drag: _Drag | None = None
        self._end: _End | None = None
        # Where the mouse stands in the view: the picture may move under it.
        self._hover: tuple[SliceView, QPointF] | None = None
        self._inverted = self._wants_line = False

    # --- the tip --------------------------------------------------------------

    @property
    def brush(self) -> Brush:
        """The tip."""
        return self._brush

    def set_brush(self, brush: Brush) -> None:
        """Use another tip, also for the rest of a stroke."""
        if brush != self._brush:
            self._update_tips()
            self._brush = brush
            if self._drag is not None:
                self._drag.ink.stroke.brush = brush
            self._update_tips()

    @property
    def ink(self) -> Ink | None:
        """What the present stroke laid down."""
        return self._drag.ink if self._drag is not None else None

    def check_again(self) -> None:
        """Labels or rules changed: ink that would not stay vanishes from the present stroke."""
        if self._drag is not None:
            self._drag.ink.stroke.check_again()
            self._refresh(self._drag.ink)

    # --- views ----------------------------------------------------------------

    def activate(self, view: SliceView) -> None:
        """See ``Tool``."""
        self._views.add(view)
        if view.underMouse():
            self._hover = (view, QPointF(view.mapFromGlobal(QCursor.pos())))

    def deactivate(self, view: SliceView) -> None:
        """See ``Tool``."""
        super().deactivate(view)
        self._views.discard(view)
        if self._hover is not None and self._hover[0] is view:
            self._hover = None
            view.update()

    # --- mouse ----------------------------------------------------------------

    def mouse_press(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        if mouse.button not in (Qt.LeftButton, Qt.RightButton) or self._drag is not None:
            return False
        if mouse.modifiers & Qt.AltModifier and mouse.button == Qt.LeftButton:
            self.picked.emit(view, mouse.x, mouse.y)
            return True
        inverts = (mouse.button == Qt.RightButton) != mouse.with_ctrl
        ink = self._begin(view, self.erases != inverts, self._brush)
        if ink is None or view.frame is None:
            return True
        self._drag = _Drag(view, mouse.button, ink)
        for each in self._views:
            each.set_ink(ink)
        start = self._line_start(view)
        if mouse.with_shift and start is not None:
            self._extend(start)
        self._hover = (view, mouse.position)
        self._extend((mouse.x, mouse.y))
        self._update_tips()
        return True

    def mouse_move(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        self._update_tips()
        self._hover = (view, mouse.position)
        self._inverted = mouse.with_ctrl
        self._wants_line = mouse.with_shift and self._drag is None and self._line_start(view) is not None
        if self._drag is not None and self._drag.view is view:
            self._extend(self._constrained(self._drag, mouse))
        self._update_tips()
        return self._drag is not None

    def mouse_release(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        return self.finish(view)

    def mouse_leave(self, view: SliceView) -> None:
        """See ``Tool``."""
        if self._drag is None:
            self._update_tips()
            self._hover = None

    def finish(self, view: SliceView) -> bool:
        """See ``Tool``: what was drawn so far is a stroke."""
        drag = self._drag
        if drag is None or drag.view is not view:
            return False
        self._drag = None
        annotation, frame = view.annotation, view.frame
        stroke = drag.ink.stroke
        if (end := stroke.end) is not None and annotation is not None and frame is not None:
            self._end = _End(annotation, stroke.axis, stroke.index, frame.point_from_stored(*end))
        try:
            self.finished.emit(view, drag.ink)
        finally:
            self._lift(drag.ink)
        return True

    def cancel(self, view: SliceView) -> bool:
        """See ``Tool``: the ink vanishes."""
        drag = self._drag
        if drag is None or drag.view is not view:
            return False
        self._drag = None
        self._lift(drag.ink)
        return True

    def wants_shift(self, view: SliceView) -> bool:
        """See ``Tool``: where a straight line may begin."""
        return self._line_start(view) is not None

    def wants_wheel(self, view: SliceView, modifiers: Qt.KeyboardModifiers) -> bool:
        """See ``Tool``."""
        return bool(modifiers & Qt.ShiftModifier)

    def wheel(self, view: SliceView, steps: int, modifiers: Qt.KeyboardModifiers) -> None:
        """See ``Tool``: upwards is larger; with Ctrl, more tolerant."""
        if modifiers & Qt.ControlModifier:
            self.loosened.emit(steps)
        else:
            self.resized.emit(steps)

    def outlasts_key(self, view: SliceView, event: QKeyEvent) -> bool:
        """See ``Tool``: only the size may change on the way."""
        return event.key() in _MODIFIER_KEYS or self.is_size_key(event)

    # --- inside -----------------------------------------------------------------

    def _line_start(self, view: SliceView) -> Point | None:
        """Where a straight line on this view's slice would begin, shown frame."""
        end, frame = self._end, view.frame
        if end is None or frame is None or end.annotation is not view.annotation:
            return None
        return end.at if (end.axis, end.index) == (frame.axis, view.index) else None

    def _constrained(self, drag: _Drag, mouse: MouseInfo) -> Point:
        """The mouse's place, on a level or upright line from where Shift was pressed."""
        if not mouse.with_shift:
            drag.anchor = drag.level = None
            return mouse.x, mouse.y
        frame, stroke = drag.view.frame, drag.ink.stroke
        if drag.anchor is None and frame is not None and (end := stroke.end) is not None:
            drag.anchor = frame.point_from_stored(*end)
        x0, y0 = drag.anchor or (mouse.x, mouse.y)
        sx, sy = drag.view.transform.scale_xy
        dx, dy = abs(mouse.x - x0) * sx, abs(mouse.y - y0) * sy
        if drag.level is None and max(dx, dy) >= 3.0:
            drag.level = dx >= dy
        if drag.level is None:
            return x0, y0
        return (mouse.x, y0) if drag.level else (x0, mouse.y)

    def _extend(self, at: Point) -> None:
        """Sweep the tip to a shown point; every view shows the new ink."""
        assert self._drag is not None
        frame = self._drag.view.frame
        assert frame is not None
        grown = self._drag.ink.stroke.move_to(*frame.point_to_stored(*at))
        if grown is not None:
            for view in self._views:
                view.refresh(grown)

    def _lift(self, ink: Ink) -> None:
        """Show the document again."""
        for view in self._views:
            view.set_ink(None)
        self._refresh(ink)

    def _refresh(self, ink: Ink) -> None:
        region = ink.stroke.region
        if region is not None:
            for view in self._views:
                view.refresh(region)
        self._update_tips()

    # --- painting ---------------------------------------------------------------

    def _update_tips(self) -> None:
        """Paint again where the tip is seen."""
        for view in self._views:
            area = None
            if self._wants_line:
                area = view.rect()
            elif (tip := self._tip_in(view)) is not None:
                area = tip_area(tip)
            if area is not None:
                view.update(area)

    def _tip_in(self, view: SliceView) -> Tip | None:
        """What the tip touches in a view: a circle under the mouse, a cut of the sphere elsewhere."""
        if self._hover is None or view.frame is None:
            return None
        here, position = self._hover
        if here.frame is None or here.annotation is not view.annotation or not here.isVisible():
            return None
        erases = self._drag.ink.erases if self._drag is not None else self.erases != self._inverted
        return Tip.cut(self._brush, here, here.view_to_shown(position), view, erases)

    def paint(self, view: SliceView, painter: QPainter) -> None:
        """See ``Tool``."""
        tip = self._tip_in(view)
        if tip is None:
            return
        start = self._line_start(view)
        if self._wants_line and self._hover is not None and self._hover[0] is view and start is not None:
            paint_line(painter, view.shown_to_view(*start), self._hover[1])
        paint_tip(painter, tip)
