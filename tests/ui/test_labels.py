"""The label list by mouse and keys: every change is an edit that is undone bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QColorDialog

from medsam.document import Label, SetLabels, default_colour
from medsam.document.label_table import COLOUR_BLIND_SAFE
from medsam.ui.panels.label_model import COLOUR, LOCKED, NAME, SIZE, VISIBLE
from tests.phantoms import ct_phantom
from tests.ui.label_support import cell, click, drag_row, editor, key, names, show_four, undone
from tests.ui.window_support import colour_at, drag, settle, show_volume, view_of


@pytest.fixture
def panel(window):
    """The label panel over an open volume."""
    show_volume(window, ct_phantom())
    return window.label_panel


@pytest.fixture
def four(window, panel):
    """The panel with labels A to D, of which A and B have voxels."""
    return show_four(window)


class TestNaming:
    def test_new_label_is_named_at_once_and_the_picture_gets_the_keys_back(self, window, panel):
        key(window, Qt.Key_N)
        annotation = window.session.annotation
        assert names(window) == ["Label 1", "Label 2"] and annotation.active_label == 2
        field = editor(panel)
        assert field is not None and field.hasFocus()
        QTest.keyClicks(field, "Nabel 12 b")
        QTest.keyClick(field, Qt.Key_Return)
        settle()
        assert names(window) == ["Label 1", "Nabel 12 b"], "letters and digits are typed, not acted on"
        assert view_of(window).hasFocus()
        window.actions_["undo"].trigger()
        assert names(window) == ["Label 1"], "adding and naming are one step"
        window.actions_["redo"].trigger()
        assert names(window) == ["Label 1", "Nabel 12 b"]

    @pytest.mark.parametrize("hidden", [False, True])
    def test_the_field_is_seen_whatever_the_side_shows(self, window, panel, hidden):
        window.workplace.show_tab("cases")
        if hidden:
            window.actions_["side_panel"].trigger()
        key(window, Qt.Key_N)
        QTest.keyClicks(QApplication.focusWidget(), "Tumour")
        QTest.keyClick(QApplication.focusWidget(), Qt.Key_Return)
        settle()
        assert names(window) == ["Label 1", "Tumour"] and panel.isVisible()
        assert window.actions_["side_panel"].isChecked()

    def test_escape_keeps_the_plain_name(self, window, panel):
        key(window, Qt.Key_N)
        QTest.keyClicks(editor(panel), "xyz")
        QTest.keyClick(editor(panel), Qt.Key_Escape)
        settle()
        assert names(window) == ["Label 1", "Label 2"] and view_of(window).hasFocus()

    def test_a_second_name_is_a_step_of_its_own(self, window, panel):
        key(window, Qt.Key_N)
        QTest.keyClick(editor(panel), Qt.Key_Return)
        settle()
        panel.model.setData(panel.model.index(1, NAME), "Vein")
        window.actions_["undo"].trigger()
        assert names(window) == ["Label 1", "Label 2"]

    def test_new_label_is_painted_next(self, window, panel):
        key(window, Qt.Key_N)
        QTest.keyClick(editor(panel), Qt.Key_Return)
        drag(view_of(window), (10, 12), (30, 36))
        annotation = window.session.annotation
        assert set(annotation.label_map[annotation.label_map > 0]) == {2}

    def test_new_label_gets_a_colour_that_no_other_has(self, window, panel):
        labels = (Label(1, "a", default_colour(2)), Label(5, "b", default_colour(1)))
        window.session.push(SetLabels(labels))
        panel.model.add()
        assert window.session.annotation.labels.get(2).color == default_colour(3)

    def test_f2_renames_in_place_and_stays_in_the_list(self, window, four):
        click(four, 1, NAME)
        QTest.keyClick(four.view, Qt.Key_F2)
        editor(four).selectAll()
        QTest.keyClicks(editor(four), "Milz   links")
        QTest.keyClick(editor(four), Qt.Key_Return)
        settle()
        assert names(window) == ["A", "Milz links", "C", "D"] and four.view.hasFocus()
        window.actions_["undo"].trigger()
        assert names(window) == list("ABCD")

    def test_the_field_is_as_wide_as_the_row_allows(self, four):
        four.rename()
        assert editor(four).width() > four.view.columnWidth(NAME)

    def test_empty_name_is_not_taken(self, window, panel):
        assert not panel.model.setData(panel.model.index(0, NAME), "   ")
        assert names(window) == ["Label 1"]


class TestCells:
    def test_picking_a_row_makes_its_label_active(self, window, four):
        click(four, 2, NAME)
        assert window.session.annotation.active_label == 3

    def test_eye_hides_on_the_screen_and_does_not_change_the_active_label(self, window, four):
        view = view_of(window)
        at = view.frame.point_from_stored(25.5, 20.5)
        shown = colour_at(view, *at)
        click(four, 1, VISIBLE)
        assert colour_at(view, *at) != shown
        assert window.session.annotation.active_label == 1
        click(four, 1, VISIBLE)
        assert colour_at(view, *at) == shown

    def test_two_quick_clicks_on_the_eye_are_two_clicks(self, window, four):
        port, at = four.view.viewport(), cell(four, 1, VISIBLE)
        QTest.mouseClick(port, Qt.LeftButton, Qt.NoModifier, at)
        assert not window.session.annotation.labels.get(2).visible
        QTest.mouseDClick(port, Qt.LeftButton, Qt.NoModifier, at)
        assert window.session.annotation.labels.get(2).visible

    def test_lock_is_toggled_by_a_click_for_all_chosen_rows(self, window, four):
        click(four, 1, NAME)
        click(four, 2, NAME, Qt.ControlModifier)
        undone(window, lambda: click(four, 1, LOCKED))
        assert [label.locked for label in window.session.annotation.labels] == [False, True, True, False]

    def test_a_click_outside_of_what_is_chosen_is_for_its_row_alone(self, window, four):
        click(four, 1, NAME)
        click(four, 2, NAME, Qt.ControlModifier)
        click(four, 3, LOCKED)
        assert window.session.annotation.labels.locked_ids == (4,)
        assert four.chosen() == [2, 3]

    def test_colour_is_chosen_by_double_click(self, window, panel, monkeypatch):
        monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor(1, 2, 3))
        click(panel, 0, COLOUR)
        QTest.mouseDClick(panel.view.viewport(), Qt.LeftButton, Qt.NoModifier, cell(panel, 0, COLOUR))
        assert window.session.annotation.labels.get(1).color == (1, 2, 3)
        assert panel.model.data(panel.model.index(0, COLOUR), Qt.DecorationRole) == QColor(1, 2, 3)

    def test_cancelled_colour_dialog_changes_nothing(self, window, panel, monkeypatch):
        monkeypatch.setattr(QColorDialog, "getColor", lambda *_: QColor())
        panel.choose_colour()
        assert not window.session.is_modified

    def test_sizes_follow_the_label_map(self, window, four, qtbot):
        def sizes():
            return [four.model.data(four.model.index(row, SIZE)) for row in range(4)]

        qtbot.waitUntil(lambda: four.model.counter.is_current)
        volume = window.session.volume
        millilitres = 600 * np.prod(volume.geometry.spacing) / 1000
        assert float(sizes()[0].split()[0]) == pytest.approx(millilitres, rel=0.02)
        assert sizes()[0].endswith("mL") and sizes()[2:] == ["–", "–"]
        tip = four.model.data(four.model.index(0, SIZE), Qt.ToolTipRole)
        assert tip.startswith("600 voxels, ")
        four.model.remove(0)
        qtbot.waitUntil(lambda: four.model.counter.is_current)
        assert sizes()[0].endswith("mL") and sizes()[1] == "–"

    def test_screen_reader_hears_every_cell(self, panel):
        model = panel.model
        spoken = [model.data(model.index(0, c), Qt.AccessibleTextRole) for c in range(5)]
        assert spoken == ["shown", "#e69f00, Area and outline, key 1", "Label 1", "–", "not locked"]


class TestOrder:
    def test_a_row_is_dragged_and_undone(self, window, four):
        undone(window, lambda: drag_row(four, 0, cell(four, 2, NAME).y() + 10))
        assert names(window) == list("BCAD")

    def test_rows_are_dragged_to_both_ends(self, window, four):
        drag_row(four, 3, 1)
        assert names(window) == list("DABC")
        drag_row(four, 0, cell(four, 3, NAME).y() + 60)
        assert names(window) == list("ABCD")

    def test_all_chosen_rows_are_dragged_together_and_stay_chosen(self, window, four):
        click(four, 0, NAME)
        click(four, 2, NAME, Qt.ControlModifier)
        drag_row(four, 2, cell(four, 3, NAME).y() + 10)
        assert names(window) == list("BDAC") and four.chosen() == [1, 3]

    def test_a_drag_to_its_own_place_is_no_step(self, window, four):
        steps = window.session.undo.count()
        drag_row(four, 1, cell(four, 1, NAME).y() + 4)
        assert window.session.undo.count() == steps

    def test_alt_and_arrows_move_the_row(self, window, four):
        click(four, 1, NAME)
        QTest.keyClick(four.view, Qt.Key_Up, Qt.AltModifier)
        assert names(window) == list("BACD")
        QTest.keyClick(four.view, Qt.Key_Down, Qt.AltModifier)
        QTest.keyClick(four.view, Qt.Key_Down, Qt.AltModifier)
        assert names(window) == list("ACBD") and window.session.annotation.active_label == 2


class TestSeveral:
    def test_merge_by_the_button_is_undone_bit_for_bit(self, window, four):
        before = window.session.annotation.label_map.copy()
        click(four, 1, NAME)
        click(four, 0, NAME, Qt.ControlModifier)
        undone(window, window.actions_["merge_labels"].trigger)
        now = window.session.annotation.label_map
        np.testing.assert_array_equal(now == 1, before > 0)
        assert names(window) == ["A", "C", "D"]
        click(four, 2, NAME)
        click(four, 1, NAME, Qt.ControlModifier)
        window.actions_["merge_labels"].trigger()
        assert names(window) == ["A", "C"]
        assert window.status.currentMessage() == "2 labels are now C.", "the one clicked last"

    def test_a_label_that_was_taken_out_of_the_choice_is_not_merged(self, window, four):
        for row in (0, 1, 2, 2):
            click(four, row, NAME, Qt.ControlModifier if row else Qt.NoModifier)
        assert four.chosen() == [1, 2] and window.session.annotation.active_label == 3
        window.actions_["merge_labels"].trigger()
        assert names(window) == ["A", "C", "D"]

    def test_merge_and_delete_say_why_they_cannot(self, window, four):
        merge, delete = window.actions_["merge_labels"], window.actions_["delete_label"]
        click(four, 0, NAME)
        assert not merge.isEnabled() and "two or more rows" in merge.toolTip()
        key(window, Qt.Key_K)
        assert not delete.isEnabled() and 'Unlock "A" first' in delete.toolTip()
        key(window, Qt.Key_K)
        click(four, 3, NAME, Qt.ShiftModifier)
        assert merge.isEnabled() and not delete.isEnabled() and "at least one label" in delete.toolTip()

    def test_delete_takes_the_voxels_and_undo_brings_them_back(self, window, four):
        undone(window, window.actions_["delete_label"].trigger)
        assert names(window) == list("BCD") and not (window.session.annotation.label_map == 1).any()

    def test_last_label_cannot_be_deleted(self, window, panel):
        assert not window.actions_["delete_label"].isEnabled()
        assert not panel.model.remove(0)
        assert names(window) == ["Label 1"] and window.banners.texts

    def test_only_these_and_all_again(self, window, four):
        click(four, 1, NAME)
        solo = window.actions_["solo_label"]
        undone(window, solo.trigger)
        assert [label.visible for label in window.session.annotation.labels] == [False, True, False, False]
        solo.trigger()
        assert all(label.visible for label in window.session.annotation.labels)

    def test_style_of_all_labels(self, window, four):
        undone(window, lambda: four.set_style("outline", four._all()))
        assert {label.style for label in window.session.annotation.labels} == {"outline"}

    def test_style_menu_marks_what_is(self, four):
        menu = four.style_button.menu()
        four.fill_style_menu(menu)
        checked = [action.text() for action in menu.actions() if action.isChecked()]
        assert checked == ["Area and outline"]

    def test_safe_colours_for_all(self, window, four):
        four.model.change(0, text="x", color=(255, 0, 0))
        undone(window, window.actions_["safe_colours"].trigger)
        colours = tuple(label.color for label in window.session.annotation.labels)
        assert colours == COLOUR_BLIND_SAFE[:4]

    def test_opacity_drag_is_one_undo_step(self, window, panel):
        for value in (50, 60, 70):
            panel.opacity.setValue(value)
        assert window.session.annotation.labels.get(1).opacity == 0.7
        assert panel.opacity_text.text() == "70 %"
        window.actions_["undo"].trigger()
        assert window.session.annotation.labels.get(1).opacity == 0.45
        assert panel.opacity.value() == 45 and not window.session.is_modified

    def test_context_menu_acts_on_the_row_under_the_mouse(self, window, four):
        four._ask_menu(cell(four, 2, NAME))
        settle()
        assert four.chosen() == [3]
        menu = window.labels.context_menu()
        texts = [action.text().replace("&", "") for action in menu.actions() if action.text()]
        for text in ("Rename label", "Colour…", "Hide or show label", "Merge labels", "Delete label"):
            assert text in texts
        QApplication.activePopupWidget().close()
