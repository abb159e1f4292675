"""Connected regions: the one at a seed, and the islands of a mask.

Voxels are connected when they share a face (pixels: an edge). What only
touches at a corner is another region, as in other programs' island tools.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]
Block = tuple[slice, ...]
"""A part of an array of any number of dimensions; starts and stops are numbers."""

_FIRST_REACH = 24
"""Pixels around a seed that are looked at first; doubled until the region fits."""


@dataclass(frozen=True, eq=False)
class Found:
    """A connected region.

    Attributes:
        block: The least block that holds it.
        mask: Bool, shape of ``block``.
        touches_edge: Whether it reaches the edge of where it was looked for.
    """

    block: Block
    mask: Mask
    touches_edge: bool = False

    @property
    def count(self) -> int:
        """Number of voxels."""
        return int(np.count_nonzero(self.mask))

    def full(self, shape: tuple[int, ...]) -> Mask:
        """The region in an array of the whole shape."""
        whole = np.zeros(shape, bool)
        whole[self.block] = self.mask
        return whole


def whole(shape: tuple[int, ...]) -> Block:
    """The block that is all of an array."""
    return tuple(slice(0, n) for n in shape)


def bounds_of(mask: Mask) -> Block | None:
    """The least block that holds every set voxel; None if there is none."""
    sides = []
    for axis in range(mask.ndim):
        hit = np.flatnonzero(mask.any(axis=tuple(a for a in range(mask.ndim) if a != axis)))
        if not hit.size:
            return None
        sides.append(slice(int(hit[0]), int(hit[-1]) + 1))
    return tuple(sides)


def padded_block(block: Block, reach: tuple[int, ...], shape: tuple[int, ...]) -> Block:
    """A block with ``reach`` more voxels on both sides of every axis, inside of ``shape``."""
    return tuple(
        slice(max(b.start - r, 0), min(b.stop + r, n)) for b, r, n in zip(block, reach, shape, strict=True)
    )


def component_at(
    inside: Callable[[Block], Mask], seed: tuple[int, ...], shape: tuple[int, ...], limit: Block | None = None
) -> Found:
    """The connected region at a seed, looked for no further than it reaches.

    Args:
        inside: Which voxels of a block may belong to it.
        seed: Index of a voxel.
        shape: Of the whole array.
        limit: Where to look; None is everywhere.

    Returns:
        The region; an empty one if the seed may not belong to it.
        ``touches_edge`` tells whether it reaches the edge of ``limit``.
    """
    from scipy import ndimage

    limit = limit or whole(shape)
    reach = _FIRST_REACH
    while True:
        block = tuple(
            slice(max(side.start, at - reach), min(side.stop, at + reach + 1))
            for side, at in zip(limit, seed, strict=True)
        )
        mask = inside(block)
        here = tuple(at - side.start for at, side in zip(seed, block, strict=True))
        if any(not 0 <= at < n for at, n in zip(here, mask.shape, strict=True)) or not mask[here]:
            return Found(tuple(slice(at, at) for at in seed), np.zeros((0,) * len(seed), bool))
        numbers, _ = ndimage.label(mask)
        found = numbers == numbers[here]
        if not _reaches(found, block, limit, inner=True):
            break
        reach *= 2
    part = bounds_of(found)
    assert part is not None
    placed = tuple(slice(p.start + b.start, p.stop + b.start) for p, b in zip(part, block, strict=True))
    return Found(placed, found[part].copy(), _reaches(found, block, limit, inner=False))


def _reaches(found: Mask, block: Block, limit: Block, *, inner: bool) -> bool:
    """Whether a region touches sides of its block that lie inside of (or on) the limit."""
    for axis, (side, last) in enumerate(zip(block, limit, strict=True)):
        for at, ends_here in ((0, side.start == last.start), (-1, side.stop == last.stop)):
            if ends_here is not inner and found.take(at, axis=axis).any():
                return True
    return False


def same_value_at(
    values: npt.NDArray[Any], seed: tuple[int, ...], tell: Callable[[], None] = lambda: None
) -> Found:
    """The connected region of equal values at a seed: what a bucket fills.

    Args:
        values: Label map or one slice of it.
        seed: Index into ``values``.
        tell: Called now and then; may raise to stop the work.

    Returns:
        The region. For background, ``touches_edge`` False means a hole: it is
        closed all round.
    """
    value = values[seed]

    def same(block: Block) -> Mask:
        tell()
        return np.asarray(values[block] == value)

    return component_at(same, seed, values.shape)


def label_parts(mask: Mask) -> tuple[npt.NDArray[np.int32], int]:
    """Number the connected parts of a mask from 1, in the order in which they begin, and count them."""
    from scipy import ndimage

    numbers, count = ndimage.label(mask)
    return numbers, int(count)


def islands(mask: Mask) -> tuple[npt.NDArray[np.int32], npt.NDArray[np.int64]]:
    """Number the connected parts of a mask by size, from 1.

    Returns:
        Numbers of the mask's shape (0 outside), and the voxels of part
        1, 2, ... in descending order; equal ones in the order in which they
        begin.
    """
    numbers, count = label_parts(mask)
    sizes = np.bincount(numbers.ravel(), minlength=count + 1)[1:]
    order = np.argsort(-sizes, kind="stable")
    rank = np.zeros(count + 1, np.int32)
    rank[order + 1] = np.arange(1, count + 1)
    return rank[numbers], sizes[order].astype(np.int64)


def largest_island(mask: Mask) -> Mask:
    """The largest connected part of a mask; of equal ones, the first."""
    numbers, _ = islands(mask)
    return numbers == 1


def without_small_islands(mask: Mask, least: float, voxel_size: float = 1.0) -> Mask:
    """A mask without its connected parts below a size.

    Args:
        mask: 2D or 3D.
        least: Smallest size that stays, in mm³ (mm² for one slice).
        voxel_size: Volume of a voxel (area of a pixel) in the same unit.
    """
    numbers, sizes = islands(mask)
    # A part of exactly the least size stays, whatever the rounding of the product.
    kept = int(np.count_nonzero(sizes * voxel_size >= least * (1 - 1e-9)))
    return (numbers > 0) & (numbers <= kept)
