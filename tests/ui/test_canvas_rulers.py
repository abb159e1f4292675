"""Rulers and angles by mouse and keys, in the document and on the screen."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import QPoint, QPointF, Qt
from PyQt5.QtTest import QTest

from medsam.document import Annotation, History, Ruler, SetRuler
from medsam.document.rulers import ruler_angle, ruler_length
from medsam.ui.canvas.ruler_layer import RulerLayer
from medsam.ui.canvas.ruler_painting import LINE, angle_words, length_words
from medsam.ui.canvas.tools.angle import AngleTool
from medsam.ui.canvas.tools.ruler import RulerTool
from medsam.volume import Plane, Volume
from tests.ui.canvas_helpers import (
    Mouse,
    array_of,
    black_picture,
    key,
    picture_of,
    place,
    ramp_volume,
    shown_view,
)


class Bench:
    """A view, its layer and a tool; what the tool asks for is done, as the controller does it."""

    def __init__(self, qtbot, volume: Volume, plane: Plane = Plane.AXIAL, kind=RulerTool) -> None:
        self.document = Annotation(volume)
        self.history = History(self.document)
        self.view = shown_view(qtbot, volume, plane, annotation=self.document)
        self.layer = RulerLayer([self.view])
        self.tool = kind(self.layer)
        self.tool.drawn.connect(self._add)
        self.tool.adjusted.connect(self._put)
        self.tool.remove_requested.connect(lambda n: self.history.do(SetRuler(n, None)))
        self.view.set_tool(self.tool)
        self.mouse = Mouse(self.view)

    def _add(self, view, points) -> None:
        number = self.document.next_ruler_id()
        self._put(view, points, number)
        self.layer.select(number)

    def _put(self, view, points, number: int) -> None:
        self.history.do(SetRuler(number, self.layer.stored(view, points, number)))

    def drag(self, start, end) -> None:
        self.mouse.drag(place(self.view, *start), place(self.view, *end))

    def click(self, x: float, y: float) -> None:
        self.mouse.press(*place(self.view, x, y)).release()

    def hover(self, x: float, y: float) -> None:
        self.mouse.move(*place(self.view, x, y))

    @property
    def shown(self) -> list[np.ndarray]:
        return [np.array(self.layer.shown(self.view, r)) for r in self.document.rulers.values()]


class TestRuler:
    @pytest.mark.parametrize("plane", list(Plane))
    def test_a_drag_measures_in_every_plane(self, qtbot, plane: Plane) -> None:
        bench = Bench(qtbot, ramp_volume(spacing=(0.5, 1.0, 2.0)), plane)
        h, w = bench.view.frame.shape_hw
        start, end = (0.2 * w, 0.3 * h), (0.8 * w, 0.7 * h)
        bench.drag(start, end)
        (ruler,) = bench.document.rulers.values()
        assert (ruler.axis, ruler.index) == (bench.view.frame.axis, bench.view.index)
        assert np.allclose(bench.shown[0], [start, end], atol=0.01)
        sx, sy = bench.view.frame.spacing_xy
        assert ruler_length(ruler, bench.document.volume.geometry) == pytest.approx(
            np.hypot(0.6 * w * sx, 0.4 * h * sy), rel=1e-3
        )

    def test_its_ends_can_be_taken(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume())
        bench.drag((5, 5), (25, 10))
        bench.drag((25, 10), (30, 20))
        assert len(bench.document.rulers) == 1
        assert np.allclose(bench.shown[0], [(5, 5), (30, 20)], atol=0.3)
        bench.history.undo()
        assert np.allclose(bench.shown[0], [(5, 5), (25, 10)], atol=0.3)
        bench.history.undo()
        assert bench.document.rulers == {}

    def test_its_line_moves_the_whole_and_stays_on_the_picture(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume())
        bench.drag((5, 5), (25, 5))
        bench.drag((15, 5), (18, 9))
        assert np.allclose(bench.shown[0], [(8, 9), (28, 9)], atol=0.3)
        bench.drag((18, 9), (-50, 9))
        assert np.allclose(bench.shown[0], [(0, 9), (20, 9)], atol=0.3)

    def test_a_drag_beyond_the_picture_ends_at_its_edge(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume())
        bench.drag((5, 5), (500, 5))
        assert bench.shown[0][1][0] == bench.view.frame.shape_hw[1]

    def test_a_click_draws_nothing_and_deselects(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume())
        bench.drag((5, 5), (25, 5))
        assert bench.layer.selected == 1
        bench.click(15, 20)
        assert bench.layer.selected is None
        bench.click(15, 5)
        assert bench.layer.selected == 1
        assert len(bench.history) == 1

    def test_several_lie_on_a_slice_and_only_there(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume())
        bench.drag((5, 5), (25, 5))
        bench.drag((5, 15), (25, 15))
        assert len(bench.layer.rulers(bench.view)) == 2
        here = bench.view.index
        bench.view.set_index(here + 1)
        assert bench.layer.rulers(bench.view) == ()
        bench.drag((5, 5), (25, 9))
        assert [r.index for r in bench.document.rulers.values()] == [here, here, here + 1]

    def test_delete_removes_the_selected_one(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume())
        bench.drag((5, 5), (25, 5))
        bench.drag((5, 15), (25, 15))
        assert key(bench.view, Qt.Key_Delete)
        assert list(bench.document.rulers) == [1]
        bench.history.undo()
        assert list(bench.document.rulers) == [1, 2]

    def test_escape_gives_up_a_drag_and_then_the_selection(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume())
        bench.drag((5, 5), (25, 5))
        before = bench.document.rulers[1]
        bench.mouse.press(*place(bench.view, 25, 5)).move(*place(bench.view, 30, 20))
        assert key(bench.view, Qt.Key_Escape)
        bench.mouse.release()
        assert bench.document.rulers[1] == before
        assert key(bench.view, Qt.Key_Escape)
        assert bench.layer.selected is None

    def test_another_slice_gives_up_a_drag(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume())
        bench.mouse.press(*place(bench.view, 5, 5)).move(*place(bench.view, 25, 15))
        bench.view.set_index(bench.view.index + 1)
        bench.mouse.release()
        assert bench.document.rulers == {}


class TestAngle:
    @pytest.mark.parametrize("spacing", [(1.0, 1.0, 1.0), (0.5, 2.0, 1.0)])
    def test_a_drag_and_a_click_make_an_angle_of_the_world(self, qtbot, spacing) -> None:
        bench = Bench(qtbot, ramp_volume(spacing=spacing), kind=AngleTool)
        bench.drag((30, 5), (10, 5))
        assert bench.document.rulers == {}
        bench.hover(15, 20)
        bench.click(20, 15)
        (angle,) = bench.document.rulers.values()
        assert np.allclose(bench.shown[0], [(30, 5), (10, 5), (20, 15)], atol=0.01)
        expected = np.degrees(np.arctan2(10 * spacing[1], 10 * spacing[0]))
        assert ruler_angle(angle, bench.document.volume.geometry) == pytest.approx(expected, abs=0.2)
        assert len(bench.history) == 1

    def test_three_clicks_make_the_same_angle_with_a_line_between_them(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume(), kind=AngleTool)
        bare = array_of(picture_of(bench.view))
        bench.click(30, 5)
        assert drawn_at(bench.view, bare, 30, 5) and not drawn_at(bench.view, bare, 22, 5)
        bench.hover(15, 5)
        assert drawn_at(bench.view, bare, 22, 5) and bench.document.rulers == {}
        bench.click(10, 5)
        assert not drawn_at(bench.view, bare, 15, 15)
        bench.hover(20, 25)
        assert drawn_at(bench.view, bare, 15, 15) and drawn_at(bench.view, bare, 22, 5)
        bench.click(20, 15)
        (angle,) = bench.document.rulers.values()
        assert np.allclose(bench.shown[0], [(30, 5), (10, 5), (20, 15)], atol=0.01)
        assert ruler_angle(angle, bench.document.volume.geometry) == pytest.approx(45.0, abs=0.2)
        assert len(bench.history) == 1

    @pytest.mark.parametrize("clicks", [1, 2])
    def test_escape_gives_up_what_was_clicked(self, qtbot, clicks) -> None:
        bench = Bench(qtbot, ramp_volume(), kind=AngleTool)
        bare = array_of(picture_of(bench.view))
        for at in [(30, 5), (10, 5)][:clicks]:
            bench.click(*at)
        assert drawn_at(bench.view, bare, 30, 5)
        assert key(bench.view, Qt.Key_Escape) and not drawn_at(bench.view, bare, 30, 5)
        bench.click(20, 15)
        bench.click(20, 5)
        assert bench.document.rulers == {}

    def test_a_double_click_still_asks_for_the_whole_area_and_leaves_no_point(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume(), kind=AngleTool)
        asked = []
        bench.view.maximise_requested.connect(lambda: asked.append(1))
        at = place(bench.view, 20, 10)
        bench.click(20, 10)
        QTest.mouseDClick(bench.view, Qt.LeftButton, Qt.NoModifier, QPoint(*map(round, at)))
        assert asked == [1] and not key(bench.view, Qt.Key_Escape)

    def test_quick_clicks_on_places_apart_are_points(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume(), kind=AngleTool)
        bench.click(30, 5)
        for at in ((10, 5), (20, 15)):
            there = QPoint(*map(round, place(bench.view, *at)))
            QTest.mouseDClick(bench.view, Qt.LeftButton, Qt.NoModifier, there)
        assert len(bench.document.rulers) == 1

    def test_its_corner_can_be_moved_by_either_tool(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume(), kind=AngleTool)
        bench.drag((30, 5), (10, 5))
        bench.click(20, 15)
        bench.drag((10, 5), (10, 10))
        assert np.allclose(bench.shown[0][1], (10, 10), atol=0.3)

    def test_escape_gives_up_half_an_angle(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume(), kind=AngleTool)
        bench.drag((30, 5), (10, 5))
        assert key(bench.view, Qt.Key_Escape)
        bench.click(20, 15)
        assert bench.document.rulers == {}

    def test_half_an_angle_does_not_follow_to_another_slice(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume(), kind=AngleTool)
        bench.drag((30, 5), (10, 5))
        bench.view.set_index(bench.view.index + 1)
        bench.hover(20, 15)
        bench.click(20, 15)
        assert bench.document.rulers == {}

    def test_a_click_on_the_corner_is_not_the_second_side(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume(), kind=AngleTool)
        bench.drag((30, 5), (10, 5))
        bench.click(10, 5)
        assert bench.document.rulers == {}
        bench.click(10, 20)
        assert len(bench.document.rulers) == 1


def drawn_at(view, bare: np.ndarray, x: float, y: float) -> bool:
    """Whether anything is painted over the bare picture right at a shown point."""
    column, row = (round(v) for v in place(view, x, y))
    around = np.s_[row - 2 : row + 3, column - 2 : column + 3]
    return bool((array_of(picture_of(view))[around] != bare[around]).any())


def amber(view) -> int:
    """Pixels of the rulers' own colour."""
    picture = array_of(picture_of(view)).astype(int)
    return int((np.abs(picture - [LINE.red(), LINE.green(), LINE.blue()]).max(axis=2) < 40).sum())


class TestOnTheScreen:
    def test_a_ruler_shows_on_its_slice_whatever_tool_is_in_use(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume())
        nothing = amber(bench.view)
        bench.drag((5, 5), (35, 5))
        bench.view.set_tool(None)
        assert amber(bench.view) > nothing + 100
        bench.view.set_index(bench.view.index + 1)
        assert amber(bench.view) == nothing

    def test_it_hides_with_the_overlay_unless_one_is_being_drawn(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume())
        bench.drag((5, 5), (35, 5))
        bench.click(10, 25)
        bench.view.set_overlay_visible(False)
        assert amber(bench.view) > 100
        bench.view.set_tool(None)
        assert amber(bench.view) < 20

    def test_words_read_on_white(self, qtbot) -> None:
        white = black_picture()
        white.array[...] = 255
        bench = Bench(qtbot, white)
        bench.drag((5, 20), (50, 20))
        picture = array_of(picture_of(bench.view))
        at = place(bench.view, 27, 20)
        words = picture[int(at[1]) - 25 : int(at[1]) - 5, int(at[0]) - 30 : int(at[0]) + 30]
        assert words.min() < 90  # the halo
        assert words.max() == 255

    def test_the_live_measure_is_that_of_the_mouse(self, qtbot) -> None:
        bench = Bench(qtbot, ramp_volume(spacing=(2.0, 2.0, 1.0)))
        assert bench.layer.words(bench.view, ((0.0, 0.0), (6.0, 8.0))) == "20.0 mm"
        assert bench.layer.words(bench.view, ((4.0, 0.0), (0.0, 0.0), (0.0, 4.0))) == "90.0°"

    def test_a_picture_of_unknown_size_is_measured_in_pixels(self, qtbot) -> None:
        bench = Bench(qtbot, black_picture())
        assert bench.layer.words(bench.view, ((0.0, 0.0), (3.0, 4.0))) == "5.0 px"


def test_the_selected_one_is_taken_first(qtbot) -> None:
    bench = Bench(qtbot, ramp_volume())
    for number in (1, 2):
        bench.history.do(SetRuler(number, Ruler(number, 2, bench.view.index, ((5.0, 5.0), (30.0, 5.0)))))
    at = QPointF(*place(bench.view, *bench.layer.shown(bench.view, bench.document.rulers[1])[0]))
    assert bench.layer.hit(bench.view, at) == (1, 0)
    bench.layer.select(2)
    assert bench.layer.hit(bench.view, at) == (2, 0)


@pytest.mark.parametrize(
    ("length", "unit", "text"),
    [
        (123.456, "mm", "123.5 mm"),
        (4.567, "mm", "4.57 mm"),
        (0.0351, "mm", "35.1 µm"),
        (12.34, "px", "12.3 px"),
    ],
)
def test_lengths_for_people(length: float, unit: str, text: str) -> None:
    assert length_words(length, unit) == text
    assert angle_words(45.25) in ("45.2°", "45.3°")
