"""Training of a zoom network: one object's surroundings a sample, nothing frozen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn
from torch.utils.flop_counter import FlopCounterMode

from finetune.config import Recipe, TrainConfig
from finetune.data.empty import EmptyTarget, empty_targets
from finetune.data.store import Store
from finetune.data.targets import Target, means, spread, targets
from finetune.features.crop_batch import BatchMaker, CropBatch
from finetune.features.crops import Report, open_crops
from finetune.scores.metrics import dice
from finetune.starting import starting_point
from finetune.tasks.base import Cost, Look, Task, Validation
from finetune.tasks.losses import mask_losses, presence_loss, quality_losses
from finetune.tasks.prompting import click_on_error
from finetune.tasks.sampler import Sampler
from medsam.errors import InputError
from medsam.inference.zoom_crop import CropTransform, make_crop, paste
from medsam.model.zoom import ZoomNet, input_channels

_SCORED_TOGETHER = 16

FALSE_REFUSALS = 0.01
"""Share of the validation's objects that may be refused: half of what is promised, for other pictures."""

Mask = npt.NDArray[np.bool_]


class ZoomLoss(nn.Module):
    """From a batch to the loss: masks, estimated IoU, and presence where the network tells it.

    Some samples are first answered and corrected by clicks, without gradient;
    the loss is that of the last answer alone.
    """

    def __init__(self, network: ZoomNet, config: TrainConfig) -> None:
        """Wrap a network."""
        super().__init__()
        self.network = network
        self._config = config

    def forward(self, batch: CropBatch) -> tuple[Tensor, dict[str, Tensor]]:
        """The loss, a scalar, and its parts by name, detached."""
        crops = self._corrected(batch)
        answer = self.network(crops.contiguous(memory_format=torch.channels_last))
        # Background counts as zero rather than being left out, so that the parts of a batch
        # average to the whole however its background is spread.
        there = batch.present.float()
        mask = (mask_losses(answer.logits, batch.masks, batch.inside) * there).mean()
        quality = (quality_losses(answer.quality, answer.logits, batch.masks, batch.inside) * there).mean()
        loss = mask + self._config.quality_weight * quality
        parts = {"mask": mask.detach(), "quality": quality.detach()}
        if self.network.config["presence"]:
            presence = presence_loss(answer.presence, batch.present)
            loss = loss + self._config.presence_weight * presence
            parts["presence"] = presence.detach()
        return loss, parts

    @torch.no_grad()
    def _corrected(self, batch: CropBatch) -> Tensor:
        """The crops with the clicks and previous masks of their rounds."""
        most = int(batch.rounds.max())
        if not most:
            return batch.crops
        crops = batch.crops.clone()
        drawn = [np.random.default_rng(seed) for seed in batch.seeds]
        training = self.network.training
        self.network.eval()
        for done in range(most):
            chosen = torch.nonzero(batch.rounds > done)[:, 0]
            logits = self.network(crops[chosen].contiguous(memory_format=torch.channels_last)).logits
            for number, answer in zip(chosen.tolist(), logits[:, 0], strict=True):
                truth, inside = batch.masks[number, 0] > 0.5, batch.inside[number, 0] > 0.5
                crops[number, 10] = answer.sigmoid() * 2 - 1
                click_on_error(crops[number, 8:10], answer > 0, truth, inside, drawn[number])
        self.network.train(training)
        return crops


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
        self.module = ZoomLoss(self.network, recipe.train)
        self._crops = open_crops(store, recipe.crops, cache, report=report)
        self._sampler = Sampler(store, self._crops.refs, recipe.sampler, recipe.train.seed)
        self._maker = BatchMaker(self._crops, recipe.crops, recipe.intensity, self.network.config)
        background = _background(store, recipe) if self.network.config["presence"] else []
        chosen = _validation_targets(recipe, store)
        self._validation = _ValidationCrops(chosen, background, self.network, device)

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
        """Dice on whole slices, of boxes with noise; where the network tells presence, its threshold too."""
        scores: dict[tuple[str, str], list[float]] = defaultdict(list)
        present = []
        for target, mask, presence in self._validation.masks(self.network):
            scores[target.key].append(dice(mask, target.truth()))
            present.append(presence)
        if self.network.config["presence"]:
            absent = self._validation.presences(self.network)
            before = self._start.config["nothing_below"]
            self.network.config["nothing_below"] = threshold(present, absent, before)
        mean, modalities = means(scores)
        return Validation(mean, modalities, len(self._validation))

    def looks(self, count: int) -> list[Look]:
        """Validation objects, one modality after the other."""
        result = []
        for target, mask, _ in self._validation.masks(self.network, self._validation.spread(count)):
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
        crop = torch.zeros(1, input_channels(self.network.config), size, size, device=self.device)
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
            "config": dict(self.network.config),
            "preprocessing": start.preprocessing.to_dict(),
            "model": start.model,
            "model_title": start.title,
            "model_licence": start.licence,
            "model_sha256": start.sha256,
            "has_grown": start.has_grown,
            "kind": "zoom",
            "tier": "",
            "store_sha256": self._store.sha256,
            "datasets": dict(sorted(datasets.items())),
            "prompts": ["box", "points", "mask"] if self.network.config["clicks"] else ["box"],
            "can_be_empty": bool(self.network.config["presence"]),
            "candidates": 1,
        }


class _ValidationCrops:
    """Targets and boxes on background, cut once, so that many states of a network can be scored quickly."""

    def __init__(
        self, chosen: list[Target], background: list[EmptyTarget], network: ZoomNet, device: torch.device
    ) -> None:
        self._targets, self._device = chosen, device
        self._crops: list[Tensor] = []
        self._transforms: list[CropTransform] = []
        asked: list[Target | EmptyTarget] = [*chosen, *background]
        for target in asked:
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

    def masks(
        self, network: ZoomNet, chosen: list[int] | None = None
    ) -> Iterator[tuple[Target, Mask, float]]:
        """Each target, the (H, W) mask that the network makes of its box, and the presence."""
        for n, logits, presence in self._answers(
            network, list(range(len(self))) if chosen is None else chosen
        ):
            target = self._targets[n]
            x0, y0, patch = paste(logits, self._transforms[n], target.shape_hw)
            mask = np.zeros(target.shape_hw, bool)
            mask[y0 : y0 + patch.shape[0], x0 : x0 + patch.shape[1]] = patch > 0
            yield target, mask, presence

    def presences(self, network: ZoomNet) -> list[float]:
        """Of the boxes on background."""
        return [p for _, _, p in self._answers(network, list(range(len(self), len(self._crops))))]

    def _answers(self, network: ZoomNet, numbers: list[int]) -> Iterator[tuple[int, Tensor, float]]:
        network.eval()
        for first in range(0, len(numbers), _SCORED_TOGETHER):
            part = numbers[first : first + _SCORED_TOGETHER]
            with torch.inference_mode():
                answer = network(torch.stack([self._crops[n] for n in part]).float().to(self._device))
            logits, presences = answer.logits[:, 0].float().cpu(), answer.presence.tolist()
            yield from zip(part, logits, presences, strict=True)


def threshold(present: Sequence[float], absent: Sequence[float], before: float) -> float:
    """The presence below which the answer shall be "nothing here".

    The one that refuses at most ``FALSE_REFUSALS`` of the objects, and no
    higher than what separates them best from background.

    Args:
        present, absent: Presence of boxes on objects and on background.
        before: What holds where these are too few to tell such a share, as
            when a network is adapted to some cases of a user's.
    """
    if len(present) * FALSE_REFUSALS < 1 or not absent:
        return before
    limit = float(np.quantile(present, FALSE_REFUSALS, method="lower"))
    values = np.unique(np.concatenate([present, absent]))
    kept = np.searchsorted(np.sort(present), values) / len(present)
    caught = np.searchsorted(np.sort(absent), values) / len(absent)
    return min(limit, float(values[int((caught - kept).argmax())]))


def _background(store: Store, recipe: Recipe) -> list[EmptyTarget]:
    return [t for t in empty_targets(store, "val", recipe.train.seed, per_case=1) if t.certain]


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
