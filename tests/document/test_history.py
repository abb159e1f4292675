"""The history: unlimited, bit for bit, and the same after a trip through a store."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from medsam.document import (
    AddLabel,
    Annotation,
    ChangeLabel,
    History,
    MemoryStore,
    PromptMask,
    Record,
    VoxelDelta,
    mask_edit,
    paint_edit,
    remove_labels_edit,
    remove_prompt_edit,
)
from medsam.document.records import step_from_record
from medsam.errors import CaseFileError, InputError
from medsam.intensity import Window
from medsam.prompts import Box, Points
from medsam.volume import Volume

SHAPE = (9, 8, 7)


class FailingStore(MemoryStore):
    """A store whose disk is full after some records."""

    def __init__(self, room: int) -> None:
        super().__init__()
        self.room = room

    def append(self, record: Record) -> int:
        """See ``StepStore``."""
        if len(self._records) >= self.room:
            raise CaseFileError("The disk is full.")
        return super().append(record)


@pytest.fixture
def annotation() -> Annotation:
    raw = np.arange(np.prod(SHAPE), dtype=np.int16).reshape(SHAPE, order="F")
    return Annotation(Volume(raw, np.diag([1.0, 1.0, 2.0, 1.0])))


def random_edit(annotation: Annotation, rng: np.random.Generator):
    axis = int(rng.integers(3))
    index = int(rng.integers(SHAPE[axis]))
    mask = rng.random(annotation.slice_labels(axis, index).shape) < rng.random()
    ids = [label.id for label in annotation.labels]
    label = int(rng.choice(ids))
    kind = rng.integers(5)
    if kind == 0:
        return AddLabel(annotation.labels.proposal())
    if kind == 1 and len(ids) > 1:
        return remove_labels_edit(annotation, [label])
    if kind == 2 and annotation.prompts:
        return remove_prompt_edit(annotation, int(rng.choice(list(annotation.prompts))))
    if kind == 3:
        return paint_edit(annotation, axis, index, mask, label)
    points = Points.of([(1.5, 2.5)], [(0.5, 0.5)])
    given = PromptMask.from_full(mask)
    return mask_edit(
        annotation, axis, index, mask, label, Box(0, 0, 3, 3.5), points=points, mask_prompt=given,
        window=Window(40, 400),
    )  # fmt: skip


def state(annotation: Annotation) -> tuple:
    prompts = {
        n: (p.axis, p.index, p.label_id, p.box, p.points, p.window, p.painted and p.painted.runs)
        for n, p in annotation.prompts.items()
    }
    masks = [p.mask for p in annotation.prompts.values()]
    return annotation.label_map.tobytes(order="F"), annotation.labels.as_tuple(), prompts, masks


def test_every_state_comes_back_bit_for_bit(annotation: Annotation) -> None:
    rng = np.random.default_rng(1)
    history = History(annotation)
    states = [state(annotation)]
    for _ in range(120):
        history.do(random_edit(annotation, rng))
        states.append(state(annotation))
    assert len({s[0] for s in states}) > 40, "the walk goes somewhere"
    for position in (0, 120, 60, 61, 3, 119, 0, 120, *map(int, rng.integers(0, 121, 20))):
        history.jump(position)
        assert history.position == position and state(annotation) == states[position]
    for axis in range(3):
        others = tuple(b for b in range(3) if b != axis)
        assert np.array_equal(
            annotation.slices_with_labels(axis), (annotation.label_map > 0).any(axis=others)
        )


def test_a_new_step_after_undo_drops_what_was_undone(annotation: Annotation) -> None:
    history = History(annotation)
    rng = np.random.default_rng(2)
    for _ in range(4):
        history.do(AddLabel(annotation.labels.proposal()))
    history.mark_clean()
    history.jump(2)
    assert history.can_redo and not history.is_clean
    mask = rng.random(annotation.slice_labels(2, 3).shape) < 0.5
    history.do(paint_edit(annotation, 2, 3, mask, 3, text="ink"))
    assert len(history) == 3 and not history.can_redo and history.clean_position is None
    entry = history.entry(2)
    assert (entry.text, entry.place, entry.labels) == ("ink", (2, 3), (3,))


def test_slider_values_become_one_step_but_never_across_a_save(annotation: Annotation) -> None:
    history = History(annotation)
    label = annotation.labels.get(1)
    for opacity in (0.1, 0.2, 0.3):
        history.do(ChangeLabel(replace(label, opacity=opacity)), "opacity")
    assert len(history) == 1
    history.undo()
    assert annotation.labels.get(1) == label
    history.redo()
    history.mark_clean()
    history.do(ChangeLabel(replace(label, opacity=0.4)), "opacity")
    assert len(history) == 2 and not history.is_clean


def test_amending_changes_the_last_step_only(annotation: Annotation) -> None:
    history = History(annotation)
    first, second = np.zeros((8, 9), bool), np.zeros((8, 9), bool)
    first[:4], second[3:] = True, True
    history.do(paint_edit(annotation, 2, 0, first, 1))
    history.amend(paint_edit(annotation, 2, 0, second, 1))
    assert len(history) == 1 and np.array_equal(annotation.slice_labels(2, 0) == 1, second)
    with pytest.raises(InputError):
        history.amend(AddLabel(annotation.labels.get(1)))
    assert np.array_equal(annotation.slice_labels(2, 0) == 1, second)
    history.undo()
    assert annotation.is_empty


def test_work_goes_on_where_the_store_fails(annotation: Annotation) -> None:
    history = History(annotation, FailingStore(room=2))
    for _ in range(5):
        history.do(AddLabel(annotation.labels.proposal()))
    assert history.is_stored is False and "full" in str(history.store_error)
    history.jump(0)
    assert len(annotation.labels) == 1
    history.jump(5)
    assert len(annotation.labels) == 6


def test_a_failed_edit_leaves_no_step(annotation: Annotation) -> None:
    history = History(annotation)
    with pytest.raises(InputError):
        history.do(AddLabel(annotation.labels.get(1)))
    assert len(history) == 0 and history.is_clean


@pytest.mark.parametrize("spoil", [lambda b: b[:-3], lambda b: bytes(b[:1]) + b"\0" * (len(b) - 1)])
def test_a_damaged_record_is_named_so(annotation: Annotation, spoil) -> None:
    history = History(annotation)
    history.do(mask_edit(annotation, 2, 1, np.ones((8, 9), bool), 1, Box(0, 0, 3, 3)))
    record = history.store.read(history.entry(0).handle)
    with pytest.raises(CaseFileError, match="damaged"):
        for delta in step_from_record(replace(record, blob=spoil(record.blob)), SHAPE).deltas:
            if isinstance(delta, VoxelDelta):
                delta.unpacked()


def test_a_delta_knows_only_what_changed(annotation: Annotation) -> None:
    mask = np.zeros((8, 9), bool)
    mask[2:5, 3:7] = True
    step = annotation.apply(paint_edit(annotation, 2, 4, mask, 1))
    (delta,) = step.deltas
    assert delta.bounds == (slice(3, 7), slice(2, 5), slice(4, 5)) and delta.count == 12
    assert len(delta.unpacked()) == 3, "one run a row"
    again = annotation.apply(paint_edit(annotation, 2, 4, mask, 1))
    assert again.deltas[0].count == 0 and again.place() is None
    where, before = delta.in_slice(0, 3)
    assert where.sum() == 3 and not before[where].any()
