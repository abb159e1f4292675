"""Views to test with, and a mouse, a wheel and a keyboard that send Qt's real events."""

from __future__ import annotations

from contextlib import contextmanager

import numpy as np
from PyQt5.QtCore import QEvent, QObject, QPoint, QPointF, QRect, Qt
from PyQt5.QtGui import QColor, QImage, QKeyEvent, QMouseEvent, QPaintEvent, QWheelEvent
from PyQt5.QtWidgets import QApplication, QWidget

from medsam.document import Annotation
from medsam.ui.canvas.slice_view import SliceView
from medsam.volume import Plane, Volume, picture_affine


def ramp_volume(shape=(40, 30, 12), spacing=(1.0, 1.0, 1.0), **fields) -> Volume:
    """int16, value = 1 + i + 100 j + 5000 k: every voxel its own; axes L, P, S."""
    i, j, k = np.meshgrid(*[np.arange(n) for n in shape], indexing="ij")
    array = np.asfortranarray((1 + i + 100 * j + 2500 * k).astype(np.int16))
    affine = np.diag([-spacing[0], -spacing[1], spacing[2], 1.0])
    return Volume(array, affine, modality="MR", name="ramp", **fields)


def black_picture(shape_hw=(40, 60)) -> Volume:
    """An 8-bit picture of zeros."""
    return Volume(
        np.zeros((shape_hw[1], shape_hw[0], 1), np.uint8), picture_affine(), is_picture=True, name="black"
    )


def shown_view(
    qtbot, volume: Volume | None, plane: Plane = Plane.AXIAL, size=(400, 300), **scene
) -> SliceView:
    """A ``SliceView`` on the (offscreen) screen, painted once."""
    view = SliceView()
    qtbot.addWidget(view)
    view.resize(*size)
    view.set_scene(volume, plane, scene.get("annotation"))
    view.show()
    QApplication.processEvents()
    return view


def bare(view: SliceView) -> None:
    """Squares instead of smooth pixels and no crosshair, so that pixels can be compared."""
    view.set_smooth(False)
    view.set_crosshair(None)


def labelled(volume: Volume, box_ijk) -> Annotation:
    """An annotation with label 1 in a block of voxels."""
    labels = np.zeros(volume.shape, np.uint16)
    labels[tuple(slice(a, b) for a, b in box_ijk)] = 1
    return Annotation(volume, labels)


class Mouse:
    """One mouse over one widget; positions are logical pixels of the widget."""

    def __init__(self, widget: QWidget) -> None:
        self.widget, self.at, self.held = widget, QPointF(0, 0), Qt.NoButton

    def _send(self, kind, button, buttons, modifiers) -> None:
        screen = QPointF(self.widget.mapToGlobal(QPoint(0, 0))) + self.at
        event = QMouseEvent(kind, self.at, screen, button, buttons, modifiers)
        QApplication.sendEvent(self.widget, event)

    def press(self, x, y, button=Qt.LeftButton, modifiers=Qt.NoModifier) -> Mouse:
        self.at, self.held = QPointF(x, y), button
        self._send(QEvent.MouseButtonPress, button, button, modifiers)
        return self

    def move(self, x, y, modifiers=Qt.NoModifier) -> Mouse:
        self.at = QPointF(x, y)
        self._send(QEvent.MouseMove, Qt.NoButton, self.held, modifiers)
        return self

    def release(self, modifiers=Qt.NoModifier) -> Mouse:
        button, self.held = self.held, Qt.NoButton
        self._send(QEvent.MouseButtonRelease, button, Qt.NoButton, modifiers)
        return self

    def double_click(self, x, y, button=Qt.LeftButton) -> Mouse:
        self.press(x, y, button).release()
        self.held = button
        self._send(QEvent.MouseButtonDblClick, button, button, Qt.NoModifier)
        return self.release()

    def drag(self, start, end, button=Qt.LeftButton, modifiers=Qt.NoModifier, steps=4) -> Mouse:
        self.press(*start, button, modifiers)
        for n in range(1, steps + 1):
            share = n / steps
            self.move(*(a + (b - a) * share for a, b in zip(start, end, strict=True)), modifiers)
        return self.release(modifiers)


def wheel(widget: QWidget, angle: int, at=None, modifiers=Qt.NoModifier, phase=Qt.NoScrollPhase) -> None:
    """Turn the wheel: 120 is one notch upwards."""
    pos = QPointF(*at) if at is not None else QPointF(widget.rect().center())
    screen = QPointF(widget.mapToGlobal(QPoint(0, 0))) + pos
    event = QWheelEvent(pos, screen, QPoint(), QPoint(0, angle), Qt.NoButton, modifiers, phase, False)
    QApplication.sendEvent(widget, event)


def key(widget: QWidget, code: int, press=True, modifiers=Qt.NoModifier) -> bool:
    """Press or release a key; whether the widget used it."""
    event = QKeyEvent(QEvent.KeyPress if press else QEvent.KeyRelease, code, modifiers)
    QApplication.sendEvent(widget, event)
    return event.isAccepted()


def place(view: SliceView, x: float, y: float) -> tuple[float, float]:
    """Where in the view a shown point lies."""
    at = view.shown_to_view(x, y)
    return at.x(), at.y()


def picture_of(widget: QWidget) -> QImage:
    """What the widget paints."""
    return widget.grab().toImage()


def color_at(image: QImage, x: float, y: float) -> tuple[int, int, int]:
    """Colour of one pixel."""
    color = QColor(image.pixel(int(x), int(y)))
    return color.red(), color.green(), color.blue()


def array_of(image: QImage) -> np.ndarray:
    """(H, W, 3) uint8."""
    image = image.convertToFormat(QImage.Format_RGB32)
    data = image.constBits().asarray(image.byteCount())
    words = np.frombuffer(bytes(data), np.uint8).reshape(image.height(), image.bytesPerLine() // 4, 4)
    return words[:, : image.width(), 2::-1]


class _Watcher(QObject):
    def __init__(self) -> None:
        super().__init__()
        self.areas: list[QRect] = []

    def eventFilter(self, _: QObject, event: QEvent) -> bool:
        if isinstance(event, QPaintEvent):
            self.areas.append(QRect(event.rect()))
        return False


@contextmanager
def painted_areas(widget: QWidget):
    """Collects the rectangles that are painted meanwhile."""
    QApplication.processEvents()
    watcher = _Watcher()
    widget.installEventFilter(watcher)
    yield watcher.areas
    QApplication.processEvents()
    widget.removeEventFilter(watcher)
