"""The panes and, beside them, a column of tabs."""

from __future__ import annotations

from collections.abc import Sequence

from PyQt5.QtCore import QEvent, Qt, pyqtSignal
from PyQt5.QtWidgets import QLabel, QSplitter, QTabWidget, QVBoxLayout, QWidget

from medsam.ui.timers import single_shot

_LEAST_WIDTH, _FIRST_WIDTH, _MOST_WIDTH = 300, 310, 560


class Workplace(QSplitter):
    """What is shown while an image is open.

    Attributes:
        side: The tabs; hide them to give all room to the panes.

    Signals:
        came_up: A tab was brought to the front, and the column with it.
    """

    came_up = pyqtSignal()

    def __init__(self, area: QWidget) -> None:
        """Put the panes beside an empty column."""
        super().__init__(Qt.Horizontal)
        self._letters_rest = single_shot(self, self._make_room)
        self._pages: dict[str, QWidget] = {}
        self.side = QTabWidget()
        self.side.setDocumentMode(True)
        # Where even the most room does not do, titles are shortened; arrows would hide whole tabs.
        self.side.setUsesScrollButtons(False)
        self.side.setElideMode(Qt.ElideRight)
        self.side.setMinimumWidth(_LEAST_WIDTH)
        self.side.setMaximumWidth(_MOST_WIDTH)
        self.addWidget(area)
        self.addWidget(self.side)
        self.setChildrenCollapsible(False)
        self.setHandleWidth(4)
        self.setStretchFactor(0, 1)
        self.setStretchFactor(1, 0)
        self.setSizes([1000, _FIRST_WIDTH])

    def add_tab(self, name: str, title: str, page: QWidget) -> None:
        """Add a tab at the end; ``name`` is for ``show_tab``."""
        self._pages[name] = page
        self.side.addTab(page, title)
        self._make_room()

    def changeEvent(self, event: QEvent) -> None:
        """Letters of another size need other room."""
        super().changeEvent(event)
        if event.type() == QEvent.FontChange:
            self._letters_rest.start()

    def _make_room(self) -> None:
        # Large letters and long words need more; Qt would cut them to keep a width that is set.
        needed = [self.side.tabBar().sizeHint(), *(tab.minimumSizeHint() for tab in self.tabs())]
        least = max(_LEAST_WIDTH, *(size.width() for size in needed))
        self.side.setMinimumWidth(min(least, _MOST_WIDTH))

    def tabs(self) -> list[QWidget]:
        """The pages of all tabs."""
        return list(self._pages.values())

    def show_tab(self, name: str) -> None:
        """Bring a tab to the front, and the column if it is hidden."""
        self.side.setCurrentWidget(self._pages[name])
        self.side.show()
        self.came_up.emit()


def titled_column(panels: Sequence[tuple[str, QWidget, int]]) -> QWidget:
    """Panels under each other.

    Args:
        panels: Title ("" for none), panel and stretch, from top to bottom.
    """
    page = QWidget()
    column = QVBoxLayout(page)
    column.setContentsMargins(0, 6, 0, 0)
    column.setSpacing(2)
    for title, panel, stretch in panels:
        if title:
            heading = QLabel(title)
            heading.setProperty("role", "heading")
            heading.setContentsMargins(8, 2, 8, 0)
            column.addWidget(heading)
        column.addWidget(panel, stretch)
    return page
