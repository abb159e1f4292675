"""From a prompt on the screen to a mask in the document.

The network sees a slice through the window shown at the moment of the prompt;
it is kept with the prompt (``Prompt.window``). Nothing enters the document
before the exact mask is there, and then as one undo step; where the user
wants to look first, not before it is accepted.
"""

from __future__ import annotations

from dataclasses import replace

from PyQt5.QtCore import QObject, pyqtSignal

from medsam.document import Change, ChangeLabel, Prompt, PromptMask, remove_prompt_edit
from medsam.errors import MedSAMError
from medsam.prompts import Box, Points
from medsam.ui.bench import Bench
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.canvas.tools.prompt_shapes import PromptShapes
from medsam.ui.controllers import prompt_words
from medsam.ui.controllers.candidates import PROMPT_TOOLS, CandidateChooser
from medsam.ui.controllers.overlap import OverlapPreview
from medsam.ui.controllers.prompt_answers import PromptAnswers
from medsam.ui.controllers.prompt_display import PromptDisplay
from medsam.ui.controllers.prompt_queue import Pending, PromptQueue
from medsam.ui.controllers.prompt_requests import PromptRequests
from medsam.ui.controllers.prompt_tools import PromptTools
from medsam.ui.controllers.slices import SliceStates


class SegmentationController(QObject):
    """Sends prompts to the engine and its masks to the document.

    Signals:
        committed(): A mask was painted. rejected(str): A prompt got none, and why.
        offered(): A mask waits to be accepted.
        waiting_changed(int): How many prompts still wait for a mask.
        hint_changed(str): What a drag would do under the mouse; "" where it draws.
        quality_said(str): Of the mask that came last, in words.
    """

    committed = pyqtSignal()
    rejected = pyqtSignal(str)
    offered = pyqtSignal()
    waiting_changed = pyqtSignal(int)
    hint_changed = pyqtSignal(str)
    quality_said = pyqtSignal(str)

    def __init__(self, bench: Bench, states: SliceStates, overlap: OverlapPreview) -> None:
        super().__init__(bench.window)
        self._session, self._actions, self._bridge = bench.session, bench.actions, bench.bridge
        self._view, self._presenter = bench.view, bench.presenter
        self.queue = PromptQueue()
        self._refusal = ""
        self._became: dict[int, int] = {}
        self.shapes = PromptShapes(self)
        self.display = PromptDisplay(bench, self.shapes, self.queue, overlap, self)
        self.candidates = CandidateChooser(bench, self.queue, self.display, self)
        self._requests = PromptRequests(bench, states, self.queue, self.display)
        self.forget_live, self.preview = self._requests.forget_live, self._requests.preview
        self.answers = PromptAnswers(bench, self, self._requests)
        self.tools = PromptTools(bench, self)
        self.tool, self.points_tool = self.tools.box, self.tools.points
        self._connect()

    def prompt(self, prompt_id: int) -> Pending | Prompt | None:
        """What the tools show under a number: its newest version, which may be in the document by now."""
        prompt_id = self._became.get(prompt_id, prompt_id)
        annotation = self._session.annotation
        return self.queue.shown_as(prompt_id) or (
            annotation.prompts.get(prompt_id) if annotation is not None else None
        )

    # --- what the user does ------------------------------------------------

    def draw(self, view: SliceView, shown: Box) -> None:
        """A new box was drawn on a view."""
        self.tools.draw(view, shown)

    def adjust(self, view: SliceView, shown: Box, prompt_id: int) -> None:
        """A box that is there was moved or resized."""
        self.tools.adjust(view, shown, prompt_id)

    def begin(
        self, axis: int, index: int, box: Box | None, points: Points | None, mask: PromptMask | None = None
    ) -> None:
        """A new object was pointed at, on a stored slice picture: ask for its mask."""
        annotation = self._session.annotation
        if annotation is None:
            return
        label = annotation.labels.get(annotation.active_label)
        self._presenter.withdraw(self._refusal)
        if label.locked:
            self.forget_live()
            self._refusal = self._presenter.refuse_locked(label.id, label.name)
            self.refresh()
            return
        # What is drawn must be seen.
        self._actions["overlay"].setChecked(True)
        if not label.visible:
            self._session.push(ChangeLabel(replace(label, visible=True), self.tr("show label")))
        item = self.queue.add(axis, index, label.id, self._view.window, box=box, points=points, mask=mask)
        self.display.selected = item.id
        self.send(item)

    def change(self, prompt_id: int, box: Box | None, points: Points | None, mask: PromptMask | None) -> None:
        """A prompt that is there points at something else now; without a part left it is deleted."""
        annotation = self._session.annotation
        if annotation is None:
            return
        prompt_id = self._became.get(prompt_id, prompt_id)
        if box is None and mask is None and (points is None or not points.xy):
            self.delete(prompt_id)
            return
        item = self.queue.shown_as(prompt_id)
        if item is None:
            old = annotation.prompts.get(prompt_id)
            if old is None:
                return
            item = self.queue.add(old.axis, old.index, old.label_id, self._view.window, replaces=prompt_id)
        else:
            self._requests.cancel(item)
            self.withdraw(item)
            item.window = self._view.window
            item.forget_answers()
        item.box, item.points, item.mask = box, points, mask
        self.send(item)

    def delete_selected(self) -> None:
        """Delete the selected prompt with its mask, or one that has none yet."""
        prompt_id = self.display.selected_in_sight
        if prompt_id is not None:
            self.delete(prompt_id)

    def delete(self, prompt_id: int) -> None:
        """Delete a prompt and give back what its mask had painted."""
        annotation = self._session.annotation
        item = self.queue.shown_as(prompt_id)
        if item is not None:
            self._drop(item)
        if annotation is not None and prompt_id in annotation.prompts:
            old = annotation.prompts[prompt_id]
            text = prompt_words.deleted(annotation.volume, old.index, old.box)
            try:
                self._session.push(remove_prompt_edit(annotation, prompt_id, text))
            except MedSAMError as error:
                self._presenter.error(error)
        self.refresh()

    def cancel(self) -> None:
        """Reject the mask that is on offer; else give up what is being computed: it vanishes."""
        offer = self.candidates.offer
        if offer is not None and offer.is_pending:
            self.reject()
            return
        for item in self.queue:
            if not item.is_offered:
                self._drop(item)
        self.forget_live()
        self.refresh()

    def accept(self) -> None:
        """Take the candidate on show into the document; without one, be done with the selected prompt."""
        offer = self.candidates.offer
        item = self.queue.shown_as(offer.prompt_id) if offer is not None else None
        if item is None or item.answer is None:
            self.finish()
            return
        place, answer = (item.axis, item.index), item.answer
        self.answers.commit(item, answer.masks[item.chosen], answer, item.chosen)
        # The next one that waits on this slice, so that Enter after Enter takes them all.
        waiting = [i for i in self.queue.on(*place) if i.is_offered]
        if waiting:
            self.select(waiting[-1].shown_id)

    def reject(self) -> None:
        """Give up the mask that is on offer, and the prompt unless it has one in the document."""
        offer = self.candidates.offer
        item = self.queue.shown_as(offer.prompt_id) if offer is not None else None
        if item is not None and item.is_offered:
            self._drop(item)
            self.refresh()

    def accept_all(self) -> bool:
        """Take every mask that waits into the document, on any slice; False if one could not be painted."""
        for item in self.queue:
            if item.answer is not None:
                self.answers.commit(item, item.answer.masks[item.chosen], item.answer, item.chosen)
        return not any(item.reason for item in self.queue)

    def drop_all(self, *, offered: bool = False) -> None:
        """Give up every prompt that is not in the document, or only those whose mask waits (``offered``)."""
        for item in self.queue:
            if item.is_offered or not offered:
                self._drop(item)
        self.refresh()

    def finish(self) -> None:
        """Be done with the selected prompt: the next points begin a new object."""
        self.select(None)

    def select(self, prompt_id: int | None) -> None:
        """Select a prompt, in sight or not, or none."""
        self.display.selected = prompt_id
        self.refresh()

    def retry(self) -> None:
        """Send the prompts that failed again."""
        self.answers.retry()

    def send(self, item: Pending) -> None:
        """Ask for the masks of a prompt; it waits where there is no model yet."""
        self._requests.send(item)
        self.refresh()

    def withdraw(self, item: Pending) -> None:
        """What was said of a failed prompt is settled, unless another failed the same way."""
        reason, item.reason = item.reason, ""
        if all(other.reason != reason for other in self.queue):
            self._presenter.withdraw(reason)

    def replaced(self, item: Pending, prompt_id: int) -> None:
        """A new prompt is in the document now, under another number."""
        self._became[item.id] = prompt_id
        if self.display.selected == item.id:
            self.display.selected = prompt_id

    # --- inside -------------------------------------------------------------

    def _connect(self) -> None:
        self._bridge.model_loaded.connect(lambda _: self._model_loaded())
        self._bridge.volume_attached.connect(self._send_unsent)
        # While the views still show it: what waits there fits no other image.
        self._session.leaving.connect(self._forget)
        self._session.opened.connect(self._forget)
        self._session.changed.connect(self._follow)
        self._session.rule_changed.connect(lambda _: self.display.refresh_previews())
        self._view.slice_changed.connect(lambda view, _: self._refresh_view(view))
        self._view.tool_chosen.connect(lambda _: self.refresh())
        self._actions["overlay"].toggled.connect(lambda _: self.refresh())
        self._actions.on("delete_box", self.delete_selected)
        self._actions.on("cancel", self.cancel)
        self._actions.on("accept", self.accept)
        self.candidates.mode_changed.connect(lambda _: self.refresh())
        self.shapes.escape = self._escape
        self.shapes.selection_changed.connect(self._selected)
        self.candidates.exchanged.connect(self.quality_said)
        self.tool.grip_changed.connect(self._hint)
        self.points_tool.grip_changed.connect(self._hint_point)
        self.tools.offer()

    def _forget(self) -> None:
        for item in self.queue:
            self._requests.cancel(item)
        self.queue.clear()
        self._became.clear()
        self.forget_live()
        self.display.selected = None
        self.refresh()

    def _hint(self, has_grip: bool) -> None:
        text = self.tr("Drag adjusts; Ctrl + drag draws a new box")
        self.hint_changed.emit(text if has_grip else "")

    def _hint_point(self, has_grip: bool) -> None:
        text = self.tr("Drag moves the point; a click with the other button removes it")
        self.hint_changed.emit(text if has_grip else "")

    def _selected(self, view: SliceView, prompt_id: int | None) -> None:
        self.display.selected = prompt_id
        self.candidates.update()
        for other in self._view.views:
            if other is not view:
                self.display.refresh_view(other)
        self.display.refresh_previews()
        self._enable()

    def _escape(self) -> bool:
        """Esc on a tool: reject what is on offer, if anything is."""
        offer = self.candidates.offer
        if offer is None or not offer.is_pending:
            return False
        self.reject()
        return True

    def _follow(self, change: Change) -> None:
        if change.kind in ("prompts", "labels"):
            self.refresh()

    def _model_loaded(self) -> None:
        self._send_unsent()
        # Those that a fresh worker was told of by the client wait for no model any more.
        self.refresh()

    def _send_unsent(self) -> None:
        for item in self.queue.unsent:
            self.send(item)

    def _drop(self, item: Pending) -> None:
        self._requests.cancel(item)
        self.withdraw(item)
        self.queue.remove(item)
        self.forget_live()

    def refresh(self) -> None:
        """Bring prompts and previews of every view up to date, and say how many masks are to come."""
        self.candidates.update()
        self.display.refresh()
        self._enable()
        self.waiting_changed.emit(len(self.queue.running))

    def _refresh_view(self, view: SliceView) -> None:
        self.candidates.update()
        self.display.refresh_view(view)
        self._enable()

    def _enable(self) -> None:
        self.tools.refresh()
        is_ours = self._view.tool_name in PROMPT_TOOLS
        selected = self.display.selected_in_sight is not None
        can_accept = is_ours and (selected or self.candidates.offer is not None)
        self._actions.set_enabled("accept", can_accept, self.tr("No object is selected."))
