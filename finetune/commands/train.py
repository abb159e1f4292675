"""``python -m finetune train``: a store and a recipe to a folder with the best weights."""

from __future__ import annotations

import argparse
import json
import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from medsam.errors import Cancelled, MedSAMError

if TYPE_CHECKING:
    import torch

    from finetune.config import Recipe
    from finetune.loop.distributed import Processes
    from finetune.loop.live import Terminal
    from finetune.loop.stopping import StopSignals
    from finetune.tasks.base import Task


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "train",
        help="train by a recipe, or go on where a run stopped",
        description=(
            "Train by a recipe. The same command goes on from the last checkpoint as if it had never stopped."
            " With torchrun it runs on several cards or machines (docs/distributed.md)."
        ),
    )
    parser.add_argument("--store", type=Path, required=True, help="folder that `prepare` wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder of the run")
    parser.add_argument("--recipe", default="decoder", help="name or .toml file (default: decoder)")
    parser.add_argument("--model", default="", help="weights, a catalogue name or a file (else the recipe's)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="change the recipe")
    parser.add_argument("--seed", type=int, help="of everything drawn (else the recipe's)")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.add_argument(
        "--cache", type=Path, help="features that `embed` wrote (else they are made beside the run)"
    )
    parser.add_argument(
        "--reencode", action="store_true", help="tier A without a cache: encode every batch anew"
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what it will need, and write no run folder"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Train; 0 at the end of the run.

    Raises:
        MedSAMError: As ``finetune.loop.train.train``; Cancelled after a signal, with everything saved.
    """
    from finetune.loop.distributed import Processes, ProcessLost
    from finetune.loop.live import Terminal
    from finetune.loop.stopping import StopSignals

    terminal = Terminal()
    processes = Processes.from_environment(args.device)
    try:
        with StopSignals(terminal.report if processes.is_first else _silent) as stop:
            code = _train(args, processes, terminal, stop)
        if not processes.is_first:
            leave_at_once(code)
        return code
    except ProcessLost as error:
        terminal.report(f"finetune train: {error}")
        leave_at_once(2)
    except Cancelled:
        if processes.is_first:
            raise
        leave_at_once(130)
    except MedSAMError as error:
        if processes.said_by_first(error):
            leave_at_once(2)
        if processes.is_first:
            raise
        raise MedSAMError(f"process {processes.rank}: {error}") from error
    finally:
        terminal.close()
        processes.close()
    return 2


def _train(args: argparse.Namespace, processes: Processes, terminal: Terminal, stop: StopSignals) -> int:
    from finetune.config import read_recipe
    from finetune.data.store import Store
    from finetune.loop.cost import report_cost
    from finetune.loop.train import train
    from finetune.tasks.choose import make_task

    recipe = _recipe(args, read_recipe)
    store = Store(args.store, recipe.leave_out)
    report = terminal.report if processes.is_first else _silent

    def make(device: torch.device) -> Task:
        return make_task(
            recipe,
            store,
            device,
            cache=args.cache,
            beside=args.out.parent,
            reencode=args.reencode,
            dry_run=args.dry_run,
            first=processes.first,
            report=report,
            is_cancelled=stop.asked,
        )

    if args.dry_run:
        task = make(processes.device(args.device))
        processes.first(lambda: report_cost(task, report, processes=processes.world).step_seconds)
        return 0
    train(
        make,
        recipe,
        args.out,
        report=report,
        is_cancelled=stop.asked,
        processes=processes,
        progress=terminal.progress,
        device=args.device,
    )
    return 0


def _silent(message: str) -> None:
    pass


def _recipe(args: argparse.Namespace, read_recipe) -> Recipe:  # type: ignore[no-untyped-def]
    settings = [f"model={json.dumps(args.model)}"] if args.model else []
    settings += args.set
    if args.seed is not None:
        settings.append(f"train.seed={args.seed}")
    return read_recipe(args.recipe, settings)  # type: ignore[no-any-return]


def leave_at_once(code: int) -> None:
    """End the process at once.

    A backend that waits for a lost process would not let it end, and gloo's
    threads may abort an interpreter that is being taken down after the first
    process has left.
    """
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
