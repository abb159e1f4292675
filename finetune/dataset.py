"""Stored objects, varied and cut into what the zoom network trains on."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from finetune.augment import vary_pictures
from finetune.config import AugmentConfig
from finetune.modalities import modality
from finetune.prepare import STORE_VERSION
from medsam.errors import InputError
from medsam.inference.zoom_crop import CropTransform, normalise, size_channel
from medsam.prompts import Box


class Store:
    """The objects that ``prepare`` wrote, in memory."""

    def __init__(self, folder: Path) -> None:
        """Read a store.

        Raises:
            InputError: If there is none, or another version wrote it.
        """
        path = folder / "manifest.json"
        if not path.is_file():
            raise InputError(
                "Training reads a prepared store; the folder has no manifest.json."
                " Run `python -m finetune prepare` first."
            )
        self.manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if self.manifest.get("version") != STORE_VERSION:
            raise InputError("The store was written by another version of `prepare`. Run it again.")
        self.objects: list[dict[str, Any]] = self.manifest["objects"]
        self._bytes = np.fromfile(folder / "objects.bin", np.uint8)

    def __len__(self) -> int:
        """Number of objects."""
        return len(self.objects)

    def planes(self, index: int) -> npt.NDArray[np.uint8]:
        """(C + 1, h, w): the picture's planes, then the mask as 0..255. A view."""
        record = self.objects[index]
        start = record["offset"]
        return self._bytes[start : start + math.prod(record["shape"])].reshape(record["shape"])


@dataclass(frozen=True)
class Batch:
    """What a step trains on.

    Attributes:
        crops: (B, 8, S, S), as ``medsam.inference.zoom_crop`` defines it.
        masks: (B, 1, S, S) in 0..1.
        inside: (B, 1, S, S), 0 beyond the picture's border, where nothing is asked.
    """

    crops: Tensor
    masks: Tensor
    inside: Tensor


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
    """Turns indices of objects into batches."""

    def __init__(self, store: Store, config: AugmentConfig, size: int) -> None:
        """Remember where to read and how to vary; ``size`` is the crop's side."""
        self._store, self._config, self._size = store, config, size

    def make(self, indices: npt.NDArray[np.int64], rng: np.random.Generator) -> Batch:
        """A batch; the same indices and generator state give the same batch."""
        count, size = len(indices), self._size
        pictures = torch.empty(count, 3, size, size)
        masks = torch.empty(count, 1, size, size)
        guides = torch.empty(count, 5, size, size)
        color = np.zeros(count, bool)
        for n, index in enumerate(indices):
            record = self._store.objects[index]
            planes = torch.from_numpy(self._store.planes(int(index))).float()
            view = self._view(record, rng)
            grid, guides[n] = self._grid(record, view, rng)
            warped = F.grid_sample(
                planes[None], grid[None], mode="bilinear", padding_mode="border", align_corners=False
            )[0]
            pictures[n], masks[n] = warped[:-1], warped[-1:] / 255
            color[n] = planes.shape[0] == 4 and modality(record["modality"]).color
        pictures = vary_pictures(pictures / 255, color, self._config, rng) * 255
        crops = torch.cat([normalise(pictures), guides], dim=1)
        return Batch(crops, masks, guides[:, 2:3])

    def _view(self, record: dict[str, Any], rng: np.random.Generator) -> _View:
        """Turn, flip, box with noise, and crop around it."""
        config = self._config
        x0, y0, x1, y1 = record["box"]
        centre = np.array([(x0 + x1) / 2, (y0 + y1) / 2])
        turn = np.diag([1.0 if rng.random() < 0.5 else -1.0, 1.0])
        if modality(record["modality"]).mirrored:
            turn = _rotation(90 * rng.integers(4)).round() @ turn
        aspect = max(x1 - x0, y1 - y0) / max(min(x1 - x0, y1 - y0), 1.0)
        tilted = rng.random() < config.rotate
        if tilted:
            turn = _rotation(rng.uniform(-1, 1) * config.degrees / max(1.0, aspect / 1.5)) @ turn
        hull = (np.array(record["outline"]) - centre) @ turn.T
        box = np.concatenate([hull.min(0), hull.max(0)])
        sides = np.tile(box[2:] - box[:2], 2)
        box = box + rng.normal(0, 1, 4) * rng.uniform(0, config.box_noise) * sides
        if not tilted:
            h, w = record["shape_hw"]
            corners = (np.array([[0, 0], [w, h]]) - centre) @ turn.T
            box = np.clip(box, np.tile(corners.min(0), 2), np.tile(corners.max(0), 2))
        noisy = Box.from_corners(*box)
        widen = rng.uniform(*config.widen)
        width, height = (max(side, 1.0) * widen for side in (noisy.width, noisy.height))
        x, y = noisy.center
        region = CropTransform(x - width / 2, y - height / 2, width, height, self._size)
        return _View(turn, centre, noisy, region)

    def _grid(self, record: dict[str, Any], view: _View, rng: np.random.Generator) -> tuple[Tensor, Tensor]:
        """Where to sample the stored planes, (S, S, 2), and channels 3 to 7."""
        region, size = view.region, self._size
        unit = (np.arange(size) + 0.5) / size
        across = (region.left + unit * region.width).astype(np.float32)
        down = (region.top + unit * region.height).astype(np.float32)
        q = np.stack(np.broadcast_arrays(across[None, :], down[:, None]), -1)
        if rng.random() < self._config.bend:
            field = rng.normal(0, self._config.bend_size / 2, (1, 2, 4, 4)).astype(np.float32)
            smooth = F.interpolate(torch.from_numpy(field), size=(size, size), mode="bicubic")[0]
            bent = smooth.permute(1, 2, 0).numpy() * np.array([view.box.width, view.box.height], np.float32)
        else:
            bent = np.float32(0)
        native = (q + bent) @ np.linalg.inv(view.turn).T.astype(np.float32) + view.centre.astype(np.float32)
        x0, y0, x1, y1 = record["region"]
        grid = (native - np.array([x0, y0], np.float32)) * np.array(
            [2 / (x1 - x0), 2 / (y1 - y0)], np.float32
        ) - 1
        h, w = record["shape_hw"]
        inside = ((native >= 0) & (native <= np.array([w, h], np.float32))).all(-1)
        width, height = max(view.box.width, 1.0), max(view.box.height, 1.0)
        guide = torch.empty(5, size, size)
        x, y = view.box.center
        guide[0] = torch.from_numpy((across - x) * (2 / width))[None, :]
        guide[1] = torch.from_numpy((down - y) * (2 / height))[:, None]
        guide[2] = torch.from_numpy(inside)
        scale = 2.0 ** rng.uniform(-self._config.rescale, self._config.rescale)
        guide[3], guide[4] = size_channel(torch.tensor([width * scale, height * scale]))[:, None, None]
        return torch.from_numpy(np.ascontiguousarray(grid)), guide


def _rotation(degrees: float) -> npt.NDArray[np.float64]:
    angle = math.radians(degrees)
    return np.array([[math.cos(angle), -math.sin(angle)], [math.sin(angle), math.cos(angle)]])
