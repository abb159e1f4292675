"""Batch norm inside the convolutions: the same answers, and no norm left."""

from __future__ import annotations

import pytest
import torch
from torch import nn

from medsam.model.folding import with_folded_norms
from medsam.model.zoom import ZoomNet, build_zoom, input_channels

EVERYTHING = {"clicks": True, "context": 2.0, "presence": True}


def trained(config: dict) -> ZoomNet:
    """A network whose norms are far from doing nothing."""
    torch.manual_seed(1)
    network = build_zoom(config)
    for module in network.modules():
        if isinstance(module, nn.BatchNorm2d):
            nn.init.uniform_(module.weight, 0.5, 1.5)
            nn.init.normal_(module.bias, std=0.3)
            nn.init.normal_(module.running_mean, std=0.3)
            nn.init.uniform_(module.running_var, 0.5, 2.0)
        elif isinstance(module, nn.Conv2d):
            nn.init.kaiming_normal_(module.weight)
    return network


@pytest.mark.parametrize("config", [{}, EVERYTHING, {"detail": 0, "flip_average": True}])
def test_a_folded_network_answers_the_same(config: dict) -> None:
    network = trained(config)
    folded = with_folded_norms(network)
    assert not any(isinstance(module, nn.BatchNorm2d) for module in folded.modules())
    crops = torch.randn(2, input_channels(network.config), 128, 128)
    with torch.inference_mode():
        ours, theirs = folded(crops), network(crops)
    largest = float(theirs.logits.abs().max())
    assert largest > 1
    assert float((ours.logits - theirs.logits).abs().max()) < 1e-5 * largest
    torch.testing.assert_close(ours.quality, theirs.quality, rtol=0, atol=1e-5)
    torch.testing.assert_close(ours.presence, theirs.presence, rtol=0, atol=1e-5)


def test_the_network_itself_stays_as_it_was() -> None:
    network = trained(EVERYTHING)
    before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
    with_folded_norms(network)
    after = network.state_dict()
    assert before.keys() == after.keys()
    assert all(torch.equal(before[name], after[name]) for name in before)


def test_a_norm_after_something_else_stays() -> None:
    network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.BatchNorm2d(4)).eval()
    folded = with_folded_norms(network)
    assert isinstance(folded[2], nn.BatchNorm2d)
