"""The row of options of brush and eraser."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import (
    QComboBox,
    QDoubleSpinBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QToolButton,
    QWidget,
)

from medsam.document.operations.brush import LARGEST_DIAMETER, LEAST_DIAMETER, SIZE_STEP
from medsam.ui.actions import Actions
from medsam.ui.canvas.tools.brush_settings import (
    LARGEST_TOLERANCE,
    LEAST_TOLERANCE,
    TOLERANCE_STEP,
    BrushSettings,
)
from medsam.ui.panels.shortened import ElidedLabel
from medsam.ui.session import Session


class _SizeBox(QDoubleSpinBox):
    """A size whose arrows go by 20 %, like the keys."""

    def stepBy(self, steps: int) -> None:
        """See ``QDoubleSpinBox``."""
        self.setValue(self.value() * SIZE_STEP**steps)
        self.selectAll()


class BrushOptions(QWidget):
    """Size and unit, sphere, adaptive with its tolerance, and what the eraser takes."""

    def __init__(
        self, settings: BrushSettings, session: Session, actions: Actions, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._settings, self._session, self._actions = settings, session, actions
        self._following = False
        self.size_ = _SizeBox()
        self.unit = QComboBox()
        self.sphere = self._switch("brush_sphere")
        self.adaptive = self._switch("brush_adaptive")
        self.tolerance = QDoubleSpinBox()
        self.scope = QComboBox()
        self._fill()
        self._lay_out()
        self.size_.valueChanged.connect(self._choose_size)
        # The keys belong to the picture again.
        self.size_.lineEdit().returnPressed.connect(self.size_.clearFocus)
        self.unit.activated.connect(self._choose_unit)
        self.tolerance.valueChanged.connect(self._choose_tolerance)
        self.scope.activated.connect(lambda n: self._settings.set_erases_every(n == 1))
        settings.changed.connect(self._follow)
        session.opened.connect(self._follow)
        for name in ("brush_larger", "brush_smaller"):
            actions[name].changed.connect(self._explain)
        self._explain()
        self._follow()

    # --- inside -----------------------------------------------------------------

    def _switch(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setDefaultAction(self._actions[name])
        button.setToolButtonStyle(Qt.ToolButtonTextBesideIcon)
        button.setAutoRaise(True)
        button.setFocusPolicy(Qt.TabFocus)
        return button

    def _fill(self) -> None:
        self.size_.setRange(LEAST_DIAMETER, LARGEST_DIAMETER)
        self.size_.setDecimals(1)
        self.size_.setKeyboardTracking(False)
        self.size_.setAccessibleName(self.tr("Diameter of the brush"))
        self.unit.addItem(self.tr("mm"), "mm")
        self.unit.addItem(self.tr("px"), "px")
        self.unit.setAccessibleName(self.tr("Unit of the brush's size"))
        self.tolerance.setRange(LEAST_TOLERANCE, LARGEST_TOLERANCE)
        self.tolerance.setSingleStep(TOLERANCE_STEP)
        self.tolerance.setDecimals(1)
        self.tolerance.setPrefix("± ")
        self.tolerance.setSuffix(self.tr(" SD"))
        self.tolerance.setAccessibleName(self.tr("Tolerance of the adaptive brush"))
        self.scope.addItem(self.tr("active label"))
        self.scope.addItem(self.tr("every visible label"))
        self.scope.setAccessibleName(self.tr("What the eraser takes"))
        self.scope.setToolTip(self.tr("What the eraser takes; locked and hidden labels always stay"))

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(4, 0, 4, 0)
        row.setSpacing(6)
        for text, control in (
            (self.tr("Si&ze"), self.size_),
            ("", self.unit),
            (None, None),
            ("", self.sphere),
            (None, None),
            ("", self.adaptive),
            ("", self.tolerance),
            (None, None),
            (self.tr("&Eraser takes"), self.scope),
        ):
            if control is None:
                line = QFrame()
                line.setFrameShape(QFrame.VLine)
                line.setFrameShadow(QFrame.Sunken)
                row.addWidget(line)
                continue
            if text:
                label = QLabel(text)
                label.setBuddy(control)
                row.addWidget(label)
            row.addWidget(control)
        # On a narrow window the hint gives way, not the controls.
        hint = ElidedLabel(
            self.tr("Right button: the opposite. Shift+click: straight line. Alt+click: pick label."),
            mode=Qt.ElideRight,
        )
        hint.setToolTip(hint.text())
        hint.setProperty("role", "muted")
        hint.setIndent(10)
        row.addWidget(hint, 1)

    def _explain(self) -> None:
        """Tell the keys, which the user may change."""
        smaller, larger = (
            self._actions[name].shortcut().toString() for name in ("brush_smaller", "brush_larger")
        )
        text = self.tr("Diameter of the brush. Shift+wheel changes it, and {smaller} and {larger}")
        self.size_.setToolTip(text.format(smaller=smaller, larger=larger))

    def _follow(self) -> None:
        """Show the settings."""
        self._following = True
        tip, settings = self._settings.brush, self._settings
        self.size_.setValue(tip.diameter)
        self.unit.setCurrentIndex(self.unit.findData(tip.unit))
        self.unit.setEnabled(settings.has_scale)
        self.unit.setToolTip(
            self.tr("Millimetres, or pixels of the picture")
            if settings.has_scale
            else self.tr("The file of this picture does not say how large its pixels are")
        )
        self.tolerance.setValue(tip.tolerance)
        self.tolerance.setEnabled(tip.adaptive)
        meaning = self.tr(
            "How far values may lie from those under the beginning of the stroke,"
            " in standard deviations of the noise there"
        )
        off = self.tr("Only the adaptive brush has a tolerance.")
        self.tolerance.setToolTip(meaning if tip.adaptive else f"{meaning}\n{off}")
        self.scope.setCurrentIndex(int(settings.erases_every))
        self._following = False

    def _choose_size(self, size: float) -> None:
        if not self._following:
            self._settings.set_diameter(size)

    def _choose_unit(self, row: int) -> None:
        volume = self._session.volume
        if volume is not None:
            self._settings.set_unit(self.unit.itemData(row), min(volume.geometry.spacing))

    def _choose_tolerance(self, tolerance: float) -> None:
        if not self._following:
            self._settings.set_tolerance(tolerance)
