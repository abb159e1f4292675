"""Keeps a worklist's states and times on the disk, beside the window's thread."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QObject, QTimer

from medsam.document.worklist import Changes, Worklist
from medsam.document.worklist_file import Saved, WorklistStore
from medsam.errors import MedSAMError
from medsam.ui.background import Task, TaskRunner
from medsam.ui.errors import Presenter

STORE_MS = 20_000
"""How often times are stored while nothing else is said."""

_WAIT_MS = 6_000


class Storing(QObject):
    """Stores what was said; what cannot be stored is kept and tried again.

    Args:
        tasks: Runs the writing.
        presenter: Where words go.
        prepare: Called before every store, to count the time up to now.
        stored: Called after every store, to show what other windows said.
    """

    def __init__(
        self,
        tasks: TaskRunner,
        presenter: Presenter,
        prepare: Callable[[], None],
        stored: Callable[[], None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._tasks, self._presenter = tasks, presenter
        self._prepare, self._stored = prepare, stored
        self._work: Worklist | None = None
        self._store: WorklistStore | None = None
        self._running: tuple[Task, Changes, list[Saved]] | None = None
        self._complaint = ""
        self._timer = QTimer(self)
        self._timer.setInterval(STORE_MS)
        self._timer.timeout.connect(self.soon)

    def take(self, work: Worklist | None, store: WorklistStore | None) -> None:
        """Keep another list from now on; the one before is stored first."""
        self.now()
        self._work, self._store = work, store
        if work is not None:
            self._timer.start()
        else:
            self._timer.stop()

    def soon(self) -> None:
        """Store beside the window's thread, unless there is nothing new."""
        self._prepare()
        work, store = self._work, self._store
        if work is None or store is None or work.is_saved or self._running is not None:
            return
        changes, written = work.take_changes(), list[Saved]()

        def write(_: Task) -> None:
            written.append(store.save(changes))

        def done(_: object) -> None:
            if self._end(written):
                self._adopt(work, written[0])

        def failed(error: BaseException) -> None:
            if self._end(written):
                work.put_back(changes)
                self._complain(error)

        task = self._tasks.start("", write, done, failed, cancellable=False)
        self._running = (task, changes, written)

    def now(self) -> None:
        """Store before going on: the list or the program is closed."""
        self._prepare()
        work, store = self._work, self._store
        if work is None or store is None:
            return
        if self._running is not None:
            task, changes, written = self._running
            self._running = None
            task.wait(_WAIT_MS)
            if not written:
                work.put_back(changes)
        if not work.is_saved:
            changes = work.take_changes()
            try:
                self._adopt(work, store.save(changes))
            except MedSAMError as error:
                work.put_back(changes)
                self._complain(error)

    def _end(self, written: list[Saved]) -> bool:
        """Whether this was the writing that goes on; ``now`` may have dealt with it."""
        mine = self._running is not None and self._running[2] is written
        if mine:
            self._running = None
        return mine

    def _adopt(self, work: Worklist, saved: Saved) -> None:
        self._presenter.withdraw(self._complaint)
        self._complaint = ""
        work.adopt(saved.cases)
        for note in saved.notes:
            self._presenter.warning(note)
        self._stored()

    def _complain(self, error: BaseException) -> None:
        self._presenter.withdraw(self._complaint)
        self._complaint = self._presenter.error(error)
