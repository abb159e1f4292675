"""Objects of label maps: parts, tight boxes, what is too small or too large, dust and instances."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from scipy import ndimage

from finetune.data.objects import (
    distinct,
    find_objects,
    objects_of_mask,
    split_instances,
    without_dust,
    without_labels,
)
from medsam.volume import stored_slice


def two_discs() -> np.ndarray:
    """(30, 20, 1): two squares of label 1 and one of label 2 between them."""
    labels = np.zeros((30, 20, 1), np.int32)
    labels[2:8, 2:8] = 1
    labels[12:18, 2:8] = 1
    labels[8:12, 2:8] = 2
    return labels


def test_components_are_parts_of_one_label_each() -> None:
    found = list(find_objects(two_discs(), 2))
    # Array axis 0 runs along x of the stored picture.
    assert [(o.label, o.component, o.box) for o in found] == [
        (1, 1, (2, 2, 8, 8)),
        (1, 2, (12, 2, 18, 8)),
        (2, 1, (8, 2, 12, 8)),
    ]
    assert [o.area for o in found] == [36, 36, 24]


def test_a_label_is_one_object_where_that_is_the_rule() -> None:
    found = list(find_objects(two_discs(), 2, objects="label"))
    assert [(o.label, o.component, o.box, o.area) for o in found] == [
        (1, 0, (2, 2, 18, 8), 72),
        (2, 0, (8, 2, 12, 8), 24),
    ]


def test_corners_connect_parts() -> None:
    labels = np.zeros((4, 4, 1), np.uint8)
    labels[0, 0] = labels[1, 1] = 1
    assert [o.area for o in find_objects(labels, 2)] == [2]


def test_small_and_whole_picture_objects_ask_nothing() -> None:
    labels = two_discs()
    assert {o.label for o in find_objects(labels, 2, least_area=25)} == {1}
    full = np.ones((10, 10, 1), np.uint8)
    assert not list(find_objects(full, 2, whole_picture=0.95))
    assert len(list(find_objects(full, 2))) == 1


@pytest.mark.parametrize(("axis", "step", "indices"), [(0, 1, [2, 3, 4]), (0, 2, [2, 4]), (2, 2, [0])])
def test_slices_along_every_axis(axis: int, step: int, indices: list[int]) -> None:
    labels = np.zeros((6, 7, 2), np.uint8)
    labels[2:5, 1:3, 0] = 3
    assert [o.index for o in find_objects(labels, axis, step=step)] == indices


@given(arrays(np.uint8, (7, 9, 3), elements=st.integers(0, 3)), st.integers(0, 2))
def test_components_cover_every_labelled_pixel_once(labels: np.ndarray, axis: int) -> None:
    rebuilt = np.zeros_like(labels)
    for item in find_objects(labels, axis):
        x0, y0, x1, y1 = item.box
        place = stored_slice(rebuilt, axis, item.index)[y0:y1, x0:x1]
        assert (place[item.mask] == 0).all()
        place[item.mask] = item.label
        assert ndimage.label(item.mask, np.ones((3, 3)))[1] == 1
        assert item.mask.any(0)[[0, -1]].all()
        assert item.mask.any(1)[[0, -1]].all()
    assert (rebuilt == labels).all()


def test_labels_above_a_byte_keep_their_values() -> None:
    labels = np.zeros((8, 8, 1), np.uint16)
    labels[:3, :3], labels[5:, 5:] = 65535, 300
    assert sorted(o.label for o in find_objects(labels, 2)) == [300, 65535]
    assert distinct(labels).tolist() == [300, 65535]
    assert distinct(labels.astype(np.int64)).tolist() == [300, 65535]


def test_excluded_labels_turn_to_background() -> None:
    labels = two_discs()
    kept = without_labels(labels, (2, 9))
    assert set(np.unique(kept)) == {0, 1}
    assert set(np.unique(labels)) == {0, 1, 2}, "the input must stay as it is"
    assert without_labels(labels, (9,)) is labels


def test_dust_goes_by_voxels_in_space() -> None:
    labels = np.zeros((10, 10, 6), np.uint8)
    labels[1:4, 1:4, 1:4] = 1
    labels[4, 4, 4] = 1  # touches the cube by a corner: one part of 28 voxels
    labels[8, 8, :] = 1
    labels[8, 1, 0] = 2
    kept, count = without_dust(labels, 10)
    assert count == 2
    assert kept[4, 4, 4] == 1
    assert not kept[8].any()
    assert labels[8].any(), "the input must stay as it is"
    assert without_dust(labels, 1) == (labels, 0)


def test_instances_are_parts_in_space() -> None:
    labels = np.zeros((20, 9, 4), np.uint8)
    labels[1:5, 1:8, 0] = 7
    labels[8:12, 1:8, 1:3] = 7
    labels[14:18, 1:8, 2] = 5
    numbers = split_instances(labels, (7,))
    found = list(find_objects(labels, 2, objects="label", instances=numbers))
    assert [(o.index, o.label, o.component) for o in found] == [(0, 7, 1), (1, 7, 2), (2, 5, 0), (2, 7, 2)]
    # A part in space may be several on a slice: it stays one object.
    labels[1:5, 3:6, 0] = 0
    labels[1:5, 3:6, 1] = 7
    numbers = split_instances(labels, (7,))
    assert [o.area for o in find_objects(labels, 2, objects="label", instances=numbers) if o.index == 0] == [
        16
    ]


def test_a_mask_is_one_object_or_its_parts() -> None:
    mask = np.zeros((8, 12), bool)
    mask[1:3, 1:4] = mask[5:7, 8:11] = True
    (whole,) = objects_of_mask(mask, 2, 4, 3, apart=False)
    assert (whole.index, whole.label, whole.box, whole.area) == (4, 3, (1, 1, 11, 7), 12)
    assert [o.box for o in objects_of_mask(mask, 2, 4, 3, apart=True)] == [(1, 1, 4, 3), (8, 5, 11, 7)]
    assert not list(objects_of_mask(np.zeros((4, 4), bool), 2, 0, 1, apart=False))
