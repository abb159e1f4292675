"""The decoder's parts for the few prompt tokens, by PyTorch; ``decoding_steps`` has them compiled."""

from __future__ import annotations

from dataclasses import dataclass

from torch import Tensor, nn

from medsam.model.arithmetic import Arithmetic
from medsam.model.native.tokens import Shown
from medsam.model.transformer import CrossAttention, TwoWayBlock

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
        shown: Keys and values as the compiled kernel reads them, and what holds
            their memory; None where it does not take part.
    """

    tokens: Tensor
    places: Tensor
    queries: Tensor
    keys: Tensor
    values: Tensor
    shown: tuple[Shown, tuple[Tensor, Tensor]] | None = None


@dataclass(frozen=True)
class Told:
    """What N prompts tell an image.

    Attributes:
        keys: (heads, N, T, inner / heads), what the image's queries are compared with.
        values: (N, heads·T, C), what it takes, ready to be added.
    """

    keys: Tensor
    values: Tensor


class Attention:
    """The projections of one attention, ready to be taken to the side with few tokens."""

    def __init__(self, layer: CrossAttention, few: Arithmetic) -> None:
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

    def ask(self, placed: Tensor) -> Tensor:
        """What times an image's tokens gives the scores of tokens (N, T, C) reading it: (N, heads·T, C).

        The keys' bias adds the same to all scores of a token, which a softmax takes out.
        """
        return self.spread(self.heads_of(self.q(placed)), self.k_rows) / self.root

    def answer_to(self, keys: Tensor) -> tuple[Tensor, Tensor]:
        """What times an image's tokens gives its scores for ``keys`` (heads, N, T, d), and what to add.

        Returns:
            (N, heads·T, C) and (N, heads·T).
        """
        shifts = (keys * self.q_bias).sum(dim=-1) / self.root
        return self.spread(keys, self.q_rows) / self.root, shifts.transpose(0, 1).flatten(1)

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


class Layer:
    """One two-way block."""

    def __init__(self, block: TwoWayBlock, few: Arithmetic) -> None:
        self.first = block.first
        self.norms: tuple[nn.LayerNorm, ...] = (block.norm1, block.norm2, block.norm3, block.norm4)
        self.own, self.reading, self.read = (
            Attention(layer, few)
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
