"""The one table of ratios: as text, as Markdown, as JSON."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from benchmarks._rows import Row, number

HEAD = ("question", "what", "ours", "rival", "against", "ratio (least–most)", "aim", "reached")
_RIGHT = {2, 3, 5, 6}
"""Columns of numbers."""


@dataclass(frozen=True)
class Answer:
    """What a question came to.

    Attributes:
        name: Of the question.
        seconds: That asking it took.
        rows: What it measured.
        trouble: Why it failed; "" where it did not.
        note: Why it measured nothing, though nothing failed.
        foreign: Cores that other programs took meanwhile; None where nobody looked.
    """

    name: str
    seconds: float
    rows: list[Row] = field(default_factory=list)
    trouble: str = ""
    note: str = ""
    foreign: float | None = None

    def effort(self) -> str:
        """What asking took, and what others took."""
        others = "" if self.foreign is None else f" ({self.foreign:.2f})"
        return f"{self.name} {self.seconds:.0f} s{others}"


@dataclass(frozen=True)
class Report:
    """Everything that is printed and written at the end.

    Attributes:
        facts: Lines of the heading: the machine, the date, the load.
        answers: Of all questions, in the order they were asked.
    """

    facts: dict[str, str]
    answers: list[Answer]

    def text(self) -> str:
        """For a terminal."""
        width = max(map(len, self.facts), default=0)
        lines = [f"{name:{width}}  {value}" for name, value in self.facts.items()]
        return "\n".join([*lines, "", *aligned_rows(self.answers), "", self.efforts(), self.summary()])

    def markdown(self) -> str:
        """For the docs."""
        lines = ["# Measurements", ""]
        lines += [f"- {name}: {value}" for name, value in self.facts.items()]
        lines += ["", _line(HEAD), _line("---:" if n in _RIGHT else "---" for n in range(len(HEAD)))]
        lines += [_line(cell.replace("|", "\\|") for cell in row) for row in cells(self.answers)]
        return "\n".join([*lines, "", self.efforts(), "", self.summary(), ""])

    def json(self) -> str:
        """For programs."""
        return json.dumps({"facts": self.facts, "questions": [_plain(a) for a in self.answers]}, indent=2)

    def efforts(self) -> str:
        """What each question took."""
        taken = ", ".join(answer.effort() for answer in self.answers if answer.seconds)
        return f"Each question's time (and the cores that other programs took meanwhile): {taken or 'none'}."

    def summary(self) -> str:
        """How many figures, how many aims were reached, what failed."""
        rows = [row for answer in self.answers for row in answer.rows]
        aimed = [row for row in rows if row.aim is not None]
        reached = sum(bool(row.reached) for row in aimed)
        text = f"{_count(len(rows), 'figure')}; {reached} of {_count(len(aimed), 'aim')} reached"
        failed = [answer.name for answer in self.answers if answer.trouble]
        return f"{text}; failed: {', '.join(failed)}." if failed else f"{text}."


def cells(answers: Iterable[Answer]) -> list[tuple[str, ...]]:
    """All rows of the table; questions without figures say why in one."""
    found = []
    for answer in answers:
        found += [cells_of(answer.name, row) for row in answer.rows]
        for word, why in (("failed", answer.trouble), ("not measured", answer.note)):
            if why:
                found.append((answer.name, f"{word}: {why}", "", "", "", "", "", ""))
    return found


def aligned_rows(answers: Iterable[Answer]) -> list[str]:
    """The table for a terminal, line by line."""
    return aligned([HEAD, *cells(answers)])


def cells_of(name: str, row: Row) -> tuple[str, ...]:
    """A row of the table."""
    ratio = number(row.ratio)
    if row.least is not None and row.most is not None:
        ratio += f" ({number(row.least)}–{number(row.most)})"
    aim = "" if row.aim is None else number(row.aim)
    reached = {None: "", True: "yes", False: "no"}[row.reached]
    return name, row.what, row.ours, row.rival, row.against, ratio, aim, reached


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Columns of equal width, numbers to the right, a line under the head.

    A row that only says why there are no figures does not widen its column.
    """
    full = [row for row in rows if any(row[2:])]
    widths = [max((len(row[n]) for row in full), default=0) for n in range(len(HEAD))]
    widths[0] = max(len(row[0]) for row in rows)
    head, *body = ("  ".join(_padded(row, widths)).rstrip() for row in rows)
    return [head, "  ".join("-" * width for width in widths), *body]


def _padded(row: Sequence[str], widths: Sequence[int]) -> Iterable[str]:
    for n, (cell, width) in enumerate(zip(row, widths, strict=True)):
        yield cell.rjust(width) if n in _RIGHT else cell.ljust(width)


def _line(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _plain(answer: Answer) -> dict[str, Any]:
    rows = [{**asdict(row), "reached": row.reached} for row in answer.rows]
    return {**asdict(answer), "rows": rows}
