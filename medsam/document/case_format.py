"""The bytes of a case file: what stands around a record, and how a file is read through.

``docs/case-format.md`` is the description for other programs; this module is
the one place that writes and reads those bytes.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO

from medsam.document.case_words import CaseTrouble
from medsam.document.records import Record
from medsam.errors import CaseFileError

MAGIC = b"\x89MEDSAM\r\n\x1a\n\x00"
"""A high byte, line ends of both kinds and a zero: a transfer as text is found at once."""

VERSION = 1
PREAMBLE = MAGIC + struct.pack("<I", VERSION)
MARK = b"\xf5REC"
_HEAD = struct.Struct("<4sII")
_CRC = struct.Struct("<I")
LEAST_RECORD = _HEAD.size + _CRC.size
_CHUNK = 1 << 20
_PLAIN = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), allow_nan=False)


@dataclass(frozen=True)
class Found:
    """A whole record of a file, and where it lies there."""

    offset: int
    size: int
    record: Record


@dataclass(frozen=True)
class Damage:
    """Where the whole records of a file end too early.

    Attributes:
        offset: The first byte that is not part of a whole record.
        later: Whole records from there on.
        later_steps: Those of them that are steps.
    """

    offset: int
    later: int = 0
    later_steps: int = 0


def encode(record: Record) -> bytes:
    """A record as the file holds it.

    Raises:
        CaseFileError: If it is larger than 32 bits count.
    """
    meta = _PLAIN.encode({"kind": record.kind, "meta": record.meta}).encode("utf-8")
    if max(len(meta), len(record.blob)) >= 2**32:
        raise CaseFileError("A record of a case file is smaller than 4 GiB; this step is larger.")
    head = _HEAD.pack(MARK, len(meta), len(record.blob))
    crc = zlib.crc32(record.blob, zlib.crc32(meta, zlib.crc32(head)))
    return b"".join((head, meta, record.blob, _CRC.pack(crc)))


def decode(data: bytes) -> Record:
    """The record of whole bytes.

    Raises:
        CaseFileError: If they are damaged.
    """
    found = _parse(data) if len(data) >= LEAST_RECORD and _size_of(data[: _HEAD.size]) == len(data) else None
    if found is None:
        raise CaseFileError("A step of the case file is damaged and cannot be read.")
    return found


def check_preamble(data: bytes, name: str) -> None:
    """Refuse what is no case file of a version that is known here.

    Args:
        data: The first bytes of the file.
        name: Of the file, for the sentence.

    Raises:
        CaseTrouble: If it is something else, or of a later version.
    """
    if data[: len(MAGIC)] != MAGIC or len(data) < len(PREAMBLE):
        raise CaseTrouble("foreign", name)
    version = struct.unpack_from("<I", data, len(MAGIC))[0]
    if version > VERSION:
        raise CaseTrouble("newer", name, str(version))
    if version < 1:
        raise CaseTrouble("foreign", name)


class Reader:
    """Reads the records of a file one after another and stops at the first that is not whole.

    Args:
        file: Opened for reading bytes; behind the preamble or anywhere a record begins.
        start: Where to begin.

    Attributes:
        end: Behind the last whole record so far.
        damage: What stopped it, once iteration has ended; None at a clean end.
    """

    def __init__(self, file: BinaryIO, start: int = len(PREAMBLE)) -> None:
        self._file = file
        self._size = file.seek(0, 2)
        self.end = start
        self.damage: Damage | None = None

    def __iter__(self) -> Iterator[Found]:
        while self.end < self._size:
            found = record_at(self._file, self.end, self._size)
            if found is None:
                self.stop_at(self.end, self.end + 1)
                return
            self.end += found.size
            yield found

    def stop_at(self, offset: int, look_from: int | None = None) -> None:
        """Call what begins at ``offset`` damaged; whole records from ``look_from`` on are counted."""
        self.end = offset
        later = steps = 0
        for found in whole_records_after(self._file, offset if look_from is None else look_from, self._size):
            later += 1
            steps += found.record.kind in ("step", "amend")
        self.damage = Damage(offset, later, steps)


def record_at(file: BinaryIO, offset: int, size: int) -> Found | None:
    """The whole record that begins at ``offset`` of a file of ``size`` bytes; None if there is none."""
    file.seek(offset)
    head = file.read(_HEAD.size)
    length = _size_of(head)
    if length is None or offset + length > size:
        return None
    data = head + file.read(length - _HEAD.size)
    record = _parse(data) if len(data) == length else None
    return Found(offset, length, record) if record is not None else None


def whole_records_after(file: BinaryIO, offset: int, size: int) -> Iterator[Found]:
    """Every whole record that begins at or behind ``offset``, past damaged bytes."""
    while True:
        at = _find_mark(file, offset, size)
        if at is None:
            return
        found = record_at(file, at, size)
        if found is None:
            offset = at + 1
        else:
            offset = at + found.size
            yield found


def _find_mark(file: BinaryIO, offset: int, size: int) -> int | None:
    while offset < size:
        file.seek(offset)
        data = file.read(_CHUNK)
        at = data.find(MARK)
        if at >= 0:
            return offset + at
        if len(data) < _CHUNK:
            return None
        offset += len(data) - len(MARK) + 1
    return None


def _size_of(head: bytes) -> int | None:
    if len(head) < _HEAD.size or head[:4] != MARK:
        return None
    _, meta, blob = _HEAD.unpack(head)
    return LEAST_RECORD + int(meta) + int(blob)


def _parse(data: bytes) -> Record | None:
    """The record of bytes whose length is right; None if the CRC or the JSON is not."""
    _, meta_size, _ = _HEAD.unpack_from(data)
    body = memoryview(data)[: -_CRC.size]
    if zlib.crc32(body) != _CRC.unpack_from(data, len(body))[0]:
        return None
    try:
        parsed: Any = json.loads(bytes(body[_HEAD.size : _HEAD.size + meta_size]))
        kind, meta = parsed["kind"], parsed["meta"]
    except (ValueError, TypeError, KeyError, RecursionError):
        return None
    if not isinstance(kind, str) or not isinstance(meta, dict):
        return None
    return Record(kind, meta, bytes(body[_HEAD.size + meta_size :]))
