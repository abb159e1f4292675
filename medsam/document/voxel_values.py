"""The raw values under a mask: mean, spread, range and percentiles, exact.

Whole numbers of up to 16 bits are counted in a histogram, whatever their
number; all others are gathered. Percentiles interpolate linearly between
ordered values, as ``numpy.percentile`` does. The standard deviation is the
population's (divided by n): a label's voxels are all there is, not a sample.
Values that are no numbers (NaN, infinities) are left out.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Array = npt.NDArray[Any]
Check = Callable[[], None]

PERCENTILES = (5, 25, 50, 75, 95)

_AT_ONCE = 500_000
"""Voxels between two looks at whether the work is still wanted."""


@dataclass(frozen=True, slots=True)
class ValueStatistics:
    """Of the raw values of a label, in the volume's unit.

    Attributes:
        mean, sd: Mean and population standard deviation.
        minimum, maximum: Range.
        percentiles: At ``PERCENTILES``.
        count: Voxels that count: those with a finite value.
    """

    mean: float
    sd: float
    minimum: float
    maximum: float
    percentiles: tuple[float, ...]
    count: int


def value_statistics(block: Array, mask: npt.NDArray[np.bool_], check: Check) -> tuple[ValueStatistics, ...]:
    """Statistics of the values under a mask, one for grey, three for colour.

    Args:
        block: (A, B, C) or (A, B, C, 3) raw values.
        mask: (A, B, C) bool.
        check: Called now and then; raises where the work is not wanted any more.

    Returns:
        Empty where no value under the mask is finite.
    """
    channels = [block] if block.ndim == 3 else [block[..., c] for c in range(block.shape[3])]
    results = []
    for channel in channels:
        small = channel.dtype.kind in "iu" and channel.dtype.itemsize <= 2
        result = _counted(channel, mask, check) if small else _gathered(channel, mask, check)
        if result is None:
            return ()
        results.append(result)
    return tuple(results)


def slabs(shape: tuple[int, ...]) -> Iterator[slice]:
    """Parts of the last axis that hold about ``_AT_ONCE`` voxels each."""
    stride = max(1, _AT_ONCE // max(1, math.prod(shape[:-1])))
    for start in range(0, shape[-1], stride):
        yield slice(start, min(start + stride, shape[-1]))


def _pieces(block: Array, mask: npt.NDArray[np.bool_], check: Check) -> Iterator[Array]:
    for part in slabs(mask.shape):
        check()
        values = block[:, :, part][mask[:, :, part]]
        if values.size:
            yield values


def _counted(block: Array, mask: npt.NDArray[np.bool_], check: Check) -> ValueStatistics | None:
    info = np.iinfo(block.dtype)
    low = int(info.min)
    counts = np.zeros(int(info.max) - low + 1, np.int64)
    for values in _pieces(block, mask, check):
        # The offset is taken in 64 bits: a 16-bit difference would run over.
        least = int(values.min())
        found = np.bincount(values.astype(np.int64) - least)
        counts[least - low : least - low + len(found)] += found
    used = np.flatnonzero(counts)
    if not used.size:
        return None
    values, weights = (used + low).tolist(), counts[used].tolist()
    # In whole numbers of any size, so that nothing is rounded before the end.
    n = sum(weights)
    total = sum(v * w for v, w in zip(values, weights, strict=True))
    squares = sum(v * v * w for v, w in zip(values, weights, strict=True))
    below = np.cumsum(counts[used])
    ordered = used + low

    def at(rank: int) -> float:
        return float(ordered[int(np.searchsorted(below, rank, side="right"))])

    return ValueStatistics(
        total / n,
        math.sqrt((n * squares - total * total) / (n * n)),
        float(values[0]),
        float(values[-1]),
        tuple(_between(at, n, share) for share in PERCENTILES),
        n,
    )


def _gathered(block: Array, mask: npt.NDArray[np.bool_], check: Check) -> ValueStatistics | None:
    pieces = []
    n, mean, spread = 0, 0.0, 0.0
    for values in _pieces(block, mask, check):
        values = values[np.isfinite(values)]
        if not values.size:
            continue
        pieces.append(values)
        # Chan's way to put two parts together: exact enough where a sum of squares would cancel.
        wide = values.astype(np.float64)
        here = float(wide.mean())
        apart, both = here - mean, n + wide.size
        spread += float(np.square(wide - here).sum()) + apart * apart * n * wide.size / both
        mean += apart * wide.size / both
        n = both
    if not n:
        return None
    ordered = np.concatenate(pieces)
    pieces.clear()
    ranks = {r for share in PERCENTILES for r in _ranks(n, share)}
    check()
    ordered.partition(sorted(ranks | {0, n - 1}))

    def at(rank: int) -> float:
        return float(ordered[rank])

    return ValueStatistics(
        mean,
        math.sqrt(spread / n),
        at(0),
        at(n - 1),
        tuple(_between(at, n, share) for share in PERCENTILES),
        n,
    )


def _ranks(n: int, percent: int) -> tuple[int, int]:
    place = (n - 1) * percent
    return place // 100, min(place // 100 + 1, n - 1)


def _between(at: Callable[[int], float], n: int, percent: int) -> float:
    low, high = _ranks(n, percent)
    share = ((n - 1) * percent % 100) / 100
    return at(low) + (at(high) - at(low)) * share
