"""Many slices on few pixels: which slices a pixel column stands for. Without Qt."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt


def column_slices(count: int, columns: int) -> npt.NDArray[np.int64]:
    """First slice of each pixel column, and the end after the last: (columns + 1,)."""
    return (np.arange(columns + 1) * count) // columns


def per_column(values: npt.NDArray[np.generic], columns: int) -> npt.NDArray[np.generic]:
    """The largest value among the slices of each pixel column; narrow slices repeat.

    Args:
        values: One a slice.
        columns: Pixels to show them on.
    """
    starts = column_slices(values.size, columns)[:-1]
    if columns >= values.size:
        return values[starts]
    return np.maximum.reduceat(values, starts)


def runs(values: npt.NDArray[np.generic]) -> list[tuple[int, int, int]]:
    """``(start, stop, value)`` of every run of equal values."""
    if not values.size:
        return []
    starts = np.append(0, np.flatnonzero(np.diff(values.astype(np.int64))) + 1)
    stops = np.append(starts[1:], values.size)
    return [(int(a), int(b), int(values[a])) for a, b in zip(starts, stops, strict=True)]
