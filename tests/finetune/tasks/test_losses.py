"""Losses against closed forms and against MONAI."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from finetune.tasks.losses import (
    bce_loss,
    cross_entropy,
    dice,
    dice_loss,
    focal,
    iou,
    mask_losses,
    quality_losses,
    true_iou,
)


def _case() -> tuple[Tensor, Tensor]:
    generator = torch.Generator().manual_seed(4)
    logits = torch.randn(3, 1, 16, 16, generator=generator) * 3
    target = (torch.rand(3, 1, 16, 16, generator=generator) > 0.6).float()
    return logits, target


def _same_value_and_gradient(ours: object, theirs: object) -> None:
    logits, target = _case()
    a, b = logits.clone().requires_grad_(), logits.clone().requires_grad_()
    first, second = ours(a, target), theirs(b, target)  # type: ignore[operator]
    first.backward()
    second.backward()
    torch.testing.assert_close(first, second)
    torch.testing.assert_close(a.grad, b.grad)


def test_dice_equals_monais() -> None:
    """With one pixel of smoothing, in value and gradient."""
    losses = pytest.importorskip("monai.losses")
    _same_value_and_gradient(dice_loss, losses.DiceLoss(sigmoid=True, smooth_nr=1.0, smooth_dr=1.0))


def test_the_squared_form_is_medsams() -> None:
    """MedSAM's published loss: MONAI's squared Dice plus cross-entropy."""
    losses = pytest.importorskip("monai.losses")
    theirs = losses.DiceLoss(sigmoid=True, squared_pred=True, reduction="mean")
    entropy = torch.nn.BCEWithLogitsLoss()
    _same_value_and_gradient(
        lambda x, t: dice_loss(x, t, squared=True) + bce_loss(x, t),
        lambda x, t: theirs(x, t) + entropy(x, t),
    )


def test_focal_equals_monais() -> None:
    """With SAM's constants."""
    losses = pytest.importorskip("monai.losses")
    theirs = losses.FocalLoss(gamma=2.0, alpha=0.25, use_softmax=False)
    _same_value_and_gradient(lambda x, t: focal(x, t).mean(), theirs)


def test_closed_forms() -> None:
    """Half a picture against logits of zero: every value is known."""
    target = torch.zeros(1, 4, 4)
    target[:, :2] = 1
    zero = torch.zeros(1, 4, 4)
    assert cross_entropy(zero, target).item() == pytest.approx(math.log(2))
    assert focal(zero, target).item() == pytest.approx(0.5 * 0.25 * math.log(2))
    assert dice(zero, target).item() == pytest.approx(1 - (2 * 4 + 1) / (16 + 1))
    assert dice(zero, target, squared=True).item() == pytest.approx(1 - 8 / 12, abs=1e-5)
    assert iou(zero + 1, target).item() == 0.5
    assert iou(zero - 1, torch.zeros(1, 4, 4)).item() == 1.0


def test_soft_targets_are_least_at_themselves() -> None:
    """Of the cross-entropy, at the entropy of the target; extreme logits stay finite."""
    target = torch.full((1, 3, 3), 0.3)
    right = torch.full((1, 3, 3), math.log(0.3 / 0.7))
    entropy = -(0.3 * math.log(0.3) + 0.7 * math.log(0.7))
    assert cross_entropy(right, target).item() == pytest.approx(entropy)
    assert cross_entropy(right + 0.1, target) > entropy
    for loss in (cross_entropy, focal, dice):
        assert torch.isfinite(loss(right * 1e4, target)).all()


def test_candidates_share_a_target() -> None:
    """(N, K, H, W) logits against (N, 1, H, W) targets give (N, K) values, each that of its pair."""
    logits, target = _case()
    three = torch.cat((logits, -logits, logits * 0), dim=1)
    for loss in (dice, cross_entropy, focal, iou):
        values = loss(three, target)
        assert values.shape == (3, 3)
        torch.testing.assert_close(values[:, 1], loss(-logits, target)[:, 0])


def test_mask_loss_is_float32_and_zero_only_for_the_right_mask() -> None:
    """Also where the logits came in bfloat16."""
    _, target = _case()
    right = ((target * 2 - 1) * 40).bfloat16()
    assert mask_losses(right, target).dtype == torch.float32
    assert mask_losses(right, target).max() < 1e-5
    assert mask_losses(-right, target).min() > 10


@pytest.mark.parametrize("loss", [dice, cross_entropy, focal, iou])
def test_pixels_of_weight_zero_do_not_count(loss: object) -> None:
    """What stands there changes nothing, and the value is that of the picture cut off before."""
    logits, target = _case()
    weight = torch.ones_like(target)
    weight[..., 10:] = 0
    spoiled = logits.clone()
    spoiled[..., 10:] = 50
    value = loss(logits, target, weight)  # type: ignore[operator]
    torch.testing.assert_close(value, loss(spoiled, target, weight))  # type: ignore[operator]
    torch.testing.assert_close(value, loss(logits[..., :10], target[..., :10]))  # type: ignore[operator]


def test_the_quality_head_learns_the_true_iou() -> None:
    """Zero where the estimate is right, its squared error elsewhere."""
    logits, target = _case()
    truth = true_iou(logits, target)
    assert truth.shape == (3,)
    assert quality_losses(truth, logits, target).max() == 0.0
    assert quality_losses(truth + 0.5, logits, target).tolist() == pytest.approx([0.25] * 3)
