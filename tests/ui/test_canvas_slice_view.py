"""Tests of the slice view: real events in, state and pixels out."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt5.QtCore import QEvent, QPointF, Qt
from PyQt5.QtGui import QKeyEvent, QNativeGestureEvent
from PyQt5.QtWidgets import QApplication

from medsam.intensity import Window, default_window, to_uint8
from medsam.ui.canvas import overlays
from medsam.ui.canvas.slice_view import SliceView
from medsam.ui.canvas.tools.base import Tool
from medsam.ui.canvas.tools.navigate import NavigateTool
from medsam.ui.canvas.transform import ViewTransform
from medsam.volume import Plane, Volume
from tests.phantoms import ct_phantom, oblique_volume, picture_stack, random_affine, reoriented, rgb_picture
from tests.ui.canvas_helpers import (
    Mouse,
    array_of,
    bare,
    black_picture,
    color_at,
    key,
    labelled,
    picture_of,
    place,
    ramp_volume,
    shown_view,
    wheel,
)


class TestFrames:
    @given(st.integers(0, 10_000), st.sampled_from(list(Plane)), st.floats(-0.4, 8.4), st.floats(-0.4, 6.4))
    def test_view_and_shown_are_inverse_for_any_orientation(self, qapp, seed, plane, x, y):
        view = SliceView()
        view.resize(311, 207)
        view.set_scene(Volume(np.zeros((9, 7, 5), np.int16), random_affine(seed), modality="MR"), plane)
        view.zoom_by(1.7, QPointF(100, 50))
        assert view.view_to_shown(view.shown_to_view(x, y)) == pytest.approx((x, y), abs=1e-9)

    @pytest.mark.parametrize("orientation", ["LPS", "RAS", "PSR", "IAL", "SLA"])
    @pytest.mark.parametrize("plane", list(Plane))
    def test_a_voxel_is_painted_where_the_view_says_it_is(self, qtbot, orientation, plane):
        volume = reoriented(ct_phantom((24, 20, 9), noise=60), orientation)
        view = shown_view(qtbot, volume, plane)
        bare(view)
        view.set_window(Window(0, 400))
        image = picture_of(view)
        rng = np.random.default_rng(0)
        checked = 0
        for _ in range(40):
            ijk = [int(rng.integers(0, n)) for n in volume.shape]
            ijk[view.frame.axis] = view.index
            x, y, _ = view.frame.from_voxel(ijk)
            px, py = place(view, x, y)
            if not (60 < px < 340 and 60 < py < 240):
                continue  # Captions may lie there.
            value = int(to_uint8(volume.array[tuple(ijk)].reshape(1), Window(0, 400))[0])
            assert color_at(image, px, py) == (value, value, value)
            assert np.allclose(view.frame.to_voxel(*view.view_to_shown(QPointF(px, py)), view.index), ijk)
            checked += 1
        assert checked >= 5

    def test_oblique_volumes_have_the_letters_of_the_closest_plane(self, qtbot):
        view = shown_view(qtbot, oblique_volume(), Plane.AXIAL)
        assert view.frame.letters == ("R", "L", "A", "P")

    def test_letters_are_painted_at_the_edges_but_not_for_pictures(self, qtbot):
        def bright(view):
            seen = array_of(picture_of(view)).max(axis=2) > 180
            h, w = seen.shape
            return (
                seen[h // 2 - 8 : h // 2 + 8, 4:24].any(),
                seen[h // 2 - 8 : h // 2 + 8, w - 24 : w - 4].any(),
                seen[4:24, w // 2 - 8 : w // 2 + 8].any(),
                seen[h - 24 : h - 4, w // 2 - 8 : w // 2 + 8].any(),
            )

        dark = Volume(np.zeros((40, 40, 3), np.int16), np.diag([-1, -1, 1, 1.0]), modality="MR")
        assert bright(shown_view(qtbot, dark)) == (True,) * 4
        assert bright(shown_view(qtbot, black_picture())) == (False,) * 4

    def test_spacing_makes_the_pixels_aspect(self, qtbot):
        view = shown_view(qtbot, ramp_volume((40, 30, 12), (1.0, 1.0, 4.0)), Plane.CORONAL)
        (x0, y0), (x1, y1) = place(view, 0, 0), place(view, 1, 1)
        assert (y1 - y0) / (x1 - x0) == pytest.approx(4.0)


class TestScene:
    def test_an_empty_view_invites(self, qtbot):
        view = shown_view(qtbot, None)
        before = array_of(picture_of(view))
        assert (before.max(axis=2) > 100).sum() > 100

    def test_a_new_scene_starts_in_the_middle_and_is_fitted(self, qtbot):
        volume = ramp_volume()
        view = shown_view(qtbot, volume)
        assert (view.index, view.is_fitted) == (6, True)
        assert view.window == default_window(volume)

    def test_the_same_scene_again_keeps_slice_and_zoom(self, qtbot):
        volume = ramp_volume()
        view = shown_view(qtbot, volume)
        view.set_index(3)
        view.zoom_by(2)
        zoom = view.zoom_factor
        view.set_scene(volume, Plane.AXIAL, labelled(volume, ((0, 3), (0, 3), (0, 3))))
        assert (view.index, view.zoom_factor) == (3, zoom)

    def test_resizing_keeps_a_fitted_picture_fitted_and_a_zoomed_one_zoomed(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        view.resize(800, 600)
        assert view.zoom_factor == pytest.approx(view.transform.fit_zoom)
        view.zoom_by(3)
        zoom, center = view.zoom_factor, view.transform.center_xy
        view.resize(300, 500)
        assert (view.zoom_factor, view.transform.center_xy) == (zoom, center)
        view.fit()
        assert view.zoom_factor == pytest.approx(view.transform.fit_zoom)

    def test_index_is_clipped_and_told_once(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        with qtbot.waitSignal(view.index_changed) as told:
            view.set_index(99)
        assert told.args == [11]
        with qtbot.assertNotEmitted(view.index_changed):
            view.set_index(500)

    def test_colour_pictures_are_shown_as_they_are(self, qtbot):
        volume = rgb_picture()
        view = shown_view(qtbot, volume)
        bare(view)
        view.set_window(Window(10, 20))
        assert view.window is None
        px, py = place(view, 30.5, 24.5)
        assert color_at(picture_of(view), px, py) == tuple(volume.array[30, 24, 0].tolist())

    def test_busy_line_comes_and_goes(self, qtbot):
        view = shown_view(qtbot, black_picture())
        quiet = array_of(picture_of(view))
        view.set_busy("Encoding this slice… 40 %", 0.4)
        busy = array_of(picture_of(view))
        assert (quiet != busy).any()
        focus = overlays.FOCUS
        assert (busy == [focus.red(), focus.green(), focus.blue()]).all(axis=2).sum() > 50
        view.set_busy(None)
        np.testing.assert_array_equal(array_of(picture_of(view)), quiet)

    def test_names_for_assistive_software_follow_the_slice(self, qtbot):
        view = shown_view(qtbot, ramp_volume(), Plane.SAGITTAL)
        view.set_index(4)
        assert view.accessibleName() == "Sagittal slice view"
        assert view.accessibleDescription() == "Slice 5 of 40"
        view.set_scene(None)
        assert "empty" in view.accessibleName()

    def test_small_panes_leave_out_words_not_the_picture(self, qtbot):
        view = shown_view(qtbot, ramp_volume(), size=(96, 96))
        image = picture_of(view)
        assert color_at(image, 40, 40) != (10, 11, 13)

    def test_high_resolution_screens_get_a_scene_of_device_pixels(self, qtbot, monkeypatch):
        view = shown_view(qtbot, ramp_volume())
        layers = view._layers
        image = layers.image(view.rect(), 2.0, view.transform, view.window)
        assert (image.width(), image.height(), image.devicePixelRatioF()) == (800, 600, 2.0)


class TestWheel:
    def test_one_notch_is_one_slice_towards_the_head(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        wheel(view, 120)
        assert view.index == 7
        wheel(view, -240)
        assert view.index == 5

    def test_in_a_volume_stored_downwards_up_is_still_towards_the_head(self, qtbot):
        view = shown_view(qtbot, reoriented(ramp_volume(), "LPI"))
        wheel(view, 120)
        assert view.index == 5

    def test_in_a_stack_of_pictures_down_is_the_next(self, qtbot):
        view = shown_view(qtbot, picture_stack())
        wheel(view, -120)
        assert view.index == 3

    def test_small_touchpad_angles_add_up(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        for _ in range(7):
            wheel(view, 15)
        assert view.index == 6
        wheel(view, 15)
        assert view.index == 7

    def test_turning_back_forgets_the_part_of_a_notch(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        wheel(view, 100)
        wheel(view, -30)
        wheel(view, 110)
        assert view.index == 6

    def test_a_new_gesture_starts_from_zero(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        wheel(view, 100)
        wheel(view, 100, phase=Qt.ScrollBegin)
        assert view.index == 6

    @pytest.mark.parametrize("at", [(120, 90), (300, 200), (210, 160)])
    def test_ctrl_wheel_zooms_and_the_point_under_the_cursor_stays(self, qtbot, at):
        view = shown_view(qtbot, ramp_volume())
        before, zoom, index = view.view_to_shown(QPointF(*at)), view.zoom_factor, view.index
        wheel(view, 120, at, Qt.ControlModifier)
        assert view.zoom_factor == pytest.approx(zoom * 1.2)
        assert view.view_to_shown(QPointF(*at)) == pytest.approx(before)
        wheel(view, 40, at, Qt.ControlModifier)
        assert view.zoom_factor == pytest.approx(zoom * 1.2 ** (4 / 3))
        assert view.view_to_shown(QPointF(*at)) == pytest.approx(before)
        assert view.index == index


class TestDrags:
    def test_middle_drag_pans(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        view.zoom_by(3)
        x, y = view.view_to_shown(QPointF(150, 120))
        Mouse(view).drag((150, 120), (190, 95), Qt.MiddleButton)
        assert place(view, x, y) == pytest.approx((190, 95))
        assert not view.is_fitted

    def test_space_and_left_drag_pans_instead_of_the_tool(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        view.set_tool(RecordingTool())
        view.zoom_by(3)
        x, y = view.view_to_shown(QPointF(150, 120))
        key(view, Qt.Key_Space)
        assert view.cursor().shape() == Qt.OpenHandCursor
        mouse = Mouse(view).press(150, 120)
        assert view.cursor().shape() == Qt.ClosedHandCursor
        mouse.move(170, 130).release()
        key(view, Qt.Key_Space, press=False)
        assert place(view, x, y) == pytest.approx((170, 130))
        assert view.tool.log == []
        assert view.cursor().shape() != Qt.OpenHandCursor

    def test_right_drag_rightwards_widens_and_upwards_brightens(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        view.set_window(Window(500, 400))
        step = view.value_span / 800
        with qtbot.waitSignal(view.window_changed):
            Mouse(view).drag((200, 150), (240, 130), Qt.RightButton)
        assert view.window.width == pytest.approx(400 + 40 * step)
        assert view.window.level == pytest.approx(500 - 20 * step)

    def test_a_window_never_gets_narrower_than_a_step(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        Mouse(view).drag((390, 150), (-5000, 150), Qt.RightButton)
        assert view.window.width == pytest.approx(view.value_span / 800)

    def test_right_drag_on_colour_does_nothing_and_the_cursor_says_so(self, qtbot):
        view = shown_view(qtbot, rgb_picture())
        before = array_of(picture_of(view))
        mouse = Mouse(view).press(200, 150, Qt.RightButton)
        assert view.cursor().shape() == Qt.ForbiddenCursor
        mouse.move(260, 80).release()
        np.testing.assert_array_equal(array_of(picture_of(view)), before)

    @pytest.mark.parametrize("button", [Qt.MiddleButton, Qt.RightButton])
    def test_escape_gives_a_drag_up(self, qtbot, button):
        view = shown_view(qtbot, ramp_volume())
        view.set_window(Window(500, 400))
        window, transform = view.window, view.transform
        mouse = Mouse(view).press(200, 150, button).move(260, 80)
        assert (view.window, view.transform) != (window, transform)
        assert key(view, Qt.Key_Escape)
        assert (view.window, view.transform) == (window, transform)
        mouse.move(300, 300).release()
        assert (view.window, view.transform) == (window, transform)

    def test_another_buttons_release_does_not_end_it(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        view.zoom_by(3)
        x, y = view.view_to_shown(QPointF(150, 120))
        mouse = Mouse(view).press(150, 120, Qt.MiddleButton)
        mouse._send(QEvent.MouseButtonPress, Qt.LeftButton, Qt.LeftButton | Qt.MiddleButton, Qt.NoModifier)
        mouse._send(QEvent.MouseButtonRelease, Qt.LeftButton, Qt.MiddleButton, Qt.NoModifier)
        assert view.is_dragging
        mouse.move(170, 130).release()
        assert place(view, x, y) == pytest.approx((170, 130))
        assert view.crosshair is None

    def test_escape_without_a_drag_is_left_to_the_window(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        assert not key(view, Qt.Key_Escape)

    def test_shortcuts_do_not_take_escape_from_a_drag(self, qtbot):
        view = shown_view(qtbot, ramp_volume())

        def overridden(code):
            event = QKeyEvent(QEvent.ShortcutOverride, code, Qt.NoModifier)
            event.ignore()
            QApplication.sendEvent(view, event)
            return event.isAccepted()

        assert not overridden(Qt.Key_Escape)
        Mouse(view).press(200, 150, Qt.RightButton)
        assert overridden(Qt.Key_Escape)
        assert not overridden(Qt.Key_S)

    def test_hiding_gives_a_drag_up(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        transform = view.transform
        Mouse(view).press(200, 150, Qt.MiddleButton).move(220, 180)
        view.hide()
        assert (view.is_dragging, view.transform) == (False, transform)


class TestCrosshair:
    def test_left_click_and_drag_carry_it(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        told = []
        view.crosshair_moved.connect(told.append)
        Mouse(view).drag(place(view, 5.5, 7.5), place(view, 20.5, 11.5))
        assert told[0] == pytest.approx((5, 7, 6))
        assert told[-1] == pytest.approx((20, 11, 6))
        assert view.crosshair == told[-1]

    def test_outside_of_the_picture_the_nearest_voxel_counts(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        told = []
        view.crosshair_moved.connect(told.append)
        Mouse(view).drag((5, 5), (399, 299))
        assert [round(v) for v in told[0]] == [0, 0, 6]
        assert [round(v) for v in told[-1]] == [39, 29, 6]

    def test_shift_and_move_carries_it_without_a_button(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        view.set_tool(RecordingTool())
        mouse = Mouse(view)
        mouse.move(*place(view, 3.5, 4.5))
        assert view.crosshair is None
        mouse.move(*place(view, 9.5, 8.5), Qt.ShiftModifier)
        assert view.crosshair == pytest.approx((9, 8, 6))

    def test_escape_takes_it_back(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        view.move_crosshair((1.0, 2.0, 6.0))
        Mouse(view).press(*place(view, 20, 20)).move(*place(view, 22, 22))
        key(view, Qt.Key_Escape)
        assert view.crosshair == (1.0, 2.0, 6.0)

    def test_setting_it_tells_nobody(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        with qtbot.assertNotEmitted(view.crosshair_moved):
            view.set_crosshair((3, 3, 3))

    @pytest.mark.parametrize(
        ("plane", "vertical", "horizontal"),
        [
            (Plane.AXIAL, Plane.SAGITTAL, Plane.CORONAL),
            (Plane.CORONAL, Plane.SAGITTAL, Plane.AXIAL),
            (Plane.SAGITTAL, Plane.CORONAL, Plane.AXIAL),
        ],
    )
    def test_lines_have_their_planes_colours_and_a_gap(self, qtbot, plane, vertical, horizontal):
        volume = Volume(np.zeros((40, 40, 40), np.int16), np.diag([-1, -1, 1, 1.0]), modality="MR")
        view = shown_view(qtbot, volume, plane)
        plain = array_of(picture_of(view)).astype(int)
        view.set_crosshair((20, 20, 20))
        marked = array_of(picture_of(view)).astype(int)
        x, y = (int(v) for v in place(view, *view.frame.from_voxel((20, 20, 20))[:2]))
        up, left = marked[y - 30, x], marked[y, x - 30]
        for seen, of in ((up, vertical), (left, horizontal)):
            color = overlays.PLANE_COLORS[of]
            full = np.array([color.red(), color.green(), color.blue()])
            np.testing.assert_allclose(seen / max(seen), full / max(full), atol=0.05)
        assert (marked[y - 5 : y + 6, x - 5 : x + 6] == plain[y - 5 : y + 6, x - 5 : x + 6]).all()
        view.set_crosshair_visible(False)
        np.testing.assert_array_equal(array_of(picture_of(view)), plain)

    def test_navigation_tool_does_the_same(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        view.set_tool(NavigateTool(view))
        view.set_crosshair((1, 2, 6))
        mouse = Mouse(view).press(*place(view, 5.5, 7.5)).move(*place(view, 8.5, 9.5))
        assert view.crosshair == pytest.approx((8, 9, 6))
        key(view, Qt.Key_Escape)
        assert view.crosshair == (1, 2, 6)
        mouse.release().drag(place(view, 3.5, 3.5), place(view, 4.5, 5.5))
        assert view.crosshair == pytest.approx((4, 5, 6))

    def test_centering_brings_it_to_the_middle(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        view.zoom_by(4)
        view.set_crosshair((12, 20, 6))
        view.center_on_crosshair()
        assert place(view, 12.5, 20.5) == pytest.approx((200, 150))


class TestProbe:
    def test_hovering_tells_the_voxel_and_leaving_tells_none(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        told = []
        view.probe_moved.connect(told.append)
        mouse = Mouse(view).move(*place(view, 7.5, 3.5))
        assert told[-1] == pytest.approx((7, 3, 6))
        mouse.move(2, 2)
        assert told[-1] is None
        mouse.move(*place(view, 8.5, 3.5))
        QApplication.sendEvent(view, QEvent(QEvent.Leave))
        assert told[-1] is None

    def test_the_wheel_tells_the_voxel_of_the_new_slice(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        told = []
        view.probe_moved.connect(told.append)
        wheel(view, 120, place(view, 7.5, 3.5))
        assert told[-1] == pytest.approx((7, 3, 7))

    def test_entering_is_told(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        with qtbot.waitSignal(view.entered):
            QApplication.sendEvent(view, QEvent(QEvent.Enter))


class RecordingTool(Tool):
    """Takes every press and writes down what it is told."""

    cursor = Qt.PointingHandCursor

    def __init__(self) -> None:
        super().__init__()
        self.log: list[tuple] = []

    def mouse_press(self, view, mouse):
        self.log.append(("press", round(mouse.x, 6), round(mouse.y, 6)))
        return True

    def mouse_move(self, view, mouse):
        if mouse.buttons:
            self.log.append(("move", round(mouse.x, 6), round(mouse.y, 6)))
        return True

    def mouse_release(self, view, mouse):
        self.log.append(("release", round(mouse.x, 6), round(mouse.y, 6)))
        return True

    def cancel(self, view):
        self.log.append(("cancel",))
        return True


class TestTools:
    def test_a_tool_gets_the_left_button_in_shown_coordinates(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        tool = RecordingTool()
        view.set_tool(tool)
        Mouse(view).drag(place(view, 5, 6), place(view, 9, 8), steps=1)
        assert tool.log == [("press", 5, 6), ("move", 9, 8), ("release", 9, 8)]
        assert view.crosshair is None
        assert view.cursor().shape() == Qt.PointingHandCursor

    def test_escape_and_slice_changes_cancel_its_drag(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        tool = RecordingTool()
        view.set_tool(tool)
        mouse = Mouse(view).press(*place(view, 5, 6))
        key(view, Qt.Key_Escape)
        assert tool.log[-1] == ("cancel",)
        mouse.release()
        assert tool.log[-1] == ("cancel",)
        mouse.press(*place(view, 5, 6))
        view.set_index(2)
        assert tool.log[-1] == ("cancel",)
        assert not view.is_dragging

    def test_the_wheel_rests_while_a_tool_draws(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        view.set_tool(RecordingTool())
        Mouse(view).press(*place(view, 5, 6))
        wheel(view, 120)
        assert view.index == 6

    def test_double_click_asks_for_the_whole_area(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        with qtbot.waitSignal(view.maximise_requested):
            Mouse(view).double_click(200, 150)

    def test_a_double_click_after_a_quick_drag_is_the_next_press(self, qtbot):
        view = shown_view(qtbot, ramp_volume())
        tool = RecordingTool()
        view.set_tool(tool)
        mouse = Mouse(view).drag((150, 100), (250, 200))
        tool.log.clear()
        with qtbot.assertNotEmitted(view.maximise_requested):
            mouse.held, mouse.at = Qt.LeftButton, QPointF(150, 100)
            mouse._send(QEvent.MouseButtonDblClick, Qt.LeftButton, Qt.LeftButton, Qt.NoModifier)
        assert tool.log[0][0] == "press"


def test_zooming_by_pinch_is_about_the_pinched_point(qtbot):
    view = shown_view(qtbot, ramp_volume())
    at, zoom = QPointF(150, 100), view.zoom_factor
    before = view.view_to_shown(at)
    QApplication.sendEvent(view, QNativeGestureEvent(Qt.ZoomNativeGesture, at, at, at, 0.5, 0, 0))
    assert view.zoom_factor == pytest.approx(zoom * 1.5)
    assert view.view_to_shown(QPointF(150, 100)) == pytest.approx(before)


def test_reset_fits_and_takes_the_default_window(qtbot):
    volume = ramp_volume()
    view = shown_view(qtbot, volume)
    view.zoom_by(3, QPointF(10, 10))
    view.set_window(Window(1, 2))
    view.reset_view()
    assert view.window == default_window(volume)
    assert isinstance(view.transform, ViewTransform) and view.is_fitted


@pytest.mark.parametrize(
    ("unit_per_pixel", "longest", "expected"),
    [(0.5, 100, (50, 100)), (0.5, 99, (20, 40)), (1.0, 160, (100, 100)), (0.011, 100, (1, 1 / 0.011))],
)
def test_the_scale_bar_is_a_round_length(unit_per_pixel, longest, expected):
    assert overlays.scale_bar(unit_per_pixel, longest) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("length", "unit", "text"),
    [(50, "mm", "5 cm"), (10, "mm", "1 cm"), (5, "mm", "5 mm"), (0.05, "mm", "50 µm"), (200, "px", "200 px")],
)
def test_lengths_for_people(length, unit, text):
    assert overlays.length_text(length, unit) == text
