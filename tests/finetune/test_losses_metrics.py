"""Losses and metrics against hand-made cases and against MONAI."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from finetune.losses import bce_loss, dice_loss, mask_loss, quality_loss, true_iou
from finetune.metrics import dice, iou


def _case() -> tuple[torch.Tensor, torch.Tensor]:
    generator = torch.Generator().manual_seed(4)
    logits = torch.randn(3, 1, 16, 16, generator=generator) * 3
    target = (torch.rand(3, 1, 16, 16, generator=generator) > 0.6).float()
    return logits, target


def test_dice_loss_equals_monais_in_value_and_gradient() -> None:
    losses = pytest.importorskip("monai.losses")
    logits, target = _case()
    ours, theirs = logits.clone().requires_grad_(), logits.clone().requires_grad_()
    a = dice_loss(ours, target)
    b = losses.DiceLoss(sigmoid=True, smooth_nr=1.0, smooth_dr=1.0)(theirs, target)
    a.backward()
    b.backward()
    torch.testing.assert_close(a, b)
    torch.testing.assert_close(ours.grad, theirs.grad)


def test_mask_loss_is_float32_and_zero_only_for_the_right_mask() -> None:
    _, target = _case()
    right = ((target * 2 - 1) * 40).bfloat16()
    assert mask_loss(right, target).dtype == torch.float32
    assert mask_loss(right, target) < 1e-5
    assert mask_loss(-right, target) > 10


def test_pixels_of_weight_zero_do_not_count() -> None:
    logits, target = _case()
    weight = torch.ones_like(target)
    weight[..., :5] = 0
    changed = logits.clone()
    changed[..., :5] = 99
    for loss in (dice_loss, bce_loss, mask_loss):
        torch.testing.assert_close(loss(logits, target, weight), loss(changed, target, weight))
        assert not torch.isclose(loss(logits, target), loss(changed, target))


def test_quality_is_held_against_the_true_iou() -> None:
    logits = torch.full((2, 1, 2, 2), -5.0)
    target = torch.zeros(2, 1, 2, 2)
    logits[0, 0, 0] = 5
    target[0, 0, :, 0] = 1
    assert true_iou(logits, target).tolist() == pytest.approx([1 / 3, 1.0])
    estimate = torch.tensor([1 / 3, 0.0])
    assert quality_loss(estimate, logits, target).item() == pytest.approx(0.5)


def test_dice_and_iou_of_known_masks() -> None:
    a, b = np.zeros((4, 4), bool), np.zeros((4, 4), bool)
    assert dice(a, b) == iou(a, b) == 1.0
    a[0] = True
    assert dice(a, b) == iou(a, b) == 0.0
    b[:, 0] = True
    assert dice(a, b) == pytest.approx(2 / 8)
    assert iou(a, b) == pytest.approx(1 / 7)
