"""The page of the preferences about the mouse."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QFormLayout,
    QHeaderView,
    QLabel,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from medsam.ui import settings
from medsam.ui.canvas.mouse_scheme import SCHEMES, MouseScheme
from medsam.ui.key_profiles import PROFILES, RESEARCH, profile_title
from medsam.ui.keymap import Keymap
from medsam.ui.mouse_words import mouse_words
from medsam.ui.panels.adapt_parts import table

SCHEME, INVERTED = "mouse/scheme", "mouse/invert_window"
FOLLOW = "profile"
"""The scheme is the one of the key profile."""


def scheme_in_use(profile: str) -> MouseScheme:
    """The scheme that the settings name, for a key profile."""
    chosen = str(settings.value(SCHEME, FOLLOW))
    return SCHEMES.get(chosen) or SCHEMES.get(profile, SCHEMES[RESEARCH])


def is_inverted() -> bool:
    """Whether a drag of the window upwards darkens."""
    return bool(settings.value(INVERTED, False))


class MousePage(QWidget):
    """Which scheme, the direction of the window, and what each button does then.

    Signals:
        chosen: Something was changed; the settings hold it.
    """

    chosen = pyqtSignal()

    def __init__(self, keymap: Keymap, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._keymap = keymap
        self.schemes = QComboBox()
        self.schemes.setAccessibleName(self.tr("Mouse buttons"))
        self.schemes.addItem("", FOLLOW)
        for profile in PROFILES:
            self.schemes.addItem(profile_title(profile), profile)
        self.inverted = QCheckBox(self.tr("&Turn the window drag round: upwards darkens"))
        self.inverted.setToolTip(self.tr("Programs differ in this; choose what your hand expects"))
        self.inverted.setChecked(is_inverted())
        self.table = table([self.tr("Mouse"), self.tr("What it does")], self.tr("What the mouse does"))
        header = self.table.horizontalHeader()
        header.setSectionResizeMode(0, QHeaderView.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.Stretch)
        self.table.verticalHeader().setDefaultSectionSize(self.fontMetrics().height() + 8)
        heading = QLabel(self.tr("&Over a picture:"))
        heading.setBuddy(self.table)
        form = QFormLayout()
        form.addRow(self.tr("&Buttons as in:"), self.schemes)
        form.addRow("", self.inverted)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 0)
        column.addLayout(form)
        column.addWidget(heading)
        column.addWidget(self.table, 1)
        self.schemes.activated.connect(self._choose)
        self.inverted.toggled.connect(self._invert)
        keymap.changed.connect(self._follow)
        self._follow()

    def _choose(self, row: int) -> None:
        settings.remember(SCHEME, self.schemes.itemData(row))
        self._follow()
        self.chosen.emit()

    def _invert(self, inverted: bool) -> None:
        settings.remember(INVERTED, inverted)
        self._follow()
        self.chosen.emit()

    def _follow(self) -> None:
        title = profile_title(self._keymap.profile)
        self.schemes.setItemText(0, self.tr("The key profile ({0})").format(title))
        self.schemes.setCurrentIndex(max(self.schemes.findData(settings.value(SCHEME, FOLLOW)), 0))
        rows = mouse_words(scheme_in_use(self._keymap.profile), inverted=is_inverted())
        self.table.setRowCount(len(rows))
        for row, cells in enumerate(rows):
            for column, text in enumerate(cells):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                item.setFlags(Qt.ItemIsEnabled | Qt.ItemIsSelectable)
                self.table.setItem(row, column, item)
