"""``python -m finetune prepare``: any data set to a store."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


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
        help="a cases.csv, its folder, MedSAM arrays, or a TOML file (docs/datasets.md)",
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
    from finetune.prepare import check, default_workers, prepare
    from medsam.errors import InputError

    config = _config(args.recipe, args.set)
    workers = args.workers or default_workers()
    if args.workers < 0:
        raise InputError(f"At least one process is needed; --workers {args.workers} came.")
    if args.check:
        return int(bool(check(args.data, config, workers=workers, report=_say)))
    if args.store is None:
        raise InputError("A store needs a folder; name it with --store, or only look with --check.")
    manifest = prepare(args.data, args.store, config, workers=workers, report=_say)
    return int(bool(manifest["failed"]))


def _config(recipe: str, overrides: list[str]):  # type: ignore[no-untyped-def]
    from finetune.config import read_recipe, recipe_from_dict

    if recipe:
        return read_recipe(recipe, overrides).prepare
    return recipe_from_dict({"name": "prepare"}).prepare


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
