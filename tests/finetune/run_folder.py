"""A run folder made by hand: what training would leave, without training."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import nn

from finetune.config import recipe_from_dict
from finetune.loop.checkpoint import plain
from medsam.model.build import build_sam, build_zoom
from medsam.model.preprocessing import Preprocessing
from tests.finetune.micro_sizes import MICRO_SIZES
from tests.synthetic_weights import fill

MICRO_SAM = {**MICRO_SIZES, "global_blocks": [1]}
MICRO_ZOOM = {"size": 32, "widths": [8, 16, 16], "blocks": [1, 1, 1], "decoder_blocks": [1, 1], "detail": 4}


def micro_sam() -> nn.Module:
    """A SAM of 64 pixels with synthetic weights."""
    network = build_sam("vit", MICRO_SAM)
    fill(network)
    return network.eval()


def micro_zoom() -> nn.Module:
    """A zoom network of 32 pixels with random weights."""
    torch.manual_seed(3)
    return build_zoom(MICRO_ZOOM)


def facts_of(network: Any, **changes: Any) -> dict[str, Any]:
    """``Task.facts`` of a network that began from nothing."""
    zoom = not hasattr(network, "image_encoder")
    kind, size = ("zoom", network.config["size"]) if zoom else ("medsam", network.image_size)
    return {
        "arch": "zoom" if zoom else network.arch,
        "config": dict(network.config),
        "preprocessing": Preprocessing(kind, size).to_dict(),
        "model": "",
        "model_title": "",
        "model_licence": "",
        "model_sha256": "",
        "kind": "zoom" if zoom else "sam",
        "tier": "" if zoom else "A",
        "store_sha256": "5" * 64,
        "datasets": {"discs": 12, "tubes": 3},
        "prompts": ["box"],
        "candidates": 1,
        **changes,
    }


def write_run(folder: Path, network: Any, state: dict[str, torch.Tensor] | None = None, **facts: Any) -> Path:
    """Write ``best.pt`` of a network as the loop does; ``state`` where it is not all of it."""
    folder.mkdir(parents=True)
    told = facts_of(network, **facts)
    recipe = plain(recipe_from_dict({"name": "tiny", "kind": told["kind"], "model": told["model"]}))
    content = {
        "state": dict(network.state_dict()) if state is None else state,
        "facts": told,
        "recipe": recipe,
        "step": 40,
        "dice": 0.87654,
        "table": {"ultrasound": 0.9, "ct": 0.85308},
    }
    torch.save(content, folder / "best.pt")
    return folder
