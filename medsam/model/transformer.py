"""The two-way transformer: prompt tokens read the image, the image reads the tokens.

N prompts on one image share the image's side for as long as it is the same
for all of them: their tokens stand in one long row of queries over a single
set of keys. The image's side is copied per prompt only by the step that
makes it differ. Where there are several images with several prompts each, an
``owner`` (N,) says which image a prompt is on, and only what an image was
projected to is copied.
"""

from __future__ import annotations

import math

from torch import Tensor, nn

from medsam.model.layers import FeedForward


def _of_owner(x: Tensor, owner: Tensor | None) -> Tensor:
    """(images, ...) to (N, ...). Its way back adds in a fixed order on the processor; indexing's does not."""
    return x if owner is None else x.index_select(0, owner)


class CrossAttention(nn.Module):
    """Multi-head attention between two sets of tokens.

    Args:
        width: Channels of the tokens.
        heads: Number of heads.
        inner: Channels inside, divided among the heads.
    """

    def __init__(self, width: int, heads: int, inner: int) -> None:
        super().__init__()
        self.heads = heads
        self.root = math.sqrt(inner // heads)
        self.q_proj = nn.Linear(width, inner)
        self.k_proj = nn.Linear(width, inner)
        self.v_proj = nn.Linear(width, inner)
        self.out_proj = nn.Linear(inner, width)

    def forward(self, q: Tensor, k: Tensor, v: Tensor, owner: Tensor | None = None) -> Tensor:
        """Few queries read many keys.

        Args:
            q: (N, T, width).
            k: (N, S, width), or (1, S, width) shared by all, or (images, S, width).
            v: As ``k``.
            owner: (N,) which image's keys each reads, where there are several.

        Returns:
            (N, T, width).
        """
        n, t, _ = q.shape
        shared = k.shape[0] == 1 and n > 1
        queries = self.q_proj(q.reshape(1, n * t, -1) if shared else q)
        keys, values = _of_owner(self.k_proj(k), owner), _of_owner(self.v_proj(v), owner)
        mixed = self._mix(self._split(queries), self._split(keys), self._split(values))
        return self.out_proj(self._join(mixed)).view(n, t, -1)

    def from_many(self, q: Tensor, k: Tensor, v: Tensor, owner: Tensor | None = None) -> Tensor:
        """Many queries read few keys: (N, 1 or images; S, width) and (N, T, width) to (N, S, width).

        The weights are kept as (keys, queries): a softmax along a last
        dimension of seven is many times slower than along the one before it.
        """
        queries = self._split(_of_owner(self.q_proj(q), owner)).transpose(-1, -2)
        keys, values = self._split(self.k_proj(k)), self._split(self.v_proj(v))
        weights = (keys @ queries / self.root).softmax(dim=-2)
        return self.out_proj(self._join(weights.transpose(-1, -2) @ values))

    def _mix(self, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
        # Divided after the product, as the reference does: scaling before it rounds
        # differently, which the later layers carry on to ten times the error.
        return (q @ k.transpose(-1, -2) / self.root).softmax(dim=-1) @ v

    def _split(self, x: Tensor) -> Tensor:
        """(N, T, inner) to (N, heads, T, inner / heads)."""
        return x.view(x.shape[0], x.shape[1], self.heads, -1).transpose(1, 2)

    @staticmethod
    def _join(x: Tensor) -> Tensor:
        return x.transpose(1, 2).flatten(2)


class TwoWayBlock(nn.Module):
    """Tokens read themselves, then the image; a feed-forward layer; the image reads the tokens."""

    def __init__(self, width: int, heads: int, hidden: int, first: bool) -> None:
        super().__init__()
        self.first = first
        self.self_attn = CrossAttention(width, heads, width)
        self.norm1 = nn.LayerNorm(width)
        self.cross_attn_token_to_image = CrossAttention(width, heads, width // 2)
        self.norm2 = nn.LayerNorm(width)
        self.mlp = FeedForward(width, hidden, nn.ReLU)
        self.norm3 = nn.LayerNorm(width)
        self.norm4 = nn.LayerNorm(width)
        self.cross_attn_image_to_token = CrossAttention(width, heads, width // 2)

    def forward(
        self,
        tokens: Tensor,
        image: Tensor,
        token_pe: Tensor,
        image_pe: Tensor,
        owner: Tensor | None = None,
    ) -> tuple[Tensor, Tensor]:
        """One round.

        Args:
            tokens: (N, T, width).
            image: (N or 1, S, width), or (images, S, width).
            token_pe: (N, T, width), added to what asks and is asked.
            image_pe: (1, S, width), the same for the image.
            owner: (N,) which image each prompt is on, where there are several.

        Returns:
            The new tokens (N, T, width) and image (N, S, width).
        """
        if self.first:
            # The first block's tokens are their own position encoding: nothing to add, nothing to keep.
            tokens = self.self_attn(tokens, tokens, tokens)
        else:
            placed = tokens + token_pe
            tokens = tokens + self.self_attn(placed, placed, tokens)
        tokens = self.norm1(tokens)
        placed_image = image + image_pe
        seen = self.cross_attn_token_to_image(tokens + token_pe, placed_image, image, owner)
        tokens = self.norm2(tokens + seen)
        tokens = self.norm3(tokens + self.mlp(tokens))
        read = self.cross_attn_image_to_token.from_many(placed_image, tokens + token_pe, tokens, owner)
        return tokens, self.norm4(_of_owner(image, owner) + read)


class TwoWayTransformer(nn.Module):
    """Blocks of ``TwoWayBlock`` and a last reading of the image by the tokens."""

    def __init__(self, width: int = 256, heads: int = 8, hidden: int = 2048, depth: int = 2) -> None:
        super().__init__()
        self.layers = nn.ModuleList(TwoWayBlock(width, heads, hidden, first=i == 0) for i in range(depth))
        self.final_attn_token_to_image = CrossAttention(width, heads, width // 2)
        self.norm_final_attn = nn.LayerNorm(width)

    def forward(
        self, image: Tensor, image_pe: Tensor, tokens: Tensor, owner: Tensor | None = None
    ) -> tuple[Tensor, Tensor]:
        """Tokens (N, T, C) and image (N or 1, S, C), with the image's positions (1, S, C), to both anew.

        Several images (images, S, C) come with the ``owner`` (N,) of each prompt.
        """
        token_pe = tokens
        for layer in self.layers:
            tokens, image = layer(tokens, image, token_pe, image_pe, owner)
            owner = None  # from here on every prompt has its own image side
        read = self.final_attn_token_to_image(tokens + token_pe, image + image_pe, image)
        return self.norm_final_attn(tokens + read), image
