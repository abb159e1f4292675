"""What the views show of the prompts: boxes, points, the selected one, drafts, offers and the live mask."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PyQt5.QtCore import QObject

from medsam.document import Annotation, Change, Prompt, PromptMask, allowed
from medsam.engine.jobs import MaskAnswer, MaskPatch
from medsam.prompts import Box, Points
from medsam.ui.bench import Bench
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.canvas.tools.point_painting import disagreement_shade
from medsam.ui.canvas.tools.prompt_shapes import PromptShapes, Shade, ShownPrompt
from medsam.ui.controllers.overlap import OverlapPreview
from medsam.ui.controllers.prompt_queue import Pending, PromptQueue
from medsam.volume import PlaneFrame, stored_slice

Mask = npt.NDArray[np.bool_]


@dataclass
class LiveMask:
    """The mask of a prompt while it is dragged.

    Attributes:
        token: Of the newest request.
        view, axis, index: Where it is dragged.
        label_id: What it will paint.
        prompt_id: As the tools show it; None for a new one.
        first: Token of the drag's first request.
        shown: Token of the request whose mask ``patch`` is; 0 until one has come.
        patch: The mask; None where there is nothing.
        final: What the drag came to, once the mouse was let go.
    """

    token: int
    view: SliceView
    axis: int
    index: int
    label_id: int
    prompt_id: int | None = None
    first: int = 0
    shown: int = 0
    patch: MaskPatch | None = None
    final: Pending | None = None

    @property
    def place(self) -> tuple[SliceView, int, int]:
        """View, axis and index: a mask fits no other place."""
        return self.view, self.axis, self.index


class PromptDisplay(QObject):
    """Keeps the tools and the previews of every view in step with document and queue.

    Attributes:
        selected: Id of the selected prompt, in sight or not.
        live: The mask of the prompt being dragged.
        shaded: The prompt whose candidates' disagreement is on show, and its answer.
    """

    def __init__(
        self,
        bench: Bench,
        shapes: PromptShapes,
        queue: PromptQueue,
        overlap: OverlapPreview,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._shapes, self._queue = bench.session, shapes, queue
        self._view, self._overlay, self._overlap = bench.view, bench.actions["overlay"], overlap
        self._hatched: set[SliceView] = set()
        self._shades: dict[SliceView, tuple[MaskAnswer | None, tuple[int, int, int]]] = {}
        self.selected: int | None = None
        self.live: LiveMask | None = None
        self.shaded: tuple[int, MaskAnswer] | None = None
        bench.session.changed.connect(self._colour_tool)
        bench.session.opened.connect(self._colour_tool)

    @property
    def view_of_selected(self) -> SliceView | None:
        """The view that shows the selected prompt now, if one does."""
        views = self._view.views
        return next((v for v in views if self._shapes.find(v, self.selected) is not None), None)

    @property
    def selected_in_sight(self) -> int | None:
        """The selected prompt, if one of the views shows it now."""
        return self.selected if self.view_of_selected is not None else None

    def view_at(self, axis: int, index: int) -> SliceView | None:
        """The view that shows the prompts of a stored slice now, if one does."""
        if not self._overlay.isChecked():
            return None
        shown = (v for v in self._view.views if v.frame is not None and v.index == index)
        return next((v for v in shown if v.frame is not None and v.frame.axis == axis), None)

    def label_of(self, prompt_id: int | None) -> int:
        """The label that a prompt paints; the active one for a new prompt."""
        annotation = self._session.annotation
        assert annotation is not None
        if prompt_id is None:
            return annotation.active_label
        item = self._queue.shown_as(prompt_id)
        if item is not None:
            return item.label_id
        prompt = annotation.prompts.get(prompt_id)
        return prompt.label_id if prompt is not None else annotation.active_label

    def refresh(self) -> None:
        """Bring every view up to date."""
        for view in self._view.views:
            self.refresh_view(view)

    def refresh_view(self, view: SliceView) -> None:
        """Bring the prompts and the preview of one view up to date."""
        self._shapes.show(view, self._shapes_of(view), self.selected)
        self.refresh_preview(view)

    def refresh_previews(self) -> None:
        """Bring the previews alone up to date."""
        for view in self._view.views:
            self.refresh_preview(view)

    def refresh_preview(self, view: SliceView) -> None:
        """Show the live mask, else what is offered, else the newest draft or guess, else nothing."""
        frame, live = view.frame, self.live
        if frame is None:
            return
        if live is not None and live.patch is not None and live.place == (view, frame.axis, view.index):
            self._hatch(view, None)
            view.set_preview_part(live.patch.mask, (live.patch.x0, live.patch.y0), live.label_id, draft=True)
        elif not self._show_offers(view, frame) and not self._show_drafts(view, frame):
            view.set_preview(None)
        self._refresh_shade(view, frame)

    def _show_offers(self, view: SliceView, frame: PlaneFrame) -> bool:
        """The masks that wait to be accepted: those of the selected one's label, as the rule lets them in."""
        annotation, colours = self._session.annotation, self._colours()
        items = [i for i in self._queue.on(frame.axis, view.index) if i.answer and i.label_id in colours]
        if annotation is None or not items or not self._overlay.isChecked():
            self._hatch(view, None)
            return False
        first = next((i for i in items if i.shown_id == self.selected), items[-1])
        mask = np.logical_or.reduce([_offered(i) for i in items if i.label_id == first.label_id])
        mask &= self._may(annotation, first)
        self._hatch(view, mask, first.label_id)
        view.set_preview(mask, first.label_id)
        return True

    def _may(self, annotation: Annotation, item: Pending) -> Mask:
        labels = annotation.slice_labels(item.axis, item.index)
        raw = stored_slice(annotation.volume.array, item.axis, item.index)
        return allowed(self._session.rule, labels, raw, annotation.labels, item.label_id)

    def _show_drafts(self, view: SliceView, frame: PlaneFrame) -> bool:
        colours = self._colours()
        for item in reversed(self._queue.on(frame.axis, view.index)):
            patch = item.draft or item.guess
            if patch is not None and item.label_id in colours:
                view.set_preview_part(patch.mask, (patch.x0, patch.y0), item.label_id, draft=True)
                return True
        return False

    def _hatch(self, view: SliceView, mask: Mask | None, label_id: int = 0) -> None:
        """Hatch what a mask would take from its neighbours; leave alone what others hatch."""
        if mask is not None and mask.any():
            self._overlap.show(view, mask, label_id)
            self._hatched.add(view)
        elif view in self._hatched:
            self._hatched.discard(view)
            self._overlap.clear(view)

    def _refresh_shade(self, view: SliceView, frame: PlaneFrame) -> None:
        answer, color = None, (0, 0, 0)
        if self.shaded is not None and self._overlay.isChecked() and self.live is None:
            shown = self._shapes.find(view, self.shaded[0])
            place = self.shaded[1].slice
            if shown is not None and (frame.axis, view.index) == (place.axis, place.index):
                answer, color = self.shaded[1], shown.color
        before = self._shades.get(view, (None, color))
        if answer is before[0] and (answer is None or color == before[1]):
            return
        self._shades[view] = (answer, color)
        self._shapes.shade(view, _shade(frame, answer, color) if answer is not None else None)

    def _shapes_of(self, view: SliceView) -> list[ShownPrompt]:
        annotation, frame = self._session.annotation, view.frame
        if annotation is None or frame is None or not self._overlay.isChecked():
            return []
        pending = self._queue.on(frame.axis, view.index)
        moved = {item.shown_id for item in pending}
        here: list[tuple[int, Prompt | Pending]] = [
            (p.id, p) for p in annotation.prompts_on(frame.axis, view.index) if p.id not in moved
        ]
        here += [(item.shown_id, item) for item in pending]
        colours = self._colours()
        return [_shown(frame, number, p, colours[p.label_id]) for number, p in here if p.label_id in colours]

    def _colours(self) -> dict[int, tuple[int, int, int]]:
        """Of the labels that are shown, by id."""
        annotation = self._session.annotation
        if annotation is None:
            return {}
        return {label.id: label.color for label in annotation.labels if label.visible}

    def _colour_tool(self, change: Change | None = None) -> None:
        annotation = self._session.annotation
        if annotation is not None and annotation.active_label in annotation.labels:
            self._shapes.color = annotation.labels.get(annotation.active_label).color


def points_from_stored(frame: PlaneFrame, points: Points | None) -> Points | None:
    """Points of the stored picture in the shown one."""
    if points is None:
        return None
    return Points(tuple(frame.point_from_stored(x, y) for x, y in points.xy), points.positive)


def points_to_stored(frame: PlaneFrame, points: Points | None) -> Points | None:
    """Points of the shown picture in the stored one."""
    if points is None:
        return None
    return Points(tuple(frame.point_to_stored(x, y) for x, y in points.xy), points.positive)


def _shown(frame: PlaneFrame, number: int, p: Prompt | Pending, color: tuple[int, int, int]) -> ShownPrompt:
    box = frame.box_from_stored(p.box) if p.box is not None else None
    extent = frame.box_from_stored(_extent(p.mask)) if p.mask is not None else None
    return ShownPrompt(number, color, box, points_from_stored(frame, p.points), extent)


def _shade(frame: PlaneFrame, answer: MaskAnswer, color: tuple[int, int, int]) -> Shade | None:
    """Where the candidates of an answer disagree, as a picture over the shown slice."""
    patch = answer.disagreement
    if patch is None or not patch.values.size:
        return None
    h, w = patch.values.shape
    place = frame.box_from_stored(Box(patch.x0, patch.y0, patch.x0 + w, patch.y0 + h))
    return disagreement_shade(frame.from_stored(patch.values), (round(place.x0), round(place.y0)), color)


def _extent(mask: PromptMask) -> Box:
    h, w = mask.mask.shape
    return Box(mask.x0, mask.y0, mask.x0 + w, mask.y0 + h)


def _offered(item: Pending) -> Mask:
    assert item.answer is not None
    return item.answer.masks[item.chosen].full()
