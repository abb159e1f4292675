"""Replaying what a graphics card was told before, instead of telling it anew.

A small network on a fast card waits for Python more than it computes. What
was computed for inputs of one shape can be recorded once (a CUDA graph) and
started with a single call. Only for what never looks at a value on the card,
and takes so little time that nobody wants to interrupt it.
"""

from __future__ import annotations

import logging
from collections.abc import Callable

import torch
from torch import Tensor

from medsam.model.card import is_card

Compute = Callable[..., tuple[Tensor, ...]]

_AGREEMENT = 1e-2
"""Relative error between a replay and what it was recorded from, above which it is not used."""

_log = logging.getLogger("medsam.engine.card")


class Replay:
    """A function of tensors on a card; recorded the second time it is given some shapes.

    Whatever goes wrong with recording, the function is called as it is from
    then on, and the log says why.

    Args:
        compute: From tensors to a tuple of tensors; without gradients, without waiting for the card.
        device: Where; on anything but a card nothing is recorded.
        most: How many shapes are recorded; each keeps its memory.
    """

    def __init__(self, compute: Compute, device: torch.device, most: int = 4) -> None:
        """Record nothing yet."""
        self._compute = compute
        self._most = most
        self._seen: set[tuple[object, ...]] = set()
        self._recorded: dict[tuple[object, ...], _Recording] = {}
        self._is_off = not is_card(device)

    def __call__(self, *inputs: Tensor) -> tuple[Tensor, ...]:
        """What ``compute`` gives; the tensors are the caller's to keep."""
        shapes = tuple((tuple(x.shape), x.dtype) for x in inputs)
        recording = self._recorded.get(shapes)
        if recording is not None:
            return recording(inputs)
        answer = self._compute(*inputs)
        if self._may_record(shapes):
            self._record(shapes, inputs, answer)
        self._seen.add(shapes)
        return answer

    @property
    def recorded(self) -> int:
        """How many shapes are replayed."""
        return len(self._recorded)

    def forget(self) -> None:
        """Give the recordings' memory back, and record no more."""
        self._recorded.clear()
        self._is_off = True

    def _may_record(self, shapes: tuple[object, ...]) -> bool:
        # The first time libraries choose their kernels and take their memory, which cannot be recorded.
        return not self._is_off and shapes in self._seen and len(self._recorded) < self._most

    def _record(
        self, shapes: tuple[object, ...], inputs: tuple[Tensor, ...], answer: tuple[Tensor, ...]
    ) -> None:
        try:
            recording = _Recording(self._compute, inputs)
            if not _agree(recording(inputs), answer):
                raise RuntimeError("a replay gave something else")
        except Exception as error:
            self.forget()
            _log.info("no recording on the card: %s: %s", type(error).__name__, error)
            return
        self._recorded[shapes] = recording


class _Recording:
    """A graph with the memory it reads from and writes to."""

    def __init__(self, compute: Compute, inputs: tuple[Tensor, ...]) -> None:
        self._inputs = tuple(x.clone() for x in inputs)
        self._replay, self._outputs = record(compute, self._inputs)

    def __call__(self, inputs: tuple[Tensor, ...]) -> tuple[Tensor, ...]:
        for place, given in zip(self._inputs, inputs, strict=True):
            place.copy_(given)
        self._replay()
        return tuple(x.clone() for x in self._outputs)


def record(compute: Compute, inputs: tuple[Tensor, ...]) -> tuple[Callable[[], None], tuple[Tensor, ...]]:
    """Record ``compute`` on these very tensors; what starts it again, and the tensors it then fills."""
    stream = torch.cuda.Stream()
    stream.wait_stream(torch.cuda.current_stream())
    with torch.cuda.stream(stream):
        compute(*inputs)  # memory that libraries take for a stream of its own is no part of a graph
    torch.cuda.current_stream().wait_stream(stream)
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph, stream=stream, capture_error_mode="thread_local"):
        outputs = compute(*inputs)
    return graph.replay, outputs


def _agree(got: tuple[Tensor, ...], expected: tuple[Tensor, ...]) -> bool:
    return all(
        bool((a.float() - b.float()).norm() <= _AGREEMENT * b.float().norm())
        for a, b in zip(got, expected, strict=True)
    )
