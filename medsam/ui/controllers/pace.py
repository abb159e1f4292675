"""How long a slice takes to encode, learnt from those that were encoded without a break."""

from __future__ import annotations

import statistics
import time
from collections import deque

from medsam.ui import settings

_REMEMBERED = 9
_TOGETHER_SECONDS = 0.05
"""Slices that are ready so soon after each other were encoded together."""
_SURE_FRACTION = 0.1
_SETTING = "embeddings/pace/{0}"
_MOST_SECONDS = 3600.0


def usual_pace(model: str) -> float | None:
    """Seconds a slice took when a model was last used for a volume, to reckon with before the first."""
    try:
        seconds = float(settings.value(_SETTING.format(model), 0.0))
    except (TypeError, ValueError):
        return None
    return seconds if 0 < seconds < _MOST_SECONDS else None


class Pace:
    """Seconds a slice.

    Slices that were found ready are not counted: they say nothing of those
    that have to be encoded. Nor is time in which an encoding stood aside, and
    an odd one - the machine slept - counts little.
    """

    def __init__(self, usual: float | None = None) -> None:
        """Begin with what slices took earlier, if that is known."""
        self._usual = usual
        self._begun: dict[int, tuple[float, float]] = {}
        self._groups: deque[tuple[float, int]] = deque(maxlen=_REMEMBERED)
        self._latest = 0.0

    @property
    def learnt(self) -> float | None:
        """Seconds a slice in this run; None before the first was encoded."""
        if not self._groups:
            return None
        return statistics.median_low([seconds / count for seconds, count in self._groups])

    @property
    def seconds(self) -> float | None:
        """Seconds a slice: of this run, else by the running encoding, else as in earlier runs."""
        return self.learnt or self._running() or self._usual

    def note_progress(self, index: int, fraction: float) -> None:
        """An encoding is under way; one that begins anew, after a break, is timed anew."""
        now = time.monotonic()
        began, before = self._begun.get(index, (now, 0.0))
        self._begun[index] = (now if fraction < before else began, fraction)

    def note_ready(self, index: int) -> None:
        """A slice is ready."""
        if index not in self._begun:
            return
        began, _ = self._begun.pop(index)
        now = time.monotonic()
        if self._groups and now - self._latest < _TOGETHER_SECONDS:
            seconds, count = self._groups.pop()
            self._groups.append((seconds + now - self._latest, count + 1))
        else:
            self._groups.append((now - max(began, self._latest), 1))
        self._latest = now

    def remember(self, model: str) -> None:
        """Keep what was learnt for ``usual_pace``."""
        if self.learnt is not None:
            settings.remember(_SETTING.format(model), self.learnt)

    def break_off(self) -> None:
        """What runs is lost."""
        self._begun.clear()

    def _running(self) -> float | None:
        sure = [(began, share) for began, share in self._begun.values() if share >= _SURE_FRACTION]
        if not sure:
            return None
        began, share = max(sure)
        return (time.monotonic() - began) / share
