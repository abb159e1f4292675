"""A file without its dead records: the same case, also where it is killed or the disk is full."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from medsam.document.case_format import PREAMBLE
from medsam.document.case_lock import SUFFIX
from medsam.document.case_recovery import open_case
from tests.document.case_support import Disk, act, act_often, image, reopened, state, stroke

NAME = "case.medsamcase"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / NAME


@pytest.fixture
def disk(monkeypatch):
    return Disk(monkeypatch)


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
