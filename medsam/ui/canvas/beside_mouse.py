"""Short explanations where the eye is. A banner would move the picture away under the hand."""

from __future__ import annotations

from PyQt5.QtGui import QCursor
from PyQt5.QtWidgets import QToolTip, QWidget


def say_beside_mouse(view: QWidget, text: str) -> None:
    """Show ``text`` beside the mouse; in the middle of the view where the mouse is elsewhere (keys, pens)."""
    at = QCursor.pos()
    if not view.rect().contains(view.mapFromGlobal(at)):
        at = view.mapToGlobal(view.rect().center())
    QToolTip.showText(at, text, view)
