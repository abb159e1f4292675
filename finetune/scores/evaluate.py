"""Scores of a network on a split of a store, object by object and volume by volume.

Whole pictures, prompts as a user would give them, masks at the picture's own
resolution through the program's own predictor. Beside the network stand, as
the protocol allows, a second network on the same prompts, and what needs no
network: the box filled, the ellipse inscribed in it, Otsu's threshold and GrabCut.

Distances are in mm where a data set says how large its pixels are, else in
pixels; ``ObjectScore.unit`` says which.
"""

from __future__ import annotations

import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt

from finetune.data.store import CaseRecord, Store
from finetune.data.targets import (
    LEAST_AREA,
    MOST_PER_CASE,
    Target,
    box_fill,
    inscribed_ellipse,
    noisy_box,
    targets,
)
from finetune.scores.baselines import BASELINES, baseline_masks, require_opencv
from finetune.scores.metrics import Scores, outline, scores_of
from finetune.scores.protocols import Answer, Protocol, ask
from finetune.scores.scoring import Scorer
from finetune.scores.selection import ALL, require_unseen, selected
from finetune.scores.volumes import VolumeMasks, VolumeScore
from medsam.errors import Cancelled, InputError
from medsam.prompts import Box

Mask = npt.NDArray[np.bool_]

REPORT_EVERY = 5.0
"""Seconds between two lines of progress."""


@dataclass(frozen=True)
class Settings:
    """What is scored, and how.

    Attributes:
        split: "train", "val", "test", or "all" for a network that left these cases out.
        tolerance: Of the normalised surface Dice, in mm or pixels.
        per_case: Objects of one picture or scan at most, drawn at random; 0 for all.
        least_area: Smaller objects are left out, in pixels.
        volumes: Also ask for every object of every scan and score its labels in 3D.
        datasets: Data sets or modalities that are scored; all if there are none.
        baselines: Also what Otsu's threshold and GrabCut make of a box.
    """

    split: str = "test"
    tolerance: float = 2.0
    per_case: int = MOST_PER_CASE
    least_area: int = LEAST_AREA
    volumes: bool = True
    datasets: tuple[str, ...] = ()
    baselines: bool = False


@dataclass(frozen=True)
class ObjectScore:
    """One object's scores.

    Attributes:
        target: Which object, and its box.
        unit: "mm" or "px", of distances.
        scores: By method: "network", "against", "oracle", "ellipse", "box", "otsu", "grabcut".
        estimated: The network's own estimate of its mask's IoU.
        refused: Whether the network said "nothing here"; its best guess is scored all the same.
        rounds: Dice after each click, by method ("network", "against").
    """

    target: Target
    unit: str
    scores: dict[str, Scores]
    estimated: float
    refused: bool = False
    rounds: dict[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def case(self) -> CaseRecord:
        """Its picture or scan."""
        return self.target.record

    @property
    def label(self) -> int:
        """Its value in the label map."""
        return self.target.object.label


@dataclass
class Evaluation:
    """All scores of one network, and what they were got by.

    Attributes:
        store, scorer, against, protocol, settings: As given.
        objects, volumes: In the store's order.
        milliseconds: Of each question to the network, its picture's encoding included.
    """

    store: Store
    scorer: Scorer
    against: Scorer | None
    protocol: Protocol
    settings: Settings
    objects: list[ObjectScore] = field(default_factory=list)
    volumes: list[VolumeScore] = field(default_factory=list)
    milliseconds: list[float] = field(default_factory=list)

    @property
    def methods(self) -> list[str]:
        """Names of what is compared, the network first."""
        names = ["network", *(["against"] if self.against else [])]
        if self.protocol.kind == "point":
            names.append("oracle")
        if self.protocol.kind == "box":
            names += ["ellipse", "box", *(BASELINES if self.settings.baselines else ())]
        return names

    def masks(self, target: Target) -> tuple[dict[str, Mask], dict[str, Answer]]:
        """Every method's (H, W) mask of a target, and the networks' whole answers."""
        truth = target.truth()
        start = time.perf_counter()
        answers = {"network": ask(self.scorer, self.protocol, target, truth)}
        self.milliseconds.append((time.perf_counter() - start) * 1000)
        if self.against is not None:
            answers["against"] = ask(self.against, self.protocol, target, truth)
        masks = {name: answer.mask for name, answer in answers.items()}
        oracle = answers["network"].oracle
        if oracle is not None:
            masks["oracle"] = oracle
        if self.protocol.kind == "box":
            masks["ellipse"] = inscribed_ellipse(target.box, target.shape_hw)
            masks["box"] = box_fill(target.box, target.shape_hw)
            if self.settings.baselines:
                masks |= baseline_masks(np.asarray(target.picture()), target.box)
        return masks, answers


def evaluate(
    store: Store,
    scorer: Scorer,
    protocol: Protocol,
    settings: Settings,
    *,
    against: Scorer | None = None,
    by: Sequence[str] = (),
    report: Callable[[str], None] = print,
    is_cancelled: Callable[[], bool] = lambda: False,
) -> Evaluation:
    """Score a network on a split of a store.

    Args:
        by: Columns that subgroups will be told by, checked before the work begins.

    Raises:
        InputError: If the split has no objects or no such column, a model
            does not take the protocol's prompts or was trained on cases of
            "all" splits, or a baseline's library is not installed.
        Cancelled: If ``is_cancelled`` said so.
    """
    chosen = require_askable(store, (scorer, against), protocol, settings)
    result = Evaluation(store, scorer, against, protocol, settings)
    work = list(_work(chosen, protocol, settings))
    if not any(scored for _, found in work for _, scored in found):
        raise InputError(
            f"Scoring needs objects; the split {settings.split} of the store has none of at least"
            f" {settings.least_area} pixels. Choose another --split, or prepare cases for it."
        )
    _require_columns([store.cases[number] for number, _ in work], by)
    total = sum(len(found) for _, found in work)
    slices = len({(case, target.object.slice) for case, found in work for target, _ in found})
    report(f"{total} objects on {slices} slices of {len(work)} cases")
    clock = Clock(total, report)
    for case, found in work:
        volume = VolumeMasks(store.cases[case]) if settings.volumes and _is_scan(store.cases[case]) else None
        for target, scored in found:
            if is_cancelled():
                raise Cancelled("scoring was stopped")
            masks, answers = result.masks(target)
            if scored:
                result.objects.append(_object_score(target, masks, answers, settings.tolerance))
            if volume is not None:
                volume.add(target, masks)
            clock.tick()
        if volume is not None:
            result.volumes += volume.scores(settings.tolerance)
    return result


def require_askable(
    store: Store, scorers: Sequence[Scorer | None], protocol: Protocol, settings: Settings
) -> Store:
    """The store with nothing but the chosen cases in its split, once all of them may be asked for.

    Raises:
        InputError: As ``evaluate``.
    """
    present = [one for one in scorers if one is not None]
    for one in present:
        one.require(protocol.needs, protocol.kind)
    if settings.baselines and protocol.kind == "box":
        require_opencv()
    chosen = selected(store, settings.split, settings.datasets)
    if settings.split == ALL:
        for one in present:
            require_unseen(one.lineage, one.title, store, [c for c in chosen.cases if c.split == ALL])
    return chosen


def _require_columns(cases: Sequence[CaseRecord], by: Sequence[str]) -> None:
    known = sorted({column for case in cases for column in case.attributes})
    for column in by:
        if column not in known:
            there = f"those are {', '.join(known)}" if known else "there are none"
            raise InputError(
                f'Subgroups are told by a column that prepare kept; "{column}" is not one: {there}.'
                " Name it among the attributes of the data set's declaration and prepare again."
            )


class Clock:
    """Tells how far the work is and how long it will take, every few seconds."""

    def __init__(self, total: int, report: Callable[[str], None]) -> None:
        """Start counting towards ``total``."""
        self._total, self._report, self._done = total, report, 0
        self._start = self._told = time.monotonic()

    def tick(self) -> None:
        """One more is asked for; say so now and then."""
        self._done += 1
        now = time.monotonic()
        if now - self._told >= REPORT_EVERY or self._done == self._total:
            self._told = now
            left = (now - self._start) / self._done * (self._total - self._done)
            self._report(f"{self._done} of {self._total} objects, {left:.0f} s left")


def _is_scan(case: CaseRecord) -> bool:
    return case.kind == "3d" and len({s.index for s in case.slices if s.axis == 2}) > 1


def _work(store: Store, protocol: Protocol, settings: Settings) -> Iterator[tuple[int, list]]:
    """Case by case its targets, slice by slice, each with whether it counts as an object of the draw."""
    drawn: dict[int, dict[int, Target]] = defaultdict(dict)
    for target in targets(
        store,
        settings.split,
        protocol.noise,
        protocol.seed,
        most_per_case=settings.per_case,
        least_area=settings.least_area,
    ):
        drawn[target.case][target.number] = target
    for number, case in enumerate(store.cases):
        if case.split != settings.split:
            continue
        found = [(target, True) for target in drawn[number].values()]
        if settings.volumes and _is_scan(case):
            found += [(t, False) for t in _others(store, number, drawn[number], protocol)]
        if found:
            yield number, sorted(found, key=lambda pair: (pair[0].object.slice, pair[0].number))


def _others(store: Store, case: int, drawn: dict[int, Target], protocol: Protocol) -> Iterator[Target]:
    """The objects of a scan that the draw left out, each with noise of its own."""
    record = store.cases[case]
    for number, item in enumerate(record.objects):
        piece = record.slices[item.slice]
        if piece.axis == 2 and number not in drawn:
            rng = np.random.default_rng([protocol.seed, number, *record.id.encode()])
            yield Target(store, case, number, noisy_box(Box(*item.box), piece.shape_hw, protocol.noise, rng))


def spacing_of(target: Target) -> tuple[tuple[float, float], str]:
    """Distance of rows and of columns of a target's slice, and their unit."""
    record, axis = target.record, target.record.slices[target.object.slice].axis
    column, row = (record.spacing[a] for a in range(3) if a != axis)
    known = record.kind == "3d" or (row, column) != (1.0, 1.0)
    return (row, column), "mm" if known else "px"


def _object_score(
    target: Target, masks: dict[str, Mask], answers: dict[str, Answer], tolerance: float
) -> ObjectScore:
    truth = target.truth()
    spacing, unit = spacing_of(target)
    edge = outline(truth, spacing)
    return ObjectScore(
        target=target,
        unit=unit,
        scores={name: scores_of(mask, truth, edge, spacing, tolerance) for name, mask in masks.items()},
        estimated=answers["network"].estimated,
        refused=answers["network"].refused,
        rounds={name: answer.rounds for name, answer in answers.items() if answer.rounds},
    )
