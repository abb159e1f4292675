"""What a network is asked and scored by: objects of whole slices, each with its noisy box."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from finetune.data.store import CaseRecord, ObjectRecord, Store
from medsam.prompts import Box

LEAST_AREA = 60
"""Pixels: smaller objects are a question of finding, not of outlining."""

MOST_PER_CASE = 24
"""Objects of one picture or scan that are scored, drawn at random."""


@dataclass(frozen=True)
class Target:
    """One object, and the box that a network is asked for it by.

    Attributes:
        store: Where its picture and mask are.
        case, number: Of ``Store.cases``, and of that case's ``objects``.
        box: In the image frame, noisy.
    """

    store: Store
    case: int
    number: int
    box: Box

    @property
    def record(self) -> CaseRecord:
        """The case it belongs to."""
        return self.store.cases[self.case]

    @property
    def object(self) -> ObjectRecord:
        """What the store knows of it."""
        return self.record.objects[self.number]

    @property
    def key(self) -> tuple[str, str]:
        """Modality and data set, by which scores are averaged."""
        return self.record.modality, self.record.dataset

    @property
    def shape_hw(self) -> tuple[int, int]:
        """Of its slice."""
        return self.record.slices[self.object.slice].shape_hw

    def picture(self) -> npt.NDArray[np.uint8]:
        """(H, W) or (H, W, 3), as the program shows it to a network."""
        return self.store.picture(self.case, self.object.slice)

    def truth(self) -> npt.NDArray[np.bool_]:
        """(H, W)."""
        return self.store.full_mask(self.case, self.number)


def noisy_box(box: Box, shape_hw: tuple[int, int], noise: float, rng: np.random.Generator) -> Box:
    """Move each coordinate by normal noise of ``noise`` times its side; clip to the picture."""
    dx, dy = rng.normal(0, noise, (2, 2)) * np.array([[box.width], [box.height]])
    moved = Box.from_corners(box.x0 + dx[0], box.y0 + dy[0], box.x1 + dx[1], box.y1 + dy[1])
    return moved.clipped(shape_hw)


def targets(
    store: Store,
    split: str,
    noise: float,
    seed: int,
    *,
    per_source: int | None = None,
    most_per_case: int = MOST_PER_CASE,
    least_area: int = LEAST_AREA,
) -> list[Target]:
    """The objects of a split along the third axis, in a fixed order, each with its own fixed noise.

    A case's draw depends on its id and the seed alone, so other cases may
    come or go without changing it.

    Args:
        per_source: At most about this many of each modality's data set,
            spread evenly over its cases.
        most_per_case: Objects of one case, drawn at random; 0 for all.
        least_area: Smaller ones are left out, in pixels.
    """
    chosen = [n for n, case in enumerate(store.cases) if case.split == split]
    of_source: dict[tuple[str, str], int] = defaultdict(int)
    for n in chosen:
        of_source[store.cases[n].modality, store.cases[n].dataset] += 1
    found = []
    for n in chosen:
        case = store.cases[n]
        rng = np.random.default_rng([seed, *case.id.encode()])
        numbers = [
            i for i, o in enumerate(case.objects) if case.slices[o.slice].axis == 2 and o.area >= least_area
        ]
        most = most_per_case or len(numbers)
        if per_source is not None:
            share = per_source / of_source[case.modality, case.dataset]
            most = min(most, int(share) + int(rng.random() < share % 1))
        if len(numbers) > most:
            numbers = [numbers[i] for i in sorted(rng.choice(len(numbers), most, replace=False))]
        for number in numbers:
            record = case.objects[number]
            box = noisy_box(Box(*record.box), case.slices[record.slice].shape_hw, noise, rng)
            found.append(Target(store, n, number, box))
    return found


def spread(found: Sequence[Target], count: int) -> list[Target]:
    """``count`` of them, as many of each modality, evenly over each's; fewer if there are not so many."""
    of_modality: dict[str, list[Target]] = defaultdict(list)
    for target in found:
        of_modality[target.record.modality].append(target)
    groups = list(of_modality.values())
    chosen: list[Target] = []
    for number, members in enumerate(groups):
        wanted = count // len(groups) + (number < count % len(groups))
        places = np.linspace(0, len(members) - 1, min(wanted, len(members))).round().astype(int)
        chosen += [members[i] for i in places]
    return chosen


def means(scores: Mapping[tuple[str, str], Sequence[float]]) -> tuple[float, dict[str, float]]:
    """Mean over modalities, and each modality's mean over its data sets' means over objects."""
    of_modality: dict[str, list[float]] = defaultdict(list)
    for (modality, _), values in scores.items():
        of_modality[modality].append(float(np.mean(values)))
    table = {m: float(np.mean(v)) for m, v in sorted(of_modality.items())}
    return float(np.mean(list(table.values()))), table


def box_fill(box: Box, shape_hw: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """The pixels whose centres lie in the box."""
    y, x = np.arange(shape_hw[0])[:, None] + 0.5, np.arange(shape_hw[1])[None, :] + 0.5
    return (x >= box.x0) & (x <= box.x1) & (y >= box.y0) & (y <= box.y1)


def inscribed_ellipse(box: Box, shape_hw: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """The pixels whose centres lie in the ellipse that touches the box's sides."""
    y, x = np.arange(shape_hw[0])[:, None] + 0.5, np.arange(shape_hw[1])[None, :] + 0.5
    cx, cy = box.center
    rx, ry = max(box.width / 2, 1e-6), max(box.height / 2, 1e-6)
    return ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1.0
