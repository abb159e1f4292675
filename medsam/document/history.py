"""Undo and redo without a limit: the steps of an annotation, kept as records in a store.

In memory lie only the texts of the steps and the latest of them; the rest is
read from the store when it is undone. With a case file as the store, the
history outlives the program.
"""

from __future__ import annotations

import time
from collections import OrderedDict
from collections.abc import Callable, Hashable
from dataclasses import dataclass

from medsam.document.annotation import Annotation
from medsam.document.deltas import LabelsDelta, Step
from medsam.document.edits import Edit
from medsam.document.records import MemoryStore, Record, StepStore, step_from_record, step_to_record
from medsam.errors import CaseFileError

_MOST_CACHED_BYTES = 16 * 2**20
"""Of the latest records, so that the usual undo reads no file."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What a list of the history shows of a step.

    Attributes:
        text: What was done.
        time: When, seconds since 1970.
        place: Axis and index of the stored slice, if it was about one.
        labels: Numbers of the labels it touched.
        handle: Of its record in the store.
    """

    text: str
    time: float
    place: tuple[int, int] | None
    labels: tuple[int, ...]
    handle: int

    @classmethod
    def of(cls, record: Record, handle: int) -> Entry:
        """The entry of a "step" or "amend" record."""
        meta, place = record.meta, record.meta.get("place")
        labels = tuple(int(n) for n in meta["labels"])
        where = (int(place[0]), int(place[1])) if place is not None else None
        return cls(str(meta["text"]), float(meta["time"]), where, labels, handle)


class History:
    """Carries out edits on an annotation and takes them back.

    Every action is appended to the store before the call returns. Where the
    store fails, the action stays and the history goes on in memory:
    ``store_error`` says why, ``is_stored`` becomes False.

    Attributes:
        annotation: What is edited.
        position: How many steps are in effect.
        clean_position: Where the annotation is what a file holds; None if that
            state cannot be reached any more.
    """

    def __init__(
        self,
        annotation: Annotation,
        store: StepStore | None = None,
        entries: list[Entry] | None = None,
        position: int | None = None,
        clean_position: int | None = 0,
    ) -> None:
        """Begin, or go on from what a store remembers.

        Args:
            annotation: In the state that ``position`` stands for.
            store: Keeps the steps; memory by default.
            entries: Steps that the store holds already.
            position: How many of them are in effect; all by default.
            clean_position: See the class.
        """
        self.annotation = annotation
        self.store: StepStore = store if store is not None else MemoryStore()
        self._is_kept = store is not None
        self._lost: CaseFileError | None = None
        self._entries = list(entries or [])
        self.position = len(self._entries) if position is None else position
        self.clean_position = clean_position
        self._merge_key: Hashable = None
        self._cache: OrderedDict[int, Record] = OrderedDict()
        self._cached_bytes = 0
        self._memory: dict[int, Record] = {}
        self._observers: list[Callable[[], None]] = []

    def __len__(self) -> int:
        return len(self._entries)

    @property
    def store_error(self) -> CaseFileError | None:
        """What keeps the store from keeping steps; None while it can. A case file may recover."""
        return self._lost or getattr(self.store, "error", None)

    @property
    def is_stored(self) -> bool:
        """Whether the program may be killed now without loss."""
        return self._is_kept and self.store_error is None

    def entry(self, n: int) -> Entry:
        """The ``n``-th step, from 0."""
        return self._entries[n]

    @property
    def can_undo(self) -> bool:
        """Whether there is a step to take back."""
        return self.position > 0

    @property
    def can_redo(self) -> bool:
        """Whether there is a step to do again."""
        return self.position < len(self._entries)

    @property
    def is_clean(self) -> bool:
        """Whether the annotation is what a file holds."""
        return self.position == self.clean_position

    def subscribe(self, observer: Callable[[], None]) -> Callable[[], None]:
        """Call ``observer`` after every change of the history; the returned function ends that."""
        self._observers.append(observer)
        return lambda: self._observers.remove(observer) if observer in self._observers else None

    def do(self, edit: Edit, merge_key: Hashable = None) -> Step:
        """Carry out an edit as one step.

        Args:
            edit: If it raises, nothing has happened.
            merge_key: Label changes of one key in a row become one step, such
                as the values that a slider passes through.
        """
        step = self.annotation.apply(edit)
        merged = self._merged(step, merge_key)
        self._merge_key = merge_key
        if merged is not None:
            self._keep(merged, self.position - 1, "amend")
        else:
            if self.clean_position is not None and self.clean_position > self.position:
                self.clean_position = None
            del self._entries[self.position :]
            self._keep(step, self.position, "step")
            self.position += 1
        self._tell()
        return step

    def amend(self, edit: Edit) -> Step:
        """Take the last step back and carry out ``edit`` in its place, as the same one step."""
        if not self.can_undo or self.can_redo:
            return self.do(edit)
        if self.clean_position == self.position:
            self.clean_position = None
        last = self._step(self.position - 1)
        self.annotation.apply(last.inverse())
        try:
            step = self.annotation.apply(edit)
        except Exception:
            self.annotation.apply(last)
            raise
        self._merge_key = None
        self._keep(step, self.position - 1, "amend")
        self._tell()
        return step

    def undo(self) -> None:
        """Take the last step back; nothing without one."""
        self.jump(self.position - 1)

    def redo(self) -> None:
        """Do the next step again; nothing without one."""
        self.jump(self.position + 1)

    def jump(self, position: int) -> None:
        """Go to the state after ``position`` steps; the nearest one there is counts.

        Raises:
            CaseFileError: If the store cannot give a step back; the history
                stands before that step then.
        """
        position = min(max(position, 0), len(self._entries))
        if position == self.position:
            return
        self._merge_key = None
        try:
            while self.position > position:
                self.annotation.apply(self._step(self.position - 1).inverse())
                self.position -= 1
            while self.position < position:
                self.annotation.apply(self._step(self.position))
                self.position += 1
        finally:
            self._append(Record("move", {"position": self.position}))
            self._tell()

    def mark_clean(self) -> None:
        """The present state is what a file holds."""
        self.clean_position, self._merge_key = self.position, None
        self._append(Record("clean", {"position": self.position}))
        self._tell()

    def close(self) -> None:
        """Let go of the store."""
        self.store.close()

    def _merged(self, step: Step, merge_key: Hashable) -> Step | None:
        """The last step and this one as one, if they belong together."""
        mergeable = merge_key is not None and merge_key == self._merge_key and not self.can_redo
        if not mergeable or not self.can_undo or self.is_clean:
            return None
        last = self._step(self.position - 1)
        if len(last.deltas) != 1 or len(step.deltas) != 1:
            return None
        before, after = last.deltas[0], step.deltas[0]
        if not isinstance(before, LabelsDelta) or not isinstance(after, LabelsDelta):
            return None
        return Step(step.text, (LabelsDelta(before.before, after.after),))

    def _keep(self, step: Step, at: int, kind: str) -> None:
        record = step_to_record(step, at, time.time(), kind)
        handle = self._append(record)
        self._remember(handle, record)
        self._entries[at:] = [Entry.of(record, handle)]

    def _append(self, record: Record) -> int:
        """Store a record; where that fails, keep it in memory under a negative handle."""
        if self._lost is None:
            try:
                return self.store.append(record)
            except CaseFileError as error:
                self._lost = error
        if record.kind not in ("step", "amend"):
            return 0
        handle = -1 - len(self._memory)
        self._memory[handle] = record
        return handle

    def _step(self, n: int) -> Step:
        handle = self._entries[n].handle
        record = self._memory.get(handle) or self._cache.get(handle)
        if record is None:
            record = self.store.read(handle)
            self._remember(handle, record)
        return step_from_record(record, self.annotation.volume.shape)

    def _remember(self, handle: int, record: Record) -> None:
        if handle < 0 or isinstance(self.store, MemoryStore):
            return
        self._cache[handle] = record
        self._cached_bytes += len(record.blob)
        while self._cached_bytes > _MOST_CACHED_BYTES and len(self._cache) > 1:
            _, dropped = self._cache.popitem(last=False)
            self._cached_bytes -= len(dropped.blob)

    def _tell(self) -> None:
        for observer in tuple(self._observers):
            observer()
