"""What a training sample costs: on cached embeddings, encoding anew, and in MedSAM's published loop.

    python -m benchmarks.decoder_training [--arch vit_b] [--rounds 2] [--threads 2] [--store STORE]
    python -m benchmarks.decoder_training --device cuda     (on a graphics card; batches of its size)

A sample is a slice with one box; an epoch is each slice once, so ratios of
samples are ratios of epochs. The sides, each round in processes of their own,
one after another:

    cached      tier A as ``finetune train --recipe decoder`` trains it
    reencoding  the same loop and numbers, every batch encoded anew (``--reencode``)
    full        tier D as ``finetune train --recipe full`` trains it (on a graphics card, or with --full)
    published   MedSAM's loop of 2024 on segment-anything's own network:
                encoder and decoder trained in float32, Dice (squared) and
                cross-entropy at 1024 × 1024, AdamW; needs segment-anything

Weights are random: they do not change the time. Without a store, phantoms
are prepared. One line of the table is the one-time cost of an embedding.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks._rows import row_of, tell

SIDES = ("cached", "reencoding", "full", "published")
NAMES = {"reencoding": "encoding anew", "full": "training everything", "published": "MedSAM's loop"}
STEPS = {"cached": 6, "reencoding": 2, "full": 2, "published": 1}
FIFTIETH = 0.02
"""The share of the time of encoding anew that training on kept embeddings may take with ViT-B."""
BATCH = {
    "cpu": {"cached": 8, "reencoding": 2, "full": 1, "published": 1},
    "cuda": {"cached": 64, "reencoding": 16, "full": 8, "published": 8},
}


def recipe_of(side: str, args: argparse.Namespace) -> Any:
    """Tier A's or D's recipe for a network of random weights."""
    from finetune.config import read_recipe
    from tests.finetune.micro_sizes import MICRO_SIZES

    sizes = {"arch": args.arch} if args.arch != "micro" else {"arch": "vit", **MICRO_SIZES}
    settings = [f"train.batch={BATCH[args.device][side]}", f"train.threads={args.threads}"]
    settings += [f"prompts.objects={args.objects}", "train.accumulate=1", "train.checkpointing=false"]
    settings += [f"network.{name}={json.dumps(value)}" for name, value in sizes.items()]
    return read_recipe("full" if side == "full" else "decoder", settings)


def seconds_per_sample(step: Callable[[int], None], side: str, device: str) -> float:
    """Median over steps, the first (which warms up) not counted."""
    import torch

    times = []
    for number in range(STEPS[side] + 1):
        start = time.perf_counter()
        step(number)
        if device == "cuda":
            torch.cuda.synchronize()
        times.append(time.perf_counter() - start)
    return statistics.median(times[1:]) / BATCH[device][side]


def ours(side: str, args: argparse.Namespace) -> dict[str, float]:
    """Steps of tier A, from a cache or encoding anew, or of tier D."""
    import torch

    from finetune.data.store import Store
    from finetune.features.embed import embed
    from finetune.memory import keep_memory
    from finetune.starting import starting_point
    from finetune.tasks.sam import make_sam_task

    keep_memory()
    torch.set_num_threads(args.threads)
    store, device = Store(args.store), torch.device(args.device)
    recipe = recipe_of(side, args)
    found: dict[str, float] = {}
    with tempfile.TemporaryDirectory() as folder:
        cache = None
        if side == "cached":
            begun = starting_point(recipe, device)
            start = time.perf_counter()
            place = Path(folder)
            cache = embed(recipe, store, place, device=device, report=_silent, verify=False, start=begun)
            count = sum(1 for split in ("train", "val") for _ in store.slices(split))
            found["embedding"] = (time.perf_counter() - start) / count
        task = make_sam_task(recipe, store, device, cache, reencode=side == "reencoding")
        found["sample"] = seconds_per_sample(stepper(task, recipe), side, args.device)
    return found


def _silent(line: str) -> None:
    pass


def stepper(task: Any, recipe: Any) -> Callable[[int], None]:
    """One optimiser step of a task, its batch included."""
    import torch

    optimizer = torch.optim.AdamW(task.parameter_groups(recipe.train.weight_decay), lr=recipe.train.rate)
    task.train_mode()

    def step(number: int) -> None:
        batch = task.batch(number, 0, 1)
        with torch.autocast(task.device.type, torch.bfloat16, enabled=recipe.train.bfloat16):
            loss, _ = task.module(batch)
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(task.module.parameters(), recipe.train.clip)
        optimizer.step()

    return step


def published(args: argparse.Namespace) -> dict[str, float]:
    """MedSAM's loop re-created: forward and back through the reference ViT-B, one box a picture."""
    import torch
    from torch.nn import functional as F

    from benchmarks._reference import reference_network
    from finetune.memory import keep_memory

    keep_memory()
    torch.set_num_threads(args.threads)
    network = reference_network().train().to(args.device)
    network.prompt_encoder.requires_grad_(False)
    trained = [*network.image_encoder.parameters(), *network.mask_decoder.parameters()]
    optimizer = torch.optim.AdamW(trained, lr=1e-4, weight_decay=0.01)
    count = BATCH[args.device]["published"]
    images = torch.rand(count, 3, 1024, 1024, device=args.device)
    target = torch.zeros(1, 1, 1024, 1024, device=args.device)
    target[..., 300:700, 300:700] = 1
    box = torch.tensor([[290.0, 290, 710, 710]], device=args.device)

    def one(embedding: torch.Tensor) -> torch.Tensor:
        # The reference decoder repeats one picture for all prompts, so each goes by itself.
        with torch.no_grad():
            sparse, dense = network.prompt_encoder(points=None, boxes=box, masks=None)
        logits, _quality = network.mask_decoder(
            image_embeddings=embedding,
            image_pe=network.prompt_encoder.get_dense_pe(),
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=False,
        )
        logits = F.interpolate(logits, size=(1024, 1024), mode="bilinear", align_corners=False)
        chance = logits.sigmoid()
        overlap = 1 - (2 * (chance * target).sum() + 1e-5) / ((chance**2 + target**2).sum() + 1e-5)
        return overlap + F.binary_cross_entropy_with_logits(logits, target)

    def step(_: int) -> None:
        embeddings = network.image_encoder(images)
        loss = torch.stack([one(embedding[None]) for embedding in embeddings]).mean()
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()

    return {"sample": seconds_per_sample(step, "published", args.device)}


def run(side: str, args: argparse.Namespace, store: Path) -> dict[str, float] | None:
    """One side in a process of its own; None where the reference is not installed."""
    command = [sys.executable, "-m", "benchmarks.decoder_training", "--side", side, "--store", str(store)]
    command += ["--arch", args.arch, "--threads", str(args.threads), "--objects", str(args.objects)]
    command += ["--device", args.device]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        if side == "published" and "segment_anything" in done.stderr:
            return None
        raise SystemExit(f"{side}: {done.stderr.strip().splitlines()[-1:]}")
    answer: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return answer


def main() -> None:
    """Print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    parser.add_argument("--arch", default="vit_b", choices=("vit_b", "lite", "micro"))
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--objects", type=int, default=1, help="boxes of a slice that share its embedding")
    parser.add_argument("--store", type=Path, help="a prepared store (else a few phantoms)")
    parser.add_argument("--device", default="cpu", choices=("cpu", "cuda"))
    parser.add_argument("--full", action="store_true", help="tier D as well, on the processor (16 GB)")
    parser.add_argument("--side", choices=SIDES, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.side:
        print(json.dumps(published(args) if args.side == "published" else ours(args.side, args)))
        return
    with tempfile.TemporaryDirectory() as folder:
        report(args, args.store or phantoms(Path(folder)))


def phantoms(folder: Path) -> Path:
    """A store of a few pictures."""
    from tests.finetune.phantom_store import write_phantoms

    return write_phantoms(folder, cases=6).folder


def report(args: argparse.Namespace, store: Path) -> None:
    """Measure and print."""
    sides = [side for side in SIDES if side != "published" or args.arch == "vit_b"]
    if args.device == "cpu" and not args.full:
        sides.remove("full")
    samples: dict[str, list[float]] = {side: [] for side in sides}
    embeddings = []
    for _ in range(args.rounds):
        for side in sides:
            found = run(side, args, store)
            if found is not None:
                samples[side].append(found["sample"])
                embeddings += [found["embedding"]] if "embedding" in found else []
    cached = statistics.median(samples["cached"])
    where = f"{args.arch} on {args.device}, {args.threads} threads"
    print(f"{where}, {args.rounds} rounds, {args.objects} box(es) a slice")
    print(f"{'':<12}{'s/sample':>10}{'spread':>22}{'times cached':>14}")
    for side in sides:
        values = samples[side]
        if not values:
            print(f"{side:<12}  not measured: segment-anything is not installed")
            continue
        middle = statistics.median(values)
        spread = f"{min(values):.3g} to {max(values):.3g}"
        print(f"{side:<12}{middle:>10.3g}{spread:>22}{middle / cached:>14.1f}")
        if side != "cached":
            aim = FIFTIETH if (side, args.arch) == ("reencoding", "vit_b") else None
            what = f"a training sample on cached embeddings, {args.arch}"
            tell([row_of(what, samples["cached"], values, NAMES[side], aim)])
    print(f"once a slice: {statistics.median(embeddings):.3g} s for its embedding")


if __name__ == "__main__":
    main()
