"""What the engine says of the prompts, and what becomes of them: masks in the document, offers, failures."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PyQt5.QtCore import QObject

from medsam.document import Annotation, mask_edit
from medsam.engine.jobs import Failed, MaskAnswer, MaskPatch, WorkerLost
from medsam.errors import MedSAMError
from medsam.ui.bench import Bench
from medsam.ui.controllers import prompt_words
from medsam.ui.controllers.candidates import PREVIEW
from medsam.ui.controllers.prompt_queue import Pending
from medsam.ui.controllers.prompt_requests import PromptRequests

if TYPE_CHECKING:
    from medsam.ui.controllers.segmentation import SegmentationController


class PromptAnswers(QObject):
    """Takes the engine's messages to the pending prompts."""

    def __init__(self, bench: Bench, controller: SegmentationController, requests: PromptRequests) -> None:
        super().__init__(controller)
        self._controller, self._requests = controller, requests
        self._session, self._bridge, self._presenter = bench.session, bench.bridge, bench.presenter
        bench.bridge.answered.connect(self._answered)
        bench.bridge.failed.connect(self._failed)
        bench.bridge.lost.connect(self._lost)

    def retry(self) -> None:
        """Send the prompts that failed again."""
        for item in self._controller.queue:
            if item.reason:
                self._controller.withdraw(item)
                item.guess = None
                self._controller.send(item)

    def use_guesses(self, reason: str) -> None:
        """Take the guesses of the prompts that have no mask for this reason."""
        for item in self._controller.queue:
            if item.reason == reason and item.guess is not None:
                self._controller.withdraw(item)
                self.commit(item, item.guess)

    def _answered(self, answer: MaskAnswer) -> None:
        if self._requests.take_live(answer):
            return
        item = self._controller.queue.of_token(answer.token)
        if item is None:
            return
        if answer.draft:
            item.draft = answer.masks[0] if answer.masks and not answer.empty else None
            self._controller.display.refresh_previews()
            return
        patch = answer.masks[0] if answer.masks and answer.masks[0].mask.any() else None
        if patch is None or answer.empty:
            item.guess = patch
            volume = self._session.volume
            assert volume is not None
            has_guess = patch is not None
            self._reject(item, prompt_words.nothing_found(volume, item.index, item.box, has_guess=has_guess))
        elif self._controller.candidates.mode == PREVIEW:
            item.forget_answers()
            item.token, item.answer = None, answer
            self._requests.forget_live(item)
            self._controller.refresh()
            self._controller.quality_said.emit(prompt_words.quality(answer, 0))
            self._controller.offered.emit()
        else:
            self.commit(item, patch, answer)

    def _failed(self, message: Failed) -> None:
        if self._requests.fail_live(message):
            return
        item = self._controller.queue.of_token(message.token) if message.token is not None else None
        if item is not None:
            self._reject(item, message.sentence)

    def _lost(self, message: WorkerLost) -> None:
        # The client asks again for what is owed, or fails it once the engine stays down.
        self._requests.forget_live()
        self._controller.refresh()

    def commit(
        self, item: Pending, patch: MaskPatch, answer: MaskAnswer | None = None, chosen: int = 0
    ) -> None:
        """Paint a mask; ``answer`` are the candidates that it is number ``chosen`` of."""
        annotation = self._session.annotation
        self._controller.queue.remove(item)
        self._requests.forget_live(item)
        replaces = item.replaces
        if (
            annotation is None
            or item.label_id not in annotation.labels
            or (replaces is not None and replaces not in annotation.prompts)
        ):
            # Its label or the prompt it replaces went away meanwhile: that was the user's last word.
            self._controller.refresh()
            return
        prompt_id = annotation.next_prompt_id() if replaces is None else replaces
        try:
            self._push(annotation, item, patch)
        except MedSAMError as error:
            # Its label was locked meanwhile, say: the prompt stays and can be tried again.
            item.answer = None
            self._controller.queue.put_back(item)
            self._reject(item, self._presenter.sentence(error))
            return
        if replaces is None:
            self._controller.replaced(item, prompt_id)
        if answer is not None:
            self._controller.candidates.remember(prompt_id, answer, chosen)
        self._controller.refresh()
        if answer is not None:
            self._controller.quality_said.emit(prompt_words.quality(answer, chosen))
        self._controller.committed.emit()

    def _push(self, annotation: Annotation, item: Pending, patch: MaskPatch) -> None:
        words = prompt_words.made if item.replaces is None else prompt_words.changed
        edit = mask_edit(
            annotation,
            item.axis,
            item.index,
            patch.full(),
            item.label_id,
            item.box,
            points=item.points,
            mask_prompt=item.mask,
            window=item.window,
            rule=self._session.rule,
            replaces=item.replaces,
            text=words(annotation.volume, item.index, item.box),
        )
        self._session.push(edit)

    def _reject(self, item: Pending, sentence: str) -> None:
        item.token, item.reason, item.draft = None, sentence, None
        self._requests.forget_live(item)
        self._controller.refresh()
        if not self._bridge.is_down:
            self.say_reason(item)
        self._controller.rejected.emit(sentence)

    def say_reason(self, item: Pending) -> None:
        """Say why a prompt has no mask, with a way out."""
        reason = item.reason
        if item.guess is None:
            self._presenter.warning(reason, (self.tr("Try again"), self.retry))
        else:
            # Only the newest guess is spoken of: rows that pile up push the picture away from the
            # mouse, and a click on another box says its own again.
            for other in self._controller.queue:
                if other.guess is not None and other.reason != reason:
                    self._presenter.withdraw(other.reason)
            self._presenter.warning(reason, (self.tr("&Use the guess"), lambda: self.use_guesses(reason)))
