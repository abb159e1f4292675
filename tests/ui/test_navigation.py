"""Keys in the place of the mouse: slices, crosshair, a held button, panes, the tool before."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QAbstractSpinBox, QApplication

from medsam.prompts import Box
from medsam.volume import Plane
from tests.phantoms import ct_phantom
from tests.ui.window_support import settle, show_volume, view_of


@pytest.fixture
def scan(window):
    """A window with a CT, keys in the axial pane."""
    show_volume(window, ct_phantom())
    view_of(window).setFocus()
    settle()
    return window


def key(window, name, modifiers=Qt.NoModifier):
    """Press a key in the pane in use."""
    QTest.keyClick(window.view.current, name, modifiers)
    settle()


def test_keys_walk_through_slices(scan):
    view = view_of(scan)
    start, up = view.index, view.upwards
    for name, modifiers, moved in (
        (Qt.Key_Up, Qt.NoModifier, 1),
        (Qt.Key_PageDown, Qt.NoModifier, 0),
        (Qt.Key_Up, Qt.ShiftModifier, 5),
        (Qt.Key_PageDown, Qt.ShiftModifier, 0),
    ):
        key(scan, name, modifiers)
        assert view.index == start + moved * up
    key(scan, Qt.Key_End)
    assert view.index == view.frame.count - 1
    key(scan, Qt.Key_Home)
    assert view.index == 0


def test_walking_keys_stay_in_lists(scan):
    before = view_of(scan).index
    scan.preferences.show("Keys")
    titles = scan.preferences._dialog.titles
    QApplication.setActiveWindow(scan.preferences._dialog)
    titles.setFocus()
    settle()
    QTest.keyClick(titles, Qt.Key_Up)
    assert view_of(scan).index == before and titles.currentItem().text() == "General"
    scan.preferences._dialog.close()


def test_crosshair_moves_by_pixels_of_the_pane(scan):
    view = view_of(scan)
    x, y, index = view.frame.from_voxel(view.crosshair)
    key(scan, Qt.Key_Right, Qt.AltModifier)
    key(scan, Qt.Key_Down, Qt.AltModifier | Qt.ShiftModifier)
    assert view.frame.from_voxel(view.crosshair) == pytest.approx((x + 1, y + 5, index))
    for _ in range(200):
        scan.actions_["cursor_left_five"].trigger()
    assert view.frame.from_voxel(view.crosshair)[0] == pytest.approx(0, abs=0.01)


def test_box_is_drawn_without_a_mouse(scan):
    view = view_of(scan)
    scan.view.choose_tool("box")
    view.point_crosshair(12, 14)
    key(scan, Qt.Key_Insert)
    assert view.is_dragging
    for _ in range(4):
        key(scan, Qt.Key_Right, Qt.AltModifier | Qt.ShiftModifier)
        key(scan, Qt.Key_Down, Qt.AltModifier | Qt.ShiftModifier)
    key(scan, Qt.Key_Insert)
    (prompt,) = scan.session.annotation.prompts.values()
    assert view.frame.box_from_stored(prompt.box) == Box(12, 14, 32, 34)
    assert np.count_nonzero(scan.session.annotation.label_map) > 100


def test_escape_lets_go_of_a_held_button(scan):
    view = view_of(scan)
    view.point_crosshair(12, 14)
    key(scan, Qt.Key_Insert)
    key(scan, Qt.Key_Right, Qt.AltModifier | Qt.ShiftModifier)
    key(scan, Qt.Key_Escape)
    assert not view.is_dragging
    key(scan, Qt.Key_Right, Qt.AltModifier | Qt.ShiftModifier)
    assert not scan.session.annotation.prompts


def test_right_button_is_held_too(scan):
    window = scan.view.window
    key(scan, Qt.Key_Insert, Qt.ShiftModifier)
    key(scan, Qt.Key_Right, Qt.AltModifier | Qt.ShiftModifier)
    key(scan, Qt.Key_Insert, Qt.ShiftModifier)
    assert scan.view.window.width > window.width and not view_of(scan).is_dragging


def test_next_pane_takes_the_keys(scan):
    seen = [scan.view.current.plane]
    for _ in range(3):
        key(scan, Qt.Key_Tab, Qt.ControlModifier)
        assert scan.view.current.hasFocus()
        seen.append(scan.view.current.plane)
    assert set(seen) == set(Plane) and seen[0] == seen[-1]


def test_tool_before_comes_back(scan):
    scan.view.choose_tool("crosshair")
    scan.actions_["tool_last"].trigger()
    assert scan.view.tool_name == "box"
    scan.actions_["tool_last"].trigger()
    assert scan.view.tool_name == "crosshair"


def test_space_takes_the_tool_before_in_slicers_profile(scan):
    scan.view.choose_tool("crosshair")
    scan.actions_.keymap.choose_profile("slicer")
    key(scan, Qt.Key_Space)
    assert scan.view.tool_name == "box"


def test_arrows_move_the_crosshair_in_itk_snaps_profile(scan):
    scan.actions_.keymap.choose_profile("itksnap")
    view = view_of(scan)
    before, index = view.frame.from_voxel(view.crosshair), view.index
    key(scan, Qt.Key_Up)
    assert view.index == index
    assert view.frame.from_voxel(view.crosshair)[1] == pytest.approx(before[1] - 1)


def test_crosshair_is_kept_in_sight(scan):
    view = view_of(scan)
    view.zoom_by(8.0)
    for _ in range(5):
        scan.actions_["cursor_right_five"].trigger()
    x, y, _ = view.frame.from_voxel(view.crosshair)
    assert view.rect().contains(view.shown_to_view(x, y).toPoint())


def test_lines_of_the_crosshair(scan):
    assert scan.actions_["crosshair_lines"].isChecked()
    key(scan, Qt.Key_X, Qt.ShiftModifier)
    assert not any(view._crosshair_visible for view in scan.view.views)
    key(scan, Qt.Key_X, Qt.ShiftModifier)
    assert all(view._crosshair_visible for view in scan.view.views)


def test_nothing_to_walk_through_says_so(window):
    action = window.actions_["slice_up"]
    assert not action.isEnabled() and "Open an image first." in action.toolTip()


def test_keys_mean_the_pane_that_has_the_focus_though_the_mouse_rests_over_another(scan):
    axial, coronal = view_of(scan), view_of(scan, Plane.CORONAL)
    coronal.entered.emit()
    axial.setFocus(Qt.TabFocusReason)
    settle()
    assert scan.view.current is axial
    before, other = axial.index, coronal.index
    QTest.keyClick(axial, Qt.Key_Up)
    settle()
    assert (axial.index, coronal.index) == (before + axial.upwards, other)


@pytest.mark.parametrize("place", ["options", "window_panel"])
def test_enter_in_a_number_gives_the_keys_back_to_the_picture(scan, place):
    key(scan, Qt.Key_D)
    fields = [f for f in getattr(scan, place).findChildren(QAbstractSpinBox) if f.isVisible()]
    field = next(f for f in fields if f.isEnabled())
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "25")
    QTest.keyClick(field, Qt.Key_Return)
    settle()
    assert field.value() == 25 and view_of(scan).hasFocus()
    key(scan, Qt.Key_E)
    assert scan.view.tool_name == "eraser"
