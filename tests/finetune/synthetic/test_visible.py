"""What a person would see of an object, by cases whose answer is plain."""

from __future__ import annotations

import numpy as np
import pytest

from finetune.synthetic.visible import LEAST_AREA, border_seen, keep_visible

ROWS, COLUMNS = np.indices((120, 160))


def disc(row: int, column: int, radius: float) -> np.ndarray:
    return np.hypot(ROWS - row, COLUMNS - column) < radius


def noisy(picture: np.ndarray, noise: float) -> np.ndarray:
    rng = np.random.default_rng(3)
    return np.clip(picture + noise * rng.standard_normal(picture.shape), 0, 255).astype(np.uint8)


def test_only_what_can_be_seen_is_kept() -> None:
    clear, faint, tiny = disc(60, 40, 20), disc(60, 110, 20), disc(20, 75, 3)
    picture = noisy(100 + 40.0 * clear + 3.0 * faint + 80.0 * tiny, 4)
    labels = (1 * clear + 2 * faint + 1 * tiny).astype(np.uint8)
    kept = keep_visible(picture, labels, {1: "seen", 2: "not seen"})
    assert tiny.sum() < LEAST_AREA
    assert (kept.labels == clear).all()
    assert kept.names == {1: "seen"}
    assert labels[60, 110] == 2


def test_noise_hides_what_would_be_seen_without_it() -> None:
    shape = disc(60, 80, 25)
    calm, loud = (noisy(100 + 12.0 * shape, noise)[..., None].astype(np.float32) for noise in (3, 45))
    assert border_seen(calm, shape) == 1
    assert border_seen(loud, shape) < 0.6


def test_a_border_that_is_seen_on_one_side_counts_for_half() -> None:
    shape = disc(60, 80, 30)
    picture = np.full(shape.shape, 100, np.float32)
    picture[shape] = 160
    picture[:, 80:] = 160
    assert border_seen(picture[..., None], shape) == pytest.approx(0.5, abs=0.1)


def test_a_difference_of_colour_alone_is_seen() -> None:
    shape = disc(60, 80, 30)
    picture = np.full((*shape.shape, 3), 100, np.float32)
    picture[shape] = (140, 60, 100)
    assert border_seen(picture, shape) == 1
    assert border_seen(picture.mean(-1, keepdims=True), shape) == 0
