"""A table of a network's scores beside what needs no network.

Whole pictures, boxes as a user's hand draws them (noisy), masks at the
picture's own resolution: the network's is compared where a user would see it.
"""

from __future__ import annotations

import json
import time
from collections import defaultdict
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from finetune.metrics import dice, iou
from finetune.modalities import modality
from finetune.scoring import means, predict
from finetune.targets import (
    LEAST_AREA,
    MOST_PER_CASE,
    WHOLE_PICTURE,
    box_fill,
    inscribed_ellipse,
    targets,
)
from medsam.errors import InputError
from medsam.model.zoom import ZoomNet

Key = tuple[str, str]
METHODS = ("network", "ellipse", "box")


@dataclass
class Report:
    """Scores by method and (modality, source), and how they came about."""

    protocol: dict[str, Any]
    dice: dict[str, dict[Key, list[float]]] = field(default_factory=dict)
    iou: list[float] = field(default_factory=list)
    estimated: list[float] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)
    worst: list[dict[str, Any]] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        mean, by_modality = {}, {}
        for method in METHODS:
            mean[method], by_modality[method] = means(self.dice[method])
        sources = {
            f"{m}/{s}": {
                "objects": len(values),
                **{method: round(float(np.mean(self.dice[method][m, s])), 4) for method in METHODS},
                "median": round(float(np.median(values)), 4),
                "p10": round(float(np.percentile(values, 10)), 4),
            }
            for (m, s), values in sorted(self.dice["network"].items())
        }
        return {
            "protocol": self.protocol,
            "mean": {k: round(v, 4) for k, v in mean.items()},
            "modalities": {k: {m: round(v, 4) for m, v in t.items()} for k, t in by_modality.items()},
            "sources": sources,
            "quality": self.quality(),
            "median_milliseconds": round(float(np.median(self.milliseconds)), 1),
            "worst": self.worst,
        }

    def quality(self) -> dict[str, float]:
        """How well the estimated IoU tells the true one."""
        true, estimate = np.array(self.iou), np.array(self.estimated)
        varied = len(true) > 1 and true.std() > 0 and estimate.std() > 0
        return {
            "correlation": round(float(np.corrcoef(true, estimate)[0, 1]), 3) if varied else 0.0,
            "mean_error": round(float(np.abs(true - estimate).mean()), 3),
        }

    def to_markdown(self) -> str:
        """The report as a table a person reads."""
        data = self.to_dict()
        p = data["protocol"]
        lines = [
            f"Split `{p['split']}`, {p['objects']} objects of whole pictures, Dice at native resolution."
            f" One box per 8-connected component of a label of at least {p['least_area']} pixels"
            f" (at most {p['most_per_case']} of one picture or scan, drawn at random; boxes over more"
            f" than {p['whole_picture']:.0%} of the picture left out); each of its four coordinates"
            f" moved by normal noise of {p['noise']:.0%} of that side, both directions, clipped to the"
            f" picture. Seed {p['seed']}. Means: objects within a source, then sources, then modalities.",
            "",
            "| modality | source | objects | network | ellipse | box fill | network median | network 10 % |",
            "|---|---|---|---|---|---|---|---|",
        ]
        for name, row in data["sources"].items():
            key, source = name.split("/", 1)
            lines.append(
                f"| {modality(key).title} | {source} | {row['objects']} | {row['network']:.3f} |"
                f" {row['ellipse']:.3f} | {row['box']:.3f} | {row['median']:.3f} | {row['p10']:.3f} |"
            )
        mean = data["mean"]
        lines.append(
            f"| **mean over modalities** | | {p['objects']} | **{mean['network']:.3f}** |"
            f" **{mean['ellipse']:.3f}** | **{mean['box']:.3f}** | | |"
        )
        q = data["quality"]
        lines += [
            "",
            f"Estimated against true IoU: correlation {q['correlation']:.2f},"
            f" mean error {q['mean_error']:.3f}.",
        ]
        return "\n".join(lines) + "\n"


def evaluate(
    network: ZoomNet,
    data: Path,
    *,
    split: str = "test",
    noise: float = 0.05,
    seed: int = 1,
    report: Callable[[str], None] = print,
) -> Report:
    """Score a network, the inscribed ellipse and the filled box on a split.

    Raises:
        InputError: If the split has no objects.
    """
    scores: dict[str, dict[Key, list[float]]] = {method: defaultdict(list) for method in METHODS}
    result = Report(protocol={}, dice=scores)
    cases = []
    for number, target in enumerate(targets(data, split, noise, seed)):
        start = time.perf_counter()
        mask, estimate = predict(network, target.picture, target.box)
        result.milliseconds.append((time.perf_counter() - start) * 1000)
        truth, hw = target.found.full_mask(), target.found.shape_hw
        key = (target.case.modality, target.case.source)
        scores["network"][key].append(dice(mask, truth))
        scores["ellipse"][key].append(dice(inscribed_ellipse(target.box, hw), truth))
        scores["box"][key].append(dice(box_fill(target.box, hw), truth))
        result.iou.append(iou(mask, truth))
        result.estimated.append(estimate)
        cases.append((scores["network"][key][-1], target.case.image, target.found.index, target.found.label))
        if number % 200 == 0:
            report(f"{number} objects")
    if not cases:
        raise InputError(f"Scoring needs objects; the split {split} of cases.csv has none.")
    result.protocol = {
        "split": split,
        "objects": len(cases),
        "noise": noise,
        "seed": seed,
        "least_area": LEAST_AREA,
        "whole_picture": WHOLE_PICTURE,
        "most_per_case": MOST_PER_CASE,
        "boxes": "one per 8-connected component of a label, every slice along the third array axis",
    }
    result.worst = [
        {"dice": round(d, 3), "image": image, "slice": index, "label": label}
        for d, image, index, label in sorted(cases)[:20]
    ]
    return result


def write_report(result: Report, stem: Path) -> tuple[Path, Path]:
    """Write ``stem.json`` and ``stem.md``; returns both paths."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    as_json, as_text = stem.with_suffix(".json"), stem.with_suffix(".md")
    as_json.write_text(json.dumps(result.to_dict(), indent=1) + "\n", encoding="utf-8")
    as_text.write_text(result.to_markdown(), encoding="utf-8")
    return as_json, as_text
