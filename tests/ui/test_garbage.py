"""Qt's objects are destroyed in the window's thread only."""

from __future__ import annotations

import gc
import threading
import weakref
from collections.abc import Callable, Iterator

import pytest
from PyQt5 import sip
from PyQt5.QtCore import QCoreApplication, QEvent, QTimer
from PyQt5.QtGui import QImage
from PyQt5.QtWidgets import QLabel, QVBoxLayout, QWidget

from medsam.ui import garbage
from medsam.ui.background import TaskRunner
from medsam.ui.garbage import Collector, discard
from medsam.ui.panels.adapt_dialog import AdaptDialog
from medsam.ui.panels.banners import BannerArea
from medsam.ui.panels.candidate_strip import CandidateStrip
from medsam.ui.theme import Theme

Rows = Callable[[], list[QWidget]]


@pytest.fixture
def collector(qapp) -> Iterator[Collector]:
    """At work, as if there were no other."""
    was = gc.isenabled()
    gc.enable()
    collector = Collector()
    yield collector
    collector.stop()
    if not was:
        gc.disable()


def in_a_thread(work: Callable[[], object]) -> None:
    """Do it beside the window and wait for it."""
    thread = threading.Thread(target=work)
    thread.start()
    thread.join(20)


def make_garbage(threads: list[threading.Thread]) -> None:
    """A label that only a cycle holds; ``threads`` gets the thread that frees it."""
    label = QLabel()
    label.itself = label
    weakref.finalize(label, lambda: threads.append(threading.current_thread()))


def make_many() -> None:
    """As many objects as make Python look for garbage."""
    kept = [[] for _ in range(5_000)]
    assert len(kept) == 5_000


def test_garbage_waits_for_the_windows_thread(collector):
    freed: list[threading.Thread] = []
    gc.collect()
    make_garbage(freed)
    in_a_thread(make_many)
    assert freed == []
    make_many_here = [[] for _ in range(5_000)]
    collector.look()
    assert freed == [threading.current_thread()] and len(make_many_here) == 5_000


def test_older_garbage_is_looked_for_less_often(collector, monkeypatch):
    asked: list[int] = []
    monkeypatch.setattr(gc, "get_threshold", lambda: (700, 10, 10))
    monkeypatch.setattr(gc, "collect", asked.append)
    for counts in ((700, 10, 10), (701, 0, 0), (701, 11, 3), (0, 11, 11)):
        monkeypatch.setattr(gc, "get_count", lambda counts=counts: counts)
        collector.look()
    assert asked == [0, 1, 2]


def test_python_collects_again_afterwards(collector):
    assert not gc.isenabled()
    collector.stop()
    assert gc.isenabled()


def test_discarded_widget_stays_qts_until_it_is_gone(qapp):
    parent = QWidget()
    column = QVBoxLayout(parent)
    label = QLabel("x")
    column.addWidget(label)
    discard(label)
    assert not sip.ispyowned(label) and label.isHidden()
    QCoreApplication.sendPostedEvents(None, QEvent.DeferredDelete)
    assert sip.isdeleted(label) and column.count() == 0


class Kept:
    """What a function holds."""


def test_what_a_discarded_widget_is_connected_to_stays_whole_until_it_is_gone(qapp):
    parent, heard, before = QWidget(), [], len(garbage._going)
    held = weakref.ref(kept := Kept())
    label = QLabel(parent)
    timer = QTimer(label)
    timer.timeout.connect(lambda kept=kept: heard.append(kept))
    discard(label)
    del label, timer, kept
    # As in the middle of a click that opened a dialog: Qt has not destroyed the label yet.
    gc.collect()
    assert held() is not None
    parent.findChild(QTimer).timeout.emit()
    assert heard.pop() is held()
    assert len(garbage._going) == before + 1
    QCoreApplication.sendPostedEvents(None, QEvent.DeferredDelete)
    assert len(garbage._going) == before and not parent.children()


def banners(theme: Theme, parent: QWidget) -> tuple[Rows, Callable[[], None]]:
    """A message, and how it is closed."""
    area = BannerArea(theme, TaskRunner(parent), parent)
    area.show_message("info", "news")
    return lambda: list(area._messages), area.clear_messages


def dialog(theme: Theme, parent: QWidget) -> tuple[Rows, Callable[[], None]]:
    """The dialog's message, and how it is closed."""
    made = AdaptDialog(theme, parent)
    made.show_message("news")
    return lambda: [made._banner], lambda: made.show_message("")


def strip(theme: Theme, parent: QWidget) -> tuple[Rows, Callable[[], None]]:
    """Thumbnails, and how they make room for others."""
    made = CandidateStrip(parent)
    images = [QImage(8, 8, QImage.Format_RGB32)] * 2
    made.show_candidates(images, ["a", "b"], ["a", "b"])
    return lambda: list(made._thumbnails), lambda: made.show_candidates([], [], [])


@pytest.mark.parametrize("make", [banners, dialog, strip])
def test_rows_that_go_are_never_pythons(qapp, make):
    theme, parent = Theme(qapp), QWidget()
    rows, close = make(theme, parent)
    gone = rows()
    close()
    assert gone and not any(sip.ispyowned(row) for row in gone)
    QCoreApplication.sendPostedEvents(None, QEvent.DeferredDelete)
    assert all(sip.isdeleted(row) for row in gone)
