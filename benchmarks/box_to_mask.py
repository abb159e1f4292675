"""How long from a box to its full mask on an encoded 1024×1024 picture, and how far do masks agree?

    python -m benchmarks.box_to_mask [--rounds N] [--threads N] [--boxes N ...] [--plain]

Our predictor with ViT-B's decoder in each precision, with and without the
compiled kernel, takes turns with the reference in one process; a ratio is to
the reference of the same round. The reference is the package segment-anything
in float32, called as MedSAM's published inference does: prompt encoder, dense
position encoding, decoder, resampling, threshold. Both sides start from the
same embedding and end with a boolean mask of the picture's size. Both keep
freed memory; ``--plain`` leaves the C library as it is. Weights are PyTorch's
initial ones with jittered norms, the embedding is noise: a mask's outline is
then as long as can be, and its IoU as low.

"processor" is the ratio of the processor's time, both sides as medians. It
says more than the clock on a machine that computes other things as well.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from benchmarks._reference import masks_of, reference_network
from benchmarks._rows import Row, row_of, tell
from benchmarks._vit_b import move_off_start
from benchmarks.encoder import set_kernel
from medsam.inference.allocator import keep_memory
from medsam.inference.predictor import EmbeddingPredictor
from medsam.model import native
from medsam.model.build import LoadedModel, ModelCard, build_sam
from medsam.model.precision import available, lay
from medsam.model.preprocessing import PREPROCESSING
from medsam.prompts import Box, Prompts

Masks = npt.NDArray[np.bool_]
Answer = Callable[[Sequence[Box]], Masks]
Side = tuple[bool, Answer]
"""Whether the compiled kernel takes part, and who answers."""
SIDE = 1024
BASE = "segment-anything, float32"
WRITTEN = "ours as it is written"
AIMS = {("exact", 1): 0.38, ("fast", 1): 0.27, ("exact", 8): 0.31, ("fast", 8): 0.20}
"""Ratios asked for at most, by precision and boxes asked for together."""


class EncodedPredictor(EmbeddingPredictor):
    """A predictor on a picture whose embedding is at hand."""

    def __init__(self, loaded: LoadedModel, embedding: Tensor) -> None:
        """Take the embedding for that of a picture of 1024×1024."""
        super().__init__(loaded)
        self._embedding, self._shape_hw = embedding, (SIDE, SIDE)


def ours(state: dict[str, Tensor], embedding: Tensor, name: str | None) -> Answer:
    """Our predictor in a precision; None for the decoder as it is written."""
    network = build_sam("vit_b").eval()
    network.load_state_dict(state)
    if name is not None:
        lay(network, name)  # type: ignore[arg-type]
    card = ModelCard("vit_b", "ViT-B", "embedding", frozenset({"box"}), 1, False, "", "0" * 64, Path("none"))
    pp = next(kind for kind in PREPROCESSING.values() if kind.kind == "medsam")
    predictor = EncodedPredictor(LoadedModel(network, pp, card, torch.device("cpu")), embedding)

    def answer(boxes: Sequence[Box]) -> Masks:
        return np.stack([p.masks[0] for p in predictor.predict_batch([Prompts(box) for box in boxes])])

    return answer


def boxes_of(count: int, rng: np.random.Generator) -> list[Box]:
    """Boxes of several sizes in the picture."""
    corners, sides = rng.uniform(0, 600, (count, 2)), rng.uniform(40, 400, (count, 2))
    return [Box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, sides, strict=True)]


def everybody() -> dict[str, Side]:
    """Who takes part, the reference first if it is installed."""
    torch.manual_seed(0)
    has_kernel = bool(native.dtypes())
    found: dict[str, Side] = {}
    embedding = torch.randn(1, 256, 64, 64, generator=torch.Generator().manual_seed(3))
    try:
        network = reference_network().eval()
        move_off_start(network)
        found[BASE] = (False, partial(masks_of, network, embedding))
    except ImportError:
        network = build_sam("vit_b")
        move_off_start(network)
        print("The reference, segment-anything, is not installed: ratios are to ours as it is written.")
    state = network.state_dict()
    found[WRITTEN] = (False, ours(state, embedding, None))
    for name in (p for p in ("exact", "fast") if p in available()):
        answer = ours(state, embedding, name)
        found[f"{name}, no compiled kernel"] = (False, answer)
        if has_kernel:
            found[name] = (True, answer)
    return found


def measure(sides: dict[str, Side], count: int, rounds: int) -> list[Row]:
    """Print a table for boxes in batches of ``count``; its rows for the table of all questions."""
    rng = np.random.default_rng(1)
    first = next(iter(sides))
    took: dict[str, list[tuple[float, float]]] = {name: [] for name in sides}
    agreed: dict[str, list[float]] = {name: [] for name in sides}
    for n in range(rounds + 1):
        boxes = boxes_of(count, rng)
        truth: Masks | None = None
        for name, (with_kernel, answer) in sides.items():
            set_kernel(with_kernel)
            begin, begin_cpu = time.perf_counter(), time.process_time()
            masks = answer(boxes)
            seconds = time.perf_counter() - begin, time.process_time() - begin_cpu
            truth = masks if truth is None else truth
            if n:  # the first round warms up
                took[name].append(seconds)
                agreed[name].append(float((masks & truth).sum() / max((masks | truth).sum(), 1)))
    print(f"{count} box{'es together' if count > 1 else ''}")
    print(f"{'':32s}{'a box':>9s}  ratio (least, most)     processor   least IoU")
    for name, pairs in took.items():
        ratios = [a[0] / b[0] for a, b in zip(pairs, took[first], strict=True)]
        clock, cpu = (statistics.median(p[i] for p in pairs) for i in (0, 1))
        base_cpu = statistics.median(p[1] for p in took[first])
        print(
            f"{name:32s}{clock / count * 1e3:6.1f} ms  {statistics.median(ratios):.3f}"
            f" ({min(ratios):.3f}, {max(ratios):.3f})    {cpu / base_cpu:.3f}       {min(agreed[name]):.4f}"
        )
    if first != BASE:
        return []
    clocks = {name: [pair[0] / count for pair in pairs] for name, pairs in took.items()}
    unit = "one box to a mask" if count == 1 else f"a box of {count} to a mask"
    return [
        row_of(f"{name}, {unit}", clocks[name], clocks[BASE], BASE, AIMS.get((name, count)), "ms", 1e3)
        for name in took
        if name not in (BASE, WRITTEN)
    ]


def main() -> int:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--boxes", type=int, nargs="+", default=[1, 8], help="boxes asked for together")
    parser.add_argument("--plain", action="store_true", help="let the C library give memory back")
    asked = parser.parse_args()
    kept = not asked.plain and keep_memory()
    torch.set_num_threads(asked.threads)
    sides = everybody()
    print(f"{asked.rounds} rounds, {asked.threads} threads, memory {'kept' if kept else 'as it comes'}")
    for count in asked.boxes:
        tell(measure(sides, count, asked.rounds))
    return 0


if __name__ == "__main__":
    sys.exit(main())
