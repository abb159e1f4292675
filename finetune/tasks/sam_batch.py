"""From a step's number to what a SAM network is shown: features or pictures, prompts, targets."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from finetune.config import Recipe
from finetune.data.modalities import modality
from finetune.data.store import SliceRef, Store
from finetune.features.cache import LEVELS, FeatureCache, slice_input
from finetune.features.variation import SliceVariation, draw_variation, identity, variant
from finetune.tasks.grid import Grid, grid_of
from finetune.tasks.prompting import Frame, Round, point_inside, rounds, uniform, vary_box
from finetune.tasks.sampler import Sampler
from medsam.errors import InputError
from medsam.model.preprocessing import Preprocessing

Generator = np.random.Generator

_ROUNDS = 0x0C11C
"""Keeps the generator of a step's rounds apart from those of its samples."""


@dataclass(frozen=True)
class SamBatch:
    """B slices and N objects on them, on one device.

    Attributes:
        features: (B, C, h, w) of a cache, or None.
        images: (B, 3, S, S) for the encoder, or None.
        owner: (N,) which slice an object is on; ascending.
        share: (N,) of each object in the loss; each slice counts the same.
        boxes: (N, 4) network frame.
        points: (N, 2) network frame, a pixel of each object.
        is_point: (N,) whether the first prompt is the point instead of the
            box; None where it never is.
        targets: (N, g, g) covered share of each cell.
        row_weights, col_weights: (B, g) share of each row and column of cells
            that lies on the picture; None where all do.
        drawn: (N, clicks) uniform numbers for the corrective clicks.
        rounds: What follows the first prompt.
    """

    features: Tensor | None
    images: Tensor | None
    owner: Tensor
    share: Tensor
    boxes: Tensor
    points: Tensor
    is_point: Tensor | None
    targets: Tensor
    row_weights: Tensor | None
    col_weights: Tensor | None
    drawn: Tensor
    rounds: tuple[Round, ...]

    def __len__(self) -> int:
        """Number of slices."""
        whole = self.features if self.features is not None else self.images
        assert whole is not None
        return whole.shape[0]


@dataclass(frozen=True)
class _Object:
    box: npt.NDArray[np.float64]
    point: npt.NDArray[np.float64]
    is_point: bool
    target: npt.NDArray[np.float32]
    drawn: npt.NDArray[np.float32]


@dataclass(frozen=True)
class _Sample:
    ref: SliceRef
    variant: int
    variation: SliceVariation
    grid: Grid
    objects: list[_Object]


@dataclass(frozen=True)
class _Mask:
    """An object on the slice that is shown: its mask inside a box in whole pixels."""

    part: npt.NDArray[np.bool_] | npt.NDArray[np.float32]
    x0: int
    y0: int

    @property
    def hard(self) -> npt.NDArray[np.bool_]:
        """Of a varied mask, the pixels it covers by half."""
        return np.asarray(self.part.astype(np.float32) > 0.5)


class BatchMaker:
    """Makes the batches of a run; every number of a sample comes from that sample's generator."""

    def __init__(
        self,
        recipe: Recipe,
        store: Store,
        refs: Sequence[SliceRef],
        pp: Preprocessing,
        side: int,
        cache: FeatureCache | None,
    ) -> None:
        """Describe what is made.

        Args:
            recipe: What to draw, and how.
            store, refs: What there is.
            pp: Of the network.
            side: Of the targets in cells.
            cache: Features; without one, pictures are prepared.
        """
        self._recipe, self._store, self._refs, self._pp = recipe, store, refs, pp
        self._side, self._cache = side, cache
        self.sampler = Sampler(store, refs, recipe.sampler, recipe.train.seed)

    def part(self, step: int, part: int, parts: int, device: torch.device) -> SamBatch:
        """Part ``part`` of ``parts`` of a step's samples.

        Raises:
            InputError: If a step's slices cannot be cut into so many parts.
        """
        count = self._recipe.train.batch
        if count % parts:
            raise InputError(
                f"A step's slices are shared out evenly; train.batch is {count} and there are {parts} parts"
                " (processes × train.accumulate). Make it a multiple."
            )
        each = count // parts
        drawn = self.sampler.draw(step, count)[part * each : (part + 1) * each]
        samples = [self._sample(self._refs[index], rng) for index, rng in drawn]
        order = rounds(
            self._recipe.prompts, np.random.default_rng([self._recipe.train.seed, step, 0, _ROUNDS])
        )
        return self._collate(samples, order, device)

    def _sample(self, ref: SliceRef, rng: Generator) -> _Sample:
        most = self._recipe.prompts.objects
        number, variation = self._variation(ref, rng)
        chosen = list(ref.objects)
        if len(chosen) > most:
            chosen = [chosen[i] for i in rng.permutation(len(chosen))[:most]]
        masks = self._masks(ref, chosen, variation)
        if not masks:
            # Everything was moved out of the frame: the slice as it is.
            number, variation = 0, identity(variation.shape_hw)
            masks = self._masks(ref, chosen, variation)
        shape_hw = variation.out_shape_hw
        frame, grid = Frame.of(shape_hw, self._pp), grid_of(shape_hw, self._pp, self._side)
        return _Sample(ref, number, variation, grid, [self._object(m, frame, grid, rng) for m in masks])

    def _variation(self, ref: SliceRef, rng: Generator) -> tuple[int, SliceVariation]:
        recipe, case = self._recipe, self._store.cases[ref.case]
        if recipe.tier in LEVELS:
            number = int(rng.integers(recipe.embed.variants))
            return number, variant(recipe, case, ref.slice, number)
        shape_hw = case.slices[ref.slice].shape_hw
        kind = modality(case.modality)
        return 0, draw_variation(rng, recipe.geometry, recipe.intensity, kind, shape_hw)

    def _masks(self, ref: SliceRef, chosen: list[int], variation: SliceVariation) -> list[_Mask]:
        if variation.is_identity:
            boxes = [self._store.cases[ref.case].objects[n].box for n in chosen]
            parts = [self._store.mask(ref.case, n) for n in chosen]
            return [_Mask(part, box[0], box[1]) for part, box in zip(parts, boxes, strict=True)]
        moved = [variation.mask(self._store.full_mask(ref.case, n)) for n in chosen]
        return [_Mask(mask, 0, 0) for mask in moved if (mask > 0.5).any()]

    def _object(self, mask: _Mask, frame: Frame, grid: Grid, rng: Generator) -> _Object:
        prompts = self._recipe.prompts
        hard = mask.hard
        rows, cols = np.flatnonzero(hard.any(axis=1)), np.flatnonzero(hard.any(axis=0))
        tight = (
            float(mask.x0 + cols[0]),
            float(mask.y0 + rows[0]),
            float(mask.x0 + cols[-1] + 1),
            float(mask.y0 + rows[-1] + 1),
        )
        box = vary_box(frame.box(tight), frame, prompts, rng)
        x, y = point_inside(hard, rng)
        return _Object(
            box=box,
            point=frame.point((mask.x0 + x, mask.y0 + y)),
            is_point=bool(rng.random() < prompts.point),
            target=grid.average(mask.part, mask.x0, mask.y0),
            drawn=uniform(rng, prompts.clicks),
        )

    def _collate(self, samples: list[_Sample], order: tuple[Round, ...], device: torch.device) -> SamBatch:
        objects = [o for sample in samples for o in sample.objects]
        counts = np.array([len(sample.objects) for sample in samples])
        whole = all(sample.grid.is_whole for sample in samples)

        def sent(array: npt.ArrayLike, kind: type = np.float32) -> Tensor:
            return torch.from_numpy(np.asarray(array, kind)).to(device)

        return SamBatch(
            features=None if self._cache is None else self._features(samples, device),
            images=None if self._cache is not None else self._images(samples).to(device),
            owner=sent(np.repeat(np.arange(len(samples)), counts), np.int64),
            share=sent(np.repeat(1 / (counts * len(samples)), counts)),
            boxes=sent(np.stack([o.box for o in objects])),
            points=sent(np.stack([o.point for o in objects])),
            is_point=sent([o.is_point for o in objects], np.bool_) if self._recipe.prompts.point else None,
            targets=sent(np.stack([o.target for o in objects])),
            row_weights=None if whole else sent(np.stack([s.grid.row_weights for s in samples])),
            col_weights=None if whole else sent(np.stack([s.grid.col_weights for s in samples])),
            drawn=sent(np.stack([o.drawn for o in objects])),
            rounds=order,
        )

    def _features(self, samples: list[_Sample], device: torch.device) -> Tensor:
        assert self._cache is not None
        found = self._cache.batch([(s.ref.case, s.ref.slice, s.variant) for s in samples])
        features = torch.from_numpy(found)
        if device.type == "cuda":
            return features.pin_memory().to(device, non_blocking=True)
        return features.to(device)

    def _images(self, samples: list[_Sample]) -> Tensor:
        pp = self._pp
        return torch.cat(
            [slice_input(self._store, s.ref.case, s.ref.slice, s.variation, pp) for s in samples]
        )
