"""From a box on the screen to a mask in the document.

The network sees a slice through the window shown at the moment of the prompt;
it is kept with the box (``Prompt.window``). Nothing enters the document
before the exact mask is there, and then as one undo step.
"""

from __future__ import annotations

from dataclasses import replace

from PyQt5.QtCore import QObject, pyqtSignal

from medsam.document import Change, ChangeLabel, mask_edit, remove_prompt_edit
from medsam.engine.jobs import Failed, MaskAnswer, MaskPatch, Priority, WorkerLost
from medsam.errors import InputError, MedSAMError
from medsam.prompts import Box, Prompts
from medsam.ui.actions import Actions
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.canvas.tools.box import BoxTool
from medsam.ui.controllers.prompt_display import LiveMask, PromptDisplay
from medsam.ui.controllers.prompt_queue import Pending, PromptQueue
from medsam.ui.controllers.slices import SliceStates
from medsam.ui.controllers.view import ViewController
from medsam.ui.engine_bridge import EngineBridge
from medsam.ui.errors import Presenter
from medsam.ui.session import Session
from medsam.volume import stored_shape_hw


class SegmentationController(QObject):
    """Sends boxes to the engine and its masks to the document.

    Signals:
        committed(): A mask was painted. rejected(str): A box got none, and why.
        waiting_changed(int): How many boxes still wait for a mask.
        hint_changed(str): What a drag would do under the mouse; "" where it draws a box.
    """

    committed = pyqtSignal()
    rejected = pyqtSignal(str)
    waiting_changed = pyqtSignal(int)
    hint_changed = pyqtSignal(str)

    def __init__(
        self,
        session: Session,
        actions: Actions,
        bridge: EngineBridge,
        view: ViewController,
        states: SliceStates,
        presenter: Presenter,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._session, self._actions, self._bridge = session, actions, bridge
        self._view, self._states, self._presenter = view, states, presenter
        self.queue = PromptQueue()
        self._refusal = ""
        self.tool = BoxTool(self)
        self.display = PromptDisplay(session, self.tool, self.queue, view, actions["overlay"], self)
        self._connect()

    # --- what the user does ------------------------------------------------

    def draw(self, view: SliceView, shown: Box) -> None:
        """A new box was drawn on a view."""
        annotation = self._session.annotation
        if annotation is None or view.frame is None:
            return
        label = annotation.labels.get(annotation.active_label)
        self._presenter.withdraw(self._refusal)
        if label.locked:
            self._forget_live()
            text = self.tr('The label "{0}" is locked. Unlock it or choose another one.')
            self._refusal = text.format(label.name)
            self._presenter.warning(self._refusal)
            self.refresh()
            return
        # What is drawn must be seen.
        self._actions["overlay"].setChecked(True)
        if not label.visible:
            self._session.push(ChangeLabel(replace(label, visible=True), self.tr("show label")))
        box = view.frame.box_to_stored(shown)
        item = self.queue.add(view.frame.axis, view.index, box, label.id, self._view.window)
        self.display.selected = item.id
        self._send(item)

    def adjust(self, view: SliceView, shown: Box, box_id: int) -> None:
        """A box that is there was moved or resized."""
        annotation = self._session.annotation
        if annotation is None or view.frame is None:
            return
        box = view.frame.box_to_stored(shown)
        item = self.queue.shown_as(box_id)
        if item is None:
            old = annotation.prompts.get(box_id)
            if old is None:
                return
            item = self.queue.add(old.axis, old.index, box, old.label_id, self._view.window, replaces=box_id)
        else:
            self._cancel_request(item)
            self._withdraw(item)
            item.box, item.window, item.draft, item.guess = box, self._view.window, None, None
        self._send(item)

    def preview(self, view: SliceView, shown: Box) -> None:
        """A box is being dragged: ask for a mask to look at, where one is quick to have."""
        frame, volume = view.frame, self._session.volume
        if volume is None or frame is None:
            return
        axis, index = frame.axis, view.index
        key = self._bridge.key(axis, index, self._view.window)
        if key is None or not self._states.is_quick(axis, index, self._view.window):
            return
        try:
            box = frame.box_to_stored(shown).require_area(stored_shape_hw(volume.shape, axis))
        except InputError:
            return
        token = self._bridge.client.predict(
            key, Prompts(box=box), priority=Priority.VIEW, channel="live", draft=False
        )
        live = LiveMask(token, view, axis, index, self.display.label_being_drawn())
        before = self.display.live
        if before is not None and before.place == live.place:
            live.patch = before.patch
        self.display.live = live

    def delete_selected(self) -> None:
        """Delete the selected box with its mask, or a box that has none yet."""
        annotation, box_id = self._session.annotation, self.display.selected_in_sight
        if annotation is None or box_id is None:
            return
        item = self.queue.shown_as(box_id)
        if item is not None:
            self._drop(item)
        if box_id in annotation.prompts:
            text = self.tr("delete box on slice {0}").format(annotation.prompts[box_id].index + 1)
            try:
                self._session.push(remove_prompt_edit(annotation, box_id, text))
            except MedSAMError as error:
                self._presenter.error(error)
        self.refresh()

    def cancel(self) -> None:
        """Give up what is being computed; boxes without a mask vanish."""
        for item in self.queue:
            self._drop(item)
        self._forget_live()
        self.refresh()

    def retry(self) -> None:
        """Send the boxes that failed again."""
        for item in self.queue:
            if item.reason:
                self._withdraw(item)
                item.guess = None
                self._send(item)

    def use_guesses(self, reason: str) -> None:
        """Take the guesses of the boxes that have no mask for this reason."""
        for item in self.queue:
            if item.reason == reason and item.guess is not None:
                self._withdraw(item)
                self._commit(item, item.guess)

    # --- what the engine says ----------------------------------------------

    def _answered(self, answer: MaskAnswer) -> None:
        live = self.display.live
        if live is not None and answer.token <= live.token and self.queue.of_token(answer.token) is None:
            if (answer.slice.axis, answer.slice.index) == live.place[1:]:
                live.patch = answer.masks[0] if answer.masks and not answer.empty else None
                self.display.refresh_previews()
            return
        item = self.queue.of_token(answer.token)
        if item is None:
            return
        if answer.draft:
            item.draft = answer.masks[0] if answer.masks and not answer.empty else None
            self.display.refresh_previews()
            return
        patch = answer.masks[0] if answer.masks and answer.masks[0].mask.any() else None
        if patch is not None and not answer.empty:
            self._commit(item, patch)
            return
        item.guess = patch
        if patch is None:
            text = self.tr("The model found nothing in the box on slice {0}.")
        else:
            text = self.tr(
                "The model found nothing in the box on slice {0}. If something is there, use its guess."
            )
        self._reject(item, text.format(item.index + 1))

    def _failed(self, message: Failed) -> None:
        live = self.display.live
        if live is not None and message.token == live.token:
            self._forget_live()
            self.display.refresh_previews()
            return
        item = self.queue.of_token(message.token) if message.token is not None else None
        if item is not None:
            self._reject(item, message.sentence)

    def _lost(self, message: WorkerLost) -> None:
        # The client asks again for what is owed, or fails it once the engine stays down.
        self._forget_live()
        self.refresh()

    def _commit(self, item: Pending, patch: MaskPatch) -> None:
        annotation = self._session.annotation
        self.queue.remove(item)
        self._forget_live()
        replaces = item.replaces
        if (
            annotation is None
            or item.label_id not in annotation.labels
            or (replaces is not None and replaces not in annotation.prompts)
        ):
            # Its label or the box it replaces went away meanwhile: that was the user's last word.
            self.refresh()
            return
        what = self.tr("box on slice {0}") if replaces is None else self.tr("change of box on slice {0}")
        try:
            edit = mask_edit(
                annotation,
                item.axis,
                item.index,
                patch.full(),
                item.label_id,
                item.box,
                window=item.window,
                replaces=replaces,
                text=what.format(item.index + 1),
            )
            self._session.push(edit)
        except MedSAMError as error:
            # Its label was locked meanwhile, say: the box stays and can be tried again.
            self.queue.put_back(item)
            self._reject(item, self._presenter.sentence(error))
            return
        self._select_committed(item, replaces)
        self.refresh()
        self.committed.emit()

    def _reject(self, item: Pending, sentence: str) -> None:
        item.token, item.reason, item.draft = None, sentence, None
        self._forget_live()
        self.refresh()
        if not self._bridge.is_down:
            self._say_reason(item)
        self.rejected.emit(sentence)

    def _say_reason(self, item: Pending) -> None:
        reason = item.reason
        if item.guess is None:
            self._presenter.warning(reason, (self.tr("Try again"), self.retry))
        else:
            self._presenter.warning(reason, (self.tr("&Use the guess"), lambda: self.use_guesses(reason)))

    # --- inside -------------------------------------------------------------

    def _connect(self) -> None:
        self.tool.drawn.connect(self.draw)
        self.tool.adjusted.connect(self.adjust)
        self.tool.adjusting.connect(self.preview)
        self.tool.cancelled.connect(self._drag_cancelled)
        self._bridge.answered.connect(self._answered)
        self._bridge.failed.connect(self._failed)
        self._bridge.lost.connect(self._lost)
        self._bridge.model_loaded.connect(lambda _: self._model_loaded())
        self._bridge.volume_attached.connect(self._send_unsent)
        self._session.opened.connect(self._opened)
        self._session.changed.connect(self._follow)
        self._view.slice_changed.connect(lambda view, _: self._refresh_view(view))
        self._actions["overlay"].toggled.connect(lambda _: self.refresh())
        self._actions.on("delete_box", self.delete_selected)
        self._actions.on("cancel", self.cancel)
        self.tool.selection_changed.connect(self._select)
        self.tool.clicked.connect(lambda view, *_: self._clicked(view))
        self.tool.grip_changed.connect(self._hint)
        self.tool.remove_requested.connect(lambda *_: self.delete_selected())
        self._enable()

    def _opened(self) -> None:
        for item in self.queue:
            self._cancel_request(item)
        self.queue.clear()
        self._forget_live()
        self.display.selected = None
        self.refresh()

    def _hint(self, has_grip: bool) -> None:
        text = self.tr("Drag adjusts; Ctrl + drag draws a new box")
        self.hint_changed.emit(text if has_grip else "")

    def _select(self, view: SliceView, box_id: int | None) -> None:
        self.display.selected = box_id
        for other in self._view.views:
            if other is not view:
                self.display.refresh_view(other)
        self._enable()

    def _clicked(self, view: SliceView) -> None:
        """A click on a box with a guess says again what its message said, should that have been closed."""
        box_id = self.tool.selected(view)
        item = self.queue.shown_as(box_id) if box_id is not None else None
        if item is not None and item.guess is not None and item.reason:
            self._say_reason(item)

    def _follow(self, change: Change) -> None:
        if change.kind in ("prompts", "labels"):
            self.refresh()

    def _model_loaded(self) -> None:
        self._send_unsent()
        # Those that a fresh worker was told of by the client wait for no model any more.
        self.refresh()

    def _send_unsent(self) -> None:
        for item in self.queue.unsent:
            self._send(item)

    def _send(self, item: Pending) -> None:
        key = self._bridge.key(item.axis, item.index, item.window)
        if key is not None:
            item.token = self._bridge.client.predict(key, Prompts(box=item.box), priority=Priority.VIEW)
        self.refresh()

    def _cancel_request(self, item: Pending) -> None:
        if item.token is not None and self._bridge.client is not None:
            self._bridge.client.cancel(item.token)
        item.token = None

    def _drop(self, item: Pending) -> None:
        self._cancel_request(item)
        self._withdraw(item)
        self.queue.remove(item)
        self._forget_live()

    def _withdraw(self, item: Pending) -> None:
        """What was said of a failed box is settled, unless another failed the same way."""
        reason, item.reason = item.reason, ""
        if all(other.reason != reason for other in self.queue):
            self._presenter.withdraw(reason)

    def _drag_cancelled(self, *_: object) -> None:
        self._forget_live()
        self.refresh()

    def _forget_live(self) -> None:
        if self.display.live is not None and self._bridge.client is not None:
            self._bridge.client.cancel(self.display.live.token)
        self.display.live = None

    def _select_committed(self, item: Pending, replaces: int | None) -> None:
        if replaces is None and self.display.selected == item.id and self._session.annotation is not None:
            self.display.selected = max(self._session.annotation.prompts, default=None)

    def refresh(self) -> None:
        """Bring boxes and previews of every view up to date, and say how many masks are to come."""
        self.display.refresh()
        self._enable()
        self.waiting_changed.emit(len(self.queue.running))

    def _refresh_view(self, view: SliceView) -> None:
        self.display.refresh_view(view)
        self._enable()

    def _enable(self) -> None:
        has_box = self.display.selected_in_sight is not None
        self._actions.set_enabled("delete_box", has_box, self.tr("No box is selected."))
