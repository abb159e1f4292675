"""One small card over the panes for every operation on masks: its numbers, its scope, Apply and Cancel."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QEvent, QPoint, QSignalBlocker, Qt, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QMouseEvent
from PyQt5.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from medsam.document import Label
from medsam.ui.panels.options_shapes import Caption, ScopeChoice

WIDTH = 300
_MARGIN = 10

APPLY_KEYS = (Qt.Key_Return, Qt.Key_Enter)


@dataclass(frozen=True)
class Numbers:
    """What the card says; see ``document.operations.whole_mask.Request``."""

    method: str
    in_volume: bool
    size_mm: float
    least: float
    by_slice: bool
    low: float
    high: float
    inside: int | None
    parts: int


class MaskOperationCard(QFrame):
    """Asks for the numbers of one operation while its preview is on the screen.

    It floats over the panes, where it can be dragged by its title. Enter
    applies and Esc cancels, here and over the pictures (see the controller).

    Signals:
        changed(): Another number. applied(), cancelled().
    """

    changed = pyqtSignal()
    applied = pyqtSignal()
    cancelled = pyqtSignal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, objectName="MaskOperation")
        self.setFixedWidth(WIDTH)
        self.setAutoFillBackground(True)
        self.setFrameShape(QFrame.StyledPanel)
        self._held: QPoint | None = None
        self._was_moved = False
        self._is_scaled, self._is_margin = True, False
        self.title = QLabel()
        self.title.setProperty("role", "heading")
        self.title.setCursor(Qt.OpenHandCursor)
        self.title.setWordWrap(True)
        self.method = QComboBox()
        for text, kind in (
            (self.tr("Median"), "median"),
            (self.tr("Opening: remove thin parts"), "opening"),
            (self.tr("Closing: close gaps"), "closing"),
            (self.tr("Gaussian"), "gaussian"),
        ):
            self.method.addItem(text, kind)
        self.size = self._number(0.1, 500.0)
        self.least = self._number(0.0, 1e9)
        self.low, self.high = self._number(-1e9, 1e9), self._number(-1e9, 1e9)
        self.inside = QComboBox()
        self.parts = QSpinBox()
        self.parts.setRange(2, 50)
        self.by_slice = QCheckBox(self.tr("Fill every slice as a picture"))
        self.scope = ScopeChoice("mask/volume")
        self.status = QLabel()
        self.status.setProperty("role", "muted")
        self.status.setWordWrap(True)
        self.apply = QPushButton(self.tr("Apply"))
        self.apply.setProperty("role", "primary")
        self.apply.setToolTip(self.tr("Carry it out (Enter)"))
        self.cancel = QPushButton(self.tr("Cancel"))
        self.cancel.setToolTip(self.tr("Change nothing (Esc)"))
        self._rows: dict[str, tuple[QLabel | None, QWidget]] = {}
        self._lay_out()
        self._connect()
        parent.installEventFilter(self)
        self.hide()

    # --- what is asked ------------------------------------------------------

    def open(self, title: str, rows: tuple[str, ...]) -> None:
        """Show the card with these rows: names of its controls."""
        self.title.setText(title)
        self.setAccessibleName(title)
        while self._form.rowCount():
            self._form.takeRow(0)
        for name, (caption, control) in self._rows.items():
            for widget in (caption, control):
                if widget is not None:
                    widget.setVisible(name in rows)
            if name in rows and caption is not None:
                self._form.addRow(caption, control)
            elif name in rows:
                self._form.addRow(control)
        self._is_margin = "method" not in rows
        self._follow_method()
        self._follow_scope()
        self.set_status("")
        self.show()
        self.raise_()
        self.adjustSize()
        self._place()
        first = next((self._rows[name][1] for name in rows if self._rows[name][1].isEnabled()), self.apply)
        first.setFocus(Qt.TabFocusReason)

    def numbers(self) -> Numbers:
        """What the card says now."""
        return Numbers(
            str(self.method.currentData()),
            self.scope.in_volume,
            self.size.value(),
            self.least.value(),
            self.by_slice.isChecked(),
            min(self.low.value(), self.high.value()),
            max(self.low.value(), self.high.value()),
            self.inside.currentData(),
            self.parts.value(),
        )

    def set_status(self, text: str, *, can_apply: bool = False, reason: str = "") -> None:
        """What the operation would do, or why it does nothing."""
        self.status.setText(text)
        self.apply.setEnabled(can_apply)
        self.apply.setToolTip(self.tr("Carry it out (Enter)") if can_apply or not reason else reason)
        self.adjustSize()

    def set_title(self, title: str) -> None:
        """Another label or slice."""
        self.title.setText(title)
        self.setAccessibleName(title)

    def set_units(
        self, *, scaled: bool, size: float, step: float, least: float, unit: str, fine: bool
    ) -> None:
        """Say what the numbers are in, and begin with some that suit the image.

        Args:
            scaled: Millimetres; else picture pixels.
            size, least: First radius or margin, and first size of an island.
            step: Of the radius.
            unit: Of the raw values.
            fine: Raw values with decimals.
        """
        self._is_scaled = scaled
        blockers = [QSignalBlocker(box) for box in (self.size, self.least, self.low, self.high)]
        self.size.setDecimals(2 if step < 0.1 else 1)
        self.size.setSingleStep(step)
        self.size.setMinimum(min(step, 0.1))
        self.size.setSuffix(self.tr(" mm") if scaled else self.tr(" px"))
        self.size.setValue(size)
        self.least.setDecimals(1)
        self.least.setValue(least)
        for box in (self.low, self.high):
            box.setDecimals(3 if fine else 0)
            box.setSuffix(f" {unit}" if unit else "")
        del blockers
        self._follow_scope()

    def set_range(self, low: float, high: float) -> None:
        """Range of the threshold and the step of its arrows."""
        for box, value in ((self.low, low), (self.high, high)):
            with QSignalBlocker(box):
                box.setValue(value)
                box.setSingleStep(max((high - low) / 100, 10.0 ** -box.decimals()))

    def set_labels(self, labels: tuple[Label, ...], active: int) -> None:
        """Offer the places that a threshold may work in; keeps the chosen one if it is still there."""
        chosen = self.inside.currentData() if self.inside.count() else active
        with QSignalBlocker(self.inside):
            self.inside.clear()
            for label in labels:
                self.inside.addItem(label.name, label.id)
            self.inside.addItem(self.tr("Everywhere"), None)
            row = next((n for n in range(self.inside.count()) if self.inside.itemData(n) == chosen), 0)
            self.inside.setCurrentIndex(row)

    def choose_inside(self, label_id: int) -> None:
        """Threshold inside of this label."""
        with QSignalBlocker(self.inside):
            self.inside.setCurrentIndex(max(self.inside.findData(label_id), 0))

    def _follow_method(self) -> None:
        """Name the size after what it is the size of."""
        caption = self._rows["size"][0]
        assert caption is not None
        if self._is_margin:
            caption.setText(self.tr("Ma&rgin"))
        elif self.method.currentData() == "gaussian":
            caption.setText(self.tr("Standard &deviation"))
        else:
            caption.setText(self.tr("&Radius"))
        self.size.setAccessibleName(caption.text().replace("&", ""))

    def _follow_scope(self) -> None:
        in_volume = self.scope.in_volume
        if self._is_scaled:
            self.least.setSuffix(self.tr(" mm³") if in_volume else self.tr(" mm²"))
        else:
            self.least.setSuffix(self.tr(" px"))
        self.by_slice.setEnabled(in_volume)
        self.by_slice.setToolTip(
            self.tr("Holes that are closed on a slice, though they are open in three dimensions")
            if in_volume
            else self.tr("A single slice is always filled as a picture.")
        )

    def _number(self, least: float, most: float) -> QDoubleSpinBox:
        box = QDoubleSpinBox()
        box.setRange(least, most)
        box.setMinimumWidth(60)
        return box

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 10)
        column.addWidget(self.title)
        form = self._form = QFormLayout()
        form.setFieldGrowthPolicy(QFormLayout.AllNonFixedFieldsGrow)
        for name, caption, control in (
            ("method", self.tr("&Method"), self.method),
            ("size", "", self.size),
            ("least", self.tr("&Least size"), self.least),
            ("parts", self.tr("Number of &labels"), self.parts),
            ("low", self.tr("&From"), self.low),
            ("high", self.tr("&To"), self.high),
            ("inside", self.tr("I&nside"), self.inside),
            ("scope", self.tr("&In"), self.scope),
        ):
            label = Caption(caption, self)
            label.setBuddy(control)
            control.setParent(self)
            control.setAccessibleName(caption.replace("&", ""))
            self._rows[name] = (label, control)
        self.by_slice.setParent(self)
        self._rows["by_slice"] = (None, self.by_slice)
        column.addLayout(form)
        column.addWidget(self.status)
        buttons = QHBoxLayout()
        buttons.addStretch(1)
        buttons.addWidget(self.cancel)
        buttons.addWidget(self.apply)
        column.addLayout(buttons)

    def _connect(self) -> None:
        for box in (self.size, self.least, self.low, self.high, self.parts):
            box.valueChanged.connect(lambda _: self.changed.emit())
        self.method.currentIndexChanged.connect(lambda _: self._follow_method())
        for choice in (self.method, self.inside):
            choice.currentIndexChanged.connect(lambda _: self.changed.emit())
        self.scope.currentIndexChanged.connect(lambda _: self._change_scope())
        self.by_slice.toggled.connect(lambda _: self.changed.emit())
        self.apply.clicked.connect(self.applied)
        self.cancel.clicked.connect(self.cancelled)

    def _change_scope(self) -> None:
        self._follow_scope()
        self.changed.emit()

    # --- where it is ----------------------------------------------------------

    def _place(self) -> None:
        """Upper right corner at first; inside of the panes always."""
        room = self.parentWidget().rect()
        if not self._was_moved:
            self.move(room.right() - self.width() - _MARGIN, room.top() + _MARGIN)
        x = min(max(self.x(), 0), max(room.width() - self.width(), 0))
        y = min(max(self.y(), 0), max(room.height() - self.height(), 0))
        self.move(x, y)

    def eventFilter(self, watched: QWidget, event: QEvent) -> bool:
        """Stay inside when the panes are resized."""
        if event.type() == QEvent.Resize and self.isVisible():
            self._place()
        return False

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take the card; nothing reaches the picture below."""
        if event.button() == Qt.LeftButton:
            self._held = event.pos()
        event.accept()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Carry it."""
        if self._held is not None:
            self._was_moved = True
            self.move(self.mapToParent(event.pos()) - self._held)
            self._place()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Leave it there."""
        self._held = None
        event.accept()

    # --- keys -------------------------------------------------------------------

    def event(self, event: QEvent) -> bool:
        """Keep Enter and Esc from shortcuts of the window."""
        if event.type() == QEvent.ShortcutOverride and event.key() in (*APPLY_KEYS, Qt.Key_Escape):
            event.accept()
            return True
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter applies, Esc cancels."""
        if event.key() in APPLY_KEYS:
            self.applied.emit()
        elif event.key() == Qt.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)
