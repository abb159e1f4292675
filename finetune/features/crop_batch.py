"""Stored crops, varied and warped into what a zoom network trains on."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from finetune.config import CropsConfig, IntensityConfig
from finetune.features.augment import vary_pictures
from finetune.features.crops import Crop, Crops
from medsam.inference.zoom_crop import (
    CropTransform,
    click_discs,
    context_region,
    normalise,
    normalise_like,
    size_channel,
)
from medsam.model.zoom import input_channels
from medsam.prompts import Box

Sample = tuple[int, np.random.Generator]
"""Which crop, and where its variation comes from."""

Generator = np.random.Generator

_ROUGH = (0.4, 2.2)
"""Sides of a box that fits nothing, over the object's."""


@dataclass(frozen=True)
class CropBatch:
    """What a step trains on.

    Attributes:
        crops: (B, C, S, S), as ``medsam.inference.zoom_crop`` defines it.
        masks: (B, 1, S, S) in 0..1.
        inside: (B, 1, S, S), 0 beyond the picture's border, where nothing is asked.
        present: (B,) bool: an object, not a box on background.
        rounds: (B,) int64: clicks that correct the network before it is judged.
        seeds: Of each sample's clicks.
    """

    crops: Tensor
    masks: Tensor
    inside: Tensor
    present: Tensor
    rounds: Tensor
    seeds: tuple[int, ...]

    def to(self, device: torch.device) -> CropBatch:
        """The same on a device."""
        moved = {
            f.name: getattr(self, f.name).to(device) for f in dataclasses.fields(self) if f.name != "seeds"
        }
        return CropBatch(**moved, seeds=self.seeds)


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

    def __init__(
        self, crops: Crops, config: CropsConfig, intensity: IntensityConfig, network: Mapping[str, Any]
    ) -> None:
        """Remember where to read, how to vary, and what a network of these settings is shown."""
        self._crops, self._config, self._intensity, self._network = crops, config, intensity, network

    def make(self, samples: Sequence[Sample]) -> CropBatch:
        """A batch; what becomes of a sample depends on it and its generator alone."""
        count, size = len(samples), int(self._network["size"])
        crops = torch.zeros(count, input_channels(self._network), size, size)
        masks = torch.empty(count, 1, size, size)
        present = torch.ones(count, dtype=torch.bool)
        rounds = torch.zeros(count, dtype=torch.int64)
        seeds = []
        for n, (index, rng) in enumerate(samples):
            chosen = self._or_background(index, rng)
            present[n] = chosen == index
            rough = bool(present[n]) and rng.random() < self._config.rough
            self._one(self._crops[chosen], rng, rough, crops[n], masks[n])
            if self._network["clicks"] and present[n]:
                rounds[n] = self._prompts(crops[n], masks[n, 0], rough, rng)
            seeds.append(int(rng.integers(2**31)))
        return CropBatch(crops, masks, crops[:, 5:6].contiguous(), present, rounds, tuple(seeds))

    def _or_background(self, index: int, rng: Generator) -> int:
        """The sample, or now and then a box of background of the same data set."""
        if not self._network["presence"] or rng.random() >= self._config.empty:
            return index
        choice = self._crops.background.get(self._crops.key(index), [])
        return choice[rng.integers(len(choice))] if choice else index

    def _one(self, crop: Crop, rng: Generator, rough: bool, out: Tensor, mask: Tensor) -> None:
        """Fill in the crop's picture, place and context, and the mask."""
        planes = torch.from_numpy(np.array(crop.planes, np.float32))
        view = self._view(crop, rough, rng)
        grid, out[3:8] = self._grid(crop, view, rng)
        warped = _sample(planes, grid)
        mask[:] = warped[-1:] / 255
        pictures = warped[:-1]
        if self._network["context"]:
            wider = context_region(view.region, self._network)
            native = _native(wider, view)
            pictures = torch.cat([pictures, _sample(planes[:-1], _in_region(native, crop.region))], 2)
            out[-1] = _inside(native, crop.shape_hw)
        color = np.array([planes.shape[0] == 4 and crop.kind.color])
        # Crop and context side by side: what one scanner does, it does to both.
        varied = vary_pictures(pictures[None].expand(-1, 3, -1, -1) / 255, color, self._intensity, rng) * 255
        size = out.shape[-1]
        out[:3] = normalise(varied[..., :size])[0]
        if self._network["context"]:
            out[-4:-1] = normalise_like(varied[..., size:], varied[..., :size])[0]

    def _prompts(self, out: Tensor, mask: Tensor, rough: bool, rng: Generator) -> int:
        """Draw what is told beside the box; returns the rounds of corrections that follow."""
        config = self._config
        if rough:
            out[8:10] = _click_inside(mask, rng)
        elif rng.random() < config.neighbour:
            out[10] = _neighbour(mask, rng)
        return int(rng.integers(1, config.clicks + 1)) if rng.random() < config.corrected else 0

    def _view(self, crop: Crop, rough: bool, rng: Generator) -> _View:
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
        box = self._drawn(np.concatenate([hull.min(0), hull.max(0)]), rough, rng)
        if not tilted:
            h, w = crop.shape_hw
            corners = (np.array([[0, 0], [w, h]]) - centre) @ turn.T
            box = np.clip(box, np.tile(corners.min(0), 2), np.tile(corners.max(0), 2))
        noisy = Box.from_corners(*box)
        widen = rng.uniform(*config.widen)
        width, height = (max(side, 1.0) * widen for side in (noisy.width, noisy.height))
        x, y = noisy.center
        region = CropTransform(x - width / 2, y - height / 2, width, height, int(self._network["size"]))
        return _View(turn, centre, noisy, region)

    def _drawn(self, box: npt.NDArray[np.float64], rough: bool, rng: Generator) -> npt.NDArray[np.float64]:
        """A tight box (4,) as a person may draw it."""
        sides = np.tile(box[2:] - box[:2], 2)
        if rough:
            scale = np.exp(rng.uniform(*np.log(_ROUGH)))
            middle = np.tile((box[:2] + box[2:]) / 2, 2) + np.tile(rng.uniform(-0.3, 0.3, 2), 2) * sides
            return middle + np.array([-0.5, -0.5, 0.5, 0.5]) * sides * scale
        if rng.random() < self._config.sloppy:
            tight, loose, beside = rng.uniform(0, 0.2), rng.uniform(0, 0.35), rng.uniform(-0.2, 0.2, 2)
            how = rng.integers(3)
            if how < 2:
                return box + np.array([-1, -1, 1, 1]) * (loose if how else -tight) * sides / 2
            return box + np.tile(beside, 2) * sides
        return box + rng.normal(0, 1, 4) * rng.uniform(0, self._config.box_noise) * sides

    def _grid(self, crop: Crop, view: _View, rng: Generator) -> tuple[Tensor, Tensor]:
        """Where to sample the stored planes, (S, S, 2), and channels 3 to 7."""
        region, size = view.region, view.region.size
        moved = np.zeros((size, size, 2), np.float32)
        if rng.random() < self._config.bend:
            field = rng.normal(0, self._config.bend_size / 2, (1, 2, 4, 4)).astype(np.float32)
            smooth = F.interpolate(torch.from_numpy(field), size=(size, size), mode="bicubic")[0]
            sides = np.array([view.box.width, view.box.height], np.float32)
            moved = smooth.permute(1, 2, 0).numpy() * sides
        native = _native(region, view, moved)
        across, down = _axes(region)
        width, height = max(view.box.width, 1.0), max(view.box.height, 1.0)
        guide = torch.empty(5, size, size)
        x, y = view.box.center
        guide[0] = torch.from_numpy((across - x) * (2 / width))[None, :]
        guide[1] = torch.from_numpy((down - y) * (2 / height))[:, None]
        guide[2] = _inside(native, crop.shape_hw)
        told = 2.0 ** rng.uniform(-self._config.rescale, self._config.rescale)
        guide[3], guide[4] = size_channel(torch.tensor([width * told, height * told]))[:, None, None]
        return _in_region(native, crop.region), guide


def _axes(region: CropTransform) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
    """Turned x of a region's columns and turned y of its rows."""
    unit = (np.arange(region.size) + 0.5) / region.size
    across = (region.left + unit * region.width).astype(np.float32)
    return across, (region.top + unit * region.height).astype(np.float32)


def _native(
    region: CropTransform, view: _View, moved: npt.NDArray[np.float32] | float = 0.0
) -> npt.NDArray[np.float32]:
    """Places (S, S, 2) in the slice of a turned region's pixels."""
    across, down = _axes(region)
    q = np.stack(np.broadcast_arrays(across[None, :], down[:, None]), -1) + moved
    return q @ np.linalg.inv(view.turn).T.astype(np.float32) + view.centre.astype(np.float32)


def _in_region(native: npt.NDArray[np.float32], region: tuple[int, int, int, int]) -> Tensor:
    """The same places in a stored region, as ``grid_sample`` counts: -1 to 1 along each side."""
    x0, y0, x1, y1 = region
    scale = np.array([2 / (x1 - x0), 2 / (y1 - y0)], np.float32)
    return torch.from_numpy(np.ascontiguousarray((native - np.array([x0, y0], np.float32)) * scale - 1))


def _inside(native: npt.NDArray[np.float32], shape_hw: tuple[int, int]) -> Tensor:
    """(S, S): whether places lie in the slice."""
    h, w = shape_hw
    return torch.from_numpy(((native >= 0) & (native <= np.array([w, h], np.float32))).all(-1))


def _sample(planes: Tensor, grid: Tensor) -> Tensor:
    """Planes (C, h, w) at places (S, S, 2)."""
    return F.grid_sample(
        planes[None], grid[None], mode="bilinear", padding_mode="border", align_corners=False
    )[0]


def _click_inside(mask: Tensor, rng: Generator) -> Tensor:
    """A positive click on any pixel of the object, as channels 8 and 9; none if it is out of sight."""
    pixels = torch.nonzero(mask > 0.5)
    if not len(pixels):
        return torch.zeros(2, *mask.shape)
    y, x = pixels[int(rng.integers(len(pixels)))].tolist()
    return click_discs(torch.tensor([[x + 0.5, y + 0.5]]), torch.tensor([True]), mask.shape[0])


def _neighbour(mask: Tensor, rng: Generator) -> Tensor:
    """Channel 10 as if from a neighbouring slice: the mask moved, scaled, softened."""
    sx, sy = rng.uniform(0.8, 1.25, 2)
    tx, ty = rng.normal(0, 0.06, 2)
    theta = torch.tensor([[[sx, 0.0, tx], [0.0, sy, ty]]], dtype=torch.float32)
    grid = F.affine_grid(theta, [1, 1, *mask.shape], align_corners=False)
    return F.grid_sample(mask[None, None], grid, align_corners=False)[0, 0] * 2 - 1


def _rotation(degrees: float) -> npt.NDArray[np.float64]:
    angle = math.radians(degrees)
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
