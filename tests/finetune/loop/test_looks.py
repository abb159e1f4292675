"""The page of predictions: outlines where the masks end, in two colours."""

from __future__ import annotations

import numpy as np
import pytest

from finetune.loop.looks import PREDICTED, TRUTH, draw_look, draw_page
from finetune.tasks.base import Look


def look(shape_hw: tuple[int, int], *, color: bool = False, caption: str = "ct") -> Look:
    """A grey picture with a square that was found two pixels too far right."""
    picture = np.full((*shape_hw, 3) if color else shape_hw, 90, np.uint8)
    truth, predicted = np.zeros(shape_hw, bool), np.zeros(shape_hw, bool)
    truth[10:20, 10:20] = True
    predicted[10:20, 14:24] = True
    return Look(picture, truth, predicted, (8.0, 8.0, 26.0, 22.0), caption)


def near(pixels: np.ndarray, color: tuple[int, int, int]) -> np.ndarray:
    """Where a picture is about of a colour."""
    return np.abs(pixels.astype(int) - color).max(-1) < 40


@pytest.mark.parametrize("color", [False, True])
def test_outlines_lie_on_the_edges_of_the_masks(color: bool) -> None:
    pixels = np.asarray(draw_look(look((30, 30), color=color), 300))
    rows, cols = np.nonzero(near(pixels, TRUTH))
    assert rows.min() == pytest.approx(100, abs=3) and rows.max() == pytest.approx(200, abs=3)
    assert cols.min() == pytest.approx(100, abs=3)
    rows, cols = np.nonzero(near(pixels, PREDICTED))
    assert cols.min() == pytest.approx(140, abs=3) and cols.max() == pytest.approx(240, abs=3)
    # The box is dashed and white.
    top = pixels[78:83, 90:250].min(-1).max(0)
    assert (top > 180).any() and (top < 130).any()


def test_proportions_are_kept() -> None:
    pixels = np.asarray(draw_look(look((30, 60)), 300))
    assert pixels.shape == (300, 300, 3)
    assert (pixels[:70] == 0).all() and (pixels[230:] == 0).all()
    assert (pixels[100:200, 250:] > 80).all()


def test_a_small_object_is_enlarged_with_all_that_was_predicted() -> None:
    shape = (400, 300)
    truth, predicted = np.zeros(shape, bool), np.zeros(shape, bool)
    truth[380:395, 5:20] = True
    predicted[370:395, 5:20] = True
    small = Look(np.full(shape, 90, np.uint8), truth, predicted, (5.0, 380.0, 20.0, 395.0), "small")
    pixels = np.asarray(draw_look(small, 300))
    # 2.5 times the 25 rows from 370 to 395, moved into the picture: 62 pixels on 300.
    rows, cols = np.nonzero(near(pixels, PREDICTED))
    assert np.ptp(rows) == pytest.approx(25 * 300 / 62, abs=8)
    assert cols.min() == pytest.approx(5 * 300 / 62, abs=5)
    assert rows.max() == pytest.approx((395 - 337) * 300 / 62, abs=8)


def test_nothing_found_and_a_mask_up_to_the_rim_are_drawn() -> None:
    full = np.ones((20, 20), bool)
    nothing = Look(np.zeros((20, 20), np.uint8), full, ~full, (0, 0, 20, 20), "all of it")
    pixels = np.asarray(draw_look(nothing, 200))
    assert near(pixels, TRUTH).any()
    assert not near(pixels, PREDICTED).any()


def test_a_page_holds_all_with_captions_that_fit() -> None:
    long = "ultrasound · a data set with a rather long name · Dice 0.912"
    page = draw_page([look((30, 30), caption=long)] * 5, "Step 100: validation Dice 0.9")
    assert page.size[0] <= 1300
    pixels = np.asarray(page)
    tiles = near(pixels, (90, 90, 90))
    assert tiles[:, : page.size[0] // 4].any()
    # The fifth one begins a second row, below the first.
    assert tiles[page.size[1] // 2 + 40 :, : page.size[0] // 4].any()
    assert not tiles[page.size[1] // 2 + 40 :, page.size[0] // 2 :].any()


def test_a_page_of_nothing_is_a_page() -> None:
    assert draw_page([], "Step 0").size[1] > 0
