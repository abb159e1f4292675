"""Masks that nobody accepted and prompts without a mask: before they would vanish, the user is asked."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QMessageBox

from medsam.ui.bench import Bench
from medsam.ui.controllers.segmentation import SegmentationController


class UndecidedPrompts(QObject):
    """Settles what waits beside the document before the image is left.

    Args:
        bench: The window's shared parts.
        segmentation: The prompts.
    """

    def __init__(self, bench: Bench, segmentation: SegmentationController) -> None:
        super().__init__(bench.window)
        self._session, self._window = bench.session, bench.window
        self._segmentation = segmentation

    @property
    def is_waiting(self) -> bool:
        """Whether there is anything to settle."""
        return len(self._segmentation.queue) > 0

    def settle(self, then: Callable[[], None]) -> None:
        """Do ``then`` once nothing waits any more, accepted or given up; never, if the user stays."""
        if self._settle_offered() and self._settle_rest():
            then()

    def settle_offered(self, then: Callable[[], None]) -> None:
        """The same for masks only: prompts without one may never get one."""
        if self._settle_offered():
            then()

    def _settle_offered(self) -> bool:
        offered = sum(item.is_offered for item in self._segmentation.queue)
        if not offered:
            return True
        if offered == 1:
            text = self.tr("A mask in {0} waits to be accepted.").format(self._session.title)
        else:
            text = self.tr("{0} masks in {1} wait to be accepted.").format(offered, self._session.title)
        answer = self._ask(text, self.tr("Accept"), self.tr("Reject"))
        if answer == QMessageBox.Yes:
            return self._segmentation.accept_all()
        if answer == QMessageBox.Discard:
            self._segmentation.drop_all(offered=True)
            return True
        return False

    def _settle_rest(self) -> bool:
        """Boxes and points without a mask: still to come, not found, or failed."""
        if not self.is_waiting:
            return True
        text = self.tr("Boxes or points in {0} have no mask yet.").format(self._session.title)
        if self._ask(text, "", self.tr("Go on without them")) != QMessageBox.Discard:
            return False
        self._segmentation.drop_all()
        return True

    def _ask(self, text: str, accept: str, discard: str) -> int:
        """``accept`` "" offers only the other one; staying is the way out."""
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Warning)
        box.setWindowTitle(self.tr("Unfinished prompts"))
        box.setText(text)
        box.setStandardButtons(QMessageBox.Discard | QMessageBox.Cancel)
        if accept:
            box.addButton(QMessageBox.Yes).setText(accept)
            box.setDefaultButton(QMessageBox.Yes)
        else:
            box.setDefaultButton(QMessageBox.Cancel)
        box.button(QMessageBox.Discard).setText(discard)
        return box.exec_()
