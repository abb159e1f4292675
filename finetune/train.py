"""The training loop: one process, resumable at any saved step.

The order of the samples and all variation are functions of (seed, step), and
the learning rate is one of the step, so a run that was stopped and resumed
takes the same steps as one that was not.
"""

from __future__ import annotations

import copy
import csv
import ctypes
import os
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from finetune.config import Recipe, TrainConfig
from finetune.dataset import Batch, BatchMaker, Store
from finetune.losses import mask_loss, quality_loss
from finetune.sampler import Sampler
from finetune.scoring import CropSet, means
from finetune.targets import targets
from medsam.errors import InputError
from medsam.model.zoom import ZoomNet

CHECKPOINT = "checkpoint.pt"
BEST = "best.pt"


@dataclass
class State:
    """All that a checkpoint holds."""

    network: ZoomNet
    average: ZoomNet
    optimizer: torch.optim.Optimizer
    step: int = 0
    best: float = -1.0


def rate_at(step: int, config: TrainConfig) -> float:
    """Learning rate of a step: warm-up, level, then straight down to zero."""
    warm = min((step + 1) / max(config.warm_up, 1), 1.0)
    left = (config.steps - step) / max(config.decay_steps, 1)
    return config.rate * warm * min(max(left, 0.0), 1.0)


def new_state(recipe: Recipe) -> State:
    """Untrained, from the recipe's seed."""
    torch.manual_seed(recipe.train.seed)
    network = ZoomNet(recipe.network)
    network.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # the stubs lack it
    average = copy.deepcopy(network).eval()
    decayed = [p for p in network.parameters() if p.ndim > 1]
    others = [p for p in network.parameters() if p.ndim <= 1]
    groups = [
        {"params": decayed, "weight_decay": recipe.train.weight_decay},
        {"params": others, "weight_decay": 0.0},
    ]
    return State(network, average, torch.optim.AdamW(groups, lr=recipe.train.rate, fused=True))


def train_step(state: State, batch: Batch, config: TrainConfig) -> tuple[float, float]:
    """One optimiser step; returns the masks' and the quality head's loss."""
    rate = rate_at(state.step, config)
    for group in state.optimizer.param_groups:
        group["lr"] = rate
    state.network.train()
    crops = batch.crops.contiguous(memory_format=torch.channels_last)
    with torch.autocast("cpu", torch.bfloat16, enabled=config.bfloat16):
        logits, quality = state.network(crops)
    loss = mask_loss(logits, batch.masks, batch.inside)
    extra = quality_loss(quality, logits, batch.masks, batch.inside)
    state.optimizer.zero_grad(set_to_none=True)
    (loss + config.quality_weight * extra).backward()
    nn.utils.clip_grad_norm_(state.network.parameters(), config.clip)
    state.optimizer.step()
    state.step += 1
    _follow(state.average, state.network, min(config.ema, state.step / (state.step + 10)))
    return loss.item(), extra.item()


@torch.no_grad()
def _follow(average: nn.Module, network: nn.Module, keep: float) -> None:
    """Move the running mean of weights and statistics towards the network."""
    ours: list[Tensor] = []
    new: list[Tensor] = []
    for mine, other in zip(average.state_dict().values(), network.state_dict().values(), strict=True):
        if mine.is_floating_point():
            ours.append(mine)
            new.append(other)
        else:
            mine.copy_(other)
    torch._foreach_lerp_(ours, new, 1 - keep)


def save(state: State, recipe: Recipe, folder: Path) -> None:
    """Write the checkpoint; a crash while writing leaves the one before."""
    content = {
        "network": state.network.state_dict(),
        "average": state.average.state_dict(),
        "optimizer": state.optimizer.state_dict(),
        "step": state.step,
        "best": state.best,
        "recipe": recipe.to_dict(),
    }
    _write(content, folder / CHECKPOINT)


def _write(content: dict[str, Any], path: Path) -> None:
    part = path.with_suffix(".part")
    torch.save(content, part)
    os.replace(part, path)


def resume(recipe: Recipe, folder: Path) -> State:
    """The state of a folder's checkpoint.

    Raises:
        InputError: If the checkpoint is of another network or seed.
    """
    content = torch.load(folder / CHECKPOINT, map_location="cpu", weights_only=True)
    state = new_state(recipe)
    then, now = content["recipe"], recipe.to_dict()
    if then["network"] != now["network"] or then["train"]["seed"] != now["train"]["seed"]:
        raise InputError(
            "A run resumes with the network and seed it began with; the recipe's differ."
            " Choose an empty folder with --out to begin anew."
        )
    state.network.load_state_dict(content["network"])
    state.average.load_state_dict(content["average"])
    state.optimizer.load_state_dict(content["optimizer"])
    state.step, state.best = content["step"], content["best"]
    return state


def train(
    recipe: Recipe, data: Path, store: Path, out: Path, *, report: Callable[[str], None] = print
) -> State:
    """Train, or go on training, until the recipe's last step.

    Writes into ``out``: ``checkpoint.pt`` (all state), ``best.pt`` (the
    averaged weights with the best validation Dice), ``train.csv`` and
    ``validation.csv``.
    """
    config = recipe.train
    out.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(config.threads)
    _keep_memory()
    objects = Store(store)
    state = resume(recipe, out) if (out / CHECKPOINT).is_file() else new_state(recipe)
    sampler = Sampler(objects.objects, recipe.sampler, config.seed)
    maker = BatchMaker(objects, recipe.augment, state.network.config["size"])
    chosen = targets(data, "val", config.validate_noise, config.seed, config.validate_per_source)
    validation = CropSet(chosen, state.network.config)
    report(f"{len(objects)} objects to train on, {len(validation)} to validate; from step {state.step}")
    losses: list[tuple[float, float]] = []
    since = time.perf_counter()
    while state.step < config.steps:
        batch = maker.make(*sampler.draw(state.step, config.batch))
        losses.append(train_step(state, batch, config))
        last = state.step == config.steps
        if len(losses) == 20 or last:
            seconds = time.perf_counter() - since
            _log_step(out / "train.csv", state, losses, config, seconds, report)
            losses, since = [], time.perf_counter()
        if state.step % config.validate_every == 0 or last:
            _validate(state, recipe, validation, out, report)
            since = time.perf_counter()
        if state.step % config.save_every == 0 or last:
            save(state, recipe, out)
    return state


def _validate(
    state: State, recipe: Recipe, validation: CropSet, out: Path, report: Callable[[str], None]
) -> None:
    mean, table = means(validation.score(state.average))
    _append(out / "validation.csv", {"step": state.step, "mean": round(mean, 4), **_rounded(table)})
    details = " ".join(f"{m} {v:.3f}" for m, v in table.items())
    report(f"step {state.step}: validation Dice {mean:.4f} {details}")
    if mean > state.best:
        state.best = mean
        content = {"average": state.average.state_dict(), "step": state.step, "dice": mean}
        _write({**content, "table": table, "recipe": recipe.to_dict()}, out / BEST)


def _log_step(
    path: Path,
    state: State,
    losses: list[tuple[float, float]],
    config: TrainConfig,
    seconds: float,
    report: Callable[[str], None],
) -> None:
    mask, quality = (sum(column) / len(losses) for column in zip(*losses, strict=True))
    speed = len(losses) * config.batch / seconds
    row = {
        "step": state.step,
        "samples": state.step * config.batch,
        "loss": round(mask, 4),
        "quality": round(quality, 4),
        "rate": f"{rate_at(state.step - 1, config):.2e}",
        "samples_per_second": round(speed, 1),
        "clock": int(time.time()),
    }
    _append(path, row)
    report(" ".join(f"{k} {v}" for k, v in row.items()))


def _append(path: Path, row: dict[str, Any]) -> None:
    fresh = not path.exists()
    with path.open("a", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, list(row))
        if fresh:
            writer.writeheader()
        writer.writerow(row)


def _rounded(table: dict[str, float]) -> dict[str, float]:
    return {k: round(v, 4) for k, v in table.items()}


def _keep_memory() -> None:
    """Tell glibc to keep freed memory: fresh pages cost a virtual machine a third of its time."""
    if sys.platform == "linux":
        try:
            libc = ctypes.CDLL("libc.so.6")
        except OSError:
            return
        for option, value in ((-4, 0), (-1, 2**31 - 1), (-2, 256 << 20)):
            libc.mallopt(option, value)
