"""What is asked of the engine: masks of prompts, and of those that are being dragged."""

from __future__ import annotations

from medsam.engine.jobs import Failed, MaskAnswer, Priority
from medsam.prompts import Prompts
from medsam.ui.bench import Bench
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.controllers.prompt_display import LiveMask, PromptDisplay
from medsam.ui.controllers.prompt_queue import Pending, PromptQueue
from medsam.ui.controllers.slices import SliceStates

CANDIDATES = 3
"""Masks asked for where a prompt is meant; a drag asks for one."""

LIVE = "live"
"""The channel of what is dragged."""


class PromptRequests:
    """Sends and cancels; knows which answer belongs to the prompt under the mouse."""

    def __init__(self, bench: Bench, states: SliceStates, queue: PromptQueue, display: PromptDisplay) -> None:
        self._bridge, self._view, self._states = bench.bridge, bench.view, states
        self._queue, self._display = queue, display

    def send(self, item: Pending) -> None:
        """Ask for the masks of a prompt, once there is a model to ask.

        Where a drag came to this prompt, its live mask stays until they are there.
        """
        live = self._display.live
        if live is not None and live.final is None and not live.view.is_dragging:
            live.final = item
        key = self._bridge.key(item.axis, item.index, item.window)
        if key is not None:
            is_final = live is not None and live.final is item
            item.token = self._bridge.client.predict(
                key,
                item.prompts,
                priority=Priority.VIEW,
                candidates=CANDIDATES,
                settles=LIVE if is_final else "",
            )

    def cancel(self, item: Pending) -> None:
        """No answer for this prompt is wanted any more."""
        if item.token is not None and self._bridge.client is not None:
            self._bridge.client.cancel(item.token)
        item.token = None

    def preview(self, view: SliceView, prompts: Prompts, prompt_id: int | None) -> None:
        """Ask for the mask of a prompt under the mouse, where one is quick to have.

        Every move is sent as it comes: the worker keeps the newest that waits
        beside the one it is at, and so begins with it the moment that one is
        answered. Holding moves back here until then would cost a way there and
        back for every mask.
        """
        frame = view.frame
        if frame is None or not prompts.kinds:
            return
        axis, index = frame.axis, view.index
        key = self._bridge.key(axis, index, self._view.window)
        model = self._bridge.model
        if key is None or model is None or not prompts.kinds <= model.prompts:
            return
        if not self._states.is_quick(axis, index, self._view.window):
            return
        token = self._bridge.client.predict(
            key, prompts, priority=Priority.VIEW, channel=LIVE, draft=False, rough=True
        )
        live, place = self._display.live, (view, axis, index)
        if live is not None and live.final is None and live.place == place and live.prompt_id == prompt_id:
            live.token = token
            return
        if live is not None and live.final is not None:
            # Its own mask is still to come: what it looked like last stays with it.
            live.final.draft = live.final.draft or live.patch
        label = self._display.label_of(prompt_id)
        fresh = LiveMask(token, *place, label, prompt_id, first=token)
        if live is not None and live.place == place:
            fresh.patch = live.patch
        self._display.live = fresh

    def take_live(self, answer: MaskAnswer) -> bool:
        """Show an answer for the prompt under the mouse; False if it is for another."""
        live = self._display.live
        if live is None or answer.token > live.token or self._queue.of_token(answer.token) is not None:
            return False
        is_here = (answer.slice.axis, answer.slice.index) == live.place[1:]
        # Never an older box's mask after a newer one's, nor one of the drag before.
        if is_here and answer.token >= live.first and answer.token > live.shown:
            is_first, live.shown = not live.shown, answer.token
            live.patch = answer.masks[0] if answer.masks and not answer.empty else None
            if is_first:
                self._display.refresh_previews()
            else:
                self._display.refresh_preview(live.view)
        return True

    def fail_live(self, message: Failed) -> bool:
        """There is no mask for the prompt under the mouse, which is nothing to speak of."""
        live = self._display.live
        if live is None or message.token != live.token:
            return False
        self.forget_live()
        self._display.refresh_previews()
        return True

    def forget_live(self, final: Pending | None = None) -> None:
        """Nothing is under the mouse any more.

        Args:
            final: Only if it came to this prompt: the next drag may be under way.
        """
        live = self._display.live
        if live is None or (final is not None and live.final is not final):
            return
        if self._bridge.client is not None:
            self._bridge.client.cancel(live.token)
        self._display.live = None
