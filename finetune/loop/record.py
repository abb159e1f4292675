"""What the first process of a run writes down: tables, checkpoints, the best weights, pictures."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from finetune.files import write_whole
from finetune.loop.checkpoint import (
    BEST,
    CHECKPOINT,
    RECIPE,
    SCORES,
    STEPS,
    RunFolder,
    Table,
    plain,
    write_content,
)
from finetune.loop.live import LOOKS_SHOWN, Board, Pictures
from finetune.loop.state import RunState
from finetune.tasks.base import Task


class Record:
    """Writes a run's folder as it goes on.

    Attributes:
        saved: Step of the checkpoint on the disk; -1 if there is none.
    """

    def __init__(
        self, folder: RunFolder, task: Task, step: int, report: Callable[[str], None], *, shows: bool = True
    ) -> None:
        """Go on after ``step``; -1 to begin anew, forgetting what an aborted beginning left.

        Args:
            shows: Draw curves and predictions, and log for TensorBoard; a short run that
                nobody watches has better uses for its time.

        Raises:
            WriteError: If the tables cannot be brought to that step.
        """
        self._folder, self._task, self._report = folder, task, report
        self.saved = step
        self._rows = Table(folder, STEPS, step)
        self._scores = Table(folder, SCORES, step)
        self._pictures = Pictures(folder.path, folder.write) if shows else None
        self._board = Board(folder.path / "tensorboard", step) if shows else None
        text = json.dumps(plain(task.recipe), indent=1) + "\n"
        folder.write(RECIPE, lambda: write_whole(folder.path / RECIPE, text.encode()))

    def row(self, step: int, epoch: float, means: dict[str, float], rate: float, speed: float) -> None:
        """A row of ``train.csv``: means over the steps since the one before."""
        losses = {name: value for name, value in means.items() if name != "gradient"}
        self._rows.add(
            {
                "step": step,
                "epoch": round(epoch, 3),
                "samples": step * self._task.recipe.train.batch,
                **{name: f"{value:.6g}" for name, value in losses.items()},
                "gradient": f"{means['gradient']:.4g}",
                "rate": f"{rate:.4g}",
                "samples_per_second": f"{speed:.4g}",
                "clock": int(time.time()),
            }
        )
        values = {f"loss/{name}": value for name, value in losses.items()}
        values |= {"rate": rate, "gradient": means["gradient"], "samples per second": speed}
        if self._board is not None:
            self._board.scalars(values, step)

    def validate(self, state: RunState) -> None:
        """Score the averaged weights, show what they do, and keep them if they are the best."""
        with state.averaged():
            validation = self._task.validate()
            looks = self._task.looks(LOOKS_SHOWN) if self._pictures is not None else []
            is_best = state.score(validation)
            weights = self._task.final_state() if is_best else {}
        step = state.step
        table = {name: round(value, 6) for name, value in validation.modalities.items()}
        self._scores.add({"step": step, "mean": round(validation.mean, 6), **table})
        details = ", ".join(f"{name} {value:.3f}" for name, value in validation.modalities.items())
        mark = ", the best so far" if is_best else ""
        self._report(
            f"step {step}: validation Dice {validation.mean:.4f} over {validation.objects} objects{mark}"
            f" ({details})"
        )
        if is_best:
            self._keep_best(weights, step, validation.mean, validation.modalities)
        if self._pictures is not None and self._board is not None:
            page = self._pictures.page(looks, step, validation)
            self._pictures.curves(self._task.recipe.name)
            self._board.scalars({"Dice/mean": validation.mean}, step)
            self._board.scalars({f"Dice/{n}": v for n, v in validation.modalities.items()}, step)
            self._board.picture("predictions", np.asarray(page), step)

    def _keep_best(self, weights: dict[str, Any], step: int, dice: float, table: dict[str, float]) -> None:
        content = {
            "state": weights,
            "facts": self._task.facts(),
            "recipe": plain(self._task.recipe),
            "step": step,
            "dice": dice,
            "table": dict(table),
        }
        self._folder.write(BEST, lambda: write_content(content, self._folder.path / BEST))

    def save(self, state: RunState, processes: int) -> bool:
        """Write the checkpoint; whether it is on the disk. Weights that are no numbers replace nothing."""
        if not state.is_finite():
            return False
        content = state.content(processes=processes)
        path = self._folder.path / CHECKPOINT
        # Not tried again later: the tensors would be those of another step by then.
        if not self._folder.write(CHECKPOINT, lambda: write_content(content, path), again=False):
            return False
        self.saved = state.step
        return True

    def complete(self) -> bool:
        """Whether all that was written is on the disk."""
        return self._folder.flush()

    def close(self) -> None:
        """Finish the log."""
        if self._pictures is not None and self._board is not None:
            self._pictures.curves(self._task.recipe.name, at_once=True)
            self._board.close()
