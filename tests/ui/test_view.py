"""Planes, crosshair, windows, layouts, keys and the probe."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import QEvent, QPoint, QPointF, Qt
from PyQt5.QtGui import QWheelEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from medsam.intensity import CT_PRESETS, Window
from medsam.ui.panels.label_model import NAME
from medsam.ui.panels.status import say_position, say_value, voxel_of
from medsam.volume import Plane
from tests.phantoms import ct_phantom, grey_picture, oblique_volume, picture_stack, rgb_picture
from tests.ui.canvas_helpers import wheel as turn_wheel
from tests.ui.window_support import colour_at, drag, hover, place, settle, show_volume, view_of


def test_crosshair_is_linked_through_all_planes(window):
    show_volume(window, ct_phantom())
    QTest.keyClick(window, Qt.Key_C)
    axial = view_of(window)
    drag(axial, (20.5, 30.5), (40.5, 12.5))
    i, j, k = axial.crosshair
    for plane in (Plane.CORONAL, Plane.SAGITTAL):
        view = view_of(window, plane)
        assert view.crosshair == (i, j, k)
        assert view.index == view.frame.from_voxel((i, j, k))[2]
    assert (round(i), round(j), k) == (40, 12, 10)


def test_wheel_walks_and_the_others_follow(window):
    show_volume(window, ct_phantom())
    coronal = view_of(window, Plane.CORONAL)
    before = coronal.index
    at = QPointF(coronal.rect().center())
    wheel = QWheelEvent(
        at,
        QPointF(coronal.mapToGlobal(at.toPoint())),
        QPoint(),
        QPoint(0, 120),
        Qt.NoButton,
        Qt.NoModifier,
        Qt.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(coronal, wheel)
    assert abs(coronal.index - before) == 1
    assert view_of(window).crosshair[coronal.frame.axis] == coronal.index
    assert window.area.panes[Plane.CORONAL].strip.index == coronal.index


@pytest.mark.parametrize(
    ("key", "modifier", "step"),
    [(Qt.Key_PageUp, Qt.NoModifier, 1), (Qt.Key_Up, Qt.NoModifier, 1), (Qt.Key_Up, Qt.ShiftModifier, 5)],
)
def test_keys_walk_through_the_slices(window, key, modifier, step):
    show_volume(window, ct_phantom())
    view = view_of(window)
    before = view.index
    QTest.keyClick(view, key, modifier)
    assert abs(view.index - before) == step
    QTest.keyClick(view, Qt.Key_Home)
    first = view.index
    QTest.keyClick(view, Qt.Key_End)
    assert {first, view.index} == {0, 19}


def test_strip_changes_the_slice(window):
    show_volume(window, ct_phantom())
    window.area.panes[Plane.AXIAL].strip.set_index(3)
    assert view_of(window).index == 3 and view_of(window, Plane.CORONAL).crosshair[2] == 3


@pytest.mark.parametrize("number", range(1, 6))
def test_preset_keys_set_the_window_of_all_panes(window, number):
    show_volume(window, ct_phantom())
    QTest.keyClick(window, Qt.Key_0 + number, Qt.AltModifier)
    wanted = list(CT_PRESETS.values())[number - 1]
    assert {view.window for view in window.view.views} == {wanted}
    assert window.window_panel.presets.currentData() == wanted


def test_numbers_in_the_panel_set_the_window_and_follow_a_drag(window):
    show_volume(window, ct_phantom())
    window.window_panel.level.setValue(100)
    assert view_of(window, Plane.SAGITTAL).window == Window(100, 400)
    view_of(window).set_window(Window(7, 70))
    assert (window.window_panel.level.value(), window.window_panel.width_.value()) == (7, 70)
    assert view_of(window, Plane.CORONAL).window == Window(7, 70)


def test_reset_restores_window_slice_and_fit(window):
    show_volume(window, ct_phantom())
    view = view_of(window)
    view.set_index(2)
    view.zoom_by(3)
    QTest.keyClick(window, Qt.Key_2, Qt.AltModifier)
    QTest.keyClick(window, Qt.Key_R)
    assert view.is_fitted and view.index == 10 and view.window == CT_PRESETS["soft tissue"]


def test_auto_window_fits_the_slice(window):
    show_volume(window, oblique_volume())
    before = view_of(window).window
    view_of(window).set_index(1)
    QTest.keyClick(window, Qt.Key_A)
    assert view_of(window).window != before


def test_windows_are_refused_with_the_reason_where_they_mean_nothing(window):
    show_volume(window, rgb_picture())
    assert not window.actions_["auto_window"].isEnabled()
    assert "colour" in window.actions_["auto_window"].toolTip()
    assert not window.window_panel.level.isEnabled()
    show_volume(window, oblique_volume())
    assert not window.actions_["preset_1"].isEnabled() and "CT" in window.actions_["preset_1"].toolTip()
    assert window.actions_["auto_window"].isEnabled()


def test_double_click_shows_one_plane_and_back(window):
    show_volume(window, ct_phantom())
    coronal = view_of(window, Plane.CORONAL)
    QTest.mouseDClick(coronal, Qt.LeftButton, Qt.NoModifier, place(coronal, 5, 5))
    settle()
    assert [p for p, pane in window.area.panes.items() if pane.isVisible()] == [Plane.CORONAL]
    assert window.actions_["layout_one"].isChecked()
    QTest.mouseDClick(coronal, Qt.LeftButton, Qt.NoModifier, place(coronal, 5, 5))
    settle()
    assert all(pane.isVisible() for pane in window.area.panes.values())
    assert window.actions_["layout_large"].isChecked()


def test_side_by_side_is_beside_each_other(window):
    show_volume(window, ct_phantom())
    window.actions_["layout_side"].trigger()
    settle()
    panes = list(window.area.panes.values())
    tops = {pane.mapTo(window, QPoint(0, 0)).y() for pane in panes}
    lefts = [pane.mapTo(window, QPoint(0, 0)).x() for pane in panes]
    assert len(tops) == 1 and lefts == sorted(lefts) and len(set(lefts)) == 3
    widths = [pane.width() for pane in panes]
    assert max(widths) - min(widths) < 0.15 * max(widths)


def test_layout_is_remembered(window, new_window):
    window.actions_["layout_side"].trigger()
    assert new_window().area.layout_name == "side"


def test_stack_of_pictures_has_one_pane_with_a_strip(window):
    show_volume(window, picture_stack())
    assert [p for p, pane in window.area.panes.items() if pane.isVisible()] == [Plane.AXIAL]
    assert window.area.panes[Plane.AXIAL].strip.count == 5


def test_overlay_key_hides_the_masks(window):
    show_volume(window, ct_phantom(noise=0.0))
    view = view_of(window)
    plain = colour_at(view, 22, 26)
    drag(view, (10, 12), (30, 36))
    assert colour_at(view, 22, 26) != plain
    QTest.keyClick(window, Qt.Key_X)
    assert colour_at(view, 22, 26) == plain
    assert window.segmentation.tool.boxes(view) == ()
    drag(view, (34, 30), (50, 44))
    assert len(window.segmentation.tool.boxes(view)) == 2, "drawing shows the masks again"
    assert colour_at(view, 22, 26) != plain


def test_probe_says_position_voxel_value_and_label(window):
    show_volume(window, ct_phantom(noise=0.0))
    view = view_of(window)
    drag(view, (10, 12), (30, 36))
    hover(view, 20.5, 24.5)
    status = window.status
    i, j, k = (int(part) for part in status.voxel.text().split(","))
    assert (i, j, k) == (20, 24, 10)
    assert status.value.text() == f"{window.session.volume.array[i, j, k]} HU"
    assert status.label.text() == "Label 1"
    letters, numbers = zip(*(part.split() for part in status.position.text().split("  ")), strict=True)
    assert letters == ("R", "A", "I")
    # The affine puts voxel (20, 24, 10) at R 20, A 15, I 60; a pixel of the screen is half a millimetre.
    assert [float(n) for n in numbers] == pytest.approx([20.0, 15.0, 60.0], abs=0.6)


def test_probe_fields_keep_their_width(window):
    show_volume(window, ct_phantom())
    before = [f.width() for f in (window.status.position, window.status.voxel, window.status.value)]
    window.status.show_probe(window.session.annotation, (63.0, 55.0, 19.0))
    settle()
    assert [f.width() for f in (window.status.position, window.status.voxel, window.status.value)] == before


def test_probe_words():
    colour = rgb_picture()
    assert say_value(colour, (0, 0, 0)) == " ".join(str(v) for v in colour.array[0, 0, 0])
    assert say_position(colour, (0.0, 0.0, 0.0)) == ""
    grey = grey_picture()
    assert voxel_of(grey, (-0.5, 0.4, 0.0)) == (0, 0, 0)
    assert voxel_of(grey, (-0.6, 0.0, 0.0)) is None
    assert voxel_of(grey, (63.5, 0.0, 0.0)) is None


@pytest.mark.parametrize("make", [ct_phantom, picture_stack])
@pytest.mark.parametrize("angle", [120, -120])
def test_wheel_goes_the_same_way_over_strip_and_pane(window, make, angle):
    show_volume(window, make())
    view = view_of(window)
    strip = window.area.panes[Plane.AXIAL].strip
    middle = view.index
    turn_wheel(view, angle)
    over_pane = view.index
    view.set_index(middle)
    turn_wheel(strip, angle)
    assert view.index == over_pane != middle
    view.set_index(middle)
    QTest.keyClick(strip, Qt.Key_Up if angle > 0 else Qt.Key_Down)
    assert view.index == over_pane


def test_keys_mean_the_pane_under_the_mouse_after_a_click_in_the_label_list(window):
    show_volume(window, ct_phantom())
    table = window.label_panel.view
    QTest.mouseClick(table.viewport(), Qt.LeftButton, Qt.NoModifier, QPoint(80, 10))
    assert QApplication.focusWidget() is table
    view = view_of(window)
    QApplication.sendEvent(view, QEvent(QEvent.Enter))
    before = view.index
    QTest.keyClick(QApplication.focusWidget(), Qt.Key_Up)
    assert abs(view.index - before) == 1


def test_a_field_being_filled_keeps_the_keys_when_the_mouse_crosses_a_pane(window):
    show_volume(window, ct_phantom())
    table = window.label_panel.view
    table.setFocus()
    table.edit(window.label_panel.model.index(0, NAME))
    editor = QApplication.focusWidget()
    QTest.keyClicks(editor, "Li")
    QApplication.sendEvent(view_of(window), QEvent(QEvent.Enter))
    QTest.keyClicks(QApplication.focusWidget(), "ver")
    QTest.keyClick(QApplication.focusWidget(), Qt.Key_Return)
    settle()
    assert [label.name for label in window.session.annotation.labels] == ["Liver"]


@pytest.mark.parametrize("width", [720, 1024, 1366])
def test_the_status_line_keeps_room_for_messages(window, width):
    show_volume(window, ct_phantom())
    window.resize(width, 600)
    settle()
    status = window.status
    fields = (status.position, status.voxel, status.value, status.label)
    first = min(f.x() for f in (*fields, status.engine) if f.isVisible())
    assert first >= 200
    assert status.engine.geometry().right() <= status.width()
    assert status.value.isVisible() is (width > 720)
    assert all(f.isVisible() for f in fields) is (width == 1366)


def test_the_crosshair_is_brought_to_the_middle_of_zoomed_panes(window):
    show_volume(window, ct_phantom())
    for view in window.view.views:
        view.zoom_by(4.0)
    window.view.move_crosshair((50.0, 10.0, 4.0))
    QTest.keyClick(window, Qt.Key_C, Qt.ShiftModifier)
    for view in window.view.views:
        x, y, _ = view.frame.from_voxel((50.0, 10.0, 4.0))
        at = view.shown_to_view(x, y)
        assert abs(at.x() - view.width() / 2) <= 1 and abs(at.y() - view.height() / 2) <= 1


def test_magnified_pixels_are_smooth_or_square_and_it_is_remembered(window, new_window):
    show_volume(window, ct_phantom())
    view = view_of(window)
    view.zoom_by(8.0)

    def colours() -> int:
        image = view.grab().toImage()
        return len({image.pixel(x, view.height() // 2 + 20) for x in range(40, view.width() - 40)})

    smooth = colours()
    QTest.keyClick(window, Qt.Key_I)
    assert colours() < smooth
    QTest.keyClick(window, Qt.Key_I)
    assert colours() == smooth
    QTest.keyClick(window, Qt.Key_I)
    assert not new_window().actions_["smooth"].isChecked()
