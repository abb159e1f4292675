"""The cheat sheet: every key and what the mouse does, to search in and to print."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from typing import TYPE_CHECKING

from PyQt5.QtCore import Qt
from PyQt5.QtGui import QTextDocument
from PyQt5.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

if TYPE_CHECKING:
    from PyQt5.QtPrintSupport import QPrinter

Row = tuple[str, str]
"""What to press, and what it does."""


@dataclass(frozen=True)
class Section:
    """A titled part of the sheet."""

    title: str
    rows: tuple[Row, ...]


def found(sections: list[Section], words: str) -> list[Section]:
    """What of the sheet holds all of the words; a section's title counts for all its rows."""
    wanted = words.casefold().split()
    kept = []
    for section in sections:
        rows = tuple(
            row
            for row in section.rows
            if all(word in f"{section.title} {row[0]} {row[1]}".casefold() for word in wanted)
        )
        if rows:
            kept.append(Section(section.title, rows))
    return kept


def sheet_html(sections: list[Section], *, columns: int = 1) -> str:
    """The sheet as a page; sections go into ``columns`` of about the same length."""
    total = sum(len(section.rows) + 2 for section in sections)
    cells: list[list[str]] = [[] for _ in range(columns)]
    used, column = 0, 0
    for section in sections:
        length = len(section.rows) + 2
        if column + 1 < columns and used and used + length / 2 > total * (column + 1) / columns:
            column += 1
        cells[column].append(_section_html(section))
        used += length
    if columns == 1:
        return "".join(cells[0])
    width = 100 // columns
    inside = "".join(f"<td width='{width}%' valign='top'>{''.join(cell)}</td>" for cell in cells)
    return f"<table width='100%' cellspacing='12'><tr>{inside}</tr></table>"


def _section_html(section: Section) -> str:
    body = "".join(
        f"<tr><td width='38%' style='padding: 2px 8px 2px 0'><b>{escape(keys)}</b></td>"
        f"<td style='padding: 2px 0'>{escape(text)}</td></tr>"
        for keys, text in section.rows
    )
    return f"<h3>{escape(section.title)}</h3><table width='100%' cellspacing='0'>{body}</table>"


class CheatSheet(QDialog):
    """Keys of the present profile and the mouse. Esc closes it.

    Args:
        sections: Makes the parts; called again when the keys have changed.
        profile: Says which profile they are of.
        parent: Of the window.
    """

    def __init__(
        self,
        sections: Callable[[], list[Section]],
        profile: Callable[[], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Keys and mouse"))
        self._sections, self._profile = sections, profile
        self.search = QLineEdit()
        self.search.setClearButtonEnabled(True)
        self.search.setPlaceholderText(self.tr("Search for a key or what it does"))
        self.search.setAccessibleName(self.tr("Search"))
        self.search.textChanged.connect(lambda _: self.refresh())
        self.heading = QLabel()
        self.heading.setTextFormat(Qt.PlainText)
        self.heading.setProperty("role", "muted")
        self.page = QTextBrowser()
        self.page.setAccessibleName(self.tr("Keys and mouse"))
        print_button = QPushButton(self.tr("&Print…"))
        print_button.setAutoDefault(False)
        print_button.clicked.connect(self._ask_print)
        self.change = QPushButton(self.tr("&Change keys…"))
        self.change.setAutoDefault(False)
        buttons = QDialogButtonBox(QDialogButtonBox.Close)
        buttons.addButton(print_button, QDialogButtonBox.ActionRole)
        buttons.addButton(self.change, QDialogButtonBox.ActionRole)
        buttons.rejected.connect(self.reject)
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.heading)
        column = QVBoxLayout(self)
        column.addLayout(top)
        column.addWidget(self.page, 1)
        column.addWidget(buttons)
        room = self.screen().availableGeometry() if self.screen() is not None else None
        height = min(700, room.height() - 80) if room is not None else 700
        self.resize(min(940, room.width() - 40) if room is not None else 940, height)
        self.refresh()

    def refresh(self) -> None:
        """Show the keys as they are now, as far as they are searched for."""
        self.heading.setText(self.tr("Profile: {0}").format(self._profile()))
        kept = found(self._sections(), self.search.text())
        if kept:
            self.page.setHtml(sheet_html(kept, columns=2 if len(kept) > 1 else 1))
        else:
            nothing = self.tr("Nothing is called “{0}”.").format(self.search.text())
            self.page.setPlainText(nothing)

    def print_to(self, printer: QPrinter) -> None:
        """Print the whole sheet, whatever is searched for: black on white, on as few pages as it needs."""
        document = QTextDocument()
        document.setDefaultStyleSheet("body { color: black; }")
        title = f"<h2>{escape(self.windowTitle())} — {escape(self._profile())}</h2>"
        font = document.defaultFont()
        font.setPointSizeF(8.0)
        document.setDefaultFont(font)
        document.setHtml(f"<body>{title}{sheet_html(self._sections(), columns=2)}</body>")
        document.print(printer)

    def _ask_print(self) -> None:
        from PyQt5.QtPrintSupport import QPrintDialog, QPrinter

        printer = QPrinter(QPrinter.HighResolution)
        dialog = QPrintDialog(printer, self)
        dialog.setWindowTitle(self.tr("Print keys and mouse"))
        if dialog.exec_() == QDialog.Accepted:
            self.print_to(printer)
