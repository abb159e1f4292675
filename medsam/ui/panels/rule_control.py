"""What tools and the network may paint over: a button, the card it opens, and a chip while it is unusual."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from PyQt5.QtCore import QCoreApplication, QEvent, QPoint, QSize, Qt, pyqtSignal
from PyQt5.QtGui import QColor, QHideEvent, QIcon, QMouseEvent, QPixmap, QResizeEvent
from PyQt5.QtWidgets import (
    QAction,
    QApplication,
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QSizePolicy,
    QToolBar,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from medsam.document import EVERYTHING, Annotation, PaintRule
from medsam.errors import InputError
from medsam.intensity import Window
from medsam.ui.panels.shortened import ElidedLabel
from medsam.ui.session import Session
from medsam.ui.theme import Theme

translate = QCoreApplication.translate

_FARTHEST = 1e9
_LONG_NAME = 22
_MARGIN = 10
_CHIP_EXTRA, _WIDEST = 76, 400
"""Logical pixels: what a chip needs beside its text, and its most."""


def rule_text(rule: PaintRule, annotation: Annotation | None) -> str:
    """What a rule allows, in few words: ``Only inside Liver, −50..200 HU``."""
    if rule.over == "label" and rule.inside is not None:
        text = translate("Rule", "Only inside {0}").format(_label_name(annotation, rule.inside))
    elif rule.over == "background":
        text = translate("Rule", "Only unlabelled voxels")
    else:
        text = translate("Rule", "Everything unlocked")
    if rule.intensity is None:
        return text
    low, high = (f"{value:g}".replace("-", "−") for value in rule.intensity)
    unit = annotation.volume.unit if annotation is not None else ""
    values = f"{low}..{high} {unit}".rstrip()
    if rule.over == "unlocked":
        return translate("Rule", "Only values {0}").format(values)
    return f"{text}, {values}"


def _label_name(annotation: Annotation | None, number: int) -> str:
    """A label's name, so short that what follows it is seen as well."""
    try:
        name = annotation.labels.get(number).name if annotation is not None else str(number)
    except InputError:
        return str(number)
    return name if len(name) <= _LONG_NAME else name[: _LONG_NAME - 1].rstrip() + "…"


class RuleCard(QFrame):
    """The choices, each taken up at once. A popup: Esc or a click elsewhere closes it."""

    def __init__(
        self, session: Session, window_of: Callable[[], Window | None], parent: QWidget | None = None
    ) -> None:
        super().__init__(parent, Qt.Popup)
        self._session, self._window_of = session, window_of
        self._following = False
        self.setFrameShape(QFrame.StyledPanel)
        self.setAccessibleName(self.tr("What may be painted over"))
        self.everything = QRadioButton(self.tr("&Everything that is not locked"))
        self.background = QRadioButton(self.tr("Only voxels &without a label"))
        self.inside = QRadioButton(self.tr("Only &inside"))
        self.choices = QButtonGroup(self)
        for button in (self.everything, self.background, self.inside):
            self.choices.addButton(button)
        self.label = QComboBox()
        self.label.setAccessibleName(self.tr("Label to stay inside"))
        self.label.setSizeAdjustPolicy(QComboBox.AdjustToMinimumContentsLengthWithIcon)
        self.label.setMinimumContentsLength(12)
        self.ranged = QCheckBox(self.tr("Only &values from"))
        self.low, self.high = self._spin(self.tr("Lowest value")), self._spin(self.tr("Highest value"))
        self.unit = QLabel()
        self.from_window = QPushButton(self.tr("As the &window shows"))
        self.reset = QPushButton(self.tr("&No limits"))
        self._lay_out()
        self._connect()

    def open_at(self, anchor: QWidget) -> None:
        """Show the card above or below a widget, within the screen."""
        self.follow()
        self.adjustSize()
        room = QApplication.screenAt(anchor.mapToGlobal(QPoint(0, 0))) or QApplication.primaryScreen()
        area = room.availableGeometry()
        at = anchor.mapToGlobal(QPoint(0, anchor.height() + 2))
        if at.y() + self.height() > area.bottom():
            at = anchor.mapToGlobal(QPoint(0, -self.height() - 2))
        at.setX(max(min(at.x(), area.right() - self.width() - 4), area.left() + 4))
        self.move(at)
        self.show()
        self.choices.checkedButton().setFocus()

    def open_over(self, picture: QWidget) -> None:
        """Show the card in the upper right corner of a picture."""
        self.follow()
        self.adjustSize()
        corner = picture.mapToGlobal(QPoint(max(picture.width() - self.width() - _MARGIN, 0), _MARGIN))
        self.move(corner)
        self.show()
        self.choices.checkedButton().setFocus()

    def follow(self) -> None:
        """Show the rule in force."""
        annotation, rule = self._session.annotation, self._session.rule
        if annotation is None:
            return
        self._following = True
        try:
            self._fill_labels(annotation, rule)
            {"unlocked": self.everything, "background": self.background, "label": self.inside}[
                rule.over
            ].setChecked(True)
            self.label.setEnabled(rule.over == "label")
            self.ranged.setChecked(rule.intensity is not None)
            decimals = 0 if annotation.volume.array.dtype.kind in "iub" else 3
            low, high = rule.intensity or self._shown_range()
            for spin, value in ((self.low, low), (self.high, high)):
                spin.setDecimals(decimals)
                spin.setEnabled(rule.intensity is not None)
                spin.setValue(value)
            self.from_window.setEnabled(rule.intensity is not None and self._window_of() is not None)
            self.unit.setText(annotation.volume.unit)
            self.reset.setEnabled(rule != EVERYTHING)
            self._explain(rule)
        finally:
            self._following = False

    def _explain(self, rule: PaintRule) -> None:
        """Say why what is disabled is."""
        inside = "" if rule.over == "label" else self.tr('Choose "Only inside" first.')
        ranged = "" if rule.intensity is not None else self.tr('Tick "Only values" first.')
        self.label.setToolTip(inside)
        for widget in (self.low, self.high):
            widget.setToolTip(ranged)
        colour = self.tr("A colour picture has no window.") if self._window_of() is None else ""
        self.from_window.setToolTip(
            ranged or colour or self.tr("The values that are neither black nor white")
        )
        self.reset.setToolTip("" if rule != EVERYTHING else self.tr("There are no limits now."))

    def hideEvent(self, event: QHideEvent) -> None:
        """A number that was typed counts, however the card is closed."""
        for spin in (self.low, self.high):
            spin.interpretText()
        super().hideEvent(event)

    def _spin(self, name: str) -> QDoubleSpinBox:
        spin = QDoubleSpinBox()
        spin.setRange(-_FARTHEST, _FARTHEST)
        spin.setKeyboardTracking(False)
        spin.setAccessibleName(name)
        spin.setFixedWidth(spin.fontMetrics().horizontalAdvance("-8,888.888") + 34)
        return spin

    def _lay_out(self) -> None:
        heading = QLabel(self.tr("Paint over"))
        heading.setProperty("role", "heading")
        inside = QHBoxLayout()
        inside.addWidget(self.inside)
        inside.addWidget(self.label, 1)
        values = QHBoxLayout()
        for widget in (self.ranged, self.low, QLabel(self.tr("to")), self.high, self.unit):
            values.addWidget(widget)
        values.addStretch(1)
        buttons = QHBoxLayout()
        buttons.addWidget(self.from_window)
        buttons.addStretch(1)
        buttons.addWidget(self.reset)
        column = QVBoxLayout(self)
        column.setContentsMargins(14, 10, 14, 12)
        column.setSpacing(7)
        for part in (heading, self.everything, self.background, inside, values, buttons):
            column.addLayout(part) if isinstance(part, QHBoxLayout) else column.addWidget(part)

    def _connect(self) -> None:
        self.choices.buttonClicked.connect(lambda _: self._take())
        self.label.activated.connect(lambda _: self._take())
        self.ranged.clicked.connect(self._range_toggled)
        self.low.valueChanged.connect(lambda _: self._range_changed(self.low))
        self.high.valueChanged.connect(lambda _: self._range_changed(self.high))
        self.from_window.clicked.connect(self._use_window)
        self.reset.clicked.connect(lambda: self._set(EVERYTHING))

    def _fill_labels(self, annotation: Annotation, rule: PaintRule) -> None:
        chosen = rule.inside or self.label.currentData()
        if chosen is None or chosen not in annotation.labels:
            others = [label.id for label in annotation.labels if label.id != annotation.active_label]
            chosen = others[0] if others else annotation.active_label
        self.label.clear()
        for label in annotation.labels:
            swatch = QPixmap(14, 14)
            swatch.fill(QColor(*label.color))
            self.label.addItem(QIcon(swatch), label.name, label.id)
        self.label.setCurrentIndex(self.label.findData(chosen))

    def _shown_range(self) -> tuple[float, float]:
        window = self._window_of()
        return (0.0, 255.0) if window is None else (window.low, window.high)

    def _range_toggled(self, on: bool) -> None:
        intensity = (self.low.value(), self.high.value()) if on else None
        self._set(replace(self._session.rule, intensity=intensity))

    def _range_changed(self, changed: QDoubleSpinBox) -> None:
        """A border that passes the other one takes it along."""
        if self._following:
            return
        low, high = self.low.value(), self.high.value()
        if low > high:
            low = high = changed.value()
        self._set(replace(self._session.rule, intensity=(low, high)))

    def _use_window(self) -> None:
        low, high = self._shown_range()
        digits = self.low.decimals()
        self._set(replace(self._session.rule, intensity=(round(low, digits), round(high, digits))))

    def _take(self) -> None:
        intensity = self._session.rule.intensity
        if self.background.isChecked():
            self._set(PaintRule("background", intensity=intensity))
        elif self.inside.isChecked():
            self._set(PaintRule("label", self.label.currentData(), intensity))
        else:
            self._set(PaintRule(intensity=intensity))

    def _set(self, rule: PaintRule) -> None:
        self._session.set_rule(rule)
        self.follow()


class RuleButton(QToolButton):
    """Says in the panel what may be painted over, and opens the card."""

    def __init__(self, session: Session, card: RuleCard, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        self.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
        self.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Fixed)
        self.setIconSize(QSize(16, 16))
        self.setObjectName("RuleButton")
        self.clicked.connect(lambda: card.open_at(self))
        self.follow()

    def follow(self) -> None:
        """Show the rule in force."""
        rule = self._session.rule
        text = rule_text(rule, self._session.annotation)
        usual = rule == EVERYTHING
        self.setProperty("limits", not usual)
        self.style().unpolish(self)
        self.style().polish(self)
        colour = self._theme.colours.text
        self.setIcon(self._theme.icon("mdi6.shield-outline" if usual else "mdi6.shield-half-full", colour))
        name = self.tr("Paint over: {0}").format(text)
        self._full = self.tr("Paint over: all unlocked") if usual else text
        self._elide()
        self.setToolTip(
            self.tr("{0}. Click to choose what tools and the network may paint over").format(name)
        )
        self.setAccessibleName(name)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Shorten anew."""
        super().resizeEvent(event)
        self._elide()

    def changeEvent(self, event: QEvent) -> None:
        """Shorten anew in another font."""
        super().changeEvent(event)
        if event.type() == QEvent.FontChange and hasattr(self, "_full"):
            self._elide()

    def _elide(self) -> None:
        room = max(self.width() - self.iconSize().width() - 32, 20)
        shown = self.fontMetrics().elidedText(self._full, Qt.ElideRight, room)
        if shown != self.text():
            self.setText(shown)


class RuleChip(QFrame):
    """Stands in the toolbar while there are limits, so that nobody wonders why paint does not stick.

    Signals:
        opened: The user wants to see the card.
    """

    opened = pyqtSignal()

    def __init__(self, session: Session, theme: Theme, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session, self._theme = session, theme
        self.setObjectName("RuleChip")
        self.icon = QLabel()
        self.text = ElidedLabel(mode=Qt.ElideRight)
        self.close_button = QToolButton(autoRaise=True)
        self.close_button.setIconSize(QSize(14, 14))
        tip = self.tr("Paint without limits again")
        self.close_button.setToolTip(tip)
        self.close_button.setAccessibleName(tip)
        self.close_button.clicked.connect(lambda: session.set_rule(EVERYTHING))
        row = QHBoxLayout(self)
        row.setContentsMargins(9, 1, 3, 1)
        row.setSpacing(5)
        row.addWidget(self.icon)
        row.addWidget(self.text, 1)
        row.addWidget(self.close_button)
        self.setCursor(Qt.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Preferred, QSizePolicy.Fixed)
        # A toolbar with little room makes it narrow instead of hiding a button.
        self.setMinimumWidth(_CHIP_EXTRA + 30)
        self.follow()

    def stand_in(self, bar: QToolBar) -> QAction:
        """Take a place before the last widget of a toolbar."""
        return bar.insertWidget(bar.actions()[-1], self)

    def sizeHint(self) -> QSize:
        """As wide as the text."""
        width = self.text.fontMetrics().horizontalAdvance(self.text.full_text()) + _CHIP_EXTRA
        return QSize(max(min(width, _WIDEST), self.minimumWidth()), super().sizeHint().height())

    def follow(self) -> None:
        """Show the rule in force."""
        text = rule_text(self._session.rule, self._session.annotation)
        self.text.set_full_text(text)
        self.setAccessibleName(text)
        self.setMaximumWidth(self.sizeHint().width())
        self.updateGeometry()
        self.icon.setPixmap(self._theme.icon("mdi6.shield-half-full").pixmap(16, 16))
        self.close_button.setIcon(self._theme.icon("mdi6.close"))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click opens the card."""
        if event.button() == Qt.LeftButton:
            self.opened.emit()
