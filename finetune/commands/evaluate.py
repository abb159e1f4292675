"""``python -m finetune evaluate``: scores with everything that a reader must know of them."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medsam.errors import InputError

if TYPE_CHECKING:
    from finetune.scores.scoring import Scorer


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "evaluate",
        help="score a network on a split of a store",
        description=(
            "Score a network on whole pictures through the program's own predictor: Dice, surface Dice"
            " and Hausdorff distance by object, image, label, data set, modality and subgroup, beside a"
            " second network, as STEM.html (one page, all pictures inside), STEM.json and STEM.csv."
        ),
    )
    parser.add_argument("--store", type=Path, required=True, help="folder that `prepare` wrote")
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--model", default="medsam_zoom", help="catalogue name or file (default: medsam_zoom)")
    what.add_argument(
        "--run", dest="run_folder", type=Path, help="folder of a training run; its best weights are scored"
    )
    parser.add_argument("--against", default="", help="second network: a name, a file or a run's folder")
    parser.add_argument("--out", type=Path, required=True, metavar="STEM", help="name of the report's files")
    parser.add_argument("--split", default="test", choices=("train", "val", "test"))
    parser.add_argument(
        "--protocol",
        default="box",
        choices=("box", "point", "clicks"),
        help="box: one noisy box; point: one click in the middle, with the best candidate as an oracle;"
        " clicks: that click, then corrective ones (default: box)",
    )
    parser.add_argument("--noise", type=float, default=0.05, help="of a box over its side (default: 0.05)")
    parser.add_argument("--clicks", type=int, default=9, help="of the protocol clicks, at most (default: 9)")
    parser.add_argument("--seed", type=int, default=1, help="of the noise and of the objects drawn")
    parser.add_argument(
        "--tolerance", type=float, default=2.0, help="of the surface Dice in mm or pixels (default: 2)"
    )
    parser.add_argument(
        "--by", action="append", default=[], metavar="COLUMN", help="subgroups, such as sex; may be repeated"
    )
    parser.add_argument("--per-case", type=int, default=24, help="objects of one case at most; 0 for all")
    parser.add_argument("--least-area", type=int, default=60, help="pixels of the smallest object scored")
    parser.add_argument(
        "--no-volumes", action="store_true", help="do not ask for all slices of scans; no scores in 3D"
    )
    parser.add_argument(
        "--no-page", action="store_true", help="write JSON and CSV only; jinja2 is not needed"
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Score, write the files and print the table of data sets."""
    from finetune.data.store import Store
    from finetune.files import require_writable
    from finetune.scores.evaluate import Settings, evaluate
    from finetune.scores.protocols import Protocol
    from finetune.scores.report import build
    from finetune.scores.report_files import write_tables
    from finetune.scores.report_page import require_jinja, write_page

    _check(args)
    if not args.no_page:
        require_jinja()
    store = Store(args.store)
    require_writable(args.out.parent)
    scorer, facts = _scorer(str(args.run_folder or args.model), args.device)
    against = _scorer(args.against, args.device)[0] if args.against else None
    protocol = Protocol(args.protocol, args.noise, args.seed, args.clicks)
    settings = Settings(args.split, args.tolerance, args.per_case, args.least_area, not args.no_volumes)
    result = evaluate(store, scorer, protocol, settings, against=against, by=args.by, report=_say)
    data = build(result, args.by, facts)
    stem = args.out.with_suffix("") if args.out.suffix in (".html", ".json", ".csv") else args.out
    written = write_tables(result, data, stem)
    if not args.no_page:
        written.append(write_page(result, data, stem.with_name(f"{stem.name}.html")))
    _say(_summary(data))
    _say(f"written: {', '.join(path.name for path in written)}")
    return 0


def _check(args: argparse.Namespace) -> None:
    if not 0 <= args.noise <= 1:
        raise InputError(f"--noise is a share of the box's side, from 0 to 1; {args.noise:g} came.")
    for value, least, name in (
        (args.tolerance, 0, "--tolerance"),
        (args.seed, 0, "--seed"),
        (args.clicks, 1, "--clicks"),
        (args.per_case, 0, "--per-case"),
        (args.least_area, 1, "--least-area"),
    ):
        if not least <= value < float("inf"):
            raise InputError(f"{name} is a number of at least {least}; {value:g} came.")


def _scorer(name: str, device: str) -> tuple[Scorer, dict[str, Any]]:
    """A network by name, file or run folder, and of a run what made it."""
    from finetune.release.runs import load_run, read_run
    from finetune.scores.scoring import Scorer
    from medsam.model.build import load_model

    folder = Path(name).expanduser()
    if not folder.is_dir():
        return Scorer(load_model(name, device)), {}
    run = read_run(folder)
    facts = {
        "name": run.name,
        "recipe": run.recipe["name"],
        "step": run.step,
        "validation Dice": round(run.dice, 4),
        "tier": run.facts.get("tier", ""),
        "begun from": run.facts.get("model_title") or "random weights",
    }
    return Scorer(load_run(folder, device)), {key: value for key, value in facts.items() if value != ""}


def _summary(data: dict[str, Any]) -> str:
    """A few lines for a terminal: each modality's data sets, and the mean over modalities."""
    methods = [m for m in ("network", "against", "oracle", "ellipse", "box") if m in data["mean"]]
    lines = [f"{'modality':<12} {'data set':<18} {'objects':>7} " + " ".join(f"{m:>8}" for m in methods)]
    for row in data["tables"]["datasets"]:
        means = " ".join(f"{row['scores'][m]['dice']['mean']:8.3f}" for m in methods)
        lines.append(f"{row['modality']:<12} {row['dataset'][:18]:<18} {row['objects']:>7} {means}")
    means = " ".join(f"{data['mean'][m]:8.3f}" for m in methods)
    lines.append(f"{'mean Dice over modalities':<31} {data['protocol']['objects']:>7} {means}")
    return "\n".join(lines)


def _say(line: str) -> None:
    print(line, flush=True)
