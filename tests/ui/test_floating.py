"""Messages lie over the picture: it stays as it is, they stay within reach and out of the way."""

from __future__ import annotations

import threading
from itertools import pairwise

import pytest
from PyQt5.QtCore import QPoint, QPointF, QRect, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QPushButton, QToolButton, QWidget

from medsam.ui.controllers.candidates import PREVIEW
from medsam.ui.panels.banners import Banner, TaskRow
from medsam.ui.panels.shortened import SentenceLabel
from tests.phantoms import ct_phantom
from tests.ui.window_support import drag, hold, settle, show_volume, view_of

LONG = "The file says nothing about its directions, so that the usual ones are taken for granted here. " * 2


@pytest.fixture
def shown(window):
    """A window with a volume open."""
    show_volume(window, ct_phantom())
    return window


def pictures(window) -> list:
    """Where each picture lies, how large it is and how far it is zoomed."""
    settle()
    views = window.area.panes.values()
    return [(p.view.mapTo(window, QPoint()), p.view.size(), p.view.zoom_factor) for p in views]


def on_window(window, widget) -> QRect:
    """A widget's rectangle in the window."""
    return QRect(widget.mapTo(window, QPoint()), widget.size())


def test_pictures_keep_place_size_and_zoom_whatever_is_said(shown, qtbot):
    before = pictures(shown)
    steps = [
        lambda: shown.presenter.warning("Something happened.", ("Again", lambda: None)),
        lambda: shown.presenter.passing.emit("News."),
        lambda: shown.banners.set_notes((LONG, "Another note.")),
        lambda: shown.banners.set_standing(LONG, (("Try again", lambda: None),)),
        lambda: QTest.mouseClick(shown.floating.fold, Qt.LeftButton),
        lambda: QTest.mouseClick(shown.floating.fold, Qt.LeftButton),
        lambda: shown.banners.set_notes(()),
        shown.banners.clear_messages,
        lambda: shown.banners.set_standing(""),
    ]
    seen = []
    for step in steps:
        step()
        assert pictures(shown) == before
        seen.append(shown.floating.isVisible())
    assert seen == [True] * 8 + [False]


def test_running_work_moves_nothing_and_shows_how_far_it_is(shown, qtbot):
    before, go_on = pictures(shown), threading.Event()

    def work(task):
        task.report(0.25, "5 of 20")
        go_on.wait(30)

    try:
        shown.tasks.start("Preparing", work, lambda _: None, lambda _: None)
        (row,) = shown.banners.findChildren(TaskRow)
        qtbot.waitUntil(lambda: row.bar.value() == 250)
        assert pictures(shown) == before and row.isVisible()
        settle()
        assert not row.visibleRegion().isEmpty() and row.cancel.visibleRegion().boundingRect().height() > 10
        QTest.mouseClick(shown.floating.fold, Qt.LeftButton)
        settle()
        assert not row.isVisible() and pictures(shown) == before
        assert "5 of 20" in shown.floating.fold.text() and shown.floating.bar.value() == 250
        assert shown.floating.bar.isVisible()
    finally:
        go_on.set()
    qtbot.waitUntil(lambda: not shown.floating.isVisible())
    assert pictures(shown) == before


def test_they_cover_neither_tools_nor_options_nor_the_column_at_the_side(shown):
    shown.banners.set_standing(LONG, (("Try again", lambda: None),))
    for n in range(3):
        shown.presenter.warning(f"{n} {LONG}")
    settle()
    area = on_window(shown, shown.floating)
    assert on_window(shown, shown.area).contains(area)
    for other in (shown.options, shown.actions_.toolbar, shown.actions_.tool_bar, shown.workplace.side):
        assert not on_window(shown, other).intersects(area)
    rows = [on_window(shown, row) for row in shown.banners.rows()]
    assert len(rows) == 4
    assert all(upper.bottom() < lower.top() for upper, lower in pairwise(rows))


def test_without_an_image_they_lie_over_the_first_page(window):
    window.presenter.error("It cannot be read.")
    settle()
    (banner,) = window.banners.rows()
    assert banner.isVisible() and on_window(window, window.welcome).contains(
        on_window(window, window.floating)
    )


def test_more_than_half_the_place_is_scrolled(shown):
    shown.resize(760, 480)
    shown.banners.set_notes((LONG,) * 8)
    shown.presenter.warning("The last one.")
    settle()
    room = shown.floating.rows
    assert shown.floating.height() < 0.6 * shown.area.height() and room.verticalScrollBar().maximum() > 0
    assert room.verticalScrollBar().width() + shown.banners.width() <= room.width()


def test_where_they_are_scrolled_the_newest_is_in_sight(shown):
    shown.resize(760, 480)
    settle()
    shown.banners.set_notes((LONG,) * 8)
    note = shown.banners.rows()[0].findChild(SentenceLabel)
    settle()
    assert note.height() >= note.heightForWidth(note.width()), "every line has its place"
    shown.presenter.warning("It concerns what was just done.", ("Do it", lambda: None))
    settle()
    newest = shown.banners.rows()[-1]
    assert newest.visibleRegion().boundingRect() == newest.rect()
    shown.banners.set_standing(LONG)
    settle()
    assert not shown.banners.rows()[0].visibleRegion().isEmpty()


def test_a_word_that_no_line_holds_is_shortened_and_told_in_full(shown):
    name = "nobody_would_call_a_file_of_weights_like_this_" * 4 + "v2.safetensors"
    shown.presenter.error(f"The file {name} has no encoder.", ("Models", lambda: None))
    settle()
    (label,) = shown.banners.findChildren(SentenceLabel)
    words = [label.fontMetrics().horizontalAdvance(word) for word in label.text().split()]
    assert max(words) <= label.width() and "…" in label.text() and "v2.safetensors" in label.text()
    assert name in label.toolTip() and name in label.accessibleName() and name in shown.banners.texts[0]
    shown.banners.clear_messages()
    shown.presenter.error("The file one_that_is_short_enough.nii has no encoder.")
    settle()
    label = shown.banners.rows()[0].findChild(SentenceLabel)
    assert "…" not in label.text() and label.toolTip() == ""


def test_a_drag_that_comes_near_finds_them_gone_until_it_ends(shown):
    view = view_of(shown)
    shown.presenter.warning(LONG)
    settle()
    at = view.mapFromGlobal(shown.floating.mapToGlobal(shown.floating.rect().center()))
    x, y = view.view_to_shown(QPointF(at))
    below = view.view_to_shown(QPointF(at) + QPointF(0, 200))
    assert view.rect().contains(at)
    hold(view, below, (x, y))
    assert not shown.floating.isVisible()
    QTest.mouseRelease(view, Qt.LeftButton, Qt.NoModifier, at)
    settle()
    assert shown.floating.isVisible() and LONG in shown.banners.texts


def test_beside_the_button_the_picture_takes_the_mouse(shown):
    shown.presenter.warning("Something happened, and there are words enough to be wider than a button.")
    settle()
    floating, centre = shown.floating, shown.centralWidget()
    left = floating.mapTo(centre, QPoint(4, floating.fold.geometry().center().y()))
    on_it = floating.fold.mapTo(centre, floating.fold.rect().center())
    assert centre.childAt(left) in [pane.view for pane in shown.area.panes.values()]
    assert centre.childAt(on_it) is floating.fold


def test_folded_they_say_what_matters_most_and_news_open_them_for_a_while(shown, qtbot):
    shown.presenter.warning("Look at this & that.")
    shown.banners.set_notes(("A note.",))
    QTest.mouseClick(shown.floating.fold, Qt.LeftButton)
    settle()
    words = shown.floating.fold.text()
    assert "this && that" in words and words.endswith("+1") and not shown.banners.isVisible()
    assert "Look at this" in shown.floating.fold.accessibleName()
    assert shown.floating.fold.property("kind") == "warning"
    shown.floating._peek.setInterval(0)
    shown.presenter.error("This is worse.")
    assert shown.banners.isVisible()
    qtbot.waitUntil(lambda: not shown.banners.isVisible())
    assert "worse" in shown.floating.fold.text() and shown.floating.fold.property("kind") == "error"
    shown.banners.clear_messages()
    shown.banners.set_notes(())
    shown.presenter.warning("Another day.")
    assert shown.banners.isVisible()


def test_every_button_is_reached_with_tab_and_pressed_with_the_keyboard(shown):
    done = []
    shown.presenter.warning("Something happened.", ("Again", lambda: done.append(1)))
    settle()
    (banner,) = shown.banners.findChildren(Banner)
    shown.floating.fold.setFocus(Qt.TabFocusReason)
    reached = []
    for _ in range(2):
        QTest.keyClick(QApplication.focusWidget(), Qt.Key_Tab)
        reached.append(QApplication.focusWidget())
    assert reached == [banner.findChild(QPushButton), banner.findChild(QToolButton)]
    assert shown.floating.fold.accessibleName() and reached[1].accessibleName()
    reached[0].setFocus()
    QTest.keyClick(reached[0], Qt.Key_Space)
    assert done == [1] and shown.banners.texts == []


def test_escape_closes_the_message_in_focus_and_leads_back_to_the_picture(shown):
    view = view_of(shown)
    shown.presenter.warning("The first.")
    shown.presenter.warning("The second.")
    settle()
    view.setFocus()
    closing = shown.banners.rows()[1].findChild(QToolButton)
    closing.setFocus()
    QTest.keyClick(closing, Qt.Key_Escape)
    settle()
    assert shown.banners.texts == ["The first."] and QApplication.focusWidget() is view
    shown.floating.fold.setFocus()
    QTest.keyClick(shown.floating.fold, Qt.Key_Escape)
    assert shown.banners.texts == ["The first."] and QApplication.focusWidget() is view
    closing = shown.banners.rows()[0].findChild(QToolButton)
    closing.setFocus()
    QTest.keyClick(closing, Qt.Key_Space)
    settle()
    assert shown.banners.texts == [] and QApplication.focusWidget() is view


def test_what_passes_by_itself_needs_no_fold(shown):
    shown.presenter.passing.emit("The model's process ended and is back. Nothing was lost.")
    settle()
    (row,) = shown.banners.rows()
    assert not shown.floating.rows.verticalScrollBar().isVisible()
    assert row.height() < 2.6 * row.fontMetrics().height(), "one line"
    shown.banners.clear_messages()
    shown.presenter.passing.emit("News.")
    settle()
    assert not shown.floating.fold.isVisible() and shown.floating.isVisible()
    drag(view_of(shown), (20, 20), (40, 40))
    shown.banners.withdraw("News.")
    assert not shown.floating.isVisible()


def test_where_there_is_no_room_beside_something_else_they_lie_below_it(shown):
    other = QWidget(shown.area)
    shown.floating.keep_clear_of(lambda: [other], shown.banners.progressed)
    other.setGeometry(120, 6, shown.area.width() - 240, 60)
    other.show()
    shown.presenter.warning("Something happened.", ("Again", lambda: None))
    settle()
    area = on_window(shown, shown.floating)
    assert area.top() > on_window(shown, other).bottom() and on_window(shown, shown.area).contains(area)
    other.setFixedHeight(shown.area.height() - 20)
    shown.banners.progressed.emit()
    settle()
    assert on_window(shown, shown.area).contains(on_window(shown, shown.floating))


def test_candidates_stay_in_sight(shown, maker):
    shown.segmentation.candidates.set_mode(PREVIEW)
    drag(view_of(shown), (10, 12), (30, 36))
    (strip,) = shown.choice.strips
    shown.presenter.warning(LONG, ("Again", lambda: None))
    settle()
    assert strip.isVisible() and shown.floating.isVisible()
    assert not on_window(shown, strip).intersects(on_window(shown, shown.floating))
    before = on_window(shown, shown.floating)
    shown.segmentation.reject()
    settle()
    assert not strip.isVisible() and on_window(shown, shown.floating) != before
