"""Which cases are scored, and whether the network may have seen them.

A network that left whole data sets out of its training (``leave_out`` of a
recipe) can be scored on all of their cases, whatever their split. What a
network was trained on is known of a run and of a file that ``export`` wrote.
"""

from __future__ import annotations

import copy
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from finetune.data.store import SPLITS, CaseRecord, Store
from medsam.errors import InputError

ALL = "all"
"""A choice of all splits at once."""


@dataclass(frozen=True)
class Lineage:
    """What a network was trained on.

    Attributes:
        datasets: Names.
        left_out: Data sets or modalities that its recipe left out.
        store_sha256: Of the store, as ``Store`` tells it without what was left out.
        begun_from: Title of the weights that training began from; "" for none.
        start: What those were trained on; None where that is not known.
    """

    datasets: frozenset[str]
    left_out: frozenset[str]
    store_sha256: str
    begun_from: str = ""
    start: Lineage | None = None

    @classmethod
    def of(
        cls,
        trained: Mapping[str, Any],
        recipe: Mapping[str, Any],
        begun_from: str = "",
        start: Lineage | None = None,
    ) -> Lineage | None:
        """From the facts of a run, or ``trained_on`` of a card, and its recipe; None if they do not say.

        Args:
            begun_from, start: See the class.
        """
        datasets, left_out = trained.get("datasets"), recipe.get("leave_out", ())
        if not isinstance(datasets, Mapping) or not datasets or not isinstance(left_out, Sequence):
            return None
        return cls(
            frozenset(map(str, datasets)),
            frozenset(map(str, left_out)),
            str(trained.get("store_sha256", "")),
            begun_from,
            start,
        )

    def is_of(self, store: Store) -> bool:
        """Whether this very store was trained on."""
        if not self.left_out:
            return self.store_sha256 == store.sha256
        try:
            return self.store_sha256 == Store(store.folder, sorted(self.left_out)).sha256
        except InputError:
            return False

    def saw(self, case: CaseRecord) -> bool:
        """Whether cases of its data set and modality were trained on, here or in what it began from."""
        if case.dataset in self.datasets and not {case.dataset, case.modality} & self.left_out:
            return True
        return self.start is not None and self.start.saw(case)


def selected(store: Store, split: str, names: Sequence[str] = ()) -> Store:
    """The store with nothing in ``split`` but what shall be scored.

    Args:
        split: One of ``SPLITS``, or "all": then every case that is in a split
            stands in a split of that name.
        names: Data sets or modalities; all of them if there are none.

    Raises:
        InputError: If the split has nothing of a name.
    """
    if split != ALL and not names:
        return store
    there = [c for c in store.cases if (c.split in SPLITS if split == ALL else c.split == split)]
    known = {name for case in there for name in (case.dataset, case.modality)}
    unknown = [name for name in names if name not in known]
    if unknown:
        raise InputError(
            f"--datasets names data sets or modalities of the split {split}:"
            f" {', '.join(sorted(known)) or 'it has none'}; {', '.join(unknown)} came."
        )
    kept = {c.id for c in there if not names or {c.dataset, c.modality} & set(names)}
    view = copy.copy(store)
    view.cases = [dataclasses.replace(c, split=split if c.id in kept else "") for c in store.cases]
    return view


def require_unseen(lineage: Lineage | None, title: str, store: Store, cases: Sequence[CaseRecord]) -> None:
    """Refuse to score cases of all splits by a network that was trained on some of them.

    Raises:
        InputError: Naming the data sets.
    """
    if lineage is None:
        return
    trained = _trained_patients(lineage, store)
    seen = sorted({c.dataset for c in cases if lineage.saw(c) or (c.dataset, c.group) in trained})
    if seen:
        left = f" (it left out {', '.join(sorted(lineage.left_out))})" if lineage.left_out else ""
        raise InputError(
            f"--split all is for data sets that a network has never seen; {title} was trained on"
            f" {', '.join(seen)}{left}. Name others with --datasets, or take --split test."
        )


def training_facts(
    lineage: Lineage | None, store: Store, cases: Sequence[CaseRecord]
) -> dict[str, Any] | None:
    """For a report's header: what of the scored data the network may know; None if nobody can tell.

    Args:
        store: All of it.
        cases: That are scored.
    """
    if lineage is None:
        return None
    trained = _trained_patients(lineage, store)
    known = len({(c.dataset, c.group) for c in cases} & trained)
    seen = {c.dataset for c in cases if lineage.saw(c)}
    facts: dict[str, Any] = {
        "datasets": sorted(lineage.datasets),
        "left_out": sorted(lineage.left_out),
        "same_store": lineage.is_of(store),
        "begun_from": lineage.begun_from,
        "start": sorted(lineage.start.datasets) if lineage.start else [],
        "seen": sorted(seen),
        "never_seen": sorted({c.dataset for c in cases} - seen),
        "patients_trained_on": known,
    }
    return {**facts, "sentence": _sentence(facts)}


def _trained_patients(lineage: Lineage, store: Store) -> set[tuple[str, str]]:
    return {(c.dataset, c.group) for c in store.cases if c.split == "train" and lineage.saw(c)}


def _sentence(facts: Mapping[str, Any]) -> str:
    names = {key: ", ".join(facts[key]) for key in ("datasets", "left_out", "seen", "never_seen")}
    parts = [
        f"Trained on {names['datasets']}" + (f"; left out {names['left_out']}." if names["left_out"] else ".")
    ]
    if facts["begun_from"]:
        told = (
            f"trained on {', '.join(facts['start'])}" if facts["start"] else "whose training is not told here"
        )
        parts.append(f"It began from {facts['begun_from']}, {told}.")
    if facts["never_seen"]:
        parts.append(f"Never seen of what is scored here: {names['never_seen']}.")
    if facts["seen"]:
        count = facts["patients_trained_on"]
        among = f"{count} of the scored patients among them" if count else "none of the scored patients"
        parts.append(f"Seen of it, in training: patients of {names['seen']}, {among}.")
    parts.append(
        "The store is the one it was trained on."
        if facts["same_store"]
        else "It was trained on another store; data sets and patients are compared by their names."
    )
    return " ".join(parts)
