"""Weights that anyone can make again: a pure function of each entry's name, shape and a seed.

The rules are those of the reference outputs in ``tests/data``.
"""

from __future__ import annotations

import zlib

import torch
from torch import Tensor, nn

SEED = 20261122


def synthetic_entry(name: str, like: Tensor, seed: int = SEED) -> Tensor:
    """The value of one entry of a state dict; integer entries stay as they are."""
    if not like.is_floating_point():
        return like
    generator = torch.Generator().manual_seed((zlib.crc32(name.encode()) + seed) % 2**31)
    r = torch.randn(like.shape, generator=generator)
    last = name.rsplit(".", 1)[-1]
    if "gaussian_matrix" in name:
        return r
    if last == "attention_biases" or "rel_pos" in name:
        return r.mul_(0.2)
    if last == "running_var":
        return 1 + 0.1 * r.abs()
    if "pos_embed" in name or last in ("bias", "running_mean"):
        return r.mul_(0.05)
    if r.ndim == 1:
        return 1 + 0.1 * r
    if (name.startswith("prompt_encoder") and "embed" in name) or "token" in name:
        return r.mul_(0.5)
    if r.ndim == 2:
        return r.div_(r.shape[1] ** 0.5)
    return r.div_((r.numel() / r.shape[0]) ** 0.5)


def fill(network: nn.Module, seed: int = SEED) -> None:
    """Give a network synthetic weights, one entry at a time, in place."""
    with torch.no_grad():
        for name, tensor in network.state_dict().items():
            tensor.copy_(synthetic_entry(name, tensor, seed))


def synthetic_image(side: int, seed: int = SEED) -> Tensor:
    """The picture of the reference outputs: (1, 3, side, side) in [0, 1]."""
    small = torch.rand(1, 3, 16, 16, generator=torch.Generator().manual_seed(seed + 1))
    return nn.functional.interpolate(small, size=(side, side), mode="bilinear", align_corners=False)


def synthetic_mask_prompt(seed: int = SEED) -> Tensor:
    """The mask prompt of the reference outputs: (1, 1, 256, 256)."""
    return torch.randn(1, 1, 256, 256, generator=torch.Generator().manual_seed(seed + 2))
