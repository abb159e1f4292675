"""Weights and a picture that the measurements of ViT-B share.

No trained weights are at hand everywhere, so a network is initialised as
PyTorch does, and what training would have moved off its start (positions,
norms) is moved as well: lower precisions then lose about what they lose on
trained ones, which the tests' golden weights, made to be reproducible, do not
show.
"""

from __future__ import annotations

from pathlib import Path

import torch
from torch import Tensor, nn

from medsam.model.build import build_sam


def move_off_start(network: nn.Module) -> None:
    """Give positions and norms values as training would, in place and reproducibly."""
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for name, parameter in network.named_parameters():
            if "rel_pos" in name:
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.1)
            elif name.endswith("pos_embed"):
                parameter.copy_(torch.randn(parameter.shape, generator=generator) * 0.02)
        for module in network.modules():
            if isinstance(module, nn.LayerNorm):
                for parameter in (module.weight, module.bias):
                    parameter.add_(torch.randn(parameter.shape, generator=generator), alpha=0.05)


def random_vit(folder: Path) -> Path:
    """A checkpoint of ViT-B with random weights, moved off their start."""
    torch.manual_seed(0)
    network = build_sam("vit_b")
    move_off_start(network)
    path = folder / "medsam_random_vit_b.pth"
    torch.save(network.state_dict(), path)
    return path


def photograph() -> Tensor:
    """(1, 3, 1024, 1024) float32 in 0..1: scikit-image's astronaut."""
    from skimage.data import astronaut

    picture = torch.from_numpy(astronaut()).permute(2, 0, 1)[None].float() / 255
    return nn.functional.interpolate(picture, (1024, 1024), mode="bicubic", antialias=True).clamp(0, 1)
