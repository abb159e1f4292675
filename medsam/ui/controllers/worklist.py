"""Working through many cases: open, save between, next, done, flagged; times and states are kept."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PyQt5.QtCore import QObject, pyqtSignal

from medsam.document import Change
from medsam.document.records import label_to_json
from medsam.document.worklist import OPEN_STATES, CaseState, Key, Worklist
from medsam.document.worklist_file import WorklistStore
from medsam.errors import MedSAMError
from medsam.ui import settings
from medsam.ui.background import Task
from medsam.ui.bench import Bench
from medsam.ui.controllers.carry_over import CarryOver
from medsam.ui.controllers.files import FilesController, Opened
from medsam.ui.controllers.saving import SaveController
from medsam.ui.controllers.segmentation import SegmentationController
from medsam.ui.controllers.work_clock import WorkClock
from medsam.ui.controllers.worklist_leaving import Leaving
from medsam.ui.controllers.worklist_loading import ListLoading
from medsam.ui.controllers.worklist_place import MaskPlace
from medsam.ui.controllers.worklist_read import (
    Files,
    ReadAhead,
    Request,
    make_document,
    read_files,
    request_for,
)
from medsam.ui.controllers.worklist_scan import Loaded
from medsam.ui.controllers.worklist_storing import Storing
from medsam.ui.panels.worklist import WorklistPanel


class WorklistController(QObject):
    """Leads through the cases of one list.

    A case is left only when its mask is on the disk and was read back; where
    that fails, it stays open and the reason is told.

    Attributes:
        worklist: The list; None without one.
        current: Its case that is open; None if none is.

    Signals:
        loaded(): Another list is open, or none.
        settled(): A case is open, could not be opened, or could not be left; nothing is going on.
    """

    loaded = pyqtSignal()
    settled = pyqtSignal()

    def __init__(
        self,
        bench: Bench,
        files: FilesController,
        saving: SaveController,
        segmentation: SegmentationController,
        panel: WorklistPanel,
        carry: CarryOver,
    ) -> None:
        super().__init__(bench.window)
        self._session, self._actions, self._files = bench.session, bench.actions, files
        self._presenter = bench.presenter
        self.panel, self._carry = panel, carry
        self.worklist: Worklist | None = None
        self.current: Key | None = None
        self._store: WorklistStore | None = None
        self._wish: Key | None = None
        self._tried: Key | None = None
        self._coming: tuple[Request, Files | None] | None = None
        self.place = MaskPlace(self._warn, self)
        self._words: list[str] = []
        self._loading = ListLoading(bench)
        self.ahead = ReadAhead(bench.tasks, self)
        self.clock = WorkClock(bench.window)
        self.storing = Storing(bench.tasks, bench.presenter, self.clock.look, self._show, self)
        # Before ``Leaving`` goes on: the mask is the present case's.
        saving.saved.connect(self._mask_saved)
        self.leaving = Leaving(bench, saving, segmentation, self.place.safe, self)
        self._connect()
        self._enable()

    def _connect(self) -> None:
        on = self._actions.on
        on("open_worklist", lambda: self.open(self._loading.ask_folder()))
        on("open_table", lambda: self.open(self._loading.ask_table()))
        on("case_next", lambda: self.step(1))
        on("case_previous", lambda: self.step(-1))
        on("case_next_open", self.next_open)
        on("case_done", self.done_and_next)
        on("case_flag", lambda: self.say_state(self.current, CaseState.FLAGGED))
        on("worklist_reload", self.reload)
        on("worklist_close", self.close)
        self.panel.chosen.connect(self.go)
        self.panel.state_chosen.connect(self.say_state)
        self._session.opened.connect(self._follow_session)
        self._session.changed.connect(self._worked)
        self._session.modified_changed.connect(self._follow_modified)
        self._files.failed.connect(self._not_opened)
        self.leaving.stayed.connect(self._stay)
        self._loading.found.connect(self._begin_list)
        self._loading.failed.connect(self.settled)
        self.clock.worked.connect(self._add_seconds)

    # --- the list -----------------------------------------------------------------

    def open(self, path: Path | None) -> None:
        """Open the list of a folder, a table or a stored list, and go on where it was left."""
        if path is not None:
            self.leaving.leave(lambda: self._loading.load(path))

    def reload(self) -> None:
        """Look for new cases, and for those that went; the open case stays open."""
        if self._store is not None:
            self.storing.now()
            self._loading.load(self._store.source)

    def close(self) -> None:
        """Close the list; the open image stays."""
        self._carry.forget()
        self._take(None)

    def shutdown(self) -> None:
        """The program ends."""
        self._carry.note()
        self.clock.run(False)
        self.ahead.drop()
        self.storing.now()

    def hand_over(self) -> tuple[Any, ...]:
        """What another window needs to go on with the list; this one knows it no more."""
        self.storing.now()
        state = (self.worklist, self._store, self.current, self.place.hand_over())
        self.ahead.drop()
        self.clock.run(False)
        self.storing.take(None, None)
        self.worklist = self._store = self.current = None
        self.place.forget()
        return state

    def take_over(self, state: tuple[Any, ...]) -> None:
        """Go on with the list of another window, whose image is open here already."""
        self.worklist, self._store, self.current, place = state
        self.place.take_over(place)
        self.storing.take(self.worklist, self._store)
        self._show_list()
        self.panel.set_current(self.current)
        self.clock.run(self.current is not None)
        self._enable()

    def _begin_list(self, loaded: Loaded) -> None:
        self._take(loaded)
        for note in loaded.notes:
            self._warn(note)
        if self.current is None:
            self.go(loaded.worklist.first())

    def _take(self, loaded: Loaded | None) -> None:
        self.ahead.drop()
        self._store = loaded.store if loaded is not None else None
        self.worklist = loaded.worklist if loaded is not None else None
        self.storing.take(self.worklist, self._store)
        if self._store is not None:
            settings.remember_file(self._store.source)
        self._show_list()
        self._wish = None
        self._follow_session()
        self.loaded.emit()

    def _show_list(self) -> None:
        self.panel.set_worklist(self._store.source.name if self._store is not None else "", self.worklist)

    # --- from case to case ----------------------------------------------------------

    def step(self, by: int) -> None:
        """The next case (1) or the one before (-1); pressed again, it goes on from there at once."""
        if self.worklist is not None:
            self._go_or_say(self.worklist.step(self._wish or self._tried or self.current, by))

    def next_open(self) -> None:
        """The next case that is not finished."""
        if self.worklist is not None:
            self._go_or_say(self.worklist.next_open(self._wish or self._tried or self.current))

    def done_and_next(self) -> None:
        """Save the mask, call the case done, and open the next unfinished one."""
        key = self.current
        if self.worklist is not None and key is not None:
            self.leaving.leave(lambda: self._finish(key), always=True)

    def _finish(self, key: Key) -> None:
        if self.worklist is None or key not in self.worklist:
            return
        self.say_state(key, CaseState.DONE)
        following = self.worklist.next_open(self._tried or key)
        if following is not None:
            self.go(following)
            return
        totals = self.worklist.totals()
        text = self.tr("Nothing is left to do: {0} cases are done, {1} flagged.")
        self._presenter.news(text.format(totals.done, totals.flagged))
        self.settled.emit()

    def _go_or_say(self, key: Key | None) -> None:
        if key is None:
            self._presenter.news(self.tr("There is no further case in the list that way."))
            self.settled.emit()
        else:
            self.go(key)

    def go(self, key: Key | None) -> None:
        """Save what was drawn, and open a case."""
        work = self.worklist
        if work is None or key is None or key not in work:
            return
        if key == self.current:
            if self._wish is not None:
                self._wish = None
                self.leaving.forget()
                self._files.give_up()
                self.panel.set_current(key)
            return
        if work.is_missing(key):
            self._presenter.warning(self.tr("{0} is not there any more.").format(work.name(key)))
            return
        self._wish = key
        self.leaving.leave(self._read_wish)

    def _read_wish(self) -> None:
        key, work = self._wish, self.worklist
        if key is None or work is None:
            return
        self._carry.note()
        request = self._request(key)
        read = self.ahead.take(request)

        def reading(task: Task) -> Opened:
            found = read or read_files(request, task)
            self._coming = (request, found)
            return make_document(request, found)

        self._files.open_by(work.name(key), reading, self.leaving.leave)

    def _request(self, key: Key) -> Request:
        """What to read of a case; the label table goes along: that of the open case, else the stored one."""
        assert self.worklist is not None
        annotation = self._session.annotation if self.current is not None else None
        return request_for(self.worklist, key, annotation.labels if annotation is not None else None)

    def _not_opened(self, sentence: str) -> None:
        work, self._tried = self.worklist, self._wish or self._tried
        if work is None or self._wish is None:
            return
        work.set_problem(self._wish, sentence)
        following = work.step(self._wish, 1) if self._session.annotation is None else None
        if following is None:
            self._stay()
            return
        self._words.append(sentence)
        self.go(following)

    def _stay(self) -> None:
        """The case could not be opened, or the one before could not be left."""
        self._wish = self._coming = None
        self.panel.set_current(self.current)
        self.settled.emit()

    # --- what is open -----------------------------------------------------------------

    def _follow_session(self) -> None:
        before, coming = self.current, self._coming
        self.current = self._open_key()
        if self.current is None:
            self.place.forget()
        asked = self._wish is not None and self._wish == self.current
        self._wish = self._coming = self._tried = None
        self.clock.run(self.current is not None)
        if self.current is not None:
            if asked and coming is not None:
                self._begin_case(self.current, *coming)
            elif self.current != before:
                self._begin_case(self.current, self._request(self.current), None)
        self.panel.set_current(self.current)
        self._show()
        self._enable()
        if self.current is not None:
            for text in self._words:
                self._presenter.warning(text)
            self._words = []
            self.settled.emit()

    def _open_key(self) -> Key | None:
        """Which case is open. One that was opened past the list counts if its mask cannot be overwritten."""
        work, source = self.worklist, self._session.source
        if work is None or source is None or self._session.annotation is None:
            return None
        if (
            self._coming is not None
            and self._wish == self._coming[0].key
            and work.image(self._wish) == source
        ):
            return self._wish
        key = work.find(source)
        if key is not None and key == self.current:
            # The same case once more, as when its work is begun anew.
            self._session.target = self.place.path
            return key
        mask = self._request(key).mask if key is not None else None
        return key if mask is None or mask == self._session.target else None

    def _begin_case(self, key: Key, request: Request, read: Files | None) -> None:
        work, volume = self.worklist, self._session.volume
        assert work is not None and volume is not None
        self._session.target = self.place.begin(request, volume, read)
        work.set_problem(key, "")
        work.mark_opened(key, volume.modality or "")
        if self._session.undo.count() and work[key].state is CaseState.NOT_STARTED:
            # Its journal knows of work that the list does not.
            work.set_state(key, CaseState.IN_PROGRESS)
        self._keep_table()
        self._carry.apply()
        self.storing.soon()
        following = work.step(key, 1, lambda case: case.state in OPEN_STATES) or work.step(key, 1)
        self.ahead.want(self._request(following) if following is not None else None)

    def _mask_saved(self, path: Path) -> None:
        work = self.worklist
        if work is None or self.current is None or self._session.target != path:
            return
        self.place.saved(path)
        try:
            work.set_mask(self.current, path)
        except MedSAMError as error:
            self._presenter.error(error)
        self._show()

    def _follow_modified(self, modified: bool) -> None:
        work, key = self.worklist, self.current
        if modified and work is not None and key is not None and work[key].state is CaseState.NOT_STARTED:
            self.say_state(key, CaseState.IN_PROGRESS)

    def _worked(self, change: Change) -> None:
        self.clock.touch()
        if change.kind == "labels":
            self._keep_table()

    def _keep_table(self) -> None:
        annotation = self._session.annotation
        if annotation is not None and self.current is not None and self.worklist is not None:
            self.worklist.set_labels([label_to_json(label) for label in annotation.labels])

    def _add_seconds(self, seconds: float) -> None:
        if self.worklist is not None and self.current is not None:
            self.worklist.add_seconds(self.current, seconds)
            self._show()

    def _warn(self, text: str) -> None:
        """Say something now, and once more when the next case is open, which clears the messages."""
        self._words.append(text)
        self._presenter.warning(text)

    def _show(self) -> None:
        self.panel.refresh(self.worklist)

    # --- states -------------------------------------------------------------------------

    def say_state(self, key: Key | None, state: CaseState) -> None:
        """Say how far a case is; flagging asks for a note."""
        work = self.worklist
        if work is None or key is None or key not in work:
            return
        note = None
        if state is CaseState.FLAGGED:
            note = self.panel.ask_note(work.name(key), work[key].note)
            if note is None:
                return
        work.set_state(key, state, note)
        self._show()
        self.storing.soon()

    def _enable(self) -> None:
        is_list = self.worklist is not None
        no_list = self.tr("Open a list of cases first.")
        for name in ("case_next", "case_previous", "case_next_open", "worklist_reload", "worklist_close"):
            self._actions.set_enabled(name, is_list, no_list)
        no_case = no_list if not is_list else self.tr("Open a case of the list first.")
        for name in ("case_done", "case_flag"):
            self._actions.set_enabled(name, self.current is not None, no_case)
