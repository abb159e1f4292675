"""What a card says of the two protocols beside boxes: corrective clicks, and boxes around nothing."""

from __future__ import annotations

from typing import Any

from finetune.card.reports import Report
from finetune.card.tables import MISSING, number, share, table, within
from finetune.scores.report import modality_title

Part = dict[str, Any]

_MEAN = "**mean of the modalities**"


def corrections(report: Report) -> Part:
    """Mean Dice after a box and each corrective click: ``title``, ``brief``, ``table``, ``sentence``."""
    rows = [row for row in report.data["clicks_by_modality"] if row["network"] == "network"]
    overall = next(row for row in rows if not row["modality"])
    of_modality = sorted(
        (row for row in rows if row["modality"]), key=lambda row: modality_title(row["modality"]).casefold()
    )
    count = len(overall["dice"]) - 1
    first = int(report.data["clicks"]["network"][0]["click"])
    head = ["modality", "objects", *[_after(first + n) for n in range(count + 1)]]
    cells = [
        [modality_title(row["modality"]), str(row["objects"]), *map(number, row["dice"])]
        for row in of_modality
    ]
    intervals = overall["intervals"] or [None] * (count + 1)
    means = [f"**{d:.3f}**{within(i)}" for d, i in zip(overall["dice"], intervals, strict=True)]
    cells.append([_MEAN, str(overall["objects"]), *means])
    last = first + count
    return {
        "title": f"After {last} corrective click" + ("s" if last != 1 else ""),
        "brief": f"Dice **{number(overall['dice'][-1])}**, mean of {len(of_modality)} modalities",
        "table": table(head, cells),
        "sentence": report.protocol["sentence"],
    }


def _after(clicks: int) -> str:
    return "box only" if clicks == 0 else f"{clicks} click" + ("s" if clicks > 1 else "")


def empty(report: Report) -> Part:
    """How often a box on background is answered "nothing here", and a real object too."""
    found = report.data["empty"]["network"]
    overall = found["overall"]
    rows = [
        [modality_title(row["modality"]), *_shares(row)]
        for row in sorted(found["modalities"], key=lambda row: modality_title(row["modality"]).casefold())
    ]
    rows.append(["**all**", *(f"**{cell}**" for cell in _shares(overall))])
    means = [overall["means"][name]["mean"] for name in ("nothing", "nothing_strict", "refused")]
    rows.append([_MEAN, *map(share, means)])
    nothing, refused = overall["nothing"], overall["refused"]
    return {
        "brief": f'answered "nothing here" in **{share(nothing["share"])}** of {nothing["total"]} boxes;'
        f" wrongly so for **{share(refused['share'])}** of {refused['total']} real objects",
        "table": table(["modality", "certainly empty", "any background", "real objects refused"], rows),
        "sentence": report.protocol["sentence"],
    }


def _shares(row: Part) -> list[str]:
    return [_counted(row[name]) for name in ("nothing", "nothing_strict", "refused")]


def _counted(found: Part) -> str:
    """A share with what it is of."""
    return f"{share(found['share'])} of {found['total']}" if found["total"] else MISSING
