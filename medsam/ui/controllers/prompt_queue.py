"""Prompts that have no mask in the document yet: waiting, being computed, failed, or offered for a look."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medsam.document import PromptMask
from medsam.engine.jobs import MaskAnswer, MaskPatch
from medsam.intensity import Window
from medsam.prompts import Box, MaskPrompt, Points, Prompts


@dataclass
class Pending:
    """One prompt on its way to a mask.

    Attributes:
        id: Below zero, so that it is no id of a document's prompt.
        axis, index: The stored slice picture it lies on.
        label_id: What it will paint.
        window: What the network sees the slice through.
        box, points, mask: What was pointed at, in the stored picture.
        replaces: Document prompt whose mask the new one takes the place of.
        token: Of the request; None while it waits to be sent.
        draft: A first mask, until the exact one comes.
        guess: What the model would take if there were something, where it
            says that there is nothing; for the user to decide.
        reason: Why there is no mask; "" while one is to come.
        answer: The masks it could become, where the user wants to look first.
        chosen: Which of them is on show.
    """

    id: int
    axis: int
    index: int
    label_id: int
    window: Window | None
    box: Box | None = None
    points: Points | None = None
    mask: PromptMask | None = None
    replaces: int | None = None
    token: int | None = None
    draft: MaskPatch | None = None
    guess: MaskPatch | None = None
    reason: str = ""
    answer: MaskAnswer | None = None
    chosen: int = 0

    @property
    def shown_id(self) -> int:
        """The id under which the tools show it."""
        return self.id if self.replaces is None else self.replaces

    @property
    def prompts(self) -> Prompts:
        """What the engine is asked."""
        return engine_prompts(self.box, self.points, self.mask)

    @property
    def is_offered(self) -> bool:
        """Whether it waits for the user to accept a mask."""
        return self.answer is not None

    def forget_answers(self) -> None:
        """It was changed: what was computed for it is void."""
        self.draft = self.guess = self.answer = None
        self.chosen = 0


def engine_prompts(box: Box | None, points: Points | None, mask: PromptMask | None) -> Prompts:
    """The parts of a prompt as the engine takes them; a previous mask as logits of the picture's size."""
    return Prompts(box, points, MaskPrompt.from_mask(mask.full()) if mask is not None else None)


class PromptQueue:
    """The pending prompts of one document, oldest first."""

    def __init__(self) -> None:
        self._items: dict[int, Pending] = {}
        self._next_id = -1

    def __iter__(self) -> Iterator[Pending]:
        return iter(tuple(self._items.values()))

    def __len__(self) -> int:
        return len(self._items)

    def add(
        self,
        axis: int,
        index: int,
        label_id: int,
        window: Window | None,
        *,
        box: Box | None = None,
        points: Points | None = None,
        mask: PromptMask | None = None,
        replaces: int | None = None,
    ) -> Pending:
        """Queue a prompt."""
        item = Pending(self._next_id, axis, index, label_id, window, box, points, mask, replaces)
        self._next_id -= 1
        self._items[item.id] = item
        return item

    def put_back(self, item: Pending) -> None:
        """Queue a prompt that was taken out again."""
        self._items[item.id] = item

    def remove(self, item: Pending) -> None:
        """Forget a prompt."""
        self._items.pop(item.id, None)

    def clear(self) -> None:
        """Forget every prompt."""
        self._items.clear()

    def of_token(self, token: int) -> Pending | None:
        """The prompt that a request was made for."""
        return next((p for p in self if p.token == token), None)

    def shown_as(self, prompt_id: int | None) -> Pending | None:
        """The prompt that the tools show under ``prompt_id``, if it has no mask yet."""
        return next((p for p in self if p.shown_id == prompt_id), None)

    def on(self, axis: int, index: int) -> list[Pending]:
        """Pending prompts of one slice."""
        return [p for p in self if (p.axis, p.index) == (axis, index)]

    @property
    def unsent(self) -> list[Pending]:
        """Prompts that wait for a model or a worker."""
        return [p for p in self if p.token is None and not p.reason and not p.is_offered]

    @property
    def running(self) -> list[Pending]:
        """Prompts that a mask is to come for."""
        return [p for p in self if not p.reason and not p.is_offered]
