"""Whole Python objects over a pair of pipes, between the window and its worker.

A frame is a length of eight bytes and a pickle. Both ends are the same
program, started by each other, so unpickling meets no foreign data. The pipes
are the worker's standard input and output: when either side dies, however
hard, the other reads an end of file at once.
"""

from __future__ import annotations

import contextlib
import pickle
import struct
import threading
from typing import IO, Any

_PATIENCE_SECONDS = 0.5
_LENGTH = struct.Struct("<Q")


class Channel:
    """Send from any thread, receive from one."""

    def __init__(self, reader: IO[bytes], writer: IO[bytes]) -> None:
        """Use two binary streams; ``close`` closes both."""
        self._reader = reader
        self._writer = writer
        self._lock = threading.Lock()

    def send(self, message: object) -> None:
        """Write one object; blocks while the pipe is full.

        Raises:
            OSError: If the other side is gone.
            ValueError: If this side was closed.
        """
        payload = pickle.dumps(message, protocol=5)
        with self._lock:
            self._writer.write(_LENGTH.pack(len(payload)))
            self._writer.write(payload)
            self._writer.flush()

    def receive(self) -> Any:
        """Read one object; blocks until there is one.

        Raises:
            EOFError: If the other side is gone, also in the middle of a frame.
        """
        (length,) = _LENGTH.unpack(self._exactly(_LENGTH.size))
        return pickle.loads(self._exactly(length))

    def _exactly(self, count: int) -> bytes:
        data = self._reader.read(count)
        if data is None or len(data) < count:
            raise EOFError
        return data

    def close_writer(self) -> None:
        """Say that nothing more comes: the other side reads an end of file.

        Gives up after half a second if a ``send`` hangs in a full pipe; killing
        the other side frees it.
        """
        if not self._lock.acquire(timeout=_PATIENCE_SECONDS):
            return
        try:
            with contextlib.suppress(OSError, ValueError):  # the pipe may break with bytes in the buffer
                self._writer.close()
        finally:
            self._lock.release()

    def close(self) -> None:
        """Close both streams."""
        self.close_writer()
        self._reader.close()
