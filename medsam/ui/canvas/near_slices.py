"""Slices that lie across a volume's memory, read several at a time."""

from __future__ import annotations

import numpy as np

from medsam.volume import Array, PlaneFrame

AT_ONCE = 8
"""Slices: neighbours in memory come along for nothing, but every copy of them takes some time."""

_FEW_BYTES = 2**21
"""Below, a volume stays in the processor's cache anyway."""


class NearSlices:
    """Keeps the slices around the one that was asked for last.

    Across the fastest axis every pixel of a slice lies in another line of the
    processor's cache, and that line holds the same pixel of the next slices.
    Who walks through them gets them for the price of one.
    """

    def __init__(self) -> None:
        self._of: tuple[int, int, int] | None = None
        self._array: Array | None = None
        self._block: Array | None = None

    def shown(self, array: Array, frame: PlaneFrame, index: int) -> Array:
        """``frame.shown(array, index)``, the same values.

        Args:
            array: (I, J, K[, 3]); must not change.
            frame, index: Which slice.
        """
        axis = frame.axis
        apart = [abs(stride) for stride in array.strides[:3]]
        lies_across = apart[axis] == min(apart) and array.nbytes > _FEW_BYTES
        if not lies_across or array.shape[axis] < AT_ONCE:
            return frame.shown(array, index)
        first = index // AT_ONCE * AT_ONCE
        if self._block is None or self._array is not array or self._of != (axis, first, array.shape[axis]):
            near = [slice(None)] * array.ndim
            near[axis] = slice(first, first + AT_ONCE)
            # In the order in which they lie, so that what comes along is copied along.
            self._block = np.array(array[tuple(near)], order="K")
            self._array, self._of = array, (axis, first, array.shape[axis])
        return frame.shown(self._block, index - first)
