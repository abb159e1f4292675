"""The card that an exported file carries: what it was trained on, its scores, whose it is.

Plain data. ``pretrain.own`` reads it again for the lists of models; a figure
stands there only together with the protocol it was got by.
"""

from __future__ import annotations

import json
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

from finetune.data.store import SPLITS, Store
from finetune.loop.checkpoint import BEST
from finetune.release.runs import Run
from medsam import __version__
from medsam.errors import InputError

RESEARCH_ONLY = "Research use only. Not a medical device."
NOT_STATED = "not stated"


def model_card(
    run: Run, title: str, *, evaluation: Path | None = None, store: Path | None = None
) -> dict[str, Any]:
    """The card of a run's best weights.

    Args:
        title: For people.
        evaluation: JSON report that ``evaluate`` wrote of this run.
        store: That it was trained on; tells its splits and the licences of its data.

    Raises:
        InputError: If the report or the store is another run's, or not readable.
    """
    facts, recipe = run.facts, run.recipe
    prepared = _store_of(run, store) if store is not None else None
    data = _data_licences(prepared) if prepared is not None else {}
    start = {str(facts["model_title"]): str(facts["model_licence"]) or NOT_STATED} if facts["model"] else {}
    card: dict[str, Any] = {
        "name": run.name,
        "title": title,
        "kind": facts["kind"],
        "prompts": list(facts["prompts"]),
        "candidates": facts["candidates"],
        "can_be_empty": bool(facts.get("can_be_empty", False)),
        "licence": _short(start, data, known=prepared is not None),
        "licences": {**start, **data},
        "terms": RESEARCH_ONLY,
        "trained_on": {
            "datasets": dict(facts["datasets"]),
            "store_sha256": facts["store_sha256"],
            **({"splits": _splits(prepared)} if prepared is not None else {}),
        },
        "started_from": {"title": facts["model_title"], "sha256": facts["model_sha256"]}
        if facts["model"]
        else {},
        "tier": facts["tier"],
        "step": run.step,
        "validation_dice": round(run.dice, 4),
        "validation": _validation(run),
        "seed": recipe["train"]["seed"],
        # The file's name alone: folders are nobody's business who gets the weights.
        "recipe": {**recipe, "model": Path(recipe["model"]).name},
        "date": date.fromtimestamp((run.folder / BEST).stat().st_mtime).isoformat(),
        "program": f"medsam {__version__}",
        "best_sha256": run.sha256,
    }
    if evaluation is not None:
        card["evaluation"] = _evaluation(run, evaluation)
    return card


def _validation(run: Run) -> dict[str, Any]:
    train = run.recipe["train"]
    return {
        "dice": round(run.dice, 4),
        "modalities": {name: round(value, 4) for name, value in run.table.items()},
        "sentence": (
            "On the validation split, by which these weights were chosen; boxes with normal noise of"
            f" {train['validate_noise']:.0%} of a side, at most {train['validate_per_source']} objects of a"
            " data set."
        ),
    }


def _evaluation(run: Run, path: Path) -> dict[str, Any]:
    """The mean, the modalities and the protocol of a report of these very weights."""
    try:
        report = json.loads(path.read_text(encoding="utf-8"))
        protocol, sha256 = report["protocol"], report["weights"]["sha256"]
        figures = {
            "dice": round(float(report["mean"]["network"]), 4),
            "modalities": {
                str(name): round(float(value), 4) for name, value in report["modalities"]["network"].items()
            },
            "interval": report.get("mean_interval", {}).get("network"),
            "sentence": (
                f"On the {protocol['split']} split, {protocol['objects']} objects of"
                f" {protocol['patients']} patients. {protocol['sentence']}"
            ),
            "seed": protocol["seed"],
            "store_sha256": report["store"]["sha256"],
            "date": report.get("date", ""),
        }
    except (OSError, ValueError, KeyError, TypeError, AttributeError):
        raise InputError(
            f"A card takes its scores from the JSON report of `evaluate`; {path.name} is none that can be"
            " read. Run `python -m finetune evaluate --run` and give the .json that it wrote."
        ) from None
    if sha256 != run.sha256:
        raise InputError(
            f"{path.name} reports on other weights than the best of the run {run.name}. Evaluate the run"
            " again, as it is now, and give that report."
        )
    return figures


def _store_of(run: Run, folder: Path) -> Store:
    store = Store(folder)
    if store.sha256 != run.facts["store_sha256"]:
        raise InputError(
            f"The run {run.name} was trained on another store than {folder.name}. Give that one, or none:"
            " then the card says nothing of the data's licences."
        )
    return store


def _splits(store: Store) -> dict[str, dict[str, int]]:
    """Cases and groups (patients) of each split."""
    groups: dict[str, set[tuple[str, str]]] = defaultdict(set)
    cases: dict[str, int] = defaultdict(int)
    for case in store.cases:
        groups[case.split].add((case.dataset, case.group))
        cases[case.split] += 1
    return {s: {"cases": cases[s], "groups": len(groups[s])} for s in SPLITS if cases[s]}


def _data_licences(store: Store) -> dict[str, str]:
    """What the data sets that were trained on, or chosen by, state."""
    stated: dict[str, set[str]] = defaultdict(set)
    for case in store.cases:
        if case.split != "test":
            stated[case.dataset].add(case.licence.strip() or NOT_STATED)
    return {name: ", ".join(sorted(licences)) for name, licences in sorted(stated.items())}


def _short(start: dict[str, str], data: dict[str, str], *, known: bool) -> str:
    """One line over all licences: each once, in the order of the table."""
    unknown = [] if known else ["data not stated"]
    return "; ".join(dict.fromkeys([*start.values(), *data.values(), *unknown]))
