"""What the pages of an adaptation are made of."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QAbstractItemView, QHeaderView, QLabel, QPushButton, QTableWidget


def heading() -> QLabel:
    """An empty line of large text."""
    label = QLabel()
    label.setTextFormat(Qt.PlainText)
    label.setWordWrap(True)
    font = label.font()
    font.setPointSizeF(font.pointSizeF() * 1.25)
    font.setBold(True)
    label.setFont(font)
    return label


def paragraph(role: str = "") -> QLabel:
    """An empty paragraph."""
    label = QLabel()
    label.setTextFormat(Qt.PlainText)
    label.setWordWrap(True)
    label.setTextInteractionFlags(Qt.TextSelectableByMouse)
    if role:
        label.setProperty("role", role)
    return label


def table(headers: list[str], name: str) -> QTableWidget:
    """An empty table that stretches its first column."""
    made = QTableWidget(0, len(headers))
    made.setHorizontalHeaderLabels(headers)
    made.setObjectName("Roomy")
    made.setAccessibleName(name)
    made.verticalHeader().hide()
    made.setShowGrid(False)
    made.setWordWrap(False)
    made.setTextElideMode(Qt.ElideMiddle)
    made.setEditTriggers(QAbstractItemView.NoEditTriggers)
    made.setSelectionBehavior(QAbstractItemView.SelectRows)
    made.setSelectionMode(QAbstractItemView.SingleSelection)
    made.setTabKeyNavigation(False)
    made.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeToContents)
    made.horizontalHeader().setSectionResizeMode(0, QHeaderView.Stretch)
    made.horizontalHeader().setDefaultAlignment(Qt.AlignLeft | Qt.AlignVCenter)
    made.horizontalHeader().setHighlightSections(False)
    return made


def primary(button: QPushButton, is_primary: bool) -> None:
    """Make a button the one that Return presses, and blue; or not."""
    button.setAutoDefault(is_primary)
    button.setDefault(is_primary)
    button.setProperty("role", "primary" if is_primary else "")
    button.style().unpolish(button)
    button.style().polish(button)
