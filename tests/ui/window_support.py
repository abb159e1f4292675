"""What the tests of the window share: a window with a told engine, and a user's hands."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt, QTimer
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QDialog, QMessageBox

from medsam.document import Annotation
from medsam.intensity import default_window
from medsam.prompts import Box
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.main_window import MainWindow
from medsam.volume import Plane, Volume
from tests.fakes import FakeEngine


class EngineMaker:
    """Hands the window a ``FakeEngine`` and keeps it for the test."""

    def __init__(self, mode: str = "sync") -> None:
        self.mode = mode
        self.engine: FakeEngine | None = None
        self.prepare: Callable[[FakeEngine], None] = lambda engine: None

    def __call__(self, on_message) -> FakeEngine:
        self.engine = FakeEngine(on_message, mode=self.mode)
        self.prepare(self.engine)
        return self.engine


def settle() -> None:
    """Let everything happen that is queued."""
    for _ in range(3):
        QApplication.sendPostedEvents()
        QApplication.processEvents()


def show_volume(window: MainWindow, volume: Volume, source: Path | None = None) -> None:
    """Open a volume that no file holds."""
    window.session.open(Annotation(volume), source, default_window(volume))
    settle()


def view_of(window: MainWindow, plane: Plane = Plane.AXIAL) -> SliceView:
    """The view of a plane."""
    return window.area.panes[plane].view


def place(view: SliceView, x: float, y: float) -> QPoint:
    """Where a shown point lies on the widget."""
    return view.shown_to_view(x, y).toPoint()


def _send(
    view: SliceView, kind: QEvent.Type, at: QPoint, button: Qt.MouseButton, held: Qt.MouseButtons
) -> None:
    event = QMouseEvent(kind, QPointF(at), QPointF(view.mapToGlobal(at)), button, held, Qt.NoModifier)
    QApplication.sendEvent(view, event)


def hover(view: SliceView, x: float, y: float) -> None:
    """Move the mouse to a shown point with no button held."""
    _send(view, QEvent.MouseMove, place(view, x, y), Qt.NoButton, Qt.NoButton)
    settle()


def hold(view: SliceView, start: tuple[float, float], end: tuple[float, float]) -> None:
    """Press the left button on a shown point and move to another, without letting go."""
    QTest.mousePress(view, Qt.LeftButton, Qt.NoModifier, place(view, *start))
    _send(view, QEvent.MouseMove, place(view, *end), Qt.NoButton, Qt.LeftButton)
    settle()


def drag(view: SliceView, start: tuple[float, float], end: tuple[float, float], *, steps: int = 6) -> None:
    """Drag with the left button between two shown points."""
    a, b = view.shown_to_view(*start), view.shown_to_view(*end)
    QTest.mousePress(view, Qt.LeftButton, Qt.NoModifier, a.toPoint())
    for n in range(1, steps + 1):
        at = (a + (b - a) * n / steps).toPoint()
        _send(view, QEvent.MouseMove, at, Qt.NoButton, Qt.LeftButton)
    QTest.mouseRelease(view, Qt.LeftButton, Qt.NoModifier, b.toPoint())
    settle()


def ellipse(view: SliceView, shown: Box) -> np.ndarray:
    """The fake engine's mask for a box of the view, as a stored picture."""
    from medsam.prompts import Prompts
    from medsam.volume import stored_shape_hw
    from tests.fakes import ellipse_mask

    shape_hw = stored_shape_hw(view.volume.shape, view.frame.axis)
    return ellipse_mask(Prompts(box=view.frame.box_to_stored(shown)), shape_hw)


def colour_at(view: SliceView, x: float, y: float) -> tuple[int, int, int]:
    """What the screen shows at a shown point."""
    settle()
    image = view.grab().toImage()
    ratio = image.devicePixelRatio()
    at = view.shown_to_view(x, y)
    pixel = image.pixelColor(int(at.x() * ratio), int(at.y() * ratio))
    return pixel.red(), pixel.green(), pixel.blue()


@contextmanager
def answering(press: Callable[[QDialog], None]) -> Iterator[list[str]]:
    """Answer the next modal dialogs with ``press``; yields what they said."""
    said: list[str] = []
    timer = QTimer()

    def look() -> None:
        dialog = QApplication.activeModalWidget()
        if isinstance(dialog, QDialog):
            said.append(dialog.text() if isinstance(dialog, QMessageBox) else dialog.windowTitle())
            press(dialog)

    timer.timeout.connect(look)
    timer.start(20)
    try:
        yield said
    finally:
        timer.stop()


def button(which: QMessageBox.StandardButton) -> Callable[[QDialog], None]:
    """Press one of a message box's buttons."""
    return lambda dialog: QTest.mouseClick(dialog.button(which), Qt.LeftButton)
