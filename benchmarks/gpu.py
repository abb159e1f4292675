"""How quick is ViT-B on this machine's graphics card, how much of the card does it use, and against whom?

    python -m benchmarks.gpu [--rounds N] [--most N]

Needs a card that CUDA reaches; without one it says so and ends well. The rival
is the package segment-anything, if it is installed, on the same card with the
same weights (not trained: ``benchmarks._vit_b``): in float32 as PyTorch
computes it unasked, and under autocast to the card's 16-bit format. Measured:

* encoding one picture: ours exact and fast, each called as written and
  replayed (a CUDA graph), in turn with both rivals; a ratio is to the rival of
  the same round;
* pictures a second in batches of 1, 2, 4 ... until memory ends, with the
  card's memory that each takes;
* one box and eight boxes to boolean masks on the processor;
* how much of the card's rate at multiplying matrices that is: a product of
  8192 × 8192 in the same run, against the operations that PyTorch counts in
  the encoder.

Errors are those of embeddings against the rival in float32, IoU that of the
mask which float32 decodes from them for a box in the middle.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.utils.flop_counter import FlopCounterMode

from benchmarks._reference import masks_of, reference_network
from benchmarks._rows import Row, row_of, tell
from benchmarks._vit_b import move_off_start, photograph
from medsam.inference.predictor import EmbeddingPredictor, make_predictor
from medsam.model.build import LoadedModel, ModelCard, build_sam
from medsam.model.card import (
    begin_peak,
    exact_products,
    finish,
    half_dtype,
    is_out_of_memory,
    peak_bytes,
    release,
)
from medsam.model.card_attention import quickest
from medsam.model.card_graphs import Replay
from medsam.model.precision import lay
from medsam.model.preprocessing import PREPROCESSING
from medsam.prompts import Box, Prompts

Encode = Callable[[Tensor], Tensor]

RIVAL = "segment-anything, float32"
RIVAL_BRIEF = "segment-anything, autocast"
MIDDLE = (300.0, 300.0, 700.0, 700.0)
_SIDE = 8192


class Clock:
    """Seconds on a device: CUDA's events on a card, the clock elsewhere."""

    def __init__(self, device: torch.device) -> None:
        """Measure what happens on ``device``."""
        self.device = device

    def __call__(self, run: Callable[[], object]) -> float:
        """Seconds from the call until the device is done with it."""
        finish(self.device)
        if self.device.type != "cuda":
            start = time.perf_counter()
            run()
            return time.perf_counter() - start
        first, last = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        first.record()
        run()
        last.record()
        last.synchronize()
        return first.elapsed_time(last) / 1000


def weights(arch: str = "vit_b") -> tuple[Any, dict[str, Tensor]]:
    """The rival's network, or None if it is not installed, and the weights for all."""
    torch.manual_seed(0)
    try:
        rival = reference_network().eval() if arch == "vit_b" else None
    except ImportError:
        rival = None
    network = rival if rival is not None else build_sam(arch)
    move_off_start(network)
    return rival, network.state_dict()


def ours(state: dict[str, Tensor], precision: str, device: torch.device, arch: str = "vit_b") -> Any:
    """Our network in a precision on the device."""
    network = build_sam(arch).eval()
    network.load_state_dict(state)
    lay(network, precision, str(device), keep_weights=False)  # type: ignore[arg-type]
    return network


def autocast(network: Any, device: torch.device) -> Encode:
    """A network's encoder under autocast to the device's 16-bit format."""
    dtype = half_dtype(device) or torch.bfloat16

    def encode(picture: Tensor) -> Tensor:
        with torch.autocast(device.type, dtype):
            return network.image_encoder(picture)

    return encode


def encoders(
    state: dict[str, Tensor], rival: Any, device: torch.device, arch: str = "vit_b"
) -> dict[str, Encode]:
    """Everybody who encodes one picture, the rivals first."""
    found: dict[str, Encode] = {}
    if rival is not None:
        rival.to(device)
        found[RIVAL], found[RIVAL_BRIEF] = rival.image_encoder, autocast(rival, device)
    for precision in ("exact", "fast"):
        network = ours(state, precision, device, arch)
        found[f"{precision}, as written"] = network.image_encoder
        replay = Replay(lambda x, network=network: (network.image_encoder(x),), device)  # type: ignore[misc]
        found[f"{precision}, replayed"] = lambda x, replay=replay: replay(x)[0]  # type: ignore[misc]
    return found


def in_turn(
    sides: dict[str, Callable[[], Any]], rounds: int, clock: Clock
) -> tuple[dict[str, list[float]], dict[str, Any]]:
    """Seconds of each side by round, and what each gave last; three rounds warm up."""
    took: dict[str, list[float]] = {name: [] for name in sides}
    gave: dict[str, Any] = {}

    for n in range(rounds + 3):
        for name, run in sides.items():
            seconds = clock(lambda name=name, run=run: gave.__setitem__(name, run()))  # type: ignore[misc]
            if n >= 3:
                took[name].append(seconds)
    return took, gave


def mask_of(decoder: Any, embedding: Tensor) -> Tensor:
    """The mask that a float32 network of ours on the processor decodes for a box in the middle."""
    sparse, dense = decoder.prompt_encoder(boxes=torch.tensor([MIDDLE]))
    side = decoder.mask_decoder.look(
        embedding.float().cpu(), decoder.prompt_encoder.get_dense_pe(), dense[:1]
    )
    return decoder.mask_decoder.answer(side, sparse, False)[0] > 0


def iou(a: Tensor, b: Tensor) -> float:
    """Intersection over union of two boolean masks."""
    return float((a & b).sum() / (a | b).sum().clamp(min=1))


def latency(
    everybody: dict[str, Encode], picture: Tensor, decoder: Any, rounds: int, clock: Clock
) -> list[Row]:
    """Encode one picture by everybody in turn; print a table."""
    runs: dict[str, Callable[[], Any]] = {
        name: lambda encode=encode: encode(picture)  # type: ignore[misc]
        for name, encode in everybody.items()
    }
    took, gave = in_turn(runs, rounds, clock)
    first = next(iter(took))
    truth = gave.get(RIVAL, gave["exact, as written"]).float().cpu()
    true_mask = mask_of(decoder, truth)
    print(f"\nOne picture, {rounds} rounds{'':14s}   ms    ratio to {first} (least, most)   error     IoU")
    for name, seconds in took.items():
        ratios = [a / b for a, b in zip(seconds, took[first], strict=True)]
        embedding = gave[name].float().cpu()
        error = float((embedding - truth).norm() / truth.norm())
        agreed = iou(mask_of(decoder, embedding), true_mask)
        print(
            f"  {name:34s} {1000 * statistics.median(seconds):7.2f}   {statistics.median(ratios):.3f}"
            f" ({min(ratios):.3f}, {max(ratios):.3f})   {error:.1e}   {agreed:.4f}"
        )
    if RIVAL not in took:
        return []
    pairs = [("exact, replayed", RIVAL), ("fast, replayed", RIVAL), ("fast, replayed", RIVAL_BRIEF)]
    return [row_of(f"card: {a}, one picture", took[a], took[b], b, unit="ms", scale=1000) for a, b in pairs]


def throughput(
    everybody: dict[str, Encode], picture: Tensor, most: int, rounds: int, clock: Clock
) -> dict[str, tuple[int, list[float]]]:
    """Of each encoder, the best batch and its seconds a picture by round; prints pictures a second."""
    print(f"\nPictures a second (MiB of the card){'':3s}" + "".join(f"{n:>16d}" for n in _powers(most)))
    best: dict[str, tuple[int, list[float]]] = {}
    for name, encode in everybody.items():
        line = f"  {name:34s}"
        for count in _powers(most):
            batch = picture.expand(count, -1, -1, -1).contiguous()
            try:
                taken, seconds = _batch(encode, batch, rounds, clock)
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                line += "   memory ended"
                break
            finally:
                release(clock.device)
            each = [s / count for s in seconds]
            line += f"{1 / statistics.median(each):8.1f} ({taken / 2**20:5.0f})"
            if name not in best or statistics.median(each) < statistics.median(best[name][1]):
                best[name] = count, each
        print(line)
    return best


def _batch(encode: Encode, batch: Tensor, rounds: int, clock: Clock) -> tuple[int, list[float]]:
    """The most bytes in use, and seconds by round."""
    on_card = clock.device.type == "cuda"
    if on_card:
        begin_peak()
    encode(batch)
    taken = peak_bytes() if on_card else 0
    return taken, [clock(lambda: encode(batch)) for _ in range(rounds)]


def _powers(most: int) -> list[int]:
    return [2**n for n in range(most.bit_length()) if 2**n <= most]


def predictor_of(
    state: dict[str, Tensor], precision: str, device: torch.device, arch: str = "vit_b"
) -> EmbeddingPredictor:
    """Our predictor of these weights on the device."""
    network = build_sam(arch).eval().to(device)
    network.load_state_dict(state)
    card = ModelCard(arch, arch, "embedding", frozenset({"box"}), 1, False, "", "0" * 64, Path("none"))
    pp = PREPROCESSING["lite" if arch == "lite" else "medsam"]
    made = make_predictor(LoadedModel(network, pp, card, device), precision=precision)
    assert isinstance(made, EmbeddingPredictor)
    return made


def decoding(state: dict[str, Tensor], rival: Any, shown: np.ndarray, rounds: int, clock: Clock) -> list[Row]:
    """Boxes to masks on the processor by the predictor and the rival in turn; prints a table."""
    predictor = predictor_of(state, "auto", clock.device)
    predictor.set_image(shown)
    embedding = predictor._embedding
    assert embedding is not None
    rows: list[Row] = []
    print(
        f"\nBoxes to masks, {rounds} rounds          ours ms   replayed"
        "   segment-anything ms   ratio   least IoU"
    )
    rng = np.random.default_rng(1)
    for count in (1, 8):
        corners, sides = rng.uniform(0, 600, (count, 2)), rng.uniform(40, 400, (count, 2))
        boxes = [Box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, sides, strict=True)]

        def answer(boxes: list[Box] = boxes) -> np.ndarray:
            return np.stack([p.masks[0] for p in predictor.predict_batch([Prompts(box) for box in boxes])])

        runs: dict[str, Callable[[], Any]] = {"ours": answer}
        if rival is not None:
            runs["rival"] = lambda boxes=boxes: masks_of(rival, embedding, boxes)  # type: ignore[misc]
        took, gave = in_turn(runs, rounds, clock)
        ms = {name: 1000 * statistics.median(seconds) for name, seconds in took.items()}
        line = f"  {count} box{'es' if count > 1 else '  '}{'':22s}{ms['ours']:10.2f}"
        line += f"   {'yes' if predictor._boxes is not None and predictor._boxes.recorded else 'no':8s}"
        if rival is not None:
            agreed = min(
                iou(torch.from_numpy(a), torch.from_numpy(b))
                for a, b in zip(gave["ours"], gave["rival"], strict=True)
            )
            row = row_of(
                f"card: {count} box{'es' if count > 1 else ''}",
                took["ours"],
                took["rival"],
                RIVAL,
                unit="ms",
                scale=1000,
            )
            line += f"   {ms['rival']:12.2f}   {row.ratio:13.3f}   {agreed:.4f}"
            rows.append(row)
        print(line)
    return rows


def operations(arch: str = "vit_b") -> int:
    """Operations (two a multiplication) of encoding one picture, as the network is written."""
    with torch.device("meta"):
        network = build_sam(arch)
    size = network.image_size
    with FlopCounterMode(display=False) as counter:
        network.image_encoder(torch.empty(1, 3, size, size, device="meta"))
    return int(counter.get_total_flops())


def matrix_rate(dtype: torch.dtype, clock: Clock, side: int = _SIDE) -> float:
    """Operations a second of a large product: the median of ten."""
    a, b = (torch.randn(side, side, device=clock.device).to(dtype) for _ in range(2))
    with exact_products(clock.device):
        for _ in range(3):
            a @ b
        took = [clock(lambda: a @ b) for _ in range(10)]
    return 2 * side**3 / statistics.median(took)


def shares(best: dict[str, tuple[int, list[float]]], count: int, clock: Clock, side: int = _SIDE) -> None:
    """Print how much of the card's rate at products the best batches use."""
    half = half_dtype(clock.device) or torch.bfloat16
    print(f"\nThe encoder multiplies {count / 1e9:.0f} G operations a picture.")
    for precision, dtype in (("exact", torch.float32), ("fast", half)):
        rate = matrix_rate(dtype, clock, side)
        name = f"{precision}, as written"
        if name in best:
            batch, each = best[name]
            used = count / statistics.median(each)
            print(
                f"  {precision}: {used / 1e12:.1f} T/s in batches of {batch}, {100 * used / rate:.0f} % of"
                f" the {rate / 1e12:.1f} T/s of a product of {side} in {str(dtype).removeprefix('torch.')}"
            )


def describe(device: torch.device) -> None:
    """Print what computes."""
    found = torch.cuda.get_device_properties(device)
    print(
        f"{found.name}, {found.total_memory / 2**30:.0f} GiB, compute capability {found.major}.{found.minor};"
        f" PyTorch {torch.__version__}, CUDA {torch.version.cuda}"
    )
    half = half_dtype(device)
    for dtype in (torch.float32, *([] if half is None else [half])):
        whole, windows = (
            quickest(device, dtype, (1, 12, 64), (64, 64)),
            quickest(device, dtype, (25, 12, 64), (14, 14)),
        )
        print(f"  attention in {str(dtype).removeprefix('torch.')}: by {whole}; in windows by {windows}")


def main() -> int:
    """Measure and print the tables; 0 without a card too."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--most", type=int, default=64, help="largest batch that is tried")
    asked = parser.parse_args()
    if not torch.cuda.is_available():
        print("not measured: no graphics card that CUDA reaches")
        return 0
    device = torch.device("cuda")
    clock = Clock(device)
    describe(device)
    with torch.inference_mode():
        rival, state = weights()
        if rival is None:
            print("segment-anything is not installed: there are no ratios.")
        everybody = encoders(state, rival, device)
        decoder = build_sam("vit_b").eval()
        decoder.load_state_dict(state)
        picture = photograph().to(device)
        rows = latency(everybody, picture, decoder, asked.rounds, clock)
        written = {name: encode for name, encode in everybody.items() if "replayed" not in name}
        best = throughput(written, picture, asked.most, max(3, asked.rounds // 4), clock)
        if RIVAL_BRIEF in best:
            ours_best, rival_best = best["fast, as written"], best[RIVAL_BRIEF]
            words = f"card: fast, a picture in batches of {ours_best[0]}"
            against = f"{RIVAL_BRIEF}, of {rival_best[0]}"
            rows.append(row_of(words, ours_best[1], rival_best[1], against, unit="ms", scale=1000))
        shown = (picture[0] * 255).byte().permute(1, 2, 0).contiguous().cpu().numpy()
        rows += decoding(state, rival, shown, asked.rounds, clock)
        shares(best, operations(), clock)
    tell(rows)
    return 0


if __name__ == "__main__":
    sys.exit(main())
