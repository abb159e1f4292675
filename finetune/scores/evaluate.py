"""Scores of a network on a split of a store, object by object and volume by volume.

Whole pictures, prompts as a user would give them, masks at the picture's own
resolution through the program's own predictor. Beside the network stand, as
the protocol allows, a second network on the same prompts, and what needs no
network: the box filled, and the ellipse inscribed in it.

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
from finetune.scores.metrics import Outline, dice, distances_between, iou, outline
from finetune.scores.protocols import Answer, Protocol, ask
from finetune.scores.scoring import Scorer
from medsam.errors import Cancelled, InputError
from medsam.prompts import Box

Mask = npt.NDArray[np.bool_]

REPORT_EVERY = 5.0
"""Seconds between two lines of progress."""


@dataclass(frozen=True)
class Settings:
    """What is scored, and how.

    Attributes:
        split: "train", "val" or "test".
        tolerance: Of the normalised surface Dice, in mm or pixels.
        per_case: Objects of one picture or scan at most, drawn at random; 0 for all.
        least_area: Smaller objects are left out, in pixels.
        volumes: Also ask for every object of every scan and score its labels in 3D.
    """

    split: str = "test"
    tolerance: float = 2.0
    per_case: int = MOST_PER_CASE
    least_area: int = LEAST_AREA
    volumes: bool = True


@dataclass(frozen=True)
class Scores:
    """Of one mask: Dice, IoU, normalised surface Dice, 95 % Hausdorff distance (infinite if it is empty)."""

    dice: float
    iou: float
    nsd: float
    hd95: float


@dataclass(frozen=True)
class ObjectScore:
    """One object's scores.

    Attributes:
        target: Which object, and its box.
        unit: "mm" or "px", of distances.
        scores: By method: "network", "against", "oracle", "ellipse", "box".
        estimated: The network's own estimate of its mask's IoU.
        rounds: Dice after each click, by method ("network", "against").
    """

    target: Target
    unit: str
    scores: dict[str, Scores]
    estimated: float
    rounds: dict[str, tuple[float, ...]] = field(default_factory=dict)

    @property
    def case(self) -> CaseRecord:
        """Its picture or scan."""
        return self.target.record

    @property
    def label(self) -> int:
        """Its value in the label map."""
        return self.target.object.label


@dataclass(frozen=True)
class VolumeScore:
    """One label of one scan in 3D: all its slices along the third axis put together.

    Attributes:
        case: The scan.
        label: Value in the label map.
        objects, slices: How many were asked for.
        scores: By method; distances in mm.
    """

    case: CaseRecord
    label: int
    objects: int
    slices: int
    scores: dict[str, Scores]


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
        return names + (["ellipse", "box"] if self.protocol.kind == "box" else [])

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
        InputError: If the split has no objects or no such column, or a model
            does not take the protocol's prompts.
        Cancelled: If ``is_cancelled`` said so.
    """
    for one in (scorer, against):
        if one is not None:
            one.require(protocol.needs, protocol.kind)
    result = Evaluation(store, scorer, against, protocol, settings)
    work = list(_work(store, protocol, settings))
    if not any(scored for _, found in work for _, scored in found):
        raise InputError(
            f"Scoring needs objects; the split {settings.split} of the store has none of at least"
            f" {settings.least_area} pixels. Choose another --split, or prepare cases for it."
        )
    _require_columns([store.cases[number] for number, _ in work], by)
    total = sum(len(found) for _, found in work)
    slices = len({(case, target.object.slice) for case, found in work for target, _ in found})
    report(f"{total} objects on {slices} slices of {len(work)} cases")
    clock = _Clock(total, report)
    for case, found in work:
        volume = _VolumeMasks(store.cases[case]) if settings.volumes and _is_scan(store.cases[case]) else None
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


def _require_columns(cases: Sequence[CaseRecord], by: Sequence[str]) -> None:
    known = sorted({column for case in cases for column in case.attributes})
    for column in by:
        if column not in known:
            there = f"those are {', '.join(known)}" if known else "there are none"
            raise InputError(
                f'Subgroups are told by a column that prepare kept; "{column}" is not one: {there}.'
                " Name it among the attributes of the data set's declaration and prepare again."
            )


class _Clock:
    """Tells how far the work is and how long it will take, every few seconds."""

    def __init__(self, total: int, report: Callable[[str], None]) -> None:
        self._total, self._report, self._done = total, report, 0
        self._start = self._told = time.monotonic()

    def tick(self) -> None:
        """One more is scored; say so now and then."""
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


def _scores(mask: Mask, truth: Mask, edge: Outline, spacing: tuple[float, ...], tolerance: float) -> Scores:
    distances = distances_between(outline(mask, spacing), edge)
    return Scores(dice(mask, truth), iou(mask, truth), distances.nsd(tolerance), distances.hausdorff())


def _object_score(
    target: Target, masks: dict[str, Mask], answers: dict[str, Answer], tolerance: float
) -> ObjectScore:
    truth = target.truth()
    spacing, unit = spacing_of(target)
    edge = outline(truth, spacing)
    return ObjectScore(
        target=target,
        unit=unit,
        scores={name: _scores(mask, truth, edge, spacing, tolerance) for name, mask in masks.items()},
        estimated=answers["network"].estimated,
        rounds={name: answer.rounds for name, answer in answers.items() if answer.rounds},
    )


class _VolumeMasks:
    """Masks of a scan's slices, packed until all of them are there."""

    def __init__(self, case: CaseRecord) -> None:
        self._case = case
        self._pieces: dict[int, dict[str, list[_Piece]]] = defaultdict(lambda: defaultdict(list))
        self._asked: dict[int, list[int]] = defaultdict(list)

    def add(self, target: Target, masks: dict[str, Mask]) -> None:
        """Take in one object's masks."""
        index = self._case.slices[target.object.slice].index
        of_label = self._pieces[target.object.label]
        self._asked[target.object.label].append(index)
        for name, mask in (("truth", target.truth()), *masks.items()):
            of_label[name].append(_Piece.of(index, mask))

    def scores(self, tolerance: float) -> Iterator[VolumeScore]:
        """Each label's scores, in the labels' order; one label is unpacked at a time."""
        i, j, k = self._case.spacing
        spacing = (k, j, i)
        for label, methods in sorted(self._pieces.items()):
            rows, columns = next(s.shape_hw for s in self._case.slices if s.axis == 2)
            asked = self._asked[label]
            shape = (max(asked) - min(asked) + 1, rows, columns)
            truth = _together(methods["truth"], min(asked), shape)
            edge = outline(truth, spacing)
            scores = {
                name: _scores(_together(pieces, min(asked), shape), truth, edge, spacing, tolerance)
                for name, pieces in methods.items()
                if name != "truth"
            }
            yield VolumeScore(self._case, label, len(asked), len(set(asked)), scores)


@dataclass(frozen=True)
class _Piece:
    """A mask on slice ``index``, bit-packed inside its box."""

    index: int
    corner: tuple[int, int]
    shape: tuple[int, int]
    bits: npt.NDArray[np.uint8]

    @classmethod
    def of(cls, index: int, mask: Mask) -> _Piece:
        """What of an (H, W) mask is not empty."""
        rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
        if rows.size == 0:
            return cls(index, (0, 0), (0, 0), np.zeros(0, np.uint8))
        inner = mask[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
        height, width = inner.shape
        return cls(index, (int(rows[0]), int(columns[0])), (height, width), np.packbits(inner))

    def paint(self, plane: Mask) -> None:
        """Add it to an (H, W) mask, in place."""
        (y, x), (h, w) = self.corner, self.shape
        if h and w:
            plane[y : y + h, x : x + w] |= np.unpackbits(self.bits, count=h * w).reshape(h, w).astype(bool)


def _together(pieces: list[_Piece], first: int, shape: tuple[int, int, int]) -> Mask:
    """(K, H, W): the slices from ``first`` on."""
    volume = np.zeros(shape, bool)
    for piece in pieces:
        piece.paint(volume[piece.index - first])
    return volume
