"""From a training folder to one weights file that the program loads."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as to_bytes
from torch import Tensor

from finetune.config import recipe_from_dict
from finetune.train import BEST
from medsam.errors import InputError
from medsam.model.zoom import ZoomNet, complete_config

RESEARCH_ONLY = "Research use only. Not a medical device."


def best_weights(run: Path) -> tuple[dict[str, Tensor], dict[str, Any]]:
    """The averaged weights with the best validation Dice, and what is known of them.

    Raises:
        InputError: If the folder has none yet.
    """
    path = run / BEST
    if not path.is_file():
        raise InputError(
            f"A training folder holds {BEST} after its first validation; this one has none yet. Train longer."
        )
    content = torch.load(path, map_location="cpu", weights_only=True)
    return content.pop("average"), content


def load_best(run: Path, *, flip_average: bool = False) -> tuple[ZoomNet, dict[str, Any]]:
    """The network of a training folder with its best weights, and what is known of them."""
    weights, facts = best_weights(run)
    recipe = recipe_from_dict(facts["recipe"])
    network = ZoomNet({**recipe.network, "flip_average": flip_average}).eval()
    network.load_state_dict(weights)
    return network, facts


def export(run: Path, path: Path, *, flip_average: bool = False, card: dict[str, Any] | None = None) -> Path:
    """Write the best weights as safetensors: matrices in float16, the rest in float32.

    Args:
        run: Folder of ``train``.
        path: The file to write; replaced only once it is complete.
        flip_average: Whether the program averages over the mirrored crop.
        card: More for the card beside name, training and terms.
    """
    weights, facts = best_weights(run)
    recipe = recipe_from_dict(facts["recipe"])
    stored = {
        name: (value.half() if value.ndim > 1 else value).contiguous() for name, value in weights.items()
    }
    full_card = {
        "name": f"medsam_{recipe.name}",
        "title": "Zoom network (embedded default)",
        "prompts": ["box"],
        "step": facts["step"],
        "validation_dice": round(facts["dice"], 4),
        "seed": recipe.train.seed,
        "terms": RESEARCH_ONLY,
        **(card or {}),
    }
    metadata = {
        "arch": "zoom",
        "config": json.dumps(complete_config({**recipe.network, "flip_average": flip_average})),
        "preprocessing": "zoom",
        "card": json.dumps(full_card),
    }
    part = path.with_suffix(".part")
    part.write_bytes(to_bytes(stored, metadata))
    os.replace(part, path)
    return path
