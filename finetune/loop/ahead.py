"""The next batch is made while the present one is computed."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

import torch

from finetune.tasks.base import Task


class Ahead:
    """Makes the next part of a batch in a second thread while the present one is computed."""

    def __init__(self, task: Task, parts: int, mine: range, steps: int) -> None:
        """For the parts ``mine`` of ``parts``, up to the step ``steps``."""
        self._task, self._parts, self._mine, self._steps = task, parts, mine, steps
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="next-batch")
        self._next: tuple[tuple[int, int], Future[Any]] | None = None

    def take(self, step: int, part: int) -> Any:
        """A part of a step, of those that are this process's."""
        if self._next is not None and self._next[0] == (step, part):
            batch = self._next[1].result()
        else:
            batch = self._make(step, part)
        following = (step, part + 1) if part + 1 < self._mine.stop else (step + 1, self._mine.start)
        self._next = None
        if following[0] < self._steps:
            self._next = (following, self._thread.submit(self._make, *following))
        return batch

    @torch.no_grad()
    def _make(self, step: int, part: int) -> Any:
        return self._task.batch(step, part, self._parts)

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(cancel_futures=True)
