"""Training of a zoom network: one object's surroundings a sample, nothing frozen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from finetune.config import Recipe
from finetune.data.store import Store
from finetune.data.targets import Target, means, spread, targets
from finetune.features.crop_batch import BatchMaker, CropBatch
from finetune.features.crops import Report, open_crops
from finetune.scores.metrics import dice
from finetune.starting import starting_point
from finetune.tasks.base import Cost, Look, Task, Validation
from finetune.tasks.losses import mask_loss, quality_loss
from finetune.tasks.sampler import Sampler
from medsam.errors import InputError
from medsam.inference.zoom_crop import CropTransform, make_crop, paste
from medsam.model.zoom import ZoomNet

_SCORED_TOGETHER = 16

Mask = npt.NDArray[np.bool_]


class ZoomLoss(nn.Module):
    """From a batch to the loss: Dice and cross-entropy of the masks, and of the estimated IoU."""

    def __init__(self, network: ZoomNet, quality_weight: float) -> None:
        """Wrap a network."""
        super().__init__()
        self.network = network
        self._quality_weight = quality_weight

    def forward(self, batch: CropBatch) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss, a scalar, and its parts "mask" and "quality", detached."""
        logits, estimate = self.network(batch.crops.contiguous(memory_format=torch.channels_last))
        mask = mask_loss(logits, batch.masks, batch.inside)
        quality = quality_loss(estimate, logits, batch.masks, batch.inside)
        loss = mask + self._quality_weight * quality
        return loss, {"mask": mask.detach(), "quality": quality.detach()}


class ZoomTask(Task):
    """A zoom network, the crops of a store's training objects, and its validation objects."""

    network: ZoomNet

    def __init__(
        self, recipe: Recipe, store: Store, device: torch.device, cache: Path | None, report: Report
    ) -> None:
        """Build or load the network and open the crops; see ``make_zoom_task``."""
        self.recipe, self.device = recipe, device
        self._store = store
        self._start = starting_point(recipe, device)
        self.network = cast(ZoomNet, self._start.network)
        # Channels last is what its convolutions are quickest in; the stubs lack this form of ``to``.
        self.network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]
        self.network.requires_grad_(True)
        self.module = ZoomLoss(self.network, recipe.train.quality_weight)
        self._crops = open_crops(store, recipe.crops, cache, report=report)
        self._sampler = Sampler(store, self._crops.refs, recipe.sampler, recipe.train.seed)
        size = int(self.network.config["size"])
        self._maker = BatchMaker(self._crops, recipe.crops, recipe.intensity, size)
        self._validation = _ValidationCrops(_validation_targets(recipe, store), self.network, device)

    def batch(self, step: int, part: int, parts: int) -> CropBatch:
        """Objects' crops; each sample's variation comes from its own generator."""
        samples = self._sampler.draw(step, self.recipe.train.batch)
        size = len(samples) // parts
        return self._maker.make(samples[part * size : (part + 1) * size]).to(self.device)

    @property
    def steps_per_epoch(self) -> int:
        """Steps after which as many objects were drawn as there are."""
        return max(1, -(-len(self._crops) // self.recipe.train.batch))

    def validate(self) -> Validation:
        """Dice on whole slices, of boxes with noise."""
        scores: dict[tuple[str, str], list[float]] = defaultdict(list)
        for target, mask in self._validation.masks(self.network):
            scores[target.key].append(dice(mask, target.truth()))
        mean, modalities = means(scores)
        return Validation(mean, modalities, len(self._validation))

    def looks(self, count: int) -> list[Look]:
        """Validation objects, one modality after the other."""
        result = []
        for target, mask in self._validation.masks(self.network, self._validation.spread(count)):
            truth = target.truth()
            modality, dataset = target.key
            caption = f"{modality} · {dataset} · Dice {dice(mask, truth):.2f}"
            result.append(Look(np.array(target.picture()), truth, mask, target.box.xyxy, caption))
        return result

    def cost(self) -> Cost:
        """Reckoned from one crop's pass: what it computes and what it keeps for the way back."""
        count = sum(p.numel() for p in self.network.parameters())
        flops, kept = self._of_one_crop()
        train = self.recipe.train
        at_once = train.batch // train.accumulate
        states = 5 if train.ema > 0 else 4  # weights, gradients, two moments, running mean
        activations = int(kept * at_once * (0.5 if train.bfloat16 else 1.0))
        memory = 4 * states * count + activations + self._validation.nbytes
        note = (
            f"Activations of {at_once} crops at once are {activations >> 20} MiB of that;"
            " raise train.accumulate to need less."
        )
        return Cost(count, count, memory, 3.0 * flops * train.batch, [note])

    def _of_one_crop(self) -> tuple[float, int]:
        """Operations of a forward pass, and bytes kept for the backward one."""
        size = int(self.network.config["size"])
        crop = torch.zeros(1, int(self.network.config["channels"]), size, size, device=self.device)
        kept: dict[int, int] = {}

        def keep(tensor: Tensor) -> Tensor:
            kept[tensor.data_ptr()] = tensor.numel() * tensor.element_size()
            return tensor

        self.network.eval()
        weights = {p.data_ptr() for p in self.network.parameters()}
        with torch.autograd.graph.saved_tensors_hooks(keep, lambda t: t), FlopCounterMode(display=False) as n:
            answer = self.network(crop)
        del answer
        return float(n.get_total_flops()), sum(v for k, v in kept.items() if k not in weights)

    def trained_state(self) -> dict[str, Tensor]:
        """All weights, and the statistics that batch normalisation gathers."""
        return {**dict(self.network.named_parameters()), **dict(self.network.named_buffers())}

    def final_state(self) -> dict[str, Tensor]:
        """The whole state dict: nothing stays as it began."""
        return {name: t.detach().cpu().clone() for name, t in self.network.state_dict().items()}

    def facts(self) -> dict[str, Any]:
        """What a checkpoint says of where it came from."""
        start = self._start
        datasets: dict[str, int] = defaultdict(int)
        for case in self._store.cases:
            if case.split == "train":
                datasets[case.dataset] += 1
        return {
            "arch": start.arch,
            "config": dict(start.config),
            "preprocessing": start.preprocessing.to_dict(),
            "model": start.model,
            "model_title": start.title,
            "model_licence": start.licence,
            "model_sha256": start.sha256,
            "kind": "zoom",
            "tier": "",
            "store_sha256": self._store.sha256,
            "datasets": dict(sorted(datasets.items())),
            "prompts": ["box"],
            "candidates": 1,
        }


class _ValidationCrops:
    """Targets cut once, so that many states of a network can be scored quickly."""

    def __init__(self, chosen: list[Target], network: ZoomNet, device: torch.device) -> None:
        self._targets, self._device = chosen, device
        self._crops: list[Tensor] = []
        self._transforms: list[CropTransform] = []
        for target in chosen:
            crop, transform = make_crop(np.asarray(target.picture()), target.box, network.config)
            self._crops.append(crop.half())
            self._transforms.append(transform)

    def __len__(self) -> int:
        return len(self._targets)

    @property
    def nbytes(self) -> int:
        """Of the crops in memory."""
        return sum(crop.nbytes for crop in self._crops)

    def spread(self, count: int) -> list[int]:
        """Numbers of the same targets each time, over all modalities."""
        places = {id(target): n for n, target in enumerate(self._targets)}
        return [places[id(target)] for target in spread(self._targets, count)]

    def masks(self, network: ZoomNet, chosen: list[int] | None = None) -> Iterator[tuple[Target, Mask]]:
        """Each target and the (H, W) mask that the network makes of its box."""
        network.eval()
        numbers = list(range(len(self))) if chosen is None else chosen
        for first in range(0, len(numbers), _SCORED_TOGETHER):
            part = numbers[first : first + _SCORED_TOGETHER]
            with torch.inference_mode():
                logits, _ = network(torch.stack([self._crops[n] for n in part]).float().to(self._device))
            for n, one in zip(part, logits[:, 0].float().cpu(), strict=True):
                target = self._targets[n]
                x0, y0, patch = paste(one, self._transforms[n], target.shape_hw)
                mask = np.zeros(target.shape_hw, bool)
                mask[y0 : y0 + patch.shape[0], x0 : x0 + patch.shape[1]] = patch > 0
                yield target, mask


def _validation_targets(recipe: Recipe, store: Store) -> list[Target]:
    train = recipe.train
    chosen = targets(store, "val", train.validate_noise, train.seed, per_source=train.validate_per_source)
    if not chosen:
        raise InputError(
            "The best weights are chosen by objects of the split val; the store has none that is large"
            " enough. Give a case or two to that split and prepare it again."
        )
    return chosen


def make_zoom_task(
    recipe: Recipe,
    store: Store,
    device: torch.device,
    cache: Path | None = None,
    *,
    report: Report = lambda line: None,
) -> ZoomTask:
    """A zoom network's training.

    Args:
        cache: Folder of the crops; by default one beside the store. They are
            cut first if they are not there or of something else.
        report: Called with a line if they are cut.

    Raises:
        InputError: If the recipe is of another kind, the store has nothing to
            train on or to validate by, or the disk is too small for the crops.
        WriteError: If the crops cannot be written.
    """
    if recipe.kind != "zoom":
        raise InputError(f"A recipe of kind zoom trains a zoom network; this one is of kind {recipe.kind}.")
    return ZoomTask(recipe, store, device, cache, report)
