"""Everything that is a function of the step alone: learning rate, pace of the running mean, seeds."""

from __future__ import annotations

import math

import numpy as np

from finetune.config import TrainConfig

_PROBES = 4096


def rate_at(step: int, config: TrainConfig) -> float:
    """Learning rate of a step (from 0): a linear warm-up times the schedule's shape.

    "linear" stays level and goes straight to zero over its last
    ``decay_steps``; "cosine" falls along half a wave from the end of the
    warm-up to the last step; "constant" stays.
    """
    warm = min((step + 1) / max(config.warm_up, 1), 1.0)
    return config.rate * warm * _shape(step, config)


def _shape(step: int, config: TrainConfig) -> float:
    if config.schedule == "constant":
        return 1.0
    if config.schedule == "linear":
        left = (config.steps - step) / max(config.decay_steps, 1)
        return min(max(left, 0.0), 1.0)
    span = max(config.steps - config.warm_up, 1)
    passed = min(max((step - config.warm_up) / span, 0.0), 1.0)
    return 0.5 * (1.0 + math.cos(math.pi * passed))


def kept_at(step: int, config: TrainConfig) -> float:
    """Share of the running mean that is kept at a step (from 1): less at first, to forget the start."""
    return min(config.ema, step / (step + 10))


def same_rates(until: int, one: TrainConfig, other: TrainConfig) -> bool:
    """Whether two schedules give the same rates for all steps before ``until``.

    Long runs are compared at some thousand steps, the last ones among them:
    the shapes are smooth and part ways for good.
    """
    steps = range(until)
    if until > _PROBES:
        steps = [int(s) for s in np.linspace(0, until - 1, _PROBES)]  # type: ignore[assignment]
    return all(rate_at(s, one) == rate_at(s, other) for s in steps)


def random_seed(*numbers: int) -> int:
    """A seed for torch that shares nothing with those of neighbouring numbers."""
    return int(np.random.SeedSequence(numbers).generate_state(1, np.uint64)[0])
