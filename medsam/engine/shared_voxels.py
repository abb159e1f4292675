"""A volume's voxels where both processes can see them, copied once.

Shared memory if it has room, else a private file in the temporary folder that
both map. The client owns the block: it makes and removes it; the worker only
looks.
"""

from __future__ import annotations

import contextlib
import os
import sys
import tempfile
from collections.abc import Callable
from multiprocessing import resource_tracker, shared_memory
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.engine.jobs import SharedArray
from medsam.errors import Cancelled, EngineError

Array = npt.NDArray[Any]

FILE_PREFIX = "file:"
"""A ``SharedArray.name`` with this prefix is a file's path, not shared memory."""

_CHUNK_BYTES = 32 * 2**20


class OwnedBlock:
    """The client's side: memory that holds one array until ``close``."""

    def __init__(self, array: Array, is_cancelled: Callable[[], bool] = lambda: False) -> None:
        """Copy ``array`` in chunks.

        Args:
            array: Any real dtype and layout; F-order is kept, everything else becomes C.
            is_cancelled: Asked between chunks.

        Raises:
            Cancelled: If ``is_cancelled`` said so; nothing stays behind.
            EngineError: If neither memory nor disk has room.
        """
        self._memory: shared_memory.SharedMemory | None = None
        self._file: Path | None = None
        order = "F" if array.flags.f_contiguous and not array.flags.c_contiguous else "C"
        if not _fill(self._reserve(max(array.nbytes, 1)), array, order, is_cancelled):
            self.close()
            raise Cancelled
        name = self._memory.name if self._memory is not None else f"{FILE_PREFIX}{self._file}"
        self.description = SharedArray(name, array.shape, array.dtype.str, order)

    def _reserve(self, size: int) -> Any:
        try:
            self._memory = shared_memory.SharedMemory(create=True, size=size)
            _claim(self._memory.name, size)
            return self._memory.buf
        except OSError:
            self._release_memory()
        try:
            handle, path = tempfile.mkstemp(prefix="medsam-voxels-")
            self._file = Path(path)
            with os.fdopen(handle, "r+b") as file:
                _allocate(file.fileno(), size)
            return np.memmap(self._file, dtype=np.uint8, mode="r+", shape=(size,))
        except OSError as error:
            self.close()
            raise EngineError(
                f"An image of {size / 2**20:.0f} MB needs as much shared memory or space in the temporary"
                f" folder to reach the model; neither has room ({error.strerror})."
                " Free some and open the image again."
            ) from error

    def close(self) -> None:
        """Give the memory back; a worker that still looks keeps its view until it lets go."""
        self._release_memory()
        if self._file is not None:
            # Windows keeps a mapped file; it goes with the worker then.
            with contextlib.suppress(OSError):
                self._file.unlink()
            self._file = None

    def _release_memory(self) -> None:
        if self._memory is not None:
            self._memory.close()
            with contextlib.suppress(FileNotFoundError):
                self._memory.unlink()
            self._memory = None


class AttachedBlock:
    """The worker's side: a read-only view of a block of the client."""

    def __init__(self, description: SharedArray) -> None:
        """Attach to what ``OwnedBlock.description`` says.

        Raises:
            EngineError: If the block is gone.
        """
        self._memory: shared_memory.SharedMemory | None = None
        self.array: Array | None = None
        try:
            buffer = self._attach(description.name)
        except OSError as error:
            raise EngineError(
                "The model's process could not find the image in shared memory. Open the image again."
            ) from error
        self.array = np.ndarray(
            description.shape, np.dtype(description.dtype), buffer=buffer, order=_order(description.order)
        )
        self.array.flags.writeable = False

    def _attach(self, name: str) -> Any:
        if name.startswith(FILE_PREFIX):
            return np.memmap(name[len(FILE_PREFIX) :], dtype=np.uint8, mode="r")
        self._memory = _attach_untracked(name)
        return self._memory.buf

    def close(self) -> None:
        """Let go; arrays made from it must be gone by now."""
        self.array = None
        if self._memory is not None:
            self._memory.close()
            self._memory = None


def remove_files(descriptions: list[SharedArray]) -> None:
    """Delete the temporary files among these blocks: their owner died and cannot."""
    for description in descriptions:
        if description.name.startswith(FILE_PREFIX):
            with contextlib.suppress(OSError):
                os.unlink(description.name[len(FILE_PREFIX) :])


def _attach_untracked(name: str) -> shared_memory.SharedMemory:
    """Attach without telling the resource tracker, which would remove the owner's block at our end."""
    if sys.version_info >= (3, 13):
        return shared_memory.SharedMemory(name=name, track=False)
    register = resource_tracker.register
    resource_tracker.register = lambda *_: None  # type: ignore[assignment]
    try:
        return shared_memory.SharedMemory(name=name)
    finally:
        resource_tracker.register = register


def _claim(name: str, size: int) -> None:
    """Have the system set the memory aside now.

    Linux hands out shared memory on first touch, and a touch that finds none
    left kills the process; asking first turns that into an ``OSError``.
    """
    path = Path("/dev/shm") / name.lstrip("/")
    if path.exists():
        handle = os.open(path, os.O_RDWR)
        try:
            _allocate(handle, size)
        finally:
            os.close(handle)


def _allocate(handle: int, size: int) -> None:
    if hasattr(os, "posix_fallocate"):
        os.posix_fallocate(handle, 0, size)
    else:
        os.truncate(handle, size)


def _fill(buffer: Any, source: Array, order: str, is_cancelled: Callable[[], bool]) -> bool:
    """Copy ``source`` into ``buffer`` chunk by chunk; False if cancelled on the way."""
    target: Array = np.ndarray(source.shape, source.dtype, buffer=buffer, order=_order(order))
    # Along the slowest axis, so that a chunk is one run of memory in the target.
    if order == "F":
        source, target = source.T, target.T
    count = source.shape[0]
    step = max(1, _CHUNK_BYTES * count // max(source.nbytes, 1))
    for start in range(0, count, step):
        if is_cancelled():
            return False
        target[start : start + step] = source[start : start + step]
    return True


def _order(text: str) -> Any:
    return "F" if text == "F" else "C"
