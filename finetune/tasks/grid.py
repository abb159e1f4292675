"""Masks on a network's cells, by the share of each cell's area that they cover.

A mask decoder answers on a grid of cells over the network's square input.
Picking one pixel a cell would lose thin lines; a mean over the area keeps
their share. Cells of the padding, which no pixel reaches, have no weight.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from medsam.inference.resample import longest_side_shape
from medsam.model.preprocessing import Preprocessing

Array = npt.NDArray[np.float32]

_WHOLE = 1 - 1e-4
"""Cells covered to this share are taken as covered: float32 rounds."""


@dataclass(frozen=True)
class Grid:
    """Cells over one picture, for every picture of that shape.

    Attributes:
        rows: (side, H), the mean over what a row of cells covers of the picture's rows.
        cols: (side, W), likewise.
        row_weights, col_weights: (side,), the share of each that lies on the picture.
    """

    rows: Array
    cols: Array
    row_weights: Array
    col_weights: Array

    @property
    def is_whole(self) -> bool:
        """Whether every cell lies on the picture."""
        return bool(self.row_weights.min() >= _WHOLE and self.col_weights.min() >= _WHOLE)

    def average(self, part: npt.NDArray[np.bool_] | Array, x0: int = 0, y0: int = 0) -> Array:
        """(side, side) in 0..1: the covered share of each cell.

        Args:
            part: (h, w), bool or 0..1: a mask inside its box; nothing lies outside.
            x0, y0: Where the box begins on the picture.
        """
        h, w = part.shape
        rows, cols = self.rows[:, y0 : y0 + h], self.cols[:, x0 : x0 + w]
        down, across = _touched(rows), _touched(cols)
        result = np.zeros((len(self.rows), len(self.cols)), np.float32)
        values = rows[down] @ part.astype(np.float32) @ cols[across].T
        result[down, across] = values.clip(0, 1)
        return result


def _touched(matrix: Array) -> slice:
    cells = np.flatnonzero(matrix.any(axis=1))
    return slice(int(cells[0]), int(cells[-1]) + 1) if cells.size else slice(0, 0)


def grid_of(shape_hw: tuple[int, int], pp: Preprocessing, side: int) -> Grid:
    """The grid of ``side`` × ``side`` cells over the network's input for a picture of ``shape_hw``."""
    return _grid(shape_hw, pp.kind, pp.size, side)


@lru_cache(maxsize=32)
def _grid(shape_hw: tuple[int, int], kind: str, size: int, side: int) -> Grid:
    # In the network's pixels: where the picture ends, as the encoder's input has it.
    inside = (size, size) if kind == "medsam" else longest_side_shape(shape_hw, size)
    rows, row_weights = _means(shape_hw[0], inside[0], size, side)
    cols, col_weights = _means(shape_hw[1], inside[1], size, side)
    return Grid(rows, cols, row_weights, col_weights)


def _means(count: int, inside: int, size: int, side: int) -> tuple[Array, Array]:
    """(side, count) means of ``count`` pixels that fill ``inside`` of ``size``, and (side,) shares."""
    edges = np.arange(side + 1) * (size / side) * (count / inside)
    old = np.arange(count)[None, :]
    covered = np.minimum(edges[1:, None], old + 1) - np.maximum(edges[:-1, None], old)
    covered = covered.clip(min=0)
    total = covered.sum(axis=1)
    matrix = covered / np.maximum(total, 1e-9)[:, None]
    shares = (total / (edges[1] - edges[0])).clip(0, 1)
    matrix[shares < 1e-6] = 0
    return matrix.astype(np.float32), shares.astype(np.float32)
