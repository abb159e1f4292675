"""What does one box cost with the embedded default model, and where does the time go?

    python -m benchmarks.default_model [--weights FILE] [--threads N] [--rounds N]

Each round measures, one after the other in one process: the crop, the network
as the program runs it (batch norm folded in) and the way back to a mask for
boxes of several sizes, and a yardstick (a product of two 1024×1024 float32
matrices). Figures are medians over the rounds, and ratios to the yardstick of
the same round, so that they hold on another machine. Without ``--weights``
the network is untrained and has all that there is; it costs the same.
"""

from __future__ import annotations

import argparse
import itertools
import json
import time
from pathlib import Path

import numpy as np
import torch

from benchmarks._quiet import Watch, line_of_load
from benchmarks._rows import row_of, tell
from medsam.inference.zoom_crop import make_crop, paste_mask
from medsam.model.folding import with_folded_norms
from medsam.model.zoom import ZoomNet, build_zoom
from medsam.prompts import Box

CASES = {
    "15 px box in 512×512 grey": ((512, 512), Box(200, 200, 215, 215)),
    "150 px box in 512×512 grey": ((512, 512), Box(150, 170, 300, 320)),
    "500 px box in 512×512 grey": ((512, 512), Box(6, 6, 506, 506)),
    "900 px box in 1024×1024 colour": ((1024, 1024, 3), Box(50, 60, 950, 960)),
    "2800 px box in 3000×3000 colour": ((3000, 3000, 3), Box(100, 100, 2900, 2900)),
}
STAGES = ("crop", "network", "paste")
EVERYTHING = {"clicks": True, "context": 2.0, "presence": True}


def load(weights: Path | None) -> ZoomNet:
    """The network of a weights file, or an untrained one of the default size, as the program runs it."""
    if weights is None:
        return as_run(build_zoom(EVERYTHING))
    from safetensors import safe_open

    with safe_open(weights, "pt") as file:
        network = build_zoom(json.loads(file.metadata()["config"]))
        network.load_state_dict({name: file.get_tensor(name) for name in file.keys()})  # noqa: SIM118
    return as_run(network)


def as_run(network: ZoomNet) -> ZoomNet:
    """As ``ZoomPredictor`` prepares it."""
    return with_folded_norms(network).to(memory_format=torch.channels_last)  # type: ignore[call-overload]


@torch.inference_mode()
def one_box(network: ZoomNet, picture: np.ndarray, box: Box) -> list[float]:
    """Seconds of crop, network and paste."""
    times = [time.perf_counter()]
    crop, transform = make_crop(picture, box, network.config)
    times.append(time.perf_counter())
    logits = network(crop[None]).logits
    times.append(time.perf_counter())
    paste_mask(logits[0, 0], transform, picture.shape[:2])
    times.append(time.perf_counter())
    return [b - a for a, b in itertools.pairwise(times)]


def measure(network: ZoomNet, rounds: int) -> tuple[dict[str, np.ndarray], np.ndarray]:
    """Per case (rounds, 3) seconds, and the yardstick's seconds (rounds,)."""
    rng = np.random.default_rng(0)
    pictures = {name: rng.integers(0, 256, shape, np.uint8) for name, (shape, _) in CASES.items()}
    a, b = torch.rand(2, 1024, 1024)
    found: dict[str, list[list[float]]] = {name: [] for name in CASES}
    yard = []
    for number in range(rounds + 1):
        start = time.perf_counter()
        torch.mm(a, b)
        stick = time.perf_counter() - start
        row = {name: one_box(network, pictures[name], box) for name, (_, box) in CASES.items()}
        if number:  # the first round warms up
            yard.append(stick)
            for name, seconds in row.items():
                found[name].append(seconds)
    return {name: np.array(rows) for name, rows in found.items()}, np.array(yard)


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--weights", type=Path)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--rounds", type=int, default=15)
    args = parser.parse_args()
    torch.set_num_threads(args.threads)
    network = load(args.weights)
    watch = Watch()
    found, yard = measure(network, args.rounds)
    foreign = line_of_load(watch.foreign())
    parameters = sum(p.numel() for p in network.parameters())
    print(f"{parameters / 1e6:.2f} M parameters, {args.threads} threads, {args.rounds} rounds;", end=" ")
    print(f"yardstick {np.median(yard) * 1000:.1f} ms, flip average {network.config['flip_average']}\n")
    print("| box | " + " | ".join(f"{s} ms" for s in STAGES) + " | all ms | all / yardstick |")
    print("|---" * 6 + "|")
    for name, rows in found.items():
        stages = np.median(rows, 0) * 1000
        total = rows.sum(1)
        cells = [f"{v:.1f}" for v in (*stages, np.median(total) * 1000)]
        print(f"| {name} | {' | '.join(cells)} | {np.median(total / yard):.2f} |")
        against = "a product of 1024² matrices"
        tell([row_of(f"one box: {name}", total.tolist(), yard.tolist(), against, unit="ms", scale=1000)])
    print(foreign)


if __name__ == "__main__":
    main()
