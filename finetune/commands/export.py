"""``python -m finetune export``: weights as files that this and other programs load."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "export",
        help="write a run's best weights as .safetensors, .pth or .onnx",
        description=(
            "Write the best weights of a run, or other weights, as one file: .safetensors, .pth (the plain"
            " state dict that segment_anything loads) or .onnx (image encoder and mask decoder in two files,"
            " compared with torch). Without --out it goes where the window's list of models finds it."
        ),
    )
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--run", dest="folder", type=Path, metavar="RUN", help="folder that `train` wrote")
    source.add_argument("--model", help="other weights instead, a catalogue name or a file")
    parser.add_argument("--out", type=Path, metavar="FILE", help="its ending says the format")
    parser.add_argument("--title", default="", help="name in the lists of models (default: the run's)")
    parser.add_argument(
        "--evaluation", type=Path, metavar="JSON", help="report of `evaluate --run`, for the model card"
    )
    parser.add_argument(
        "--store", type=Path, help="store of the run, for the card's splits and the licences of its data"
    )
    parser.add_argument(
        "--last", action="store_true", help="of a zoom network's run: its last weights instead of the best"
    )
    parser.add_argument(
        "--flip-average", action="store_true", help="let a zoom network average over the mirrored crop"
    )
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the file or files."""
    from finetune.release.export import average_over_mirror, write_weights

    loaded, card = _from_run(args) if args.folder is not None else _from_model(args)
    if args.flip_average:
        average_over_mirror(loaded)
    out = args.out or _listed(card["name"])
    if out.suffix == ".onnx":
        from finetune.release.onnx_export import export_onnx

        written = export_onnx(loaded, out, card, report=_say)
        for file in written.files:
            _say(f"{file.name}: {file.stat().st_size / 1e6:,.1f} MB")
        _say(written.sentence())
        return 0
    write_weights(loaded, out, card)
    _say(f"{out.name}: {out.stat().st_size / 1e6:,.1f} MB, {card['title']}, licence: {card['licence']}")
    if args.out is None:
        _say(f"It is in {out.parent}, and the window lists it under Models.")
    return 0


def _from_run(args: argparse.Namespace) -> tuple[Any, dict[str, Any]]:
    from finetune.release.model_card import model_card
    from finetune.release.runs import network_of, read_last, read_run

    read = read_last(args.folder) if args.last else read_run(args.folder)
    card = model_card(read, args.title or read.name, evaluation=args.evaluation, store=args.store)
    return network_of(read), card


def _from_model(args: argparse.Namespace) -> tuple[Any, dict[str, Any]]:
    """Weights that are no run's: their card is the one they came with."""
    from medsam.errors import InputError
    from medsam.model.build import load_model
    from pretrain.descriptions import read_description, structure

    if args.evaluation is not None or args.store is not None or args.last:
        raise InputError(
            "A report, a store and last weights belong to a run."
            " Give --run, or leave --evaluation, --store and --last out."
        )
    loaded = load_model(args.model, "cpu")
    known = loaded.card
    card = {
        "name": Path(known.name).stem,
        "prompts": sorted(known.prompts),
        "candidates": known.candidates,
        "can_be_empty": known.can_be_empty,
        "licence": known.licence,
        **structure(read_description(known.path).get("card"), known.path.name),
    }
    card["title"] = args.title or known.title
    return loaded, card


def _listed(name: str) -> Path:
    """A name that is still free in the folder of the user's own models."""
    from medsam.errors import WriteError
    from pretrain.catalogue import own_folder

    folder = own_folder()
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise WriteError(
            f"The folder for your models, {folder}, cannot be made ({error.strerror}). Give --out."
        ) from None
    path, number = folder / f"{name}.safetensors", 2
    while path.exists():
        path, number = folder / f"{name}-{number}.safetensors", number + 1
    return path


def _say(line: str) -> None:
    print(line, flush=True)
