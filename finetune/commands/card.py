"""``python -m finetune card``: the model card of some weights, from their reports."""

from __future__ import annotations

import argparse
from pathlib import Path


def add(commands: argparse._SubParsersAction) -> None:
    """Add the command to the parser."""
    parser = commands.add_parser(
        "card",
        help="write the model card of weights from the reports of `evaluate`",
        description=(
            "Write MODEL_CARD.md and the pictures card/worst.svg and card/typical.svg, which show masks as"
            " outlines without the pictures they were made on. Every figure comes from the JSON and CSV files"
            " of `evaluate --model FILE`: boxes with 5 % noise on the test split, which must be there; other"
            " noise, corrections, empty boxes and data sets never seen, where there are reports of them."
        ),
    )
    parser.add_argument(
        "--reports",
        type=Path,
        nargs="+",
        required=True,
        metavar="DIR",
        help="folders of reports, or their JSON files; each takes the part that it is about",
    )
    parser.add_argument("--weights", default="medsam_zoom", help="catalogue name or file that was scored")
    parser.add_argument("--store", type=Path, required=True, help="store that was evaluated on")
    parser.add_argument(
        "--trained-on", type=Path, metavar="STORE", help="store that was trained on, if it is another"
    )
    parser.add_argument(
        "--unseen",
        action="append",
        default=[],
        metavar="NAMES=JSON",
        help="report of the same network trained without the data sets NAMES (a,b,c); may be repeated",
    )
    parser.add_argument("--out", type=Path, required=True, metavar="DIR", help="such as pretrain")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Write the card and say what each report was used for."""
    from finetune.card.card import write_card
    from finetune.card.reports import read_reports
    from finetune.data.store import Store
    from finetune.files import require_writable
    from finetune.scores.report_page import require_jinja
    from finetune.scores.scoring import Scorer
    from medsam.model.build import load_model

    require_jinja()
    require_writable(args.out)
    scorer = Scorer(load_model(args.weights, "cpu"))
    reports = read_reports(args.reports, scorer.loaded.card.sha256, args.unseen)
    store = Store(args.store)
    trained_on = Store(args.trained_on) if args.trained_on else store
    for line in reports.sentences():
        _say(line)
    written = write_card(reports, store, trained_on, scorer, args.out)
    _say(f"written: {', '.join(path.name for path in written)}")
    return 0


def _say(line: str) -> None:
    print(line, flush=True)
