"""How long from a mouse move of a dragged box to its mask on the screen?

    python -m benchmarks.live_drag [--seconds 2] [--rounds 3] [--without-vit] [--json]

The real window (offscreen, or on the display there is), a real worker
process, real mouse events: a box is drawn and then one of its corners dragged
at 60 and at 125 moves a second. Two models: the embedded default, and a ViT-B
with random weights whose slice is encoded beforehand; the specks that it
answers are shown as the ellipse in the box, as large as an object. With ViT-B also while
the worker encodes other slices ahead, and while "Prepare this volume" runs.

For every move: the time from the event until a pane has been painted with
that box's mask, or a newer one. The yardstick is one frame of 60 a second and
one decode, which the worker is asked for alone, before and after each drag of
the same run. "pause" is the longest time in which the window's event loop did
nothing else; "sent" counts requests, "stale" those that were replaced before
the worker began them. "aside" is what the first mask of a drag took besides
its decode: the way there and back, and the step of an encoding that ends first.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

import numpy as np
from PyQt5.QtCore import QSettings
from PyQt5.QtWidgets import QApplication

from benchmarks._drags import Bench, Drag
from benchmarks._rows import Row, row_of, tell
from pretrain.catalogue import DEFAULT

FRAME = 1 / 60


@dataclass
class Figures:
    """Of one way to drag, a number a round."""

    medians: list[float] = field(default_factory=list)
    lates: list[float] = field(default_factory=list)
    alone: list[float] = field(default_factory=list)
    inside: list[float] = field(default_factory=list)
    asides: list[float] = field(default_factory=list)
    moves: int = 0
    sent: int = 0
    answered: int = 0
    seconds: float = 0.0
    seen: int = 0
    pause: float = 0.0
    unseen: int = 0

    def add(self, drag: Drag, alone: list[float]) -> None:
        """Another drag."""
        waits = drag.waits
        self.medians.append(median(waits))
        self.lates.append(float(np.percentile(waits, 99)))
        self.alone.append(median(alone))
        self.inside.append(median(drag.inside))
        self.asides.append(drag.aside)
        self.moves += len(drag.posted)
        self.sent += len(drag.asked)
        self.answered += len(drag.answered)
        self.seconds += drag.posted[-1] - drag.posted[0]
        self.seen += len(drag.seen)
        self.pause = max(self.pause, drag.pause)
        self.unseen += len(drag.posted) - len(waits)

    def rows(self, what: str) -> list[Row]:
        """For the common table."""
        rival = [FRAME + one for one in self.alone]
        against = "one frame and one decode"
        return [
            row_of(f"{what}, median", self.medians, rival, against, aim=1.0, unit="ms", scale=1000),
            row_of(f"{what}, 99 %", self.lates, rival, against, aim=1.0, unit="ms", scale=1000),
        ]


def measure(bench: Bench, rounds: int, seconds: float) -> dict[str, Figures]:
    """Every way to drag, in turn."""
    ways: list[tuple[str, int, Callable[[], Callable[[], None]]]] = [
        ("60 moves a second", 60, bench.nothing),
        ("125 moves a second", 125, bench.nothing),
    ]
    if bench.encodes:
        ways += [("while slices are encoded ahead", 60, bench.ahead), ("while preparing", 60, bench.prepare)]
    figures = {f"{bench.title}, {name}": Figures() for name, _, _ in ways}
    bench.drag(60, 0.5)
    for _ in range(rounds):
        for name, rate, begin in ways:
            before = bench.alone()
            end = begin()
            drag = bench.drag(rate, seconds)
            end()
            figures[f"{bench.title}, {name}"].add(drag, before + bench.alone())
    return figures


def report(figures: dict[str, Figures]) -> list[Row]:
    """Print the table; the rows for the common one."""
    print(
        f"{'':44}{'median':>8}{'99 %':>8}{'alone':>8}{'inside':>8}{'ratio':>7}{'99 %':>6}{'sent':>6}"
        f"{'answ.':>6}{'stale':>6}{'masks/s':>8}{'pause':>8}{'aside':>8}"
    )
    rows = []
    for what, f in figures.items():
        ours = f.rows(what)
        rows += ours
        middle, late, alone, inside = (median(v) * 1000 for v in (f.medians, f.lates, f.alone, f.inside))
        print(
            f"{what:44}{middle:8.1f}{late:8.1f}{alone:8.1f}{inside:8.1f}{ours[0].ratio:7.2f}{ours[1].ratio:6.2f}"
            f"{f.sent:6}{f.answered:6}{f.sent - f.answered:6}{f.seen / f.seconds:8.1f}{f.pause * 1000:8.1f}"
            f"{median(f.asides) * 1000:8.1f}"
            + (f"  {f.unseen} of {f.moves} moves got no mask" if f.unseen else "")
        )
    return rows


def main() -> int:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--seconds", type=float, default=2.0, help="of each drag")
    parser.add_argument("--without-vit", action="store_true", help="only the embedded default")
    parser.add_argument("--without-default", action="store_true", help="only ViT-B")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for kind in (QSettings.NativeFormat, QSettings.IniFormat):
            QSettings.setPath(kind, QSettings.UserScope, folder)
        os.environ["MEDSAM_EMBEDDINGS_BYTES"] = "0"
        app = QApplication([])
        models = [] if given.without_default else [("default", DEFAULT, (512, 512, 60))]
        if not given.without_vit:
            from benchmarks._vit_b import random_vit

            models.append(("ViT-B", str(random_vit(Path(folder))), (512, 512, 120)))
        figures: dict[str, Figures] = {}
        for title, model, shape in models:
            bench = Bench(app, model, title, shape)
            figures |= measure(bench, given.rounds, given.seconds)
            bench.close()
    tell(report(figures))
    return 0


if __name__ == "__main__":
    sys.exit(main())
