"""Choosing among the masks that one prompt could mean, before or after one has entered the document."""

from __future__ import annotations

from collections import OrderedDict
from dataclasses import dataclass

from PyQt5.QtCore import QObject, pyqtSignal

from medsam.document import Prompt, mask_edit
from medsam.engine.jobs import MaskAnswer
from medsam.errors import MedSAMError
from medsam.ui import settings
from medsam.ui.bench import Bench
from medsam.ui.controllers import prompt_words
from medsam.ui.controllers.prompt_display import PromptDisplay
from medsam.ui.controllers.prompt_queue import Pending, PromptQueue

RELEASE, PREVIEW = "release", "preview"
"""A mask enters the document when it comes, or once the user accepts it."""

SETTING = "segmentation/accept"
SHADE_SETTING = "segmentation/shade"

PROMPT_TOOLS = ("box", "points")
"""Tools that work on prompts: with others, Tab and Enter mean something else."""

_REMEMBERED = 64


@dataclass(frozen=True)
class Offer:
    """The candidates for the selected prompt.

    Attributes:
        prompt_id: As the tools show it.
        label_id: What they paint.
        answer: The engine's.
        chosen: The one on show, or in the document.
        is_pending: Nothing entered the document yet.
    """

    prompt_id: int
    label_id: int
    answer: MaskAnswer
    chosen: int
    is_pending: bool

    @property
    def facts(self) -> tuple[int, int, int, bool, int]:
        """What tells offers apart; answers hold arrays, which do not compare."""
        return self.prompt_id, self.label_id, self.chosen, self.is_pending, id(self.answer)


@dataclass
class _Accepted:
    """What a prompt of the document could have become, as long as it is the same prompt."""

    answer: MaskAnswer
    chosen: int
    position: int
    prompt: Prompt

    def fits(self, prompt: Prompt) -> bool:
        """Whether a prompt of the document is still the one these are the masks of."""
        ours, theirs = (
            (p.box, p.points, p.mask, p.window, p.label_id, p.axis, p.index) for p in (self.prompt, prompt)
        )
        return ours == theirs


class CandidateChooser(QObject):
    """Knows the candidates of the selected prompt and exchanges them.

    Signals:
        offer_changed(Offer or None): Of the selected prompt in sight.
        exchanged(str): Another candidate is on show; its quality in words.
        mode_changed(str): ``RELEASE`` or ``PREVIEW``.
    """

    offer_changed = pyqtSignal(object)
    exchanged = pyqtSignal(str)
    mode_changed = pyqtSignal(str)

    def __init__(
        self, bench: Bench, queue: PromptQueue, display: PromptDisplay, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._session, self._actions, self._view = bench.session, bench.actions, bench.view
        self._queue, self._display, self._presenter = queue, display, bench.presenter
        self._accepted: OrderedDict[int, _Accepted] = OrderedDict()
        self._offer: Offer | None = None
        self._is_shaded = bool(settings.value(SHADE_SETTING, True))
        self.mode = str(settings.value(SETTING, RELEASE))
        if self.mode not in (RELEASE, PREVIEW):
            self.mode = RELEASE
        bench.actions.on("candidate_next", lambda: self.step(1))
        bench.actions.on("candidate_previous", lambda: self.step(-1))
        bench.actions["candidate_shade"].setChecked(self._is_shaded)
        bench.actions["candidate_shade"].toggled.connect(self._set_shaded)
        bench.session.opened.connect(self._accepted.clear)

    @property
    def offer(self) -> Offer | None:
        """The candidates of the selected prompt; None where there are none, or another tool is in use."""
        return self._offer

    def set_mode(self, mode: str) -> None:
        """Accept masks on release, or after a look; now and in the next run."""
        if mode != self.mode and mode in (RELEASE, PREVIEW):
            self.mode = mode
            settings.remember(SETTING, mode)
            self.mode_changed.emit(mode)
            self.update()

    def remember(self, prompt_id: int, answer: MaskAnswer, chosen: int) -> None:
        """A candidate entered the document just now, as the last step."""
        annotation, history = self._session.annotation, self._session.history
        if annotation is None or history is None or prompt_id not in annotation.prompts:
            return
        prompt = annotation.prompts[prompt_id]
        self._accepted[prompt_id] = _Accepted(answer, chosen, history.position, prompt)
        self._accepted.move_to_end(prompt_id)
        if len(self._accepted) > _REMEMBERED:
            self._accepted.popitem(last=False)

    def step(self, by: int) -> None:
        """Show the next candidate, or the one before; round and round."""
        if self._offer is not None:
            self.choose((self._offer.chosen + by) % len(self._offer.answer.masks))

    def choose(self, number: int) -> None:
        """Show a candidate; one that is in the document already is exchanged, within the same step."""
        offer = self._offer
        if offer is None or number == offer.chosen or not 0 <= number < len(offer.answer.masks):
            return
        item = self._queue.shown_as(offer.prompt_id)
        if item is not None and item.is_offered:
            item.chosen = number
            self.update()
            self._display.refresh_previews()
        elif not self._exchange(offer, number):
            return
        self.exchanged.emit(prompt_words.quality(offer.answer, number))

    def update(self) -> None:
        """Look anew at what is selected; tells ``display`` what to shade, and everybody the offer."""
        before, self._offer = self._offer, self._find()
        offer = self._offer
        shown = offer is not None and self._is_shaded and offer.chosen == 0
        self._display.shaded = (offer.prompt_id, offer.answer) if offer is not None and shown else None
        several = len(offer.answer.masks) > 1 if offer is not None else self._is_coming()
        none = self.tr("There is one mask only; prompts with several candidates offer more.")
        for name in ("candidate_next", "candidate_previous"):
            self._actions.set_enabled(name, several, none)
        # Answers hold arrays, which do not compare.
        if (
            offer is None
            or before is None
            or offer.answer is not before.answer
            or offer.facts != before.facts
        ):
            self.offer_changed.emit(offer)

    def _find(self) -> Offer | None:
        annotation, selected = self._session.annotation, self._display.selected
        if annotation is None or self._view.tool_name not in PROMPT_TOOLS:
            return None
        item = self._queue.shown_as(selected)
        prompt = annotation.prompts.get(selected) if selected is not None and item is None else None
        if (item is None or not self._is_in_sight(item)) and (
            prompt is None or not self._is_in_sight(prompt)
        ):
            # Nothing is selected here: what waits on the slice does so for Enter.
            waiting = [i for i in self._queue if i.is_offered and self._is_in_sight(i)]
            item, prompt = (waiting[-1] if waiting else None), None
        if item is not None:
            if item.answer is None:
                return None
            return Offer(item.shown_id, item.label_id, item.answer, item.chosen, is_pending=True)
        kept = self._accepted.get(prompt.id) if prompt is not None else None
        if prompt is None or kept is None or not kept.fits(prompt):
            return None
        return Offer(prompt.id, prompt.label_id, kept.answer, kept.chosen, is_pending=False)

    def _is_coming(self) -> bool:
        """Whether masks of the selected prompt are being computed: Tab must not leave the picture then."""
        item = self._queue.shown_as(self._display.selected)
        return item in self._queue.running and item is not None and self._is_in_sight(item)

    def _is_in_sight(self, place: Pending | Prompt) -> bool:
        return self._display.view_at(place.axis, place.index) is not None

    def _exchange(self, offer: Offer, number: int) -> bool:
        """Paint another candidate in the place of the one in the document; False if that is refused."""
        annotation, history = self._session.annotation, self._session.history
        if annotation is None or history is None:
            return False
        kept, prompt = self._accepted[offer.prompt_id], annotation.prompts[offer.prompt_id]
        is_last = history.position == kept.position and not history.can_redo
        try:
            edit = mask_edit(
                annotation,
                prompt.axis,
                prompt.index,
                offer.answer.masks[number].full(),
                prompt.label_id,
                prompt.box,
                points=prompt.points,
                mask_prompt=prompt.mask,
                window=prompt.window,
                rule=self._session.rule,
                replaces=prompt.id,
                text=history.entry(history.position - 1).text
                if is_last
                else prompt_words.changed(annotation.volume, prompt.index, prompt.box),
            )
            if is_last:
                history.amend(edit)
            else:
                history.do(edit)
        except MedSAMError as error:
            self._presenter.error(error)
            return False
        self.remember(prompt.id, offer.answer, number)
        self.update()
        self._display.refresh()
        return True

    def _set_shaded(self, shaded: bool) -> None:
        self._is_shaded = shaded
        settings.remember(SHADE_SETTING, shaded)
        self.update()
        self._display.refresh_previews()
