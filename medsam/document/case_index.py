"""What the records of a case file add up to: which steps are alive, and where the user stands."""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from typing import Any

STEPS = ("step", "amend")


@dataclass(frozen=True, slots=True)
class Kept:
    """Where a record lies, and how many bytes it takes."""

    handle: int
    size: int


class CaseIndex:
    """Follows the records in their order, and needs their kinds and small facts only.

    Attributes:
        position: How many steps are in effect.
        clean_position: Where the annotation is what a saved file holds; None
            if that state cannot be reached any more.
        active_label: The label that was chosen last; None if none ever was.
        snapshots: By position, those from which the present steps follow.
        sessions: Opened and closed, in the order of the file.
        header: The record "case".
        total_bytes: Of all records that were added.
    """

    def __init__(self) -> None:
        self._handles = array("q")
        self._sizes = array("q")
        self.position = 0
        self.clean_position: int | None = 0
        self.active_label: int | None = None
        self.snapshots: dict[int, Kept] = {}
        self.sessions: list[Kept] = []
        self.header: Kept | None = None
        self.total_bytes = 0
        self._step_bytes = 0

    def __len__(self) -> int:
        return len(self._handles)

    def steps(self) -> list[Kept]:
        """The steps that undo and redo can reach, in their order."""
        return [Kept(h, s) for h, s in zip(self._handles, self._sizes, strict=True)]

    @property
    def live_bytes(self) -> int:
        """What a file without the dead records would take, about."""
        others = (self.header, self.snapshots.get(0), self.nearest_snapshot())
        return self._step_bytes + sum(s.size for s in (*self.sessions, *others) if s is not None)

    def accepts(self, kind: str, meta: dict[str, Any]) -> bool:
        """Whether a record can follow those before it; one that cannot is damaged."""
        if kind in STEPS:
            return _is_count(meta.get("at"), len(self._handles))
        if kind in ("move", "snapshot"):
            return _is_count(meta.get("position"), len(self._handles))
        if kind == "clean":
            return meta.get("position") is None or _is_count(meta["position"], len(self._handles))
        return True

    def add(self, handle: int, size: int, kind: str, meta: dict[str, Any]) -> None:
        """Take the next record into account; ``accepts`` has said yes."""
        self.total_bytes += size
        if kind in STEPS:
            self._add_step(handle, size, int(meta["at"]))
        elif kind == "move":
            self.position = int(meta["position"])
        elif kind == "clean":
            self.clean_position = None if meta["position"] is None else int(meta["position"])
        elif kind == "active":
            self.active_label = int(meta["label"])
        elif kind == "snapshot":
            self.snapshots[int(meta["position"])] = Kept(handle, size)
        elif kind == "session":
            self.sessions.append(Kept(handle, size))
        elif kind == "case":
            self.header = Kept(handle, size)

    def alive(self) -> list[Kept]:
        """Every record that a smaller file must keep: header and first snapshot first, the nearest last."""
        first, nearest = self.snapshots.get(0), self.nearest_snapshot()
        kept = [self.header, first, *self.sessions, *self.steps(), nearest if nearest != first else None]
        return [k for k in kept if k is not None]

    def forget(self, kept: set[int], boundary: int, total_bytes: int) -> None:
        """Leave out snapshots that a smaller file has not kept.

        Args:
            kept: Handles of the records that it has.
            boundary: Handles from this on were appended since.
            total_bytes: Of the new file.
        """
        self.snapshots = {p: s for p, s in self.snapshots.items() if s.handle in kept or s.handle >= boundary}
        self.total_bytes = total_bytes

    def nearest_snapshot(self) -> Kept | None:
        """The snapshot with the fewest steps between it and the position."""
        at = self.nearest_snapshot_position()
        return None if at is None else self.snapshots[at]

    def nearest_snapshot_position(self) -> int | None:
        """How many steps were in effect in ``nearest_snapshot``."""
        return min(self.snapshots, key=lambda p: abs(p - self.position), default=None)

    def _add_step(self, handle: int, size: int, at: int) -> None:
        # What was undone before a new step cannot be reached any more, nor can a
        # state that it led to.
        self._step_bytes += size - sum(self._sizes[at:])
        del self._handles[at:], self._sizes[at:]
        self._handles.append(handle)
        self._sizes.append(size)
        self.position = at + 1
        if self.clean_position is not None and self.clean_position > at:
            self.clean_position = None
        if any(p > at for p in self.snapshots):
            self.snapshots = {p: kept for p, kept in self.snapshots.items() if p <= at}


def _is_count(value: object, most: int) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= most
