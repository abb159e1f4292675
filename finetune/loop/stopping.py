"""Ctrl+C and its kin end a run after the step at hand, with everything saved."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable
from types import FrameType, TracebackType
from typing import Any

_SIGNALS = ("SIGINT", "SIGTERM", "SIGUSR1")
"""Ctrl+C; torchrun and batch systems that end a job; SLURM's early warning (``--signal=USR1@...``)."""

_SAME_PRESS = 1.5
"""Seconds within which one Ctrl+C may come twice: from the terminal, and passed on by torchrun."""


class StopSignals:
    """While it is entered, the first signal asks to stop; the second one ends the process at once."""

    def __init__(self, report: Callable[[str], None], clock: Callable[[], float] = time.monotonic) -> None:
        """Say through ``report`` that a signal was understood."""
        self._report, self._clock = report, clock
        self._asked = False
        self._since = 0.0
        self._before: dict[int, Any] = {}

    def asked(self) -> bool:
        """Whether a signal came."""
        return self._asked

    def __enter__(self) -> StopSignals:
        for name in _SIGNALS:
            number = getattr(signal, name, None)
            if number is not None:
                self._before[number] = signal.signal(number, self._take)
        return self

    def _take(self, number: int, frame: FrameType | None) -> None:
        if self._asked:
            if number == signal.SIGINT and self._clock() - self._since > _SAME_PRESS:
                raise KeyboardInterrupt
            return
        self._asked, self._since = True, self._clock()
        self._report("stopping after this step; Ctrl+C again leaves at once, with the last checkpoint")

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)
