"""What brush and eraser have in common: the tip and what the eraser takes, remembered between runs."""

from __future__ import annotations

from typing import Literal

from PyQt5.QtCore import QObject, pyqtSignal

from medsam.document.operations.brush import LARGEST_DIAMETER, LEAST_DIAMETER, Brush
from medsam.ui import settings

Unit = Literal["mm", "px"]

LEAST_TOLERANCE, LARGEST_TOLERANCE, TOLERANCE_STEP = 0.5, 9.5, 0.5
"""Of the adaptive brush, in standard deviations."""

_FIRST = {"mm": 10.0, "px": 16.0}
"""Diameter in the first run: some 14 pixels of a CT."""


class BrushSettings(QObject):
    """One tip for both tools. The unit of a picture without a scale is the pixel.

    Signals:
        changed: Something of it.
    """

    changed = pyqtSignal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._has_scale = True
        self._unit: Unit = "px" if settings.value("brush/unit", "mm") == "px" else "mm"
        self._sizes = {unit: _number(f"brush/{unit}", first) for unit, first in _FIRST.items()}
        self._sphere = bool(settings.value("brush/sphere", False))
        self._adaptive = bool(settings.value("brush/adaptive", False))
        tolerance = _number("brush/tolerance", Brush.tolerance)
        self._tolerance = min(max(tolerance, LEAST_TOLERANCE), LARGEST_TOLERANCE)
        self._erases_every = bool(settings.value("brush/erases_every", False))

    @property
    def brush(self) -> Brush:
        """The tip."""
        return Brush(
            self._sizes[self.unit],
            self.unit,
            "sphere" if self._sphere else "circle",
            self._adaptive,
            self._tolerance,
        )

    @property
    def unit(self) -> Unit:
        """Of the size."""
        return self._unit if self._has_scale else "px"

    @property
    def has_scale(self) -> bool:
        """Whether millimetres mean something."""
        return self._has_scale

    @property
    def erases_every(self) -> bool:
        """Whether the eraser takes every unlocked label in sight, not only the active one."""
        return self._erases_every

    def set_has_scale(self, has_scale: bool) -> None:
        """Another image is open: say whether its pixels have a size in millimetres."""
        if has_scale != self._has_scale:
            self._has_scale = has_scale
            self.changed.emit()

    def set_diameter(self, diameter: float) -> None:
        """In the present unit; brought to the nearest size that a brush may have."""
        self._set_brush(self.brush.with_diameter(diameter))

    def resize(self, steps: int) -> None:
        """Larger or smaller by steps of 20 %."""
        self._set_brush(self.brush.resized(steps))

    def set_unit(self, unit: Unit, pixel_mm: float) -> None:
        """Count in another unit; the tip keeps its width, where a pixel is ``pixel_mm`` wide."""
        if self._has_scale and unit != self._unit:
            brush = self.brush.in_unit(unit, pixel_mm)
            self._unit = unit
            settings.remember("brush/unit", unit)
            self._set_brush(brush)

    def set_sphere(self, sphere: bool) -> None:
        """Reach into the neighbouring slices, or stay on one."""
        self._set("_sphere", "brush/sphere", sphere)

    def set_adaptive(self, adaptive: bool) -> None:
        """Stay within the intensity under the beginning of each stroke."""
        self._set("_adaptive", "brush/adaptive", adaptive)

    def set_tolerance(self, tolerance: float) -> None:
        """Of the adaptive brush, in standard deviations; brought to the nearest limit."""
        tolerance = min(max(tolerance, LEAST_TOLERANCE), LARGEST_TOLERANCE)
        self._set("_tolerance", "brush/tolerance", tolerance)

    def loosen(self, steps: int) -> None:
        """Another tolerance, by steps of one half."""
        self.set_tolerance(self._tolerance + steps * TOLERANCE_STEP)

    def set_erases_every(self, every: bool) -> None:
        """Let the eraser take every unlocked label in sight, or only the active one."""
        self._set("_erases_every", "brush/erases_every", every)

    def _set(self, name: str, key: str, new: object) -> None:
        if getattr(self, name) != new:
            setattr(self, name, new)
            settings.remember(key, new)
            self.changed.emit()

    def _set_brush(self, brush: Brush) -> None:
        if self._sizes[self.unit] != brush.diameter:
            self._sizes[self.unit] = brush.diameter
            settings.remember(f"brush/{self.unit}", brush.diameter)
        self.changed.emit()


def _number(key: str, default: float) -> float:
    """A remembered number; the default where it is none."""
    try:
        number = float(settings.value(key, default))
    except (TypeError, ValueError):
        return default
    return number if LEAST_DIAMETER <= number <= LARGEST_DIAMETER else default
