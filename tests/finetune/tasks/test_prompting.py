"""Simulated users: where they draw and click."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from finetune.config import PromptsConfig
from finetune.tasks.prompting import (
    Frame,
    centre_point,
    clicks_on_errors,
    corrective_click,
    point_inside,
    rounds,
    uniform,
    vary_box,
)
from medsam.errors import PromptError
from medsam.inference.transforms import box_to_input, points_to_input
from medsam.model.preprocessing import Preprocessing
from medsam.prompts import Box, Points

SHAPE = (300, 520)
BOX = (100.0, 50.0, 300.0, 130.0)


@pytest.fixture
def frame() -> Frame:
    """Of a wide picture, with padding below."""
    return Frame.of(SHAPE, Preprocessing("sam", 1024))


@pytest.mark.parametrize("kind", ["medsam", "sam", "lite"])
def test_frames_are_those_of_the_program(kind: str) -> None:
    """Boxes and points get the very numbers that inference gives them."""
    pp = Preprocessing(kind, 256 if kind == "lite" else 1024)
    frame = Frame.of(SHAPE, pp)
    box = vary_box(frame.box(BOX), frame, PromptsConfig(box="exact"), np.random.default_rng(1))
    np.testing.assert_array_equal(box.astype(np.float32), box_to_input(Box(*BOX), SHAPE, pp)[0].numpy())
    xy = (17.5, 80.5)
    expected, _ = points_to_input(Points.of([xy]), SHAPE, pp)
    np.testing.assert_array_equal(frame.point(xy).astype(np.float32), expected[0, 0].numpy())


def test_two_sided_noise_is_normal_and_capped(frame: Frame) -> None:
    """Each coordinate moves both ways by its share of the side, at most by the limit."""
    rng = np.random.default_rng(3)
    config = PromptsConfig(box_noise=0.02, box_cap=8 / 1024)
    corners = frame.box(BOX)
    moves = np.stack([vary_box(corners, frame, config, rng) - corners for _ in range(4000)])
    sides = np.tile(corners[2:] - corners[:2], 2) * 0.02
    assert np.abs(moves).max() == pytest.approx(8)
    wide = PromptsConfig(box_noise=0.02, box_cap=1.0)
    moves = np.stack([vary_box(corners, frame, wide, rng) - corners for _ in range(4000)])
    np.testing.assert_allclose(moves.std(axis=0), sides, rtol=0.06)
    np.testing.assert_allclose(moves.mean(axis=0), 0, atol=0.4)
    correlation = np.corrcoef(moves.T) - np.eye(4)
    assert np.abs(correlation).max() < 0.06


def test_outward_noise_is_medsams(frame: Frame) -> None:
    """Whole pixels from 0 to 20 of 1024, each as often, never inwards, cut at the picture."""
    rng = np.random.default_rng(3)
    corners = frame.box(BOX)
    config = PromptsConfig(box="outward", box_cap=20 / 1024)
    moves = np.stack([vary_box(corners, frame, config, rng) - corners for _ in range(4000)])
    out = np.round(moves * [-1, -1, 1, 1]).astype(int)
    np.testing.assert_allclose(moves, out * [-1, -1, 1, 1], atol=1e-9)
    counts = np.bincount(out.reshape(-1), minlength=21)
    assert len(counts) == 21
    np.testing.assert_allclose(counts / counts.sum(), 1 / 21, rtol=0.15)
    at_edge = frame.box((0.0, 0.0, float(SHAPE[1]), float(SHAPE[0])))
    np.testing.assert_array_equal(vary_box(at_edge, frame, config, rng), at_edge)


def test_points_lie_on_pixel_centres_of_the_mask() -> None:
    """Every pixel of the mask comes, no other does."""
    mask = np.zeros((4, 5), bool)
    mask[1, 2] = mask[3, 4] = True
    rng = np.random.default_rng(0)
    assert {point_inside(mask, rng) for _ in range(30)} == {(2.5, 1.5), (4.5, 3.5)}
    with pytest.raises(PromptError, match="the mask is empty"):
        point_inside(mask & False, rng)


def test_the_centre_is_farthest_from_the_edge() -> None:
    """Of a bar the middle; of an object at the border not the border."""
    bar = np.zeros((20, 41), bool)
    bar[8:13, 5:36] = True
    assert centre_point(bar) == (20.5, 10.5)
    assert centre_point(np.ones((5, 5), bool)) == (2.5, 2.5)
    ring = np.ones((21, 21), bool)
    ring[8:13, 8:13] = False
    x, y = centre_point(ring)
    assert ring[int(y), int(x)]
    with pytest.raises(PromptError, match="the mask is empty"):
        centre_point(ring & False)


def test_the_next_click_goes_to_the_largest_error() -> None:
    """Missing part: positive; surplus part: negative; nothing wrong: into the object."""
    truth = np.zeros((30, 30), bool)
    truth[5:15, 5:15] = True
    missing = truth.copy()
    missing[5:15, 10:15] = False
    x, y, positive = corrective_click(truth, missing)
    assert positive and 10 < x < 15 and 5 < y < 15
    surplus = missing.copy()
    surplus[18:29, 18:29] = True
    assert corrective_click(truth, surplus) == (23.5, 23.5, False)
    x, y, positive = corrective_click(truth, truth)
    assert positive and truth[int(y), int(x)]
    rng = np.random.default_rng(5)
    clicks = [corrective_click(truth, surplus, rng) for _ in range(300)]
    assert all((truth != surplus)[int(y), int(x)] for x, y, _ in clicks)
    assert all(truth[int(y), int(x)] == sign for x, y, sign in clicks)
    assert np.mean([sign for _, _, sign in clicks]) == pytest.approx(50 / 171, abs=0.08)
    with pytest.raises(PromptError):
        corrective_click(truth & False, truth & False)


def test_errors_that_touch_but_differ_in_kind_are_apart() -> None:
    """A missing and a surplus part side by side are two errors."""
    truth = np.zeros((20, 40), bool)
    truth[5:15, 10:20] = True
    predicted = np.zeros_like(truth)
    predicted[5:15, 20:26] = True
    x, y, positive = corrective_click(truth, predicted)
    assert positive and 10 <= x < 20 and 5 <= y < 15


def test_clicks_on_cells_are_drawn_from_the_errors() -> None:
    """Each wrong cell as often, at its centre in the network frame, with the sign of the truth."""
    target = torch.zeros(1, 8, 8)
    target[0, 2:4, 2:6] = 1
    logits = torch.full((1, 8, 8), -3.0)
    logits[0, 2, 2:6] = 3
    logits[0, 7, 0] = 3
    weight = torch.ones(1, 8, 8)
    n = 4000
    drawn = torch.from_numpy(uniform(np.random.default_rng(2), n))
    xy, sign = clicks_on_errors(
        logits.expand(n, 8, 8), target.expand(n, 8, 8), weight.expand(n, 8, 8), drawn, 64
    )
    cells = ((xy + 0.5) / 8 - 0.5).round().long()
    torch.testing.assert_close(xy, (cells + 0.5) * 8 - 0.5)
    found, counts = torch.stack((cells[:, 0], cells[:, 1], sign), 1).unique(dim=0, return_counts=True)
    assert found.tolist() == [[0, 7, 0], [2, 3, 1], [3, 3, 1], [4, 3, 1], [5, 3, 1]]
    assert (counts / n).tolist() == pytest.approx([0.2] * 5, abs=0.03)


def test_clicks_on_cells_without_error_go_into_the_object() -> None:
    """Also where no cell is covered to a half, and never onto padding."""
    target = torch.zeros(2, 4, 4)
    target[0, 1, 1] = 1.0
    target[1, 3, 2] = 0.2
    target[1, 0, 3] = 0.2
    logits = torch.full((2, 4, 4), -1.0)
    logits[0, 1, 1] = 1
    weight = torch.ones(2, 4, 4)
    weight[:, :, 3] = 0
    logits[:, :, 3] = 5
    for value in (0.0, 0.5, float(uniform(np.random.default_rng(0), 1)[0]), 1 - 2**-20):
        xy, sign = clicks_on_errors(logits, target, weight, torch.full((2,), value), 16)
        assert xy.tolist() == [[5.5, 5.5], [9.5, 13.5]]
        assert sign.tolist() == [1, 1]


def test_rounds_are_clicks_with_one_mask_round_anywhere() -> None:
    """The others come last; SAM's are eight clicks and two."""
    rng = np.random.default_rng(0)
    config = PromptsConfig(clicks=8, mask_rounds=2)
    orders = {rounds(config, rng) for _ in range(300)}
    assert len(orders) == 9
    assert all(order.count("click") == 8 and order[-1] == "mask" and len(order) == 10 for order in orders)
    assert rounds(PromptsConfig(), rng) == ()
