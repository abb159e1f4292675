"""Ink that a tool has laid down and the document does not hold yet: every view shows it as if it did."""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.document.operations.brush import Stroke

Region = tuple[slice, slice, slice]


class Ink:
    """A stroke and what it makes of the voxels it touches.

    Attributes:
        stroke: Grows while the mouse moves.
        value: What its voxels become: a label's number, 0 to erase.
        label_id: The label that it paints or erases: a view shows it even
            while it is hidden. 0 if it erases every label in sight.
    """

    def __init__(self, stroke: Stroke, value: int, label_id: int) -> None:
        self.stroke, self.value, self.label_id = stroke, value, label_id

    @property
    def erases(self) -> bool:
        """Whether voxels lose their label."""
        return self.value == 0

    def over(self, region: Region, labels: npt.NDArray[Any]) -> npt.NDArray[np.uint16]:
        """The labels of a block (I, J, K) with the ink on them."""
        return np.where(self.stroke.ink_in(region), np.uint16(self.value), labels)
