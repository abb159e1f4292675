"""Nothing drawn is ever missing: cases come back whole, cut, damaged, held, or of another image."""

from __future__ import annotations

import errno
import os
import shutil
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsam.document import Annotation, LabelTable, MemoryStore, case_disk
from medsam.document.case_format import PREAMBLE, VERSION, Reader, encode
from medsam.document.case_identity import ImageIdentity, digest_of
from medsam.document.case_lock import SUFFIX
from medsam.document.case_recovery import open_case, read_identity
from medsam.document.case_shelf import put_away, take_back
from medsam.document.records import Record
from medsam.errors import CaseFileError
from medsam.volume import Volume
from tests.document.case_support import SHAPE, act, image, reopened, state, work

NAME = "case.medsamcase"


def records_of(path):
    with path.open("rb") as file:
        return list(Reader(file))


def test_looking_leaves_nothing_behind(tmp_path):
    path = tmp_path / NAME
    restored = open_case(path, image())
    assert restored.history.is_stored and not restored.is_resumed
    assert [p.name for p in tmp_path.iterdir()] == [NAME + SUFFIX]
    restored.annotation.set_active_label(1)
    restored.case.close()
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("seed", range(4))
def test_hundreds_of_actions_come_back_with_their_undo_steps(tmp_path, seed):
    path = tmp_path / NAME
    restored = open_case(path, image())
    rng = np.random.default_rng(seed)
    for _ in range(300):
        act(restored.history, rng)
    now, length = state(restored.annotation), len(restored.history)
    position, clean = restored.history.position, restored.history.clean_position
    entries = [restored.history.entry(n) for n in range(length)]
    active = restored.annotation.active_label
    states = {}
    for n in rng.permutation(length + 1).tolist():
        restored.history.jump(n)
        states[n] = state(restored.annotation)
    restored.history.jump(position)
    restored.annotation.set_active_label(active)
    restored.case.close()

    again = open_case(path, image())
    assert again.is_resumed and again.words == () and again.last_time == entries[-1].time
    assert state(again.annotation) == now
    assert (again.history.position, again.history.clean_position) == (position, clean)
    assert again.annotation.active_label == active
    assert [replace(again.history.entry(n), handle=0) for n in range(length)] == [
        replace(e, handle=0) for e in entries
    ]
    for n in rng.permutation(length + 1).tolist():
        again.history.jump(n)
        assert state(again.annotation) == states[n]
    again.case.close()


def test_work_goes_on_over_many_openings(tmp_path):
    path = tmp_path / NAME
    rng = np.random.default_rng(7)
    last = None
    for _ in range(8):
        restored = open_case(path, image())
        assert last is None or state(restored.annotation) == last
        for _ in range(25):
            act(restored.history, rng)
        last = state(restored.annotation)
        restored.case.close()
    kinds = [found.record.kind for found in records_of(path)]
    assert kinds.count("session") == 16 and kinds[0] == "case"


@settings(max_examples=25)
@given(seed=st.integers(0, 10_000), count=st.integers(1, 220))
def test_a_cut_at_any_byte_of_the_last_write_costs_one_action_at_most(tmp_path_factory, seed, count):
    folder = tmp_path_factory.mktemp("cut")
    path = folder / NAME
    restored = open_case(path, image())
    rng = np.random.default_rng(seed)
    states, ends = [state(restored.annotation)], []
    for _ in range(count):
        act(restored.history, rng)
        states.append(state(restored.annotation))
        ends.append(restored.case.size)
    # As a kill leaves it: nothing is written at the end.
    whole = path.read_bytes() if path.exists() else b""
    restored.case.close()
    changed = [n for n in range(1, count) if ends[n] != ends[n - 1]]
    if not changed:
        return
    start, stop = ends[changed[-1] - 1], ends[changed[-1]]
    cuts = (
        range(start, stop)
        if stop - start < 150
        else sorted({start, stop - 1, *rng.integers(start, stop, 60)})
    )
    for cut in map(int, cuts):
        path.write_bytes(whole[:cut])
        again, found = reopened(path, image())
        assert found in (states[-1], states[changed[-1]])
        assert all(news.kind == "torn" for news in again.words)
        assert again.case.error is None
    path.write_bytes(whole)
    assert reopened(path, image())[1] == states[-1]


@settings(max_examples=60)
@given(
    seed=st.integers(0, 10_000),
    flips=st.lists(st.tuples(st.floats(0, 1, exclude_max=True), st.integers(1, 255)), min_size=1, max_size=3),
    cut=st.floats(0, 1),
)
def test_flipped_and_missing_bytes_leave_a_state_that_was(tmp_path_factory, seed, flips, cut):
    folder = tmp_path_factory.mktemp("flip")
    path = folder / NAME
    states = work(path, image(), seed, 40)
    if not path.exists():
        return
    data = bytearray(path.read_bytes())
    for where, bits in flips:
        data[int(where * len(data))] ^= bits
    if cut < 0.5:
        del data[int(cut * 2 * len(data)) :]
    path.write_bytes(data)
    again, found = reopened(path, image())
    assert found in states
    if again.case.error is not None:
        # The file stays for somebody who can mend it.
        assert again.case.error.kind in ("foreign", "newer", "other")
        assert path.read_bytes() == bytes(data)
    else:
        assert reopened(path, image())[1] == found


def test_another_image_is_refused_and_its_case_untouched(tmp_path):
    path = tmp_path / NAME
    work(path, image(0), 1, 20)
    before = path.read_bytes()
    restored, _ = reopened(path, image(1))
    assert restored.case.error.kind == "other" and "scan.nii.gz" in str(restored.case.error)
    assert not restored.history.is_stored and not restored.is_resumed
    assert path.read_bytes() == before


@pytest.mark.parametrize(
    ("content", "kind"),
    [
        (b"PK\x03\x04 something else entirely", "foreign"),
        (PREAMBLE[:-4] + (VERSION + 1).to_bytes(4, "little") + b"more", "newer"),
        (PREAMBLE[:-4] + bytes(4), "foreign"),
        (PREAMBLE + bytes(100_000), "foreign"),
        (PREAMBLE + encode(Record("step", {"at": 0})), "foreign"),
    ],
)
def test_foreign_files_are_named_and_left_alone(tmp_path, content, kind):
    path = tmp_path / NAME
    path.write_bytes(content)
    restored = open_case(path, image())
    assert restored.case.error.kind == kind and NAME in str(restored.case.error)
    rng = np.random.default_rng(0)
    for _ in range(10):
        act(restored.history, rng)
    assert len(restored.history) and not restored.history.is_stored
    assert not restored.case.retry() and path.read_bytes() == content
    # Moved away, as the sentence says: now the work can be kept.
    path.rename(tmp_path / "elsewhere")
    assert restored.case.retry() and restored.history.is_stored
    now = state(restored.annotation)
    restored.case.close()
    assert reopened(path, image())[1] == now


def test_the_same_voxels_in_another_place_are_the_same_case(tmp_path):
    path = tmp_path / NAME
    states = work(path, image(), 2, 20)
    moved = replace(image(name="renamed.nrrd"), affine=np.diag([-1.0, -1.0, 2.0, 1.0]))
    restored, found = reopened(path, moved)
    assert found == states[-1] and [n.kind for n in restored.words] == ["moved"]
    assert read_identity(path) == ImageIdentity.of(image())


def test_a_digest_knows_voxels_size_and_type_and_nothing_else():
    first = image()
    assert digest_of(replace(first, array=np.ascontiguousarray(first.array))) == digest_of(first)
    assert digest_of(replace(first, array=first.array.astype(">i2"))) == digest_of(first)
    assert digest_of(replace(first, array=first.array.astype(np.int32))) != digest_of(first)
    zeros = np.zeros((4, 6, 2), np.int16)
    assert digest_of(Volume(zeros, np.eye(4))) != digest_of(Volume(zeros.reshape(6, 4, 2), np.eye(4)))
    colour = Volume(np.zeros((4, 4, 2, 3), np.uint8), np.eye(4), is_picture=True)
    assert len(digest_of(colour)) == 40


def test_a_colour_picture_has_a_case(tmp_path):
    values = np.random.default_rng(0).integers(0, 255, (*SHAPE, 3), dtype=np.uint8)
    volume = Volume(np.asfortranarray(values), np.eye(4), name="p.png", is_picture=True)
    states = work(tmp_path / NAME, volume, 4, 30)
    assert reopened(tmp_path / NAME, volume)[1] == states[-1]


def test_identity_keeps_the_name_and_no_folder():
    assert ImageIdentity.of(image(name="/home/doe^john/scan.nii")).name == "scan.nii"
    assert ImageIdentity.of(image(name="D:\\cases\\scan.nii")).name == "scan.nii"


def test_a_second_opening_is_told_who_holds_the_case_and_sees_the_work(tmp_path):
    path = tmp_path / NAME
    first = open_case(path, image())
    rng = np.random.default_rng(9)
    for _ in range(30):
        act(first.history, rng)
    second = open_case(path, image())
    error = second.case.error
    assert error.kind == "held" and error.holder.pid == os.getpid() and error.holder.is_here
    assert str(os.getpid()) in str(error) and error.holder.clock in str(error)
    assert state(second.annotation) == state(first.annotation) and second.words == ()
    size = path.stat().st_size
    second.history.undo()
    act(second.history, rng)
    assert not second.history.is_stored and path.stat().st_size == size
    mine = state(second.annotation)
    second.history.jump(0)
    second.history.jump(10**6)
    second.history.jump(second.history.position)
    assert state(second.annotation) == mine or second.history.can_redo
    assert not second.case.retry()
    # The first window goes; its work has not changed since, so the second may go on.
    first.case.close()
    assert second.case.retry() and second.history.is_stored
    now = state(second.annotation)
    second.case.close()
    assert reopened(path, image())[1] == now


def test_work_of_another_window_is_never_overwritten(tmp_path):
    path = tmp_path / NAME
    work(path, image(), 1, 5)
    first, second = open_case(path, image()), open_case(path, image())
    rng = np.random.default_rng(2)
    for _ in range(12):
        act(first.history, rng)
        act(second.history, rng)
    theirs = state(first.annotation)
    first.case.close()
    before = path.read_bytes()
    assert not second.case.retry() and second.case.error.kind == "changed"
    assert path.read_bytes() == before
    second.case.close()
    assert reopened(path, image())[1] == theirs


def test_two_windows_on_a_new_image_do_not_both_begin_a_case(tmp_path):
    path = tmp_path / NAME
    first, second = open_case(path, image()), open_case(path, image())
    assert second.case.error.kind == "held"
    rng = np.random.default_rng(4)
    for _ in range(8):
        act(first.history, rng)
        act(second.history, rng)
    theirs = state(first.annotation)
    first.case.close()
    assert not second.case.retry() and second.case.error.kind == "changed"
    second.case.close()
    assert reopened(path, image())[1] == theirs


def test_a_new_case_begins_with_what_is_given(tmp_path):
    table = LabelTable((LabelTable().proposal("liver"),))
    mask = np.zeros(SHAPE, np.uint16)
    mask[2:4, 1:5, 3] = 1
    restored = open_case(tmp_path / NAME, image(), fresh=Annotation(image(), mask, table))
    assert restored.history.is_clean and not restored.is_resumed
    restored.history.mark_clean()
    restored.case.close()
    again, _ = reopened(tmp_path / NAME, image())
    assert again.annotation.labels.get(1).name == "liver"
    assert np.array_equal(again.annotation.label_map, mask)


def test_starting_again_keeps_the_former_case_and_brings_it_back(tmp_path):
    path = tmp_path / NAME
    first = work(path, image(), 1, 30)[-1]
    backup = put_away(path)
    assert backup.exists() and not path.exists()
    second = work(path, image(), 2, 30)[-1]
    take_back(path, backup)
    assert reopened(path, image())[1] == first
    take_back(path, backup)
    assert reopened(path, image())[1] == second
    path.unlink()
    take_back(path, backup)
    assert reopened(path, image())[1] == first
    assert [p.name for p in tmp_path.iterdir()] == [NAME]
    assert put_away(tmp_path / "none.medsamcase") is None
    with pytest.raises(CaseFileError, match="not there"):
        take_back(path, backup)
    assert reopened(path, image())[1] == first
    backups = set()
    for seed in range(3):
        backups.add(put_away(path))
        work(path, image(), seed, 20)
    assert len(backups) == 3 and all(b.exists() for b in backups), "none overwrites another"
    path.unlink()
    take_back(path, min(backups, key=lambda b: len(b.name)))
    held = open_case(path, image())
    with pytest.raises(CaseFileError, match="open in another window"):
        put_away(path)
    held.case.close()


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_folder_without_rights_is_said_at_once(tmp_path):
    folder = tmp_path / "closed"
    folder.mkdir()
    path = folder / NAME
    states = work(path, image(), 6, 10)
    path.chmod(0o444)
    folder.chmod(0o555)
    try:
        restored, found = reopened(path, image())
        assert restored.case.error.kind == "rights" and found == states[-1]
    finally:
        folder.chmod(0o755)


def test_a_file_that_may_be_read_only_shows_its_work(tmp_path, monkeypatch):
    path = tmp_path / NAME
    states = work(path, image(), 6, 10)
    true_open = case_disk.open_existing

    def refuse(path, *, writable):
        if writable:
            raise PermissionError(errno.EACCES, "no")
        return true_open(path, writable=False)

    with monkeypatch.context() as patch:
        patch.setattr(case_disk, "open_existing", refuse)
        restored = open_case(path, image())
        assert restored.case.error.kind == "rights" and state(restored.annotation) == states[-1]
        act(restored.history, np.random.default_rng(0))
        assert not restored.case.retry()
    assert restored.case.retry() and restored.history.is_stored
    now = state(restored.annotation)
    restored.case.close()
    assert reopened(path, image())[1] == now


def test_a_missing_folder_is_said_at_once_and_retried(tmp_path):
    path = tmp_path / "drive" / NAME
    restored = open_case(path, image())
    assert restored.case.error.kind == "gone"
    rng = np.random.default_rng(1)
    for _ in range(10):
        act(restored.history, rng)
    now = state(restored.annotation)
    assert not restored.case.retry()
    path.parent.mkdir()
    assert restored.case.retry()
    restored.case.close()
    assert reopened(path, image())[1] == now


def test_memory_stores_nothing_and_says_so():
    from medsam.document import History

    annotation = Annotation(image())
    assert not History(annotation).is_stored
    assert History(annotation, MemoryStore()).store_error is None


def test_a_copied_case_opens_elsewhere(tmp_path):
    states = work(tmp_path / NAME, image(), 8, 20)
    other = tmp_path / "other"
    other.mkdir()
    shutil.copy(tmp_path / NAME, other / "renamed.medsamcase")
    assert reopened(other / "renamed.medsamcase", image())[1] == states[-1]
