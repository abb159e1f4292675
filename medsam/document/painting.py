"""Edits that paint: a network's mask, a tool's ink on a slice, a block of voxels.

All of them hold the promises of ``medsam.document.rules``: locked labels are
barriers, and what may be taken from others is the rule's to say.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.document.annotation import Annotation, LabelMap
from medsam.document.deltas import Region, VoxelDelta
from medsam.document.edits import Compound, SetPrompt, SetVoxels
from medsam.document.label_table import Label
from medsam.document.prompt import Prompt, PromptMask
from medsam.document.rules import EVERYTHING, PaintRule, allowed
from medsam.errors import GeometryError, InputError, LockedError
from medsam.intensity import Window
from medsam.prompts import Box, Points
from medsam.volume import stored_slice

Mask = npt.NDArray[np.bool_]


def mask_edit(
    annotation: Annotation,
    axis: int,
    index: int,
    mask: Mask,
    label_id: int,
    box: Box | None = None,
    *,
    points: Points | None = None,
    mask_prompt: PromptMask | None = None,
    window: Window | None = None,
    rule: PaintRule = EVERYTHING,
    replaces: int | None = None,
    text: str = "box",
) -> Compound:
    """The edit that paints a network's mask and remembers its prompt.

    A mask that ``replaces`` an earlier prompt first gives back what that one
    had painted, wherever nothing else was painted over it since.

    Args:
        annotation: What will be edited; not changed here.
        axis, index: The stored slice picture.
        mask: (H, W) bool in that picture's frame; may be empty.
        label_id: The label to paint.
        box, points, mask_prompt: The prompt, in the same frame.
        window: What the network saw the slice through.
        rule: What may be taken.
        replaces: Id of the prompt that this one takes the place of.
        text: What the undo menu calls it.

    Raises:
        GeometryError: If the mask has another size than the slice.
        InputError: If the label is unknown or locked.
    """
    require_paintable(annotation, label_id)
    now = annotation.slice_labels(axis, index)
    _require_size(mask, now.shape)
    values = now.copy()
    given_back = _give_back(annotation, replaces, values, axis, index)
    under = values.copy()
    raw = stored_slice(annotation.volume.array, axis, index)
    painted = mask & allowed(rule, under, raw, annotation.labels, label_id)
    values[painted] = label_id
    prompt_id = annotation.next_prompt_id() if replaces is None else replaces
    prompt = Prompt(
        prompt_id,
        axis,
        index,
        label_id,
        box,
        points,
        mask_prompt,
        window,
        _delta(annotation, axis, index, painted, under, values),
    )
    voxels = _slice_edit(axis, index, painted | given_back, values, text)
    return Compound((voxels, SetPrompt(prompt_id, prompt, text)), text)


def remove_prompt_edit(annotation: Annotation, prompt_id: int, text: str = "delete prompt") -> Compound:
    """The edit that removes a prompt and gives back what its mask had painted.

    Raises:
        InputError: If there is no such prompt.
    """
    prompt = annotation.prompts.get(prompt_id)
    if prompt is None:
        raise InputError(f"There is no prompt {prompt_id} to remove.")
    values = annotation.slice_labels(prompt.axis, prompt.index).copy()
    given_back = _give_back(annotation, prompt_id, values, prompt.axis, prompt.index)
    voxels = _slice_edit(prompt.axis, prompt.index, given_back, values, text)
    return Compound((voxels, SetPrompt(prompt_id, None, text)), text)


def paint_edit(
    annotation: Annotation,
    axis: int,
    index: int,
    mask: Mask,
    label_id: int,
    rule: PaintRule = EVERYTHING,
    text: str = "paint",
) -> SetVoxels:
    """The edit that paints ink on a stored slice picture, where the rule allows it.

    Args:
        annotation: What will be edited; not changed here.
        axis, index: The stored slice picture.
        mask: (H, W) bool in its frame.
        label_id: The label to paint.
        rule: What may be taken.
        text: What the undo menu calls it.

    Raises:
        GeometryError: If the mask has another size than the slice.
        InputError: If the label is unknown or locked.
    """
    now = annotation.slice_labels(axis, index)
    raw = stored_slice(annotation.volume.array, axis, index)
    painted = _painted(annotation, now, raw, mask, label_id, rule)
    return _slice_edit(axis, index, painted, np.where(painted, np.uint16(label_id), now), text)


def erase_edit(
    annotation: Annotation,
    axis: int,
    index: int,
    mask: Mask,
    rule: PaintRule = EVERYTHING,
    text: str = "erase",
    label_id: int | None = None,
) -> SetVoxels:
    """The edit that takes ink off a stored slice picture.

    Only ``label_id`` is erased, or every label that is not locked if it is
    None. Of the rule, the label to stay inside and the range of values count.
    See ``paint_edit`` for the rest.
    """
    now = annotation.slice_labels(axis, index)
    raw = stored_slice(annotation.volume.array, axis, index)
    erased = _erased(annotation, now, raw, mask, label_id, rule)
    return _slice_edit(axis, index, erased, np.where(erased, np.uint16(0), now), text)


def paint_block_edit(
    annotation: Annotation,
    region: Region,
    mask: Mask,
    label_id: int,
    rule: PaintRule = EVERYTHING,
    text: str = "paint",
) -> SetVoxels:
    """The edit that paints a block of voxels, where the rule allows it.

    Args:
        annotation: What will be edited; not changed here.
        region: The block, steps of one.
        mask: Bool, shape of the block.
        label_id: The label to paint.
        rule: What may be taken.
        text: What the undo menu calls it.

    Raises:
        GeometryError: If the mask has another shape than the block.
        InputError: If the label is unknown or locked.
    """
    now = annotation.label_map[region]
    painted = _painted(annotation, now, annotation.volume.array[region], mask, label_id, rule)
    return SetVoxels(region, np.where(painted, np.uint16(label_id), now), text)


def erase_block_edit(
    annotation: Annotation,
    region: Region,
    mask: Mask,
    rule: PaintRule = EVERYTHING,
    text: str = "erase",
    label_id: int | None = None,
) -> SetVoxels:
    """The edit that takes ink out of a block; see ``erase_edit`` and ``paint_block_edit``."""
    now = annotation.label_map[region]
    erased = _erased(annotation, now, annotation.volume.array[region], mask, label_id, rule)
    return SetVoxels(region, np.where(erased, np.uint16(0), now), text)


def replace_label_block_edit(
    annotation: Annotation,
    region: Region,
    mask: Mask,
    label_id: int,
    rule: PaintRule = EVERYTHING,
    text: str = "change",
) -> SetVoxels:
    """The edit after which, within a block, a label is what ``mask`` says.

    Its voxels outside of the mask become background; what it gains, it gains
    as the rule allows. See ``paint_block_edit``.
    """
    now = annotation.label_map[region]
    gained = _painted(annotation, now, annotation.volume.array[region], mask, label_id, rule)
    values = np.where((now == label_id) & ~mask, np.uint16(0), now)
    values[gained] = label_id
    return SetVoxels(region, values, text)


def require_paintable(annotation: Annotation, label_id: int) -> Label:
    """The label, if tools may change it.

    Raises:
        InputError: If it is unknown or locked.
    """
    label = annotation.labels.get(label_id)
    if label.locked:
        raise LockedError(
            f'A locked label cannot be painted; unlock "{label.name}" or choose another one.', label_id
        )
    return label


def _painted(
    annotation: Annotation,
    now: LabelMap,
    raw: npt.NDArray[Any],
    mask: Mask,
    label_id: int,
    rule: PaintRule,
) -> Mask:
    """The pixels or voxels of ``mask`` that become the label, of a picture or block with ``now`` in it."""
    require_paintable(annotation, label_id)
    _require_size(mask, now.shape)
    return mask & allowed(rule, now, raw, annotation.labels, label_id)


def _erased(
    annotation: Annotation,
    now: LabelMap,
    raw: npt.NDArray[Any],
    mask: Mask,
    label_id: int | None,
    rule: PaintRule,
) -> Mask:
    """The pixels or voxels of ``mask`` that become background: of one label, or of all that may."""
    _require_size(mask, now.shape)
    erased = mask & (now != 0) & allowed(rule, now, raw, annotation.labels, 0)
    if label_id is not None:
        require_paintable(annotation, label_id)
        erased &= now == label_id
    return erased


def _require_size(mask: Mask, shape: tuple[int, ...]) -> None:
    if mask.shape != shape:
        raise GeometryError(f"A mask has the size of its slice or block, {shape}; {mask.shape} came.")


def _give_back(
    annotation: Annotation, prompt_id: int | None, values: LabelMap, axis: int, index: int
) -> Mask:
    """Undo a prompt's paint in ``values`` (stored picture); returns where."""
    prompt = annotation.prompts.get(prompt_id) if prompt_id is not None else None
    if prompt is None or prompt.painted is None:
        return np.zeros(values.shape, bool)
    if (prompt.axis, prompt.index) != (axis, index):
        raise InputError("A prompt is replaced on its own slice only.")
    painted, under = prompt.painted.in_slice(axis, index)
    # A label deleted since must not come back through the memory of a prompt, nor a locked one grow.
    under[~np.isin(under, [label.id for label in annotation.labels if not label.locked])] = 0
    mine = painted & (values == prompt.label_id)
    if prompt.label_id in annotation.labels.locked_ids:
        mine[...] = False
    values[mine] = under[mine]
    return mine


def _delta(
    annotation: Annotation, axis: int, index: int, where: Mask, before: LabelMap, after: LabelMap
) -> VoxelDelta | None:
    """What changed on a stored picture; None if nothing did."""
    region, rows_cols = block_of(axis, index, where)
    old, new = (as_block(picture[rows_cols], axis) for picture in (before, after))
    delta = VoxelDelta.between(region, old, new, annotation.volume.shape)
    return delta if delta.count else None


def _slice_edit(axis: int, index: int, where: Mask, values: LabelMap, text: str) -> SetVoxels:
    region, rows_cols = block_of(axis, index, where)
    return SetVoxels(region, as_block(values[rows_cols], axis), text)


def block_of(axis: int, index: int, mask: Mask) -> tuple[Region, tuple[slice, slice]]:
    """The voxels around a stored picture's mask, and the same as rows and columns of the picture."""
    rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if rows.size:
        row, col = slice(int(rows[0]), int(rows[-1]) + 1), slice(int(cols[0]), int(cols[-1]) + 1)
    else:
        row = col = slice(0, 0)
    sides = [col, row]
    sides.insert(axis, slice(index, index + 1))
    return (sides[0], sides[1], sides[2]), (row, col)


def as_block(picture: npt.NDArray[Any], axis: int) -> npt.NDArray[Any]:
    """A stored picture (h, w) as voxels of one slice, (I, J, K)."""
    return np.expand_dims(picture.T, axis).copy(order="F")
