"""A task that trains in milliseconds: two convolutions find bright discs in small noisy pictures."""

from __future__ import annotations

from typing import Any

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from finetune.config import Recipe, recipe_from_dict
from finetune.tasks.base import Cost, Look, Task, Validation

SIDE = 16


def micro_recipe(**train: Any) -> Recipe:
    """A recipe for a handful of steps."""
    plain = {
        "batch": 8,
        "steps": 12,
        "rate": 5e-2,
        "warm_up": 3,
        "ema": 0.9,
        "threads": 1,
        "save_every": 5,
        "validate_every": 6,
    }
    return recipe_from_dict({"name": "micro", "network": {"arch": "micro"}, "train": {**plain, **train}})


def sample(seed: int, step: int, position: int) -> tuple[np.ndarray, np.ndarray, tuple[float, ...]]:
    """A picture (SIDE, SIDE) float32 about 0..1, its disc, and the disc's box."""
    rng = np.random.default_rng([seed, step, position])
    x, y, radius = rng.uniform(5, 11), rng.uniform(5, 11), rng.uniform(2.5, 4.5)
    yy, xx = np.mgrid[:SIDE, :SIDE] + 0.5
    disc = (xx - x) ** 2 + (yy - y) ** 2 <= radius**2
    picture = (0.3 + 0.4 * disc + rng.normal(0, 0.15, disc.shape)).astype(np.float32)
    return picture, disc, (x - radius, y - radius, x + radius, y + radius)


class MicroLoss(nn.Module):
    """From a batch to the loss, as the loop calls it."""

    def __init__(self, network: nn.Module) -> None:
        super().__init__()
        self.network = network

    def forward(self, batch: tuple[Tensor, Tensor]) -> tuple[Tensor, dict[str, Tensor]]:
        """Mean over samples, so parts of a batch average to the whole."""
        pictures, masks = batch
        logits = self.network(pictures).float()
        ce = F.binary_cross_entropy_with_logits(logits, masks)
        p = torch.sigmoid(logits)
        dice = 1 - (2 * (p * masks).sum((1, 2, 3)) + 1) / ((p + masks).sum((1, 2, 3)) + 1)
        return ce + dice.mean(), {"ce": ce.detach(), "dice": dice.mean().detach()}


class MicroTask(Task):
    """Records what it was asked for in ``asked``."""

    def __init__(self, recipe: Recipe, device: torch.device, *, dropout: float = 0.0) -> None:
        torch.manual_seed(recipe.train.seed)
        self.recipe, self.device = recipe, device
        self.network: nn.Module = nn.Sequential(
            nn.Conv2d(1, 4, 5, padding=2), nn.ReLU(), nn.Dropout(dropout), nn.Conv2d(4, 1, 3, padding=1)
        ).to(device)
        self.module = MicroLoss(self.network)
        self.asked: list[tuple[int, int]] = []

    def batch(self, step: int, part: int, parts: int) -> tuple[Tensor, Tensor]:
        size = self.recipe.train.batch // parts
        positions = range(part * size, (part + 1) * size)
        self.asked += [(step, p) for p in positions]
        found = [sample(self.recipe.train.seed, step, p) for p in positions]
        pictures = torch.from_numpy(np.stack([f[0] for f in found]))[:, None]
        masks = torch.from_numpy(np.stack([f[1] for f in found])).float()[:, None]
        return pictures.to(self.device), masks.to(self.device)

    @property
    def steps_per_epoch(self) -> int:
        return 4

    def _predicted(self, number: int) -> tuple[np.ndarray, np.ndarray, tuple[float, ...], np.ndarray, float]:
        picture, disc, box = sample(99, 0, number)
        self.module.eval()
        with torch.no_grad():
            logits = self.network(torch.from_numpy(picture)[None, None].to(self.device))
        mask = logits[0, 0].float().cpu().numpy() > 0
        dice = 2 * (mask & disc).sum() / max(mask.sum() + disc.sum(), 1)
        return picture, disc, box, mask, float(dice)

    def validate(self) -> Validation:
        scores = [self._predicted(n)[-1] for n in range(6)]
        table = {"ct": float(np.mean(scores[:3])), "ultrasound": float(np.mean(scores[3:]))}
        return Validation(float(np.mean(list(table.values()))), table, len(scores))

    def looks(self, count: int) -> list[Look]:
        found = []
        for n in range(count):
            picture, disc, box, mask, dice = self._predicted(n)
            shown = (picture.clip(0, 1) * 255).astype(np.uint8)
            found.append(Look(shown, disc, mask, box, f"ct · discs · Dice {dice:.2f}"))  # type: ignore[arg-type]
        return found

    def cost(self) -> Cost:
        count = sum(p.numel() for p in self.network.parameters())
        return Cost(count, count, 10_000_000, 2e6, ["Pictures of 16 pixels."])

    def final_state(self) -> dict[str, Tensor]:
        return {n: t.detach().cpu().clone() for n, t in self.network.state_dict().items()}

    def facts(self) -> dict[str, Any]:
        return {"kind": "sam", "model_sha256": "", "store_sha256": "abc", "datasets": {"discs": 3}}
