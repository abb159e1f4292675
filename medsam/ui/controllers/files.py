"""Opening: from menus, drops, recent files, samples and the command line."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy.typing as npt
from PyQt5.QtCore import QObject, Qt, QTimer, QUrl, pyqtSignal
from PyQt5.QtWidgets import QFileDialog, QMenu

from medsam.document import Annotation, LabelTable
from medsam.document.case_ahead import IdentityAhead
from medsam.document.case_recovery import read_identity
from medsam.errors import ReadError
from medsam.intensity import default_window
from medsam.ui import settings
from medsam.ui.background import Task
from medsam.ui.bench import Bench
from medsam.ui.case_places import SUFFIX as CASE_SUFFIX
from medsam.ui.controllers.cases_on_disk import CasesOnDisk, Opened, with_case
from medsam.ui.controllers.saving import SaveController
from medsam.ui.data_words import file_filters, sample_text
from medsam.ui.first_labels import first_labels
from medsam.ui.panels.series_dialog import SeriesDialog
from medsam.volume import Volume


@dataclass(frozen=True)
class Choice:
    """There are several series; somebody must pick."""

    path: Path | list[Path]
    series: tuple[Any, ...]


def prepare(
    volume: Volume,
    source: Path | None,
    label_map: npt.NDArray[Any] | None = None,
    labels: LabelTable | None = None,
) -> Opened:
    """Make the document of a volume; slow for large ones, so not in the window's thread.

    Args:
        volume: What was read.
        source: File or folder that it came from.
        label_map: A saved mask (I, J, K) to go on with.
        labels: The table to begin with; None for one with a single label.
    """
    if labels is None or not len(labels):
        labels = first_labels()
    return Opened(Annotation(volume, label_map, labels), default_window(volume), source)


def read(path: Path | list[Path], series: str | None, task: Task) -> Opened | Choice:
    """Read a file or folder, its identity meanwhile; or find that a series must be chosen first."""
    from medsam.io import SeveralSeries, read_volume

    ahead = IdentityAhead(task.is_cancelled)
    try:
        volume = read_volume(
            path,
            series=series,
            on_progress=task.report,
            is_cancelled=task.is_cancelled,
            on_slices=ahead.take,
        )
    except SeveralSeries as several:
        return Choice(path, tuple(several.series))
    except BaseException:
        ahead.give_up()
        raise
    ahead.finish(volume)
    opened = prepare(volume, path if isinstance(path, Path) else path[0].parent)
    return replace(opened, identity=ahead.identity(volume))


def read_sample(sample_id: str, task: Task) -> Opened:
    """Make or load a sample."""
    from medsam.io.samples import load_sample

    task.report(-1.0, "")
    return prepare(load_sample(sample_id), None)


class FilesController(QObject):
    """Opens images beside the window's thread and hands them to the session.

    Attributes:
        keeps_cases: Whether work on what is opened next is kept in a case file.
        offer: Asked first whether a path is a list of cases, which it deals with then.

    Signals:
        opened(): a new image is on show. failed(str): it could not be opened.
    """

    opened = pyqtSignal()
    failed = pyqtSignal(str)

    def __init__(self, bench: Bench, saving: SaveController, cases: CasesOnDisk) -> None:
        super().__init__(bench.window)
        self._session, self._tasks, self._presenter = bench.session, bench.tasks, bench.presenter
        self._saving, self._cases, self._window = saving, cases, bench.window
        self.keeps_cases = True
        self._unshown: list[Opened] = []
        self._to_remember: Opened | None = None
        self.offer: Callable[[Path], bool] | None = None
        self._task: Task | None = None
        self._agreed_index = 0
        self._settle: Callable[[Callable[[], None]], None] = saving.settle

    @property
    def is_opening(self) -> bool:
        """Whether a file is being read."""
        return self._task is not None

    def ask_open(self) -> None:
        """Let the user pick a file."""
        from medsam.io import FILE_FILTERS

        name, _ = QFileDialog.getOpenFileName(
            self._window, self.tr("Open an image or scan"), self._last_folder(), file_filters(FILE_FILTERS)
        )
        if name:
            self.open(Path(name))

    def ask_open_folder(self) -> None:
        """Let the user pick a folder."""
        name = QFileDialog.getExistingDirectory(
            self._window, self.tr("Open a folder of DICOM files or pictures"), self._last_folder()
        )
        if name:
            self.open(Path(name))

    def open(self, path: Path | list[Path], series: str | None = None) -> None:
        """Open a file, a folder, a list of cases, or several pictures as a stack.

        Unsaved work is asked about first. For a case file, its image is opened.
        """
        if isinstance(path, Path) and path.name.endswith(CASE_SUFFIX):
            self._open_image_of(path)
        elif not (isinstance(path, Path) and series is None and self.offer is not None and self.offer(path)):
            self.open_image(path, series)

    def _open_image_of(self, case: Path) -> None:
        identity = read_identity(case)
        if identity is not None and (case.parent / identity.name).exists():
            self.open(case.parent / identity.name)
            return
        if identity is not None:
            text = self.tr(
                "{0} keeps the work on {1}. Open that image, wherever it is, and the work is there."
            )
            text = text.format(case.name, identity.name)
        else:
            text = self.tr("{0} is not a case file of MedSAM, or its beginning is damaged.").format(case.name)
        self.failed.emit(self._presenter.error(ReadError(text)))

    def open_image(self, path: Path | list[Path], series: str | None = None) -> None:
        """The same, and what is opened is one image."""
        name = self._name_of(path)
        self._saving.settle(lambda: self._start(name, lambda task: read(path, series, task)))

    def open_by(
        self, name: str, work: Callable[[Task], Opened | Choice], settle: Callable[[Callable[[], None]], None]
    ) -> None:
        """Open what ``work`` reads, such as a worklist's next case; a reading that goes on is given up.

        Args:
            name: What the user waits for.
            work: Runs in a task.
            settle: Called instead of the question about unsaved work, where
                something was drawn while ``work`` ran; calls its argument to go on.
        """
        self._start(name, work, settle)

    def give_up(self) -> None:
        """Stop what is being read; what is open stays open."""
        if self._task is not None:
            self._task.cancel()

    def open_sample(self, sample_id: str, title: str) -> None:
        """Open one of the samples; asks about unsaved work first."""
        self._saving.settle(lambda: self._start(title, lambda task: read_sample(sample_id, task)))

    def drop(self, urls: list[QUrl]) -> bool:
        """Open what was dropped; False if there is no local file in it."""
        paths = [Path(url.toLocalFile()) for url in urls if url.isLocalFile()]
        if not paths:
            self._presenter.error(
                ReadError(self.tr("Only files and folders of this machine can be dropped here."))
            )
            return False
        self.open(paths[0] if len(paths) == 1 else sorted(paths))
        return True

    def close(self) -> None:
        """Close the image; asks about unsaved work first."""
        self._saving.settle(lambda: self._session.open(None))

    def shutdown(self) -> None:
        """Let go of what was read and is not on show."""
        self._drop_unshown()
        self._remember()

    def fill_recent(self, menu: QMenu) -> None:
        """Rebuild the menu of recent files."""
        menu.clear()
        for number, path in enumerate(settings.recent_files(), start=1):
            text = f"&{number}  {path.name}  ({path.parent.name})".replace("&&", "&")
            action = menu.addAction(text, lambda p=path: self.open(p))
            action.setToolTip(str(path))
        if menu.isEmpty():
            menu.addAction(self.tr("Nothing opened yet")).setEnabled(False)
        else:
            menu.addSeparator()
            menu.addAction(self.tr("Forget these"), settings.clear_recent_files)

    def fill_samples(self, menu: QMenu) -> None:
        """Build the menu of samples, once."""
        if not menu.isEmpty():
            return
        from medsam.io.samples import list_samples

        for sample in list_samples():
            title = sample_text(sample.title)
            action = menu.addAction(title, lambda s=sample, t=title: self.open_sample(s.id, t))
            kind, licence = sample_text(sample.kind), sample_text(sample.licence)
            action.setToolTip(self.tr("{0}. Licence: {1}").format(kind, licence))

    def _start(
        self,
        name: str,
        work: Callable[[Task], Any],
        settle: Callable[[Callable[[], None]], None] | None = None,
    ) -> None:
        if self._task is not None:
            self._task.cancel()
        self._drop_unshown()
        self._settle = settle or self._saving.settle
        self._agreed_index = self._session.undo.index()
        self._begin(name, self._with_case(work, self._cases.held) if self.keeps_cases else work)

    def _begin(self, name: str, work: Callable[[Task], Any]) -> None:
        self._task = self._tasks.start(
            self.tr("Opening {0}").format(name), work, self._done, self._failed, on_stopped=self._stopped
        )

    def _with_case(
        self, work: Callable[[Task], Opened | Choice], held: Path | None = None
    ) -> Callable[[Task], Opened | Choice]:
        """``work``, and then the case of what it read; in the reading thread."""
        text = self.tr("load mask")
        unshown = self._unshown

        def reading(task: Task) -> Opened | Choice:
            read = work(task)
            if isinstance(read, Choice):
                return read
            opened = with_case(read, task, held, text)
            unshown.append(opened)
            if task.is_cancelled():
                opened.let_go()
            return opened

        return reading

    def _drop_unshown(self) -> None:
        """Let go of cases that were opened in vain, so that they can be opened again."""
        for opened in self._unshown:
            opened.let_go()
        self._unshown = []

    def _stopped(self) -> None:
        self._task = None
        self._drop_unshown()

    def _failed(self, error: BaseException) -> None:
        self._task = None
        self.failed.emit(self._presenter.error(error))

    def _done(self, result: Opened | Choice) -> None:
        self._task = None
        if isinstance(result, Choice):
            self._choose(result)
        elif self._session.undo.index() != self._agreed_index or self._saving.has_undecided:
            # Work went on while the file was read; it must not vanish unasked.
            self._settle(lambda: self._take(result))
        else:
            self._take(result)

    def _take(self, result: Opened) -> None:
        if result.waits_for is None:
            self._show(result)
            return
        # It is the very image that is open: its case is closed before it is read again.
        if self._session.history is not None:
            self._session.history.close()
        self._agreed_index = self._session.undo.index()
        self._begin(self._session.title, self._with_case(lambda _: result))

    def _choose(self, choice: Choice) -> None:
        name = self._name_of(choice.path)
        dialog = SeriesDialog(name, choice.series, self._window)
        dialog.setAttribute(Qt.WA_DeleteOnClose)
        picked: list[str] = []
        dialog.accepted.connect(lambda: picked.append(dialog.chosen.uid))
        dialog.exec_()
        if picked:
            self._start(name, lambda task: read(choice.path, picked[0], task), self._settle)

    def _show(self, result: Opened) -> None:
        self._unshown = [opened for opened in self._unshown if opened is not result]
        self._session.open(result.annotation, result.source, result.window, result.history)
        self._cases.announce(result)
        self._to_remember = result
        self.opened.emit()
        # Settings are written to the disk: after the picture is painted.
        QTimer.singleShot(0, self._remember)

    def _remember(self) -> None:
        """Put what was opened last among the recent files."""
        result, self._to_remember = self._to_remember, None
        if result is None or result.source is None:
            return
        if not result.apart:  # Of a list, the list itself is remembered.
            settings.remember_file(result.source)
        settings.remember("files/folder", str(result.source.parent))

    def _name_of(self, path: Path | list[Path]) -> str:
        return path.name if isinstance(path, Path) else self.tr("{0} files").format(len(path))

    def _last_folder(self) -> str:
        return str(settings.value("files/folder", str(Path.home())))
