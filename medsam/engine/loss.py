"""What to do and to say when the worker dies."""

from __future__ import annotations

import signal
import time
from collections import deque
from collections.abc import Callable

EXIT_CANNOT_START = 3
"""Exit code of a worker whose libraries are missing or broken: starting it again would not help."""

EXIT_CARD_LOST = 4
"""Exit code of a worker whose graphics card or driver failed: only another process can use it again."""

_TIMES = 3
_WITHIN_SECONDS = 60.0
_TIMES_ON_CARD = 2

_SAFE = "The image and the labels are safe."


class LossRecord:
    """Remembers deaths and decides whether another start makes sense."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        """An empty record; ``clock`` counts seconds."""
        self._clock = clock
        self._deaths: deque[float] = deque(maxlen=_TIMES)
        self._on_card = 0

    def add(self, exit_code: int, on_card: bool) -> bool:
        """Note one death; whether to start again.

        Args:
            exit_code: Of the process; -N for signal N.
            on_card: Whether its model was on a graphics card.
        """
        self._deaths.append(self._clock())
        self._on_card += on_card
        if exit_code == EXIT_CANNOT_START:
            return False
        often = len(self._deaths) == _TIMES and self._deaths[-1] - self._deaths[0] <= _WITHIN_SECONDS
        return not often

    @property
    def avoid_card(self) -> bool:
        """Whether the graphics card was the scene too often."""
        return self._on_card >= _TIMES_ON_CARD

    def clear(self) -> None:
        """Begin anew: the user asked for another try."""
        self._deaths.clear()
        self._on_card = 0


def say_loss(exit_code: int, restarting: bool, avoid_card: bool) -> str:
    """One sentence or two for the user about a death."""
    if restarting:
        where = " on the CPU" if avoid_card else ""
        return f"{_cause(exit_code)} It starts again{where} and repeats what was asked. {_SAFE}"
    if exit_code == EXIT_CANNOT_START:
        return f"The model's process cannot start. Run python -m medsam doctor to see why. {_SAFE}"
    return (
        f"{_cause(exit_code)} It ended {_TIMES} times within a minute and stays down."
        f" Choose a smaller model or the CPU, then load it again. {_SAFE}"
    )


def _cause(exit_code: int) -> str:
    if exit_code == -getattr(signal, "SIGKILL", 9):
        return "The model's process was ended by the system, most likely because it was out of memory."
    if exit_code == EXIT_CARD_LOST:
        return "The model's process ended because the graphics card or its driver failed."
    return f"The model's process ended unexpectedly ({_name(exit_code)})."


def _name(exit_code: int) -> str:
    if exit_code < 0:
        try:
            return signal.Signals(-exit_code).name
        except ValueError:
            return f"signal {-exit_code}"
    return f"exit code {exit_code if exit_code < 2**31 else hex(exit_code)}"
