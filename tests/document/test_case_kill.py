"""Locks and kills: one writer at a time, and a killed one hinders nobody and loses one action at most."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from medsam.document.case_lock import SUFFIX, CaseLock
from medsam.document.case_recovery import open_case
from medsam.errors import CaseFileError
from tests.document.case_support import image, reopened, strokes

NAME = "case.medsamcase"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def path(tmp_path):
    return tmp_path / NAME


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
