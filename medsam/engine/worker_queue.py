"""What the worker does next: jobs by priority, replaced, cancelled and put back.

The reader thread puts and cancels, the inference thread takes. Order: control
(volume, model, cache) as it came; then by priority, predictions before encodes of
the same priority, look-ups between them, then by arrival.

A job is in one place at a time::

    put ──> waiting ──take──> running ──> answered, or ended where it was cancelled
             │ │ ^               │
             │ │ └───put_back────┘ interrupted: something more urgent goes first
             │ └───remove────────> carried out aside, between two steps of the running one
             └─────take_along────> encoded together with the running one; what is left is put back

What waits is discarded when it is cancelled, replaced in its channel or of
another volume; what runs is told so, and ends at its next step.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

from medsam.engine.jobs import Encode, KeepEmbeddings, LoadModel, LookUp, Predict, Priority, SetVolume

Work = LoadModel | SetVolume | KeepEmbeddings | Encode | LookUp | Predict

_CONTROL = -1

LOOK_SECONDS = 0.15
"""So long after a slice or a window went by encodings wait: longer than from one notch to the next."""

DRAG_SECONDS = 0.05
"""So long after a mask of a drag the next request is waited for before anything slow: three frames."""


@dataclass(eq=False)
class Job:
    """One request and what became of it.

    Attributes:
        request: As it came.
        arrival: Running number.
        priority: Of the request, or lower (sooner) once somebody needs it more.
        cancelled: To be ended at the next opportunity.
        drafted: A draft was answered already.
        looked: Slices of a look-up that were looked at already.
    """

    request: Work
    arrival: int
    priority: int = field(init=False)
    cancelled: bool = False
    drafted: bool = False
    looked: int = 0

    def __post_init__(self) -> None:
        work = isinstance(self.request, (Encode, LookUp, Predict))
        self.priority = int(self.request.priority) if work else _CONTROL  # type: ignore[union-attr]

    @property
    def rank(self) -> tuple[int, int]:
        """Priority and kind: what decides whether one job interrupts another."""
        kind = 2 if isinstance(self.request, Encode) else int(isinstance(self.request, LookUp))
        return self.priority, kind

    @property
    def order(self) -> tuple[int, int, int]:
        """Place in the queue."""
        return (*self.rank, self.arrival)


class JobQueue:
    """Waiting jobs and the one that runs.

    ``changes`` counts everything that could concern a running job, so that it
    can look up between two steps at the cost of comparing two numbers.
    """

    def __init__(self) -> None:
        """An empty queue."""
        self._waiting: list[Job] = []
        self._running: Job | None = None
        self._along: list[Job] = []
        self._arrivals = 0
        self._stopped = False
        self._drag_until = self._look_until = 0.0
        self._condition = threading.Condition()
        self.changes = 0

    def put(self, request: Work) -> Job:
        """Add a request; one of the same channel that still waits is replaced."""
        with self._condition:
            if isinstance(request, Predict):
                replaced = request.channel or request.settles
                self._discard(lambda job: bool(replaced) and _channel(job) == replaced)
                if not request.channel:
                    self._drag_until = 0.0
            if isinstance(request, SetVolume):
                self._leave_volumes(request.volume_id)
            if isinstance(request, LoadModel):
                self._discard(lambda job: isinstance(job.request, LoadModel))
            self._arrivals += 1
            job = Job(request, self._arrivals)
            self._waiting.append(job)
            self._changed()
            return job

    def take(self, idle: Callable[[], object] | None = None, seconds: float = 0.0) -> Job | None:
        """The next job, waiting for one; None once stopped.

        Args:
            idle: Called once when nothing came for ``seconds``.
        """
        with self._condition:
            self._running = None
            while not self._stopped:
                job = min(self._waiting, key=lambda job: job.order, default=None)
                left = self._seconds_aside(is_encoding=True)
                if job is not None and (left <= 0 or not isinstance(job.request, (Encode, LookUp))):
                    self._running = job
                    self._waiting.remove(job)
                    return job
                if job is not None:
                    self._condition.wait(left)
                elif not self._condition.wait(None if idle is None else seconds) and idle is not None:
                    idle()
                    idle = None
            return None

    def drag_on(self) -> None:
        """A mask of a drag was answered: the next request is likely within a frame or two."""
        with self._condition:
            self._drag_until = time.monotonic() + DRAG_SECONDS

    def look_on(self) -> None:
        """Somebody leafs through slices or drags a window: the next frame is due within one of 60."""
        with self._condition:
            self._look_until = time.monotonic() + LOOK_SECONDS

    def wait_for_drag(self, seen: int) -> bool:
        """While a drag goes on, wait for a change since ``seen``; False where none goes on.

        An encoding that worked on between two masks of a drag would take the
        window's cores, and every mask would wait for its step to end. One that
        no prompt waits for does so while somebody looks around, too.
        """
        with self._condition:
            is_encoding = self._running is not None and isinstance(self._running.request, (Encode, LookUp))
            left = self._seconds_aside(is_encoding)
            if left <= 0 or self._stopped:
                return False
            self._condition.wait_for(lambda: self.changes != seen or self._stopped, left)
            return True

    def take_along(self, most: int) -> list[Job]:
        """Encodes that wait with the least priority, to be done together with one that runs."""
        with self._condition:
            alike = [
                j for j in self._waiting if isinstance(j.request, Encode) and j.priority == Priority.REST
            ]
            self._along = sorted(alike, key=lambda job: job.order)[: max(most, 0)]
            self._waiting = [job for job in self._waiting if job not in self._along]
            return list(self._along)

    def leave_along(self) -> None:
        """Nothing is done together any more."""
        with self._condition:
            self._along = []

    def put_back(self, job: Job) -> None:
        """Let an interrupted job wait again at its old place, unless it is obsolete."""
        with self._condition:
            channel = _channel(job)
            replaced = channel and any(_channel(other) == channel for other in self._waiting)
            if not job.cancelled and not replaced:
                self._waiting.append(job)
                self._changed()

    def remove(self, job: Job) -> bool:
        """Take one waiting job out of turn; False if it is gone already."""
        with self._condition:
            if job in self._waiting:
                self._waiting.remove(job)
                return True
            return False

    def cancel(self, tokens: tuple[int, ...]) -> list[Job]:
        """Cancel by token; returns those that were waiting."""

        def matches(job: Job) -> bool:
            return getattr(job.request, "token", None) in tokens

        with self._condition:
            removed = self._discard(matches)
            for job in self._at_work():
                job.cancelled = job.cancelled or matches(job)
            self._changed()
            return removed

    def stop(self) -> None:
        """Make ``take`` return None, now and ever after."""
        with self._condition:
            self._stopped = True
            if self._running is not None:
                self._running.cancelled = True
            self._changed()

    def waiting(self) -> list[Job]:
        """Waiting jobs in the order they would be taken."""
        with self._condition:
            return sorted(self._waiting, key=lambda job: job.order)

    def has_before(self, job: Job) -> bool:
        """Whether something waits that goes before a job."""
        with self._condition:
            return any(other.order < job.order for other in self._waiting)

    def wants(self, slice_key: object) -> bool:
        """Whether a job that waits or runs needs this slice encoded."""
        with self._condition:
            jobs = [*self._waiting, *(job for job in self._at_work() if not job.cancelled)]
            return any(getattr(job.request, "slice", None) == slice_key for job in jobs)

    def comes(self, slice_key: object, seconds: float) -> bool:
        """Whether a job for this slice waits, or comes within some seconds."""

        def waits() -> bool:
            return any(getattr(job.request, "slice", None) == slice_key for job in self._waiting)

        with self._condition:
            return self._condition.wait_for(lambda: waits() or self._stopped, seconds) and waits()

    def _seconds_aside(self, is_encoding: bool) -> float:
        """How long an encoding of its own, or that of a prompt, stands aside; not above 0 if it does not."""
        until = max(self._drag_until, self._look_until) if is_encoding else self._drag_until
        return until - time.monotonic()

    def _leave_volumes(self, volume_id: int) -> None:
        """Jobs on an older volume are pointless, and so is an older attach."""

        def old(job: Job) -> bool:
            request = job.request
            if isinstance(request, SetVolume):
                return True
            if isinstance(request, LookUp):
                return any(key.volume_id != volume_id for key in request.slices[:1])
            return isinstance(request, (Encode, Predict)) and request.slice.volume_id != volume_id

        self._discard(old)
        for job in self._at_work():
            if isinstance(job.request, (Encode, LookUp, Predict)) and old(job):
                job.cancelled = True

    def _at_work(self) -> list[Job]:
        return [*self._along, *([] if self._running is None else [self._running])]

    def _discard(self, matches: Callable[[Job], bool]) -> list[Job]:
        removed = [job for job in self._waiting if matches(job)]
        self._waiting = [job for job in self._waiting if job not in removed]
        return removed

    def _changed(self) -> None:
        self.changes += 1
        self._condition.notify_all()


def _channel(job: Job) -> str:
    return job.request.channel if isinstance(job.request, Predict) else ""


def is_urgent(job: Job) -> bool:
    """Whether somebody looks at the slice just now."""
    return job.priority <= Priority.HOVERED
