"""``python -m finetune prepare``: any data set to a store."""

from __future__ import annotations

import argparse
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from finetune.config import PrepareConfig

_SECONDS = 10.0
"""Between two lines of progress in a log."""


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Enter the command."""
    parser = commands.add_parser(
        "prepare",
        help="turn data sets into a store",
        description="Turn data sets into a store: 8-bit slices at their own size, objects, splits by patient."
        " Run again, it goes on where it ended and makes anew only what changed."
        " Ends with 1 if some cases could not be used, which are named; the others are in the store.",
    )
    parser.add_argument(
        "data",
        type=Path,
        nargs="+",
        help="a cases.csv, its folder, MedSAM arrays, the window's worklist, or a TOML file"
        " (docs/datasets.md); several go into one store",
    )
    parser.add_argument("--store", type=Path, help="folder of the store; not needed with --check")
    parser.add_argument("--recipe", default="", help="recipe whose [prepare] settings hold")
    parser.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="KEY=VALUE",
        help="such as prepare.least_area=100",
    )
    parser.add_argument("--workers", type=int, default=0, help="processes; default: one a processor")
    parser.add_argument("--check", action="store_true", help="find and read every case, write nothing")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Prepare or check; 0 if every case could be used, 1 if some could not.

    Raises:
        MedSAMError: If nothing could be done; the message says why.
    """
    from finetune.data.prepare import check, default_workers, prepare
    from medsam.errors import InputError

    config = _config(args.recipe, args.set)
    if args.workers < 0:
        raise InputError(f"At least one process is needed; --workers {args.workers} came.")
    workers = args.workers or default_workers()
    if args.store is None and not args.check:
        raise InputError("A store needs a folder; name it with --store, or only look with --check.")
    line = _Line()
    try:
        if args.check:
            failed = check(args.data, config, workers=workers, report=line.say, progress=line.progress)
        else:
            failed = prepare(
                args.data, args.store, config, workers=workers, report=line.say, progress=line.progress
            )["failed"]
    finally:
        line.close()
    return int(bool(failed))


def _config(recipe: str, overrides: list[str]) -> PrepareConfig:
    from finetune.config import read_recipe, recipe_from_dict, with_settings
    from medsam.errors import InputError

    other = next((text for text in overrides if not text.strip().startswith("prepare.")), None)
    if other is not None:
        raise InputError(f'Only settings of the table prepare count here; "{other}" came. Give it to train.')
    if recipe:
        return read_recipe(recipe, overrides).prepare
    return recipe_from_dict(with_settings({"name": "prepare"}, overrides)).prepare


class _Line:
    """Writes to stderr: progress on one line of a terminal, now and then a line elsewhere."""

    def __init__(self) -> None:
        self._terminal = sys.stderr.isatty()
        self._open = False
        self._next = 0.0

    def say(self, text: str) -> None:
        """A line that stays."""
        print(("\r\x1b[K" if self._open else "") + text, file=sys.stderr, flush=True)
        self._open = False

    def progress(self, text: str) -> None:
        """A line that the next one may replace."""
        if self._terminal:
            print(f"\r\x1b[K{text}", end="", file=sys.stderr, flush=True)
            self._open = True
        elif time.monotonic() >= self._next:
            self._next = time.monotonic() + _SECONDS
            print(text, file=sys.stderr, flush=True)

    def close(self) -> None:
        """End a line of progress that nothing replaced."""
        if self._open:
            print(file=sys.stderr, flush=True)
            self._open = False
