"""A prompt that was turned into a mask, as the document remembers it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medsam.document.deltas import VoxelDelta
from medsam.intensity import Window
from medsam.prompts import Box, Points


@dataclass(frozen=True, eq=False)
class PromptMask:
    """A previous mask that was given as a prompt, cut to what it covers.

    ``mask`` is (h, w) bool and starts at column ``x0``, row ``y0`` of the
    stored slice picture of shape ``shape_hw``.
    """

    x0: int
    y0: int
    mask: npt.NDArray[np.bool_]
    shape_hw: tuple[int, int]

    @classmethod
    def from_full(cls, mask: npt.NDArray[np.bool_]) -> PromptMask | None:
        """Cut a full (H, W) mask; None if it is empty."""
        rows, cols = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if not rows.size:
            return None
        y0, x0 = int(rows[0]), int(cols[0])
        cut = mask[y0 : rows[-1] + 1, x0 : cols[-1] + 1].copy()
        return cls(x0, y0, cut, (mask.shape[0], mask.shape[1]))

    def full(self) -> npt.NDArray[np.bool_]:
        """The whole (H, W) mask."""
        out = np.zeros(self.shape_hw, bool)
        h, w = self.mask.shape
        out[self.y0 : self.y0 + h, self.x0 : self.x0 + w] = self.mask
        return out

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, PromptMask)
            and (self.x0, self.y0, self.shape_hw) == (other.x0, other.y0, other.shape_hw)
            and np.array_equal(self.mask, other.mask)
        )

    __hash__ = None  # type: ignore[assignment]


@dataclass(frozen=True, eq=False)
class Prompt:
    """What the user pointed at on one slice, and what the mask for it changed.

    Attributes:
        id: Number of its own within the annotation.
        axis, index: The stored slice picture it lies on.
        label_id: The label it paints.
        box, points, mask: What was pointed at, in that picture's frame; None
            for each kind that was not used.
        window: What the network saw the slice through; None for colour.
        painted: What its mask changed; None if it changed nothing.
    """

    id: int
    axis: int
    index: int
    label_id: int
    box: Box | None = None
    points: Points | None = None
    mask: PromptMask | None = None
    window: Window | None = None
    painted: VoxelDelta | None = None
