"""Preferences: pages that apply at once, recording keys, conflicts, import and export."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLabel, QPushButton

from medsam.ui import settings, text_size
from medsam.ui.canvas.mouse_scheme import ITK_SNAP, PACS, SCHEMES
from medsam.ui.key_profiles import PROFILES
from medsam.ui.keymap import Keymap
from medsam.ui.panels.key_recorder import KeyRecorder
from medsam.ui.panels.preferences import ACCEPT, PLACE, GeneralPage, PreferencesDialog
from medsam.ui.panels.preferences_keys import Command, KeysPage
from medsam.ui.panels.preferences_mouse import MousePage
from tests.phantoms import ct_phantom
from tests.ui.window_support import settle, show_volume, view_of

COMMANDS = [
    Command("box", "Tool", "Box", "Draw a box"),
    Command("brush", "Tool", "Brush"),
    Command("undo", "Edit", "Undo", "Take the last step back"),
]


@pytest.fixture
def keymap(qapp):
    """Three actions."""
    return Keymap({"box": ("B",), "brush": ("D",), "undo": ("Ctrl+Z",)})


@pytest.fixture
def page(qtbot, keymap):
    """The page of keys, on show."""
    made = KeysPage(keymap, COMMANDS, lambda name, key: "Not Tab." if key == "Tab" else "")
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    made.activateWindow()
    QApplication.setActiveWindow(made)
    settle()
    return made


def cell(page, name, column=2):
    """What a command's row says."""
    rows = {page.table.item(r, 0).data(Qt.UserRole): r for r in range(page.table.rowCount())}
    return page.table.item(rows[name], column).text()


def press(page, key, modifiers=Qt.NoModifier):
    """Press a key in the field that waits for one."""
    assert page.recorder.is_recording
    QTest.keyClick(page.recorder, key, modifiers)
    settle()


def seen(page):
    """Commands whose rows are shown."""
    rows = range(page.table.rowCount())
    return [page.table.item(r, 0).text() for r in rows if not page.table.isRowHidden(r)]


# --- keys ---------------------------------------------------------------------------


def test_recorded_key_replaces_the_old_one_at_once(page, keymap):
    page.choose("box")
    QTest.mouseClick(page.record, Qt.LeftButton)
    assert "“Box”" in page.recorder.text()
    press(page, Qt.Key_K, Qt.ControlModifier | Qt.ShiftModifier)
    assert keymap.keys("box") == ("Ctrl+Shift+K",) and cell(page, "box") == "Ctrl+Shift+K"
    assert page.table.item(0, 0).font().bold() and "B" in page.table.item(0, 2).toolTip()
    assert not page.recorder.is_recording and page.recorder.text() == ""


def test_further_key_is_added(page, keymap):
    page.choose("undo")
    QTest.mouseClick(page.add, Qt.LeftButton)
    press(page, Qt.Key_F4)
    assert keymap.keys("undo") == ("Ctrl+Z", "F4") and cell(page, "undo") == "Ctrl+Z, F4"


def test_key_of_another_command_is_named_and_taken_over(page, keymap):
    page.choose("box")
    assert not page.take_over.isVisible()
    QTest.mouseClick(page.record, Qt.LeftButton)
    press(page, Qt.Key_D)
    assert page.said.text() == "D belongs to “Brush”." and page.take_over.isVisible()
    assert keymap.keys("box") == ("B",)
    QTest.mouseClick(page.take_over, Qt.LeftButton)
    assert (keymap.keys("box"), keymap.keys("brush")) == (("D",), ())
    assert cell(page, "brush") == "—" and not page.take_over.isVisible() and page.said.text() == ""


def test_conflict_that_is_not_taken_over_changes_nothing(page, keymap):
    page.choose("box")
    QTest.mouseClick(page.record, Qt.LeftButton)
    press(page, Qt.Key_D)
    page.choose("undo")
    assert not page.take_over.isVisible() and page.said.text() == ""
    assert keymap.keys("brush") == ("D",)


def test_escape_and_leaving_end_a_recording(page, keymap):
    page.choose("box")
    QTest.mouseClick(page.record, Qt.LeftButton)
    press(page, Qt.Key_Escape)
    assert not page.recorder.is_recording
    QTest.mouseClick(page.record, Qt.LeftButton)
    page.search.setFocus()
    settle()
    assert not page.recorder.is_recording and keymap.keys("box") == ("B",)


def test_refused_key_says_why(page, keymap):
    page.choose("box")
    QTest.mouseClick(page.record, Qt.LeftButton)
    press(page, Qt.Key_Tab)
    assert page.said.text() == "Not Tab." and keymap.keys("box") == ("B",)


def test_modifier_alone_is_waited_past(page, keymap):
    page.choose("box")
    QTest.mouseClick(page.record, Qt.LeftButton)
    press(page, Qt.Key_Shift, Qt.ShiftModifier)
    assert page.recorder.is_recording
    press(page, Qt.Key_Question, Qt.ShiftModifier)
    assert keymap.keys("box") == ("?",)


def test_double_click_records(page):
    page.choose("brush")
    page.table.cellDoubleClicked.emit(1, 0)
    assert page.recorder.is_recording


def test_remove_and_reset(page, keymap):
    page.choose("box")
    assert not page.reset.isEnabled() and "unchanged" in page.reset.toolTip()
    QTest.mouseClick(page.remove, Qt.LeftButton)
    assert keymap.keys("box") == () and not page.remove.isEnabled()
    QTest.mouseClick(page.reset, Qt.LeftButton)
    assert keymap.keys("box") == ("B",)
    keymap.set_keys("undo", [])
    QTest.mouseClick(page.reset_all, Qt.LeftButton)
    assert keymap.keys("undo") == ("Ctrl+Z",) and not page.reset_all.isEnabled()


@pytest.mark.parametrize(
    ("words", "rows"),
    [
        ("b", ["Box", "Brush", "Undo"]),
        ("box", ["Box"]),
        ("ctrl+z", ["Undo"]),
        ("tool d", ["Box", "Brush"]),
        ("x y", []),
    ],
)
def test_search_finds_commands_keys_and_menus(page, words, rows):
    page.search.setText(words)
    assert seen(page) == rows
    assert (page.chosen != "") == bool(rows) and page.record.isEnabled() == bool(rows)


def test_profile_is_chosen_at_once(page, keymap):
    page.profiles.setCurrentIndex(2)
    page.profiles.activated.emit(2)
    assert keymap.profile == PROFILES[2] and "Z" in cell(page, "undo").split(", ")


def test_export_and_import(page, keymap, tmp_path):
    keymap.set_keys("box", ["F7"])
    page.export_to(tmp_path / "mine")
    assert page.said.text() == "Saved: mine.json"
    keymap.reset_all()
    page.import_from(tmp_path / "mine.json")
    assert keymap.keys("box") == ("F7",) and "mine.json" in page.said.text()
    (tmp_path / "bad.json").write_text("{}")
    page.import_from(tmp_path / "bad.json")
    assert "bad.json is not a file of keys" in page.said.text() and keymap.keys("box") == ("F7",)


def test_field_without_recording_lets_keys_pass(qtbot):
    field = KeyRecorder()
    qtbot.addWidget(field)
    heard = []
    field.recorded.connect(heard.append)
    QTest.keyClick(field, Qt.Key_A)
    assert heard == [] and field.text() == ""


# --- general ------------------------------------------------------------------------


def test_choices_are_kept_and_told(qtbot, window):
    page = GeneralPage(window.theme)
    qtbot.addWidget(page)
    heard = []
    page.setting_chosen.connect(heard.append)
    assert [b.isChecked() for b in page.accept_when.buttons()] == [True, False]
    page.accept_when.buttons()[1].click()
    page.place.buttons()[1].click()
    assert heard == [ACCEPT, PLACE]
    assert (settings.value(ACCEPT), settings.value(PLACE)) == ("preview", "beside")
    again = GeneralPage(window.theme)
    qtbot.addWidget(again)
    assert again.accept_when.buttons()[1].isChecked() and again.place.buttons()[1].isChecked()


def test_way_of_accepting_is_followed_at_once_both_ways(window):
    chooser = window.segmentation.candidates
    window.preferences.show("General")
    page = window.preferences._dialog.findChild(GeneralPage)
    page.accept_when.buttons()[1].click()
    assert chooser.mode == "preview"
    chooser.set_mode("release")
    assert page.accept_when.buttons()[0].isChecked()
    window.preferences._dialog.close()


def test_theme_follows_at_once(qtbot, qapp, window):
    page = GeneralPage(window.theme)
    qtbot.addWidget(page)
    page.themes.setCurrentIndex(2)
    page.themes.activated.emit(2)
    assert (
        qapp.palette().color(QPalette.Window) == QColor(window.theme.colours.window) and window.theme.is_dark
    )
    window.actions_["theme_light"].trigger()
    assert page.themes.currentData() == "light"


def test_letters_grow_at_once_and_come_back(qapp, window):
    window.theme.apply("light")  # Its style sheet holds on to the letters.
    before = qapp.font().pointSizeF()
    label = window.status.findChildren(QLabel)[0]
    small = label.fontMetrics().height()
    window.preferences._choose_text_size(150)
    settle()
    try:
        assert qapp.font().pointSizeF() == pytest.approx(1.5 * before)
        assert text_size.chosen() == 150 and label.fontMetrics().height() > small
        titles = window.workplace.side.tabBar()
        assert window.workplace.side.minimumWidth() >= titles.sizeHint().width(), "no title is shortened"
    finally:
        text_size.choose(qapp, 100)
    assert qapp.font().pointSizeF() == pytest.approx(before)


# --- mouse --------------------------------------------------------------------------


def test_mouse_follows_the_profile_until_told_otherwise(qtbot, window):
    keymap, view = window.actions_.keymap, view_of(window)
    page = MousePage(keymap)
    qtbot.addWidget(page)
    page.chosen.connect(window.preferences._follow)
    keymap.choose_profile("pacs")
    assert view._scheme is PACS and "PACS" in page.schemes.currentText()
    row = page.schemes.findData("itksnap")
    page.schemes.setCurrentIndex(row)
    page.schemes.activated.emit(row)
    assert view._scheme is ITK_SNAP
    keymap.choose_profile("research")
    assert view._scheme is ITK_SNAP
    said = [page.table.item(r, 1).text() for r in range(page.table.rowCount())]
    page.inverted.click()
    assert view._inverted and said != [page.table.item(r, 1).text() for r in range(page.table.rowCount())]


@pytest.mark.parametrize("scheme", SCHEMES)
def test_page_of_the_mouse_names_every_button(qtbot, keymap, scheme):
    settings.remember("mouse/scheme", scheme)
    page = MousePage(keymap)
    qtbot.addWidget(page)
    said = " ".join(page.table.item(r, 0).text() for r in range(page.table.rowCount()))
    assert all(word in said for word in ("Left", "Right", "Middle", "Wheel"))


# --- the dialog ---------------------------------------------------------------------


def test_keys_open_the_dialog_and_change_the_window(window):
    show_volume(window, ct_phantom())
    QTest.keyClick(view_of(window), Qt.Key_Comma, Qt.ControlModifier)
    settle()
    (dialog,) = window.findChildren(PreferencesDialog)
    assert dialog.isVisible() and dialog.titles.count() == dialog.pages.count() >= 3
    dialog.show_page("Keys")
    page = dialog.findChild(KeysPage)
    page.choose("tool_crosshair")
    window.actions_.keymap.set_keys("tool_crosshair", ["F6"])
    assert cell(page, "tool_crosshair") == "F6"
    assert window.actions_["tool_crosshair"].shortcut().toString() == "F6"
    assert "(F6)" in window.actions_["tool_crosshair"].toolTip()
    dialog.close()
    QApplication.setActiveWindow(window)
    window.view.choose_tool("box")
    view_of(window).setFocus()
    settle()
    QTest.keyClick(view_of(window), Qt.Key_F6)
    assert window.view.tool_name == "crosshair"


def test_others_add_pages(window):
    window.preferences.add_page("Mine", lambda: QPushButton("Press"))
    window.preferences.show("Mine")
    (dialog,) = window.findChildren(PreferencesDialog)
    assert dialog.pages.currentWidget().widget().text() == "Press"
    dialog.close()


def test_keys_of_fields_are_refused_where_they_would_disturb(window):
    refusal = window.preferences._refusal
    assert "walks through" in refusal("open", "Up") and "walks through" in refusal("save", "Shift+Tab")
    assert refusal("slice_up", "Left") == refusal("open", "Ctrl+Up") == refusal("open", "K") == ""
