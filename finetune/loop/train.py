"""The training loop: one for every task, in one process or several, resumable at any step.

A step is a function of the weights, the optimiser's state and the step's
number alone: samples, their variation, dropout and the learning rate all
follow from (seed, step). So nothing but tensors and counters has to be saved
for a resumed run to take the very steps that an uninterrupted one takes.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from finetune.config import Recipe
from finetune.loop.ahead import Ahead
from finetune.loop.checkpoint import CHECKPOINT, RunFolder, check_same_run, read_content
from finetune.loop.cost import memory_sentence, report_cost
from finetune.loop.distributed import Processes, ProcessLost
from finetune.loop.live import Pace, Progress, memory_in_use
from finetune.loop.record import Record
from finetune.loop.schedule import random_seed, rate_at
from finetune.loop.state import RunState
from finetune.memory import keep_memory
from finetune.tasks.base import Task
from medsam.errors import Cancelled, InputError, ModelError, WriteError

Listener = Callable[[Progress], None]

LOG_EVERY = 10
"""Steps of one row of the log."""


@dataclass(frozen=True)
class Outcome:
    """How a run ended.

    Attributes:
        step: Optimiser steps taken in all.
        best: Best validation Dice.
        stopped_early: Whether its patience ended it before its last step.
        first: Validation Dice before training; -1 if it began with parts still to be trained.
        best_step: Of the best validation.
    """

    step: int
    best: float
    stopped_early: bool
    first: float = -1.0
    best_step: int = 0


def train(
    task_maker: Callable[[torch.device], Task],
    recipe: Recipe,
    out: Path,
    *,
    report: Callable[[str], None] = print,
    is_cancelled: Callable[[], bool] = lambda: False,
    processes: Processes | None = None,
    progress: Listener | None = None,
    device: str = "auto",
    shows: bool = True,
) -> Outcome:
    """Train, or go on training, until the recipe's last step.

    Writes into ``out`` (first process only): recipe.json, checkpoint.pt,
    best.pt, train.csv, validation.csv, curves.png, looks/, tensorboard/.

    Args:
        task_maker: Makes the task on a device; called once in each process.
        report: Takes sentences; of the first process only.
        is_cancelled: Asked before every step; True in any process stops all.
        progress: Called after every step, in the first process.
        device: As on the command line.
        shows: Draw curves and predictions into the run's folder.

    Raises:
        Cancelled: After a checkpoint was saved, when it was asked to stop.
        InputError: If the folder is in use or its run was another one.
        ModelError: If the loss is no number any more or the memory did not suffice.
        ProcessLost: If another process of the run ended.
        WriteError: If the folder, or the last checkpoint, cannot be written.
    """
    processes = processes or Processes()
    _check_parts(recipe, processes)
    keep_memory()
    torch.set_num_threads(recipe.train.threads)
    where = processes.device(device)
    folders: list[RunFolder] = []
    said = report if processes.is_first else _silent
    processes.first(lambda: folders.append(RunFolder(out, said)))
    try:
        with memory_sentence(recipe, where):
            task = task_maker(where)
            loop = _Loop(task, recipe, processes, folders[0] if folders else None, said, shows)
            return loop.run(is_cancelled, progress if processes.is_first else None)
    finally:
        for folder in folders:
            folder.close()


def _silent(message: str) -> None:
    pass


def _check_parts(recipe: Recipe, processes: Processes) -> None:
    train = recipe.train
    parts = processes.world * train.accumulate
    if train.batch % parts:
        raise InputError(
            f"The batch is shared evenly: train.batch must be a multiple of processes × train.accumulate"
            f" ({processes.world} × {train.accumulate}); {train.batch} came."
        )


class _Loop:
    """One process's part of a run."""

    def __init__(
        self,
        task: Task,
        recipe: Recipe,
        processes: Processes,
        folder: RunFolder | None,
        report: Callable[[str], None],
        shows: bool,
    ) -> None:
        self._task, self._recipe, self._config = task, recipe, recipe.train
        self._processes, self._report = processes, report
        self._state = RunState(task, averages=processes.is_first)
        content = processes.first(lambda: self._stored(folder))
        if content is not None:
            self._state.load(content)
            self._say_resumed(content)
        step = self._state.step if content else -1
        self._record = Record(folder, task, step, report, shows=shows) if folder else None
        self._names: list[str] = []
        self._recent: list[Tensor] = []
        self._loss = math.nan
        self._pace = Pace()
        self._row_since, self._row_steps = self._pace.now(), 0

    def _stored(self, folder: RunFolder | None) -> dict[str, Any] | None:
        assert folder is not None
        path = folder.path / CHECKPOINT
        if not path.is_file():
            return None
        content = read_content(path)
        check_same_run(content, self._recipe, self._task.facts())
        return content

    def _say_resumed(self, content: dict[str, Any]) -> None:
        self._report(f"going on from step {self._state.step} of {self._config.steps}")
        then = int(content.get("processes", 1))
        if then != self._processes.world:
            self._report(
                f"it ran in {then} process{'es' * (then > 1)} and goes on in {self._processes.world}:"
                " the same samples, results equal up to rounding"
            )
        threads = content["recipe"]["train"]["threads"]
        if threads != self._config.threads and self._task.device.type == "cpu":
            self._report(
                f"it ran with {threads} thread{'s' * (threads > 1)} and goes on with {self._config.threads}:"
                " results equal up to rounding"
            )

    def run(self, is_cancelled: Callable[[], bool], progress: Listener | None) -> Outcome:
        """Take the steps that are left."""
        state, config = self._state, self._config
        if state.step == 0:
            self._processes.first(self._estimate)
        self._module = self._processes.wrap(self._task.module, self._task.device)
        self._task.train_mode()
        parts = self._processes.world * config.accumulate
        start = self._processes.rank * config.accumulate
        self._mine = range(start, start + config.accumulate)
        self._ahead = Ahead(self._task, parts, self._mine, config.steps)
        try:
            return self._steps(is_cancelled, progress)
        except ProcessLost:
            self._save_what_is_sure()
            raise
        finally:
            self._ahead.close()
            if self._record is not None:
                self._record.close()

    def _estimate(self) -> None:
        """What a resumed run needs is known: it ran."""
        report_cost(self._task, self._report, processes=self._processes.world)

    def _steps(self, is_cancelled: Callable[[], bool], progress: Listener | None) -> Outcome:
        state, config = self._state, self._config
        if state.step == 0 and state.best < 0 and self._begins_with_weights():
            self._validate()
        self._pace = Pace()
        self._row_since = self._pace.now()
        while state.step < config.steps and not self._out_of_patience():
            if self._processes.any(is_cancelled()):
                self._stop()
            self._step()
            last = state.step == config.steps
            if state.step % LOG_EVERY == 0 or last:
                self._log()
            if last or self._due(self._validate_every, state.step):
                self._validate()
            if last or self._due(config.save_every, state.step):
                self._save()
            if progress is not None:
                progress(self._progress())
        self._finish()
        early = state.step < config.steps
        return Outcome(state.step, state.best, early, state.first, state.best_step)

    def _begins_with_weights(self) -> bool:
        """Whether what it begins with may turn out to be the best: not if parts are still to be trained."""
        facts = self._task.facts()
        return bool(facts.get("model_sha256")) and not facts.get("has_grown")

    @staticmethod
    def _due(every: int, step: int) -> bool:
        return every > 0 and step % every == 0

    def _out_of_patience(self) -> bool:
        return 0 < self._config.patience <= self._state.since_best

    def _step(self) -> None:
        """One optimiser step. Processes speak to each other before the weights change, never after."""
        state, config = self._state, self._config
        for group in state.optimizer.param_groups:
            group["lr"] = rate_at(state.step, config)
        state.optimizer.zero_grad(set_to_none=True)
        values = self._gradients()
        trained = [p for group in state.optimizer.param_groups for p in group["params"]]
        norm = nn.utils.clip_grad_norm_(trained, config.clip if config.clip > 0 else math.inf)
        self._recent.append(torch.cat([values, norm.detach().float().reshape(1)]))
        # A graphics card is asked for its numbers only where they are needed: asking makes it wait.
        if self._task.device.type == "cpu" or self._stock_is_due(state.step + 1):
            self._take_stock()
        state.optimizer.step()
        state.step += 1
        state.follow()
        self._pace.step()
        self._row_steps += 1

    def _stock_is_due(self, step: int) -> bool:
        every = (LOG_EVERY, self._config.save_every, self._validate_every)
        return step == self._config.steps or any(self._due(e, step) for e in every)

    @property
    def _validate_every(self) -> int:
        return self._config.validate_every or self._task.steps_per_epoch

    def _gradients(self) -> Tensor:
        """Forward and back through this process's parts; means of the losses, by ``_names``."""
        config, step = self._config, self._state.step
        total: Tensor | None = None
        for part in self._mine:
            batch = self._ahead.take(step, part)
            # What is drawn inside of the network (dropout) is a function of seed, step and part too.
            torch.manual_seed(random_seed(config.seed, step, part))
            keep = part + 1 < self._mine.stop
            with self._processes.watched(), self._processes.without_exchange(self._module, keep):
                with torch.autocast(self._task.device.type, torch.bfloat16, enabled=config.bfloat16):
                    loss, parts = self._module(batch)
                (loss / config.accumulate).backward()
            self._names = ["loss", *parts]
            values = torch.stack([loss.detach().float(), *(v.detach().float() for v in parts.values())])
            total = values if total is None else total + values
        assert total is not None
        return total / config.accumulate

    def _take_stock(self) -> None:
        """Bring the latest steps' numbers here, averaged over processes.

        Raises:
            ModelError: If one of them is no number.
        """
        if not self._recent:
            return
        table = self._processes.mean(torch.stack(self._recent).double())
        self._recent = []
        first = self._state.step + 1 - len(table)
        for n, row in enumerate(table.tolist()):
            values = dict(zip([*self._names, "gradient"], row, strict=True))
            if not (math.isfinite(values["loss"]) and math.isfinite(values["gradient"])):
                raise ModelError(self._not_a_number(first + n, values))
            self._state.add(values)
            self._loss = values["loss"]

    def _not_a_number(self, step: int, values: dict[str, float]) -> str:
        what = "loss" if not math.isfinite(values["loss"]) else "gradient"
        config = self._config
        ways = [f"lower train.rate (now {config.rate:g})", f"lengthen train.warm_up (now {config.warm_up})"]
        if config.clip <= 0:
            ways.append("set train.clip=1")
        if config.bfloat16:
            ways.append("set train.bfloat16=false")
        kept = "no checkpoint was saved yet"
        if self._record is not None and self._record.saved >= 0:
            kept = f"the checkpoint of step {self._record.saved} and the best weights are kept"
        return (
            f"Training stopped at step {step + 1}: the {what} is {values[what]}, no finite number; {kept}."
            f" Begin a new run and {', '.join(ways[:-1])} or {ways[-1]}."
        )

    def _log(self) -> None:
        seconds = self._pace.now() - self._row_since
        speed = self._row_steps * self._config.batch / seconds if seconds > 0 else 0.0
        means = self._state.take_means()
        if self._record is not None and means:
            epoch = self._state.step / max(self._task.steps_per_epoch, 1)
            rate = rate_at(self._state.step - 1, self._config)
            self._record.row(self._state.step, epoch, means, rate, speed)
        self._row_since, self._row_steps = self._pace.now(), 0

    def _validate(self) -> None:
        since = self._pace.now()

        def work() -> tuple[float, float, int, int]:
            state = self._state
            assert self._record is not None
            self._record.validate(state)
            return state.first, state.best, state.best_step, state.since_best

        state = self._state
        state.first, state.best, state.best_step, state.since_best = self._processes.first(work)
        self._task.train_mode()
        self._rest(since)

    def _save(self) -> bool:
        since = self._pace.now()
        done = True
        if self._record is not None:
            done = self._record.save(self._state, self._processes.world)
        self._rest(since)
        return done

    def _rest(self, since: float) -> None:
        self._pace.rest(self._pace.now() - since)
        self._row_since += self._pace.now() - since

    def _stop(self) -> None:
        """Save where it stands, say how to go on, and leave."""
        self._take_stock()
        self._save_or_raise()
        self._report(f"stopped at step {self._state.step}; the same command goes on from there")
        raise Cancelled(f"Stopped at step {self._state.step}.")

    def _save_or_raise(self) -> None:
        def work() -> None:
            assert self._record is not None
            saved = self._record.saved == self._state.step or self._save()
            if not saved or not self._record.complete():
                raise WriteError(
                    f"The last checkpoint, of step {self._state.step}, could not be written; the one of step"
                    f" {self._record.saved} is there. Free some space and give the same command again."
                )

        self._processes.first(work)

    def _save_what_is_sure(self) -> None:
        """After another process was lost: the last whole step. A graphics card may wait for it for good."""
        sure = self._record is not None and self._task.device.type == "cpu" and self._state.step > 0
        if sure and self._save():
            self._report(f"step {self._state.step} is saved")

    def _finish(self) -> None:
        state = self._state
        self._save_or_raise()
        end = f"done after {state.step} steps"
        if state.step < self._config.steps:
            end = f"stopped early at step {state.step}: {state.since_best} validations without a better Dice"
        before = f" (before training: {state.first:.4f})" if state.first >= 0 else ""
        self._report(f"{end}; best validation Dice {state.best:.4f} at step {state.best_step}{before}")
        if state.best_step == 0 and state.first >= 0:
            self._report("training did not improve on the weights it began with; best.pt holds those")

    def _progress(self) -> Progress:
        state, config = self._state, self._config
        return Progress(
            step=state.step,
            steps=config.steps,
            epoch=state.step / max(self._task.steps_per_epoch, 1),
            loss=self._loss,
            rate=rate_at(state.step - 1, config),
            samples_per_second=self._pace.steps_per_second * config.batch,
            seconds_left=self._pace.seconds_left(config.steps - state.step),
            best=state.best,
            memory_bytes=memory_in_use(self._task.device),
        )
