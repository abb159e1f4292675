"""Variations of slices: picture and mask stay together, and nothing happens that was not asked for."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest

from finetune.config import GeometryConfig, IntensityConfig, Recipe, recipe_from_dict
from finetune.data.modalities import MODALITIES
from finetune.data.store import Store
from finetune.features.variation import SliceVariation, draw_variation, identity, variant
from tests.finetune.conftest import disc
from tests.finetune.tiny_store import write_store

H, W = 40, 60
EVERY = GeometryConfig(flip=1.0, quarter_turns=1.0, rotate=1.0, degrees=30, scale=(0.8, 1.25))
STRONG = IntensityConfig(gamma=1.0, contrast=1.0, noise=1.0)


def scene() -> tuple[np.ndarray, np.ndarray]:
    """A grey picture with a bright disc off its middle, and its mask."""
    mask = disc(H, W, 22, 17, 9)
    return np.where(mask, 200, 40).astype(np.uint8), mask


def test_the_identity_changes_nothing() -> None:
    picture, mask = scene()
    plain = identity((H, W))
    assert plain.is_identity
    assert plain.out_shape_hw == (H, W)
    np.testing.assert_array_equal(plain.picture(picture), picture)
    np.testing.assert_array_equal(plain.mask(mask), mask)


@pytest.mark.parametrize("turns", range(4))
@pytest.mark.parametrize("flip", [False, True])
def test_mirrors_and_turns_are_exact(flip: bool, turns: int) -> None:
    picture, mask = scene()
    variation = SliceVariation((H, W), flip=flip, turns=turns)
    turned, moved = variation.picture(picture), variation.mask(mask)
    assert turned.shape == moved.shape == variation.out_shape_hw == ((W, H) if turns % 2 else (H, W))
    assert moved.dtype == bool
    np.testing.assert_array_equal(turned == 200, moved)
    assert variation.is_identity == (not flip and turns == 0)
    y, x = (np.argwhere(moved) + 0.5).mean(0)
    expected = {
        (False, 0): (22, 17),
        (False, 1): (17, W - 22),
        (False, 2): (W - 22, H - 17),
        (False, 3): (H - 17, 22),
        (True, 0): (W - 22, 17),
        (True, 1): (17, 22),
        (True, 2): (22, H - 17),
        (True, 3): (H - 17, W - 22),
    }[flip, turns]
    assert (x, y) == pytest.approx(expected, abs=0.1)


@pytest.mark.parametrize(("degrees", "scale"), [(20, 1.0), (-15, 0.8), (0, 1.3), (30, 1.1)])
def test_tilt_and_zoom_keep_the_frame_and_move_both_alike(degrees: float, scale: float) -> None:
    picture, mask = scene()
    variation = SliceVariation((H, W), degrees=degrees, scale=scale)
    moved, soft = variation.picture(picture), variation.mask(mask)
    assert moved.shape == soft.shape == (H, W)
    assert soft.dtype == np.float32
    assert soft.min() >= 0 and soft.max() <= 1
    # 40 outside of the disc, 200 inside: the picture says the same as the mask everywhere.
    np.testing.assert_allclose(moved, 40 + 160 * soft, atol=0.6)
    assert soft.sum() == pytest.approx(mask.sum() * scale**2, rel=0.03)
    offset = np.array([22 - W / 2, 17 - H / 2]) * scale
    angle = np.radians(degrees)
    back = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
    y, x = np.average(np.argwhere(np.ones((H, W))) + 0.5, axis=0, weights=soft.reshape(-1))
    assert (x, y) == pytest.approx(tuple(back @ offset + [W / 2, H / 2]), abs=0.15)


def test_colour_keeps_its_planes_and_grey_stays_grey() -> None:
    rng = np.random.default_rng(0)
    color = rng.integers(0, 256, (H, W, 3), np.uint8)
    variation = SliceVariation((H, W), degrees=10, color=True, intensity=STRONG, seed=3)
    assert variation.picture(color).shape == (H, W, 3)
    grey = SliceVariation((H, W), degrees=10, intensity=STRONG, seed=3).picture(color[..., 0])
    assert grey.shape == (H, W)
    assert grey.dtype == np.uint8


def test_intensities_leave_masks_alone_and_are_the_same_each_time() -> None:
    picture, mask = scene()
    variation = SliceVariation((H, W), intensity=STRONG, seed=5)
    first = variation.picture(picture)
    np.testing.assert_array_equal(first, variation.picture(picture))
    assert not np.array_equal(first, picture)
    assert not np.array_equal(first, dataclasses.replace(variation, seed=6).picture(picture))
    np.testing.assert_array_equal(variation.mask(mask), mask)
    assert not variation.is_identity


@pytest.mark.parametrize("shape", [(1, 40), (3, 200), (2, 2)])
def test_slices_of_a_few_pixels_can_be_varied(shape: tuple[int, int]) -> None:
    every = IntensityConfig(**{f.name: 1.0 for f in dataclasses.fields(IntensityConfig)})
    variation = SliceVariation(shape, degrees=10, scale=1.1, intensity=every, seed=1)
    assert variation.picture(np.full(shape, 90, np.uint8)).shape == shape


@pytest.mark.parametrize(("key", "may"), [("ct", True), ("ultrasound", False), ("oct", False)])
def test_what_has_an_up_is_not_mirrored_or_turned(key: str, may: bool) -> None:
    drawn = [
        draw_variation(np.random.default_rng(n), EVERY, IntensityConfig(), MODALITIES[key], (H, W))
        for n in range(20)
    ]
    assert {d.flip for d in drawn} == {may}
    assert {d.turns for d in drawn} == ({1, 2, 3} if may else {0})
    assert all(abs(d.degrees) <= 30 and 0.8 <= d.scale <= 1.25 for d in drawn)
    assert len({d.degrees for d in drawn}) == 20


def test_nothing_is_asked_so_nothing_happens() -> None:
    rng = np.random.default_rng(0)
    drawn = draw_variation(rng, GeometryConfig(), IntensityConfig(), MODALITIES["ct"], (H, W))
    assert drawn.is_identity


def varied_recipe(seed: int = 1) -> Recipe:
    """A recipe whose variants differ."""
    return recipe_from_dict(
        {
            "name": "varied",
            "embed": {"variants": 4, "seed": seed},
            "geometry": dataclasses.asdict(EVERY),
            "intensity": {"gamma": 0.5},
        }
    )


def test_a_variant_is_a_function_of_seed_case_slice_and_number(tmp_path: Path) -> None:
    cases = Store(write_store(tmp_path, cases=2)).cases
    recipe = varied_recipe()
    assert variant(recipe, cases[0], 0, 0).is_identity
    assert variant(recipe, cases[0], 0, 2) == variant(varied_recipe(), cases[0], 0, 2)
    others = [
        variant(recipe, cases[0], 0, 1),
        variant(recipe, cases[0], 0, 2),
        variant(recipe, cases[0], 1, 1),
        variant(recipe, cases[1], 0, 1),
        variant(varied_recipe(seed=2), cases[0], 0, 1),
    ]
    assert len({v.degrees for v in others}) == len(others)
