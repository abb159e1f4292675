"""The row under the toolbar: the options of the tool in use."""

from __future__ import annotations

from collections.abc import Iterable

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QSizePolicy, QStackedWidget, QToolBar, QWidget


class OptionsBar(QToolBar):
    """One page a tool; hidden while the tool in use has none."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Tool options"))
        self.setObjectName("options")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.PreventContextMenu)
        self._stack = QStackedWidget()
        self._stack.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)
        self._pages: dict[str, QWidget] = {}
        self._tool = ""
        self._is_wanted = False
        self.addWidget(self._stack)
        self.hide()

    def add_page(self, tools: str | Iterable[str], page: QWidget) -> None:
        """Show ``page``, a low row of controls, while one of these tools is chosen."""
        self._stack.addWidget(page)
        for name in (tools,) if isinstance(tools, str) else tools:
            self._pages[name] = page
        self._refresh()

    def page(self, tool: str) -> QWidget | None:
        """The page of a tool, if it has one."""
        return self._pages.get(tool)

    def pages(self) -> list[QWidget]:
        """All pages, each once."""
        return list(dict.fromkeys(self._pages.values()))

    def choose_tool(self, name: str) -> None:
        """Another tool is in use."""
        self._tool = name
        self._refresh()

    def set_wanted(self, wanted: bool) -> None:
        """Whether there is an image that a tool could work on."""
        self._is_wanted = wanted
        self._refresh()

    def _refresh(self) -> None:
        page = self._pages.get(self._tool)
        if page is not None:
            self._stack.setCurrentWidget(page)
            self._stack.setFixedHeight(page.sizeHint().height())
        self.setVisible(page is not None and self._is_wanted)
