"""What the held-out cases got before and after, for the window and for the model's card."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

import numpy as np

from finetune.data.targets import Target

NOISE = 0.05
"""Of the boxes that both models are tested by: about what a hand does."""

LEAST_CHANGE = 1e-3
"""An outline whose Dice moved by less became neither better nor worse."""


def compared(
    asked: Sequence[Target], before: Sequence[float], after: Sequence[float], by_patient: bool
) -> dict[str, Any]:
    """Means before and after, of all outlines and of each label's."""
    by_label: dict[str, list[int]] = defaultdict(list)
    for number, target in enumerate(asked):
        value = target.object.label
        by_label[target.record.labels.get(value) or str(value)].append(number)
    table = [
        {
            "label": label,
            "objects": len(numbers),
            "before": float(np.mean([before[n] for n in numbers])),
            "after": float(np.mean([after[n] for n in numbers])),
        }
        for label, numbers in sorted(by_label.items())
    ]
    gains = np.subtract(after, before)
    return {
        "before": float(np.mean(before)),
        "after": float(np.mean(after)),
        "table": table,
        "objects": len(asked),
        "cases": len({target.record.id for target in asked}),
        "improved": int((gains > LEAST_CHANGE).sum()),
        "worsened": int((gains < -LEAST_CHANGE).sum()),
        "by_patient": by_patient,
    }


def on_card(scores: dict[str, Any]) -> dict[str, Any]:
    """The scores as a model card holds them, with their protocol."""
    told_apart = "patient" if scores["by_patient"] else "file"
    return {
        "dice": round(scores["after"], 4),
        "before": round(scores["before"], 4),
        "modalities": {},
        "sentence": (
            f"On {scores['objects']} outlines of {scores['cases']} held-out cases of the user, told apart by"
            f" {told_apart}; boxes with normal noise of {NOISE:.0%} of a side. Before adapting:"
            f" {scores['before']:.3f}."
        ),
    }
