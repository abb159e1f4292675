"""Masks on a network's cells."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from finetune.tasks.grid import grid_of
from medsam.inference.transforms import masks_from_logits
from medsam.model.preprocessing import Preprocessing


@pytest.mark.parametrize("kind", ["medsam", "sam", "lite"])
@pytest.mark.parametrize("shape_hw", [(64, 64), (50, 97), (300, 40), (1, 7)])
def test_area_is_kept(kind: str, shape_hw: tuple[int, int]) -> None:
    """The covered area over the picture's is that of the mask, whatever the shape."""
    mask = np.random.default_rng(1).random(shape_hw) > 0.7
    grid = grid_of(shape_hw, Preprocessing(kind, 64), 16)
    cells = grid.average(mask)
    weight = grid.row_weights[:, None] * grid.col_weights[None]
    assert (cells * weight).sum() / weight.sum() == pytest.approx(mask.mean(), abs=1e-5)
    assert cells.min() >= 0 and cells.max() <= 1


def test_thin_lines_are_kept() -> None:
    """A line of one pixel on 1024 is a quarter of its cells on 256; one in four rows picked would lose it."""
    mask = np.zeros((1024, 1024), bool)
    mask[413, 100:900] = True
    cells = grid_of((1024, 1024), Preprocessing("medsam", 1024), 256).average(mask)
    np.testing.assert_allclose(cells[103, 25:225], 0.25)
    assert cells.sum() * 16 == pytest.approx(800)


def test_enlarging_repeats_pixels() -> None:
    """A picture smaller than the grid: each pixel becomes its block of cells."""
    mask = np.eye(4, dtype=bool)
    cells = grid_of((4, 4), Preprocessing("medsam", 64), 16).average(mask)
    np.testing.assert_array_equal(cells, np.kron(np.eye(4), np.ones((4, 4))))


def test_a_part_is_placed_where_its_box_begins() -> None:
    """A mask inside its box gives what the whole mask gives."""
    mask = np.zeros((37, 61), bool)
    mask[5:20, 30:55] = np.random.default_rng(2).random((15, 25)) > 0.5
    grid = grid_of((37, 61), Preprocessing("sam", 64), 16)
    np.testing.assert_allclose(grid.average(mask[5:20, 30:55], 30, 5), grid.average(mask), atol=1e-6)


def test_padding_has_no_weight() -> None:
    """A picture half as high as wide fills the upper half; the cell at its end counts in part."""
    grid = grid_of((50, 100), Preprocessing("sam", 64), 16)
    np.testing.assert_allclose(grid.row_weights, [1] * 8 + [0] * 8)
    np.testing.assert_allclose(grid.col_weights, 1)
    assert not grid.is_whole
    partial = grid_of((45, 64), Preprocessing("sam", 64), 16)
    np.testing.assert_allclose(partial.row_weights[10:13], [1, 0.25, 0], atol=1e-6)
    assert grid_of((31, 77), Preprocessing("medsam", 64), 16).is_whole


@pytest.mark.parametrize("kind", ["medsam", "sam", "lite"])
@pytest.mark.parametrize("shape_hw", [(200, 256), (256, 130)])
def test_targets_lie_where_the_program_reads_masks(kind: str, shape_hw: tuple[int, int]) -> None:
    """Answered with its own target, the network draws the mask it was asked for."""
    y, x = np.mgrid[: shape_hw[0], : shape_hw[1]] + 0.5
    mask = (x - 70.3) ** 2 / 900 + (y - 110.8) ** 2 / 500 < 1
    pp = Preprocessing(kind, 256)
    cells = grid_of(shape_hw, pp, 256 if kind == "lite" else 64).average(mask)
    logits = torch.logit(torch.from_numpy(cells), eps=1e-3)[None]
    drawn = masks_from_logits(logits, shape_hw, pp)[0].numpy() > 0
    common = 2 * (drawn & mask).sum() / (drawn.sum() + mask.sum())
    assert common > 0.985
    for ours, theirs in zip(np.argwhere(drawn).mean(0), np.argwhere(mask).mean(0), strict=True):
        assert abs(ours - theirs) < 0.3
