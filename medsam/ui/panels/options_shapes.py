"""The options of lasso, magic wand and fill tool: one low row each."""

from __future__ import annotations

from PyQt5.QtCore import QSignalBlocker, QSize, pyqtSignal
from PyQt5.QtWidgets import QCheckBox, QComboBox, QDoubleSpinBox, QHBoxLayout, QLabel, QSizePolicy, QWidget

from medsam.ui import settings
from medsam.ui.panels.shortened import ElidedLabel

_LARGEST_TOLERANCE = 1e6


class ScopeChoice(QComboBox):
    """This slice, or the volume.

    Args:
        name: Under which the choice is remembered; "" for not at all.
    """

    def __init__(self, name: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._name = name
        self._wants_volume = bool(settings.value(name, False)) if name else False
        self.addItem(self.tr("This slice"), False)
        self.addItem(self.tr("Volume"), True)
        self.setAccessibleName(self.tr("Slice or volume"))
        self.activated.connect(self._choose)
        self.set_volume_possible(True)

    @property
    def in_volume(self) -> bool:
        """Whether the volume is meant."""
        return bool(self.currentData())

    def set_place(self, place: str) -> None:
        """Name the slice that is meant: "Axial 31"."""
        self.setItemText(0, self.tr("This slice ({0})").format(place) if place else self.tr("This slice"))

    def set_volume_possible(self, possible: bool) -> None:
        """Offer the volume only where there is more than one slice; say why otherwise."""
        self.setEnabled(possible)
        self.setToolTip(
            self.tr("Work on the slice in view, or through all slices")
            if possible
            else self.tr("This image has only one slice.")
        )
        self.setCurrentIndex(1 if possible and self._wants_volume else 0)

    def _choose(self, row: int) -> None:
        self._wants_volume = bool(self.itemData(row))
        if self._name:
            settings.remember(self._name, self._wants_volume)


class Caption(QLabel):
    """A label with a mnemonic, a hair wider than Qt asks for.

    The underlined letter is drawn apart from its neighbours, without the
    kerning that the size was computed with, so the last letter would be cut.
    """

    def sizeHint(self) -> QSize:
        """See ``QWidget``."""
        return super().sizeHint() + QSize(4, 0)

    def minimumSizeHint(self) -> QSize:
        """See ``QWidget``."""
        return super().minimumSizeHint() + QSize(4, 0)


class OptionsRow(QWidget):
    """Captioned controls from left to right and, in the room that is left, a hint."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(8, 2, 8, 2)
        self._row.setSpacing(6)

    def add(self, caption: str, control: QWidget) -> None:
        """Add a control with its caption."""
        label = Caption(caption)
        label.setBuddy(control)
        self._row.addWidget(label)
        self._row.addWidget(control)
        self._row.addSpacing(8)

    def add_alone(self, control: QWidget) -> None:
        """Add a control that says itself what it is."""
        self._row.addWidget(control)
        self._row.addSpacing(8)

    def add_hint(self, text: str) -> None:
        """Add what mouse and keys do; shortened where there is no room, in full in its tooltip."""
        hint = ElidedLabel(text)
        hint.setProperty("role", "muted")
        hint.setSizePolicy(QSizePolicy.Ignored, QSizePolicy.Preferred)
        self._row.addWidget(hint, 1)


class LassoOptions(OptionsRow):
    """What the lasso does."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.add_hint(
            self.tr(
                "Drag: freehand.  Click: corners, drag them to adjust.  Enter or double click closes,"
                " Backspace takes a corner back.  Ctrl or right button: erase."
            )
        )


class WandOptions(OptionsRow):
    """Tolerance, radius and scope of the magic wand.

    Signals:
        tolerance_chosen(float): The user typed another tolerance.
    """

    tolerance_chosen = pyqtSignal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.tolerance = QDoubleSpinBox()
        self.tolerance.setRange(0.0, _LARGEST_TOLERANCE)
        self.tolerance.setPrefix("± ")
        self.tolerance.setToolTip(self.tr("How far a value may lie from the one under the mouse"))
        self.tolerance.setAccessibleName(self.tr("Tolerance of the magic wand"))
        self.auto = QCheckBox(self.tr("A&uto"))
        self.auto.setChecked(bool(settings.value("wand/auto", True)))
        self.auto.setToolTip(self.tr("Begin with what the noise around the place you press asks for"))
        self.radius = QDoubleSpinBox()
        self.radius.setDecimals(0)
        self.radius.setRange(1.0, 1000.0)
        self.radius.setValue(float(settings.value("wand/radius", 50.0)))
        self.radius.setToolTip(self.tr("The region goes no further than this from where you press"))
        self.radius.setAccessibleName(self.tr("Largest distance from the seed"))
        self.smooth = QCheckBox(self.tr("&Even out noise"))
        self.smooth.setChecked(bool(settings.value("wand/smooth", True)))
        self.smooth.setToolTip(self.tr("Compare values without their noise and fill the holes of the region"))
        self.scope = ScopeChoice("wand/volume")
        self.add(self.tr("&Tolerance"), self.tolerance)
        self.add_alone(self.auto)
        self.add(self.tr("Wit&hin"), self.radius)
        self.add(self.tr("I&n"), self.scope)
        self.add_alone(self.smooth)
        self.add_hint(
            self.tr(
                "Press on the object; drag left or right, or turn the wheel, to tune; release.  Ctrl: erase."
            )
        )
        self.tolerance.valueChanged.connect(self._typed)
        self.auto.toggled.connect(lambda on: settings.remember("wand/auto", on))
        self.smooth.toggled.connect(lambda on: settings.remember("wand/smooth", on))
        self.radius.valueChanged.connect(lambda value: settings.remember("wand/radius", value))

    def set_unit(self, unit: str, decimals: int, step: float, distance: str) -> None:
        """Say what the numbers are in: the unit of the values, and "mm" or "px"."""
        with QSignalBlocker(self.tolerance):
            self.tolerance.setDecimals(decimals)
            self.tolerance.setSingleStep(step)
            self.tolerance.setSuffix(f" {unit}" if unit else "")
        self.radius.setSuffix(f" {distance}")

    def _typed(self, tolerance: float) -> None:
        # A number that was typed is meant for the next press, too.
        self.auto.setChecked(False)
        self.tolerance_chosen.emit(tolerance)

    def show_tolerance(self, tolerance: float) -> None:
        """Follow the mouse."""
        with QSignalBlocker(self.tolerance):
            self.tolerance.setValue(tolerance)


class FillOptions(OptionsRow):
    """Scope of the fill tool."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scope = ScopeChoice("fill/volume")
        self.add(self.tr("I&n"), self.scope)
        self.add_hint(
            self.tr(
                "Click a hole to fill it, or a region of another label to take it.  Ctrl: erase the region."
            )
        )
