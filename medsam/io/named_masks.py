"""Masks with a name: what outlines and segmentations of DICOM become on an image's grid."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from medsam.volume import Geometry

Mask = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class NamedMask:
    """One structure or segment in the grid of an image.

    Only the part that holds voxels is kept, so fifty organs of a large scan
    stay small until their masks are asked for.

    Attributes:
        number: As the file counts it.
        name: As the file calls it.
        shape: Of the image's grid.
        start: First voxel of ``part``.
        part: (i, j, k) bool; empty where nothing of it lies in the image.
        notes: What was assumed, left out or lies outside, a sentence each.
    """

    number: int
    name: str
    shape: tuple[int, int, int]
    start: tuple[int, int, int]
    part: Mask
    notes: tuple[str, ...] = field(default=())

    @property
    def mask(self) -> Mask:
        """(I, J, K) bool in the image's grid, F-order; made anew at every call."""
        full = np.zeros(self.shape, bool, order="F")
        full[self.window] = self.part
        return full

    @property
    def window(self) -> tuple[slice, slice, slice]:
        """Where ``part`` lies in the grid."""
        i, j, k = (slice(a, a + n) for a, n in zip(self.start, self.part.shape, strict=True))
        return i, j, k

    @property
    def count(self) -> int:
        """Voxels."""
        return int(np.count_nonzero(self.part))


class MaskBuilder:
    """Collects voxels slab by slab; the grid's full size is never allocated.

    Args:
        geometry: Of the image.
    """

    def __init__(self, geometry: Geometry) -> None:
        self.shape = geometry.shape
        self._parts: list[tuple[tuple[int, int, int], Mask]] = []

    def add(self, start: tuple[int, int, int], part: Mask) -> None:
        """Unite with ``part``, which begins at the voxel ``start`` and lies in the grid."""
        sides = [np.flatnonzero(part.any(axis=tuple(b for b in range(3) if b != a))) for a in range(3)]
        if sides[0].size == 0:
            return
        window = tuple(slice(int(s[0]), int(s[-1]) + 1) for s in sides)
        first = tuple(a + int(s[0]) for a, s in zip(start, sides, strict=True))
        self._parts.append(((first[0], first[1], first[2]), part[window].copy()))

    def finish(self, number: int, name: str, notes: list[str]) -> NamedMask:
        """The mask of everything added."""
        if not self._parts:
            return NamedMask(number, name, self.shape, (0, 0, 0), np.zeros((0, 0, 0), bool), tuple(notes))
        low = np.min([start for start, _ in self._parts], axis=0)
        high = np.max([np.add(start, part.shape) for start, part in self._parts], axis=0)
        whole = np.zeros(high - low, bool, order="F")
        for start, part in self._parts:
            at = np.subtract(start, low)
            whole[tuple(slice(a, a + n) for a, n in zip(at, part.shape, strict=True))] |= part
        begin = (int(low[0]), int(low[1]), int(low[2]))
        return NamedMask(number, name, self.shape, begin, whole, tuple(notes))
