"""Tests of the operations on whole labels: scope, rules, barriers, and their edits."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import ndimage

from medsam.document import Annotation, ChangeLabel, Label, LabelTable, PaintRule
from medsam.document.operations.margins import grown
from medsam.document.operations.mask_edits import clear_slice_edit, copy_slice_edit, outcome_edit
from medsam.document.operations.whole_mask import NOTHING, Request, run
from medsam.document.rules import EVERYTHING
from medsam.errors import Cancelled, InputError
from medsam.volume import Volume

SHAPE = (24, 20, 10)
SPACING = (1.0, 1.5, 4.0)
SIZES = {"size_mm": 3.0}


def ball(centre, radius_mm):
    """A ball in mm."""
    grid = np.ogrid[tuple(slice(0, n) for n in SHAPE)]
    return sum(((g - c) * s) ** 2 for g, c, s in zip(grid, centre, SPACING, strict=True)) <= radius_mm**2


@pytest.fixture
def annotation():
    """Label 1: a noisy ball and a speck; label 2: a block beside it; raw values rise along i."""
    rng = np.random.default_rng(5)
    labels = np.zeros(SHAPE, np.uint16)
    labels[ball((11, 9, 5), 9) & (rng.random(SHAPE) > 0.05)] = 1
    labels[1:3, 1:3, 1] = 1
    labels[16:22, 6:13, 3:8] = 2
    raw = np.asfortranarray(np.broadcast_to(np.arange(SHAPE[0])[:, None, None], SHAPE).astype(np.int16))
    table = LabelTable((Label(1, "Liver", (230, 159, 0)), Label(2, "Spleen", (86, 180, 233))))
    return Annotation(Volume(raw, np.diag([*SPACING, 1.0]), modality="MR"), labels, table)


def done(annotation, request, rule=EVERYTHING):
    """Run and apply; returns the outcome, the step and the label maps before and after."""
    before = annotation.label_map.copy()
    outcome = run(request, annotation.volume, annotation.label_map, annotation.labels, rule)
    step = annotation.apply(outcome_edit(annotation, request.label_id, outcome, "test"))
    return outcome, step, before, annotation.label_map.copy()


KINDS = [
    Request("median", 1, 2, 5, size_mm=3.0),
    Request("opening", 1, 2, 5, size_mm=1.6),
    Request("closing", 1, 2, 5, size_mm=3.0),
    Request("gaussian", 1, 2, 5, size_mm=2.0),
    Request("grow", 1, 2, 5, size_mm=3.0),
    Request("shrink", 1, 2, 5, size_mm=1.6),
    Request("holes", 1, 2, 5),
    Request("largest", 1, 2, 5),
    Request("small", 1, 2, 5, least=30.0),
    Request("threshold", 1, 2, 5, low=5, high=12, inside=1),
    Request("threshold", 1, 2, 5, low=5, high=18, inside=2),
    Request("threshold", 1, 2, 5, low=5, high=6, inside=None),
]


@pytest.mark.parametrize("request_", KINDS, ids=lambda r: f"{r.kind}-{r.inside}")
@pytest.mark.parametrize("axis", [0, 1, 2])
def test_an_operation_on_a_slice_changes_that_slice_alone_and_is_undone(annotation, request_, axis):
    index = (11, 9, 5)[axis]
    request = Request(**{**request_.__dict__, "axis": axis, "index": index})
    outcome, step, before, after = done(annotation, request)
    others = np.arange(SHAPE[axis]) != index
    np.testing.assert_array_equal(np.compress(others, after, axis), np.compress(others, before, axis))
    picture, drawn = np.take(after, index, axis), np.take(before, index, axis)
    assert outcome.gained == ((picture == 1) & (drawn != 1)).sum()
    assert outcome.lost == ((picture != 1) & (drawn == 1)).sum()
    annotation.apply(step.inverse())
    np.testing.assert_array_equal(annotation.label_map, before)


@pytest.mark.parametrize("request_", KINDS, ids=lambda r: f"{r.kind}-{r.inside}")
def test_locked_neighbours_and_rules_hold_in_the_volume(annotation, request_):
    request = Request(**{**request_.__dict__, "in_volume": True})
    for rule in (PaintRule(), PaintRule("background"), PaintRule("label", 2), PaintRule(intensity=(0, 15))):
        fresh = Annotation(annotation.volume, annotation.label_map, annotation.labels)
        _, _, before, after = done(fresh, request, rule)
        gained = (after == 1) & (before != 1)
        if rule.over == "background":
            assert (before[gained] == 0).all()
        elif rule.over == "label":
            assert (before[gained] == 2).all()
        if rule.intensity:
            assert (fresh.volume.array[gained] <= 15).all()
    annotation.apply(ChangeLabel(Label(2, "Spleen", (86, 180, 233), locked=True)))
    outcome, _, before, after = done(annotation, request)
    np.testing.assert_array_equal(after == 2, before == 2)
    assert 2 not in outcome.taken


def test_growing_in_the_volume_is_the_distance_in_mm_and_tells_what_it_takes(annotation):
    outcome, _, before, after = done(annotation, Request("grow", 1, 2, 5, True, size_mm=4.0))
    expected = grown(before == 1, 4.0, SPACING)
    np.testing.assert_array_equal(after == 1, expected)
    assert outcome.taken == {2: int((expected & (before == 2)).sum())} and outcome.taken[2] > 0


@pytest.mark.parametrize("in_volume", [False, True])
def test_nothing_grows_past_a_locked_wall(annotation, in_volume):
    labels = np.zeros(SHAPE, np.uint16)
    labels[4:8, 5:15, 5] = 1
    labels[9, :, :] = 2
    table = LabelTable((Label(1, "Liver", (230, 159, 0)), Label(2, "Wall", (86, 180, 233), locked=True)))
    fresh = Annotation(annotation.volume, labels, table)
    request = Request("grow", 1, 2, 5, in_volume, size_mm=5.0)
    _, _, _, after = done(fresh, request)
    assert (after[9] == 2).all() and not (after[10:] == 1).any()
    assert (after[8, 5:15, 5] == 1).all()


def test_thick_slices_keep_a_small_margin_in_the_slice(annotation):
    _, _, before, after = done(annotation, Request("grow", 1, 2, 5, True, size_mm=3.9))
    for k in range(SHAPE[2]):
        np.testing.assert_array_equal(after[..., k] == 1, grown(before[..., k] == 1, 3.9, SPACING[:2]))


def test_the_largest_island_stays_and_small_ones_go_by_their_size_in_mm(annotation):
    outcome, _, before, after = done(annotation, Request("largest", 1, 2, 5, True))
    assert ndimage.label(after == 1)[1] == 1 and outcome.gained == 0
    assert outcome.lost == (before == 1).sum() - (after == 1).sum()
    fresh = Annotation(annotation.volume, before, annotation.labels)
    speck = 4 * 1.0 * 1.5 * 4.0
    done(fresh, Request("small", 1, 2, 5, True, least=speck))
    assert (fresh.label_map[1:3, 1:3, 1] == 1).all()
    done(fresh, Request("small", 1, 2, 5, True, least=speck + 0.01))
    assert not (fresh.label_map[1:3, 1:3, 1] == 1).any()


def test_holes_are_filled_in_slices_or_in_three_dimensions(annotation):
    tube = np.zeros(SHAPE, np.uint16)
    tube[5:12, 5:12, 2:6] = 1
    tube[8, 8, 2:6] = 0
    for by_slice, filled in ((False, 0), (True, 4)):
        fresh = Annotation(annotation.volume, tube, annotation.labels)
        outcome, *_ = done(fresh, Request("holes", 1, 2, 5, True, by_slice=by_slice))
        assert outcome.gained == filled


def test_threshold_inside_another_label_takes_its_voxels_in_range(annotation):
    request = Request("threshold", 1, 2, 5, True, low=18.0, high=19.5, inside=2)
    outcome, _, before, after = done(annotation, request)
    raw = annotation.volume.array
    np.testing.assert_array_equal(after == 1, (before == 1) | ((before == 2) & (raw >= 18) & (raw <= 19)))
    assert outcome.taken[2] == outcome.gained > 0


def test_a_colour_picture_has_no_threshold():
    volume = Volume(np.zeros((5, 5, 1, 3), np.uint8), np.eye(4), is_picture=True)
    annotation = Annotation(volume)
    with pytest.raises(InputError, match="colour"):
        run(Request("threshold", 1, 2, 0, low=0, high=9), volume, annotation.label_map, annotation.labels)


def test_fill_between_adds_between_drawn_slices_only(annotation):
    labels = np.zeros(SHAPE, np.uint16)
    labels[4:14, 4:14, 2] = labels[4:14, 4:14, 6] = 1
    fresh = Annotation(annotation.volume, labels, annotation.labels)
    _, step, before, after = done(fresh, Request("between", 1, 2, 2))
    assert (after[4:14, 4:14, 2:7] == 1).all() and (after == 1).sum() == 500
    fresh.apply(step.inverse())
    np.testing.assert_array_equal(fresh.label_map, before)


def test_splitting_gives_labels_to_the_largest_parts_and_is_one_step(annotation):
    labels = np.zeros(SHAPE, np.uint16)
    labels[0:6, 0:6, 0:4] = labels[10:14, 0:4, 0:4] = labels[20, 15, 8] = 1
    fresh = Annotation(annotation.volume, labels, LabelTable(tuple(annotation.labels)))
    _, step, before, after = done(fresh, Request("split", 1, 2, 5, True, parts=2))
    assert [label.name for label in fresh.labels] == ["Liver", "Liver 2", "Spleen"]
    assert (after == 1).sum() == 144 + 1 and (after == 3).sum() == 64
    fresh.apply(step.inverse())
    np.testing.assert_array_equal(fresh.label_map, before)
    assert [label.name for label in fresh.labels] == ["Liver", "Spleen"]


@pytest.mark.parametrize("kind", ["median", "grow", "holes", "largest", "small", "split", "between"])
@pytest.mark.parametrize("in_volume", [False, True])
def test_a_label_without_voxels_changes_nothing(annotation, kind, in_volume):
    outcome = run(
        Request(kind, 7, 2, 5, in_volume, size_mm=2.0),
        annotation.volume,
        annotation.label_map,
        annotation.labels,
    )
    assert outcome is NOTHING and outcome.changes_nothing


def test_long_work_can_be_stopped(annotation):
    def stop(share):
        raise Cancelled

    with pytest.raises(Cancelled):
        run(
            Request("grow", 1, 2, 5, True, size_mm=2.0),
            annotation.volume,
            annotation.label_map,
            annotation.labels,
            tell=stop,
        )


def test_a_locked_label_is_not_changed(annotation):
    outcome = run(
        Request("grow", 1, 2, 5, size_mm=3.0), annotation.volume, annotation.label_map, annotation.labels
    )
    annotation.apply(ChangeLabel(Label(1, "Liver", (230, 159, 0), locked=True)))
    for edit in (
        lambda: outcome_edit(annotation, 1, outcome, "grow"),
        lambda: clear_slice_edit(annotation, 2, 5, 1),
        lambda: copy_slice_edit(annotation, 2, 5, 4, 1),
    ):
        with pytest.raises(InputError, match="locked"):
            edit()


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_slice_is_copied_from_its_neighbour_and_cleared(annotation, axis):
    index = (11, 9, 5)[axis]
    before = annotation.label_map.copy()
    copied = annotation.apply(copy_slice_edit(annotation, axis, index, index - 1, 1))
    expected = before.copy()
    np.moveaxis(expected, axis, 0)[index][np.moveaxis(before, axis, 0)[index - 1] == 1] = 1
    np.testing.assert_array_equal(annotation.label_map, expected)
    cleared = annotation.apply(clear_slice_edit(annotation, axis, index, 1))
    assert not (np.take(annotation.label_map, index, axis) == 1).any()
    np.testing.assert_array_equal(annotation.label_map == 2, expected == 2)
    annotation.apply(cleared.inverse())
    annotation.apply(copied.inverse())
    np.testing.assert_array_equal(annotation.label_map, before)


def test_there_is_nothing_to_copy_beyond_the_ends_and_from_an_empty_slice(annotation):
    with pytest.raises(InputError, match="no slice beyond"):
        copy_slice_edit(annotation, 2, 0, -1, 1)
    with pytest.raises(InputError, match=r'Slice 10 has nothing of "Liver"'):
        copy_slice_edit(annotation, 2, 8, 9, 1)
