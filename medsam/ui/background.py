"""Long work beside the window's thread, with progress and cancel.

A ``Task`` runs one function in its own thread. A cancelled task is let go at
once: the window does not wait for it to notice, and what it still brings is
dropped. ``TaskRunner`` keeps every task alive until its thread has ended.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

from PyQt5.QtCore import QObject, QThread, pyqtSignal

from medsam.errors import Cancelled

_LEAST_SECONDS_BETWEEN_REPORTS = 0.05

_unended: set[Task] = set()
"""Threads that did not end when their window did: a running one that is destroyed ends the program."""


class Task(QThread):
    """One function in one thread.

    The function gets the task and may call ``report`` and ``is_cancelled``.
    Exactly one of ``succeeded``, ``failed`` and ``stopped`` is emitted, in the
    thread of the task's creator. ``stop`` is what to call the end by hand, ""
    for the usual word.
    """

    reported = pyqtSignal(float, str)
    succeeded = pyqtSignal(object)
    failed = pyqtSignal(object)
    stopped = pyqtSignal()

    def __init__(
        self, title: str, work: Callable[[Task], Any], *, cancellable: bool = True, stop: str = ""
    ) -> None:
        super().__init__()
        self.title, self.stop = title, stop
        self.cancellable = cancellable
        self._work = work
        self._cancelled = False
        self._settled = False
        self._last_report = 0.0
        self._outcome: tuple[str, Any] = ("stopped", None)
        self.finished.connect(self._settle)

    def report(self, fraction: float, text: str = "") -> None:
        """Tell how far the work is, 0..1 (below zero: unknown); called from the task's thread."""
        now = time.monotonic()
        if fraction >= 1.0 or now - self._last_report >= _LEAST_SECONDS_BETWEEN_REPORTS:
            self._last_report = now
            self.reported.emit(float(fraction), text)

    def is_cancelled(self) -> bool:
        """Whether the work should stop."""
        return self._cancelled

    def cancel(self) -> None:
        """Ask the work to stop, and drop its result from now on."""
        self._cancelled = True
        self._settle()

    def run(self) -> None:
        """Do the work; Qt calls this in the thread."""
        try:
            self._outcome = ("succeeded", self._work(self))
        except Cancelled:
            self._outcome = ("stopped", None)
        except BaseException as error:  # carried to the presenter, whatever it is
            self._outcome = ("failed", error)

    def _settle(self) -> None:
        if self._settled:
            return
        self._settled = True
        kind, value = ("stopped", None) if self._cancelled else self._outcome
        self._outcome = ("stopped", None)
        if kind == "succeeded":
            self.succeeded.emit(value)
        elif kind == "failed":
            self.failed.emit(value)
        else:
            self.stopped.emit()


class TaskRunner(QObject):
    """Starts tasks and keeps them until their threads have ended."""

    started = pyqtSignal(object)
    ended = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._tasks: set[Task] = set()
        self._visible: list[Task] = []

    @property
    def visible(self) -> list[Task]:
        """Tasks that a user waits for, oldest first."""
        return list(self._visible)

    def start(
        self,
        title: str,
        work: Callable[[Task], Any],
        on_done: Callable[[Any], None],
        on_failed: Callable[[BaseException], object],
        *,
        on_stopped: Callable[[], None] | None = None,
        cancellable: bool = True,
        stop: str = "",
    ) -> Task:
        """Run ``work`` beside the window; one of the three callbacks follows here."""
        task = Task(title, work, cancellable=cancellable, stop=stop)
        task.succeeded.connect(lambda _: self._end(task))
        task.failed.connect(lambda _: self._end(task))
        task.stopped.connect(lambda: self._end(task))
        task.succeeded.connect(on_done)
        task.failed.connect(on_failed)
        if on_stopped is not None:
            task.stopped.connect(on_stopped)
        task.finished.connect(lambda: self._forget(task))
        self._tasks.add(task)
        self._visible.append(task)
        self.started.emit(task)
        task.start()
        return task

    def _forget(self, task: Task) -> None:
        self._tasks.discard(task)
        _unended.discard(task)
        # Its connections hold it, and it holds them.
        task.deleteLater()

    def _end(self, task: Task) -> None:
        if task in self._visible:
            self._visible.remove(task)
            self.ended.emit(task)

    def shutdown(self, milliseconds: int = 10_000) -> bool:
        """Cancel everything and wait for the threads; False if one did not end in time."""
        tasks = list(self._tasks)
        for task in tasks:
            task.cancel()
        _unended.update(task for task in tasks if not task.wait(milliseconds))
        return _unended.isdisjoint(tasks)


def are_all_ended() -> bool:
    """Whether no thread is left of a closed window, as one that reads from a disk that hangs."""
    return not any(task.isRunning() for task in _unended)
