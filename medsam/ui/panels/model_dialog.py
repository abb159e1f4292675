"""The model picker: what there is, what it costs, whose it is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from PyQt5.QtCore import QEvent, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QPalette, QTextOption
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QApplication,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QProgressBar,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from medsam.ui.data_words import model_text
from medsam.ui.panels.model_facts import facts_html, say_size

TITLE_WIDTH, LICENCE_WIDTH = 260, 180
"""Pixels that these columns take at most: a file may call itself anything."""

_LONGEST_TITLE, _LONGEST_LICENCE = 90, 48
_DAMAGED_SHOWN = 2


def shortened(text: str, longest: int) -> str:
    """Text of at most so many characters; what was cut off shows as an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"


class ModelDialog(QDialog):
    """A table of the user's models and of the catalogue. It decides nothing; the models controller listens.

    Signals:
        use_requested(name), download_requested(name), card_requested(entry),
        file_requested(), cancel_requested().
    """

    use_requested = pyqtSignal(str)
    download_requested = pyqtSignal(str)
    card_requested = pyqtSignal(object)
    file_requested = pyqtSignal()
    cancel_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Models"))
        self.resize(self._size())
        self._entries: list[Any] = []
        self._installed: dict[str, bool] = {}
        self._current, self._busy_with, self._can_cancel = "", "", True
        self.table = self._make_table()
        self.details = QTextBrowser()
        self.details.setOpenExternalLinks(True)
        self.details.setAccessibleName(self.tr("About the model"))
        self.details.setWordWrapMode(QTextOption.WrapAtWordBoundaryOrAnywhere)
        self.left_out = QLabel()
        self.left_out.setTextFormat(Qt.PlainText)
        self.left_out.setWordWrap(True)
        self.left_out.setTextInteractionFlags(Qt.TextSelectableByMouse)
        self.left_out.setProperty("role", "muted")
        self.left_out.hide()
        self.message = QLabel()
        self.message.setTextFormat(Qt.PlainText)
        self.message.setWordWrap(True)
        self.message.setTextInteractionFlags(Qt.TextSelectableByMouse)
        self.message.hide()
        self.bar = QProgressBar()
        self.bar.setAccessibleName(self.tr("Progress"))
        self.bar.hide()
        legal = QLabel(self.tr("For research. None of these is a medical device."))
        legal.setProperty("role", "muted")
        column = QVBoxLayout(self)
        column.addWidget(self.table, 3)
        column.addWidget(self.left_out)
        column.addWidget(self.details, 2)
        for widget in (self.message, self.bar, legal, self._make_buttons()):
            column.addWidget(widget)
        self.table.setFocus()
        self.table.currentCellChanged.connect(lambda *_: self._refresh())
        self.table.itemDoubleClicked.connect(lambda _: self._act())

    @staticmethod
    def _size() -> QSize:
        """Wide enough for two lines of cost, on a screen that has the room."""
        screen = QApplication.primaryScreen()
        room = screen.availableSize() if screen is not None else QSize(960, 600)
        return QSize(1100, 680).boundedTo(room * 0.94).expandedTo(QSize(640, 420))

    def set_entries(
        self,
        entries: Mapping[str, Any],
        installed: Mapping[str, bool],
        current: str,
        own: Sequence[Any] = (),
        damaged: Sequence[str] = (),
    ) -> None:
        """Fill the table.

        Args:
            entries: The catalogue, ``pretrain.catalogue.Entry`` by name.
            installed: Whether the file of each is on this machine.
            current: Name of the model in use.
            own: Entries of the user's own models, shown above those of the catalogue.
            damaged: Sentences on files of the user's that are not listed.
        """
        picked = self.picked.name if self.picked is not None else current
        self._current = current
        self._installed = {**installed, **{entry.name: True for entry in own}}
        published = list(entries.values())
        self._entries = [None, *own, None, *published] if own else published
        headings = [self.tr("My models"), self.tr("Published models")]
        titles = Counter(entry.title for entry in own)
        self.table.clearSpans()
        self.table.setRowCount(len(self._entries))
        for row, entry in enumerate(self._entries):
            if entry is None:
                self._set_heading(row, headings.pop(0))
            else:
                self._set_row(row, entry, is_twin=titles[entry.title] > 1)
        self._paint_headings()
        self._fit_columns()
        # A heading has no name, not even the empty one of no model in use.
        names = [entry.name if entry is not None else None for entry in self._entries]
        wanted = next((name for name in (picked, current) if name in names), names[-len(published)])
        self.table.selectRow(names.index(wanted))
        self._say_damaged(damaged)
        self._refresh()

    def _set_heading(self, row: int, text: str) -> None:
        item = QTableWidgetItem(text)
        item.setFlags(Qt.NoItemFlags)  # so that the arrow keys pass over it
        font = item.font()
        font.setBold(True)
        item.setFont(font)
        self.table.setItem(row, 0, item)
        self.table.setSpan(row, 0, 1, self.table.columnCount())

    def _set_row(self, row: int, entry: Any, *, is_twin: bool) -> None:
        """A model's row; one that has its title from another too is told by its file."""
        title = f"{entry.title} ({entry.file})" if is_twin else entry.title
        licence = model_text(entry.licence) if entry.licence else self.tr("Not stated")
        cost = model_text(entry.cost) if entry.cost else ""
        texts = (title, self._state(entry), cost, self._prompts(entry), licence)
        longest = (_LONGEST_TITLE, 0, 0, 0, _LONGEST_LICENCE)
        for column, (text, most) in enumerate(zip(texts, longest, strict=True)):
            item = QTableWidgetItem(shortened(text, most) if most else text)
            item.setToolTip(text)
            self.table.setItem(row, column, item)

    def _paint_headings(self) -> None:
        """Headings cannot be chosen, but are no less readable for that."""
        for row, entry in enumerate(self._entries):
            item = self.table.item(row, 0)
            if entry is None and item is not None:
                item.setForeground(self.palette().color(QPalette.Active, QPalette.Text))

    def _fit_columns(self) -> None:
        for column, most in ((0, TITLE_WIDTH), (4, LICENCE_WIDTH)):
            wanted = max(self.table.sizeHintForColumn(column), self._header_width(column))
            self.table.setColumnWidth(column, min(wanted, most))

    def _header_width(self, column: int) -> int:
        header = self.table.horizontalHeader()
        return header.sectionSizeHint(column) if header is not None else 0

    def _say_damaged(self, sentences: Sequence[str]) -> None:
        shown = " ".join(sentences[:_DAMAGED_SHOWN])
        if len(sentences) > _DAMAGED_SHOWN:
            shown += " " + self.tr("And {0} more.").format(len(sentences) - _DAMAGED_SHOWN)
        self.left_out.setText(self.tr("Left out: {0}").format(shown))
        self.left_out.setVisible(bool(sentences))

    def changeEvent(self, event: QEvent) -> None:
        """Follow another theme."""
        super().changeEvent(event)
        if event.type() == QEvent.PaletteChange:
            self._paint_headings()

    @property
    def picked(self) -> Any:
        """The entry of the selected row, or None."""
        row = self.table.currentRow()
        return self._entries[row] if 0 <= row < len(self._entries) else None

    def show_work(
        self, name: str, fraction: float | None, text: str = "", *, can_cancel: bool = True
    ) -> None:
        """Show how far a download or a loading is.

        Args:
            name: Of the model; "" when nothing goes on.
            fraction: 0..1, below zero if unknown, None when nothing goes on.
            text: What is written on the bar.
            can_cancel: Whether it may be stopped.
        """
        self._can_cancel = can_cancel
        self._busy_with = name if fraction is not None else ""
        self.bar.setVisible(fraction is not None)
        if fraction is not None:
            self.bar.setRange(0, 0 if fraction < 0 else 1000)
            self.bar.setValue(round(1000 * max(fraction, 0.0)))
            self.bar.setFormat(text or "%p %")
        self._refresh()

    def show_message(self, text: str) -> None:
        """Show a sentence above the buttons; "" hides it."""
        self.message.setText(text)
        self.message.setVisible(bool(text))

    def _state(self, entry: Any) -> str:
        if entry.name == self._current:
            return self.tr("In use")
        if self._installed.get(entry.name):
            return self.tr("Installed")
        return (
            self.tr("Download, {0}").format(say_size(entry.size) or self.tr("size unknown"))
            if entry.url
            else self.tr("Missing")
        )

    def _prompts(self, entry: Any) -> str:
        words = {"box": self.tr("box"), "points": self.tr("points"), "mask": self.tr("mask")}
        return ", ".join(words[p] for p in ("box", "points", "mask") if p in entry.prompts)

    def _refresh(self) -> None:
        entry = self.picked
        self.cancel.setVisible(bool(self._busy_with) and self._can_cancel)
        self.card.setEnabled(entry is not None)
        if entry is None:
            self.act.setEnabled(False)
            return
        here = self._installed.get(entry.name, False)
        self.act.setText(self.tr("Use") if here else self.tr("Download"))
        usable = here or bool(entry.url)
        self.act.setEnabled(usable and not self._busy_with and entry.name != self._current)
        reason = (
            "" if usable else self.tr("This file cannot be fetched from here; see below where to get it.")
        )
        self.act.setToolTip(self.tr("This model is in use.") if entry.name == self._current else reason)
        self.details.setHtml(facts_html(entry))

    def _act(self) -> None:
        entry = self.picked
        if entry is None or not self.act.isEnabled():
            return
        self.show_message("")
        if self._installed.get(entry.name):
            self.use_requested.emit(entry.name)
        else:
            self.download_requested.emit(entry.name)

    def _make_table(self) -> QTableWidget:
        headers = [
            self.tr("Model"),
            self.tr("State"),
            self.tr("Cost"),
            self.tr("Prompts"),
            self.tr("Licence"),
        ]
        table = QTableWidget(0, len(headers))
        table.setHorizontalHeaderLabels(headers)
        table.setObjectName("Roomy")
        table.setAccessibleName(self.tr("Models"))
        table.verticalHeader().hide()
        table.verticalHeader().setSectionResizeMode(QHeaderView.ResizeToContents)
        table.setShowGrid(False)
        table.setEditTriggers(QAbstractItemView.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectRows)
        table.setSelectionMode(QAbstractItemView.SingleSelection)
        table.setTabKeyNavigation(False)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeToContents)
        table.horizontalHeader().setSectionResizeMode(2, QHeaderView.Stretch)
        for column in (0, 4):
            table.horizontalHeader().setSectionResizeMode(column, QHeaderView.Interactive)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignLeft | Qt.AlignVCenter)
        return table

    def _make_buttons(self) -> QDialogButtonBox:
        buttons = QDialogButtonBox(QDialogButtonBox.Close)
        self.act = QPushButton(self.tr("Use"))
        self.act.setProperty("role", "primary")
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.hide()
        self.from_file = QPushButton(self.tr("From a file…"))
        self.from_file.setToolTip(self.tr("Use a checkpoint of your own: .pth, .pt or .safetensors"))
        self.card = QPushButton(self.tr("Model card…"))
        self.card.setToolTip(self.tr("What the model is for, its scores, failures, data and terms"))
        buttons.addButton(self.from_file, QDialogButtonBox.ResetRole)
        buttons.addButton(self.card, QDialogButtonBox.ResetRole)
        buttons.addButton(self.cancel, QDialogButtonBox.ActionRole)
        buttons.addButton(self.act, QDialogButtonBox.AcceptRole)
        # Return on a row means the blue button, whichever was added first.
        for button in buttons.buttons():
            button.setAutoDefault(button is self.act)
        self.act.setDefault(True)
        self.act.clicked.connect(self._act)
        self.cancel.clicked.connect(self.cancel_requested)
        self.card.clicked.connect(lambda: self.card_requested.emit(self.picked))
        self.from_file.clicked.connect(self.file_requested)
        buttons.rejected.connect(self.reject)
        return buttons
