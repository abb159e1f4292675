"""The zoom network as the processor computes it fastest: packed weights, fewer passes over memory.

Every convolution's weights are handed to oneDNN once in the memory order that
it multiplies in, instead of being laid out anew for every crop; the sums and
ReLUs that follow one are computed while its output is still at hand.
"""

from __future__ import annotations

import copy
from typing import cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from medsam.model.zoom import ResidualBlock, UpBlock, ZoomNet, input_channels


class PackedConvolution(nn.Module):
    """A convolution on (B, C, H, W) in channels-last order, in one number format.

    The order that suits the weights depends on H and W, so they are packed when
    the first crop comes; one of another size is computed rightly, if slowly.
    """

    def __init__(self, layer: nn.Conv2d, dtype: torch.dtype) -> None:
        """Of a layer whose weights do not change any more."""
        super().__init__()
        self._how = list(layer.padding), list(layer.stride), list(layer.dilation), layer.groups
        self._weight = layer.weight.detach().to(dtype)
        self._bias = None if layer.bias is None else layer.bias.detach().to(dtype)

    def forward(self, x: Tensor, post: str = "none", onto: Tensor | None = None) -> Tensor:
        """The convolution, plus ``onto`` if given, through "relu" if asked; ``onto`` stays as it is."""
        x = x.to(self._weight.dtype).contiguous(memory_format=torch.channels_last)
        if not self._weight.is_mkldnn:
            pack = torch.ops.mkldnn._reorder_convolution_weight
            self._weight = pack(self._weight, *self._how, [1, *x.shape[1:]])
        parts = (self._weight, self._bias, *self._how)
        run = torch.ops.mkldnn._convolution_pointwise
        if onto is None:
            return cast(Tensor, run(x, *parts, post, [], ""))
        return cast(Tensor, run.binary(x, onto, *parts, "add", 1.0, post, [], ""))


class _Rectified(nn.Module):
    """A convolution and its ReLU."""

    def __init__(self, convolution: PackedConvolution) -> None:
        super().__init__()
        self._convolution = convolution

    def forward(self, x: Tensor) -> Tensor:
        """As the convolution, and nothing below zero."""
        return cast(Tensor, self._convolution(x, "relu"))


class _Residual(nn.Module):
    """``ResidualBlock`` in two or three steps."""

    def __init__(self, block: ResidualBlock, dtype: torch.dtype) -> None:
        super().__init__()
        self._first = PackedConvolution(block.conv1, dtype)
        self._second = PackedConvolution(block.conv2, dtype)
        self._project = _plain(block.project, dtype)

    def forward(self, x: Tensor) -> Tensor:
        """As ``ResidualBlock``: (B, C, H, W) to (B, D, H/stride, W/stride)."""
        return cast(Tensor, self._second(self._first(x, "relu"), "relu", self._project(x)))


class _Up(nn.Module):
    """``UpBlock`` without copies of the sum."""

    def __init__(self, block: UpBlock, dtype: torch.dtype) -> None:
        super().__init__()
        self._reduce = _plain(block.reduce, dtype)
        self._blocks = nn.Sequential(*[_Residual(one, dtype) for one in _residuals(block.blocks)])

    def forward(self, deep: Tensor, skip: Tensor) -> Tensor:
        """As ``UpBlock``: (B, D, h, w) and (B, S, 2h, 2w) to the latter's shape."""
        up = F.interpolate(self._reduce(deep), scale_factor=2, mode="bilinear", align_corners=False)
        return cast(Tensor, self._blocks(up.add_(skip).relu_()))


def packed(network: ZoomNet, dtype: torch.dtype) -> ZoomNet:
    """A copy for inference on the processor whose convolutions are packed; what judges the mask is float32.

    Args:
        network: In evaluation mode on the processor, with folded norms
            (``folding.with_folded_norms``).
        dtype: float32 for the same masks, or bfloat16 for nearly the same ones.

    Returns:
        The copy, or ``network`` itself where this PyTorch cannot pack for the processor.
    """
    if not torch.backends.mkldnn.is_available():
        return network
    with torch.inference_mode():
        result = copy.deepcopy(network)
        _replace(result, dtype)
        side = int(network.config["size"])
        try:
            result(torch.zeros(1, input_channels(network.config), side, side))
        except (AttributeError, RuntimeError):  # no such operator, or none for this processor
            return network
    return result


def _replace(module: nn.Module, dtype: torch.dtype) -> None:
    for name, child in list(module.named_children()):
        if isinstance(child, ResidualBlock):
            setattr(module, name, _Residual(child, dtype))
        elif isinstance(child, UpBlock):
            setattr(module, name, _Up(child, dtype))
        elif isinstance(child, nn.Conv2d) or (
            isinstance(child, nn.Sequential) and any(isinstance(part, nn.Conv2d) for part in child)
        ):
            setattr(module, name, _plain(child, dtype))
        else:
            _replace(child, dtype)


def _plain(module: nn.Module, dtype: torch.dtype) -> nn.Module:
    """A convolution with what stands before it and a ReLU behind it; norms are folded already."""
    parts = list(module) if isinstance(module, nn.Sequential) else [module]
    steps: list[nn.Module] = []
    for part in parts:
        if isinstance(part, nn.Conv2d):
            steps.append(PackedConvolution(part, dtype))
        elif isinstance(part, nn.ReLU):
            steps[-1] = _Rectified(cast(PackedConvolution, steps[-1]))
        elif not isinstance(part, nn.Identity):
            steps.append(part)
    return steps[0] if len(steps) == 1 else nn.Sequential(*steps)


def _residuals(blocks: nn.Sequential) -> list[ResidualBlock]:
    return [cast(ResidualBlock, one) for one in blocks]
