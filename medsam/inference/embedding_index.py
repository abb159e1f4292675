"""Which pictures have an embedding in a folder, asked by the pictures themselves.

An embedding is named by the network's input, and making that input from a
picture takes longer than all the rest of a look-up. So a file beside the
embeddings says which picture led to which: lines of two hashes, written at the
end, by several programs at once. It is a hint and no more: whoever uses an
embedding makes the input and asks by its name. A line that is lost or wrong
costs that work once.
"""

from __future__ import annotations

import contextlib
import os
import threading
from collections.abc import Callable
from pathlib import Path

NAME = "pictures"
_DIGEST = 64
_LINE = 2 * _DIGEST + 2
_COMPACT_FROM = 2**20
"""Bytes that the file may have before it is worth being written anew."""


class PictureIndex:
    """From a picture's digest to the digest of its embedding, for threads and processes at once.

    Nothing here raises because of the disk.
    """

    def __init__(self, folder: Path) -> None:
        """Read nothing yet; the file is made with the first line."""
        self._path = folder / NAME
        self._known: dict[str, str] = {}
        self._read = 0
        self._file: tuple[int, int] | None = None
        self._lock = threading.Lock()

    def find(self, picture: str) -> str | None:
        """The digest of the embedding that this picture led to, or None."""
        with self._lock:
            self._follow()
            return self._known.get(picture)

    def note(self, picture: str, embedding: str) -> None:
        """Keep where a picture led to; both digests have 64 hexadecimal digits."""
        with self._lock:
            self._follow()
            if self._known.get(picture) == embedding:
                return
            line = f"{picture} {embedding}\n".encode("ascii")
            flags = os.O_WRONLY | os.O_CREAT | os.O_APPEND | getattr(os, "O_BINARY", 0)
            with contextlib.suppress(OSError):
                file = os.open(self._path, flags, 0o666)
                try:
                    os.write(file, line)
                finally:
                    os.close(file)

    def keep(self, wanted: Callable[[str], bool]) -> None:
        """Forget the pictures whose embedding is not wanted any more, where that is worth it."""
        with self._lock:
            self._follow()
            if self._read < _COMPACT_FROM:
                return
            lines = [f"{p} {e}\n" for p, e in self._known.items() if wanted(e)]
            part = self._path.with_name(f"{NAME}.{os.getpid()}.part")
            try:
                part.write_text("".join(lines), encoding="ascii", newline="\n")
                os.replace(part, self._path)
            except OSError:
                with contextlib.suppress(OSError):
                    part.unlink(missing_ok=True)

    def clear(self) -> None:
        """Forget every picture."""
        with self._lock, contextlib.suppress(OSError):
            self._path.unlink(missing_ok=True)

    def _follow(self) -> None:
        """Read what was added since; everything, if the file is another one."""
        try:
            status = self._path.stat()
        except OSError:
            self._known, self._read, self._file = {}, 0, None
            return
        file = (status.st_dev, status.st_ino)
        if file != self._file or status.st_size < self._read:
            self._known, self._read, self._file = {}, 0, file
        if status.st_size == self._read:
            return
        with contextlib.suppress(OSError), self._path.open("rb") as stream:
            stream.seek(self._read)
            text = stream.read()
            # A line that is being written is read the next time.
            text = text[: text.rfind(b"\n") + 1]
            self._read += len(text)
            self._take(text)

    def _take(self, text: bytes) -> None:
        for line in text.splitlines(keepends=True):
            if len(line) == _LINE and line[_DIGEST : _DIGEST + 1] == b" ":
                with contextlib.suppress(UnicodeDecodeError):
                    picture, embedding = line.decode("ascii").split()
                    self._known[picture] = embedding
