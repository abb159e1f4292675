"""Otsu and GrabCut in a box: what they find of plain pictures, and what they do with odd boxes."""

from __future__ import annotations

import builtins
from typing import Any

import numpy as np
import pytest

from finetune.data.targets import box_fill
from finetune.scores.baselines import baseline_masks, grabcut, otsu, require_opencv
from finetune.scores.metrics import dice
from medsam.errors import InputError
from medsam.prompts import Box
from tests.finetune.conftest import disc


def picture(inside: float, outside: float, hw: tuple[int, int] = (90, 110)) -> tuple[np.ndarray, np.ndarray]:
    """A noisy disc of one grey value on another."""
    truth = disc(*hw, 52, 44, 20)
    grey = np.random.default_rng(3).normal(outside, 5, hw)
    grey[truth] += inside - outside
    return grey.clip(0, 255).astype(np.uint8), truth


BOX = Box(30.6, 22.4, 73.2, 65.8)


@pytest.mark.parametrize(("inside", "outside"), [(170, 60), (60, 170)])
def test_otsu_takes_the_class_in_the_middle_bright_or_dark(inside: float, outside: float) -> None:
    grey, truth = picture(inside, outside)
    assert dice(otsu(grey, BOX), truth) > 0.97


def test_otsu_leaves_out_what_does_not_touch_the_middle() -> None:
    grey, truth = picture(170, 60)
    grey[23:28, 32:37] = 200
    found = otsu(grey, BOX)
    assert not found[23:28, 32:37].any()
    assert dice(found, truth) > 0.97


def test_otsu_sees_only_the_box() -> None:
    grey, _ = picture(170, 60)
    other = grey.copy()
    other[~box_fill(BOX, grey.shape)] = 255
    np.testing.assert_array_equal(otsu(grey, BOX), otsu(other, BOX))
    assert not (otsu(grey, BOX) & ~box_fill(BOX, grey.shape)).any()


def test_a_box_of_one_value_is_taken_as_it_is() -> None:
    flat = np.full((40, 50), 90, np.uint8)
    box = Box(10, 12, 30, 28)
    np.testing.assert_array_equal(otsu(flat, box), box_fill(box, flat.shape))


def test_colours_are_told_apart() -> None:
    grey, truth = picture(170, 60)
    colour = np.stack([grey, 255 - grey, np.full_like(grey, 90)], -1)
    masks = baseline_masks(colour, BOX)
    assert list(masks) == ["otsu", "grabcut"]
    assert all(dice(mask, truth) > 0.95 for mask in masks.values())


@pytest.mark.parametrize("scale", [1, 4])
def test_grabcut_finds_small_and_large_discs_each_time_the_same(scale: int) -> None:
    pytest.importorskip("cv2")
    grey, truth = picture(150, 60)
    grey, truth = (np.repeat(np.repeat(a, scale, 0), scale, 1) for a in (grey, truth))
    box = Box(*(scale * v for v in BOX.xyxy))
    first = grabcut(grey, box)
    assert dice(first, truth) > 0.97
    np.testing.assert_array_equal(grabcut(grey, box), first)
    assert not (first & ~box_fill(box, grey.shape)).any()


def test_grabcut_depends_on_nothing_far_away() -> None:
    pytest.importorskip("cv2")
    grey, _ = picture(150, 60)
    other = grey.copy()
    other[:, 90:] = 255
    np.testing.assert_array_equal(grabcut(grey, BOX), grabcut(other, BOX))


def test_a_box_without_surroundings_is_filled() -> None:
    pytest.importorskip("cv2")
    grey, _ = picture(150, 60)
    whole = Box(0, 0, 110, 90)
    assert grabcut(grey, whole).all()


@pytest.mark.parametrize("box", [Box(0, 3.2, 9, 3.4), Box(109.9, 0, 110, 90), Box(-20, -5, 4, 6)])
def test_odd_boxes_give_masks_of_the_pictures_size(box: Box) -> None:
    pytest.importorskip("cv2")
    grey, _ = picture(150, 60)
    for mask in baseline_masks(grey, box).values():
        assert mask.shape == grey.shape and mask.dtype == bool


def test_a_missing_opencv_is_told_with_its_remedy(monkeypatch: pytest.MonkeyPatch) -> None:
    imported = builtins.__import__

    def refuse(name: str, *rest: Any, **options: Any) -> Any:
        if name == "cv2":
            raise ImportError(name)
        return imported(name, *rest, **options)

    monkeypatch.setattr(builtins, "__import__", refuse)
    with pytest.raises(InputError, match=r"pip install \"medsam-desktop\[finetune\]\""):
        require_opencv()
