"""Edits as undo commands."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PyQt5.QtWidgets import QUndoStack

from medsam.document import Annotation, ChangeLabel, mask_edit
from medsam.errors import InputError
from medsam.prompts import Box
from medsam.ui.commands import push_edit
from medsam.volume import stored_shape_hw
from tests.phantoms import ct_phantom


@pytest.fixture
def annotation():
    """Of a phantom."""
    return Annotation(ct_phantom())


@pytest.fixture
def stack(qapp):
    """An undo stack."""
    return QUndoStack()


def masks(annotation, seed):
    """A random mask edit on a random plane."""
    rng = np.random.default_rng(seed)
    axis = int(rng.integers(3))
    index = int(rng.integers(annotation.volume.shape[axis]))
    shape_hw = stored_shape_hw(annotation.volume.shape, axis)
    mask = rng.random(shape_hw) < 0.3
    return mask_edit(annotation, axis, index, mask, 1, Box(0, 0, 5, 5), text=f"box {seed}")


def test_long_history_goes_back_and_forth_bit_for_bit(annotation, stack):
    states = [annotation.label_map.copy()]
    for seed in range(12):
        push_edit(stack, annotation, masks(annotation, seed))
        states.append(annotation.label_map.copy())
    assert stack.undoText() == "box 11"
    for state in states[-2::-1]:
        stack.undo()
        np.testing.assert_array_equal(annotation.label_map, state)
    for state in states[1:]:
        stack.redo()
        np.testing.assert_array_equal(annotation.label_map, state)


def test_failed_edit_pushes_nothing(annotation, stack):
    unknown = replace(annotation.labels.get(1), id=9)
    with pytest.raises(InputError):
        push_edit(stack, annotation, ChangeLabel(unknown))
    assert stack.count() == 0


def test_only_edits_of_one_key_merge(annotation, stack):
    label = annotation.labels.get(1)
    for opacity in (0.1, 0.2, 0.3):
        push_edit(stack, annotation, ChangeLabel(replace(label, opacity=opacity)), ("opacity", 1))
    push_edit(stack, annotation, ChangeLabel(replace(label, opacity=0.3, name="x")))
    assert stack.count() == 2
    stack.undo()
    stack.undo()
    assert annotation.labels.get(1) == label
    stack.redo()
    assert annotation.labels.get(1).opacity == 0.3


def test_saved_state_is_not_merged_away(annotation, stack):
    label = annotation.labels.get(1)
    push_edit(stack, annotation, ChangeLabel(replace(label, opacity=0.1)), "key")
    stack.setClean()
    push_edit(stack, annotation, ChangeLabel(replace(label, opacity=0.2)), "key")
    assert not stack.isClean()
    stack.undo()
    assert stack.isClean() and annotation.labels.get(1).opacity == 0.1
