"""What a prepared data set is like, in numbers: sizes, spacings, intensities, labels, objects.

``fingerprint.json`` for programs and ``fingerprint.md`` for people. Everything
but the intensities, which are taken of a spread sample of slices, is counted
over all cases.
"""

from __future__ import annotations

import json
import math
import re
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from finetune.data.fingerprint_page import page
from finetune.data.modalities import modality
from finetune.data.store import SPLITS, CaseRecord, Store
from finetune.files import write_whole

FINGERPRINT_VERSION = 1

_SAMPLE = 200
_MOST_VALUES = 12
_MOST_SENTENCES = 12
_NUMBER = re.compile(r"-?\b\d+(\.\d+)?(e[-+]?\d+)?\b(?!-bit)")
_PERCENTILES = (0.5, 25.0, 50.0, 75.0, 99.5)

Data = dict[str, Any]


def write(store: Store, folder: Path) -> Data:
    """Write ``fingerprint.json`` and ``fingerprint.md`` into a folder; returns the former's content.

    Raises:
        InputError: If the store is damaged.
        OSError: If a file cannot be written.
    """
    found = fingerprint(store)
    texts = {"fingerprint.json": json.dumps(found, indent=1), "fingerprint.md": page(found)}
    for name, text in texts.items():
        write_whole(folder / name, text.encode())
    return found


def fingerprint(store: Store) -> Data:
    """Plain data on a store, data set by data set and modality by modality.

    Raises:
        InputError: If the store is damaged.
    """
    members: dict[tuple[str, str], list[int]] = {}
    for number, case in enumerate(store.cases):
        members.setdefault((case.dataset, case.modality), []).append(number)
    return {
        "version": FINGERPRINT_VERSION,
        "store": store.sha256,
        "cases": len(store.cases),
        "objects": sum(len(case.objects) for case in store.cases),
        "failed": len(store.manifest.get("failed", ())),
        "repeated": len(store.manifest.get("repeated", ())),
        "datasets": [_dataset(store, *key, numbers) for key, numbers in members.items()],
    }


def quantiles(values: Iterable[float]) -> Data | None:
    """Least, quartiles and most of some numbers; None of none."""
    array = np.fromiter(values, float)
    if array.size == 0:
        return None
    least, q1, median, q3, most = (round(float(v), 6) for v in np.percentile(array, (0, 25, 50, 75, 100)))
    return {"least": least, "q1": q1, "median": median, "q3": q3, "most": most}


def _dataset(store: Store, dataset: str, key: str, numbers: Sequence[int]) -> Data:
    cases = [store.cases[n] for n in numbers]
    found: Data = {
        "dataset": dataset,
        "modality": key,
        "title": modality(key).title,
        "kinds": dict(sorted(Counter(case.kind for case in cases).items())),
        "licences": sorted({case.licence for case in cases}),
        "splits": {split: _amounts([c for c in cases if c.split == split]) for split in SPLITS},
        "all": _amounts(cases),
        "sizes": _sizes(cases),
        "spacing_mm": _spacings(cases),
        "windows": _windows(cases),
        "intensities": _intensities(store, numbers),
        "objects_per_slice": quantiles(n for case in cases for n in _objects_per_slice(case)),
        "labels": _labels(cases),
        "attributes": _attributes(cases),
        "history": _history(cases),
    }
    found["notes"] = _notes(cases, found)
    return found


def _amounts(cases: Sequence[CaseRecord]) -> Data:
    return {
        "cases": len(cases),
        "groups": len({case.group for case in cases}),
        "slices": sum(len(case.slices) for case in cases),
        "objects": sum(len(case.objects) for case in cases),
    }


def _sizes(cases: Sequence[CaseRecord]) -> Data:
    shapes = [s.shape_hw for case in cases for s in case.slices]
    return {
        "width_px": quantiles(w for _, w in shapes),
        "height_px": quantiles(h for h, _ in shapes),
        "slices_of_a_scan": quantiles(case.shape[2] for case in cases if case.kind == "3d"),
    }


def _spacings(cases: Sequence[CaseRecord]) -> Data | None:
    """Of scans; pictures have none that means anything."""
    scans = [case.spacing for case in cases if case.kind == "3d"]
    if not scans:
        return None
    names = ("first_axis", "second_axis", "third_axis")
    return {name: quantiles(s[a] for s in scans) for a, name in enumerate(names)}


def _windows(cases: Sequence[CaseRecord]) -> Data:
    """The window that slices went through: one for all, or how they spread."""
    used = [case.slices[0].window for case in cases if case.slices and case.slices[0].window]
    levels, widths = [w[0] for w in used if w], [w[1] for w in used if w]
    return {
        "cases": len(used),
        "different": len(set(used)),
        "level": quantiles(levels),
        "width": quantiles(widths),
    }


def _intensities(store: Store, numbers: Sequence[int]) -> Data | None:
    """Of the 8-bit pictures, by channel, from a spread sample of slices."""
    places = [(n, s) for n in numbers for s in range(len(store.cases[n].slices))]
    step = max(1, math.ceil(len(places) / _SAMPLE))
    sampled = places[step // 2 :: step]
    if not sampled:
        return None
    counts = {1: np.zeros((1, 256), np.int64), 3: np.zeros((3, 256), np.int64)}
    pictures = {1: 0, 3: 0}
    for number, slice_number in sampled:
        picture = store.picture(number, slice_number)
        planes = picture[None] if picture.ndim == 2 else np.moveaxis(picture, -1, 0)
        for channel, plane in enumerate(planes):
            counts[len(planes)][channel] += np.bincount(plane.reshape(-1), minlength=256)
        pictures[len(planes)] += 1
    found: Data = {"slices": len(sampled), "grey": None, "colour": None}
    for channels, name in ((1, "grey"), (3, "colour")):
        if pictures[channels]:
            found[name] = {
                "slices": pictures[channels],
                "channels": [_of_histogram(row) for row in counts[channels]],
            }
    return found


def _of_histogram(counts: npt.NDArray[np.int64]) -> Data:
    total, values = int(counts.sum()), np.arange(256)
    mean = float(counts @ values) / total
    spread = math.sqrt(max(float(counts @ (values - mean) ** 2) / total, 0.0))
    reached = np.cumsum(counts) / total
    return {
        "mean": round(mean, 3),
        "deviation": round(spread, 3),
        "percentiles": {f"{p:g}": int(np.searchsorted(reached, p / 100)) for p in _PERCENTILES},
        "black": round(float(counts[0]) / total, 6),
        "white": round(float(counts[255]) / total, 6),
    }


def _objects_per_slice(case: CaseRecord) -> list[int]:
    counts = Counter(item.slice for item in case.objects)
    return [counts[n] for n in range(len(case.slices))]


def _labels(cases: Sequence[CaseRecord]) -> list[Data]:
    """By name: instances of one thing often have a value each."""
    names: dict[str, Data] = {}
    for case in cases:
        of_case: set[str] = set()
        for item in case.objects:
            name = case.labels.get(item.label) or str(item.label)
            row = names.setdefault(name, _empty_label())
            h, w = case.slices[item.slice].shape_hw
            row["values"].add(item.label)
            row["areas"].append(item.area)
            row["shares"].append(item.area / (h * w))
            row["sides"].append(max(item.box[2] - item.box[0], item.box[3] - item.box[1]))
            row["splits"][case.split] += 1
            of_case.add(name)
        for name in of_case:
            names[name]["cases"] += 1
    return [_label(name, row) for name, row in sorted(names.items(), key=lambda pair: min(pair[1]["values"]))]


def _empty_label() -> Data:
    return {"values": set(), "areas": [], "shares": [], "sides": [], "splits": Counter(), "cases": 0}


def _label(name: str, row: Data) -> Data:
    values = sorted(row["values"])
    return {
        "name": name,
        "values": values[:_MOST_VALUES],
        "different_values": len(values),
        "cases": row["cases"],
        "objects": len(row["areas"]),
        "objects_of_split": {split: row["splits"][split] for split in SPLITS},
        "area_px": quantiles(row["areas"]),
        "share_of_slice": quantiles(row["shares"]),
        "longest_side_px": quantiles(row["sides"]),
    }


def _attributes(cases: Sequence[CaseRecord]) -> Data:
    """Columns to report by: numbers as quantiles, others as counts of cases."""
    found: Data = {}
    for column in sorted({key for case in cases for key in case.attributes}):
        values = [case.attributes[column] for case in cases if case.attributes.get(column, "") != ""]
        numbers = [_number(v) for v in values]
        counts = Counter(values)
        row: Data = {"missing": len(cases) - len(values), "different": len(counts)}
        if len(counts) > _MOST_VALUES and all(n is not None for n in numbers):
            row["numbers"] = quantiles(n for n in numbers if n is not None)
        else:
            row["counts"] = dict(sorted(counts.most_common(_MOST_VALUES)))
        found[column] = row
    return found


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _history(cases: Sequence[CaseRecord]) -> Data:
    """What was done, how often; sentences that differ by their numbers only count as one."""
    counts = Counter(_NUMBER.sub("#", line) for case in cases for line in case.history)
    return dict(counts.most_common(_MOST_SENTENCES))


# --- what is worth a look ----------------------------------------------------


def _notes(cases: Sequence[CaseRecord], found: Data) -> list[str]:
    notes = [
        f"No case is in {split}."
        for split in SPLITS
        if found["splits"][split]["cases"] == 0 and len(cases) > 1
    ]
    empty = sum(not case.objects for case in cases)
    if empty:
        notes.append(f"{empty} of {len(cases)} cases have no object.")
    notes += _label_notes(found["labels"], found["splits"])
    notes += _group_notes(cases)
    notes += _picture_notes(found)
    return notes


def _label_notes(labels: Sequence[Data], splits: Data) -> list[str]:
    notes = []
    has_training = splits["train"]["cases"] > 0
    has_others = splits["val"]["cases"] + splits["test"]["cases"] > 0
    for row in labels:
        of_split = row["objects_of_split"]
        if not of_split["train"]:
            notes += [f'The label "{row["name"]}" is never trained on.'] if has_training else []
        elif has_others and not of_split["val"] and not of_split["test"]:
            notes.append(f'The label "{row["name"]}" is trained on, but neither validated nor tested.')
        if row["longest_side_px"]["median"] < 12:
            notes.append(
                f'Half of the objects of "{row["name"]}" are at most {row["longest_side_px"]["median"]:g}'
                " pixels long."
            )
    return notes


def _group_notes(cases: Sequence[CaseRecord]) -> list[str]:
    trained = Counter(case.group for case in cases if case.split == "train")
    total = trained.total()
    if len(trained) > 1 and trained.most_common(1)[0][1] > total / 2:
        group, count = trained.most_common(1)[0]
        return [f"{group} alone has {count} of the {total} cases that are trained on."]
    if len(trained) == 1 and total > 5:
        return [f"All {total} cases that are trained on are of one patient or group."]
    return []


def _picture_notes(found: Data) -> list[str]:
    notes = []
    intensities = found["intensities"]
    if intensities is None:
        return []
    if intensities["grey"] and intensities["colour"]:
        notes.append("Some pictures are grey and some are in colour.")
    for name in ("grey", "colour"):
        if intensities[name] is None:
            continue
        channels = intensities[name]["channels"]
        black = min(c["black"] for c in channels)
        white = min(c["white"] for c in channels)
        if black > 0.8:
            notes.append(f"{black:.0%} of the pixels are black: look whether the window fits.")
        if white > 0.3:
            notes.append(f"{white:.0%} of the pixels are white: look whether the window fits.")
        if max(c["deviation"] for c in channels) < 8:
            notes.append("The pictures have hardly any contrast: look whether the window fits.")
    return notes
