"""Learning rates, and when a longer run is the same run so far."""

from __future__ import annotations

from itertools import pairwise

import pytest

from finetune.config import TrainConfig
from finetune.loop.schedule import kept_at, random_seed, rate_at, same_rates


def test_every_schedule_warms_up_and_ends_as_it_says() -> None:
    cosine = TrainConfig(steps=110, warm_up=10, rate=1.0, schedule="cosine")
    rates = [rate_at(s, cosine) for s in range(110)]
    assert rates[0] == pytest.approx(0.1)
    assert max(rates) == rates[10] == 1.0
    assert rates[60] == pytest.approx(0.5)
    assert 0 < rates[-1] < 0.01
    assert all(a > b for a, b in pairwise(rates[10:]))
    linear = TrainConfig(steps=100, warm_up=0, rate=1.0, schedule="linear", decay_steps=20)
    assert [rate_at(s, linear) for s in (0, 79, 80, 90)] == [1.0, 1.0, 1.0, 0.5]
    constant = TrainConfig(steps=100, warm_up=4, rate=2.0, schedule="constant")
    assert [rate_at(s, constant) for s in (0, 1, 3, 99)] == [0.5, 1.0, 2.0, 2.0]


def test_a_longer_run_is_the_same_so_far_only_where_its_rates_are() -> None:
    linear = TrainConfig(steps=100, schedule="linear", decay_steps=20)
    longer = TrainConfig(steps=200, schedule="linear", decay_steps=20)
    assert same_rates(81, linear, longer)
    assert not same_rates(82, linear, longer)
    cosine, other = TrainConfig(steps=100000), TrainConfig(steps=200000)
    assert same_rates(0, cosine, other)
    assert not same_rates(50000, cosine, other)


def test_the_mean_forgets_the_start() -> None:
    config = TrainConfig(ema=0.99)
    assert kept_at(1, config) < 0.1
    assert kept_at(10**6, config) == 0.99


def test_neighbouring_numbers_share_no_seed() -> None:
    seeds = {random_seed(7, step, part) for step in range(30) for part in range(4)}
    assert len(seeds) == 120
    assert random_seed(7, 3, 2) == random_seed(7, 3, 2)
