"""Operations on the whole mask of a label, on one slice or in the volume.

``run`` reads the label map where the label lies, computes what the label
becomes, and keeps the promises of ``medsam.document.rules`` already, so that
a preview shows what the edit will do. It changes nothing and may run in a
thread: whoever applies its outcome looks first whether the annotation's
revision is still the one it was begun at, and drops it if not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from medsam.document.deltas import Region
from medsam.document.label_table import LabelTable
from medsam.document.operations.between import fill_between
from medsam.document.operations.growing import within_range
from medsam.document.operations.holes import fill_holes
from medsam.document.operations.margins import grown, reach_of, shrunk
from medsam.document.operations.regions import (
    bounds_of,
    islands,
    label_parts,
    largest_island,
    padded_block,
    without_small_islands,
)
from medsam.document.operations.smoothing import closing, gaussian, median, opening
from medsam.document.rules import EVERYTHING, PaintRule, allowed, taken
from medsam.errors import InputError
from medsam.volume import Volume

Mask = npt.NDArray[np.bool_]
LabelMap = npt.NDArray[np.uint16]
Tell = Callable[[float], None]
Kind = Literal[
    "median",
    "opening",
    "closing",
    "gaussian",
    "grow",
    "shrink",
    "holes",
    "largest",
    "small",
    "split",
    "threshold",
    "between",
]

_SMOOTHERS = {"median": median, "opening": opening, "closing": closing, "gaussian": gaussian}
_MARGINS = {"grow": grown, "shrink": shrunk}


@dataclass(frozen=True)
class Request:
    """What to do with a label.

    Attributes:
        kind: The operation. "between" fills the gaps between drawn slices
            along ``axis``, always in the volume.
        label_id: The label that changes.
        axis, index: The slice in view.
        in_volume: The whole label, or what lies on that slice.
        size_mm: Radius, standard deviation or margin.
        least: Smallest island that stays, mm³ in the volume and mm² on a slice.
        by_slice: Holes in the volume: fill every slice along ``axis`` as a
            picture instead of what is closed in three dimensions.
        low, high: Range of raw values, both included.
        inside: Threshold: the label whose voxels count; None is everywhere.
            Inside of the label itself it loses what lies outside of the range;
            elsewhere it gains what lies in it.
        parts: Splitting: largest number of labels that one becomes.
    """

    kind: Kind
    label_id: int
    axis: int
    index: int
    in_volume: bool = False
    size_mm: float = 0.0
    least: float = 0.0
    by_slice: bool = False
    low: float = 0.0
    high: float = 0.0
    inside: int | None = None
    parts: int = 2


@dataclass(frozen=True, eq=False)
class Outcome:
    """What a label becomes.

    Attributes:
        region: The least block (I, J, K) in which anything changes.
        mask: Bool, shape of ``region``: the label afterwards.
        values: uint16, shape of ``region``: all labels afterwards.
        gained, lost: Voxels.
        taken: Voxels that other labels lose, by label.
        parts: For "split", whose new labels have no numbers yet: uint8, shape
            of ``region``: 1 stays in the label, 2, 3, ... become labels of
            their own; 0 elsewhere. None otherwise.
    """

    region: Region
    mask: Mask
    values: LabelMap
    gained: int = 0
    lost: int = 0
    taken: dict[int, int] = field(default_factory=dict)
    parts: npt.NDArray[np.uint8] | None = None

    @property
    def changes_nothing(self) -> bool:
        """Whether the label is the same afterwards."""
        return not self.gained and not self.lost and self.parts is None


NOTHING = Outcome(
    (slice(0, 0), slice(0, 0), slice(0, 0)), np.zeros((0, 0, 0), bool), np.zeros((0, 0, 0), np.uint16)
)
"""An operation that changes nothing."""


def run(
    request: Request,
    volume: Volume,
    label_map: npt.NDArray[Any],
    table: LabelTable,
    rule: PaintRule = EVERYTHING,
    tell: Tell = lambda share: None,
) -> Outcome:
    """What an operation makes of a label.

    Args:
        request: What to do.
        volume: Raw values and spacing.
        label_map: (I, J, K); may change meanwhile, see above.
        table: Says which labels are locked.
        rule: What the label may gain.
        tell: Called with the share of the work done; may raise to stop it.

    Raises:
        InputError: If a number of the request is out of range, or a colour
            picture is to be thresholded.
    """
    scope = _scope(request, volume.shape)
    block = _block(request, label_map, scope, volume.geometry.spacing, tell)
    if block is None:
        return NOTHING
    labels = label_map[block].copy(order="F")
    before = labels == request.label_id
    if request.kind == "split":
        return _split(request, block, labels, before)
    raw = volume.array[block]
    after = _compute(request, labels, before, raw, volume.geometry.spacing, tell)
    free = before | allowed(rule, labels, raw, table, request.label_id)
    is_held_back = request.kind == "grow" and bool((after & ~free).any())
    after &= free
    if is_held_back:
        after = _touching(after, before)
    part = bounds_of(after != before)
    if part is None:
        return NOTHING
    gain, loss = after[part] & ~before[part], before[part] & ~after[part]
    values = labels[part].copy(order="F")
    values[gain], values[loss] = request.label_id, 0
    return Outcome(
        _placed(part, block),
        after[part].copy(order="F"),
        values,
        int(np.count_nonzero(gain)),
        int(np.count_nonzero(loss)),
        taken(labels[part], gain, request.label_id),
    )


def label_block(label_map: npt.NDArray[Any], label_id: int, scope: Region, tell: Tell) -> Region | None:
    """The least block of ``scope`` that holds a label; None if it has no voxel there."""
    sides: list[tuple[int, int]] | None = None
    # Slices along the last axis lie together in memory: no copy of the whole is made.
    last = scope[2]
    for k in range(last.start, last.stop):
        tell(0.0)
        found = bounds_of(label_map[scope[0], scope[1], k] == label_id)
        if found is None:
            continue
        new = [(s.start + o.start, s.stop + o.start) for s, o in zip(found, scope[:2], strict=True)]
        new.append((k, k + 1))
        sides = (
            new
            if sides is None
            else [(min(a, c), max(b, d)) for (a, b), (c, d) in zip(sides, new, strict=True)]
        )
    return None if sides is None else (slice(*sides[0]), slice(*sides[1]), slice(*sides[2]))


def _scope(request: Request, shape: tuple[int, int, int]) -> Region:
    sides = [slice(0, n) for n in shape]
    if not request.in_volume and request.kind != "between":
        sides[request.axis] = slice(request.index, request.index + 1)
    return sides[0], sides[1], sides[2]


def _block(
    request: Request,
    label_map: npt.NDArray[Any],
    scope: Region,
    spacing: tuple[float, float, float],
    tell: Tell,
) -> Region | None:
    """Where to compute: around the label, as far as the operation may reach."""
    if request.kind == "threshold" and request.inside != request.label_id:
        if request.inside is None:
            return scope
        return label_block(label_map, request.inside, scope, tell)
    found = label_block(label_map, request.label_id, scope, tell)
    if found is None:
        return None
    reach = reach_of(max(request.size_mm, 0.0) * (4.0 if request.kind == "gaussian" else 1.0), spacing)
    wide = padded_block(found, tuple(n + 2 for n in reach), label_map.shape)
    inside = [slice(max(w.start, s.start), min(w.stop, s.stop)) for w, s in zip(wide, scope, strict=True)]
    return inside[0], inside[1], inside[2]


def _compute(
    request: Request,
    labels: npt.NDArray[Any],
    before: Mask,
    raw: npt.NDArray[Any],
    spacing: tuple[float, float, float],
    tell: Tell,
) -> Mask:
    """The label afterwards, without a look at rules. Slices are computed as pictures."""
    if request.kind == "between":
        return fill_between(before, request.axis, spacing, tell)
    if request.kind == "threshold":
        return _thresholded(request, labels, before, raw)
    flat = not request.in_volume
    mask = np.moveaxis(before, request.axis, 0)[0] if flat else before
    steps = tuple(s for a, s in enumerate(spacing) if a != request.axis or not flat)
    if request.kind in _SMOOTHERS:
        after = _SMOOTHERS[request.kind](mask, request.size_mm, steps)
    elif request.kind in _MARGINS:
        after = _MARGINS[request.kind](mask, request.size_mm, steps)
    elif request.kind == "holes":
        after = fill_holes(mask, request.axis if request.by_slice and not flat else None)
    elif request.kind == "largest":
        after = largest_island(mask)
    else:
        after = without_small_islands(mask, request.least, float(np.prod(steps)))
    return np.expand_dims(after, request.axis) if flat else after


def _thresholded(request: Request, labels: npt.NDArray[Any], before: Mask, raw: npt.NDArray[Any]) -> Mask:
    if raw.ndim == 4:
        raise InputError("A threshold needs single values; a colour picture has three a pixel.")
    within = within_range(raw, request.low, request.high)
    if request.inside == request.label_id:
        return before & within
    return before | (within if request.inside is None else within & (labels == request.inside))


def _touching(mask: Mask, core: Mask) -> Mask:
    """The connected parts of a mask that hold a voxel of a core: nothing grows past a barrier."""
    numbers, _ = label_parts(mask)
    kept = np.zeros(int(numbers.max()) + 1, bool)
    kept[numbers[core]] = True
    kept[0] = False
    return np.asarray(kept[numbers])


def _split(request: Request, block: Region, labels: LabelMap, before: Mask) -> Outcome:
    if not 2 <= request.parts <= 255:
        raise InputError(f"A label is split into 2 to 255 parts; {request.parts} came.")
    numbers, sizes = islands(before)
    if len(sizes) < 2:
        return NOTHING
    # What is too many stays in the label itself.
    parts = np.where(numbers <= request.parts, numbers, before).astype(np.uint8)
    moved = bounds_of(parts > 1)
    assert moved is not None
    part = parts[moved].copy(order="F")
    lost = int(np.count_nonzero(part > 1))
    return Outcome(_placed(moved, block), part == 1, labels[moved].copy(order="F"), 0, lost, parts=part)


def _placed(part: tuple[slice, ...], block: Region) -> Region:
    i, j, k = (slice(p.start + b.start, p.stop + b.start) for p, b in zip(part, block, strict=True))
    return i, j, k
