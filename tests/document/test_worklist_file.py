"""The stored list: what comes back, two windows, damage, and folders that cannot be written."""

from __future__ import annotations

import dataclasses
import errno
import json
import os
import threading
from pathlib import Path

import filelock
import pytest

from medsam.document import worklist_file
from medsam.document.case_lock import locked
from medsam.document.worklist import CaseState, WorkCase, Worklist
from medsam.document.worklist_file import NAME, WorklistStore, source_of
from medsam.errors import InputError, WriteError

DONE, FLAGGED = CaseState.DONE, CaseState.FLAGGED


@pytest.fixture
def folder(tmp_path) -> Path:
    """A folder of three images."""
    folder = tmp_path / "set"
    folder.mkdir()
    for name in ("a.png", "b.png", "c.png"):
        (folder / name).touch()
    return folder


def found(folder: Path) -> list[WorkCase]:
    return [WorkCase(p.name) for p in sorted(folder.glob("?.png"))]


class Window:
    """What one window does with a list."""

    def __init__(self, folder: Path, tick: int = 0) -> None:
        self.store = WorklistStore(folder, folder.parent / "user")
        cases, self.stored = self.store.load(found(folder))
        self.tick = tick
        self.work = Worklist(self.store.root, cases, now=self.now)
        self.work.labels = self.stored.labels
        self.a, self.b, self.c, *_ = self.work.keys

    def now(self) -> str:
        self.tick += 1
        return f"2026-01-01T00:00:{self.tick:06d}Z"

    def save(self) -> tuple[str, ...]:
        saved = self.store.save(self.work.take_changes())
        self.work.adopt(saved.cases)
        return saved.notes


def test_everything_comes_back(folder):
    one = Window(folder)
    one.work.set_state(one.a, FLAGGED, "Größe?")
    one.work.set_mask(one.b, folder / "b_mask.png")
    one.work.mark_opened(one.b, "MR")
    one.work.add_seconds(one.b, 12.34)
    one.work.set_labels([{"id": 1, "name": "liver", "color": [1, 2, 3]}])
    assert one.save() == ()
    two = Window(folder)
    assert two.work.cases[0] == one.work.cases[0]
    assert two.work[two.b] == dataclasses.replace(one.work[one.b], seconds=12.3)
    assert two.work.labels == one.work.labels and two.stored.notes == ()
    assert sorted(p.name for p in folder.iterdir()) == ["a.png", "b.png", "c.png", NAME]


def test_new_files_are_added_and_vanished_ones_stay_as_missing(folder):
    one = Window(folder)
    one.work.set_state(one.b, DONE)
    one.save()
    (folder / "b.png").unlink()
    (folder / "d.png").touch()
    cases, _ = WorklistStore(folder, folder).load(found(folder))
    assert [(c.image, c.state) for c in cases] == [
        ("a.png", CaseState.NOT_STARTED),
        ("b.png", DONE),
        ("c.png", CaseState.NOT_STARTED),
        ("d.png", CaseState.NOT_STARTED),
    ]


def test_two_windows_merge_case_by_case(folder):
    one, two = Window(folder), Window(folder, tick=500)
    one.work.set_state(one.a, DONE)
    one.work.add_seconds(one.c, 10)
    two.work.set_state(two.b, FLAGGED, "look")
    two.work.add_seconds(two.c, 5)
    one.save()
    two.save()
    assert (two.work[two.a].state, two.work[two.b].note, two.work[two.c].seconds) == (DONE, "look", 15)
    one.work.add_seconds(one.c, 1)
    one.save()
    assert (one.work[one.b].state, one.work[one.c].seconds) == (FLAGGED, 16)


def test_the_later_word_on_one_case_wins_whoever_saves_last(folder):
    one, two = Window(folder), Window(folder, tick=500)
    one.work.set_state(one.a, DONE)
    two.work.set_state(two.a, FLAGGED, "later")
    two.save()
    one.save()
    assert one.work[one.a].note == "later" and Window(folder).work[one.a].state is FLAGGED


def test_many_windows_at_once_lose_nothing(folder):
    windows = [Window(folder, tick=100 * n) for n in range(4)]

    def work(window: Window) -> None:
        for _ in range(5):
            window.work.add_seconds(window.a, 1)
            window.save()

    threads = [threading.Thread(target=work, args=(w,)) for w in windows]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    last = Window(folder)
    assert last.work[last.a].seconds == 20
    assert not [p.name for p in folder.iterdir() if p.name.startswith(".")]


def test_whoever_does_not_end_is_told_of_and_no_lock_stays_behind(folder, monkeypatch):
    monkeypatch.setattr(worklist_file, "_LOCK_SECONDS", 0.0)
    window = Window(folder)
    window.work.set_state(window.a, DONE)
    with locked(folder / f".{NAME}.lock", 0.0):
        with pytest.raises(WriteError, match="Another window writes"):
            window.save()
        assert not (folder / NAME).exists()
    window.save()
    assert Window(folder).work[window.a].state is DONE
    assert not [p.name for p in folder.iterdir() if p.name.startswith(".")]


@pytest.mark.parametrize("number", [errno.ENOLCK, errno.EOPNOTSUPP])
def test_a_disk_without_locks_is_written_without(folder, monkeypatch, number):
    def refuse(self, *args, **options):
        raise OSError(number, "no locks here")

    monkeypatch.setattr(filelock.FileLock, "acquire", refuse)
    window = Window(folder)
    window.work.set_state(window.a, DONE)
    window.save()
    assert Window(folder).work[window.a].state is DONE


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff\xfe", b'{"format": "other", "cases": []}'])
def test_a_damaged_file_is_kept_aside_with_a_word(folder, content):
    (folder / NAME).write_bytes(content)
    window = Window(folder)
    (note,) = window.stored.notes
    (kept,) = folder.glob("medsam-worklist.damaged-*.json")
    assert "damaged" in note and kept.name in note and kept.read_bytes() == content
    assert len(window.work) == 3 and not (folder / NAME).exists()


def test_damage_while_a_window_is_open_costs_it_nothing(folder):
    window = Window(folder)
    window.work.set_state(window.a, DONE)
    window.save()
    (folder / NAME).write_bytes(b"half a fi")
    window.work.add_seconds(window.b, 3)
    (note,) = window.save()
    assert "damaged" in note
    again = Window(folder)
    assert (again.work[again.a].state, again.work[again.b].seconds) == (DONE, 3)


def test_odd_entries_do_not_cost_the_good_ones(folder):
    good = {"image": "a.png", "state": "done", "seconds": 4}
    entries = [good, "x", {"image": ""}, {"image": "b.png", "state": "perhaps"}, good]
    entries.append({"image": "c.png", "seconds": -1})
    data = {"format": "medsam-worklist", "version": 1, "cases": entries, "site": "north"}
    (folder / NAME).write_text(json.dumps(data))
    window = Window(folder)
    assert "5 entries" in window.stored.notes[0]
    assert [c.state for c in window.work.cases] == [DONE, CaseState.NOT_STARTED, CaseState.NOT_STARTED]
    window.work.set_state(window.b, DONE)
    window.save()
    assert json.loads((folder / NAME).read_text())["site"] == "north"


def test_two_entries_never_share_a_mask(folder):
    entries = [{"image": f"{n}.png", "mask": "m.png"} for n in "ab"]
    (folder / NAME).write_text(json.dumps({"format": "medsam-worklist", "version": 1, "cases": entries}))
    assert [c.mask for c in Window(folder).work.cases] == ["m.png", "", ""]


def test_a_newer_programs_file_is_left_alone(folder):
    text = json.dumps({"format": "medsam-worklist", "version": 2, "cases": []})
    (folder / NAME).write_text(text)
    with pytest.raises(InputError, match="newer version"):
        Window(folder)
    assert (folder / NAME).read_text() == text


def refuse(folder: Path, monkeypatch) -> None:
    """Let nothing be written into a folder, whoever runs the test."""
    real = os.open

    def guarded(path, *rest, **more):
        if Path(os.fspath(path)).parent == folder:
            raise PermissionError(13, "Permission denied", str(path))
        return real(path, *rest, **more)

    monkeypatch.setattr(worklist_file.os, "open", guarded)


def test_a_read_only_folder_is_kept_in_the_users_own(folder, monkeypatch):
    refuse(folder, monkeypatch)
    window = Window(folder)
    window.work.set_state(window.a, DONE)
    (note,) = window.save()
    assert "your own folder" in note and window.store.is_elsewhere
    assert not (folder / NAME).exists()
    (stored,) = (folder.parent / "user").glob(f"*{NAME}")
    assert source_of(stored) == folder
    again = Window(folder)
    assert again.work[again.a].state is DONE
    again.work.set_state(again.b, DONE)
    monkeypatch.undo()
    assert again.save() == () and (folder / NAME).exists(), "the folder can be written again"
    assert [c.state for c in Window(folder).work.cases[:2]] == [DONE, DONE]


def test_nowhere_to_write_is_told_and_nothing_is_lost(folder, monkeypatch):
    refuse(folder, monkeypatch)
    (folder.parent / "user").write_text("a file where a folder should be")
    window = Window(folder)
    window.work.set_state(window.a, DONE)
    changes = window.work.take_changes()
    with pytest.raises(WriteError, match="could not be stored"):
        window.store.save(changes)
    window.work.put_back(changes)
    assert window.work.take_changes().said == {window.a}


def test_a_full_disk_is_told(folder, monkeypatch):
    window = Window(folder)
    window.work.set_state(window.a, DONE)

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(worklist_file.os, "fsync", full)
    with pytest.raises(WriteError, match="disk is full"):
        window.save()
    assert [p.name for p in folder.iterdir() if "worklist" in p.name] == []


def test_a_tables_list_stands_beside_it_and_follows_its_rows(folder):
    table = folder / "mine.csv"
    table.write_text("image\nc.png\na.png\n")
    store = WorklistStore(table, folder)
    cases, _ = store.load([WorkCase("c.png"), WorkCase("a.png")])
    work = Worklist(store.root, cases)
    work.set_state(("c.png", ""), DONE)
    store.save(work.take_changes())
    file = folder / f"mine.{NAME}"
    assert file.is_file() and source_of(file) == table
    assert source_of(table) == table and source_of(folder) == folder
    cases, _ = WorklistStore(table, folder).load([WorkCase("a.png", mask="m.png")])
    assert [(c.image, c.mask) for c in cases] == [("a.png", "m.png")], "a row that went is no missing file"


def test_a_mask_that_was_found_replaces_a_stored_one_that_went(folder):
    one = Window(folder)
    one.work.set_mask(one.a, folder / "old_mask.png")
    one.save()
    (case, *_), _ = WorklistStore(folder, folder).load([WorkCase("a.png", mask="a_mask.png")])
    assert case.mask == "a_mask.png"
