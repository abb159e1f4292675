"""``python -m finetune evaluate``: scores with everything that a reader must know of them."""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from medsam.errors import InputError

if TYPE_CHECKING:
    from finetune.data.store import Store
    from finetune.scores.evaluate import Settings
    from finetune.scores.protocols import Protocol
    from finetune.scores.scoring import Scorer
    from finetune.scores.selection import Lineage


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
    _add_question(parser)
    parser.add_argument(
        "--sheet", action="store_true", help="also STEM-sheet.png: typical and worst objects of each modality"
    )
    parser.add_argument(
        "--no-page", action="store_true", help="write JSON and CSV only; jinja2 is not needed"
    )
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda or mps")
    parser.set_defaults(run=run)


def _add_question(parser: argparse.ArgumentParser) -> None:
    """What is asked of the network, and what beside it."""
    parser.add_argument(
        "--split",
        default="test",
        choices=("train", "val", "test", "all"),
        help="all: every case of data sets that the network has never seen (default: test)",
    )
    parser.add_argument(
        "--datasets",
        default="",
        metavar="NAME[,NAME]",
        help="score these data sets or modalities only (default: all of the split)",
    )
    parser.add_argument(
        "--protocol",
        default="box",
        choices=("box", "point", "clicks", "corrections", "empty"),
        help="box: one noisy box; point: one click in the middle, with the best candidate as an oracle;"
        " clicks: that click, then corrective ones; corrections: a noisy box, then corrective clicks; empty:"
        ' boxes on background and the objects\' boxes, which of them are answered "nothing here"'
        " (default: box)",
    )
    parser.add_argument(
        "--noise",
        default="0.05",
        metavar="SHARE[,SHARE]",
        help="of a box's coordinates over its side; of the protocol box several may be given: the first is"
        " that of all tables, the others get one of their own (default: 0.05)",
    )
    parser.add_argument(
        "--clicks", type=int, help="at most (default: 9 of the protocol clicks, 3 of corrections)"
    )
    parser.add_argument(
        "--baselines", action="store_true", help="also Otsu's threshold and GrabCut in the box (needs OpenCV)"
    )
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


def run(args: argparse.Namespace) -> int:
    """Score, write the files and print the table of data sets."""
    from finetune.data.store import Store
    from finetune.files import require_writable
    from finetune.scores.evaluate import Settings
    from finetune.scores.protocols import CLICKS, Protocol
    from finetune.scores.report_page import require_jinja

    noises = _noises(args.noise)
    _check(args, noises)
    if not args.no_page:
        require_jinja()
    store = Store(args.store)
    require_writable(args.out.parent)
    scorer, facts = _scorer(str(args.run_folder or args.model), args.device)
    against = _scorer(args.against, args.device)[0] if args.against else None
    clicks = args.clicks or CLICKS.get(args.protocol, 1)
    protocol = Protocol(args.protocol, noises[0], args.seed, clicks)
    settings = Settings(
        args.split,
        args.tolerance,
        args.per_case,
        args.least_area,
        not args.no_volumes,
        tuple(filter(None, (name.strip() for name in args.datasets.split(",")))),
        args.baselines,
    )
    stem = args.out.with_suffix("") if args.out.suffix in (".html", ".json", ".csv") else args.out
    score = _score_empty if args.protocol == "empty" else _score
    said, written = score(args, (store, scorer, protocol, settings), against, noises[1:], facts, stem)
    _say(said)
    _say(f"written: {', '.join(path.name for path in written)}")
    return 0


Question = tuple["Store", "Scorer", "Protocol", "Settings"]
"""What is scored, by whom and how."""


def _score(
    args: argparse.Namespace,
    asked: Question,
    against: Scorer | None,
    noises: Sequence[float],
    facts: dict[str, Any],
    stem: Path,
) -> tuple[str, list[Path]]:
    """Scores of objects: a summary for the terminal, and the files."""
    from finetune.scores.evaluate import evaluate
    from finetune.scores.report import build
    from finetune.scores.report_files import write_tables
    from finetune.scores.report_page import write_page
    from finetune.scores.sheet import write_sheet
    from finetune.scores.sweep import sweep

    result = evaluate(*asked, against=against, by=args.by, report=_say)
    data = build(result, args.by, facts, sweep(result, noises, _say) if noises else ())
    written = write_tables(result, data, stem)
    if not args.no_page:
        written.append(write_page(result, data, stem.with_name(f"{stem.name}.html")))
    if args.sheet:
        written.append(write_sheet(result, data, stem.with_name(f"{stem.name}-sheet.png")))
    return _summary(data), written


def _score_empty(
    args: argparse.Namespace,
    asked: Question,
    against: Scorer | None,
    noises: Sequence[float],
    facts: dict[str, Any],
    stem: Path,
) -> tuple[str, list[Path]]:
    """Answers to boxes on background, likewise."""
    from finetune.scores.empty import evaluate_empty
    from finetune.scores.report_empty import build_empty, write_empty_page, write_empty_tables

    result = evaluate_empty(*asked, against=against, report=_say)
    data = build_empty(result, facts)
    written = write_empty_tables(result, data, stem)
    if not args.no_page:
        written.append(write_empty_page(result, data, stem.with_name(f"{stem.name}.html")))
    return _summary_of_empty(data), written


def _noises(text: str) -> list[float]:
    try:
        return [float(part) for part in text.split(",")]
    except ValueError:
        raise InputError(
            f'--noise is one number or several with commas between, such as 0.05,0,0.1; "{text}" came.'
        ) from None


def _check(args: argparse.Namespace, noises: Sequence[float]) -> None:
    for noise in noises:
        if not 0 <= noise <= 1:
            raise InputError(f"--noise is a share of the box's side, from 0 to 1; {noise:g} came.")
    for value, least, name in (
        (args.tolerance, 0, "--tolerance"),
        (args.seed, 0, "--seed"),
        (args.clicks if args.clicks is not None else 1, 1, "--clicks"),
        (args.per_case, 0, "--per-case"),
        (args.least_area, 1, "--least-area"),
    ):
        if not least <= value < float("inf"):
            raise InputError(f"{name} is a number of at least {least}; {value:g} came.")
    for given, name, kinds in (
        (len(noises) > 1, "a list of --noise", ("box",)),
        (args.baselines, "--baselines", ("box",)),
        (args.clicks is not None, "--clicks", ("clicks", "corrections")),
        (args.sheet, "--sheet", ("box", "point", "clicks", "corrections")),
        (bool(args.by), "--by", ("box", "point", "clicks", "corrections")),
    ):
        if given and args.protocol not in kinds:
            raise InputError(
                f"{name} belongs to the protocol {' or '.join(kinds)}; the protocol {args.protocol} has no"
                " use for it. Leave it out, or choose another --protocol."
            )


def _scorer(name: str, device: str) -> tuple[Scorer, dict[str, Any]]:
    """A network by name, file or run folder, and of a run what made it."""
    from finetune.release.runs import network_of, read_run, start_weights
    from finetune.scores.scoring import Scorer
    from finetune.scores.selection import Lineage
    from medsam.model.build import load_model

    folder = Path(name).expanduser()
    if not folder.is_dir():
        loaded = load_model(name, device)
        return Scorer(loaded, lineage=_lineage_of_file(loaded.card.path)), {}
    run = read_run(folder)
    facts = {
        "name": run.name,
        "recipe": run.recipe["name"],
        "step": run.step,
        "validation Dice": round(run.dice, 4),
        "tier": run.facts.get("tier", ""),
        "begun from": run.facts.get("model_title") or "random weights",
    }
    begun_from = str(run.facts.get("model_title") or run.facts["model"])
    start = _lineage_of_file(start_weights(run)) if run.facts["model"] else None
    lineage = Lineage.of(run.facts, run.recipe, begun_from, start)
    scorer = Scorer(network_of(run, device), lineage=lineage)
    return scorer, {key: value for key, value in facts.items() if value != ""}


def _lineage_of_file(path: Path) -> Lineage | None:
    """What a file of weights says it was trained on, if it says anything."""
    from finetune.scores.selection import Lineage
    from pretrain.descriptions import read_description, structure

    card = structure(read_description(path).get("card"), path.name)
    trained, recipe, start = (_table(card.get(k)) for k in ("trained_on", "recipe", "started_from"))
    return Lineage.of(trained, recipe, str(start.get("title", "")))


def _table(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}


def _summary(data: dict[str, Any]) -> str:
    """A few lines for a terminal: each modality's data sets, and the mean over modalities."""
    methods = list(data["mean"])
    lines = [f"{'modality':<12} {'data set':<18} {'objects':>7} " + " ".join(f"{m:>8}" for m in methods)]
    for row in data["tables"]["datasets"]:
        means = " ".join(f"{row['scores'][m]['dice']['mean']:8.3f}" for m in methods)
        lines.append(f"{row['modality']:<12} {row['dataset'][:18]:<18} {row['objects']:>7} {means}")
    objects = data["protocol"]["objects"]
    means = " ".join(f"{data['mean'][m]:8.3f}" for m in methods)
    lines.append(f"{'mean Dice over modalities':<31} {objects:>7} {means}")
    for row in data["noise"]:
        means = " ".join(f"{row['mean'][m]:8.3f}" for m in methods)
        noise = f"  boxes with {100 * row['noise']:g} % noise"
        lines.append(f"{noise:<31} {row['objects']:>7} {means}")
    for row in data["clicks_by_modality"]:
        if not row["modality"]:
            after = " ".join(f"{value:.3f}" for value in row["dice"])
            first = data["clicks"][row["network"]][0]["click"]
            lines.append(f"mean Dice of {row['network']} after {first}, {first + 1} ... clicks: {after}")
    found = data["quality"]["spearman_dice"]
    lines.append(f"Spearman of estimated IoU and Dice: {'n/a' if found is None else f'{found:.2f}'}")
    if data["refused"]:
        lines.append(f'answered "nothing here": {data["refused"]} of {objects} objects')
    return "\n".join(lines)


def _summary_of_empty(data: dict[str, Any]) -> str:
    """A few lines for a terminal: each network's shares of modalities, then of all."""

    def cells(row: dict[str, Any]) -> str:
        shares = (row[key]["share"] for key in ("nothing", "nothing_strict", "refused"))
        return " ".join(f"{'n/a' if s is None else f'{s:.1%}':>9}" for s in shares)

    lines = []
    for name, found in data["empty"].items():
        lines.append(f"{name:<12} {'nothing':>9} {'strict':>9} {'refused':>9}")
        lines += [f"{row['modality']:<12} {cells(row)}" for row in found["modalities"]]
        overall = found["overall"]
        means = (overall["means"][key]["mean"] for key in ("nothing", "nothing_strict", "refused"))
        mean = " ".join(f"{'n/a' if m is None else f'{m:.1%}':>9}" for m in means)
        lines += [f"{'all':<12} {cells(overall)}", f"{'mean':<12} {mean}"]
        if overall["auc"] is not None:
            lines.append(f"area under the ROC curve of the presence: {overall['auc']:.3f}")
    return "\n".join(lines)


def _say(line: str) -> None:
    print(line, flush=True)
