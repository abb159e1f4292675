"""Window level and width: presets, numbers, automatic."""

from __future__ import annotations

from PyQt5.QtCore import pyqtSignal
from PyQt5.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from medsam.intensity import CT_PRESETS, Window
from medsam.ui.data_words import preset_title
from medsam.volume import Volume


class WindowPanel(QWidget):
    """Shows and sets the window that all panes use.

    Signals:
        window_chosen(Window), auto_requested(), reset_requested().
    """

    window_chosen = pyqtSignal(object)
    auto_requested = pyqtSignal()
    reset_requested = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._following = False
        self.presets = QComboBox()
        self.presets.setAccessibleName(self.tr("Window preset"))
        self.level = self._number(self.tr("Window level (centre)"))
        self.width_ = self._number(self.tr("Window width"))
        self.reason = QLabel()
        self.reason.setProperty("role", "muted")
        self.reason.setWordWrap(True)
        self.auto = QPushButton(self.tr("Auto"))
        self.auto.setToolTip(self.tr("Fit the window to this slice (A)"))
        self.reset = QPushButton(self.tr("Reset"))
        self.reset.setToolTip(self.tr("Back to the window this image opened with"))
        self._lay_out()
        self.presets.activated.connect(self._choose_preset)
        self.level.valueChanged.connect(self._choose_numbers)
        self.width_.valueChanged.connect(self._choose_numbers)
        self.auto.clicked.connect(self.auto_requested)
        self.reset.clicked.connect(self.reset_requested)
        self.set_volume(None)

    def set_volume(self, volume: Volume | None) -> None:
        """Offer what makes sense for this volume."""
        is_ct = volume is not None and volume.modality == "CT"
        grey = volume is not None and not volume.is_rgb
        self._following = True
        self.presets.clear()
        self.presets.addItem(self.tr("Custom"), None)
        if is_ct:
            for name, window in CT_PRESETS.items():
                self.presets.addItem(f"{preset_title(name)}", window)
        self._following = False
        for widget in (self.level, self.width_, self.auto, self.reset):
            widget.setEnabled(grey)
        self.presets.setEnabled(is_ct)
        fine = volume is not None and volume.array.dtype.kind == "f"
        unit = volume.unit if volume is not None and grey else ""
        for box in (self.level, self.width_):
            box.setDecimals(3 if fine else 1)
            box.setSuffix(f" {unit}" if unit else "")
        self.reason.setText("" if volume is None or grey else self.tr("A colour picture is shown as it is."))
        self.reason.setVisible(bool(self.reason.text()))
        self.presets.setToolTip("" if is_ct else self.tr("Presets are Hounsfield windows, for CT only"))

    def set_window(self, window: Window | None) -> None:
        """Follow the panes."""
        if window is None:
            return
        self._following = True
        for box, number in ((self.level, window.level), (self.width_, window.width)):
            box.setSingleStep(max(abs(window.width) / 50, 10 ** -box.decimals()))
            box.setValue(number)
        row = next((n for n in range(self.presets.count()) if self.presets.itemData(n) == window), 0)
        self.presets.setCurrentIndex(row)
        self._following = False

    def _choose_preset(self, row: int) -> None:
        window = self.presets.itemData(row)
        if window is not None and not self._following:
            self.window_chosen.emit(window)

    def _choose_numbers(self) -> None:
        if not self._following and self.width_.value() > 0:
            self.window_chosen.emit(Window(self.level.value(), self.width_.value()))

    def _number(self, name: str) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(-1e9, 1e9)
        box.setKeyboardTracking(False)
        box.setAccessibleName(name)
        box.setToolTip(name)
        box.setMinimumWidth(60)
        return box

    def _lay_out(self) -> None:
        self.width_.setMinimum(1e-3)
        grid = QGridLayout()
        rows = (
            (self.tr("&Preset"), self.presets),
            (self.tr("&Level"), self.level),
            (self.tr("&Width"), self.width_),
        )
        for row, (text, widget) in enumerate(rows):
            caption = QLabel(text)
            caption.setBuddy(widget)
            grid.addWidget(caption, row, 0)
            grid.addWidget(widget, row, 1)
        grid.setColumnStretch(1, 1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.auto)
        buttons.addWidget(self.reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 4, 8, 8)
        column.addLayout(grid)
        column.addLayout(buttons)
        column.addWidget(self.reason)
