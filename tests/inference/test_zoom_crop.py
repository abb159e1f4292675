"""The crop and the way back: place, averaging, borders."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from medsam.inference import zoom_crop
from medsam.inference.zoom_crop import crop_region, make_crop, normalise, paste, paste_mask
from medsam.model.zoom import complete_config
from medsam.prompts import Box

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
