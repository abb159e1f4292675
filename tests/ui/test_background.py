"""Work beside the window: progress, cancel, failure, and an orderly end."""

from __future__ import annotations

import threading

import pytest

from medsam.errors import Cancelled, ReadError
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
