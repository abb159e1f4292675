"""Signs that somebody works on the open case, for its stopwatch."""

from __future__ import annotations

from PyQt5.QtCore import QObject, QTimer, pyqtSignal
from PyQt5.QtGui import QCursor
from PyQt5.QtWidgets import QApplication, QWidget

from medsam.document.work_time import WorkTime

_LOOK_MS = 2_000


class WorkClock(QObject):
    """Runs while the window is in front and somebody moves the mouse, draws or walks through slices.

    Looks now and then instead of filtering every event: strokes pass hundreds
    of events a second, and a minute's pause is measured, not a moment's.

    Signals:
        worked(float): Seconds were worked since the last time.
    """

    worked = pyqtSignal(float)

    def __init__(self, window: QWidget, time: WorkTime | None = None) -> None:
        super().__init__(window)
        self._window = window
        self.time = time or WorkTime()
        self._wanted = False
        self._place = QCursor.pos()
        self._timer = QTimer(self)
        self._timer.setInterval(_LOOK_MS)
        self._timer.timeout.connect(self.look)

    def run(self, wanted: bool) -> None:
        """Whether a case is open whose time counts."""
        self.look()
        self._wanted = wanted
        if wanted:
            self._timer.start()
        else:
            self.time.stop()
            self._timer.stop()
        self._tell()
        self.look()

    def touch(self) -> None:
        """The user did something that the mouse's place does not show."""
        if self._wanted:
            self.time.touch()

    def look(self) -> None:
        """Start, stop or run on, by what is in front and where the mouse is."""
        if not self._wanted:
            return
        if not self._is_in_front():
            self.time.stop()
        elif not self.time.is_running:
            self.time.start()
        elif QCursor.pos() != self._place:
            self.time.touch()
        self._place = QCursor.pos()
        self._tell()

    def _tell(self) -> None:
        seconds = self.time.take()
        if seconds > 0:
            self.worked.emit(seconds)

    def _is_in_front(self) -> bool:
        # A dialog of ours in front is work on the case, too.
        return self._window.isVisible() and QApplication.activeWindow() is not None
