"""Scans in 3D: masks of slices put together and scored as one."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from finetune.data.store import CaseRecord
from finetune.data.targets import Target
from finetune.scores.metrics import Scores, outline, scores_of

Mask = npt.NDArray[np.bool_]


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


class VolumeMasks:
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
                name: scores_of(_together(pieces, min(asked), shape), truth, edge, spacing, tolerance)
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
