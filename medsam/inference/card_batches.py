"""How many pictures a graphics card encodes together: as many as its memory and the user's patience allow."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

import torch

from medsam.model.card import begin_peak, finish, free_bytes, is_card, peak_bytes

MOST = 32
"""More together is no quicker on any card, and takes memory from others."""

PATIENCE_SECONDS = 0.25
"""What a batch takes at the most: nothing more urgent gets in between."""

_SHARE = 0.8
"""Of the free memory that a batch may take: the rest is for what does not fit its estimate."""


class BatchSize:
    """Learns from what is encoded how many pictures go together.

    Args:
        device: Where. On the processor it is always one.
    """

    def __init__(self, device: torch.device) -> None:
        """Begin with one: nothing was measured."""
        self._is_card = is_card(device)
        self._device = device
        self._bytes = 0
        self._seconds = 0.0
        self._limit = MOST
        self._encodings = 0

    @property
    def now(self) -> int:
        """Pictures that go together at present."""
        if not self._is_card or not self._seconds:
            return 1
        by_memory = int(_SHARE * free_bytes() / max(self._bytes, 1))
        by_time = int(PATIENCE_SECONDS / self._seconds)
        return max(1, min(self._limit, by_memory, by_time))

    @property
    def is_quick(self) -> bool:
        """Whether one picture takes so little time that it need not be interrupted."""
        return 0 < self._seconds < PATIENCE_SECONDS

    @contextmanager
    def watch(self, count: int) -> Iterator[None]:
        """Measure the encoding of ``count`` pictures, which ends inside."""
        if not self._is_card:
            yield
            return
        before = begin_peak()
        start = time.perf_counter()
        yield
        finish(self._device)
        self._note(count, time.perf_counter() - start, peak_bytes() - before)

    def halve(self, count: int) -> None:
        """Memory ran out for ``count`` together: never so many again."""
        self._limit = max(1, count // 2)

    def _note(self, count: int, seconds: float, taken: int) -> None:
        self._encodings += 1
        if self._encodings == 1:
            return  # what is loaded and chosen only once says nothing of the next time
        each = seconds / count
        self._seconds = min(self._seconds, each) if self._seconds else each
        # A replay takes its memory once for all, so the most that was ever seen holds.
        self._bytes = max(self._bytes, taken // count)
