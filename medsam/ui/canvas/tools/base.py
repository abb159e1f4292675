"""What a tool of the canvas is: it gets a view's left mouse button first, and paints on top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, QPointF, Qt
from PyQt5.QtGui import QKeyEvent, QPainter

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView


@dataclass(frozen=True)
class MouseInfo:
    """Where the mouse is and what is held.

    Attributes:
        x, y: In the shown picture, pixel edges; outside of it too.
        position: In the view, logical pixels.
        button: The one that was pressed or released; none for a move.
        buttons: All that are held.
        modifiers: Shift, Ctrl ...
    """

    x: float
    y: float
    position: QPointF
    button: Qt.MouseButton
    buttons: Qt.MouseButtons
    modifiers: Qt.KeyboardModifiers

    @property
    def with_shift(self) -> bool:
        """Whether Shift is held."""
        return bool(self.modifiers & Qt.ShiftModifier)

    @property
    def with_ctrl(self) -> bool:
        """Whether Ctrl is held."""
        return bool(self.modifiers & Qt.ControlModifier)


class Tool(QObject):
    """A mode of the left mouse button. One tool may serve several views at once.

    Attributes:
        cursor: Shown over the picture while nothing more special applies.
        takes_right: Presses of the right button come to ``mouse_press`` too,
            before the mouse scheme; ``mouse.button`` says which it was.
        navigates: It changes nothing but the view; the mouse scheme says what
            the left button drags while it is chosen.
        dabs: A second quick press is a press like any other, no double click.
    """

    cursor: Qt.CursorShape = Qt.ArrowCursor
    takes_right = False
    navigates = False
    dabs = False

    def activate(self, view: SliceView) -> None:
        """The view hands its left button to this tool."""

    def deactivate(self, view: SliceView) -> None:
        """The view takes it back; a drag in progress is cancelled."""
        self.cancel(view)

    def mouse_press(self, view: SliceView, mouse: MouseInfo) -> bool:
        """The left button went down. True: the tool has it until the release."""
        return False

    def mouse_move(self, view: SliceView, mouse: MouseInfo) -> bool:
        """The mouse moved, with the button held after a handled press, or hovering without."""
        return False

    def mouse_leave(self, view: SliceView) -> None:
        """The mouse left the view."""

    def mouse_release(self, view: SliceView, mouse: MouseInfo) -> bool:
        """The left button of a handled press went up."""
        return False

    def wants_shift(self, view: SliceView) -> bool:
        """Whether Shift means something to the tool before a press; else Shift+move carries the crosshair."""
        return False

    def wants_wheel(self, view: SliceView, modifiers: Qt.KeyboardModifiers) -> bool:
        """Whether the wheel belongs to the tool now; else it walks through the slices or zooms."""
        return False

    def wheel(self, view: SliceView, steps: int, modifiers: Qt.KeyboardModifiers) -> None:
        """The wheel turned by whole notches, upwards positive, and is the tool's."""

    def double_click(self, view: SliceView, mouse: MouseInfo) -> bool:
        """The left button was pressed twice in one place. True: used up; False: the view wants the area."""
        return False

    def key_press(self, view: SliceView, event: QKeyEvent) -> bool:
        """A key while the view has the focus. True: used up."""
        return False

    def wants_key(self, view: SliceView, event: QKeyEvent) -> bool:
        """Whether ``key_press`` would use this key, so that no shortcut takes it first."""
        return False

    def cancel(self, view: SliceView) -> bool:
        """Give up a drag in progress; True if there was one."""
        return False

    def finish(self, view: SliceView) -> bool:
        """Complete a drag whose end will not be seen, as when the view is hidden; False: give it up."""
        return False

    def outlasts_key(self, view: SliceView, event: QKeyEvent) -> bool:
        """Whether a drag goes on when a key is pressed that may change what is shown; else it is finished."""
        return True

    def cursor_at(self, view: SliceView, mouse: MouseInfo) -> Qt.CursorShape:
        """The cursor for a place."""
        return self.cursor

    def paint(self, view: SliceView, painter: QPainter) -> None:
        """Draw over the slice, in logical pixels of the view."""
