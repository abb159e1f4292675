"""Embeddings in a folder: the tier behind the memory that outlives the program.

One file an embedding, named by its digest (``embedding_format``); it is written
under another name and then renamed, so a reader sees all of it or none. What
is damaged is deleted and computed again. The files used longest ago go when the
folder would outgrow its cap, or leave the disk too little for the user's work.
"""

from __future__ import annotations

import contextlib
import errno
import os
import shutil
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from medsam.inference.embedding_cache import Embedding
from medsam.inference.embedding_format import decoded, encoded
from medsam.inference.embedding_index import PictureIndex

_SUFFIX, _PART = ".emb", ".part"
_LIMIT = "limit"
"""The file that says what the folder was limited to, for every program that uses it."""
_ROOM_AFTER_PRUNING = 0.9
"""Share of the cap that is left filled when files had to go, so that it does not happen at every put."""
_SHARERS = 8
"""Programs that may fill a folder together without outgrowing its cap between two looks at it."""
_STALE_SECONDS = 3600.0
_TICK = 0.001

DEFAULT_CAP = 8 * 10**9
"""Bytes: about 5,000 slices of a 1024-pixel network."""

RESERVE = 5 * 10**8
"""Bytes that embeddings leave free on the disk: masks and journals go first."""

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
    if text.isdigit():
        return int(text)
    limited = _limit_of(embedding_folder())
    return DEFAULT_CAP if limited is None else limited


def _limit_of(folder: Path) -> int | None:
    """What a folder was limited to; None if it never was."""
    with contextlib.suppress(OSError, UnicodeDecodeError):
        text = (folder / _LIMIT).read_text(encoding="ascii").strip()
        if text.isdigit():
            return int(text)
    return None


@dataclass(frozen=True)
class Usage:
    """How much a folder holds: number of embeddings, and bytes."""

    count: int
    bytes: int


@dataclass(frozen=True, order=True)
class _File:
    """A file of the folder; the first to go comes first.

    Attributes:
        wanted: False for what a killed writer left behind.
        used: Seconds, by the file's own stamp.
    """

    wanted: bool
    used: float
    size: int
    path: Path


class EmbeddingFiles:
    """An ``EmbeddingStore`` in a folder, for several threads and processes at once.

    Nothing here raises because of the disk: a full or vanished one only means
    that embeddings are computed again. ``trouble`` says what the last such
    failure was, ``written`` how many bytes were kept through this object.

    Args:
        folder: Made when the first embedding is kept.
        max_bytes: Cap over all files; what any program limits the folder to
            later replaces it, unless ``MEDSAM_EMBEDDINGS_BYTES`` is set.
    """

    def __init__(self, folder: Path, max_bytes: int = DEFAULT_CAP) -> None:
        self.folder = folder
        self.max_bytes = max_bytes
        self.trouble = ""
        self.written = 0
        self._index = PictureIndex(folder)
        # Bytes at the last look and since, and how many may be added before the next one.
        self._bytes: int | None = None
        self._added = self._may_add = 0
        self._latest = 0.0
        self._lock = threading.RLock()

    def get(self, digest: str) -> Embedding | None:
        """See ``EmbeddingStore``; a damaged file is deleted."""
        path = self._path(digest)
        try:
            data = path.read_bytes()
        except OSError:
            if path.is_dir():
                _remove(path)
            return None
        embedding = decoded(digest, data)
        if embedding is None:
            _remove(path)
        else:
            self._stamp(path)
        return embedding

    def put(self, digest: str, embedding: Embedding) -> None:
        """See ``EmbeddingStore``."""
        self._follow_limit()
        data = encoded(digest, embedding)
        if len(data) > self.max_bytes:
            return
        with self._lock:
            if not self._make_room(len(data)):
                self.trouble = os.strerror(errno.ENOSPC)
                return
            self.trouble = self._write(self._path(digest), data)
            if not self.trouble:
                self._added += len(data)
                self.written += len(data)

    def note(self, picture: str, digest: str) -> None:
        """See ``EmbeddingStore``."""
        if digest in self:
            self._index.note(picture, digest)

    def knows(self, picture: str) -> bool:
        """See ``EmbeddingStore``."""
        digest = self._index.find(picture)
        if digest is None or digest not in self:
            return False
        # Somebody opened its image, or wants it for the night: not the next to go.
        self._stamp(self._path(digest))
        return True

    def __contains__(self, digest: str) -> bool:
        return self._path(digest).is_file()

    def usage(self) -> Usage:
        """What the folder holds now; looks at every file."""
        self._follow_limit()
        files = self._look()
        return Usage(sum(file.path.suffix == _SUFFIX for file in files), sum(file.size for file in files))

    def limit(self, max_bytes: int) -> None:
        """Cap the folder from now on, here and in every other program, and prune it to that."""
        self.max_bytes = max_bytes
        part = self.folder / f"{_LIMIT}.{os.getpid()}{_PART}"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            part.write_text(str(max_bytes), encoding="ascii")
            os.replace(part, self.folder / _LIMIT)
        except OSError as error:
            self.trouble = _said(error)
        self.prune(max_bytes)

    def prune(self, max_bytes: int) -> None:
        """Delete the files used longest ago until at most ``max_bytes`` remain; 0 deletes all."""
        files = self._look()
        total = sum(file.size for file in files)
        for file in files:
            if total <= max_bytes:
                break
            if _remove(file.path):
                total -= file.size
        with self._lock:
            self._bytes, self._added = total, 0
        self._index.keep(self.__contains__)

    def clear(self) -> None:
        """Delete every embedding."""
        self.prune(0)
        self._index.clear()

    # --- room -----------------------------------------------------------------

    def _follow_limit(self) -> None:
        """Another program may have limited the folder meanwhile."""
        if os.environ.get(CAP_VARIABLE, "").isdigit():
            return
        limited = _limit_of(self.folder)
        if limited is not None and limited != self.max_bytes:
            self.max_bytes = limited
            self.prune(limited)

    def _make_room(self, size: int) -> bool:
        """Let the least recently used go where so many bytes more are too many; False if that is no help."""
        if self._bytes is None or self._added + size > self._may_add:
            self._look()
        held = (self._bytes or 0) + self._added
        # Where the disk runs full the cap sinks: what is kept here can be computed again.
        cap = min(self.max_bytes, held + _free(self.folder) - RESERVE)
        if held + size > cap:
            self.prune(max(int(cap * _ROOM_AFTER_PRUNING) - size, 0))
            held = self._bytes or 0
        return held + size <= cap

    def _look(self) -> list[_File]:
        """Every file, the first to go first; counts them, and takes away what a killed writer left."""
        files = []
        for file in sorted(self._files()):
            if file.wanted or not _remove(file.path):
                files.append(file)
        with self._lock:
            self._bytes, self._added = sum(file.size for file in files), 0
            self._may_add = max(self.max_bytes - self._bytes, 0) // _SHARERS
            self._latest = max([self._latest, *(file.used for file in files)])
        return files

    def _files(self) -> Iterator[_File]:
        """Every file; those that another process deletes meanwhile are left out."""
        now = time.time()
        for path in self.folder.glob(f"??/*{_SUFFIX}*"):
            with contextlib.suppress(OSError):
                status = path.stat()
                written = path.suffix == _PART
                stale = written and abs(now - status.st_mtime) > _STALE_SECONDS
                yield _File(not stale, status.st_mtime, status.st_size, path)

    # --- files ----------------------------------------------------------------

    def _path(self, digest: str) -> Path:
        return self.folder / digest[:2] / f"{digest}{_SUFFIX}"

    def _write(self, path: Path, data: bytes) -> str:
        """Write a file under another name and rename it; why that was not possible, "" if it was."""
        part = path.with_name(f"{path.name}.{os.getpid()}.{threading.get_ident()}{_PART}")
        trouble = ""
        for _ in range(2):
            try:
                path.parent.mkdir(parents=True, exist_ok=True)
                if path.is_dir():
                    _remove(path)
                part.write_bytes(data)
                os.replace(part, path)
            except OSError as error:
                trouble = _said(error)
                with contextlib.suppress(OSError):
                    part.unlink(missing_ok=True)
                if not isinstance(error, FileNotFoundError):
                    return trouble
                # The folder was deleted under our hands: make it again, once.
            except BaseException:  # Ctrl+C
                part.unlink(missing_ok=True)
                raise
            else:
                self._stamp(path)
                return ""
        return trouble

    def _stamp(self, path: Path) -> None:
        """Used just now: the last to go. A clock that was set back does not count."""
        with contextlib.suppress(OSError):
            with self._lock:
                now = self._latest = max(time.time(), self._latest + _TICK)
            status = path.stat()
            os.utime(path, (status.st_atime, max(now, status.st_mtime)))


def _remove(path: Path) -> bool:
    """Delete a file, or a folder in its place; whether it is gone."""
    try:
        path.unlink()
    except FileNotFoundError:
        return True
    except OSError:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path, ignore_errors=True)
    return not path.exists()


def _free(folder: Path) -> int:
    """Bytes free on the disk of a folder that may not exist yet."""
    for place in (folder, *folder.parents):
        with contextlib.suppress(OSError):
            return shutil.disk_usage(place).free
    return 0


def _said(error: OSError) -> str:
    return error.strerror or type(error).__name__
