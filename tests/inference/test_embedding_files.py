"""The folder of embeddings: what comes back is what was kept, or nothing."""

from __future__ import annotations

import errno
import multiprocessing
import os
import shutil
import sys
import threading
import time
from pathlib import Path

import numpy as np
import pytest

from medsam.inference import embedding_files
from medsam.inference.embedding_files import DEFAULT_CAP, EmbeddingFiles, Usage, embedding_cap
from medsam.inference.embedding_format import OVERHEAD


def embedding(seed: int = 0, side: int = 4) -> np.ndarray:
    """Noise that does not deflate, so that all take as many bytes; finite."""
    bits = np.random.default_rng(seed).integers(0, 2**16, (1, 8, side, side), dtype=np.uint16)
    bits[bits & 0x7C00 == 0x7C00] ^= 0x0400
    return bits.view(np.float16)


SIZE = OVERHEAD + embedding().nbytes


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
    files = EmbeddingFiles(tmp_path, max_bytes=10 * SIZE)
    for n in range(10):
        files.put(digest(n), embedding(n))
        os.utime(files._path(digest(n)), (n, n))
    assert files.usage() == Usage(10, 10 * SIZE)
    assert files.get(digest(0)) is not None
    files.put(digest(10), embedding(10))
    assert digest(0) in files and digest(10) in files
    assert digest(1) not in files and digest(2) not in files
    assert files.usage().bytes <= 10 * SIZE
    files.clear()
    assert files.usage() == Usage(0, 0)


def test_leftovers_of_a_killed_writer_go(tmp_path: Path) -> None:
    files = EmbeddingFiles(tmp_path)
    files.put(digest(1), embedding())
    part = files._path(digest(1)).with_name(f"{digest(1)}.emb.999.1.part")
    part.write_bytes(b"x" * 100)
    assert files.usage() == Usage(1, SIZE + 100), "it may be being written just now"
    os.utime(part, (1, 1))
    assert files.usage() == Usage(1, SIZE) and not part.exists()
    part.write_bytes(b"x" * 100)
    files.clear()
    assert not part.exists()


@pytest.mark.parametrize("seconds", [-(10**8), 10**8], ids=["back", "ahead"])
def test_a_clock_that_was_set_changes_no_order(tmp_path: Path, monkeypatch, seconds: int) -> None:
    files = EmbeddingFiles(tmp_path, max_bytes=10 * SIZE)
    for n in range(9):
        files.put(digest(n), embedding(n))
    now = time.time
    monkeypatch.setattr(time, "time", lambda: now() + seconds)
    later = EmbeddingFiles(tmp_path, max_bytes=10 * SIZE)
    later.put(digest(9), embedding(9))
    assert later.get(digest(0)) is not None
    later.put(digest(10), embedding(10))
    assert {n for n in range(11) if digest(n) not in later} == {1, 2}


def test_the_folder_may_vanish_at_any_time(tmp_path: Path) -> None:
    folder = tmp_path / "cache"
    files = EmbeddingFiles(folder)
    files.put(digest(1), embedding(1))
    files.note(digest(101), digest(1))
    shutil.rmtree(folder)
    assert files.get(digest(1)) is None and not files.knows(digest(101)) and files.usage() == Usage(0, 0)
    files.put(digest(2), embedding(2))
    assert digest(2) in files and not files.trouble
    files.limit(10**6)
    shutil.rmtree(folder)
    files.clear()
    files.put(digest(3), embedding(3))
    assert digest(3) in files and not files.trouble


def test_a_folder_that_vanishes_while_a_file_is_written_is_made_again(tmp_path: Path, monkeypatch) -> None:
    files, replace = EmbeddingFiles(tmp_path / "cache"), os.replace
    calls = []

    def vanish(source, target) -> None:
        calls.append(source)
        if len(calls) == 1:
            shutil.rmtree(tmp_path / "cache")
        replace(source, target)

    monkeypatch.setattr(os, "replace", vanish)
    files.put(digest(1), embedding(1))
    assert len(calls) == 2 and not files.trouble and np.array_equal(files.get(digest(1)), embedding(1))


def test_a_folder_in_the_place_of_a_file_is_taken_away(tmp_path: Path) -> None:
    files = EmbeddingFiles(tmp_path)
    path = files._path(digest(1))
    for heal in (files.get, lambda name: files.put(name, embedding(1))):
        path.mkdir(parents=True)
        (path / "inside").write_text("x")
        assert digest(1) not in files
        heal(digest(1))
        assert not path.is_dir() and not files.trouble
    assert np.array_equal(files.get(digest(1)), embedding(1))


def test_the_disk_is_not_filled_to_the_last_byte(tmp_path: Path, monkeypatch) -> None:
    files = EmbeddingFiles(tmp_path)
    for n in range(10):
        files.put(digest(n), embedding(n))
        os.utime(files._path(digest(n)), (n, n))
    size, reserve = files.usage().bytes, embedding_files.RESERVE
    # Somebody else fills the disk: what is kept here makes room, the longest unused first.
    free = {"else": 5 * SIZE}
    monkeypatch.setattr(
        embedding_files, "_free", lambda folder: reserve - free["else"] + size - _bytes(tmp_path)
    )
    files.put(digest(10), embedding(10))
    assert digest(10) in files and digest(9) in files and digest(0) not in files
    assert _bytes(tmp_path) <= size - free["else"]
    free["else"] = 100 * SIZE
    files.put(digest(11), embedding(11))
    assert digest(11) not in files and files.trouble == os.strerror(errno.ENOSPC)


def _bytes(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*.emb"))


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() == 0, reason="rights that a folder refuses")
def test_a_folder_that_may_only_be_read_is_read(tmp_path: Path) -> None:
    files = EmbeddingFiles(tmp_path)
    files.put(digest(1), embedding(1))
    (tmp_path / digest(1)[:2]).chmod(0o500)
    try:
        assert np.array_equal(files.get(digest(1)), embedding(1))
        files.put(digest(1), embedding(2))
        assert files.trouble
    finally:
        (tmp_path / digest(1)[:2]).chmod(0o700)


def test_what_cannot_be_stamped_or_deleted_is_read_all_the_same(tmp_path: Path, monkeypatch) -> None:
    files = EmbeddingFiles(tmp_path)
    files.put(digest(1), embedding(1))

    def refuse(*_: object, **__: object) -> None:
        raise PermissionError(errno.EROFS, os.strerror(errno.EROFS))

    for name in ("utime", "replace"):
        monkeypatch.setattr(os, name, refuse)
    for name in ("unlink", "write_bytes", "mkdir"):
        monkeypatch.setattr(Path, name, refuse)
    assert np.array_equal(files.get(digest(1)), embedding(1))
    files.put(digest(2), embedding(2))
    files.limit(1)
    files.clear()
    assert files.trouble == os.strerror(errno.EROFS) and digest(1) in files


def test_a_limit_set_by_another_program_holds_here_too(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.delenv("MEDSAM_EMBEDDINGS_BYTES")
    files, other = EmbeddingFiles(tmp_path, 100 * SIZE), EmbeddingFiles(tmp_path, 100 * SIZE)
    for n in range(20):
        files.put(digest(n), embedding(n))
        os.utime(files._path(digest(n)), (n, n))
    other.limit(5 * SIZE)
    assert files.usage().bytes <= 5 * SIZE and files.max_bytes == 5 * SIZE
    for n in range(20, 30):
        files.put(digest(n), embedding(n))
        assert _bytes(tmp_path) <= 5 * SIZE
    assert digest(29) in files
    monkeypatch.setenv("MEDSAM_EMBEDDINGS_BYTES", "10")
    files.put(digest(31), embedding(31))
    assert digest(31) in files, "where the variable rules, a file does not"


def test_pictures_are_known_as_long_as_their_embedding_is_there(tmp_path: Path) -> None:
    files = EmbeddingFiles(tmp_path)
    files.note(digest(101), digest(1))
    assert not files.knows(digest(101)), "it was not kept, so there is nothing to know"
    files.put(digest(1), embedding(1))
    files.note(digest(101), digest(1))
    assert EmbeddingFiles(tmp_path).knows(digest(101))
    files._path(digest(1)).unlink()
    assert not files.knows(digest(101))
    files.put(digest(1), embedding(1))
    files.clear()
    assert not files.knows(digest(101)) and not (tmp_path / "pictures").exists()


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


SHARED_CAP = 40 * SIZE


def _write_many(folder: Path, seed: int) -> None:
    files = EmbeddingFiles(folder, max_bytes=SHARED_CAP)
    for n in range(200):
        files.put(digest(n * seed), embedding(n))
        found = files.get(digest((n * seed) // 2))
        assert found is None or found.shape == (1, 8, 4, 4)


@pytest.mark.timeout(120)
def test_processes_share_a_folder_and_its_cap(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_write_many, args=(tmp_path, seed)) for seed in (3, 7, 11)]
    for writer in writers:
        writer.start()
    most, files = 0, EmbeddingFiles(tmp_path, SHARED_CAP)
    while any(writer.is_alive() for writer in writers):
        most = max(most, sum(file.size for file in files._files()))
    for writer in writers:
        writer.join()
    assert [writer.exitcode for writer in writers] == [0, 0, 0]
    assert 0 < most <= SHARED_CAP + len(writers) * SIZE, "each may be writing one"


def test_threads_share_one_store(tmp_path: Path) -> None:
    files = EmbeddingFiles(tmp_path, max_bytes=20 * SIZE)

    def work(seed: int) -> None:
        for n in range(60):
            files.put(digest(n % 30), embedding(n % 30))
            found = files.get(digest((n * seed) % 30))
            assert found is None or np.array_equal(found, embedding((n * seed) % 30))

    threads = [threading.Thread(target=work, args=(seed,)) for seed in (3, 7)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not files.trouble and 0 < files.usage().bytes <= 20 * SIZE


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
