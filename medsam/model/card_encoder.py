"""The image encoder's arithmetic on a graphics card, for whole batches and without gradients.

``ImageEncoder`` describes the network; a ``CardEncoder`` of it, laid on from
outside (``medsam.model.precision.lay``), computes the same function from the
same parameters. Matrices and attention are in one number format, cast once;
the residual stream and the norms are float32 whatever it is. Nothing waits
for the card, so the whole of it can be recorded and replayed.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from medsam.model.attention import fit_table
from medsam.model.card import exact_products, is_card
from medsam.model.card_attention import FORMS, quickest
from medsam.model.image_encoder import PATCH, from_windows, to_windows

if TYPE_CHECKING:
    from medsam.model.image_encoder import Block, ImageEncoder


class CardEncoder:
    """An encoder's function on a card.

    Args:
        encoder: Whose parameters these are; changing them afterwards has no
            effect where ``dtype`` is another than theirs.
        dtype: ``torch.float32``, ``bfloat16`` or ``float16``.
        device: The card.
        form: One of ``card_attention.FORMS`` for every block; None finds the quickest.
    """

    def __init__(
        self, encoder: ImageEncoder, dtype: torch.dtype, device: torch.device, form: str | None = None
    ) -> None:
        """Cast the matrices, and try the forms of attention."""
        self.dtype = dtype
        self.device = device
        self._encoder = encoder
        self._patch = _Affine(encoder.patch_embed.proj, dtype, device)
        side = encoder.image_size // PATCH
        self._blocks = [_CardBlock(block, dtype, device, side, form) for block in _modules(encoder.blocks)]
        narrow, first, wide, second = _modules(encoder.neck)
        self._narrow, self._wide = _Affine(narrow, dtype, device), wide.weight.detach().to(device, dtype)
        self._neck_norms = first, second

    def through(self, x: Tensor, end: int, check: Callable[[], None]) -> Tensor:
        """Pictures (B, 3, S, S) through the first ``end`` blocks: tokens (B, S/16, S/16, width), float32."""
        with exact_products(self.device), torch.autocast(self.device.type, enabled=False):
            tokens = self._tokens(x)
            for block in self._blocks[:end]:
                check()
                block.update(tokens)
        return tokens

    def embed(self, tokens: Tensor) -> Tensor:
        """The neck: tokens to the embedding (B, C, S/16, S/16), float32."""
        with exact_products(self.device), torch.autocast(self.device.type, enabled=False):
            first, second = self._neck_norms
            y = _norm_channels(self._narrow(tokens.to(self.dtype)), first).to(self.dtype)
            y = F.conv2d(y.permute(0, 3, 1, 2), self._wide, padding=1)
            return _norm_channels(y.permute(0, 2, 3, 1), second).permute(0, 3, 1, 2).contiguous()

    def _tokens(self, x: Tensor) -> Tensor:
        b, _, s, _ = x.shape
        n = s // PATCH
        patches = x.to(self.dtype).view(b, 3, n, PATCH, n, PATCH).permute(0, 2, 4, 1, 3, 5)
        return self._patch(patches.reshape(b, n, n, -1)).float() + self._encoder.pos_embed


class _Affine:
    """A layer's matrix in a format; a convolution's whose kernel is its stride is one too."""

    def __init__(self, layer: Any, dtype: torch.dtype, device: torch.device) -> None:
        self.weight = layer.weight.detach().to(device, dtype).flatten(1)
        self.bias = None if layer.bias is None else layer.bias.detach().to(device, dtype)

    def __call__(self, x: Tensor) -> Tensor:
        return F.linear(x, self.weight, self.bias)


class _CardBlock:
    """A block's parameters in a format, and how its attention is computed."""

    def __init__(
        self, block: Block, dtype: torch.dtype, device: torch.device, side: int, form: str | None
    ) -> None:
        attn = block.attn
        self.dtype, self.window, self.heads = dtype, attn.window, attn.heads
        span = attn.window or side
        self._norm1, self._norm2 = block.norm1, block.norm2
        self._qkv, self._proj = (_Affine(layer, dtype, device) for layer in (attn.qkv, attn.proj))
        self._lin1, self._lin2 = (_Affine(layer, dtype, device) for layer in (block.mlp.lin1, block.mlp.lin2))
        self._tables = [
            fit_table(table.detach(), span).to(device, dtype).contiguous()
            for table in (attn.rel_pos_h, attn.rel_pos_w)
        ]
        if form is None and is_card(device):
            grids = (-(-side // span)) ** 2
            width = attn.proj.in_features // attn.heads
            form = quickest(device, dtype, (grids, attn.heads, width), (span, span))
        self._attend = FORMS[form or "scores"]

    def update(self, x: Tensor) -> None:
        """Change tokens (B, H, W, C), float32, in place."""
        x += self._proj(self._mix(self._qkv(_norm(x, self._norm1).to(self.dtype)), x.shape))
        x += self._lin2(F.gelu(self._lin1(_norm(x, self._norm2).to(self.dtype))))

    def _mix(self, qkv: Tensor, shape: torch.Size) -> Tensor:
        """Projected tokens (B, H, W, 3·C) to mixed ones (B, H, W, C)."""
        b, h, w, c = shape
        if self.window:
            assert self._qkv.bias is not None
            qkv = to_windows(qkv, self._qkv.bias, self.window)
        n, gh, gw, _ = qkv.shape
        q, k, v = qkv.view(n, gh * gw, 3, self.heads, -1).permute(2, 0, 3, 1, 4)
        table_h, table_w = self._tables
        mixed = self._attend(q, k, v, table_h, table_w, (gh, gw))
        mixed = mixed.transpose(1, 2).reshape(n, gh, gw, c)
        return from_windows(mixed, b, h, w) if self.window else mixed


def _norm(x: Tensor, norm: nn.LayerNorm) -> Tensor:
    return F.layer_norm(x, norm.normalized_shape, norm.weight, norm.bias, norm.eps)


def _norm_channels(x: Tensor, norm: Any) -> Tensor:
    """``LayerNorm2d`` of channels that lie last, in float32."""
    return F.layer_norm(x.float(), norm.weight.shape, norm.weight, norm.bias, norm.eps)


def _modules(holder: Any) -> list[Any]:
    return list(holder)
