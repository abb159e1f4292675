"""One thread beside the work that brings a case file to the disk and keeps it small."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable


class Background:
    """Runs a chore soon after it was woken; several wakes in that time count as one.

    Args:
        chore: Called in the thread, never twice at a time; what it raises ends nothing.
        delay: Seconds between waking and the chore.
    """

    def __init__(self, chore: Callable[[], None], delay: float) -> None:
        self._chore, self._delay = chore, delay
        self._wake, self._end = threading.Event(), threading.Event()
        self._thread: threading.Thread | None = None

    @property
    def is_ending(self) -> bool:
        """Whether ``finish`` was called: a long chore should give up."""
        return self._end.is_set()

    def wake(self) -> None:
        """Ask for the chore; the first time starts the thread."""
        if self._thread is None and not self._end.is_set():
            # A daemon: a disk that hangs must not keep the program from ending.
            self._thread = threading.Thread(target=self._run, name="case file", daemon=True)
            self._thread.start()
        self._wake.set()

    def finish(self, seconds: float) -> bool:
        """End the thread after what it does now; False if that took longer than ``seconds``."""
        self._end.set()
        self._wake.set()
        if self._thread is None:
            return True
        self._thread.join(seconds)
        return not self._thread.is_alive()

    def _run(self) -> None:
        while True:
            self._wake.wait()
            self._end.wait(self._delay)
            if self._end.is_set():
                return
            self._wake.clear()
            # The chore tells its own failures; one that it missed must not end keeping.
            with contextlib.suppress(Exception):
                self._chore()
