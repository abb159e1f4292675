"""What is gained by a choice among candidates, and does the first one lose anything?

    python -m benchmarks.candidates DATA [--store STORE] [--model NAME] [--noise 0.05 0.12] [--point]

DATA and STORE are as in ``predict_test_split``. Of the split's objects as
many as ``--most``, evenly over its list, are asked for by a box with noise
(``--point``: by one point in the middle of the object): once plainly, and
once for the candidates that the window offers. Told are the mean Dice of the
plain mask, of the first candidate, and of the best one on offer (what a user
could choose), how the agreement of the candidates goes with the Dice of the
first, beside the network's own estimate, and what the candidates cost as a
multiple of the plain mask's time.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from benchmarks import _rows
from benchmarks.predict_test_split import opened
from finetune.data.store import Store
from finetune.data.targets import Target, targets
from finetune.scores.metrics import dice
from finetune.scores.protocols import centre_point
from medsam.inference.predictor import Predictor, make_predictor
from medsam.model import load_model
from medsam.prompts import Points, Prompts

DEFAULT_MODEL = "medsam_zoom"


@dataclass(frozen=True)
class Row:
    """One object: Dice of each mask, what the network said of the first, and the seconds of both ways."""

    plain: float
    first: float
    best: float
    quality: float
    agreement: float
    seconds: tuple[float, float]

    @property
    def ratio(self) -> float:
        """Time of the candidates to that of the plain mask."""
        return self.seconds[1] / self.seconds[0]


def some(found: list[Target], most: int) -> list[Target]:
    """At most so many, evenly over the list."""
    return [found[int(n)] for n in np.linspace(0, len(found) - 1, min(most, len(found)))] if found else []


def ask(predictor: Predictor, target: Target, by_point: bool = False) -> Row | None:
    """Ask for one object both ways; None where there is only one answer to agree with."""
    truth = target.truth()
    predictor.set_image(np.ascontiguousarray(target.picture()))
    prompts = Prompts(points=Points.of([centre_point(truth)])) if by_point else Prompts(target.box)
    predictor.predict(prompts)
    begin = time.perf_counter()
    plain = predictor.predict(prompts).masks[0]
    middle = time.perf_counter()
    found = predictor.candidates(prompts)
    end = time.perf_counter()
    if found.agreement is None:
        return None
    scores = [dice(mask, truth) for mask in found.masks]
    seconds = middle - begin, end - middle
    return Row(dice(plain, truth), scores[0], max(scores), float(found.scores[0]), found.agreement, seconds)


def line(noise: float, rows: list[Row]) -> str:
    """A row of the table."""
    first = np.array([row.first for row in rows])

    def with_dice(values: list[float]) -> float:
        return float(np.corrcoef(values, first)[0, 1])

    cells = [
        f"{noise:g}",
        str(len(rows)),
        f"{np.mean([row.plain for row in rows]):.3f}",
        f"{first.mean():.3f}",
        f"{np.mean([row.best for row in rows]):.3f}",
        f"{with_dice([row.agreement for row in rows]):.2f}",
        f"{with_dice([row.quality for row in rows]):.2f}",
        f"{np.median([row.ratio for row in rows]):.1f}",
    ]
    return "| " + " | ".join(cells) + " |"


def report(
    predictor: Predictor,
    store: Store,
    split: str,
    noises: list[float],
    seed: int,
    most: int,
    by_point: bool = False,
) -> str:
    """The table, a row for each noise."""
    lines = [
        "| noise | objects | plain | first | best on offer | agreement ~ Dice | estimate ~ Dice | time × |",
        "|---:|---:|---:|---:|---:|---:|---:|---:|",
    ]
    for noise in noises:
        found = some(targets(store, split, noise, seed), most)
        asked = [ask(predictor, target, by_point) for target in found]
        rows = [row for row in asked if row is not None]
        lines.append(line(noise, rows))
        plain, offered = ([row.seconds[n] for row in rows] for n in (0, 1))
        what = f"candidates of one {'point' if by_point else f'box, noise {noise:g}'}"
        if rows:
            _rows.tell([_rows.row_of(what, offered, plain, "one mask", unit="ms", scale=1000)])
    return "\n".join(lines)


def main() -> None:
    """See the module's docstring."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("data", type=Path)
    parser.add_argument("--store", type=Path, help="where to keep the prepared data; default: nowhere")
    parser.add_argument("--model", default=DEFAULT_MODEL, help="catalogue name or file")
    parser.add_argument("--split", default="test", choices=["val", "test"])
    parser.add_argument("--noise", type=float, nargs="+", default=[0.05, 0.12])
    parser.add_argument("--point", action="store_true", help="ask by a point; the noise means nothing then")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--most", type=int, default=400)
    parser.add_argument("--out", type=Path, help="write the table to this file, too")
    args = parser.parse_args()
    predictor = make_predictor(load_model(args.model))
    with tempfile.TemporaryDirectory() as name:
        store = opened(args.data.resolve(), args.store or Path(name) / "store")
        noises = [0.0] if args.point else args.noise
        text = report(predictor, store, args.split, noises, args.seed, args.most, args.point)
    print(text)
    if args.out:
        args.out.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
