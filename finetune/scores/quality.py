"""Whether a network knows how good its masks are: its estimated IoU beside the true scores."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from finetune.scores.evaluate import ObjectScore
from finetune.scores.statistics import bootstrap

LEAST_OBJECTS = 5
"""Below this many a rank correlation says nothing."""

Floats = npt.NDArray[np.float64]


def quality(objects: Sequence[ObjectScore], patients: Sequence[Hashable], seed: int) -> dict[str, Any]:
    """How well the network's own estimates order and tell the true scores, overall and by modality.

    Returns:
        ``correlation`` (Pearson's) and ``mean_error`` against the true IoU,
        Spearman's ``spearman_dice`` with a 95 % bootstrap interval by patient
        and ``spearman_iou``, and a row of both for each modality. None where
        one side does not vary or there are too few objects.
    """
    dice = np.array([o.scores["network"].dice for o in objects])
    iou = np.array([o.scores["network"].iou for o in objects])
    estimate = np.array([o.estimated for o in objects])
    members: dict[str, list[int]] = defaultdict(list)
    for number, o in enumerate(objects):
        members[o.case.modality].append(number)
    rows = [
        {
            "modality": key,
            "objects": len(numbers),
            "patients": len({patients[n] for n in numbers}),
            "spearman_dice": spearman(estimate[numbers], dice[numbers]),
            "spearman_iou": spearman(estimate[numbers], iou[numbers]),
            "mean_estimate": float(estimate[numbers].mean()),
            "mean_iou": float(iou[numbers].mean()),
        }
        for key, numbers in sorted(members.items())
    ]
    varied = len(iou) > 2 and np.ptp(iou) > 0 and np.ptp(estimate) > 0
    return {
        "correlation": float(np.corrcoef(iou, estimate)[0, 1]) if varied else None,
        "mean_error": float(np.abs(iou - estimate).mean()),
        "spearman_dice": spearman(estimate, dice),
        "spearman_dice_interval": bootstrap(
            lambda chosen: spearman(estimate[chosen], dice[chosen]), patients, seed=seed
        ),
        "spearman_iou": spearman(estimate, iou),
        "modalities": rows,
    }


def spearman(one: Floats, other: Floats) -> float | None:
    """Spearman's rank correlation, ties by their middle rank; None where it is not defined."""
    if len(one) < LEAST_OBJECTS or np.ptp(one) == 0 or np.ptp(other) == 0:
        return None
    from scipy.stats import spearmanr

    return float(spearmanr(one, other).statistic)
