"""The journal of a case on the disk: every action appended before it is confirmed.

``CaseFile`` is a ``StepStore``. It never refuses a record: where the disk does,
the record waits in memory, ``error`` says why, and ``retry`` writes what waits
once the reason is gone.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO

from medsam.document import case_disk
from medsam.document.case_background import Background
from medsam.document.case_compaction import Plan
from medsam.document.case_format import PREAMBLE, decode, encode
from medsam.document.case_index import CaseIndex
from medsam.document.case_lock import CaseLock
from medsam.document.case_words import CaseTrouble, trouble_of
from medsam.document.records import Record
from medsam.errors import CaseFileError

SECONDS_TO_SYNC = 1.0
"""After an action, the bytes are flushed to the disk itself; a kill of the program needs no flush."""

LEAST_TO_COMPACT = 8 * 2**20
"""Bytes of a file that is left as it is, however much of it is dead."""

_SECONDS_TO_END = 5.0
_BEGINS_A_FILE = ("step", "amend", "move", "clean")


class Places:
    """Where the record of a handle lies now. A handle is the offset at which the record was first written."""

    def __init__(self) -> None:
        self._moved: dict[int, int] = {}
        self._boundary = self._shift = 0

    def offset(self, handle: int) -> int:
        """Offset in the file; ``CaseFileError`` if the record was dropped."""
        offset = handle - self._shift if handle >= self._boundary else self._moved.get(handle)
        if offset is None:
            raise CaseFileError("This step was dropped from the case file.")
        return offset

    def move(self, moved: dict[int, int], boundary: int, offset: int) -> None:
        """Handles below ``boundary`` are at ``moved`` now, it and later ones from ``offset`` on."""
        self._moved, self._boundary, self._shift = moved, boundary, boundary - offset


class CaseFile:
    """Keeps the records of one case. Calls may come from any thread.

    Args:
        path: Where the file is or will be.
        lock: The right to write it, held; None if it must not be written now.
        index: What the file holds already; None for a new one.
        end: Behind the last whole record of the file.
        first: Records that begin a new file. They are written with the first
            action: looking at an image leaves no file behind.
        error: Why nothing may be written for now.

    Attributes:
        path: See above.
        index: What all records add up to, those that wait included.
        compact_above: Bytes from which a file may be worth making smaller.
    """

    def __init__(
        self,
        path: Path,
        lock: CaseLock | None,
        *,
        index: CaseIndex | None = None,
        end: int = len(PREAMBLE),
        first: tuple[Record, ...] = (),
        error: CaseTrouble | None = None,
    ) -> None:
        self.path = path
        self.index = index if index is not None else CaseIndex()
        self.compact_above = LEAST_TO_COMPACT
        self.lock = lock
        self._error = error
        # Who needs both takes them in this order: the file, then what is known of it.
        self._io = threading.RLock()
        self._state = threading.RLock()
        self._end = self._synced = end
        self._next_handle = end
        self._places = Places()
        self._waiting: dict[int, bytes] = {}
        self._unsynced: dict[int, bytes] = {}
        self._file: BinaryIO | None = None
        self._is_closed = self._has_written = self._is_new = False
        self._listeners: list[Callable[[], None]] = []
        self._background = Background(self._tidy, SECONDS_TO_SYNC)
        self._chores: list[Callable[[], None]] = []
        self._last_words: list[Callable[[], None]] = []
        if index is not None:
            self._file = case_disk.open_existing(path, writable=lock is not None)
        for record in first:
            self._wait(record)

    @property
    def error(self) -> CaseTrouble | None:
        """Why records wait in memory; None while the disk takes them."""
        return self._error

    @property
    def is_on_disk(self) -> bool:
        """Whether there is a file already."""
        return self._file is not None

    @property
    def size(self) -> int:
        """Bytes of the file."""
        return self._end if self._file is not None else 0

    @property
    def waiting(self) -> int:
        """How many records are in memory only, though they should be on the disk."""
        return len(self._waiting) if self._error is not None else 0

    @property
    def has_written(self) -> bool:
        """Whether anything was written since the case was opened."""
        return self._has_written

    def listen(self, listener: Callable[[], None]) -> Callable[[], None]:
        """Call ``listener``, in any thread, when ``error`` may have changed; returns the way back."""
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener) if listener in self._listeners else None

    def add_chore(self, chore: Callable[[], None]) -> None:
        """Also call this in the background thread, before it flushes."""
        self._chores.append(chore)

    def before_close(self, last_words: Callable[[], None]) -> None:
        """Call this at the beginning of ``close``, in its thread; it may append."""
        self._last_words.append(last_words)

    def wake(self) -> None:
        """Let the background thread look soon."""
        self._background.wake()

    def append(self, record: Record) -> int:
        """See ``StepStore``: on return the bytes are with the operating system, or ``error`` says why not."""
        with self._state:
            if self._is_closed:
                raise CaseFileError("This case is closed.")
            handle = self._wait(record)
            # Without the other lock: a retry may hang in it, and the work goes on.
            if self._error is not None or (self._file is None and record.kind not in _BEGINS_A_FILE):
                return handle
        with self._io:
            try:
                self._write_waiting()
            except OSError as error:
                self._fail(trouble_of(error, self.path.name))
        self._background.wake()
        return handle

    def read(self, handle: int) -> Record:
        """See ``StepStore``."""
        with self._state:
            data = self._waiting.get(handle)
        if data is not None:
            return decode(data)
        with self._io:
            if self._file is None:
                raise CaseFileError("This case is closed.")
            try:
                return case_disk.read_at(self._file, self._places.offset(handle))
            except OSError as error:
                raise trouble_of(error, self.path.name) from error

    def retry(self) -> bool:
        """Try to write what waits; True if everything is on the disk then. May take as long as the disk."""
        with self._io:
            if self._is_closed:
                return False
            try:
                self._regain()
                self._write_waiting(cured=True)
            except CaseTrouble as error:
                self._fail(error)
            except OSError as error:
                self._fail(trouble_of(error, self.path.name))
            else:
                self._tell()
                self._background.wake()
        return self._error is None

    def flush(self) -> None:
        """Bring what was written to the disk itself; a failure becomes ``error``."""
        with self._io:
            file, end = self._file, self._end
            if file is None or self._error is not None or end == self._synced:
                return
        try:
            # Without the lock: a disk may take its time, and the work goes on.
            os.fsync(file.fileno())
            if self._is_new:
                # Its name has to last as well.
                case_disk.sync_folder(self.path.parent)
                self._is_new = False
        except (OSError, ValueError) as error:
            with self._io:
                if file is self._file and isinstance(error, OSError):
                    self._take_back_unsynced()
                    self._fail(trouble_of(error, self.path.name))
            return
        with self._io:
            if file is self._file:
                self._synced = max(self._synced, end)
                self._unsynced = {h: d for h, d in self._unsynced.items() if self._places.offset(h) >= end}

    @property
    def is_worth_compacting(self) -> bool:
        """Whether more than half of a large file is dead."""
        total = self.index.total_bytes
        return total > self.compact_above and 2 * self.index.live_bytes < total

    def compact(self) -> bool:
        """Drop the dead records; True if that was done. Copies the file, so not in the window's thread.

        What is appended meanwhile is kept. A crash at any point leaves the
        old file or the new one, both whole.
        """
        with self._io, self._state:
            if self._file is None or self._error is not None or self._waiting or self._is_closed:
                return False
            plan, boundary, start = Plan.of(self.index), self._next_handle, self._end
        temporary = case_disk.temporary_name(self.path)
        try:
            return self._compact_to(temporary, plan, boundary, start)
        except (OSError, CaseFileError):
            # The file stays as it is, only larger than need be; not again at once.
            self.compact_above *= 2
            return False
        finally:
            with contextlib.suppress(OSError):
                temporary.unlink()

    def close(self) -> None:
        """Flush, let go of file and lock. Records that wait are lost then: ask before."""
        if self._is_closed:
            return
        for last_words in self._last_words:
            last_words()
        self._last_words.clear()
        if self._background.finish(_SECONDS_TO_END):
            self.flush()
        with self._io:
            self._is_closed = True
            if self._file is not None:
                with contextlib.suppress(OSError):
                    self._file.close()
                self._file = None
            if self.lock is not None:
                self.lock.release()

    def _wait(self, record: Record) -> int:
        data = encode(record)
        handle = self._next_handle
        self._next_handle += len(data)
        self._waiting[handle] = data
        self.index.add(handle, len(data), record.kind, record.meta)
        return handle

    def _write_waiting(self, cured: bool = False) -> None:
        """Write what waits, in order; ``OSError`` leaves the rest waiting. ``cured`` ends ``error`` then."""
        if self._file is None:
            self._file, self._is_new = case_disk.create(self.path), True
            self._end = self._synced = len(PREAMBLE)
        while True:
            with self._state:
                batch = list(self._waiting.items())
                if not batch:
                    self._error = None if cured else self._error
                    return
            for handle, data in batch:
                case_disk.write_at(self._file, self._end, data)
                self._end += len(data)
                self._unsynced[handle] = data
                self._has_written = True
                with self._state:
                    del self._waiting[handle]

    def _take_back_unsynced(self) -> None:
        # After a failed flush the system may have forgotten those pages: write them again.
        with self._state:
            self._waiting = self._unsynced | self._waiting
        self._unsynced = {}
        self._end = self._synced

    def _regain(self) -> None:
        """Get the right and the file back, if they were lost."""
        held = self.lock is not None and self.lock.is_held
        if not held:
            lock = CaseLock(self.path)
            lock.acquire()
            try:
                self._take_over()
            except BaseException:
                lock.release()
                raise
            self.lock = lock
        if self._file is not None and not case_disk.is_in_place(self._file, self.path):
            again = case_disk.bring_back(self._file, self.path, self._end, self._is_ours)
            self._file, old = again, self._file
            with contextlib.suppress(OSError):
                old.close()

    def _take_over(self) -> None:
        """Go on with a file that somebody else held until now; ``CaseTrouble`` if they changed it."""
        if self._file is None:
            if os.path.lexists(self.path):
                raise CaseTrouble("changed", self.path.name)
            return
        file = case_disk.open_existing(self.path, writable=True)
        end = case_disk.harmless_end(file, self._file, self._end)
        if end is None:
            file.close()
            raise CaseTrouble("changed", self.path.name)
        first_waiting = min(self._waiting, default=self._next_handle)
        self._places.move({h: h for h in self._handles() if h < first_waiting}, first_waiting, end)
        self._file.close()
        self._file, self._end, self._synced = file, end, end

    def _handles(self) -> list[int]:
        return [kept.handle for kept in self.index.alive()]

    def _is_ours(self, file: BinaryIO) -> bool:
        """Whether a file that came back under our name holds what was written last."""
        written = [h for h in self._handles() if h not in self._waiting]
        try:
            return all(case_disk.read_at(file, self._places.offset(h)) for h in {*written[:1], *written[-1:]})
        except (OSError, CaseFileError):
            return False

    def _read_unless_closing(self, handle: int) -> Record:
        if self._background.is_ending:
            raise CaseFileError("This case is closed.")
        return self.read(handle)

    def _compact_to(self, temporary: Path, plan: Plan, boundary: int, start: int) -> bool:
        new = open(temporary, "x+b", buffering=0)  # noqa: SIM115 - it becomes the file
        try:
            moved, end = plan.write(new, self._read_unless_closing)
            os.fsync(new.fileno())
            with self._io:
                if self._error is not None or self._is_closed or self._file is None:
                    return False
                case_disk.copy(self._file, start, self._end, new, end)
                appended = self._end - start
                self._file = case_disk.replace(temporary, new, self.path, self._file)
                with self._state:
                    self._places.move(moved, boundary, end)
                    self.index.forget(set(moved), boundary, end + appended - len(PREAMBLE))
                # Whatever is behind the boundary was appended since and is flushed next.
                self._end, self._synced = end + appended, end
                self._unsynced = {h: d for h, d in self._unsynced.items() if h >= boundary}
        finally:
            if self._file is not new:
                new.close()
        case_disk.sync_folder(self.path.parent)
        self.flush()
        return True

    def _fail(self, error: CaseTrouble) -> None:
        self._error = error
        self._tell()

    def _tell(self) -> None:
        for listener in tuple(self._listeners):
            listener()

    def _tidy(self) -> None:
        """The chores of the background thread."""
        for chore in self._chores:
            chore()
        self.flush()
        with self._io:
            if self._file is None or self._error is not None or self._is_closed:
                return
            if not case_disk.is_in_place(self._file, self.path):
                self._fail(CaseTrouble("gone", self.path.name))
                return
        if self.is_worth_compacting:
            self.compact()
