"""How long somebody works on a case: pauses and other programs do not count."""

from __future__ import annotations

import time
from collections.abc import Callable

LONGEST_PAUSE = 60.0
"""Seconds without a key or the mouse that still count as looking at the case."""


class WorkTime:
    """A stopwatch that signs of a user's activity keep running.

    Args:
        clock: Seconds that never run backwards.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._last: float | None = None
        self._seconds = 0.0

    @property
    def is_running(self) -> bool:
        """Whether a case is in front."""
        return self._last is not None

    def start(self) -> None:
        """A case is in front from now on."""
        if self._last is None:
            self._last = self._clock()

    def touch(self) -> None:
        """The user did something; the time since the last sign counts, up to ``LONGEST_PAUSE``."""
        if self._last is not None:
            now = self._clock()
            self._seconds += min(max(now - self._last, 0.0), LONGEST_PAUSE)
            self._last = now

    def stop(self) -> None:
        """Another program or no case is in front; the time up to now counts as ``touch`` counts it."""
        self.touch()
        self._last = None

    def take(self) -> float:
        """Seconds since the last call; a pause that lasts still is not among them."""
        seconds, self._seconds = self._seconds, 0.0
        return seconds
