"""The objects that a card shows: the worst ones and, of each data set, the one in the middle.

They are chosen from a report's objects and asked for again, with the same
boxes, through the program's own predictor. Nothing of a picture is kept.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from finetune.card.data_sets import Key, title_of
from finetune.card.outlines import Example
from finetune.data.store import Store
from finetune.data.targets import Target
from finetune.scores.metrics import dice
from finetune.scores.report import label_name, modality_title
from finetune.scores.scoring import Scorer
from medsam.errors import InputError
from medsam.prompts import Box, Prompts

WORST = 12
WORST_OF_A_SOURCE = 2
"""Of one data set among the worst: else a single hard one fills the page."""

_TOLERANCE = 0.02
"""Of Dice between the report and the object asked for again, on another machine."""

ObjectRow = dict[str, str]


def worst_rows(rows: Sequence[ObjectRow], count: int = WORST) -> list[ObjectRow]:
    """The objects with the lowest Dice, not more than two of a data set."""
    taken: dict[Key, int] = defaultdict(int)
    chosen: list[ObjectRow] = []
    for row in sorted(rows, key=_dice):
        key = (row["modality"], row["dataset"])
        if taken[key] < WORST_OF_A_SOURCE and len(chosen) < count:
            taken[key] += 1
            chosen.append(row)
    return chosen


def typical_rows(rows: Sequence[ObjectRow]) -> list[ObjectRow]:
    """Of each data set the object whose Dice is in the middle."""
    sets: dict[Key, list[ObjectRow]] = defaultdict(list)
    for row in rows:
        sets[row["modality"], row["dataset"]].append(row)
    members = [sets[key] for key in sorted(sets, key=lambda key: (modality_title(key[0]).casefold(), key[1]))]
    return [sorted(of, key=_dice)[len(of) // 2] for of in members]


def _dice(row: ObjectRow) -> float:
    return float(row["network_dice"])


def examples(rows: Sequence[ObjectRow], store: Store, scorer: Scorer) -> list[Example]:
    """Ask for objects of a report again.

    Raises:
        InputError: If the store has none such, or the answer is another than
            the report's: then report, store and weights do not belong together.
    """
    cases = {case.id: number for number, case in enumerate(store.cases)}
    found = []
    for row in rows:
        target = _target(row, store, cases)
        truth = target.truth()
        mask = scorer.masks(target.picture(), Prompts(box=target.box))[0]
        score = dice(mask, truth)
        if abs(score - _dice(row)) > _TOLERANCE:
            raise InputError(
                f"{row['case']} scored {_dice(row):.3f} in the report and scores {score:.3f} now: report,"
                " store and weights do not belong together. Evaluate again."
            )
        case = target.record
        found.append(
            Example(
                f"{modality_title(case.modality)}: Dice {score:.2f}",
                title_of(case.dataset),
                label_name(case, target.object.label),
                truth,
                mask,
                target.box,
            )
        )
    return found


def _target(row: ObjectRow, store: Store, cases: dict[str, int]) -> Target:
    """The store's object of a report's row, with the box of that row."""
    number = cases.get(row["case"])
    if number is not None:
        case = store.cases[number]
        for n, item in enumerate(case.objects):
            piece = case.slices[item.slice]
            same = (piece.axis, piece.index, item.label, item.component) == (
                2,
                *(int(row[name]) for name in ("slice", "label", "component")),
            )
            if same:
                box = Box(*(float(row[f"box_{side}"]) for side in ("x0", "y0", "x1", "y1")))
                return Target(store, number, n, box)
    raise InputError(
        f"The report names an object of {row['case']} that the store does not have. Give the store that was"
        " evaluated on."
    )
