"""From pictures to embeddings: a hint that several programs write and damage only makes forget."""

from __future__ import annotations

import multiprocessing
from pathlib import Path

import pytest

from medsam.inference import embedding_index
from medsam.inference.embedding_index import NAME, PictureIndex


def hashed(n: int) -> str:
    return f"{n:064x}"


def test_what_was_noted_is_found_also_after_a_restart_and_by_others(tmp_path: Path) -> None:
    mine, other = PictureIndex(tmp_path), PictureIndex(tmp_path)
    assert mine.find(hashed(1)) is None
    mine.note(hashed(1), hashed(9))
    assert mine.find(hashed(1)) == other.find(hashed(1)) == hashed(9)
    other.note(hashed(2), hashed(8))
    assert mine.find(hashed(2)) == PictureIndex(tmp_path).find(hashed(2)) == hashed(8)


def test_the_same_again_adds_no_line(tmp_path: Path) -> None:
    index = PictureIndex(tmp_path)
    for _ in range(3):
        index.note(hashed(1), hashed(9))
    assert len((tmp_path / NAME).read_bytes().splitlines()) == 1
    index.note(hashed(1), hashed(8))
    assert index.find(hashed(1)) == hashed(8), "the latest holds"


def test_damage_costs_the_lines_it_hits(tmp_path: Path) -> None:
    index = PictureIndex(tmp_path)
    for n in range(20):
        index.note(hashed(n), hashed(100 + n))
    file = tmp_path / NAME
    whole = file.read_bytes()
    for at in range(0, len(whole), 37):
        file.write_bytes(whole[:at] + b"\xff\n\x00" + whole[at + 1 :])
        found = [PictureIndex(tmp_path).find(hashed(n)) for n in range(20)]
        assert sum(f == hashed(100 + n) for n, f in enumerate(found)) >= 18
        assert all(f is None or f == hashed(100 + n) for n, f in enumerate(found))
    file.write_bytes(whole[:-10])
    assert PictureIndex(tmp_path).find(hashed(18)) is not None
    assert PictureIndex(tmp_path).find(hashed(19)) is None, "half a line is none"


def test_no_folder_no_file_and_a_folder_in_its_place_are_no_failure(tmp_path: Path) -> None:
    nowhere = PictureIndex(tmp_path / "not" / "there")
    nowhere.note(hashed(1), hashed(2))
    assert nowhere.find(hashed(1)) is None
    (tmp_path / NAME).mkdir()
    blocked = PictureIndex(tmp_path)
    blocked.note(hashed(1), hashed(2))
    blocked.clear()
    assert blocked.find(hashed(1)) is None


def test_a_file_that_was_deleted_or_replaced_is_read_anew(tmp_path: Path) -> None:
    index = PictureIndex(tmp_path)
    index.note(hashed(1), hashed(9))
    assert index.find(hashed(1))
    PictureIndex(tmp_path).clear()
    assert index.find(hashed(1)) is None
    index.note(hashed(2), hashed(9))
    assert index.find(hashed(2)) == hashed(9)


def test_a_long_file_keeps_what_is_wanted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    index = PictureIndex(tmp_path)
    for n in range(10):
        index.note(hashed(n), hashed(100 + n))
    index.keep(lambda embedding: False)
    assert index.find(hashed(3)), "too short to be worth it"
    monkeypatch.setattr(embedding_index, "_COMPACT_FROM", 1)
    index.keep(lambda embedding: embedding == hashed(103))
    assert [n for n in range(10) if PictureIndex(tmp_path).find(hashed(n))] == [3]
    assert index.find(hashed(3)) and index.find(hashed(4)) is None


def _note_many(folder: Path, start: int) -> None:
    index = PictureIndex(folder)
    for n in range(start, start + 200):
        index.note(hashed(n), hashed(n + 10_000))


@pytest.mark.timeout(120)
def test_processes_write_whole_lines_side_by_side(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    writers = [context.Process(target=_note_many, args=(tmp_path, start)) for start in (0, 1000)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    index = PictureIndex(tmp_path)
    assert all(index.find(hashed(n)) for n in (*range(200), *range(1000, 1200)))
