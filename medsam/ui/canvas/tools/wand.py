"""The magic wand: a press is a seed, a drag to the side tunes how far it spreads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject, QPointF, QRectF, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QFontMetricsF, QPainter, QPen

from medsam.ui.canvas.overlays import TEXT
from medsam.ui.canvas.tools.base import MouseInfo, Tool

if TYPE_CHECKING:
    from medsam.ui.canvas.slice_view import SliceView

_WHEEL_PIXELS = 8
"""One notch of the wheel tunes as much as a drag of so many logical pixels."""


@dataclass
class _Seed:
    """A press in progress; ``wheel`` is in logical pixels."""

    view: SliceView
    at: QPointF
    tolerance: float
    mouse: QPointF
    wheel: float = 0.0


class WandTool(Tool):
    """Seeds and tunes; what grows from a seed is the listener's to compute.

    Press on a seed, drag right for more tolerance and left for less (or turn
    the wheel), release to accept, Esc to give up.

    Signals:
        seeded(view, x, y, erases): A press inside of the picture, shown frame.
        tuned(tolerance): Another tolerance while the button is held.
        accepted(view), given_up(view): The end.

    Attributes:
        may_begin: Asked before a seed is set.
        tolerance: In the unit of the raw values.
        step: What a logical pixel of the drag adds to it.
        decimals: To which it is rounded.
    """

    seeded = pyqtSignal(object, float, float, bool)
    tuned = pyqtSignal(float)
    accepted = pyqtSignal(object)
    given_up = pyqtSignal(object)

    cursor = Qt.CrossCursor

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.may_begin: Callable[[SliceView], bool] = lambda view: True
        self.tolerance, self.step, self.decimals = 25.0, 0.5, 0
        self._seed: _Seed | None = None
        self._note = ""

    @property
    def is_held(self) -> bool:
        """Whether a seed is being tuned."""
        return self._seed is not None

    def set_note(self, text: str) -> None:
        """What stands beside the mouse while a seed is tuned."""
        self._note = text
        if self._seed is not None:
            self._seed.view.update()

    def begin_with(self, tolerance: float) -> None:
        """Take this tolerance for the seed that was set just now, and tune from it."""
        self.tolerance = round(tolerance, self.decimals)
        if self._seed is not None:
            self._seed.tolerance = self.tolerance

    def mouse_press(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        if view.transform.contains(mouse.x, mouse.y) and self.may_begin(view):
            self._seed = _Seed(view, mouse.position, self.tolerance, mouse.position)
            self._note = ""
            self.seeded.emit(view, mouse.x, mouse.y, mouse.with_ctrl)
        return True

    def mouse_move(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        if self._seed is None or self._seed.view is not view:
            return False
        self._seed.mouse = mouse.position
        self._tune()
        view.update()
        return True

    def wants_wheel(self, view: SliceView, modifiers: Qt.KeyboardModifiers) -> bool:
        """See ``Tool``: while a seed is held."""
        return self._seed is not None and self._seed.view is view

    def wheel(self, view: SliceView, steps: int, modifiers: Qt.KeyboardModifiers) -> None:
        """See ``Tool``."""
        if self._seed is not None:
            self._seed.wheel += steps * _WHEEL_PIXELS
            self._tune()

    def _tune(self) -> None:
        seed = self._seed
        assert seed is not None
        way = seed.mouse.x() - seed.at.x() + seed.wheel
        tolerance = round(max(seed.tolerance + way * self.step, 0.0), self.decimals)
        if tolerance != self.tolerance:
            self.tolerance = tolerance
            self.tuned.emit(tolerance)

    def mouse_release(self, view: SliceView, mouse: MouseInfo) -> bool:
        """See ``Tool``."""
        if self._seed is None or self._seed.view is not view:
            return False
        self.mouse_move(view, mouse)
        self._seed = None
        view.update()
        self.accepted.emit(view)
        return True

    def cancel(self, view: SliceView) -> bool:
        """See ``Tool``. The tolerance goes back to what it was."""
        seed = self._seed
        if seed is None or seed.view is not view:
            return False
        self._seed = None
        if self.tolerance != seed.tolerance:
            self.tolerance = seed.tolerance
            self.tuned.emit(seed.tolerance)
        view.update()
        self.given_up.emit(view)
        return True

    def paint(self, view: SliceView, painter: QPainter) -> None:
        """See ``Tool``: the numbers beside the mouse."""
        seed = self._seed
        if seed is None or seed.view is not view or not self._note:
            return
        metrics = QFontMetricsF(painter.font())
        width, height = metrics.horizontalAdvance(self._note) + 14, metrics.height() + 6
        x = min(seed.mouse.x() + 14, view.width() - width - 4)
        y = seed.mouse.y() - height - 8
        if y < 4:
            y = seed.mouse.y() + 22
        pill = QRectF(max(x, 4.0), y, width, height)
        painter.setRenderHint(QPainter.Antialiasing)
        painter.setPen(QPen(QColor(255, 255, 255, 50), 1))
        painter.setBrush(QColor(16, 18, 22, 225))
        painter.drawRoundedRect(pill, 5, 5)
        painter.setPen(TEXT)
        painter.drawText(pill, Qt.AlignCenter, self._note)
