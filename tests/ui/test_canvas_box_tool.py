"""Tests of the box tool: a real mouse draws, and the boxes are told in the shown frame."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PyQt5.QtCore import QPoint, Qt
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from medsam.prompts import Box
from medsam.ui.canvas.tools import box_geometry as geometry
from medsam.ui.canvas.tools.box import BoxTool
from medsam.ui.canvas.tools.throttle import FrameThrottle
from medsam.volume import Plane
from tests.phantoms import ct_phantom, reoriented
from tests.ui.canvas_helpers import (
    Mouse,
    array_of,
    black_picture,
    color_at,
    key,
    picture_of,
    place,
    shown_view,
)

ORANGE = (230, 159, 0)
HW = (40, 60)

points = st.tuples(st.floats(-20, 80), st.floats(-20, 60))
boxes = st.builds(
    lambda x, y, w, h: Box(x, y, min(x + w, 60), min(y + h, 40)),
    st.integers(0, 58),
    st.integers(0, 38),
    st.integers(2, 60),
    st.integers(2, 40),
)


@pytest.fixture
def view(qtbot):
    """A view of a black 60 × 40 picture with the box tool."""
    view = shown_view(qtbot, black_picture(HW), size=(640, 440))
    view.set_tool(BoxTool(view))
    return view


class Log:
    """Everything a box tool says, in order."""

    def __init__(self, tool: BoxTool) -> None:
        self.said: list[tuple] = []
        for name in (
            "drawn",
            "adjusting",
            "adjusted",
            "cancelled",
            "clicked",
            "selection_changed",
            "remove_requested",
        ):
            getattr(tool, name).connect(lambda *args, name=name: self.said.append((name, *args)))

    def of(self, name: str) -> list[tuple]:
        return [entry[1:] for entry in self.said if entry[0] == name]

    def names(self) -> list[str]:
        return [entry[0] for entry in self.said]


class TestGeometry:
    @given(points, points)
    def test_a_rubber_band_lies_on_pixel_edges_inside_of_the_picture(self, start, end):
        box = geometry.rubber_band(start, end, HW)
        if box is not None:
            assert all(v == int(v) for v in box.xyxy)
            assert box == box.clipped(HW)
            assert min(box.width, box.height) >= 2

    @given(boxes, st.sampled_from(geometry.CORNERS + geometry.SIDES), points)
    def test_resizing_moves_only_the_handles_edges(self, box, handle, to):
        after = geometry.resized(box, handle, *to, HW)
        assert after == after.clipped(HW) and min(after.width, after.height) >= 2
        kept = {
            -1: (after.x1 == box.x1),
            1: (after.x0 == box.x0),
            0: (after.x0, after.x1) == (box.x0, box.x1),
        }
        assert kept[handle[0]]
        kept = {
            -1: (after.y1 == box.y1),
            1: (after.y0 == box.y0),
            0: (after.y0, after.y1) == (box.y0, box.y1),
        }
        assert kept[handle[1]]

    @pytest.mark.parametrize("handle", geometry.CORNERS + geometry.SIDES)
    def test_a_handle_far_beyond_the_opposite_edge_leaves_two_pixels(self, handle):
        far = (-50 * handle[0], -50 * handle[1])
        after = geometry.resized(Box(10, 12, 30, 32), handle, 20 + far[0], 22 + far[1], HW)
        x = {-1: (28, 30), 0: (10, 30), 1: (10, 12)}[handle[0]]
        y = {-1: (30, 32), 0: (12, 32), 1: (12, 14)}[handle[1]]
        assert after == Box(x[0], y[0], x[1], y[1])

    @given(boxes, st.floats(-90, 90), st.floats(-90, 90))
    def test_moving_keeps_the_size_and_stays_inside(self, box, dx, dy):
        after = geometry.moved(box, dx, dy, HW)
        assert (after.width, after.height) == (box.width, box.height)
        assert after == after.clipped(HW)

    def test_snapping_goes_to_the_nearest_edge(self):
        assert geometry.snapped(10.49, 10.5, HW) == (10, 11)
        assert geometry.snapped(-3, 99, HW) == (0, 40)

    def test_handles_are_caught_around_their_middle(self):
        box = Box(100, 100, 200, 160)
        for handle in geometry.CORNERS + geometry.SIDES:
            x, y = geometry.handle_position(box, handle)
            for dx in (-4, 0, 4):
                assert geometry.hit(box, x + dx, y - dx) == handle
        assert geometry.hit(box, 130, 130) == geometry.MOVE
        assert geometry.hit(box, 90, 130) is None

    @pytest.mark.parametrize("side", [4, 10, 20, 30])
    def test_the_middle_of_a_small_box_still_moves_it(self, side):
        box = Box(100, 100, 100 + side, 100 + side)
        assert geometry.hit(box, 100 + side / 2, 100 + side / 2) == geometry.MOVE
        assert geometry.hit(box, 97, 97) == (-1, -1)
        assert len(geometry.handles_of(box)) == 4


class TestDrawing:
    def test_a_drag_draws_a_box_snapped_to_pixel_edges(self, view):
        log = Log(view.tool)
        Mouse(view).drag(place(view, 10.3, 5.4), place(view, 30.6, 20.2))
        assert log.of("drawn") == [(view, Box(10, 5, 31, 20))]

    @pytest.mark.parametrize("start,end", [((30, 20), (10, 5)), ((10, 20), (30, 5)), ((30, 5), (10, 20))])
    def test_any_direction_draws_the_same_box(self, view, start, end):
        log = Log(view.tool)
        Mouse(view).drag(place(view, *start), place(view, *end))
        assert log.of("drawn") == [(view, Box(10, 5, 30, 20))]

    def test_a_drag_beyond_the_picture_ends_at_its_edge(self, view):
        log = Log(view.tool)
        Mouse(view).drag(place(view, 50, 30), (639, 439))
        assert log.of("drawn") == [(view, Box(50, 30, 60, 40))]

    def test_qtests_own_mouse_draws_too(self, view, qtbot):
        log = Log(view.tool)
        start, end = (QPoint(*(round(v) for v in place(view, *p))) for p in ((10, 10), (20, 30)))
        qtbot.mousePress(view, Qt.LeftButton, pos=start)
        qtbot.mouseRelease(view, Qt.LeftButton, pos=end)
        assert log.of("drawn") == [(view, Box(10, 10, 20, 30))]

    @pytest.mark.parametrize("orientation", ["LPS", "RAS", "PIR"])
    def test_boxes_are_in_the_shown_frame_of_any_orientation(self, qtbot, orientation):
        volume = reoriented(ct_phantom((24, 20, 9), noise=0), orientation)
        view = shown_view(qtbot, volume, Plane.CORONAL)
        view.set_tool(BoxTool(view))
        log = Log(view.tool)
        Mouse(view).drag(place(view, 4, 2), place(view, 9, 7))
        box = log.of("drawn")[0][1]
        assert box == Box(4, 2, 9, 7)
        stored = view.frame.box_to_stored(box)
        assert view.frame.box_from_stored(stored) == box

    def test_a_click_draws_nothing(self, view):
        log = Log(view.tool)
        Mouse(view).press(*place(view, 10, 5)).release()
        assert log.names() == ["clicked"]
        assert log.of("clicked")[0][1:] == pytest.approx((10, 5))

    def test_a_trembling_click_draws_nothing(self, view):
        log = Log(view.tool)
        x, y = place(view, 10, 5)
        Mouse(view).drag((x, y), (x + 3, y + 3))
        assert log.names() == ["clicked"]

    def test_a_drag_along_a_line_draws_nothing(self, view):
        log = Log(view.tool)
        Mouse(view).drag(place(view, 10, 5), place(view, 40, 6))
        assert log.names() == ["clicked"]

    def test_escape_gives_a_fresh_box_up(self, view):
        log = Log(view.tool)
        before = array_of(picture_of(view))
        mouse = Mouse(view).press(*place(view, 10, 5)).move(*place(view, 30, 20))
        assert (array_of(picture_of(view)) != before).any()
        key(view, Qt.Key_Escape)
        mouse.release()
        assert log.of("drawn") == [] and log.names()[-1] == "cancelled"
        assert (array_of(picture_of(view)) == before).all()

    def test_the_box_is_painted_while_it_is_drawn_and_until_the_boxes_are_set(self, view):
        view.tool.set_color(ORANGE)
        mouse = Mouse(view).press(*place(view, 10, 5)).move(*place(view, 30, 20))
        x, y = place(view, 10, 12)
        assert color_at(picture_of(view), round(x), y) == ORANGE
        mouse.release()
        assert color_at(picture_of(view), round(x), y) == ORANGE
        view.tool.set_boxes(view, [])
        assert color_at(picture_of(view), round(x), y) == (0, 0, 0)

    def test_live_signals_come_with_every_move_and_end_with_the_release(self, view):
        log = Log(view.tool)
        mouse = Mouse(view).press(*place(view, 10, 5))
        for n in range(20):
            mouse.move(*place(view, 20 + n, 20))
            assert log.of("adjusting")[-1] == (view, Box(10, 5, 20 + n, 20))
        mouse.move(*place(view, 39, 20))
        assert len(log.of("adjusting")) == 20, "a move that leaves the box as it is asks for nothing"
        mouse.move(*place(view, 45, 20)).release()
        said = len(log.said)
        QTest.qWait(40)
        assert log.names()[-1] == "drawn" and len(log.said) == said


class TestSelected:
    @pytest.fixture(autouse=True)
    def boxes(self, view):
        view.tool.set_boxes(view, [(7, Box(10, 10, 40, 30), ORANGE), (8, Box(45, 5, 55, 15), (0, 0, 255))], 7)
        self.log = Log(view.tool)

    @pytest.mark.parametrize(
        ("handle", "to", "expected"),
        [
            ((10, 10), (5, 4), Box(5, 4, 40, 30)),
            ((40, 10), (44, 12), Box(10, 12, 44, 30)),
            ((10, 30), (12, 39), Box(12, 10, 40, 39)),
            ((40, 30), (50, 35), Box(10, 10, 50, 35)),
            ((25, 10), (30, 3), Box(10, 3, 40, 30)),
            ((25, 30), (2, 25), Box(10, 10, 40, 25)),
            ((10, 20), (3, 2), Box(3, 10, 40, 30)),
            ((40, 20), (47, 39), Box(10, 10, 47, 30)),
        ],
    )
    def test_every_handle_moves_its_edges(self, view, handle, to, expected):
        Mouse(view).drag(place(view, *handle), place(view, *to))
        assert self.log.of("adjusted") == [(view, expected, 7)]
        assert view.tool.boxes(view)[0][1] == expected
        assert self.log.of("drawn") == []

    def test_taking_a_handle_off_its_middle_moves_nothing_by_itself(self, view):
        x, y = place(view, 40, 30)
        Mouse(view).drag((x + 4, y + 4), (x + 4 + 10 * view.zoom_factor, y + 4))
        assert self.log.of("adjusted") == [(view, Box(10, 10, 50, 30), 7)]

    def test_a_handle_dragged_over_the_opposite_edge_stops_two_pixels_before(self, view):
        Mouse(view).drag(place(view, 40, 30), place(view, 0, 0))
        assert self.log.of("adjusted") == [(view, Box(10, 10, 12, 12), 7)]

    def test_inside_of_a_clicked_box_moves_and_stays_on_the_picture(self, view):
        Mouse(view).press(*place(view, 20, 20)).release()
        Mouse(view).drag(place(view, 20, 20), place(view, 23, 18))
        assert self.log.of("adjusted") == [(view, Box(13, 8, 43, 28), 7)]
        Mouse(view).drag(place(view, 20, 20), place(view, 200, 200))
        assert self.log.of("adjusted")[-1] == (view, Box(30, 20, 60, 40), 7)

    def test_inside_of_a_box_that_was_only_drawn_the_next_one_is_drawn(self, view):
        Mouse(view).drag(place(view, 20, 20), place(view, 30, 28))
        assert self.log.of("drawn") == [(view, Box(20, 20, 30, 28))] and self.log.of("adjusted") == []

    @pytest.mark.parametrize("way", [(6, 6), (-6, 6), (6, -6), (0, 6.5)])
    def test_beside_a_handle_of_a_box_that_was_only_drawn_the_next_one_is_drawn(self, view, way):
        x, y = place(view, 40, 30)
        Mouse(view).drag((x + way[0], y + way[1]), place(view, 55, 38))
        assert len(self.log.of("drawn")) == 1 and self.log.of("adjusted") == []

    def test_a_click_makes_the_handles_easier_to_catch(self, view):
        Mouse(view).press(*place(view, 20, 20)).release()
        x, y = place(view, 40, 30)
        Mouse(view).drag((x + 6, y + 6), (x + 6 + 10 * view.zoom_factor, y + 6))
        assert self.log.of("adjusted") == [(view, Box(10, 10, 50, 30), 7)]
        view.tool.set_boxes(view, [(7, Box(10, 10, 50, 30), ORANGE)], 7)
        Mouse(view).drag(place(view, 20, 20), place(view, 22, 20))
        assert self.log.of("adjusted")[-1] == (view, Box(12, 10, 52, 30), 7), "it stays held"
        view.tool.set_boxes(view, [(9, Box(10, 10, 50, 30), ORANGE)], 9)
        Mouse(view).drag(place(view, 20, 20), place(view, 30, 25))
        assert self.log.names()[-1] == "drawn", "another one that was only drawn is not"

    def test_ctrl_draws_a_new_box_inside_of_the_selected_one(self, view):
        Mouse(view).press(*place(view, 20, 20)).release()
        Mouse(view).drag(place(view, 15, 15), place(view, 25, 25), modifiers=Qt.ControlModifier)
        assert self.log.of("drawn") == [(view, Box(15, 15, 25, 25))]

    def test_while_dragging_the_tool_says_which_box(self, view):
        mouse = Mouse(view).press(*place(view, 40, 30)).move(*place(view, 44, 33))
        assert view.tool.dragged_id == 7
        assert self.log.of("adjusting") == [(view, Box(10, 10, 44, 33))]
        mouse.release()
        assert view.tool.dragged_id is None

    def test_escape_restores_the_box(self, view):
        before = array_of(picture_of(view))
        mouse = Mouse(view).press(*place(view, 40, 30)).move(*place(view, 55, 38))
        key(view, Qt.Key_Escape)
        mouse.release()
        assert self.log.of("adjusted") == [] and self.log.names()[-1] == "cancelled"
        assert view.tool.boxes(view)[0][1] == Box(10, 10, 40, 30)
        assert (array_of(picture_of(view)) == before).all()

    def test_a_drag_back_to_the_start_changes_nothing(self, view):
        Mouse(view).press(*place(view, 40, 30)).move(*place(view, 50, 30)).move(
            *place(view, 40, 30)
        ).release()
        assert self.log.of("adjusted") == []

    def test_a_trembling_click_on_it_does_not_move_it(self, view):
        Mouse(view).press(*place(view, 20, 20)).release()
        x, y = place(view, 20, 20)
        assert view.zoom_factor < 12, "six pixels of the view would snap to the next pixel of the picture"
        Mouse(view).drag((x, y), (x + 6, y))
        assert self.log.of("adjusted") == self.log.of("adjusting") == []
        assert self.log.of("clicked") != []

    def test_a_click_selects_the_box_under_it_or_none(self, view):
        mouse = Mouse(view).press(*place(view, 50, 10)).release()
        assert self.log.of("selection_changed") == [(view, 8)]
        mouse.press(*place(view, 2, 2)).release()
        assert self.log.of("selection_changed")[-1] == (view, None)
        assert len(self.log.of("clicked")) == 2

    def test_of_nested_boxes_the_smallest_is_selected(self, view):
        view.tool.set_boxes(view, [(1, Box(5, 5, 50, 35), ORANGE), (2, Box(10, 10, 30, 30), ORANGE)], None)
        Mouse(view).press(*place(view, 20, 20)).release()
        assert view.tool.selected(view) == 2

    def test_delete_asks_to_remove_the_selected_box(self, view):
        assert key(view, Qt.Key_Delete)
        assert self.log.of("remove_requested") == [(view, 7)]
        view.tool.set_boxes(view, [])
        assert not key(view, Qt.Key_Delete)

    @pytest.mark.parametrize(
        ("code", "moved", "resized"),
        [
            (Qt.Key_Left, Box(9, 10, 39, 30), Box(10, 10, 39, 30)),
            (Qt.Key_Right, Box(11, 10, 41, 30), Box(10, 10, 41, 30)),
            (Qt.Key_Up, Box(10, 9, 40, 29), Box(10, 10, 40, 29)),
            (Qt.Key_Down, Box(10, 11, 40, 31), Box(10, 10, 40, 31)),
        ],
    )
    def test_alt_and_arrows_move_it_and_with_shift_resize_it(self, view, code, moved, resized):
        assert not key(view, code), "arrows alone walk through the slices"
        assert key(view, code, modifiers=Qt.AltModifier)
        assert self.log.of("adjusted") == [(view, moved, 7)]
        view.tool.set_boxes(view, [(7, Box(10, 10, 40, 30), ORANGE)], 7)
        assert key(view, code, modifiers=Qt.AltModifier | Qt.ShiftModifier)
        assert self.log.of("adjusted")[-1] == (view, resized, 7)

    def test_escape_without_a_drag_deselects(self, view):
        assert key(view, Qt.Key_Escape)
        assert self.log.of("selection_changed") == [(view, None)]
        assert not key(view, Qt.Key_Escape)

    @pytest.mark.parametrize(
        ("at", "shape"),
        [
            ((10, 10), Qt.SizeFDiagCursor),
            ((40, 10), Qt.SizeBDiagCursor),
            ((25, 10), Qt.SizeVerCursor),
            ((40, 20), Qt.SizeHorCursor),
            ((20, 22), Qt.SizeAllCursor),
            ((50, 10), Qt.CrossCursor),
        ],
    )
    def test_the_cursor_says_what_a_drag_would_do(self, view, at, shape):
        Mouse(view).press(*place(view, 20, 22)).release()
        Mouse(view).move(*place(view, *at))
        assert view.cursor().shape() == shape

    def test_only_the_selected_box_has_handles(self, view):
        image = picture_of(view)
        assert color_at(image, *place(view, 10, 10)) == (255, 255, 255)
        assert color_at(image, *place(view, 45, 5)) != (255, 255, 255)

    def test_a_selection_that_is_not_among_the_boxes_is_none(self, view):
        view.tool.set_boxes(view, [(8, Box(45, 5, 55, 15), ORANGE)], 7)
        assert view.tool.selected(view) is None


def test_views_have_boxes_of_their_own(qtbot):
    tool = BoxTool()
    views = [shown_view(qtbot, black_picture(HW), size=(640, 440)) for _ in range(2)]
    for view in views:
        view.set_tool(tool)
    tool.set_boxes(views[0], [(1, Box(10, 10, 30, 30), ORANGE)])
    assert tool.boxes(views[1]) == ()
    x, y = place(views[0], 10, 20)
    assert color_at(picture_of(views[0]), round(x), y) == ORANGE
    assert color_at(picture_of(views[1]), round(x), y) == (0, 0, 0)
    views[0].set_tool(None)
    assert color_at(picture_of(views[0]), round(x), y) == (0, 0, 0)


def test_the_throttle_calls_at_once_then_with_the_latest(qtbot):
    calls = []
    throttle = FrameThrottle(calls.append)
    for n in range(5):
        throttle.call(n)
    assert calls == [0]
    qtbot.waitUntil(lambda: calls == [0, 4])
    QTest.qWait(40)
    throttle.call(5)
    throttle.call(6)
    throttle.drop()
    QTest.qWait(40)
    QApplication.processEvents()
    assert calls == [0, 4, 5]
