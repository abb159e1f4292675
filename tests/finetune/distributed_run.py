"""One process of a run of the micro task, started by the tests of ``finetune.loop.distributed``.

    python distributed_run.py JSON

The JSON says: train (settings), out (the run's folder), notes (a folder), and
what goes wrong: pause_at, pause_rank (a step at which process 1, or that one,
waits for ever), fail_at (a step at which process 1 raises), stop_at (a step
before which the first one asks to stop).
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import torch

import finetune.loop.live
import finetune.loop.record
from finetune.commands.train import leave_at_once
from finetune.loop.distributed import Processes, ProcessLost
from finetune.loop.live import Terminal
from finetune.loop.train import train
from medsam.errors import Cancelled, InputError, MedSAMError
from tests.finetune.micro_task import MicroTask, micro_recipe

# Drawn and tried elsewhere; here they would be most of the time.
sys.modules["torch.utils.tensorboard"] = None  # type: ignore[assignment]
finetune.loop.live.draw_curves = lambda folder, path, title: None
finetune.loop.record.LOOKS_SHOWN = 1

told = json.loads(sys.argv[1])
notes = Path(told["notes"])


class NotedTask(MicroTask):
    """Goes wrong when and where it is told to."""

    rank = 0

    def batch(self, step: int, part: int, parts: int) -> Any:
        if self.rank == told.get("pause_rank", 1) and step == told.get("pause_at"):
            (notes / "waiting").touch()
            time.sleep(600)
        if self.rank == 1 and step == told.get("fail_at"):
            raise InputError("A picture of the store is damaged.")
        return super().batch(step, part, parts)


def main() -> int:
    """Train; 0 at the end, 130 if it was stopped, 2 with a sentence."""
    processes = Processes.from_environment("cpu")
    NotedTask.rank = processes.rank
    recipe = micro_recipe(**told["train"])
    terminal = Terminal()
    tasks: list[MicroTask] = []
    steps = [0]

    def make(device: torch.device) -> MicroTask:
        tasks.append(NotedTask(recipe, device))
        return tasks[0]

    try:
        train(
            make,
            recipe,
            Path(told["out"]),
            report=terminal.report,
            processes=processes,
            progress=lambda p: steps.append(p.step),
            is_cancelled=lambda: processes.rank == 0 and steps[-1] == told.get("stop_at"),
            device="cpu",
        )
    except ProcessLost as error:
        terminal.report(str(error))
        leave_at_once(2)
    except Cancelled:
        return 130
    except MedSAMError as error:
        if not processes.said_by_first(error):
            terminal.report(str(error))
        return 2
    finally:
        if tasks:
            text = json.dumps(sorted(set(tasks[0].asked)))
            (notes / f"asked-{processes.rank}.json").write_text(text)
            state = {n: t.tolist() for n, t in tasks[0].trained_state().items()}
            (notes / f"weights-{processes.rank}.json").write_text(json.dumps(state))
    return 0


if __name__ == "__main__":
    leave_at_once(main())
