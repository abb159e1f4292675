"""Losses on mask logits, always in float32."""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F


def dice_loss(logits: Tensor, target: Tensor, weight: Tensor | None = None, smooth: float = 1.0) -> Tensor:
    """One minus the soft Dice of each mask, averaged over the batch.

    Args:
        logits, target: (B, 1, H, W); target in 0..1.
        weight: Like target; pixels of weight 0 do not count.
        smooth: Added to both sides of the fraction, in pixels.
    """
    probability, target = logits.float().sigmoid(), target.float()
    weight = torch.ones_like(target) if weight is None else weight.float()
    common = (weight * probability * target).sum((1, 2, 3))
    total = (weight * (probability + target)).sum((1, 2, 3))
    return (1 - (2 * common + smooth) / (total + smooth)).mean()


def bce_loss(logits: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """Binary cross-entropy averaged over the pixels that count."""
    loss = F.binary_cross_entropy_with_logits(logits.float(), target.float(), reduction="none")
    if weight is None:
        return loss.mean()
    return (loss * weight).sum() / weight.sum().clamp(min=1.0)


def mask_loss(logits: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """Dice plus binary cross-entropy, the loss that MedSAM is trained with."""
    return dice_loss(logits, target, weight) + bce_loss(logits, target, weight)


@torch.no_grad()
def true_iou(logits: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """(B,) intersection over union of the thresholded masks; 1 if both are empty."""
    ours, truth = logits > 0, target > 0.5
    if weight is not None:
        ours, truth = ours & (weight > 0), truth & (weight > 0)
    common, union = (ours & truth).sum((1, 2, 3)), (ours | truth).sum((1, 2, 3))
    return torch.where(union > 0, common / union.clamp(min=1), torch.ones_like(union, dtype=torch.float32))


def quality_loss(estimate: Tensor, logits: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """Squared error of the estimated IoU, (B,) against the masks' true one."""
    return (estimate.float() - true_iou(logits, target, weight)).square().mean()
