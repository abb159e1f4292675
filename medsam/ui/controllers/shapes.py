"""Lasso and fill tool: from the mouse to the document. The wand has a controller of its own."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject

from medsam.document import (
    Annotation,
    Change,
    Edit,
    erase_block_edit,
    erase_edit,
    paint_block_edit,
    paint_edit,
)
from medsam.document.operations.polygon import polygon_mask
from medsam.document.operations.regions import Found, same_value_at
from medsam.errors import Cancelled
from medsam.ui.bench import Bench
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.canvas.tools.fill import FillTool
from medsam.ui.canvas.tools.polygon import LEAST_CORNERS, LassoTool, Outline
from medsam.ui.controllers.ink import Ink, Latest, Stop, pixel_at
from medsam.ui.controllers.mask_operations import MaskOperations
from medsam.ui.controllers.overlap import OverlapPreview
from medsam.ui.controllers.wand import WandController
from medsam.ui.panels.options_bar import OptionsBar
from medsam.ui.panels.options_shapes import FillOptions, LassoOptions
from medsam.volume import Plane

Mask = npt.NDArray[np.bool_]


class ShapesController(QObject):
    """Makes the tools that draw shapes, with their options, and the operations of the menu Mask.

    Attributes:
        lasso, wand, fill: One controller a tool.
        masks: The operations.
        ink: What they share.
    """

    def __init__(self, bench: Bench, overlap: OverlapPreview, options: OptionsBar) -> None:
        super().__init__(bench.window)
        ink = self.ink = Ink(bench, overlap, self)
        self.lasso = LassoController(bench, ink, self)
        self.wand = WandController(bench, ink, self)
        self.fill = FillController(bench, ink, self)
        for name, hand in (("polygon", self.lasso), ("wand", self.wand), ("fill", self.fill)):
            bench.view.add_tool(name, hand.tool)
            options.add_page(name, hand.options)
        self.masks = MaskOperations(bench, overlap, ink, self)
        self._views = bench.view

    def hand_over(self) -> dict[Plane, dict[int, Outline]]:
        """What a window in another language goes on with: outlines that are not closed yet."""
        return self.lasso.tool.open_outlines()

    def take_over(self, outlines: dict[Plane, dict[int, Outline]]) -> None:
        """Go on with what the window before left."""
        self.lasso.tool.take_outlines(self._views.views, outlines)


class LassoController(QObject):
    """Paints (or erases) the inside of outlines."""

    def __init__(self, bench: Bench, ink: Ink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._views, self._ink = bench.session, bench.view, ink
        self.tool = LassoTool(self)
        self.options = LassoOptions()
        self.tool.may_begin = ink.may_begin
        self.tool.changed.connect(self._preview)
        self.tool.closed.connect(self._close)
        bench.session.leaving.connect(self._settle)
        bench.session.opened.connect(self._open)
        bench.session.changed.connect(self._follow)
        bench.session.rule_changed.connect(lambda _: self._show_again())
        bench.view.slice_changed.connect(lambda view, _: self._tell(view))
        # After the prompts, which take their previews away when another tool is chosen.
        bench.view.tool_chosen.connect(lambda _: self._show_again())

    def _open(self) -> None:
        self.tool.forget()
        self._color()

    def _follow(self, change: Change) -> None:
        if change.kind in ("labels", "active"):
            self._color()
            self._show_again()
        elif change.kind == "voxels":
            self._show_again()

    def _color(self) -> None:
        label = self._ink.label
        if label is not None:
            self.tool.set_color(label.color)

    def _show_again(self) -> None:
        for view in self._views.views:
            self._tell(view)

    def _tell(self, view: SliceView) -> None:
        if self._views.tool_name == "polygon" and self.tool.outline(view) is not None:
            self.tool.tell(view)

    def _preview(self, view: SliceView, outline: Outline | None) -> None:
        label = self._ink.label
        if outline is None or label is None:
            self._ink.show(view, None)
        else:
            self._ink.show(
                view, self._mask(view, outline.corners), erases=label.id if outline.subtracts else 0
            )

    def _mask(self, view: SliceView, corners: list[tuple[float, float]]) -> Mask:
        """The stored picture of the pixels inside: what is shown is what is painted, in every plane."""
        assert view.frame is not None
        return view.frame.to_stored(polygon_mask(corners, view.frame.shape_hw))

    def _settle(self) -> None:
        """The image is about to be left: no outline that could be closed is lost."""
        for view, index, outline in self.tool.waiting():
            if len(outline.corners) >= LEAST_CORNERS:
                self._paint(view, index, outline.corners, outline.subtracts)
        self.tool.forget()

    def _close(self, view: SliceView, corners: list[tuple[float, float]], subtracts: bool) -> None:
        self._paint(view, view.index, corners, subtracts)

    def _paint(
        self, view: SliceView, index: int, corners: list[tuple[float, float]], subtracts: bool
    ) -> None:
        frame, rule, label = view.frame, self._session.rule, self._ink.label
        if frame is None or label is None:
            return
        mask = self._mask(view, corners)

        def make(annotation: Annotation) -> Edit:
            if subtracts:
                text = self.tr("erase outline")
                return erase_edit(annotation, frame.axis, index, mask, rule, text, label.id)
            return paint_edit(annotation, frame.axis, index, mask, label.id, rule, self.tr("outline"))

        if not mask.any():
            nothing = self.tr("The outline holds no pixel, so nothing was painted.")
        elif subtracts:
            nothing = self.tr("The outline holds nothing of the active label that may be erased.")
        else:
            nothing = self.tr("The outline holds no pixel that may be painted.")
        self._ink.push(view, make, nothing, paints=0 if subtracts else label.id)


@dataclass(frozen=True)
class _Hover:
    """The region under the mouse and the state of the document it was found in."""

    view: SliceView
    index: int
    revision: int
    mask: Mask
    value: int


class FillController(QObject):
    """Fills holes, gives regions the active label, and erases them."""

    def __init__(self, bench: Bench, ink: Ink, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._session, self._ink = bench.session, ink
        self._latest = Latest(bench.tasks, self)
        self._hover: _Hover | None = None
        self.tool = FillTool(self)
        self.options = FillOptions()
        self.tool.may_begin = self._may_begin
        self.tool.pointed.connect(self._point)
        self.tool.left.connect(self._leave)
        self.tool.clicked.connect(self._click)
        bench.session.opened.connect(self._open)
        bench.view.slice_changed.connect(lambda view, _: self._forget())

    def _open(self) -> None:
        self._latest.drop()
        self._forget()
        volume = self._session.volume
        self.options.scope.set_volume_possible(volume is not None and min(volume.shape) > 1)

    def _may_begin(self, view: SliceView) -> bool:
        return not self._latest.is_busy and self._ink.may_begin(view)

    def _forget(self) -> None:
        self._hover = None

    def _leave(self, view: SliceView) -> None:
        if self._hover is not None:
            self._hover = None
            self._ink.show(view, None)

    def _point(self, view: SliceView, x: float, y: float, erases: bool) -> None:
        """Show what a click would do; through the volume, its part on this slice."""
        annotation, label = self._session.annotation, self._ink.label
        if annotation is None or view.frame is None or label is None or label.locked:
            return
        seed = pixel_at(view, x, y)
        hover = self._hover
        if (
            hover is None
            or (hover.view, hover.index, hover.revision) != (view, view.index, annotation.revision)
            or not hover.mask[seed]
        ):
            labels = annotation.slice_labels(view.frame.axis, view.index)
            found = same_value_at(labels, seed)
            mask = found.full(labels.shape)
            self._hover = hover = _Hover(view, view.index, annotation.revision, mask, int(labels[seed]))
            if not hover.value and found.touches_edge:
                self._hover = hover = _Hover(view, view.index, annotation.revision, mask, -1)
        useful = (hover.value not in (0, -1)) if erases else hover.value not in (-1, label.id)
        if not useful:
            self._ink.show(view, None)
        elif erases:
            self._ink.show(view, hover.mask, erases=hover.value)
        else:
            self._ink.show(view, hover.mask)

    def _click(self, view: SliceView, x: float, y: float, erases: bool) -> None:
        annotation, frame = self._session.annotation, view.frame
        if annotation is None or frame is None:
            return
        seed, index, revision = pixel_at(view, x, y), view.index, annotation.revision
        in_volume = self.options.scope.in_volume
        self._forget()
        if not in_volume:
            self._fill(annotation, view, index, seed, None, erases)
            return
        row, col = seed
        ijk = [col, row]
        ijk.insert(frame.axis, index)

        def find(stop: Stop) -> Found:
            return same_value_at(annotation.label_map, (ijk[0], ijk[1], ijk[2]), stop)

        def done(found: Found) -> None:
            if annotation is not self._session.annotation:
                return
            if annotation.revision != revision:
                self._ink.explain(view, self.tr("The labels changed meanwhile; click again to fill."))
                return
            self._fill(annotation, view, index, seed, found, erases)

        self._latest.ask(find, done, partial(self._fail, view))

    def _fail(self, view: SliceView, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            self._ink.refuse(view, error)

    def _fill(
        self,
        annotation: Annotation,
        view: SliceView,
        index: int,
        seed: tuple[int, int],
        block: Found | None,
        erases: bool,
    ) -> None:
        """Fill the region at a seed of a slice, or ``block`` of the volume."""
        assert view.frame is not None
        axis = view.frame.axis
        labels = annotation.slice_labels(axis, index)
        value, active, rule = int(labels[seed]), annotation.active_label, self._session.rule
        found = block or same_value_at(labels, seed)
        problem = self._problem(annotation, value, found, erases)
        if problem:
            self._ink.explain(view, problem)
            return
        mask: Any = found.mask if block else found.full(labels.shape)

        def make(annotation: Annotation) -> Edit:
            text = self.tr("erase region") if erases else self.tr("fill")
            if block is not None:
                i, j, k = block.block
                if erases:
                    return erase_block_edit(annotation, (i, j, k), mask, rule, text, value)
                return paint_block_edit(annotation, (i, j, k), mask, active, rule, text)
            if erases:
                return erase_edit(annotation, axis, index, mask, rule, text, value)
            return paint_edit(annotation, axis, index, mask, active, rule, text)

        nothing = self.tr("The rule allows none of these voxels to be changed.")
        self._ink.push(view, make, nothing, paints=0 if erases else active)

    def _problem(self, annotation: Annotation, value: int, found: Found, erases: bool) -> str:
        """Why a click means nothing here; "" if it does."""
        if erases:
            return "" if value else self.tr("There is no label here to erase.")
        if value == annotation.active_label:
            return self.tr('This region is "{0}" already.').format(annotation.labels.get(value).name)
        if not value and found.touches_edge:
            return self.tr(
                "This is no hole: the background here reaches the edge of the image. Close its outline first."
            )
        if value in annotation.labels.locked_ids:
            name = annotation.labels.get(value).name
            return self.tr('"{0}" is locked; unlock it to give its region another label.').format(name)
        return ""
