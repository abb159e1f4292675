"""The figures of a card as Markdown tables, from reports and their objects."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from finetune.card.data_sets import data_rows, title_of
from finetune.card.reports import Report, held_out_rows
from finetune.data.store import Store
from finetune.scores.report import modality_title
from finetune.scores.statistics import FEW_PATIENTS, bootstrap_mean_of_means, mean_of_means

Row = dict[str, Any]
Key = tuple[str, str]

METHODS = {
    "network": "network",
    "ellipse": "ellipse",
    "box": "box fill",
    "otsu": "Otsu",
    "grabcut": "GrabCut",
}
"""Columns of a table, as far as a report has them."""

EXPLAINED = {
    "ellipse": "the ellipse that touches the box's sides",
    "box": "the whole box",
    "otsu": "Otsu's threshold inside the box",
    "grabcut": "GrabCut begun from the box",
}
"""What needs no network, in a sentence."""

LOW_DICE = 0.7
"""Below it a mask is counted as a failure."""

FEW = "†"
MISSING = "n/a"


@dataclass(frozen=True)
class Objects:
    """The objects of a report by column.

    Attributes:
        rows: As the CSV holds them.
        keys: Modality and data set of each.
        patients: Of each: data set and group, as the bootstrap draws them.
    """

    rows: list[dict[str, str]]
    keys: list[Key]
    patients: list[Key]

    @classmethod
    def of(cls, report: Report) -> Objects:
        """Read them."""
        rows = report.objects()
        return cls(
            rows,
            [(row["modality"], row["dataset"]) for row in rows],
            [(row["dataset"], row["patient"]) for row in rows],
        )

    def column(self, name: str) -> list[float]:
        """A column as numbers."""
        return [float(row[name]) for row in self.rows]

    def only(self, modality: str) -> Objects:
        """Those of one modality."""
        chosen = [n for n, key in enumerate(self.keys) if key[0] == modality]
        return Objects(
            [self.rows[n] for n in chosen],
            [self.keys[n] for n in chosen],
            [self.patients[n] for n in chosen],
        )


def table(head: Sequence[str], rows: Sequence[Sequence[str]], words: int = 1) -> str:
    """A Markdown table; all but the first ``words`` columns stand to the right."""
    marks = ["---" if n < words else "---:" for n in range(len(head))]
    lines = [list(head), marks, *[[cell.replace("|", "\\|") for cell in row] for row in rows]]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def number(value: float | None, digits: int = 3) -> str:
    """With a fixed number of digits; "n/a" where it is not defined."""
    return MISSING if value is None else f"{value:.{digits}f}"


def share(value: float | None) -> str:
    """As a percentage with one digit behind the point."""
    return MISSING if value is None else f"{value:.1%}".replace("%", " %")


def limits(pair: Sequence[float] | None, digits: int = 3) -> str:
    """An interval: ``0.895 to 0.909``."""
    return MISSING if pair is None else f"{pair[0]:.{digits}f} to {pair[1]:.{digits}f}"


def within(pair: Sequence[float] | None) -> str:
    """An interval behind a figure, on the same line; nothing if there is none."""
    return f"\u00a0({pair[0]:.3f}–{pair[1]:.3f})" if pair else ""


def summary_text(summary: Row, patients: int | None = None) -> str:
    """Mean (interval) of a report's summary, marked where its patients are few."""
    if summary["mean"] is None:
        return MISSING
    few = FEW if (summary["patients"] if patients is None else patients) < FEW_PATIENTS else ""
    if summary["low"] is None:
        return f"{summary['mean']:.3f}{few}"
    return f"{summary['mean']:.3f}{within((summary['low'], summary['high']))}{few}"


def methods(report: Report) -> list[str]:
    """What a report compares, the network first."""
    return [name for name in METHODS if name in report.data["mean"]]


def by_modality(report: Report, objects: Objects) -> str:
    """A row a modality, the mean of its data sets' means, with an interval over patients; and their mean."""
    compared = methods(report)
    seed = int(report.protocol["seed"])
    rows = []
    for modality in sorted({key[0] for key in objects.keys}, key=lambda key: modality_title(key).casefold()):
        mine = objects.only(modality)
        patients = len(set(mine.patients))
        values = {name: mine.column(f"{name}_dice") for name in compared}
        means = [mean_of_means(values[name], mine.keys) for name in compared]
        interval = bootstrap_mean_of_means(values["network"], mine.keys, mine.patients, seed=seed)
        few = FEW if patients < FEW_PATIENTS else ""
        first = f"**{means[0]:.3f}**" + within(interval) + few
        rows.append(
            [
                modality_title(modality),
                str(len(mine.rows)),
                str(patients),
                first,
                *[number(m) for m in means[1:]],
            ]
        )
    head = ["modality", "objects", "patients", *[METHODS[name] for name in compared]]
    rows.append(_mean_row(report, compared))
    return table(head, rows)


def _mean_row(report: Report, compared: Sequence[str]) -> list[str]:
    mean, interval = report.data["mean"], report.data["mean_interval"]["network"]
    first = f"**{mean['network']:.3f}**" + within(interval)
    protocol = report.protocol
    cells = [str(protocol["objects"]), str(protocol["patients"]), first]
    return ["**mean of the modalities**", *cells, *[number(mean[name]) for name in compared[1:]]]


def by_source(report: Report) -> str:
    """A row a modality's data set: mean over its objects with an interval over patients, and the median."""
    compared = methods(report)
    rows = []
    for row in _sorted(report.data["tables"]["datasets"]):
        scores = {name: row["scores"][name]["dice"] for name in compared}
        rows.append(
            [
                modality_title(row["modality"]),
                title_of(row["dataset"]),
                str(row["objects"]),
                str(row["patients"]),
                summary_text(scores["network"]),
                number(scores["network"]["median"]),
                *[number(scores[name]["mean"]) for name in compared[1:]],
            ]
        )
    head = ["modality", "source", "objects", "patients", "network", "median"]
    return table([*head, *[METHODS[name] for name in compared[1:]]], rows, 2)


def _sorted(rows: Sequence[Row]) -> list[Row]:
    return sorted(rows, key=lambda row: (modality_title(row["modality"]).casefold(), row["dataset"]))


def by_noise(noise: Sequence[Row]) -> str:
    """A row an amount of noise: mean over modalities of whatever all of them compare."""
    compared = [name for name in METHODS if all(name in row["mean"] for row in noise)]
    rows = []
    for row in noise:
        interval = row["interval"]["network"]
        first = f"{row['mean']['network']:.3f}{within(interval)}"
        rows.append([f"{row['noise'] * 100:g} %", first, *[number(row["mean"][n]) for n in compared[1:]]])
    return table(["each side off by", *[METHODS[name] for name in compared]], rows)


def unseen(reports: Sequence[Report]) -> str:
    """A row a data set that weights were trained without."""
    rows = []
    for report in reports:
        for row in _sorted(held_out_rows(report)):
            scores = {name: row["scores"][name]["dice"] for name in methods(report)}
            rows.append(
                [
                    modality_title(row["modality"]),
                    title_of(row["dataset"]),
                    str(row["objects"]),
                    str(row["patients"]),
                    summary_text(scores["network"]),
                    *[number(scores[n]["mean"]) if n in scores else MISSING for n in ("ellipse", "box")],
                ]
            )
    head = ["modality", "source", "objects", "patients", "network", METHODS["ellipse"], METHODS["box"]]
    return table(head, rows, 2)


def unseen_mean(reports: Sequence[Report]) -> float:
    """Mean over modalities of the data sets' means, of the data sets that weights never saw."""
    found: dict[str, list[float]] = defaultdict(list)
    for report in reports:
        for row in held_out_rows(report):
            found[row["modality"]].append(row["scores"]["network"]["dice"]["mean"])
    return float(np.mean([np.mean(values) for values in found.values()]))


def hardest_labels(report: Report, count: int = 5) -> str:
    """The labels with the lowest mean."""
    rows = sorted(
        report.data["tables"]["labels"],
        key=lambda row: (row["scores"]["network"]["dice"]["mean"], row["dataset"]),
    )
    cells = [
        [
            row["label"],
            modality_title(row["modality"]),
            title_of(row["dataset"]),
            str(row["objects"]),
            summary_text(row["scores"]["network"]["dice"]),
            number(row["scores"]["ellipse"]["dice"]["mean"]) if "ellipse" in row["scores"] else MISSING,
        ]
        for row in rows[:count]
    ]
    return table(["what", "modality", "source", "objects", "network", METHODS["ellipse"]], cells, 3)


def failures(objects: Objects) -> Row:
    """How many masks are below the Dice that counts as a failure, in all and by modality."""
    low: dict[str, int] = defaultdict(int)
    for (modality, _), dice in zip(objects.keys, objects.column("network_dice"), strict=True):
        low[modality] += dice < LOW_DICE
    counts = sorted(((n, modality_title(m)) for m, n in low.items() if n), reverse=True)
    return {
        "count": sum(low.values()),
        "objects": len(objects.rows),
        "share": share(sum(low.values()) / max(len(objects.rows), 1)),
        "by_modality": ", ".join(f"{title} {n}" for n, title in counts),
        "below": f"{LOW_DICE:g}",
    }


def where(row: Row) -> str:
    """Modality and data set of a report's row, for a sentence."""
    return f"{modality_title(row['modality'])}, {title_of(row['dataset'])}"


def not_above_ellipse(report: Report) -> list[str]:
    """Data sets on which the network's interval reaches down to the ellipse's mean, or below."""
    names = []
    for row in _sorted(report.data["tables"]["datasets"]):
        network, ellipse = row["scores"]["network"]["dice"], row["scores"].get("ellipse", {}).get("dice")
        least = network["low"] if network["low"] is not None else network["mean"]
        if ellipse is not None and None not in (least, ellipse["mean"]) and least <= ellipse["mean"]:
            names.append(where(row))
    return names


def few_patients(report: Report) -> list[str]:
    """Data sets whose scores stand on few patients, with how many."""
    return [
        f"{where(row)} ({row['patients']})"
        for row in _sorted(report.data["tables"]["datasets"])
        if row["patients"] < FEW_PATIENTS
    ]


def data(store: Store) -> str:
    """A row a modality's data set, with its splits and terms."""
    head = ["modality", "source", "objects", "cases", "patients", "terms as stated"]
    return table(head, data_rows(store), len(head))
