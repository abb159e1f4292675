"""LiteMedSAM's image encoder: each precision's time and error beside float32 as it is written.

    python -m benchmarks.tiny_encoder [--rounds N] [--threads N]

All sides encode one picture of 256×256 in turn in one process, with freed
memory kept. Weights are PyTorch's initial ones with norms moved off their
start (``benchmarks/_vit_b.py``); the error is the relative one of the
embedding, the IoU that of one box's mask by the decoder in float32.
"""

from __future__ import annotations

import argparse
import copy
import statistics
import sys
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from benchmarks._rows import row_of, tell
from benchmarks._vit_b import move_off_start
from medsam.inference.allocator import keep_memory
from medsam.model.build import build_sam
from medsam.model.precision import available, lay

BASE = "float32 as it is written"
BOX = (50.0, 75.0, 175.0, 205.0)


def picture() -> Tensor:
    """(1, 3, 256, 256) float32 in 0..1: scikit-image's astronaut, every other pixel."""
    from skimage.data import astronaut

    return torch.from_numpy(astronaut()[::2, ::2].copy()).permute(2, 0, 1)[None].float() / 255


def network() -> Any:
    """The same weights on every call."""
    torch.manual_seed(0)
    made = build_sam("lite").eval().requires_grad_(False)
    move_off_start(made)
    return made


def mask_of(decoding: Any, embedding: Tensor) -> Tensor:
    """(256, 256) bool: what a decoder says of one box."""
    sparse, dense = decoding.prompt_encoder(boxes=torch.tensor([BOX]))
    pe = decoding.prompt_encoder.get_dense_pe()
    logits, _ = decoding.mask_decoder(embedding, pe, sparse, dense, multimask_output=False)
    return logits[0, 0] > 0


def sides(base: Any) -> dict[str, Callable[[Tensor], Tensor]]:
    """Who takes part, the base first."""
    found: dict[str, Callable[[Tensor], Tensor]] = {BASE: base.image_encoder}
    for name in (p for p in ("exact", "fast") if p in available()):
        laid = copy.deepcopy(base)
        lay(laid, name)  # type: ignore[arg-type]
        found[name] = laid.image_encoder
    return found


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=12)
    parser.add_argument("--threads", type=int, default=2)
    asked = parser.parse_args()
    keep_memory()
    torch.set_num_threads(asked.threads)
    base, x = network(), picture()
    took: dict[str, list[tuple[float, float]]] = {}
    with torch.inference_mode():
        taking_part = sides(base)
        gave = {name: encode(x) for name, encode in taking_part.items()}  # also warms up
        for _ in range(asked.rounds):
            for name, encode in taking_part.items():
                begin, begin_cpu = time.perf_counter(), time.process_time()
                encode(x)
                seconds = time.perf_counter() - begin, time.process_time() - begin_cpu
                took.setdefault(name, []).append(seconds)
        wanted, truth = gave[BASE], mask_of(base, gave[BASE])
        print(f"LiteMedSAM's encoder, {asked.rounds} rounds, {asked.threads} threads, memory kept")
        print(f"{'':26s}{'seconds':>8s}  ratio (least, most)     processor  error    IoU")
        base_cpu = statistics.median(cpu for _, cpu in took[BASE])
        for name, pairs in took.items():
            ratios = [a[0] / b[0] for a, b in zip(pairs, took[BASE], strict=True)]
            mask = mask_of(base, gave[name])
            iou = float((mask & truth).sum() / (mask | truth).sum().clamp(min=1))
            error = float((gave[name] - wanted).norm() / wanted.norm())
            print(
                f"{name:26s}{statistics.median(p[0] for p in pairs):8.3f}  {statistics.median(ratios):.3f}"
                f" ({min(ratios):.3f}, {max(ratios):.3f})    "
                f"{statistics.median(p[1] for p in pairs) / base_cpu:.3f}      {error:.1e}  {iou:.3f}"
            )
    clocks = {name: [clock for clock, _ in pairs] for name, pairs in took.items()}
    tell(
        row_of(f"LiteMedSAM's encoder, {name}", clocks[name], clocks[BASE], BASE, unit="ms", scale=1e3)
        for name in took
        if name != BASE
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
