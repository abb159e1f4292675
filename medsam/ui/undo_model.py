"""The history of the open document as Qt sees it: signals, and actions for menu and toolbar."""

from __future__ import annotations

from collections.abc import Callable, Hashable

from PyQt5.QtCore import QObject, pyqtSignal
from PyQt5.QtWidgets import QAction

from medsam.document import Edit, History


class UndoModel(QObject):
    """Follows the history of whatever document is open; without one there is nothing to undo.

    Signals:
        changed: A step was made, taken back or done again, or another history is open.
        clean_changed: Whether a file holds the present state.
    """

    changed = pyqtSignal()
    clean_changed = pyqtSignal(bool)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.history: History | None = None
        self._unsubscribe: Callable[[], object] = lambda: None
        self._was_clean = True

    def follow(self, history: History | None) -> None:
        """Stand for another history."""
        self._unsubscribe()
        self.history = history
        self._unsubscribe = history.subscribe(self._tell) if history is not None else (lambda: None)
        self._tell()

    def push(self, edit: Edit, merge_key: Hashable = None) -> None:
        """Carry out an edit as one step."""
        if self.history is not None:
            self.history.do(edit, merge_key)

    def undo(self) -> None:
        """Take the last step back."""
        if self.history is not None:
            self.history.undo()

    def redo(self) -> None:
        """Do the next step again."""
        if self.history is not None:
            self.history.redo()

    def jump(self, position: int) -> None:
        """Go to the state after so many steps."""
        if self.history is not None:
            self.history.jump(position)

    def index(self) -> int:
        """How many steps are in effect."""
        return self.history.position if self.history is not None else 0

    def count(self) -> int:
        """How many steps there are, undone ones included."""
        return len(self.history) if self.history is not None else 0

    def text(self, n: int) -> str:
        """What the ``n``-th step did, from 0."""
        return self.history.entry(n).text if self.history is not None else ""

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self.history is not None and self.history.can_undo

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return self.history is not None and self.history.can_redo

    @property
    def is_clean(self) -> bool:
        """Whether a file holds the present state; without a document there is nothing to lose."""
        return self.history is None or self.history.is_clean

    def make_undo_action(self, parent: QObject) -> QAction:
        """An action that takes the last step back and names it."""
        return self._make_action(
            parent, self.undo, lambda: self.can_undo, lambda: self.text(self.index() - 1), self._undo_words
        )

    def make_redo_action(self, parent: QObject) -> QAction:
        """An action that does the next step again and names it."""
        return self._make_action(
            parent, self.redo, lambda: self.can_redo, lambda: self.text(self.index()), self._redo_words
        )

    def _make_action(
        self,
        parent: QObject,
        act: Callable[[], None],
        can: Callable[[], bool],
        step: Callable[[], str],
        words: Callable[[str], str],
    ) -> QAction:
        action = QAction(words(""), parent)

        def follow() -> None:
            action.setEnabled(can())
            action.setText(words(step() if can() else ""))

        action.triggered.connect(lambda _=False: act())
        self.changed.connect(follow)
        follow()
        return action

    def _undo_words(self, step: str) -> str:
        return self.tr("&Undo {0}").format(step).strip()

    def _redo_words(self, step: str) -> str:
        return self.tr("&Redo {0}").format(step).strip()

    def _tell(self) -> None:
        clean = self.is_clean
        if clean != self._was_clean:
            self._was_clean = clean
            self.clean_changed.emit(clean)
        self.changed.emit()
