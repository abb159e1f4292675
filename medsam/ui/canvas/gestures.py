"""What mouse and wheel do on a slice view when no tool takes the event."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from PyQt5.QtCore import QPointF, Qt

from medsam.intensity import Window

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView

NOTCH = 120
"""Wheel angle of one notch, in eighths of a degree."""

_DRAG_TO_SPAN = 800.0
"""Logical pixels of a drag that cover the whole range of the data."""

_DRAG_TO_DOUBLE = 120.0
"""Logical pixels of a drag that double the magnification."""


class Drag(Protocol):
    """A mouse drag in progress."""

    cursor: Qt.CursorShape

    def move(self, position: QPointF) -> None:
        """The mouse is at ``position``, logical pixels of the view."""

    def cancel(self) -> None:
        """Put things back to where they were before the drag."""


class PanDrag:
    """Move the picture with the mouse."""

    cursor = Qt.ClosedHandCursor

    def __init__(self, view: SliceView, start: QPointF) -> None:
        self._view, self._start, self._transform = view, start, view.transform

    def move(self, position: QPointF) -> None:
        """See ``Drag``."""
        moved = position - self._start
        self._view.set_transform(self._transform.panned(moved.x(), moved.y()))

    def cancel(self) -> None:
        """See ``Drag``."""
        self._view.set_transform(self._transform)


class ZoomDrag:
    """Upwards magnifies about the place of the press, downwards shrinks."""

    cursor = Qt.SizeVerCursor

    def __init__(self, view: SliceView, start: QPointF) -> None:
        self._view, self._start, self._transform = view, start, view.transform

    def move(self, position: QPointF) -> None:
        """See ``Drag``."""
        factor = 2.0 ** ((self._start.y() - position.y()) / _DRAG_TO_DOUBLE)
        self._view.set_transform(self._transform.zoomed(factor, (self._start.x(), self._start.y())))

    def cancel(self) -> None:
        """See ``Drag``."""
        self._view.set_transform(self._transform)


class WindowDrag:
    """Rightwards widens the window, upwards brightens (lowers the level)."""

    cursor = Qt.SizeAllCursor

    def __init__(
        self, view: SliceView, start: QPointF, window: Window, span: float, *, inverted: bool = False
    ) -> None:
        """Begin.

        Args:
            view: Whose window it is.
            start: Where the button went down.
            window: The window at the beginning.
            span: The range of the data, in the unit of the window.
            inverted: Upwards darkens (raises the level), as some viewers have it.
        """
        self._view, self._start, self._window = view, start, window
        self._step = span / _DRAG_TO_SPAN
        self._sign = -1.0 if inverted else 1.0

    def move(self, position: QPointF) -> None:
        """See ``Drag``."""
        moved = position - self._start
        width = max(self._window.width + moved.x() * self._step, self._step)
        level = self._window.level + self._sign * moved.y() * self._step
        self._view.set_window(Window(level, width))

    def cancel(self) -> None:
        """See ``Drag``."""
        self._view.set_window(self._window)


class CrosshairDrag:
    """Carry the crosshair along, in every linked view."""

    cursor = Qt.CrossCursor

    def __init__(self, view: SliceView, start: QPointF) -> None:
        self._view, self._before = view, view.crosshair
        self.move(start)

    def move(self, position: QPointF) -> None:
        """See ``Drag``."""
        self._view.point_crosshair(*self._view.view_to_shown(position))

    def cancel(self) -> None:
        """See ``Drag``."""
        if self._before is not None:
            self._view.move_crosshair(self._before)


class ForbiddenDrag:
    """A drag that means nothing here: only the cursor says so."""

    cursor = Qt.ForbiddenCursor

    def move(self, position: QPointF) -> None:
        """See ``Drag``."""

    def cancel(self) -> None:
        """See ``Drag``."""


class WheelSteps:
    """Turns wheel angles, of which touchpads send many small ones, into whole steps."""

    def __init__(self) -> None:
        self._rest = 0

    def add(self, angle: int) -> int:
        """Add an angle; returns the whole notches gained, signed."""
        if angle * self._rest < 0:
            self._rest = 0
        self._rest += angle
        steps = int(self._rest / NOTCH)
        self._rest -= steps * NOTCH
        return steps

    def reset(self) -> None:
        """Forget a part of a notch; a new gesture began."""
        self._rest = 0
