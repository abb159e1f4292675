"""An evaluation as files: JSON of its tables, CSV of its objects, images and volumes."""

from __future__ import annotations

import csv
import io
import json
import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from finetune.scores.evaluate import Evaluation, ObjectScore
from finetune.scores.metrics import Scores
from finetune.scores.report import label_name, of_dataset, where
from medsam.errors import WriteError
from medsam.io.atomic import write_atomically

Row = dict[str, Any]


def object_rows(result: Evaluation) -> list[Row]:
    """One flat row an object, for CSV."""
    columns = sorted({c for o in result.objects for c in o.case.attributes})
    first = result.protocol.first_round
    rows = []
    for o in result.objects:
        row = {k: v for k, v in where(o).items() if k != "dice"}
        row |= {
            f"box_{n}": round(v, 3) for n, v in zip(("x0", "y0", "x1", "y1"), o.target.box.xyxy, strict=True)
        }
        row["unit"] = o.unit
        row |= _flat(o.scores)
        row["network_estimated_iou"] = round(o.estimated, 5)
        row["network_refused"] = int(o.refused)
        for name, rounds in o.rounds.items():
            row |= {f"{name}_dice_click_{n}": round(d, 5) for n, d in enumerate(rounds, first)}
        rows.append(row | {f"attribute_{c}": o.case.attributes.get(c, "") for c in columns})
    return rows


def image_rows(result: Evaluation) -> list[Row]:
    """One flat row an image (a slice): means over its objects that were drawn."""
    images: dict[tuple[str, int], list[ObjectScore]] = defaultdict(list)
    for o in result.objects:
        images[o.case.id, o.target.object.slice].append(o)
    rows = []
    for members in images.values():
        row = {k: v for k, v in where(members[0]).items() if k in ("modality", "dataset", "patient", "case")}
        row |= {"image": members[0].case.image, "slice": where(members[0])["slice"], "objects": len(members)}
        for method in result.methods:
            for metric in ("dice", "iou", "nsd"):
                values = [getattr(m.scores[method], metric) for m in members]
                row[f"{method}_{metric}"] = round(float(np.mean(values)), 5)
        rows.append(row)
    return rows


def volume_rows(result: Evaluation) -> list[Row]:
    """One flat row a label of a scan in 3D."""
    return [
        {
            **of_dataset(v),
            "patient": v.case.group,
            "case": v.case.id,
            "image": v.case.image,
            "label": v.label,
            "label_name": label_name(v.case, v.label),
            "objects": v.objects,
            "slices": v.slices,
            "unit": "mm",
            **_flat(v.scores),
        }
        for v in result.volumes
    ]


def _flat(scores: dict[str, Scores]) -> Row:
    return {
        f"{method}_{metric}": "inf" if math.isinf(value) else round(value, 5)
        for method, of in scores.items()
        for metric, value in asdict(of).items()
    }


def write_tables(result: Evaluation, data: dict[str, Any], stem: Path) -> list[Path]:
    """Write ``stem.json``, ``stem.csv`` (objects), ``stem-images.csv`` and, of scans, ``stem-volumes.csv``.

    Raises:
        WriteError: If they cannot be written.
    """
    written = [write_json(stem.with_name(f"{stem.name}.json"), data)]
    for name, rows in (
        ("", object_rows(result)),
        ("-images", image_rows(result)),
        ("-volumes", volume_rows(result)),
    ):
        if rows:
            written.append(write_csv(stem.with_name(f"{stem.name}{name}.csv"), rows))
    return written


def write_json(path: Path, data: dict[str, Any]) -> Path:
    """Write a report's plain data, making its folder first.

    Raises:
        WriteError: If it cannot be written.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    return write_text(path, json.dumps(data, indent=1, allow_nan=False, ensure_ascii=False) + "\n")


def write_csv(path: Path, rows: Sequence[Row]) -> Path:
    """Write flat rows; a column for every key that any of them has.

    Raises:
        WriteError: If it cannot be written.
    """
    columns: dict[str, None] = {}
    for row in rows:
        columns.update(dict.fromkeys(row))
    out = io.StringIO()
    writer = csv.DictWriter(out, list(columns), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return write_text(path, out.getvalue())


def write_text(path: Path, text: str) -> Path:
    """Write a UTF-8 file whole or not at all.

    Raises:
        WriteError: If it cannot be written.
    """

    def write(temporary: Path) -> None:
        with temporary.open("w", encoding="utf-8", newline="") as file:
            file.write(text)

    def verify(temporary: Path) -> None:
        if temporary.read_bytes() != text.encode():
            raise WriteError(f"{path.name} differs from what was written. Write it again, or elsewhere.")

    return write_atomically(path, path.suffix, write, verify)
