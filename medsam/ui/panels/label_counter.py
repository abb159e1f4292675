"""Counts the labels' voxels beside the user's work: a few milliseconds at a time."""

from __future__ import annotations

from PyQt5.QtCore import QObject, pyqtSignal

from medsam.document import Change
from medsam.document.label_counts import LabelCounts
from medsam.ui.session import Session
from medsam.ui.timers import single_shot

_WAIT_MS, _BETWEEN_MS = 120, 10
"""After a change, so that a stroke is not counted at each of its steps; and between two bouts of counting."""

_BOUT_S = 0.006


class LabelCounter(QObject):
    """Follows the open annotation.

    Signals:
        counted: ``of`` tells of the present label map.
    """

    counted = pyqtSignal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._counts: LabelCounts | None = None
        self._timer = single_shot(self, self._work)
        session.opened.connect(self._open)
        session.changed.connect(self._follow)
        self._open()

    def of(self, label_id: int) -> int:
        """Voxels of a label at the last count."""
        return self._counts.of(label_id) if self._counts is not None else 0

    @property
    def is_current(self) -> bool:
        """Whether no count is due."""
        return not self._timer.isActive()

    def _open(self) -> None:
        annotation = self._session.annotation
        self._counts = LabelCounts(annotation) if annotation is not None else None
        self._timer.start(0)

    def _follow(self, change: Change) -> None:
        if change.kind == "voxels" and change.region is not None and self._counts is not None:
            self._counts.mark(change.region)
            self._timer.start(_WAIT_MS)

    def _work(self) -> None:
        if self._counts is None or self._counts.work(_BOUT_S):
            self.counted.emit()
        else:
            self._timer.start(_BETWEEN_MS)
