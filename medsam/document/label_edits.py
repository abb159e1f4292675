"""Edits of several labels at once: merge, delete, move, colour, show, lock, take in a set."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal

import numpy as np

from medsam.document.annotation import Annotation
from medsam.document.deltas import Region
from medsam.document.edits import Compound, Edit, SetLabels, SetPrompt, SetVoxels
from medsam.document.label_sets import SetEntry, merged
from medsam.document.label_table import LARGEST_ID, Label, default_colour
from medsam.errors import InputError, LockedError


def merge_labels_edit(
    annotation: Annotation, label_ids: Collection[int], into: int, text: str = "merge labels"
) -> Compound:
    """The edit that makes several labels one: voxels and prompts go over to ``into``.

    Args:
        annotation: What will be edited; not changed here.
        label_ids: The labels; ``into`` may be among them or not.
        into: The one that stays.
        text: What the undo menu calls it.

    Raises:
        InputError: If one is unknown or locked, or there is nothing to merge.
    """
    gone = [n for n in dict.fromkeys(label_ids) if n != into]
    if not gone:
        raise InputError("Merging takes two labels or more; only one came. Choose more rows.")
    for number in (*gone, into):
        label = annotation.labels.get(number)
        if label.locked:
            raise LockedError(f'A locked label cannot be merged; unlock "{label.name}" first.', number)
    numbers = dict.fromkeys(gone, into)
    edits: list[Edit] = []
    for prompt in annotation.prompts.values():
        painted = prompt.painted.renumbered(numbers) if prompt.painted is not None else None
        if prompt.label_id in numbers or painted is not prompt.painted:
            label_id = numbers.get(prompt.label_id, prompt.label_id)
            edits.append(SetPrompt(prompt.id, replace(prompt, label_id=label_id, painted=painted), text))
    edits += _renumber(annotation, numbers, text)
    edits.append(SetLabels(tuple(la for la in annotation.labels if la.id not in numbers), text))
    return Compound(tuple(edits), text)


def remove_labels_edit(
    annotation: Annotation, label_ids: Collection[int], text: str = "delete labels"
) -> Compound:
    """The edit that removes labels with their voxels and prompts.

    Raises:
        InputError: If one is unknown or locked, or none would be left.
    """
    gone = dict.fromkeys(label_ids)
    for number in gone:
        label = annotation.labels.get(number)
        if label.locked:
            raise LockedError(f'A locked label cannot be deleted; unlock "{label.name}" first.', number)
    rest = tuple(label for label in annotation.labels if label.id not in gone)
    if not rest:
        raise InputError("An annotation keeps at least one label; add another before deleting this one.")
    edits: list[Edit] = [
        SetPrompt(p.id, None, text) for p in annotation.prompts.values() if p.label_id in gone
    ]
    edits += _renumber(annotation, dict.fromkeys(gone, 0), text)
    edits.append(SetLabels(rest, text))
    return Compound(tuple(edits), text)


def change_labels_edit(
    annotation: Annotation, label_ids: Collection[int], text: str, **fields: Any
) -> SetLabels:
    """The edit that gives several labels the same values of some fields of ``Label``."""
    return SetLabels(
        tuple(replace(la, **fields) if la.id in label_ids else la for la in annotation.labels), text
    )


def only_edit(
    annotation: Annotation, label_ids: Collection[int], field: Literal["visible", "unlocked"], text: str
) -> SetLabels:
    """The edit after which these labels alone are visible, or alone can be painted."""

    def changed(label: Label) -> Label:
        chosen = label.id in label_ids
        return replace(label, visible=chosen) if field == "visible" else replace(label, locked=not chosen)

    return SetLabels(tuple(changed(label) for label in annotation.labels), text)


def moved(labels: Sequence[Label], label_ids: Collection[int], row: int) -> tuple[Label, ...]:
    """Labels with some of them, in the order they have, moved before the one that is in ``row`` now.

    A row beyond the last means the end.
    """
    before = [label for label in labels[: max(row, 0)] if label.id not in label_ids]
    after = [label for label in labels[max(row, 0) :] if label.id not in label_ids]
    return (*before, *(label for label in labels if label.id in label_ids), *after)


def safe_colours_edit(annotation: Annotation, text: str = "colour-blind-safe colours") -> SetLabels:
    """The edit that colours all labels in their order with the set that everybody can tell apart."""
    rows = enumerate(annotation.labels, start=1)
    return SetLabels(tuple(replace(label, color=default_colour(n)) for n, label in rows), text)


def load_set_edit(
    annotation: Annotation,
    entries: Iterable[SetEntry],
    match: Literal["number", "name"] = "number",
    drop_unused: bool = False,
    text: str = "load labels",
) -> SetLabels:
    """The edit that lays a set over the label table. No voxel changes.

    Args:
        annotation: What will be edited; not changed here.
        entries: Of the set.
        match: See ``label_sets.merged``.
        drop_unused: Whether labels that the set lacks go, if no voxel and no
            prompt uses them and they are not locked.
        text: What the undo menu calls it.
    """
    dropped: set[int] = set()
    if drop_unused:
        used = used_labels(annotation) | {p.label_id for p in annotation.prompts.values()}
        dropped = {label.id for label in annotation.labels if label.id not in used and not label.locked}
    return SetLabels(merged(annotation.labels, entries, match, dropped), text)


def used_labels(annotation: Annotation) -> set[int]:
    """Numbers that at least one voxel has."""
    used = np.zeros(LARGEST_ID + 1, bool)
    for k in np.flatnonzero(annotation.slices_with_labels(2)):
        used[annotation.slice_labels(2, int(k))] = True
    return set(np.flatnonzero(used).tolist()) - {0}


def _renumber(annotation: Annotation, numbers: Mapping[int, int], text: str) -> list[SetVoxels]:
    """Edits that give the voxels of the keys' labels the values' number; none without such voxels."""
    wanted = np.zeros(LARGEST_ID + 1, bool)
    wanted[list(numbers)] = True
    region = _bounds(annotation, wanted)
    if region is None:
        return []
    new = np.arange(LARGEST_ID + 1, dtype=np.uint16)
    for number, other in numbers.items():
        new[number] = other
    values = annotation.label_map[region].copy(order="F")
    # A slice at a time: looking up numbers takes four times the memory of what is looked up.
    for k in range(values.shape[2]):
        values[:, :, k] = new.take(values[:, :, k].T).T
    return [SetVoxels(region, values, text)]


def _bounds(annotation: Annotation, wanted: np.ndarray[Any, np.dtype[np.bool_]]) -> Region | None:
    """The least block with all voxels of the wanted numbers, looking only at slices with labels."""
    low, high = np.array(annotation.volume.shape), np.zeros(3, int)
    for k in np.flatnonzero(annotation.slices_with_labels(2)):
        here = wanted.take(annotation.slice_labels(2, int(k)))
        rows = np.flatnonzero(here.any(axis=1))
        if rows.size:
            cols = np.flatnonzero(here[rows[0] : rows[-1] + 1].any(axis=0))
            low = np.minimum(low, (cols[0], rows[0], k))
            high = np.maximum(high, (cols[-1] + 1, rows[-1] + 1, k + 1))
    if not high.any():
        return None
    sides = [slice(int(a), int(b)) for a, b in zip(low, high, strict=True)]
    return sides[0], sides[1], sides[2]
