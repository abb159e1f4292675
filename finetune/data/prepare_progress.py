"""How far a preparation is, how long it will take, and whether its result will fit on the disk."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from finetune.data.layouts.base import CaseSource
from finetune.data.prepare_job import Job
from finetune.words import byte_size, duration
from medsam.errors import InputError

Report = Callable[[str], None]
IsCancelled = Callable[[], bool]

SAMPLE = 16
"""Cases by which the size of all is estimated; evenly spread ones come first."""

_HEADROOM = 64 << 20


class Clock:
    """Lets a line through once in a while."""

    def __init__(self, seconds: float = 1.0) -> None:
        self._next = time.monotonic() + seconds
        self._seconds = seconds

    def due(self) -> bool:
        """Whether it is time for the next line."""
        now = time.monotonic()
        if now < self._next:
            return False
        self._next = now + self._seconds
        return True


class Progress:
    """Counts cases, tells of them once a second, and looks at the disk.

    Args:
        jobs: All that will be done, a spread sample first.
        cases: The store's folder of cases; None where nothing is written.
        report: Told a line.
        free: Bytes free where a folder is.
    """

    def __init__(
        self,
        jobs: Sequence[Job],
        cases: Path | None,
        report: Report,
        *,
        free: Callable[[Path], int] = lambda folder: shutil.disk_usage(folder).free,
    ) -> None:
        self._cases = cases
        self._report = report
        self._free = free
        self._sizes = {job.id: _input_bytes(job.source) for job in jobs}
        self._total = sum(self._sizes.values())
        self._count = len(jobs)
        self._started = time.monotonic()
        self._clock = Clock()
        self._done = self._read = self._written = self._failed = 0
        self._told_size = False

    def add(self, job: Job, failed: bool) -> None:
        """Count a case, and see now and then that the rest still fits on the disk.

        Raises:
            InputError: If it will not.
        """
        self._done += 1
        self._failed += failed
        self._read += self._sizes[job.id]
        if self._cases is not None and not failed:
            self._written += sum(p.stat().st_size for p in (self._cases / job.id).iterdir())
        if self._cases is not None and self._done % min(SAMPLE, self._count) == 0:
            self._require_room(self._cases)
        if self._clock.due():
            self._report(self.line())

    def line(self) -> str:
        """ "120 of 2127 cases, 3 failed, 0.1 GiB of about 1.2 GiB, about 2 min 05 s left"."""
        parts = [f"{self._done} of {self._count} cases"]
        guess = SAMPLE <= self._done < self._count  # Of fewer cases, nothing can be said.
        if self._failed:
            parts.append(f"{self._failed} failed")
        if self._cases is not None:
            about = f" of about {byte_size(self._written + self._to_come())}" if guess else ""
            parts.append(byte_size(self._written) + about)
        if guess:
            left = (time.monotonic() - self._started) * (self._total - self._read) / max(self._read, 1)
            parts.append(f"about {duration(left)} left")
        return ", ".join(parts)

    def _to_come(self) -> float:
        return self._written * (self._total - self._read) / max(self._read, 1)

    def _require_room(self, cases: Path) -> None:
        free, needed = self._free(cases), self._to_come()
        if not self._told_size and self._done < self._count:
            self._told_size = True
            self._report(
                f"The store will take about {byte_size(self._written + needed)};"
                f" {byte_size(free)} is free there."
            )
        if needed and needed + _HEADROOM > free:
            raise InputError(
                f"A store must fit on its disk; the rest of it takes about {byte_size(needed)} and"
                f" {byte_size(free)} is free. Free some space or choose another disk."
            )


def sample_first(jobs: Sequence[Job]) -> list[Job]:
    """The same jobs, evenly spread ones first."""
    chosen = [number * len(jobs) // SAMPLE for number in range(SAMPLE)] if len(jobs) > SAMPLE else []
    first = set(chosen)
    return [*(jobs[n] for n in chosen), *(job for n, job in enumerate(jobs) if n not in first)]


def _input_bytes(source: CaseSource) -> int:
    """Of the case's files; one that holds many cases, or is a folder, does not count."""
    total = 1
    for path in (*source.images, *source.labels):
        try:
            total += path.stat().st_size if not source.member else 0
        except OSError:
            continue
    return total
