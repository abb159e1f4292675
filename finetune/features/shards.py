"""Files of a cache of features, each whole or not there."""

from __future__ import annotations

import hashlib
import io
import json
import os
import queue
import threading
import zlib
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from finetune.files import write_whole

Features = npt.NDArray[np.float16]

_WAITING = 8
"""Rows that may wait for the disk."""


def shard_name(number: int) -> str:
    """Without the ending."""
    return f"{number:05d}"


def npy_bytes(array: npt.NDArray[Any]) -> bytes:
    """An array as a .npy file holds it."""
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


def is_whole(path: Path) -> bool:
    """Whether a shard is what its SHA-256 says; reads all of it."""
    digest = hashlib.sha256()
    try:
        said = json.loads(path.with_suffix(".json").read_text(encoding="utf-8"))
        with path.open("rb") as file:
            while block := file.read(1 << 22):
                digest.update(block)
        return bool(said["sha256"] == digest.hexdigest())
    except (OSError, ValueError, KeyError, TypeError):
        return False


class ShardWriter:
    """One thread that writes rows into shards, each under another name until it is whole.

    Use as a context: leaving it waits for the last shard. A failure is raised
    by the next ``put`` or on leaving; a shard that was not filled is removed.
    """

    def __init__(self, folder: Path, shape: tuple[int, ...], shards: Sequence[tuple[int, int]]) -> None:
        """Say what will come: number and rows of each shard, in order; ``shape`` is a row's."""
        self._folder, self._shape, self._shards = folder, shape, list(shards)
        self._queue: queue.Queue[Features | None] = queue.Queue(_WAITING)
        self._error: Exception | None = None
        self._thread = threading.Thread(target=self._run, name="feature writer")

    def __enter__(self) -> ShardWriter:
        self._thread.start()
        return self

    def put(self, features: Features) -> None:
        """The next row of the shards; waits while the disk is behind.

        Raises:
            OSError: If a row before could not be written.
        """
        if self._error is not None:
            raise self._error
        self._queue.put(features)

    def __exit__(self, kind: type[BaseException] | None, *_: object) -> None:
        self._queue.put(None)
        self._thread.join()
        if kind is None and self._error is not None:
            raise self._error

    def _run(self) -> None:
        ended = False
        try:
            for number, count in self._shards:
                ended = not self._write(number, count)
                if ended:
                    return
        except Exception as error:
            self._error = error
        while not ended:  # ``put`` must not wait for a reader that is gone
            ended = self._queue.get() is None

    def _write(self, number: int, count: int) -> bool:
        """Write one shard; False if the rows ended before it was full."""
        path = self._folder / f"{shard_name(number)}.npy"
        part = path.with_suffix(f".{os.getpid()}.part")
        digest = hashlib.sha256()
        sums: list[int] = []
        try:
            with part.open("wb") as file:
                for block in self._blocks(count, sums):
                    if block is None:
                        return False
                    digest.update(block)
                    file.write(block)
                file.flush()
                os.fsync(file.fileno())
            said = {"sha256": digest.hexdigest(), "rows": count, "crc32": sums}
            write_whole(path.with_suffix(".json"), json.dumps(said).encode())
            os.replace(part, path)
        finally:
            part.unlink(missing_ok=True)
        return True

    def _blocks(self, count: int, sums: list[int]) -> Iterator[Any]:
        """The bytes of a shard's file in pieces; None in place of a row that never came."""
        header = io.BytesIO()
        described = {"descr": "<f2", "fortran_order": False, "shape": (count, *self._shape)}
        np.lib.format.write_array_header_1_0(header, described)
        yield header.getvalue()
        for _ in range(count):
            features = self._queue.get()
            if features is None:
                yield None
                return
            block = np.ascontiguousarray(features, "<f2").reshape(-1).view(np.uint8).data
            sums.append(zlib.crc32(block))
            yield block
