"""Damage anywhere in a file: what was done before it is there, and what a later snapshot saves."""

from __future__ import annotations

import errno

import numpy as np
import pytest

from medsam.document import case_disk
from medsam.document.case_format import PREAMBLE, Reader, encode
from medsam.document.case_recovery import open_case
from medsam.document.records import Record
from tests.document.case_support import image, reopened, state, stroke, strokes, work

NAME = "case.medsamcase"


def records_of(path):
    with path.open("rb") as file:
        return list(Reader(file))


def test_steps_behind_damage_are_kept_aside_and_counted(tmp_path):
    path = tmp_path / NAME
    restored = open_case(path, image())
    states = []
    for n in range(12):
        states.append(state(restored.annotation))
        stroke(restored.history, n)
    restored.case.close()
    steps = [f for f in records_of(path) if f.record.kind == "step"]
    data = bytearray(path.read_bytes())
    data[steps[3].offset + 40] ^= 4
    path.write_bytes(data)
    again, now = reopened(path, image())
    assert len(again.history) == 3 and now == states[3]
    (news,) = again.words
    assert news.kind == "damaged" and news.count == 8
    assert str(news.count) in news.text and news.aside in news.text
    aside = tmp_path / news.aside
    assert aside.read_bytes() == PREAMBLE + bytes(data[steps[3].offset :])
    assert reopened(path, image())[0].words == ()


def flip(path, offset):
    data = bytearray(path.read_bytes())
    data[offset] ^= 16
    path.write_bytes(data)
    return bytes(data)


def test_a_snapshot_behind_damage_saves_the_work(tmp_path):
    path = tmp_path / NAME
    restored = open_case(path, image())
    states = [state(restored.annotation)]
    for n in range(300):
        stroke(restored.history, n)
        states.append(state(restored.annotation))
    restored.history.jump(280)
    restored.case.close()
    steps = [f for f in records_of(path) if f.record.kind == "step"]
    damaged = flip(path, steps[100].offset + 30)
    again = open_case(path, image())
    (news,) = again.words
    assert news.kind == "salvaged" and (tmp_path / news.aside).read_bytes() == damaged
    assert state(again.annotation) == states[280] and again.case.error is None
    assert len(again.history) == news.count == 300 - 256
    for n in range(len(again.history) + 1):
        again.history.jump(n)
        assert state(again.annotation) == states[256 + n]
    stroke(again.history, 310)
    now = state(again.annotation)
    again.case.close()
    restored, found = reopened(path, image())
    assert found == now and restored.words == ()


@pytest.mark.parametrize("offset", [3, 20, 60])
def test_a_damaged_beginning_costs_nothing(tmp_path, offset):
    path = tmp_path / NAME
    last = strokes(path, image(), 30)
    flip(path, offset)
    again, found = reopened(path, image())
    assert found == last and len(again.history) == 30
    assert [n.kind for n in again.words] == ["salvaged"]
    assert reopened(path, image())[0].words == ()
    # Of another image's damaged case nothing is taken.
    flip(path, offset)
    other, _ = reopened(path, image(3))
    assert other.case.error.kind == "foreign" and not other.is_resumed


def test_a_snapshot_whose_state_was_left_again_is_not_trusted(tmp_path):
    path = tmp_path / NAME
    restored = open_case(path, image())
    for n in range(260):
        stroke(restored.history, n)
    restored.history.jump(40)
    before = state(restored.annotation)
    stroke(restored.history, 300)
    for n in range(3):
        stroke(restored.history, 301 + n)
    states = {before, state(restored.annotation)}
    whole = path.read_bytes()
    restored.case.close()
    path.write_bytes(whole)
    steps = [f for f in records_of(path) if f.record.kind == "step"]
    flip(path, steps[30].offset + 30)
    again, found = reopened(path, image())
    assert [n.kind for n in again.words] == ["damaged"] and len(again.history) == 30
    assert found not in states


def test_a_disk_without_room_for_saving_a_damaged_case_leaves_it_alone(tmp_path, monkeypatch):
    path = tmp_path / NAME
    last = strokes(path, image(), 30)
    steps = [f for f in records_of(path) if f.record.kind == "step"]
    damaged = flip(path, steps[10].offset + 30)

    def full(*_):
        raise OSError(errno.ENOSPC, "full")

    with monkeypatch.context() as patch:
        patch.setattr(case_disk, "_write", full)
        again, _ = reopened(path, image())
    assert again.case.error.kind == "full" and len(again.history) == 10
    assert path.read_bytes() == damaged
    again, found = reopened(path, image())
    assert found == last and [n.kind for n in again.words] == ["salvaged"]


def test_a_step_that_does_not_fit_ends_what_is_restored(tmp_path):
    path = tmp_path / NAME
    work(path, image(), 5, 10)
    good = reopened(path, image())[1]
    with path.open("ab") as file:
        for meta in ({"at": 10**6}, {"at": "0"}, {}, {"at": 0, "labels": 3}):
            file.write(encode(Record("step", meta)))
    again, found = reopened(path, image())
    assert found == good and [n.kind for n in again.words] == ["damaged"]
    # Right by its CRC, and yet of an image of another size.
    at = again.history.position
    meta = {"at": at, "time": 1.0, "text": "t", "labels": []}
    delta = {"kind": "voxels", "count": 1, "bounds": [[0, 1]] * 3, "runs": [0, 9]}
    with path.open("ab") as file:
        file.write(encode(Record("step", meta | {"deltas": [delta]}, b"not zlib!")))
    again, found = reopened(path, image())
    assert found == good and len(again.history) == at


def test_zeros_at_the_end_of_a_crashed_disk_are_cut(tmp_path):
    path = tmp_path / NAME
    states = work(path, image(), 11, 30)
    with path.open("ab") as file:
        file.write(bytes(5000))
    again, found = reopened(path, image())
    assert found == states[-1] and [n.kind for n in again.words] == ["torn"]
    assert [p.name for p in tmp_path.iterdir()] == [NAME]


def test_an_unfinished_snapshot_is_no_loss(tmp_path):
    path = tmp_path / NAME
    last = strokes(path, image(), 60)
    found = records_of(path)
    at = next(f for f in reversed(found) if f.record.kind == "snapshot")
    assert at.offset > found[3].offset, "one was made at the end"
    path.write_bytes(path.read_bytes()[: at.offset + at.size - 5])
    again, now = reopened(path, image())
    assert now == last and again.words == ()


def test_a_damaged_snapshot_costs_nothing_but_time(tmp_path):
    path = tmp_path / NAME
    last = strokes(path, image(), 60)
    found = records_of(path)
    rest = [f.record for f in found]
    for n, record in enumerate(rest):
        if record.kind == "snapshot" and n > 3:
            rest[n] = Record("snapshot", record.meta | {"labels": "gone"}, record.blob)
    path.write_bytes(PREAMBLE + b"".join(encode(r) for r in rest))
    again, now = reopened(path, image())
    assert now == last and again.words == ()


def test_a_cut_at_any_byte_of_a_whole_file_leaves_a_state_that_was(tmp_path):
    path = tmp_path / NAME
    states = work(path, image(), 21, 25)
    whole = path.read_bytes()
    first_step = next(f for f in records_of(path) if f.record.kind == "step")
    beginning = first_step.offset + first_step.size
    later = np.random.default_rng(0).integers(beginning, len(whole), 80).tolist()
    for cut in [*range(0, beginning + 1, 3), *later]:
        path.write_bytes(whole[:cut])
        again, found = reopened(path, image())
        assert again.case.error is None, cut
        assert found in states and (found == states[0] or cut >= beginning)
        path.unlink(missing_ok=True)
        assert list(tmp_path.iterdir()) == []


def test_a_case_that_was_hardly_begun_is_begun_anew(tmp_path):
    path = tmp_path / NAME
    for content in (b"", PREAMBLE[:5], PREAMBLE, PREAMBLE + encode(Record("case", {"digest": 3}))):
        path.write_bytes(content)
        restored = open_case(path, image())
        assert restored.case.error is None and not restored.is_resumed
        stroke(restored.history, 0)
        restored.case.close()
        assert len(reopened(path, image())[0].history) == 1
