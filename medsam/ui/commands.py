"""Undo and redo: a document's edits as commands of Qt's undo stack."""

from __future__ import annotations

from collections.abc import Hashable

from PyQt5.QtWidgets import QUndoCommand, QUndoStack

from medsam.document import Annotation, Edit

_MERGEABLE = 1


class EditCommand(QUndoCommand):
    """One edit that has been applied already; undoing applies its inverse."""

    def __init__(self, annotation: Annotation, inverse: Edit, text: str, merge_key: Hashable = None) -> None:
        super().__init__(text)
        self._annotation = annotation
        self._inverse: Edit | None = inverse
        self._again: Edit | None = None
        self._merge_key = merge_key

    def redo(self) -> None:
        """Apply the edit again. The stack's first call, on pushing, finds it done."""
        if self._again is not None:
            self._inverse, self._again = self._annotation.apply(self._again), None

    def undo(self) -> None:
        """Apply the inverse."""
        if self._inverse is not None:
            self._again, self._inverse = self._annotation.apply(self._inverse), None

    def id(self) -> int:
        """Commands of one id may merge; -1 never does."""
        return -1 if self._merge_key is None else _MERGEABLE

    def mergeWith(self, other: QUndoCommand) -> bool:
        """Become one step with a later command of the same key, such as a slider's next value."""
        return isinstance(other, EditCommand) and other._merge_key == self._merge_key


def push_edit(stack: QUndoStack, annotation: Annotation, edit: Edit, merge_key: Hashable = None) -> None:
    """Apply an edit and make it undoable.

    Args:
        stack: Takes the command.
        annotation: Is changed before this returns.
        edit: What to do. If it raises, nothing is pushed.
        merge_key: Consecutive edits of one key become one step.
    """
    inverse = annotation.apply(edit)
    stack.push(EditCommand(annotation, inverse, edit.text, merge_key))
