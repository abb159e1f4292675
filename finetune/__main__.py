"""``python -m finetune prepare | train | evaluate | export``."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from medsam.errors import MedSAMError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; 0 if it worked, 2 with one line on stderr if it could not."""
    args = _parser().parse_args(arguments)
    try:
        args.run(args)
    except MedSAMError as error:
        print(f"finetune {args.command}: {error}", file=sys.stderr)
        return 2
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="python -m finetune", description="Train the embedded default model."
    )
    commands = parser.add_subparsers(dest="command", required=True)

    one = commands.add_parser("prepare", help="turn the train split of a data folder into a store")
    _data(one)
    one.add_argument("--store", type=Path, required=True, help="folder to write the store into")
    _recipe(one)
    one.set_defaults(run=_prepare)

    one = commands.add_parser("train", help="train, or go on where the folder's checkpoint stands")
    _data(one)
    one.add_argument("--store", type=Path, required=True, help="folder that prepare wrote")
    one.add_argument("--out", type=Path, required=True, help="folder for checkpoints and logs")
    _recipe(one)
    one.set_defaults(run=_train)

    one = commands.add_parser("evaluate", help="score weights beside the box and the ellipse")
    _data(one)
    which = one.add_mutually_exclusive_group(required=True)
    which.add_argument("--model", help="a weights file or the name of a model")
    which.add_argument("--run-folder", type=Path, help="a folder of train: its best weights")
    one.add_argument("--split", choices=("val", "test"), default="test")
    one.add_argument("--noise", type=float, default=0.05, help="of the box, over its side (default 0.05)")
    one.add_argument("--seed", type=int, default=1)
    one.add_argument("--flip-average", action="store_true", help="average over the mirrored crop")
    one.add_argument("--out", type=Path, required=True, help="report to write, without suffix")
    one.set_defaults(run=_evaluate)

    one = commands.add_parser("export", help="write a folder's best weights as one file for the program")
    one.add_argument("--run-folder", type=Path, required=True, help="a folder of train")
    one.add_argument(
        "--flip-average", action="store_true", help="the program averages over the mirrored crop"
    )
    one.add_argument("--out", type=Path, required=True, help="the .safetensors file to write")
    one.set_defaults(run=_export)
    return parser


def _data(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--data", type=Path, required=True, help="folder with cases.csv")


def _recipe(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--recipe", default="zoom", help="name in finetune/recipes, or a .toml file")


def _prepare(args: argparse.Namespace) -> None:
    from finetune.config import read_recipe
    from finetune.prepare import prepare

    manifest = prepare(args.data, args.store, read_recipe(args.recipe).prepare)
    print(f"{len(manifest['objects'])} objects stored")


def _train(args: argparse.Namespace) -> None:
    from finetune.config import read_recipe
    from finetune.train import train

    state = train(read_recipe(args.recipe), args.data, args.store, args.out, report=_say)
    print(f"step {state.step}, best validation Dice {state.best:.4f}")


def _evaluate(args: argparse.Namespace) -> None:
    from finetune.evaluate import evaluate, write_report
    from finetune.export import load_best
    from medsam.model.zoom import ZoomNet

    if args.run_folder is not None:
        network, _ = load_best(args.run_folder, flip_average=args.flip_average)
    else:
        from medsam.errors import ModelError
        from medsam.model.build import load_model

        loaded = load_model(args.model, "cpu").network
        if not isinstance(loaded, ZoomNet):
            raise ModelError(
                f"This command scores zoom networks; {Path(args.model).name} is of another kind."
            )
        network = loaded
    result = evaluate(network, args.data, split=args.split, noise=args.noise, seed=args.seed, report=_say)
    write_report(result, args.out)
    print(result.to_markdown(), end="")


def _export(args: argparse.Namespace) -> None:
    from finetune.export import export

    path = export(args.run_folder, args.out, flip_average=args.flip_average)
    print(f"{path.name}, {path.stat().st_size / 1e6:.1f} MB")


def _say(line: str) -> None:
    print(line, file=sys.stderr, flush=True)


if __name__ == "__main__":
    sys.exit(main())
