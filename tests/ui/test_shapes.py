"""Lasso, magic wand and fill tool by mouse: against the document, the screen and undo."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest
from scipy import ndimage

from medsam.document import Annotation, ChangeLabel, Label, LabelTable, PaintRule
from medsam.document.operations.growing import grow_region
from medsam.document.operations.polygon import polygon_mask
from medsam.intensity import Window as IntensityWindow
from medsam.intensity import default_window
from medsam.volume import Plane, Volume, stored_slice
from tests.phantoms import ct_phantom, reoriented, rgb_picture
from tests.ui.canvas_helpers import Mouse, key, wheel
from tests.ui.canvas_helpers import place as spot
from tests.ui.window_support import colour_at, settle, show_volume, view_of

TRIANGLE = ((8.2, 3.1), (30.7, 5.2), (14.3, 15.6))


def open_labels(window, volume, labels=None, locked=()):
    """Open a volume with labels 1 (active), 2 and 3."""
    table = LabelTable(
        tuple(
            Label(n, name, color, locked=n in locked)
            for n, name, color in (
                (1, "Liver", (230, 159, 0)),
                (2, "Spleen", (86, 180, 233)),
                (3, "Kidney", (0, 158, 115)),
            )
        )
    )
    window.session.open(Annotation(volume, labels, table), None, default_window(volume))
    settle()


def heard(window):
    """What is explained beside the mouse from now on."""
    said = []
    window.shapes.ink.explained.connect(said.append)
    return said


def map_of(window):
    """A copy of the label map."""
    return window.session.annotation.label_map.copy()


def choose(window, name):
    """Choose a tool by its action; the wand takes values as they are, noise and all."""
    window.actions_[f"tool_{name}"].trigger()
    window.shapes.wand.options.smooth.setChecked(False)
    settle()


def click(view, x, y, button=Qt.LeftButton, modifiers=Qt.NoModifier):
    """Press and release on a shown point."""
    Mouse(view).press(*spot(view, x, y), button, modifiers).release(modifiers)
    settle()


def double_click(view, x, y):
    """Press twice, as Qt tells it."""
    Mouse(view).double_click(*spot(view, x, y))
    settle()


def freehand(view, corners, button=Qt.LeftButton, modifiers=Qt.NoModifier, release=True):
    """Drag along corners, with points in between."""
    mouse = Mouse(view).press(*spot(view, *corners[0]), button, modifiers)
    for start, end in itertools.pairwise(corners):
        for share in (0.25, 0.5, 0.75, 1.0):
            at = tuple(a + (b - a) * share for a, b in zip(start, end, strict=True))
            mouse.move(*spot(view, *at), modifiers)
    if release:
        mouse.release(modifiers)
    settle()
    return mouse


def inside(view, corners):
    """The voxels of the present slice inside of an outline."""
    result = np.zeros(view.volume.shape, bool)
    mask = view.frame.to_stored(polygon_mask(corners, view.frame.shape_hw))
    stored_slice(result, view.frame.axis, view.index)[mask] = True
    return result


def undo_and_redo(window, before, after):
    """Both ways, bit for bit, in one step."""
    assert window.session.undo.index() == 1
    window.actions_["undo"].trigger()
    np.testing.assert_array_equal(map_of(window), before)
    window.actions_["redo"].trigger()
    np.testing.assert_array_equal(map_of(window), after)


# --- lasso and polygon ---------------------------------------------------------


@pytest.mark.parametrize("plane", list(Plane))
@pytest.mark.parametrize("orientation", ["LPS", "RAS", "PSR"])
def test_a_lasso_paints_its_inside_in_every_plane(window, plane, orientation):
    show_volume(window, reoriented(ct_phantom(), orientation))
    choose(window, "polygon")
    view, before = view_of(window, plane), map_of(window)
    freehand(view, TRIANGLE)
    after = map_of(window)
    # Straight lines with points in between hold what the triangle holds, but for rounding on its edge.
    wrong = (after == 1) ^ inside(view, TRIANGLE)
    assert wrong.sum() <= 2 and (after == 1).sum() > 100
    red, _, blue = colour_at(view, 17, 8)
    assert red > blue + 30, "the label is orange over grey"
    undo_and_redo(window, before, after)


@pytest.mark.parametrize("plane", list(Plane))
@pytest.mark.parametrize("end", ["enter", "double click", "first corner"])
def test_a_polygon_is_closed_in_three_ways(window, plane, end):
    show_volume(window, ct_phantom())
    choose(window, "polygon")
    view, before = view_of(window, plane), map_of(window)
    click(view, *TRIANGLE[0])
    click(view, *TRIANGLE[1])
    if end == "double click":
        double_click(view, *TRIANGLE[2])
    else:
        click(view, *TRIANGLE[2])
        assert not map_of(window).any(), "nothing is painted before it is closed"
        if end == "enter":
            assert key(view, Qt.Key_Return)
        else:
            click(view, *TRIANGLE[0])
    after = map_of(window)
    np.testing.assert_array_equal(after == 1, inside(view, TRIANGLE))
    assert window.area.alone is None, "a double click on an outline does not ask for the whole area"
    undo_and_redo(window, before, after)


def test_what_a_polygon_will_paint_is_shown_before(window):
    show_volume(window, ct_phantom())
    choose(window, "polygon")
    view = view_of(window)
    before = colour_at(view, 17, 8)
    for corner in TRIANGLE:
        click(view, *corner)
    QTest.qWait(40)
    assert colour_at(view, 17, 8) != before
    key(view, Qt.Key_Escape)
    assert colour_at(view, 17, 8) == before
    assert not map_of(window).any() and window.session.undo.count() == 0


def test_corners_are_dragged_and_taken_back_before_it_is_closed(window):
    show_volume(window, ct_phantom())
    choose(window, "polygon")
    view = view_of(window)
    click(view, 10.2, 10.1)
    click(view, 30.3, 10.2)
    click(view, 39.1, 39.4)
    assert key(view, Qt.Key_Backspace)
    click(view, 20.4, 30.2)
    Mouse(view).drag(spot(view, 30.3, 10.2), spot(view, 40.3, 14.2))
    settle()
    assert key(view, Qt.Key_Enter)
    expected = inside(view, ((10.2, 10.1), (40.3, 14.2), (20.4, 30.2)))
    assert ((map_of(window) == 1) ^ expected).sum() <= 3


def test_esc_while_a_corner_is_dragged_puts_it_back(window):
    show_volume(window, ct_phantom())
    choose(window, "polygon")
    view = view_of(window)
    for corner in TRIANGLE:
        click(view, *corner)
    mouse = Mouse(view).press(*spot(view, *TRIANGLE[1])).move(*spot(view, 45, 45))
    key(view, Qt.Key_Escape)
    mouse.release()
    key(view, Qt.Key_Return)
    np.testing.assert_array_equal(map_of(window) == 1, inside(view, TRIANGLE))


def test_esc_gives_up_a_lasso_and_two_corners_are_no_polygon(window):
    show_volume(window, ct_phantom())
    choose(window, "polygon")
    view = view_of(window)
    mouse = freehand(view, TRIANGLE, release=False)
    key(view, Qt.Key_Escape)
    mouse.release()
    click(view, 5, 5)
    click(view, 9, 9)
    key(view, Qt.Key_Return)
    assert not map_of(window).any() and window.session.undo.count() == 0
    assert window.shapes.lasso.tool.outline(view) is not None, "the two corners wait for more"


def test_an_open_polygon_waits_on_its_slice(window):
    show_volume(window, ct_phantom())
    choose(window, "polygon")
    view = view_of(window)
    for corner in TRIANGLE:
        click(view, *corner)
    index = view.index
    QTest.qWait(40)
    preview = view._layers._final
    assert preview._picture is not None
    choose(window, "crosshair")
    assert preview._picture is None, "another tool does not show what it will not paint"
    choose(window, "polygon")
    assert preview._picture is not None
    wheel(view, 120)
    choose(window, "crosshair")
    assert view.index != index
    choose(window, "polygon")
    assert window.shapes.lasso.tool.outline(view) is None
    view.set_index(index)
    key(view, Qt.Key_Return)
    expected = inside(view, TRIANGLE)
    np.testing.assert_array_equal(map_of(window) == 1, expected)


@pytest.mark.parametrize("how", ["ctrl", "right"])
def test_ctrl_or_the_right_button_erases_the_active_label_only(window, how):
    labels = np.ones(ct_phantom().shape, np.uint16)
    labels[:, :20] = 2
    open_labels(window, ct_phantom(), labels)
    choose(window, "polygon")
    view, before = view_of(window), map_of(window)
    if how == "ctrl":
        freehand(view, ((5, 5), (45, 8), (40, 45), (8, 40)), modifiers=Qt.ControlModifier)
    else:
        freehand(view, ((5, 5), (45, 8), (40, 45), (8, 40)), Qt.RightButton)
    after = map_of(window)
    assert (
        (before != after).any()
        and (before[before != after] == 1).all()
        and (after[before != after] == 0).all()
    )
    undo_and_redo(window, before, after)


def test_locked_neighbours_and_the_rule_are_barriers(window):
    labels = np.zeros(ct_phantom().shape, np.uint16)
    labels[:, :10], labels[:, 10:14] = 2, 3
    open_labels(window, ct_phantom(), labels, locked=(2,))
    choose(window, "polygon")
    view = view_of(window)
    freehand(view, ((5, 2), (45, 2), (45, 30), (5, 30)))
    after = map_of(window)
    assert (after[:, :10] == 2).all() and (after[:, 10:14] == 1).any()
    window.actions_["undo"].trigger()
    window.session.set_rule(PaintRule("background"))
    freehand(view, ((5, 2), (45, 2), (45, 30), (5, 30)))
    after = map_of(window)
    np.testing.assert_array_equal(after[:, :14], labels[:, :14])
    assert (after == 1).any()


def test_a_locked_label_cannot_be_drawn_and_the_window_says_so(window):
    open_labels(window, ct_phantom(), locked=(1,))
    view = view_of(window)
    for tool in ("polygon", "wand", "fill"):
        choose(window, tool)
        freehand(view, TRIANGLE)
        assert '"Liver" is locked' in window.banners.texts[-1]
    assert not map_of(window).any() and window.session.undo.count() == 0


@pytest.mark.parametrize(
    "corners", [((5, 5), (25, 5), (45, 5)), ((5.1, 5.1), (5.2, 5.1), (5.2, 5.3), (5.1, 5.2))]
)
def test_an_outline_without_a_pixel_makes_no_step(window, corners):
    show_volume(window, ct_phantom())
    said = heard(window)
    choose(window, "polygon")
    view = view_of(window)
    for corner in corners[:3]:
        view.zoom_by(1.0)
        Mouse(view).press(*spot(view, *corner)).release()
    tool = window.shapes.lasso.tool
    tool.closed.emit(view, list(corners), False)
    assert window.session.undo.count() == 0
    assert "holds no pixel" in said[-1]


def test_an_outline_round_the_whole_picture_may_leave_it(window):
    show_volume(window, ct_phantom())
    choose(window, "polygon")
    view = view_of(window)
    h, w = view.frame.shape_hw
    view.zoom_by(0.5)
    freehand(view, ((-5, -5), (w + 5, -5), (w + 5, h + 5), (-5, h + 5)))
    after = map_of(window)
    assert (np.take(after, view.index, view.frame.axis) == 1).all()
    assert np.count_nonzero(after) == h * w


def test_a_colour_picture_is_drawn_on(window):
    show_volume(window, rgb_picture())
    choose(window, "polygon")
    view = view_of(window)
    freehand(view, ((10.3, 10.2), (40.1, 10.4), (40.2, 30.3), (10.1, 30.1)))
    assert (map_of(window)[10:40, 10:30] == 1).all()


# --- wand --------------------------------------------------------------------------


def wand_volume(spacing=(1.0, 1.0, 4.0)):
    """A bright ball of mm with a gradient in it, on a noisy dark ground."""
    rng = np.random.default_rng(2)
    shape = (48, 44, 12)
    grid = np.ogrid[tuple(slice(0, n) for n in shape)]
    ball = sum(((g - c) * s) ** 2 for g, c, s in zip(grid, (24, 22, 6), spacing, strict=True)) <= 14**2
    raw = np.where(ball, 200 + 3 * grid[0], rng.integers(0, 40, shape))
    return Volume(np.asfortranarray(raw.astype(np.int16)), np.diag([*spacing, 1.0]), modality="MR", name="w")


@pytest.mark.parametrize("plane", list(Plane))
def test_a_press_of_the_wand_grows_a_region_on_the_slice(window, plane):
    volume = wand_volume()
    show_volume(window, volume)
    choose(window, "wand")
    view, before = view_of(window, plane), map_of(window)
    window.shapes.wand.options.scope.setCurrentIndex(0)
    window.shapes.wand.options.tolerance.setValue(100)
    h, w = view.frame.shape_hw
    click(view, w / 2 + 0.3, h / 2 + 0.3)
    after = map_of(window)
    expected = np.zeros(volume.shape, bool)
    bright = stored_slice(volume.array, view.frame.axis, view.index) >= 200
    stored_slice(expected, view.frame.axis, view.index)[bright] = True
    np.testing.assert_array_equal(after == 1, expected)
    undo_and_redo(window, before, after)


def test_a_drag_and_the_wheel_tune_the_tolerance_live(window):
    volume = wand_volume()
    show_volume(window, volume)
    choose(window, "wand")
    wand, view = window.shapes.wand, view_of(window)
    wand.options.scope.setCurrentIndex(0)
    wand.options.tolerance.setValue(5)
    x, y = spot(view, 24.5, 22.5)
    mouse = Mouse(view).press(x, y)
    few = view._layers._final._picture.sum()
    index = view.index
    mouse.move(x + 60, y)
    more = view._layers._final._picture.sum()
    wheel(view, 120 * 5, (x + 60, y))
    most = view._layers._final._picture.sum()
    assert few < more < most and view.index == index, "the wheel tunes and does not walk"
    assert wand.options.tolerance.value() == wand.tool.tolerance > 5
    assert str(int(wand.tool.tolerance)) in wand.tool._note
    tolerance = wand.tool.tolerance
    mouse.release()
    seed = tuple(round(v) for v in view.frame.to_voxel(24.5, 22.5, view.index))
    grown = grow_region(
        volume.array[..., view.index], seed[:2], tolerance, spacing=(1.0, 1.0), radius_mm=50.0
    )
    assert (map_of(window) == 1).sum() == grown.count


def test_the_wand_begins_with_the_noise_around_the_press_until_a_number_is_typed(window):
    rng = np.random.default_rng(3)
    array = np.zeros((64, 64, 4), np.int16, order="F")
    array[:32] = rng.normal(0, 4, (32, 64, 4)).round()
    array[32:] = rng.normal(500, 40, (32, 64, 4)).round()
    show_volume(window, replace(wand_volume(), array=array))
    window.view.set_window(IntensityWindow(200.0, 400.0))
    choose(window, "wand")
    wand, view = window.shapes.wand, view_of(window)
    wand.options.smooth.setChecked(True)
    wand.options.scope.setCurrentIndex(0)
    places = [view.frame.from_voxel((i, 32, view.index))[:2] for i in (12, 50)]
    shown = []
    for at in places:
        mouse = Mouse(view).press(*spot(view, *at))
        shown.append(wand.options.tolerance.value())
        mouse.release()
        settle()
    assert shown[0] == 8.0, "two hundredths of the window where there is hardly any noise"
    assert 25 < shown[1] < 60, "the deviation of the noise"
    assert (map_of(window)[..., view.index] == 1).mean() > 0.95, "and it fills what it was pressed on"
    wand.options.tolerance.setValue(21)
    assert not wand.options.auto.isChecked()
    mouse = Mouse(view).press(*spot(view, *places[0]))
    assert wand.tool.tolerance == 21
    mouse.release()


def test_esc_gives_the_wand_up_and_its_tolerance_back(window):
    show_volume(window, wand_volume())
    choose(window, "wand")
    wand, view = window.shapes.wand, view_of(window)
    wand.options.tolerance.setValue(5)
    x, y = spot(view, 24.5, 22.5)
    mouse = Mouse(view).press(x, y).move(x + 80, y)
    key(view, Qt.Key_Escape)
    mouse.release()
    settle()
    assert wand.tool.tolerance == 5 == wand.options.tolerance.value()
    assert not map_of(window).any() and window.session.undo.count() == 0


@pytest.mark.parametrize("plane", list(Plane))
def test_the_wand_grows_through_the_volume_within_its_radius(window, qtbot, plane):
    volume = wand_volume()
    show_volume(window, volume)
    choose(window, "wand")
    wand, view, before = window.shapes.wand, view_of(window, plane), map_of(window)
    wand.options.scope.setCurrentIndex(1)
    wand.options.tolerance.setValue(100)
    wand.options.radius.setValue(9)
    h, w = view.frame.shape_hw
    x, y = w / 2 + 0.3, h / 2 + 0.3
    click(view, x, y)
    qtbot.waitUntil(lambda: window.session.undo.count() == 1, timeout=5000)
    voxel = tuple(round(v) for v in view.frame.to_voxel(x, y, view.index))
    grown = grow_region(volume.array, voxel, 100, spacing=volume.geometry.spacing, radius_mm=9)
    after = map_of(window)
    np.testing.assert_array_equal(after == 1, grown.full(volume.shape))
    assert grown.is_cut and len(np.unique(np.nonzero(after)[2])) > 1
    undo_and_redo(window, before, after)


@pytest.mark.parametrize("in_volume", [False, True])
def test_a_locked_wall_and_the_rule_stop_the_wand(window, qtbot, in_volume):
    volume = wand_volume()
    labels = np.zeros(volume.shape, np.uint16)
    labels[24:26] = 2
    open_labels(window, volume, labels, locked=(2,))
    choose(window, "wand")
    wand, view = window.shapes.wand, view_of(window)
    wand.options.scope.setCurrentIndex(1 if in_volume else 0)
    wand.options.tolerance.setValue(100)
    x, y = view.frame.from_voxel((20, 22, view.index))[:2]
    click(view, x, y)
    qtbot.waitUntil(lambda: window.session.undo.count() == 1, timeout=5000)
    after = map_of(window)
    assert (after[24:26] == 2).all() and not after[26:].any() and (after[:24] == 1).any()
    window.actions_["undo"].trigger()
    window.session.set_rule(PaintRule(intensity=(0, 262)))
    click(view, x, y)
    qtbot.waitUntil(lambda: window.session.undo.index() == 1, timeout=5000)
    assert (volume.array[map_of(window) == 1] <= 262).all()


def test_a_region_of_the_volume_is_not_painted_over_newer_work(window, qtbot):
    volume = wand_volume()
    show_volume(window, volume)
    said = heard(window)
    choose(window, "wand")
    wand, view = window.shapes.wand, view_of(window)
    wand.options.scope.setCurrentIndex(1)
    wand.options.tolerance.setValue(100)
    mouse = Mouse(view).press(*spot(view, 24.5, 22.5))
    annotation = window.session.annotation
    window.session.push(ChangeLabel(replace(annotation.labels.get(1), name="Other")))
    mouse.release()
    qtbot.waitUntil(lambda: bool(said), timeout=5000)
    assert "changed meanwhile" in said[-1] and not map_of(window).any()


def test_the_wand_erases_with_ctrl_and_does_nothing_outside(window):
    volume = wand_volume()
    labels = np.ones(volume.shape, np.uint16)
    open_labels(window, volume, labels)
    choose(window, "wand")
    view = view_of(window)
    window.shapes.wand.options.scope.setCurrentIndex(0)
    window.shapes.wand.options.tolerance.setValue(100)
    view.zoom_by(0.5)
    click(view, -8, -8)
    assert window.session.undo.count() == 0
    click(view, 24.5, 22.5, modifiers=Qt.ControlModifier)
    erased = map_of(window) == 0
    np.testing.assert_array_equal(erased[..., view.index], volume.array[..., view.index] >= 200)
    assert erased.sum() == erased[..., view.index].sum()


def test_the_wand_evens_out_noise_and_fills_holes(window):
    volume = wand_volume()
    rng = np.random.default_rng(1)
    noisy = (volume.array + rng.normal(0, 25, volume.shape)).astype(np.int16)
    show_volume(window, replace(volume, array=np.asfortranarray(noisy)))
    choose(window, "wand")
    wand, view = window.shapes.wand, view_of(window)
    wand.options.scope.setCurrentIndex(0)
    truth = stored_slice(volume.array, 2, view.index) >= 200
    found = {}
    for smooth in (False, True):
        wand.options.smooth.setChecked(smooth)
        wand.options.tolerance.setValue(60)
        click(view, 24.5, 22.5)
        mask = stored_slice(map_of(window), 2, view.index) == 1
        found[smooth] = 2 * (mask & truth).sum() / (mask.sum() + truth.sum())
        if smooth:
            np.testing.assert_array_equal(mask, ndimage.binary_fill_holes(mask))
        window.actions_["undo"].trigger()
    assert found[True] > max(0.97, found[False])


def test_the_wand_works_on_colours(window):
    volume = rgb_picture()
    show_volume(window, volume)
    choose(window, "wand")
    view = view_of(window)
    window.shapes.wand.options.tolerance.setValue(12)
    click(view, 32.5, 24.5)
    raw = stored_slice(volume.array, 2, 0)
    expected = grow_region(raw, (24, 32), 12, spacing=(1.0, 1.0), radius_mm=50.0)
    np.testing.assert_array_equal(stored_slice(map_of(window), 2, 0) == 1, expected.full(raw.shape[:2]))
    assert not window.shapes.wand.options.scope.isEnabled()


# --- fill ---------------------------------------------------------------------------


def ring_labels(shape):
    """A tube of label 1 along k that is closed on every slice, and a block of label 2 in the corner."""
    labels = np.zeros(shape, np.uint16)
    labels[20:40, 20:40] = 1
    labels[25:35, 25:35] = 0
    labels[2:12, 2:12, 4:9] = 2
    return labels


@pytest.mark.parametrize("plane", list(Plane))
def test_a_click_fills_a_hole_on_the_slice(window, plane):
    volume = ct_phantom()
    labels = np.zeros(volume.shape, np.uint16)
    labels[20:40, 20:40, 4:16] = 1
    labels[25:35, 25:35, 8:13] = 0
    open_labels(window, volume, labels)
    choose(window, "fill")
    window.shapes.fill.options.scope.setCurrentIndex(0)
    view = view_of(window, plane)
    view.set_index((30, 30, 10)[view.frame.axis])
    x, y, _ = view.frame.from_voxel((30, 30, 10))
    click(view, x, y)
    after = map_of(window)
    expected = labels.copy()
    picture = stored_slice(expected, view.frame.axis, view.index)
    picture[ndimage.binary_fill_holes(picture)] = 1
    np.testing.assert_array_equal(after, expected)
    undo_and_redo(window, labels, after)


def test_a_hole_in_the_volume_is_filled_and_an_open_one_is_not(window, qtbot):
    volume = ct_phantom()
    labels = np.zeros(volume.shape, np.uint16)
    labels[20:40, 20:40, 4:16] = 1
    labels[25:35, 25:35, 8:13] = 0
    open_labels(window, volume, labels)
    said = heard(window)
    choose(window, "fill")
    window.shapes.fill.options.scope.setCurrentIndex(1)
    view = view_of(window)
    view.set_index(10)
    click(view, *view.frame.from_voxel((30, 30, 10))[:2])
    qtbot.waitUntil(lambda: window.session.undo.count() == 1, timeout=5000)
    after = map_of(window)
    assert (after[20:40, 20:40, 4:16] == 1).all() and np.count_nonzero(after) == 20 * 20 * 12
    click(view, *view.frame.from_voxel((2, 2, 10))[:2])
    qtbot.waitUntil(lambda: bool(said), timeout=5000)
    assert "no hole" in said[-1]
    undo_and_redo(window, labels, after)


def test_a_click_gives_a_region_the_active_label_and_ctrl_erases_it(window):
    labels = ring_labels(ct_phantom().shape)
    open_labels(window, ct_phantom(), labels)
    said = heard(window)
    choose(window, "fill")
    window.shapes.fill.options.scope.setCurrentIndex(0)
    view = view_of(window)
    view.set_index(6)
    at = view.frame.from_voxel((5, 5, 6))[:2]
    click(view, *at)
    after = map_of(window)
    assert (after[2:12, 2:12, 6] == 1).all() and (after[2:12, 2:12, 5] == 2).all()
    undo_and_redo(window, labels, after)
    click(view, *at, modifiers=Qt.ControlModifier)
    assert (map_of(window)[2:12, 2:12, 6] == 0).all()
    window.actions_["undo"].trigger()
    click(view, *at)
    assert 'is "Liver" already' in said[-1]
    np.testing.assert_array_equal(map_of(window), after)


def test_background_that_reaches_the_edge_and_locked_regions_are_refused(window):
    labels = ring_labels(ct_phantom().shape)
    open_labels(window, ct_phantom(), labels, locked=(2,))
    said = heard(window)
    choose(window, "fill")
    window.shapes.fill.options.scope.setCurrentIndex(0)
    view = view_of(window)
    view.set_index(6)
    for voxel, words in (((16, 16, 6), "no hole"), ((5, 5, 6), '"Spleen" is locked')):
        click(view, *view.frame.from_voxel(voxel)[:2])
        assert words in said[-1]
    click(view, *view.frame.from_voxel((16, 16, 6))[:2], modifiers=Qt.ControlModifier)
    assert "no label here" in said[-1]
    np.testing.assert_array_equal(map_of(window), labels)
    assert window.session.undo.count() == 0


def test_the_fill_tool_shows_what_a_click_would_fill(window):
    open_labels(window, ct_phantom(), ring_labels(ct_phantom().shape))
    choose(window, "fill")
    view = view_of(window)
    x, y = view.frame.from_voxel((30, 30, view.index))[:2]
    before = colour_at(view, x + 2, y + 2)
    Mouse(view).move(*spot(view, x, y))
    assert colour_at(view, x + 2, y + 2) != before
    Mouse(view).move(*spot(view, *view.frame.from_voxel((16, 16, view.index))[:2]))
    QTest.qWait(40)
    assert colour_at(view, x + 2, y + 2) == before
    assert window.session.undo.count() == 0


# --- together -------------------------------------------------------------------------


@pytest.mark.parametrize(("letter", "name"), [(Qt.Key_G, "polygon"), (Qt.Key_W, "wand"), (Qt.Key_L, "fill")])
def test_a_key_chooses_the_tool_and_shows_its_options(window, letter, name):
    show_volume(window, ct_phantom())
    QTest.keyClick(view_of(window), letter)
    settle()
    assert window.view.tool_name == name
    assert window.options.isVisible() and window.options.page(name).isVisible()


def test_a_double_click_on_free_ground_still_asks_for_the_whole_area(window):
    show_volume(window, ct_phantom())
    choose(window, "polygon")
    view = view_of(window)
    double_click(view, 20, 20)
    assert window.area.alone is not None
    assert window.shapes.lasso.tool.outline(view) is None
    assert window.session.undo.count() == 0


def test_another_image_forgets_outlines_and_previews(window):
    show_volume(window, ct_phantom())
    choose(window, "polygon")
    view = view_of(window)
    for corner in TRIANGLE:
        click(view, *corner)
    show_volume(window, ct_phantom())
    assert window.shapes.lasso.tool.outline(view_of(window)) is None
    key(view_of(window), Qt.Key_Return)
    assert not map_of(window).any()


def test_leaving_the_image_completes_what_could_be_closed(window):
    show_volume(window, ct_phantom())
    choose(window, "polygon")
    view, annotation = view_of(window), window.session.annotation
    for corner in TRIANGLE:
        click(view, *corner)
    expected, index = inside(view, TRIANGLE), view.index
    view.set_index(index + 2)
    click(view, 5, 5)
    click(view, 9, 9)
    show_volume(window, ct_phantom())
    np.testing.assert_array_equal(annotation.label_map == 1, expected)
    assert not map_of(window).any()


@pytest.mark.parametrize("tool", ["polygon", "wand"])
def test_what_is_drawn_is_seen(window, tool):
    volume = wand_volume()
    open_labels(window, volume)
    annotation = window.session.annotation
    window.session.push(ChangeLabel(replace(annotation.labels.get(1), visible=False)))
    window.actions_["overlay"].setChecked(False)
    choose(window, tool)
    freehand(view_of(window), ((15, 12), (35, 12), (30, 30)))
    assert window.actions_["overlay"].isChecked() and annotation.labels.get(1).visible
    assert (map_of(window) == 1).any()
    window.actions_["undo"].trigger()
    assert not annotation.labels.get(1).visible and not map_of(window).any()


class Hand:
    """Uses the tools of this module without a plan."""

    def __init__(self, window, seed):
        self.window, self.random = window, random.Random(seed)

    def point(self, view):
        h, w = view.frame.shape_hw
        return self.random.uniform(-4, w + 4), self.random.uniform(-4, h + 4)

    def do(self):
        window, view = self.window, self.random.choice(self.window.view.views)
        window.view.current = view
        deed = self.random.randrange(10)
        if deed == 0:
            choose(window, self.random.choice(("polygon", "polygon", "wand", "fill")))
        elif deed == 1:
            wheel(view, self.random.choice((-240, 120)))
        elif deed == 2:
            keys = (Qt.Key_Return, Qt.Key_Backspace, Qt.Key_Escape)
            key(view, self.random.choice(keys))
        elif deed == 3:
            window.actions_[self.random.choice(("undo", "undo", "redo"))].trigger()
        elif deed == 4:
            window.actions_[
                self.random.choice(("mask_clear", "mask_copy_next", "mask_copy_previous"))
            ].trigger()
        elif deed == 5:
            masks = window.shapes.masks
            masks.open(self.random.choice(("mask_grow", "mask_holes", "mask_smooth", "mask_largest")))
            masks.card.scope.setCurrentIndex(self.random.randrange(2))
            self.random.choice((masks.apply, masks.close, lambda: None))()
        elif deed == 6:
            window.session.annotation.set_active_label(self.random.choice((1, 2)))
        else:
            modifiers = self.random.choice((Qt.NoModifier, Qt.NoModifier, Qt.ControlModifier))
            corners = [self.point(view) for _ in range(self.random.randrange(1, 6))]
            if len(corners) == 1:
                click(view, *corners[0], modifiers=modifiers)
            else:
                freehand(view, corners, modifiers=modifiers)
        settle()


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_random_use_is_undone_bit_for_bit_and_never_touches_a_locked_label(window, qtbot, seed):
    volume = wand_volume()
    labels = np.random.default_rng(seed).choice([0, 0, 1, 2, 3], volume.shape).astype(np.uint16)
    labels = np.kron(labels[::4, ::4, ::4], np.ones((4, 4, 4), np.uint16))
    open_labels(window, volume, labels, locked=(3,))
    hand = Hand(window, seed)
    for _ in range(150):
        hand.do()
        assert ((map_of(window) == 3) == (labels == 3)).all()
    masks = window.shapes.masks
    masks.close()
    qtbot.waitUntil(lambda: not window.tasks.visible, timeout=10000)
    assert window.session.undo.index() > 10
    after, steps = map_of(window), window.session.undo.index()
    window.session.undo.jump(0)
    np.testing.assert_array_equal(map_of(window), labels)
    window.session.undo.jump(steps)
    np.testing.assert_array_equal(map_of(window), after)
    assert not any("inside the program" in text for text in window.banners.texts)
