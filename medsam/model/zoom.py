"""The zoom network: a small residual U-Net that looks at one box, rescaled.

The picture around the box is warped to a square crop of ``size`` pixels
(``medsam.inference.zoom_crop``), so every object fills the same share of the
input whatever its size in the picture. Nothing of the picture is encoded
beforehand: one box costs one pass over one crop.

The first level works at half the crop's resolution, where a level costs a
quarter; the crop enters by a strided convolution, and the answer leaves at
full resolution through a sub-pixel (depth-to-space) layer beside a light
full-resolution branch that keeps edges crisp.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from medsam.errors import ModelError

DEFAULT_CONFIG: dict[str, Any] = {
    "version": 1,
    "size": 128,
    "widen": 1.35,
    "channels": 8,
    "widths": [32, 64, 128, 192, 256],
    "blocks": [1, 2, 3, 3, 1],
    "decoder_blocks": [1, 1, 1, 1],
    "detail": 16,
    "flip_average": False,
}
"""What a zoom network is built from; a weights file names what differs.

``size`` and ``widen`` say how the crop is cut (pixels; side of the crop over
side of the box), ``channels`` how many planes it has, ``widths`` and
``blocks`` the levels at 1/2, 1/4 ... of the crop, ``detail`` the channels of
the full-resolution branch (0: none), ``flip_average`` whether the answer is
the mean over the crop and its mirror image when not training.
"""


def complete_config(config: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The default settings, overlaid with ``config``.

    Raises:
        ModelError: If a name is unknown or the sizes do not fit each other.
    """
    given = dict(config or {})
    unknown = sorted(set(given) - set(DEFAULT_CONFIG))
    if unknown:
        known = ", ".join(DEFAULT_CONFIG)
        raise ModelError(f"A zoom network knows the settings {known}; {', '.join(unknown)} came.")
    full = {**DEFAULT_CONFIG, **given}
    levels = len(full["widths"])
    if len(full["blocks"]) != levels or len(full["decoder_blocks"]) != levels - 1:
        raise ModelError(
            f"A zoom network of {levels} widths needs {levels} blocks and {levels - 1} decoder_blocks;"
            f" {len(full['blocks'])} and {len(full['decoder_blocks'])} came."
        )
    if full["size"] % 2**levels:
        raise ModelError(f"The crop's size must be a multiple of {2**levels}; {full['size']} came.")
    return full


class ResidualBlock(nn.Module):
    """Two 3×3 convolutions with batch norm, added to the (projected) input."""

    def __init__(self, inputs: int, outputs: int, stride: int = 1) -> None:
        """Build for ``inputs`` -> ``outputs`` channels at 1/``stride`` of the size."""
        super().__init__()
        self.conv1 = nn.Conv2d(inputs, outputs, 3, stride, 1, bias=False)
        self.norm1 = nn.BatchNorm2d(outputs)
        self.conv2 = nn.Conv2d(outputs, outputs, 3, 1, 1, bias=False)
        self.norm2 = nn.BatchNorm2d(outputs)
        self.project: nn.Module = nn.Identity()
        if stride != 1 or inputs != outputs:
            self.project = nn.Sequential(
                nn.AvgPool2d(stride) if stride > 1 else nn.Identity(),
                nn.Conv2d(inputs, outputs, 1, bias=False),
                nn.BatchNorm2d(outputs),
            )
        nn.init.zeros_(self.norm2.weight)

    def forward(self, x: Tensor) -> Tensor:
        """(B, C, H, W) -> (B, C', H/stride, W/stride)."""
        y = F.relu(self.norm1(self.conv1(x)), inplace=True)
        y = self.norm2(self.conv2(y))
        return F.relu(y + self.project(x), inplace=True)


class UpBlock(nn.Module):
    """Bilinear doubling, a projected sum with the skip, residual blocks."""

    def __init__(self, deep: int, skip: int, blocks: int) -> None:
        """Build from ``deep`` channels up to the ``skip`` channels of the level above."""
        super().__init__()
        self.reduce = nn.Sequential(nn.Conv2d(deep, skip, 1, bias=False), nn.BatchNorm2d(skip))
        self.blocks = nn.Sequential(*[ResidualBlock(skip, skip) for _ in range(blocks)])

    def forward(self, deep: Tensor, skip: Tensor) -> Tensor:
        """(B, D, h, w) and (B, S, 2h, 2w) -> (B, S, 2h, 2w)."""
        up = F.interpolate(self.reduce(deep), scale_factor=2, mode="bilinear", align_corners=False)
        return self.blocks(F.relu(up + skip, inplace=True))


class ZoomNet(nn.Module):
    """Crop in, mask logits and an estimate of their IoU out."""

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        """Build from settings as in ``DEFAULT_CONFIG``; weights are random."""
        super().__init__()
        self.config = complete_config(config)
        widths, channels = self.config["widths"], self.config["channels"]
        self.stem = nn.Sequential(
            nn.Conv2d(channels, widths[0], 4, 2, 1, bias=False),
            nn.BatchNorm2d(widths[0]),
            nn.ReLU(inplace=True),
        )
        self.levels = nn.ModuleList()
        before = widths[0]
        for i, (width, blocks) in enumerate(zip(widths, self.config["blocks"], strict=True)):
            first = [ResidualBlock(before, width, 1 if i == 0 else 2)]
            rest = [ResidualBlock(width, width) for _ in range(blocks - 1)]
            self.levels.append(nn.Sequential(*first, *rest))
            before = width
        self.ups = nn.ModuleList(
            UpBlock(widths[i + 1], widths[i], count) for i, count in enumerate(self.config["decoder_blocks"])
        )
        detail = self.config["detail"]
        self.to_mask = nn.Conv2d(widths[0], 4 * max(detail, 1), 3, 1, 1)
        if detail:
            self.edge_in = nn.Sequential(
                nn.Conv2d(channels, detail, 3, 1, 1, bias=False), nn.BatchNorm2d(detail)
            )
            self.edge_out = nn.Conv2d(detail, 1, 3, 1, 1)
        self.quality = nn.Sequential(nn.Linear(widths[-1] + widths[0] + 2, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        """(B, C, S, S) crops -> (B, 1, S, S) logits and (B,) estimated IoU in 0..1."""
        if self.config["flip_average"] and not self.training:
            return self._flip_averaged(x)
        return self._once(x)

    def _once(self, x: Tensor) -> tuple[Tensor, Tensor]:
        # Channels last is a seventh faster on CPUs, and what the network was trained in.
        y = self.stem(x.contiguous(memory_format=torch.channels_last))
        skips = []
        for level in self.levels:
            y = level(y)
            skips.append(y)
        deep = y
        for i in range(len(self.ups) - 1, -1, -1):
            y = self.ups[i](y, skips[i])
        logits = F.pixel_shuffle(self.to_mask(y), 2)
        if self.config["detail"]:
            logits = self.edge_out(F.relu(logits + self.edge_in(x), inplace=True))
        logits = logits.float()
        return logits, self._estimate_iou(deep, y, logits)

    def _estimate_iou(self, deep: Tensor, fine: Tensor, logits: Tensor) -> Tensor:
        """(B,) IoU expected, from pooled features and how sure the logits are.

        Features are detached: the estimate must not bend the mask.
        """
        probability = logits.detach().sigmoid()
        weight = F.avg_pool2d(probability, 2)
        fine = fine.detach().float()
        inside = (fine * weight).sum((2, 3)) / weight.sum((2, 3)).clamp(min=1.0)
        area = probability.mean((2, 3))
        doubt = (probability * (1 - probability)).mean((2, 3)) / area.clamp(min=1e-3)
        pooled = torch.cat([deep.detach().float().mean((2, 3)), inside, area, doubt], dim=1)
        return self.quality(pooled).squeeze(1).sigmoid().float()

    def _flip_averaged(self, x: Tensor) -> tuple[Tensor, Tensor]:
        logits, quality = self._once(torch.cat([x, mirror(x)]))
        # Not chunk(): it would fix the number of crops in an exported graph.
        count = x.shape[0]
        return (logits[:count] + logits[count:].flip(3)) / 2, (quality[:count] + quality[count:]) / 2


def mirror(crops: Tensor) -> Tensor:
    """Crops (B, C, S, S) of the mirrored picture: x runs backwards.

    Only the picture (channels 0 to 2) and where it ends (channel 5) turn
    round; the channels that say where a pixel lies in the box stay.
    """
    turned = crops.clone()
    turned[:, :3] = crops[:, :3].flip(3)
    turned[:, 5] = crops[:, 5].flip(2)
    return turned


def build_zoom(config: Mapping[str, Any] | None = None) -> ZoomNet:
    """A zoom network with random weights, in evaluation mode.

    Raises:
        ModelError: If the settings do not fit each other.
    """
    network = ZoomNet(config).eval()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # the stubs lack it
    return network
