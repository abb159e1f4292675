"""Runs of voxels that went from one label to another, over a label map flattened in Fortran order.

A run lies within one row of the first axis, so its place is a voxel (i, j, k)
and a length. Everything here works on arrays of runs, not of voxels: whole
volumes change within a fraction of a second.
"""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.errors import CaseFileError

Ints = npt.NDArray[np.int64]
Labels = npt.NDArray[np.uint16]
Shape = tuple[int, int, int]

_FASTEST = 1
"""zlib's level: runs are so regular that a higher one gains little and costs a multiple."""

_LONG = 32
"""Voxels of a mean run from which on writing run by run beats writing voxel by voxel."""


@dataclass(frozen=True, eq=False)
class Runs:
    """Start (flat index), length, value before and value after of each run; starts ascend."""

    starts: Ints
    lengths: Ints
    old: Labels
    new: Labels

    def __len__(self) -> int:
        return len(self.starts)

    @property
    def voxels(self) -> int:
        """How many voxels all runs hold."""
        return int(self.lengths.sum())

    def swapped(self) -> Runs:
        """Before and after in each other's place."""
        return Runs(self.starts, self.lengths, self.new, self.old)

    def flat(self) -> Ints:
        """The flat index of every voxel."""
        first = np.cumsum(self.lengths) - self.lengths
        return np.repeat(self.starts - first, self.lengths) + np.arange(self.voxels)

    def write(self, flat_map: Labels) -> None:
        """Put the new values into a flattened label map."""
        if len(self) and self.voxels >= _LONG * len(self):
            ends = (self.starts + self.lengths).tolist()
            for start, end, value in zip(self.starts.tolist(), ends, self.new.tolist(), strict=True):
                flat_map[start:end] = value
        else:
            flat_map[self.flat()] = np.repeat(self.new, self.lengths)

    def gained(self, shape: Shape) -> tuple[Ints, Ints, Ints]:
        """For every slice along each axis, how many voxels more have a label than before."""
        sign = (self.new > 0).astype(np.int64) - (self.old > 0)
        counts = np.flatnonzero(sign)
        sign, length = sign[counts], self.lengths[counts]
        rows, i = np.divmod(self.starts[counts], shape[0])
        k, j = np.divmod(rows, shape[1])
        steps = np.bincount(i, sign, shape[0] + 1) - np.bincount(i + length, sign, shape[0] + 1)
        along = (np.cumsum(steps)[:-1], np.bincount(j, sign * length, shape[1]))
        return tuple(np.rint(a).astype(np.int64) for a in (*along, np.bincount(k, sign * length, shape[2])))  # type: ignore[return-value]

    def bounds(self, shape: Shape) -> tuple[slice, slice, slice]:
        """The least block of the label map that holds every voxel."""
        if not len(self):
            return slice(0, 0), slice(0, 0), slice(0, 0)
        rows, i = np.divmod(self.starts, shape[0])
        k, j = np.divmod(rows, shape[1])
        along_i = slice(int(i.min()), int((i + self.lengths).max()))
        return along_i, slice(int(j.min()), int(j.max()) + 1), slice(int(k.min()), int(k.max()) + 1)


def runs_between(origin: Shape, before: Labels, after: Labels, shape: Shape) -> Runs:
    """The runs that turn one block of a label map into another.

    Args:
        origin: Its first voxel.
        before, after: uint16, of one shape.
        shape: Of the whole label map.
    """
    # Transposed, a Fortran block is C-contiguous, and its flat order that of the label map.
    changed = np.flatnonzero(before.T != after.T)
    width = before.shape[0]
    if not changed.size:
        empty = np.zeros(0, np.int64)
        return Runs(empty, empty, np.zeros(0, np.uint16), np.zeros(0, np.uint16))
    old, new = (np.ascontiguousarray(block.T).reshape(-1)[changed] for block in (before, after))
    begins = np.empty(changed.size, bool)
    begins[0] = True
    np.not_equal(changed[1:], changed[:-1] + 1, out=begins[1:])
    begins[1:] |= (old[1:] != old[:-1]) | (new[1:] != new[:-1])
    begins |= changed % width == 0
    first = np.flatnonzero(begins)
    lengths = np.diff(first, append=changed.size)
    rows, i = np.divmod(changed[first], width)
    k, j = np.divmod(rows, before.shape[1])
    i, j, k = i + origin[0], j + origin[1], k + origin[2]
    return Runs(i + shape[0] * (j + shape[1] * k), lengths, old[first], new[first])


def pack(runs: Runs) -> bytes:
    """Runs as bytes; ``VoxelDelta.runs`` says how."""
    gaps = runs.starts.copy()
    gaps[1:] -= runs.starts[:-1] + runs.lengths[:-1]
    parts: list[npt.NDArray[Any]] = [a.astype("<u4") for a in (gaps, runs.lengths)]
    parts += [a.astype("<u2") for a in (runs.old, runs.new)]
    return zlib.compress(b"".join(part.tobytes() for part in parts), _FASTEST)


def unpack(packed: bytes) -> Runs:
    """The runs of ``pack``.

    Raises:
        CaseFileError: If the bytes are damaged.
    """
    try:
        raw = zlib.decompress(packed)
    except zlib.error:
        raise CaseFileError("The step's voxels are damaged and cannot be read.") from None
    n, rest = divmod(len(raw), 12)
    if rest:
        raise CaseFileError("The step's voxels are damaged and cannot be read.")
    gaps = np.frombuffer(raw, "<u4", n).astype(np.int64)
    lengths = np.frombuffer(raw, "<u4", n, 4 * n).astype(np.int64)
    old, new = (np.frombuffer(raw, "<u2", n, offset * n) for offset in (8, 10))
    return Runs(np.cumsum(gaps) + np.cumsum(lengths) - lengths, lengths, old, new)
