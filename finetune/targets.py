"""Objects of whole pictures with the boxes they are asked for by."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from finetune.cases import Case, FoundObject, find_objects, picture, read_case, read_cases
from medsam.intensity import default_window
from medsam.prompts import Box

LEAST_AREA = 60
"""Pixels: smaller objects are a question of finding, not of outlining."""

WHOLE_PICTURE = 0.95
"""Share of the picture above which a box asks nothing."""

MOST_PER_CASE = 24
"""Objects of one picture or scan that are scored, drawn at random."""


@dataclass(frozen=True)
class Target:
    """One object, its picture as the network is shown it, and its noisy box."""

    case: Case
    picture: npt.NDArray[np.uint8]
    found: FoundObject
    box: Box


def noisy_box(box: Box, shape_hw: tuple[int, int], noise: float, rng: np.random.Generator) -> Box:
    """Move each coordinate by normal noise of ``noise`` times its side; clip to the picture."""
    dx, dy = rng.normal(0, noise, (2, 2)) * np.array([[box.width], [box.height]])
    moved = Box.from_corners(box.x0 + dx[0], box.y0 + dy[0], box.x1 + dx[1], box.y1 + dy[1])
    return moved.clipped(shape_hw)


def targets(
    data: Path, split: str, noise: float, seed: int, per_source: int | None = None
) -> Iterator[Target]:
    """The objects of a split in a fixed order, each with its own fixed noise.

    Args:
        per_source: Score at most about this many of each modality's source,
            spread evenly over its cases.
    """
    cases = [(n, c) for n, c in enumerate(read_cases(data)) if c.split == split]
    of_source: dict[tuple[str, str], int] = defaultdict(int)
    for _, case in cases:
        of_source[case.modality, case.source] += 1
    for number, case in cases:
        rng = np.random.default_rng([seed, number])
        volume, labels = read_case(data, case)
        window = default_window(volume)
        found = list(find_objects(labels, 2, least_area=LEAST_AREA, whole_picture=WHOLE_PICTURE))
        most = MOST_PER_CASE
        if per_source is not None:
            share = per_source / of_source[case.modality, case.source]
            most = min(most, int(share) + int(rng.random() < share % 1))
        if len(found) > most:
            found = [found[i] for i in sorted(rng.choice(len(found), most, replace=False))]
        for item in found:
            box = noisy_box(item.box, item.shape_hw, noise, rng)
            yield Target(case, picture(volume, window, item.axis, item.index), item, box)


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
