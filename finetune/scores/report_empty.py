"""Answers to boxes on background as tables, CSV rows and a page."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from finetune.data.targets import Target
from finetune.scores.empty import PER_CASE, Asked, EmptyEvaluation
from finetune.scores.protocols import ask_box
from finetune.scores.report import header, label_name, modality_title, protocol_facts
from finetune.scores.report_figures import COLORS, cutout, roc_chart
from finetune.scores.report_files import write_csv, write_json, write_text
from finetune.scores.report_page import environment
from finetune.scores.statistics import auc, bootstrap_mean_of_means, mean_of_means, wilson
from medsam.prompts import Box

FALSE_REFUSALS = 0.02
"""At this share of refused objects a network's other threshold is told for comparison."""

SHOWN = 12
SHOWN_OF_A_DATASET = 3

Row = dict[str, Any]


def build_empty(result: EmptyEvaluation, extra: dict[str, Any] | None = None) -> dict[str, Any]:
    """Everything that is known of such an evaluation, as plain data.

    ``empty`` holds by network ("network", "against") the rows ``overall``,
    ``modalities`` and ``datasets``, and the curve ``roc``. A row tells three
    shares, each ``{count, total, share, low, high}`` with Wilson's interval:
    ``nothing`` (certain boxes answered "nothing here"), ``nothing_strict``
    (of all boxes on background) and ``refused`` (objects refused); the
    overall one also their means over modalities.

    Args:
        extra: Further facts for the header, such as a run's recipe and step.
    """
    asked = [*result.boxes, *result.objects]
    return {
        **header(result, [a.target.record for a in asked], extra),
        "protocol": {
            "sentence": result.protocol.sentence(result.scorer),
            **protocol_facts(result.protocol),
            **asdict(result.settings),
            "per_case_background": PER_CASE,
            "boxes": len(result.boxes),
            "certain_boxes": sum(a.certain for a in result.boxes),
            "objects": len(result.objects),
            "cases": len({a.target.record.id for a in asked}),
            "patients": len({a.patient for a in asked}),
        },
        "empty": {name: _of_network(result, name) for name in result.networks},
        "median_milliseconds": round(float(np.median(result.milliseconds)), 1),
    }


def _of_network(result: EmptyEvaluation, name: str) -> dict[str, Any]:
    asked = [*result.boxes, *result.objects]
    return {
        "overall": {**_row(asked, name), "means": _means(asked, name, result.protocol.seed)},
        "modalities": _rows(asked, name, lambda a: {"modality": a.target.record.modality}),
        "datasets": _rows(
            asked, name, lambda a: dict(zip(("modality", "dataset"), a.target.key, strict=True))
        ),
        "roc": _roc(asked, name),
    }


def _rows(asked: Sequence[Asked], name: str, key: Callable[[Asked], Row]) -> list[Row]:
    groups: dict[tuple[str, ...], list[Asked]] = defaultdict(list)
    for one in asked:
        groups[tuple(key(one).values())].append(one)
    return [{**key(members[0]), **_row(members, name)} for _, members in sorted(groups.items())]


def _parts(asked: Sequence[Asked]) -> dict[str, list[Asked]]:
    """Whom the three shares are of."""
    boxes = [a for a in asked if a.on_background]
    return {
        "nothing": [a for a in boxes if a.certain],
        "nothing_strict": boxes,
        "refused": [a for a in asked if not a.on_background],
    }


def _row(asked: Sequence[Asked], name: str) -> Row:
    parts = _parts(asked)
    boxes, objects = ([a.said[name].presence for a in parts[k]] for k in ("nothing", "refused"))
    return {
        "patients": len({a.patient for a in asked}),
        **{key: _share(sum(a.said[name].nothing for a in part), len(part)) for key, part in parts.items()},
        "auc": auc(objects, boxes),
        "other_threshold": _at(FALSE_REFUSALS, objects, boxes),
    }


def _share(count: int, total: int) -> Row:
    low, high = wilson(count, total) or (None, None)
    share = count / total if total else None
    return {"count": count, "total": total, "share": share, "low": low, "high": high}


def _means(asked: Sequence[Asked], name: str, seed: int) -> Row:
    """Each share's mean over modalities, of data sets, with its interval by patient."""
    means: Row = {}
    for key, part in _parts(asked).items():
        values, keys = [float(a.said[name].nothing) for a in part], [a.target.key for a in part]
        mean = mean_of_means(values, keys) if part else None
        patients = [a.patient for a in part]
        interval = bootstrap_mean_of_means(values, keys, patients, seed=seed) if part else None
        means[key] = {"mean": mean, "interval": interval}
    return means


def _at(share: float, objects: Sequence[float], boxes: Sequence[float]) -> Row | None:
    """What a threshold would answer that refuses at most ``share`` of these very objects."""
    if not objects or not boxes or max(*objects, *boxes) == min(*objects, *boxes):
        return None
    ordered = np.sort(objects)
    threshold = float(ordered[int(share * len(ordered))])
    return {
        "threshold": threshold,
        "refused": float(np.mean(np.array(objects) < threshold)),
        "nothing": float(np.mean(np.array(boxes) < threshold)),
    }


def _roc(asked: Sequence[Asked], name: str) -> list[tuple[float, float]]:
    """Shares of refused objects and of certain boxes answered "nothing", over all thresholds."""
    parts = _parts(asked)
    objects, boxes = (np.sort([a.said[name].presence for a in parts[key]]) for key in ("refused", "nothing"))
    if not len(objects) or not len(boxes):
        return []
    thresholds = np.unique(np.concatenate([objects, boxes, [np.inf]]))
    refused = np.searchsorted(objects, thresholds) / len(objects)
    nothing = np.searchsorted(boxes, thresholds) / len(boxes)
    return [(round(float(x), 5), round(float(y), 5)) for x, y in zip(refused, nothing, strict=True)]


def empty_rows(result: EmptyEvaluation) -> list[Row]:
    """One flat row a box, for CSV."""
    rows = []
    for asked in (*result.boxes, *result.objects):
        target, case = asked.target, asked.target.record
        row: Row = {"kind": "background" if asked.on_background else "object"}
        row |= {"modality": case.modality, "dataset": case.dataset, "patient": case.group, "case": case.id}
        row |= {"image": case.image, "slice": case.slices[_slice(asked)].index}
        row["label"] = label_name(case, target.object.label) if isinstance(target, Target) else ""
        row["certain"] = int(asked.certain)
        row |= {
            f"box_{k}": round(v, 3) for k, v in zip(("x0", "y0", "x1", "y1"), target.box.xyxy, strict=True)
        }
        for name, said in asked.said.items():
            row |= {f"{name}_nothing": int(said.nothing), f"{name}_presence": round(said.presence, 5)}
        rows.append(row)
    return rows


def _slice(asked: Asked) -> int:
    target = asked.target
    return target.object.slice if isinstance(target, Target) else target.slice


def write_empty_tables(result: EmptyEvaluation, data: dict[str, Any], stem: Path) -> list[Path]:
    """Write ``stem.json`` and ``stem.csv``, a row a box.

    Raises:
        WriteError: If they cannot be written.
    """
    return [
        write_json(stem.with_name(f"{stem.name}.json"), data),
        write_csv(stem.with_name(f"{stem.name}.csv"), empty_rows(result)),
    ]


def write_empty_page(result: EmptyEvaluation, data: dict[str, Any], path: Path) -> Path:
    """Write the page of such an evaluation; what it shows is asked for again.

    Raises:
        WriteError: If it cannot be written.
    """
    from markupsafe import Markup

    names = {"network": str(data["weights"]["title"])}
    if data["against"]:
        names["against"] = f"{data['against']['title']} (second)"
    curves = {name: rows["roc"] for name, rows in data["empty"].items() if rows["overall"]["auc"] is not None}
    drawn = [a for a in result.boxes if a.certain and not a.said["network"].nothing]
    refused = [a for a in result.objects if a.said["network"].nothing]
    text = (
        environment()
        .get_template("empty.html")
        .render(
            data=data,
            names=names,
            colors=COLORS,
            limit=FALSE_REFUSALS,
            roc=Markup(roc_chart(curves, names)) if curves else "",
            drawn=[
                _shown(result, a) for a in _spread(sorted(drawn, key=lambda a: -a.said["network"].presence))
            ],
            refused=[
                _shown(result, a) for a in _spread(sorted(refused, key=lambda a: a.said["network"].presence))
            ],
            drawn_in_all=len(drawn),
        )
    )
    return write_text(path, text)


def _spread(ordered: Sequence[Asked]) -> list[Asked]:
    """The first of them, few of one data set."""
    taken: dict[tuple[str, str], int] = defaultdict(int)
    chosen: list[Asked] = []
    for one in ordered:
        if taken[one.target.key] < SHOWN_OF_A_DATASET and len(chosen) < SHOWN:
            taken[one.target.key] += 1
            chosen.append(one)
    return chosen


def _shown(result: EmptyEvaluation, asked: Asked) -> Row:
    target, case = asked.target, asked.target.record
    picture = target.picture()
    masks = {"network": ask_box(result.scorer, picture, target.box).mask}
    if isinstance(target, Target):
        masks = {"truth": target.truth(), **masks}
    item = label_name(case, target.object.label) if isinstance(target, Target) else "background"
    where = f", slice {case.slices[_slice(asked)].index}" if case.kind == "3d" else ""
    return {
        "image": cutout(picture, masks, Box(*target.box.xyxy)),
        "presence": asked.said["network"].presence,
        "title": f"{modality_title(case.modality)}, {case.dataset}",
        "label": item,
        "where": f"{case.id}{where}",
    }
