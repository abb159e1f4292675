"""The file itself: what a failing disk, a flush, a compaction and a kill leave of it."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from medsam.document import case_disk
from medsam.document.case_disk import temporary_name
from medsam.document.case_file import CaseFile, Places
from medsam.document.case_format import PREAMBLE, Reader, decode, encode
from medsam.document.case_recovery import open_case
from medsam.document.records import Record
from medsam.errors import CaseFileError
from tests.document.case_support import Disk, act_often, image, reopened, state, stroke

NAME = "case.medsamcase"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


@pytest.fixture
def path(tmp_path):
    return tmp_path / NAME


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
