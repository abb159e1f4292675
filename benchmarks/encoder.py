"""How long does ViT-B take for one 1024×1024 picture, and how far do its masks agree with float32?

    python -m benchmarks.encoder [--rounds N] [--plain-rounds N] [--threads N] [--memory both|kept|plain]

The reference implementation in float32 (the package segment-anything, if it
is installed; transformers' SamModel with the same weights as well) and ours in
every precision, with and without the compiled attention, take turns in one
process; a ratio is to the reference of the same round. This is asked twice,
each in a process of its own: "kept" tells the C library to keep freed memory,
for everybody who takes part; "plain" leaves it as any process finds it, which
costs the reference a large share of its time. Samples during which other
processes computed are taken again (``benchmarks._quiet``). The weights are
not trained (``benchmarks._vit_b``); a mask is what float32's decoder makes of
an embedding for a box.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from benchmarks import ROOT
from benchmarks._quiet import Quiet
from benchmarks._reference import SEGMENT_ANYTHING, TRANSFORMERS, reference_network, transformers_network
from benchmarks._rows import Row, row_of, tell
from benchmarks._vit_b import move_off_start, photograph
from medsam.inference.allocator import keep_memory
from medsam.model import native
from medsam.model.build import build_sam
from medsam.model.precision import PRECISIONS, available, lay

Encode = Callable[[], Tensor]
PLAIN_KERNEL = ", no compiled attention"
AIMS = {
    "kept": {"exact": 0.72, "fast": 0.29, f"fast{PLAIN_KERNEL}": 0.40, "fastest": 0.22},
    "plain": {"exact": 0.45, "fast": 0.16, f"fast{PLAIN_KERNEL}": 0.22, "fastest": 0.13},
}
"""Time at most, as a share of segment-anything's. Without a kernel exact and fastest are held to the same."""

WORDS = {"kept": "memory kept", "plain": "plain"}


@dataclass
class Side:
    """What one who took part needed, a figure a round, and how good it was.

    Attributes:
        seconds: By the clock, one of each round.
        error: Relative, of the embedding.
        iou: Of one box's mask.
    """

    seconds: list[float] = field(default_factory=list)
    error: float = 0.0
    iou: float = 1.0


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
    native.compiled.cache_clear()


def with_state(state: dict[str, Tensor]) -> Any:
    """Our network with these weights."""
    network = build_sam("vit_b").eval()
    network.load_state_dict(state)
    return network


def everybody(picture: Tensor) -> tuple[dict[str, Encode], dict[str, Tensor]]:
    """Who takes part, the reference first if it is installed, and the weights they share."""
    found: dict[str, Encode] = {}
    torch.manual_seed(0)
    try:
        reference = reference_network().eval()
        found[SEGMENT_ANYTHING] = lambda: reference.image_encoder(picture)
    except ImportError:
        reference = build_sam("vit_b")
    move_off_start(reference)
    state = reference.state_dict()
    try:
        other = transformers_network(state)
        found[TRANSFORMERS] = lambda: other.get_image_embeddings(picture)
    except ImportError:
        pass
    kernels = (True, False) if native.dtypes() else (False,)
    for name in (p for p in PRECISIONS if p in available()):
        for with_kernel in kernels:
            found[f"{name}{'' if with_kernel else PLAIN_KERNEL}"] = ours(name, state, picture, with_kernel)
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


@torch.no_grad()
def measure(memory: str, rounds: int, threads: int) -> dict[str, Any]:
    """Alternate everybody in this process: each one's ``Side``, whether memory was kept, a line of load."""
    kept = memory == "kept" and keep_memory()
    torch.set_num_threads(threads)
    picture, quiet = photograph(), Quiet()
    encoders, state = everybody(picture)
    sides = {name: Side() for name in encoders}
    made = {name: encode() for name, encode in encoders.items()}  # which also warms up
    for _ in range(rounds):
        for name, encode in encoders.items():
            sides[name].seconds.append(quiet.sample(encode).seconds)
    decoder = with_state(state)
    truth = made.get(SEGMENT_ANYTHING, made[f"exact{PLAIN_KERNEL}"])
    true_mask = mask_of(decoder, truth)
    for name, embedding in made.items():
        mask = mask_of(decoder, embedding)
        sides[name].error = float((embedding.float() - truth).norm() / truth.norm())
        sides[name].iou = float((mask & true_mask).sum() / (mask | true_mask).sum().clamp(min=1))
    return {"sides": {n: asdict(s) for n, s in sides.items()}, "kept": kept, "load": quiet.line()}


def in_process(memory: str, rounds: int, threads: int) -> dict[str, Any]:
    """``measure`` in a process of its own: what an allocator is told cannot be taken back."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "found.json"
        command = [sys.executable, "-m", "benchmarks.encoder", "--child", str(path), "--memory", memory]
        command += ["--rounds", str(rounds), "--threads", str(threads)]
        subprocess.run(command, cwd=ROOT, check=True)
        return json.loads(path.read_text(encoding="utf-8"))


def show(memory: str, rounds: int, threads: int, found: dict[str, Any]) -> None:
    """Print the table of one setting."""
    sides: dict[str, dict[str, Any]] = found["sides"]
    first = next(iter(sides.values()))["seconds"]
    setting = "kept on both sides" if found["kept"] else "as it comes"
    print(f"\n{rounds} rounds, {threads} threads, memory {setting}; {found['load']}")
    print(f"{'':36s} median s   ratio (least, most)       error     IoU")
    for name, side in sides.items():
        ratios = [a / b for a, b in zip(side["seconds"], first, strict=True)]
        print(
            f"{name:36s} {statistics.median(side['seconds']):7.2f}   {statistics.median(ratios):.3f}"
            f" ({min(ratios):.3f}, {max(ratios):.3f})   {side['error']:.1e}   {side['iou']:.4f}"
        )


def aim_of(memory: str, name: str, has_kernel: bool) -> float | None:
    """The share of segment-anything's time that is asked for, if one is."""
    aims = AIMS[memory]
    return aims.get(name, None if has_kernel else aims.get(name.removesuffix(PLAIN_KERNEL)))


def rows_of(memory: str, sides: dict[str, dict[str, Any]]) -> list[Row]:
    """Times beside each rival's."""
    rows = []
    has_kernel = "exact" in sides
    for rival in (name for name in (SEGMENT_ANYTHING, TRANSFORMERS) if name in sides):
        for name, side in sides.items():
            if name in (SEGMENT_ANYTHING, rival):
                continue
            aim = aim_of(memory, name, has_kernel) if rival == SEGMENT_ANYTHING else None
            what = f"{name}: one picture, {WORDS[memory]}"
            rows.append(row_of(what, side["seconds"], sides[rival]["seconds"], rival.split(",")[0], aim))
    return rows


def agreement(sides: dict[str, dict[str, Any]]) -> list[Row]:
    """How far from float32, beside how far is allowed: both 0 for equal masks."""
    found = []
    for name, side in sides.items():
        precision = name.split(",")[0]
        if precision == "exact":
            found.append(Row.within(f"{name}: relative error", side["error"], 1e-5))
        elif precision in ("fast", "fastest"):
            allowed = 0.015 if precision == "fast" else 0.03
            found.append(Row.within(f"{name}: 1 − IoU of a mask", 1 - side["iou"], allowed))
    return found


def main() -> int:
    """Measure and print one table for each setting of memory."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--rounds", type=int, default=4, help="with memory kept (default 4)")
    parser.add_argument("--plain-rounds", type=int, default=3, help="in plain processes (default 3)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--memory", default="both", choices=("both", "kept", "plain"))
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.child:
        found = measure(asked.memory, asked.rounds, asked.threads)
        asked.child.write_text(json.dumps(found), encoding="utf-8")
        return 0
    rounds = {"kept": asked.rounds, "plain": asked.plain_rounds}
    for memory in ("kept", "plain") if asked.memory == "both" else (asked.memory,):
        found = in_process(memory, rounds[memory], asked.threads)
        show(memory, rounds[memory], asked.threads, found)
        tell(rows_of(memory, found["sides"]))
        if memory == "kept" or asked.memory == "plain":
            tell(agreement(found["sides"]))
        for name in (SEGMENT_ANYTHING, TRANSFORMERS):
            if name not in found["sides"]:
                print(f"{name.split(',')[0]} is not installed: pip install -e '.[bench]'")
    return 0


if __name__ == "__main__":
    sys.exit(main())
