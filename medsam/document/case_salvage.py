"""What can be saved of a damaged case file: a later snapshot holds all the work, and steps go on from it."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, BinaryIO

from medsam.document import case_disk
from medsam.document.case_format import PREAMBLE, encode, whole_records_after
from medsam.document.case_identity import ImageIdentity
from medsam.document.case_index import STEPS, CaseIndex
from medsam.document.records import Record

_ASIDE = ".damaged"
_MOST_OF_A_BEGINNING = 2**16


def aside_of(path: Path) -> Path:
    """A name beside ``path`` for what could not be brought back."""
    return case_disk.free_name(path, _ASIDE)


def is_hardly_begun(path: Path) -> bool:
    """Whether a file is a case that a kill ended before its first action was written: nothing is in it."""
    with case_disk.open_existing(path, writable=False) as file:
        size = os.fstat(file.fileno()).st_size
        if not PREAMBLE.startswith(file.read(len(PREAMBLE))) or size > _MOST_OF_A_BEGINNING:
            return False
        kinds = {found.record.kind for found in whole_records_after(file, 0, size)}
        return kinds <= {"case", "session"}


@dataclass
class _Rest:
    """The records behind the damage that build on one snapshot there.

    Attributes:
        base: Offset of the snapshot.
        shift: How many steps were in effect in it: its state is the new beginning.
        index: Of what follows, counted from there.
        is_below: Whether the user went back to before the snapshot.
    """

    base: int
    shift: int
    index: CaseIndex
    is_below: bool = False

    def take(self, offset: int, size: int, kind: str, meta: dict[str, Any]) -> bool:
        """Follow the next record; False if what it builds on is lost."""
        where = "at" if kind in STEPS else "position"
        if where in meta and isinstance(meta[where], int):
            meta = meta | {where: meta[where] - self.shift}
            if kind == "move":
                self.is_below = meta[where] < 0
            if kind != "move" and meta[where] < 0:
                return kind not in STEPS
        if self.index.accepts(kind, meta):
            self.index.add(offset, size, kind, meta)
        return True


def rebuild(path: Path, start: int, identity: ImageIdentity, program: str) -> tuple[int, str] | None:
    """Write a case anew from the snapshots behind damage; the damaged file is kept under another name.

    Args:
        path: Of the case; its lock must be held.
        start: Where the damage begins.
        identity: Of the image: snapshots of others are left alone.
        program: The program's version.

    Returns:
        How many steps can be undone, and the name of the file that keeps the
        damaged one; None if there is no snapshot that helps.

    Raises:
        OSError: If the files cannot be written; the case stays as it was.
    """
    temporary, aside = case_disk.temporary_name(path), aside_of(path)
    try:
        with case_disk.open_existing(path, writable=False) as file:
            size = os.fstat(file.fileno()).st_size
            rest = _follow(file, start, size, identity.digest)
            if rest is None:
                return None
            with open(temporary, "xb", buffering=0) as new:
                case_disk.write_at(new, 0, PREAMBLE)
                at = len(PREAMBLE)
                for record in _records(file, rest, identity, program):
                    data = encode(record)
                    case_disk.write_at(new, at, data)
                    at += len(data)
                os.fsync(new.fileno())
            with open(aside, "wb", buffering=0) as kept:
                case_disk.copy(file, 0, size, kept, 0)
                os.fsync(kept.fileno())
        os.replace(temporary, path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink()
    return len(rest.index), aside.name


def _follow(file: BinaryIO, start: int, size: int, digest: str) -> _Rest | None:
    rest: _Rest | None = None
    for found in whole_records_after(file, start, size):
        kind, meta = found.record.kind, found.record.meta
        is_ours = (
            kind == "snapshot" and meta.get("digest") == digest and isinstance(meta.get("position"), int)
        )
        if is_ours and (rest is None or rest.is_below):
            index = CaseIndex()
            # Whether a saved mask holds this state, nobody knows any more.
            index.clean_position = None
            rest = _Rest(found.offset, meta["position"], index)
        elif rest is not None and kind != "case" and not rest.take(found.offset, found.size, kind, meta):
            rest = None
    return rest


def _records(file: BinaryIO, rest: _Rest, identity: ImageIdentity, program: str) -> Iterator[Record]:
    """The records of the new file, in its order."""
    index = rest.index
    yield Record("case", identity.to_json() | {"created": time.time(), "program": program})
    snapshot = case_disk.read_at(file, rest.base)
    yield replace(snapshot, meta=snapshot.meta | {"position": 0})
    for kept in index.sessions:
        yield case_disk.read_at(file, kept.handle)
    for n, kept in enumerate(index.steps()):
        step = case_disk.read_at(file, kept.handle)
        yield replace(step, meta=step.meta | {"at": n})
    yield Record("move", {"position": index.position})
    yield Record("clean", {"position": index.clean_position})
    if index.active_label is not None:
        yield Record("active", {"label": index.active_label})
