"""Slices through a frozen encoder on a card: by its own arithmetic, and in halves where memory ends."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from finetune.data.store import Store
from finetune.features.encoding import SliceEncoder
from medsam.errors import ModelError
from tests.finetune.micro_sam import make_recipe, start_of
from tests.finetune.tiny_store import write_store
from tests.pretend_card import CARD, FULL, failing, pretend

ROWS = np.array([(0, 0, 0), (0, 1, 0), (0, 2, 0)], np.int32)


def made(tmp_path: Path, device: torch.device) -> SliceEncoder:
    recipe = make_recipe()
    store = Store(write_store(tmp_path / str(device).replace(":", "-")))
    return SliceEncoder(start_of(recipe), recipe, store, "embedding", device, lambda: False)


def features(encoder: SliceEncoder) -> np.ndarray:
    (found,) = encoder.features(ROWS, len(ROWS))
    return found


def test_a_card_computes_the_same_in_its_own_way(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = features(made(tmp_path, torch.device("cpu")))
    pretend(monkeypatch)
    encoder = made(tmp_path, CARD)
    network: Any = encoder.network
    seen: list[bool] = []
    real = network.image_encoder.forward
    monkeypatch.setattr(
        network.image_encoder,
        "forward",
        lambda *given: seen.append(network.image_encoder.on_card is not None) or real(*given),
    )
    np.testing.assert_allclose(features(encoder), expected, rtol=2e-3, atol=2e-3)
    assert seen == [True] and network.image_encoder.on_card is None, (
        "training goes on with the network itself"
    )


def test_a_batch_too_large_is_halved(tmp_path: Path) -> None:
    encoder = made(tmp_path, torch.device("cpu"))
    expected = features(encoder)
    sizes = failing(encoder.network, FULL, lambda x: len(x) > 1, lambda: True)
    np.testing.assert_allclose(features(encoder), expected, rtol=2e-3, atol=2e-3)
    assert sizes == [3, 2, 1, 1, 1]


def test_one_slice_too_large_is_an_error_with_a_remedy(tmp_path: Path) -> None:
    encoder = made(tmp_path, torch.device("cpu"))
    failing(encoder.network, FULL, lambda x: True, lambda: True)
    with pytest.raises(ModelError, match="--device cpu"):
        features(encoder)
