"""What a tool or a network may take: locked labels are barriers, and a rule says the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from medsam.document.label_table import LabelTable
from medsam.errors import InputError

Mask = npt.NDArray[np.bool_]
Over = Literal["unlocked", "background", "label"]


@dataclass(frozen=True, slots=True)
class PaintRule:
    """Which voxels may be changed.

    Attributes:
        over: "unlocked": everything but locked labels; "background": only
            voxels without a label; "label": only voxels of label ``inside``.
        inside: The label for "label".
        intensity: Lowest and highest raw value that may be painted, both
            included; None for any. Of a colour picture: the mean of its channels.
    """

    over: Over = "unlocked"
    inside: int | None = None
    intensity: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        if (self.over == "label") != (self.inside is not None):
            raise InputError('A rule names a label if and only if it paints inside one ("label").')
        if self.intensity is not None and not self.intensity[0] <= self.intensity[1]:
            low, high = self.intensity
            raise InputError(f"A range runs from a low to a high value; {low:g} to {high:g} came.")


EVERYTHING = PaintRule()
"""Over everything that is not locked: the rule until the user chooses another."""


def allowed(
    rule: PaintRule, labels: npt.NDArray[Any], raw: npt.NDArray[Any], table: LabelTable, label_id: int
) -> Mask:
    """Where ``label_id`` may be painted.

    Args:
        rule: What the user chose.
        labels: Labels now, of any shape.
        raw: Raw values at the same places, with a last axis of 3 for colour.
        table: Says which labels are locked.
        label_id: What would be painted; its own voxels count as allowed for
            "background" (painting them changes nothing). 0 to erase.
    """
    if rule.over == "background" and label_id:
        may = (labels == 0) | (labels == label_id)
    elif rule.over == "label":
        may = (labels == rule.inside) | (labels == label_id) if label_id else labels == rule.inside
    else:
        may = np.ones_like(labels, dtype=bool)
    locked = table.locked_ids
    if locked:
        may &= ~np.isin(labels, locked)
    if rule.intensity is not None:
        values = raw.mean(axis=-1) if raw.ndim == labels.ndim + 1 else raw
        low, high = rule.intensity
        may &= (values >= low) & (values <= high)
    return may


def taken(labels: npt.NDArray[Any], mask: Mask, label_id: int) -> dict[int, int]:
    """What painting ``mask`` with ``label_id`` would take from other labels: voxels by label."""
    under = labels[mask]
    numbers, counts = np.unique(under[(under != 0) & (under != label_id)], return_counts=True)
    return dict(zip(numbers.tolist(), counts.tolist(), strict=True))
