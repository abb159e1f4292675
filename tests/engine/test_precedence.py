"""The worker stands back behind the window."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from pathlib import Path

import psutil
import pytest

from medsam.engine import precedence
from medsam.engine.client import EngineClient
from medsam.engine.jobs import Message, WorkerReady
from medsam.engine.precedence import STEPS, step_back

ROOT = Path(__file__).resolve().parents[2]

only_posix = pytest.mark.skipif(sys.platform == "win32", reason="niceness is POSIX's")


@only_posix
def test_a_thread_begun_later_stands_back_too() -> None:
    code = (
        "import os, threading; from medsam.engine.precedence import step_back; step_back();"
        "thread = threading.Thread(target=lambda: print(os.getpriority(os.PRIO_PROCESS, 0)));"
        "thread.start(); thread.join()"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    assert int(done.stdout) == min(os.getpriority(os.PRIO_PROCESS, 0) + STEPS, 19)


@only_posix
def test_the_worker_stands_back_behind_who_began_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    ready = threading.Event()

    def hear(message: Message) -> None:
        if isinstance(message, WorkerReady):
            ready.set()

    client = EngineClient(hear, command=[sys.executable, "-m", "tests.engine.tiny_worker"])
    client.start()
    try:
        assert ready.wait(60)
        assert client.pid is not None
        expected = min(os.getpriority(os.PRIO_PROCESS, 0) + STEPS, 19)
        assert psutil.Process(client.pid).nice() == expected
    finally:
        client.close()


@only_posix
def test_one_that_may_not_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(_: int) -> int:
        raise PermissionError

    monkeypatch.setattr(precedence.os, "nice", refuse)
    step_back()
