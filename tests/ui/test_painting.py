"""Brush and eraser with a real mouse: what the document holds and what the screen shows."""

from __future__ import annotations

import itertools
from dataclasses import replace
from random import Random

import numpy as np
import pytest
from PyQt5.QtCore import QEvent, QPointF, Qt
from PyQt5.QtGui import QFocusEvent
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication

from medsam.document import Annotation, ChangeLabel, PaintRule, SetLabels, SetVoxels
from medsam.document.operations.brush import Brush, Stroke
from medsam.intensity import EIGHT_BIT, default_window
from medsam.ui import settings
from medsam.ui.canvas.tools.brush import BrushTool
from medsam.ui.main_window import MainWindow
from medsam.volume import Plane, Volume, picture_affine
from tests.phantoms import ct_phantom, reoriented
from tests.ui.canvas_helpers import Mouse, array_of, painted_areas, picture_of, wheel
from tests.ui.window_support import colour_at, settle, show_volume, view_of

LEFT, RIGHT = Qt.LeftButton, Qt.RightButton


def grey(shape=(48, 40, 12), spacing=(1.0, 1.0, 1.0), value=100) -> Volume:
    array = np.full(shape, value, np.uint8, order="F")
    return Volume(array, np.diag([-spacing[0], -spacing[1], spacing[2], 1.0]), modality="MR", name="grey")


@pytest.fixture(autouse=True)
def fresh_settings() -> None:
    settings.settings().clear()


@pytest.fixture
def painting(window: MainWindow) -> MainWindow:
    """A window with a grey volume, two labels, and a brush of 6 mm."""
    begin(window, grey())
    return window


def begin(window: MainWindow, volume: Volume, diameter: float = 6.0) -> Annotation:
    show_volume(window, volume)
    annotation = window.session.annotation
    first = next(iter(annotation.labels))
    second = replace(annotation.labels.proposal("Second"), color=(0, 0, 255))
    annotation.apply(SetLabels((first, second)))
    for view in window.view.views:
        view.set_smooth(False)
        view.set_crosshair_visible(False)
    window.view.set_window(EIGHT_BIT) if not volume.is_rgb else None
    window.view.choose_tool("brush")
    window.painting.settings.set_diameter(diameter)
    settle()
    return annotation


def at(view, x, y) -> tuple[float, float]:
    """Where a shown point lies in the view, in whole logical pixels as a mouse has them."""
    point = view.shown_to_view(x, y).toPoint()
    return point.x(), point.y()


def shown_at(view, x, y) -> tuple[float, float]:
    """The shown point that the mouse stands on when it is sent to ``(x, y)``."""
    return view.view_to_shown(QPointF(*at(view, x, y)))


def press(view, x, y, button=LEFT, modifiers=Qt.NoModifier) -> Mouse:
    return Mouse(view).press(*at(view, x, y), button, modifiers)


def stroke(view, points, button=LEFT, modifiers=Qt.NoModifier) -> None:
    mouse = press(view, *points[0], button, modifiers)
    for point in points[1:]:
        mouse.move(*at(view, *point), modifiers)
    mouse.release(modifiers)
    settle()


def expected(view, points, brush: Brush) -> np.ndarray:
    """The voxels that a stroke along shown points touches, over everything."""
    volume, result = view.volume, np.zeros(view.volume.shape, bool)
    ink = Stroke(
        volume, view.frame.axis, view.index, brush, lambda r: np.ones([s.stop - s.start for s in r], bool)
    )
    for point in points:
        ink.move_to(*view.frame.point_to_stored(*shown_at(view, *point)))
    result[ink.region] = ink.mask
    return result


PATH = [(12, 10), (25, 14), (24, 28)]


# --- a stroke -----------------------------------------------------------------


def test_a_stroke_enters_the_document_as_one_step_and_shows(painting):
    view, annotation = view_of(painting), painting.session.annotation
    before = colour_at(view, 18.5, 12.5)
    stroke(view, PATH)
    wanted = expected(view, PATH, painting.painting.settings.brush)
    assert wanted.sum() > 100
    assert np.array_equal(annotation.label_map == 1, wanted)
    assert painting.session.undo.count() == 1
    assert colour_at(view, 18.5, 12.5) != before
    assert colour_at(view, 40.5, 30.5) == before


def test_ink_shows_on_the_very_move_and_stays_the_same_after_the_release(painting):
    view, annotation = view_of(painting), painting.session.annotation
    mouse = press(view, 12, 10).move(*at(view, 25, 14))
    live = colour_at(view, 18.5, 12.5)
    assert annotation.is_empty
    mouse.release()
    assert not annotation.is_empty
    assert colour_at(view, 18.5, 12.5) == live
    label = annotation.labels.get(1)
    blend = [round(label.opacity * c + (1 - label.opacity) * 100) for c in label.color]
    np.testing.assert_allclose(live, blend, atol=2)


def test_undo_and_redo_restore_every_label_bit_for_bit(painting):
    view, annotation = view_of(painting), painting.session.annotation
    rng = np.random.default_rng(0)
    start = rng.integers(0, 3, annotation.volume.shape).astype(np.uint16)
    annotation.apply(SetVoxels(tuple(slice(0, n) for n in start.shape), start))
    screens = [colour_at(view, 18.5, 12.5)]
    stroke(view, PATH)
    painted = annotation.label_map.copy()
    stroke(view, [(5, 5), (40, 35)], RIGHT)
    erased = annotation.label_map.copy()
    assert (painted != start).any() and (erased != painted).any()
    painting.session.undo.undo()
    assert np.array_equal(annotation.label_map, painted)
    painting.session.undo.undo()
    assert np.array_equal(annotation.label_map, start)
    assert colour_at(view, 18.5, 12.5) == screens[0]
    painting.session.undo.jump(2)
    assert np.array_equal(annotation.label_map, erased)


@pytest.mark.parametrize(
    ("tool", "button", "modifiers", "erases"),
    [
        ("brush", LEFT, Qt.NoModifier, False),
        ("brush", RIGHT, Qt.NoModifier, True),
        ("brush", LEFT, Qt.ControlModifier, True),
        ("brush", RIGHT, Qt.ControlModifier, False),
        ("eraser", LEFT, Qt.NoModifier, True),
        ("eraser", RIGHT, Qt.NoModifier, False),
        ("eraser", LEFT, Qt.ControlModifier, False),
    ],
)
def test_buttons_and_ctrl_say_whether_it_paints_or_erases(painting, tool, button, modifiers, erases):
    view, annotation = view_of(painting), painting.session.annotation
    block = (slice(10, 30), slice(5, 35), slice(view.index, view.index + 1))
    annotation.apply(SetVoxels(block, np.ones((20, 30, 1), np.uint16)))
    painting.view.choose_tool(tool)
    points = [(26, 20), (36, 20)]
    before = annotation.label_map.copy()
    mouse = press(view, *points[0], button, modifiers)
    mouse.move(*at(view, *points[1]), modifiers)
    plain, inked = colour_at(view, 44.5, 36.5), colour_at(view, 12.5, 30.5)
    assert colour_at(view, 27.5, 20.5) == (plain if erases else inked)
    mouse.release(modifiers)
    touched = expected(view, points, painting.painting.settings.brush)
    wanted = np.where(touched, 0 if erases else 1, before)
    assert np.array_equal(annotation.label_map, wanted)


def test_esc_gives_the_stroke_up(painting):
    view, annotation = view_of(painting), painting.session.annotation
    before = colour_at(view, 18.5, 12.5)
    mouse = press(view, 12, 10).move(*at(view, 25, 14))
    assert colour_at(view, 18.5, 12.5) != before
    QTest.keyClick(view, Qt.Key_Escape)
    assert colour_at(view, 18.5, 12.5) == before
    mouse.move(*at(view, 25, 30)).release()
    assert annotation.is_empty
    assert painting.session.undo.count() == 0


def test_two_quick_dabs_are_two_strokes(painting):
    view = view_of(painting)
    Mouse(view).double_click(*at(view, 15, 15))
    settle()
    assert painting.area.alone is None
    assert painting.session.undo.count() == 1
    press(view, 15, 15).release()
    double = Mouse(view)
    double.at, double.held = QPointF(*at(view, 33, 25)), LEFT
    double._send(QEvent.MouseButtonDblClick, LEFT, LEFT, Qt.NoModifier)
    double.release()
    settle()
    assert painting.session.annotation.label_map[33, 25, view.index] == 1
    assert painting.session.undo.count() == 2


def test_a_stroke_that_leaves_the_view_and_comes_back_has_no_hole(painting):
    view, annotation = view_of(painting), painting.session.annotation
    points = [(10, 10), (-30, 12), (-30, 30), (10, 30)]
    stroke(view, points)
    wanted = expected(view, points, painting.painting.settings.brush)
    assert np.array_equal(annotation.label_map == 1, wanted)


def test_a_stroke_beside_the_picture_is_no_step(painting):
    stroke(view_of(painting), [(-9, -9), (-9, 10)])
    assert painting.session.undo.count() == 0


# --- ink is never lost ----------------------------------------------------------


def half_drawn(window: MainWindow) -> tuple[Annotation, np.ndarray]:
    view = view_of(window)
    wanted = expected(view, PATH[:2], window.painting.settings.brush)
    press(view, *PATH[0]).move(*at(view, *PATH[1]))
    assert window.session.annotation.is_empty
    return window.session.annotation, wanted


def test_another_slice_keeps_the_ink(painting):
    annotation, wanted = half_drawn(painting)
    QTest.keyClick(view_of(painting), Qt.Key_PageUp)
    painting.view.walk(1)
    assert np.array_equal(annotation.label_map == 1, wanted)


def test_another_tool_keeps_the_ink(painting):
    annotation, wanted = half_drawn(painting)
    QTest.keyClick(view_of(painting), Qt.Key_B)
    assert painting.view.tool_name == "box"
    assert np.array_equal(annotation.label_map == 1, wanted)


def test_a_lost_focus_keeps_the_ink(painting):
    annotation, wanted = half_drawn(painting)
    QApplication.sendEvent(view_of(painting), QFocusEvent(QEvent.FocusOut, Qt.ActiveWindowFocusReason))
    assert np.array_equal(annotation.label_map == 1, wanted)


def test_a_hidden_view_keeps_the_ink(painting):
    annotation, wanted = half_drawn(painting)
    painting.hide()
    assert np.array_equal(annotation.label_map == 1, wanted)


def test_a_release_that_someone_else_got_keeps_the_ink(painting):
    annotation, wanted = half_drawn(painting)
    view = view_of(painting)
    lost = Mouse(view)
    lost.move(*at(view, 40, 35))
    assert np.array_equal(annotation.label_map == 1, wanted)


def test_another_document_finds_the_ink_in_the_old_one(painting):
    annotation, wanted = half_drawn(painting)
    history = painting.session.history
    show_volume(painting, grey((30, 30, 4)))
    assert np.array_equal(annotation.label_map == 1, wanted)
    assert len(history) == 1
    assert painting.session.annotation.is_empty
    assert painting.session.undo.count() == 0


def test_undo_by_key_in_the_middle_takes_the_stroke_back_as_a_whole(painting):
    annotation, _ = half_drawn(painting)
    QTest.keyClick(view_of(painting), Qt.Key_Z, Qt.ControlModifier)
    assert annotation.is_empty
    assert painting.session.undo.count() == 1
    painting.session.undo.redo()
    assert not annotation.is_empty


def test_the_size_may_change_on_the_way(painting):
    view, annotation = view_of(painting), painting.session.annotation
    mouse = press(view, 8, 20).move(*at(view, 22, 20))
    QTest.keyClick(view, Qt.Key_BracketRight)
    QTest.keyClick(view, Qt.Key_BracketRight)
    mouse.move(*at(view, 36, 20)).release()
    columns = annotation.label_map[:, :, view.index]
    assert painting.session.undo.count() == 1
    assert columns[12].sum() < columns[30].sum()


# --- locks and rules --------------------------------------------------------------


def test_a_locked_neighbour_is_a_barrier_on_the_screen_too(painting):
    view, annotation = view_of(painting), painting.session.annotation
    block = (slice(20, 48), slice(0, 40), slice(view.index, view.index + 1))
    annotation.apply(SetVoxels(block, np.full((28, 40, 1), 2, np.uint16)))
    annotation.apply(ChangeLabel(replace(annotation.labels.get(2), locked=True)))
    before = annotation.label_map.copy()
    of_second = colour_at(view, 30.5, 5.5)
    mouse = press(view, 10, 20).move(*at(view, 35, 20))
    assert colour_at(view, 30.5, 20.5) == of_second
    assert colour_at(view, 12.5, 20.5) != of_second
    mouse.release()
    settle()
    after = annotation.label_map
    assert np.array_equal(after[20:], before[20:])
    assert after[12, 20, view.index] == 1


def test_the_rule_holds_in_the_preview_and_in_the_document(painting):
    view, annotation = view_of(painting), painting.session.annotation
    block = (slice(20, 48), slice(0, 40), slice(view.index, view.index + 1))
    annotation.apply(SetVoxels(block, np.full((28, 40, 1), 2, np.uint16)))
    painting.session.set_rule(PaintRule("background"))
    of_second = colour_at(view, 30.5, 5.5)
    mouse = press(view, 10, 20).move(*at(view, 35, 20))
    assert colour_at(view, 30.5, 20.5) == of_second
    painting.session.set_rule(PaintRule())
    assert colour_at(view, 30.5, 20.5) != of_second
    painting.session.set_rule(PaintRule("background"))
    assert colour_at(view, 30.5, 20.5) == of_second
    mouse.release()
    assert (annotation.label_map[20:, :, view.index] == 2).all()


def test_a_label_locked_on_the_way_is_a_barrier_from_then_on(painting):
    view, annotation = view_of(painting), painting.session.annotation
    block = (slice(20, 48), slice(0, 40), slice(view.index, view.index + 1))
    annotation.apply(SetVoxels(block, np.full((28, 40, 1), 2, np.uint16)))
    of_second = colour_at(view, 30.5, 5.5)
    mouse = press(view, 10, 20).move(*at(view, 35, 20))
    assert colour_at(view, 30.5, 20.5) != of_second
    painting.session.push(ChangeLabel(replace(annotation.labels.get(2), locked=True)))
    assert colour_at(view, 30.5, 20.5) == of_second
    mouse.release()
    assert (annotation.label_map[20:, :, view.index] == 2).all()


def messages(window: MainWindow) -> list[tuple[str, str]]:
    said: list[tuple[str, str]] = []
    window.presenter.message.connect(lambda kind, text, _: said.append((kind, text)))
    return said


def test_a_locked_active_label_is_refused_with_a_sentence(painting):
    view, annotation = view_of(painting), painting.session.annotation
    annotation.apply(ChangeLabel(replace(annotation.labels.get(1), locked=True)))
    said, before = messages(painting), colour_at(view, 18.5, 12.5)
    mouse = press(view, 12, 10).move(*at(view, 25, 14))
    assert colour_at(view, 18.5, 12.5) == before
    mouse.release()
    assert annotation.is_empty
    assert len(said) == 1 and "locked" in said[0][1]


def test_a_hidden_label_is_shown_with_its_ink_in_one_step(painting):
    view, annotation = view_of(painting), painting.session.annotation
    annotation.apply(ChangeLabel(replace(annotation.labels.get(1), visible=False)))
    before = colour_at(view, 18.5, 12.5)
    mouse = press(view, 12, 10).move(*at(view, 25, 14))
    assert colour_at(view, 18.5, 12.5) != before
    mouse.release()
    settle()
    assert annotation.labels.get(1).visible
    assert painting.session.undo.count() == 1
    painting.session.undo.undo()
    assert not annotation.labels.get(1).visible
    assert annotation.is_empty
    assert colour_at(view, 18.5, 12.5) == before


def test_the_eraser_takes_the_active_label_or_every_one(painting):
    view, annotation = view_of(painting), painting.session.annotation
    values = np.ones((48, 40, 1), np.uint16)
    values[24:] = 2
    annotation.apply(SetVoxels((slice(0, 48), slice(0, 40), slice(view.index, view.index + 1)), values))
    painting.view.choose_tool("eraser")
    stroke(view, [(34, 10), (40, 10)])
    assert painting.session.undo.count() == 0
    assert "takes only" in painting.status.currentMessage()
    stroke(view, [(15, 20), (35, 20)])
    assert annotation.label_map[18, 20, view.index] == 0
    assert annotation.label_map[34, 20, view.index] == 2
    painting.painting.settings.set_erases_every(True)
    stroke(view, [(15, 30), (35, 30)])
    assert not annotation.label_map[15:36, 30, view.index].any()
    annotation.apply(ChangeLabel(replace(annotation.labels.get(2), visible=False)))
    stroke(view, [(15, 10), (35, 10)])
    assert annotation.label_map[18, 10, view.index] == 0
    assert annotation.label_map[34, 10, view.index] == 2


def test_a_stroke_that_the_rule_forbids_says_so(painting):
    said, height = messages(painting), view_of(painting).height()
    painting.session.set_rule(PaintRule(intensity=(200, 255)))
    stroke(view_of(painting), PATH)
    assert painting.session.undo.count() == 0
    assert "Nothing was painted" in painting.status.currentMessage()
    assert not said and view_of(painting).height() == height


def test_hidden_overlay_comes_back_with_the_first_stroke(painting):
    painting.actions_["overlay"].setChecked(False)
    press(view_of(painting), 12, 10)
    assert painting.actions_["overlay"].isChecked()


# --- planes, orientations, spacings -----------------------------------------------


@pytest.mark.parametrize("orientation", ["LPS", "RAS", "PSR", "IAL"])
@pytest.mark.parametrize("plane", list(Plane))
def test_ink_lies_under_the_mouse_in_every_orientation(window, plane, orientation):
    volume = reoriented(ct_phantom((24, 20, 18), noise=0), orientation)
    annotation = begin(window, volume, 5.0)
    view = view_of(window, plane)
    h, w = view.frame.shape_hw
    points = [(w * 0.3, h * 0.35), (w * 0.6, h * 0.4)]
    before = colour_at(view, *points[1])
    mouse = press(view, *points[0]).move(*at(view, *points[1]))
    live = colour_at(view, *points[1])
    assert live != before
    mouse.release()
    assert colour_at(view, *points[1]) == live
    assert np.array_equal(annotation.label_map == 1, expected(view, points, window.painting.settings.brush))
    for point in points:
        voxel = view.frame.to_voxel(*shown_at(view, *point), view.index)
        assert annotation.label_map[tuple(round(v) for v in voxel)] == 1


@pytest.mark.parametrize("sphere", [False, True])
def test_the_other_planes_show_the_ink_while_it_is_drawn(painting, sphere):
    painting.painting.settings.set_sphere(sphere)
    axial, coronal = view_of(painting), view_of(painting, Plane.CORONAL)
    j, k = coronal.index, axial.index
    on_slice = coronal.frame.from_voxel((24, j, k))[:2]
    beside = coronal.frame.from_voxel((24, j, k + 2))[:2]
    before = [colour_at(coronal, *point) for point in (on_slice, beside)]
    x, y, _ = axial.frame.from_voxel((24, j, k))
    mouse = press(axial, x - 8, y).move(*at(axial, x + 1, y))
    live = [colour_at(coronal, *point) for point in (on_slice, beside)]
    assert live[0] != before[0]
    assert (live[1] != before[1]) == sphere
    mouse.release()
    assert [colour_at(coronal, *point) for point in (on_slice, beside)] == live


def test_another_plane_may_walk_while_a_sphere_is_drawn(painting):
    painting.painting.settings.set_sphere(True)
    axial, coronal = view_of(painting), view_of(painting, Plane.CORONAL)
    x, y, _ = axial.frame.from_voxel((24, 20, axial.index))
    mouse = press(axial, x, y)
    coronal.set_index(22)
    spot = coronal.frame.from_voxel((24, 22, axial.index))[:2]
    live = colour_at(coronal, *spot)
    assert live != colour_at(coronal, 2.5, 2.5)
    mouse.release()
    assert colour_at(coronal, *spot) == live


def test_thick_slices_are_painted_in_millimetres(window):
    annotation = begin(window, grey((40, 30, 8), (0.5, 0.5, 5.0)), 11.0)
    view = view_of(window, Plane.CORONAL)
    window.painting.settings.set_sphere(True)
    stroke(view, [(20.2, 3.4)])
    i, j, k = (np.flatnonzero((annotation.label_map == 1).any(axis=a)) for a in ((1, 2), (0, 2), (0, 1)))
    assert i.size == 22 or i.size == 21
    assert abs(j.size - 21) <= 1
    assert k.size in (2, 3)


def test_a_colour_picture_is_painted_in_pixels(window):
    array = np.full((60, 40, 1, 3), (120, 60, 30), np.uint8)
    annotation = begin(window, Volume(array, picture_affine(), is_picture=True, name="colour"), 8.0)
    view = view_of(window)
    assert window.painting.settings.brush.unit == "px"
    before = colour_at(view, 30.5, 20.5)
    stroke(view, [(20, 20), (40, 20)])
    assert colour_at(view, 30.5, 20.5) != before
    assert 8 <= (annotation.label_map[30, :, 0] == 1).sum() <= 9
    window.session.undo.undo()
    assert annotation.is_empty
    assert colour_at(view, 30.5, 20.5) == before


def test_the_adaptive_brush_stops_at_an_edge(window):
    volume = grey()
    volume.array[30:] = 220
    annotation = begin(window, volume, 16.0)
    window.painting.settings.set_adaptive(True)
    stroke(view_of(window), [(24, 20), (34, 20)])
    assert annotation.label_map[29, 20].any()
    assert not annotation.label_map[30:].any()


# --- hands ------------------------------------------------------------------------


def test_shift_click_draws_a_straight_line_from_the_last_end(painting):
    view, annotation = view_of(painting), painting.session.annotation
    stroke(view, [(8, 8)])
    stroke(view, [(38, 30)], modifiers=Qt.ShiftModifier)
    assert np.array_equal(
        annotation.label_map == 1, expected(view, [(8, 8), (38, 30)], painting.painting.settings.brush)
    )
    assert painting.session.undo.count() == 2


def test_shift_on_the_way_keeps_the_stroke_level(painting):
    view, annotation = view_of(painting), painting.session.annotation
    mouse = press(view, 10, 20)
    for point in ((20, 21), (30, 26), (40, 29)):
        mouse.move(*at(view, *point), Qt.ShiftModifier)
    mouse.release()
    rows = np.flatnonzero((annotation.label_map[:, :, view.index] == 1).any(axis=0))
    assert rows.size <= 7
    assert annotation.label_map[38, 20, view.index] == 1


def test_shift_moves_the_crosshair_where_no_line_can_begin(painting):
    view = view_of(painting)
    Mouse(view).move(*at(view, 10, 12), Qt.ShiftModifier)
    assert np.allclose(view.crosshair[:2], np.subtract(shown_at(view, 10, 12), 0.5))


def test_alt_click_picks_the_label_under_the_mouse(painting):
    view, annotation = view_of(painting), painting.session.annotation
    block = (slice(20, 30), slice(10, 20), slice(view.index, view.index + 1))
    annotation.apply(SetVoxels(block, np.full((10, 10, 1), 2, np.uint16)))
    stroke(view, [(25, 15)], modifiers=Qt.AltModifier)
    assert annotation.active_label == 2
    stroke(view, [(5, 5)], modifiers=Qt.AltModifier)
    assert annotation.active_label == 2
    assert painting.session.undo.count() == 0


def test_shift_wheel_and_brackets_change_the_size_by_a_fifth(painting):
    view, tip = view_of(painting), painting.painting.settings
    index = view.index
    wheel(view, 120, modifiers=Qt.ShiftModifier)
    assert tip.brush.diameter == pytest.approx(7.2)
    QTest.keyClick(view, Qt.Key_BracketLeft)
    assert tip.brush.diameter == pytest.approx(6.0)
    QTest.keyClick(view, Qt.Key_BracketRight)
    assert tip.brush.diameter == pytest.approx(7.2)
    assert view.index == index
    wheel(view, 120)
    assert view.index != index


def test_ctrl_shift_wheel_changes_the_tolerance_within_limits(painting):
    view, tip = view_of(painting), painting.painting.settings
    zoom = view.zoom_factor
    wheel(view, 120, modifiers=Qt.ShiftModifier | Qt.ControlModifier)
    assert (tip.brush.tolerance, tip.brush.diameter, view.zoom_factor) == (3.0, 6.0, zoom)
    wheel(view, -120 * 30, modifiers=Qt.ShiftModifier | Qt.ControlModifier)
    assert tip.brush.tolerance == 0.5
    wheel(view, 120 * 50, modifiers=Qt.ShiftModifier | Qt.ControlModifier)
    assert tip.brush.tolerance == 9.5


def test_the_tip_shows_its_exact_size_and_goes_with_the_mouse(painting):
    view = view_of(painting)
    plain = colour_at(view, 24, 20)
    Mouse(view).move(*at(view, 24, 20))
    x, y = shown_at(view, 24, 20)
    around = [(x + dx * 3.0, y + dy * 3.0) for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1), (0.7071, 0.7071))]
    rim = [
        any(
            colour_at(view, px + a / view.zoom_factor, py + b / view.zoom_factor) != plain
            for a, b in itertools.product((-1, 0, 1), repeat=2)
        )
        for px, py in around
    ]
    assert all(rim)
    assert colour_at(view, x, y) == plain
    QApplication.sendEvent(view, QEvent(QEvent.Leave))
    assert all(colour_at(view, *point) == plain for point in around)


@pytest.mark.parametrize("value", [0, 127, 128, 255])
def test_the_tip_stands_out_from_black_grey_and_white(window, value):
    begin(window, grey(value=value), 12.0)
    view = view_of(window)
    Mouse(view).move(*at(view, 24, 20))
    settle()
    image = view.grab().toImage()
    centre = view.shown_to_view(*shown_at(view, 24, 20))
    rim = int(centre.x() + 6.0 * view.zoom_factor)
    line = [image.pixelColor(x, int(centre.y())).red() for x in range(rim - 4, rim + 5)]
    assert max(abs(v - value) for v in line) >= 60


def test_a_sphere_shows_its_tip_in_the_planes_that_it_reaches(painting):
    axial, coronal = view_of(painting), view_of(painting, Plane.CORONAL)
    j = coronal.index
    x, y, _ = axial.frame.from_voxel((24, j, axial.index))

    def other() -> bytes:
        settle()
        image = coronal.grab().toImage()
        return bytes(image.constBits().asarray(image.byteCount()))

    plain = other()
    Mouse(axial).move(*at(axial, x, y))
    assert other() == plain
    painting.painting.settings.set_sphere(True)
    assert other() != plain
    Mouse(axial).move(*at(axial, x, y + 8))
    assert other() == plain


def test_a_move_paints_only_around_the_tip(painting):
    view = view_of(painting)
    mouse = press(view, 12, 12).move(*at(view, 13, 13))
    settle()
    with painted_areas(view) as areas:
        mouse.move(*at(view, 16, 13))
        QApplication.processEvents()
    reach = 12 * view.zoom_factor
    assert areas
    assert all(area.width() < reach and area.height() < reach for area in areas)
    assert view._layers.labels.recomputed < 150


# --- the row of options -------------------------------------------------------------


def options(window: MainWindow):
    return window.options.page("brush")


def test_the_row_shows_and_sets_the_tip(painting):
    row, tip = options(painting), painting.painting.settings
    assert row is painting.options.page("eraser")
    assert painting.options.isVisible()
    row.size_.setValue(20.0)
    assert tip.brush.diameter == 20.0
    row.size_.stepBy(1)
    assert tip.brush.diameter == pytest.approx(24.0)
    QTest.mouseClick(row.sphere, LEFT)
    QTest.mouseClick(row.adaptive, LEFT)
    assert (tip.brush.shape, tip.brush.adaptive) == ("sphere", True)
    assert row.tolerance.isEnabled()
    row.tolerance.setValue(4.0)
    assert tip.brush.tolerance == 4.0
    row.scope.setCurrentIndex(1)
    row.scope.activated.emit(1)
    assert tip.erases_every
    painting.view.choose_tool("box")
    assert painting.options.page("box") is not row


def test_another_unit_keeps_the_tip_as_wide(window):
    begin(window, grey(spacing=(0.5, 0.5, 2.0)), 10.0)
    row = options(window)
    row.unit.setCurrentIndex(row.unit.findData("px"))
    row.unit.activated.emit(row.unit.currentIndex())
    assert (window.painting.settings.brush.unit, row.size_.value()) == ("px", 20.0)


def test_the_unit_of_a_picture_without_a_scale_is_the_pixel(window):
    begin(window, Volume(np.zeros((30, 30, 1), np.uint8), picture_affine(), is_picture=True))
    assert not options(window).unit.isEnabled()
    assert "does not say" in options(window).unit.toolTip()
    begin(window, grey())
    assert options(window).unit.isEnabled()
    assert window.painting.settings.unit == "mm"


def test_the_tip_is_remembered(new_window):
    first = new_window()
    tip = first.painting.settings
    tip.set_diameter(33.0)
    tip.set_sphere(True)
    tip.set_erases_every(True)
    tip.set_tolerance(3.5)
    again = new_window().painting.settings
    assert again.brush == tip.brush
    assert again.erases_every


@pytest.mark.parametrize("damaged", ["much", "-3", "1e9", ""])
def test_a_damaged_setting_is_the_default(new_window, damaged):
    settings.remember("brush/mm", damaged)
    assert new_window().painting.settings.brush.diameter == 10.0


def test_a_float_volume_with_holes_can_be_painted_adaptively(window):
    array = np.full((40, 30, 4), 5.0, np.float32, order="F")
    array[20:] = np.nan
    volume = Volume(array, np.diag([-1.0, -1.0, 1.0, 1.0]), modality="MR", name="holes")
    show_volume(window, volume)
    window.view.choose_tool("brush")
    window.view.set_window(default_window(volume))
    window.painting.settings.set_adaptive(True)
    stroke(view_of(window), [(16, 15), (24, 15)])
    assert (window.session.annotation.label_map[:20] == 1).any()
    assert not window.session.annotation.label_map[20:].any()


# --- anything goes ------------------------------------------------------------------


def screens(window: MainWindow) -> list[np.ndarray]:
    settle()
    for view in window.view.views:
        # A part that Qt scales alone may differ from the whole by half a screen pixel.
        view._layers.mark_stale(view.rect())
    return [array_of(picture_of(view)) for view in window.view.views]


@pytest.mark.parametrize("seed", range(4))
def test_whatever_is_drawn_looks_the_same_after_the_release_and_can_be_undone(window, seed, monkeypatch):
    # Its rim says what the held button does.
    monkeypatch.setattr(BrushTool, "paint", lambda self, view, painter: None)
    random = Random(seed)
    rng = np.random.default_rng(seed)
    volume = reoriented(
        ct_phantom((36, 30, 14), (1.0, 1.5, 3.0), noise=5), random.choice(("LPS", "RAS", "PSR"))
    )
    annotation = begin(window, volume)
    blocks = rng.integers(0, 3, tuple(-(-n // 6) for n in volume.shape)).astype(np.uint16)
    start = np.kron(blocks, np.ones((6, 6, 6), np.uint16))[tuple(slice(0, n) for n in volume.shape)]
    annotation.apply(SetVoxels(tuple(slice(0, n) for n in start.shape), start))
    states = [annotation.label_map.copy()]
    for _ in range(12):
        view, tip = random.choice(window.view.views), window.painting.settings
        view.set_index(random.randrange(view.frame.count))
        window.view.choose_tool(random.choice(("brush", "eraser")))
        tip.set_diameter(random.uniform(0.3, 14))
        tip.set_sphere(random.random() < 0.4)
        tip.set_adaptive(random.random() < 0.4)
        tip.set_erases_every(random.random() < 0.5)
        annotation.set_active_label(random.choice((1, 2)))
        second = annotation.labels.get(2)
        annotation.apply(
            ChangeLabel(
                replace(
                    second, locked=random.random() < 0.3, style=random.choice(("both", "fill", "outline"))
                )
            )
        )
        rules = (PaintRule(), PaintRule("background"), PaintRule("label", 2), PaintRule(intensity=(0, 200)))
        window.session.set_rule(random.choice(rules))
        h, w = view.frame.shape_hw
        points = [(random.uniform(-2, w + 2), random.uniform(-2, h + 2)) for _ in range(4)]
        mouse = press(view, *points[0], random.choice((LEFT, RIGHT)))
        for point in points[1:]:
            mouse.move(*at(view, *point))
        live = screens(window)
        locked = annotation.label_map == 2 if annotation.labels.get(2).locked else None
        if random.random() < 0.15:
            QTest.keyClick(view, Qt.Key_Escape)
            mouse.release()
            assert np.array_equal(annotation.label_map, states[-1])
            continue
        mouse.release()
        for before, after in zip(live, screens(window), strict=True):
            np.testing.assert_array_equal(after, before)
        if locked is not None:
            assert (annotation.label_map[locked] == 2).all()
        if not np.array_equal(annotation.label_map, states[-1]):
            states.append(annotation.label_map.copy())
    assert window.session.undo.count() == len(states) - 1 > 0
    for state in reversed(states[:-1]):
        window.session.undo.undo()
        assert np.array_equal(annotation.label_map, state)
    for state in states[1:]:
        window.session.undo.redo()
        assert np.array_equal(annotation.label_map, state)
