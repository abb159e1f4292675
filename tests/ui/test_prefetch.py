"""Encoding ahead: near slices at once, the rest while nobody does anything."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QPoint, QPointF, Qt
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from medsam.engine.jobs import Cancel, Encode, Failed, Priority, SliceState
from medsam.intensity import CT_PRESETS
from medsam.ui import battery, settings
from medsam.ui.battery import Battery
from medsam.ui.controllers import prefetch
from medsam.ui.controllers.prefetch import SLICE_BYTES, Prefetch, nearest_first
from medsam.ui.panels.preferences_speed import IDLE, SPARE
from tests.fakes import fake_model_info
from tests.phantoms import ct_phantom
from tests.ui.window_support import drag, place, settle, show_volume, view_of

COUNT = 20


@pytest.fixture
def soon(monkeypatch):
    """Idle after a moment, so that the tests need not wait."""
    monkeypatch.setattr(prefetch, "_IDLE_MS", 30)
    monkeypatch.setattr(prefetch, "_SETTLE_MS", 5)


@pytest.fixture
def shown(new_window, maker, soon):
    """A window with a model that encodes, whose engine answers when it is told to."""
    maker.mode = "told"
    maker.prepare = lambda engine: engine.models.update(medsam_zoom=fake_model_info("big"))
    window = new_window()
    maker.engine.deliver()
    settle()
    show_volume(window, ct_phantom())
    return window


def rest(maker):
    """Requests for the rest, in order."""
    return [r for r in maker.engine.asked(Encode) if r.priority is Priority.REST]


def near(maker):
    """Requests for what is near, in order."""
    return [r for r in maker.engine.asked(Encode) if r.priority is not Priority.REST]


def turn(view, notches):
    """Turn the wheel over a view."""
    at = QPointF(place(view, 20, 20))
    event = QWheelEvent(
        at, QPointF(view.mapToGlobal(at.toPoint())), QPoint(), QPoint(0, 120 * notches),
        Qt.NoButton, Qt.NoModifier, Qt.NoScrollPhase, False,
    )  # fmt: skip
    QApplication.sendEvent(view, event)


def cancelled(maker):
    """Tokens that were cancelled."""
    return {t for r in maker.engine.asked(Cancel) for t in r.tokens or ()}


def test_outwards_in_the_direction_of_the_walk():
    assert list(nearest_first(5, 1)) == [1, 2, 0, 3, 4]
    assert list(nearest_first(5, 1, -1)) == [1, 0, 2, 3, 4]
    assert list(nearest_first(1, 0)) == [0]


def test_all_of_the_plane_is_encoded_while_nobody_does_anything(shown, maker, qtbot):
    qtbot.waitUntil(lambda: bool(near(maker)))
    maker.engine.deliver()
    settle()
    qtbot.waitUntil(lambda: bool(rest(maker)))
    assert [r.slice.index for r in rest(maker)] == [8, 7], "two at a time, nearest first"

    def step() -> bool:
        maker.engine.deliver()
        settle()
        strip = shown.area.panes[view_of(shown).plane].strip
        return all(strip.state(n) is SliceState.READY for n in range(COUNT))

    qtbot.waitUntil(step)
    assert len(rest(maker)) == COUNT - len(near(maker)), "none is asked for twice"


@pytest.mark.parametrize("what", ["walk", "window", "paint"])
def test_whatever_the_user_does_stops_it_at_once(shown, maker, qtbot, what):
    qtbot.waitUntil(lambda: bool(rest(maker)))
    tokens = {r.token for r in rest(maker)}
    if what == "walk":
        view_of(shown).set_index(3)
    elif what == "window":
        shown.view.set_window(CT_PRESETS["bone"])
    else:
        shown.view.choose_tool("brush")
        drag(view_of(shown), (20, 20), (30, 30))
    assert tokens <= cancelled(maker)


def test_it_goes_on_with_what_is_near_now(shown, maker, qtbot):
    qtbot.waitUntil(lambda: bool(rest(maker)))
    view_of(shown).set_index(2)
    before = len(rest(maker))
    qtbot.waitUntil(lambda: len(rest(maker)) > before)
    settle()
    assert rest(maker)[before].slice.index in (2, 3, 4, 5)


def test_nothing_where_the_disk_may_not_keep_it_all(shown, maker, qtbot):
    maker.engine.keep_embeddings(COUNT * SLICE_BYTES - 1)
    maker.engine.deliver()
    settle()
    before = len(rest(maker))
    qtbot.wait(120)
    assert len(rest(maker)) == before


def test_nothing_where_the_preference_is_off(shown, maker, qtbot):
    settings.remember(IDLE, False)
    view_of(shown).set_index(3)
    before = len(rest(maker))
    qtbot.wait(120)
    assert len(rest(maker)) == before


def test_nothing_of_its_own_beside_a_preparation(shown, maker, qtbot):
    shown.actions_["prepare"].trigger()
    settle()
    before = len(rest(maker))
    qtbot.wait(120)
    assert len(rest(maker)) == before


def test_failure_is_not_repeated_over_and_over(shown, maker, qtbot):
    qtbot.waitUntil(lambda: bool(rest(maker)))
    maker.engine.emit(Failed(rest(maker)[-1].token, "Memory ran out."))
    settle()
    before = len(rest(maker))
    qtbot.wait(120)
    assert len(rest(maker)) == before and not shown.banners.texts


def test_model_without_encoding_is_never_asked(new_window, maker, soon, qtbot):
    window = new_window()
    show_volume(window, ct_phantom())
    view_of(window).set_index(3)
    qtbot.wait(120)
    assert not maker.engine.asked(Encode) and isinstance(window.findChild(Prefetch), Prefetch)


def lately(maker, before):
    """Slices near the eye asked for since, in order, with their priorities."""
    return [(r.slice.index, r.priority) for r in near(maker)[before:]]


def test_slice_in_view_then_ahead_then_behind(shown, maker, qtbot):
    qtbot.waitUntil(lambda: bool(near(maker)))
    before = len(near(maker))
    view_of(shown).set_index(8)
    qtbot.waitUntil(lambda: len(near(maker)) > before)
    assert lately(maker, before) == [
        (8, Priority.VIEW),
        *((n, Priority.NEIGHBOUR) for n in (7, 6, 5)),
        (9, Priority.NEIGHBOUR),
    ]


def test_turning_round_drops_what_lies_behind_at_once(shown, maker, qtbot):
    view_of(shown).set_index(11)
    qtbot.waitUntil(lambda: 14 in [r.slice.index for r in near(maker)])
    behind = {r.token for r in near(maker) if r.slice.index in (12, 13, 14)}
    before = len(near(maker))
    view_of(shown).set_index(10)
    assert behind <= cancelled(maker), "before the eye rests"
    qtbot.waitUntil(lambda: len(near(maker)) > before)
    assert [n for n, _ in lately(maker, before)] == [10, 9, 8, 7, 11]


def test_wheel_sets_the_direction(shown, maker, qtbot):
    view = view_of(shown)
    start = view.index
    for _ in range(3):
        turn(view, -1)
    moved = view.index - start
    assert abs(moved) == 3
    before = len(near(maker))
    qtbot.waitUntil(lambda: len(near(maker)) > before)
    step = moved // 3
    assert [n for n, _ in lately(maker, before)][:4] == [view.index + step * n for n in range(4)]


def test_slice_in_view_is_fetched_though_it_is_known_to_be_there(shown, maker, qtbot):
    qtbot.waitUntil(lambda: bool(near(maker)))
    maker.engine.deliver()
    settle()
    before = len(near(maker))
    view_of(shown).set_index(11)
    qtbot.waitUntil(lambda: len(near(maker)) > before)
    assert lately(maker, before)[0] == (11, Priority.VIEW)


@pytest.mark.parametrize("hand", ["press", "wheel"])
def test_hand_on_a_view_pauses_the_rest(shown, maker, qtbot, hand):
    qtbot.waitUntil(lambda: bool(rest(maker)))
    tokens = {r.token for r in rest(maker)}
    view = view_of(shown)
    if hand == "press":
        QTest.mousePress(view, Qt.MiddleButton, Qt.NoModifier, place(view, 20, 20))
    else:
        turn(view, 1)
    assert tokens <= cancelled(maker)
    QTest.mouseRelease(view, Qt.MiddleButton, Qt.NoModifier, place(view, 20, 20))


def test_rest_does_not_begin_while_a_button_is_held(shown, maker, qtbot, monkeypatch):
    view_of(shown).set_index(3)
    before = len(rest(maker))
    monkeypatch.setattr(prefetch.QApplication, "mouseButtons", lambda: Qt.LeftButton)
    qtbot.wait(120)
    assert len(rest(maker)) == before
    monkeypatch.setattr(prefetch.QApplication, "mouseButtons", lambda: Qt.NoButton)
    qtbot.waitUntil(lambda: len(rest(maker)) > before)


def test_low_battery_leaves_the_slice_in_view(shown, maker, qtbot, monkeypatch):
    level = {"percent": 21, "is_used": True}
    monkeypatch.setattr(battery, "read", lambda: Battery(**level))
    monkeypatch.setattr(prefetch, "_BATTERY_MS", 30)
    qtbot.waitUntil(lambda: bool(near(maker)))
    qtbot.wait(60)
    before, far = len(near(maker)), len(rest(maker))
    view_of(shown).set_index(3)
    qtbot.waitUntil(lambda: len(near(maker)) > before)
    qtbot.wait(120)
    assert lately(maker, before) == [(3, Priority.VIEW)] and len(rest(maker)) == far
    level["is_used"] = False
    qtbot.waitUntil(lambda: len(rest(maker)) > far)
    level["is_used"] = True
    far = len(rest(maker))
    maker.engine.deliver()
    settle()
    qtbot.wait(60)
    assert len(rest(maker)) == far, "it stops in the middle too"
    settings.remember(SPARE, False)
    far = len(rest(maker))
    view_of(shown).set_index(6)
    qtbot.waitUntil(lambda: len(rest(maker)) > far)
