"""Peak memory and time of encoding one 1024×1024 picture with ViT-B, in a process of its own.

    python -m benchmarks.encoder_memory [--runs N] [--threads N]

Ours in every precision and the reference implementation in float32 (the
package segment-anything, if it is installed) run alternately, each in
processes of their own as any program would start them, on the same synthetic
weights and picture. A process's peak includes Python and PyTorch.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import time
import types
from pathlib import Path
from typing import Any

SIDES = ("reference", "exact", "fast", "fastest")


def peak_mib() -> float:
    """Largest resident size of this process so far, in MiB."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(row for row in status.read_text().splitlines() if row.startswith("VmHWM"))
        return int(line.split()[1]) / 1024
    import resource  # Unix only

    unit = 1 if sys.platform == "darwin" else 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * unit / 2**20


def reference_network() -> Any:
    """The reference implementation's ViT-B; needs segment-anything, not torchvision."""
    for name in ("ops", "ops.boxes", "transforms", "transforms.functional"):
        # The package imports torchvision for parts that encoding does not use.
        module = sys.modules.setdefault(f"torchvision.{name}", types.ModuleType(f"torchvision.{name}"))
        for used in ("batched_nms", "box_area", "resize", "to_pil_image"):
            setattr(module, used, None)
    sys.modules.setdefault("torchvision", types.ModuleType("torchvision"))
    from segment_anything import sam_model_registry

    return sam_model_registry["vit_b"]()


def measure(side: str, threads: int) -> dict[str, float]:
    """Encode in this process: peak in MiB, peak before encoding, seconds, and a sum to compare."""
    import torch

    from medsam.model.build import build_sam
    from medsam.model.precision import choose, lay
    from tests.synthetic_weights import fill, synthetic_image

    torch.set_num_threads(threads)
    network = reference_network() if side == "reference" else build_sam("vit_b")
    fill(network)
    if side != "reference":
        lay(network, choose(side), keep_weights=False)
    picture = synthetic_image(1024)
    loaded = peak_mib()
    with torch.no_grad():
        start, start_cpu = time.perf_counter(), time.process_time()
        embedding = network.image_encoder(picture)
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
        if (side == "reference" and "segment_anything" in done.stderr) or "InputError" in done.stderr:
            return None  # not installed, or not computed by this processor
        raise SystemExit(done.stderr)
    return json.loads(done.stdout.splitlines()[-1])


def main() -> None:
    """Print both sides and the ratios."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=2, help="alternated pairs (default 2)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.side:
        print(json.dumps(measure(asked.side, asked.threads)))
        return
    results: dict[str, list[dict[str, float]]] = {side: [] for side in SIDES}
    for _ in range(asked.runs):
        for side in SIDES:
            result = run(side, asked.threads)
            if result is not None:
                results[side].append(result)
    summary = {
        side: {key: statistics.median(r[key] for r in rows) for key in rows[0]}
        for side, rows in results.items()
        if rows
    }
    for side, found in summary.items():
        print(
            f"{side:10s} peak {found['peak']:6.0f} MiB (before encoding {found['loaded']:4.0f}),"
            f" {found['seconds']:5.1f} s, {found['cpu']:5.1f} s of processor, sum {found['abs_sum']:.3f}"
        )
    if "reference" not in summary:
        print("The reference, segment-anything, is not installed: no ratio.")
        return
    reference = summary.pop("reference")
    for side, ours in summary.items():
        ratios = {key: ours[key] / reference[key] for key in ("peak", "seconds", "cpu")}
        print(f"ratio {side:8s} " + ", ".join(f"{key} {ratio:.2f}" for key, ratio in ratios.items()))


if __name__ == "__main__":
    main()
