"""LiteMedSAM's encoder: names, position biases, cancelling."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
import torch

from medsam.errors import Cancelled, InputError
from medsam.model import precision
from medsam.model.build import build_sam
from medsam.model.tiny_vit import Stage, StageLayer, TinyViT, WindowAttention
from tests.model.older_processor import said_by
from tests.pretend_card import CARD, pretend
from tests.synthetic_weights import fill

DATA = Path(__file__).resolve().parents[1] / "data"


def test_names_are_the_published_ones() -> None:
    with np.load(DATA / "lite_medsam_synthetic.npz", allow_pickle=False) as reference:
        published = set(reference["keys"].tolist())
    with torch.device("meta"):
        assert set(build_sam("lite").state_dict()) == published


def test_position_biases_are_used_by_distance() -> None:
    attention = WindowAttention(8, heads=2, window=3)
    fill(attention)
    x = torch.randn(4, 9, 8)
    y, col = torch.arange(9) // 3, torch.arange(9) % 3
    bias = torch.empty(2, 9, 9)
    for a in range(9):
        for b in range(9):
            distance = 3 * abs(int(y[a] - y[b])) + abs(int(col[a] - col[b]))
            bias[:, a, b] = attention.attention_biases[:, distance]
    # Each head's query, key and value stand next to each other in the projection.
    projected = attention.qkv(attention.norm(x)).view(4, 9, 2, 12).transpose(1, 2)
    q, k, v = projected[..., :4], projected[..., 4:8], projected[..., 8:]
    weights = (q @ k.transpose(-1, -2) / 2 + bias).softmax(-1)
    wanted = attention.proj((weights @ v).transpose(1, 2).reshape(4, 9, 8))
    torch.testing.assert_close(attention(x), wanted)


def test_biases_count_once_they_are_loaded_or_the_module_is_switched() -> None:
    attention = WindowAttention(8, heads=2, window=3).eval()
    x = torch.randn(1, 9, 8)
    with torch.no_grad():
        before = attention(x)
        attention.load_state_dict({**attention.state_dict(), "attention_biases": torch.randn(2, 9)})
        loaded = attention(x)
        assert not torch.allclose(loaded, before)
        torch.testing.assert_close(attention.train()(x), loaded)
        attention.attention_biases.zero_()
        torch.testing.assert_close(attention.eval()(x), before)
    assert "laid_out" not in attention.state_dict()


def test_windows_are_padded_below_and_to_the_right() -> None:
    layer = StageLayer(Stage(8, 1, 2, 3), following=None, stride=1)
    fill(layer)
    layer.eval()
    block = layer.blocks[0]
    x = torch.randn(1, 4, 5, 8)
    ours = block._attend(x)
    padded = torch.zeros(1, 6, 6, 8)
    padded[:, :4, :5] = x
    corner = block.attn(padded[:, 3:, 3:].reshape(1, 9, 8)).view(1, 3, 3, 8)
    torch.testing.assert_close(ours[:, 3:, 3:], corner[:, :1, :2])
    assert layer(x.permute(0, 3, 1, 2)).shape == (1, 8, 4, 5)


def test_shape_cancel_and_size() -> None:
    encoder = build_sam("lite").image_encoder
    assert isinstance(encoder, TinyViT)
    calls: list[int] = []

    def stop() -> None:
        calls.append(1)
        if len(calls) == 3:
            raise Cancelled("stop")

    with torch.no_grad(), pytest.raises(Cancelled):
        encoder(torch.rand(1, 3, 256, 256), stop)
    assert len(calls) == 3
    with pytest.raises(InputError, match="256×256; 3×64×64 came"):
        encoder(torch.rand(1, 3, 64, 64))


@pytest.fixture(scope="module")
def laid() -> tuple[torch.nn.Module, torch.Tensor, torch.Tensor]:
    """A network with norms that are not all alike, a picture, and its embedding as it is written."""
    network = build_sam("lite").requires_grad_(False)
    fill(network)
    network.eval()
    picture = torch.rand(1, 3, 256, 256, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        return network, picture, network.image_encoder(picture)


@pytest.mark.parametrize(("name", "error"), [("exact", 1e-5), ("fast", 5e-2), ("fastest", 5e-2)])
def test_a_precision_is_laid_on_from_outside(laid, name, error) -> None:
    if name not in precision.available():
        pytest.skip("this processor does not compute it")
    network, picture, wanted = laid
    names = list(network.state_dict())
    assert precision.lay(network, name) == ("exact" if name == "exact" else "fast")
    assert list(network.state_dict()) == names
    with torch.inference_mode():
        got = network.image_encoder(picture)
    assert got.dtype == torch.float32 and got.is_contiguous()
    difference = float((got - wanted).norm() / wanted.norm())
    assert difference < error
    assert difference > 0  # it was somebody else's work


def test_training_does_not_notice_a_precision(laid) -> None:
    network, picture, wanted = laid
    precision.lay(network, "exact")
    assert torch.equal(network.image_encoder(picture), wanted)


def test_a_card_computes_with_its_own_parameters(laid, monkeypatch) -> None:
    network, picture, wanted = laid
    precision.lay(network, "exact")
    pretend(monkeypatch)
    assert precision.lay(network, "exact", str(CARD)) == "exact"
    with torch.inference_mode():
        assert torch.equal(network.image_encoder(picture), wanted)  # what was folded lies on the processor


@pytest.mark.parametrize("name", ["exact", "fast"])
def test_a_precision_can_be_cancelled(laid, name) -> None:
    if name not in precision.available():
        pytest.skip("this processor does not compute it")
    network, picture, _ = laid
    precision.lay(network, name)

    def stop() -> None:
        raise Cancelled("enough")

    with pytest.raises(Cancelled), torch.inference_mode():
        network.image_encoder(picture, stop)


@pytest.mark.skipif(sys.platform != "linux", reason="the variables are oneDNN's on Linux")
def test_an_older_processor_encodes_exactly() -> None:
    code = (
        "import torch; from medsam.model import precision; from medsam.model.build import build_sam;"
        "network = build_sam('lite').eval(); x = torch.rand(1, 3, 256, 256);"
        "torch.set_grad_enabled(False); wanted = network.image_encoder(x);"
        "laid = precision.lay(network, precision.choose());"
        "error = (network.image_encoder(x) - wanted).norm() / wanted.norm();"
        "print(laid, bool(error < 1e-5))"
    )
    assert said_by(code) == ["exact", "True"]
