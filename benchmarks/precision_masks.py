"""How far do masks in bfloat16 and in eight bits agree with float32's, on real slices and trained weights?

    python -m benchmarks.precision_masks --store STORE --model FILE|NAME [--split test] [--objects N]

Every precision answers the same boxes (``finetune.data.targets``, 5 % noise)
of the same slices. IoU is with the mask in float32, Dice with the truth; means
over objects, and the least IoU.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

import numpy as np

from benchmarks._rows import Row, tell
from finetune.data.store import Store
from finetune.data.targets import Target, targets
from finetune.scores.metrics import dice
from medsam.inference.embedding_cache import EmbeddingCache
from medsam.inference.predictor import make_predictor
from medsam.model import load_model
from medsam.model.precision import available
from medsam.prompts import Prompts

Masks = list[np.ndarray]
ALLOWED = {"fast": 0.015, "fastest": 0.03}
"""How far the mean IoU may be below 1."""


def masks_of(model: str, precision: str, asked: Sequence[Target]) -> Masks:
    """The mask of every box; slices are encoded once, for boxes come slice by slice."""
    predictor = make_predictor(load_model(model, "cpu"), EmbeddingCache(), precision)
    made = []
    for target in asked:
        predictor.set_image(np.asarray(target.picture()))
        made.append(predictor.predict(Prompts(box=target.box)).masks[0])
    return made


def iou(one: np.ndarray, other: np.ndarray) -> float:
    """Overlap over union; 1 for two empty masks."""
    union = np.count_nonzero(one | other)
    return float(np.count_nonzero(one & other) / union) if union else 1.0


def main() -> None:
    """Ask in every precision and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--store", required=True)
    parser.add_argument("--model", required=True, help="weights of the SAM family: a name or a file")
    parser.add_argument("--split", default="test")
    parser.add_argument("--objects", type=int, default=400, help="at most, spread over the split")
    asked = parser.parse_args()
    every = list(targets(Store(asked.store), asked.split, 0.05, 1))
    chosen = every[:: max(1, len(every) // asked.objects)]
    truths = [target.truth() for target in chosen]
    exact: Masks = []
    print(f"{len(chosen)} boxes of the split {asked.split}")
    print("precision   IoU with float32 (least, share below 0.985)   Dice with the truth")
    for precision in available():
        masks = masks_of(asked.model, precision, chosen)
        exact = exact or masks
        ious = np.array([iou(a, b) for a, b in zip(masks, exact, strict=True)])
        scores = [dice(mask, truth) for mask, truth in zip(masks, truths, strict=True)]
        print(
            f"{precision:10s}  {ious.mean():.4f} ({ious.min():.3f}, {np.mean(ious < 0.985):.1%})"
            f"   {np.mean(scores):.4f}",
            flush=True,
        )
        if precision in ALLOWED:
            lost = float(1 - ious.mean())
            what = f"{precision}: 1 − IoU, {len(chosen)} boxes on real slices"
            tell([Row.within(what, lost, ALLOWED[precision])])


if __name__ == "__main__":
    main()
