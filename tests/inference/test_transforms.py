"""Preprocessing against published values, and the way back to the picture."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from skimage.transform import resize

from medsam.errors import InputError, ModelError
from medsam.inference import transforms
from medsam.inference.resample import longest_side_shape, resize_area, resize_cubic
from medsam.inference.transforms import (
    box_to_input,
    encode_input,
    mask_to_input,
    masks_from_logits,
    points_to_input,
)
from medsam.model.preprocessing import PREPROCESSING, Preprocessing
from medsam.prompts import Box, MaskPrompt, Points

MEDSAM, SAM, LITE = (PREPROCESSING[kind] for kind in ("medsam", "sam", "lite"))
GOLDEN = Path(__file__).resolve().parents[1] / "data" / "medsam_preprocessing.npz"
# One grey level: the reference cuts decimals off, and a hair decides to which side.
ONE_LEVEL = 1.5 / 255


def smooth_picture(shape: tuple[int, ...], seed: int = 0) -> np.ndarray:
    """A picture with structure at several scales and a flat part."""
    rng = np.random.default_rng(seed)
    picture = rng.integers(0, 256, shape, dtype=np.uint8)
    picture[: shape[0] // 3, : shape[1] // 2] = 128
    return picture


@pytest.mark.shared
@pytest.mark.parametrize("name", ["endoscopy", "xray", "ultrasound"])
def test_medsam_input_equals_published_values_on_pictures(shared: Path, name: str) -> None:
    golden = np.load(GOLDEN)
    image = Image.open(shared / "data" / str(golden[f"{name}_path"]))
    picture = np.asarray(image.convert("RGB"))
    x = encode_input(picture, MEDSAM)[0].numpy().transpose(1, 2, 0)
    assert x.shape == (1024, 1024, 3)
    assert np.abs(x[32::64, 32::64] - golden[f"{name}_sample"]).max() < ONE_LEVEL
    assert abs(x.mean() - golden[f"{name}_mean"]) < 1e-4


@pytest.mark.shared
def test_medsam_input_equals_published_values_on_ct(shared: Path) -> None:
    nib = pytest.importorskip("nibabel")
    from medsam.intensity import CT_PRESETS, to_uint8
    from medsam.volume import stored_slice

    golden = np.load(GOLDEN)
    array = np.asarray(nib.load(shared / "data" / str(golden["ct_path"])).dataobj)
    picture = to_uint8(stored_slice(array, 2, int(golden["ct_slice_k"])), CT_PRESETS["soft tissue"])
    x = encode_input(picture, MEDSAM)[0].numpy().transpose(1, 2, 0)
    assert np.abs(x[32::64, 32::64] - golden["ct_sample"]).max() < ONE_LEVEL
    assert abs(x.mean() - golden["ct_mean"]) < 1e-4


@pytest.mark.parametrize("shape", [(512, 512), (300, 211), (64, 900), (1, 7), (700, 900, 3), (1100, 60)])
def test_cubic_resize_equals_scikit_image_to_one_level(shape: tuple[int, ...]) -> None:
    picture = smooth_picture(shape)
    size = (256, 256, *shape[2:])
    expected = resize(picture, size, order=3, preserve_range=True, anti_aliasing=True).astype(np.uint8)
    got = resize_cubic(picture, (256, 256))
    difference = np.abs(got.astype(int) - expected)
    assert difference.max() <= 1
    # Where they differ a flat area sits on the edge of a level; elsewhere they agree.
    assert np.mean(difference[got != 128] != 0) < 1e-3


def test_grey_picture_becomes_three_equal_channels_in_zero_to_one() -> None:
    x = encode_input(smooth_picture((100, 80)), MEDSAM)
    assert x.shape == (1, 3, 1024, 1024)
    assert x.dtype == torch.float32
    assert torch.equal(x[0, 0], x[0, 1])
    assert torch.equal(x[0, 0], x[0, 2])
    assert float(x.min()) == 0.0
    assert float(x.max()) == 1.0


def test_constant_picture_gives_zeros_not_nan() -> None:
    x = encode_input(np.full((40, 50), 77, np.uint8), MEDSAM)
    assert torch.equal(x, torch.zeros_like(x))


def test_sam_input_is_standardised_then_padded_with_zeros() -> None:
    picture = np.full((100, 200, 3), 255, np.uint8)
    x = encode_input(picture, SAM)
    white = [(255 - m) / s for m, s in zip(transforms.SAM_MEAN, transforms.SAM_STD, strict=True)]
    assert torch.allclose(x[0, :, 0, 0], torch.tensor(white))
    assert torch.equal(x[0, :, 512:], torch.zeros(3, 512, 1024))
    assert float(x[0, 0, 511, 1023]) == pytest.approx(white[0], rel=1e-5)


def test_lite_input_is_area_mean_padded_and_min_max() -> None:
    picture = np.zeros((512, 256), np.uint8)
    picture[::2, ::2] = 200
    picture[:2, :2] = 0
    x = encode_input(picture, LITE)
    assert x.shape == (1, 3, 256, 256)
    # Every 2 by 2 block has one pixel of 200: mean 50, but for the first block.
    assert float(x[0, 0, 0, 0]) == 0.0
    assert torch.equal(x[0, 0, 1:, :128], torch.ones(255, 128))
    assert torch.equal(x[0, 0, :, 128:], torch.zeros(256, 128))


def test_area_resize_weighs_fractions_of_pixels() -> None:
    picture = np.array([[0, 90, 240]], np.uint8)
    # Each new pixel covers one and a half old ones.
    assert resize_area(picture, (1, 2)).tolist() == [[30, 190]]


def test_area_resize_keeps_pixels_when_doubling() -> None:
    picture = np.array([[10, 200]], np.uint8)
    assert resize_area(picture, (2, 4)).tolist() == [[10, 10, 200, 200]] * 2


@pytest.mark.parametrize(
    ("shape_hw", "longest", "expected"),
    [((512, 400), 256, (256, 200)), ((333, 512), 256, (167, 256)), ((1, 5000), 256, (1, 256))],
)
def test_longest_side_shape(shape_hw: tuple[int, int], longest: int, expected: tuple[int, int]) -> None:
    assert longest_side_shape(shape_hw, longest) == expected


def test_box_scales_each_axis_alone_for_medsam() -> None:
    assert box_to_input(Box(10, 20, 50, 100), (200, 100), MEDSAM)[0].tolist() == pytest.approx(
        [102.4, 102.4, 512.0, 512.0]
    )


def test_box_scales_with_the_longer_side_for_sam_and_lite() -> None:
    assert box_to_input(Box(10, 20, 50, 100), (200, 100), LITE)[0].tolist() == pytest.approx(
        [12.8, 25.6, 64.0, 128.0]
    )
    assert box_to_input(Box(10, 20, 50, 100), (200, 100), SAM)[0].tolist() == pytest.approx(
        [51.2, 102.4, 256.0, 512.0]
    )


def test_points_carry_their_signs() -> None:
    coords, labels = points_to_input(Points.of([(1, 2)], [(3, 4)]), (512, 512), MEDSAM)
    assert coords.tolist() == [[[1.5, 3.5], [5.5, 7.5]]]
    assert labels.tolist() == [[1, 0]]


@pytest.mark.parametrize("pp", [MEDSAM, SAM, LITE], ids=lambda pp: pp.kind)
@pytest.mark.parametrize("shape_hw", [(512, 512), (300, 200), (90, 640)])
def test_box_drawn_in_the_network_frame_comes_back_as_the_same_box(
    pp: Preprocessing, shape_hw: tuple[int, int]
) -> None:
    h, w = shape_hw
    box = Box(w * 0.25, h * 0.25, w * 0.75, h * 0.625)
    x0, y0, x1, y1 = (v / pp.size * 256 for v in box_to_input(box, shape_hw, pp)[0].tolist())
    rows, cols = np.mgrid[:256, :256] + 0.5
    inside = (cols > x0) & (cols < x1) & (rows > y0) & (rows < y1)
    low_res = torch.from_numpy(np.where(inside, 8.0, -8.0)).float()[None]
    logits = masks_from_logits(low_res, shape_hw, pp)
    assert logits.shape == (1, h, w)
    found = Box.from_mask((logits[0] > 0).numpy())
    tolerance = max(shape_hw) / 256 + 1
    assert np.abs(np.subtract(found.xyxy, box.xyxy)).max() <= tolerance


def test_medsam_masks_are_thresholded_probabilities_of_the_published_order() -> None:
    low_res = torch.randn(2, 256, 256, generator=torch.Generator().manual_seed(1)) * 8
    published = torch.nn.functional.interpolate(
        low_res.sigmoid()[None], (301, 173), mode="bilinear", align_corners=False
    )[0]
    got = masks_from_logits(low_res, (301, 173), MEDSAM)
    assert torch.equal(got > 0, published > 0.5)


def test_mask_prompt_is_padded_as_background() -> None:
    mask = MaskPrompt(
        np.where(np.arange(200) < 100, 5.0, -6.0).astype(np.float32).reshape(200, 1).repeat(100, 1)
    )
    x = mask_to_input(mask, (200, 100), SAM, 256)
    assert x.shape == (1, 1, 256, 256)
    assert float(x[0, 0, 10, 10]) == pytest.approx(5.0)
    assert float(x[0, 0, 250, 10]) == pytest.approx(-6.0)
    assert float(x[0, 0, 10, 200]) == pytest.approx(-6.0)


@pytest.mark.parametrize(
    "picture", [np.zeros((4, 4), np.int16), np.zeros((4, 4, 4), np.uint8), np.zeros((0, 4), np.uint8)]
)
def test_a_picture_that_is_not_8_bit_is_refused(picture: np.ndarray) -> None:
    with pytest.raises(InputError, match="8-bit"):
        encode_input(picture, MEDSAM)


def test_a_zoom_network_has_no_encoder_input() -> None:
    with pytest.raises(ModelError, match="no image encoder"):
        encode_input(np.zeros((4, 4), np.uint8), PREPROCESSING["zoom"])
