"""The page "Speed and storage": precision, encoding ahead, and what lies on the disk."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QDesktopServices
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QMessageBox

from medsam.engine.jobs import KeepEmbeddings, LoadModel, SliceState, WorkerLost, WorkerReady
from medsam.ui import battery, settings
from medsam.ui.battery import Battery
from medsam.ui.controllers import speed
from medsam.ui.controllers.speed import LIMIT, SpeedController
from medsam.ui.panels.preferences_speed import IDLE, SPARE, SpeedPage
from medsam.ui.precision_words import CHOICES, PRECISION
from tests.fakes import fake_model_info
from tests.phantoms import ct_phantom
from tests.ui.window_support import answering, button, settle, show_volume, view_of


@pytest.fixture
def encoding(maker):
    """The engine has a model that encodes, in the precision that is asked for."""

    def prepare(engine):
        load = engine._answer_load

        def answer(request):
            computed = "fast" if request.precision == "auto" else request.precision
            engine.models["medsam_zoom"] = fake_model_info("big", precision=computed)
            load(request)

        engine._answer_load = answer

    maker.prepare = prepare


def open_page(window) -> SpeedPage:
    """The page on show."""
    window.actions_["preferences"].trigger()
    window.preferences.show("Speed and storage")
    settle()
    (page,) = window.preferences._dialog.findChildren(SpeedPage)
    assert page.isVisible()
    return page


def loads(maker):
    """The precisions that models were loaded in."""
    return [r.precision for r in maker.engine.asked(LoadModel)]


def kept(maker):
    """What the worker was told about the disk: limits and deletions."""
    asked = maker.engine.asked(KeepEmbeddings)
    return [(r.max_bytes, r.clear) for r in asked if r.max_bytes is not None or r.clear]


# --- precision ------------------------------------------------------------------


def test_precision_is_applied_at_once_and_remembered(new_window, maker, encoding):
    window = new_window()
    page = open_page(window)
    assert page.precisions["auto"].isChecked() and page.in_use.text() == "In use now: big · CPU · fast"
    QTest.mouseClick(
        page.precisions["exact"], Qt.LeftButton, Qt.NoModifier, page.precisions["exact"].rect().center() * 0.1
    )
    settle()
    assert loads(maker) == ["auto", "exact"] and settings.value(PRECISION) == "exact"
    assert page.in_use.text() == "In use now: big · CPU · exact"
    assert window.status.engine.full_text() == "big · CPU · exact"


def test_remembered_precision_is_used_from_the_start(new_window, maker, encoding):
    settings.remember(PRECISION, "fastest")
    window = new_window()
    assert loads(maker) == ["fastest"] and window.status.engine.full_text() == "big · CPU · fastest"
    assert open_page(window).precisions["fastest"].isChecked()


def test_model_that_does_not_encode_is_not_loaded_again(window, maker):
    page = open_page(window)
    assert "always computes exactly" in page.in_use.text()
    QTest.keyClick(page.precisions["fast"], Qt.Key_Space)
    settle()
    assert loads(maker) == ["auto"] and settings.value(PRECISION) == "fast"
    window.models.use("other_zoom")
    assert loads(maker)[-1] == "fast"


def test_precision_that_the_processor_lacks_cannot_be_chosen(new_window, maker):
    maker.prepare = lambda engine: setattr(engine, "precisions", ("exact", "fastest"))
    page = open_page(new_window())
    assert [page.precisions[name].isEnabled() for name in CHOICES] == [True, True, False, True]
    assert "does not compute" in page.precisions["fast"].toolTip()
    assert "does not compute" in page._costs["fast"].text()


def test_refused_precision_leaves_a_model_and_a_word(new_window, maker):
    settings.remember(PRECISION, "fast")

    def prepare(engine):
        load = engine._answer_load

        def answer(request):
            refused = "This processor computes exact." if request.precision == "fast" else None
            engine.models["medsam_zoom"] = refused or fake_model_info("big")
            load(request)

        engine._answer_load = answer

    maker.prepare = prepare
    window = new_window()
    settle()
    assert loads(maker) == ["fast", "auto"] and window.models.info.name == "big"
    assert window.banners.texts == ["This processor computes exact."]


def test_every_choice_says_what_it_costs(window):
    page = open_page(window)
    texts = [page._costs[name].text() for name in CHOICES]
    assert len(set(texts)) == 4 and all(text.endswith(".") for text in texts)


# --- encoding ahead ---------------------------------------------------------------


def test_encoding_ahead_can_be_switched_off(window):
    page = open_page(window)
    assert page.idle.isChecked()
    QTest.keyClick(page.idle, Qt.Key_Space)
    assert not bool(settings.value(IDLE, True))
    window.preferences.refresh()
    assert not page.idle.isChecked()


# --- the disk -----------------------------------------------------------------------


def test_page_says_what_lies_on_the_disk(window, maker):
    page = open_page(window)
    assert page.folder.full_text() == "/cache/embeddings"
    assert page.holds.text() == "12 slices, 25 MB" and page.limit.value() == 8.0
    assert page.trouble.isHidden()
    maker.engine.kept = replace(maker.engine.kept, count=0, bytes=0, trouble="No space left on device")
    window.preferences.refresh()
    settle()
    assert page.holds.text() == "nothing" and not page.clear.isEnabled()
    assert "No space left" in page.trouble.text() and page.trouble.isVisible()


def test_limit_is_told_once_it_rests_and_remembered(new_window, maker, qtbot, monkeypatch):
    monkeypatch.setattr(speed, "_SETTLE_MS", 40)
    page = open_page(new_window())
    assert kept(maker) == []
    page.limit.setFocus()
    for _ in range(4):
        QTest.keyClick(page.limit, Qt.Key_Down)
    qtbot.waitUntil(lambda: bool(kept(maker)))
    assert kept(maker) == [(6_000_000_000, False)] and settings.value(LIMIT) == "6000000000"


def test_limit_of_nothing_says_so(new_window, maker, qtbot, monkeypatch):
    monkeypatch.setattr(speed, "_SETTLE_MS", 10)
    page = open_page(new_window())
    page.limit.setFocus()
    page.limit.selectAll()
    QTest.keyClicks(page.limit, "0")
    assert page.limit.text() != "keep none", "half a number is no limit yet"
    page.open_folder.setFocus()
    qtbot.waitUntil(lambda: bool(kept(maker)))
    assert kept(maker) == [(0, False)] and page.limit.text() == "keep none"


def test_every_new_worker_is_told_the_limit(new_window, maker):
    settings.remember(LIMIT, "3000000000")
    new_window()
    assert kept(maker) == [(3_000_000_000, False)]
    maker.engine.emit(WorkerLost("It ended.", restarting=True))
    maker.engine.emit(WorkerReady(2))
    settle()
    assert kept(maker) == [(3_000_000_000, False)] * 2


@pytest.mark.parametrize("sure", [True, False])
def test_all_is_deleted_only_after_a_question(new_window, maker, encoding, sure, qtbot):
    window = new_window()
    show_volume(window, ct_phantom())
    strip = window.area.panes[view_of(window).plane].strip
    window.actions_["prepare"].trigger()
    qtbot.waitUntil(lambda: strip.state(0) is SliceState.READY)
    page = open_page(window)
    cleared = []
    window.findChild(SpeedController).cleared.connect(lambda: cleared.append(True))
    maker.mode = maker.engine.mode = "told"
    with answering(button(QMessageBox.Yes if sure else QMessageBox.Cancel)) as said:
        QTest.mouseClick(page.clear, Qt.LeftButton)
    assert "Delete every encoded slice" in said[0]
    while maker.engine.busy and not cleared:
        maker.engine.deliver(1)
        settle()
    assert kept(maker) == ([(None, True)] if sure else [])
    assert (strip.state(0) is SliceState.READY) is not sure
    assert page.holds.text() == ("nothing" if sure else "12 slices, 25 MB")


def test_folder_opens_or_the_next_one_above(window, maker, monkeypatch, tmp_path):
    opened = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: opened.append(url.toLocalFile()))
    maker.engine.kept = replace(maker.engine.kept, folder=str(tmp_path / "not" / "yet"))
    page = open_page(window)
    QTest.mouseClick(page.open_folder, Qt.LeftButton)
    assert opened == [str(tmp_path)] and isinstance(window.findChild(SpeedController), SpeedController)


# --- the battery ----------------------------------------------------------------------


def test_machine_without_a_battery_is_not_asked_about_one(window):
    assert not open_page(window).spare.isVisible()


def test_page_says_when_a_battery_holds_encoding_back(window, monkeypatch):
    level = [Battery(21, True)]
    monkeypatch.setattr(battery, "read", lambda: level[0])
    page = open_page(window)
    assert page.spare.isVisible() and page.spare.isChecked()
    assert "21 %" in page.sparing.text() and "just now" in page.sparing.text()
    QTest.keyClick(page.spare, Qt.Key_Space)
    assert settings.value(SPARE, True) is False and "just now" not in page.sparing.text()
    QTest.keyClick(page.spare, Qt.Key_Space)
    level[0] = Battery(80, True)
    window.preferences.refresh()
    assert "just now" not in page.sparing.text() and settings.value(SPARE, False) is True
