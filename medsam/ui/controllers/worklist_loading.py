"""Which list to open: asked for, and read beside the window's thread."""

from __future__ import annotations

from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QFileDialog

from medsam.ui import settings
from medsam.ui.background import Task
from medsam.ui.bench import Bench
from medsam.ui.controllers.worklist_scan import Loaded, load_worklist


def lists_folder() -> Path:
    """Where lists of folders that cannot be written are kept."""
    import platformdirs

    return Path(platformdirs.user_data_dir("medsam", appauthor=False)) / "worklists"


class ListLoading(QObject):
    """Reads lists of cases.

    Signals:
        found(Loaded): A list is ready. failed(): There is none; the reason is on show.
    """

    found = pyqtSignal(object)
    failed = pyqtSignal()

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.window)
        self._tasks, self._presenter, self._window = bench.tasks, bench.presenter, bench.window
        self._task: Task | None = None

    def ask_folder(self) -> Path | None:
        """Let the user pick a folder of cases."""
        name = QFileDialog.getExistingDirectory(
            self._window, self.tr("Work through a folder of cases"), self._start()
        )
        return Path(name) if name else None

    def ask_table(self) -> Path | None:
        """Let the user pick a table of cases."""
        tables = self.tr("Tables and lists of cases") + " (*.csv *.tsv *.json)"
        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Work through a table of cases"), self._start(), tables
        )
        return Path(name) if name else None

    def load(self, path: Path) -> None:
        """Read the list of a folder, a table or a stored list; one that is being read is given up."""
        if self._task is not None:
            self._task.cancel()
        self._task = self._tasks.start(
            self.tr("Looking for cases in {0}").format(path.name),
            lambda task: load_worklist(path, lists_folder(), task),
            self._done,
            self._fail,
            on_stopped=self._stopped,
        )

    def _done(self, loaded: Loaded) -> None:
        self._task = None
        self.found.emit(loaded)

    def _fail(self, error: BaseException) -> None:
        self._task = None
        self._presenter.error(error)
        self.failed.emit()

    def _stopped(self) -> None:
        self._task = None

    def _start(self) -> str:
        return str(settings.value("files/folder", str(Path.home())))
