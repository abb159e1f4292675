"""Which of several DICOM series to open."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from medsam.ui.domain_words import in_words


class SeriesDialog(QDialog):
    """A table of the series in a folder; one is picked, or nothing."""

    def __init__(self, folder_name: str, series: Sequence[Any], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Choose a series"))
        self._series = list(series)
        intro = QLabel(self.tr("{0} holds {1} series. Which one?").format(folder_name, len(self._series)))
        intro.setTextFormat(Qt.PlainText)
        intro.setWordWrap(True)
        self.table = self._make_table()
        self.problems = QLabel()
        self.problems.setTextFormat(Qt.PlainText)
        self.problems.setWordWrap(True)
        self.problems.setProperty("role", "muted")
        self.buttons = QDialogButtonBox(QDialogButtonBox.Open | QDialogButtonBox.Cancel)
        self.buttons.accepted.connect(self.accept)
        self.buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        for widget in (intro, self.table, self.problems, self.buttons):
            column.addWidget(widget)
        self.resize(680, 340)
        self.table.currentCellChanged.connect(lambda *_: self._show_problems())
        largest = max(range(len(self._series)), key=lambda n: self._series[n].count)
        self.table.selectRow(largest)
        self._show_problems()

    @property
    def chosen(self) -> Any:
        """The picked series' description, a ``SeriesInfo``."""
        return self._series[max(self.table.currentRow(), 0)]

    def _make_table(self) -> QTableWidget:
        headers = [self.tr("Description"), self.tr("Modality"), self.tr("Images"), self.tr("Remarks")]
        table = QTableWidget(len(self._series), len(headers))
        table.setHorizontalHeaderLabels(headers)
        table.setObjectName("Roomy")
        table.setAccessibleName(self.tr("Image series"))
        table.verticalHeader().hide()
        table.setShowGrid(False)
        table.horizontalHeader().setDefaultAlignment(Qt.AlignLeft | Qt.AlignVCenter)
        table.setEditTriggers(QAbstractItemView.NoEditTriggers)
        table.setSelectionBehavior(QAbstractItemView.SelectRows)
        table.setSelectionMode(QAbstractItemView.SingleSelection)
        table.setTabKeyNavigation(False)
        table.horizontalHeader().setSectionResizeMode(0, QHeaderView.Stretch)
        table.itemDoubleClicked.connect(lambda _: self.accept())
        for row, info in enumerate(self._series):
            remark = self.tr("see below") if info.problems else ""
            cells = (info.description or info.uid, info.modality or "", str(info.count), remark)
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(info.uid if column == 0 else text)
                table.setItem(row, column, item)
        return table

    def _show_problems(self) -> None:
        shown = list(self.chosen.problems)[:3]
        self.problems.setText("\n".join(in_words(str(p)) for p in shown))
