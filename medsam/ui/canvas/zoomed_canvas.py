"""A widget with a picture that can be zoomed and moved; what the picture is, others say."""

from __future__ import annotations

from PyQt5.QtCore import QPointF, QRect, QSize, pyqtSignal
from PyQt5.QtGui import QResizeEvent
from PyQt5.QtWidgets import QWidget

from medsam.ui.canvas.transform import ViewTransform


class ZoomedCanvas(QWidget):
    """Where a picture lies in the widget.

    Signals:
        view_changed: Zoom, position or size of the picture in the view.
    """

    view_changed = pyqtSignal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._transform = ViewTransform.fitted((1, 1), (1.0, 1.0), (1.0, 1.0))
        self._is_fitted = True

    @property
    def transform(self) -> ViewTransform:
        """Where the picture lies in the view."""
        return self._transform

    @property
    def zoom_factor(self) -> float:
        """Logical pixels that the finer side of a picture pixel covers."""
        return self._transform.zoom

    @property
    def is_fitted(self) -> bool:
        """Whether the picture follows the size of the view."""
        return self._is_fitted

    def set_transform(self, transform: ViewTransform, *, fitted: bool = False) -> None:
        """Lay the picture elsewhere; ``fitted`` keeps it fitted when the view is resized."""
        self._is_fitted = fitted
        if transform != self._transform:
            self._transform = transform
            self._invalidate()
            self.view_changed.emit()

    def fit(self) -> None:
        """Show the whole picture, now and after every resize until someone zooms or pans."""
        t = self._transform
        self.set_transform(ViewTransform.fitted(t.shape_hw, t.spacing_xy, t.view_wh), fitted=True)

    def view_to_shown(self, position: QPointF) -> tuple[float, float]:
        """The shown point, in pixel edges, at a place of the view."""
        return self._transform.to_shown(position.x(), position.y())

    def shown_to_view(self, x: float, y: float) -> QPointF:
        """The place of the view where a shown point lies."""
        return QPointF(*self._transform.to_view(x, y))

    def sizeHint(self) -> QSize:
        """See ``QWidget``."""
        return QSize(400, 400)

    def minimumSizeHint(self) -> QSize:
        """See ``QWidget``."""
        return QSize(96, 96)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep the picture fitted, or its middle in the middle."""
        resized = self._transform.resized((float(self.width()), float(self.height())))
        if self._is_fitted:
            resized = ViewTransform.fitted(resized.shape_hw, resized.spacing_xy, resized.view_wh)
        self.set_transform(resized, fitted=self._is_fitted)
        self._invalidate()

    def _invalidate(self, area: QRect | None = None) -> None:
        """Paint the picture again, all of it or an area of the widget."""
        self.update(self.rect() if area is None else area)

    def _fit_new(self, shape_hw: tuple[int, int], spacing_xy: tuple[float, float]) -> None:
        """Another picture, fitted. Emits nothing."""
        size = (float(self.width()), float(self.height()))
        self._transform, self._is_fitted = ViewTransform.fitted(shape_hw, spacing_xy, size), True
