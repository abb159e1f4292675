"""The decoder's work on the image's thousands of tokens, by PyTorch.

An image's token asks the prompts' tokens with ``Wq y``; its score for a key
k is ``(Wq y + b)·k = y·(Wqᵀ k) + b·k``, so that nothing of the image is
projected but in the first layer, where it was beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from medsam.model.arithmetic import Arithmetic
from medsam.model.decoding_parts import Kept, Layer, Told

MANY_ROWS = 4096
"""Rows that the matrices for an image's tokens are laid out for."""


class ImageWork:
    """The image's side of N prompts, one by one: it then stays in the processor's cache.

    Images are a list of N (S, C); ``questions`` (N, heads·T, C) float32 are of
    ``Attention.ask``; what prompts saw of the renewed images comes back as
    (N, heads·T, C) float32.
    """

    def __init__(self, layers: Sequence[Layer], upscaling: nn.Sequential, arithmetic: Arithmetic) -> None:
        """Lay the parameters out."""
        self._layers = layers
        self._arithmetic = arithmetic
        first, norm, _, second, _ = upscaling
        self._first, self._second = (
            arithmetic.matrix(cells(layer), cell_bias(layer), MANY_ROWS) for layer in (first, second)
        )
        self._norm: Any = norm

    def renew_first(self, kept: Kept, told: Told, questions: Tensor) -> tuple[list[Tensor], Tensor]:
        """The images after the first layer, and what the next one's prompts see of them."""
        heads, n, _, d = told.keys.shape
        keys = told.keys.transpose(0, 1).to(kept.queries.dtype)
        queries = kept.queries.view(-1, heads, d).permute(1, 2, 0)
        scores = ((keys[i] @ queries).flatten(0, 1) for i in range(n))
        return self._renew(self._layers[0], [kept.tokens] * n, kept, scores, told.values, questions)

    def renew_second(
        self, images: list[Tensor], kept: Kept, told: Told, questions: Tensor
    ) -> tuple[list[Tensor], Tensor]:
        """The images after the second layer, and what the prompts see of them at last."""
        layer = self._layers[1]
        asked, shifts = layer.read.answer_to(told.keys)
        asked, shifts = asked.to(kept.places.dtype), shifts.to(kept.places.dtype)
        scores = (
            torch.addmm(shifts[i, :, None], asked[i], (image + kept.places).t())
            for i, image in enumerate(images)
        )
        return self._renew(layer, images, kept, scores, told.values, questions)

    def _renew(
        self, layer: Layer, images: list[Tensor], kept: Kept, scores: Any, values: Tensor, questions: Tensor
    ) -> tuple[list[Tensor], Tensor]:
        constant, norm, dtype = self._arithmetic.constant, layer.norms[3], kept.places.dtype
        weight, bias = constant(norm.weight), constant(norm.bias)
        values, questions = values.to(dtype), questions.to(dtype)
        renewed, seen = [], []
        for i, (image, score) in enumerate(zip(images, scores, strict=True)):
            # A softmax along a last dimension of seven is many times slower than along the one before it.
            shares = score.view(layer.read.heads, -1, score.shape[1]).softmax(dim=1).flatten(0, 1)
            read = torch.addmm(constant(layer.read.out_bias), shares.t(), values[i])
            image = F.layer_norm(read.add_(image), norm.normalized_shape, weight, bias, norm.eps)
            renewed.append(image)
            seen.append((questions[i] @ (image + kept.places).t()).softmax(dim=-1) @ image)
        return renewed, torch.stack(seen).float()

    def masks(self, images: list[Tensor], weights: Tensor, hw: tuple[int, int]) -> Tensor:
        """(N, M, 4h, 4w) float32 logits from weights (N, M, C / 8)."""
        pairs = zip(images, weights, strict=True)
        return torch.stack([self._mask(image, weight, hw) for image, weight in pairs])

    def _mask(self, image: Tensor, weights: Tensor, hw: tuple[int, int]) -> Tensor:
        norm, constant = self._norm, self._arithmetic.constant
        m, (h, w) = weights.shape[0], hw
        x = self._first(image).view(-1, norm.weight.shape[0])
        x = F.gelu(F.layer_norm(x, norm.weight.shape, constant(norm.weight), constant(norm.bias), norm.eps))
        x = self._second(x, "gelu").view(-1, weights.shape[1]) @ weights.to(x.dtype).t()
        cells = x.float().view(h, w, 2, 2, 2, 2, m)
        return cells.permute(6, 0, 2, 4, 1, 3, 5).reshape(m, 4 * h, 4 * w)


def cells(layer: Any) -> Tensor:
    """A 2×2 transposed convolution of stride 2 as a matrix from a cell to its four: (4·C', C)."""
    kernel_2x2: Tensor = layer.weight.detach().permute(2, 3, 1, 0)
    return kernel_2x2.reshape(-1, kernel_2x2.shape[3])


def cell_bias(layer: Any) -> Tensor:
    """What is added to each of the four, (4·C',)."""
    bias: Tensor = layer.weight.new_zeros(layer.out_channels) if layer.bias is None else layer.bias
    return bias.detach().repeat(4)
