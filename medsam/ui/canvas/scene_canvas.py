"""What a slice view shows and how it is painted; ``slice_view`` adds the mouse.

Painting has two layers. The *scene* (slice, labels, preview) is kept as an
image of the view's size and painted again only where it changed. Crosshair,
captions and tools are drawn over it on every paint, so they cost next to
nothing while the mouse moves.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QEvent, QPointF, QRect, QRectF, Qt, pyqtSignal
from PyQt5.QtGui import QPainter, QPaintEvent, QRegion
from PyQt5.QtWidgets import QSizePolicy, QWidget

from medsam.intensity import Window, default_window
from medsam.prompts import Box
from medsam.ui.canvas import captions, overlays
from medsam.ui.canvas.chrome import Chrome
from medsam.ui.canvas.document_watch import DocumentWatch
from medsam.ui.canvas.label_overlay import Colour, Rect, extent, styles_of
from medsam.ui.canvas.near_slices import NearSlices
from medsam.ui.canvas.painting import painting
from medsam.ui.canvas.plane_canvas import PlaneCanvas, Voxel
from medsam.ui.canvas.rendering import rect_of
from medsam.ui.canvas.scene_layers import SceneLayers
from medsam.ui.canvas.slice_blocks import rect_of_labels, rect_of_region, with_ink
from medsam.volume import Plane, Volume

if TYPE_CHECKING:
    from medsam.document import Annotation, Change
    from medsam.ui.canvas.ink import Ink

Region = tuple[slice, slice, slice]

_PREVIEW_COLOR = (86, 180, 233)
_OUTLINE_REACH = 3
"""Logical pixels that an outline may reach beyond the pixels it belongs to."""


class SceneCanvas(PlaneCanvas):
    """A slice with labels, crosshair and captions. Takes no input.

    Signals (besides those of ``PlaneCanvas``):
        index_changed: The slice index, whoever changed it.
        window_changed: The ``Window``, whoever changed it.
    """

    index_changed = pyqtSignal(int)
    window_changed = pyqtSignal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._crosshair_visible = True
        self._busy: tuple[str, float | None] | None = None
        self._layers, self._chrome = SceneLayers(), Chrome()
        self._near, self._near_labels = NearSlices(), NearSlices()
        self._label_map: npt.NDArray[np.uint16] | None = None
        self._ink: Ink | None = None
        self._preview_rect: Rect | None = None
        self._marks: list[Callable[[QPainter], None]] = []
        self.setAttribute(Qt.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Expanding, QSizePolicy.Expanding)
        self._watch = DocumentWatch(self)
        self._describe()

    # --- what is shown ----------------------------------------------------

    def set_scene(
        self, volume: Volume | None, plane: Plane = Plane.AXIAL, annotation: Annotation | None = None
    ) -> None:
        """Show a plane of a volume, from its middle slice, fitted; None empties the view.

        The same volume and plane again keep slice, zoom and window, so that
        another annotation can be laid over. Emits nothing.
        """
        same = volume is not None and volume is self._volume and plane == self.plane
        self._volume = volume
        self._annotation = annotation if volume is not None else None
        self._watch.follow(self._annotation, self._on_document_changed)
        if self._annotation is not None:
            self._set_styles()
        # One view of it for as long as it is shown: what was read of it is known by it.
        self._label_map = self._annotation.label_map if self._annotation is not None else None
        self._near_labels = NearSlices()
        if not same:
            self._near = NearSlices()
            self._frame = volume.geometry.plane_frame(plane) if volume is not None else None
            self._index = self._frame.count // 2 if self._frame else 0
            self._window, self._span, self._crosshair, self._busy = None, None, None, None
            if self._frame:
                self._fit_new(self._frame.shape_hw, self._frame.spacing_xy)
        self._show_slice()
        self._describe()

    def set_index(self, index: int) -> None:
        """Show another slice; an index outside is brought to the nearest one.

        The preview belongs to the slice it was made on and goes with it.
        """
        if self._frame is None:
            return
        index = min(max(int(index), 0), self._frame.count - 1)
        if index != self._index:
            self._index = index
            self._show_slice()
            self._describe()
            self.index_changed.emit(index)

    def set_window(self, window: Window | None) -> None:
        """Look at grey values through ``window``; None is the volume's default."""
        if self._volume is None or self._volume.is_rgb:
            return
        window = window or default_window(self._volume)
        if window != self._window:
            self._window = window
            self._invalidate()
            self.window_changed.emit(window)

    def set_crosshair(self, ijk: Voxel | None) -> None:
        """Put the crosshair at voxel coordinates, or hide it. Emits nothing."""
        if ijk is not None:
            ijk = (float(ijk[0]), float(ijk[1]), float(ijk[2]))
        if ijk != self._crosshair:
            before, self._crosshair = self._crosshair_at(), ijk
            if self._crosshair_visible:
                self.update(overlays.crosshair_moved(before, self._crosshair_at(), self.rect()))

    def set_preview(self, mask: npt.NDArray[np.bool_] | None, label_id: int = 0, draft: bool = False) -> None:
        """Lay a mask that is not in the document yet over the slice.

        Args:
            mask: The present slice's stored picture, (H, W) bool; None removes it.
            label_id: Whose colour to use.
            draft: Lighter and with a dashed outline: a better mask will follow.
        """
        shown = None
        if mask is not None and self._frame is not None:
            shown = self._frame.from_stored(np.asarray(mask, dtype=bool))
            assert shown.shape == self._frame.shape_hw, "a preview has the size of the slice"
        before, self._preview_rect = self._preview_rect, extent(shown)
        self._layers.set_preview(shown, self._color_of(label_id), draft)
        self._preview_changed(before)

    def set_preview_part(
        self, part: npt.NDArray[np.bool_], at: tuple[int, int], label_id: int = 0, draft: bool = False
    ) -> None:
        """Lay a mask over the slice of which only a part is given, as of one that changes at every move.

        Args:
            part: Of the present slice's stored picture, (h, w) bool; beside it there is nothing.
            at: Its first column and row.
            label_id, draft: As in ``set_preview``.
        """
        if self._frame is None or not part.size:
            self.set_preview(None)
            return
        (x0, y0), (h, w) = at, part.shape
        place = self._frame.box_from_stored(Box(x0, y0, x0 + w, y0 + h))
        rect = (round(place.x0), round(place.y0), round(place.x1), round(place.y1))
        before, self._preview_rect = self._preview_rect, rect
        shown = self._frame.from_stored(part)
        self._layers.set_preview(shown, self._color_of(label_id), draft, rect[:2], self._frame.shape_hw)
        self._preview_changed(before)

    def _preview_changed(self, before: Rect | None) -> None:
        for rect in {before, self._preview_rect}:
            if rect is not None:
                self._invalidate_picture(rect)

    def set_ink(self, ink: Ink | None) -> None:
        """Show labels as they will be with ``ink``, on every slice it reaches; None ends that.

        Nothing is painted by this: ``refresh`` says where ink came or went.
        """
        before, self._ink = self._ink, ink
        if self._shows_hidden(before) or self._shows_hidden(ink):
            self._set_styles()
            self._invalidate()
        self._layers.labels.set_amend(self._amend if ink is not None else None)

    def set_overlay_visible(self, visible: bool) -> None:
        """Show or hide labels and preview."""
        if visible != self._layers.overlay_visible:
            self._layers.overlay_visible = visible
            self._invalidate()

    def set_crosshair_visible(self, visible: bool) -> None:
        """Show or hide the crosshair without forgetting where it is."""
        self._crosshair_visible = visible
        self.update()

    def set_smooth(self, smooth: bool) -> None:
        """Interpolate magnified pixels, or show them as squares."""
        if smooth != self._layers.smooth:
            self._layers.smooth = smooth
            self._invalidate()

    def set_busy(self, text: str | None, fraction: float | None = None) -> None:
        """A line near the lower edge ("Encoding this slice… 40 %"), or None.

        Args:
            text: Translated.
            fraction: 0..1 draws a thin progress line as well.
        """
        busy = (text, fraction) if text else None
        if busy != self._busy:
            self._busy = busy
            self.update()

    def refresh(self, region: Region | None = None) -> None:
        """Read the labels again: those of a block of voxels, or all of them and their colours."""
        if self._frame is None:
            return
        self._near_labels.forget()
        if region is None:
            if self._annotation is not None:
                self._set_styles()
            self._show_slice_labels()
            self._invalidate()
            return
        rect = rect_of_region(self._frame, self._index, region)
        if rect is not None:
            self._layers.labels.mark_stale(rect)
            self._invalidate_picture(rect)

    def reset_view(self) -> None:
        """Fit, and go back to the volume's default window."""
        self.fit()
        self.set_window(None)

    # --- inside -----------------------------------------------------------

    def _on_document_changed(self, change: Change) -> None:
        if change.kind == "voxels":
            self.refresh(change.region)
        elif change.kind == "labels" and self._annotation is not None and self._set_styles():
            self._invalidate()

    def _show_slice(self) -> None:
        if self._volume is None or self._frame is None:
            self._layers.slice.set_picture(None)
        else:
            self._layers.slice.set_picture(
                self._frame.shown(self._volume.array, self._index),
                partial(self._near.shown, self._volume.array, self._frame, self._index),
            )
        self._layers.set_preview(None, _PREVIEW_COLOR, False)
        self._preview_rect = None
        self._show_slice_labels()
        self._invalidate()

    def _show_slice_labels(self) -> None:
        labels = self._label_map
        if labels is None or self._frame is None:
            self._layers.labels.set_picture(None)
        else:
            self._layers.labels.set_picture(
                self._frame.shown(labels, self._index),
                self._amend if self._ink is not None else None,
                self._label_bounds,
                partial(self._near_labels.shown, labels, self._frame, self._index),
            )

    def _label_bounds(self) -> Rect | None:
        assert self._annotation is not None and self._frame is not None
        return rect_of_labels(self._annotation, self._frame, self._index)

    def _set_styles(self) -> bool:
        """Take the labels' looks over; whether that changes what is seen."""
        assert self._annotation is not None
        labels = tuple(self._annotation.labels)
        if self._shows_hidden(self._ink) and (ink := self._ink) is not None:
            labels = tuple(replace(la, visible=True) if la.id == ink.label_id else la for la in labels)
        return self._layers.labels.set_styles(styles_of(labels))

    def _shows_hidden(self, ink: Ink | None) -> bool:
        """Whether a label is seen only because of the ink: what is drawn must be seen."""
        if ink is None or self._annotation is None:
            return False
        return any(label.id == ink.label_id and not label.visible for label in self._annotation.labels)

    def _amend(self, rect: Rect, labels: npt.NDArray[Any]) -> npt.NDArray[Any]:
        assert self._frame is not None
        return (
            with_ink(self._frame, self._index, self._ink, rect, labels) if self._ink is not None else labels
        )

    def _color_of(self, label_id: int) -> Colour:
        labels = self._annotation.labels if self._annotation is not None else ()
        return next((label.color for label in labels if label.id == label_id), _PREVIEW_COLOR)

    def _describe(self) -> None:
        """Tell assistive software what is shown."""
        name, description = captions.spoken(self._volume, self._frame, self._index)
        self.setAccessibleName(name)
        self.setAccessibleDescription(description)

    # --- painting ---------------------------------------------------------

    def _invalidate(self, area: QRect | None = None) -> None:
        area = self.rect() if area is None else area & self.rect()
        if not area.isEmpty():
            self._layers.mark_stale(area)
            self.update(area)

    def _invalidate_picture(self, rect: Rect) -> None:
        """Paint a part of the picture again, with the outlines that reach out of it."""
        area = rect_of(self._transform.box_to_view(Box(*rect)))
        reach = _OUTLINE_REACH
        self._invalidate(area.adjusted(-reach, -reach, reach, reach).toAlignedRect())

    def add_marks(self, paint: Callable[[QPainter], None]) -> None:
        """Let someone draw over the slice on every paint, under the tool, in logical pixels of the view."""
        self._marks.append(paint)

    @property
    def overlay_visible(self) -> bool:
        """Whether labels, preview and marks show."""
        return self._layers.overlay_visible

    def paint_tool(self, painter: QPainter) -> None:
        """Draw what a tool adds; nothing here."""

    def _paint_chrome(self, painter: QPainter, dirty: QRegion) -> None:
        assert self._frame is not None and self._volume is not None
        area = QRectF(self.rect())
        at = self._crosshair_at()
        if at is not None and self._crosshair_visible:
            picture = rect_of(self._transform.picture_box()) & area
            colors = overlays.crosshair_colors(self.plane, self._volume.is_picture)
            overlays.paint_crosshair(painter, at, picture, colors, self.devicePixelRatioF())
        for paint in self._marks:
            painter.save()
            paint(painter)
            painter.restore()
        self.paint_tool(painter)
        at_what = (self._volume, self._frame, self._index, self.window, self._transform)
        self._chrome.paint(painter, area, dirty, *at_what)
        if self._busy is not None:
            overlays.paint_notice(painter, area, *self._busy)

    # --- Qt's -------------------------------------------------------------

    def changeEvent(self, event: QEvent) -> None:
        """Another language or font."""
        super().changeEvent(event)
        if event.type() == QEvent.LanguageChange:
            self._chrome.forget()
            self._describe()
        if event.type() in (QEvent.LanguageChange, QEvent.FontChange):
            self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Scene, then everything that lies over it."""
        with painting(self) as painter:
            if self._frame is None:
                painter.fillRect(self.rect(), overlays.BACKGROUND)
                overlays.paint_empty(painter, QRectF(self.rect()), captions.invitation())
            else:
                ratio = self.devicePixelRatioF()
                scene = self._layers.image(self.rect(), ratio, self._transform, self.window)
                painter.drawImage(QPointF(0, 0), scene)
                self._paint_chrome(painter, event.region())
            if self.hasFocus():
                overlays.paint_focus(painter, QRectF(self.rect()))
