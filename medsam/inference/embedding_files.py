"""Embeddings in a folder: the tier behind the memory that outlives the program.

One file an embedding, named by its digest. A file holds a fixed header
(magic, version, shape, length), the float16 values as they lie in memory, and
a CRC-32 over everything before it; it is written under another name and then
renamed, so a reader sees all of it or none. What is damaged is deleted and
computed again. The files used longest ago go when the folder outgrows its cap.
"""

from __future__ import annotations

import contextlib
import os
import struct
import threading
import zlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import platformdirs

from medsam.inference.embedding_cache import Embedding

_MAGIC = b"MSEMBED1"
_HEADER = struct.Struct("<8s4IQ")
_CHECKSUM = struct.Struct("<I")
_SUFFIX = ".emb"
_LIMIT = "limit"
"""The file that says what the folder was limited to, for every program that uses it."""
_ROOM_AFTER_PRUNING = 0.9
"""Share of the cap that is left filled when files had to go, so that it does not happen at every put."""

DEFAULT_CAP = 8 * 10**9
"""Bytes: about 3,800 slices of a 1024-pixel network."""


FOLDER_VARIABLE, CAP_VARIABLE = "MEDSAM_EMBEDDINGS", "MEDSAM_EMBEDDINGS_BYTES"


def embedding_folder() -> Path:
    """Where embeddings are kept: ``MEDSAM_EMBEDDINGS``, else the user's cache folder."""
    named = os.environ.get(FOLDER_VARIABLE)
    return Path(named) if named else platformdirs.user_cache_path("medsam", appauthor=False) / "embeddings"


def embedding_cap() -> int:
    """Most bytes that they may take; 0 keeps none.

    ``MEDSAM_EMBEDDINGS_BYTES``, else what the folder was limited to last, else ``DEFAULT_CAP``.
    """
    text = os.environ.get(CAP_VARIABLE, "")
    if not text.isdigit():
        with contextlib.suppress(OSError, UnicodeDecodeError):
            text = (embedding_folder() / _LIMIT).read_text(encoding="ascii").strip()
    return int(text) if text.isdigit() else DEFAULT_CAP


@dataclass(frozen=True)
class Usage:
    """How much a folder holds: number of embeddings, and bytes."""

    count: int
    bytes: int


class EmbeddingFiles:
    """An ``EmbeddingStore`` in a folder, for several threads and processes at once.

    Nothing here raises because of the disk: a full or vanished one only means
    that embeddings are computed again. ``trouble`` says what the last such
    failure was.

    Args:
        folder: Made when the first embedding is kept.
        max_bytes: Cap over all files.
    """

    def __init__(self, folder: Path, max_bytes: int = DEFAULT_CAP) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self.trouble = ""
        self._bytes: int | None = None
        self._lock = threading.Lock()

    def get(self, digest: str) -> Embedding | None:
        """See ``EmbeddingStore``; a damaged file is deleted."""
        path = self._path(digest)
        try:
            data = path.read_bytes()
        except OSError:
            return None
        embedding = _decoded(data)
        with contextlib.suppress(OSError):
            if embedding is None:
                self._grow(-len(data))
                path.unlink()
            else:
                os.utime(path)  # used just now: the last to go
        return embedding

    def put(self, digest: str, embedding: Embedding) -> None:
        """See ``EmbeddingStore``."""
        data = _encoded(embedding)
        path = self._path(digest)
        if len(data) > self.max_bytes:
            return
        part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}.part")
        try:
            path.parent.mkdir(parents=True, exist_ok=True)
            before = _size_of(path)
            part.write_bytes(data)
            os.replace(part, path)
        except OSError as error:
            self.trouble = error.strerror or type(error).__name__
            with contextlib.suppress(OSError):
                part.unlink(missing_ok=True)
            return
        self.trouble = ""
        if self._grow(len(data) - before) > self.max_bytes:
            self.prune(int(self.max_bytes * _ROOM_AFTER_PRUNING))

    def __contains__(self, digest: str) -> bool:
        return self._path(digest).exists()

    def usage(self) -> Usage:
        """What the folder holds now; looks at every file."""
        sizes = [size for _, size, _ in self._files()]
        with self._lock:
            self._bytes = sum(sizes)
        return Usage(len(sizes), sum(sizes))

    def limit(self, max_bytes: int) -> None:
        """Cap the folder from now on, here and in programs that start later, and prune it to that."""
        self.max_bytes = max_bytes
        part = self.folder / f"{_LIMIT}.{os.getpid()}.part"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_text(str(max_bytes), encoding="ascii")
            os.replace(part, self.folder / _LIMIT)
        except OSError as error:
            self.trouble = error.strerror or type(error).__name__
        self.prune(max_bytes)

    def prune(self, max_bytes: int) -> None:
        """Delete the files used longest ago until at most ``max_bytes`` remain; 0 deletes all."""
        files = sorted(self._files())
        total = sum(size for _, size, _ in files)
        for _, size, path in files:
            if total <= max_bytes:
                break
            with contextlib.suppress(OSError):
                path.unlink()
                total -= size
        with self._lock:
            self._bytes = total

    def clear(self) -> None:
        """Delete every embedding."""
        self.prune(0)

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest}{_SUFFIX}"

    def _grow(self, by: int) -> int:
        """Count bytes; the folder is looked through once, when the first are counted."""
        with self._lock:
            if self._bytes is not None:
                self._bytes += by
                return self._bytes
        return self.usage().bytes

    def _files(self) -> list[tuple[float, int, Path]]:
        """Time of last use, size and path of every file; those that another process deletes are left out."""
        found = []
        for path in self.folder.glob(f"??/*{_SUFFIX}*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                found.append((status.st_mtime, status.st_size, path))
        return found


def _size_of(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0


def _encoded(embedding: Embedding) -> bytes:
    values = np.ascontiguousarray(embedding, dtype="<f2")
    body = _HEADER.pack(_MAGIC, *values.shape, values.nbytes) + values.tobytes()
    return body + _CHECKSUM.pack(zlib.crc32(body))


def _decoded(data: bytes) -> Embedding | None:
    """The embedding of a file's bytes; None if any of them is not what was written."""
    if len(data) < _HEADER.size + _CHECKSUM.size:
        return None
    magic, *shape, length = _HEADER.unpack_from(data)
    if magic != _MAGIC or len(data) != _HEADER.size + length + _CHECKSUM.size:
        return None
    (checksum,) = _CHECKSUM.unpack_from(data, len(data) - _CHECKSUM.size)
    if zlib.crc32(memoryview(data)[: -_CHECKSUM.size]) != checksum or 2 * int(np.prod(shape)) != length:
        return None
    return np.frombuffer(data, "<f2", length // 2, _HEADER.size).reshape(shape).astype(np.float16)
