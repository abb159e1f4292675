"""Low-rank additions to the attention of a ViT encoder (tier C), and merging them away.

A projection W becomes W + (alpha / rank)·B·A with a narrow A and B; only
these are trained. B begins at zero, so the network begins unchanged. Exported
weights are merged: they have the published names and shapes again.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from finetune.config import LoraConfig
from medsam.errors import InputError
from medsam.model.image_encoder import ImageEncoder

_OF_QKV = ("q", "k", "v")


class LoraLinear(nn.Linear):
    """A linear layer, frozen, with low-rank additions to some of its outputs.

    Its weight and bias are those of the layer it replaces, under their names.

    Attributes:
        lora_a: (rank, inputs) for each addition.
        lora_b: (outputs of the addition, rank) for each.
    """

    def __init__(self, base: nn.Linear, parts: list[slice], rank: int, scale: float) -> None:
        """Take a layer's place.

        Args:
            base: The layer; its tensors are shared.
            parts: Which outputs each addition is for.
            rank: Of each.
            scale: Times each.
        """
        super().__init__(base.in_features, base.out_features, device="meta")
        self.weight, self.bias = base.weight, base.bias
        self.parts, self.scale = parts, scale
        new = base.weight.new_zeros
        self.lora_a = nn.ParameterList(new(rank, base.in_features) for _ in parts)
        self.lora_b = nn.ParameterList(new(p.stop - p.start, rank) for p in parts)
        for a in self.lora_a:
            nn.init.normal_(a, std=base.in_features**-0.5)

    def forward(self, x: Tensor) -> Tensor:
        """(..., inputs) to (..., outputs)."""
        low = F.linear(x, torch.cat(list(self.lora_a)))
        return super().forward(x) + F.linear(low, self._spread() * self.scale)

    def _spread(self) -> Tensor:
        """Every B at its outputs and its share of the low rank, zeros elsewhere: (outputs, rank·parts)."""
        rank = self.lora_a[0].shape[0]
        whole = self.weight.new_zeros(self.out_features, rank * len(self.parts))
        for n, (part, b) in enumerate(zip(self.parts, self.lora_b, strict=True)):
            whole[part, n * rank : (n + 1) * rank] = b
        return whole

    @torch.no_grad()
    def merged_weight(self) -> Tensor:
        """(outputs, inputs): the weight of one plain layer that does the same."""
        return self.weight + self._spread() @ torch.cat(list(self.lora_a)) * self.scale


def add_lora(encoder: nn.Module, config: LoraConfig) -> None:
    """Put additions into every block of an encoder; A from torch's generator, B zero.

    Raises:
        InputError: If the encoder is no ViT, or the settings ask for nothing.
    """
    if not isinstance(encoder, ImageEncoder):
        raise InputError(
            "Tier C adds to the attention of a ViT encoder; the encoder of these weights is TinyViT."
            " Take tier A or D."
        )
    if config.rank < 1 or not config.targets:
        raise InputError(
            "Tier C needs lora.rank of at least 1 and one of lora.targets; take tier A for none."
        )
    scale = config.alpha / config.rank
    blocks: Any = encoder.blocks
    for block in blocks:
        attention = block.attn
        width = attention.qkv.in_features
        parts = [
            slice(i * width, (i + 1) * width) for i, name in enumerate(_OF_QKV) if name in config.targets
        ]
        if parts:
            attention.qkv = LoraLinear(attention.qkv, parts, config.rank, scale)
        if "proj" in config.targets:
            attention.proj = LoraLinear(attention.proj, [slice(0, width)], config.rank, scale)


def additions(network: nn.Module) -> Iterator[tuple[str, LoraLinear]]:
    """Every layer that has one, by name."""
    for name, module in network.named_modules():
        if isinstance(module, LoraLinear):
            yield name, module


@contextmanager
def merged(network: nn.Module) -> Iterator[None]:
    """Within it, plain layers do what the additions do; afterwards all is as it was, bit for bit.

    Inference on the processor reads layers' weights directly and would pass
    the additions by.
    """
    layers = [layer for _, layer in additions(network)]
    kept = [layer.weight.data for layer in layers]
    scales = [layer.scale for layer in layers]
    for layer in layers:
        layer.weight.data = layer.merged_weight()
        layer.scale = 0.0
    try:
        yield
    finally:
        for layer, data, scale in zip(layers, kept, scales, strict=True):
            layer.weight.data, layer.scale = data, scale


def plain_state(network: nn.Module) -> dict[str, Tensor]:
    """The state dict with every addition merged, in the published names."""
    state = {name: t for name, t in network.state_dict().items() if ".lora_" not in name}
    for name, layer in additions(network):
        state[f"{name}.weight"] = layer.merged_weight()
    return state
