"""LiteMedSAM's image encoder: TinyViT for 256×256 pictures with a 64×64 embedding.

State-dict keys and shapes are those of the published checkpoint. The first
stage is convolutional, the other three are windowed attention with a local
convolution between attention and feed-forward layer. The stem does not
reduce the picture and the last merging does not either, which is why 256
pixels give 64 cells.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from medsam.errors import InputError
from medsam.model.attention import no_check
from medsam.model.folding import with_folded_norms
from medsam.model.layers import neck


@dataclass(frozen=True)
class Stage:
    """One stage: channels, blocks, and of its attention heads and window (0 where convolutional)."""

    width: int
    depth: int
    heads: int
    window: int


STAGES = (Stage(64, 2, 0, 0), Stage(128, 2, 4, 7), Stage(160, 6, 5, 14), Stage(320, 2, 10, 7))
STRIDES = (2, 2, 1)
"""Of the merging after the first, second and third stage."""

EXPANSION = 4


class ConvNorm(nn.Module):
    """A convolution without bias and its batch normalisation."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1, groups: int = 1) -> None:
        super().__init__()
        self.c = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups, bias=False)
        self.bn = nn.BatchNorm2d(outputs)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) to (B, C', H / stride, W / stride)."""
        return self.bn(self.c(x))


class Stem(nn.Module):
    """Two pixelwise layers at full resolution."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.seq = nn.Sequential(ConvNorm(3, width // 2, 1), nn.GELU(), ConvNorm(width // 2, width, 1))

    def forward(self, x: Tensor) -> Tensor:
        """(B, 3, H, W) to (B, width, H, W)."""
        return self.seq(x)


class Bottleneck(nn.Module):
    """Widen, convolve each channel, narrow; used by the blocks of stage one and by the mergings."""

    def __init__(self, inputs: int, inner: int, outputs: int, stride: int, residual: bool) -> None:
        super().__init__()
        self.conv1 = ConvNorm(inputs, inner, 1)
        self.conv2 = ConvNorm(inner, inner, 3, stride, groups=inner)
        self.conv3 = ConvNorm(inner, outputs, 1)
        self.residual = residual

    def forward(self, x: Tensor, check: Callable[[], None] = no_check) -> Tensor:
        """(B, C, H, W) to (B, C', H / stride, W / stride)."""
        y = F.gelu(self.conv1(x))
        check()
        y = self.conv3(F.gelu(self.conv2(y)))
        return F.gelu(x + y) if self.residual else y


@lru_cache(maxsize=8)
def _distances(window: int) -> Tensor:
    """For each pair of a window's cells, which number its distance (|dy|, |dx|) has: (n, n).

    Distances are numbered in the order in which the first cell meets them.
    """
    line = torch.arange(window, device="cpu")  # also where networks are built on another device
    apart = (line[:, None] - line[None, :]).abs()
    pairs = apart[:, None, :, None] * window + apart[None, :, None, :]
    return pairs.reshape(window * window, window * window)


class WindowAttention(nn.Module):
    """Attention among the cells of a window with one learned bias a distance and head.

    As in the published module, the biases are laid out once when it is
    switched to evaluation, and here also when weights are loaded into it.
    Who writes into ``attention_biases`` by hand calls ``eval()`` afterwards.
    """

    def __init__(self, width: int, heads: int, window: int) -> None:
        super().__init__()
        self.heads = heads
        self.window = window
        self.norm = nn.LayerNorm(width)
        self.qkv = nn.Linear(width, 3 * width)
        self.proj = nn.Linear(width, width)
        self.attention_biases = nn.Parameter(torch.zeros(heads, window * window))
        self.register_buffer("laid_out", None, persistent=False)
        self.register_load_state_dict_post_hook(_lay_out_again)

    def train(self, mode: bool = True) -> WindowAttention:
        """Lay the biases out for evaluation, or go back to the learned ones."""
        super().train(mode)
        self.laid_out = None if mode else self._bias().detach().clone()
        return self

    def _bias(self) -> Tensor:
        """(heads, cells, cells)."""
        return self.attention_biases[:, _distances(self.window).to(self.attention_biases.device)]

    def forward(self, x: Tensor) -> Tensor:
        """(windows, cells, width) to the same shape."""
        n, cells, width = x.shape
        per_head = self.qkv(self.norm(x)).view(n, cells, self.heads, 3, -1)
        q, k, v = per_head.permute(3, 0, 2, 1, 4)
        bias = self._bias() if self.laid_out is None else self.laid_out
        scores = (q @ k.transpose(-1, -2)) * q.shape[-1] ** -0.5 + bias
        mixed = scores.softmax(dim=-1) @ v
        return self.proj(mixed.transpose(1, 2).reshape(n, cells, width))


def _lay_out_again(attention: WindowAttention, _: object) -> None:
    attention.train(attention.training)


class NormedFeedForward(nn.Module):
    """Normalisation and two linear layers."""

    def __init__(self, width: int) -> None:
        super().__init__()
        self.norm = nn.LayerNorm(width)
        self.fc1 = nn.Linear(width, EXPANSION * width)
        self.fc2 = nn.Linear(EXPANSION * width, width)

    def forward(self, x: Tensor) -> Tensor:
        """(..., width) to the same shape."""
        return self.fc2(F.gelu(self.fc1(self.norm(x))))


class TinyBlock(nn.Module):
    """Windowed attention, a local convolution, a feed-forward layer."""

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.attn = WindowAttention(stage.width, stage.heads, stage.window)
        self.mlp = NormedFeedForward(stage.width)
        self.local_conv = ConvNorm(stage.width, stage.width, 3, groups=stage.width)

    def forward(self, x: Tensor, check: Callable[[], None] = no_check) -> Tensor:
        """(B, C, H, W) to the same shape."""
        last = x.permute(0, 2, 3, 1)
        x = (last + self._attend(last)).permute(0, 3, 1, 2)
        check()
        last = self.local_conv(x).permute(0, 2, 3, 1)
        return (last + self.mlp(last)).permute(0, 3, 1, 2)

    def _attend(self, x: Tensor) -> Tensor:
        """Attention in windows of (B, H, W, C), padded with zeros below and to the right."""
        b, h, w, c = x.shape
        side = self.attn.window
        down, across = -(-h // side), -(-w // side)
        x = F.pad(x, (0, 0, 0, across * side - w, 0, down * side - h))
        x = x.view(b, down, side, across, side, c).transpose(2, 3).reshape(-1, side * side, c)
        x = self.attn(x).view(b, down, across, side, side, c).transpose(2, 3)
        return x.reshape(b, down * side, across * side, c)[:, :h, :w]


class StageLayer(nn.Module):
    """The blocks of a stage and the merging that leads to the next one."""

    def __init__(self, stage: Stage, following: int | None, stride: int) -> None:
        super().__init__()
        width = stage.width
        if stage.window:
            self.blocks = nn.ModuleList(TinyBlock(stage) for _ in range(stage.depth))
        else:
            self.blocks = nn.ModuleList(
                Bottleneck(width, EXPANSION * width, width, 1, residual=True) for _ in range(stage.depth)
            )
        self.downsample = (
            None if following is None else Bottleneck(width, following, following, stride, residual=False)
        )

    def forward(self, x: Tensor, check: Callable[[], None] = no_check) -> Tensor:
        """(B, C, H, W) to the following stage's shape."""
        for block in self.blocks:
            check()
            x = block(x, check)
        check()
        return x if self.downsample is None else self.downsample(x, check)


class Folded:
    """A TinyViT for inference: batch norms in the convolutions before them, channels last in memory.

    Args:
        encoder: In evaluation mode; changing its parameters afterwards has no effect here.
        dtype: ``torch.float32`` or ``torch.bfloat16``, of everything between picture and embedding.
    """

    def __init__(self, encoder: TinyViT, dtype: torch.dtype) -> None:
        """Lay the parameters out."""
        self.dtype = dtype
        encoder.folded = None
        folded: Any = with_folded_norms(encoder)
        self._network: TinyViT = folded.to(dtype=dtype, memory_format=torch.channels_last)

    def __call__(self, x: Tensor, check: Callable[[], None]) -> Tensor:
        """See ``TinyViT.forward``; float32 whatever the format within."""
        inner = x.to(dtype=self.dtype, memory_format=torch.channels_last)
        return self._network(inner, check).float()


class TinyViT(nn.Module):
    """Picture to embedding: (B, 3, 256, 256) to (B, 256, 64, 64).

    Attributes:
        folded: What computes on the processor without gradients; see
            ``medsam.model.precision`` for laying one on. None computes as written.
    """

    folded: Folded | None = None

    def __init__(self, image_size: int = 256, channels: int = 256) -> None:
        super().__init__()
        self.image_size = image_size
        self.patch_embed = Stem(STAGES[0].width)
        following = [stage.width for stage in STAGES[1:]] + [None]
        self.layers = nn.ModuleList(
            StageLayer(stage, after, stride)
            for stage, after, stride in zip(STAGES, following, (*STRIDES, 1), strict=True)
        )
        self.neck = neck(STAGES[-1].width, channels)

    def forward(self, x: Tensor, check: Callable[[], None] | None = None) -> Tensor:
        """Encode a batch; ``check`` is called between layers and may raise.

        Raises:
            InputError: If the pictures have another size.
        """
        if x.shape[1:] != (3, self.image_size, self.image_size):
            raise InputError(
                f"This encoder takes pictures of 3×{self.image_size}×{self.image_size};"
                f" {'×'.join(map(str, x.shape[1:]))} came."
            )
        check = check or no_check
        if self.folded is not None and not torch.is_grad_enabled():
            return self.folded(x, check)
        x = self.patch_embed(x)
        for layer in self.layers:
            x = layer(x, check)
        check()
        return self.neck(x).contiguous()
