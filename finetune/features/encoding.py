"""Slices through a frozen encoder, with the next ones' inputs prepared meanwhile."""

from __future__ import annotations

import os
from collections.abc import Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager
from typing import cast

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from finetune.config import Recipe
from finetune.data.store import Store
from finetune.features.cache import Level, encode, slice_input
from finetune.features.shards import Features
from finetune.features.variation import variant
from finetune.starting import Start
from medsam.errors import Cancelled, ModelError
from medsam.model.card import half_dtype, is_card, release
from medsam.model.card_encoder import CardEncoder
from medsam.model.image_encoder import ImageEncoder
from medsam.model.precision import encoding_exactly
from medsam.model.sam import Sam

_AHEAD = 4
"""Batches whose inputs are prepared, a thread."""


class SliceEncoder:
    """Rows to features, with the next rows' inputs prepared meanwhile."""

    def __init__(
        self,
        start: Start,
        recipe: Recipe,
        store: Store,
        level: Level,
        device: torch.device,
        is_cancelled: Callable[[], bool],
    ) -> None:
        """Take a network as it is, in evaluation mode from now on."""
        self.network = cast(Sam, start.network).eval()
        self.title = start.title or start.arch
        self._start, self._recipe, self._store = start, recipe, store
        self._level, self._device, self._is_cancelled = level, device, is_cancelled
        self.batch = recipe.embed.batch
        self._card: CardEncoder | None = None

    def check(self) -> None:
        """Raise ``Cancelled`` if asked to stop."""
        if self._is_cancelled():
            raise Cancelled("The encoding was stopped.")

    def features(self, rows: npt.NDArray[np.int32], batch: int) -> Generator[Features, None, None]:
        """(b, C, h, w) float16 of the rows in turn, at most ``batch`` at once."""
        parts = [rows[i : i + batch] for i in range(0, len(rows), batch)]
        helpers = 1 if self._device.type == "cpu" else min(8, os.cpu_count() or 1)
        with encoding_exactly(self.network), ThreadPoolExecutor(helpers, "inputs") as pool:
            waiting: list[Future[Tensor]] = []
            try:
                for part in parts:
                    waiting.append(pool.submit(self._inputs, part))
                    if len(waiting) > _AHEAD * helpers:
                        yield self._encode(waiting.pop(0).result())
                while waiting:
                    yield self._encode(waiting.pop(0).result())
            finally:
                for future in waiting:
                    future.cancel()

    def _inputs(self, rows: npt.NDArray[np.int32]) -> Tensor:
        return torch.cat([self._input(int(c), int(s), int(k)) for c, s, k in rows])

    def _input(self, case: int, number: int, k: int) -> Tensor:
        variation = variant(self._recipe, self._store.cases[case], number, k)
        return slice_input(self._store, case, number, variation, self._start.preprocessing)

    def _encode(self, inputs: Tensor) -> Features:
        """(b, 3, S, S) to features; in halves where a card has no room for all of them."""
        self.check()
        try:
            result = self._at_once(inputs)
        except torch.OutOfMemoryError:
            if len(inputs) == 1:
                raise ModelError(
                    "The graphics card has no room for the encoder and one slice."
                    " Close other programs that use it, or use --device cpu."
                ) from None
        else:
            return result
        # Only here: an error's frames hold what was computed so far.
        release(self._device)
        return cast(Features, np.concatenate([self._encode(half) for half in inputs.chunk(2)]))

    def _at_once(self, inputs: Tensor) -> Features:
        with torch.inference_mode(), self._on_card():
            features = encode(self.network, inputs.to(self._device), self._level, self.check)
            half = features.to(torch.float16)
            finite = bool(half.isfinite().all())
            result = half.cpu().contiguous().numpy()
        if not finite:
            raise ModelError(
                f"The encoder of {self.title} gives values that half precision cannot hold. Its weights are"
                " damaged or of another kind of network; fetch or export them again."
            )
        return cast(Features, result)

    @contextmanager
    def _on_card(self) -> Iterator[None]:
        """Let a card compute the encoder as it does best; what follows may train it again."""
        encoder = self.network.image_encoder
        if not is_card(self._device) or not isinstance(encoder, ImageEncoder):
            yield
            return
        if self._card is None:
            self._card = CardEncoder(encoder, half_dtype(self._device) or torch.float32, self._device)
        encoder.on_card = self._card
        try:
            yield
        finally:
            encoder.on_card = None
