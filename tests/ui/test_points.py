"""Points, box with points, and previous masks: from real clicks to the engine and the document."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest

from medsam.document import paint_edit
from medsam.engine.jobs import Predict
from medsam.prompts import Box, Points, Prompts
from medsam.volume import Plane
from tests.fakes import ellipse_mask, fake_model_info
from tests.phantoms import ct_phantom, grey16_picture, reoriented
from tests.ui.window_support import drag, ellipse, hover, place, settle, show_volume, view_of

BOX = Box(10, 12, 30, 36)
ALL = frozenset({"box", "points", "mask"})


@pytest.fixture
def points_window(new_window, maker):
    """A window whose model takes everything, with a volume and the points tool."""
    maker.prepare = lambda engine: engine.models.update(medsam_zoom=fake_model_info(prompts=ALL))
    window = new_window()
    show_volume(window, ct_phantom())
    QTest.keyClick(window, Qt.Key_P)
    settle()
    assert window.view.tool_name == "points"
    return window


def click(view, x, y, button=Qt.LeftButton, modifiers=Qt.NoModifier):
    """Click on a shown point."""
    QTest.mouseClick(view, button, modifiers, place(view, x, y))
    settle()


def asked(maker):
    """What was asked of the engine, drags aside."""
    return [r for r in maker.engine.asked(Predict) if not r.channel]


def only_prompt(window):
    (prompt,) = window.session.annotation.prompts.values()
    return prompt


def mask_of(window, plane=Plane.AXIAL):
    view = view_of(window, plane)
    return window.session.annotation.slice_labels(view.frame.axis, view.index) > 0


@pytest.mark.parametrize("plane", list(Plane))
@pytest.mark.parametrize("orientation", ["LPS", "PSR"])
def test_clicks_reach_engine_and_document_in_every_plane(new_window, maker, plane, orientation):
    maker.prepare = lambda engine: engine.models.update(medsam_zoom=fake_model_info(prompts=ALL))
    window = new_window()
    show_volume(window, reoriented(ct_phantom(), orientation))
    window.view.choose_tool("points")
    view = view_of(window, plane)
    click(view, 20.5, 8.5)
    click(view, 25.5, 8.5, Qt.RightButton)
    stored = Points.of([view.frame.point_to_stored(20.5, 8.5)], [view.frame.point_to_stored(25.5, 8.5)])
    prompt = only_prompt(window)
    assert prompt.box is None and prompt.points.positive == (True, False)
    np.testing.assert_allclose(prompt.points.xy, stored.xy, atol=0.5 / view.zoom_factor + 0.2)
    expected = ellipse_mask(Prompts(points=prompt.points), mask_of(window, plane).shape)
    np.testing.assert_array_equal(mask_of(window, plane), expected)


def test_each_click_is_a_step_and_undo_is_bit_for_bit(points_window):
    window, annotation = points_window, points_window.session.annotation
    maps = [annotation.label_map.copy()]
    for n, x in enumerate((20, 26, 32)):
        click(view_of(window), x, 20, Qt.RightButton if n == 1 else Qt.LeftButton)
        maps.append(annotation.label_map.copy())
    assert window.session.undo.text(0) == "points on slice 11"
    assert window.session.undo.text(2) == "change of points on slice 11"
    for before in reversed(maps[:-1]):
        window.actions_["undo"].trigger()
        np.testing.assert_array_equal(annotation.label_map, before)
    for _ in range(3):
        window.actions_["redo"].trigger()
    np.testing.assert_array_equal(annotation.label_map, maps[-1])


def test_clicks_on_a_box_correct_its_mask(points_window, maker):
    window = points_window
    view = view_of(window)
    QTest.keyClick(window, Qt.Key_B)
    drag(view, (10, 12), (30, 36))
    QTest.keyClick(window, Qt.Key_P)
    click(view, 34, 24)
    request = asked(maker)[-1]
    assert request.prompts.kinds == {"box", "points"} and request.candidates == 3
    prompt = only_prompt(window)
    assert view.frame.box_from_stored(prompt.box) == BOX and len(prompt.points.xy) == 1
    assert mask_of(window).sum() > ellipse_mask(Prompts(prompt.box), mask_of(window).shape).sum()
    assert window.session.undo.text(1) == "change of box on slice 11"


def test_the_next_object_begins_with_its_key(points_window):
    window, view = points_window, view_of(points_window)
    click(view, 20, 20)
    QTest.keyClick(window, Qt.Key_P, Qt.ShiftModifier)
    settle()
    click(view, 45, 40)
    assert [len(p.points.xy) for p in window.session.annotation.prompts.values()] == [1, 1]


@pytest.mark.parametrize("code", [Qt.Key_Return, Qt.Key_Enter, Qt.Key_Escape])
def test_enter_and_escape_are_done_with_an_object(points_window, code):
    window, view = points_window, view_of(points_window)
    click(view, 20, 20)
    painted = window.session.annotation.label_map.copy()
    QTest.keyClick(view, code)
    settle()
    np.testing.assert_array_equal(window.session.annotation.label_map, painted)
    click(view, 45, 40)
    assert len(window.session.annotation.prompts) == 2


def test_another_label_begins_another_object(points_window):
    window, view = points_window, view_of(points_window)
    click(view, 20, 20)
    QTest.keyClick(window, Qt.Key_N)
    settle()
    click(view, 45, 40)
    assert [p.label_id for p in window.session.annotation.prompts.values()] == [1, 2]


def test_a_dragged_point_moves_the_mask(points_window):
    window, view = points_window, view_of(points_window)
    click(view, 20.5, 20.5)
    drag(view, (20.5, 20.5), (40.5, 30.5))
    prompt = only_prompt(window)
    shown = [view.frame.point_from_stored(x, y) for x, y in prompt.points.xy]
    np.testing.assert_allclose(shown, [(40.5, 30.5)], atol=0.3)
    expected = ellipse_mask(Prompts(points=prompt.points), mask_of(window).shape)
    np.testing.assert_array_equal(mask_of(window), expected)


def test_removing_the_last_point_removes_the_object(points_window):
    window, view = points_window, view_of(points_window)
    click(view, 20, 20)
    click(view, 20, 20, Qt.RightButton)
    annotation = window.session.annotation
    assert not annotation.prompts and not annotation.label_map.any()
    window.actions_["undo"].trigger()
    assert annotation.prompts and annotation.label_map.any()


def test_removing_the_last_point_of_a_box_leaves_the_box(points_window, maker):
    window, view = points_window, view_of(points_window)
    window.segmentation.draw(view, BOX)
    settle()
    before = mask_of(window)
    click(view, 34, 24)
    click(view, 34, 24, Qt.RightButton)
    assert asked(maker)[-1].prompts.kinds == {"box"}
    np.testing.assert_array_equal(mask_of(window), before)


def test_delete_removes_prompt_and_mask(points_window):
    window, view = points_window, view_of(points_window)
    click(view, 20, 20)
    click(view, 30, 20)
    QTest.keyClick(view, Qt.Key_Delete)
    settle()
    assert not window.session.annotation.prompts and not window.session.annotation.label_map.any()


def test_over_a_point_the_status_line_says_what_can_be_done(points_window):
    view = view_of(points_window)
    click(view, 20, 20)
    hover(view, 20, 20)
    assert "removes it" in points_window.status.currentMessage()
    hover(view, 50, 50)
    assert "removes it" not in points_window.status.currentMessage()


def test_t_lets_the_left_button_mark_what_is_not_the_object(points_window):
    window, view = points_window, view_of(points_window)
    click(view, 20, 20)
    QTest.keyClick(window, Qt.Key_T)
    click(view, 25, 20)
    click(view, 30, 20, Qt.RightButton)
    assert only_prompt(window).points.positive == (True, False, True)
    assert window.choice.options.negative.isChecked()


def test_clicks_during_the_computation_are_not_lost(new_window, maker):
    maker.mode = "told"
    maker.prepare = lambda engine: engine.models.update(medsam_zoom=fake_model_info(prompts=ALL))
    window = new_window()
    maker.engine.deliver()
    settle()
    show_volume(window, ct_phantom())
    window.view.choose_tool("points")
    view = view_of(window)
    for x in (20, 26):
        click(view, x, 20)
    QTest.mousePress(view, Qt.LeftButton, Qt.NoModifier, place(view, 32, 20))
    maker.engine.deliver()  # the prompt enters the document under another number, the button held
    settle()
    QTest.mouseRelease(view, Qt.LeftButton, Qt.NoModifier, place(view, 32, 20))
    maker.engine.deliver()
    settle()
    assert len(only_prompt(window).points.xy) == 3
    expected = ellipse_mask(Prompts(points=only_prompt(window).points), mask_of(window).shape)
    np.testing.assert_array_equal(mask_of(window), expected)


def test_pictures_have_no_slice_to_name(points_window):
    show_volume(points_window, grey16_picture())
    view, undo = view_of(points_window), points_window.session.undo
    click(view, 20, 20)
    points_window.segmentation.finish()
    points_window.segmentation.draw(view, BOX)
    settle()
    assert [undo.text(n) for n in range(2)] == ["points", "box"]


class TestWithoutAMouse:
    def put(self, window, x, y, code, modifiers=Qt.NoModifier):
        """Press the mouse button at the crosshair by a key, and let go."""
        view = view_of(window)
        view.point_crosshair(x, y)
        for _ in range(2):
            QTest.keyClick(view, code, modifiers)
            settle()

    def test_points_are_put_at_the_crosshair(self, points_window):
        view = view_of(points_window)
        for x, modifiers in ((20.5, Qt.NoModifier), (28.5, Qt.ShiftModifier)):
            self.put(points_window, x, 24.5, Qt.Key_Insert, modifiers)
        prompt = only_prompt(points_window)
        shown = [view.frame.point_from_stored(*xy) for xy in prompt.points.xy]
        np.testing.assert_allclose(shown, [(20.5, 24.5), (28.5, 24.5)], atol=1.0)
        assert prompt.points.positive == (True, False)

    def test_a_box_is_moved_and_resized_by_keys(self, points_window):
        window, view = points_window, view_of(points_window)
        QTest.keyClick(window, Qt.Key_B)
        drag(view, (10, 12), (30, 36))
        QTest.keyClick(view, Qt.Key_Right, Qt.AltModifier)
        QTest.keyClick(view, Qt.Key_Down, Qt.AltModifier | Qt.ShiftModifier)
        settle()
        after = view.frame.box_from_stored(only_prompt(window).box)
        assert after == Box(11, 12, 31, 37)
        np.testing.assert_array_equal(mask_of(window), ellipse(view, after))


class TestWhatTheModelTakes:
    def test_points_are_not_offered_by_a_model_for_boxes_and_it_says_why(self, window):
        show_volume(window, ct_phantom())
        action = window.actions_["tool_points"]
        assert not action.isEnabled() and "takes no points" in action.toolTip()
        assert "takes no previous mask" in window.actions_["mask_prompt"].toolTip()
        assert window.actions_["tool_box"].isEnabled()

    def test_another_model_takes_the_tool_away(self, points_window, maker):
        points_window.models.use("boxes_zoom")
        settle()
        assert points_window.view.tool_name == "box"
        assert not points_window.actions_["tool_points"].isEnabled()

    def test_without_an_image_there_is_nothing_to_point_at(self, window):
        assert "Open an image" in window.actions_["tool_points"].toolTip()


class TestPresentMask:
    """The label's mask on the slice as part of a prompt."""

    def paint(self, window, box):
        """Draw a filled rectangle by hand."""
        view = view_of(window)
        stored = view.frame.box_to_stored(box)
        mask = np.zeros(mask_of(window).shape, bool)
        mask[int(stored.y0) : int(stored.y1), int(stored.x0) : int(stored.x1)] = True
        annotation = window.session.annotation
        window.session.push(paint_edit(annotation, view.frame.axis, view.index, mask, 1, text="brush"))
        settle()
        return mask

    def test_alone_it_begins_an_object(self, points_window, maker):
        drawn = self.paint(points_window, Box(10, 10, 24, 20))
        points_window.actions_["mask_prompt"].trigger()
        settle()
        request = asked(maker)[-1]
        assert request.prompts.kinds == {"mask"}
        np.testing.assert_array_equal(request.prompts.mask.logits > 0, drawn)
        np.testing.assert_array_equal(only_prompt(points_window).mask.full(), drawn)
        assert points_window.actions_["mask_prompt"].isChecked()

    def test_with_a_prompt_only_the_part_it_points_at_counts_and_can_be_taken_back(
        self, points_window, maker
    ):
        window, view = points_window, view_of(points_window)
        near = self.paint(window, Box(10, 10, 24, 20))
        self.paint(window, Box(44, 40, 52, 48))
        click(view, 18, 15)
        window.actions_["mask_prompt"].trigger()
        settle()
        prompt = only_prompt(window)
        assert asked(maker)[-1].prompts.kinds == {"points", "mask"}
        np.testing.assert_array_equal(prompt.mask.full(), near)
        click(view, 20, 24)
        assert asked(maker)[-1].prompts.kinds == {"points", "mask"}, "it stays part of the prompt"
        window.actions_["mask_prompt"].trigger()
        settle()
        assert only_prompt(window).mask is None and asked(maker)[-1].prompts.kinds == {"points"}

    def test_what_was_drawn_by_hand_stays(self, points_window):
        window, view = points_window, view_of(points_window)
        drawn = self.paint(window, Box(10, 10, 24, 20))
        click(view, 40, 40)
        QTest.keyClick(view, Qt.Key_Delete)
        settle()
        np.testing.assert_array_equal(mask_of(window), drawn)

    def test_without_a_mask_it_says_so(self, points_window, maker):
        points_window.actions_["mask_prompt"].trigger()
        settle()
        assert "no mask" in points_window.banners.texts[-1]
        assert not asked(maker) and not points_window.actions_["mask_prompt"].isChecked()
