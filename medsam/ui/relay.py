"""A way into the window's thread that outlives the window."""

from __future__ import annotations

import contextlib
import threading
from typing import Any

from PyQt5.QtCore import QObject, pyqtBoundSignal


class Relay:
    """Emits a signal for whoever calls it, in any thread, until the signal's object is destroyed.

    Threads that are not Qt's keep what they call, and a kept ``signal.emit``
    of a destroyed object ends the program with signal 11. After the end, and
    after ``close``, a call does nothing. The signal's slots must be connected
    with ``Qt.QueuedConnection``: a call waits while another one is in ``emit``.
    """

    def __init__(self, owner: QObject, signal: pyqtBoundSignal) -> None:
        """``signal`` is one of ``owner``'s."""
        self._emit: Any = signal.emit
        # Emitting lets other threads run, and they must not destroy the object then.
        self._lock = threading.RLock()
        close = self.close
        owner.destroyed.connect(lambda: close())

    def __call__(self, *arguments: Any) -> None:
        """Emit the signal, if there still is one."""
        with self._lock:
            if self._emit is not None:
                # PyQt finds no signal in an object whose destruction has just begun.
                with contextlib.suppress(AttributeError, RuntimeError):
                    self._emit(*arguments)

    def close(self) -> None:
        """Emit nothing from now on; returns when no emission is under way any more."""
        with self._lock:
            self._emit = None
