"""What the training loop asks of whatever is trained.

The loop knows optimisers, schedules, processes, checkpoints and logs; a task
knows a network, its samples and its loss. There is one loop.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from finetune.config import Recipe


@dataclass(frozen=True)
class Validation:
    """Dice on the validation split, as a user would see it: whole pictures, noisy boxes.

    Attributes:
        mean: Over modalities, of data sets' means over objects. What the best weights are chosen by.
        modalities: Each modality's mean.
        objects: How many were scored.
    """

    mean: float
    modalities: dict[str, float]
    objects: int


@dataclass(frozen=True)
class Look:
    """A picture for the page of predictions.

    Attributes:
        picture: (H, W) or (H, W, 3) uint8.
        truth, predicted: (H, W) bool.
        box: x0, y0, x1, y1 that the network was given, image frame.
        caption: Modality, data set, Dice.
    """

    picture: npt.NDArray[np.uint8]
    truth: npt.NDArray[np.bool_]
    predicted: npt.NDArray[np.bool_]
    box: tuple[float, float, float, float]
    caption: str


@dataclass(frozen=True)
class Cost:
    """What one process will need, as far as it can be told before the start.

    Attributes:
        trained, parameters: Numbers of them.
        memory_bytes: Peak of weights, gradients, optimiser state, activations and data in memory.
        step_flops: Multiply-adds ×2 of one optimiser step of the whole batch, forward and back.
        notes: Sentences on what dominates and what could be changed.
    """

    trained: int
    parameters: int
    memory_bytes: int
    step_flops: float
    notes: list[str] = field(default_factory=list)


class Task(ABC):
    """A network with its samples and its loss.

    Attributes:
        recipe: What to do.
        network: The whole network on ``device``; only what is trained requires gradients.
        module: What the loop calls (and a distributed engine wraps): from a
            batch to the loss, a scalar, and parts of it by name, detached.
            Its parameters include all that require gradients.
        device: Where it is.
    """

    recipe: Recipe
    network: nn.Module
    module: nn.Module
    device: torch.device

    @abstractmethod
    def batch(self, step: int, part: int, parts: int) -> Any:
        """Part ``part`` of ``parts`` equal parts of an optimiser step's samples, on ``device``.

        A pure function of the recipe's seed and ``step``: the parts together
        hold the same samples, varied in the same way, whatever their number.
        """

    @property
    @abstractmethod
    def steps_per_epoch(self) -> int:
        """Optimiser steps after which as many samples were drawn as there are."""

    @abstractmethod
    def validate(self) -> Validation:
        """Score the network with the weights it has now."""

    @abstractmethod
    def looks(self, count: int) -> list[Look]:
        """The same ``count`` validation slices each time, spread over modalities."""

    @abstractmethod
    def cost(self) -> Cost:
        """What a run needs, before its first step."""

    def train_mode(self) -> None:
        """Switch the network to training; a task keeps frozen parts as in use."""
        self.module.train()

    def trained_state(self) -> dict[str, Tensor]:
        """What training changes, by name in ``network``: the tensors themselves, not copies.

        A task whose layers gather statistics (batch normalisation) adds their buffers.
        """
        return {name: p for name, p in self.network.named_parameters() if p.requires_grad}

    def parameter_groups(self, weight_decay: float) -> list[dict[str, Any]]:
        """Parameters for an optimiser: no decay on biases, norms, tokens and position tables."""
        decayed: list[nn.Parameter] = []
        others: list[nn.Parameter] = []
        for name, p in self.network.named_parameters():
            if p.requires_grad:
                plain = p.ndim > 1 and not any(word in name for word in ("embed", "token", "rel_pos"))
                (decayed if plain else others).append(p)
        return [
            {"params": decayed, "weight_decay": weight_decay},
            {"params": others, "weight_decay": 0.0},
        ]

    @abstractmethod
    def final_state(self) -> dict[str, Tensor]:
        """What differs from the weights begun from, in the published names, copied to the CPU.

        Low-rank additions are merged into what they add to. Without weights
        to begin from it is the whole state dict, so that with them, or alone,
        it makes a network of the published form.
        """

    @abstractmethod
    def facts(self) -> dict[str, Any]:
        """Plain data (as JSON holds it) that goes into every checkpoint.

        "arch", "config", "preprocessing" (``Preprocessing.to_dict``), "model",
        "model_title", "model_licence", "model_sha256" (of the weights begun
        from; "" if none), "kind", "tier" ("" for zoom), "store_sha256",
        "datasets" (name: number of training cases), "prompts" (what was
        trained: a list of "box", "points", "mask"), "candidates"; where they apply
        "can_be_empty" and "has_grown" (``finetune.starting.Start``).
        """
