"""An evaluation as one HTML page that needs no other file and no network."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from finetune.data.store import CaseRecord
from finetune.scores.evaluate import Evaluation, ObjectScore
from finetune.scores.report import Row, label_name, modality_title, worst
from finetune.scores.report_figures import COLORS, box_plot, click_chart, cutout, histogram
from finetune.scores.report_files import write_text
from finetune.scores.statistics import FEW_PATIENTS, ROUNDS
from medsam.errors import InputError

if TYPE_CHECKING:
    from jinja2 import Environment

TEMPLATES = Path(__file__).parent / "templates"

SHOWN_WORST = 24
SHOWN_OF_A_DATASET = 4
"""At most, of one data set among the worst: else a single hard one fills the page."""

SHORT_NAMES = {
    "against": "second",
    "oracle": "oracle",
    "ellipse": "ellipse",
    "box": "box",
    "otsu": "Otsu",
    "grabcut": "GrabCut",
}
"""Of methods at the head of a column."""

LABEL_COUNT_OPEN = 30
"""Tables of labels longer than this are folded."""


def require_jinja() -> None:
    """Refuse before the work, not after it, where a page cannot be written.

    Raises:
        InputError: If jinja2 is not installed.
    """
    try:
        import jinja2  # noqa: F401
    except ImportError:
        raise InputError(
            "A report's page needs jinja2, which is not installed:"
            ' pip install "medsam-desktop[finetune]", or leave it out with --no-page.'
        ) from None


def environment() -> Environment:
    """Where a report's templates are filled in: strict, escaping, with our ways to write figures."""
    from jinja2 import Environment, FileSystemLoader, StrictUndefined

    env = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters.update(
        num=number,
        quartiles=quartiles,
        mean=mean_text,
        p=p_text,
        signed=signed,
        modality=modality_title,
        share=share_text,
        percent=percent,
    )
    return env


def write_page(result: Evaluation, data: dict[str, Any], path: Path) -> Path:
    """Write the page of an evaluation; the objects it shows are asked for again.

    Args:
        data: From ``report.build``.

    Raises:
        WriteError: If it cannot be written.
    """
    from markupsafe import Markup

    env = environment()
    start = plot_start(data)
    env.globals.update(
        plot=lambda summary: Markup(box_plot(summary, start)),
        plot_from=f"{start:g}",
        few=FEW_PATIENTS,
        rounds=ROUNDS,
    )
    names = method_names(data)
    scores: dict[str, Sequence[float]] = {
        m: [o.scores[m].dice for o in result.objects] for m in result.methods
    }
    text = env.get_template("report.html").render(
        data=data,
        names=names,
        short=SHORT_NAMES,
        colors=COLORS,
        others=[m for m in result.methods if m != "network"],
        histogram=Markup(histogram(scores, names)),
        clicks=Markup(click_chart(data["clicks"], names)) if data["clicks"] else "",
        worst=[_shown(result, o) for o in _worst_shown(result.objects)],
        typical=[_shown(result, o) for o in _typical(result.objects)],
        fold_labels=len(data["tables"]["labels"]) > LABEL_COUNT_OPEN,
    )
    return write_text(path, text)


def method_names(data: dict[str, Any]) -> dict[str, str]:
    """What the methods of a report are called."""
    against = data["against"]
    return {
        "network": str(data["weights"]["title"]),
        "against": f"{against['title']} (second)" if against else "",
        "oracle": "oracle: best candidate",
        "ellipse": "ellipse in the box",
        "box": "box filled",
        "otsu": "Otsu's threshold in the box",
        "grabcut": "GrabCut in the box",
        "truth": "truth",
    }


def plot_start(data: dict[str, Any]) -> float:
    """Where the axis of Dice begins: at a half where nothing that is drawn lies below it, else at 0."""
    summaries = [
        row["scores"]["network"]["dice"] for t in ("datasets", "modalities") for row in data["tables"][t]
    ]
    drawn = [s[k] for s in summaries for k in ("q1", "mean", "low") if s[k] is not None]
    return 0.5 if min(drawn) >= 0.5 else 0.0


def number(value: float | None, digits: int = 3) -> str:
    """With a fixed number of digits; "n/a" where it is not defined."""
    return "n/a" if value is None else f"{value:.{digits}f}"


def percent(value: float | None) -> str:
    """A share as a percentage; "n/a" where it is not defined."""
    return "n/a" if value is None else f"{100 * value:.1f} %"


def share_text(row: Row) -> str:
    """A share with its interval and what it was counted of; "n/a" of none."""
    if row["share"] is None:
        return "n/a"
    return (
        f"{100 * row['share']:.1f} % ({100 * row['low']:.1f}–{100 * row['high']:.1f};"
        f" {row['count']} of {row['total']})"
    )


def signed(value: float, digits: int = 4) -> str:
    """A difference with its sign; nothing is neither more nor less."""
    text = f"{value:+.{digits}f}"
    return text[1:] if float(text) == 0 else text


def quartiles(summary: Row | None, digits: int = 3) -> str:
    """Median [first to third quartile] of a summary; ∞ where it is infinite, "n/a" if there is none."""
    if summary is None:
        return "n/a"
    median, q1, q3 = (
        "∞" if summary[k] is None else f"{summary[k]:.{digits}f}" for k in ("median", "q1", "q3")
    )
    return f"{median} [{q1}–{q3}]"


def mean_text(summary: Row | None, digits: int = 3) -> str:
    """Mean (95 % interval) of a summary, "n/a" where undefined, with † where patients are few."""
    if summary is None or summary["mean"] is None:
        return "n/a"
    mean = f"{summary['mean']:.{digits}f}"
    if summary["low"] is None:
        return f"{mean} (n/a)"
    few = "†" if summary["patients"] < FEW_PATIENTS else ""
    return f"{mean} ({summary['low']:.{digits}f}–{summary['high']:.{digits}f}){few}"


def p_text(value: float | None) -> str:
    """A p value as papers print it."""
    if value is None:
        return "n/a"
    return "< 0.001" if value < 0.001 else f"{value:.3f}"


def _worst_shown(objects: Sequence[ObjectScore]) -> list[ObjectScore]:
    taken: dict[tuple[str, str], int] = defaultdict(int)
    chosen: list[ObjectScore] = []
    for o in worst(objects, len(objects)):
        key = (o.case.modality, o.case.dataset)
        if taken[key] < SHOWN_OF_A_DATASET and len(chosen) < SHOWN_WORST:
            taken[key] += 1
            chosen.append(o)
    return chosen


def _typical(objects: Sequence[ObjectScore]) -> list[ObjectScore]:
    """Of each data set the object in the middle of its Dice."""
    sets: dict[tuple[str, str], list[ObjectScore]] = defaultdict(list)
    for o in objects:
        sets[o.case.modality, o.case.dataset].append(o)
    return [
        sorted(members, key=lambda o: o.scores["network"].dice)[len(members) // 2]
        for _, members in sorted(sets.items())
    ]


def _shown(result: Evaluation, score: ObjectScore) -> Row:
    """A cut-out with its caption."""
    target, case = score.target, score.case
    masks, _ = result.masks(target)
    drawn = {"truth": target.truth()}
    drawn.update({name: masks[name] for name in ("against", "network") if name in masks})
    box = target.box if result.protocol.boxed else None
    scores = score.scores["network"]
    hd95 = "∞" if np.isinf(scores.hd95) else f"{scores.hd95:.1f}"
    return {
        "image": cutout(target.picture(), drawn, box),
        "dice": scores.dice,
        "against": score.scores["against"].dice if "against" in score.scores else None,
        "nsd": scores.nsd,
        "hd95": f"{hd95} {score.unit}",
        "title": f"{modality_title(case.modality)}, {case.dataset}",
        "label": label_name(case, target.object.label),
        "where": f"{case.id}{_slice(case, score)}",
        "area": target.object.area,
    }


def _slice(case: CaseRecord, score: ObjectScore) -> str:
    return f", slice {case.slices[score.target.object.slice].index}" if case.kind == "3d" else ""
