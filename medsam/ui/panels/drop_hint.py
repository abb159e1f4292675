"""What covers the window while files are dragged over it."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QWidget


class DropHint(QLabel):
    """A translucent sheet that says that the window takes what is dragged."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, objectName="DropHint")
        self.setText(self.tr("Drop to open"))
        self.setAlignment(Qt.AlignCenter)
        self.setAttribute(Qt.WA_TransparentForMouseEvents)
        self.hide()

    def cover(self) -> None:
        """Lie over the whole parent."""
        self.setGeometry(self.parentWidget().rect())
        self.raise_()
        self.show()
