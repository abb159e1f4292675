"""Masks of a SAM network while it trains, on whole pictures, as the program would draw them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from itertools import groupby

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from finetune.data.store import Store
from finetune.data.targets import Target
from finetune.features.cache import FeatureCache, Level, encode, slice_input, to_embedding
from finetune.features.variation import identity
from finetune.scores.metrics import dice
from finetune.tasks.prompting import centre_point
from medsam.inference.transforms import box_to_input, masks_from_logits, points_to_input
from medsam.model.preprocessing import Preprocessing
from medsam.model.sam import Sam
from medsam.prompts import Points

Mask = npt.NDArray[np.bool_]

_KEPT_BYTES = 1 << 30
"""Of features of a frozen encoder that are kept from one validation to the next."""


class SamScorer:
    """Answers prompts on a store's slices with the weights that the network has now."""

    def __init__(
        self,
        network: Sam,
        pp: Preprocessing,
        store: Store,
        device: torch.device,
        *,
        level: Level | None,
        cache: FeatureCache | None,
        several: bool,
        by_point: bool = False,
    ) -> None:
        """Describe how slices become embeddings.

        Args:
            network, pp, store, device: What is asked, about what, where.
            level: How far the encoder is frozen; None if it is trained.
            cache: Holds the frozen part's features; without one they are
                computed once and kept while they are few.
            several: Whether a prompt is answered by candidates, of which the
                one with the best estimated quality counts.
            by_point: Ask by the point farthest from an object's edge instead
                of its noisy box: for networks that never saw a box.
        """
        self._network, self._pp, self._store, self._device = network, pp, store, device
        self._level, self._cache, self._several, self._by_point = level, cache, several, by_point
        self._kept: dict[tuple[int, int], Tensor] = {}
        self._kept_bytes = 0

    @torch.no_grad()
    def masks(self, asked: Sequence[Target]) -> list[Mask]:
        """The (H, W) mask of each of one slice's targets; the network is in evaluation mode."""
        shape_hw, network = asked[0].shape_hw, self._network
        sparse, dense = self._prompts(asked)
        logits, quality = network.mask_decoder(
            self._embedding(*_slice_of(asked[0])),
            network.prompt_encoder.get_dense_pe(),
            sparse,
            dense,
            self._several,
        )
        masks = []
        for answer, estimated in zip(logits, quality, strict=True):
            drawn = masks_from_logits(answer, shape_hw, self._pp) > 0
            # As the program ranks them: a mask without a pixel comes last.
            rank = estimated.float().masked_fill(~drawn.flatten(1).any(1), -torch.inf)
            masks.append(drawn[int(rank.argmax())].cpu().numpy())
        return masks

    def _prompts(self, asked: Sequence[Target]) -> tuple[Tensor, Tensor]:
        """Embedded prompts, with the numbers that the program would give."""
        encoder, shape_hw, device = self._network.prompt_encoder, asked[0].shape_hw, self._device
        if not self._by_point:
            boxes = [box_to_input(target.box, shape_hw, self._pp) for target in asked]
            return encoder(boxes=torch.cat(boxes).to(device))
        points = [Points.of([centre_point(target.truth())]) for target in asked]
        found = [points_to_input(point, shape_hw, self._pp) for point in points]
        coords, labels = (torch.cat(part).to(device) for part in zip(*found, strict=True))
        return encoder(points=(coords, labels))

    def score(self, targets: Sequence[Target]) -> dict[tuple[str, str], list[float]]:
        """Dice of every target by modality and data set; each slice is encoded once."""
        scores: dict[tuple[str, str], list[float]] = defaultdict(list)
        ordered = sorted(targets, key=_slice_of)
        for _, members in groupby(ordered, _slice_of):
            asked = list(members)
            for target, mask in zip(asked, self.masks(asked), strict=True):
                scores[target.key].append(dice(mask, target.truth()))
        return scores

    def _embedding(self, case: int, slice_number: int) -> Tensor:
        if self._level is None:
            return self._network.image_encoder(self._input(case, slice_number))
        return to_embedding(self._network, self._features(case, slice_number, self._level), self._level)

    def _features(self, case: int, slice_number: int, level: Level) -> Tensor:
        """(1, C, h, w) float32 on the device."""
        key = (case, slice_number)
        if self._cache is not None:
            found = torch.from_numpy(self._cache.batch([(*key, 0)]))
        elif key in self._kept:
            found = self._kept[key]
        else:
            found = encode(self._network, self._input(*key), level).half().cpu()
            self._kept_bytes += found.nbytes
            if self._kept_bytes <= _KEPT_BYTES:
                self._kept[key] = found
        return found.to(self._device).float()

    def _input(self, case: int, slice_number: int) -> Tensor:
        shape_hw = self._store.cases[case].slices[slice_number].shape_hw
        whole = slice_input(self._store, case, slice_number, identity(shape_hw), self._pp)
        return whole.to(self._device)


def _slice_of(target: Target) -> tuple[int, int]:
    return target.case, target.object.slice
