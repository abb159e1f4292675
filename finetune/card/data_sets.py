"""What a card says of the data: sets, counts by split, terms; out of the store alone."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from pathlib import Path

from finetune.data.modalities import MODALITIES
from finetune.data.store import SPLITS, CaseRecord, Store
from finetune.scores.report import label_name, modality_title

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib

TITLES = Path(__file__).parent / "datasets.toml"
NOT_STATED = "not stated"

Key = tuple[str, str]

_LABELS_SHOWN = 4
_SLASH = "\u00a0/\u00a0"
"""Between counts that stand on one line."""


def title_of(dataset: str) -> str:
    """What a data set is called."""
    return _known(dataset)[0]


def _known(dataset: str) -> tuple[str, str]:
    """Title and origin of a data set."""
    names = _names()
    if dataset in names:
        return names[dataset]
    for name, (title, origin) in names.items():
        if name[-1] == "_" and dataset.startswith(name):
            return f"{title} {dataset[len(name) :].replace('_', ' ')}", origin
    return dataset, ""


@lru_cache(maxsize=1)
def _names() -> dict[str, tuple[str, str]]:
    read = tomllib.loads(TITLES.read_text(encoding="utf-8"))
    return {name: (entry["title"], entry["from"]) for name, entry in read.items()}


def data_rows(store: Store) -> list[list[str]]:
    """A row a modality's data set: names, objects, cases, patients, terms."""
    return [
        [
            modality_title(modality),
            _source(dataset),
            _labels(cases),
            _SLASH.join(str(sum(case.split == split for case in cases)) for split in SPLITS),
            _SLASH.join(str(len({c.group for c in cases if c.split == split})) for split in SPLITS),
            _licence(cases),
        ]
        for (modality, dataset), cases in _sets(store)
    ]


def _source(dataset: str) -> str:
    title, origin = _known(dataset)
    shown = title if title == dataset else f"{title}, `{dataset}`"
    return f"{shown}: {origin}" if origin else shown


def _sets(store: Store) -> list[tuple[Key, list[CaseRecord]]]:
    found: dict[Key, list[CaseRecord]] = defaultdict(list)
    for case in store.cases:
        if case.split:
            found[case.modality, case.dataset].append(case)
    return sorted(found.items(), key=lambda pair: (modality_title(pair[0][0]).casefold(), pair[0][1]))


def _labels(cases: list[CaseRecord]) -> str:
    names = {label_name(case, item.label): None for case in cases for item in case.objects}
    shown = ", ".join(list(names)[:_LABELS_SHOWN])
    return shown + (", …" if len(names) > _LABELS_SHOWN else "")


def _licence(cases: list[CaseRecord]) -> str:
    return ", ".join(sorted({case.licence.strip() or NOT_STATED for case in cases}))


def without_test(store: Store) -> list[str]:
    """Titles of the program's modalities that have no case in the test split."""
    tested = {case.modality for case in store.cases if case.split == "test"}
    return [row.title for key, row in MODALITIES.items() if key not in tested]


def groups_in_two_splits(store: Store) -> list[str]:
    """Data sets with a patient or group in more than one split; there must be none."""
    splits: dict[Key, set[str]] = defaultdict(set)
    for case in store.cases:
        if case.split:
            splits[case.dataset, case.group].add(case.split)
    return sorted({dataset for (dataset, _), found in splits.items() if len(found) > 1})
