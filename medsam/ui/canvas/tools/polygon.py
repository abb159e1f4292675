"""The lasso and polygon tool: a drag draws freehand, clicks set corners."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING
from weakref import WeakKeyDictionary

from PyQt5.QtCore import QObject, QPointF, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QPainter
from PyQt5.QtWidgets import QApplication

from medsam.ui.canvas.tools.base import MouseInfo, Tool
from medsam.ui.canvas.tools.polygon_painting import REACH, paint_outline
from medsam.ui.canvas.tools.throttle import FrameThrottle
from medsam.volume import Plane

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView

Point = tuple[float, float]
Colour = tuple[int, int, int]

LEAST_CORNERS = 3


@dataclass
class Outline:
    """An outline that is being drawn.

    Attributes:
        corners: Shown frame, pixel edges; outside of the picture too.
        subtracts: Whether its inside will be erased.
        is_free: A freehand line, without corners to take.
    """

    corners: list[Point] = field(default_factory=list)
    subtracts: bool = False
    is_free: bool = False


@dataclass
class _Drag:
    """A press: on corner ``corner`` (a fresh one if ``before`` is None) of the outline of a view."""

    view: SliceView
    outline: Outline
    pressed_at: QPointF
    corner: int
    before: Point | None = None
    is_real: bool = False


class LassoTool(Tool):
    """Draws closed outlines: freehand by a drag, or corner by corner.

    The first press decides: a drag closes with its release; a click sets the
    first corner of a polygon. Its corners can be dragged until it is closed:
    by Enter, a double click or a click on the first corner. Backspace takes
    the last corner back, Esc gives up. Begun with Ctrl or the right button,
    an outline subtracts. An outline that is not closed belongs to its slice
    and waits there, whatever is shown or chosen meanwhile.

    Signals:
        changed(view, outline): An outline is being drawn, at most once a
            frame; None when there is none in the view any more.
        closed(view, corners, subtracts): An outline was closed; list of
            (x, y), shown frame.

    Attributes:
        may_begin: Asked before an outline is begun.
    """

    changed = pyqtSignal(object, object)
    closed = pyqtSignal(object, object, bool)

    cursor = Qt.CrossCursor
    takes_right = True

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.may_begin: Callable[[SliceView], bool] = lambda view: True
        self._outlines: WeakKeyDictionary[SliceView, dict[int, Outline]] = WeakKeyDictionary()
        self._hover: WeakKeyDictionary[SliceView, MouseInfo] = WeakKeyDictionary()
        self._color: Colour = (86, 180, 233)
        self._drag: _Drag | None = None
        self._closed_by_click = False
        self._throttle = FrameThrottle(self.changed.emit, self)

    def set_color(self, color: Colour) -> None:
        """Of the lines: the active label's."""
        self._color = color

    def outline(self, view: SliceView) -> Outline | None:
        """The outline that waits on the present slice of a view."""
        return self._outlines.get(view, {}).get(view.index)

    def open_outlines(self) -> dict[Plane, dict[int, Outline]]:
        """The outlines that wait to be closed, by plane and slice."""
        return {view.plane: dict(waiting) for view, waiting in self._outlines.items() if waiting}

    def take_outlines(self, views: Iterable[SliceView], outlines: dict[Plane, dict[int, Outline]]) -> None:
        """Let these outlines wait on their slices."""
        for view in views:
            if view.plane in outlines:
                self._outlines[view] = dict(outlines[view.plane])
                view.update()

    def waiting(self) -> list[tuple[SliceView, int, Outline]]:
        """Every outline that is not closed, with its view and slice."""
        return [
            (view, index, outline)
            for view, outlines in self._outlines.items()
            for index, outline in outlines.items()
        ]

    def forget(self) -> None:
        """Drop every outline; another image is open."""
        self._drag = None
        self._throttle.drop()
        self._outlines.clear()

    def tell(self, view: SliceView) -> None:
        """Say again what is drawn on the present slice of a view."""
        self.changed.emit(view, self.outline(view))
        view.update()

    # --- mouse ------------------------------------------------------------

    def deactivate(self, view: SliceView) -> None:
        """See ``Tool``; a polygon that waits stays, unseen."""
        super().deactivate(view)
        self._throttle.drop()
        if self.outline(view) is not None:
            self.changed.emit(view, None)

    def mouse_press(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``. Begins an outline, takes a corner or sets the next one."""
        self._closed_by_click = False
        outline = self.outline(view)
        if outline is None:
            if self.may_begin(view):
                subtracts = mouse.with_ctrl or mouse.button == Qt.RightButton
                outline = Outline([(mouse.x, mouse.y)], subtracts)
                self._outlines.setdefault(view, {})[view.index] = outline
                self._drag = _Drag(view, outline, mouse.position, 0)
            return True
        corner = self._corner_at(view, mouse.position)
        if corner is None:
            outline.corners.append((mouse.x, mouse.y))
            self._drag = _Drag(view, outline, mouse.position, len(outline.corners) - 1)
        else:
            self._drag = _Drag(view, outline, mouse.position, corner, outline.corners[corner])
        self._show(view)
        return True

    def mouse_move(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        self._hover[view] = mouse
        drag = self._drag
        if drag is None or drag.view is not view:
            if self.outline(view) is not None:
                view.update()
            return False
        way = mouse.position - drag.pressed_at
        if way.manhattanLength() >= QApplication.startDragDistance():
            drag.is_real = True
        if not drag.is_real:
            return True
        if len(drag.outline.corners) == 1 and drag.before is None:
            drag.outline.is_free = True
        if drag.outline.is_free:
            if drag.outline.corners[-1] != (mouse.x, mouse.y):
                drag.outline.corners.append((mouse.x, mouse.y))
        else:
            drag.outline.corners[drag.corner] = (mouse.x, mouse.y)
        self._show(view)
        return True

    def mouse_release(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        if self._drag is None or self._drag.view is not view:
            return False
        self.mouse_move(view, mouse)
        drag, self._drag = self._drag, None
        took_first = drag.corner == 0 and drag.before is not None and not drag.is_real
        if drag.outline.is_free:
            self._close(view)
        elif took_first and len(drag.outline.corners) >= LEAST_CORNERS:
            self._close(view)
            self._closed_by_click = True
        else:
            self._show(view)
        return True

    def double_click(self, view: SliceView, mouse: MouseInfo) -> bool:
        """Close the polygon; the first of the two clicks has set its last corner."""
        outline = self.outline(view)
        if outline is None:
            return self._closed_by_click
        if len(outline.corners) < LEAST_CORNERS:
            # Two clicks on free ground are meant for the view.
            self._drop(view)
            return len(outline.corners) > 1
        self._close(view)
        return True

    def mouse_leave(self, view: SliceView) -> None:
        """See ``Tool``."""
        self._hover.pop(view, None)
        if self.outline(view) is not None:
            view.update()

    def _corner_at(self, view: SliceView, position: QPointF) -> int | None:
        """The nearest corner within reach of the mouse."""
        outline = self.outline(view)
        if outline is None or outline.is_free:
            return None
        apart = []
        for n, corner in enumerate(outline.corners):
            way = view.shown_to_view(*corner) - position
            apart.append((math.hypot(way.x(), way.y()), n))
        nearest = min(apart, default=(math.inf, 0))
        return nearest[1] if nearest[0] <= REACH else None

    def _show(self, view: SliceView) -> None:
        self._throttle.call(view, self.outline(view))
        view.update()

    def _close(self, view: SliceView) -> None:
        outline = self.outline(view)
        self._drop(view)
        if outline is not None:
            self.closed.emit(view, list(outline.corners), outline.subtracts)

    def _drop(self, view: SliceView) -> None:
        self._drag = None
        self._throttle.drop()
        self._outlines.get(view, {}).pop(view.index, None)
        self.changed.emit(view, None)
        view.update()

    # --- keys -------------------------------------------------------------

    def wants_key(self, view: SliceView, event: QKeyEvent) -> bool:
        """See ``Tool``."""
        keys = (Qt.Key_Return, Qt.Key_Enter, Qt.Key_Backspace, Qt.Key_Escape)
        return event.key() in keys and self.outline(view) is not None

    def key_press(self, view: SliceView, event: QKeyEvent) -> bool:
        """Enter closes, Backspace takes the last corner back, Esc gives up."""
        outline = self.outline(view)
        if outline is None or not self.wants_key(view, event):
            return False
        if self._drag is not None:
            return True
        if event.key() == Qt.Key_Escape:
            self._drop(view)
        elif event.key() == Qt.Key_Backspace:
            outline.corners.pop()
            if outline.corners:
                self._show(view)
            else:
                self._drop(view)
        elif len(outline.corners) >= LEAST_CORNERS:
            self._close(view)
        return True

    def cancel(self, view: SliceView) -> bool:
        """See ``Tool``. A corner goes back to where it was; a polygon that waits stays."""
        drag = self._drag
        if drag is None or drag.view is not view:
            return False
        self._drag = None
        self._throttle.drop()
        outline = drag.outline
        if drag.before is not None:
            outline.corners[drag.corner] = drag.before
        elif outline.is_free:
            outline.corners.clear()
        else:
            outline.corners.pop()
        waiting = self._outlines.get(view, {})
        if not outline.corners:
            for index in [n for n, other in waiting.items() if other is outline]:
                del waiting[index]
        self.tell(view)
        return True

    # --- painting ---------------------------------------------------------

    def cursor_at(self, view: SliceView, mouse: MouseInfo) -> Qt.CursorShape:
        """See ``Tool``."""
        is_free = self._drag is None and self._corner_at(view, mouse.position) is None
        return self.cursor if is_free else Qt.PointingHandCursor

    def paint(self, view: SliceView, painter: QPainter) -> None:
        """See ``Tool``."""
        outline = self.outline(view)
        if outline is None:
            return
        hover = self._hover.get(view) if self._drag is None else None
        paint_outline(
            painter,
            [view.shown_to_view(*corner) for corner in outline.corners],
            self._color,
            subtracts=outline.subtracts,
            is_free=outline.is_free,
            mouse=hover.position if hover is not None else None,
            near=self._corner_at(view, hover.position) if hover is not None else None,
        )
