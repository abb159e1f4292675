"""A folder or table that is opened or dropped may be a list of cases: then it is offered as one."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QMessageBox

from medsam.document.worklist import path_of
from medsam.document.worklist_file import NAME
from medsam.document.worklist_pairs import cases_of
from medsam.ui.background import Task
from medsam.ui.bench import Bench
from medsam.ui.controllers.files import FilesController
from medsam.ui.controllers.worklist_scan import TABLES, look_through

_MOST_FILES = 5_000
"""What is looked at before an answer: more is a disk, not a list."""


class ListOffer(QObject):
    """Stands before ``FilesController.open``.

    What is known as a list is opened as one. Of a folder that holds several
    volumes, which is no image by itself, the user is asked; of one that could
    be a stack of pictures or a study, the list is offered beside it.

    Args:
        bench: The window's shared parts; its tasks look through folders.
        files: Opens images.
        open_list: Opens a list.
    """

    def __init__(self, bench: Bench, files: FilesController, open_list: Callable[[Path], None]) -> None:
        super().__init__(bench.window)
        self._files, self._tasks, self._presenter = files, bench.tasks, bench.presenter
        self._open_list, self._window = open_list, bench.window
        self._task: Task | None = None
        self._offered: Path | None = None
        self._word = ""
        files.opened.connect(self._offer)

    def consider(self, path: Path) -> bool:
        """Whether this is dealt with here; else it is opened as an image."""
        if self._task is not None:
            self._task.cancel()
        self._presenter.withdraw(self._word)
        self._offered = None
        if path.name.endswith(NAME) or path.suffix.lower() in TABLES or (path / NAME).is_file():
            self._open_list(path)
            return True
        if not path.is_dir():
            return False
        self._task = self._tasks.start(
            self.tr("Looking through {0}").format(path.name),
            lambda task: self._look(path, task),
            lambda found: self._decide(path, *found),
            lambda _: self._as_image(path),
            on_stopped=self._stopped,
        )
        return True

    def _look(self, path: Path, task: Task) -> tuple[list[Path], bool]:
        """The images of the cases, and whether there are volumes, which no folder shows as one image."""
        found = look_through(path, task, _MOST_FILES)
        cases = cases_of([*found.volumes, *found.pictures], path, list(found.dicom))
        return [path_of(case.image, path) for case in cases], bool(found.volumes)

    def _stopped(self) -> None:
        self._task = None

    def _decide(self, path: Path, images: list[Path], has_volumes: bool) -> None:
        self._task = None
        several = len(images) >= 2
        if several and has_volumes:
            if self._asks(path, len(images)):
                self._open_list(path)
            return
        self._offered = path if several else None
        self._word = self.tr("{0} holds {1} images.").format(path.name, len(images))
        # A scan and its masks in a folder: the folder means the scan.
        self._as_image(images[0] if has_volumes and images else path)

    def _offer(self) -> None:
        path, self._offered = self._offered, None
        if path is not None:
            act = (self.tr("Work through them one by one"), lambda: self._open_list(path))
            self._presenter.info(self._word, act)

    def _as_image(self, path: Path) -> None:
        self._task = None
        self._files.open_image(path)

    def _asks(self, path: Path, cases: int) -> bool:
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Question)
        box.setWindowTitle(self.tr("Several images"))
        box.setText(self.tr("{0} holds {1} images.").format(path.name, cases))
        box.setInformativeText(
            self.tr("Work through them as a list of cases? Masks are saved beside them, from case to case.")
        )
        box.setStandardButtons(QMessageBox.Yes | QMessageBox.Cancel)
        box.button(QMessageBox.Yes).setText(self.tr("Work through them"))
        box.setDefaultButton(QMessageBox.Yes)
        return box.exec_() == QMessageBox.Yes
