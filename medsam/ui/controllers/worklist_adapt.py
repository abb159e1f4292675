"""The finished cases of a worklist, for a model to learn from."""

from __future__ import annotations

from PyQt5.QtCore import QObject

from medsam.document.worklist import CaseState, Worklist
from medsam.ui.actions import Actions
from medsam.ui.controllers.adapt import AdaptController
from medsam.ui.controllers.adapt_cases import Case, mask_beside
from medsam.ui.controllers.worklist import WorklistController


def finished_cases(worklist: Worklist) -> list[Case]:
    """Cases that are done and have a mask on the disk, in the list's order.

    Those that are one of several series of a folder are left out: a model
    learns from images that their path alone names.
    """
    found = []
    for case in worklist.cases:
        if case.state is CaseState.DONE and not case.series and not worklist.is_missing(case.key):
            image = worklist.image(case.key)
            mask = worklist.mask(case.key) or mask_beside(image)
            if mask is not None and mask.is_file():
                found.append(Case(image, mask, title=worklist.name(case.key)))
    return found


class ListForAdapting(QObject):
    """Offers the finished cases on the first page of an adaptation."""

    def __init__(self, adapt: AdaptController, worklist: WorklistController, actions: Actions) -> None:
        super().__init__(worklist)
        self._adapt, self._worklist = adapt, worklist
        self._is_connected = False
        # After the adaptation's own: the dialog is on show then.
        actions.on("adapt", self._offer)

    def _offer(self) -> None:
        choose = self._adapt.dialog.choose
        if not self._is_connected:
            self._is_connected = True
            choose.finished_requested.connect(lambda: self._adapt.take(self._finished()))
        choose.set_finished(len(self._finished()))

    def _finished(self) -> list[Case]:
        work = self._worklist.worklist
        return finished_cases(work) if work is not None else []
