"""What box and points tool do to the prompts, and which of them the model can use."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject

from medsam.document import Annotation, Change, Prompt, PromptMask
from medsam.errors import InputError
from medsam.prompts import Box, Points
from medsam.ui.bench import Bench
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.canvas.tools.box import BoxTool
from medsam.ui.canvas.tools.points import PointsTool
from medsam.ui.controllers.prompt_display import points_to_stored
from medsam.ui.controllers.prompt_queue import Pending, engine_prompts
from medsam.volume import stored_shape_hw

if TYPE_CHECKING:
    from medsam.ui.controllers.segmentation import SegmentationController

Mask = npt.NDArray[np.bool_]


class PromptTools(QObject):
    """Turns drags and clicks into prompts of the stored picture.

    Attributes:
        box, points: The tools.
    """

    def __init__(self, bench: Bench, controller: SegmentationController) -> None:
        super().__init__(controller)
        self._controller, self._session, self._actions = controller, bench.session, bench.actions
        self._bridge, self._view, self._presenter = bench.bridge, bench.view, bench.presenter
        self.box = BoxTool(self, controller.shapes)
        self.points = PointsTool(controller.shapes, self)
        self.box.drawn.connect(self.draw)
        self.box.adjusted.connect(self.adjust)
        self.box.adjusting.connect(self._dragging_box)
        self.box.clicked.connect(lambda view, *_: self._clicked(view))
        self.points.edited.connect(self.point)
        self.points.editing.connect(self._dragging_points)
        for tool in (self.box, self.points):
            tool.cancelled.connect(self._cancelled)
            tool.remove_requested.connect(lambda *_: controller.delete_selected())
        bench.actions.on("new_object", controller.finish)
        bench.actions.on("mask_prompt", self.toggle_mask)
        bench.actions["point_sign"].toggled.connect(self._set_sign)
        bench.session.opened.connect(self.offer)
        bench.session.changed.connect(self._follow)
        bench.bridge.model_loaded.connect(lambda _: self.offer())

    # --- the tools' signals ---------------------------------------------------

    def draw(self, view: SliceView, shown: Box) -> None:
        """A new box was drawn on a view."""
        if view.frame is not None:
            self._controller.begin(view.frame.axis, view.index, view.frame.box_to_stored(shown), None)

    def adjust(self, view: SliceView, shown: Box, prompt_id: int) -> None:
        """A box that is there was moved or resized."""
        old = self._of(prompt_id)
        if view.frame is not None and old is not None:
            self._controller.change(prompt_id, view.frame.box_to_stored(shown), old.points, old.mask)

    def point(self, view: SliceView, prompt_id: int | None, shown: Points) -> None:
        """Points of a prompt were put, moved or removed; None: of a new object."""
        if view.frame is None:
            return
        points = points_to_stored(view.frame, shown) if shown.xy else None
        old = self._of(prompt_id)
        if prompt_id is None and points is not None:
            self._controller.begin(view.frame.axis, view.index, None, points)
        elif prompt_id is not None and old is not None:
            self._controller.change(prompt_id, old.box, points, old.mask)

    def _dragging_box(self, view: SliceView, shown: Box) -> None:
        prompt_id = self.box.dragged_id
        volume, frame, old = self._session.volume, view.frame, self._of(prompt_id)
        if volume is None or frame is None:
            return
        try:
            box = frame.box_to_stored(shown).require_area(stored_shape_hw(volume.shape, frame.axis))
        except InputError:
            return
        parts = (old.points, old.mask) if old is not None else (None, None)
        self._controller.preview(view, engine_prompts(box, *parts), prompt_id)

    def _dragging_points(self, view: SliceView, prompt_id: int | None, shown: Points) -> None:
        if view.frame is None:
            return
        points, old = points_to_stored(view.frame, shown), self._of(prompt_id)
        box, mask = (old.box, old.mask) if old is not None else (None, None)
        self._controller.preview(view, engine_prompts(box, points, mask), prompt_id)

    def _clicked(self, view: SliceView) -> None:
        """A click on a box with a guess says again what its message said, should that have been closed."""
        item = self._controller.queue.shown_as(self.box.selected(view))
        if item is not None and item.guess is not None and item.reason:
            self._controller.answers.say_reason(item)

    def _cancelled(self) -> None:
        self._controller.forget_live()
        self._controller.refresh()

    # --- a previous mask --------------------------------------------------------

    def toggle_mask(self) -> None:
        """Use the mask that is on the slice now as a part of the prompt, or do so no longer."""
        annotation, frame = self._session.annotation, self._view.current.frame
        if annotation is None or frame is None:
            return
        prompt_id = self._controller.display.selected_in_sight
        old = self._of(prompt_id)
        if prompt_id is not None and old is not None and old.mask is not None:
            self._controller.change(prompt_id, old.box, old.points, None)
            return
        if old is None:
            axis, index, label_id = frame.axis, self._view.current.index, annotation.active_label
        else:
            axis, index, label_id = old.axis, old.index, old.label_id
        mask = PromptMask.from_full(present_mask(annotation, axis, index, label_id, old))
        if mask is None:
            name = annotation.labels.get(label_id).name
            self._presenter.info(self.tr('There is no mask of "{0}" on this slice yet.').format(name))
            self.refresh()
        elif prompt_id is None or old is None:
            self._controller.begin(axis, index, None, None, mask)
        else:
            self._controller.change(prompt_id, old.box, old.points, mask)

    # --- what is on offer ---------------------------------------------------------

    def offer(self) -> None:
        """Offer only what the model takes, and say why the rest is not to be had."""
        model = self._bridge.model
        is_open = self._session.volume is not None
        nothing = self.tr("Open an image first.")
        for name, kind in (
            ("tool_box", "box"),
            ("tool_points", "points"),
            ("mask_prompt", "mask"),
        ):
            takes = model is None or kind in model.prompts
            reason = nothing
            if is_open and model is not None:
                reason = self._lacks(kind).format(model.title)
            self._actions.set_enabled(name, is_open and takes, reason)
            if is_open and not takes and f"tool_{self._view.tool_name}" == name:
                self._view.choose_tool("points" if kind == "box" else "box")
        self.refresh()

    def refresh(self) -> None:
        """Bring the actions that concern the selected prompt up to date."""
        prompt_id = self._controller.display.selected_in_sight
        old = self._of(prompt_id)
        self._actions["mask_prompt"].setChecked(old is not None and old.mask is not None)
        none = self.tr("No object is selected.")
        for name in ("delete_box", "new_object"):
            self._actions.set_enabled(name, prompt_id is not None, none)

    def _lacks(self, kind: str) -> str:
        return {
            "box": self.tr("{0} takes no boxes. Choose a model that does."),
            "points": self.tr("{0} takes no points. Choose a model that does."),
            "mask": self.tr("{0} takes no previous mask. Choose a model that does."),
        }[kind]

    def _set_sign(self, negative: bool) -> None:
        self.points.negative = negative

    def _follow(self, change: Change) -> None:
        annotation, selected = self._session.annotation, self._controller.display.selected
        if change.kind != "active" or annotation is None or selected is None:
            return
        # Another label means another object.
        if self._controller.display.label_of(selected) != annotation.active_label:
            self._controller.finish()

    def _of(self, prompt_id: int | None) -> Pending | Prompt | None:
        return self._controller.prompt(prompt_id) if prompt_id is not None else None


def present_mask(
    annotation: Annotation, axis: int, index: int, label_id: int, prompt: Pending | Prompt | None
) -> Mask:
    """A label's mask on a slice, (H, W): of a prompt, the parts of it that the prompt points at.

    Parts are connected pixels; a prompt points at those that its box or a
    positive point touches. Where it touches none, all parts count.
    """
    from scipy import ndimage

    mask = annotation.slice_labels(axis, index) == label_id
    if prompt is None or not mask.any():
        return mask
    parts, count = ndimage.label(mask, structure=np.ones((3, 3), int))
    touched: set[int] = set()
    if prompt.box is not None:
        x0, y0, x1, y1 = (max(round(v), 0) for v in prompt.box.xyxy)
        touched |= set(np.unique(parts[y0:y1, x0:x1]).tolist())
    if prompt.points is not None:
        h, w = mask.shape
        for (x, y), positive in zip(prompt.points.xy, prompt.points.positive, strict=True):
            if positive:
                touched.add(int(parts[min(int(y), h - 1), min(int(x), w - 1)]))
    touched.discard(0)
    return np.isin(parts, list(touched)) if touched and count > 1 else mask
