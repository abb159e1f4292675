"""Another language without a restart: the work stays, the old window and its engine go."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PyQt5 import sip
from PyQt5.QtCore import QCoreApplication, QEvent, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QMessageBox

from medsam.io import write_volume
from medsam.prompts import Box
from medsam.ui import language_switch, translation
from medsam.ui.controllers.candidates import PREVIEW
from medsam.ui.main_window import MainWindow
from medsam.volume import Plane
from tests.phantoms import ct_phantom
from tests.ui.window_support import answering, button, drag, hold, place, settle, show_volume, view_of

pytestmark = pytest.mark.timeout(120)


@pytest.fixture
def switch(qtbot):
    """Choose a language in a window as the menu does; returns the window that speaks then."""

    def choose(window: MainWindow, language: str) -> MainWindow:
        window.actions_[f"language_{language}"].trigger()
        qtbot.waitUntil(lambda: bool(language_switch._present) and language_switch._present[0] is not window)
        settle()
        QCoreApplication.sendPostedEvents(None, QEvent.DeferredDelete)
        QApplication.setActiveWindow(language_switch._present[0])
        settle()
        return language_switch._present[0]

    return choose


def windows() -> list[MainWindow]:
    """All that Qt has."""
    return [w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow)]


def test_window_speaks_the_other_language_at_once(new_window, switch):
    old = new_window()
    new = switch(old, "zh_CN")
    assert new.menuBar().actions()[0].text() == "文件(&F)" and translation.chosen() == "zh_CN"
    assert new.actions_["language_zh_CN"].isChecked() and new.isVisible()
    assert sip.isdeleted(old) and windows() == [new]
    again = switch(new, "en")
    assert again.menuBar().actions()[0].text() == "&File" and windows() == [again]


def test_document_history_and_sight_stay(new_window, switch, tmp_path):
    old = new_window()
    show_volume(old, ct_phantom(), tmp_path / "scan.nii.gz")
    view = view_of(old)
    drag(view, (10, 10), (40, 40))
    drag(view, (42, 42), (55, 55))
    old.actions_["undo"].trigger()
    labels, annotation, history = (
        old.session.annotation.label_map.copy(),
        old.session.annotation,
        old.session.history,
    )
    old.view.choose_tool("crosshair")
    view.set_index(7)
    view.zoom_by(2.0)
    old.actions_["overlay"].setChecked(False)
    old.actions_["preset_2"].trigger()
    seen = old.view.window, view.crosshair, round(view.transform.zoom, 6), view.index
    settle()

    new = switch(old, "zh_CN")
    view = view_of(new)
    assert new.session.annotation is annotation and new.session.history is history
    assert new.session.source == tmp_path / "scan.nii.gz" and new.isWindowModified()
    assert (new.view.window, view.crosshair, round(view.transform.zoom, 6), view.index) == seen
    assert new.view.tool_name == "crosshair" and not new.actions_["overlay"].isChecked()
    assert np.array_equal(annotation.label_map, labels)
    new.actions_["redo"].trigger()
    assert np.count_nonzero(annotation.label_map) > np.count_nonzero(labels)
    new.actions_["undo"].trigger()
    new.actions_["undo"].trigger()
    assert not annotation.label_map.any() and not new.actions_["undo"].isEnabled()


def test_new_window_segments_and_the_old_engine_has_ended(new_window, switch, maker):
    old = new_window()
    show_volume(old, ct_phantom())
    before, threads = maker.engine, threading.active_count()
    new = switch(old, "zh_CN")
    assert before.closed and maker.engine is not before and not maker.engine.closed
    new.view.choose_tool("box")
    drag(view_of(new), (10, 10), (40, 40))
    assert new.session.annotation.label_map.any()
    assert threading.active_count() <= threads


def test_old_window_hears_nothing_any_more(new_window, switch, maker):
    new = switch(new_window(), "zh_CN")
    show_volume(new, ct_phantom())
    new.theme.apply("dark")
    new.theme.apply("light")
    new.presenter.warning("something")
    settle()
    assert new.banners.texts == ["something"]


@pytest.mark.parametrize("answer", [QMessageBox.Yes, QMessageBox.Discard, QMessageBox.Cancel])
def test_mask_that_nobody_accepted_is_asked_about(new_window, maker, qtbot, answer):
    old = new_window()
    show_volume(old, ct_phantom())
    annotation = old.session.annotation
    old.segmentation.candidates.set_mode(PREVIEW)
    drag(view_of(old), (10, 10), (40, 40))
    with answering(button(answer)) as said:
        old.actions_["language_zh_CN"].trigger()
        qtbot.waitUntil(lambda: bool(said) and QApplication.activeModalWidget() is None)
    assert len(said) == 1 and "waits to be accepted" in said[0]
    if answer == QMessageBox.Cancel:
        settle()
        assert windows() == [old] and len(old.segmentation.queue) == 1
        return
    qtbot.waitUntil(lambda: bool(language_switch._present) and language_switch._present[0] is not old)
    assert language_switch._present[0].session.annotation is annotation
    assert annotation.label_map.any() == (answer == QMessageBox.Yes)


def test_mask_under_way_is_waited_for(new_window, switch, maker, qtbot):
    maker.mode = "told"
    old = new_window()
    show_volume(old, ct_phantom())
    drag(view_of(old), (10, 10), (40, 40))
    assert len(old.segmentation.queue) == 1
    old.actions_["language_zh_CN"].trigger()
    settle()
    (said,) = old.banners.texts
    assert "as soon as" in said and windows() == [old]
    told, maker.mode = maker.engine, "sync"
    while len(old.segmentation.queue):
        assert told.deliver()
        settle()
    qtbot.waitUntil(lambda: bool(language_switch._present) and language_switch._present[0] is not old)
    new = language_switch._present[0]
    settle()
    assert new.session.annotation.label_map.any()


def test_drag_under_way_is_waited_for(new_window):
    old = new_window()
    show_volume(old, ct_phantom())
    hold(view_of(old), (10, 10), (40, 40))
    assert not language_switch.is_idle(old)
    QTest.keyClick(view_of(old), Qt.Key_Escape)
    QTest.mouseRelease(view_of(old), Qt.LeftButton)
    assert language_switch.is_idle(old)


def test_unsaved_work_is_still_asked_for_at_the_end(new_window, switch):
    old = new_window()
    show_volume(old, ct_phantom())
    drag(view_of(old), (10, 10), (40, 40))
    new = switch(old, "zh_CN")
    from PyQt5.QtWidgets import QMessageBox

    with answering(button(QMessageBox.Cancel)) as said:
        new.close()
    assert len(said) == 1 and new.isVisible()


def test_pane_that_fills_the_area_and_the_place_stay(new_window, switch):
    old = new_window()
    show_volume(old, ct_phantom())
    old.resize(1040, 690)
    view_of(old, Plane.CORONAL).entered.emit()
    old.actions_["layout_one"].trigger()
    settle()
    new = switch(old, "zh_CN")
    assert new.area.alone is Plane.CORONAL and new.view.current is view_of(new, Plane.CORONAL)
    assert (new.width(), new.height()) == (1040, 690)


def test_preferences_stay_open_in_the_other_language(new_window, switch, qtbot):
    old = new_window()
    old.preferences.show()
    new = switch(old, "zh_CN")
    assert new.preferences.is_shown


def test_same_language_by_another_name_changes_nothing(new_window):
    window = new_window()
    window.actions_["language_en"].trigger()
    settle()
    assert translation.chosen() == "en" and windows() == [window]


def test_boxes_stay_removable(new_window, switch):
    old = new_window()
    show_volume(old, ct_phantom())
    view = view_of(old)
    drag(view, (10, 10), (40, 40))
    new = switch(old, "zh_CN")
    view = view_of(new)
    assert len(new.session.annotation.prompts) == 1
    (prompt,) = new.session.annotation.prompts.values()
    assert isinstance(prompt.box, Box)
    new.view.choose_tool("box")
    new.segmentation.delete(prompt.id)
    assert not new.session.annotation.prompts and not new.session.annotation.label_map.any()


def test_case_on_disk_goes_on_with_its_journal(new_window, switch, qtbot, tmp_path):
    source = write_volume(tmp_path / "scan.nii.gz", ct_phantom(noise=0.0))
    old = new_window()
    with qtbot.waitSignal(old.files.opened, timeout=20_000):
        old.files.open(source)
    drag(view_of(old), (10, 10), (40, 40))
    store, path = old.session.history.store, old.cases.held
    assert path is not None and old.actions_["case_restart"].isEnabled()
    new = switch(old, "zh_CN")
    assert new.session.history.store is store and new.cases.held == path
    assert new.session.history.is_stored and new.actions_["case_restart"].isEnabled()
    new.view.choose_tool("box")
    drag(view_of(new), (42, 42), (56, 56))
    painted = new.session.annotation.label_map.copy()
    new.close_unasked()
    settle()
    again = new_window()
    with qtbot.waitSignal(again.files.opened, timeout=20_000):
        again.files.open(source)
    np.testing.assert_array_equal(again.session.annotation.label_map, painted)
    again.actions_["undo"].trigger()
    again.actions_["undo"].trigger()
    assert not again.session.annotation.label_map.any()


def test_outline_that_is_not_closed_stays(new_window, switch):
    old = new_window()
    show_volume(old, ct_phantom())
    old.view.choose_tool("polygon")
    view = view_of(old)
    for x, y in ((10, 10), (40, 10), (40, 40)):
        QTest.mouseClick(view, Qt.LeftButton, Qt.NoModifier, place(view, x, y))
    new = switch(old, "zh_CN")
    assert new.view.tool_name == "polygon"
    QTest.keyClick(view_of(new), Qt.Key_Return)
    settle()
    view = view_of(new)
    labels = new.session.annotation.slice_labels(view.frame.axis, view.index)
    assert 300 < np.count_nonzero(labels) < 600


def test_list_of_cases_goes_on(new_window, switch, qtbot, tmp_path):
    for name in ("a", "b"):
        write_volume(tmp_path / f"{name}.nii.gz", ct_phantom(noise=0.0))
    old = new_window()
    with qtbot.waitSignal(old.files.opened, timeout=20_000):
        old.worklist.open(tmp_path)
    qtbot.waitUntil(lambda: language_switch.is_idle(old), timeout=20_000)
    drag(view_of(old), (10, 10), (40, 40))
    work, current = old.worklist.worklist, old.worklist.current
    assert work is not None and current is not None
    new = switch(old, "zh_CN")
    assert new.worklist.worklist is work and new.worklist.current == current
    assert new.actions_["case_next"].isEnabled() and new.session.annotation.label_map.any()
    with qtbot.waitSignal(new.files.opened, timeout=20_000):
        new.actions_["case_next"].trigger()
    assert new.worklist.current == work.step(current, 1)
    assert (tmp_path / "a_mask.nii.gz").is_file() or any(tmp_path.glob("a*mask*"))
