"""What a run will need, told before it starts."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import psutil
import torch
from torch import Tensor, nn

from finetune.config import Recipe
from finetune.tasks.base import Cost, Task
from finetune.words import byte_size, duration, three_digits
from medsam.errors import InputError, MedSAMError, ModelError

_LONG_PASS = 2.0
"""Seconds: a part that surely takes longer is judged by one of its samples."""

_OUT_OF_MEMORY = ("out of memory", "can't allocate memory", "DefaultCPUAllocator")


@dataclass(frozen=True)
class Estimate:
    """A forecast.

    Attributes:
        cost: As the task reckons it.
        step_seconds: Of one optimiser step, measured by passes that change nothing.
        measured_bytes: Peak on the graphics card in these passes; 0 elsewhere.
        note: How the time was measured.
    """

    cost: Cost
    step_seconds: float
    measured_bytes: int
    note: str


def memory_of(device: torch.device) -> tuple[int, int]:
    """Free and all bytes of the memory that a device computes in."""
    if device.type == "cuda":
        free, total = torch.cuda.mem_get_info(device)
        return int(free), int(total)
    memory = psutil.virtual_memory()
    return int(memory.available), int(memory.total)


def report_cost(task: Task, report: Callable[[str], None], *, processes: int = 1) -> Estimate:
    """Say what a run needs, and refuse what cannot fit.

    Args:
        processes: That share each batch.

    Raises:
        InputError: If the memory surely does not suffice.
        ModelError: If it ran out in the measured pass.
    """
    recipe, cost = task.recipe, task.cost()
    free, total = memory_of(task.device)
    where = "the graphics card" if task.device.type == "cuda" else "this machine"
    report(
        f"{cost.trained:,} of {cost.parameters:,} parameters are trained; about"
        f" {byte_size(cost.memory_bytes)} of memory are needed, {byte_size(free)} of {byte_size(total)}"
        f" are free on {where}"
    )
    for note in cost.notes:
        report(note)
    if cost.memory_bytes > total:
        raise InputError(
            f"The run needs about {byte_size(cost.memory_bytes)} of memory and {where} has"
            f" {byte_size(total)}. {_thrift(recipe)}"
        )
    if cost.memory_bytes > free:
        report(f"That is more than is free now: close other programs, or it may fail. {_thrift(recipe)}")
    estimate = measure(task, cost, processes)
    steps = recipe.train.steps
    rate = recipe.train.batch / max(estimate.step_seconds, 1e-9)
    seen = f"; {byte_size(estimate.measured_bytes)} at their peak" if estimate.measured_bytes else ""
    report(
        f"{steps} steps of {recipe.train.batch} samples at about {three_digits(rate)} samples/s:"
        f" {duration(steps * estimate.step_seconds)}, validation not counted ({estimate.note}{seen})"
    )
    return estimate


def _thrift(recipe: Recipe) -> str:
    train = recipe.train
    ways = []
    if train.accumulate < train.batch:
        ways.append("raise train.accumulate")
    if not train.checkpointing and recipe.kind == "sam" and recipe.tier != "A":
        ways.append("set train.checkpointing=true")
    if not train.bfloat16:
        ways.append("set train.bfloat16=true")
    ways.append("lower train.batch" if recipe.tier == "A" or recipe.kind == "zoom" else "choose tier A")
    text = ", ".join(ways[:-1]) + (" or " if len(ways) > 1 else "") + ways[-1]
    return f"To need less: {text}."


def measure(task: Task, cost: Cost, processes: int = 1) -> Estimate:
    """Time a forward and backward pass; nothing of the network changes by it.

    Raises:
        ModelError: If the memory did not suffice.
    """
    train = task.recipe.train
    parts = processes * train.accumulate
    size = train.batch // parts
    if task.device.type == "cuda":
        torch.cuda.reset_peak_memory_stats(task.device)
    with memory_sentence(task.recipe, task.device), _unchanged(task):
        task.train_mode()
        _pass(task, train.batch)  # buffers, kernels and caches of the first time
        one = _pass(task, train.batch)
        note = "measured on one sample"
        seconds = one * size
        if size > 1 and one * size < _LONG_PASS:
            _pass(task, parts)
            seconds, note = _pass(task, parts), f"measured on a part of {size} samples"
    peak = int(torch.cuda.max_memory_allocated(task.device)) if task.device.type == "cuda" else 0
    return Estimate(cost, seconds * train.accumulate, peak, note)


def _pass(task: Task, parts: int) -> float:
    start = time.perf_counter()
    batch = task.batch(0, 0, parts)
    with torch.autocast(task.device.type, torch.bfloat16, enabled=task.recipe.train.bfloat16):
        loss, _ = task.module(batch)
    loss.backward()
    task.module.zero_grad(set_to_none=True)
    if task.device.type == "cuda":
        torch.cuda.synchronize(task.device)
    return time.perf_counter() - start


@contextmanager
def _unchanged(task: Task) -> Iterator[None]:
    """Undo what a pass leaves in statistics of layers."""
    kept: list[tuple[Tensor, Tensor]] = [(b, b.detach().clone()) for b in _buffers(task.network)]
    try:
        yield
    finally:
        task.module.zero_grad(set_to_none=True)
        with torch.no_grad():
            for buffer, before in kept:
                buffer.copy_(before)


def _buffers(network: nn.Module) -> list[Tensor]:
    return list(network.buffers())


@contextmanager
def memory_sentence(recipe: Recipe, device: torch.device) -> Iterator[None]:
    """Turn memory that did not suffice into a sentence."""
    try:
        yield
    except MedSAMError:
        raise
    except (MemoryError, RuntimeError) as error:
        if not isinstance(error, (MemoryError, torch.OutOfMemoryError)) and not any(
            words in str(error) for words in _OUT_OF_MEMORY
        ):
            raise
        _, total = memory_of(device)
        train = recipe.train
        raise ModelError(
            f"The memory ({byte_size(total)} in all) did not suffice for {train.batch // train.accumulate}"
            f" samples at once. {_thrift(recipe)} What was saved before is whole."
        ) from error
