"""Masks of a zoom network at the picture's own resolution, and means over them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping

import numpy as np
import numpy.typing as npt
import torch

from finetune.metrics import dice
from medsam.inference.zoom_crop import CropTransform, make_crop, paste
from medsam.model.zoom import ZoomNet
from medsam.prompts import Box


@torch.inference_mode()
def predict(
    network: ZoomNet, picture_u8: npt.NDArray[np.uint8], box: Box
) -> tuple[npt.NDArray[np.bool_], float]:
    """The (H, W) mask of one box, as the program makes it, and its estimated IoU."""
    crop, transform = make_crop(picture_u8, box, network.config)
    logits, quality = network(crop[None])
    h, w = picture_u8.shape[:2]
    return full_mask(logits[0, 0], transform, (h, w)), float(quality[0])


def full_mask(logits: torch.Tensor, transform: CropTransform, hw: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """A crop's logits as an (H, W) mask."""
    x0, y0, patch = paste(logits, transform, hw)
    mask = np.zeros(hw, bool)
    mask[y0 : y0 + patch.shape[0], x0 : x0 + patch.shape[1]] = patch > 0
    return mask


class CropSet:
    """Targets cut once, so that many states of a network can be scored quickly."""

    def __init__(self, targets: Iterable, config: Mapping) -> None:
        """Cut the crops of ``finetune.targets.Target``s with a network's settings."""
        self._crops, self._rest = [], []
        for t in targets:
            crop, transform = make_crop(t.picture, t.box, config)
            self._crops.append(crop.half())
            self._rest.append((t.case.modality, t.case.source, transform, t.found))

    def __len__(self) -> int:
        """Number of targets."""
        return len(self._crops)

    @torch.inference_mode()
    def score(self, network: ZoomNet, batch: int = 16) -> dict[tuple[str, str], list[float]]:
        """Dice of every target by (modality, source)."""
        network.eval()
        scores: dict[tuple[str, str], list[float]] = defaultdict(list)
        for start in range(0, len(self._crops), batch):
            logits, _ = network(torch.stack(self._crops[start : start + batch]).float())
            for one, (modality, source, transform, found) in zip(
                logits[:, 0], self._rest[start : start + batch], strict=True
            ):
                mask = full_mask(one, transform, found.shape_hw)
                scores[modality, source].append(dice(mask, found.full_mask()))
        return scores


def means(scores: Mapping[tuple[str, str], list[float]]) -> tuple[float, dict[str, float]]:
    """Mean over modalities, and each modality's mean over its sources' means over objects."""
    of_modality: dict[str, list[float]] = defaultdict(list)
    for (modality, _), values in scores.items():
        of_modality[modality].append(float(np.mean(values)))
    table = {m: float(np.mean(v)) for m, v in sorted(of_modality.items())}
    return float(np.mean(list(table.values()))), table
