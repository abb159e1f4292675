"""Peak memory and time of encoding one 1024×1024 picture with ViT-B, in a process of its own.

    python -m benchmarks.encoder_memory [--runs N] [--threads N]

Ours in every precision and the reference implementations in float32 (the
packages segment-anything and transformers, if they are installed) run
alternately, each in processes of their own as any program would start them, on
the same synthetic weights and picture. A process's peak includes Python and
PyTorch, and for transformers what importing it takes.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks._quiet import Quiet
from benchmarks._reference import reference_network, transformers_names, transformers_network
from benchmarks._rows import row_of, tell

RIVALS = ("segment-anything", "transformers")
SIDES = (*RIVALS, "exact", "fast", "fastest")
AIMS = {"exact": 0.33, "fast": 0.24}
"""Peak at most, as a share of segment-anything's."""


def peak_mib() -> float:
    """Largest resident size of this process so far, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource  # Unix only

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def filled_transformers() -> Any:
    """Transformers' SamModel with the synthetic weights of the others, one entry at a time."""
    import torch

    from medsam.model.build import build_sam
    from tests.synthetic_weights import synthetic_entry

    network = transformers_network()
    entries = network.state_dict()
    with torch.device("meta"):
        names = build_sam("vit_b").state_dict()
    with torch.no_grad():
        for name in names:
            for theirs in transformers_names(name):
                entries[theirs].copy_(synthetic_entry(name, entries[theirs]))
    return network


def measure(side: str, threads: int) -> dict[str, float]:
    """Encode in this process: peak in MiB, peak before encoding, seconds, and a sum to compare."""
    import torch

    from medsam.model.build import build_sam
    from medsam.model.precision import choose, lay
    from tests.synthetic_weights import fill, synthetic_image

    torch.set_num_threads(threads)
    if side == "transformers":
        network = filled_transformers()
        encode = network.get_image_embeddings
    else:
        network = reference_network() if side in RIVALS else build_sam("vit_b")
        fill(network)
        if side not in RIVALS:
            lay(network, choose(side), keep_weights=False)
        encode = network.image_encoder
    picture = synthetic_image(1024)
    loaded = peak_mib()
    with torch.no_grad():
        start, start_cpu = time.perf_counter(), time.process_time()
        embedding = encode(picture)
        seconds, cpu = time.perf_counter() - start, time.process_time() - start_cpu
    return {
        "peak": peak_mib(),
        "loaded": loaded,
        "seconds": seconds,
        "cpu": cpu,
        "abs_sum": float(embedding.double().abs().sum()),
    }


def run(side: str, threads: int) -> dict[str, float] | None:
    """``measure`` in a process of its own; None if the reference is not installed."""
    command = [sys.executable, "-m", "benchmarks.encoder_memory", "--side", side, "--threads", str(threads)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        absent = f"No module named '{side.replace('-', '_')}'"
        if absent in done.stderr or "InputError" in done.stderr:
            return None  # not installed, or not computed by this processor
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def report(results: dict[str, list[dict[str, float]]]) -> None:
    """Print every side and the ratios, and tell the ratios of the peaks."""
    for side, found in results.items():
        middle = {key: statistics.median(run[key] for run in found) for key in found[0]}
        print(
            f"{side:17s} peak {middle['peak']:6.0f} MiB (before encoding {middle['loaded']:4.0f}),"
            f" {middle['seconds']:5.1f} s, {middle['cpu']:5.1f} s of processor, sum {middle['abs_sum']:.3f}"
        )
    for rival in (name for name in RIVALS if name in results):
        rows = []
        for side in (name for name in results if name not in RIVALS):
            ours, theirs = ([run["peak"] for run in results[name]] for name in (side, rival))
            aim = AIMS.get(side) if rival == RIVALS[0] else None
            rows.append(row_of(f"{side}: peak memory of a process", ours, theirs, rival, aim, "MiB"))
            print(f"{side:9s} to {rival:17s} {rows[-1].ratio:.3f}")
        tell(rows)


def main() -> None:
    """Measure every side in turn and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--runs", type=int, default=2, help="of every side, in turn (default 2)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        print(json.dumps(measure(asked.side, asked.threads)))
        return
    results: dict[str, list[dict[str, float]]] = {}
    quiet = Quiet()
    for _ in range(asked.runs):
        for side in SIDES:
            result = quiet.sample(lambda side=side: run(side, asked.threads)).value
            if result is not None:
                results.setdefault(side, []).append(result)
    report(results)
    print(quiet.line())
    for rival in (name for name in RIVALS if name not in results):
        print(f"{rival} is not installed: pip install -e '.[bench]'")


if __name__ == "__main__":
    main()
