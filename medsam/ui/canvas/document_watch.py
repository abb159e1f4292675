"""Listening to a document from a widget, without keeping either alive."""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject

if TYPE_CHECKING:
    from medsam.document import Annotation, Change


class DocumentWatch:
    """One subscription at a time; it ends with the widget."""

    def __init__(self, owner: QObject) -> None:
        self._unsubscribe: Callable[[], None] | None = None
        # Qt has destroyed the owner by then: only the document is told.
        owner.destroyed.connect(self.stop)

    def follow(self, annotation: Annotation | None, told: Callable[[Change], None]) -> None:
        """Hear of the changes of another annotation, or of none.

        Args:
            annotation: What is shown now.
            told: A bound method of the owner.
        """
        self.stop()
        if annotation is None:
            return
        method = weakref.WeakMethod(told)

        def tell(change: Change) -> None:
            call = method()
            if call is not None:
                call(change)

        self._unsubscribe = annotation.subscribe(tell)

    def stop(self) -> None:
        """Hear no more."""
        unsubscribe, self._unsubscribe = self._unsubscribe, None
        if unsubscribe is not None:
            unsubscribe()
