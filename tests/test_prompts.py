"""Boxes, points and masks: exact edges, and a clear answer to what asks nothing."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsam.errors import PromptError
from medsam.prompts import Box, MaskPrompt, Points, Prompts

coordinates = st.floats(-500, 500)
pixels = st.integers(0, 19)


class TestBox:
    """A rectangle in pixel edges."""

    @given(ax=coordinates, ay=coordinates, bx=coordinates, by=coordinates)
    def test_corners_come_in_any_order(self, ax: float, ay: float, bx: float, by: float) -> None:
        box = Box.from_corners(ax, ay, bx, by)
        assert box.width >= 0 and box.height >= 0
        assert box == Box.from_corners(bx, by, ax, ay) == Box.from_corners(ax, by, bx, ay)

    @given(x=pixels, y=pixels, u=pixels, v=pixels)
    def test_the_box_of_a_mask_has_exact_edges(self, x: int, y: int, u: int, v: int) -> None:
        mask = np.zeros((20, 20), bool)
        mask[y, x] = mask[v, u] = True
        box = Box.from_mask(mask)
        assert box == Box(min(x, u), min(y, v), max(x, u) + 1, max(y, v) + 1)
        rows, columns = slice(int(box.y0), int(box.y1)), slice(int(box.x0), int(box.x1))
        assert mask[rows, columns].sum() == mask.sum()

    def test_an_empty_mask_has_no_box(self) -> None:
        with pytest.raises(PromptError, match="empty"):
            Box.from_mask(np.zeros((4, 4), bool))

    @given(st.tuples(coordinates, coordinates, coordinates, coordinates))
    def test_text_is_read_back(self, values: tuple[float, float, float, float]) -> None:
        assert Box.from_text(",".join(map(repr, values))) == Box(*values)

    @pytest.mark.parametrize("text", ["1,2,3,4", " 1 , 2 , 3 , 4 ", "1;2;3;4"])
    def test_spaces_and_semicolons_are_taken(self, text: str) -> None:
        assert Box.from_text(text) == Box(1, 2, 3, 4)

    @pytest.mark.parametrize("text", ["", "1,2,3", "1,2,3,4,5", "a,b,c,d", "1,2,3,nan", "1,2,3,inf"])
    def test_other_text_is_refused(self, text: str) -> None:
        with pytest.raises(PromptError):
            Box.from_text(text)

    @pytest.mark.parametrize("bad", [math.nan, math.inf, -math.inf])
    def test_every_corner_is_a_number(self, bad: float) -> None:
        for at in range(4):
            values = [1.0, 2.0, 3.0, 4.0]
            values[at] = bad
            with pytest.raises(PromptError):
                Box(*values)

    def test_size_and_middle(self) -> None:
        box = Box(1, 2, 4, 8)
        assert (box.width, box.height, box.center, box.xyxy) == (3, 6, (2.5, 5.0), (1, 2, 4, 8))


class TestRequireArea:
    """What counts as a box around something."""

    @given(x0=coordinates, y0=coordinates, width=st.floats(0, 500), height=st.floats(0, 500))
    def test_a_box_that_passes_lies_inside(self, x0: float, y0: float, width: float, height: float) -> None:
        shape_hw = (100, 150)
        try:
            box = Box(x0, y0, x0 + width, y0 + height).require_area(shape_hw)
        except PromptError:
            clipped = Box(x0, y0, x0 + width, y0 + height).clipped(shape_hw)
            assert clipped.width < 1 or clipped.height < 1
        else:
            assert 0 <= box.x0 <= box.x1 - 1 and box.x1 <= 150
            assert 0 <= box.y0 <= box.y1 - 1 and box.y1 <= 100

    def test_a_box_inside_is_not_changed(self) -> None:
        assert Box(0, 0, 150, 100).require_area((100, 150)) == Box(0, 0, 150, 100)
        assert Box(3.25, 4.5, 9, 11).require_area((100, 150)) == Box(3.25, 4.5, 9, 11)

    def test_a_box_over_the_edge_is_clipped(self) -> None:
        assert Box(-5, -5, 10, 10).require_area((8, 6)) == Box(0, 0, 6, 8)

    @pytest.mark.parametrize(
        ("box", "word"),
        [
            (Box(5, 5, 5, 9), "at least"),
            (Box(5, 5, 5.5, 9), "at least"),
            (Box(9, 5, 5, 9), "inverted"),
            (Box(5, 9, 9, 5), "inverted"),
            (Box(200, 5, 210, 9), "at least"),
            (Box(-9, 5, -1, 9), "at least"),
        ],
    )
    def test_what_covers_nothing_is_refused_with_the_reason(self, box: Box, word: str) -> None:
        with pytest.raises(PromptError, match=word):
            box.require_area((100, 150))


class TestPoints:
    """Clicks with a sign."""

    def test_two_lists_become_one(self) -> None:
        points = Points.of([(1, 2)], [(3, 4), (5, 6)])
        assert points.xy == ((1, 2), (3, 4), (5, 6))
        assert points.positive == (True, False, False)

    def test_every_point_needs_a_sign(self) -> None:
        with pytest.raises(PromptError, match="sign"):
            Points(((1, 2), (3, 4)), (True,))


class TestPrompts:
    """All that is said about one object."""

    @pytest.mark.parametrize("prompts", [Prompts(), Prompts(points=Points((), ()))])
    def test_nothing_is_refused(self, prompts: Prompts) -> None:
        with pytest.raises(PromptError):
            prompts.require_something()

    @pytest.mark.parametrize(
        "prompts",
        [
            Prompts(box=Box(0, 0, 2, 2)),
            Prompts(points=Points.of([(1, 1)])),
            Prompts(mask=MaskPrompt(np.zeros((4, 4), np.float32))),
        ],
    )
    def test_one_thing_is_enough(self, prompts: Prompts) -> None:
        prompts.require_something()


class TestInWords:
    """Points as a table writes them, and which kinds of prompts there are."""

    def test_points_are_read_with_their_signs(self) -> None:
        assert Points.from_text(" 52/60+ 7e1/80.5- ") == Points(((52, 60), (70, 80.5)), (True, False))
        assert Points.from_text("") == Points((), ())

    @pytest.mark.parametrize("text", ["5/6", "5/6+7/8-", "5,6,+", "/6+", "5/+", "+", "inf/6+", "5/nan-"])
    def test_what_is_no_point_is_refused_with_an_example(self, text: str) -> None:
        with pytest.raises(PromptError, match="Example: 52/60"):
            Points.from_text(text)

    def test_only_what_was_given_counts(self) -> None:
        assert Prompts().kinds == Prompts(points=Points((), ())).kinds == frozenset()
        full = Prompts(Box(0, 0, 1, 1), Points.of([(0, 0)]), MaskPrompt(np.zeros((1, 1), np.float32)))
        assert full.kinds == {"box", "points", "mask"}
        assert Prompts(points=Points.of([], [(1, 1)])).kinds == {"points"}
