"""What a case file asks of the operating system, each in one place; failures are ``OSError``."""

from __future__ import annotations

import contextlib
import os
import secrets
import time
from collections.abc import Callable
from itertools import count
from pathlib import Path
from typing import BinaryIO

from medsam.document.case_format import PREAMBLE, Reader, record_at
from medsam.document.case_words import CaseTrouble
from medsam.document.records import Record
from medsam.errors import CaseFileError

_CHUNK = 1 << 20
HARMLESS = ("session", "snapshot", "active")
"""Kinds of records that change no work."""

_TEMPORARY = ".new-"


def create(path: Path) -> BinaryIO:
    """A new file that holds the preamble, unbuffered; ``FileExistsError`` if there is one."""
    file = open(path, "x+b", buffering=0)  # noqa: SIM115 - it stays open
    try:
        write_at(file, 0, PREAMBLE)
    except OSError:
        file.close()
        with contextlib.suppress(OSError):
            path.unlink()
        raise
    return file


def open_existing(path: Path, *, writable: bool) -> BinaryIO:
    """An existing file, unbuffered."""
    return open(path, "r+b" if writable else "rb", buffering=0)


def write_at(file: BinaryIO, offset: int, data: bytes) -> None:
    """Write all of ``data``; where that fails, what was written of it is cut off again."""
    try:
        file.seek(offset)
        view = memoryview(data)
        while view:
            view = view[_write(file, view) :]
    except OSError:
        with contextlib.suppress(OSError):
            file.truncate(offset)
        raise


def _write(file: BinaryIO, data: memoryview) -> int:
    return file.write(data)


def read_at(file: BinaryIO, offset: int) -> Record:
    """The record at ``offset``; ``CaseFileError`` if it is damaged."""
    found = record_at(file, offset, os.fstat(file.fileno()).st_size)
    if found is None:
        raise CaseFileError("A step of the case file is damaged and cannot be read.")
    return found.record


def is_in_place(file: BinaryIO, path: Path) -> bool:
    """Whether ``path`` still names the open file: it may have been deleted, moved, or gone with its drive."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except OSError:
        return False


def bring_back(file: BinaryIO, path: Path, end: int, is_ours: Callable[[BinaryIO], bool]) -> BinaryIO:
    """A writable file under ``path`` with the bytes that ``file`` had.

    Args:
        file: Open still, though its name is gone or its drive was away.
        path: Where it was.
        end: How many of its bytes count.
        is_ours: Whether a file that is there now is the same case.

    Raises:
        CaseTrouble: If there is another file under that name.
    """
    if os.path.lexists(path):
        again = open_existing(path, writable=True)
        if os.fstat(again.fileno()).st_size >= end and is_ours(again):
            return again
        again.close()
        raise CaseTrouble("changed", path.name)
    temporary = temporary_name(path)
    try:
        with open(temporary, "x+b", buffering=0) as new:
            copy(file, 0, end, new, 0)
            os.fsync(new.fileno())
        os.replace(temporary, path)
    finally:
        temporary.unlink(missing_ok=True)
    return open_existing(path, writable=True)


def harmless_end(file: BinaryIO, before: BinaryIO, end: int) -> int | None:
    """Where to go on in a file that somebody else wrote meanwhile.

    Args:
        file: As it is now.
        before: As it was opened when its first ``end`` bytes were read.
        end: See above.

    Returns:
        Behind the last whole record; None if the work in it is another one now.
    """
    now = os.fstat(file.fileno())
    if not os.path.samestat(now, os.fstat(before.fileno())) or now.st_size < end:
        return None
    reader = Reader(file, end)
    if any(found.record.kind not in HARMLESS for found in reader):
        return None
    return None if reader.damage is not None and reader.damage.later else reader.end


def copy(source: BinaryIO, start: int, stop: int, target: BinaryIO, at: int) -> None:
    """Copy bytes ``start`` to ``stop`` of one file to ``at`` of another; ``OSError`` if there are fewer."""
    while start < stop:
        source.seek(start)
        data = source.read(min(_CHUNK, stop - start))
        if not data:
            raise OSError("the file is shorter than it was")
        write_at(target, at, data)
        start, at = start + len(data), at + len(data)


def replace(temporary: Path, new: BinaryIO, path: Path, old: BinaryIO) -> BinaryIO:
    """Put a file in the place of another while both are open; returns it open under the name ``path``."""
    if os.name == "posix":
        os.replace(temporary, path)
        old.close()
        return new
    # Windows renames no open file.
    new.close()
    old.close()
    try:
        os.replace(temporary, path)
    finally:
        opened = open_existing(path, writable=True)
    return opened


def sync_folder(folder: Path) -> None:
    """Make new names in it last; some network disks refuse that, and Windows knows no such thing."""
    if os.name != "posix":
        return
    with contextlib.suppress(OSError):
        handle = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def temporary_name(path: Path) -> Path:
    """A hidden name beside ``path``; ``remove_leftovers`` knows it."""
    return path.with_name(f".{path.name}{_TEMPORARY}{secrets.token_hex(4)}")


def free_name(path: Path, suffix: str) -> Path:
    """A new name beside ``path``, with ``suffix`` and the time: nothing that was kept is overwritten."""
    stem = f"{path.name}{suffix}-{time.strftime('%Y%m%d-%H%M%S')}"
    names = (path.with_name(stem if n == 1 else f"{stem}-{n}") for n in count(1))
    return next(name for name in names if not os.path.lexists(name))


def remove_leftovers(path: Path) -> None:
    """Delete what a killed compaction left beside ``path``. Its lock must be held."""
    prefix = f".{path.name}{_TEMPORARY}"
    with contextlib.suppress(OSError):
        for entry in os.scandir(path.parent):
            if entry.name.startswith(prefix):
                os.unlink(entry.path)
