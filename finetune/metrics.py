"""How well two masks agree."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

Mask = npt.NDArray[np.bool_]


def dice(ours: Mask, truth: Mask) -> float:
    """Dice's coefficient of two masks of one shape; 1 if both are empty."""
    total = int(ours.sum()) + int(truth.sum())
    return 2 * int((ours & truth).sum()) / total if total else 1.0


def iou(ours: Mask, truth: Mask) -> float:
    """Intersection over union of two masks of one shape; 1 if both are empty."""
    union = int((ours | truth).sum())
    return int((ours & truth).sum()) / union if union else 1.0
