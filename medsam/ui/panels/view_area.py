"""The panes: up to three slice views with their strips, and how they share the room."""

from __future__ import annotations

from PyQt5.QtCore import Qt
from PyQt5.QtWidgets import QFrame, QHBoxLayout, QSplitter, QToolButton, QVBoxLayout, QWidget

from medsam.ui.canvas.slice_strip import SliceStrip
from medsam.ui.canvas.slice_view import SliceView
from medsam.volume import Plane

LARGE, SIDE, ONE = "large", "side", "one"


class SlicePane(QFrame):
    """A slice view over its strip.

    Attributes:
        prepare: The button beside the strip, seen where slices have to be encoded.
    """

    def __init__(self, plane: Plane, parent: QWidget | None = None) -> None:
        super().__init__(parent, objectName="SlicePane")
        self.plane = plane
        self.view = SliceView()
        self.strip = SliceStrip()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.view, 1)
        self.prepare = QToolButton(autoRaise=True)
        self.prepare.setAccessibleName(self.tr("Prepare every slice of this plane"))
        self.prepare.setFixedSize(24, self.strip.sizeHint().height())
        self.prepare.hide()
        row = QHBoxLayout()
        row.setSpacing(0)
        row.addWidget(self.strip, 1)
        row.addWidget(self.prepare)
        column.addLayout(row)


class ViewArea(QWidget):
    """Three panes in one of three layouts; any of them can fill the area."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.panes = {plane: SlicePane(plane) for plane in Plane}
        self._planes: tuple[Plane, ...] = tuple(Plane)
        self._alone: Plane | None = None
        self.layout_name = LARGE
        self._inner = QSplitter(Qt.Vertical)
        self._inner.addWidget(self.panes[Plane.CORONAL])
        self._inner.addWidget(self.panes[Plane.SAGITTAL])
        self._outer = QSplitter(Qt.Horizontal)
        self._outer.addWidget(self.panes[Plane.AXIAL])
        self._outer.addWidget(self._inner)
        for splitter in (self._inner, self._outer):
            splitter.setChildrenCollapsible(False)
            splitter.setHandleWidth(4)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self._outer)
        self.set_layout(LARGE)

    @property
    def views(self) -> list[SliceView]:
        """Views of the planes that the volume has, shown or behind a maximised one."""
        return [self.panes[plane].view for plane in self._planes]

    @property
    def alone(self) -> Plane | None:
        """The plane that fills the area; None while all are shown."""
        return self._alone

    def pane_of(self, view: SliceView) -> SlicePane:
        """The pane that holds a view."""
        return next(pane for pane in self.panes.values() if pane.view is view)

    def set_planes(self, planes: tuple[Plane, ...]) -> None:
        """Show panes for these planes."""
        self._planes, self._alone = planes, None
        self._refresh()

    def set_layout(self, name: str) -> None:
        """Arrange the panes: "large" (axial large) or "side" (beside each other); shows all."""
        self.layout_name = name
        self._alone = None
        self._inner.setOrientation(Qt.Vertical if name == LARGE else Qt.Horizontal)
        self._inner.setSizes([1000, 1000])
        # Equal stretches keep these proportions when the window is resized.
        parts = (62, 38) if name == LARGE else (34, 66)
        self._outer.setSizes([part * 20 for part in parts])
        for n, part in enumerate(parts):
            self._outer.setStretchFactor(n, part)
        self._refresh()

    def show_alone(self, plane: Plane | None) -> None:
        """Give the whole area to one plane; None shows all again."""
        self._alone = plane if plane in self._planes else None
        self._refresh()

    def _refresh(self) -> None:
        shown = (self._alone,) if self._alone is not None else self._planes
        for plane, pane in self.panes.items():
            pane.setVisible(plane in shown)
        self._inner.setVisible(Plane.CORONAL in shown or Plane.SAGITTAL in shown)
