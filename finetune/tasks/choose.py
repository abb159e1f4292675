"""The task of a recipe, with the features it reads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import torch

from finetune.config import Recipe
from finetune.distributed import Processes
from finetune.embed import embed
from finetune.features import FeatureCache, feature_key
from finetune.starting import starting_point
from finetune.store import Store
from finetune.tasks.base import Task
from finetune.tasks.sam import make_sam_task
from finetune.tasks.zoom import make_zoom_task
from medsam.errors import InputError

CACHED_TIERS = ("A", "B")


def make_task(
    recipe: Recipe,
    store: Store,
    device: torch.device,
    *,
    cache: Path | None = None,
    beside: Path | None = None,
    reencode: bool = False,
    processes: Processes | None = None,
    report: Callable[[str], None] = print,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Task:
    """Whatever the recipe trains, ready for the loop.

    Args:
        cache: Folder of features (tiers A and B), or of cut-out objects (zoom).
        beside: Where a cache is made that is not given: ``features-<key>``,
            which runs on the same data and weights share.
        reencode: Tier A without a cache: every batch is encoded anew.
        processes: The first one makes the cache; all read it.

    Raises:
        InputError: If an option does not go with the recipe, or the cache is another one.
    """
    processes = processes or Processes()
    if recipe.kind == "zoom":
        if reencode:
            raise InputError("A zoom network encodes nothing beforehand; leave --reencode out.")
        return make_zoom_task(recipe, store, device, cache)
    if recipe.tier not in CACHED_TIERS:
        for given, name in ((cache is not None, "--cache"), (reencode, "--reencode")):
            if given:
                raise InputError(f"Tier {recipe.tier} trains the encoder itself; leave {name} out.")
        return make_sam_task(recipe, store, device, None)
    if reencode:
        if cache is not None:
            raise InputError("Features come from a cache or are computed anew; give --cache or --reencode.")
        return make_sam_task(recipe, store, device, None, reencode=True)
    features = _features(recipe, store, device, cache, beside, processes, report, is_cancelled)
    return make_sam_task(recipe, store, device, features)


def _features(
    recipe: Recipe,
    store: Store,
    device: torch.device,
    cache: Path | None,
    beside: Path | None,
    processes: Processes,
    report: Callable[[str], None],
    is_cancelled: Callable[[], bool],
) -> FeatureCache:
    start = starting_point(recipe, device)
    key = feature_key(start, recipe, store)
    if cache is None and beside is None:
        raise InputError("Tiers A and B read a cache of features; give one, or a folder to make it in.")
    folder = cache if cache is not None else Path(beside or "") / f"features-{key.digest[:12]}"
    if cache is None:

        def make() -> None:
            report(f"features: {folder.name} beside the run")
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

        processes.first(make)
    return FeatureCache.open(folder, key)
