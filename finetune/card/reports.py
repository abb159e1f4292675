"""Which of the reports of ``evaluate`` a model card is made from, and what for.

A report is the JSON file that ``evaluate`` wrote, with the CSV of its objects
beside it. Every figure of a card comes out of these files; none is typed.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from medsam.errors import InputError

NOISE = 0.05
"""Of the boxes of the report that a card leads with, over the side."""

SPLIT = "test"


@dataclass(frozen=True)
class Report:
    """One report.

    Attributes:
        path: Of the JSON file.
        data: Its content, as ``finetune.scores.report.build`` makes it.
        held_out: Data sets or modalities that the scored weights never saw; empty if none are told.
    """

    path: Path
    data: dict[str, Any]
    held_out: tuple[str, ...] = ()

    @property
    def protocol(self) -> dict[str, Any]:
        """What was asked."""
        return self.data["protocol"]

    @property
    def kind(self) -> str:
        """Of the protocol: "box", "corrections", "empty", ..."""
        return str(self.protocol["prompt"])

    @property
    def weights_sha256(self) -> str:
        """Of the scored weights."""
        return str(self.data["weights"]["sha256"])

    def objects(self) -> list[dict[str, str]]:
        """The rows of the CSV beside the report, an object each.

        Raises:
            InputError: If it is not there.
        """
        path = self.path.with_suffix(".csv")
        try:
            with path.open(encoding="utf-8", newline="") as file:
                return list(csv.DictReader(file))
        except (OSError, UnicodeDecodeError, csv.Error):
            raise InputError(
                f"A card needs the objects of {self.path.name}; {path.name} beside it is missing or not"
                " readable. Evaluate again, and leave the files together."
            ) from None


@dataclass
class Reports:
    """The reports of a card, each in its part.

    Attributes:
        main: Boxes with noise of 5 % on the test split.
        noise: Rows ``noise``, ``mean`` and ``interval`` of boxes with more or less noise, in ascending order.
        corrections: Clicks after a box; None if there is none.
        empty: Boxes around nothing; None if there is none.
        unseen: Of other weights, each on data sets that those were not trained on.
        unused: Further reports in the folders, with the reason.
    """

    main: Report
    noise: list[dict[str, Any]] = field(default_factory=list)
    corrections: Report | None = None
    empty: Report | None = None
    unseen: list[Report] = field(default_factory=list)
    unused: list[tuple[Report, str]] = field(default_factory=list)

    def sentences(self) -> Iterator[str]:
        """What each report is used for, and what is missing."""
        yield f"{self.main.path.name}: the scores"
        noises = ", ".join(f"{row['noise'] * 100:g} %" for row in self.noise)
        yield f"noise: {noises}"
        for report, part in ((self.corrections, "corrections"), (self.empty, "boxes around nothing")):
            yield f"{report.path.name}: {part}" if report else f"no report: the card has no part on {part}"
        yield from (f"{r.path.name}: trained without {', '.join(r.held_out)}" for r in self.unseen)
        if not self.unseen:
            yield "no report: the card has no part on data sets never seen"
        yield from (f"{report.path.name}: not used, {reason}" for report, reason in self.unused)


def read_reports(places: Sequence[Path], weights_sha256: str, unseen: Sequence[str] = ()) -> Reports:
    """Find the reports of some weights.

    Args:
        places: Folders (their ``*.json``) or files.
        weights_sha256: Of the file that the card is of.
        unseen: ``NAMES=FILE``: a report of weights that were trained without
            the data sets NAMES (separated by commas); or ``FILE`` alone where
            the report tells them itself.

    Raises:
        InputError: If a file cannot be read, or none is of these weights'
            boxes with 5 % noise on the test split.
    """
    held_out = [_unseen(text) for text in unseen]
    taken = {report.path.resolve() for report in held_out}
    found = [r for place in places for r in _in_place(place) if r.path.resolve() not in taken]
    own = [r for r in found if r.weights_sha256 == weights_sha256]
    boxes = [r for r in own if r.kind == "box" and _is_whole(r)]
    leading = [r for r in boxes if r.protocol["noise"] == NOISE]
    if not leading:
        raise InputError(
            f"A card needs a report on these very weights: boxes with {NOISE:.0%} noise on the {SPLIT} split."
            f" None of the {len(found)} reports given is one. Run `python -m finetune evaluate --model FILE`"
            " with the weights' file and give the folder of its report."
        )
    # Of reports on the same question the one with the most baselines, then with the most noises tells most.
    main = min(
        leading,
        key=lambda r: (-len(r.data["mean"]), -len(r.data.get("noise", ())), r.protocol["seed"], r.path.name),
    )
    if not {"noise", "refused"} <= set(main.data):
        raise InputError(
            f"{main.path.name} was written by an older `evaluate` and lacks some of what a card tells."
            " Evaluate again."
        )
    reports = Reports(main, unseen=held_out or [r for r in found if _is_unseen(r, main)])
    used_for_noise = _set_noise(reports, boxes)
    reports.corrections = _of_kind(own, "corrections", main)
    reports.empty = _of_kind(own, "empty", main)
    used = [main, *used_for_noise, reports.corrections, reports.empty, *reports.unseen]
    for report in found:
        if all(report is not other for other in used):
            reports.unused.append((report, _why_not(report, weights_sha256)))
    return reports


def read_report(path: Path, held_out: tuple[str, ...] = ()) -> Report:
    """Read one JSON report.

    Raises:
        InputError: If it is none.
    """
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        report = Report(path, data, held_out or _never_seen(data["weights"].get("training")))
        _ = (report.kind, report.weights_sha256, report.protocol["split"], report.protocol["seed"])
        return report
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            f"A card is made from the JSON reports of `evaluate`; {path.name} is none that can be read."
        ) from None


def _never_seen(training: dict[str, Any] | None) -> tuple[str, ...]:
    """What a network left out of its training, as a report tells; nothing of one that left nothing out."""
    if not training or not training["left_out"]:
        return ()
    return tuple(dict.fromkeys(map(str, (*training["left_out"], *training["never_seen"]))))


def _in_place(place: Path) -> Iterator[Report]:
    """A file's report; of a folder those JSON files that are reports."""
    if not place.is_dir():
        yield read_report(place)
        return
    for path in sorted(place.rglob("*.json")):
        try:
            yield read_report(path)
        except InputError:
            continue


def _unseen(text: str) -> Report:
    names, _, file = text.rpartition("=")
    report = read_report(Path(file), tuple(name.strip() for name in names.split(",") if name.strip()))
    if not report.held_out:
        raise InputError(
            f"{report.path.name} does not say which data sets its weights were trained without."
            f" Name them: --unseen NAME,NAME={file}"
        )
    rows = held_out_rows(report)
    if not rows:
        raise InputError(
            f"{report.path.name} has no scores of {', '.join(report.held_out)}. Evaluate on a store that"
            " holds these data sets."
        )
    return report


def held_out_rows(report: Report) -> list[dict[str, Any]]:
    """The rows of a report's data sets that the scored weights never saw."""
    names = set(report.held_out)
    return [row for row in report.data["tables"]["datasets"] if names & {row["dataset"], row["modality"]}]


def _is_whole(report: Report) -> bool:
    """Whether it is on all data sets of the test split."""
    return report.protocol["split"] == SPLIT and not report.protocol.get("datasets")


def _is_unseen(report: Report, main: Report) -> bool:
    """Whether it tells how a network like the card's does on data sets that it was trained without."""
    return (
        bool(report.held_out)
        and report.weights_sha256 != main.weights_sha256
        and report.data["weights"]["kind"] == main.data["weights"]["kind"]
        and (report.kind, report.protocol["noise"]) == ("box", NOISE)
        and bool(held_out_rows(report))
    )


def _set_noise(reports: Reports, boxes: Sequence[Report]) -> list[Report]:
    """Collect the rows of every noise; of one that several reports tell, the main one's own count.

    Returns:
        The further reports that a row comes from.
    """
    main = reports.main
    rows = {float(row["noise"]): row for row in main.data.get("noise", ())}
    rows.setdefault(NOISE, _noise_row(main))
    used = []
    for report in sorted(boxes, key=lambda r: (r.protocol["seed"] != main.protocol["seed"], r.path.name)):
        noise = float(report.protocol["noise"])
        if noise not in rows:
            rows[noise] = _noise_row(report)
            used.append(report)
    reports.noise = [rows[noise] for noise in sorted(rows)]
    return used


def _noise_row(report: Report) -> dict[str, Any]:
    data = report.data
    return {"noise": float(report.protocol["noise"]), "mean": data["mean"], "interval": data["mean_interval"]}


def _of_kind(own: Sequence[Report], kind: str, main: Report) -> Report | None:
    found = [r for r in own if r.kind == kind and _is_whole(r)]
    return min(
        found,
        key=lambda r: (r.protocol.get("noise") != NOISE, r.protocol["seed"] != main.protocol["seed"]),
        default=None,
    )


def _why_not(report: Report, weights_sha256: str) -> str:
    if report.weights_sha256 != weights_sha256:
        return "of other weights"
    if not _is_whole(report):
        return f"not on the whole {SPLIT} split"
    return "another report has its part"
