"""Leaving a case: only when its mask is on the disk and was read back."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from medsam.ui.bench import Bench
from medsam.ui.controllers.saving import SaveController
from medsam.ui.controllers.segmentation import SegmentationController

Then = Callable[[], None]


class Leaving(QObject):
    """Saves the open case before anything takes its place. Asks nothing.

    Args:
        bench: The window's shared parts.
        saving: Writes masks.
        segmentation: Boxes whose masks are still to come.
        target: Where the open case's mask goes; None if no case of the list is open.

    Signals:
        stayed(): The mask could not be saved; the case stays open.
    """

    stayed = pyqtSignal()

    def __init__(
        self,
        bench: Bench,
        saving: SaveController,
        segmentation: SegmentationController,
        target: Callable[[], Path | None],
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._session, self._saving, self._segmentation = bench.session, saving, segmentation
        self._presenter, self._target = bench.presenter, target
        self._then: list[Then] = []
        self._otherwise: Then | None = None
        self._always = self._without_prompts = False
        self._word = ""
        saving.saved.connect(self._saved)
        saving.failed.connect(lambda _: self._failed())
        segmentation.waiting_changed.connect(lambda _: self._follow_prompts())

    @property
    def is_waiting(self) -> bool:
        """Whether a mask is being written, or awaited, so that the case can be left."""
        return bool(self._then)

    def leave(self, then: Then, always: bool = False) -> None:
        """Do ``then`` once nothing of the open image can be lost; never, where saving fails.

        Args:
            then: What follows; of several calls, each follows in turn.
            always: Save even where nothing was changed, so that a finished
                case has a mask, and be it an empty one.
        """
        if self._session.annotation is None:
            then()
            return
        target = self._target()
        if target is None:
            # No case of the list: its user was promised a question.
            self._saving.settle(then)
            return
        self._then.append(then)
        self._always = self._always or always
        self._save(target)

    def settle(self, then: Then) -> None:
        """The same before the program ends, where a disk that is full must not hold anybody for ever.

        Boxes without a mask are not waited for, and where saving fails the user is asked.
        """
        self._otherwise = lambda: self._saving.settle(then)
        self._without_prompts = True
        self.leave(then)

    def forget(self) -> None:
        """Stay, whatever is being written."""
        self._otherwise = None
        self._then, self._always, self._without_prompts = [], False, False
        self._presenter.withdraw(self._word)
        self._word = ""

    def _save(self, target: Path) -> None:
        if len(self._segmentation.queue) and not self._without_prompts:
            self._wait_for_prompts()
        elif self._saving.is_saving:
            return
        elif self._session.is_modified or (self._always and not target.is_file()):
            self._session.target = target
            self._saving.save()
        else:
            self._go_on()

    def _wait_for_prompts(self) -> None:
        """Boxes and points without a mask are ink, too."""
        if all(item.is_offered for item in self._segmentation.queue):
            word = self.tr("A mask waits to be accepted (Enter) or rejected (Esc); then the case is left.")
        else:
            word = self.tr("Boxes or points have no mask yet; the case is left as soon as they have one.")
        if word != self._word:
            self._presenter.withdraw(self._word)
            self._word = word
            self._presenter.warning(word, (self.tr("Go on without them"), self._leave_prompts))

    def _leave_prompts(self) -> None:
        self._without_prompts = True
        self._follow_prompts()

    def _follow_prompts(self) -> None:
        if not self._word or (len(self._segmentation.queue) and not self._without_prompts):
            return
        self._presenter.withdraw(self._word)
        self._word = ""
        target = self._target()
        if self._then and target is not None:
            self._save(target)

    def _saved(self, path: Path) -> None:
        if not self._then:
            return
        if self._session.is_modified:
            # Something was drawn while the file was written: write again.
            self._save(path)
        else:
            self._go_on()

    def _go_on(self) -> None:
        waiting = self._then
        self.forget()
        for then in waiting:
            then()

    def _failed(self) -> None:
        if not self._then:
            return
        otherwise = self._otherwise
        self.forget()
        if otherwise is not None:
            otherwise()
            return
        self._presenter.warning(
            self.tr("The case stays open, because its mask could not be saved. Nothing is lost.")
        )
        self.stayed.emit()
