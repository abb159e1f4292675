"""Voxels in shared memory or a file: exact, in their layout, and gone afterwards."""

from __future__ import annotations

import errno
import gc
import os
from multiprocessing import shared_memory
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medsam.engine import shared_voxels
from medsam.engine.jobs import SharedArray
from medsam.engine.shared_voxels import FILE_PREFIX, AttachedBlock, OwnedBlock, remove_files
from medsam.errors import Cancelled, EngineError

ARRAYS: dict[str, Any] = {
    "c": np.arange(24, dtype=np.int16).reshape(2, 3, 4),
    "f": np.asfortranarray(np.arange(24, dtype=np.float32).reshape(2, 3, 4)),
    "colour": np.arange(36, dtype=np.uint8).reshape(3, 4, 1, 3),
    "view": np.arange(48, dtype=np.uint16).reshape(4, 3, 4)[::-2, :, 1:],
    "big-endian": np.arange(6, dtype=">i2").reshape(1, 2, 3),
}


@pytest.fixture
def no_shared_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    """A machine whose shared memory is full; returns the folder of temporary files."""

    def refuse(*_: object, **__: object) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shared_memory, "SharedMemory", refuse)
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    return tmp_path


@pytest.mark.parametrize("name", ARRAYS)
def test_the_other_side_sees_the_same_voxels_in_the_same_layout(name: str) -> None:
    array = ARRAYS[name]
    owned = OwnedBlock(array)
    attached = AttachedBlock(owned.description)
    try:
        seen = attached.array
        assert seen is not None
        assert seen.dtype == array.dtype
        assert np.array_equal(seen, array)
        assert seen.flags.f_contiguous == (name == "f") or array.ndim == 1
        assert not seen.flags.writeable
        del seen
    finally:
        attached.close()
        owned.close()
    with pytest.raises(EngineError, match="shared memory"):
        AttachedBlock(owned.description)


def test_letting_go_does_not_remove_the_owners_block() -> None:
    owned = OwnedBlock(ARRAYS["c"])
    try:
        for _ in range(2):
            attached = AttachedBlock(owned.description)
            assert attached.array is not None
            assert attached.array[1, 2, 3] == 23
            attached.close()
    finally:
        owned.close()


@pytest.mark.parametrize("order", ["C", "F"])
def test_chunks_add_up_to_the_whole(order: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(shared_voxels, "_CHUNK_BYTES", 100)
    array = np.array(np.arange(1000).reshape(10, 10, 10), order=order)  # type: ignore[call-overload]
    asked: list[int] = []

    def ask() -> bool:
        asked.append(1)
        return False

    owned = OwnedBlock(array, ask)
    attached = AttachedBlock(owned.description)
    assert attached.array is not None
    assert np.array_equal(attached.array, array)
    assert len(asked) == 10
    attached.close()
    owned.close()


def test_a_cancelled_copy_leaves_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []
    real = shared_memory.SharedMemory

    def remember(*args: object, **kwargs: object) -> shared_memory.SharedMemory:
        made.append(real(*args, **kwargs))  # type: ignore[arg-type]
        return made[-1]

    monkeypatch.setattr(shared_memory, "SharedMemory", remember)
    with pytest.raises(Cancelled):
        OwnedBlock(ARRAYS["c"], lambda: True)
    with pytest.raises(FileNotFoundError):
        real(name=made[0].name)


def test_without_shared_memory_a_private_file_serves(no_shared_memory: Path) -> None:
    owned = OwnedBlock(ARRAYS["f"])
    assert owned.description.name.startswith(FILE_PREFIX)
    (file,) = no_shared_memory.iterdir()
    assert os.name == "nt" or file.stat().st_mode & 0o077 == 0
    attached = AttachedBlock(owned.description)
    assert attached.array is not None
    assert np.array_equal(attached.array, ARRAYS["f"])
    attached.close()
    gc.collect()
    owned.close()
    assert list(no_shared_memory.iterdir()) == []


def test_the_worker_can_remove_the_file_of_a_dead_window(no_shared_memory: Path) -> None:
    owned = OwnedBlock(ARRAYS["c"])
    remove_files([owned.description, SharedArray("not-a-file", (1,), "<i2", "C")])
    assert list(no_shared_memory.iterdir()) == []
    owned.close()


def test_no_room_anywhere_is_said_and_leaves_nothing(
    no_shared_memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(handle: int, size: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(shared_voxels, "_allocate", refuse)
    with pytest.raises(EngineError, match=r"1 MB needs .* \(No space left on device\)"):
        OwnedBlock(np.zeros((64, 128, 128), np.uint8))
    assert list(no_shared_memory.iterdir()) == []
