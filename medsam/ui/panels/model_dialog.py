"""The model picker: what there is, what it costs, whose it is."""

from __future__ import annotations

from collections.abc import Mapping
from html import escape
from typing import Any

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QAbstractItemView,
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


def say_size(size: int) -> str:
    """A number of bytes for people: ``"375 MB"``; "" for 0."""
    for unit, factor in (("GB", 1e9), ("MB", 1e6), ("kB", 1e3)):
        if size >= factor:
            number = size / factor
            return f"{number:.1f} {unit}" if number < 10 else f"{number:.0f} {unit}"
    return f"{size} B" if size else ""


class ModelDialog(QDialog):
    """A table of the catalogue. It decides nothing; the models controller listens.

    Signals:
        use_requested(name), download_requested(name), file_requested(),
        cancel_requested().
    """

    use_requested = pyqtSignal(str)
    download_requested = pyqtSignal(str)
    file_requested = pyqtSignal()
    cancel_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Models"))
        self.resize(960, 600)
        self._entries: list[Any] = []
        self._installed: dict[str, bool] = {}
        self._current, self._busy_with, self._can_cancel = "", "", True
        self.table = self._make_table()
        self.details = QTextBrowser()
        self.details.setOpenExternalLinks(True)
        self.details.setAccessibleName(self.tr("About the model"))
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
        column.addWidget(self.details, 2)
        for widget in (self.message, self.bar, legal, self._make_buttons()):
            column.addWidget(widget)
        self.table.setFocus()
        self.table.currentCellChanged.connect(lambda *_: self._refresh())
        self.table.itemDoubleClicked.connect(lambda _: self._act())

    def set_entries(self, entries: Mapping[str, Any], installed: Mapping[str, bool], current: str) -> None:
        """Fill the table.

        Args:
            entries: The catalogue, ``pretrain.catalogue.Entry`` by name.
            installed: Whether the file of each is on this machine.
            current: Name of the model in use.
        """
        picked = self.picked.name if self.picked is not None else current
        self._entries, self._installed, self._current = list(entries.values()), dict(installed), current
        self.table.setRowCount(len(self._entries))
        for row, entry in enumerate(self._entries):
            cost, licence = model_text(entry.cost), model_text(entry.licence)
            texts = (entry.title, self._state(entry), cost, self._prompts(entry), licence)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(row, column, item)
        names = [entry.name for entry in self._entries]
        self.table.selectRow(names.index(picked) if picked in names else 0)
        self._refresh()

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
        lines = [f"<h3>{escape(entry.title)}</h3>", f"<p>{escape(model_text(entry.description))}</p>"]
        licence = escape(model_text(entry.licence))
        if entry.licence_url:
            licence = f'<a href="{escape(entry.licence_url)}">{licence}</a>'
        size = say_size(entry.size)
        terms = self.tr("{0}. {1}").format(licence, escape(model_text(entry.terms)))
        for name, text in (
            (self.tr("Licence:"), terms),
            (self.tr("Cost:"), escape(model_text(entry.cost))),
            (self.tr("File:"), escape(entry.file) + (f", {size}" if size else "")),
        ):
            lines.append(f"<p><b>{name}</b> {text}</p>")
        self.details.setHtml("".join(lines))

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
        buttons.addButton(self.from_file, QDialogButtonBox.ResetRole)
        buttons.addButton(self.cancel, QDialogButtonBox.ActionRole)
        buttons.addButton(self.act, QDialogButtonBox.AcceptRole)
        # Return on a row means the blue button, whichever was added first.
        for button in buttons.buttons():
            button.setAutoDefault(button is self.act)
        self.act.setDefault(True)
        self.act.clicked.connect(self._act)
        self.cancel.clicked.connect(self.cancel_requested)
        self.from_file.clicked.connect(self.file_requested)
        buttons.rejected.connect(self.reject)
        return buttons
