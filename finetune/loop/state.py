"""What changes while a network trains: all of it goes into a checkpoint, and nothing else has to."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch
from torch import Tensor

from finetune.loop.checkpoint import VERSION, plain
from finetune.loop.schedule import kept_at
from finetune.tasks.base import Task, Validation
from medsam.errors import InputError


def make_optimizer(task: Task) -> torch.optim.Optimizer:
    """The recipe's optimiser over what the task trains."""
    train = task.recipe.train
    adam = train.optimizer == "adam"
    groups = [g for g in task.parameter_groups(0.0 if adam else train.weight_decay) if g["params"]]
    if not groups:
        raise InputError("A run trains something; this recipe freezes every parameter. Choose another tier.")
    fused = task.device.type in ("cpu", "cuda")
    if adam:
        return torch.optim.Adam(groups, lr=train.rate, fused=fused)
    return torch.optim.AdamW(groups, lr=train.rate, fused=fused)


class RunState:
    """Weights, their running mean, the optimiser's state and the counters of a run.

    Attributes:
        task: Whose network it is.
        optimizer: Over what is trained.
        average: Running mean of what is trained, by name; None if the recipe
            wants none or another process keeps it.
        step: Optimiser steps taken.
        first: Validation Dice before the first step; -1 if it was not measured.
        best, best_step: Best validation Dice (-1: none yet) and its step.
        since_best: Validations since then.
        count, sums: Steps since the last row of the log, and sums over them by name.
    """

    def __init__(self, task: Task, *, averages: bool = True) -> None:
        """Begin at step 0 with the task's weights."""
        self.task = task
        self.optimizer = make_optimizer(task)
        self.average: dict[str, Tensor] | None = None
        if averages and task.recipe.train.ema > 0:
            self.average = {n: t.detach().clone() for n, t in task.trained_state().items()}
        self.step = 0
        self.first, self.best, self.best_step, self.since_best = -1.0, -1.0, 0, 0
        self.count = 0
        self.sums: dict[str, float] = {}

    def content(self, *, processes: int) -> dict[str, Any]:
        """What ``checkpoint.pt`` holds: tensors (not copied) and plain data."""
        return {
            "version": VERSION,
            "trained": {n: t.detach() for n, t in self.task.trained_state().items()},
            "average": self.average,
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "first": self.first,
            "best": self.best,
            "best_step": self.best_step,
            "since_best": self.since_best,
            "pending": {"count": self.count, "sums": self.sums},
            "processes": processes,
            "recipe": plain(self.task.recipe),
            "facts": self.task.facts(),
        }

    @torch.no_grad()
    def load(self, content: dict[str, Any]) -> None:
        """Go back to a checkpoint.

        Raises:
            InputError: If it is of another network or written by another version.
        """
        if content.get("version") != VERSION:
            raise InputError(
                f"A checkpoint of version {VERSION} can be resumed; this one was written by another version"
                " of the program. Begin a new run with another --out."
            )
        trained = self.task.trained_state()
        _copy(content["trained"], trained)
        if self.average is not None:
            _copy(content["average"] or {}, self.average)
        self.optimizer.load_state_dict(content["optimizer"])
        self.step = int(content["step"])
        self.first, self.best = float(content["first"]), float(content["best"])
        self.best_step, self.since_best = int(content["best_step"]), int(content["since_best"])
        self.count, self.sums = int(content["pending"]["count"]), dict(content["pending"]["sums"])

    @torch.no_grad()
    def follow(self) -> None:
        """Move the running mean towards the weights of now; whole numbers are taken over."""
        if self.average is None:
            return
        kept = kept_at(self.step, self.task.recipe.train)
        mine: list[Tensor] = []
        new: list[Tensor] = []
        for name, tensor in self.task.trained_state().items():
            if tensor.is_floating_point():
                mine.append(self.average[name])
                new.append(tensor.detach())
            else:
                self.average[name].copy_(tensor)
        torch._foreach_lerp_(mine, new, 1 - kept)

    @contextmanager
    def averaged(self) -> Iterator[None]:
        """With the running mean in the network's place; the weights come back bit for bit."""
        if self.average is None:
            yield
            return
        trained = self.task.trained_state()
        with torch.no_grad():
            kept = {n: t.detach().clone() for n, t in trained.items()}
            _copy(self.average, trained)
        try:
            yield
        finally:
            with torch.no_grad():
                _copy(kept, trained)

    def is_finite(self) -> bool:
        """Whether every weight is a number."""
        floats = [t.detach() for t in self.task.trained_state().values() if t.is_floating_point()]
        return all(bool(torch.isfinite(t).all()) for t in floats)

    def add(self, values: dict[str, float]) -> None:
        """Count a step's values for the next row of the log."""
        self.count += 1
        for name, value in values.items():
            self.sums[name] = self.sums.get(name, 0.0) + value

    def take_means(self) -> dict[str, float]:
        """Means since the last row; the next one begins."""
        means = {name: total / max(self.count, 1) for name, total in self.sums.items()}
        self.count, self.sums = 0, {}
        return means

    def score(self, validation: Validation) -> bool:
        """Take note of a validation; whether it is the best so far."""
        if self.step == 0:
            self.first = validation.mean
        if not validation.mean > self.best:
            self.since_best += 1
            return False
        self.best, self.best_step, self.since_best = validation.mean, self.step, 0
        return True


def _copy(source: dict[str, Tensor], target: dict[str, Tensor]) -> None:
    shapes = {n: t.shape for n, t in source.items()}
    if shapes != {n: t.shape for n, t in target.items()}:
        raise InputError(
            "A checkpoint is resumed by the network it was made from; its tensors are others."
            " Begin a new run with another --out."
        )
    for name, tensor in target.items():
        tensor.copy_(source[name])
