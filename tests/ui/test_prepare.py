"""Preparing a volume: its banner, what ends it, and what goes on beside it."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QPushButton

from medsam.engine.jobs import (
    Cancel,
    Encode,
    Failed,
    ModelLoaded,
    Priority,
    SliceProgress,
    SliceState,
    WorkerLost,
    WorkerReady,
)
from medsam.intensity import CT_PRESETS
from medsam.ui import settings
from medsam.ui.controllers.kept_slices import KeptSlices
from medsam.ui.controllers.pace import Pace
from medsam.ui.controllers.prefetch import nearest_first
from medsam.ui.controllers.prepare import Preparation
from medsam.ui.panels.banners import TaskRow
from medsam.ui.panels.preferences_speed import SpeedPage
from medsam.volume import Plane
from tests.fakes import fake_model_info
from tests.phantoms import ct_phantom, grey_picture
from tests.ui.window_support import drag, settle, show_volume, view_of

COUNT = 20
"""Axial slices of the phantom; the window opens at number 10."""


@pytest.fixture
def shown(new_window, maker, monkeypatch):
    """A window with a model that encodes, whose engine answers when it is told to."""
    # Counted deliveries are of encodings, whenever a look-up happens to be asked for.
    monkeypatch.setattr(KeptSlices, "look_up", lambda self: None)
    maker.mode = "told"
    maker.prepare = lambda engine: engine.models.update(medsam_zoom=fake_model_info("big"))
    window = new_window()
    maker.engine.deliver()
    settle()
    show_volume(window, ct_phantom())
    assert view_of(window).frame.count == COUNT
    return window


def row(window) -> TaskRow:
    """The banner of the preparation."""
    (found,) = (row for row in window.banners.findChildren(TaskRow) if not row.isHidden())
    return found


def banners(window) -> int:
    """How many banners of running work are seen."""
    return sum(not banner.isHidden() for banner in window.banners.findChildren(TaskRow))


def strip(window, plane=Plane.AXIAL):
    """The strip of a plane."""
    return window.area.panes[plane].strip


def asked(maker):
    """The slices of the preparation, in order."""
    return [r.slice.index for r in maker.engine.asked(Encode) if r.priority is Priority.REST]


def begin(window, maker):
    """Prepare by the menu's action."""
    window.actions_["prepare"].trigger()
    settle()
    assert banners(window) == 1


def test_slices_are_asked_for_nearest_first_and_behind_everything_else(shown, maker):
    begin(shown, maker)
    assert asked(maker) == list(nearest_first(COUNT, 10, 1)) and asked(maker)[:4] == [10, 11, 9, 12]
    assert not shown.actions_["prepare"].isEnabled()


def test_banner_counts_and_the_strip_fills(shown, maker):
    begin(shown, maker)
    assert row(shown).label.full_text() == "Preparing the axial slices:  0 of 20"
    maker.engine.deliver(5)
    settle()
    text = row(shown).label.full_text()
    assert "5 of 20" in text and "left" in text
    assert row(shown).bar.value() == 250
    ready = [n for n in range(COUNT) if strip(shown).state(n) is SliceState.READY]
    assert ready == [8, 9, 10, 11, 12]
    maker.engine.deliver()
    settle()
    assert banners(shown) == 0 and "All 20 slices" in shown.banners.texts[-1]
    assert all(strip(shown).state(n) is SliceState.READY for n in range(COUNT))
    assert shown.actions_["prepare"].isEnabled()


def test_stop_keeps_what_is_ready_and_cancels_the_rest(shown, maker):
    begin(shown, maker)
    maker.engine.deliver(3)
    settle()
    assert row(shown).cancel.text() == "Stop"
    QTest.mouseClick(row(shown).cancel, Qt.LeftButton)
    settle()
    assert banners(shown) == 0 and "3 of 20" in shown.banners.texts[-1]
    rest = {r.token for r in maker.engine.asked(Encode) if r.priority is Priority.REST}
    cancelled = {t for r in maker.engine.asked(Cancel) for t in r.tokens or ()}
    assert len(rest - cancelled) == 3
    begin(shown, maker)
    assert "3 of 20" in row(shown).label.full_text()


def test_button_beside_a_strip_prepares_its_plane(shown, maker):
    QTest.mouseClick(shown.area.panes[Plane.CORONAL].prepare, Qt.LeftButton)
    settle()
    assert "coronal" in row(shown).label.full_text()
    assert {r.slice.axis for r in maker.engine.asked(Encode) if r.priority is Priority.REST} == {1}
    assert not shown.area.panes[Plane.CORONAL].prepare.isEnabled()


def test_planes_are_prepared_one_after_the_other(shown, maker):
    begin(shown, maker)
    for plane in (Plane.CORONAL, Plane.SAGITTAL):
        assert shown.area.panes[plane].prepare.isEnabled()
        QTest.mouseClick(shown.area.panes[plane].prepare, Qt.LeftButton)
        assert not shown.area.panes[plane].prepare.isEnabled()
    settle()
    assert "then two more planes" in row(shown).label.full_text() and banners(shown) == 1
    axes = [r.slice.axis for r in maker.engine.asked(Encode) if r.priority is Priority.REST]
    assert set(axes) == {2}
    for _ in range(4):
        maker.engine.deliver()
        settle()
    assert banners(shown) == 0
    done = [r.slice.axis for r in maker.engine.asked(Encode) if r.priority is Priority.REST]
    assert list(dict.fromkeys(done)) == [2, 1, 0] and shown.prepare.running is None


def test_stop_forgets_the_planes_that_wait(shown, maker):
    begin(shown, maker)
    QTest.mouseClick(shown.area.panes[Plane.CORONAL].prepare, Qt.LeftButton)
    shown.prepare.stop()
    settle()
    assert banners(shown) == 0
    maker.engine.deliver()
    settle()
    assert {r.slice.axis for r in maker.engine.asked(Encode) if r.priority is Priority.REST} == {2}


def test_stopped_run_can_be_gone_on_with_from_its_message(shown, maker):
    begin(shown, maker)
    maker.engine.deliver(4)
    settle()
    shown.prepare.stop()
    settle()
    (go_on,) = shown.banners._messages[-1].findChildren(QPushButton)
    assert go_on.text() == "Go on"
    QTest.mouseClick(go_on, Qt.LeftButton)
    settle()
    assert shown.prepare.running is not None and len(shown.prepare.running.done) == 4


def test_first_estimate_is_what_the_last_run_of_this_model_needed(shown, maker):
    settings.remember(f"embeddings/pace/{'0' * 64}-exact-cpu", 30.0)
    begin(shown, maker)
    assert "about 10 min left" in row(shown).label.full_text()


def test_slices_that_are_found_ready_do_not_promise_a_quick_rest(shown, maker):
    """Resumed after a restart: ready slices are told at once, the others need their time."""
    settings.remember(f"embeddings/pace/{'0' * 64}-exact-cpu", 60.0)
    begin(shown, maker)
    asked = [r.slice for r in maker.engine.asked(Encode) if r.priority is Priority.REST]
    for key in asked[:5]:
        maker.engine.emit(SliceProgress(key, SliceState.READY, 1.0))
    settle()
    assert "5 of 20, about 15 min left" in row(shown).label.full_text()


def test_prompts_are_answered_meanwhile(shown, maker):
    begin(shown, maker)
    view = view_of(shown)
    drag(view, (20, 20), (40, 40))
    settle()
    assert len(shown.segmentation.queue) == 1
    maker.engine.deliver()
    settle()
    assert shown.session.annotation.label_map.any() and banners(shown) == 0


def test_walking_asks_for_the_slice_in_view_and_cancels_nothing_of_it(shown, maker, qtbot):
    begin(shown, maker)
    mine = {r.token for r in maker.engine.asked(Encode) if r.priority is Priority.REST}
    view_of(shown).set_index(4)
    qtbot.waitUntil(lambda: any(r.priority is Priority.VIEW for r in maker.engine.asked(Encode)))
    cancelled = {t for r in maker.engine.asked(Cancel) for t in r.tokens or ()}
    assert not mine & cancelled and banners(shown) == 1


def test_another_model_ends_it_with_a_word(shown, maker):
    begin(shown, maker)
    maker.engine.deliver(2)
    settle()
    maker.engine.emit(ModelLoaded(0, fake_model_info("other", sha256="1" * 64), 0.0))
    settle()
    assert banners(shown) == 0
    assert "model was changed" in shown.banners.texts[-1] and "2 of 20" in shown.banners.texts[-1]


def test_another_image_ends_it_with_a_word(shown, maker):
    begin(shown, maker)
    show_volume(shown, ct_phantom((40, 40, 8)))
    assert banners(shown) == 0 and "another image" in shown.banners.texts[-1]
    assert shown.actions_["prepare"].isEnabled()
    shown.actions_["prepare"].trigger()
    shown.session.open(None)
    settle()
    assert banners(shown) == 0 and "was closed" in shown.banners.texts[-1]


def test_another_window_ends_it_and_offers_to_begin_anew(shown, maker, qtbot):
    begin(shown, maker)
    shown.view.set_window(CT_PRESETS["lung"])
    qtbot.waitUntil(lambda: banners(shown) == 0)
    assert "window was changed" in shown.banners.texts[-1]
    QTest.mouseClick(shown.banners._messages[-1].findChild(QPushButton), Qt.LeftButton)
    settle()
    assert banners(shown) == 1 and maker.engine.asked(Encode)[-1].slice.window == CT_PRESETS["lung"]


def test_window_that_comes_back_ends_nothing(shown, maker, qtbot):
    begin(shown, maker)
    first = shown.view.window
    shown.view.set_window(CT_PRESETS["lung"])
    shown.view.set_window(first)
    qtbot.wait(500)
    assert banners(shown) == 1


def test_lost_worker_goes_on_with_the_next_one(shown, maker):
    begin(shown, maker)
    maker.engine.deliver(6)
    settle()
    maker.engine._encoded.clear()
    maker.engine.emit(WorkerLost("The model's process ended.", restarting=True))
    settle()
    assert "0 of 20, waiting" in row(shown).label.full_text()
    maker.engine.emit(WorkerReady(2, precisions=("exact",)))
    maker.engine.emit(ModelLoaded(0, fake_model_info("big"), 0.0))
    settle()
    maker.engine.deliver()
    settle()
    assert "All 20 slices" in shown.banners.texts[-1] and banners(shown) == 0


def test_worker_that_stays_down_ends_it(shown, maker):
    begin(shown, maker)
    maker.engine.emit(WorkerLost("It died too often.", restarting=False))
    settle()
    assert banners(shown) == 0 and any("process stopped" in text for text in shown.banners.texts)


def test_no_model_after_a_loss_ends_it(shown, maker):
    begin(shown, maker)
    maker.engine.emit(WorkerLost("The model's process ended.", restarting=True))
    maker.engine.emit(WorkerReady(2))
    maker.engine.emit(Failed(12345, "The file is gone."))
    settle()
    assert banners(shown) == 0 and "no model is in use" in shown.banners.texts[-1]


def test_slice_that_fails_ends_it_with_its_sentence(shown, maker):
    begin(shown, maker)
    token = next(r.token for r in maker.engine.asked(Encode) if r.priority is Priority.REST)
    maker.engine.emit(Failed(token, "Memory ran out."))
    settle()
    assert banners(shown) == 0 and shown.banners.texts[-1] == "Memory ran out."


def test_closing_the_window_ends_it(shown, maker):
    begin(shown, maker)
    task = row(shown).task
    shown.close_unasked()
    assert task.isFinished()


def test_reasons_why_nothing_can_be_prepared(new_window, maker):
    window = new_window()
    assert "Open an image" in window.actions_["prepare"].toolTip()
    assert not window.actions_["prepare"].isEnabled()
    show_volume(window, ct_phantom())
    assert "medsam_zoom needs no preparing" in window.actions_["prepare"].toolTip()
    assert not window.area.panes[Plane.AXIAL].prepare.isVisible()


def test_button_is_there_only_beside_a_strip(shown, maker):
    assert shown.area.panes[Plane.AXIAL].prepare.isVisible()
    show_volume(shown, grey_picture())
    assert not shown.area.panes[Plane.AXIAL].prepare.isVisible()


def test_progress_of_one_slice_moves_the_bar(shown, maker):
    begin(shown, maker)
    key = next(r.slice for r in maker.engine.asked(Encode) if r.priority is Priority.REST)
    maker.engine.emit(SliceProgress(key, SliceState.ENCODING, 0.5))
    settle()
    assert row(shown).bar.value() == 25


def test_times_in_words(shown):
    prepare = shown.prepare
    assert prepare.say_left(20) == "less than a minute left"
    assert prepare.say_left(301) == "about 5 min left"
    assert prepare.say_left(7500) == "about 2:05 h left"


def test_time_left_follows_the_usual_slice():
    run = Preparation(2, None, 10, 0, ("", "", ""))
    assert run.seconds_left is None
    run.done = {0, 1, 2}
    run.pace = Pace(4.0)
    assert run.seconds_left == 28.0


def test_limit_that_keeps_less_is_told_beforehand(shown, maker):
    maker.engine.keep_embeddings(0)
    maker.engine.deliver()
    settle()
    show_volume(shown, ct_phantom((16, 16, 150)))
    shown.actions_["prepare"].trigger()
    settle()
    assert "Only about 128 of the 150 slices" in shown.banners.texts[-1]
    QTest.mouseClick(shown.banners._messages[-1].findChild(QPushButton), Qt.LeftButton)
    settle()
    (page,) = shown.preferences._dialog.findChildren(SpeedPage)
    assert page.isVisible() and banners(shown) == 1
    shown.preferences._dialog.reject()
