"""The first page of an adaptation: which cases, how long, and what to call the result."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtGui import QPalette
from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QStackedLayout,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from medsam.ui.panels.adapt_parts import heading, paragraph, primary, table

MINUTES = (2, 5, 15, 30)
USUAL_MINUTES = 5
LEAST_CASES = 2
FEW_CASES = 6
LONGEST_NAME = 60


def next_name(title: str, pattern: str) -> str:
    """A name for a model adapted from another; one that was adapted already gets a number.

    Args:
        title: Of the model that learns.
        pattern: Such as "{0}, adapted".
    """
    before, after = (re.escape(part) for part in pattern.split("{0}"))
    known = re.fullmatch(f"(?P<base>{before}.+{after})(?: (?P<number>[0-9]{{1,4}}))?", title)
    if known is None:
        return pattern.format(title)
    return f"{known['base']} {int(known['number'] or 1) + 1}"


class ChoosePage(QWidget):
    """Which cases to learn from, for how long, and what to call the result.

    Signals:
        start_requested(), add_requested(), close_requested().
        finished_requested(): Take the finished cases of the list that is worked through.
    """

    start_requested = pyqtSignal()
    add_requested = pyqtSignal()
    finished_requested = pyqtSignal()
    close_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._cases: list[Any] = []
        self._is_filling = False
        self.title = heading()
        self.intro = paragraph()
        self.intro.setText(
            self.tr(
                "A copy of the model learns from the outlines of the ticked cases. Some of these cases are"
                " kept aside to test it: you see the scores before and after, and then decide. The present"
                " model does not change."
            )
        )
        self.all = QCheckBox(self.tr("All cases"))
        self.all.clicked.connect(self._tick_all)
        self.add = QPushButton(self.tr("Add cases…"))
        self.add.setToolTip(self.tr("Pictures and scans from elsewhere, with their masks"))
        self.add.clicked.connect(self.add_requested)
        self.finished = QPushButton()
        self.finished.setAutoDefault(False)
        self.finished.clicked.connect(self.finished_requested)
        self.finished.hide()
        self.table = table([self.tr("Case"), self.tr("Mask")], self.tr("Cases"))
        self.table.horizontalHeader().setSectionResizeMode(QHeaderView.Stretch)
        self.table.itemChanged.connect(lambda _: self._refresh())
        self.nothing = paragraph("muted")
        self.nothing.setAlignment(Qt.AlignCenter)
        self.nothing.setMargin(24)
        self.nothing.setFrameShape(QFrame.StyledPanel)
        self.nothing.setBackgroundRole(QPalette.Base)
        self.nothing.setAutoFillBackground(True)
        self.summary = paragraph()
        self.minutes = self._make_minutes()
        self.name = QLineEdit()
        self.name.setMaxLength(LONGEST_NAME)
        self.name.textChanged.connect(lambda _: self._refresh())
        self._lay_out()

    @property
    def cases(self) -> list[Any]:
        """All cases of the list."""
        return list(self._cases)

    @property
    def ticked(self) -> list[Any]:
        """The cases to learn from and test on."""
        return [case for row, case in enumerate(self._cases) if self._is_ticked(row)]

    @property
    def chosen_minutes(self) -> int:
        """The time for all of it."""
        return int(self.minutes.currentData())

    def set_model(self, title: str, name: str) -> None:
        """Say which model learns, and propose a name for the result."""
        self.title.setText(self.tr("Adapt {0} to my annotations").format(title))
        self.name.setText(name[:LONGEST_NAME])

    def set_cases(self, cases: Sequence[Any], unticked: Sequence[Any] = ()) -> None:
        """Fill the list; all are ticked but those named by image."""
        self._cases = list(cases)
        self._is_filling = True
        self.table.setRowCount(len(self._cases))
        for row, case in enumerate(self._cases):
            first = QTableWidgetItem(case.name)
            first.setFlags(Qt.ItemIsEnabled | Qt.ItemIsSelectable | Qt.ItemIsUserCheckable)
            first.setCheckState(Qt.Unchecked if case.image in unticked else Qt.Checked)
            first.setToolTip(case.name)
            if case.mask is None:
                mask = self.tr("as drawn now, not saved")
            elif case.is_open:
                mask = self.tr("{0} (open now)").format(case.mask.name)
            else:
                mask = case.mask.name
            second = QTableWidgetItem(mask)
            second.setToolTip(mask)
            self.table.setItem(row, 0, first)
            self.table.setItem(row, 1, second)
        self._is_filling = False
        self._stack.setCurrentIndex(0 if self._cases else 1)
        self._refresh()

    def set_finished(self, count: int) -> None:
        """Offer so many finished cases of a list; 0 offers none."""
        self.finished.setText(self.tr("Finished cases of the list ({0})").format(count))
        self.finished.setVisible(count > 0)

    def set_nothing(self, text: str) -> None:
        """What to say in the place of an empty list."""
        self.nothing.setText(text)

    def _is_ticked(self, row: int) -> bool:
        item = self.table.item(row, 0)
        return item is not None and item.checkState() == Qt.Checked

    def _tick_all(self) -> None:
        wanted = Qt.Checked if len(self.ticked) < len(self._cases) else Qt.Unchecked
        self._is_filling = True
        for row in range(len(self._cases)):
            self.table.item(row, 0).setCheckState(wanted)
        self._is_filling = False
        self._refresh()

    def _refresh(self) -> None:
        if self._is_filling:
            return
        count = len(self.ticked)
        self.all.setEnabled(bool(self._cases))
        self.all.setToolTip("" if self._cases else self.tr("Add cases first."))
        self.all.setCheckState(
            Qt.Unchecked if not count else Qt.Checked if count == len(self._cases) else Qt.PartiallyChecked
        )
        reason = self._reason(count)
        self.start.setEnabled(not reason)
        self.start.setToolTip(reason)
        text = self.tr("{0} of {1} cases ticked.").format(count, len(self._cases))
        if self._cases and reason:
            text = f"{text} {reason}"
        elif count and count < FEW_CASES:
            text = f"{text} " + self.tr("It works best with six or more; with so few the test says little.")
        self.summary.setText(text if self._cases else "")

    def _reason(self, count: int) -> str:
        if count < LEAST_CASES:
            return self.tr("Tick at least two: one to learn from and one to test on.")
        return "" if self.name.text().strip() else self.tr("Give the new model a name.")

    def _make_minutes(self) -> QComboBox:
        box = QComboBox()
        for minutes in MINUTES:
            box.addItem(self.tr("{0} minutes").format(minutes), minutes)
        box.setCurrentIndex(MINUTES.index(USUAL_MINUTES))
        box.setToolTip(self.tr("For reading, learning and testing together; you can go on working meanwhile"))
        return box

    def _lay_out(self) -> None:
        above = QHBoxLayout()
        above.addWidget(self.all)
        above.addStretch(1)
        above.addWidget(self.finished)
        above.addWidget(self.add)
        holder = QWidget()
        self._stack = QStackedLayout(holder)
        self._stack.setContentsMargins(0, 0, 0, 0)
        self._stack.addWidget(self.table)
        self._stack.addWidget(self.nothing)
        time_label, name_label = QLabel(self.tr("&Time:")), QLabel(self.tr("&Name:"))
        time_label.setBuddy(self.minutes)
        name_label.setBuddy(self.name)
        options = QHBoxLayout()
        for widget, stretch in ((time_label, 0), (self.minutes, 0), (name_label, 0), (self.name, 1)):
            options.addWidget(widget, stretch)
            if widget is self.minutes:
                options.addSpacing(16)
        close = QPushButton(self.tr("Close"))
        close.setAutoDefault(False)
        close.clicked.connect(self.close_requested)
        self.add.setAutoDefault(False)
        self.start = QPushButton(self.tr("Start"))
        primary(self.start, True)
        self.start.clicked.connect(self.start_requested)
        below = QHBoxLayout()
        below.addStretch(1)
        below.addWidget(close)
        below.addWidget(self.start)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(10)
        column.addWidget(self.title)
        column.addWidget(self.intro)
        column.addLayout(above)
        column.addWidget(holder, 1)
        column.addWidget(self.summary)
        column.addLayout(options)
        column.addLayout(below)
