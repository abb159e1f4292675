"""The label list by keys alone, its filter, and what a locked label says."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QPushButton

from medsam.document import ChangeLabel, Label, SetLabels, paint_block_edit, require_paintable
from medsam.errors import LockedError
from tests.phantoms import ct_phantom
from tests.ui.label_support import editor, key, names, show_four, undone
from tests.ui.window_support import colour_at, drag, hover, show_volume, view_of


@pytest.fixture
def panel(window):
    """The label panel over an open volume."""
    show_volume(window, ct_phantom())
    return window.label_panel


@pytest.fixture
def four(window, panel):
    """The panel with labels A to D, of which A and B have voxels."""
    return show_four(window)


class TestKeys:
    def test_digits_choose_rows_whatever_their_numbers(self, window, four):
        annotation = window.session.annotation
        key(window, Qt.Key_3)
        assert annotation.active_label == 3
        four.model.move([4], 0)
        key(window, Qt.Key_1)
        assert annotation.active_label == 4
        key(window, Qt.Key_9)
        assert annotation.active_label == 4
        assert window.status.currentMessage() == "There is no label 9 in the list."

    def test_zero_is_the_tenth(self, window, panel):
        window.session.push(SetLabels(tuple(Label(n, f"x{n}", (1, 2, 3)) for n in range(1, 12))))
        key(window, Qt.Key_0)
        assert window.session.annotation.active_label == 10

    def test_shift_and_a_digit_hide_and_show(self, window, four):
        key(window, Qt.Key_2, Qt.ShiftModifier)
        labels = window.session.annotation.labels
        assert not labels.get(2).visible and window.session.annotation.active_label == 1
        key(window, Qt.Key_2, Qt.ShiftModifier)
        assert labels.get(2).visible

    def test_q_walks_round(self, window, four):
        annotation = window.session.annotation
        key(window, Qt.Key_Q, Qt.ShiftModifier)
        assert annotation.active_label == 4
        key(window, Qt.Key_Q)
        key(window, Qt.Key_Q)
        assert annotation.active_label == 2

    def test_y_picks_the_label_under_the_mouse(self, window, four):
        view = view_of(window)
        hover(view, *view.frame.point_from_stored(25.5, 20.5))
        key(window, Qt.Key_Y)
        assert window.session.annotation.active_label == 2
        hover(view, *view.frame.point_from_stored(2.5, 2.5))
        key(window, Qt.Key_Y)
        assert window.session.annotation.active_label == 2
        assert window.status.currentMessage() == "There is no label under the mouse."

    def test_j_goes_into_the_label_where_it_is_largest(self, window, four):
        view, annotation = view_of(window), window.session.annotation
        k = view.index
        region = (slice(12, 20), slice(40, 44), slice(k + 3, k + 4))
        window.session.push(paint_block_edit(annotation, region, np.ones((8, 4, 1), bool), 3))
        region = (slice(12, 14), slice(40, 44), slice(k + 4, k + 5))
        window.session.push(paint_block_edit(annotation, region, np.ones((2, 4, 1), bool), 3))
        annotation.set_active_label(3)
        key(window, Qt.Key_J)
        assert view.index == k + 3
        assert annotation.label_map[tuple(int(v) for v in view.crosshair)] == 3
        annotation.set_active_label(4)
        key(window, Qt.Key_J)
        assert view.index == k + 3 and window.status.currentMessage() == "D has no voxels yet."

    def test_k_locks_and_shift_k_locks_the_others_and_back(self, window, four):
        labels = window.session.annotation.labels
        key(window, Qt.Key_K)
        assert labels.locked_ids == (1,)
        key(window, Qt.Key_K)
        key(window, Qt.Key_K, Qt.ShiftModifier)
        assert labels.locked_ids == (2, 3, 4)
        key(window, Qt.Key_K, Qt.ShiftModifier)
        assert labels.locked_ids == ()

    def test_o_changes_how_the_label_is_drawn(self, window, four):
        view, labels = view_of(window), window.session.annotation.labels
        at = view.frame.point_from_stored(15.5, 20.5)
        both = colour_at(view, *at)
        key(window, Qt.Key_O)
        assert labels.get(1).style == "fill" and colour_at(view, *at) == both
        key(window, Qt.Key_O)
        assert labels.get(1).style == "outline" and colour_at(view, *at) != both
        key(window, Qt.Key_O)
        assert labels.get(1).style == "both"

    def test_comma_and_stop_fade_all_labels(self, window, four):
        def opacities():
            return [label.opacity for label in window.session.annotation.labels]

        window.label_panel.model.change(3, text="x", opacity=0.95)
        steps = window.session.undo.count()
        key(window, Qt.Key_Comma)
        assert opacities() == [0.35, 0.35, 0.35, 0.85], "each keeps its distance from the others"
        key(window, Qt.Key_Period)
        key(window, Qt.Key_Period)
        assert opacities() == [0.55, 0.55, 0.55, 1.0]
        assert window.session.undo.count() == steps + 1

    def test_the_list_works_by_keyboard_alone(self, window, four):
        four.view.setFocus()
        QTest.keyClick(four.view, Qt.Key_Down)
        assert window.session.annotation.active_label == 2
        QTest.keyClick(four.view, Qt.Key_Down, Qt.ShiftModifier)
        assert four.chosen() == [2, 3]
        QTest.keyClick(four.view, Qt.Key_Space)
        assert [label.visible for label in window.session.annotation.labels] == [True, False, False, True]
        undone(window, lambda: QTest.keyClick(four.view, Qt.Key_Delete))
        assert names(window) == ["A", "D"]
        QTest.keyClick(four.view, Qt.Key_Return)
        assert view_of(window).hasFocus()


class TestFilter:
    def test_many_labels_get_a_field_to_find_them(self, window, panel):
        assert not panel.filter.isVisible()
        window.session.push(SetLabels(tuple(Label(n, f"rib {n}", (1, 2, 3)) for n in range(1, 31))))
        assert panel.filter.isVisible()
        QTest.keyClicks(panel.filter, "2 RIB")
        shown = [row + 1 for row in range(30) if not panel.view.isRowHidden(row)]
        assert shown == [2, 12, *range(20, 30)]
        window.session.push(SetLabels((Label(1, "rib 1", (1, 2, 3)),)))
        assert not panel.filter.isVisible() and not panel.view.isRowHidden(0)

    def test_a_new_label_is_seen_though_a_filter_hides_others(self, window, panel):
        window.session.push(SetLabels(tuple(Label(n, f"rib {n}", (1, 2, 3)) for n in range(1, 31))))
        panel.filter.setText("rib 7")
        key(window, Qt.Key_N)
        assert panel.filter.text() == "" and editor(panel).hasFocus()


class TestLocked:
    @pytest.mark.parametrize("tool", ["box", "brush", "polygon", "wand"])
    def test_every_tool_says_it_in_one_sentence_with_a_button(self, window, four, tool):
        annotation = window.session.annotation
        four.toggle_locked()
        before = annotation.label_map.copy()
        window.view.choose_tool(tool)
        drag(view_of(window), (40, 40), (50, 50))
        np.testing.assert_array_equal(annotation.label_map, before)
        (text,) = window.banners.texts
        assert "locked" in text and '"A"' in text
        button = next(b for b in window.banners.findChildren(QPushButton) if b.text() == "Unlock")
        QTest.mouseClick(button, Qt.LeftButton)
        assert not annotation.labels.get(1).locked and not window.banners.texts

    def test_painting_a_locked_label_offers_to_unlock_it(self, window, four):
        labels = window.session.annotation.labels
        window.session.push(ChangeLabel(replace(labels.get(1), locked=True)))
        window.presenter.error(_refusal(window))
        (text,) = window.banners.texts
        assert 'unlock "A"' in text
        button = next(b for b in window.banners.findChildren(QPushButton) if b.text() == "Unlock")
        QTest.mouseClick(button, Qt.LeftButton)
        assert not labels.get(1).locked and not window.banners.texts


def _refusal(window):
    """What a tool meets that paints the active label."""
    with pytest.raises(LockedError) as caught:
        require_paintable(window.session.annotation, 1)
    return caught.value
