"""Masks at the picture's size: compiled and by PyTorch alike."""

from __future__ import annotations

import pytest
import torch
from torch.nn import functional as F

from medsam.inference.transforms import masks_from_logits, masks_over_picture
from medsam.model import native
from medsam.model.native import pixels
from medsam.model.preprocessing import PREPROCESSING

needs_kernel = pytest.mark.skipif(not native.dtypes(), reason="no kernel on this machine")
SHAPES = [(1024, 1024), (512, 512), (300, 411), (77, 33), (1, 9), (1500, 700)]


def logits(count: int = 2, side: int = 64) -> torch.Tensor:
    """Blobs, and noise that crosses zero everywhere."""
    generator = torch.Generator().manual_seed(1)
    coarse = torch.randn(1, count, 8, 8, generator=generator)
    return F.interpolate(coarse, (side, side), mode="bicubic")[0] * 8 + torch.randn(
        count, side, side, generator=generator
    )


@pytest.mark.parametrize("kernel", [False, pytest.param(True, marks=needs_kernel)], ids=["torch", "kernel"])
@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("name", sorted(n for n, pp in PREPROCESSING.items() if pp.kind != "zoom"))
def test_a_mask_is_where_the_logits_are_positive(kernel, shape, name, monkeypatch) -> None:
    if not kernel:
        monkeypatch.setattr(native, "compiled", lambda: None)
    pp = PREPROCESSING[name]
    low = logits()
    wanted = masks_from_logits(low, shape, pp)
    got = masks_over_picture(low, shape, pp)
    assert got.shape == (2, *shape) and got.dtype == torch.bool
    differs = got != (wanted > 0)
    # Rounding decides only where a value is next to nothing.
    assert not differs.any() or float(wanted[differs].abs().max()) < 1e-4
    assert float(differs.float().mean()) < 1e-4


@needs_kernel
@pytest.mark.parametrize("shape", SHAPES)
def test_enlarging_is_pytorchs(shape) -> None:
    low = logits()
    wanted = F.interpolate(low[None], shape, mode="bilinear", align_corners=False)[0]
    assert torch.allclose(pixels.enlarged(low, shape, shape), wanted, atol=2e-5, rtol=1e-5)
    inside = (max(shape[0] // 2, 1), max(shape[1] // 3, 1))
    cut = wanted[:, : inside[0], : inside[1]]
    assert torch.allclose(pixels.enlarged(low, shape, inside), cut, atol=2e-5, rtol=1e-5)


@needs_kernel
def test_logits_without_bounds_keep_their_side() -> None:
    low = torch.tensor([[[-1e30, 1e30], [200.0, -200.0]]])
    mask = pixels.above(low, (2, 2), (2, 2), sigmoid=True)
    assert mask.tolist() == [[[False, True], [True, False]]]


@needs_kernel
def test_other_formats_are_left_to_pytorch() -> None:
    low = logits()
    assert pixels.usable(low)
    assert not pixels.usable(low.double())
    assert not pixels.usable(low.transpose(1, 2))
