"""Packed convolutions: the same masks as the network they were taken from."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from medsam.model.folding import with_folded_norms
from medsam.model.zoom import ZoomNet, input_channels
from medsam.model.zoom_packed import PackedConvolution, packed
from tests.model.test_folding import EVERYTHING, trained

has_onednn = pytest.mark.skipif(not torch.backends.mkldnn.is_available(), reason="PyTorch without oneDNN")


def packs(network: ZoomNet) -> int:
    """How many convolutions are packed."""
    return sum(isinstance(module, PackedConvolution) for module in network.modules())


@has_onednn
@pytest.mark.parametrize("config", [{}, EVERYTHING, {"detail": 0, "flip_average": True}])
@pytest.mark.parametrize("count", [1, 3])
def test_a_packed_network_answers_the_same(config: dict, count: int) -> None:
    network = with_folded_norms(trained(config))
    ours = packed(network, torch.float32)
    assert packs(ours) == sum(isinstance(module, nn.Conv2d) for module in network.modules())
    crops = torch.randn(count, input_channels(network.config), 128, 128)
    with torch.inference_mode():
        answer, expected = ours(crops), network(crops)
    largest = float(expected.logits.abs().max())
    assert largest > 1
    assert float((answer.logits - expected.logits).abs().max()) < 1e-5 * largest
    torch.testing.assert_close(answer.quality, expected.quality, rtol=0, atol=1e-5)
    torch.testing.assert_close(answer.presence, expected.presence, rtol=0, atol=1e-5)


@has_onednn
def test_in_bfloat16_the_answer_is_float32_and_near() -> None:
    network = with_folded_norms(trained(EVERYTHING))
    crops = torch.randn(1, input_channels(network.config), 128, 128)
    with torch.inference_mode():
        answer, expected = packed(network, torch.bfloat16)(crops), network(crops)
    assert answer.logits.dtype == answer.quality.dtype == torch.float32
    error = (answer.logits - expected.logits).abs()
    assert 0 < float(error.mean()) < 0.03 * float(expected.logits.abs().mean())


@has_onednn
@pytest.mark.parametrize("layer", [nn.Conv2d(6, 32, 4, 2, 1), nn.Conv2d(32, 1, 3, padding=1, bias=False)])
def test_a_convolution_adds_and_rectifies_and_spoils_no_input(layer: nn.Conv2d) -> None:
    ours = PackedConvolution(layer, torch.float32)
    with torch.inference_mode():
        for side in (16, 24):
            x = torch.randn(2, layer.in_channels, side, side)
            plain = layer(x)
            other = torch.randn_like(plain)
            before = x.clone(), other.clone()
            torch.testing.assert_close(ours(x), plain)
            torch.testing.assert_close(ours(x, "relu", other), (plain + other).relu())
            assert torch.equal(x, before[0]) and torch.equal(other, before[1])


def test_without_onednn_the_network_itself_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    network = with_folded_norms(trained({}))
    monkeypatch.setattr(torch.backends.mkldnn, "is_available", lambda: False)
    assert packed(network, torch.float32) is network


def test_where_packing_fails_the_network_itself_computes(monkeypatch: pytest.MonkeyPatch) -> None:
    network = with_folded_norms(trained({}))

    def refuse(*_: object) -> None:
        raise RuntimeError("could not create a primitive")

    monkeypatch.setattr(PackedConvolution, "forward", refuse)
    assert packed(network, torch.float32) is network
