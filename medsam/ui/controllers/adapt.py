"""Adapting the model in use to the user's own outlines: cases in, a training process, a choice."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QObject, Qt, pyqtSignal
from PyQt5.QtWidgets import QFileDialog, QMessageBox

from medsam.engine.training_client import (
    BETTER,
    Event,
    Outcome,
    Progress,
    Skipped,
    TrainingProcess,
    install_weights,
    make_work_folder,
    remove_work_folder,
    write_job,
)
from medsam.errors import Cancelled, MedSAMError
from medsam.ui.actions import plain
from medsam.ui.background import Task
from medsam.ui.bench import Bench
from medsam.ui.controllers.adapt_cases import (
    MASK_SUFFIXES,
    Case,
    as_now,
    cases_in,
    drawn_now,
    job_pair,
    mask_beside,
    training_job,
    with_open,
)
from medsam.ui.controllers.models import ModelsController
from medsam.ui.data_words import file_filters
from medsam.ui.panels.adapt_choice import next_name
from medsam.ui.panels.adapt_dialog import AdaptDialog
from medsam.ui.relay import Relay


@dataclass(frozen=True)
class Finished:
    """A result that the user has not decided on.

    Attributes:
        folder: Where the adaptation worked; the weights lie in it.
        outcome: What it brought.
    """

    folder: Path
    outcome: Outcome


class AdaptController(QObject):
    """Shows the dialog, runs the training process beside the window, carries out the choice.

    Signals:
        ended(): a run brought something, failed or was stopped.
    """

    ended = pyqtSignal()
    _arrived = pyqtSignal(object)

    def __init__(self, bench: Bench, models: ModelsController) -> None:
        super().__init__(bench.window)
        self._session, self._actions, self._models = bench.session, bench.actions, models
        self._tasks, self._presenter = bench.tasks, bench.presenter
        self._theme, self._window = bench.theme, bench.window
        self._dialog: AdaptDialog | None = None
        self._task: Task | None = None
        self._process: TrainingProcess | None = None
        self._finished: Finished | None = None
        self._folder: Path | None = None
        self._added: list[Case] = []
        self._news = self._expected = ""
        self._relay = Relay(self, self._arrived)
        self._arrived.connect(self._hear, Qt.QueuedConnection)
        bench.actions.on("adapt", self.show)
        models.loaded.connect(lambda _: self._follow_model())
        bench.session.opened.connect(self._follow_session)
        self._follow_model()

    @property
    def is_running(self) -> bool:
        """Whether a model learns at this moment."""
        return self._task is not None

    @property
    def is_undecided(self) -> bool:
        """Whether a model has learnt and nobody has decided on it yet."""
        return self._finished is not None

    @property
    def dialog(self) -> AdaptDialog:
        """The dialog; made when it is first wanted."""
        if self._dialog is None:
            dialog = AdaptDialog(self._theme, self._window)
            dialog.choose.start_requested.connect(self.start)
            dialog.choose.add_requested.connect(self.ask_cases)
            dialog.busy.cancel_requested.connect(self.cancel)
            dialog.result.use_requested.connect(self.use)
            dialog.result.keep_requested.connect(self.keep)
            dialog.result.save_requested.connect(self.save_elsewhere)
            dialog.finished.connect(lambda _: self._remind())
            self._dialog = dialog
        return self._dialog

    def show(self) -> None:
        """Show the page that is due: the choice of cases, the progress or the result."""
        dialog = self.dialog
        if self._task is None and self._finished is None:
            if not dialog.isVisible() or dialog.pages.currentWidget() is not dialog.choose:
                dialog.show_choice()
                self._name_model()
            self._scan()
        self._presenter.withdraw(self._news)
        dialog.show()
        dialog.raise_()
        dialog.activateWindow()

    # --- which cases ------------------------------------------------------------

    def ask_cases(self) -> None:
        """Let the user pick images from anywhere; each brings the mask beside it, or is asked for one."""
        from medsam.io import FILE_FILTERS

        folder = self._folder or Path.home()
        names, _ = QFileDialog.getOpenFileNames(
            self.dialog, self.tr("Add images that have a mask"), str(folder), file_filters(FILE_FILTERS)
        )
        for name in names:
            image = Path(name)
            mask = mask_beside(image) or self._ask_mask(image)
            if mask is not None:
                self._added = [case for case in self._added if case.image != image] + [Case(image, mask)]
        if names:
            self._scan()

    def take(self, cases: list[Case]) -> None:
        """Show these cases, from wherever they are, instead of those of a folder."""
        self._added = cases
        self.dialog.choose.set_cases(cases)

    def _ask_mask(self, image: Path) -> Path | None:
        patterns = " ".join(f"*{suffix}" for suffix in (*MASK_SUFFIXES, ".mha"))
        name, _ = QFileDialog.getOpenFileName(
            self.dialog,
            self.tr("The mask of {0}").format(image.name),
            str(image.parent),
            self.tr("Masks") + f" ({patterns})",
        )
        return Path(name) if name else None

    def _follow_session(self) -> None:
        source = self._session.source
        if source is not None:
            self._folder = source.parent
        if self._dialog is not None and self._dialog.isVisible() and self._is_choosing():
            self._scan()

    def _is_choosing(self) -> bool:
        return self._task is None and self._finished is None

    def _scan(self) -> None:
        """List the folder beside the window's thread: it may lie on a slow network."""
        folder = self._folder
        if folder is None:
            self._fill([], "")
            return
        self.dialog.choose.set_nothing(self.tr("Looking for masks in {0}…").format(folder.name))

        def failed(error: BaseException) -> None:
            self._fill([], self._presenter.sentence(error))

        self._tasks.start("", lambda _: cases_in(folder), lambda found: self._fill(found, ""), failed)

    def _fill(self, found: list[Case], problem: str) -> None:
        choose = self.dialog.choose
        known = {case.image for case in choose.cases}
        unticked = list(known - {case.image for case in choose.ticked})
        images = {case.image for case in found}
        cases = with_open([*found, *(c for c in self._added if c.image not in images)], self._session)
        choose.set_nothing(
            problem
            or self.tr(
                "No image with a mask was found here. Draw and save masks (Ctrl+S) beside their images, so"
                " that they are listed by themselves, or add images that have masks elsewhere."
            )
        )
        choose.set_cases(cases, unticked)

    # --- the run ----------------------------------------------------------------

    def start(self) -> None:
        """Begin with the ticked cases."""
        info, choose = self._models.info, self.dialog.choose
        if self._task is not None or info is None or not choose.start.isEnabled():
            return
        cases = as_now(choose.ticked, self._session)
        drawn = drawn_now(cases, self._session)
        title, minutes = choose.name.text().strip(), choose.chosen_minutes
        model, device = self._models.in_use, info.device
        self.dialog.show_busy(info.title)

        def work(task: Task) -> Finished:
            folder = make_work_folder()
            try:
                pairs = [job_pair(case, folder, drawn) for case in cases]
                job = training_job(pairs, folder, model=model, device=device, title=title, minutes=minutes)
                self._process = TrainingProcess(write_job(folder, job), self._relay)
                if task.is_cancelled():
                    self._process.cancel()
                outcome = self._process.run()
                if task.is_cancelled():
                    raise Cancelled("The adaptation was stopped.")
            except BaseException:
                remove_work_folder(folder)
                raise
            return Finished(folder, outcome)

        self._task = self._tasks.start(
            self.tr("{0} learns from your annotations").format(info.title),
            work,
            self._succeeded,
            self._failed,
            on_stopped=self._stopped,
        )

    def cancel(self) -> None:
        """Give the run up."""
        if self._task is not None:
            self._task.cancel()

    def may_close(self) -> bool:
        """Ask whether a run may be given up because the program ends; True if there is none."""
        if self._task is None:
            return True
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Question)
        box.setWindowTitle(self.tr("A model is learning"))
        box.setText(
            self.tr("The model still learns from your annotations. Quitting now gives this attempt up.")
        )
        box.setStandardButtons(QMessageBox.Discard | QMessageBox.Cancel)
        box.button(QMessageBox.Discard).setText(self.tr("Quit"))
        box.button(QMessageBox.Cancel).setText(self.tr("Go on learning"))
        box.setDefaultButton(QMessageBox.Cancel)
        return box.exec_() == QMessageBox.Discard

    def shutdown(self) -> None:
        """The program ends: a better model that nobody decided on is kept, a run is given up."""
        self.cancel()
        if self._dialog is not None:
            self._dialog.hide()
        if self._finished is not None:
            if self._finished.outcome.scores.verdict == BETTER:
                from pretrain.catalogue import own_folder

                try:
                    install_weights(self._finished.outcome.file, own_folder())
                except MedSAMError as error:
                    self._presenter.error(error)
                    return
            self._forget()

    def _hear(self, event: Event) -> None:
        if self._task is None:
            return
        busy = self.dialog.busy
        if isinstance(event, Progress):
            busy.show_progress(event)
            words = (busy.say(event), busy.say_left(event.seconds_left))
            self._task.report(event.fraction, " · ".join(w for w in words if w))
        elif isinstance(event, Skipped):
            busy.add_skipped(event)

    def _succeeded(self, finished: Finished) -> None:
        self._settle()
        self._finished = finished
        self.dialog.show_result(finished.outcome)
        if not self.dialog.isVisible():
            self._remind()
        self.ended.emit()

    def _remind(self) -> None:
        """Say in the window that a result waits; the dialog does not show it."""
        if self._finished is not None:
            self._news = self.dialog.result.title.text()
            self._presenter.info(self._news, (self.tr("Look and decide…"), self.show))

    def _failed(self, error: BaseException) -> None:
        self._settle()
        if self.dialog.isVisible():
            # Why a case could not be used is most of what went wrong, and its page is gone.
            parts = (self._presenter.sentence(error), self.dialog.busy.say_skipped())
            self.dialog.show_choice("\n".join(part for part in parts if part))
            self._scan()
        else:
            self._presenter.error(error, (self.tr("Choose other cases…"), self.show))
        self.ended.emit()

    def _stopped(self) -> None:
        process = self._process
        self._settle()
        if process is not None:
            process.cancel()
        if self._dialog is not None and self._dialog.isVisible():
            self._dialog.show_choice()
            self._scan()
        self.ended.emit()

    def _settle(self) -> None:
        self._task = self._process = None

    # --- the choice -------------------------------------------------------------

    def use(self) -> None:
        """Keep the adapted weights among the user's models, and use them from now on."""
        from pretrain.catalogue import own_folder

        self._install(own_folder(), self._take_into_use)

    def save_elsewhere(self) -> None:
        """Let the user name a folder for the adapted weights, and use them from there."""
        name = QFileDialog.getExistingDirectory(
            self.dialog, self.tr("Folder for the adapted model"), str(Path.home())
        )
        if name:
            self._install(Path(name), self._take_into_use)

    def keep(self) -> None:
        """Stay with the present model; the adapted one is deleted."""
        self._forget()
        self.dialog.hide()

    def _install(self, folder: Path, then: Any) -> None:
        finished = self._finished
        if finished is None:
            return
        self.dialog.result.set_busy(True)

        def failed(error: BaseException) -> None:
            self.dialog.result.set_busy(False)
            self.dialog.show_message(self._presenter.sentence(error))

        self._tasks.start(
            self.tr("Putting the adapted model into its place"),
            lambda _: install_weights(finished.outcome.file, folder),
            then,
            failed,
            cancellable=False,
        )

    def _take_into_use(self, file: Path) -> None:
        self._forget()
        self.dialog.hide()
        self._expected = str(file)
        self._models.use(self._expected)

    def _forget(self) -> None:
        if self._finished is not None:
            remove_work_folder(self._finished.folder)
            self._finished = None

    # --- the model --------------------------------------------------------------

    def _follow_model(self) -> None:
        if self._expected and self._models.in_use == self._expected:
            self._expected = ""
            back = plain(self._actions["model_back"].text())
            text = self.tr("The adapted model is in use now.")
            self._presenter.info(text, (back, self._models.go_back))
        self._actions.set_enabled("adapt", self._models.info is not None, self.tr("Load a model first."))
        if self._dialog is not None and self._is_choosing():
            self._name_model()

    def _name_model(self) -> None:
        info = self._models.info
        if info is not None:
            name = next_name(info.title, self.tr("{0}, adapted"))
            self.dialog.choose.set_model(info.title, name)
