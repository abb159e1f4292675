"""Brush and eraser at work: what their ink may touch, and how a stroke enters the document."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject, Qt, QTimer, pyqtSignal
from PyQt5.QtGui import QKeyEvent, QKeySequence

from medsam.document import (
    Annotation,
    Change,
    ChangeLabel,
    Compound,
    Edit,
    Region,
    allowed,
    erase_block_edit,
    paint_block_edit,
)
from medsam.document.operations.adaptive import prepare
from medsam.document.operations.brush import Brush, Stroke
from medsam.errors import MedSAMError
from medsam.ui.bench import Bench
from medsam.ui.canvas.beside_mouse import say_beside_mouse
from medsam.ui.canvas.ink import Ink
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.canvas.tools.brush import BrushTool
from medsam.ui.canvas.tools.brush_settings import BrushSettings


class PaintingController(QObject):
    """Joins brush and eraser with the session.

    Attributes:
        settings: The tip and what the eraser takes.
        brush, eraser: The tools.

    Signals:
        explained: Why the last stroke changed nothing.
    """

    explained = pyqtSignal(str)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench.window)
        self._session, self._actions = bench.session, bench.actions
        self._view, self._presenter = bench.view, bench.presenter
        self._refusal = ""
        self.settings = BrushSettings(self)
        self.brush = BrushTool(self._begin, parent=self)
        self.eraser = BrushTool(self._begin, erases=True, parent=self)
        for name, tool in (("brush", self.brush), ("eraser", self.eraser)):
            tool.is_size_key = self._is_size_key
            tool.finished.connect(self._finished)
            tool.resized.connect(self.settings.resize)
            tool.loosened.connect(self.settings.loosen)
            tool.picked.connect(self._pick)
            bench.view.add_tool(name, tool)
        self._connect()
        self._follow_settings()
        self._enable()

    # --- inside -----------------------------------------------------------------

    def _connect(self) -> None:
        session, actions, settings = self._session, self._actions, self.settings
        session.opened.connect(self._opened)
        session.leaving.connect(self._settle)
        session.changed.connect(self._follow)
        session.rule_changed.connect(lambda _: self._check_again())
        settings.changed.connect(self._follow_settings)
        actions.on("brush_larger", partial(settings.resize, 1))
        actions.on("brush_smaller", partial(settings.resize, -1))
        actions["brush_sphere"].toggled.connect(settings.set_sphere)
        actions["brush_adaptive"].toggled.connect(settings.set_adaptive)

    def _follow_settings(self) -> None:
        tip = self.settings.brush
        for tool in (self.brush, self.eraser):
            tool.set_brush(tip)
        self._actions["brush_sphere"].setChecked(tip.shape == "sphere")
        self._actions["brush_adaptive"].setChecked(tip.adaptive)
        if tip.adaptive and self._session.volume is not None:
            QTimer.singleShot(0, prepare)

    def _opened(self) -> None:
        volume = self._session.volume
        if volume is not None:
            self.settings.set_has_scale(volume.has_scale)
        self._follow_settings()
        self._enable()

    def _enable(self) -> None:
        volume = self._session.volume
        nothing = self.tr("Open an image first.")
        for name in ("brush_larger", "brush_smaller", "brush_adaptive"):
            self._actions.set_enabled(name, volume is not None, nothing)
        single = nothing if volume is None else self.tr("This image has one slice only.")
        self._actions.set_enabled("brush_sphere", volume is not None and min(volume.shape) > 1, single)

    def _is_size_key(self, event: QKeyEvent) -> bool:
        pressed = QKeySequence(event.key() | int(event.modifiers() & ~Qt.KeypadModifier))
        names = ("brush_larger", "brush_smaller")
        return any(pressed == key for name in names for key in self._actions[name].shortcuts())

    def _settle(self) -> None:
        """Complete the stroke that is being drawn, if any."""
        for view in self._view.views:
            for tool in (self.brush, self.eraser):
                if view.tool is tool:
                    view.settle_drag()

    def _follow(self, change: Change) -> None:
        if change.kind in ("voxels", "labels"):
            self._check_again()

    def _check_again(self) -> None:
        for tool in (self.brush, self.eraser):
            tool.check_again()

    # --- a stroke -----------------------------------------------------------------

    def _begin(self, view: SliceView, erases: bool, tip: Brush) -> Ink | None:
        annotation = self._session.annotation
        if annotation is None or view.annotation is not annotation or view.frame is None:
            return None
        label = annotation.labels.get(annotation.active_label)
        self._presenter.withdraw(self._refusal)
        every = erases and self.settings.erases_every
        if label.locked and not every:
            self._refusal = self._presenter.refuse_locked(label.id, label.name)
            return None
        # What is drawn must be seen.
        self._actions["overlay"].setChecked(True)
        value = 0 if erases else label.id
        may = partial(self._permitted, annotation, value, None if every else label.id)
        stroke = Stroke(annotation.volume, view.frame.axis, view.index, tip, may)
        return Ink(stroke, value, 0 if every else label.id)

    def _permitted(
        self, annotation: Annotation, value: int, only: int | None, region: Region
    ) -> npt.NDArray[np.bool_]:
        """Where a stroke changes something and may: ``value`` 0 erases label ``only``, or all in sight."""
        labels, raw = annotation.label_map[region], annotation.volume.array[region]
        may = allowed(self._session.rule, labels, raw, annotation.labels, value)
        if value == 0 and only is not None:
            may &= labels == only
        elif value == 0:
            # Nobody erases what is not to be seen.
            hidden = [label.id for label in annotation.labels if not label.visible]
            may &= (labels != 0) & ~np.isin(labels, hidden)
        return may

    def _finished(self, view: SliceView, ink: Ink) -> None:
        annotation, region = self._session.annotation, ink.stroke.region
        if annotation is None or region is None or view.annotation is not annotation:
            return
        mask = ink.stroke.mask
        changed = mask & (annotation.label_map[region] != ink.value)
        try:
            if changed.any():
                self._session.push(self._edit(annotation, ink, region, mask))
            else:
                self._explain(view, annotation, ink, bool(mask.any()))
        except MedSAMError as error:
            self._presenter.error(error)

    def _edit(self, annotation: Annotation, ink: Ink, region: Region, mask: npt.NDArray[np.bool_]) -> Edit:
        rule, number = self._session.rule, ink.stroke.index + 1
        edit: Edit
        if ink.erases:
            text = self.tr("eraser on slice {0}").format(number)
            edit = erase_block_edit(annotation, region, mask, rule, text, ink.label_id or None)
        else:
            text = self.tr("brush on slice {0}").format(number)
            edit = paint_block_edit(annotation, region, mask, ink.label_id, rule, text)
        label = annotation.labels.get(ink.label_id) if ink.label_id else None
        if label is not None and not label.visible:
            edit = Compound((ChangeLabel(replace(label, visible=True), text), edit), text)
        return edit

    def _explain(self, view: SliceView, annotation: Annotation, ink: Ink, painted: bool) -> None:
        """Say why a stroke changed nothing, where that is not plain to see."""
        region, touched = ink.stroke.region, ink.stroke.touched
        if painted or region is None or not touched.any():
            return
        under = annotation.label_map[region][touched]
        name = annotation.labels.get(ink.label_id).name if ink.label_id else ""
        if not ink.erases:
            text = self.tr(
                'Nothing was painted: locked labels, or the rule of what may be overwritten, keep "{0}" out.'
            )
        elif not under.any():
            return
        elif not ink.label_id or (under == ink.label_id).any():
            text = self.tr("Nothing was erased: what lies here is locked or hidden, or the rule keeps it.")
        else:
            text = self.tr(
                'Nothing was erased: the eraser takes only "{0}". Choose the label under it (Alt+click),'
                " or let it take every label."
            )
        text = text.format(name)
        say_beside_mouse(view, text)
        self.explained.emit(text)

    def _pick(self, view: SliceView, x: float, y: float) -> None:
        """Make the label under a shown point the active one."""
        annotation, frame = self._session.annotation, view.frame
        if annotation is None or frame is None or not view.transform.contains(x, y):
            return
        h, w = frame.shape_hw
        picture = frame.shown(annotation.label_map, view.index)
        number = int(picture[min(int(y), h - 1), min(int(x), w - 1)])
        if number in annotation.labels:
            annotation.set_active_label(number)
