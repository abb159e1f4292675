"""The document: what it holds, what it tells, what it never lets happen."""

from __future__ import annotations

import numpy as np
import pytest

from medsam.document import (
    AddLabel,
    Annotation,
    Change,
    ChangeLabel,
    Label,
    LabelTable,
    SetVoxels,
    default_colour,
    load_label_map_edit,
    mask_edit,
    remove_labels_edit,
    remove_prompt_edit,
)
from medsam.errors import GeometryError, InputError
from medsam.prompts import Box
from medsam.volume import Volume, stored_slice

SHAPE = (7, 6, 5)
WHOLE = Box(0, 0, 3, 3)


@pytest.fixture
def annotation() -> Annotation:
    return Annotation(Volume(np.zeros(SHAPE, np.int16), np.diag([1.0, 1.0, 2.0, 1.0])))


def square(annotation: Annotation, axis: int, x0: int, y0: int, side: int = 3) -> np.ndarray:
    mask = np.zeros(annotation.slice_labels(axis, 0).shape, bool)
    mask[y0 : y0 + side, x0 : x0 + side] = True
    return mask


class TestMasks:
    @pytest.mark.parametrize("axis", [0, 1, 2])
    def test_a_mask_lands_in_the_voxels_of_its_slice(self, annotation: Annotation, axis: int) -> None:
        mask = square(annotation, axis, 1, 2)
        annotation.apply(mask_edit(annotation, axis, 3, mask, 1, WHOLE))
        assert np.array_equal(annotation.slice_labels(axis, 3) == 1, mask)
        assert np.count_nonzero(annotation.label_map) == mask.sum()
        assert annotation.slices_with_labels(axis).tolist() == [k == 3 for k in range(SHAPE[axis])]

    def test_undo_restores_a_neighbour_bit_for_bit(self, annotation: Annotation) -> None:
        annotation.apply(AddLabel(annotation.labels.proposal()))
        annotation.apply(mask_edit(annotation, 2, 0, square(annotation, 2, 0, 0), 1, WHOLE))
        before, boxes = annotation.label_map.copy(), dict(annotation.prompts)
        step = annotation.apply(mask_edit(annotation, 2, 0, square(annotation, 2, 1, 1), 2, WHOLE))
        assert not np.array_equal(annotation.label_map, before)
        annotation.apply(step.inverse())
        assert np.array_equal(annotation.label_map, before)
        assert annotation.prompts == boxes
        annotation.apply(step)
        assert np.count_nonzero(annotation.label_map == 2) == 9

    def test_a_replaced_prompt_gives_back_what_lay_under_it(self, annotation: Annotation) -> None:
        annotation.apply(AddLabel(annotation.labels.proposal()))
        annotation.apply(mask_edit(annotation, 2, 0, square(annotation, 2, 0, 0), 1, WHOLE))
        annotation.apply(mask_edit(annotation, 2, 0, square(annotation, 2, 1, 1), 2, WHOLE))
        moved = mask_edit(annotation, 2, 0, square(annotation, 2, 4, 3, 2), 2, WHOLE, replaces=2)
        annotation.apply(moved)
        now = annotation.slice_labels(2, 0)
        assert np.array_equal(now == 1, square(annotation, 2, 0, 0))
        assert np.array_equal(now == 2, square(annotation, 2, 4, 3, 2))
        assert list(annotation.prompts) == [1, 2]

    def test_ink_painted_over_a_prompt_since_stays_when_it_is_replaced(self, annotation: Annotation) -> None:
        annotation.apply(AddLabel(annotation.labels.proposal()))
        annotation.apply(mask_edit(annotation, 2, 0, square(annotation, 2, 0, 0), 1, WHOLE))
        annotation.apply(mask_edit(annotation, 2, 0, square(annotation, 2, 2, 2), 2, WHOLE))
        annotation.apply(remove_prompt_edit(annotation, 1))
        assert np.array_equal(annotation.slice_labels(2, 0) == 2, square(annotation, 2, 2, 2))
        assert np.count_nonzero(annotation.label_map == 1) == 0

    def test_a_locked_label_is_a_barrier(self, annotation: Annotation) -> None:
        annotation.apply(AddLabel(annotation.labels.proposal()))
        annotation.apply(mask_edit(annotation, 2, 0, square(annotation, 2, 0, 0), 1, WHOLE))
        locked = Label(1, "Liver", (1, 2, 3), locked=True)
        annotation.apply(ChangeLabel(locked))
        annotation.apply(mask_edit(annotation, 2, 0, square(annotation, 2, 1, 1), 2, WHOLE))
        assert np.count_nonzero(annotation.label_map == 1) == 9
        assert np.count_nonzero(annotation.label_map == 2) == 5
        with pytest.raises(InputError, match="locked"):
            mask_edit(annotation, 2, 0, square(annotation, 2, 0, 0), 1, WHOLE)
        annotation.apply(remove_prompt_edit(annotation, 1))
        assert np.count_nonzero(annotation.label_map == 1) == 9

    def test_an_empty_mask_keeps_its_prompt(self, annotation: Annotation) -> None:
        annotation.apply(mask_edit(annotation, 2, 0, np.zeros((6, 7), bool), 1, WHOLE))
        assert annotation.is_empty and list(annotation.prompts) == [1]
        annotation.apply(remove_prompt_edit(annotation, 1))
        assert not annotation.prompts

    def test_a_mask_of_another_size_is_refused(self, annotation: Annotation) -> None:
        with pytest.raises(GeometryError, match="size of its slice"):
            mask_edit(annotation, 2, 0, np.zeros((3, 3), bool), 1, WHOLE)

    def test_the_label_map_cannot_be_written_past_the_edits(self, annotation: Annotation) -> None:
        with pytest.raises(ValueError, match="read-only"):
            annotation.label_map[0, 0, 0] = 1


class TestLabels:
    def test_a_deleted_label_takes_its_voxels_and_undo_brings_them_back(self, annotation: Annotation) -> None:
        annotation.apply(AddLabel(annotation.labels.proposal("Tumour")))
        annotation.apply(mask_edit(annotation, 1, 2, square(annotation, 1, 0, 1), 2, WHOLE))
        annotation.set_active_label(2)
        before, names = annotation.label_map.copy(), [label.name for label in annotation.labels]
        step = annotation.apply(remove_labels_edit(annotation, [2]))
        assert annotation.is_empty and 2 not in annotation.labels and not annotation.prompts
        assert annotation.active_label == 1
        annotation.apply(step.inverse())
        assert np.array_equal(annotation.label_map, before)
        assert [label.name for label in annotation.labels] == names
        assert list(annotation.prompts) == [1]

    def test_the_last_label_stays(self, annotation: Annotation) -> None:
        with pytest.raises(InputError, match="at least one label"):
            remove_labels_edit(annotation, [1])

    def test_numbers_are_unique_and_the_smallest_free_one_comes_next(self) -> None:
        table = LabelTable((Label(1, "a", (0, 0, 0)), Label(3, "b", (0, 0, 0))))
        assert table.next_id() == 2
        with pytest.raises(InputError, match="no label 9"):
            table.get(9)

    def test_colours_of_the_first_forty_labels_differ(self) -> None:
        assert len({default_colour(n) for n in range(1, 41)}) == 40

    @pytest.mark.parametrize("bad", [{"name": "  "}, {"opacity": 1.5}, {"id": 0}, {"id": 70_000}])
    def test_nonsense_rows_are_refused(self, bad: dict) -> None:
        with pytest.raises(InputError):
            Label(**{"id": 1, "name": "x", "color": (0, 0, 0), **bad})


class TestLoading:
    def test_a_loaded_map_replaces_all_and_undo_restores_all(self, annotation: Annotation) -> None:
        annotation.apply(mask_edit(annotation, 2, 1, square(annotation, 2, 0, 0), 1, WHOLE))
        before = annotation.label_map.copy()
        loaded = np.zeros(SHAPE, np.int32)
        loaded[2, 2, 2], loaded[3, 3, 3] = 4, 1
        step = annotation.apply(load_label_map_edit(annotation, loaded, {4: "Kidney"}))
        assert np.array_equal(annotation.label_map, loaded)
        assert annotation.labels.get(4).name == "Kidney" and not annotation.prompts
        annotation.apply(step.inverse())
        assert np.array_equal(annotation.label_map, before)
        assert 4 not in annotation.labels and list(annotation.prompts) == [1]

    @pytest.mark.parametrize("value", [-1, 70_000])
    def test_values_that_do_not_fit_are_refused(self, annotation: Annotation, value: int) -> None:
        with pytest.raises(InputError, match="0 to 65535"):
            load_label_map_edit(annotation, np.full(SHAPE, value), {})

    def test_a_map_of_another_size_is_refused(self, annotation: Annotation) -> None:
        with pytest.raises(GeometryError, match="size of its image"):
            load_label_map_edit(annotation, np.zeros((2, 2, 2), int), {})
        with pytest.raises(GeometryError, match="size of its image"):
            Annotation(annotation.volume, np.zeros((2, 2, 2), int))

    def test_an_annotation_made_from_a_map_names_its_labels(self, annotation: Annotation) -> None:
        loaded = np.zeros(SHAPE, np.uint8)
        loaded[1, 1, 1] = 7
        made = Annotation(annotation.volume, loaded)
        assert [label.id for label in made.labels] == [7] and made.active_label == 7
        assert made.has_mask(2, 1) and not made.has_mask(2, 0)


class TestObservers:
    def test_they_hear_the_region_and_can_leave(self, annotation: Annotation) -> None:
        heard: list[Change] = []
        leave = annotation.subscribe(heard.append)
        region = (slice(1, 2), slice(0, 3), slice(2, 4))
        annotation.apply(SetVoxels(region, np.ones((1, 3, 2), np.uint16)))
        assert heard == [Change("voxels", region)]
        leave()
        annotation.apply(SetVoxels(region, np.zeros((1, 3, 2), np.uint16)))
        assert len(heard) == 1 and annotation.is_empty

    def test_a_failed_compound_leaves_nothing_behind(self, annotation: Annotation) -> None:
        from medsam.document import Compound

        region = (slice(0, 1), slice(0, 1), slice(0, 1))
        good = SetVoxels(region, np.ones((1, 1, 1), np.uint16))
        bad = AddLabel(annotation.labels.get(1))
        with pytest.raises(InputError, match="taken"):
            annotation.apply(Compound((good, bad), "both"))
        assert annotation.is_empty and len(annotation.labels) == 1


def test_counts_agree_with_the_map_after_many_random_edits(annotation: Annotation) -> None:
    rng = np.random.default_rng(3)
    start = annotation.label_map.copy()
    inverses = []
    for _ in range(60):
        axis = int(rng.integers(3))
        index = int(rng.integers(SHAPE[axis]))
        mask = rng.random(stored_slice(annotation.label_map, axis, index).shape) < rng.random()
        inverses.append(annotation.apply(mask_edit(annotation, axis, index, mask, 1, WHOLE)).inverse())
        for a in range(3):
            others = tuple(b for b in range(3) if b != a)
            assert np.array_equal(
                annotation.slices_with_labels(a), (annotation.label_map > 0).any(axis=others)
            )
    for inverse in reversed(inverses):
        annotation.apply(inverse)
    assert np.array_equal(annotation.label_map, start) and not annotation.prompts
