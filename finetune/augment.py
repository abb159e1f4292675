"""Variations of a crop's intensities: other scanners, displays and codecs."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from finetune.config import AugmentConfig


def vary_pictures(
    pictures: Tensor, color: npt.NDArray[np.bool_], config: AugmentConfig, rng: np.random.Generator
) -> Tensor:
    """Vary each of (B, 3, S, S) pictures in 0..1 on its own; stays in 0..1.

    Args:
        color: (B,), where hue may be changed without changing the kind of picture.
        rng: All randomness comes from here.
    """
    count = len(pictures)

    def chosen(probability: float) -> npt.NDArray[np.int64]:
        return np.flatnonzero(rng.random(count) < probability)

    def uniform(low: float, high: float, *shape: int) -> Tensor:
        return torch.from_numpy(rng.uniform(low, high, shape or (1,)).astype(np.float32))

    x = pictures.clone()
    for pick in (p for p in (chosen(config.gray),) if p.size):
        x[pick] = x[pick].mean(1, keepdim=True).expand(-1, 3, -1, -1)
    for pick in (p for p in (np.flatnonzero(color & (rng.random(count) < config.tint)),) if p.size):
        x[pick] = x[pick] * uniform(0.75, 1.25, pick.size, 3, 1, 1)
    for pick in (p for p in (chosen(config.gamma),) if p.size):
        x[pick] = x[pick].clamp(1e-4, 1) ** uniform(-0.6, 0.6, pick.size, 1, 1, 1).exp()
    for pick in (p for p in (chosen(config.shade),) if p.size):
        field = F.interpolate(uniform(0.6, 1.4, pick.size, 1, 3, 3), size=x.shape[2:], mode="bicubic")
        x[pick] = x[pick] * field
    for pick in (p for p in (chosen(config.contrast),) if p.size):
        middle = x[pick].mean((1, 2, 3), keepdim=True)
        gain, shift = uniform(-0.6, 0.6, pick.size, 1, 1, 1).exp(), uniform(-0.2, 0.2, pick.size, 1, 1, 1)
        x[pick] = (x[pick] - middle) * gain + middle + shift
    for pick in (p for p in (np.flatnonzero(~color & (rng.random(count) < config.invert)),) if p.size):
        x[pick] = 1 - x[pick]
    for pick in (p for p in (chosen(config.coarse),) if p.size):
        factor = float(rng.uniform(0.3, 0.8))
        small = F.interpolate(x[pick], scale_factor=factor, mode="bilinear", antialias=True)
        x[pick] = F.interpolate(small, size=x.shape[2:], mode="bilinear")
    for pick in (p for p in (chosen(config.blur),) if p.size):
        soft = F.avg_pool2d(F.pad(x[pick], (1, 1, 1, 1), mode="replicate"), 3, 1)
        share = uniform(-0.5, 1.0, pick.size, 1, 1, 1)  # below zero sharpens
        x[pick] = x[pick] + (soft - x[pick]) * share
    for pick in (p for p in (chosen(config.noise),) if p.size):
        grain = rng.standard_normal((pick.size, 1, *x.shape[2:]), dtype=np.float32)
        strength = uniform(0.0, 0.1, pick.size, 1, 1, 1)
        local = torch.where(uniform(0, 1, pick.size, 1, 1, 1) < 0.5, x[pick], 0.5)  # speckle or additive
        x[pick] = x[pick] + torch.from_numpy(grain) * strength * local * 2
    return x.clamp(0, 1)
