"""Weights that every test of the command line can use: the embedded ones, or seeded untrained ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.fakes import TinyWeights


@pytest.fixture(scope="session")
def untrained_zoom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of a small zoom network with seeded, untrained weights."""
    path = tmp_path_factory.mktemp("weights") / "untrained.safetensors"
    return write_zoom(path, {}, {"title": "Untrained zoom", "licence": "Apache-2.0"})


@pytest.fixture(scope="session")
def clicked_zoom(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file of one that takes points and previous masks, and tells presence."""
    path = tmp_path_factory.mktemp("weights") / "clicked.safetensors"
    card = {"title": "Clicked zoom", "licence": "Apache-2.0", "prompts": ["box", "points", "mask"]}
    return write_zoom(path, {"clicks": True, "context": 2.0, "presence": True}, card)


def write_zoom(path: Path, config: dict[str, Any], card: dict[str, Any]) -> Path:
    """Write seeded, untrained weights of a narrow zoom network."""
    import torch
    from safetensors.torch import save_file

    from medsam.model.zoom import build_zoom

    torch.manual_seed(0)
    narrow = {"widths": [8, 8, 8, 8, 8], "blocks": [1, 1, 1, 1, 1], "decoder_blocks": [1, 1, 1, 1]}
    network = build_zoom({**narrow, **config}).eval()
    metadata = {
        "arch": "zoom",
        "config": json.dumps(network.config),
        "preprocessing": "zoom",
        "card": json.dumps(card),
    }
    state = {name: value.contiguous() for name, value in network.state_dict().items()}
    save_file(state, str(path), metadata)
    return path


@pytest.fixture(scope="session")
def zoom_weights(repo_root: Path, untrained_zoom: Path) -> Path:
    """The embedded weights where the checkout has them, else the untrained ones."""
    embedded = repo_root / "pretrain" / "medsam_zoom.safetensors"
    return embedded if embedded.exists() else untrained_zoom


@pytest.fixture
def tiny_embedding(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """``embed`` in this process: a tiny network, a folder of the test's, the priority as it is."""
    monkeypatch.setenv("MEDSAM_EMBEDDINGS", str(tmp_path / "embeddings"))
    monkeypatch.setenv("MEDSAM_EMBEDDINGS_BYTES", str(10**9))
    monkeypatch.setattr("medsam.inference.allocator.keep_memory", lambda: False)
    monkeypatch.setattr("medsam.model.load_model", lambda model, device: TinyWeights.sam())
    monkeypatch.setattr("medsam.cli.embed.step_back", lambda: None)
