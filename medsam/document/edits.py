"""What can be done to an annotation. Every edit returns its exact inverse.

Edits are values: they can be kept, replayed and written to a journal. A tool
builds one (``mask_edit``), a command applies it, and its inverse undoes it.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import Any, Protocol

import numpy as np
import numpy.typing as npt

from medsam.document.annotation import Annotation, Change, LabelMap, PromptBox, Region
from medsam.document.label_table import Label, default_colour
from medsam.errors import GeometryError, InputError
from medsam.intensity import Window
from medsam.prompts import Box
from medsam.volume import stored_slice


class Edit(Protocol):
    """One undoable action."""

    @property
    def text(self) -> str:
        """What the undo menu calls it."""

    def carry_out(self, annotation: Annotation) -> Edit:
        """Change the annotation and return the inverse. Called by ``apply`` only."""

    def changes(self) -> tuple[Change, ...]:
        """What observers must look at again."""


@dataclass(frozen=True, eq=False)
class SetVoxels:
    """Put ``values`` (uint16, shape of ``region``) into the label map."""

    region: Region
    values: LabelMap
    text: str = "paint"

    def carry_out(self, annotation: Annotation) -> Edit:
        """See ``Edit``."""
        return SetVoxels(self.region, annotation._write(self.region, self.values), self.text)

    def changes(self) -> tuple[Change, ...]:
        """See ``Edit``."""
        return (Change("voxels", self.region),)


@dataclass(frozen=True)
class AddLabel:
    """Add a label to the table, at the end or at ``row``."""

    label: Label
    row: int | None = None
    text: str = "add label"

    def carry_out(self, annotation: Annotation) -> Edit:
        """See ``Edit``."""
        if self.label.id in annotation.labels:
            raise InputError(f"Every label has a number of its own; {self.label.id} is taken.")
        annotation.labels._insert(len(annotation.labels) if self.row is None else self.row, self.label)
        return _DropLabel(self.label.id, self.text)

    def changes(self) -> tuple[Change, ...]:
        """See ``Edit``."""
        return (Change("labels"),)


@dataclass(frozen=True)
class _DropLabel:
    """Take a label that no voxel and no prompt uses off the table."""

    label_id: int
    text: str

    def carry_out(self, annotation: Annotation) -> Edit:
        """See ``Edit``."""
        row, label = annotation.labels._remove(self.label_id)
        return AddLabel(label, row, self.text)

    def changes(self) -> tuple[Change, ...]:
        """See ``Edit``."""
        return (Change("labels"),)


@dataclass(frozen=True)
class ChangeLabel:
    """Put another row in the place of the label with the same number."""

    label: Label
    text: str = "change label"

    def carry_out(self, annotation: Annotation) -> Edit:
        """See ``Edit``."""
        return ChangeLabel(annotation.labels._replace(self.label), self.text)

    def changes(self) -> tuple[Change, ...]:
        """See ``Edit``."""
        return (Change("labels"),)


@dataclass(frozen=True)
class SetBox:
    """Add a prompt, put another in its place (same id), or remove it (``box`` None)."""

    box_id: int
    box: PromptBox | None
    text: str = "box"

    def carry_out(self, annotation: Annotation) -> Edit:
        """See ``Edit``."""
        before = annotation.boxes.get(self.box_id)
        if self.box is None:
            annotation.boxes.pop(self.box_id, None)
        else:
            annotation.boxes[self.box_id] = self.box
        return SetBox(self.box_id, before, self.text)

    def changes(self) -> tuple[Change, ...]:
        """See ``Edit``."""
        return (Change("prompts"),)


@dataclass(frozen=True, eq=False)
class Compound:
    """Several edits as one step; undone in the opposite order."""

    edits: tuple[Edit, ...]
    text: str
    _changes: tuple[Change, ...] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_changes", tuple(c for e in self.edits for c in e.changes()))

    def carry_out(self, annotation: Annotation) -> Edit:
        """See ``Edit``. If one part fails, the parts before it are taken back."""
        inverses: list[Edit] = []
        try:
            for edit in self.edits:
                inverses.insert(0, edit.carry_out(annotation))
        except Exception:
            for inverse in inverses:
                inverse.carry_out(annotation)
            raise
        return Compound(tuple(inverses), self.text)

    def changes(self) -> tuple[Change, ...]:
        """See ``Edit``."""
        return self._changes


def mask_edit(
    annotation: Annotation,
    axis: int,
    index: int,
    mask: npt.NDArray[np.bool_],
    label_id: int,
    box: Box,
    *,
    window: Window | None = None,
    replaces: int | None = None,
    text: str = "box",
) -> Compound:
    """The edit that paints a network's mask and remembers its prompt.

    Locked labels are barriers: their voxels stay. A mask that ``replaces`` an
    earlier prompt first gives back what that one had painted, wherever
    nothing else was painted over it since.

    Args:
        annotation: What will be edited; not changed here.
        axis, index: The stored slice picture.
        mask: (H, W) bool in that picture's frame; may be empty.
        label_id: The label to paint.
        box: The prompt, in the same frame.
        window: What the network saw the slice through.
        replaces: Id of the prompt that this one takes the place of.
        text: What the undo menu calls it.

    Raises:
        GeometryError: If the mask has another size than the slice.
        InputError: If the label is unknown or locked.
    """
    label = annotation.labels.get(label_id)
    if label.locked:
        raise InputError(f'A locked label cannot be painted; unlock "{label.name}" or choose another one.')
    now = annotation.slice_labels(axis, index)
    if mask.shape != now.shape:
        raise GeometryError(f"A mask has the size of its slice, {now.shape}; {mask.shape} came.")
    values = now.copy()
    restored = _given_back(annotation, replaces, values, axis, index)
    barrier = np.isin(values, annotation.labels.locked_ids)
    painted = mask & ~barrier
    under = values.copy()
    values[painted] = label_id
    box_id = annotation.next_box_id() if replaces is None else replaces
    region, rows_cols = _block(axis, index, painted)
    prompt = PromptBox(
        box_id,
        axis,
        index,
        box,
        label_id,
        window,
        region,
        _as_block(painted[rows_cols], axis),
        _as_block(under[rows_cols], axis),
    )
    touched, touched_rc = _block(axis, index, painted | restored)
    return Compound(
        (SetVoxels(touched, _as_block(values[touched_rc], axis), text), SetBox(box_id, prompt, text)), text
    )


def remove_box_edit(annotation: Annotation, box_id: int, text: str = "delete box") -> Compound:
    """The edit that removes a prompt and gives back what its mask had painted.

    Raises:
        InputError: If there is no such prompt.
    """
    prompt = annotation.boxes.get(box_id)
    if prompt is None:
        raise InputError(f"There is no box {box_id} to remove.")
    values = annotation.slice_labels(prompt.axis, prompt.index).copy()
    restored = _given_back(annotation, box_id, values, prompt.axis, prompt.index)
    region, rows_cols = _block(prompt.axis, prompt.index, restored)
    return Compound(
        (SetVoxels(region, _as_block(values[rows_cols], prompt.axis), text), SetBox(box_id, None, text)), text
    )


def remove_label_edit(annotation: Annotation, label_id: int, text: str = "delete label") -> Compound:
    """The edit that removes a label with its voxels and prompts.

    Raises:
        InputError: If it is locked, unknown, or the last one.
    """
    label = annotation.labels.get(label_id)
    if label.locked:
        raise InputError(f'A locked label cannot be deleted; unlock "{label.name}" first.')
    if len(annotation.labels) == 1:
        raise InputError("An annotation keeps at least one label; add another before deleting this one.")
    edits: list[Edit] = [
        SetBox(b.id, None, text) for b in annotation.boxes.values() if b.label_id == label_id
    ]
    where = annotation.label_map == label_id
    if where.any():
        region = _bounds(where)
        values = annotation.label_map[region].copy()
        values[where[region]] = 0
        edits.append(SetVoxels(region, values, text))
    edits.append(_DropLabel(label_id, text))
    return Compound(tuple(edits), text)


def load_label_map_edit(
    annotation: Annotation, label_map: npt.NDArray[Any], names: dict[int, str], text: str = "load mask"
) -> Compound:
    """The edit that puts a whole label map in the place of the present one.

    Labels that the table lacks are added; prompts are forgotten, because what
    they painted is gone.

    Raises:
        GeometryError: If the size differs.
        InputError: If values do not fit 16 bits, or a locked label would change.
    """
    if label_map.shape != annotation.volume.shape:
        raise GeometryError(
            f"A label map has the size of its image, {annotation.volume.shape}; {label_map.shape} came."
        )
    if label_map.size and (label_map.min() < 0 or label_map.max() > 65_535):
        raise InputError(
            f"Labels are whole numbers from 0 to 65535; {label_map.min()} to {label_map.max()} came."
        )
    values = label_map.astype(np.uint16, order="F")
    now = annotation.label_map
    for locked in annotation.labels.locked_ids:
        if not np.array_equal(now == locked, values == locked):
            name = annotation.labels.get(locked).name
            raise InputError(f'Loading would change the locked label "{name}"; unlock it first.')
    edits: list[Edit] = [SetBox(b, None, text) for b in annotation.boxes]
    table = {label.id: label for label in annotation.labels}
    for value in (int(v) for v in np.unique(values) if v):
        name = names.get(value, "").strip() or f"Label {value}"
        if value not in table:
            edits.append(AddLabel(Label(value, name, default_colour(value)), text=text))
        elif value in names and table[value].name != name:
            edits.append(ChangeLabel(replace(table[value], name=name), text))
    region = (slice(0, now.shape[0]), slice(0, now.shape[1]), slice(0, now.shape[2]))
    return Compound((*edits, SetVoxels(region, values, text)), text)


def _given_back(
    annotation: Annotation, box_id: int | None, values: LabelMap, axis: int, index: int
) -> npt.NDArray[np.bool_]:
    """Undo a prompt's paint in ``values`` (stored picture); returns where."""
    where = np.zeros(values.shape, bool)
    prompt = annotation.boxes.get(box_id) if box_id is not None else None
    if prompt is None or prompt.region is None or prompt.painted is None or prompt.under is None:
        return where
    if (prompt.axis, prompt.index) != (axis, index):
        raise InputError("A prompt is replaced on its own slice only.")
    rows_cols = tuple(prompt.region[a] for a in range(3) if a != axis)[::-1]
    painted = stored_slice(prompt.painted, axis, 0)
    under = stored_slice(prompt.under, axis, 0).copy()
    # A label deleted since must not come back through the memory of a prompt.
    under[~np.isin(under, [0, *(label.id for label in annotation.labels)])] = 0
    mine = painted & (values[rows_cols] == prompt.label_id)
    if prompt.label_id in annotation.labels.locked_ids:
        mine[...] = False
    values[rows_cols][mine] = under[mine]
    where[rows_cols] = mine
    return where


def _block(axis: int, index: int, mask: npt.NDArray[np.bool_]) -> tuple[Region, tuple[slice, slice]]:
    """The voxels around a stored picture's mask, and the same as rows and columns."""
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size:
        row, col = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(cols[0]), int(cols[-1]) + 1)
    else:
        row = col = slice(0, 0)
    sides = [col, row]
    sides.insert(axis, slice(index, index + 1))
    return (sides[0], sides[1], sides[2]), (row, col)


def _as_block(picture: npt.NDArray[Any], axis: int) -> npt.NDArray[Any]:
    """A stored picture (h, w) as voxels of one slice, (I, J, K)."""
    return np.expand_dims(picture.T, axis).copy(order="F")


def _bounds(where: npt.NDArray[np.bool_]) -> Region:
    sides = []
    for axis in range(3):
        hit = np.flatnonzero(where.any(axis=tuple(a for a in range(3) if a != axis)))
        sides.append(slice(int(hit[0]), int(hit[-1]) + 1))
    return sides[0], sides[1], sides[2]
