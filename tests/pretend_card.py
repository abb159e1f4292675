"""The processor under another name, standing in for a graphics card: same path of the code, no card."""

from __future__ import annotations

import sys
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
import torch

from medsam.inference import card_batches
from medsam.model import card, precision

CARD = torch.device("cpu:0")
FULL = torch.OutOfMemoryError("CUDA out of memory")


def pretend(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let networks on ``CARD`` take the way of a card, in every module that asks ``is_card``."""
    real = card.is_card
    for module in list(sys.modules.values()):
        if getattr(module, "is_card", None) is real:
            monkeypatch.setattr(module, "is_card", lambda device: torch.device(device) == CARD)


class PretendCard:
    """A card with room for ``free`` pictures at a time, where what networks take is not counted."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, free: int = 100) -> None:
        """Let the card be there until the test ends."""
        self.free = free
        pretend(monkeypatch)
        monkeypatch.setattr(precision, "half_dtype", lambda device: torch.bfloat16)
        monkeypatch.setattr(card_batches, "begin_peak", lambda: 0)
        monkeypatch.setattr(card_batches, "peak_bytes", lambda: 1000)
        monkeypatch.setattr(card_batches, "free_bytes", lambda: int(1000 * self.free / card_batches._SHARE))
        # A busy machine's time must not bound the batches of a test.
        monkeypatch.setattr(card_batches, "PATIENCE_SECONDS", 1e6)

    def put(self, loaded: Any) -> Any:
        """A loaded model that says it lies on the card."""
        return replace(loaded, device=CARD)


def failing(
    network: Any, error: Exception, when: Callable[[torch.Tensor], bool], is_on_card: Callable[[], bool]
) -> list[int]:
    """Let a network's encoder fail for some inputs while it is on the card; the sizes of all batches."""
    encoder = network.image_encoder
    real, sizes = encoder.forward, []

    def forward(x: torch.Tensor, check: Any = None) -> torch.Tensor:
        sizes.append(len(x))
        if is_on_card() and when(x):
            raise error
        return real(x, check)

    encoder.forward = forward
    return sizes
