"""Labels that shorten what their place cannot hold, and tell all of it in a tooltip."""

from __future__ import annotations

import re

from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtGui import QFontMetrics, QResizeEvent
from PyQt5.QtWidgets import QLabel, QSizePolicy, QWidget

_UNBROKEN = re.compile("[^\\s/\u2e80-\uffff]{20,}")
"""What breaks nowhere; Chinese does between any two characters."""


class ElidedLabel(QLabel):
    """A one-line label that shortens its text in the middle instead of growing."""

    def __init__(
        self, text: str = "", parent: QWidget | None = None, mode: Qt.TextElideMode = Qt.ElideMiddle
    ):
        super().__init__(parent)
        self._full, self._mode = "", mode
        self.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Preferred)
        self.setTextFormat(Qt.PlainText)
        self.set_full_text(text)

    def full_text(self) -> str:
        """The text before shortening."""
        return self._full

    def set_full_text(self, text: str) -> None:
        """Show ``text``, shortened to the width there is; the tooltip has all of it."""
        self._full = text
        self.setAccessibleName(text)
        self._elide()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten anew."""
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:
        """Shorten anew when the font changes."""
        super().changeEvent(event)
        if event.type() == QEvent.FontChange:
            self._elide()

    def _elide(self) -> None:
        shown = QFontMetrics(self.font()).elidedText(self._full, self._mode, max(self.width() - 2, 8))
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")


class SentenceLabel(QLabel):
    """Words that wrap and can be copied; one that is wider than the label is shortened in its middle.

    Attributes:
        full: All of it.
    """

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.full = text
        self.setTextFormat(Qt.PlainText)
        self.setWordWrap(True)
        self.setTextInteractionFlags(Qt.TextSelectableByMouse)
        self.setAccessibleName(text)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten anew what no line can hold, such as the name of a file."""
        super().resizeEvent(event)
        metrics, room = QFontMetrics(self.font()), max(self.width() - 8, 40)
        shown = _UNBROKEN.sub(lambda word: metrics.elidedText(word[0], Qt.ElideMiddle, room), self.full)
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self.full if shown != self.full else "")
