"""``python -m finetune synthesise``: synthetic pictures with exact masks, for what real data lack."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path


def add(commands: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Enter the command."""
    parser = commands.add_parser(
        "synthesise",
        help="draw synthetic pictures with exact masks",
        description="Draw synthetic pictures with exact masks, of our own making, as a folder that prepare"
        " reads: one data set synthetic_KIND for each kind, all of it for training. The same seed gives the"
        " same files.",
    )
    parser.add_argument("--out", type=Path, required=True, help="new folder, or one of an earlier run")
    parser.add_argument("--seed", type=int, default=2026, help="from 0 (default: 2026)")
    parser.add_argument("--only", metavar="KIND,...", help="such as oct,mammography; default: every kind")
    parser.add_argument("--count", type=int, default=60, help="pictures of each kind (default: 60)")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Draw and write.

    Raises:
        InputError: If a kind is unknown, a number out of range or the folder holds other things.
        WriteError: If the folder cannot be written to.
    """
    from finetune.synthetic.kinds import chosen_kinds
    from finetune.synthetic.write import synthesise

    kinds = chosen_kinds(None if args.only is None else args.only.split(","))
    synthesise(args.out, kinds, args.count, args.seed, lambda line: print(line, file=sys.stderr, flush=True))
    return 0
