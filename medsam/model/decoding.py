"""The mask decoder's arithmetic without gradients on the processor.

``MaskDecoder`` describes the network; a ``Decoding`` of it, laid on from
outside (``medsam.model.precision.lay``), computes the same function from the
same parameters with less work:

* what the first layer asks of and shows to the image does not depend on the
  prompts, so it is computed once an image (``ImageSide``);
* elsewhere the image's thousands of tokens are never projected. A score is
  ``(Wq x)·(Wk y) = (Wkᵀ Wq x)·y`` and a weighted sum of values ``W Σ p y``, so
  that the projections fall to the handful of prompt tokens;
* transposed convolutions whose stride is their kernel's side are matrix
  products, and only the masks that were asked for are made.

Prompts share the small products on tokens; the image's side is worked
through prompt by prompt, which keeps it in the processor's cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from medsam.model.arithmetic import Arithmetic, Matrix
from medsam.model.layers import Perceptron
from medsam.model.transformer import CrossAttention, TwoWayBlock

if TYPE_CHECKING:
    from medsam.model.mask_decoder import MaskDecoder

FEW_ROWS = 16
"""Rows that the matrices for prompt tokens are laid out for."""


@dataclass(frozen=True)
class Kept:
    """What prompts on one image share, in the arithmetic's format; C channels, S cells.

    Attributes:
        tokens: (S, C), the embedding with the dense one added.
        places: (S, C), the encoding of the cells.
        queries: (S, inner), what the first layer's image asks the prompts, scaled.
        keys: (heads, inner / heads, S), what it shows them, scaled.
        values: (heads, S, inner / heads), what they take from it.
    """

    tokens: Tensor
    places: Tensor
    queries: Tensor
    keys: Tensor
    values: Tensor


@dataclass(frozen=True)
class ImageSide:
    """An image as the decoder sees it.

    Attributes:
        embedding: (1, C, h, w) of the image.
        image_pe: (1, C, h, w), the encoding of its cells.
        dense: (1, C, h, w), the prompts' dense embedding, the same for all of them.
        kept: Of ``Decoding``; None where a decoder computes as it is written.
    """

    embedding: Tensor
    image_pe: Tensor
    dense: Tensor
    kept: Kept | None = None


class _Attention:
    """The projections of one attention, ready to be taken to the side with few tokens."""

    def __init__(self, layer: CrossAttention, arithmetic: Arithmetic, few: Arithmetic) -> None:
        self.heads = layer.heads
        self.root = layer.root
        self.q, self.k, self.v, self.out = (
            few.matrix(part.weight, part.bias, FEW_ROWS)
            for part in (layer.q_proj, layer.k_proj, layer.v_proj, layer.out_proj)
        )
        # (heads, inner / heads, width): a head's rows of a projection, to multiply from the left.
        self.q_rows, self.k_rows, self.v_rows = (
            part.weight.detach().view(layer.heads, -1, part.in_features)
            for part in (layer.q_proj, layer.k_proj, layer.v_proj)
        )
        self.out_rows = (
            layer.out_proj.weight.detach().t().reshape(layer.heads, -1, layer.out_proj.out_features)
        )
        self.q_bias = layer.q_proj.bias.detach().view(layer.heads, 1, 1, -1)
        self.v_bias = layer.v_proj.bias.detach()
        self.out_bias = layer.out_proj.bias.detach()

    def heads_of(self, x: Tensor) -> Tensor:
        """(N, T, inner) to (heads, N, T, inner / heads)."""
        return x.unflatten(-1, (self.heads, -1)).permute(2, 0, 1, 3)

    def spread(self, x: Tensor, rows: Tensor) -> Tensor:
        """(heads, N, T, d) times each head's (d, C): (N, heads·T, C)."""
        heads, n, t, d = x.shape
        return (x.reshape(heads, n * t, d) @ rows).view(heads, n, t, -1).transpose(0, 1).flatten(1, 2)

    def gather(self, mixed: Tensor) -> Tensor:
        """What tokens read of an image, (N, heads·T, C), as the layer's answer (N, T, C)."""
        n, ht, _ = mixed.shape
        per_head = mixed.view(n, self.heads, ht // self.heads, -1).transpose(0, 1).flatten(1, 2)
        values = per_head @ self.v_rows.transpose(1, 2)
        joined = values.view(self.heads, n, ht // self.heads, -1).permute(1, 2, 0, 3).flatten(2)
        return self.out(joined + self.v_bias)

    def among(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        """Attention between few tokens, as it is written."""
        q, k, v = self.heads_of(self.q(q)), self.heads_of(self.k(k)), self.heads_of(self.v(v))
        mixed = (q @ k.transpose(-1, -2) / self.root).softmax(dim=-1) @ v
        return self.out(mixed.permute(1, 2, 0, 3).flatten(2))


class _Layer:
    """One two-way block."""

    def __init__(self, block: TwoWayBlock, arithmetic: Arithmetic, few: Arithmetic) -> None:
        self.first = block.first
        self.norms: tuple[nn.LayerNorm, ...] = (block.norm1, block.norm2, block.norm3, block.norm4)
        self.own, self.reading, self.read = (
            _Attention(layer, arithmetic, few)
            for layer in (
                block.self_attn,
                block.cross_attn_token_to_image,
                block.cross_attn_image_to_token,
            )
        )
        self.lin1 = few.matrix(block.mlp.lin1.weight, block.mlp.lin1.bias, FEW_ROWS)
        self.lin2 = few.matrix(block.mlp.lin2.weight, block.mlp.lin2.bias, FEW_ROWS)

    def attend_own(self, tokens: Tensor, token_pe: Tensor) -> Tensor:
        """Tokens read themselves."""
        if self.first:
            return self.norms[0](self.own.among(tokens, tokens, tokens))
        placed = tokens + token_pe
        return self.norms[0](tokens + self.own.among(placed, placed, tokens))

    def digest(self, tokens: Tensor, seen: Tensor) -> Tensor:
        """Tokens after what they saw of the image, and the feed-forward layer."""
        tokens = self.norms[1](tokens + seen)
        return self.norms[2](tokens + self.lin2(self.lin1(tokens, "relu")))


class Decoding:
    """A decoder's function, computed quickly.

    Args:
        decoder: Whose parameters these are; changing them afterwards has no effect here.
        arithmetic: The number format of the image's side.
    """

    def __init__(self, decoder: MaskDecoder, arithmetic: Arithmetic) -> None:
        """Lay the parameters out."""
        self.arithmetic = arithmetic
        few = arithmetic.in_float32()
        transformer: Any = decoder.transformer
        self.layers = [_Layer(block, arithmetic, few) for block in transformer.layers]
        self.last = _Attention(transformer.final_attn_token_to_image, arithmetic, few)
        self.last_norm = transformer.norm_final_attn
        self.own_tokens = torch.cat((decoder.iou_token.weight, decoder.mask_tokens.weight)).detach()
        self.hyper = [_perceptron(p, few) for p in decoder.output_hypernetworks_mlps]
        self.quality = _perceptron(decoder.iou_prediction_head, few)
        first, norm, _, second, _ = decoder.output_upscaling
        self.upscaling = (_cells(first, arithmetic), norm, _cells(second, arithmetic))
        block = transformer.layers[0]
        read, shown = block.cross_attn_image_to_token, block.cross_attn_token_to_image
        self._first = [
            arithmetic.matrix(layer.weight, layer.bias, 4096)
            for layer in (read.q_proj, shown.k_proj, shown.v_proj)
        ]

    def look(self, embedding: Tensor, image_pe: Tensor, dense: Tensor) -> ImageSide:
        """See ``MaskDecoder.look``."""
        dtype = self.arithmetic.dtype
        tokens = (embedding + dense)[0].flatten(1).t().contiguous()
        places = image_pe[0].flatten(1).t().contiguous()
        placed = tokens + places
        read, shown = self.layers[0].read, self.layers[0].reading
        queries, keys, values = (m(x) for m, x in zip(self._first, (placed, placed, tokens), strict=True))
        s = tokens.shape[0]
        kept = Kept(
            tokens.to(dtype),
            places.to(dtype),
            (queries / read.root).contiguous(),
            (keys / shown.root).t().reshape(shown.heads, -1, s).contiguous(),
            values.view(s, shown.heads, -1).transpose(0, 1).contiguous(),
        )
        return ImageSide(embedding, image_pe, dense, kept)

    def answer(self, side: ImageSide, sparse: Tensor, wanted: slice) -> tuple[Tensor, Tensor]:
        """Logits (N, M, 4h, 4w) and qualities (N, M) of some prompts; see ``MaskDecoder.answer``."""
        n, kept = sparse.shape[0], side.kept
        assert kept is not None, "only for what look() gave"
        token_pe = torch.cat((self.own_tokens.expand(n, -1, -1), sparse), dim=1)
        first, second = self.layers
        tokens = first.attend_own(token_pe, token_pe)
        tokens = first.digest(tokens, self._read_first(kept, tokens + token_pe))
        renewing = self._renewal(first, tokens, token_pe)
        tokens = second.attend_own(tokens, token_pe)
        questions = self._questions(second.reading, tokens + token_pe)
        images, mixed = [], []
        for i in range(n):
            shares = self._shares(renewing[0][i], kept.queries, None)
            image = self._renewed(first, kept.tokens, shares, renewing[2][i])
            images.append(image)
            mixed.append(self._read(questions[i], image + kept.places, image))
        tokens = second.digest(tokens, second.reading.gather(torch.stack(mixed).float()))
        renewing = self._renewal(second, tokens, token_pe)
        questions = self._questions(self.last, tokens + token_pe)
        mixed = []
        for i, image in enumerate(images):
            shares = self._shares(renewing[0][i], image + kept.places, renewing[1][i])
            images[i] = image = self._renewed(second, image, shares, renewing[2][i])
            mixed.append(self._read(questions[i], image + kept.places, image))
        tokens = self.last_norm(tokens + self.last.gather(torch.stack(mixed).float()))
        numbers = range(len(self.hyper))[wanted]
        weights = torch.stack([self.hyper[k](tokens[:, 1 + k]) for k in numbers], dim=-1)
        h, w = side.embedding.shape[-2:]
        masks = [self._masks(image, weight, h, w) for image, weight in zip(images, weights, strict=True)]
        return torch.stack(masks), self.quality(tokens[:, 0])[:, wanted]

    def _read_first(self, kept: Kept, placed: Tensor) -> Tensor:
        """Tokens (N, T, C) read the image through the keys and values that were kept."""
        reading = self.layers[0].reading
        n, t, _ = placed.shape
        q = reading.heads_of(reading.q(placed)).flatten(1, 2).to(kept.keys.dtype)
        mixed = (q @ kept.keys).softmax(dim=-1) @ kept.values
        return reading.out(mixed.view(reading.heads, n, t, -1).permute(1, 2, 0, 3).flatten(2).float())

    def _questions(self, reading: _Attention, placed: Tensor) -> Tensor:
        """What times an image's tokens gives the scores of prompts reading it: (N, heads·T, C).

        The keys' bias adds the same to all scores of a token, which a softmax takes out.
        """
        asked = reading.spread(reading.heads_of(reading.q(placed)), reading.k_rows)
        return (asked / reading.root).to(self.arithmetic.dtype)

    def _renewal(self, layer: _Layer, tokens: Tensor, token_pe: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """What the image asks the tokens with, its shift, and what it takes from them."""
        read, dtype = layer.read, self.arithmetic.dtype
        keys = read.heads_of(read.k(tokens + token_pe))
        values = read.spread(read.heads_of(read.v(tokens)), read.out_rows)
        if layer.first:
            return keys.transpose(0, 1).to(dtype), keys, values.to(dtype)
        shifts = (keys * read.q_bias).sum(dim=-1) / read.root
        asked = read.spread(keys, read.q_rows) / read.root
        return asked.to(dtype), shifts.transpose(0, 1).flatten(1).to(dtype), values.to(dtype)

    def _shares(self, asked: Tensor, shown: Tensor, shift: Tensor | None) -> Tensor:
        """How the image's tokens share their attention among the prompt's: (heads·T, h·w)."""
        heads = self.last.heads
        if shift is None:
            per_head = shown.view(shown.shape[0], heads, -1).permute(1, 2, 0)
            return (asked @ per_head).softmax(dim=1).flatten(0, 1)
        scores = torch.addmm(shift[:, None], asked, shown.t())
        return scores.view(heads, -1, scores.shape[1]).softmax(dim=1).flatten(0, 1)

    def _renewed(self, layer: _Layer, image: Tensor, shares: Tensor, values: Tensor) -> Tensor:
        """The image (h·w, C) after it read the prompt's tokens."""
        norm = layer.norms[3]
        read = torch.addmm(self.arithmetic.constant(layer.read.out_bias), shares.t(), values)
        weight, bias = self.arithmetic.constant(norm.weight), self.arithmetic.constant(norm.bias)
        return F.layer_norm(read.add_(image), norm.normalized_shape, weight, bias, norm.eps)

    @staticmethod
    def _read(questions: Tensor, placed: Tensor, image: Tensor) -> Tensor:
        """What a prompt's tokens read of an image, before their values' projection: (heads·T, C)."""
        return (questions @ placed.t()).softmax(dim=-1) @ image

    def _masks(self, image: Tensor, weights: Tensor, h: int, w: int) -> Tensor:
        """Logits (M, 4h, 4w) of one image's tokens (h·w, C) and weights (C / 8, M)."""
        first, norm, second = self.upscaling
        x = first(image).view(-1, norm.weight.shape[0])
        weight, bias = self.arithmetic.constant(norm.weight), self.arithmetic.constant(norm.bias)
        x = F.gelu(F.layer_norm(x, norm.weight.shape, weight, bias, norm.eps))
        x = second(x, "gelu").view(-1, weights.shape[0]) @ weights.to(x.dtype)
        m = weights.shape[1]
        cells = x.float().view(h, w, 2, 2, 2, 2, m)
        return cells.permute(6, 0, 2, 4, 1, 3, 5).reshape(m, 4 * h, 4 * w)


def _cells(layer: nn.ConvTranspose2d, arithmetic: Arithmetic) -> Matrix:
    """A 2×2 transposed convolution of stride 2 as a matrix: (cells, C) to (cells, 4·C')."""
    kernel = layer.weight.detach().permute(2, 3, 1, 0)
    bias = torch.zeros(kernel.shape[2]) if layer.bias is None else layer.bias.detach()
    return arithmetic.matrix(kernel.reshape(-1, kernel.shape[3]), bias.repeat(4), 4096)


def _perceptron(perceptron: Perceptron, few: Arithmetic) -> Any:
    matrices = [few.matrix(layer.weight, layer.bias, FEW_ROWS) for layer in perceptron.layers]

    def compute(x: Tensor) -> Tensor:
        for matrix in matrices[:-1]:
            x = matrix(x, "relu")
        return matrices[-1](x)

    return compute
