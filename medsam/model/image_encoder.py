"""The ViT image encoder of Segment Anything and MedSAM, in its three sizes.

State-dict keys and shapes are those of ``segment_anything``. The arithmetic
is arranged anew: blocks work on plain (H·W, C) tokens of one image, linear
layers in chunks of rows straight into reused buffers, padding tokens of
windows are never projected (their query, key and value are the bias), and
attention never holds more than one chunk of scores.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor, nn

from medsam.errors import InputError
from medsam.model import native
from medsam.model.arithmetic import PLAIN, Arithmetic
from medsam.model.attention import Workspace, attend, attend_buffered, fit_table, no_check
from medsam.model.layers import FeedForward, neck

if TYPE_CHECKING:
    from medsam.model.card_encoder import CardEncoder

LINEAR_VALUES = 1024 * 768
"""Tokens times channels that go through a linear layer between two checks for a cancel."""

PATCH = 16
WINDOW = 14


@dataclass(frozen=True)
class ViTSize:
    """What distinguishes the sizes of the encoder."""

    width: int
    depth: int
    heads: int
    global_blocks: tuple[int, ...]


VIT_SIZES: dict[str, ViTSize] = {
    "vit_b": ViTSize(768, 12, 12, (2, 5, 8, 11)),
    "vit_l": ViTSize(1024, 24, 16, (5, 11, 17, 23)),
    "vit_h": ViTSize(1280, 32, 16, (7, 15, 23, 31)),
}


class PatchEmbedding(nn.Module):
    """Cuts a picture into patches and projects each to a token."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.proj = nn.Conv2d(3, width, kernel_size=PATCH, stride=PATCH)

    def forward(self, x: Tensor) -> Tensor:
        """(B, 3, S, S) to (B, S/16, S/16, width)."""
        return self.proj(x).permute(0, 2, 3, 1)


class GridAttention(nn.Module):
    """Multi-head attention over a grid of tokens, whole or in windows.

    Args:
        width: Channels of a token.
        heads: Number of heads.
        span: Side of the grid that attends to itself: the picture's or a window's.
        window: Side of a window in tokens; 0 for the whole grid.
    """

    def __init__(self, width: int, heads: int, span: int, window: int) -> None:
        super().__init__()
        self.heads = heads
        self.window = window
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.rel_pos_h = nn.Parameter(torch.zeros(2 * span - 1, width // heads))
        self.rel_pos_w = nn.Parameter(torch.zeros(2 * span - 1, width // heads))

    def forward(self, x: Tensor, check: Callable[[], None] = no_check) -> Tensor:
        """Differentiable: (B, H, W, C) to the same shape."""
        b, h, w, c = x.shape
        qkv = self.qkv(x)
        if self.window:
            qkv = to_windows(qkv, self.qkv.bias, self.window)
        n, gh, gw, _ = qkv.shape
        q, k, v = qkv.view(n, gh * gw, 3, self.heads, -1).permute(2, 0, 3, 1, 4).flatten(1, 2)
        mixed = attend(q, k, v, self.rel_pos_h, self.rel_pos_w, (gh, gw), check)
        mixed = mixed.view(n, self.heads, gh, gw, -1).permute(0, 2, 3, 1, 4).reshape(n, gh, gw, c)
        if self.window:
            mixed = from_windows(mixed, b, h, w)
        return self.proj(mixed)

    def mix(
        self,
        qkv: Tensor,
        hw: tuple[int, int],
        space: Workspace,
        arithmetic: Arithmetic,
        check: Callable[[], None],
    ) -> Tensor:
        """Buffered: from projected tokens (H·W, 3·C) to mixed ones (H·W, C), before ``proj``."""
        out = space.get("mixed", qkv.shape[0], qkv.shape[1] // 3)
        tables = (arithmetic.constant(self.rel_pos_h), arithmetic.constant(self.rel_pos_w))
        if arithmetic.has_kernel and out.shape[1] == self.heads * native.HEAD:
            self._mix_native(qkv, hw, tables, arithmetic.constant(self.qkv.bias), check, out)
        elif self.window:
            self._mix_windows(qkv, hw, tables, space, check, out)
        else:
            self._mix_whole(qkv, hw, tables, space, check, out)
        return out

    def _mix_native(
        self,
        qkv: Tensor,
        hw: tuple[int, int],
        tables: tuple[Tensor, Tensor],
        pad: Tensor,
        check: Callable[[], None],
        out: Tensor,
    ) -> None:
        size = (self.window, self.window) if self.window else hw
        table_h, table_w = (fit_table(t, n).contiguous() for t, n in zip(tables, size, strict=True))
        places = native.window_places(*hw, self.window or max(hw))
        native.attend(qkv, pad, places, size, (table_h, table_w), out, check)

    def _mix_whole(
        self,
        qkv: Tensor,
        hw: tuple[int, int],
        tables: tuple[Tensor, Tensor],
        space: Workspace,
        check: Callable[[], None],
        out: Tensor,
    ) -> None:
        tokens = qkv.shape[0]
        split = qkv.view(tokens, 3, self.heads, -1)
        d = split.shape[-1]
        packed = space.get("packed", 3, 1, tokens, d)
        head_out = space.get("head_out", 1, tokens, d)
        for head in range(self.heads):
            check()
            packed[:, 0].copy_(split[:, :, head].transpose(0, 1))
            q, k, v = packed.unbind(0)
            attend_buffered(q, k, v, *tables, hw, space, head_out)
            out.view(tokens, self.heads, d)[:, head].copy_(head_out[0])

    def _mix_windows(
        self,
        qkv: Tensor,
        hw: tuple[int, int],
        tables: tuple[Tensor, Tensor],
        space: Workspace,
        check: Callable[[], None],
        out: Tensor,
    ) -> None:
        h, w = hw
        side, heads = self.window, self.heads
        across = -(-w // side)
        d = qkv.shape[1] // 3 // heads
        padded = space.get("padded", side, across * side, qkv.shape[1])
        padded[:, w:] = self.qkv.bias
        packed = space.get("packed", 3, across * heads, side * side, d)
        mixed = space.get("head_out", across * heads, side * side, d)
        joined = space.get("joined", side, across * side, heads * d)
        for top in range(0, h, side):
            check()
            rows = min(side, h - top)
            padded[:rows, :w] = qkv.view(h, w, -1)[top : top + rows]
            padded[rows:, :w] = self.qkv.bias
            packed.view(3, across, heads, side, side, d).copy_(
                padded.view(side, across, side, 3, heads, d).permute(3, 1, 4, 0, 2, 5)
            )
            q, k, v = packed.unbind(0)
            attend_buffered(q, k, v, *tables, (side, side), space, mixed)
            joined.view(side, across, side, heads, d).copy_(
                mixed.view(across, heads, side, side, d).permute(2, 0, 3, 1, 4)
            )
            out.view(h, w, -1)[top : top + rows] = joined[:rows, :w]


def to_windows(qkv: Tensor, bias: Tensor, side: int) -> Tensor:
    """(B, H, W, C) to (B·windows, side, side, C); the padding is what a zero token projects to."""
    b, h, w, c = qkv.shape
    down, across = -(-h // side), -(-w // side)
    if down * side > h or across * side > w:
        padded = bias.to(qkv.dtype).expand(b, down * side, across * side, c).clone()
        padded[:, :h, :w] = qkv
        qkv = padded
    return qkv.view(b, down, side, across, side, c).transpose(2, 3).reshape(-1, side, side, c)


def from_windows(windows: Tensor, b: int, h: int, w: int) -> Tensor:
    """The counterpart of ``to_windows``, with the padding cut off: (B, H, W, C)."""
    side, c = windows.shape[1], windows.shape[3]
    down, across = -(-h // side), -(-w // side)
    whole = windows.view(b, down, across, side, side, c).transpose(2, 3)
    return whole.reshape(b, down * side, across * side, c)[:, :h, :w]


class Block(nn.Module):
    """One transformer block: attention and a feed-forward layer, each added to its input."""

    def __init__(self, width: int, heads: int, span: int, window: int) -> None:
        super().__init__()
        self.norm1 = nn.LayerNorm(width, eps=1e-6)
        self.attn = GridAttention(width, heads, window or span, window)
        self.norm2 = nn.LayerNorm(width, eps=1e-6)
        self.mlp = FeedForward(width, 4 * width, nn.GELU)

    def forward(self, x: Tensor, check: Callable[[], None] = no_check) -> Tensor:
        """Differentiable: (B, H, W, C) to the same shape."""
        x = x + self.attn(self.norm1(x), check)
        check()
        return x + self.mlp(self.norm2(x))

    def update(
        self,
        x: Tensor,
        hw: tuple[int, int],
        space: Workspace,
        arithmetic: Arithmetic,
        check: Callable[[], None],
    ) -> None:
        """Buffered: change the tokens (H·W, C) of one image in place."""
        tokens, c = x.shape
        project = arithmetic.project
        qkv = space.get("wide", tokens, 3 * c)
        for part in _chunks(x, check):
            project(self.attn.qkv, self.norm1(x[part]), qkv[part])
        mixed = self.attn.mix(qkv, hw, space, arithmetic, check)
        proj, lin1, lin2 = self.attn.proj, self.mlp.lin1, self.mlp.lin2
        for part in _chunks(x, check):
            x[part] += project(proj, mixed[part], space.get("narrow", *x[part].shape))
        for part in _chunks(x, check):
            normed = self.norm2(x[part])
            hidden = space.get("wide", normed.shape[0], lin1.out_features)
            project(lin1, normed, hidden, gelu=True)
            x[part] += project(lin2, hidden, space.get("narrow", *x[part].shape))


def _chunks(x: Tensor, check: Callable[[], None]) -> Iterator[slice]:
    """Slices over the tokens of (tokens, C), with a check before each."""
    step = max(1, LINEAR_VALUES // x.shape[1])
    for start in range(0, x.shape[0], step):
        check()
        yield slice(start, start + step)


class ImageEncoder(nn.Module):
    """Picture to embedding: (B, 3, S, S) to (B, 256, S/16, S/16).

    Args:
        size: Which of ``VIT_SIZES``.
        image_size: Side S of the input in pixels.
        channels: Of the embedding.

    Attributes:
        arithmetic: How blocks compute on the processor without gradients; see
            ``medsam.model.precision`` for laying another one on.
        on_card: The same on a graphics card; None computes as written there.
    """

    arithmetic: Arithmetic = PLAIN
    on_card: CardEncoder | None = None

    def __init__(self, size: ViTSize, image_size: int = 1024, channels: int = 256) -> None:
        super().__init__()
        self.image_size = image_size
        span = image_size // PATCH
        self.patch_embed = PatchEmbedding(size.width)
        self.pos_embed = nn.Parameter(torch.zeros(1, span, span, size.width))
        self.blocks = nn.ModuleList(
            Block(size.width, size.heads, span, 0 if i in size.global_blocks else WINDOW)
            for i in range(size.depth)
        )
        self.neck = neck(size.width, channels)

    def forward(self, x: Tensor, check: Callable[[], None] | None = None) -> Tensor:
        """Encode a batch.

        Args:
            x: (B, 3, S, S) float, preprocessed.
            check: Called every fraction of a second of work; may raise, which
                ends the encoding at once.

        Raises:
            InputError: If the pictures have another size.
        """
        check = check or no_check
        card = self._card()
        if card is not None:
            return card.embed(card.through(self._required(x), len(self.blocks), check))
        return self._finish(self._through(self._tokens(x), 0, len(self.blocks), check), check)

    def before_last(self, x: Tensor, check: Callable[[], None] | None = None) -> Tensor:
        """Encode as far as the last block, which training may change without the others.

        Args:
            x, check: As in ``forward``.

        Returns:
            (B, S/16, S/16, width): the tokens that enter the last block.

        Raises:
            InputError: If the pictures have another size.
        """
        card, before = self._card(), len(self.blocks) - 1
        if card is not None:
            return card.through(self._required(x), before, check or no_check)
        return self._through(self._tokens(x), 0, before, check or no_check)

    def from_last(self, tokens: Tensor, check: Callable[[], None] | None = None) -> Tensor:
        """The last block and the neck: from what ``before_last`` gave to the embedding.

        Differentiable; ``tokens`` (B, S/16, S/16, width) are left as they are.
        """
        check = check or no_check
        last = len(self.blocks) - 1
        if not torch.is_grad_enabled():
            tokens = tokens.clone()
        return self._finish(self._through(tokens, last, last + 1, check), check)

    def _card(self) -> CardEncoder | None:
        """What computes in this network's place; gradients are for the network itself."""
        return None if torch.is_grad_enabled() else self.on_card

    def _tokens(self, x: Tensor) -> Tensor:
        """Patches of a batch as tokens (B, S/16, S/16, width), each knowing its place."""
        return self.patch_embed(self._required(x)) + self.pos_embed

    def _required(self, x: Tensor) -> Tensor:
        """Pictures of the size that this encoder takes."""
        if x.shape[1:] != (3, self.image_size, self.image_size):
            raise InputError(
                f"This encoder takes pictures of 3×{self.image_size}×{self.image_size};"
                f" {'×'.join(map(str, x.shape[1:]))} came."
            )
        return x

    def _through(self, tokens: Tensor, first: int, end: int, check: Callable[[], None]) -> Tensor:
        """Run the blocks ``first`` to ``end - 1``; without gradients perhaps in place."""
        blocks: Any = list(self.blocks)[first:end]
        if torch.is_grad_enabled() or tokens.device.type != "cpu" or tokens.dtype != torch.float32:
            for block in blocks:
                check()
                tokens = block(tokens, check)
            return tokens
        tokens = tokens.contiguous()
        _, h, w, c = tokens.shape
        for image in tokens:
            space = Workspace(image.new_empty(0, dtype=self.arithmetic.dtype))
            for block in blocks:
                block.update(image.view(h * w, c), (h, w), space, self.arithmetic, check)
        return tokens

    def _finish(self, tokens: Tensor, check: Callable[[], None]) -> Tensor:
        check()
        # Channels first in memory too: the 3×3 convolution is more exact so than channels last.
        return self.neck(tokens.permute(0, 3, 1, 2).contiguous())


def build_image_encoder(arch: str) -> ImageEncoder:
    """The encoder named "vit_b", "vit_l" or "vit_h", not initialised to anything useful."""
    return ImageEncoder(VIT_SIZES[arch])
