"""The panes and, beside them, a column of titled panels."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QLabel, QSplitter, QVBoxLayout, QWidget

_LEAST_WIDTH, _FIRST_WIDTH, _MOST_WIDTH = 200, 250, 420


class Workplace(QSplitter):
    """What is shown while an image is open.

    Attributes:
        side: The column of panels; hide it to give all room to the panes.
    """

    def __init__(self, area: QWidget, panels: Sequence[tuple[str, QWidget, int]]) -> None:
        """Put them together.

        Args:
            area: The panes.
            panels: Title, panel and stretch, from top to bottom.
        """
        super().__init__(Qt.Horizontal)
        self.side = QWidget()
        self.side.setMinimumWidth(_LEAST_WIDTH)
        self.side.setMaximumWidth(_MOST_WIDTH)
        column = QVBoxLayout(self.side)
        column.setContentsMargins(0, 6, 0, 0)
        column.setSpacing(2)
        for title, panel, stretch in panels:
            heading = QLabel(title)
            heading.setProperty("role", "heading")
            heading.setContentsMargins(8, 2, 8, 0)
            column.addWidget(heading)
            column.addWidget(panel, stretch)
        self.addWidget(area)
        self.addWidget(self.side)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(4)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        self.setSizes([1000, _FIRST_WIDTH])
