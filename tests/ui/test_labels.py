"""The label list: every change is an edit that can be undone."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QColorDialog, QLineEdit

from medsam.ui.panels.label_model import COLOUR, LOCKED, NAME, VISIBLE
from tests.phantoms import ct_phantom
from tests.ui.window_support import colour_at, drag, settle, show_volume, view_of


@pytest.fixture
def panel(window):
    """The label panel over an open volume."""
    show_volume(window, ct_phantom())
    return window.label_panel


def click(panel, row, column):
    """Click a cell of the list."""
    at = panel.view.visualRect(panel.model.index(row, column)).center()
    QTest.mouseClick(panel.view.viewport(), Qt.LeftButton, Qt.NoModifier, at)
    settle()


def names(window):
    """Of the labels, in order."""
    return [label.name for label in window.session.annotation.labels]


def test_new_label_is_active_and_painted_next(window, panel):
    QTest.keyClick(window, Qt.Key_N)
    annotation = window.session.annotation
    assert names(window) == ["Label 1", "Label 2"] and annotation.active_label == 2
    drag(view_of(window), (10, 12), (30, 36))
    assert set(annotation.label_map[annotation.label_map > 0]) == {2}
    window.actions_["undo"].trigger()
    window.actions_["undo"].trigger()
    assert names(window) == ["Label 1"] and annotation.active_label == 1


def test_picking_a_row_makes_its_label_active(window, panel):
    panel.model.add()
    click(panel, 0, NAME)
    assert window.session.annotation.active_label == 1


def test_rename_in_place_by_keyboard(window, panel):
    panel.view.setFocus()
    panel.view.edit(panel.model.index(0, NAME))
    editor = panel.view.findChild(QLineEdit)
    editor.selectAll()
    QTest.keyClicks(editor, "Nabel 1 rechts")
    QTest.keyClick(editor, Qt.Key_Return)
    settle()
    assert names(window) == ["Nabel 1 rechts"], "letters that are shortcuts are typed, not acted on"
    window.actions_["undo"].trigger()
    assert names(window) == ["Label 1"]


def test_empty_name_is_not_taken(window, panel):
    assert not panel.model.setData(panel.model.index(0, NAME), "   ")
    assert names(window) == ["Label 1"]


def test_eye_hides_the_label_on_the_screen(window, panel):
    view = view_of(window)
    plain = colour_at(view, 18, 22)
    drag(view, (10, 12), (30, 36))
    assert colour_at(view, 18, 22) != plain
    click(panel, 0, VISIBLE)
    assert colour_at(view, 18, 22) == plain
    click(panel, 0, VISIBLE)
    assert colour_at(view, 18, 22) != plain


def test_lock_is_toggled_by_a_click(window, panel):
    click(panel, 0, LOCKED)
    assert window.session.annotation.labels.get(1).locked
    window.actions_["undo"].trigger()
    assert not window.session.annotation.labels.get(1).locked


def test_colour_is_chosen_by_double_click(window, panel, monkeypatch):
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor(1, 2, 3))
    panel._double_click(panel.model.index(0, COLOUR))
    assert window.session.annotation.labels.get(1).color == (1, 2, 3)
    assert panel.model.data(panel.model.index(0, COLOUR), Qt.DecorationRole) == QColor(1, 2, 3)


def test_cancelled_colour_dialog_changes_nothing(window, panel, monkeypatch):
    monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor())
    panel._double_click(panel.model.index(0, COLOUR))
    assert not window.session.is_modified


def test_opacity_drag_is_one_undo_step(window, panel):
    for value in (50, 60, 70):
        panel.opacity.setValue(value)
    assert window.session.annotation.labels.get(1).opacity == 0.7
    assert panel.opacity_text.text() == "70 %"
    window.actions_["undo"].trigger()
    assert window.session.annotation.labels.get(1).opacity == 0.45
    assert panel.opacity.value() == 45 and not window.session.is_modified


def test_deleting_a_used_label_takes_its_voxels_and_undo_brings_both_back(window, panel):
    panel.model.add()
    drag(view_of(window), (10, 12), (30, 36))
    painted = window.session.annotation.label_map.copy()
    QTest.mouseClick(panel.remove_button, Qt.LeftButton)
    assert names(window) == ["Label 1"] and not window.session.annotation.label_map.any()
    window.actions_["undo"].trigger()
    assert names(window) == ["Label 1", "Label 2"]
    assert (window.session.annotation.label_map == painted).all()


def test_last_label_cannot_be_deleted(window, panel):
    assert not panel.remove_button.isEnabled()
    assert not panel.model.remove(0)
    assert names(window) == ["Label 1"] and window.banners.texts


def test_context_menu_does_what_the_cells_do(window, panel):
    panel.model.add()
    names_of = {a.text(): a for a in panel.menu_for(1).actions() if a.text()}
    assert list(names_of) == ["Rename", "Colour…", "Hide", "Lock", "Delete with its voxels"]
    names_of["Hide"].trigger()
    names_of["Lock"].trigger()
    label = window.session.annotation.labels.get(2)
    assert not label.visible and label.locked
    menu = {a.text(): a for a in panel.menu_for(1).actions()}
    assert "Show" in menu and "Unlock" in menu and not menu["Delete with its voxels"].isEnabled()


def test_screen_reader_hears_every_cell(panel):
    spoken = [panel.model.data(panel.model.index(0, c), Qt.AccessibleTextRole) for c in range(4)]
    assert spoken == ["shown", "#e69f00", "Label 1", "not locked"]
