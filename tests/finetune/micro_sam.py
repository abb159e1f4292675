"""A SAM of a few thousand weights, and its cache of features, for tests of several modules."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch

from finetune.config import Recipe, recipe_from_dict
from finetune.data.store import Store
from finetune.features.cache import FeatureCache
from finetune.features.embed import embed
from finetune.starting import Start, starting_point
from tests.finetune.micro_sizes import MICRO_SIZES

CPU = torch.device("cpu")
MICRO = {"arch": "vit", **MICRO_SIZES}
VARIED = {
    "embed": {"variants": 3, "batch": 2},
    "geometry": {"flip": 0.5, "rotate": 0.5},
    "intensity": {"gamma": 1.0},
}
"""Settings of a recipe whose cache holds three versions of each training slice."""


def make_recipe(**changes: Any) -> Recipe:
    """A micro SAM, tier A."""
    return recipe_from_dict({"name": "tiny", "preprocessing": "medsam", "network": MICRO, **changes})


def start_of(recipe: Recipe) -> Start:
    """The untrained network of a recipe."""
    return starting_point(recipe, CPU)


def make_cache(recipe: Recipe, store: Store, out: Path, **more: Any) -> tuple[FeatureCache, list[str]]:
    """Embed on the processor; the cache and what was reported."""
    lines: list[str] = []
    return embed(recipe, store, out, device=CPU, report=lines.append, **more), lines


def files_of(folder: Path) -> dict[str, bytes]:
    """Everything in a folder."""
    return {str(p.relative_to(folder)): p.read_bytes() for p in sorted(folder.rglob("*")) if p.is_file()}
