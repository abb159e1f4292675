"""Edits of several labels: one step each, undone bit for bit, no locked voxel touched."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsam.document import Annotation, Label, LabelTable, SetLabels
from medsam.document.history import History
from medsam.document.label_edits import (
    change_labels_edit,
    load_set_edit,
    merge_labels_edit,
    moved,
    only_edit,
    remove_labels_edit,
    safe_colours_edit,
    used_labels,
)
from medsam.document.label_sets import SetEntry
from medsam.document.label_table import COLOUR_BLIND_SAFE
from medsam.document.painting import mask_edit, paint_edit, remove_prompt_edit
from medsam.errors import InputError
from medsam.prompts import Box
from medsam.volume import Volume

SHAPE = (9, 8, 6)
TABLE = tuple(Label(n, f"L{n}", (n, n, n)) for n in (1, 2, 3, 4))


def move(a, ids, row):
    """The edit that moves labels before a row."""
    return SetLabels(moved(a.labels.as_tuple(), ids, row), "move label")


def annotation(locked=()):
    """Labels 1, 2 and 3 in blocks that overlap no more; 4 is unused."""
    values = np.zeros(SHAPE, np.uint16)
    values[1:4, 1:5, 1:3], values[4:7, 1:5, 2:5], values[0:2, 6:8, 0:6] = 1, 2, 3
    labels = tuple(replace(label, locked=label.id in locked) for label in TABLE)
    return Annotation(Volume(np.zeros(SHAPE, np.int16), np.eye(4)), values, LabelTable(labels))


def state(a):
    """Everything that undo has to restore."""
    prompts = {p.id: (p.axis, p.index, p.label_id, p.box, painted(p)) for p in a.prompts.values()}
    return a.label_map.copy(), a.labels.as_tuple(), prompts, a.slices_with_labels(0).tolist()


def painted(prompt):
    """What a prompt's mask changed, as bytes to compare."""
    if prompt.painted is None:
        return None
    where, before = prompt.painted.in_slice(prompt.axis, prompt.index)
    return where.tobytes(), np.where(where, before, 0).tobytes()


def assert_same(a, before):
    """The annotation is bit for bit as it was."""
    now = state(a)
    np.testing.assert_array_equal(now[0], before[0])
    assert now[1:] == before[1:]


def done_and_undone(a, edit):
    """Carry out an edit; what it left; after undo and redo it must be the same again."""
    before, history = state(a), History(a)
    history.do(edit)
    after = state(a)
    history.undo()
    assert_same(a, before)
    history.redo()
    assert_same(a, after)
    return after


def test_merge_joins_voxels_and_keeps_the_rest():
    a = annotation()
    before = a.label_map.copy()
    values, labels, *_ = done_and_undone(a, merge_labels_edit(a, [1, 2], 1))
    np.testing.assert_array_equal(values == 1, (before == 1) | (before == 2))
    np.testing.assert_array_equal(values == 3, before == 3)
    assert [label.id for label in labels] == [1, 3, 4]


def test_merge_of_unused_labels_changes_only_the_table():
    a = annotation()
    before = a.label_map.copy()
    values, labels, *_ = done_and_undone(a, merge_labels_edit(a, [4], 3))
    np.testing.assert_array_equal(values, before)
    assert [label.id for label in labels] == [1, 2, 3]


def test_merged_prompts_belong_to_the_label_that_stays_and_give_back_what_they_should():
    a = annotation()
    mask = np.zeros(SHAPE[1::-1], bool)
    mask[0:6, 0:6] = True
    a.apply(mask_edit(a, 2, 2, mask, 4, Box(0, 0, 6, 6)))
    union = (a.slice_labels(2, 2) == 4) | (a.slice_labels(2, 2) == 1)
    a.apply(merge_labels_edit(a, [4, 1], 1))
    (prompt,) = a.prompts.values()
    assert prompt.label_id == 1
    np.testing.assert_array_equal(a.slice_labels(2, 2) == 1, union)
    a.apply(remove_prompt_edit(a, prompt.id))
    now = a.slice_labels(2, 2)
    fresh = annotation().slice_labels(2, 2)
    # Label 1 under the box is 1 again, and 2 is 2.
    np.testing.assert_array_equal(now, fresh)


@pytest.mark.parametrize(("ids", "into", "locked"), [([1, 2], 2, (1,)), ([1, 2], 2, (2,))])
def test_locked_labels_are_not_merged(ids, into, locked):
    a = annotation(locked)
    before = state(a)
    with pytest.raises(InputError, match=rf"unlock .L{locked[0]}. first"):
        merge_labels_edit(a, ids, into)
    assert_same(a, before)


def test_merge_of_one_label_is_refused():
    with pytest.raises(InputError, match="two labels or more"):
        merge_labels_edit(annotation(), [2], 2)


def test_delete_several_with_their_voxels():
    a = annotation(locked=(3,))
    values, labels, *_ = done_and_undone(a, remove_labels_edit(a, [1, 2]))
    assert set(np.unique(values)) == {0, 3} and [label.id for label in labels] == [3, 4]
    with pytest.raises(InputError, match=r"unlock .L3. first"):
        remove_labels_edit(a, [3, 4])
    with pytest.raises(InputError, match="at least one label"):
        remove_labels_edit(annotation(), [1, 2, 3, 4])


def test_move_keeps_every_label_once():
    ids = lambda labels: [label.id for label in labels]  # noqa: E731
    assert ids(moved(TABLE, [1], 3)) == [2, 3, 1, 4]
    assert ids(moved(TABLE, [1], 99)) == [2, 3, 4, 1]
    assert ids(moved(TABLE, [4, 2], 0)) == [2, 4, 1, 3]
    assert ids(moved(TABLE, [2, 3], 2)) == [1, 2, 3, 4]
    a = annotation()
    _, labels, *_ = done_and_undone(a, move(a, [3], 0))
    assert ids(labels) == [3, 1, 2, 4]


def test_one_field_of_several_labels():
    a = annotation()
    _, labels, *_ = done_and_undone(a, change_labels_edit(a, [2, 4], "lock", locked=True))
    assert [label.locked for label in labels] == [False, True, False, True]


def test_hide_and_lock_all_but_some():
    a = annotation(locked=(2,))
    _, labels, *_ = done_and_undone(a, only_edit(a, [2, 3], "visible", "only"))
    assert [label.visible for label in labels] == [False, True, True, False]
    _, labels, *_ = done_and_undone(a, only_edit(a, [2], "unlocked", "lock others"))
    assert [label.locked for label in labels] == [True, False, True, True]


def test_safe_colours_follow_the_order():
    a = annotation()
    a.apply(move(a, [4], 0))
    _, labels, *_ = done_and_undone(a, safe_colours_edit(a))
    assert tuple(label.color for label in labels) == COLOUR_BLIND_SAFE[:4]


def test_loading_a_set_changes_no_voxel_and_drops_only_what_nobody_uses():
    a = annotation()
    before = a.label_map.copy()
    edit = load_set_edit(a, [SetEntry("Liver", 2), SetEntry("Spleen", 7)], drop_unused=True)
    values, labels, *_ = done_and_undone(a, edit)
    np.testing.assert_array_equal(values, before)
    assert [(x.id, x.name) for x in labels] == [(2, "Liver"), (7, "Spleen"), (1, "L1"), (3, "L3")]


def test_used_labels_are_those_of_voxels():
    assert used_labels(annotation()) == {1, 2, 3}


def anything(a, draw):
    """A random edit of labels or voxels; None where there is nothing to do."""
    ids = [label.id for label in a.labels]
    some = draw(st.lists(st.sampled_from(ids), min_size=1, max_size=3, unique=True))
    one = draw(st.sampled_from(ids))
    mask = np.zeros(SHAPE[1::-1], bool)
    y, x = draw(st.integers(0, 5)), draw(st.integers(0, 6))
    mask[y : y + 3, x : x + 3] = True
    makers = (
        lambda: merge_labels_edit(a, some, one),
        lambda: remove_labels_edit(a, some),
        lambda: move(a, some, draw(st.integers(0, 5))),
        lambda: only_edit(a, some, "unlocked", "lock others"),
        lambda: change_labels_edit(a, ids, "unlock", locked=False),
        lambda: load_set_edit(a, [SetEntry("Liver", one), SetEntry("New")], "number", True),
        lambda: safe_colours_edit(a),
        lambda: mask_edit(a, 2, draw(st.integers(0, 5)), mask, one, Box(x, y, x + 3, y + 3)),
        lambda: paint_edit(a, 2, draw(st.integers(0, 5)), mask, one),
        lambda: remove_prompt_edit(a, draw(st.sampled_from(sorted(a.prompts) or [0]))),
    )
    try:
        return draw(st.sampled_from(makers))()
    except InputError:
        return None


@settings(max_examples=40, deadline=None)
@given(st.data())
def test_any_sequence_is_undone_bit_for_bit_and_uses_no_unknown_label(data):
    a = annotation()
    history, states = History(a), [state(a)]
    for _ in range(data.draw(st.integers(1, 25))):
        edit = anything(a, data.draw)
        if edit is None:
            continue
        locked = {n: a.label_map == n for n in a.labels.locked_ids}
        history.do(edit)
        for number, where in locked.items():
            np.testing.assert_array_equal(a.label_map == number, where)
        known = {label.id for label in a.labels}
        assert set(np.unique(a.label_map).tolist()) - {0} <= known
        assert {p.label_id for p in a.prompts.values()} <= known
        states.append(state(a))
    for _ in range(8):
        position = data.draw(st.integers(0, len(states) - 1))
        history.jump(position)
        assert_same(a, states[position])
