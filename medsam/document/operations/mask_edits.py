"""The edits that operations on whole masks become: each one undo step."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.document.annotation import Annotation
from medsam.document.edits import AddLabel, Compound, Edit, SetVoxels
from medsam.document.label_table import Label, LabelTable, default_colour
from medsam.document.operations.whole_mask import Outcome
from medsam.document.painting import (
    erase_edit,
    paint_edit,
    require_paintable,
)
from medsam.document.rules import EVERYTHING, PaintRule
from medsam.errors import InputError

Mask = npt.NDArray[np.bool_]


def outcome_edit(annotation: Annotation, label_id: int, outcome: Outcome, text: str) -> Edit:
    """The edit that makes a label what an operation computed.

    Args:
        annotation: Unchanged since the operation was begun: its revision says so.
        label_id: The label it was for.
        outcome: Of ``whole_mask.run``; rule and locks are in it already.
        text: What the undo menu calls it.

    Raises:
        InputError: If the label is locked or gone.
    """
    require_paintable(annotation, label_id)
    if outcome.parts is not None:
        return _split_edit(annotation, label_id, outcome, outcome.parts, text)
    return SetVoxels(outcome.region, outcome.values, text)


def copy_slice_edit(
    annotation: Annotation,
    axis: int,
    index: int,
    source: int,
    label_id: int,
    rule: PaintRule = EVERYTHING,
    text: str = "copy slice",
) -> SetVoxels:
    """The edit that paints a label where it lies on another slice.

    Args:
        annotation: What will be edited; not changed here.
        axis, index: The stored slice to paint on.
        source: The slice along the same axis to copy from.
        label_id: The label.
        rule: What may be taken.
        text: What the undo menu calls it.

    Raises:
        InputError: If there is no such slice, the label is not on it, or it is locked.
    """
    if not 0 <= source < annotation.volume.shape[axis]:
        raise InputError("There is no slice beyond this one to copy from.")
    mask = annotation.slice_labels(axis, source) == label_id
    if not mask.any():
        name = annotation.labels.get(label_id).name
        raise InputError(f'Slice {source + 1} has nothing of "{name}" to copy.')
    return paint_edit(annotation, axis, index, mask, label_id, rule, text)


def clear_slice_edit(
    annotation: Annotation, axis: int, index: int, label_id: int, text: str = "clear slice"
) -> SetVoxels:
    """The edit that takes a label off one slice.

    Raises:
        InputError: If the label is locked.
    """
    mask: Any = annotation.slice_labels(axis, index) == label_id
    return erase_edit(annotation, axis, index, mask, EVERYTHING, text, label_id)


def _split_edit(
    annotation: Annotation, label_id: int, outcome: Outcome, parts: npt.NDArray[np.uint8], text: str
) -> Compound:
    """Every part above 1 gets a label of its own below the split one."""
    label = annotation.labels.get(label_id)
    row = annotation.labels.position(label_id)
    values = outcome.values.copy(order="K")
    table = list(annotation.labels)
    edits: list[Edit] = []
    for number, part in enumerate((int(n) for n in np.unique(parts) if n > 1), start=1):
        fresh = _new_label(LabelTable(tuple(table)), label, number + 1)
        table.insert(row + number, fresh)
        edits.append(AddLabel(fresh, row + number, text))
        values[(parts == part) & (values == label_id)] = fresh.id
    return Compound((*edits, SetVoxels(outcome.region, values, text)), text)


def _new_label(table: LabelTable, label: Label, number: int) -> Label:
    """A label like the split one, with a number, a colour and a name of its own."""
    free = table.next_id()
    taken = {row.name for row in table}
    name = next(
        n for n in (f"{label.name} {i}" for i in range(number, number + len(table) + 1)) if n not in taken
    )
    return replace(label, id=free, name=name, color=default_colour(free))
