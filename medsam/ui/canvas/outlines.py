"""Where labels end on a slice, as straight lines, found again only where they changed.

The picture is divided into tiles. Every edge between two pixels belongs to one
tile and no line runs across tiles, so a tile found anew gives the same lines
as the whole picture would.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

Ids = npt.NDArray[np.uint16]
Lines = npt.NDArray[np.int64]
Rect = tuple[int, int, int, int]

TILE = 128
"""Side of a tile in picture pixels."""


@dataclass(frozen=True)
class Outlines:
    """Lines between pixels of different labels.

    Attributes:
        lines: (N, 4) of ``x0, y0, x1, y1`` in pixel edges.
        before, after: (N,), the labels to the left and right of a line, or above and below; 0 = nothing.
    """

    lines: Lines
    before: Ids
    after: Ids

    @classmethod
    def none(cls) -> Outlines:
        """Of an empty slice."""
        return cls(np.zeros((0, 4), np.int64), np.zeros(0, np.uint16), np.zeros(0, np.uint16))

    def of(self, number: int) -> Lines:
        """The lines around one label."""
        return self.lines[self.are_of(number)]

    def are_of(self, number: int) -> npt.NDArray[np.bool_]:
        """(N,): which lines lie around one label."""
        return (self.before == number) | (self.after == number)

    def numbers(self) -> list[int]:
        """Labels that have lines, ascending."""
        # Of a few thousand small numbers faster than ``np.unique``.
        found = np.flatnonzero(np.bincount(np.concatenate([self.before, self.after]), minlength=1))
        return [n for n in found.tolist() if n]

    def within(self, area: tuple[float, float, float, float]) -> Outlines:
        """The lines that touch ``x0, y0, x1, y1``, pixel edges."""
        x0, y0, x1, y1 = area
        lines = self.lines
        seen = (lines[:, 2] >= x0) & (lines[:, 0] <= x1) & (lines[:, 3] >= y0) & (lines[:, 1] <= y1)
        return Outlines(lines[seen], self.before[seen], self.after[seen])

    def replaced(self, window: Rect, shape_hw: tuple[int, int], fresh: Outlines) -> Outlines:
        """These lines with those that a window of whole tiles owns exchanged for ``fresh``."""
        x0, y0, x1, y1 = window
        # The line at a window's far side is the next tile's, but for the picture's own border.
        far_x, far_y = x1 + int(x1 >= shape_hw[1]), y1 + int(y1 >= shape_hw[0])
        x, y, upright = self.lines[:, 0], self.lines[:, 1], self.lines[:, 0] == self.lines[:, 2]
        mine = (x >= x0) & (y >= y0)
        mine &= (x < np.where(upright, far_x, x1)) & (y < np.where(upright, y1, far_y))
        kept = ~mine
        return Outlines(
            np.concatenate([self.lines[kept], fresh.lines]),
            np.concatenate([self.before[kept], fresh.before]),
            np.concatenate([self.after[kept], fresh.after]),
        )


def tiles_around(rect: Rect, shape_hw: tuple[int, int]) -> Rect:
    """The whole tiles that own the edges of the pixels in ``rect``, cut at the picture's border."""
    h, w = shape_hw
    x0, y0 = rect[0] // TILE * TILE, rect[1] // TILE * TILE
    # The far edge of the last pixel belongs to the pixel behind it.
    x1, y1 = (rect[2] // TILE + 1) * TILE, (rect[3] // TILE + 1) * TILE
    return max(x0, 0), max(y0, 0), min(x1, w), min(y1, h)


def find_outlines(
    ids: Ids, origin: tuple[int, int], window: Rect, shape_hw: tuple[int, int], tile: int = TILE
) -> Outlines:
    """The lines that a window of whole tiles owns.

    Args:
        ids: (h, w), labels of a part of the picture; beside it there are none.
        origin: Column and row of the part's corner.
        window: ``x0, y0, x1, y1`` of the tiles, in the picture.
        shape_hw: Of the picture; at its far borders the window owns that edge, too.
        tile: Side after which lines are cut.
    """
    x0, y0, x1, y1 = window
    padded = _with_neighbours(ids, origin, window)
    far_x, far_y = int(x1 >= shape_hw[1]), int(y1 >= shape_hw[0])
    rows, cols = slice(1, 1 + y1 - y0), slice(1, 1 + x1 - x0)
    upright = np.ascontiguousarray(padded[rows, : cols.stop + far_x].T)
    level = padded[: rows.stop + far_y, cols]
    found = []
    for grid, swap, (line0, pos0) in ((upright, True, (x0, y0)), (level, False, (y0, x0))):
        before, after = grid[:-1], grid[1:]
        # Several times faster than ``np.nonzero`` of two dimensions.
        line, pos = np.divmod(np.flatnonzero(before != after), max(grid.shape[1], 1))
        if line.size:
            found.append(_runs(line + line0, pos + pos0, before[line, pos], after[line, pos], swap, tile))
    if not found:
        return Outlines.none()
    lines, below, above = (np.concatenate(part) for part in zip(*found, strict=True))
    return Outlines(lines, below, above)


def _with_neighbours(ids: Ids, origin: tuple[int, int], window: Rect) -> Ids:
    """The window's labels with one pixel more on each side, 0 where there are none."""
    x0, y0, x1, y1 = window
    (ox, oy), (h, w) = origin, ids.shape
    padded = np.zeros((y1 - y0 + 2, x1 - x0 + 2), np.uint16)
    left, top = max(x0 - 1, ox), max(y0 - 1, oy)
    right, bottom = min(x1 + 1, ox + w), min(y1 + 1, oy + h)
    if left < right and top < bottom:
        there = padded[top - y0 + 1 : bottom - y0 + 1, left - x0 + 1 : right - x0 + 1]
        there[...] = ids[top - oy : bottom - oy, left - ox : right - ox]
    return padded


def _runs(
    line: npt.NDArray[np.int64],
    pos: npt.NDArray[np.int64],
    before: Ids,
    after: Ids,
    swap: bool,
    tile: int,
) -> tuple[npt.NDArray[Any], Ids, Ids]:
    """Join neighbouring unit edges of one tile, on one line, between the same two labels."""
    breaks = np.ones(line.size, bool)
    breaks[1:] = (
        (np.diff(line) != 0)
        | (np.diff(pos) != 1)
        | (before[1:] != before[:-1])
        | (after[1:] != after[:-1])
        | (pos[1:] % tile == 0)
    )
    first = np.flatnonzero(breaks)
    last = np.append(first[1:], line.size) - 1
    at, start, end = line[first], pos[first], pos[last] + 1
    ends = (at, start, at, end) if swap else (start, at, end, at)
    return np.stack(ends, axis=1), before[first], after[first]
