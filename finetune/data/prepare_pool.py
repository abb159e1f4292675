"""Cases in several processes: one case at a time in each, and no process outlives its parent."""

from __future__ import annotations

import multiprocessing
import os
import signal
import threading
from collections.abc import Generator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from pathlib import Path
from typing import Any

from finetune.data.prepare_case import try_case
from finetune.data.prepare_job import Job
from finetune.data.prepare_progress import IsCancelled, Report
from medsam.errors import Cancelled

Results = Generator[tuple[Job, dict[str, Any]], None, None]
"""Cases with what ``try_case`` made of them, as they come."""


def one_by_one(jobs: Sequence[Job], cases: Path | None, is_cancelled: IsCancelled) -> Results:
    """Each case in this process: ``try_case`` in the order given."""
    for job in jobs:
        if is_cancelled():
            raise Cancelled("Preparing was stopped.")
        yield job, try_case(job, cases)


def in_processes(
    jobs: Sequence[Job], cases: Path | None, workers: int, report: Report, is_cancelled: IsCancelled
) -> Results:
    """Results as they come. A process that dies (for want of memory, say) costs its case, not the run.

    Args:
        jobs: In the order in which they are begun.
        cases: The store's folder of cases; None only reads.
        workers: Processes, each with one case at a time.
        report: Told if processes cannot be had; the cases are then done in this one.
        is_cancelled: Asked a few times a second; cases on their way are finished.

    Raises:
        Cancelled: If asked to stop.
        OSError: If a case cannot be written.
    """
    waiting = list(reversed(jobs))
    while waiting:
        running: dict[Future[dict[str, Any]], Job] = {}
        pool = _pool(workers)
        try:
            if not _works(pool):
                report("No other processes can be started; going on in this one.")
                yield from one_by_one(waiting[::-1], cases, is_cancelled)
                return
            while waiting or running:
                if is_cancelled():
                    raise Cancelled("Preparing was stopped.")
                while waiting and len(running) < 2 * workers:
                    running[pool.submit(try_case, waiting[-1], cases)] = waiting[-1]
                    waiting.pop()
                done, _ = wait(running, timeout=0.2, return_when=FIRST_COMPLETED)
                for future in done:
                    result = future.result()
                    yield running.pop(future), result
        except BrokenProcessPool:
            for job in running.values():
                yield job, _alone(job, cases)
        finally:
            pool.shutdown(wait=True, cancel_futures=True)


def _works(pool: ProcessPoolExecutor) -> bool:
    """Whether processes start at all; a script without ``if __name__ == "__main__"`` cannot have any."""
    try:
        return pool.submit(os.getpid).result() > 0
    except BrokenProcessPool:
        return False


def _alone(job: Job, cases: Path | None) -> dict[str, Any]:
    """A case that was on its way when a process died, once more in a process of its own."""
    with _pool(1) as pool:
        try:
            return pool.submit(try_case, job, cases).result()
        except BrokenProcessPool:
            return {
                "failed": f"The process that read {job.source.name} was ended by the system, mostly for want"
                " of memory. Close other programs and run again, or take the case out."
            }


def _pool(workers: int) -> ProcessPoolExecutor:
    spawn = multiprocessing.get_context("spawn")
    return ProcessPoolExecutor(workers, mp_context=spawn, initializer=start_process)


def start_process() -> None:
    """Leave Ctrl+C to the parent, and end with it however it ends."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
