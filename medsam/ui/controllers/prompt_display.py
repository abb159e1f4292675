"""What the views show of the prompts: boxes, the selected one, drafts and the live mask."""

from __future__ import annotations

from dataclasses import dataclass

from PyQt5.QtCore import QObject
from PyQt5.QtWidgets import QAction

from medsam.document import Change
from medsam.engine.jobs import MaskPatch
from medsam.prompts import Box
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.canvas.tools.box import BoxTool
from medsam.ui.controllers.prompt_queue import PromptQueue
from medsam.ui.controllers.view import ViewController
from medsam.ui.session import Session

ShownBox = tuple[int, Box, tuple[int, int, int]]


@dataclass
class LiveMask:
    """The mask of a box while it is dragged; ``patch`` is None until one has come."""

    token: int
    view: SliceView
    axis: int
    index: int
    label_id: int
    patch: MaskPatch | None = None

    @property
    def place(self) -> tuple[SliceView, int, int]:
        """View, axis and index: a mask fits no other place."""
        return self.view, self.axis, self.index


class PromptDisplay(QObject):
    """Keeps the box tool and the previews of every view in step with document and queue.

    Attributes:
        selected: Id of the selected box, in sight or not.
        live: The mask of the box being dragged.
    """

    def __init__(
        self,
        session: Session,
        tool: BoxTool,
        queue: PromptQueue,
        view: ViewController,
        overlay: QAction,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._tool, self._queue = session, tool, queue
        self._view, self._overlay = view, overlay
        self.selected: int | None = None
        self.live: LiveMask | None = None
        session.changed.connect(self._colour_tool)
        session.opened.connect(self._colour_tool)

    @property
    def selected_in_sight(self) -> int | None:
        """The selected box, if one of the views shows it now."""
        shown = any(n == self.selected for view in self._view.views for n, *_ in self._tool.boxes(view))
        return self.selected if shown else None

    def label_being_drawn(self) -> int:
        """The label of the box that is being dragged; the active one for a fresh box."""
        annotation, dragged = self._session.annotation, self._tool.dragged_id
        assert annotation is not None
        if dragged is None:
            return annotation.active_label
        item = self._queue.shown_as(dragged)
        if item is not None:
            return item.label_id
        box = annotation.prompts.get(dragged)
        return box.label_id if box is not None else annotation.active_label

    def refresh(self) -> None:
        """Bring every view up to date."""
        for view in self._view.views:
            self.refresh_view(view)

    def refresh_view(self, view: SliceView) -> None:
        """Bring the boxes and the preview of one view up to date."""
        self._tool.set_boxes(view, self._boxes_of(view), self.selected)
        self.refresh_preview(view)

    def refresh_previews(self) -> None:
        """Bring the previews alone up to date."""
        for view in self._view.views:
            self.refresh_preview(view)

    def refresh_preview(self, view: SliceView) -> None:
        """Show the live mask, else the newest draft or guess, else nothing."""
        frame, live = view.frame, self.live
        if frame is None:
            return
        here = (view, frame.axis, view.index)
        if live is not None and live.patch is not None and live.place == here:
            view.set_preview(live.patch.full(), live.label_id, draft=True)
            return
        colours = self._colours()
        for item in reversed(self._queue.on(frame.axis, view.index)):
            patch = item.draft or item.guess
            if patch is not None and item.label_id in colours:
                view.set_preview(patch.full(), item.label_id, draft=True)
                return
        view.set_preview(None)

    def _boxes_of(self, view: SliceView) -> list[ShownBox]:
        annotation, frame = self._session.annotation, view.frame
        if annotation is None or frame is None or not self._overlay.isChecked():
            return []
        pending = self._queue.on(frame.axis, view.index)
        moved = {item.shown_id for item in pending}
        colours = self._colours()
        boxes: list[ShownBox] = [
            (b.id, frame.box_from_stored(b.box), colours[b.label_id])
            for b in annotation.prompts_on(frame.axis, view.index)
            if b.box is not None and b.id not in moved and b.label_id in colours
        ]
        boxes += [
            (item.shown_id, frame.box_from_stored(item.box), colours[item.label_id])
            for item in pending
            if item.label_id in colours
        ]
        return boxes

    def _colours(self) -> dict[int, tuple[int, int, int]]:
        """Of the labels that are shown, by id."""
        annotation = self._session.annotation
        if annotation is None:
            return {}
        return {label.id: label.color for label in annotation.labels if label.visible}

    def _colour_tool(self, change: Change | None = None) -> None:
        annotation = self._session.annotation
        if annotation is not None and annotation.active_label in annotation.labels:
            self._tool.set_color(annotation.labels.get(annotation.active_label).color)
