"""What else a prompt could mean: jittered boxes, and the few answers that really differ.

Weights with three heads answer three masks of one prompt. Of others the
second opinion is asked for with boxes about the given one, a little smaller,
larger or beside, as hands draw them: where all of them give the same mask, it
is sure; where they do not, the user chooses.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt

from medsam.prompts import Box

if TYPE_CHECKING:
    from medsam.inference.prediction import Prediction

Mask = npt.NDArray[np.bool_]

MOST = 3
"""More candidates than this are a search, not a choice."""

ALIKE = 0.95
"""Masks whose IoU is above this are one candidate."""

SCALES = (0.88, 1.12, 1.3)
"""Sizes of the boxes tried about the given one, over its size."""

SHIFT = 0.08
"""How far the boxes tried lie to each side of the given one, over its side."""

LEAST_SIDE = 2.0
"""Pixels: no smaller box is tried."""


@dataclass(frozen=True, eq=False)
class Candidates:
    """The different answers to one prompt, best first.

    Attributes:
        masks: (N, H, W) bool, image frame; at least one.
        scores: (N,) float32, the network's own estimate of each mask's IoU, 0..1.
        empty: The network says that there is nothing in the prompt as it was given.
        agreement: Mean IoU of the first mask with all the other answers, those
            merged into it included, each weighed by its score; None where
            there was one answer only.
        disagreement: (H, W) uint8, the share of the other answers that differ
            from the first mask, 255 for all of them.
    """

    masks: npt.NDArray[np.bool_]
    scores: npt.NDArray[np.float32]
    empty: bool
    agreement: float | None
    disagreement: npt.NDArray[np.uint8]


def jittered(box: Box, shape_hw: tuple[int, int]) -> list[Box]:
    """The box itself and those to try beside it, none twice; always the same for the same box.

    Args:
        box: Inside of the picture.
        shape_hw: Of the picture; boxes are cut off at its border.
    """
    cx, cy = box.center
    boxes = [box]
    for scale in SCALES:
        half_w, half_h = box.width * scale / 2, box.height * scale / 2
        boxes.append(Box(cx - half_w, cy - half_h, cx + half_w, cy + half_h))
    dx, dy = max(box.width * SHIFT, 0.5), max(box.height * SHIFT, 0.5)
    for sx, sy in ((-dx, 0.0), (dx, 0.0), (0.0, -dy), (0.0, dy)):
        boxes.append(Box(box.x0 + sx, box.y0 + sy, box.x1 + sx, box.y1 + sy))
    inside = [boxes[0], *(tried.clipped(shape_hw) for tried in boxes[1:])]
    large = [tried for tried in inside[1:] if min(tried.width, tried.height) >= LEAST_SIDE]
    return list(dict.fromkeys([inside[0], *large]))


def choose(answers: Sequence[Prediction], most: int = MOST) -> Candidates:
    """The few masks that differ among the answers to one prompt and its variants.

    The first is the mask that ``predict`` answers: of the prompt as it was
    given, of the best of several heads. The next are those that differ most,
    weighed by quality (score and presence) times agreement with the others,
    so that a choice is worth a look.

    Args:
        answers: Of the prompt as it was given first, then of its variants.
        most: Candidates at the most, one at least.
    """
    masks = [mask for answer in answers for mask in answer.masks]
    scores = np.array([score for answer in answers for score in answer.scores], np.float32)
    presence = [answer.presence for answer in answers for _ in answer.scores]
    cut = _union(masks)
    overlaps = _overlaps([mask[cut] for mask in masks])
    agreement = _agreement(overlaps, scores)
    merit = scores * np.asarray(presence) * (1.0 if len(masks) == 1 else agreement)
    kept = _different(merit, overlaps, most)
    first = masks[kept[0]]
    disagreement = np.zeros(first.shape, np.uint8)
    if len(masks) > 1:
        differs = np.zeros(first[cut].shape, np.uint16)
        for mask in masks:
            differs += mask[cut] ^ first[cut]
        disagreement[cut] = np.rint(differs * (255.0 / (len(masks) - 1))).astype(np.uint8)
    return Candidates(
        np.stack([masks[n] for n in kept]),
        scores[kept],
        answers[0].empty,
        float(agreement[kept[0]]) if len(masks) > 1 else None,
        disagreement,
    )


def _different(merit: npt.NDArray[np.float64], overlaps: npt.NDArray[np.float64], most: int) -> list[int]:
    """Numbers of the masks to offer: the first, then those of most merit that differ most.

    No rule was found that puts another one first and is better on average;
    and so a user gets the mask that was shown while the box was dragged.
    """
    filled = np.diag(overlaps) > 0
    kept = [0 if filled[0] else int(np.lexsort((-merit, ~filled))[0])]
    while len(kept) < most:
        nearest = overlaps[:, kept].max(axis=1)
        new = np.flatnonzero(filled & (nearest <= ALIKE))
        if not new.size:
            break
        kept.append(int(new[np.argmax((1 - nearest[new]) * merit[new])]))
    return kept


def _union(masks: Sequence[Mask]) -> tuple[slice, slice]:
    """The least block that holds every pixel of every mask; one pixel if there is none."""
    together = np.logical_or.reduce(masks)
    rows, cols = np.flatnonzero(together.any(axis=1)), np.flatnonzero(together.any(axis=0))
    if rows.size == 0:
        return slice(0, 1), slice(0, 1)
    return slice(int(rows[0]), int(rows[-1]) + 1), slice(int(cols[0]), int(cols[-1]) + 1)


def _overlaps(masks: Sequence[Mask]) -> npt.NDArray[np.float64]:
    """IoU of every mask with every other, (N, N); on the diagonal 1, or 0 for a mask without a pixel."""
    flat = np.stack([mask.reshape(-1) for mask in masks]).astype(np.float32)
    common = (flat @ flat.T).astype(np.float64)
    areas = np.diag(common)
    return common / np.maximum(areas[:, None] + areas[None, :] - common, 1.0)


def _agreement(overlaps: npt.NDArray[np.float64], scores: npt.NDArray[np.float32]) -> npt.NDArray[np.float64]:
    """Of each mask, the mean IoU with the others, weighed by their scores."""
    weights = np.maximum(scores.astype(np.float64), 1e-6)
    others = overlaps.copy()
    np.fill_diagonal(others, 0.0)
    return (others @ weights) / np.maximum(weights.sum() - weights, 1e-6)
