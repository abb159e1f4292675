"""What there is to segment in a label map: objects of slices, and what is left out of it before."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from medsam.volume import stored_slice

Labels = npt.NDArray[np.integer]

EIGHT = np.ones((3, 3), bool)
"""Neighbours in a plane: sides and corners."""
TWENTY_SIX = np.ones((3, 3, 3), bool)
"""Neighbours in space: faces, edges and corners."""


@dataclass(frozen=True, slots=True)
class FoundObject:
    """One object on one stored slice picture.

    Attributes:
        axis, index: Which stored slice of the volume.
        label: Value in the label map.
        component: Its number among the label's parts, from 1; 0 for the whole label.
        box: Tight x0, y0, x1, y1 in whole pixels, image frame.
        mask: (y1 - y0, x1 - x0) bool.
    """

    axis: int
    index: int
    label: int
    component: int
    box: tuple[int, int, int, int]
    mask: npt.NDArray[np.bool_]

    @property
    def area(self) -> int:
        """Pixels."""
        return int(np.count_nonzero(self.mask))


def find_objects(
    labels: Labels,
    axis: int,
    *,
    objects: Literal["component", "label"] = "component",
    least_area: int = 1,
    whole_picture: float = 1.0,
    step: int = 1,
    instances: Labels | None = None,
) -> Iterator[FoundObject]:
    """All objects on the slices along an axis, slice by slice and label by label.

    Args:
        labels: (I, J, K), 0 = background.
        axis: Array axis that the slices cut across.
        objects: "component": each 8-connected part of a label; "label": all of it.
        least_area: Objects of fewer pixels are left out.
        whole_picture: A box over more than this share of its slice asks nothing.
        step: Every how many slices.
        instances: (I, J, K), numbers from 1 where a label is to be taken apart
            by them (``split_instances``), 0 elsewhere. Only "label" looks at it:
            parts that touch on a slice touch in space.
    """
    for index in range(0, labels.shape[axis], step):
        plane = stored_slice(labels, axis, index)
        numbers = stored_slice(instances, axis, index) if instances is not None else None
        for value, box, part in _labels_of(plane):
            for component, inner, mask in _parts(part, objects, None if numbers is None else numbers[box]):
                if np.count_nonzero(mask) < least_area or mask.size > whole_picture * plane.size:
                    continue
                x, y = box[1].start + inner[1].start, box[0].start + inner[0].start
                corners = (x, y, x + mask.shape[1], y + mask.shape[0])
                yield FoundObject(axis, index, value, component, corners, mask)


def objects_of_mask(
    mask: npt.NDArray[np.bool_], axis: int, index: int, label: int, *, apart: bool
) -> Iterator[FoundObject]:
    """The objects of a mask of a whole slice (H, W): each 8-connected part, or all of it as one."""
    if not mask.any():
        return
    for component, box, part in _parts(mask, "component" if apart else "label", None):
        corners = (box[1].start, box[0].start, box[1].stop, box[0].stop)
        yield FoundObject(axis, index, label, component, corners, part)


def _labels_of(plane: Labels) -> Iterator[tuple[int, tuple[slice, slice], npt.NDArray[np.bool_]]]:
    """Value, where it is, and its mask there, for every label of a plane."""
    if not plane.any():
        return
    # By consecutive numbers, as one look at the plane then finds every label's place, however many.
    values = distinct(plane)
    table = np.zeros(int(values[-1]) + 1, np.int32)
    table[values] = np.arange(1, values.size + 1)
    numbers = table[plane]
    for number, box in enumerate(ndimage.find_objects(numbers), 1):
        yield int(values[number - 1]), box, numbers[box] == number


def distinct(labels: Labels) -> npt.NDArray[np.integer]:
    """The label values above 0 that occur, ascending."""
    narrow = labels.dtype.kind == "u" and labels.dtype.itemsize <= 2
    found = np.flatnonzero(np.bincount(labels.ravel(order="K"))) if narrow else np.unique(labels)
    return found[found > 0]


def _parts(
    mask: npt.NDArray[np.bool_], objects: str, numbers: Labels | None
) -> Iterator[tuple[int, tuple[slice, slice], npt.NDArray[np.bool_]]]:
    """Number, tight place in ``mask`` and mask there, of every object of a label."""
    if objects == "component":
        parts, _ = ndimage.label(mask, structure=EIGHT)
        for number, box in enumerate(ndimage.find_objects(parts), 1):
            yield number, box, parts[box] == number
        return
    inside = np.unique(numbers[mask]) if numbers is not None else np.zeros(1, int)
    for number in inside:
        own = mask if numbers is None else mask & (numbers == number)
        box = _tight(own)
        yield int(number), box, own[box]


def _tight(mask: npt.NDArray[np.bool_]) -> tuple[slice, slice]:
    rows, cols = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(cols[0]), int(cols[-1]) + 1)


def without_labels(labels: Labels, exclude: Collection[int]) -> Labels:
    """The label map with some values turned to background; the same array if none occurs."""
    gone = np.isin(labels, list(exclude)) if exclude else None
    if gone is None or not gone.any():
        return labels
    kept = labels.copy(order="K")
    kept[gone] = 0
    return kept


def without_dust(labels: Labels, least_volume: int) -> tuple[Labels, int]:
    """Turn 26-connected parts of fewer voxels to background; also returns how many parts those were."""
    if least_volume <= 1:
        return labels, 0
    kept, removed = labels, 0
    for value, box in _boxes(labels):
        parts, count = ndimage.label(labels[box] == value, structure=TWENTY_SIX)
        sizes = np.bincount(parts.reshape(-1), minlength=count + 1)
        small = sizes < least_volume
        small[0] = False
        if small.any():
            if kept is labels:
                kept = labels.copy(order="K")
            kept[box][small[parts]] = 0
            removed += int(small.sum())
    return kept, removed


def split_instances(labels: Labels, values: Collection[int]) -> Labels:
    """(I, J, K) int32: numbers from 1 of the 26-connected parts of each of these values; 0 elsewhere."""
    numbers = np.zeros_like(labels, dtype=np.int32)
    for value, box in _boxes(labels):
        if value in values:
            parts, _ = ndimage.label(labels[box] == value, structure=TWENTY_SIX)
            np.copyto(numbers[box], parts, where=parts > 0)
    return numbers


def _boxes(labels: Labels) -> Iterator[tuple[int, tuple[slice, slice, slice]]]:
    """Every value above 0 with its bounding box."""
    whole = labels if labels.dtype.kind in "iu" and labels.dtype.itemsize <= 4 else labels.astype(np.int64)
    for value, box in enumerate(ndimage.find_objects(whole.astype(np.int32, copy=False)), 1):
        if box is not None:
            yield value, box
