"""The window over a real worker process: killed, killed for good, closed, and with the embedded model."""

from __future__ import annotations

import os
import signal
import sys

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, QPointF, Qt
from PyQt5.QtGui import QMouseEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from medsam.engine.client import EngineClient
from medsam.prompts import Box
from medsam.ui import language_switch
from tests.engine.light_worker import DEADLY_EDGE
from tests.phantoms import ct_phantom
from tests.ui.window_support import drag, ellipse, hold, place, settle, show_volume, view_of

COMMAND = [sys.executable, "-m", "tests.engine.light_worker"]


@pytest.fixture
def real_window(new_window, monkeypatch, qtbot):
    """A window over a worker process without networks, its model loaded."""
    monkeypatch.setattr(
        "tests.ui.window_support.EngineMaker.__call__",
        lambda self, on_message: EngineClient(on_message, command=COMMAND),
    )
    window = new_window()
    qtbot.waitUntil(lambda: window.bridge.model is not None, timeout=30_000)
    show_volume(window, ct_phantom())
    return window


def draw(window, box):
    """Draw on the axial view by mouse."""
    drag(view_of(window), (box.x0, box.y0), (box.x1, box.y1))


def move(view, x, y):
    """Move the held mouse to a shown point."""
    at = QPointF(place(view, x, y))
    event = QMouseEvent(
        QEvent.MouseMove,
        at,
        QPointF(view.mapToGlobal(at.toPoint())),
        Qt.NoButton,
        Qt.LeftButton,
        Qt.NoModifier,
    )
    QApplication.sendEvent(view, event)
    settle()


def labels(window):
    """The axial slice's labels, stored picture."""
    view = view_of(window)
    return window.session.annotation.slice_labels(view.frame.axis, view.index)


def test_killed_worker_is_told_restarted_and_answers_again(real_window, qtbot):
    draw(real_window, Box(10, 12, 30, 36))
    qtbot.waitUntil(lambda: labels(real_window).any(), timeout=30_000)
    before = real_window.bridge.client.pid
    os.kill(before, signal.SIGKILL)
    qtbot.waitUntil(lambda: bool(real_window.banners.texts), timeout=30_000)
    assert labels(real_window).any() and real_window.session.is_modified
    draw(real_window, Box(36, 30, 52, 46))
    qtbot.waitUntil(lambda: len(real_window.session.annotation.prompts) == 2, timeout=30_000)
    assert real_window.bridge.client.pid != before
    expected = ellipse(view_of(real_window), Box(36, 30, 52, 46))
    np.testing.assert_array_equal(labels(real_window)[expected], 1)


def test_box_that_kills_every_worker_leaves_the_work_and_a_way_on(real_window, qtbot):
    draw(real_window, Box(34, 30, 52, 46))
    qtbot.waitUntil(lambda: labels(real_window).any(), timeout=30_000)
    painted = real_window.session.annotation.label_map.copy()
    real_window.segmentation.draw(view_of(real_window), Box(DEADLY_EDGE, 12, 28, 28))
    qtbot.waitUntil(lambda: real_window.bridge.is_down, timeout=60_000)
    qtbot.waitUntil(lambda: all(p.reason for p in real_window.segmentation.queue), timeout=30_000)
    np.testing.assert_array_equal(real_window.session.annotation.label_map, painted)
    assert "safe" in real_window.banners.texts[-1]
    real_window.models._restart()
    qtbot.waitUntil(lambda: real_window.bridge.model is not None, timeout=30_000)
    real_window.segmentation.cancel()
    draw(real_window, Box(10, 8, 24, 24))
    qtbot.waitUntil(lambda: len(real_window.session.annotation.prompts) == 2, timeout=30_000)


def test_worker_killed_in_mid_drag_comes_back_and_the_drag_goes_on(real_window, qtbot):
    view = view_of(real_window)
    display = real_window.segmentation.display
    hold(view, (10, 12), (24, 30))
    qtbot.waitUntil(lambda: display.live is not None and display.live.patch is not None, timeout=30_000)
    before = real_window.bridge.client.pid
    os.kill(before, signal.SIGKILL)
    move(view, 26, 32)
    qtbot.waitUntil(lambda: real_window.bridge.model is None, timeout=30_000)
    move(view, 28, 34)
    qtbot.waitUntil(lambda: real_window.bridge.model is not None, timeout=30_000)
    move(view, 29, 35)
    qtbot.waitUntil(lambda: display.live is not None and display.live.patch is not None, timeout=30_000)
    QTest.mouseRelease(view, Qt.LeftButton, Qt.NoModifier, place(view, 29, 35))
    qtbot.waitUntil(lambda: labels(real_window).any(), timeout=30_000)
    np.testing.assert_array_equal(labels(real_window) == 1, ellipse(view, Box(10, 12, 29, 35)))
    assert real_window.bridge.client.pid != before and not real_window.segmentation.queue.running


def test_closing_in_mid_drag_ends_the_worker(real_window):
    pid = real_window.bridge.client.pid
    hold(view_of(real_window), (10, 12), (24, 30))
    move(view_of(real_window), 26, 32)
    real_window.close_unasked()
    settle()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_closing_ends_the_worker(real_window, qtbot):
    pid = real_window.bridge.client.pid
    real_window.close_unasked()
    settle()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


@pytest.fixture
def embedded_window(new_window, monkeypatch, qtbot):
    """A window over a worker process with the model that comes with the program."""
    monkeypatch.setattr(
        "tests.ui.window_support.EngineMaker.__call__", lambda self, listen: EngineClient(listen)
    )
    window = new_window()
    qtbot.waitUntil(lambda: window.bridge.model is not None, timeout=60_000)
    show_volume(window, ct_phantom((96, 80, 12)))
    return window


def wait_for_masks(window, qtbot, count=1):
    """Until nothing is computed any more and so many prompts have masks."""
    annotation = window.session.annotation
    qtbot.waitUntil(
        lambda: len(annotation.prompts) == count and not window.segmentation.queue.running, timeout=60_000
    )
    settle()


def test_embedded_model_offers_candidates_that_tab_exchanges(embedded_window, qtbot):
    window = embedded_window
    draw(window, Box(20, 18, 70, 60))
    wait_for_masks(window, qtbot)
    answer = window.segmentation.candidates.offer.answer
    assert answer.agreement is not None and answer.disagreement is not None
    assert all(0 <= score <= 1 for score in answer.scores)
    view = view_of(window)
    for n in (*range(1, len(answer.masks)), 0):
        QTest.keyClick(view, Qt.Key_Tab)
        settle()
        np.testing.assert_array_equal(labels(window) == 1, answer.masks[n].full())
    assert window.session.undo.count() == 1
    window.actions_["undo"].trigger()
    assert not labels(window).any()


def test_embedded_model_takes_points_and_the_present_mask(embedded_window, qtbot):
    window, view = embedded_window, view_of(embedded_window)
    assert window.bridge.model.prompts == {"box", "points", "mask"}
    window.view.choose_tool("points")
    for n, (x, y, button) in enumerate(((45, 40, Qt.LeftButton), (8, 8, Qt.RightButton))):
        QTest.mouseClick(view, button, Qt.NoModifier, place(view, x, y))
        wait_for_masks(window, qtbot)
        (prompt,) = window.session.annotation.prompts.values()
        assert len(prompt.points.xy) == n + 1 and not window.banners.texts
    x, y = (int(v) for v in prompt.points.xy[0])
    assert labels(window)[y, x] == 1, "the object is where the click was"
    window.actions_["mask_prompt"].trigger()
    wait_for_masks(window, qtbot)
    (prompt,) = window.session.annotation.prompts.values()
    assert prompt.mask is not None and labels(window)[y, x] == 1 and not window.banners.texts


def test_another_language_leaves_one_worker_behind(real_window, qtbot):
    before = real_window.bridge.client.pid
    real_window.actions_["language_zh_CN"].trigger()
    qtbot.waitUntil(lambda: language_switch._present != [], timeout=10_000)
    (new,) = language_switch._present
    qtbot.waitUntil(lambda: new.bridge.model is not None, timeout=30_000)
    with pytest.raises(ProcessLookupError):
        os.kill(before, 0)
    assert new.bridge.client.pid != before
    draw(new, Box(10, 12, 30, 36))
    qtbot.waitUntil(lambda: labels(new).any(), timeout=30_000)
