"""The networks as graphs for ONNX: the same weights, in operations every runtime knows.

The program's own modules reuse buffers, look up between chunks and read
tables through strides, none of which an exported graph can. What differs is
written again here in plain matrix products; the rest is the module itself.
"""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from medsam.model.attention import fit_table
from medsam.model.image_encoder import Block, GridAttention, ImageEncoder
from medsam.model.prompt_encoder import PAD
from medsam.model.sam import Sam

LABELS = range(4)
"""Of points: 0 background, 1 object, 2 a box's upper left corner, 3 its lower right one; −1 asks nothing."""


class PlainAttention(nn.Module):
    """``GridAttention`` of one image, without chunks, strides or buffers."""

    position_h: Tensor
    position_w: Tensor

    def __init__(self, attention: GridAttention, span: int) -> None:
        """Take the weights of ``attention`` over a grid of ``span`` × ``span`` tokens."""
        super().__init__()
        self.heads, self.window, self.span = attention.heads, attention.window, span
        self.qkv, self.proj = attention.qkv, attention.proj
        side = attention.window or span
        self.register_buffer("position_h", _by_pair(attention.rel_pos_h, side), persistent=False)
        self.register_buffer("position_w", _by_pair(attention.rel_pos_w, side), persistent=False)

    def forward(self, x: Tensor) -> Tensor:
        """(1, H, W, C) to the same shape."""
        if not self.window:
            return self.proj(self._whole(self.qkv(x)))
        side, span = self.window, self.span
        across = -(-span // side)
        rest = across * side - span
        x = F.pad(x, (0, 0, 0, rest, 0, rest))
        c = x.shape[-1]
        windows = x.view(across, side, across, side, c).transpose(1, 2).reshape(across**2, side, side, c)
        mixed = self._windows(self.qkv(windows))
        mixed = mixed.view(across, across, side, side, c).transpose(1, 2).reshape(1, *x.shape[1:])
        return self.proj(mixed[:, :span, :span])

    def _windows(self, qkv: Tensor) -> Tensor:
        """Every window attends to itself: (n, side, side, 3·C) to (n, side, side, C)."""
        n, h, w, _ = qkv.shape
        q, k, v = qkv.view(n, h * w, 3, self.heads, -1).permute(2, 0, 3, 1, 4).flatten(1, 2)
        mixed = self._mix(q, k, v, h, w).view(n, self.heads, h, w, -1)
        return mixed.permute(0, 2, 3, 1, 4).reshape(n, h, w, -1)

    def _whole(self, qkv: Tensor) -> Tensor:
        """The grid attends to itself, a head after another: the scores of all take 0.8 GB at 1024 pixels."""
        _, h, w, _ = qkv.shape
        q, k, v = qkv.view(h * w, 3, self.heads, -1).permute(1, 2, 0, 3).unbind(0)
        heads = [self._mix(q[n : n + 1], k[n : n + 1], v[n : n + 1], h, w) for n in range(self.heads)]
        return torch.cat(heads, dim=-1).view(1, h, w, -1)

    def _mix(self, q: Tensor, k: Tensor, v: Tensor, h: int, w: int) -> Tensor:
        """(n, h·w, d) each, to the same."""
        n, tokens, d = q.shape
        grid = q.view(n, h, w, d)
        rows = grid @ self.position_h.transpose(1, 2)
        cols = (grid.transpose(1, 2) @ self.position_w.transpose(1, 2)).transpose(1, 2)
        scores = (q * d**-0.5) @ k.transpose(1, 2)
        scores = scores.view(n, h, w, h, w) + rows[..., None] + cols[..., None, :]
        return scores.view(n, tokens, tokens).softmax(dim=-1) @ v


def _by_pair(table: Tensor, side: int) -> Tensor:
    """A table of relative positions, laid out for each pair: (side of queries, side of keys, d)."""
    line = torch.arange(side)
    apart = line[:, None] - line[None, :] + side - 1
    return fit_table(table.detach(), side)[apart]


class PlainBlock(nn.Module):
    """``Block`` with ``PlainAttention``."""

    def __init__(self, block: Block, span: int) -> None:
        super().__init__()
        self.norm1, self.norm2, self.mlp = block.norm1, block.norm2, block.mlp
        self.attn = PlainAttention(block.attn, span)

    def forward(self, x: Tensor) -> Tensor:
        """(1, H, W, C) to the same shape."""
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class EncoderGraph(nn.Module):
    """A SAM network's image encoder: (1, 3, S, S) to (1, C, h, w)."""

    def __init__(self, sam: Sam) -> None:
        super().__init__()
        encoder: Any = sam.image_encoder
        self.plain = isinstance(encoder, ImageEncoder)
        if self.plain:
            span = encoder.pos_embed.shape[1]
            self.patch_embed, self.neck = encoder.patch_embed, encoder.neck
            self.register_buffer("pos_embed", encoder.pos_embed.detach(), persistent=False)
            self.blocks = nn.Sequential(*(PlainBlock(block, span) for block in encoder.blocks))
        else:
            self.encoder = encoder

    def forward(self, image: Tensor) -> Tensor:
        """One preprocessed picture to its embedding."""
        if not self.plain:
            return self.encoder(image)
        tokens = self.blocks(self.patch_embed(image) + self.pos_embed)
        return self.neck(tokens.permute(0, 3, 1, 2))


class DecoderGraph(nn.Module):
    """A SAM network's prompt encoder and mask decoder, as the ONNX decoders in use name their inputs.

    A box is two points with the labels 2 and 3; points without a box are
    followed by one at (0, 0) with the label −1, as the network was trained.
    """

    dense_pe: Tensor

    def __init__(self, sam: Sam, candidates: int) -> None:
        """Give the single mask, or where ``candidates`` is above one, that many."""
        super().__init__()
        self.prompts, self.decoder = sam.prompt_encoder, sam.mask_decoder
        self.wanted = slice(1, 1 + candidates) if candidates > 1 else slice(0, 1)
        with torch.no_grad():
            self.register_buffer("dense_pe", sam.prompt_encoder.get_dense_pe(), persistent=False)

    def forward(
        self,
        image_embeddings: Tensor,
        point_coords: Tensor,
        point_labels: Tensor,
        mask_input: Tensor,
        has_mask_input: Tensor,
    ) -> tuple[Tensor, Tensor]:
        """Decode N prompts on one picture.

        Args:
            image_embeddings: (1, C, h, w).
            point_coords: (N, P, 2), x before y, in pixels of the network's
                input, counted from the first pixel's centre.
            point_labels: (N, P) float.
            mask_input: (1, 1, 4h, 4w) logits of a previous mask; anything where there is none.
            has_mask_input: (1,), 1 or 0.

        Returns:
            Logits (N, M, 4h, 4w) and estimated IoU (N, M).
        """
        sparse = self._points(point_coords, point_labels[..., None])
        nothing = self.prompts.no_mask_embed.weight.view(1, -1, 1, 1)
        given = has_mask_input.view(1, 1, 1, 1)
        dense = given * self.prompts.mask_downscaling(mask_input) + (1 - given) * nothing
        # Its forward() cuts many prompts into parts, and a graph would keep their number.
        return self.decoder._decode(image_embeddings, self.dense_pe, sparse, dense, self.wanted, None)

    def _points(self, coords: Tensor, labels: Tensor) -> Tensor:
        """(N, P, 2) and (N, P, 1) to embeddings (N, P, C)."""
        prompts = self.prompts
        placed = prompts.pe_layer((coords + 0.5) / prompts.image_size)
        embedded = torch.where(labels == PAD, prompts.not_a_point_embed.weight, placed)
        learned: Any = prompts.point_embeddings
        for label in LABELS:
            embedded = torch.where(labels == label, embedded + learned[label].weight, embedded)
        return embedded


class ZoomGraph(nn.Module):
    """A zoom network: crops (B, C, S, S) to logits (B, 1, S, S), estimated IoU (B,) and presence (B,)."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, crops: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """As ``ZoomNet``."""
        return tuple(self.network(crops))
