"""The case file of the open image: found and restored, watched while it is written, begun anew."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PyQt5.QtCore import QObject, Qt, QTimer, QUrl, pyqtSignal
from PyQt5.QtGui import QDesktopServices

from medsam import __version__
from medsam.document import Annotation, History, load_label_map_edit
from medsam.document.case_file import CaseFile
from medsam.document.case_identity import ImageIdentity
from medsam.document.case_recovery import Restored, open_case
from medsam.document.case_shelf import put_away, take_back
from medsam.document.case_words import CaseTrouble
from medsam.document.label_edits import used_labels
from medsam.errors import InputError, MedSAMError
from medsam.intensity import Window
from medsam.ui.background import Task
from medsam.ui.bench import Bench
from medsam.ui.case_places import apart_from, case_path, cases_folder
from medsam.ui.case_texts import news_text, restored_text, trouble_text
from medsam.ui.controllers.saving import SaveController
from medsam.ui.first_labels import first_labels
from medsam.ui.panels.banners import BannerArea
from medsam.ui.relay import Relay

RETRY_MS = 15_000
"""How often what could not be kept is tried again by itself."""

_RETRIED = ("full", "rights", "gone", "large", "failed", "held")


@dataclass(frozen=True)
class Opened:
    """What a reading thread brings: a document ready to be shown.

    Attributes:
        annotation: What to show.
        window: What to show it through first; None for colour.
        source: Where the volume came from; None for samples.
        restored: Its case; None where none is kept.
        waits_for: The case file that the open document holds itself: it is
            opened once that document is closed.
        identity: Of the volume, once it is known.
        apart: Tells this image from others that hold the same voxels and are
            worked on by themselves, as a list of cases may have them.
        others: File names of the list's other images.
        labels_used: How many labels have voxels, of a case with work.
    """

    annotation: Annotation
    window: Window | None
    source: Path | None
    restored: Restored | None = None
    waits_for: Path | None = None
    identity: ImageIdentity | None = None
    apart: str = ""
    others: frozenset[str] = frozenset()
    labels_used: int = 0

    @property
    def history(self) -> History | None:
        """The steps of before; None where no case is kept."""
        return self.restored.history if self.restored is not None else None

    def let_go(self) -> None:
        """Close its case: it will not be shown."""
        if self.restored is not None:
            self.restored.case.close()


def with_case(opened: Opened, task: Task, held: Path | None, text: str) -> Opened:
    """Find the case of what was read, and go on with what it holds. Slow, so in the reading thread.

    Args:
        opened: As it was read, perhaps with a saved mask.
        task: May be cancelled; the case is closed again then.
        held: The case file that the window has open.
        text: What a step is called that takes over a mask which was changed elsewhere.

    Raises:
        Cancelled: If the task was stopped.
    """
    fresh = opened.annotation
    identity = opened.identity or ImageIdentity.of(fresh.volume, task.is_cancelled)
    path = apart_from(case_path(opened.source, identity), identity, opened.apart, opened.others)
    if path == held:
        return replace(opened, waits_for=path, identity=identity)
    restored = open_case(
        path,
        fresh.volume,
        fresh=fresh,
        identity=identity,
        program=__version__,
        is_cancelled=task.is_cancelled,
    )
    if restored.is_resumed:
        _take_over_mask(restored, fresh, text)
    return replace(
        opened,
        annotation=restored.annotation,
        restored=restored,
        waits_for=None,
        identity=identity,
        labels_used=len(used_labels(restored.annotation)) if restored.is_resumed else 0,
    )


def _take_over_mask(restored: Restored, fresh: Annotation, text: str) -> None:
    """Let a saved mask that another program changed since become one more step."""
    annotation, history = restored.annotation, restored.history
    if fresh.is_empty or not history.is_clean:
        return
    if np.array_equal(annotation.label_map, fresh.label_map):
        return
    names = {label.id: label.name for label in fresh.labels}
    try:
        history.do(load_label_map_edit(annotation, fresh.label_map, names, text))
        history.mark_clean()
    except InputError:
        # A locked label would change: what the case holds stays, and can be saved over it.
        return


class CasesOnDisk(QObject):
    """Says what a case restored, warns as long as work is in memory only, and begins anew.

    Signals:
        troubled(): The case file may take records again, or not any more.
    """

    troubled = pyqtSignal()

    def __init__(self, bench: Bench, banners: BannerArea, saving: SaveController) -> None:
        """Follow the session; the window takes no input while one case takes the place of another."""
        super().__init__(bench.window)
        self._window = bench.window
        self._session, self._actions, self._tasks = bench.session, bench.actions, bench.tasks
        self._presenter, self._banners, self._saving = bench.presenter, banners, saving
        self._case: CaseFile | None = None
        self._identity: ImageIdentity | None = None
        self._unlisten: Callable[[], object] = lambda: None
        self._announced = ""
        self._backup: Path | None = None
        self._is_retrying = self._is_switching = self._was_troubled = False
        self._timer = QTimer(self)
        self._timer.setInterval(RETRY_MS)
        self._timer.timeout.connect(self._retry_quietly)
        # The case file speaks from its own thread, too.
        self._relay = Relay(self, self.troubled)
        self.troubled.connect(self._follow_trouble, Qt.QueuedConnection)
        bench.session.opened.connect(self._follow_session)
        bench.session.undo.changed.connect(self._follow_history)
        bench.actions.on("case_restart", self.start_again)
        bench.actions.on("case_take_back", self.bring_back)
        bench.actions.on("case_folder", self.show_folder)
        self._follow_session()

    @property
    def held(self) -> Path | None:
        """The case file that this window has open."""
        return self._case.path if self._case is not None else None

    @property
    def announced(self) -> str:
        """What was said when the case was restored."""
        return self._announced

    def announce(self, opened: Opened) -> None:
        """Say what the case of a document that is on show now brought back."""
        self._identity = opened.identity
        restored = opened.restored
        if restored is None:
            return
        for news in restored.words:
            self._presenter.warning(news_text(news))
        if restored.is_resumed and restored.last_time is not None:
            steps, used = restored.history.position, opened.labels_used
            self._announced = restored_text(restored.last_time, steps, used)
            again = (self.tr("Start again without it"), self.start_again)
            if restored.history.is_clean:
                # A saved mask is where it was left; only its steps are news.
                self._presenter.news(self._announced)
            else:
                self._presenter.info(self._announced, again if restored.case.error is None else None)
        self._enable()

    def hand_over(self) -> tuple[ImageIdentity | None, str, Path | None]:
        """What a window in another language goes on with; this one does not listen to the case any more."""
        self._unlisten()
        self._unlisten = lambda: None
        self._timer.stop()
        self._case = None
        return self._identity, self._announced, self._backup

    def take_over(self, kept: tuple[ImageIdentity | None, str, Path | None]) -> None:
        """Go on with what the window before knew of the open case."""
        self._identity, self._announced, self._backup = kept
        self._enable()

    def start_again(self) -> None:
        """Begin the open image anew; what was done is kept in a file of its own."""
        path = self.held
        if path is None:
            return

        kept: list[Path | None] = []

        def done() -> None:
            self._backup = kept[0]
            self._enable()
            self._presenter.info(
                self.tr("You started again. The former work is kept in another file."),
                (self.tr("Bring it back"), self.bring_back),
            )

        self._switch(self.tr("Starting again"), lambda: kept.append(put_away(path)), done)

    def bring_back(self) -> None:
        """Go on with what was there before ``start_again``; what was done since is kept in its place."""
        path, backup = self.held, self._backup
        if path is not None and backup is not None:
            self._switch(self.tr("Bringing the work back"), lambda: take_back(path, backup), lambda: None)

    def show_folder(self) -> None:
        """Open the folder of the open case, or that of the program."""
        case = self._case
        folder = case.path.parent if case is not None and case.is_on_disk else cases_folder()
        folder.mkdir(parents=True, exist_ok=True)
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))

    def retry(self) -> None:
        """Try to write what is in memory only, and say how that went."""
        self._retry(tell=True)

    # --- another case for the same image ----------------------------------------------

    def _switch(self, title: str, move: Callable[[], None], then: Callable[[], None]) -> None:
        annotation, case = self._session.annotation, self._case
        if annotation is None or case is None or self._is_switching:
            return
        self._is_switching = True
        volume, source, window = annotation.volume, self._session.source, self._session.initial_window
        identity = self._identity
        # Nothing is written from here on; what is on the disk changes its name.
        self._window.setEnabled(False)
        case.close()

        def work(task: Task) -> tuple[Opened, MedSAMError | None]:
            problem: MedSAMError | None = None
            try:
                move()
            except MedSAMError as error:
                # The case opens again as it was, and the reason is told.
                problem = error
            fresh = Annotation(volume, labels=first_labels())
            return with_case(Opened(fresh, window, source, identity=identity), task, None, ""), problem

        def done(result: tuple[Opened, MedSAMError | None]) -> None:
            self._end_switch()
            opened, problem = result
            self._session.open(opened.annotation, source, window, opened.history)
            self.announce(opened)
            if problem is None:
                then()
            else:
                self._presenter.error(problem)

        def failed(error: BaseException) -> None:
            self._end_switch()
            self._presenter.error(error)

        self._tasks.start(title, work, done, failed, on_stopped=self._end_switch, cancellable=False)

    def _end_switch(self) -> None:
        self._is_switching = False
        self._window.setEnabled(True)

    # --- what the case file says --------------------------------------------------------

    def _follow_session(self) -> None:
        self._unlisten()
        self._unlisten = lambda: None
        history = self._session.history
        store = history.store if history is not None else None
        before = self.held
        self._case = store if isinstance(store, CaseFile) else None
        if self.held != before:
            self._backup, self._announced = None, ""
        self._was_troubled = False
        if self._case is not None:
            self._unlisten = self._case.listen(self._relay)
        self._follow_trouble()

    def _follow_history(self) -> None:
        history = self._session.history
        is_lost = self._case is not None and history is not None and not history.is_stored
        if is_lost and not self._was_troubled:
            self._follow_trouble()
        self._enable()

    def _follow_trouble(self) -> None:
        history = self._session.history
        error = history.store_error if history is not None and self._case is not None else None
        save = (self.tr("Save mask as…"), self._saving.save_as)
        if isinstance(error, CaseTrouble):
            again = (self.tr("Try again"), self.retry)
            self._banners.set_standing(trouble_text(error, self._session.title), (again, save))
        elif error is not None:
            # The file was closed for another case that did not come: nothing can be kept in it.
            text = self.tr("What you do is not kept any more. Save the mask, and open the image again.")
            self._banners.set_standing(text, (save,))
        else:
            self._banners.set_standing("")
            if self._was_troubled:
                self._presenter.news(self.tr("Your work is kept on the disk again."))
        self._was_troubled = error is not None
        if error is None:
            self._timer.stop()
        elif not self._timer.isActive():
            self._timer.start()
        self._enable()

    def _retry_quietly(self) -> None:
        if self._case is not None and self._case.error is not None and self._case.error.kind in _RETRIED:
            self._retry(tell=False)

    def _retry(self, tell: bool) -> None:
        case = self._case
        if case is None or case.error is None or self._is_retrying:
            return
        self._is_retrying = True

        def done(is_kept: bool) -> None:
            self._is_retrying = False
            if tell and not is_kept and case is self._case:
                self._presenter.warning(self.tr("That did not help yet."))

        def failed(error: BaseException) -> None:
            self._is_retrying = False
            self._presenter.error(error)

        title = self.tr("Trying to keep the work on the disk") if tell else ""
        self._tasks.start(title, lambda _: case.retry(), done, failed, cancellable=False)

    def _enable(self) -> None:
        case = self._case
        nothing = self.tr("No work on this image is kept yet.")
        is_kept = case is not None and case.is_on_disk and case.error is None
        self._actions.set_enabled("case_restart", is_kept, nothing)
        has_backup = case is not None and self._backup is not None
        self._actions.set_enabled(
            "case_take_back", has_backup, self.tr("You have not started this image again.")
        )
