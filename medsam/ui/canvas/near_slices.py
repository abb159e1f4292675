"""Slices that lie across a volume's memory, read several at a time and, where it can be foretold, ahead."""

from __future__ import annotations

import contextlib
import threading
from typing import NamedTuple

import numpy as np

from medsam.volume import Array, PlaneFrame

AT_ONCE = 8
"""Slices: neighbours in memory come along for nothing, but every copy of them takes some time."""

_AHEAD = 4
"""Slices before the last of a block at which the next one is begun: four frames of a quick walk."""

_FEW_BYTES = 2**21
"""Below, a volume stays in the processor's cache anyway."""


class _Block(NamedTuple):
    """Which slices: ``AT_ONCE`` along ``axis``, from ``first`` on."""

    axis: int
    first: int


class NearSlices:
    """Keeps the slices around the one that was asked for last.

    Across the fastest axis every pixel of a slice lies in another line of the
    processor's cache, and that line holds the same pixel of the next slices.
    Who walks through them gets them for the price of one, and another thread
    reads those he will come to.
    """

    def __init__(self) -> None:
        self._array: Array | None = None
        self._kept: tuple[_Block, Array] | None = None
        self._coming: _Reading | None = None
        self._last: int | None = None

    def forget(self) -> None:
        """The array's values are others now."""
        self._kept = self._coming = None

    def shown(self, array: Array, frame: PlaneFrame, index: int) -> Array:
        """``frame.shown(array, index)``, the same values.

        Args:
            array: (I, J, K[, 3]); whoever changes it calls ``forget`` before the next time.
            frame, index: Which slice.
        """
        axis = frame.axis
        apart = [abs(stride) for stride in array.strides[:3]]
        lies_across = apart[axis] == min(apart) and array.nbytes > _FEW_BYTES
        if not lies_across or array.shape[axis] < AT_ONCE:
            return frame.shown(array, index)
        if self._array is not array:
            self.forget()
            self._array, self._last = array, None
        block = _Block(axis, index // AT_ONCE * AT_ONCE)
        values = self._values(array, block)
        self._foretell(array, block, index)
        return frame.shown(values, index - block.first)

    def _values(self, array: Array, block: _Block) -> Array:
        """The slices of a block."""
        if self._kept is None or self._kept[0] != block:
            coming, self._coming = self._coming, None
            found = coming.result() if coming is not None and coming.block == block else None
            self._kept = block, _read(array, block) if found is None else found
        return self._kept[1]

    def _foretell(self, array: Array, block: _Block, index: int) -> None:
        """Begin to read where the next steps, if they are like the last one, lead out of a block."""
        step, self._last = index - (self._last if self._last is not None else index), index
        if step == 0:
            return
        there = index + step * max(_AHEAD // abs(step), 1)
        coming = _Block(block.axis, there // AT_ONCE * AT_ONCE)
        if coming == block or not 0 <= there < array.shape[block.axis]:
            return
        # One at a time: a hand that goes to and fro shall not set many copying.
        if self._coming is None or (self._coming.block != coming and self._coming.is_done):
            self._coming = _Reading(array, coming)


class _Reading:
    """A block that another thread copies; numpy lets this one go on meanwhile."""

    def __init__(self, array: Array, block: _Block) -> None:
        self.block = block
        self._found: Array | None = None
        self._thread = threading.Thread(target=self._read, args=(array,), name="near slices", daemon=True)
        self._thread.start()

    @property
    def is_done(self) -> bool:
        """Whether ``result`` is there."""
        return not self._thread.is_alive()

    def result(self) -> Array | None:
        """The slices, waiting for them; None if there was no memory for them."""
        self._thread.join()
        return self._found

    def _read(self, array: Array) -> None:
        with contextlib.suppress(MemoryError):
            self._found = _apart(_read(array, self.block), self.block.axis)


def _read(array: Array, block: _Block) -> Array:
    """A copy, in the order in which the values lie, so that what comes along is copied along."""
    near = [slice(None)] * array.ndim
    near[block.axis] = slice(block.first, block.first + AT_ONCE)
    return np.array(array[tuple(near)], order="K")


def _apart(values: Array, axis: int) -> Array:
    """The same values with each slice in a stretch of memory of its own, its pixels in their order there."""
    others = sorted((n for n in range(values.ndim) if n != axis), key=lambda n: -abs(values.strides[n]))
    order = (axis, *others)
    return np.ascontiguousarray(values.transpose(order)).transpose(np.argsort(order))
