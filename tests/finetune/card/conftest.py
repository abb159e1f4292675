"""A tiny network's file, its reports on a tiny store, and the card made of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import torch

from finetune.__main__ import main
from finetune.data.store import Store
from finetune.release.export import write_weights
from tests.finetune.scores.test_evaluate import whole_zoom

CARD: dict[str, Any] = {
    "title": "Tiny zoom",
    "prompts": ["box", "mask", "points"],
    "candidates": 1,
    "can_be_empty": True,
    "licence": "CC0",
    "seed": 77,
    "step": 1234,
    "validation_dice": 0.4321,
    "date": "2026-01-02",
    "recipe": {"name": "zoom", "leave_out": []},
    "trained_on": {"datasets": {"discs": 5, "tubes": 1}, "store_sha256": ""},
}


@pytest.fixture(scope="session")
def write_tiny() -> Callable[..., Path]:
    """Writes a tiny zoom network of some seed with its card."""

    def write(path: Path, seed: int = 3, **card: Any) -> Path:
        loaded = whole_zoom()
        torch.manual_seed(seed)
        for parameter in loaded.network.parameters():
            parameter.data += 0.05 * torch.randn_like(parameter)
        loaded = dataclasses.replace(loaded, network=loaded.network.eval())
        write_weights(loaded, path, {**CARD, **card})
        return path

    return write


@pytest.fixture(scope="session")
def reports(tmp_path_factory: pytest.TempPathFactory, store: Store, write_tiny) -> Path:
    """A folder with the weights ``tiny.safetensors`` and their reports: boxes, corrections, empty, unseen."""
    folder = tmp_path_factory.mktemp("reports")
    tiny = write_tiny(folder / "tiny.safetensors")
    other = write_tiny(folder / "other.safetensors", 4, recipe={"name": "zoom", "leave_out": ["tubes"]})
    for weights, name, words in (
        (tiny, "box", ("--noise", "0.05,0.1")),
        (tiny, "corrections", ("--protocol", "corrections", "--clicks", "2")),
        (tiny, "empty", ("--protocol", "empty")),
        (other, "unseen", ("--datasets", "tubes", "--split", "all")),
    ):
        given = ["--store", str(store.folder), "--model", str(weights), "--out", str(folder / name)]
        assert main(["evaluate", *given, "--no-page", "--no-volumes", *words]) == 0
    return folder


@pytest.fixture(scope="session")
def card(reports: Path, store: Store, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the card that the command makes of them."""
    out = tmp_path_factory.mktemp("card")
    given = ["--reports", str(reports), "--weights", str(reports / "tiny.safetensors")]
    assert main(["card", *given, "--store", str(store.folder), "--out", str(out)]) == 0
    return out
