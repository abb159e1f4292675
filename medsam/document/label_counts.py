"""How many voxels every label has, kept right after each change at little cost.

The label map is counted in pieces of its flat order; a change makes only the
pieces stale that it touched. ``work`` counts stale pieces for as long as it is
allowed, so that a window stays quick over any volume.
"""

from __future__ import annotations

import time
from collections.abc import Callable

import numpy as np
import numpy.typing as npt

from medsam.document.annotation import Annotation
from medsam.document.deltas import Region

PIECE = 1 << 17
"""Voxels a piece; counted in a fraction of a millisecond."""


class LabelCounts:
    """Voxels of every label of one annotation.

    Attributes:
        is_current: Whether ``of`` tells of the label map as it is now.
    """

    def __init__(self, annotation: Annotation) -> None:
        self._flat = annotation.label_map.reshape(-1, order="F")
        self._shape = annotation.volume.shape
        pieces = -(-self._flat.size // PIECE)
        self._counts: list[dict[int, int]] = [{} for _ in range(pieces)]
        self._stale = np.ones(pieces, bool)
        self._total: dict[int, int] = {}
        self._skip_empty(annotation)

    @property
    def is_current(self) -> bool:
        """Whether nothing is left to count."""
        return not self._stale.any()

    def of(self, label_id: int) -> int:
        """Voxels of a label, as far as they have been counted."""
        return self._total.get(label_id, 0)

    def mark(self, region: Region) -> None:
        """A block of the label map may have changed."""
        (i0, i1), (j0, j1), (k0, k1) = (
            part.indices(n)[:2] for part, n in zip(region, self._shape, strict=True)
        )
        if i1 <= i0 or j1 <= j0 or k1 <= k0:
            return
        across = self._shape[0] * self._shape[1]
        first = np.arange(k0, k1) * across + (j0 * self._shape[0] + i0)
        last = np.arange(k0, k1) * across + ((j1 - 1) * self._shape[0] + i1 - 1)
        for a, b in zip(first // PIECE, last // PIECE, strict=True):
            self._stale[a : b + 1] = True

    def work(self, seconds: float, clock: Callable[[], float] = time.perf_counter) -> bool:
        """Count stale pieces for about that long, at least one; True once none is left."""
        end = clock() + seconds
        for n in np.flatnonzero(self._stale):
            self._count(int(n))
            if clock() >= end:
                break
        return self.is_current

    def _count(self, n: int) -> None:
        counts = np.bincount(self._flat[n * PIECE : (n + 1) * PIECE])
        counts[0] = 0
        numbers: npt.NDArray[np.intp] = np.flatnonzero(counts)
        now = dict(zip(numbers.tolist(), counts[numbers].tolist(), strict=True))
        for number, count in self._counts[n].items():
            self._total[number] -= count
        for number, count in now.items():
            self._total[number] = self._total.get(number, 0) + count
        self._counts[n], self._stale[n] = now, False

    def _skip_empty(self, annotation: Annotation) -> None:
        """Do not look at slices that are known to hold nothing."""
        self._stale[:] = False
        i, j, _ = self._shape
        for k in np.flatnonzero(annotation.slices_with_labels(2)):
            self.mark((slice(0, i), slice(0, j), slice(int(k), int(k) + 1)))


def middle_voxel(annotation: Annotation, label_id: int) -> tuple[int, int, int] | None:
    """A voxel of a label near its middle, on the slice of the third axis where it is largest.

    None if no voxel has the label.
    """
    slices = np.flatnonzero(annotation.slices_with_labels(2)).tolist()
    sizes = [np.count_nonzero(annotation.slice_labels(2, k) == label_id) for k in slices]
    if not any(sizes):
        return None
    k = slices[int(np.argmax(sizes))]
    y, x = np.nonzero(annotation.slice_labels(2, k) == label_id)
    # The middle of a ring or a crescent lies outside of it: take the voxel nearest to it.
    nearest = int(np.argmin((x - x.mean()) ** 2 + (y - y.mean()) ** 2))
    return int(x[nearest]), int(y[nearest]), k
