"""Samples that say how much of the processor others took meanwhile, and are taken again if that was much.

A measurement beside a virus scanner is no measurement. ``Quiet.sample`` runs
an action, reads from the system what all processes computed in that time and
what this one (with its children) did; the rest is foreign load. A disturbed
sample is taken again as soon as the machine is idle, as often and as long as
there is patience: on a machine that is never idle a measurement ends all the
same, and ``Quiet.line`` says how disturbed it was.

    quiet = Quiet()
    for _ in range(rounds):
        ours.append(quiet.sample(our_action).seconds)
        theirs.append(quiet.sample(their_action).seconds)
    print(quiet.line())
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import psutil

LIMIT = 0.12
"""Cores that others may take."""

TICK = 0.02
"""Seconds of the processor that the system's counting, in steps of 10 ms, can be off by."""

Value = TypeVar("Value")


@dataclass(frozen=True)
class Sample(Generic[Value]):
    """One run of an action.

    Attributes:
        seconds: By the clock.
        processor: Seconds of the processor, by this process alone.
        foreign: Cores that other processes took meanwhile.
        value: What the action returned.
    """

    seconds: float
    processor: float
    foreign: float
    value: Value

    @property
    def is_disturbed(self) -> bool:
        """Whether others took more than counting can be off by."""
        return self.foreign * self.seconds > LIMIT * self.seconds + TICK


def computed_by_all() -> float:
    """Seconds of the processor that everything on this machine took, and what its host took from it."""
    times = psutil.cpu_times()
    parts = ("user", "nice", "system", "irq", "softirq", "steal", "interrupt", "dpc")
    return float(sum(getattr(times, part, 0.0) for part in parts))


def computed_by_us() -> float:
    """Seconds of the processor that this process and its children took, also those that have ended."""
    total = 0.0
    me = psutil.Process()
    for process in (me, *me.children(recursive=True)):
        try:
            total += sum(process.cpu_times()[:4])
        except psutil.Error:
            continue  # ended just now
    return total


class Watch:
    """Foreign load from when it was made."""

    def __init__(self) -> None:
        """Begin."""
        self._us, self._all, self._begin = computed_by_us(), computed_by_all(), time.perf_counter()

    def foreign(self) -> float:
        """Cores that others took since then."""
        seconds = time.perf_counter() - self._begin
        others = (computed_by_all() - self._all) - (computed_by_us() - self._us)
        return max(0.0, others) / seconds if seconds > 0 else 0.0


def line_of_load(foreign: float) -> str:
    """The words for the foreign load of a whole measurement."""
    return f"others took {foreign:.2f} cores meanwhile"


class Quiet:
    """Takes samples, the disturbed ones again, and keeps account."""

    def __init__(self, patience: float = 60.0, tries: int = 3, pause: float = 0.5) -> None:
        """Begin an account.

        Args:
            patience: Seconds in all to spend on waiting for an idle machine and on samples taken again.
            tries: How often a sample is taken at most.
            pause: Seconds that decide whether the machine is idle.
        """
        self._patience, self._tries, self._pause = patience, max(1, tries), pause
        self.taken: list[Sample[Any]] = []
        self.repeats = 0

    def sample(self, action: Callable[[], Value]) -> Sample[Value]:
        """Run and time an action, which may be run more than once."""
        for attempt in range(self._tries):
            found = take(action)
            if not found.is_disturbed or attempt + 1 == self._tries or self._patience <= found.seconds:
                break
            self._patience -= found.seconds
            self._wait()
            self.repeats += 1
        self.taken.append(found)
        return found

    def _wait(self) -> None:
        while self._patience > 0:
            watch = Watch()
            time.sleep(self._pause)
            self._patience -= self._pause
            if watch.foreign() <= LIMIT:
                return

    def line(self) -> str:
        """What there was of foreign load, for the end of a table."""
        if not self.taken:
            return "no samples"
        loads = [sample.foreign for sample in self.taken]
        left = sum(sample.is_disturbed for sample in self.taken)
        return (
            f"others took {statistics.median(loads):.2f} cores (most {max(loads):.2f});"
            f" of {len(loads)} samples {self.repeats} were taken again, {left} stayed disturbed"
        )


def take(action: Callable[[], Value]) -> Sample[Value]:
    """Run an action once."""
    watch = Watch()
    begin, processor = time.perf_counter(), time.process_time()
    value = action()
    seconds, spent = time.perf_counter() - begin, time.process_time() - processor
    return Sample(seconds, spent, watch.foreign(), value)
