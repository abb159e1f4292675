"""A box under the mouse: its mask follows it, never flickers, and nothing that happens meanwhile is lost."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from medsam.engine.jobs import Cancel, ModelLoaded, Predict, WorkerLost, WorkerReady
from medsam.prompts import Box
from medsam.volume import Plane
from tests.fakes import fake_model_info
from tests.phantoms import ct_phantom
from tests.ui.window_support import _send as send
from tests.ui.window_support import drag, ellipse, hold, hover, place, settle, show_volume, view_of

START = (10, 12)
LOST = "The model's process stopped and is started again; nothing was lost."


@pytest.fixture
def told(new_window, maker):
    """A window whose engine answers when it is told to, its model loaded and a volume open."""
    maker.mode = "told"
    window = new_window()
    maker.engine.deliver()
    settle()
    show_volume(window, ct_phantom())
    maker.engine.deliver()
    settle()
    return window


def answer(maker, count=None):
    """Let the engine answer, and the window take it in."""
    maker.engine.deliver(count)
    settle()


def move(view, x, y):
    """Move the held mouse to a shown point."""
    send(view, QEvent.MouseMove, place(view, x, y), Qt.NoButton, Qt.LeftButton)
    settle()


def release(view, x, y):
    """Let go of the mouse at a shown point."""
    QTest.mouseRelease(view, Qt.LeftButton, Qt.NoModifier, place(view, x, y))
    settle()


def live_requests(maker):
    """What was asked during drags."""
    return [r for r in maker.engine.asked(Predict) if r.channel]


def preview(view):
    """The shown part that a preview covers, or None."""
    return view._preview_rect


def shown_box(view, box):
    """Whether the preview is the fake engine's mask of a shown box."""
    rect = preview(view)
    return rect is not None and all(abs(a - b) <= 1 for a, b in zip(rect, box.xyxy, strict=True))


def labels(window):
    """The axial slice's labels, stored picture."""
    view = view_of(window)
    return window.session.annotation.slice_labels(view.frame.axis, view.index)


def is_sound(window):
    """Nothing went wrong that a user would be told of."""
    return window.banners.texts == []


def test_every_move_asks_roughly_and_the_release_exactly(told, maker):
    view = view_of(told)
    hold(view, START, (24, 30))
    move(view, 26, 32)
    move(view, 28, 34)
    assert [r.prompts.box for r in live_requests(maker)] == [
        view.frame.box_to_stored(Box(*START, x, y)) for x, y in ((24, 30), (26, 32), (28, 34))
    ]
    assert all(r.rough and r.candidates == 1 for r in live_requests(maker))
    release(view, 28, 34)
    final = maker.engine.asked(Predict)[-1]
    assert not final.rough and final.candidates > 1 and final.settles == "live" and not final.channel
    assert [r.token for r in maker.engine._waiting if isinstance(r, Predict)] == [final.token]
    answer(maker)
    np.testing.assert_array_equal(labels(told) == 1, ellipse(view, Box(*START, 28, 34)))
    assert preview(view) is None and is_sound(told)


def test_the_mask_stays_until_a_newer_one_comes_also_over_the_release(told, maker):
    view = view_of(told)
    hold(view, START, (24, 30))
    assert preview(view) is None
    answer(maker)
    for end in ((26, 32), (30, 36)):
        before = preview(view)
        move(view, *end)
        assert preview(view) == before
        answer(maker)
        assert shown_box(view, Box(*START, *end))
    release(view, 30, 36)
    assert shown_box(view, Box(*START, 30, 36)) and not labels(told).any()
    answer(maker)
    assert preview(view) is None and labels(told).any()


def test_an_older_answer_is_never_shown_after_a_newer_one(told, maker):
    view = view_of(told)
    heard = []
    hear, maker.engine.on_message = maker.engine.on_message, heard.append
    for end in ((24, 30), (30, 36)):
        (hold if end == (24, 30) else lambda v, _, to: move(v, *to))(view, START, end)
        maker.engine.deliver()
    older, newer = heard
    for message in (newer, older):
        hear(message)
        settle()
        assert shown_box(view, Box(*START, 30, 36))


def test_the_next_drag_keeps_its_mask_when_the_one_before_enters_the_document(told, maker):
    view = view_of(told)
    hold(view, START, (24, 30))
    answer(maker)
    release(view, 24, 30)
    hold(view, (34, 30), (50, 44))
    first = maker.engine._waiting.pop(0)
    answer(maker)
    assert shown_box(view, Box(34, 30, 50, 44))
    maker.engine._waiting.insert(0, first)
    answer(maker)
    assert labels(told).any()
    assert shown_box(view, Box(34, 30, 50, 44))
    release(view, 50, 44)
    answer(maker)
    assert len(told.session.annotation.prompts) == 2 and is_sound(told)


def test_a_worker_killed_in_mid_drag_costs_no_more_than_the_preview(told, maker):
    view = view_of(told)
    hold(view, START, (24, 30))
    answer(maker)
    move(view, 26, 32)
    maker.engine._waiting.clear()
    maker.engine.emit(WorkerLost(LOST, restarting=True))
    settle()
    before = len(live_requests(maker))
    move(view, 28, 34)
    assert len(live_requests(maker)) == before, "there is no model to ask"
    release(view, 28, 34)
    assert [item.token for item in told.segmentation.queue] == [None]
    maker.engine.emit(WorkerReady(2))
    maker.engine.emit(ModelLoaded(0, fake_model_info(), 0.1))
    settle()
    answer(maker)
    np.testing.assert_array_equal(labels(told) == 1, ellipse(view, Box(*START, 28, 34)))


def test_a_worker_that_comes_back_in_mid_drag_goes_on_with_the_preview(told, maker):
    view = view_of(told)
    hold(view, START, (24, 30))
    maker.engine._waiting.clear()
    maker.engine.emit(WorkerLost(LOST, restarting=True))
    maker.engine.emit(WorkerReady(2))
    maker.engine.emit(ModelLoaded(0, fake_model_info(), 0.1))
    settle()
    move(view, 28, 34)
    answer(maker)
    assert shown_box(view, Box(*START, 28, 34))
    release(view, 28, 34)
    answer(maker)
    assert labels(told).any()


def test_a_model_changed_in_mid_drag_answers_the_release(told, maker):
    view = view_of(told)
    hold(view, START, (24, 30))
    maker.engine.load_model("another_zoom")
    answer(maker)
    move(view, 28, 34)
    answer(maker)
    assert shown_box(view, Box(*START, 28, 34))
    release(view, 28, 34)
    answer(maker)
    assert labels(told).any() and is_sound(told)


def test_a_model_that_takes_no_boxes_ends_the_preview_but_not_the_window(told, maker):
    view = view_of(told)
    hold(view, START, (24, 30))
    answer(maker)
    maker.engine.models["clicks_zoom"] = fake_model_info("clicks_zoom", prompts=frozenset({"points"}))
    maker.engine.load_model("clicks_zoom")
    answer(maker)
    before = len(live_requests(maker))
    move(view, 28, 34)
    release(view, 28, 34)
    answer(maker)
    assert len(live_requests(maker)) == before and not labels(told).any()


def test_another_slice_in_mid_drag_gives_the_box_up_and_shows_nothing_of_it(told, maker):
    view = view_of(told)
    hold(view, START, (24, 30))
    answer(maker)
    move(view, 26, 32)
    at = place(view, 26, 32)
    wheel = QWheelEvent(
        QPointF(at), QPointF(view.mapToGlobal(at)), QPoint(), QPoint(0, 120), Qt.LeftButton,
        Qt.NoModifier, Qt.NoScrollPhase, False,
    )  # fmt: skip
    index = view.index
    QApplication.sendEvent(view, wheel)
    settle()
    assert view.index == index, "the wheel waits for the drag to end"
    QTest.keyClick(view, Qt.Key_PageUp)
    settle()
    assert view.index != index
    assert told.segmentation.display.live is None and preview(view) is None
    answer(maker)
    assert preview(view) is None
    move(view, 30, 36)
    release(view, 30, 36)
    answer(maker)
    assert not told.session.annotation.label_map.any() and not told.session.is_modified
    drag(view, START, (28, 34))
    answer(maker)
    assert labels(told).any() and is_sound(told)


def test_escape_in_mid_drag_of_a_handle_leaves_the_mask_as_it_was(told, maker):
    view = view_of(told)
    drag(view, START, (28, 34))
    answer(maker)
    before = labels(told).copy()
    hold(view, (28, 34), (40, 44))
    answer(maker)
    assert preview(view) is not None
    move(view, 44, 46)
    newest = live_requests(maker)[-1].token
    QTest.keyClick(view, Qt.Key_Escape)
    settle()
    assert preview(view) is None and told.segmentation.display.live is None
    assert newest in maker.engine.asked(Cancel)[-1].tokens
    answer(maker)
    release(view, 44, 46)
    answer(maker)
    assert preview(view) is None
    np.testing.assert_array_equal(labels(told), before)
    assert told.session.undo.count() == 1 and is_sound(told)


def test_a_window_closed_in_mid_drag_hears_of_nothing_more(told, maker):
    view = view_of(told)
    hold(view, START, (24, 30))
    answer(maker)
    move(view, 26, 32)
    (late,) = (r for r in maker.engine._waiting if isinstance(r, Predict))
    told.close_unasked()
    settle()
    assert maker.engine.closed
    maker.engine._answer(late)
    move(view, 30, 36)
    release(view, 30, 36)
    assert is_sound(told)


def test_points_ask_while_they_are_held_and_the_mask_follows(told, maker):
    maker.engine.models["clicks_zoom"] = fake_model_info("clicks_zoom", prompts=frozenset({"box", "points"}))
    maker.engine.load_model("clicks_zoom")
    answer(maker)
    told.view.choose_tool("points")
    view = view_of(told)
    hover(view, 20, 20)
    hold(view, (20, 20), (26, 24))
    answer(maker)
    assert preview(view) is not None
    assert live_requests(maker)[-1].rough
    release(view, 26, 24)
    assert preview(view) is not None
    answer(maker)
    assert preview(view) is None and labels(told).any() and is_sound(told)


@pytest.mark.parametrize("plane", list(Plane))
def test_a_live_mask_lies_where_its_box_does_in_every_plane(told, maker, plane):
    view = view_of(told, plane)
    hold(view, (6, 3), (20, 12))
    answer(maker)
    assert shown_box(view, Box(6, 3, 20, 12))
    painted = view.grab().toImage()
    QTest.keyClick(view, Qt.Key_Escape)
    settle()
    at = view.shown_to_view(13, 7)
    ratio = painted.devicePixelRatio()
    x, y = int(at.x() * ratio), int(at.y() * ratio)
    assert painted.pixelColor(x, y) != view.grab().toImage().pixelColor(x, y)
