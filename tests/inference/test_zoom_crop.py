"""The crop and the way back: place, averaging, borders."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from medsam.inference import zoom_crop
from medsam.inference.zoom_crop import (
    click_discs,
    context_region,
    crop_region,
    make_crop,
    normalise,
    paste,
    paste_mask,
)
from medsam.model.zoom import complete_config
from medsam.prompts import Box, MaskPrompt, Points

CONFIG = complete_config()


def _ramp(h: int, w: int) -> np.ndarray:
    """Grey value = column + row, exact in 8 bit for small pictures."""
    return (np.arange(w)[None, :] + np.arange(h)[:, None]).astype(np.uint8)


def test_crop_is_the_box_widened_about_its_centre() -> None:
    region = crop_region(Box(10, 20, 50, 40), CONFIG)
    assert (region.left, region.top) == pytest.approx((30 - 27, 30 - 13.5))
    assert (region.width, region.height) == pytest.approx((54, 27))


def test_guide_channels_say_where_a_pixel_lies_in_the_box() -> None:
    crop, region = make_crop(_ramp(80, 90), Box(10, 20, 50, 40), CONFIG)
    x = region.left + (np.arange(128) + 0.5) / 128 * region.width
    y = region.top + (np.arange(128) + 0.5) / 128 * region.height
    np.testing.assert_allclose(crop[3, 5], (x - 30) / 20, atol=1e-5)
    np.testing.assert_allclose(crop[4, :, 7], (y - 30) / 10, atol=1e-5)
    assert torch.equal(crop[5], torch.ones(128, 128))
    assert crop[6].unique().tolist() == pytest.approx([np.log2(40 / 64) / 4])
    assert crop[7].unique().tolist() == pytest.approx([np.log2(20 / 64) / 4])


def test_enlarging_is_bilinear_at_the_exact_place() -> None:
    crop, region = make_crop(_ramp(60, 60), Box(20, 20, 40, 40), CONFIG)
    centres = region.left + (np.arange(128) + 0.5) / 128 * region.width - 0.5
    expected = torch.from_numpy(centres[None, :] + centres[:, None]).float()
    torch.testing.assert_close(crop[:1], normalise(expected[None, None])[0], rtol=1e-4, atol=1e-4)


def test_shrinking_averages_instead_of_skipping() -> None:
    checkers = (np.indices((1300, 1300)).sum(0) % 2 * 255).astype(np.uint8)
    crop, _ = make_crop(checkers, Box(150, 150, 1150, 1150), CONFIG)
    # A mean of half black, half white everywhere: nothing is left of the pattern.
    assert crop[0].abs().max() < 0.5


def test_very_large_pictures_give_the_same_as_their_reduced_copy() -> None:
    rng = np.random.default_rng(2)
    small = rng.integers(0, 256, (160, 160), dtype=np.uint8)
    large = small.repeat(16, 0).repeat(16, 1)
    ours, _ = make_crop(large, Box(320, 320, 2240, 2240), CONFIG)
    same, _ = make_crop(small, Box(20, 20, 140, 140), CONFIG)
    # The coarse copy is read bilinearly and the fine one averaged: alike, not equal.
    assert float((ours[0] * same[0]).mean()) > 0.97
    torch.testing.assert_close(ours[3:6], same[3:6], rtol=1e-4, atol=1e-4)


def test_beyond_the_border_pixels_repeat_and_the_mask_says_so() -> None:
    picture = np.full((40, 40), 50, np.uint8)
    picture[:, 0] = 200
    crop, region = make_crop(picture, Box(0, 0, 40, 40), CONFIG)
    outside = int(np.floor(-region.left / region.width * 128))
    assert crop[5, 64, : outside - 1].sum() == 0
    assert crop[5, 64, outside + 1] == 1
    assert crop[0, 64, : outside - 2].std() < 1e-5
    assert crop[0, 64, 0] > crop[0, 64, 64] + 1


def test_colour_keeps_its_channels_and_grey_fills_all_three() -> None:
    color = np.zeros((50, 50, 3), np.uint8)
    color[..., 1] = 90
    crop, _ = make_crop(color, Box(10, 10, 40, 40), CONFIG)
    assert (crop[1] > crop[0]).all()
    assert torch.equal(crop[0], crop[2])
    grey, _ = make_crop(color[..., 1], Box(10, 10, 40, 40), CONFIG)
    assert torch.equal(grey[0], grey[1])
    assert torch.equal(grey[0], grey[2])


def test_normalising_ignores_brightness_and_contrast_but_not_flatness() -> None:
    x = torch.rand(1, 3, 8, 8) * 100 + 50
    torch.testing.assert_close(normalise(x), normalise(x * 1.5 + 20), rtol=1e-3, atol=1e-3)
    assert normalise(torch.full((1, 1, 8, 8), 7.0)).abs().max() == 0


@given(
    st.tuples(st.integers(30, 400), st.integers(30, 400)),
    st.floats(0, 0.7),
    st.floats(0, 0.7),
    st.floats(0.15, 1),
    st.floats(0.15, 1),
)
def test_what_is_cut_is_pasted_back_in_place(
    hw: tuple[int, int], x: float, y: float, width: float, height: float
) -> None:
    h, w = hw
    box = Box(x * w, y * h, min(x + width, 1.0) * w, min(y + height, 1.0) * h)
    _, region = make_crop(np.zeros(hw, np.uint8), box, CONFIG)
    u = (torch.arange(128) + 0.5) / 128
    plane = (region.left + u * region.width)[None, :] + 2 * (region.top + u * region.height)[:, None]
    x0, y0, patch = paste(plane, region, hw)
    ys, xs = np.arange(patch.shape[0]) + y0 + 0.5, np.arange(patch.shape[1]) + x0 + 0.5
    expected = xs[None, :] + 2 * ys[:, None]
    # Pixels next to the crop's rim see only its outermost sample.
    slack_x = 1.5 * max(region.width / 128, 1)
    slack_y = 1.5 * max(region.height / 128, 1)
    keep_x = (xs > region.left + slack_x) & (xs < region.left + region.width - slack_x)
    keep_y = (ys > region.top + slack_y) & (ys < region.top + region.height - slack_y)
    keep = keep_y[:, None] & keep_x[None, :]
    np.testing.assert_allclose(patch[keep], expected[keep], rtol=0, atol=0.3)  # a tenth of a pixel in x and y
    assert xs[0] >= max(region.left, 0)
    assert xs[-1] <= min(region.left + region.width, w)


def test_pasting_a_small_crop_back_averages_its_logits() -> None:
    logits = torch.zeros(128, 128)
    logits[:, ::2] = 1.0
    _, region = make_crop(np.zeros((60, 60), np.uint8), Box(20, 20, 32, 32), CONFIG)
    _, _, patch = paste(logits, region, (60, 60))
    assert patch.min() > 0.4
    assert patch.max() < 0.6


def test_a_crop_outside_of_the_picture_gives_an_empty_patch() -> None:
    region = crop_region(Box(200, 200, 220, 220), CONFIG)
    x0, y0, patch = paste(torch.ones(128, 128), region, (50, 50))
    assert (x0, y0, patch.shape) == (0, 0, (0, 0))


def test_a_box_thinner_than_a_pixel_is_cut_as_one_pixel() -> None:
    crop, region = make_crop(_ramp(20, 20), Box(5, 5, 5, 9), CONFIG)
    assert region.width == pytest.approx(1.35)
    assert torch.isfinite(crop).all()


REGIONS = [
    ((60, 50), Box(20, 20, 32, 30)),
    ((60, 50), Box(0, 0, 50, 60)),
    ((900, 700), Box(100, 30, 650, 890)),
    ((5, 1400), Box(0, 0, 1400, 5)),
    ((1, 1), Box(0, 0, 1, 1)),
    ((50, 50), Box(200, 200, 220, 220)),
]


@pytest.mark.parametrize(("hw", "box"), REGIONS)
def test_the_mask_pasted_is_where_the_logits_pasted_are_positive(hw: tuple[int, int], box: Box) -> None:
    region = crop_region(box, CONFIG)
    logits = torch.randn(128, 128, generator=torch.Generator().manual_seed(0))
    x0, y0, patch = paste(logits, region, hw)
    x1, y1, mask = paste_mask(logits, region, hw)
    assert (x0, y0, patch.shape) == (x1, y1, mask.shape)
    clear = np.abs(patch) > 1e-5
    assert np.array_equal((patch > 0)[clear], mask[clear])


@pytest.mark.parametrize("shape", [(40, 50), (900, 700, 3), (1300, 2600), (2600, 1300, 3)])
def test_leaving_out_zeros_changes_nothing(shape: tuple[int, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    picture = np.random.default_rng(4).integers(0, 256, shape, dtype=np.uint8)
    box = Box(shape[1] * 0.2, shape[0] * 0.1, shape[1] * 0.9, shape[0] * 0.8)
    logits = torch.randn(128, 128, generator=torch.Generator().manual_seed(0))
    found = []
    for worth in (0, 1 << 40):
        monkeypatch.setattr(zoom_crop, "_WORTH_BANDS", worth)
        crop, region = make_crop(picture, box, CONFIG)
        found.append((crop, torch.from_numpy(paste(logits, region, shape[:2])[2])))
    for banded, dense in zip(*found, strict=True):
        torch.testing.assert_close(banded, dense, rtol=1e-4, atol=1e-4)


def test_thinned_runs_weigh_the_same_along_both_axes() -> None:
    picture = np.random.default_rng(5).integers(0, 256, (2600, 2600), dtype=np.uint8)
    box = Box(0, 0, 2600, 2600)
    upright, _ = make_crop(picture, box, CONFIG)
    turned, _ = make_crop(np.ascontiguousarray(picture.T), box, CONFIG)
    torch.testing.assert_close(upright[0], turned[0].T, rtol=1e-4, atol=1e-4)


ALL = complete_config({"clicks": True, "context": 2.0})


def test_more_channels_leave_the_first_eight_alone() -> None:
    picture = np.random.default_rng(3).integers(0, 255, (90, 120), np.uint8)
    box = Box(30, 20, 70, 60)
    crop, _ = make_crop(picture, box, ALL, Points(((40.0, 30.0),), (True,)))
    plain, _ = make_crop(picture, box, CONFIG)
    assert crop.shape == (15, 128, 128)
    assert torch.equal(crop[:8], plain)


def test_clicks_are_discs_where_they_lie() -> None:
    picture = np.full((90, 120), 50, np.uint8)
    box = Box(30, 20, 70, 60)
    points = Points(((50.0, 40.0), (35.0, 25.0), (2.0, 2.0)), (True, False, False))
    crop, region = make_crop(picture, box, ALL, points)
    assert divmod(int(crop[8].argmax()), 128) in {(y, x) for y in (63, 64) for x in (63, 64)}
    row = (25 - region.top) / region.height * 128 - 0.5
    column = (35 - region.left) / region.width * 128 - 0.5
    y, x = divmod(int(crop[9].argmax()), 128)
    assert (y, x) == (pytest.approx(row, abs=0.51), pytest.approx(column, abs=0.51))
    assert crop[8:10].max() <= 1.0
    assert crop[9, :8, :8].max() < 1e-3  # the third point lies outside of the crop


def test_discs_of_the_same_sign_do_not_add_up() -> None:
    one = click_discs(torch.tensor([[10.0, 12.0]]), torch.tensor([True]), 32)
    two = click_discs(torch.tensor([[10.0, 12.0], [10.0, 12.0]]), torch.tensor([True, True]), 32)
    assert torch.equal(one, two)
    assert not one[1].any()


@pytest.mark.parametrize("shape", [(90, 120), (45, 60), (180, 240)])
def test_a_previous_mask_lies_where_it_lay_whatever_its_resolution(shape: tuple[int, int]) -> None:
    """A disc of the picture, told at the picture's resolution, half of it, twice of it."""
    y, x = (np.arange(n) + 0.5 for n in shape)
    inside = (x[None] / shape[1] * 120 - 50) ** 2 + (y[:, None] / shape[0] * 90 - 40) ** 2 < 14**2
    mask = MaskPrompt(np.where(inside, 9, -9).astype(np.float32))
    crop, region = make_crop(np.zeros((90, 120), np.uint8), Box(30, 20, 70, 60), ALL, mask=mask)
    centres = (torch.arange(128) + 0.5) / 128
    u, v = region.left + centres * region.width, region.top + centres * region.height
    truth = (u[None] - 50) ** 2 + (v[:, None] - 40) ** 2 < 14**2
    assert ((crop[10] > 0) == truth).float().mean() > 0.97
    assert crop[10].max() <= 1 and crop[10].min() >= -1
    assert not crop[8:10].any()


def test_a_mask_that_is_certain_beyond_measure_is_shown_all_the_same() -> None:
    mask = MaskPrompt(np.full((40, 40), np.inf, np.float32))
    crop, _ = make_crop(np.zeros((40, 40), np.uint8), Box(10, 10, 30, 30), ALL, mask=mask)
    torch.testing.assert_close(crop[10], torch.ones(128, 128))


def test_the_context_is_twice_as_wide_about_the_same_centre_on_the_same_scale() -> None:
    picture = np.tile(np.linspace(0, 255, 400).astype(np.uint8), (300, 1))
    box = Box(150, 100, 250, 180)
    crop, region = make_crop(picture, box, ALL)
    wider = context_region(region, ALL)
    assert (wider.width, wider.height) == (2 * region.width, 2 * region.height)
    assert wider.left + wider.width / 2 == pytest.approx(region.left + region.width / 2)
    middle = crop[11, 32:96, 32:96]
    shrunk = torch.nn.functional.avg_pool2d(crop[None, :1], 2)[0, 0]
    torch.testing.assert_close(middle, shrunk, atol=0.02, rtol=0)
    assert crop[14].all()


def test_the_context_is_limited_and_says_where_the_picture_ends() -> None:
    picture = np.full((100, 100), 10, np.uint8)
    picture[:, 48:] = 255
    crop, _ = make_crop(picture, Box(20, 40, 40, 60), ALL)
    assert crop[11].max() == zoom_crop.LARGEST_CONTEXT
    edge, _ = make_crop(picture, Box(0, 0, 20, 20), ALL)
    assert edge[14, 0, 0] == 0 and edge[14, 127, 127] == 1
