"""Low-rank additions: nothing at first, the same merged, and merging leaves no trace."""

from __future__ import annotations

import copy

import pytest
import torch

from finetune.config import LoraConfig
from finetune.tasks.lora import add_lora, additions, merged, plain_state
from medsam.errors import InputError
from medsam.model.build import build_sam
from medsam.model.sam import Sam
from tests.finetune.micro_sizes import MICRO_SIZES
from tests.synthetic_weights import fill, synthetic_image

SIZES = {**MICRO_SIZES, "global_blocks": [1]}


@pytest.fixture
def network() -> Sam:
    """A micro SAM, one block of it windowed, with synthetic weights."""
    found = build_sam("vit", SIZES)
    fill(found)
    return found


def _stir(network: Sam) -> None:
    """Give every B values, as training would."""
    generator = torch.Generator().manual_seed(1)
    for _, layer in additions(network):
        for b in layer.lora_b:
            b.data = torch.randn(b.shape, generator=generator) * 0.3


def _embed(network: Sam, grad: bool) -> torch.Tensor:
    with torch.set_grad_enabled(grad):
        return network.image_encoder(synthetic_image(64)).detach()


def test_additions_begin_as_nothing(network: Sam) -> None:
    """B is zero, so the network answers as before."""
    before = _embed(network, True)
    add_lora(network.image_encoder, LoraConfig())
    torch.testing.assert_close(_embed(network, True), before, rtol=0, atol=0)
    assert len(list(additions(network))) == 2


@pytest.mark.parametrize("targets", [("q", "v"), ("k",), ("q", "k", "v", "proj")])
def test_merged_equals_unmerged(network: Sam, targets: tuple) -> None:
    """As trained, as merged for inference on the processor, and as exported."""
    before = _embed(network, True)
    add_lora(network.image_encoder, LoraConfig(rank=3, alpha=6.0, targets=targets))
    _stir(network)
    trained = _embed(network, True)
    assert (trained - before).abs().max() > 0.05
    with merged(network):
        torch.testing.assert_close(_embed(network, True), trained, rtol=1e-5, atol=1e-5)
        torch.testing.assert_close(_embed(network, False), trained, rtol=1e-5, atol=1e-5)
    plain = build_sam("vit", SIZES)
    plain.load_state_dict(plain_state(network))
    torch.testing.assert_close(_embed(plain, False), trained, rtol=1e-5, atol=1e-5)


def test_the_places_are_those_of_the_projections(network: Sam) -> None:
    """An addition to the keys changes the rows of the keys and no other."""
    kept = copy.deepcopy(network.state_dict())
    add_lora(network.image_encoder, LoraConfig(rank=2, targets=("k",)))
    _stir(network)
    changed = plain_state(network)
    assert changed.keys() == kept.keys()
    differ = {name for name in kept if not torch.equal(kept[name], changed[name])}
    assert differ == {f"image_encoder.blocks.{i}.attn.qkv.weight" for i in range(2)}
    rows = changed["image_encoder.blocks.0.attn.qkv.weight"] != kept["image_encoder.blocks.0.attn.qkv.weight"]
    assert rows.any(1).nonzero()[:, 0].tolist() == list(range(32, 64))


def test_merging_leaves_no_trace(network: Sam) -> None:
    """Afterwards every number is what it was, bit for bit, also after an error within."""
    add_lora(network.image_encoder, LoraConfig())
    _stir(network)
    before = copy.deepcopy(network.state_dict())
    for _ in range(3):
        with pytest.raises(ValueError, match="within"), merged(network):
            raise ValueError("within")
    after = network.state_dict()
    assert all(torch.equal(before[name], after[name]) for name in before)
    trained = _embed(network, True)
    with merged(network):
        pass
    torch.testing.assert_close(_embed(network, True), trained, rtol=0, atol=0)


def test_only_vit_encoders_and_some_rank() -> None:
    """What cannot be added is said."""
    with pytest.raises(InputError, match="TinyViT"):
        add_lora(torch.nn.Linear(2, 2), LoraConfig())
    with pytest.raises(InputError, match="rank"):
        add_lora(build_sam("vit", SIZES).image_encoder, LoraConfig(rank=0))
