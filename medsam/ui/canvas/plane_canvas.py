"""A widget that shows a plane of a volume at a slice; how that looks, others say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QPointF
from PyQt5.QtWidgets import QWidget

from medsam.intensity import Window, default_window
from medsam.ui.canvas.rendering import data_range
from medsam.ui.canvas.zoomed_canvas import ZoomedCanvas
from medsam.volume import Plane, PlaneFrame, Volume

if TYPE_CHECKING:
    from medsam.document import Annotation

Voxel = tuple[float, float, float]


class PlaneCanvas(ZoomedCanvas):
    """What is shown, and where in the view it lies."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._volume: Volume | None = None
        self._annotation: Annotation | None = None
        self._frame: PlaneFrame | None = None
        self._index = 0
        self._window: Window | None = None
        self._span: float | None = None
        self._crosshair: Voxel | None = None

    @property
    def volume(self) -> Volume | None:
        """The volume shown."""
        return self._volume

    @property
    def annotation(self) -> Annotation | None:
        """The labels shown over it."""
        return self._annotation

    @property
    def plane(self) -> Plane:
        """The plane shown; axial while there is none."""
        return self._frame.plane if self._frame else Plane.AXIAL

    @property
    def frame(self) -> PlaneFrame | None:
        """How the plane cuts the volume; None while there is none."""
        return self._frame

    @property
    def index(self) -> int:
        """The slice shown."""
        return self._index

    @property
    def window(self) -> Window | None:
        """The window looked through; None for colour and while there is no volume."""
        if self._window is None and self._volume is not None:
            self._window = default_window(self._volume)
        return self._window

    @property
    def crosshair(self) -> Voxel | None:
        """Voxel coordinates of the crosshair."""
        return self._crosshair

    @property
    def value_span(self) -> float:
        """Range of nearly all raw values."""
        if self._span is None and self._volume is not None:
            low, high = data_range(self._volume.array)
            self._span = high - low
        return self._span or 1.0

    def zoom_by(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom about a place of the view (its middle by default), which stays where it is."""
        if self._frame is not None:
            self.set_transform(self._transform.zoomed(factor, (at.x(), at.y()) if at is not None else None))

    def center_on_crosshair(self) -> None:
        """Bring the crosshair to the middle of the view."""
        if self._frame is not None and self._crosshair is not None:
            x, y, _ = self._frame.from_voxel(self._crosshair)
            self.set_transform(self._transform.centered_on(x, y))

    def _crosshair_at(self) -> QPointF | None:
        """Where in the view the crosshair lies, be it shown or not."""
        if self._crosshair is None or self._frame is None:
            return None
        x, y, _ = self._frame.from_voxel(self._crosshair)
        return self.shown_to_view(x, y)
