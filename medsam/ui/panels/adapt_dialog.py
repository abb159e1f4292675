"""The dialog of an adaptation: one page at a time, and a row for what went wrong."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QDialog, QLabel, QSizePolicy, QStackedWidget, QVBoxLayout, QWidget

from medsam.engine.training_client import Outcome
from medsam.ui.garbage import discard
from medsam.ui.panels.adapt_choice import ChoosePage
from medsam.ui.panels.adapt_pages import BusyPage, ResultPage
from medsam.ui.panels.banners import Banner
from medsam.ui.theme import Theme


class AdaptDialog(QDialog):
    """Shows the pages; it decides nothing, a controller listens to their signals.

    Attributes:
        choose, busy, result: The pages.
    """

    def __init__(self, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Adapt to my annotations"))
        self.resize(720, 560)
        self._theme = theme
        self._banner: Banner | None = None
        self.choose, self.busy, self.result = ChoosePage(), BusyPage(), ResultPage(theme)
        self.pages = QStackedWidget()
        for page in (self.choose, self.busy, self.result):
            self.pages.addWidget(page)
        legal = QLabel(self.tr("For research. Not a medical device."))
        legal.setProperty("role", "muted")
        legal.setTextFormat(Qt.PlainText)
        legal.setWordWrap(True)
        legal.setSizePolicy(QSizePolicy.Preferred, QSizePolicy.Maximum)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(10)
        self._column.addWidget(self.pages, 1)
        self._column.addWidget(legal)
        self.choose.close_requested.connect(self.hide)
        self.busy.hide_requested.connect(self.hide)
        theme.changed.connect(self._refresh)

    @property
    def message(self) -> str:
        """What the row above the page says; "" if there is none."""
        return self._banner.text if self._banner is not None else ""

    def show_message(self, text: str, kind: str = "error") -> None:
        """Say something above the page; "" takes it away."""
        if self._banner is not None:
            discard(self._banner)
            self._banner = None
        if text:
            self._banner = Banner(kind, text, self._theme, on_close=lambda _: self.show_message(""))
            self._column.insertWidget(0, self._banner)

    def show_choice(self, message: str = "") -> None:
        """Let the user choose cases."""
        self.pages.setCurrentWidget(self.choose)
        self.show_message(message)
        self.choose.table.setFocus()

    def show_busy(self, title: str) -> None:
        """Show that a model learns."""
        self.busy.begin(title)
        self.pages.setCurrentWidget(self.busy)
        self.show_message("")

    def show_result(self, outcome: Outcome) -> None:
        """Show what it brought."""
        self.pages.setCurrentWidget(self.result)
        self.show_message("")
        self.result.show_outcome(outcome)

    def _refresh(self) -> None:
        if self._banner is not None:
            self._banner.refresh()
