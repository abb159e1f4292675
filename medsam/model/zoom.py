"""The zoom network: a small residual U-Net that looks at one box, rescaled.

The picture around the box is warped to a square crop of ``size`` pixels
(``medsam.inference.zoom_crop``), so every object fills the same share of the
input whatever its size in the picture. Nothing of the picture is encoded
beforehand: one box costs one pass over one crop.

The first level works at half the crop's resolution, where a level costs a
quarter; the crop enters by a strided convolution, and the answer leaves at
full resolution through a sub-pixel (depth-to-space) layer beside a light
full-resolution branch that keeps edges crisp.

Three things can be added, each without changing what the rest computes until
it is trained: clicks and a previous mask as further planes of the crop, a
wider crop seen by a small branch of its own, and the presence, an answer to
whether the box holds an object at all.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from medsam.errors import ModelError

DEFAULT_CONFIG: dict[str, Any] = {
    "version": 1,
    "size": 128,
    "widen": 1.35,
    "widths": [32, 64, 128, 192, 256],
    "blocks": [1, 2, 3, 3, 1],
    "decoder_blocks": [1, 1, 1, 1],
    "detail": 16,
    "flip_average": False,
    "clicks": False,
    "context": 0.0,
    "presence": False,
    "nothing_below": 0.0,
}
"""What a zoom network is built from; a weights file names what differs.

``size`` and ``widen`` say how the crop is cut (pixels; side of the crop over
side of the box), ``widths`` and ``blocks`` the levels at 1/2, 1/4 ... of the
crop, ``detail`` the channels of the full-resolution branch (0: none),
``flip_average`` whether the answer is the mean over the crop and its mirror
image when not training.

``clicks``: whether it takes positive and negative points and a previous mask.
``context``: side of the wider crop over that of the crop; 0 for none.
``presence``: whether it tells if there is an object; an answer below
``nothing_below`` means "nothing here".
"""

CONTEXT_WIDTHS = (32, 64, 128, 128)
"""Channels of the branch for the wider crop, at 1/4 to 1/16 of its size."""

_BOX_PLANES, _CLICK_PLANES, _CONTEXT_PLANES = 8, 3, 4
_MEETING_LEVEL = 2
"""The level at which the wider crop's features have the same grid as the crop's."""


class ZoomAnswer(NamedTuple):
    """What a zoom network says of B crops.

    Attributes:
        logits: (B, 1, S, S) of the mask.
        quality: (B,) estimated IoU of that mask, 0..1.
        presence: (B,) probability that there is an object, 0..1; 1 where the
            network was not built to tell.
    """

    logits: Tensor
    quality: Tensor
    presence: Tensor


def input_channels(config: Mapping[str, Any]) -> int:
    """How many planes a crop has for a network of these settings."""
    clicks = _CLICK_PLANES if config["clicks"] else 0
    return _BOX_PLANES + clicks + (_CONTEXT_PLANES if config["context"] else 0)


def complete_config(config: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The default settings, overlaid with ``config``.

    Raises:
        ModelError: If a name is unknown or the sizes do not fit each other.
    """
    given = dict(config or {})
    if given.get("channels") == _BOX_PLANES:
        del given["channels"]  # told by files of the first version, which had one kind of crop
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
    full["nothing_below"] = float(full["nothing_below"])
    if full["context"] and (full["context"] != 2.0 or levels <= _MEETING_LEVEL):
        raise ModelError(
            "The wider crop is twice as wide as the crop (context 2.0, or 0 for none) of a network of"
            f" {_MEETING_LEVEL + 1} levels or more; {full['context']} and {levels} levels came."
        )
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


class ContextBranch(nn.Module):
    """Features of the wider crop, on the grid that the crop's third level has.

    The wider crop is seen at half the resolution, shrunk to 1/16 of its side
    and brought back up by sums, so that its middle knows of all the rest.
    """

    def __init__(self, outputs: int) -> None:
        """Build for adding to ``outputs`` channels; adds nothing before it is trained."""
        super().__init__()
        first, second, third, fourth = CONTEXT_WIDTHS
        self.stem = nn.Sequential(
            nn.Conv2d(_CONTEXT_PLANES + 2, first, 4, 2, 1, bias=False),
            nn.BatchNorm2d(first),
            nn.ReLU(inplace=True),
        )
        self.near = ResidualBlock(first, second)
        self.wide = ResidualBlock(second, third, 2)
        self.whole = ResidualBlock(third, fourth, 2)
        self.up_wide = UpBlock(fourth, third, 1)
        self.up_near = UpBlock(third, second, 1)
        self.out = nn.Conv2d(second, outputs, 1)
        nn.init.zeros_(self.out.weight)
        nn.init.zeros_(self.out.bias)  # type: ignore[arg-type]  # a bias was asked for

    def forward(self, planes: Tensor, place: Tensor) -> tuple[Tensor, Tensor]:
        """Features for the crop, and a summary of all that is seen.

        Args:
            planes: (B, 4, S, S), the wider crop.
            place: (B, 2, S, S), where its pixels lie in the box.

        Returns:
            (B, outputs, S/8, S/8) over the crop, which is the middle half of
            the wider one, and (B, 128).
        """
        seen_at_half = F.avg_pool2d(torch.cat([planes, place], 1), 2)
        near = self.near(self.stem(seen_at_half.contiguous(memory_format=torch.channels_last)))
        wide = self.wide(near)
        whole = self.whole(wide)
        seen = self.up_near(self.up_wide(whole, wide), near)
        quarter = seen.shape[2] // 4
        return self.out(seen[:, :, quarter:-quarter, quarter:-quarter]), whole.float().mean((2, 3))


class ZoomNet(nn.Module):
    """Crop in; mask logits, an estimate of their IoU and the presence out."""

    def __init__(self, config: Mapping[str, Any] | None = None) -> None:
        """Build from settings as in ``DEFAULT_CONFIG``; weights are random."""
        super().__init__()
        self.config = complete_config(config)
        widths = self.config["widths"]
        channels = _BOX_PLANES + (_CLICK_PLANES if self.config["clicks"] else 0)
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
        pooled = widths[-1] + widths[0] + 2
        self.quality = nn.Sequential(nn.Linear(pooled, 64), nn.ReLU(), nn.Linear(64, 1))
        if self.config["context"]:
            self.context = ContextBranch(widths[_MEETING_LEVEL])
        if self.config["presence"]:
            seen = pooled + (CONTEXT_WIDTHS[-1] if self.config["context"] else 0)
            self.presence = nn.Sequential(nn.Linear(seen, 64), nn.ReLU(), nn.Linear(64, 1))

    def forward(self, x: Tensor) -> ZoomAnswer:
        """Answer for (B, C, S, S) crops as ``medsam.inference.zoom_crop`` cuts them."""
        if self.config["flip_average"] and not self.training:
            return self._flip_averaged(x)
        return self._once(x)

    def _once(self, x: Tensor) -> ZoomAnswer:
        # Channels last is a seventh faster on CPUs, and what the network was trained in.
        planes = _BOX_PLANES + (_CLICK_PLANES if self.config["clicks"] else 0)
        crop, summary = x[:, :planes].contiguous(memory_format=torch.channels_last), None
        y = self.stem(crop)
        skips = []
        for number, level in enumerate(self.levels):
            y = level(y)
            if self.config["context"] and number == _MEETING_LEVEL:
                around, summary = self.context(x[:, planes:], x[:, 3:5] * self.config["context"])
                y = y + around
            skips.append(y)
        deep = y
        for i in range(len(self.ups) - 1, -1, -1):
            y = self.ups[i](y, skips[i])
        logits = F.pixel_shuffle(self.to_mask(y), 2)
        if self.config["detail"]:
            logits = self.edge_out(F.relu(logits + self.edge_in(crop), inplace=True))
        logits = logits.float()
        return ZoomAnswer(logits, *self._judge(deep, y, logits, summary))

    def _judge(
        self, deep: Tensor, fine: Tensor, logits: Tensor, summary: Tensor | None
    ) -> tuple[Tensor, Tensor]:
        """(B,) IoU expected and (B,) presence, from pooled features and how sure the logits are.

        The estimate of the IoU must not bend the mask, so what it is made of
        is detached; the presence needs features of its own.
        """
        probability = logits.detach().sigmoid()
        weight = F.avg_pool2d(probability, 2)
        fine = fine.detach().float()
        inside = (fine * weight).sum((2, 3)) / weight.sum((2, 3)).clamp(min=1.0)
        area = probability.mean((2, 3))
        doubt = (probability * (1 - probability)).mean((2, 3)) / area.clamp(min=1e-3)
        whole = deep.float().mean((2, 3))
        quality = self.quality(torch.cat([whole.detach(), inside, area, doubt], dim=1)).squeeze(1)
        if not self.config["presence"]:
            return quality.sigmoid().float(), torch.ones_like(quality, dtype=torch.float32)
        seen = [whole, inside, area, doubt] + ([] if summary is None else [summary])
        presence = self.presence(torch.cat(seen, dim=1)).squeeze(1)
        return quality.sigmoid().float(), presence.float().sigmoid()

    def _flip_averaged(self, x: Tensor) -> ZoomAnswer:
        logits, quality, presence = self._once(torch.cat([x, mirror(x)]))
        # Not chunk(): it would fix the number of crops in an exported graph.
        n = x.shape[0]
        return ZoomAnswer(
            (logits[:n] + logits[n:].flip(3)) / 2,
            (quality[:n] + quality[n:]) / 2,
            (presence[:n] + presence[n:]) / 2,
        )


def mirror(crops: Tensor) -> Tensor:
    """Crops (B, C, S, S) of the mirrored picture: x runs backwards.

    The plane that says where a pixel lies in the box along x stays.
    """
    turned = crops.flip(3)
    turned[:, 3] = crops[:, 3]
    return turned


def grown_state(network: ZoomNet, state: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of a smaller zoom network, fitted to one that sees and tells more.

    Planes that are new get weights of zero and parts that are new keep what
    ``network`` has, so the grown network answers as the smaller one did.

    Raises:
        ModelError: If a tensor of ``state`` has no place in ``network``.
    """
    result = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    for name, tensor in state.items():
        place = result.get(name)
        fits = place is not None and place.ndim == tensor.ndim
        if place is None or not fits or any(a < b for a, b in zip(place.shape, tensor.shape, strict=True)):
            raise ModelError(
                f"A zoom network grows by planes and parts; {name} of the weights has no place in it."
                " Keep widths, blocks and detail as the weights have them."
            )
        if place.shape == tensor.shape:
            result[name] = tensor.to(place.dtype)
        elif place.shape[:1] + place.shape[2:] == tensor.shape[:1] + tensor.shape[2:]:
            place.zero_()
            place[:, : tensor.shape[1]] = tensor
        else:
            raise ModelError(
                f"A zoom network grows by planes and parts; {name} is {tuple(tensor.shape)} in the weights"
                f" and {tuple(place.shape)} in the network. Keep widths, blocks and detail as they are."
            )
    return result


def build_zoom(config: Mapping[str, Any] | None = None) -> ZoomNet:
    """A zoom network with random weights, in evaluation mode.

    Raises:
        ModelError: If the settings do not fit each other.
    """
    network = ZoomNet(config).eval()
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # the stubs lack it
    return network
