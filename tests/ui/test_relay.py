"""Threads that outlive the window: what they say arrives, or goes nowhere, and ends nothing."""

from __future__ import annotations

import threading

import pytest
from PyQt5 import sip
from PyQt5.QtCore import QObject, Qt, QThread, pyqtSignal

from medsam.engine.jobs import WorkerLost
from medsam.ui.relay import Relay
from tests.ui.window_support import settle


class Ear(QObject):
    """Keeps what it hears, and in which thread."""

    said = pyqtSignal(object)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.heard: list[tuple[object, QThread]] = []
        self.said.connect(self._hear, Qt.QueuedConnection)

    def _hear(self, what: object) -> None:
        self.heard.append((what, QThread.currentThread()))


def in_a_thread(call, *arguments) -> None:
    """Call beside the window and wait for it."""
    thread = threading.Thread(target=call, args=arguments)
    thread.start()
    thread.join(20)


def test_what_a_thread_says_arrives_in_the_windows_thread(qapp):
    ear = Ear()
    in_a_thread(Relay(ear, ear.said), "news")
    assert not ear.heard
    settle()
    assert ear.heard == [("news", QThread.currentThread())]


@pytest.mark.parametrize("is_child", [False, True])
def test_nothing_is_emitted_after_the_object_is_destroyed(qapp, is_child):
    parent = QObject()
    ear = Ear(parent if is_child else None)
    relay = Relay(ear, ear.said)
    sip.delete(parent if is_child else ear)
    relay("here")
    in_a_thread(relay, "there")
    settle()
    assert ear.heard == [] and sip.isdeleted(ear)


def test_nothing_is_emitted_after_it_was_closed(qapp):
    ear = Ear()
    relay = Relay(ear, ear.said)
    relay.close()
    relay("late")
    settle()
    assert ear.heard == []


def test_threads_talk_on_while_objects_come_and_go(qapp):
    relays: list[Relay] = []
    is_over = threading.Event()

    def talk() -> None:
        while not is_over.is_set():
            for relay in relays[-1:]:
                relay(object())

    threads = [threading.Thread(target=talk) for _ in range(3)]
    for thread in threads:
        thread.start()
    for _ in range(200):
        parent = QObject()
        ear = Ear(parent)
        relays.append(Relay(ear, ear.said))
        settle()
        sip.delete(parent)
    is_over.set()
    for thread in threads:
        thread.join(20)
    assert not any(thread.is_alive() for thread in threads)


def test_engine_that_speaks_after_its_window_is_gone_is_not_heard(new_window, maker):
    window = new_window()
    engine = maker.engine
    window.close_unasked()
    sip.delete(window)
    in_a_thread(engine.emit, WorkerLost("The model's process ended and is started again.", True))
    settle()
    assert sip.isdeleted(window)
