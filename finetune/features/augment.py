"""Variations of a picture's intensities: other scanners, displays and codecs."""

from __future__ import annotations

import io
from collections.abc import Callable

import numpy as np
import numpy.typing as npt
import torch
from PIL import Image
from torch import Tensor
from torch.nn import functional as F

from finetune.config import IntensityConfig

Generator = np.random.Generator
Change = Callable[[Tensor, Generator], Tensor]


def vary_pictures(
    pictures: Tensor, color: npt.NDArray[np.bool_], config: IntensityConfig, rng: Generator
) -> Tensor:
    """Vary each of (B, 1 or 3, H, W) pictures in 0..1 on its own; stays in 0..1.

    Args:
        color: (B,), where hue carries meaning: such pictures may be tinted
            and are never inverted.
        rng: All randomness comes from here.
    """
    every = np.ones(len(pictures), bool)
    changes: list[tuple[float, npt.NDArray[np.bool_], Change]] = [
        (config.gray, every, lambda x, _: x.mean(1, keepdim=True).expand_as(x)),
        (config.tint, color, _tint),
        (config.gamma, every, _gamma),
        (config.shade, every, _shade),
        (config.contrast, every, _contrast),
        (config.invert, ~color, lambda x, _: 1 - x),
        (config.coarse, every, _coarse),
        (config.blur, every, _blur),
        (config.noise, every, _noise),
        (config.jpeg, every, _jpeg),
    ]
    result = pictures.clone()
    for probability, allowed, change in changes:
        pick = np.flatnonzero(allowed & (rng.random(len(pictures)) < probability))
        if pick.size:
            result[pick] = change(result[pick], rng)
    return result.clamp(0, 1)


def _uniform(rng: Generator, low: float, high: float, *shape: int) -> Tensor:
    return torch.from_numpy(rng.uniform(low, high, shape).astype(np.float32))


def _tint(x: Tensor, rng: Generator) -> Tensor:
    return x * _uniform(rng, 0.75, 1.25, len(x), x.shape[1], 1, 1)


def _gamma(x: Tensor, rng: Generator) -> Tensor:
    return x.clamp(1e-4, 1) ** _uniform(rng, -0.6, 0.6, len(x), 1, 1, 1).exp()


def _shade(x: Tensor, rng: Generator) -> Tensor:
    """A smooth gain over the picture: coil profiles, vignettes, shadows."""
    return x * F.interpolate(_uniform(rng, 0.6, 1.4, len(x), 1, 3, 3), size=x.shape[2:], mode="bicubic")


def _contrast(x: Tensor, rng: Generator) -> Tensor:
    """Another window: gain and shift, cut off at black and white."""
    middle = x.mean((1, 2, 3), keepdim=True)
    gain = _uniform(rng, -0.6, 0.6, len(x), 1, 1, 1).exp()
    return (x - middle) * gain + middle + _uniform(rng, -0.2, 0.2, len(x), 1, 1, 1)


def _coarse(x: Tensor, rng: Generator) -> Tensor:
    """Fewer pixels in the original, as of a distant or compressed picture."""
    factor = max(float(rng.uniform(0.3, 0.8)), 1.01 / min(x.shape[2:]))  # at least one pixel remains
    small = F.interpolate(x, scale_factor=factor, mode="bilinear", antialias=True)
    return F.interpolate(small, size=x.shape[2:], mode="bilinear")


def _blur(x: Tensor, rng: Generator) -> Tensor:
    """Softer, or (share below zero) sharper."""
    soft = F.avg_pool2d(F.pad(x, (1, 1, 1, 1), mode="replicate"), 3, 1)
    return x + (soft - x) * _uniform(rng, -0.5, 1.0, len(x), 1, 1, 1)


def _noise(x: Tensor, rng: Generator) -> Tensor:
    """Grain: as strong everywhere, or in proportion to the brightness (speckle)."""
    grain = torch.from_numpy(rng.standard_normal((len(x), 1, *x.shape[2:]), dtype=np.float32))
    strength = _uniform(rng, 0.0, 0.1, len(x), 1, 1, 1)
    speckle = _uniform(rng, 0, 1, len(x), 1, 1, 1) < 0.5
    return x + grain * strength * torch.where(speckle, x * 2, torch.ones_like(x))


def _jpeg(x: Tensor, rng: Generator) -> Tensor:
    """Blocks and ringing of a lossy file."""
    levels = (x.clamp(0, 1) * 255).round().byte().permute(0, 2, 3, 1).numpy()
    result = []
    for picture in levels:
        buffer = io.BytesIO()
        plain = picture[..., 0] if picture.shape[2] == 1 else picture
        Image.fromarray(plain).save(buffer, "JPEG", quality=int(rng.integers(15, 80)))
        back = np.asarray(Image.open(buffer), np.float32)
        result.append(torch.from_numpy(back.reshape(picture.shape)).permute(2, 0, 1) / 255)
    return torch.stack(result)
