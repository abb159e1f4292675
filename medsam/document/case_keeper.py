"""Keeps a case ready to be opened quickly: snapshots, the chosen label, when it was worked on."""

from __future__ import annotations

import os
import socket
import time

from medsam.document.annotation import Annotation, Change
from medsam.document.case_file import CaseFile
from medsam.document.history import History
from medsam.document.records import Record
from medsam.document.snapshot import Packer, snapshot_record

STEPS_BETWEEN = 256
BYTES_BETWEEN = 4 * 2**20
_STEPS_AT_CLOSE = 16
_MOST_VOXELS_AT_ONCE = 2**21
"""What may be packed in the thread that edits, about 5 ms; the rest is packed in the background first."""


class CaseKeeper:
    """Adds to a case file what the history does not.

    Args:
        case: Where to.
        annotation: What is edited.
        history: Of the annotation, with ``case`` as its store.
        digest: Of the image.
    """

    def __init__(self, case: CaseFile, annotation: Annotation, history: History, digest: str) -> None:
        self._case, self._annotation, self._history, self._digest = case, annotation, history, digest
        self._packer = Packer(annotation)
        self._snapshot_bytes = case.index.total_bytes
        annotation.subscribe(self._note)
        history.subscribe(self._consider)
        case.add_chore(self._packer.work)
        case.before_close(self._finish)

    def take_snapshot(self) -> None:
        """Append a snapshot of the present state."""
        slices = self._packer.slices()
        position = self._history.position
        self._case.append(snapshot_record(self._annotation, position, self._digest, slices))
        self._snapshot_bytes = self._case.index.total_bytes

    def _note(self, change: Change) -> None:
        if change.kind == "active":
            self._case.append(Record("active", {"label": self._annotation.active_label}))

    def _consider(self) -> None:
        if not self._case.is_on_disk or self._case.error is not None:
            return
        grown = self._case.index.total_bytes - self._snapshot_bytes
        if self._distance() < STEPS_BETWEEN and grown < BYTES_BETWEEN:
            return
        i, j, _ = self._annotation.volume.shape
        if self._distance() and self._packer.pending * i * j <= _MOST_VOXELS_AT_ONCE:
            self.take_snapshot()

    def _distance(self) -> int:
        """How many steps lie between the nearest snapshot and now."""
        index = self._case.index
        nearest = index.nearest_snapshot_position()
        return abs(index.position - nearest) if nearest is not None else index.position + 1

    def _finish(self) -> None:
        self._packer.close()
        if not self._case.is_on_disk or self._case.error is not None:
            return
        if self._distance() >= _STEPS_AT_CLOSE:
            self.take_snapshot()
        if self._case.has_written:
            self._case.append(Record("session", {"closed": time.time()}))


def session_record(program: str) -> Record:
    """The record "session" of a case that is opened now.

    Args:
        program: The program's version.
    """
    meta = {"opened": time.time(), "program": program, "pid": os.getpid(), "host": socket.gethostname()}
    return Record("session", meta)
