"""Writing shards: whole or not there, and no thread left waiting."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finetune.features import shards
from finetune.features.shards import ShardWriter, is_whole
from finetune.files import write_whole

SHAPE = (3, 4, 4)


def row(n: int) -> np.ndarray:
    """Other numbers in each."""
    return np.full(SHAPE, n, np.float16)


def test_rows_arrive_in_order_in_their_shards(tmp_path: Path) -> None:
    with ShardWriter(tmp_path, SHAPE, [(0, 3), (4, 2)]) as writer:
        for n in range(5):
            writer.put(row(n))
    first, second = np.load(tmp_path / "00000.npy"), np.load(tmp_path / "00004.npy")
    assert first.shape == (3, *SHAPE)
    assert second.shape == (2, *SHAPE)
    assert [a[0, 0, 0] for a in (*first, *second)] == [0, 1, 2, 3, 4]
    assert is_whole(tmp_path / "00000.npy")
    assert len(json.loads((tmp_path / "00004.json").read_text())["crc32"]) == 2
    assert len(list(tmp_path.iterdir())) == 4


def test_a_shard_that_was_not_filled_is_not_there(tmp_path: Path) -> None:
    with ShardWriter(tmp_path, SHAPE, [(0, 1), (1, 2)]) as writer:
        writer.put(row(0))
        writer.put(row(1))
    assert sorted(p.name for p in tmp_path.iterdir()) == ["00000.json", "00000.npy"]


def test_what_was_put_before_a_failure_of_the_caller_is_kept(tmp_path: Path) -> None:
    with pytest.raises(KeyError), ShardWriter(tmp_path, SHAPE, [(0, 1), (1, 2)]) as writer:
        writer.put(row(0))
        writer.put(row(1))
        raise KeyError
    assert sorted(p.name for p in tmp_path.iterdir()) == ["00000.json", "00000.npy"]


class _Full(io.BytesIO):
    """A file on a disk with room for a header."""

    def write(self, block: Any) -> int:
        if len(block) < 90:
            raise OSError(28, "No space left on device")
        return super().write(block)


@pytest.mark.parametrize("rows", [1, 60])
def test_a_full_disk_is_raised_and_nobody_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, rows: int
) -> None:
    """With many rows the queue is full when the writer gives up; ``put`` must come back all the same."""
    monkeypatch.setattr(shards.Path, "open", lambda *_: _Full())
    writer = ShardWriter(tmp_path, (2,), [(0, 100)])
    with pytest.raises(OSError, match="No space left"), writer:
        for n in range(rows):
            writer.put(np.full(2, n, np.float16))
    assert list(tmp_path.iterdir()) == []


def test_a_file_appears_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "note.json"
    write_whole(path, b"old")

    def fail(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(shards.os, "fsync", fail)
    with pytest.raises(OSError, match="No space left"):
        write_whole(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("content", [b"", b"{}", b'{"sha256": "0"}', b"\xff"])
def test_a_shard_without_its_sum_is_not_whole(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "00000.npy").write_bytes(b"numbers")
    assert not is_whole(tmp_path / "00000.npy")
    (tmp_path / "00000.json").write_bytes(content)
    assert not is_whole(tmp_path / "00000.npy")
