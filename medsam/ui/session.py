"""What the window works on at this moment: the document, its files, its undo stack."""

from __future__ import annotations

from collections.abc import Hashable
from pathlib import Path

from PyQt5.QtCore import QObject, pyqtSignal

from medsam.document import EVERYTHING, Annotation, Change, Edit, History, PaintRule
from medsam.intensity import Window
from medsam.ui.data_words import sample_text
from medsam.ui.undo_model import UndoModel
from medsam.volume import Volume


class Session(QObject):
    """The open annotation, if any. Controllers and panels share one session.

    Signals:
        leaving: The open annotation is about to be left: what is half drawn is to be completed now.
        opened: Another annotation, or none, is open now.
        changed: The annotation changed; carries a ``Change``.
        modified_changed: Whether there is unsaved work.
        rule_changed: What tools may take is another ``PaintRule`` now.
    """

    leaving = pyqtSignal()
    opened = pyqtSignal()
    changed = pyqtSignal(object)
    modified_changed = pyqtSignal(bool)
    rule_changed = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.undo = UndoModel(self)
        self.undo.clean_changed.connect(self._clean_changed)
        self.rule = EVERYTHING
        self.annotation: Annotation | None = None
        self.source: Path | None = None
        self.target: Path | None = None
        self.initial_window: Window | None = None
        self._unsubscribe = lambda: None

    @property
    def volume(self) -> Volume | None:
        """The open volume."""
        return self.annotation.volume if self.annotation is not None else None

    @property
    def title(self) -> str:
        """What to call the open image on the screen; "" without one. Samples speak the user's language."""
        volume = self.volume
        if volume is None:
            return ""
        return sample_text(volume.name) if self.source is None else volume.name

    @property
    def is_modified(self) -> bool:
        """Whether there is work that no file holds."""
        return not self.undo.is_clean

    @property
    def history(self) -> History | None:
        """The steps of the open annotation."""
        return self.undo.history

    def open(
        self,
        annotation: Annotation | None,
        source: Path | None = None,
        window: Window | None = None,
        history: History | None = None,
    ) -> None:
        """Work on another annotation (None: on nothing). Nothing is asked here.

        Args:
            annotation: The new document.
            source: File or folder that its volume came from.
            window: The window to show it through first; None for colour.
            history: The annotation's own, with its steps so far; None begins
                one in memory. The history that was open is closed.
        """
        if self.annotation is not None:
            self.leaving.emit()
        self._unsubscribe()
        before = self.undo.history
        self.annotation, self.source, self.target = annotation, source, None
        self.initial_window = window
        self._unsubscribe = annotation.subscribe(self._tell) if annotation is not None else (lambda: None)
        if history is None and annotation is not None:
            history = History(annotation)
        self.undo.follow(history)
        if before is not None and before is not history:
            before.close()
        self.set_rule(EVERYTHING)
        self.opened.emit()

    def let_go(self) -> None:
        """Stop following the open annotation without closing it: another session takes it over."""
        self._unsubscribe()
        self._unsubscribe = lambda: None
        self.undo.follow(None)
        self.annotation = None

    def push(self, edit: Edit, merge_key: Hashable = None) -> None:
        """Apply an edit to the open annotation as one undo step."""
        self.undo.push(edit, merge_key)

    def mark_saved(self, target: Path) -> None:
        """Remember that ``target`` holds the present state."""
        self.target = target
        if self.history is not None:
            self.history.mark_clean()

    def set_rule(self, rule: PaintRule) -> None:
        """Say what tools and the network may take from now on, until another image is opened."""
        if rule != self.rule:
            self.rule = rule
            self.rule_changed.emit(rule)

    def _clean_changed(self, clean: bool) -> None:
        self.modified_changed.emit(not clean)

    def _tell(self, change: Change) -> None:
        self.changed.emit(change)
