"""The file itself: what a failing disk, a flush, a compaction and a kill leave of it."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest

from medsam.document import case_disk
from medsam.document.case_disk import temporary_name
from medsam.document.case_file import CaseFile, Places
from medsam.document.case_format import PREAMBLE, Reader, decode, encode
from medsam.document.case_lock import SUFFIX, CaseLock
from medsam.document.case_recovery import open_case
from medsam.document.records import Record
from medsam.errors import CaseFileError
from tests.document.case_support import act, image, reopened, state, stroke, strokes

NAME = "case.medsamcase"
ROOT = Path(__file__).resolve().parents[2]


class Disk:
    """A disk that refuses to take bytes while ``error`` is set, after ``room`` more of them."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.error: int | None = None
        self.room = 0
        monkeypatch.setattr(case_disk, "_write", self._take)

    def _take(self, file, data):
        """Take all of it, a part, or fail, as the operating system does."""
        if self.error is None:
            return file.write(data)
        if not self.room:
            raise OSError(self.error, os.strerror(self.error))
        written = file.write(data[: self.room])
        self.room -= written
        return written


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


@pytest.fixture
def path(tmp_path):
    return tmp_path / NAME


def act_often(restored, seed, count):
    rng = np.random.default_rng(seed)
    for _ in range(count):
        act(restored.history, rng)


class TestRecords:
    def test_any_record_comes_back(self):
        for record in (
            Record("step", {"at": 0, "text": "Größe 肝 \u2028\x00"}, os.urandom(1000)),
            Record("", {}),
            Record("x" * 300, {"deep": [[[{"a": None}]]], "f": 0.1}, bytes(10)),
        ):
            assert decode(encode(record)) == record

    def test_every_flipped_bit_is_found(self):
        data = encode(Record("step", {"at": 3}, b"blob"))
        for n in range(len(data) * 8):
            wrong = bytearray(data)
            wrong[n // 8] ^= 1 << n % 8
            with pytest.raises(CaseFileError):
                decode(bytes(wrong))

    def test_whole_records_behind_damage_are_found_even_at_the_edge_of_a_chunk(self, path):
        first = encode(Record("step", {}, bytes(2**20 - 60)))
        later = encode(Record("amend", {}, b"later"))
        for shift in range(12):
            broken = bytearray(first[:-shift] if shift else first)
            broken[0] ^= 1
            path.write_bytes(PREAMBLE + broken + later)
            with path.open("rb") as file:
                reader = Reader(file)
                assert list(reader) == []
            assert (reader.damage.later, reader.damage.later_steps) == (1, 1)


class TestPlaces:
    def test_moved_dropped_and_later_handles(self):
        places = Places()
        assert places.offset(77) == 77
        places.move({16: 16, 50: 20}, 100, 40)
        assert [places.offset(h) for h in (16, 50, 100, 130)] == [16, 20, 40, 70]
        with pytest.raises(CaseFileError):
            places.offset(60)


class TestFailingDisk:
    @pytest.mark.parametrize(
        ("code", "kind"),
        [
            (errno.ENOSPC, "full"),
            (errno.EDQUOT, "full"),
            (errno.EROFS, "rights"),
            (errno.ESTALE, "gone"),
            (errno.EFBIG, "large"),
            (errno.EIO, "failed"),
        ],
    )
    def test_it_is_told_at_once_and_the_work_goes_on(self, path, disk, code, kind):
        restored = open_case(path, image())
        told = []
        restored.case.listen(lambda: told.append(restored.case.error))
        act_often(restored, 1, 30)
        on_disk = state(restored.annotation)
        size = path.stat().st_size
        disk.error, disk.room = code, 25
        stroke(restored.history, 0)
        assert restored.case.error.kind == kind and not restored.history.is_stored
        assert told == [restored.case.error] and NAME in str(restored.case.error)
        assert restored.history.store_error is restored.case.error
        assert path.stat().st_size == size, "the torn part is cut off"
        act_often(restored, 2, 60)
        now, length = state(restored.annotation), len(restored.history)
        for n in (0, length, length // 2, restored.history.position):
            restored.history.jump(n)
        restored.history.jump(length)
        now = state(restored.annotation)
        disk.room = 100
        assert not restored.case.retry()
        disk.error = None
        assert restored.case.retry() and restored.history.is_stored and told[-1] is None
        act_often(restored, 3, 10)
        now = state(restored.annotation)
        restored.case.close()
        assert reopened(path, image())[1] == now != on_disk

    def test_a_disk_full_from_the_start_leaves_no_file(self, path, disk):
        disk.error = errno.ENOSPC
        restored = open_case(path, image())
        stroke(restored.history, 0)
        assert restored.case.error.kind == "full" and not path.exists()
        disk.error = None
        assert restored.case.retry()
        restored.case.close()
        assert len(reopened(path, image())[0].history) == 1

    def test_what_a_failed_flush_may_have_lost_is_written_again(self, path, monkeypatch):
        restored = open_case(path, image())
        stroke(restored.history, 0)
        restored.case.flush()
        safe = path.stat().st_size
        for n in range(1, 6):
            stroke(restored.history, n)

        def fail(_):
            raise OSError(errno.EIO, "lost")

        with monkeypatch.context() as patch:
            patch.setattr(os, "fsync", fail)
            restored.case.flush()
        assert restored.case.error.kind == "failed"
        os.truncate(path, safe)
        stroke(restored.history, 6)
        assert restored.case.retry()
        now = state(restored.annotation)
        restored.case.close()
        again, found = reopened(path, image())
        assert found == now and len(again.history) == 7 and again.words == ()

    def test_a_file_that_vanishes_is_noticed_and_written_anew(self, path):
        restored = open_case(path, image())
        act_often(restored, 1, 40)
        path.unlink()
        stroke(restored.history, 0)
        restored.case._tidy()
        assert restored.case.error.kind == "gone"
        stroke(restored.history, 1)
        assert restored.case.retry() and path.exists()
        now = state(restored.annotation)
        restored.case.close()
        assert reopened(path, image())[1] == now
        assert [p.name for p in path.parent.iterdir()] == [NAME]

    def test_a_drive_that_comes_back_is_gone_on_with(self, path, tmp_path):
        restored = open_case(path, image())
        act_often(restored, 1, 40)
        away = tmp_path / "away"
        path.rename(away)
        restored.case._tidy()
        stroke(restored.history, 1)
        away.rename(path)
        assert restored.case.retry()
        now = state(restored.annotation)
        restored.case.close()
        assert reopened(path, image())[1] == now

    def test_a_file_that_somebody_put_there_is_not_overwritten(self, path):
        restored = open_case(path, image())
        act_often(restored, 1, 10)
        path.unlink()
        path.write_bytes(b"something else")
        restored.case._tidy()
        assert restored.case.error.kind == "gone"
        assert not restored.case.retry() and restored.case.error.kind == "changed"
        assert path.read_bytes() == b"something else"
        restored.case.close()

    def test_a_closed_case_takes_no_record_and_history_says_so(self, path):
        restored = open_case(path, image())
        stroke(restored.history, 0)
        restored.case.close()
        restored.case.close()
        stroke(restored.history, 1)
        assert not restored.history.is_stored and len(restored.history) == 2
        assert not restored.case.retry()

    @pytest.mark.skipif(os.name != "posix", reason="a limit of POSIX systems")
    def test_a_real_limit_of_the_system(self, tmp_path):
        code = (
            "import resource, signal, sys\n"
            "from pathlib import Path\n"
            "from tests.document.case_support import *\n"
            "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
            "r = open_case(Path(sys.argv[1]), image())\n"
            "stroke(r.history, 0)\n"
            "soft = Path(sys.argv[1]).stat().st_size + 300\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (soft, resource.RLIM_INFINITY))\n"
            "for n in range(1, 20): stroke(r.history, n)\n"
            "assert r.case.error.kind == 'large', r.case.error\n"
            "assert not r.history.is_stored and len(r.history) == 20\n"
            "resource.setrlimit(resource.RLIMIT_FSIZE, (-1, -1))\n"
            "assert r.case.retry() and r.history.is_stored\n"
            "r.case.close()\n"
        )
        path = tmp_path / NAME
        done = subprocess.run(
            [sys.executable, "-c", code, str(path)], cwd=ROOT, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        assert len(reopened(path, image())[0].history) == 20


class TestBackground:
    def test_actions_reach_the_disk_itself_within_moments(self, path, monkeypatch):
        synced = threading.Event()
        true_sync = os.fsync

        def sync(handle):
            true_sync(handle)
            synced.set()

        monkeypatch.setattr(os, "fsync", sync)
        restored = open_case(path, image())
        stroke(restored.history, 0)
        assert synced.wait(20)
        restored.case.close()

    def test_closing_ends_the_thread(self, path):
        before = threading.active_count()
        restored = open_case(path, image())
        stroke(restored.history, 0)
        assert threading.active_count() == before + 1
        restored.case.close()
        assert threading.active_count() == before


class TestCompaction:
    def fill(self, path):
        """A case most of whose steps were undone and replaced."""
        restored = open_case(path, image())
        for n in range(40):
            stroke(restored.history, n)
            for _ in range(5):
                stroke(restored.history, n + 100)
                restored.history.undo()
        return restored

    def test_it_drops_what_is_dead_and_nothing_else(self, path):
        restored = self.fill(path)
        restored.history.jump(25)
        restored.history.mark_clean()
        act_often(restored, 5, 20)
        position = restored.history.position
        states = {}
        for n in range(len(restored.history) + 1):
            restored.history.jump(n)
            states[n] = state(restored.annotation)
        restored.history.jump(position)
        before = restored.case.size
        assert restored.case.compact() and restored.case.size < before / 2
        assert path.stat().st_size == restored.case.size == restored.case.index.total_bytes + len(PREAMBLE)
        restored.history._cache.clear()
        for n in states:
            restored.history.jump(n)
            assert state(restored.annotation) == states[n]
        restored.history.jump(position)
        active, clean = restored.annotation.active_label, restored.history.clean_position
        restored.case.close()
        again = open_case(path, image())
        assert again.history.position == position and again.words == ()
        assert again.history.clean_position == clean and again.annotation.active_label == active
        for n in states:
            again.history.jump(n)
            assert state(again.annotation) == states[n]
        again.case.close()

    def test_again_and_again_with_work_between(self, path):
        restored = open_case(path, image())
        rng = np.random.default_rng(1)
        for _ in range(6):
            for _ in range(60):
                act(restored.history, rng)
            restored.case.compact()
            restored.history._cache.clear()
            for n in rng.integers(0, len(restored.history) + 1, 8).tolist():
                restored.history.jump(n)
        now = state(restored.annotation)
        restored.case.close()
        assert reopened(path, image())[1] == now

    def test_a_state_before_the_kept_snapshot_can_be_branched_off(self, path):
        restored = open_case(path, image())
        for n in range(300):
            stroke(restored.history, n)
        assert restored.case.index.nearest_snapshot_position() > 0
        assert restored.case.compact()
        restored.history.jump(10)
        stroke(restored.history, 5)
        now = state(restored.annotation)
        restored.case.close()
        again, found = reopened(path, image())
        assert found == now and len(again.history) == 11

    def test_what_is_appended_meanwhile_is_kept(self, path, monkeypatch):
        restored = self.fill(path)
        true_sync, steps = os.fsync, iter([200])

        def sync(handle):
            # While the new file is brought to the disk, the user goes on.
            n = next(steps, None)
            if n is not None:
                stroke(restored.history, n)
            true_sync(handle)

        length = len(restored.history)
        monkeypatch.setattr(os, "fsync", sync)
        assert restored.case.compact()
        stroke(restored.history, 300)
        assert len(restored.history) == length + 1
        now = state(restored.annotation)
        restored.case.close()
        again, found = reopened(path, image())
        assert found == now and len(again.history) == len(restored.history)

    def test_a_disk_without_room_for_it_leaves_the_file_as_it_was(self, path, disk):
        restored = self.fill(path)
        before = path.read_bytes()
        disk.error = errno.ENOSPC
        assert not restored.case.compact()
        disk.error = None
        assert path.read_bytes() == before and restored.case.error is None
        assert {p.name for p in path.parent.iterdir()} == {NAME, NAME + SUFFIX}
        stroke(restored.history, 200)
        restored.case.close()

    @pytest.mark.parametrize("moment", ["fsync", "replace"])
    def test_a_kill_in_the_middle_leaves_a_readable_file(self, path, moment, tmp_path):
        code = (
            "import os, signal, sys\n"
            "from pathlib import Path\n"
            "from tests.document.case_support import *\n"
            "r = open_case(Path(sys.argv[1]), image())\n"
            "for n in range(50):\n"
            "    stroke(r.history, n); stroke(r.history, n + 100); r.history.undo()\n"
            f"os.{moment} = lambda *a: os.kill(os.getpid(), signal.SIGKILL)\n"
            "r.case.compact()\n"
        )
        subprocess.run([sys.executable, "-c", code, str(path)], cwd=ROOT, check=False)
        assert any(p.name.startswith(".") for p in tmp_path.iterdir())
        again = open_case(path, image())
        assert len(again.history) == 51 and again.history.position == 50 and again.words == ()
        again.case.close()
        assert [p.name for p in tmp_path.iterdir()] == [NAME], "what the kill left is cleared away"

    def test_it_happens_by_itself_where_most_of_a_large_file_is_dead(self, path):
        restored = self.fill(path)
        assert not restored.case.is_worth_compacting
        restored.case.compact_above = 1000
        assert restored.case.is_worth_compacting
        before = restored.case.size
        restored.case._tidy()
        assert restored.case.size < before and not restored.case.is_worth_compacting
        restored.case.close()


class TestLock:
    def test_one_at_a_time(self, path):
        first, second = CaseLock(path), CaseLock(path)
        first.acquire()
        with pytest.raises(CaseFileError, match=str(os.getpid())):
            second.acquire()
        first.release()
        second.acquire()
        assert second.is_held and not first.is_held
        second.release()
        assert list(path.parent.iterdir()) == []

    @pytest.mark.parametrize("said", [b"", b"{", b'{"pid": "x"}', b"\xff\xfe", b"[1]"])
    def test_a_holder_that_cannot_be_read_is_another_window(self, path, said):
        first = CaseLock(path)
        first.acquire()
        path.with_name(NAME + SUFFIX).write_bytes(said)
        with pytest.raises(CaseFileError, match="another window"):
            CaseLock(path).acquire()
        first.release()

    def test_the_lock_of_a_killed_process_hinders_nobody(self, path):
        code = (
            "import sys, time\n"
            "from pathlib import Path\n"
            "from tests.document.case_support import *\n"
            "r = open_case(Path(sys.argv[1]), image())\n"
            "stroke(r.history, 0)\n"
            "print('ready', flush=True)\n"
            "time.sleep(600)\n"
        )
        child = subprocess.Popen([sys.executable, "-c", code, str(path)], cwd=ROOT, stdout=subprocess.PIPE)
        try:
            assert child.stdout.readline() == b"ready\n"
            held = open_case(path, image())
            assert held.case.error.kind == "held" and held.case.error.holder.pid == child.pid
            held.case.close()
        finally:
            child.send_signal(signal.SIGKILL)
            child.wait()
            child.stdout.close()
        assert path.with_name(NAME + SUFFIX).exists(), "the kill left the file of the lock"
        restored = open_case(path, image())
        assert restored.case.error is None and len(restored.history) == 1
        restored.case.close()


class TestKill:
    @pytest.mark.parametrize("seed", range(5))
    def test_a_killed_program_loses_the_last_action_at_most(self, path, seed):
        code = (
            "import sys\n"
            "from pathlib import Path\n"
            "from tests.document.case_support import *\n"
            "r = open_case(Path(sys.argv[1]), image())\n"
            "n = len(r.history)\n"
            "while True:\n"
            "    stroke(r.history, n); n += 1\n"
            "    print(n, flush=True)\n"
        )
        told = 0
        for _ in range(2):
            child = subprocess.Popen(
                [sys.executable, "-c", code, str(path)], cwd=ROOT, stdout=subprocess.PIPE
            )
            stop_after = told + 20 + 37 * seed
            try:
                for line in child.stdout:
                    told = int(line)
                    if told >= stop_after:
                        break
            finally:
                child.send_signal(signal.SIGKILL)
                told = max([told, *(int(line) for line in child.stdout if line.endswith(b"\n"))])
                child.wait()
                child.stdout.close()
            restored, found = reopened(path, image())
            assert restored.case.error is None
            count = len(restored.history)
            assert count >= told, "every confirmed stroke is there"
            twin = path.with_name("twin.medsamcase")
            assert found == strokes(twin, image(), count)
            twin.unlink()


def test_temporary_names_are_hidden_and_known(path):
    left, other = temporary_name(path), path.with_name("other.medsamcase")
    left.write_bytes(b"x")
    other.write_bytes(b"y")
    case_disk.remove_leftovers(path)
    assert not left.exists() and other.exists()
    assert left.name.startswith(".")


def test_waiting_records_of_a_refused_file_are_counted(path):
    path.write_bytes(b"foreign")
    restored = open_case(path, image())
    stroke(restored.history, 0)
    assert restored.case.waiting >= 3 and restored.case.size == 0
    assert isinstance(restored.history.store, CaseFile)
    restored.case.close()
