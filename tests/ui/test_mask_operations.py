"""The menu Mask: card, preview, scope, and results that never overwrite newer work."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtCore import Qt
from PyQt5.QtTest import QTest

from medsam.document import ChangeLabel, SetVoxels
from medsam.document.operations.margins import grown
from medsam.document.operations.smoothing import median
from medsam.ui.action_specs.masks import AT_ONCE, OPERATIONS
from medsam.volume import Plane, Volume, stored_slice
from tests.phantoms import ct_phantom, rgb_picture
from tests.ui.canvas_helpers import key
from tests.ui.test_shapes import heard, map_of, open_labels, undo_and_redo
from tests.ui.window_support import colour_at, settle, show_volume, view_of

SHAPE = (48, 44, 12)
SPACING = (1.0, 1.5, 4.0)


def thick_volume():
    """Thick slices; values rise along i."""
    raw = np.broadcast_to(np.arange(SHAPE[0], dtype=np.int16)[:, None, None] * 5, SHAPE)
    return Volume(np.asfortranarray(raw), np.diag([*SPACING, 1.0]), modality="MR", name="thick")


def ragged():
    """Label 1: a noisy ball with a hole and an island; label 2: a block beside it."""
    rng = np.random.default_rng(4)
    grid = np.ogrid[tuple(slice(0, n) for n in SHAPE)]
    away = sum(((g - c) * s) ** 2 for g, c, s in zip(grid, (22, 20, 6), SPACING, strict=True))
    labels = np.zeros(SHAPE, np.uint16)
    labels[(away <= 16**2) & (rng.random(SHAPE) > 0.08)] = 1
    labels[2:5, 2:5, 5:8] = 1
    labels[36:44, 14:26, 3:9] = 2
    return labels


@pytest.fixture
def masks(window):
    """The operations of a window with ``ragged`` labels."""
    open_labels(window, thick_volume(), ragged())
    return window.shapes.masks


def computed(masks, qtbot):
    """Wait until the card's preview is there."""
    qtbot.waitUntil(lambda: masks._result is not None and not masks._latest.is_busy, timeout=5000)


def choose_scope(masks, in_volume):
    """As the user does."""
    masks.card.scope.setCurrentIndex(1 if in_volume else 0)


def test_every_operation_opens_shows_and_applies_as_one_step(window, masks, qtbot):
    before = map_of(window)
    masks.card.size.setValue(2.0)
    masks.card.least.setValue(60)
    for name in OPERATIONS:
        for in_volume in (False, True):
            window.actions_[name].trigger()
            choose_scope(masks, in_volume)
            masks.card.low.setValue(60)
            masks.card.high.setValue(120)
            computed(masks, qtbot)
            assert masks.card.isVisible()
            outcome = masks._result[1]
            np.testing.assert_array_equal(map_of(window), before)
            masks.card.apply.click()
            if outcome.changes_nothing:
                assert not masks.card.apply.isEnabled() and masks.card.apply.toolTip()
                masks.card.cancel.click()
                assert window.session.undo.index() == 0
                continue
            qtbot.waitUntil(lambda: window.session.undo.index() == 1, timeout=5000)
            assert not masks.card.isVisible()
            after = map_of(window)
            assert (after != before).sum() == outcome.gained + outcome.lost, name
            undo_and_redo(window, before, after)
            window.actions_["undo"].trigger()


@pytest.mark.parametrize("plane", list(Plane))
def test_growing_a_slice_is_exact_in_mm_and_shown_before(window, masks, qtbot, plane):
    view = view_of(window, plane)
    view.set_index((22, 20, 6)[view.frame.axis])
    window.view.current = view
    before = map_of(window)
    masks.open("mask_grow")
    choose_scope(masks, False)
    masks.card.size.setValue(4.0)
    computed(masks, qtbot)
    axis, index = view.frame.axis, view.index
    picture = np.take(before, index, axis) == 1
    spacing = tuple(s for a, s in enumerate(SPACING) if a != axis)
    expected = grown(picture, 4.0, spacing)
    shown = view.frame.to_stored(view._layers._final._picture.view(bool))
    np.testing.assert_array_equal(shown.T, expected)
    assert key(view, Qt.Key_Return)
    np.testing.assert_array_equal(np.take(map_of(window), index, axis) == 1, expected)
    others = np.arange(SHAPE[axis]) != index
    np.testing.assert_array_equal(
        np.compress(others, map_of(window), axis), np.compress(others, before, axis)
    )


def test_the_preview_follows_the_slice_and_goes_with_esc(window, masks, qtbot):
    view = view_of(window)
    view.set_index(6)
    masks.open("mask_grow")
    choose_scope(masks, False)
    computed(masks, qtbot)
    assert view._layers._final._picture is not None
    view.set_index(7)
    computed(masks, qtbot)
    assert masks._result[0].request.index == 7
    assert key(view, Qt.Key_Escape)
    assert not masks.card.isVisible() and view._layers._final._picture is None
    assert window.session.undo.count() == 0


def test_one_outcome_of_the_volume_serves_every_slice(window, masks, qtbot):
    masks.open("mask_smooth")
    choose_scope(masks, True)
    masks.card.size.setValue(4.0)
    computed(masks, qtbot)
    first = masks._result
    view = view_of(window)
    window.actions_["tool_crosshair"].trigger()
    assert view._layers._final._picture is not None, "another tool leaves the preview where it is"
    view.set_index(4)
    settle()
    assert masks._result is first
    expected = median(ragged() == 1, 4.0, SPACING)
    shown = view.frame.to_stored(view._layers._final._picture.view(bool))
    np.testing.assert_array_equal(shown, stored_slice(expected, 2, 4))


def test_locked_neighbours_stay_and_what_would_be_taken_is_said(window, masks, qtbot):
    masks.open("mask_grow")
    choose_scope(masks, True)
    masks.card.size.setValue(8.0)
    computed(masks, qtbot)
    assert "Spleen" in masks.card.status.text()
    annotation = window.session.annotation
    window.session.push(ChangeLabel(replace(annotation.labels.get(2), locked=True)))
    qtbot.waitUntil(lambda: "Spleen" not in masks.card.status.text(), timeout=5000)
    computed(masks, qtbot)
    masks.apply()
    assert (map_of(window) == 2).sum() == (ragged() == 2).sum()
    assert (map_of(window) == 1).sum() > (ragged() == 1).sum()


def test_work_done_while_it_computes_is_never_overwritten(window, masks, qtbot):
    masks.open("mask_grow")
    choose_scope(masks, True)
    masks.card.size.setValue(4.0)
    masks.apply()
    assert masks._latest.is_busy
    where = (slice(0, 3), slice(40, 44), slice(0, 2))
    window.session.push(SetVoxels(where, np.full((3, 4, 2), 3, np.uint16), "meanwhile"))
    computed(masks, qtbot)
    assert (map_of(window)[where] == 3).all()
    masks.apply()
    qtbot.waitUntil(lambda: window.session.undo.count() == 2, timeout=5000)
    assert (map_of(window)[where] == 3).all()
    now = ragged()
    now[where] = 3
    expected = grown(now == 1, 4.0, SPACING)
    np.testing.assert_array_equal(map_of(window) == 1, expected)


def test_enter_before_the_preview_has_come_applies_when_it_has(window, masks, qtbot):
    masks.open("mask_shrink")
    choose_scope(masks, True)
    masks.card.size.setValue(2.0)
    QTest.keyClick(masks.card.size, Qt.Key_Return)
    qtbot.waitUntil(lambda: window.session.undo.count() == 1, timeout=5000)
    assert (map_of(window) == 1).sum() < (ragged() == 1).sum()


def test_esc_in_a_field_of_the_card_cancels(window, masks):
    masks.open("mask_grow")
    QTest.keyClick(masks.card.size, Qt.Key_Escape)
    assert not masks.card.isVisible() and not masks.is_open


def test_threshold_inside_another_label_paints_its_values(window, masks, qtbot):
    masks.open("mask_threshold")
    choose_scope(masks, True)
    masks.card.inside.setCurrentIndex(masks.card.inside.findData(2))
    masks.card.low.setValue(190)
    masks.card.high.setValue(205)
    computed(masks, qtbot)
    qtbot.waitUntil(lambda: not masks._timer.isActive() and not masks._latest.is_busy, timeout=5000)
    masks.apply()
    labels, raw = ragged(), window.session.volume.array
    expected = (labels == 1) | ((labels == 2) & (raw >= 190) & (raw <= 205))
    qtbot.waitUntil(lambda: window.session.undo.count() == 1, timeout=5000)
    np.testing.assert_array_equal(map_of(window) == 1, expected)


def test_splitting_adds_labels_and_undo_takes_them_away(window, masks, qtbot):
    masks.open("mask_split")
    choose_scope(masks, True)
    computed(masks, qtbot)
    masks.apply()
    qtbot.waitUntil(lambda: window.session.undo.count() == 1, timeout=5000)
    names = [label.name for label in window.session.annotation.labels]
    assert names == ["Liver", "Liver 2", "Spleen", "Kidney"]
    window.actions_["undo"].trigger()
    assert len(window.session.annotation.labels) == 3
    np.testing.assert_array_equal(map_of(window), ragged())


def test_slices_are_copied_and_cleared_at_once(window, masks):
    view = view_of(window)
    view.set_index(6)
    before = map_of(window)
    window.actions_["mask_clear"].trigger()
    assert not (map_of(window)[..., 6] == 1).any()
    window.actions_["mask_copy_previous"].trigger()
    np.testing.assert_array_equal(map_of(window)[..., 6] == 1, before[..., 5] == 1)
    window.actions_["mask_copy_next"].trigger()
    expected = (before[..., 5] == 1) | (before[..., 7] == 1)
    np.testing.assert_array_equal(map_of(window)[..., 6] == 1, expected)
    for _ in range(3):
        window.actions_["undo"].trigger()
    np.testing.assert_array_equal(map_of(window), before)


def test_what_changes_nothing_makes_no_step_and_says_so(window, masks):
    view, said = view_of(window), heard(window)
    view.set_index(0)
    window.actions_["mask_clear"].trigger()
    assert "not on this slice" in said[-1]
    window.actions_["mask_copy_previous"].trigger()
    assert "no slice beyond" in said[-1]
    window.actions_["mask_copy_next"].trigger()
    assert 'nothing of "Liver"' in said[-1]
    assert window.session.undo.count() == 0


def test_an_empty_slice_changes_nothing_and_the_card_says_why(window, masks, qtbot):
    view_of(window).set_index(0)
    masks.open("mask_grow")
    choose_scope(masks, False)
    computed(masks, qtbot)
    assert not masks.card.apply.isEnabled() and "nothing" in masks.card.apply.toolTip()


def test_disabled_entries_say_why(window):
    names = (*OPERATIONS, *AT_ONCE)
    assert all("Open an image" in window.actions_[n].toolTip() for n in names)
    open_labels(window, ct_phantom(), locked=(1,))
    assert all('"Liver" is locked' in window.actions_[n].toolTip() for n in names)
    assert not any(window.actions_[n].isEnabled() for n in names)
    window.session.annotation.set_active_label(2)
    assert all(window.actions_[n].isEnabled() for n in names)
    show_volume(window, rgb_picture())
    assert "colour picture" in window.actions_["mask_threshold"].toolTip()
    assert "one slice" in window.actions_["mask_between"].toolTip()
    assert window.actions_["mask_grow"].isEnabled()


def test_a_colour_picture_is_smoothed_in_pixels(window, qtbot):
    volume = rgb_picture()
    labels = np.zeros(volume.shape, np.uint16)
    labels[20:30, 20:30] = 1
    labels[24, 24] = 0
    open_labels(window, volume, labels)
    masks = window.shapes.masks
    masks.open("mask_smooth")
    assert masks.card.size.suffix() == " px" and not masks.card.scope.isEnabled()
    computed(masks, qtbot)
    masks.apply()
    assert map_of(window)[24, 24, 0] == 1


def test_locking_the_label_or_another_image_closes_the_card(window, masks):
    masks.open("mask_grow")
    annotation = window.session.annotation
    window.session.push(ChangeLabel(replace(annotation.labels.get(1), locked=True)))
    assert not masks.card.isVisible()
    window.session.push(ChangeLabel(replace(annotation.labels.get(1), locked=False)))
    masks.open("mask_grow")
    assert masks.card.isVisible()
    show_volume(window, ct_phantom())
    assert not masks.card.isVisible() and not masks.is_open


def test_the_preview_is_on_the_screen(window, masks, qtbot):
    view = view_of(window)
    view.set_index(6)
    x, y = view.frame.from_voxel((22, 32, 6))[:2]
    before = colour_at(view, x, y)
    masks.open("mask_grow")
    choose_scope(masks, False)
    masks.card.size.setValue(9.0)
    computed(masks, qtbot)
    assert colour_at(view, x, y) != before
    masks.close()
    assert colour_at(view, x, y) == before


def test_the_card_names_its_slice_though_the_mouse_is_over_another_plane(window, masks):
    view = view_of(window, Plane.CORONAL)
    window.view.current = view
    masks.open("mask_grow")
    choose_scope(masks, False)
    assert masks.card.scope.currentText() == f"This slice (Coronal {view.index + 1})"
    window.view.current = view_of(window)
    view.set_index(3)
    assert masks.card.scope.currentText() == "This slice (Coronal 4)"
    masks.close()
    window.view.current = view
    masks.open("mask_between")
    assert masks.card.title.text() == "Fill between slices: Liver (Coronal)"
