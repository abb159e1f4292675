"""The folder of embeddings: what comes back is what was kept, or nothing."""

from __future__ import annotations

import errno
import multiprocessing
import os
from pathlib import Path

import numpy as np
import pytest

from medsam.inference.embedding_files import DEFAULT_CAP, EmbeddingFiles, Usage, embedding_cap


def embedding(seed: int = 0, side: int = 4) -> np.ndarray:
    return np.random.default_rng(seed).normal(size=(1, 8, side, side)).astype(np.float16)


def digest(n: int) -> str:
    return f"{n:064x}"[::-1]


def test_what_was_kept_comes_back_also_after_a_restart(tmp_path: Path) -> None:
    kept = embedding()
    EmbeddingFiles(tmp_path / "new").put(digest(1), kept)
    again = EmbeddingFiles(tmp_path / "new")
    assert digest(1) in again and digest(2) not in again and again.get(digest(2)) is None
    assert np.array_equal(again.get(digest(1)), kept) and again.get(digest(1)).dtype == np.float16


def test_damage_to_any_byte_is_found_and_healed(tmp_path: Path) -> None:
    files, kept = EmbeddingFiles(tmp_path), embedding(side=2)
    files.put(digest(1), kept)
    (path,) = tmp_path.rglob("*.emb")
    whole = path.read_bytes()
    for n in range(len(whole)):
        path.write_bytes(whole[:n] + bytes([whole[n] ^ 0x10]) + whole[n + 1 :])
        assert files.get(digest(1)) is None and not path.exists(), n
        files.put(digest(1), kept)
    for n in range(0, len(whole), 7):
        path.write_bytes(whole[:n])
        assert files.get(digest(1)) is None and not path.exists(), n
    files.put(digest(1), kept)
    assert np.array_equal(files.get(digest(1)), kept)


def test_the_longest_unused_go_first(tmp_path: Path) -> None:
    probe = EmbeddingFiles(tmp_path / "probe")
    probe.put(digest(0), embedding())
    size = probe.usage().bytes
    files = EmbeddingFiles(tmp_path / "files", max_bytes=10 * size)
    for n in range(10):
        files.put(digest(n), embedding(n))
        os.utime(files._path(digest(n)), (n, n))
    assert files.usage() == Usage(10, 10 * size)
    assert files.get(digest(0)) is not None
    files.put(digest(10), embedding(10))
    assert digest(0) in files and digest(10) in files
    assert digest(1) not in files and digest(2) not in files
    assert files.usage().bytes <= 10 * size
    files.clear()
    assert files.usage() == Usage(0, 0)


def test_leftovers_of_a_killed_writer_count_and_go(tmp_path: Path) -> None:
    files = EmbeddingFiles(tmp_path)
    files.put(digest(1), embedding())
    part = files._path(digest(1)).with_name(f"{digest(1)}.emb.999.1.part")
    part.write_bytes(b"x" * 100)
    assert files.usage().count == 2
    files.clear()
    assert not part.exists()


def test_a_full_or_forbidden_disk_only_means_computing_again(tmp_path: Path, monkeypatch) -> None:
    files = EmbeddingFiles(tmp_path)

    def full(*_: object) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with monkeypatch.context() as patched:
        patched.setattr(os, "replace", full)
        files.put(digest(1), embedding())
    assert files.trouble == os.strerror(errno.ENOSPC) and files.usage() == Usage(0, 0)
    files.put(digest(1), embedding())
    assert files.trouble == "" and digest(1) in files
    blocked = EmbeddingFiles(tmp_path / "file" / "below")
    (tmp_path / "file").write_text("in the way")
    blocked.put(digest(1), embedding())
    assert blocked.trouble and blocked.get(digest(1)) is None


def test_one_larger_than_the_cap_is_not_kept(tmp_path: Path) -> None:
    files = EmbeddingFiles(tmp_path, max_bytes=50)
    files.put(digest(1), embedding())
    assert digest(1) not in files


def _write_many(folder: Path, seed: int) -> None:
    files = EmbeddingFiles(folder, max_bytes=20_000)
    for n in range(60):
        files.put(digest(n % 30), embedding(n % 30))
        found = files.get(digest((n * seed) % 30))
        assert found is None or np.array_equal(found, embedding((n * seed) % 30))


@pytest.mark.timeout(120)
def test_processes_share_a_folder(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(tmp_path, seed)) for seed in (3, 7)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0]
    assert EmbeddingFiles(tmp_path, 20_000).usage().bytes <= 2 * 20_000


def test_a_limit_holds_for_programs_that_start_later(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSAM_EMBEDDINGS", str(tmp_path / "new"))
    monkeypatch.delenv("MEDSAM_EMBEDDINGS_BYTES")
    assert embedding_cap() == DEFAULT_CAP
    files = EmbeddingFiles(tmp_path / "new")
    files.limit(10**6)
    assert files.max_bytes == embedding_cap() == 10**6
    files.put(digest(1), embedding())
    files.limit(0)
    assert files.usage() == Usage(0, 0) and embedding_cap() == 0 and not files.trouble
    monkeypatch.setenv("MEDSAM_EMBEDDINGS_BYTES", "77")
    assert embedding_cap() == 77, "the variable goes first"
    monkeypatch.delenv("MEDSAM_EMBEDDINGS_BYTES")
    (tmp_path / "new" / "limit").write_bytes(bytes([255, 0, 200]))
    assert embedding_cap() == DEFAULT_CAP


def test_a_limit_that_cannot_be_written_holds_here(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    files = EmbeddingFiles(tmp_path / "file" / "folder")
    files.limit(5)
    assert files.max_bytes == 5 and files.trouble
