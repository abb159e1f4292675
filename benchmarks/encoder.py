"""How long does ViT-B take for one 1024×1024 picture, and how far do its masks agree with float32?

    python -m benchmarks.encoder [--rounds N] [--threads N] [--plain]

The reference implementation in float32 (the package segment-anything, if it
is installed; transformers' SamModel as well) and ours in every precision, with
and without the compiled attention, take turns in one process; a ratio is to
the reference of the same round. Both sides keep freed memory; ``--plain``
leaves the C library as it is. The weights are not trained (``benchmarks._vit_b``);
a mask is what float32's decoder makes of an embedding for a box.
"""

from __future__ import annotations

import argparse
import os
import statistics
import time
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor

from benchmarks._vit_b import move_off_start, photograph
from benchmarks.encoder_memory import reference_network
from medsam.inference.allocator import keep_memory
from medsam.model import native
from medsam.model.build import build_sam
from medsam.model.precision import PRECISIONS, available, lay

Encode = Callable[[], Tensor]


def ours(name: str, state: dict[str, Tensor], picture: Tensor, with_kernel: bool) -> Encode:
    """Our encoder in a precision."""
    network = with_state(state)
    lay(network, name, keep_weights=False)  # type: ignore[arg-type]

    def encode() -> Tensor:
        set_kernel(with_kernel)
        return network.image_encoder(picture)

    return encode


def set_kernel(wanted: bool) -> None:
    """Use the compiled attention or not, from now on."""
    os.environ[native.VARIABLE] = "1" if wanted else "0"
    native._library.cache_clear()


def with_state(state: dict[str, Tensor]) -> Any:
    """Our network with these weights."""
    network = build_sam("vit_b").eval()
    network.load_state_dict(state)
    return network


def sides(picture: Tensor) -> tuple[dict[str, Encode], dict[str, Tensor]]:
    """Everybody who takes part, the reference first if it is installed, and the weights they share."""
    found: dict[str, Encode] = {}
    torch.manual_seed(0)
    try:
        reference = reference_network().eval()
        found["segment-anything, float32"] = lambda: reference.image_encoder(picture)
    except ImportError:
        reference = build_sam("vit_b")
    move_off_start(reference)
    state = reference.state_dict()
    try:
        from transformers import SamConfig, SamModel

        other = SamModel(SamConfig()).eval()  # random weights: it is timed, its masks are not compared
        found["transformers, float32"] = lambda: other.get_image_embeddings(picture)
    except ImportError:
        pass
    kernels = (True, False) if native.dtypes() else (False,)
    for name in (p for p in PRECISIONS if p in available()):
        for with_kernel in kernels:
            how = "" if with_kernel else ", no compiled attention"
            found[f"{name}{how}"] = ours(name, state, picture, with_kernel)
    return found, state


def mask_of(decoder: Any, embedding: Tensor) -> Tensor:
    """The mask that float32 decodes from an embedding for a box in the middle."""
    sparse, dense = decoder.prompt_encoder(boxes=torch.tensor([[300.0, 300.0, 700.0, 700.0]]))
    logits, _ = decoder.mask_decoder(
        image_embeddings=embedding.float(),
        image_pe=decoder.prompt_encoder.get_dense_pe(),
        sparse_prompt_embeddings=sparse,
        dense_prompt_embeddings=dense,
        multimask_output=False,
    )
    return logits > 0


def main() -> None:
    """Measure and print one table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--plain", action="store_true", help="let the C library give memory back")
    asked = parser.parse_args()
    kept = not asked.plain and keep_memory()
    torch.set_num_threads(asked.threads)
    torch.set_grad_enabled(False)
    picture = photograph()
    everybody, state = sides(picture)
    decoder = with_state(state)
    took: dict[str, list[float]] = {name: [] for name in everybody}
    made: dict[str, Tensor] = {}
    for n in range(asked.rounds + 1):
        for name, encode in everybody.items():
            start = time.perf_counter()
            made[name] = encode()
            if n:  # the first round warms up
                took[name].append(time.perf_counter() - start)
    first = next(iter(everybody))
    truth = made.get("segment-anything, float32", made["exact, no compiled attention"])
    true_mask = mask_of(decoder, truth)
    print(f"{asked.rounds} rounds, {asked.threads} threads, memory {'kept' if kept else 'as it comes'}")
    print(f"{'':36s} median s   ratio (least, most)     error     IoU")
    for name, seconds in took.items():
        ratios = [ours / theirs for ours, theirs in zip(seconds, took[first], strict=True)]
        line = f"{name:36s} {statistics.median(seconds):7.2f}   {statistics.median(ratios):.3f}"
        line += f" ({min(ratios):.3f}, {max(ratios):.3f})"
        if not name.startswith("transformers"):
            error = float((made[name].float() - truth).norm() / truth.norm())
            mask = mask_of(decoder, made[name])
            iou = float((mask & true_mask).sum() / (mask | true_mask).sum().clamp(min=1))
            line += f"   {error:.1e}   {iou:.4f}"
        print(line)


if __name__ == "__main__":
    main()
