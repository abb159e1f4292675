"""Fine-tuning a network of the SAM family, in four tiers.

A   the mask decoder, on cached embeddings (the default)
B   the encoder's last block, its neck and the decoder, on cached tokens
C   low-rank additions in the encoder, and the decoder
D   encoder and decoder, as MedSAM was trained
"""

from __future__ import annotations

import os
from typing import Any, cast

import numpy as np
import torch
from torch import Tensor, nn

from finetune.config import GeometryConfig, IntensityConfig, Recipe
from finetune.data.store import Store
from finetune.data.targets import Target, means, spread, targets
from finetune.features.cache import LEVELS, FeatureCache, feature_shape
from finetune.scores.metrics import dice
from finetune.starting import Start, starting_point
from finetune.tasks.base import Cost, Look, Task, Validation
from finetune.tasks.cost import bytes_of, measure, meta
from finetune.tasks.lora import merged, plain_state
from finetune.tasks.prompting import Round
from finetune.tasks.sam_batch import BatchMaker, SamBatch
from finetune.tasks.sam_module import SamModule, set_trained
from finetune.tasks.sam_scorer import SamScorer
from medsam.errors import InputError
from medsam.model.build import build_sam
from medsam.model.sam import Sam

_RUNTIME_BYTES = 600 << 20
"""Of Python, torch and the store's index, about."""


def make_sam_task(
    recipe: Recipe,
    store: Store,
    device: torch.device,
    cache: FeatureCache | None = None,
    reencode: bool = False,
) -> SamTask:
    """The task of a recipe of kind "sam".

    Args:
        recipe: What to do.
        store: What to train and validate on.
        device: Where.
        cache: Of ``finetune.features.embed``; tiers A and B read it.
        reencode: Tiers A and B without a cache: every batch is encoded anew.

    Raises:
        InputError: If recipe, weights, store and cache do not fit each other.
        ModelError: If the weights cannot be had.
    """
    start = starting_point(recipe, device)
    if not isinstance(start.network, Sam):
        raise InputError(
            f"This trains networks of the SAM family; the recipe {recipe.name} is of another kind."
        )
    _require_fitting(recipe, cache, reencode)
    return SamTask(recipe, store, start, device, cache if recipe.tier in LEVELS else None)


def _require_fitting(recipe: Recipe, cache: FeatureCache | None, reencode: bool) -> None:
    prompts = recipe.prompts
    if prompts.objects < 1:
        raise InputError(f"A step needs an object of each slice; prompts.objects is {prompts.objects}.")
    level = LEVELS.get(recipe.tier)
    if level is None:
        return
    varied = recipe.geometry != GeometryConfig() or recipe.intensity != IntensityConfig()
    if varied and recipe.embed.variants < 2:
        raise InputError(
            f"Tier {recipe.tier} sees pictures varied only as far as variants of them are cached; the recipe"
            " has geometry or intensity, and embed.variants is 1. Raise it, or take those tables out."
        )
    if cache is None and not reencode:
        raise InputError(
            f"Tier {recipe.tier} trains on cached features; none were given. Make them with"
            " `python -m finetune embed` and give --cache, or encode every batch anew with --reencode."
        )
    if cache is not None and (cache.level, cache.variants) != (level, recipe.embed.variants):
        raise InputError(
            f"Tier {recipe.tier} reads {recipe.embed.variants} variants at the level {level}; the cache"
            f" {cache.folder.name} holds {cache.variants} at the level {cache.level}."
            " Make one with this recipe."
        )


class SamTask(Task):
    """A SAM network with slices of a store; made by ``make_sam_task``.

    Attributes:
        start: The weights it began with.
    """

    network: Sam

    def __init__(
        self, recipe: Recipe, store: Store, start: Start, device: torch.device, cache: FeatureCache | None
    ) -> None:
        """Choose what is trained, and what on.

        Raises:
            InputError: If the store has no object to train or to validate on.
        """
        self.recipe, self.device, self.start = recipe, device, start
        self.network = cast(Sam, start.network)
        torch.manual_seed(recipe.train.seed)
        set_trained(self.network, recipe)
        self.module = SamModule(self.network, recipe)
        self._store, self._cache = store, cache
        refs = list(store.slices("train"))
        side = 4 * self.network.embedding_size
        side = self.network.image_size if recipe.loss.resolution == "input" else side
        self._maker = BatchMaker(recipe, store, refs, start.preprocessing, side, cache)
        self._refs = refs
        self._targets = _validation_targets(recipe, store)
        self._scorer = SamScorer(
            self.network,
            start.preprocessing,
            store,
            device,
            level=LEVELS.get(recipe.tier),
            cache=cache,
            several=recipe.prompts.multimask,
            by_point=recipe.prompts.point >= 1,
        )
        self.train_mode()

    def batch(self, step: int, part: int = 0, parts: int = 1) -> SamBatch:
        """See ``Task.batch``."""
        return self._maker.part(step, part, parts, self.device)

    @property
    def steps_per_epoch(self) -> int:
        """Steps after which as many slices were drawn as there are."""
        return -(-len(self._refs) // self.recipe.train.batch)

    def validate(self) -> Validation:
        """Dice of validation objects asked by noisy boxes, or by points where only these are trained."""
        with _InUse(self):
            scores = self._scorer.score(self._targets)
        mean, table = means(scores)
        return Validation(mean, table, sum(len(values) for values in scores.values()))

    def looks(self, count: int) -> list[Look]:
        """The same objects each time, one of every modality in turn."""
        with _InUse(self):
            return [self._look(target) for target in spread(self._targets, count)]

    def _look(self, target: Target) -> Look:
        (predicted,) = self._scorer.masks([target])
        truth = target.truth()
        record = target.record
        caption = f"{record.modality} · {record.dataset} · Dice {dice(predicted, truth):.3f}"
        return Look(np.asarray(target.picture()), truth, predicted, target.box.xyxy, caption)

    def parameter_groups(self, weight_decay: float) -> list[dict[str, Any]]:
        """As every task's; nor is the quality head's last layer decayed where some of it is never asked."""
        decayed, others = super().parameter_groups(weight_decay)
        head: Any = self.network.mask_decoder.iou_prediction_head
        last = head.layers[-1].weight
        if any(p is last for p in decayed["params"]):
            decayed["params"] = [p for p in decayed["params"] if p is not last]
            others["params"] = [*others["params"], last]
        return [decayed, others]

    def final_state(self) -> dict[str, Tensor]:
        """See ``Task.final_state``."""
        state = plain_state(self.network)
        if self.start.model:
            changed = {name.split(".lora_")[0] for name in self.trained_state()}
            changed |= {f"{name}.weight" for name in changed if f"{name}.weight" in state}
            state = {name: tensor for name, tensor in state.items() if name in changed}
        return {name: tensor.detach().cpu().clone() for name, tensor in state.items()}

    def facts(self) -> dict[str, Any]:
        """See ``Task.facts``."""
        prompts, start = self.recipe.prompts, self.start
        trained = {
            "box": prompts.point < 1,
            "points": prompts.point > 0 or prompts.clicks > 0,
            "mask": prompts.clicks > 0 or prompts.mask_rounds > 0,
        }
        datasets: dict[str, int] = {}
        for case in self._store.cases:
            if case.split == "train":
                datasets[case.dataset] = datasets.get(case.dataset, 0) + 1
        return {
            "arch": start.arch,
            "config": start.config,
            "preprocessing": start.preprocessing.to_dict(),
            "model": start.model,
            "model_title": start.title,
            "model_licence": start.licence,
            "model_sha256": start.sha256,
            "kind": "sam",
            "tier": self.recipe.tier,
            "store_sha256": self._store.sha256,
            "datasets": datasets,
            "prompts": [kind for kind, is_trained in trained.items() if is_trained],
            "candidates": self.network.mask_decoder.candidates if prompts.multimask else 1,
        }

    def cost(self) -> Cost:
        """Of one process of as many as torchrun announces; a step gone through without numbers."""
        train = self.recipe.train
        parts = train.accumulate * int(os.environ.get("WORLD_SIZE", "1"))
        slices = max(1, train.batch // parts)
        counts = np.array([min(len(r.objects), self.recipe.prompts.objects) for r in self._refs])
        most, mean = int(counts.max()), float(counts @ self._maker.sampler.chance)
        flops, peak = self._measured(slices, most)
        trained = [p for p in self.network.parameters() if p.requires_grad]
        states = 4 if train.ema else 3  # gradient and two moments, and the running mean
        weights = bytes_of(self.network.state_dict().values())
        memory = _RUNTIME_BYTES + weights + states * bytes_of(trained) + peak
        return Cost(
            trained=sum(p.numel() for p in trained),
            parameters=sum(p.numel() for p in self.network.parameters()),
            memory_bytes=memory,
            step_flops=flops * train.batch / slices * self._flops_share(slices, most, mean, flops),
            notes=self._notes(slices, most, peak, memory),
        )

    def _flops_share(self, slices: int, most: int, mean: float, flops: float) -> float:
        """Of the work with the most objects a slice, that with as many as are drawn on average."""
        if most == 1:
            return 1.0
        single, _ = self._measured(slices, 1)
        return (single + (flops - single) * (mean - 1) / (most - 1)) / flops

    def _measured(self, slices: int, objects: int) -> tuple[float, int]:
        """Multiply-adds × 2 and peak bytes of one part of a step, forward and back."""
        with torch.device("meta"):
            network = build_sam(self.start.arch, self.start.config)
        set_trained(network, self.recipe)
        module = SamModule(network, self.recipe).train()
        batch = self._described_batch(slices, objects)

        def step() -> None:
            loss, _ = module(batch)
            loss.backward()

        flops, peak = measure(step)
        gradients = bytes_of(p for p in network.parameters() if p.requires_grad)
        given = bytes_of(t for t in vars(batch).values() if isinstance(t, Tensor))
        return flops, max(peak - gradients, 0) + given

    def _described_batch(self, slices: int, objects: int) -> SamBatch:
        """A batch of its shapes alone."""
        n, prompts, network = slices * objects, self.recipe.prompts, self.network
        side = network.image_size if self.recipe.loss.resolution == "input" else 4 * network.embedding_size
        features = images = None
        if self._cache is not None:
            shape = feature_shape(network, LEVELS[self.recipe.tier])
            features = meta(slices, *shape, dtype=torch.float16)
        else:
            images = meta(slices, 3, network.image_size, network.image_size)
        padded = self.start.preprocessing.kind != "medsam"
        order: list[Round] = ["click"] * prompts.clicks
        order += ["mask"] * prompts.mask_rounds
        return SamBatch(
            features=features,
            images=images,
            owner=meta(n, dtype=torch.int64),
            share=meta(n),
            boxes=meta(n, 4),
            points=meta(n, 2),
            is_point=meta(n, dtype=torch.bool) if prompts.point else None,
            targets=meta(n, side, side),
            row_weights=meta(slices, side) if padded else None,
            col_weights=meta(slices, side) if padded else None,
            drawn=meta(n, prompts.clicks),
            rounds=tuple(order),
        )

    def _notes(self, slices: int, objects: int, peak: int, memory: int) -> list[str]:
        notes = []
        recipe = self.recipe
        if self._cache is None and recipe.tier in LEVELS:
            notes.append("Every batch is encoded anew; a cache of features (embed) would save that.")
        if peak > memory / 2 and slices > 1:
            notes.append(
                f"Most of the memory is that of {slices} slices at once; a larger train.accumulate lowers it."
            )
        if peak > memory / 2 and objects > 1 and recipe.tier in LEVELS:
            notes.append(f"Up to {objects} objects a slice count as well; see prompts.objects.")
        if recipe.tier not in LEVELS and not recipe.train.checkpointing:
            notes.append("train.checkpointing lowers the encoder's memory for about a third more time.")
        if recipe.train.bfloat16:
            notes.append("Counted in float32; bfloat16 takes less.")
        return notes


class _InUse:
    """The network as a user would have it: evaluation mode, additions merged; as before afterwards."""

    def __init__(self, task: SamTask) -> None:
        self._module: nn.Module = task.module
        self._merged = merged(task.network)

    def __enter__(self) -> None:
        self._was_training = self._module.training
        self._merged.__enter__()
        self._module.eval()

    def __exit__(self, *error: Any) -> None:
        self._merged.__exit__(*error)
        self._module.train(self._was_training)


def _validation_targets(recipe: Recipe, store: Store) -> list[Target]:
    train = recipe.train
    for least in ({}, {"least_area": 1}):
        found = targets(
            store, "val", train.validate_noise, train.seed, per_source=train.validate_per_source, **least
        )
        if found:
            return found
    raise InputError(
        "The best weights are chosen by objects of the split val; the store holds none along the third axis."
        " Prepare it with some."
    )
