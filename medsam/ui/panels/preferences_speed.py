"""The page of the preferences about speed, and about what is kept on the disk for it."""

from __future__ import annotations

from PyQt5.QtCore import Qt, pyqtSignal
from PyQt5.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from medsam.engine.jobs import EmbeddingsKept
from medsam.ui import battery, settings
from medsam.ui.battery import Battery
from medsam.ui.panels.adapt_parts import paragraph
from medsam.ui.panels.model_facts import say_size
from medsam.ui.panels.shortened import ElidedLabel
from medsam.ui.precision_words import AUTO, CHOICES, PRECISION, precision_cost, precision_title

IDLE = "embeddings/idle"
"""Setting: whether the rest of a plane is encoded while nobody does anything."""

SPARE = "embeddings/spare_battery"
"""Setting: whether a battery that is low is spared."""

_GB = 10**9
_MOST_GB = 1000.0
_INDENT = 24


class SpeedPage(QWidget):
    """Precision, encoding ahead, and the folder of encoded slices.

    Signals:
        precision_chosen(str): One of ``precision_words.CHOICES``.
        idle_chosen(bool): Whether to encode the rest while nobody does anything.
        spare_chosen(bool): Whether to spare a battery that is low.
        limit_chosen(object): Bytes for encoded slices on the disk; 0 for none.
        folder_requested, clear_requested: A button was pressed.
        look_requested: The page is to be shown; what lies on the disk may have changed.
    """

    precision_chosen = pyqtSignal(str)
    idle_chosen = pyqtSignal(bool)
    spare_chosen = pyqtSignal(bool)
    limit_chosen = pyqtSignal(object)
    folder_requested = pyqtSignal()
    clear_requested = pyqtSignal()
    look_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 0, 0, 0)
        self._add_precisions(column)
        self._add_idle(column)
        self._add_storage(column)
        column.addStretch(1)
        self.refresh()

    def refresh(self) -> None:
        """Show what the settings say, and ask for what lies on the disk."""
        chosen = str(settings.value(PRECISION, AUTO))
        self.precisions.get(chosen, self.precisions[AUTO]).setChecked(True)
        self.idle.setChecked(bool(settings.value(IDLE, True)))
        self.spare.setChecked(bool(settings.value(SPARE, True)))
        self.show_battery(battery.read())
        self.look_requested.emit()

    def set_precisions(self, available: tuple[str, ...]) -> None:
        """Say which precisions the processor computes; the others cannot be chosen."""
        for name, button in self.precisions.items():
            can = name == AUTO or name in available
            button.setEnabled(can)
            reason = "" if can else self.tr("This processor does not compute it.")
            button.setToolTip(reason)
            cost = precision_cost(name)
            self._costs[name].setText(f"{cost} {reason}" if reason else cost)
            button.setAccessibleDescription(self._costs[name].text())

    def show_in_use(self, text: str) -> None:
        """Say what the model in use computes in."""
        self.in_use.setText(text)

    def show_battery(self, found: Battery | None) -> None:
        """Say whether a battery holds encoding ahead back; a machine without one is not asked about it."""
        self._sparing.setVisible(found is not None)
        if found is not None and found.is_low and self.spare.isChecked():
            text = self.tr("The battery is at {0} %: just now only the slice in view is encoded ahead.")
            self.sparing.setText(text.format(found.percent))
        else:
            self.sparing.setText(
                self.tr("Without mains only the slice in view is then encoded ahead. Prepare goes on.")
            )

    def show_kept(self, kept: EmbeddingsKept) -> None:
        """Show folder, number, size and limit of what lies on the disk."""
        self.folder.set_full_text(kept.folder)
        self.open_folder.setEnabled(True)
        if kept.count:
            text = self.tr("{0} slices, {1}").format(kept.count, say_size(kept.bytes))
        else:
            text = self.tr("nothing")
        self.holds.setText(text)
        self.clear.setEnabled(kept.count > 0)
        self.clear.setToolTip("" if kept.count else self.tr("There is nothing to delete."))
        self.trouble.setText(
            self.tr("The latest slice could not be kept: {0}.").format(kept.trouble) if kept.trouble else ""
        )
        self.trouble.setVisible(bool(kept.trouble))
        if not self.limit.hasFocus():
            self.limit.blockSignals(True)
            self.limit.setValue(kept.max_bytes / _GB)
            self.limit.blockSignals(False)
        self.limit.setEnabled(True)

    # --- building ---------------------------------------------------------------------

    def _add_precisions(self, column: QVBoxLayout) -> None:
        title = self.tr("Precision of the model")
        column.addWidget(_heading(title, first=True))
        self._group = QButtonGroup(self)
        self.precisions: dict[str, QRadioButton] = {}
        self._costs: dict[str, QLabel] = {}
        for name in CHOICES:
            button = QRadioButton(precision_title(name))
            button.setProperty("value", name)
            button.setAccessibleDescription(precision_cost(name))
            cost = _note(precision_cost(name))
            self._group.addButton(button)
            self.precisions[name], self._costs[name] = button, cost
            pair = QVBoxLayout()
            pair.setSpacing(1)
            pair.addWidget(button)
            pair.addWidget(cost)
            column.addLayout(pair)
        self._group.buttonClicked.connect(lambda b: self.precision_chosen.emit(b.property("value")))
        self.in_use = paragraph()
        column.addWidget(self.in_use)

    def _add_idle(self, column: QVBoxLayout) -> None:
        column.addWidget(_heading(self.tr("Encoding ahead")))
        self.idle = QCheckBox(self.tr("Encode the &rest of the slices while nothing else is done"))
        self.idle.toggled.connect(self.idle_chosen)
        note = self.tr(
            "For the plane in view, where all its slices fit the limit below. It stops at once when you do"
            " anything."
        )
        pair = QVBoxLayout()
        pair.setSpacing(1)
        pair.addWidget(self.idle)
        pair.addWidget(_note(note))
        column.addLayout(pair)
        self._add_sparing(column)

    def _add_sparing(self, column: QVBoxLayout) -> None:
        self.spare = QCheckBox(self.tr("S&pare the battery when it is below {0} %").format(battery.LOW))
        self.spare.toggled.connect(self.spare_chosen)
        self.spare.toggled.connect(lambda _: self.show_battery(battery.read()))
        self.sparing = _note("")
        self._sparing = QWidget()
        pair = QVBoxLayout(self._sparing)
        pair.setContentsMargins(0, 0, 0, 0)
        pair.setSpacing(1)
        pair.addWidget(self.spare)
        pair.addWidget(self.sparing)
        column.addWidget(self._sparing)

    def _add_storage(self, column: QVBoxLayout) -> None:
        column.addWidget(_heading(self.tr("Encoded slices on the disk")))
        column.addWidget(
            _note(
                self.tr("Masks on these appear without waiting, also after the image was opened again."),
                indent=0,
            )
        )
        grid = QGridLayout()
        grid.setColumnStretch(1, 1)
        self.folder = ElidedLabel()
        self.folder.setTextInteractionFlags(Qt.TextSelectableByMouse)
        self.open_folder = QPushButton(self.tr("&Open folder"))
        self.open_folder.clicked.connect(self.folder_requested)
        self.holds = QLabel(self.tr("…"))
        self.clear = QPushButton(self.tr("&Delete all…"))
        self.clear.clicked.connect(self.clear_requested)
        self.limit = QDoubleSpinBox()
        self.limit.setRange(0.0, _MOST_GB)
        self.limit.setDecimals(1)
        self.limit.setSingleStep(0.5)
        self.limit.setSuffix(self.tr(" GB"))
        self.limit.setSpecialValueText(self.tr("keep none"))
        self.limit.setKeyboardTracking(False)
        self.limit.setAccessibleName(self.tr("Limit of the encoded slices on the disk"))
        self.limit.valueChanged.connect(lambda value: self.limit_chosen.emit(round(value * 10) * _GB // 10))
        limit_label = QLabel(self.tr("&Limit:"))
        limit_label.setBuddy(self.limit)
        grid.addWidget(QLabel(self.tr("Folder:")), 0, 0)
        grid.addWidget(self.folder, 0, 1)
        grid.addWidget(self.open_folder, 0, 2)
        grid.addWidget(QLabel(self.tr("Holds:")), 1, 0)
        grid.addWidget(self.holds, 1, 1)
        grid.addWidget(self.clear, 1, 2)
        grid.addWidget(limit_label, 2, 0)
        row = QHBoxLayout()
        row.addWidget(self.limit)
        row.addWidget(_note(self.tr("When it is full, the slices used longest ago go first."), indent=6), 1)
        grid.addLayout(row, 2, 1, 1, 2)
        column.addLayout(grid)
        self.trouble = paragraph()
        self.trouble.hide()
        column.addWidget(self.trouble)
        for widget in (self.open_folder, self.clear, self.limit):
            widget.setEnabled(False)


def _heading(text: str, first: bool = False) -> QLabel:
    heading = QLabel(text)
    heading.setProperty("role", "heading")
    heading.setContentsMargins(0, 0 if first else 10, 0, 0)
    return heading


def _note(text: str, indent: int = _INDENT) -> QLabel:
    """A sentence under what it is about."""
    note = paragraph("muted")
    note.setText(text)
    note.setTextInteractionFlags(Qt.NoTextInteraction)
    note.setContentsMargins(indent, 0, 0, 0)
    return note
