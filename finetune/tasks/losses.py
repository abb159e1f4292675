"""Losses on mask logits, always in float32, with a weight for every pixel.

The functions named by what they measure give one value a mask, over the last
two dimensions, so that a caller may choose among candidates or weigh objects;
those ending in ``_loss`` average them.
"""

from __future__ import annotations

import torch
from torch import Tensor
from torch.nn import functional as F

FOCAL_ALPHA, FOCAL_GAMMA = 0.25, 2.0
"""Of the focal loss: weight of object pixels, and how fast easy pixels fade (SAM's)."""

FOCAL_SHARE = 20.0
"""Times focal loss for once Dice (SAM's)."""

SMOOTH, SMOOTH_SQUARED = 1.0, 1e-5
"""Pixels added to both sides of Dice's fraction: SAM's, and those of MedSAM's squared form."""


def dice(
    logits: Tensor,
    target: Tensor,
    weight: Tensor | None = None,
    *,
    squared: bool = False,
    smooth: float | None = None,
) -> Tensor:
    """One minus the soft Dice of each mask.

    Args:
        logits: (..., H, W).
        target: The same or a shape that spreads to it, in 0..1.
        weight: Likewise; pixels of weight 0 do not count.
        squared: Squares in the denominator.
        smooth: Added to both sides of the fraction; by default as the form is published.

    Returns:
        (...) float32.
    """
    p, t = logits.float().sigmoid(), target.float()
    if smooth is None:
        smooth = SMOOTH_SQUARED if squared else SMOOTH
    common = p * t
    total = p.square() + t.square() if squared else p + t
    if weight is not None:
        common, total = common * weight, total * weight
    return 1 - (2 * common.sum((-2, -1)) + smooth) / (total.sum((-2, -1)) + smooth)


def cross_entropy(logits: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """Binary cross-entropy of each mask, averaged over the pixels that count.

    Args and result as of ``dice``.
    """
    return _pixel_mean(_pixel_entropy(logits.float(), target.float()), weight)


def focal(logits: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """Focal loss of each mask, averaged over the pixels that count.

    Args and result as of ``dice``.
    """
    x, t = logits.float(), target.float()
    p = x.sigmoid()
    wrong = p * (1 - t) + (1 - p) * t
    share = FOCAL_ALPHA * t + (1 - FOCAL_ALPHA) * (1 - t)
    return _pixel_mean(share * wrong**FOCAL_GAMMA * _pixel_entropy(x, t), weight)


def _pixel_entropy(x: Tensor, t: Tensor) -> Tensor:
    return F.binary_cross_entropy_with_logits(x, t.expand_as(x), reduction="none")


def _pixel_mean(values: Tensor, weight: Tensor | None) -> Tensor:
    if weight is None:
        return values.mean((-2, -1))
    weight = weight.float()
    return (values * weight).sum((-2, -1)) / weight.sum((-2, -1)).clamp(min=1.0)


@torch.no_grad()
def iou(logits: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """Intersection over union of each mask, thresholded at 0 against 0.5; 1 if both are empty.

    Args and result as of ``dice``; pixels count whose weight is above a half.
    """
    ours, truth = logits > 0, target > 0.5
    common, union = ours & truth, ours | truth
    if weight is not None:
        counts = weight > 0.5
        common, union = common & counts, union & counts
    both, either = common.sum((-2, -1)), union.sum((-2, -1))
    return torch.where(either > 0, both / either.clamp(min=1), 1.0)


def dice_loss(
    logits: Tensor, target: Tensor, weight: Tensor | None = None, *, squared: bool = False
) -> Tensor:
    """Mean of ``dice`` over all masks, a scalar."""
    return dice(logits, target, weight, squared=squared).mean()


def bce_loss(logits: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """Mean of ``cross_entropy`` over all masks, a scalar."""
    return cross_entropy(logits, target, weight).mean()


def mask_losses(logits: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """(B,) Dice plus cross-entropy, unweighted, as MedSAM is trained, of masks (B, 1, H, W)."""
    return (dice(logits, target, weight) + cross_entropy(logits, target, weight))[:, 0]


def true_iou(logits: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """(B,) ``iou`` of masks (B, 1, H, W)."""
    return iou(logits, target, weight)[:, 0]


def quality_losses(estimate: Tensor, logits: Tensor, target: Tensor, weight: Tensor | None = None) -> Tensor:
    """(B,) squared error of estimated IoUs (B,) against those of masks (B, 1, H, W)."""
    return (estimate.float() - true_iou(logits, target, weight)).square()


def presence_loss(presence: Tensor, there: Tensor) -> Tensor:
    """Binary cross-entropy of presences (B,) in 0..1 against (B,) bool: a scalar."""
    likely = presence.float().clamp(1e-6, 1 - 1e-6)
    return -torch.where(there, likely, 1 - likely).log().mean()
