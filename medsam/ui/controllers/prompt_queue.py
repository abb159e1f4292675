"""Boxes that have no mask yet: waiting for a model, being computed, or failed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medsam.engine.jobs import MaskPatch
from medsam.intensity import Window
from medsam.prompts import Box


@dataclass
class Pending:
    """One box on its way to a mask.

    Attributes:
        id: Below zero, so that it is no id of a document's box.
        axis, index, box: Where it lies, in the stored picture.
        label_id: What it will paint.
        window: What the network sees the slice through.
        replaces: Document box whose mask the new one takes the place of.
        token: Of the request; None while it waits to be sent.
        draft: A first mask, until the exact one comes.
        guess: What the model would take if there were something, where it
            says that there is nothing; for the user to decide.
        reason: Why there is no mask; "" while one is to come.
    """

    id: int
    axis: int
    index: int
    box: Box
    label_id: int
    window: Window | None
    replaces: int | None = None
    token: int | None = None
    draft: MaskPatch | None = None
    guess: MaskPatch | None = None
    reason: str = ""

    @property
    def shown_id(self) -> int:
        """The id under which the box tool shows it."""
        return self.id if self.replaces is None else self.replaces


class PromptQueue:
    """The pending boxes of one document, oldest first."""

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
        box: Box,
        label_id: int,
        window: Window | None,
        replaces: int | None = None,
    ) -> Pending:
        """Queue a box."""
        item = Pending(self._next_id, axis, index, box, label_id, window, replaces)
        self._next_id -= 1
        self._items[item.id] = item
        return item

    def put_back(self, item: Pending) -> None:
        """Queue a box that was taken out again."""
        self._items[item.id] = item

    def remove(self, item: Pending) -> None:
        """Forget a box."""
        self._items.pop(item.id, None)

    def clear(self) -> None:
        """Forget every box."""
        self._items.clear()

    def of_token(self, token: int) -> Pending | None:
        """The box that a request was made for."""
        return next((p for p in self if p.token == token), None)

    def shown_as(self, box_id: int) -> Pending | None:
        """The box that the tool shows under ``box_id``, if it has no mask yet."""
        return next((p for p in self if p.shown_id == box_id), None)

    def on(self, axis: int, index: int) -> list[Pending]:
        """Pending boxes of one slice."""
        return [p for p in self if (p.axis, p.index) == (axis, index)]

    @property
    def unsent(self) -> list[Pending]:
        """Boxes that wait for a model or a worker."""
        return [p for p in self if p.token is None and not p.reason]

    @property
    def running(self) -> list[Pending]:
        """Boxes that a mask is to come for."""
        return [p for p in self if not p.reason]
