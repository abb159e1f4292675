"""The history panel: what the steps were, and jumps between them, bit for bit."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QLineEdit

from medsam.document import Label, SetLabels, SetVoxels, default_colour, paint_edit
from medsam.ui.panels.history_model import COLOURS_ROLE, DONE_ROLE, ENTRY_ROLE, HERE_ROLE, PLACE_ROLE
from medsam.volume import Plane, stored_shape_hw
from tests.phantoms import ct_phantom
from tests.ui.window_support import settle, show_volume, view_of


@pytest.fixture
def panel(window):
    """The history panel on show, over a case without steps."""
    show_volume(window, ct_phantom())
    window.actions_["history"].trigger()
    settle()
    assert window.history_panel.isVisible()
    return window.history_panel


def paint(window, axis, index, label_id, n):
    """A little square that differs with ``n``."""
    annotation = window.session.annotation
    mask = np.zeros(stored_shape_hw(annotation.volume.shape, axis), bool)
    mask[n % 10 : n % 10 + 4, n // 10 % 10 : n // 10 % 10 + 4] = True
    window.session.push(paint_edit(annotation, axis, index, mask, label_id, text=f"brush {n}"))


@pytest.fixture
def states(window, panel):
    """Twelve steps across planes and labels, and the label map after each."""
    window.session.push(SetLabels(tuple(Label(n, f"L{n}", default_colour(n)) for n in (1, 2, 3)), "labels"))
    maps = [window.session.annotation.label_map.copy()] * 2
    for n in range(11):
        paint(window, n % 3, 4 + n % 5, 1 + n % 3, n)
        maps.append(window.session.annotation.label_map.copy())
    settle()
    return maps


def rows(panel, role=Qt.DisplayRole):
    """What all rows say."""
    return [panel.model.index(row, 0).data(role) for row in range(panel.model.rowCount())]


def click(panel, row, kind=QTest.mouseClick):
    """Click a row."""
    index = panel.model.index(row, 0)
    panel.view.scrollTo(index)
    at = panel.view.visualRect(index).center()
    kind(panel.view.viewport(), Qt.LeftButton, Qt.NoModifier, at)
    settle()


def test_steps_are_told_with_slice_labels_and_present_state(window, panel, states):
    assert rows(panel)[:4] == ["As it was opened", "Labels", "Brush 0", "Brush 1"]
    assert rows(panel, PLACE_ROLE)[2:5] == ["Sagittal 5", "Coronal 6", "Axial 7"]
    assert rows(panel, COLOURS_ROLE)[2] == [QColor(*default_colour(1))]
    assert rows(panel, HERE_ROLE) == [False] * 12 + [True]
    assert rows(panel, ENTRY_ROLE)[0] is None and rows(panel, ENTRY_ROLE)[2].labels == (1,)
    spoken = panel.model.index(3, 0).data(Qt.AccessibleTextRole)
    assert spoken.startswith("Brush 1 · Coronal 6 · L2 · ")
    assert panel.count.text() == "12 steps"


@pytest.mark.parametrize("target", [0, 1, 5, 11])
def test_a_click_jumps_bit_for_bit_and_back(window, panel, states, target):
    annotation = window.session.annotation
    click(panel, target)
    np.testing.assert_array_equal(annotation.label_map, states[target])
    assert window.session.undo.index() == target and panel.count.text() == f"{target} of 12 steps"
    assert rows(panel, DONE_ROLE) == [True] * (target + 1) + [False] * (12 - target)
    click(panel, 12)
    np.testing.assert_array_equal(annotation.label_map, states[12])


def test_a_jump_shows_the_slice_of_the_step(window, panel, states):
    sagittal = view_of(window, Plane.SAGITTAL)
    sagittal.set_index(20)
    click(panel, 2)
    assert sagittal.index == 4


def test_arrows_choose_and_enter_goes(window, panel, states):
    panel.view.setFocus()
    for _ in range(3):
        QTest.keyClick(panel.view, Qt.Key_Up)
    assert window.session.undo.index() == 12, "choosing is not going"
    QTest.keyClick(panel.view, Qt.Key_Return)
    settle()
    assert window.session.undo.index() == 9
    np.testing.assert_array_equal(window.session.annotation.label_map, states[9])
    QTest.keyClick(panel.view, Qt.Key_Home)
    QTest.keyClick(panel.view, Qt.Key_Return)
    assert window.session.annotation.is_empty and window.session.undo.index() == 0


def test_undo_elsewhere_moves_the_mark(window, panel, states):
    window.actions_["undo"].trigger()
    assert rows(panel, HERE_ROLE).index(True) == 11
    assert panel.model.step_of(panel.view.currentIndex().row()) == 11


def test_a_new_step_after_a_jump_drops_the_undone_ones(window, panel, states):
    click(panel, 3)
    paint(window, 2, 5, 1, 99)
    settle()
    assert rows(panel)[-1] == "Brush 99" and panel.model.rowCount() == 5
    assert panel.count.text() == "4 steps"


def test_the_field_finds_words_places_and_labels(window, panel, states):
    panel._wait.setInterval(0)
    QTest.keyClicks(panel.filter, "l2 coronal")
    settle()
    panel._find()
    found = rows(panel)
    assert found == ["Brush 1", "Brush 4", "Brush 7", "Brush 10"]
    click(panel, 1)
    assert window.session.undo.index() == 6, "the row's step, not its place in the list"
    paint(window, 1, 5, 2, 50)
    settle()
    assert rows(panel) == ["Brush 1", "Brush 4", "Brush 50"]
    paint(window, 0, 5, 2, 51)
    paint(window, 1, 5, 2, 52)
    settle()
    assert rows(panel) == ["Brush 1", "Brush 4", "Brush 50", "Brush 52"]
    window.actions_["undo"].trigger()
    paint(window, 1, 5, 2, 53)
    assert rows(panel) == ["Brush 1", "Brush 4", "Brush 50", "Brush 53"], (
        "the same number of steps, another one"
    )
    panel.filter.clear()
    panel._find()
    assert panel.model.rowCount() == 10


def test_a_new_label_is_told_by_its_name(window, panel):
    QTest.keyClick(view_of(window), Qt.Key_N)
    settle()
    assert rows(panel)[-1] == 'New label "Label 2"'
    field = QApplication.focusWidget()
    assert isinstance(field, QLineEdit)
    QTest.keyClicks(field, "Left kidney")
    QTest.keyClick(field, Qt.Key_Return)
    settle()
    assert rows(panel)[-1] == 'New label "Left kidney"' and panel.model.steps == 1
    assert 'New label "Left kidney"' in window.actions_["undo"].text().replace("new", "New")
    panel.filter.setText("kidney")
    panel._find()
    assert rows(panel) == ['New label "Left kidney"']


def test_another_case_begins_a_new_list(window, panel, states):
    show_volume(window, ct_phantom())
    assert rows(panel) == ["As it was opened"] and panel.count.text() == "0 steps"
    window.session.open(None)
    settle()
    assert panel.model.rowCount() == 0 and not panel.isEnabled()


def test_ten_thousand_steps_are_read_only_where_they_are_seen(window, panel, monkeypatch):
    annotation, history = window.session.annotation, window.session.history
    region = (slice(3, 4),) * 3
    for n in range(10_000):
        value = np.full((1, 1, 1), n % 2, np.uint16)
        step = annotation.apply(SetVoxels(region, value, f"step {n}"))
        history._keep(step, history.position, "step")
        history.position += 1
    read = []
    entry = type(history).entry
    monkeypatch.setattr(type(history), "entry", lambda self, n: read.append(n) or entry(self, n))
    history._tell()
    settle()
    panel.view.grab()
    assert panel.model.rowCount() == 10_001
    assert 0 < len(set(read)) < 200, "only rows on the screen are looked at"
    panel.jump(5)
    assert window.session.undo.index() == 5 and annotation.label_map[3, 3, 3] == 0
