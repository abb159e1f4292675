"""The status line: what lies under the mouse, and what the engine does."""

from __future__ import annotations

import numpy as np
from PyQt5.QtCore import QEvent, Qt
from PyQt5.QtGui import QFontMetrics, QResizeEvent
from PyQt5.QtWidgets import QLabel, QProgressBar, QSizePolicy, QStatusBar, QWidget

from medsam.document import Annotation
from medsam.ui.panels.shortened import ElidedLabel
from medsam.volume import Volume

_ROOM_FOR_MESSAGES = 230
"""Logical pixels that a message gets before the last of the fields."""

_GAP = 8
_LETTERS = (("R", "L"), ("A", "P"), ("S", "I"))


def say_position(volume: Volume, ijk: tuple[float, float, float]) -> str:
    """World position with patient letters: ``"L 12.0  A 3.5  S 40.0"``; "" for pictures."""
    if volume.is_picture:
        return ""
    world = volume.geometry.voxel_to_world(ijk)
    return "  ".join(
        f"{plus if v >= 0 else minus} {abs(v):.1f}" for v, (plus, minus) in zip(world, _LETTERS, strict=True)
    )


def voxel_of(volume: Volume, ijk: tuple[float, float, float]) -> tuple[int, int, int] | None:
    """The voxel that holds a continuous position; None outside."""
    i, j, k = (int(np.floor(v + 0.5)) for v in ijk)
    inside = all(0 <= v < n for v, n in zip((i, j, k), volume.shape, strict=True))
    return (i, j, k) if inside else None


def say_value(volume: Volume, voxel: tuple[int, int, int]) -> str:
    """The raw value with its unit, or a colour's three values."""
    value = volume.array[voxel]
    if volume.is_rgb:
        return " ".join(str(int(v)) for v in value)
    number = f"{int(value)}" if volume.array.dtype.kind in "iu" else f"{float(value):.4g}"
    return f"{number} {volume.unit}".rstrip()


class StatusLine(QStatusBar):
    """Fields of fixed width, so that nothing jumps while the mouse moves."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._widest: dict[QWidget, str] = {}
        self.setSizeGripEnabled(False)
        self.setContentsMargins(4, 0, 8, 0)
        self.position = self._field("R 8888.8  A 8888.8  S 8888.8", self.tr("Position under the mouse in mm"))
        self.voxel = self._field("8888, 8888, 8888", self.tr("Voxel under the mouse"))
        self.value = self._field("-88888 Bq/ml", self.tr("Raw value under the mouse"))
        self.label = self._field("A label's name", self.tr("Label under the mouse"))
        self.engine = ElidedLabel(mode=Qt.ElideRight)
        self.engine.setSizePolicy(QSizePolicy.Fixed, QSizePolicy.Preferred)
        self._widest[self.engine] = "MedSAM Zoom · cpu · Encoding slice 888"
        self.engine.setAlignment(Qt.AlignRight | Qt.AlignVCenter)
        self.busy = QProgressBar()
        self.busy.setFixedSize(70, 10)
        self.busy.setTextVisible(False)
        self.busy.setAccessibleName(self.tr("Progress of the engine"))
        self.busy.hide()
        self.addPermanentWidget(self.busy)
        self.addPermanentWidget(self.engine)
        self._fit()

    def show_probe(self, annotation: Annotation | None, ijk: tuple[float, float, float] | None) -> None:
        """Show what lies at a continuous voxel position; None empties the fields."""
        voxel = voxel_of(annotation.volume, ijk) if annotation is not None and ijk is not None else None
        if annotation is None or ijk is None or voxel is None:
            for field in (self.position, self.voxel, self.value, self.label):
                field.setText("")
            return
        volume = annotation.volume
        self.position.setText(say_position(volume, ijk))
        numbers = voxel[:2] if volume.is_picture and volume.shape[2] == 1 else voxel
        self.voxel.setText(", ".join(str(v) for v in numbers))
        self.value.setText(say_value(volume, voxel))
        number = int(annotation.label_map[voxel])
        name = annotation.labels.get(number).name if number in annotation.labels else ""
        self.label.setText(
            QFontMetrics(self.label.font()).elidedText(name, Qt.ElideRight, self.label.width() - 4)
        )

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Hide the fields that would leave no room for messages, the least missed ones first."""
        self._choose_fields()
        super().resizeEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Larger letters need wider fields."""
        super().changeEvent(event)
        if event.type() == QEvent.FontChange and hasattr(self, "_widest"):
            self._fit()

    def _fit(self) -> None:
        for field, widest in self._widest.items():
            field.setFixedWidth(self.fontMetrics().horizontalAdvance(widest) + 6)
        self._choose_fields()

    def _choose_fields(self) -> None:
        room = self.width() - self.engine.minimumWidth() - self.busy.width() - _ROOM_FOR_MESSAGES
        for field in (self.value, self.label, self.position, self.voxel):
            room -= field.minimumWidth() + _GAP
            field.setVisible(room >= 0)

    def show_engine(self, text: str, fraction: float | None = None) -> None:
        """Show the engine's state; ``fraction`` None hides the bar, below zero means busy."""
        self.engine.set_full_text(text)
        self.busy.setVisible(fraction is not None)
        if fraction is not None:
            self.busy.setRange(0, 0 if fraction < 0 else 100)
            self.busy.setValue(round(100 * max(fraction, 0.0)))

    def _field(self, widest: str, name: str) -> QLabel:
        field = QLabel()
        field.setTextFormat(Qt.PlainText)
        self._widest[field] = widest
        field.setToolTip(name)
        field.setAccessibleName(name)
        self.addPermanentWidget(field)
        return field
