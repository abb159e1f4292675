"""Changes to intensities: in range, each picture on its own, colours that mean something kept."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
import torch

from finetune.config import IntensityConfig
from finetune.features.augment import vary_pictures

EVERY = IntensityConfig(**{f.name: 1.0 for f in dataclasses.fields(IntensityConfig)})


@pytest.mark.parametrize("planes", [1, 3])
def test_varied_pictures_stay_in_range(planes: int) -> None:
    x = torch.rand(12, planes, 32, 24)
    color = np.arange(12) % 2 == 0
    y = vary_pictures(x, color, EVERY, np.random.default_rng(0))
    assert y.shape == x.shape
    assert y.min() >= 0
    assert y.max() <= 1
    assert not torch.equal(x, y)


def test_colour_is_not_inverted_and_grey_not_tinted() -> None:
    rng = np.random.default_rng(0)
    x = torch.rand(12, 3, 32, 32)
    color = np.arange(12) % 2 == 0
    inverted = vary_pictures(x, color, IntensityConfig(invert=1.0), rng)
    assert torch.equal(inverted[color], x[color])
    torch.testing.assert_close(inverted[~color], 1 - x[~color])
    tinted = vary_pictures(x, color, IntensityConfig(tint=1.0), rng)
    assert torch.equal(tinted[~color], x[~color])
    assert not torch.equal(tinted[color], x[color])


def test_nothing_asked_changes_nothing_and_the_input_is_never_changed() -> None:
    x = torch.rand(4, 3, 16, 16)
    before = x.clone()
    assert torch.equal(vary_pictures(x, np.ones(4, bool), IntensityConfig(), np.random.default_rng(0)), x)
    vary_pictures(x, np.ones(4, bool), EVERY, np.random.default_rng(0))
    assert torch.equal(x, before)


@pytest.mark.parametrize("name", [f.name for f in dataclasses.fields(IntensityConfig)])
def test_each_change_does_something_and_follows_its_generator(name: str) -> None:
    x = torch.rand(2, 3, 16, 16)
    color = np.array([True, False])
    one, two = (
        vary_pictures(x, color, IntensityConfig(**{name: 1.0}), np.random.default_rng(4)) for _ in range(2)
    )
    assert torch.equal(one, two)
    assert not torch.equal(one, x)
