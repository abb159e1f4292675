"""The points tool alone on a view: real presses, drags and keys, and what it says and paints."""

from __future__ import annotations

import pytest
from PyQt5.QtCore import Qt

from medsam.prompts import Box, Points
from medsam.ui.canvas.tools.points import PointsTool
from medsam.ui.canvas.tools.prompt_shapes import PromptShapes, ShownPrompt
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
PLUS_MINUS = Points(((20.0, 15.0), (40.0, 30.0)), (True, False))


@pytest.fixture
def view(qtbot):
    """A view of a black 60 × 40 picture with the points tool."""
    view = shown_view(qtbot, black_picture((40, 60)), size=(640, 440))
    view.set_tool(PointsTool(PromptShapes(view), view))
    return view


@pytest.fixture
def said(view):
    """What the tool says, in order: (name, prompt id, points)."""
    log = []
    for name in ("edited", "editing"):
        getattr(view.tool, name).connect(
            lambda _, number, points, name=name: log.append((name, number, points))
        )
    view.tool.cancelled.connect(lambda: log.append(("cancelled", None, None)))
    view.tool.remove_requested.connect(lambda _, number: log.append(("remove", number, None)))
    return log


def show(view, selected=None, points=PLUS_MINUS, box=None):
    """Show prompt 7 with two points, and prompt 8 with one."""
    other = ShownPrompt(8, (0, 0, 255), points=Points.of([(50, 8)]))
    view.tool.shapes.show(view, [ShownPrompt(7, ORANGE, box, points), other], selected)


def edits(said):
    return [entry[1:] for entry in said if entry[0] == "edited"]


class TestClicks:
    @pytest.mark.parametrize(
        ("button", "modifiers", "positive"),
        [
            (Qt.LeftButton, Qt.NoModifier, True),
            (Qt.RightButton, Qt.NoModifier, False),
            (Qt.LeftButton, Qt.ShiftModifier, False),
            (Qt.LeftButton, Qt.AltModifier, False),
        ],
    )
    @pytest.mark.parametrize("negative", [False, True])
    def test_buttons_and_modifiers_mean_on_or_off_the_object(
        self, view, said, button, modifiers, positive, negative
    ):
        view.tool.negative = negative
        Mouse(view).press(*place(view, 10, 12), button, modifiers).release(modifiers)
        ((number, points),) = edits(said)
        assert number is None and points.positive == (positive is not negative,)
        assert points.xy[0] == pytest.approx((10, 12))

    def test_a_press_is_looked_at_before_the_release(self, view, said):
        mouse = Mouse(view).press(*place(view, 10, 12))
        assert [entry[0] for entry in said] == ["editing"]
        mouse.release()
        assert [entry[0] for entry in said] == ["editing", "edited"]

    def test_points_go_to_the_selected_prompt(self, view, said):
        show(view, selected=7)
        Mouse(view).press(*place(view, 10, 30), Qt.RightButton).release()
        ((number, points),) = edits(said)
        assert number == 7 and points.positive == (True, False, False)
        assert points.xy[:2] == PLUS_MINUS.xy

    def test_without_a_selected_one_they_begin_another_object(self, view, said):
        show(view)
        Mouse(view).press(*place(view, 10, 30)).release()
        assert edits(said)[0][0] is None

    def test_beyond_the_picture_there_is_nothing_to_point_at(self, view, said):
        Mouse(view).press(1, 1).release()
        Mouse(view).press(1, 1, Qt.RightButton).move(30, 30).release()
        assert said == []

    def test_quick_clicks_are_all_taken(self, view, said):
        asked = []
        view.maximise_requested.connect(lambda: asked.append(1))
        mouse = Mouse(view)
        mouse.press(*place(view, 10, 12)).release()
        mouse.double_click(*place(view, 30, 12))
        assert len(edits(said)) == 3 and not asked


class TestExisting:
    @pytest.mark.parametrize("button", [Qt.LeftButton, Qt.RightButton])
    @pytest.mark.parametrize("number", [0, 1])
    def test_every_point_is_dragged_with_either_button(self, view, said, button, number):
        show(view, selected=7)
        Mouse(view).drag(place(view, *PLUS_MINUS.xy[number]), place(view, 10, 35), button)
        ((prompt, points),) = edits(said)
        assert prompt == 7 and points.positive == PLUS_MINUS.positive
        assert points.xy[number] == pytest.approx((10, 35))
        assert points.xy[1 - number] == PLUS_MINUS.xy[1 - number]
        assert said[0][0] == "editing"

    def test_a_point_stays_on_the_picture(self, view, said):
        show(view, selected=7)
        Mouse(view).drag(place(view, 20, 15), (639, 439))
        ((_, points),) = edits(said)
        assert 59 < points.xy[0][0] < 60 and 39 < points.xy[0][1] < 40

    @pytest.mark.parametrize(("number", "button"), [(0, Qt.RightButton), (1, Qt.LeftButton)])
    def test_a_click_with_the_other_sign_removes_it(self, view, said, number, button):
        show(view, selected=7)
        Mouse(view).press(*place(view, *PLUS_MINUS.xy[number]), button).release()
        ((prompt, points),) = edits(said)
        assert prompt == 7 and points.xy == (PLUS_MINUS.xy[1 - number],)

    @pytest.mark.parametrize("code", [Qt.Key_Delete, Qt.Key_Backspace])
    def test_a_click_with_its_own_sign_chooses_it_and_delete_removes_it(self, view, said, code):
        show(view, selected=7)
        Mouse(view).press(*place(view, 20, 15)).release()
        assert view.tool.chosen() == (7, 0) and said == []
        assert key(view, code)
        ((_, points),) = edits(said)
        assert points.xy == (PLUS_MINUS.xy[1],)

    def test_delete_without_a_chosen_point_means_the_prompt(self, view, said):
        show(view, selected=7)
        assert key(view, Qt.Key_Delete)
        assert said == [("remove", 7, None)]

    def test_escape_lets_go_of_the_point_then_of_the_prompt(self, view, said):
        show(view, selected=7)
        Mouse(view).press(*place(view, 20, 15)).release()
        assert key(view, Qt.Key_Escape) and view.tool.chosen() is None
        assert key(view, Qt.Key_Escape) and view.tool.shapes.selected(view) is None
        assert not key(view, Qt.Key_Escape)

    def test_a_point_of_another_prompt_selects_that_one(self, view, said):
        show(view, selected=7)
        Mouse(view).press(*place(view, 50, 8)).release()
        assert view.tool.shapes.selected(view) == 8 and edits(said) == []

    def test_ctrl_click_selects_the_prompt_under_the_mouse(self, view, said):
        show(view, box=Box(12, 10, 45, 35))
        Mouse(view).press(*place(view, 30, 20), modifiers=Qt.ControlModifier).release(Qt.ControlModifier)
        assert view.tool.shapes.selected(view) == 7 and said == []
        Mouse(view).press(*place(view, 55, 38), modifiers=Qt.ControlModifier).release(Qt.ControlModifier)
        assert view.tool.shapes.selected(view) is None

    def test_it_says_when_a_press_would_take_a_point(self, view):
        told = []
        view.tool.grip_changed.connect(told.append)
        show(view, selected=7)
        for x, y in ((20, 15), (21, 15), (30, 20)):
            Mouse(view).move(*place(view, x, y))
        assert told == [True, False]

    def test_the_last_point_leaves_none(self, view, said):
        show(view, selected=8)
        Mouse(view).press(*place(view, 50, 8), Qt.RightButton).release()
        assert edits(said) == [(8, Points((), ()))]

    def test_escape_while_dragging_leaves_everything(self, view, said):
        show(view, selected=7)
        before = array_of(picture_of(view))
        mouse = Mouse(view).press(*place(view, 20, 15)).move(*place(view, 30, 20))
        assert (array_of(picture_of(view)) != before).any()
        key(view, Qt.Key_Escape)
        mouse.release()
        assert edits(said) == [] and said[-1][0] == "cancelled"
        assert (array_of(picture_of(view)) == before).all()

    def test_the_cursor_says_that_a_point_can_be_taken(self, view):
        show(view, selected=7)
        Mouse(view).move(*place(view, 20, 15))
        assert view.cursor().shape() == Qt.OpenHandCursor
        Mouse(view).move(*place(view, 30, 20))
        assert view.cursor().shape() == Qt.CrossCursor


class TestLooks:
    def test_plus_is_in_the_labels_colour_and_minus_dark(self, view):
        show(view, selected=7)
        image = picture_of(view)
        for (x, y), wanted in zip(PLUS_MINUS.xy, (ORANGE, (24, 26, 30)), strict=True):
            at = place(view, x, y)
            assert color_at(image, at[0] + 3, at[1] + 3) == wanted
        x, y = place(view, *PLUS_MINUS.xy[1])
        assert min(color_at(image, round(x) + 2, round(y))) > 120, "the minus is light"

    def test_a_fresh_point_is_seen_while_it_is_held(self, view):
        view.tool.shapes.color = ORANGE
        Mouse(view).press(*place(view, 10, 12))
        x, y = place(view, 10, 12)
        assert color_at(picture_of(view), x + 3, y + 3) == ORANGE

    def test_the_box_of_the_prompt_is_seen_too(self, view):
        show(view, selected=7, box=Box(10, 5, 45, 35))
        x, y = place(view, 10, 25)
        assert color_at(picture_of(view), round(x), y) == ORANGE
