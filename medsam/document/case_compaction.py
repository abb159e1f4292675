"""A case file without its dead records: what is kept, in which order, and where it lies then."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO

from medsam.document.case_disk import write_at
from medsam.document.case_format import PREAMBLE, encode
from medsam.document.case_index import CaseIndex
from medsam.document.records import Record

_BATCH = 1 << 20


@dataclass(frozen=True)
class Plan:
    """What a smaller file holds.

    Attributes:
        handles: Of the records that are kept, in their new order.
        facts: Records that say where the user stands, in place of the many
            that led there.
    """

    handles: tuple[int, ...]
    facts: tuple[Record, ...]

    @classmethod
    def of(cls, index: CaseIndex) -> Plan:
        """The plan for what an index knows at this moment."""
        facts = [
            Record("move", {"position": index.position}),
            Record("clean", {"position": index.clean_position}),
        ]
        if index.active_label is not None:
            facts.append(Record("active", {"label": index.active_label}))
        # A step takes back every snapshot of a later position, so the steps come
        # first, and the first snapshot, which no step can take back, stays at the head.
        return cls(tuple(kept.handle for kept in index.alive()), tuple(facts))

    def write(self, file: BinaryIO, read: Callable[[int], Record]) -> tuple[dict[int, int], int]:
        """Write preamble and records to an empty file.

        Returns:
            The new offset of every handle, and the end of the file.

        Raises:
            CaseFileError: If a record that is kept cannot be read.
            OSError: If the file cannot be written.
        """
        moved: dict[int, int] = {}
        batch, start, end = [PREAMBLE], 0, len(PREAMBLE)
        for handle in (*self.handles, None):
            records = self.facts if handle is None else (read(handle),)
            if handle is not None:
                moved[handle] = end
            for record in records:
                batch.append(encode(record))
                end += len(batch[-1])
            if handle is None or end - start > _BATCH:
                write_at(file, start, b"".join(batch))
                batch, start = [], end
        return moved, end
