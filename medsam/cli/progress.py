"""One line on the terminal that says how far a command has come."""

from __future__ import annotations

import shutil
import sys
from typing import TextIO


class ProgressLine:
    """Rewrites one line of a terminal; writes nothing to a file or a pipe."""

    def __init__(self, stream: TextIO | None = None) -> None:
        """Write to ``stream`` (standard error unless told)."""
        self._stream = sys.stderr if stream is None else stream
        self._shown = False
        self._alive = self._stream.isatty()

    def show(self, text: str) -> None:
        """Replace the line by ``text``, cut to the terminal's width."""
        if self._alive:
            width = shutil.get_terminal_size().columns - 1
            self._stream.write(f"\r\x1b[K{text[:width]}")
            self._stream.flush()
            self._shown = True

    def clear(self) -> None:
        """Take the line away, so that other output starts on a clean one."""
        if self._shown:
            self._stream.write("\r\x1b[K")
            self._stream.flush()
            self._shown = False
