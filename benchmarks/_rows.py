"""What a measurement adds to the one table of ratios that ``make bench`` ends with.

A question prints what it likes; the figures that count it also hands to
``tell``. Asked on its own, nothing more happens; asked together with others
(``python -m benchmarks``), the rows of all go into one table.
"""

from __future__ import annotations

import json
import os
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

VARIABLE = "MEDSAM_BENCH_ROWS"
"""Names the file that rows are appended to."""

MISSED = 3
"""What a question ends with that was answered, but not as promised; other statuses than 0 mean trouble."""


def number(value: float) -> str:
    """A figure with three digits that mean something."""
    return f"{value:.3g}" if abs(value) < 999.5 else f"{value:,.0f}"


@dataclass(frozen=True)
class Row:
    """One figure beside a rival's, both measured in turn in one run.

    Attributes:
        what: What was measured, with its unit of work: "exact, one picture".
        ours, rival: Medians as text with units: "2.8 s".
        against: Who or what the rival is: "segment-anything", "one frame of 60".
        ratio: Ours to the rival's; the median over rounds.
        least, most: Of the ratio over rounds; None where there is one figure only.
        aim: The ratio that is asked for at most; None where none is.
    """

    what: str
    ours: str
    rival: str
    against: str
    ratio: float
    least: float | None = None
    most: float | None = None
    aim: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the aim was reached; None without one."""
        return None if self.aim is None else self.ratio <= self.aim

    @classmethod
    def within(cls, what: str, value: float, limit: float, unit: str = "", against: str = "allowed") -> Row:
        """A promise that is a limit and not a rival: the ratio to the limit, the aim 1."""
        found, allowed = (f"{number(v)} {unit}".strip() for v in (value, limit))
        return cls(what, found, allowed, against, value / limit, aim=1.0)


def row_of(
    what: str,
    ours: Sequence[float],
    rival: Sequence[float],
    against: str,
    aim: float | None = None,
    unit: str = "s",
    scale: float = 1.0,
) -> Row:
    """A row from the two sides' figures, one of each a round and in the same order.

    Args:
        scale: What the figures are multiplied by for the unit that is shown.
    """
    ratios = [a / b for a, b in zip(ours, rival, strict=True)]
    mine, theirs = (f"{number(scale * statistics.median(side))} {unit}" for side in (ours, rival))
    return Row(what, mine, theirs, against, statistics.median(ratios), min(ratios), max(ratios), aim)


def tell(rows: Iterable[Row]) -> None:
    """Hand rows to the table, if somebody makes one."""
    name = os.environ.get(VARIABLE)
    if name:
        with Path(name).open("a", encoding="utf-8") as file:
            file.writelines(json.dumps(asdict(row)) + "\n" for row in rows)


def read(path: Path) -> list[Row]:
    """The rows that questions told."""
    return [Row(**json.loads(line)) for line in path.read_text(encoding="utf-8").splitlines() if line]
