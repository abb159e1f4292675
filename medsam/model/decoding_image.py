"""The decoder's work on the image's thousands of tokens: by PyTorch, or by the compiled kernel.

An image's token asks the prompts' tokens with ``Wq y``; its score for a key
k is ``(Wq y + b)·k = y·(Wqᵀ k) + b·k``, so that nothing of the image is
projected but in the first layer, where it was beforehand.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Protocol

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from medsam.model.arithmetic import Arithmetic
from medsam.model.decoding_parts import Kept, Layer, Told
from medsam.model.native import decoder as kernel

MANY_ROWS = 4096
"""Rows that the matrices for an image's tokens are laid out for."""


class Work(Protocol):
    """Who computes the image's side of N prompts.

    Images are (N, S, C) or a list of N; ``questions`` (N, heads·T, C) float32
    are of ``Attention.ask``; what prompts saw of the renewed images comes back
    as (N, heads·T, C) float32.
    """

    def renew_first(self, kept: Kept, told: Told, questions: Tensor) -> tuple[Any, Tensor]:
        """The images after the first layer, and what the next one's prompts see of them."""

    def renew_second(self, images: Any, kept: Kept, told: Told, questions: Tensor) -> tuple[Any, Tensor]:
        """The images after the second layer, and what the prompts see of them at last."""

    def masks(self, images: Any, weights: Tensor, hw: tuple[int, int]) -> Tensor:
        """(N, M, 4h, 4w) float32 logits from weights (N, M, C / 8)."""


class TorchWork:
    """By PyTorch, prompt by prompt: an image's side then stays in the processor's cache."""

    def __init__(self, layers: Sequence[Layer], upscaling: nn.Sequential, arithmetic: Arithmetic) -> None:
        """Lay the parameters out."""
        self._layers = layers
        self._arithmetic = arithmetic
        first, norm, _, second, _ = upscaling
        self._first, self._second = (
            arithmetic.matrix(_cells(layer), _cell_bias(layer), MANY_ROWS) for layer in (first, second)
        )
        self._norm: Any = norm

    def renew_first(self, kept: Kept, told: Told, questions: Tensor) -> tuple[list[Tensor], Tensor]:
        """See ``Work``."""
        heads, n, _, d = told.keys.shape
        keys = told.keys.transpose(0, 1).to(kept.queries.dtype)
        queries = kept.queries.view(-1, heads, d).permute(1, 2, 0)
        scores = ((keys[i] @ queries).flatten(0, 1) for i in range(n))
        return self._renew(self._layers[0], [kept.tokens] * n, kept, scores, told.values, questions)

    def renew_second(
        self, images: list[Tensor], kept: Kept, told: Told, questions: Tensor
    ) -> tuple[list[Tensor], Tensor]:
        """See ``Work``."""
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
        """See ``Work``."""
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


class KernelWork:
    """By ``native.decoder``: each token of an image is read once a layer and once for all its pixels.

    Attributes:
        threads: That share the work.
    """

    def __init__(self, layers: Sequence[Layer], upscaling: nn.Sequential, arithmetic: Arithmetic) -> None:
        """Lay the parameters out."""
        self.threads = 1
        self._layers = layers
        self._dtype = arithmetic.dtype
        self._closings = [
            (
                layer.read.out_bias,
                layer.norms[3].weight.detach(),
                layer.norms[3].bias.detach(),
                layer.norms[3].eps,
            )
            for layer in layers
        ]
        first, norm, _, second, _ = upscaling
        self._first, self._second = (
            (kernel.pack(_cells(layer).t(), self._dtype), _cell_bias(layer)) for layer in (first, second)
        )
        any_norm: Any = norm
        self._norm = (any_norm.weight.detach(), any_norm.bias.detach(), float(any_norm.eps))

    def renew_first(self, kept: Kept, told: Told, questions: Tensor) -> tuple[Tensor, Tensor]:
        """See ``Work``."""
        heads, n, t, d = told.keys.shape
        # A head's queries meet its own keys alone: a matrix of blocks along a diagonal.
        scores = told.keys.new_zeros(n, heads, d, kernel.TOKENS, heads)
        scores.diagonal(dim1=1, dim2=4)[:, :, :t].copy_(told.keys.permute(1, 3, 2, 0))
        shifts = told.keys.new_zeros(n, heads * t)
        return self._renew(
            0, kept.tokens[None], kept.queries, kept, scores.flatten(3).flatten(1, 2), shifts, told, questions
        )

    def renew_second(
        self, images: Tensor, kept: Kept, told: Told, questions: Tensor
    ) -> tuple[Tensor, Tensor]:
        """See ``Work``."""
        asked, shifts = self._layers[1].read.answer_to(told.keys)
        return self._renew(1, images, None, kept, _lanes(asked).transpose(1, 2), shifts, told, questions)

    def _renew(
        self,
        number: int,
        images: Tensor,
        asking: Tensor | None,
        kept: Kept,
        scores: Tensor,
        shifts: Tensor,
        told: Told,
        questions: Tensor,
    ) -> tuple[Tensor, Tensor]:
        t = told.keys.shape[2]
        images, seen = kernel.renew(
            images,
            asking,
            kept.places,
            kernel.pack(scores, self._dtype),
            _lanes(shifts[..., None], kernel.NEVER)[..., 0],
            kernel.pack(_lanes(told.values), self._dtype),
            self._closings[number],
            kernel.pack(_lanes(questions).transpose(1, 2), self._dtype),
            self.threads,
        )
        return images, seen.unflatten(1, (-1, kernel.HEADS))[:, :t].transpose(1, 2).flatten(1, 2)

    def masks(self, images: Tensor, weights: Tensor, hw: tuple[int, int]) -> Tensor:
        """See ``Work``."""
        return kernel.upscale(
            images, self._first, self._norm, self._second, weights.contiguous(), hw, self.threads
        )


def _lanes(x: Tensor, nothing: float = 0.0) -> Tensor:
    """(N, heads·T, C) to the kernel's order (N, 64, C), with ``nothing`` where there is no token."""
    n, ht, c = x.shape
    t = ht // kernel.HEADS
    lanes = x.new_full((n, kernel.TOKENS, kernel.HEADS, c), nothing)
    lanes[:, :t] = x.view(n, kernel.HEADS, t, c).transpose(1, 2)
    return lanes.flatten(1, 2)


def _cells(layer: Any) -> Tensor:
    """A 2×2 transposed convolution of stride 2 as a matrix from a cell to its four: (4·C', C)."""
    kernel_2x2: Tensor = layer.weight.detach().permute(2, 3, 1, 0)
    return kernel_2x2.reshape(-1, kernel_2x2.shape[3])


def _cell_bias(layer: Any) -> Tensor:
    bias: Tensor = layer.weight.new_zeros(layer.out_channels) if layer.bias is None else layer.bias
    return bias.detach().repeat(4)
