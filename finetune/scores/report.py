"""An evaluation as tables: one plain dictionary that JSON and the page are written from.

Every row tells how many objects and patients it stands on. What is not
defined is None (an empty cell in CSV, "n/a" on the page), never a number.
"""

from __future__ import annotations

import platform
import sys
from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import asdict
from datetime import datetime
from typing import Any, TypeVar
from typing import Protocol as ProtocolClass

import numpy as np

from finetune.data.modalities import modality
from finetune.data.store import CaseRecord, Store
from finetune.scores.evaluate import Evaluation, ObjectScore
from finetune.scores.protocols import CLICKS, Protocol
from finetune.scores.quality import quality
from finetune.scores.scoring import Scorer
from finetune.scores.selection import training_facts
from finetune.scores.statistics import (
    bins,
    bootstrap_mean_of_means,
    compare,
    holm,
    mean_of_means,
    summarise,
)
from finetune.scores.volumes import VolumeScore
from medsam import __version__
from medsam.errors import InputError

REPORT_VERSION = 1
METRICS = ("dice", "iou", "nsd", "hd95")
WORST = 24
"""Rows of the list of worst objects."""


class Asked(ProtocolClass):
    """What a header is written of."""

    store: Store
    scorer: Scorer
    against: Scorer | None


Row = dict[str, Any]
T = TypeVar("T", ObjectScore, VolumeScore)


def build(
    result: Evaluation,
    by: Sequence[str] = (),
    extra: dict[str, Any] | None = None,
    noise: Sequence[Row] = (),
) -> dict[str, Any]:
    """Everything that is known of an evaluation, as plain data.

    Args:
        by: Columns of the store's cases to report subgroups by, as ``evaluate`` was told.
        extra: Further facts for the header, such as a run's recipe and step.
        noise: Rows of ``sweep``.
    """
    objects, seed = result.objects, result.protocol.seed
    tables: dict[str, Any] = {
        "modalities": _rows(objects, result, lambda o: {"modality": o.case.modality}),
        "datasets": _rows(objects, result, of_dataset),
        "labels": _rows(objects, result, lambda o: {**of_dataset(o), "label": label_name(o.case, o.label)}),
        "subgroups": {column: _subgroups(objects, result, column) for column in by},
        "volumes": _rows(result.volumes, result, _of_volume),
    }
    keys = [(o.case.modality, o.case.dataset) for o in objects]
    patients = [patient(o.case) for o in objects]
    mean, interval = {}, {}
    for method in result.methods:
        values = [o.scores[method].dice for o in objects]
        mean[method] = mean_of_means(values, keys)
        interval[method] = bootstrap_mean_of_means(values, keys, patients, seed=seed)
    return {
        **header(result, [o.case for o in objects], extra),
        "protocol": _protocol(result),
        "mean": mean,
        "mean_interval": interval,
        "modalities": {
            m: {row["modality"]: row["scores"][m]["dice"]["mean"] for row in tables["modalities"]}
            for m in result.methods
        },
        "tables": tables,
        "clicks": _click_table(result),
        "clicks_by_modality": _clicks_by_modality(result),
        "noise": list(noise),
        "comparison": _comparison(result),
        "quality": quality(objects, patients, seed),
        "refused": sum(o.refused for o in objects),
        "median_milliseconds": round(float(np.median(result.milliseconds)), 1),
        "worst": [where(o) for o in worst(objects)],
    }


def header(result: Asked, cases: Sequence[CaseRecord], extra: dict[str, Any] | None = None) -> dict[str, Any]:
    """What every report begins with: when, of which weights and data, by which software.

    Args:
        cases: That were scored; the weights' training is told beside them.
        extra: Further facts, such as a run's recipe and step.
    """
    return {
        "version": REPORT_VERSION,
        "date": datetime.now().astimezone().isoformat(timespec="seconds"),
        "weights": weights_facts(result.scorer, result.store, cases),
        "against": weights_facts(result.against, result.store, cases) if result.against else None,
        "store": _store_facts(result.store),
        "software": _software(),
        "run": extra or {},
    }


def patient(case: CaseRecord) -> Hashable:
    """Who a case is of: one cluster of the bootstrap, one pair of the tests."""
    return case.dataset, case.group


def worst(objects: Sequence[ObjectScore], count: int = WORST) -> list[ObjectScore]:
    """The objects with the lowest Dice of the network, ties in the store's order."""
    return sorted(objects, key=lambda o: o.scores["network"].dice)[:count]


def of_dataset(score: ObjectScore | VolumeScore) -> Row:
    """Modality and data set of a score."""
    return {"modality": score.case.modality, "dataset": score.case.dataset}


def _of_volume(score: VolumeScore) -> Row:
    return {**of_dataset(score), "label": label_name(score.case, score.label)}


def label_name(case: CaseRecord, label: int) -> str:
    """What a label value is called."""
    return case.labels.get(label, f"label {label}")


def _rows(scores: Sequence[T], result: Evaluation, key: Callable[[T], Row]) -> list[Row]:
    groups: dict[tuple[str, ...], list[T]] = defaultdict(list)
    for score in scores:
        groups[tuple(key(score).values())].append(score)
    return [{**key(members[0]), **_summary(members, result)} for _, members in sorted(groups.items())]


def _summary(members: Sequence[ObjectScore] | Sequence[VolumeScore], result: Evaluation) -> Row:
    """One row: counts, and each method's summary of each metric."""
    patients = [patient(m.case) for m in members]
    units = {m.unit if isinstance(m, ObjectScore) else "mm" for m in members}
    summaries: dict[str, dict[str, Any]] = {}
    for method in result.methods:
        summaries[method] = {}
        for metric in METRICS:
            if metric == "hd95" and len(units) > 1:
                summaries[method][metric] = None
                continue
            values = [getattr(m.scores[method], metric) for m in members]
            summary = summarise(values, patients, seed=result.protocol.seed)
            summaries[method][metric] = summary.to_dict()
    row: Row = {
        "objects": len(members),
        "patients": len(set(patients)),
        "unit": " and ".join(sorted(units)),
        "scores": summaries,
    }
    images = _image_means([m for m in members if isinstance(m, ObjectScore)])
    if images:
        of = [patient(case) for case, _ in images]
        row["images"] = len(images)
        row["image_dice"] = summarise([d for _, d in images], of, seed=result.protocol.seed).to_dict()
    return row


def _image_means(members: Iterable[ObjectScore]) -> list[tuple[CaseRecord, float]]:
    """Mean Dice of the network over each image's (slice's) objects."""
    images: dict[tuple[str, int], list[ObjectScore]] = defaultdict(list)
    for m in members:
        images[m.case.id, m.target.object.slice].append(m)
    return [(i[0].case, float(np.mean([m.scores["network"].dice for m in i]))) for i in images.values()]


def _subgroups(objects: Sequence[ObjectScore], result: Evaluation, column: str) -> list[Row]:
    """A row for each value of a column over all data sets, then for each within each data set."""
    of_patient = {patient(o.case): o.case.attributes.get(column, "") for o in objects}
    name = bins(list(of_patient.values()))

    def value(score: ObjectScore) -> str:
        return name(score.case.attributes.get(column, ""))

    rows = _rows(objects, result, lambda o: {"value": value(o), "modality": "", "dataset": ""})
    within = _rows(objects, result, lambda o: {"value": value(o), **of_dataset(o)})
    stated = {row["dataset"] for row in within if row["value"] != "not stated"}
    return rows + sorted(
        (row for row in within if row["dataset"] in stated), key=lambda row: (row["modality"], row["dataset"])
    )


def _click_table(result: Evaluation) -> dict[str, list[Row]]:
    """By network: Dice after one click, two, and so on."""
    patients = [patient(o.case) for o in result.objects]
    tables: dict[str, list[Row]] = {}
    for name in ("network", "against"):
        rounds = np.array([o.rounds[name] for o in result.objects if name in o.rounds])
        if rounds.size:
            tables[name] = [
                {"click": n, **summarise(column.tolist(), patients, seed=result.protocol.seed).to_dict()}
                for n, column in enumerate(rounds.T, result.protocol.first_round)
            ]
    return tables


def _clicks_by_modality(result: Evaluation) -> list[Row]:
    """By network and modality: mean Dice after each number of clicks; first the mean over modalities."""
    rows: list[Row] = []
    for name in ("network", "against"):
        asked = [o for o in result.objects if name in o.rounds]
        if not asked:
            continue
        keys, patients = [(o.case.modality, o.case.dataset) for o in asked], [patient(o.case) for o in asked]
        rounds = [[o.rounds[name][n] for o in asked] for n in range(len(asked[0].rounds[name]))]
        count = {"objects": len(asked), "patients": len(set(patients))}
        seed = result.protocol.seed
        intervals = [bootstrap_mean_of_means(v, keys, patients, seed=seed) for v in rounds]
        dices = [mean_of_means(v, keys) for v in rounds]
        rows.append({"network": name, "modality": "", **count, "dice": dices, "intervals": intervals})
        for kind in sorted({key[0] for key in keys}):
            mine = [n for n, key in enumerate(keys) if key[0] == kind]
            dices = [mean_of_means([v[n] for n in mine], [keys[n] for n in mine]) for v in rounds]
            count = {"objects": len(mine), "patients": len({patients[n] for n in mine})}
            rows.append({"network": name, "modality": kind, **count, "dice": dices, "intervals": None})
    return rows


def _comparison(result: Evaluation) -> list[Row]:
    """Network less the second one: over all objects, then for each data set; p corrected over the sets."""
    if result.against is None:
        return []
    groups: dict[tuple[str, str], list[ObjectScore]] = defaultdict(list)
    for o in result.objects:
        groups[o.case.modality, o.case.dataset].append(o)
    rows: list[Row] = []
    for (kind, dataset), members in [(("", ""), result.objects), *sorted(groups.items())]:
        row: Row = {"modality": kind, "dataset": dataset}
        for metric in ("dice", "nsd"):
            pairs = [[getattr(m.scores[k], metric) for m in members] for k in ("network", "against")]
            row[metric] = compare(
                pairs[0], pairs[1], [patient(m.case) for m in members], seed=result.protocol.seed
            ).to_dict()
        rows.append(row)
    for metric in ("dice", "nsd"):
        for row, p in zip(rows[1:], holm([r[metric]["p"] for r in rows[1:]]), strict=True):
            row[metric]["p_holm"] = p
    return rows


def _protocol(result: Evaluation) -> dict[str, Any]:
    patients = {patient(o.case) for o in result.objects}
    return {
        "sentence": result.protocol.sentence(result.scorer),
        **protocol_facts(result.protocol),
        **asdict(result.settings),
        "objects": len(result.objects),
        "cases": len({o.case.id for o in result.objects}),
        "patients": len(patients),
        "volume_labels": len(result.volumes),
    }


def protocol_facts(protocol: Protocol) -> dict[str, Any]:
    """The imitated user as plain data; None of what the kind has not."""
    return {
        "prompt": protocol.kind,
        "noise": protocol.noise if protocol.boxed else None,
        "clicks": protocol.clicks if protocol.kind in CLICKS else None,
        "seed": protocol.seed,
    }


def weights_facts(scorer: Scorer, store: Store, cases: Sequence[CaseRecord]) -> dict[str, Any]:
    """What weights were scored, and what they may know of these cases of a store, for a header."""
    card = scorer.loaded.card
    return {
        "title": card.title,
        "file": card.path.name,
        "sha256": card.sha256,
        "kind": card.kind,
        "prompts": sorted(card.prompts),
        "candidates": card.candidates,
        "preprocessing": scorer.loaded.preprocessing.to_dict(),
        "licence": card.licence,
        "device": str(scorer.loaded.device),
        "training": training_facts(scorer.lineage, store, cases),
    }


def _store_facts(store: Store) -> dict[str, Any]:
    return {
        "name": store.folder.name,
        "sha256": store.sha256,
        "version": store.manifest["version"],
        "settings": store.manifest.get("settings", {}),
    }


def _software() -> dict[str, str]:
    import scipy
    import torch

    return {
        "medsam": __version__,
        "python": sys.version.split()[0],
        "torch": torch.__version__,
        "numpy": np.__version__,
        "scipy": scipy.__version__,
        "machine": f"{platform.system()} {platform.machine()}",
    }


def where(score: ObjectScore) -> Row:
    """Which object a score is of, and its Dice."""
    case, item = score.case, score.target.object
    return {
        "modality": case.modality,
        "dataset": case.dataset,
        "patient": case.group,
        "case": case.id,
        "image": case.image,
        "slice": case.slices[item.slice].index,
        "label": item.label,
        "label_name": label_name(case, item.label),
        "component": item.component,
        "area": item.area,
        "dice": score.scores["network"].dice,
    }


def modality_title(key: str) -> str:
    """For tables: a modality's title, or the key of one that this version does not know."""
    try:
        return modality(key).title
    except InputError:
        return key
