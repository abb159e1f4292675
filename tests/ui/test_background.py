"""Work beside the window: progress, cancel, failure, and an orderly end."""

from __future__ import annotations

import os
import subprocess
import sys
import threading

import pytest
from PyQt5 import sip

from medsam.errors import Cancelled, ReadError
from medsam.ui import background
from medsam.ui.background import TaskRunner
from tests.ui.window_support import settle


@pytest.fixture
def runner(qapp):
    """A runner that is shut down after the test."""
    made = TaskRunner()
    yield made
    assert made.shutdown()


@pytest.fixture
def log():
    """What the callbacks were told, in order."""
    return []


def start(runner, log, work):
    """Start ``work`` with callbacks that write to ``log``."""
    return runner.start(
        "work",
        work,
        lambda value: log.append(("done", value)),
        lambda error: log.append(("failed", str(error))),
        on_stopped=lambda: log.append(("stopped", None)),
    )


def test_result_arrives_in_this_thread(runner, log, qtbot):
    threads = []
    task = start(runner, log, lambda task: threads.append(threading.get_ident()) or 7)
    assert runner.visible == [task]
    qtbot.waitUntil(lambda: log == [("done", 7)])
    assert threads[0] != threading.get_ident() and runner.visible == []


def test_failure_carries_the_error(runner, log, qtbot):
    def work(task):
        raise ReadError("half a file")

    start(runner, log, work)
    qtbot.waitUntil(lambda: log == [("failed", "half a file")])


def test_cancelled_inside_is_no_failure(runner, log, qtbot):
    def work(task):
        raise Cancelled("stop")

    start(runner, log, work)
    qtbot.waitUntil(lambda: log == [("stopped", None)])


def test_cancel_lets_go_at_once_and_drops_the_result(runner, log, qtbot):
    may_end = threading.Event()
    task = start(runner, log, lambda task: may_end.wait(20) or 7)
    task.cancel()
    assert log == [("stopped", None)] and runner.visible == []
    may_end.set()
    assert task.wait(10_000)
    settle()
    assert log == [("stopped", None)]


def test_progress_ends_at_one_however_fast(runner, log, qtbot):
    may_begin = threading.Event()

    def work(task):
        may_begin.wait(20)
        for n in range(1001):
            task.report(n / 1000, f"step {n}")

    seen = []
    task = start(runner, log, work)
    task.reported.connect(lambda fraction, text: seen.append((fraction, text)))
    may_begin.set()
    qtbot.waitUntil(lambda: log == [("done", None)])
    assert seen[-1] == (1.0, "step 1000") and len(seen) < 200


def test_shutdown_waits_for_threads_that_notice(qapp, log):
    runner = TaskRunner()

    def work(task):
        while not task.is_cancelled():
            threading.Event().wait(0.005)

    task = start(runner, log, work)
    assert runner.shutdown() and task.isFinished() and log == [("stopped", None)]


def test_thread_that_does_not_end_is_kept_until_it_does(qapp, log):
    may_end = threading.Event()
    runner = TaskRunner()
    task = start(runner, log, lambda task: may_end.wait(20))
    try:
        assert not runner.shutdown(20) and not background.are_all_ended()
        sip.delete(runner)
        del runner
        assert not sip.isdeleted(task) and task.isRunning()
    finally:
        may_end.set()
    assert task.wait(10_000) and background.are_all_ended()
    settle()
    assert task not in background._unended


def test_program_ends_beside_a_thread_that_does_not(repo_root):
    code = """
import threading
from PyQt5.QtCore import QTimer
from medsam.ui import background
from medsam.ui.application import run
from medsam.ui.main_window import MainWindow
from medsam.ui.scripted import Work
from tests.fakes import FakeEngine
ended = background.TaskRunner.shutdown
background.TaskRunner.shutdown = lambda self, milliseconds=0: ended(self, 20)
def begin(window):
    window.tasks.start("", lambda task: threading.Event().wait(), print, print)
    window.close_unasked()
MainWindow._begin = begin
print(run(Work(), model=None, device="auto", engine=FakeEngine))
"""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=repo_root,
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
    )
    assert (done.returncode, done.stdout) == (0, ""), done.stderr
