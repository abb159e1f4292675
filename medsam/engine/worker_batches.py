"""Encoding several slices together, where a card does that in little more time than one."""

from __future__ import annotations

import contextlib
from collections.abc import Callable

from medsam.engine.jobs import Encode, Message, SliceKey, SliceProgress, SliceState
from medsam.engine.worker_queue import Job, JobQueue
from medsam.inference.prediction import Picture, Predictor


def encode_together(
    job: Job,
    predictor: Predictor,
    queue: JobQueue,
    picture: Callable[[SliceKey], Picture],
    look_up: Callable[[], None],
    ready: Callable[[SliceKey], None],
    send: Callable[[Message], None],
) -> None:
    """Encode the slice of a job, and of as many others of the least priority as the card takes at once.

    What is not done when this ends early waits again in the queue, but for ``job`` itself.

    Args:
        job: That runs.
        predictor: Whose embeddings are wanted.
        queue: Where others wait.
        picture: Of a slice.
        look_up: Called between batches; may raise.
        ready: Called with every slice that is encoded.
        send: Takes messages.

    Raises:
        Exception: Whatever the encoding or ``look_up`` raises.
    """
    jobs, pictures = [job], [picture(_slice(job))]
    left = queue.take_along(predictor.at_once - 1)

    def done(number: int) -> None:
        if number:
            left.remove(jobs[number])
        ready(_slice(jobs[number]))

    try:
        for one in list(left):
            # A slice that is none will say so when its turn comes.
            with contextlib.suppress(Exception):
                pictures.append(picture(_slice(one)))
                jobs.append(one)
        for one in jobs:
            send(SliceProgress(_slice(one), SliceState.ENCODING, 0.0))
        predictor.encode_all(pictures, look_up, done)
    finally:
        queue.leave_along()
        for one in left:
            queue.put_back(one)
            wanted = queue.wants(_slice(one))
            send(SliceProgress(_slice(one), SliceState.QUEUED if wanted else SliceState.NONE))


def _slice(job: Job) -> SliceKey:
    assert isinstance(job.request, Encode)
    return job.request.slice
