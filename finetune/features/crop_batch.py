"""Stored crops, varied and warped into what a zoom network trains on."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from finetune.config import CropsConfig, IntensityConfig
from finetune.features.augment import vary_pictures
from finetune.features.crops import Crop, Crops
from medsam.inference.zoom_crop import CropTransform, normalise, size_channel
from medsam.prompts import Box

Sample = tuple[int, np.random.Generator]
"""Which crop, and where its variation comes from."""


@dataclass(frozen=True)
class CropBatch:
    """What a step trains on.

    Attributes:
        crops: (B, 8, S, S), as ``medsam.inference.zoom_crop`` defines it.
        masks: (B, 1, S, S) in 0..1.
        inside: (B, 1, S, S), 0 beyond the picture's border, where nothing is asked.
    """

    crops: Tensor
    masks: Tensor
    inside: Tensor

    def to(self, device: torch.device) -> CropBatch:
        """The same on a device."""
        return CropBatch(self.crops.to(device), self.masks.to(device), self.inside.to(device))


@dataclass(frozen=True)
class _View:
    """One object as it is looked at this time.

    ``turn`` (2, 2) takes offsets from ``centre`` (native pixels) to the turned
    frame, in which ``box`` and ``region`` lie.
    """

    turn: npt.NDArray[np.float64]
    centre: npt.NDArray[np.float64]
    box: Box
    region: CropTransform


class BatchMaker:
    """Turns samples into batches. Safe to use from several threads."""

    def __init__(self, crops: Crops, config: CropsConfig, intensity: IntensityConfig, size: int) -> None:
        """Remember where to read and how to vary; ``size`` is the crop's side."""
        self._crops, self._config, self._intensity, self._size = crops, config, intensity, size

    def make(self, samples: Sequence[Sample]) -> CropBatch:
        """A batch; what becomes of a sample depends on it and its generator alone."""
        count, size = len(samples), self._size
        crops = torch.empty(count, 8, size, size)
        masks = torch.empty(count, 1, size, size)
        for n, (index, rng) in enumerate(samples):
            self._one(self._crops[index], rng, crops[n], masks[n])
        return CropBatch(crops, masks, crops[:, 5:6].contiguous())

    def _one(self, crop: Crop, rng: np.random.Generator, out: Tensor, mask: Tensor) -> None:
        planes = torch.from_numpy(np.array(crop.planes, np.float32))
        view = self._view(crop, rng)
        grid, out[3:] = self._grid(crop, view, rng)
        warped = F.grid_sample(
            planes[None], grid[None], mode="bilinear", padding_mode="border", align_corners=False
        )[0]
        mask[:] = warped[-1:] / 255
        color = np.array([planes.shape[0] == 4 and crop.kind.color])
        picture = warped[None, :-1].expand(-1, 3, -1, -1)
        varied = vary_pictures(picture / 255, color, self._intensity, rng)
        out[:3] = normalise(varied * 255)[0]

    def _view(self, crop: Crop, rng: np.random.Generator) -> _View:
        """Turn, flip, box with noise, and crop around it."""
        config = self._config
        x0, y0, x1, y1 = crop.box
        centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
        turn = np.diag([1.0 if rng.random() < 0.5 else -1.0, 1.0])
        if crop.kind.mirrored:
            turn = _rotation(90 * rng.integers(4)).round() @ turn
        aspect = max(x1 - x0, y1 - y0) / max(min(x1 - x0, y1 - y0), 1.0)
        tilted = rng.random() < config.rotate
        if tilted:
            turn = _rotation(rng.uniform(-1, 1) * config.degrees / max(1.0, aspect / 1.5)) @ turn
        hull = (crop.outline - centre) @ turn.T
        box = np.concatenate([hull.min(0), hull.max(0)])
        sides = np.tile(box[2:] - box[:2], 2)
        box = box + rng.normal(0, 1, 4) * rng.uniform(0, config.box_noise) * sides
        if not tilted:
            h, w = crop.shape_hw
            corners = (np.array([[0, 0], [w, h]]) - centre) @ turn.T
            box = np.clip(box, np.tile(corners.min(0), 2), np.tile(corners.max(0), 2))
        noisy = Box.from_corners(*box)
        widen = rng.uniform(*config.widen)
        width, height = (max(side, 1.0) * widen for side in (noisy.width, noisy.height))
        x, y = noisy.center
        region = CropTransform(x - width / 2, y - height / 2, width, height, self._size)
        return _View(turn, centre, noisy, region)

    def _grid(self, crop: Crop, view: _View, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Where to sample the stored planes, (S, S, 2), and channels 3 to 7."""
        region, size = view.region, self._size
        unit = (np.arange(size) + 0.5) / size
        across = (region.left + unit * region.width).astype(np.float32)
        down = (region.top + unit * region.height).astype(np.float32)
        q = np.stack(np.broadcast_arrays(across[None, :], down[:, None]), -1)
        if rng.random() < self._config.bend:
            field = rng.normal(0, self._config.bend_size / 2, (1, 2, 4, 4)).astype(np.float32)
            smooth = F.interpolate(torch.from_numpy(field), size=(size, size), mode="bicubic")[0]
            sides = np.array([view.box.width, view.box.height], np.float32)
            q = q + smooth.permute(1, 2, 0).numpy() * sides
        native = q @ np.linalg.inv(view.turn).T.astype(np.float32) + view.centre.astype(np.float32)
        x0, y0, x1, y1 = crop.region
        scale = np.array([2 / (x1 - x0), 2 / (y1 - y0)], np.float32)
        grid = (native - np.array([x0, y0], np.float32)) * scale - 1
        h, w = crop.shape_hw
        inside = ((native >= 0) & (native <= np.array([w, h], np.float32))).all(-1)
        width, height = max(view.box.width, 1.0), max(view.box.height, 1.0)
        guide = torch.empty(5, size, size)
        x, y = view.box.center
        guide[0] = torch.from_numpy((across - x) * (2 / width))[None, :]
        guide[1] = torch.from_numpy((down - y) * (2 / height))[:, None]
        guide[2] = torch.from_numpy(inside)
        told = 2.0 ** rng.uniform(-self._config.rescale, self._config.rescale)
        guide[3], guide[4] = size_channel(torch.tensor([width * told, height * told]))[:, None, None]
        return torch.from_numpy(np.ascontiguousarray(grid)), guide


def _rotation(degrees: float) -> npt.NDArray[np.float64]:
    angle = math.radians(degrees)
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
