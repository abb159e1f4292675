"""The row under the toolbar: the options of the tool in use, or what it does."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import QAbstractSpinBox, QLabel, QSizePolicy, QStackedWidget, QToolBar, QWidget


class OptionsBar(QToolBar):
    """One page a tool; a tool without options gets a line that says what it does.

    The row is as high as its highest page, so that the pictures below stay
    where they are when another tool is taken.

    Args:
        hint: What a tool does, by its name.
        parent: The window.

    Signals:
        left: A number was typed and Enter pressed: the picture gets the keys back.
    """

    left = pyqtSignal()

    def __init__(self, hint: Callable[[str], str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._hint = hint
        self.setWindowTitle(self.tr("Tool options"))
        self.setObjectName("options")
        self.setMovable(False)
        self.setContextMenuPolicy(Qt.PreventContextMenu)
        self._stack = QStackedWidget()
        self._stack.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Fixed)
        self._line = QLabel()
        self._line.setProperty("role", "muted")
        self._line.setContentsMargins(6, 0, 6, 0)
        self._stack.addWidget(self._line)
        self._pages: dict[str, QWidget] = {}
        self._tool = ""
        self._is_wanted = False
        self.addWidget(self._stack)
        self.hide()

    def add_page(self, tools: str | Iterable[str], page: QWidget) -> None:
        """Show ``page``, a low row of controls, while one of these tools is chosen."""
        self._stack.addWidget(page)
        for number in page.findChildren(QAbstractSpinBox):
            number.lineEdit().returnPressed.connect(self.left)
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
        if page is None:
            self._line.setText(self._hint(self._tool) if self._tool else "")
        self._stack.setCurrentWidget(page or self._line)
        self._stack.setFixedHeight(max(p.sizeHint().height() for p in (self._line, *self.pages())))
        self.setVisible(self._is_wanted)
