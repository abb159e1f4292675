"""Counts of voxels are those of the label map, whatever changed in between."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from medsam.document import Annotation, SetVoxels
from medsam.document import label_counts as module
from medsam.document.label_counts import LabelCounts, middle_voxel
from medsam.volume import Volume

SHAPE = (13, 11, 9)


def true_counts(annotation):
    """By number, from the whole map."""
    numbers, counts = np.unique(annotation.label_map, return_counts=True)
    return {int(n): int(c) for n, c in zip(numbers, counts, strict=True) if n}


def counted(counts, annotation):
    """What was counted, once nothing is stale."""
    while not counts.work(0.0):
        pass
    return {label.id: counts.of(label.id) for label in annotation.labels if counts.of(label.id)}


blocks = st.tuples(*[st.tuples(st.integers(0, n), st.integers(0, n)) for n in SHAPE])


@settings(max_examples=30, deadline=None)
@given(st.lists(st.tuples(blocks, st.integers(0, 3)), max_size=8))
def test_counts_follow_every_change(changes):
    rng = np.random.default_rng(1)
    start = rng.integers(0, 4, SHAPE).astype(np.uint16)
    annotation = Annotation(Volume(np.zeros(SHAPE, np.int16), np.eye(4)), start)
    before, module.PIECE = module.PIECE, 50
    try:
        counts = LabelCounts(annotation)
        assert counted(counts, annotation) == true_counts(annotation)
        annotation.subscribe(lambda change: change.kind == "voxels" and counts.mark(change.region))
        for ends, value in changes:
            region = tuple(slice(min(e), max(e)) for e in ends)
            block = np.full([s.stop - s.start for s in region], value, np.uint16)
            annotation.apply(SetVoxels(region, block))
            counts.work(0.0)
        assert counted(counts, annotation) == true_counts(annotation)
    finally:
        module.PIECE = before


def test_a_piece_is_counted_and_then_the_clock_is_asked():
    annotation = Annotation(Volume(np.zeros((600, 600, 2), np.int16), np.eye(4)))
    counts = LabelCounts(annotation)
    assert counts.is_current, "an empty map needs no look"
    whole = (slice(0, 600), slice(0, 600), slice(0, 2))
    annotation.apply(SetVoxels(whole, np.ones((600, 600, 2), np.uint16)))
    counts.mark(whole)
    assert not counts.work(0.0) and counts.of(1) == module.PIECE
    assert counts.work(60.0) and counts.of(1) == 720_000


def test_the_middle_voxel_a_ring_lies_in_the_ring():
    values = np.zeros((9, 9, 4), np.uint16)
    values[1:8, 1:8, 2] = 1
    values[2:7, 2:7, 2] = 2
    values[3:6, 3:6, 1:3] = 1
    annotation = Annotation(Volume(np.zeros((9, 9, 4), np.int16), np.eye(4)), values)
    i, j, k = middle_voxel(annotation, 2)
    assert k == 2 and annotation.label_map[i, j, k] == 2
    assert middle_voxel(annotation, 1)[2] == 2 and middle_voxel(annotation, 7) is None
