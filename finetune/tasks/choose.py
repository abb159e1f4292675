"""The task of a recipe, with the features it reads."""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import torch

from finetune.config import Recipe
from finetune.data.store import Store
from finetune.features.cache import LEVELS, FeatureCache, feature_key
from finetune.features.embed import Plan, embed, plan_cache
from finetune.features.encoding import SliceEncoder
from finetune.features.shards import Features
from finetune.starting import Start, starting_point
from finetune.tasks.base import Task
from finetune.tasks.sam import make_sam_task
from finetune.tasks.zoom import make_zoom_task
from finetune.words import byte_size, duration
from medsam.errors import InputError

Report = Callable[[str], None]


def make_task(
    recipe: Recipe,
    store: Store,
    device: torch.device,
    *,
    cache: Path | None = None,
    beside: Path | None = None,
    reencode: bool = False,
    dry_run: bool = False,
    first: Callable[[Callable[[], None]], None] = lambda make: make(),
    report: Report = print,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Task:
    """Whatever the recipe trains, ready for the loop.

    Args:
        cache: Folder of features (tiers A and B), or of cut-out objects (zoom).
        beside: Where a cache is made that is not given: ``features-<key>``,
            which runs on the same data and weights share.
        reencode: Tier A or B without a cache: every batch is encoded anew.
        dry_run: Make no cache; where one would be made, say what it takes and
            go on with zeros in its place.
        first: Has the cache made by the first of several processes; all read it.

    Raises:
        InputError: If an option does not go with the recipe, or the cache is another one.
    """
    if recipe.kind == "zoom":
        if reencode:
            raise InputError("A zoom network encodes nothing beforehand; leave --reencode out.")
        return make_zoom_task(recipe, store, device, cache)
    if recipe.tier not in LEVELS:
        for given, name in ((cache is not None, "--cache"), (reencode, "--reencode")):
            if given:
                raise InputError(f"Tier {recipe.tier} trains the encoder itself; leave {name} out.")
        return make_sam_task(recipe, store, device)
    if reencode:
        if cache is not None:
            raise InputError("Features come from a cache or are computed anew; give --cache or --reencode.")
        return make_sam_task(recipe, store, device, reencode=True)
    start = starting_point(recipe, device)
    key = feature_key(start, recipe, store)
    if cache is None:
        if beside is None:
            raise InputError("Tiers A and B read a cache of features; give one, or a folder to make it in.")
        cache = Path(beside) / f"features-{key.digest[:12]}"
        if dry_run and not cache.exists():
            planned = _planned(start, recipe, store, device, report)
            return make_sam_task(recipe, store, device, planned)
        if not dry_run:
            first(_maker(start, recipe, store, cache, device, report, is_cancelled))
    return make_sam_task(recipe, store, device, FeatureCache.open(cache, key))


def _maker(
    start: Start,
    recipe: Recipe,
    store: Store,
    folder: Path,
    device: torch.device,
    report: Report,
    is_cancelled: Callable[[], bool],
) -> Callable[[], None]:
    def make() -> None:
        report(f"features: {folder.name}, beside the run")
        embed(
            recipe,
            store,
            folder,
            device=device,
            report=report,
            is_cancelled=is_cancelled,
            verify=False,
            start=start,
        )

    return make


class PlannedFeatures(FeatureCache):
    """Stands in, in a dry run, for features that are yet to be computed: of their shape, all zero."""

    def __init__(self, plan: Plan) -> None:
        """As many and as large as planned."""
        described = {
            "level": plan.key.level,
            "shape": plan.shape,
            "count": plan.variants,
            "rows_per_shard": plan.per_shard,
        }
        super().__init__(Path("planned"), described, plan.rows)

    def get(self, case: int, slice_number: int, variant: int = 0) -> Features:
        """(C, h, w) float16 zeros."""
        return np.zeros(self.shape, np.float16)


def _planned(
    start: Start, recipe: Recipe, store: Store, device: torch.device, report: Report
) -> PlannedFeatures:
    """Say what a cache would take, and stand in for it."""
    plan = plan_cache(start, recipe, store)
    encoder = SliceEncoder(start, recipe, store, plan.key.level, device, lambda: False)
    for _ in encoder.features(plan.rows[:1], 1):
        pass  # the first one also pays for what is set up once
    since = time.perf_counter()
    for _ in encoder.features(plan.rows[:1], 1):
        pass
    seconds = (time.perf_counter() - since) * len(plan.rows)
    report(
        f"first, {len(plan.rows)} features of {plan.slices} slices are computed once:"
        f" {byte_size(len(plan.rows) * plan.row_bytes)} on the disk, about {duration(seconds)}"
        " (measured on one slice)"
    )
    return PlannedFeatures(plan)
