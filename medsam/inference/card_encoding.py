"""Running an image encoder where it lies: on a card in batches, and replayed once that pays."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor

from medsam.errors import ModelError
from medsam.inference.card_batches import BatchSize
from medsam.inference.prediction import Check
from medsam.model.card import exact_products, is_card, release
from medsam.model.card_graphs import Replay

MOST_REPLAYED = 8
"""Boxes that are decoded by a replay; more are rare."""


class NotFinite(ModelError):
    """An embedding holds infinite values, or none."""


class Encoding:
    """An image encoder on its device.

    Args:
        network: With an ``image_encoder``, in evaluation mode.
        title: Of the weights, for errors.
        device: Where the network lies.

    Attributes:
        batch: How many pictures go together.
    """

    def __init__(self, network: Any, title: str, device: torch.device) -> None:
        """Encode nothing yet."""
        self.batch = BatchSize(device)
        self._network = network
        self._title = title
        self._device = device
        self._replay = Replay(self._compute, device, most=1)

    def run(self, inputs: Tensor, check: Check | None = None) -> Tensor:
        """Encode (B, 3, S, S), float32 on the processor: (B, C, h, w), there too.

        A card's come in float16, which embeddings are kept in anyway.

        Raises:
            NotFinite: If the network gives infinite values, or none.
        """
        if check is not None and is_card(self._device):
            check()  # between two batches: a replay cannot be interrupted
        with torch.inference_mode(), exact_products(self._device), self.batch.watch(len(inputs)):
            given = inputs.to(self._device)
            if len(inputs) == 1 and self.batch.is_quick:
                (embeddings,) = self._replay(given)
            else:
                # A batch is made so small that nobody minds, and half of it would be nothing.
                (embeddings,) = self._compute(given, check if len(inputs) == 1 else None)
            is_finite = bool(torch.isfinite(embeddings).all())
            if is_card(self._device):
                embeddings = embeddings.to(torch.float16)
            embeddings = embeddings.cpu()
        if not is_finite:
            raise NotFinite(
                f"An image embedding holds finite numbers; {self._title} gave others on"
                f" {self._device.type}. Its file may be damaged: fetch it again, or run on the CPU."
            )
        return embeddings

    def make_room(self) -> None:
        """Give back what a card's memory holds without need, recordings too."""
        self._replay.forget()
        release(self._device)

    def _compute(self, inputs: Tensor, check: Check | None = None) -> tuple[Tensor]:
        return (self._network.image_encoder(inputs, check).float(),)


def boxes_replay(network: Any, several: bool, device: torch.device) -> Replay:
    """From an embedding (1, C, h, w) and boxes (N, 4) to low-resolution logits and scores, by replay."""
    image_pe = network.prompt_encoder.get_dense_pe()

    def decode(embedding: Tensor, boxes: Tensor) -> tuple[Tensor, Tensor]:
        sparse, dense = network.prompt_encoder(boxes=boxes)
        decoder = network.mask_decoder
        return decoder.answer(decoder.look(embedding, image_pe, dense[:1]), sparse, several)

    return Replay(decode, device)
