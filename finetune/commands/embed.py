"""``python -m finetune embed``: the cache of image features."""

from __future__ import annotations

import argparse
import json
from pathlib import Path


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "embed",
        help="encode every slice once, for training that leaves the encoder as it is (tiers A and B)",
        description=(
            "Write what the frozen image encoder makes of a store's training and validation slices."
            " Run it again to go on where it stopped, or to make damaged parts anew."
        ),
    )
    parser.add_argument("--store", type=Path, required=True, help="folder that `prepare` wrote")
    parser.add_argument("--out", type=Path, required=True, help="folder of the cache")
    parser.add_argument("--recipe", default="decoder", help="name or .toml file (default: decoder)")
    parser.add_argument("--model", default="", help="weights, a catalogue name or a file (else the recipe's)")
    parser.add_argument("--set", action="append", default=[], metavar="KEY=VALUE", help="change the recipe")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.add_argument(
        "--rebuild", action="store_true", help="throw away a cache of other weights or another store in --out"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Make or complete the cache."""
    from finetune.config import read_recipe
    from finetune.data.store import Store
    from finetune.features.embed import embed
    from medsam.model.devices import pick_device

    model = [f"model={json.dumps(args.model)}"] if args.model else []
    recipe = read_recipe(args.recipe, [*model, *args.set])
    device = pick_device(args.device)
    cache = embed(
        recipe,
        Store(args.store, recipe.leave_out),
        args.out,
        device=device,
        report=_say,
        rebuild=args.rebuild,
    )
    _say(f"{args.out.name}: {len(cache)} features ready")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)
