"""The zoom network: shapes, seeds, mirror averaging, settings."""

from __future__ import annotations

import pytest
import torch

from medsam.errors import ModelError
from medsam.model.zoom import DEFAULT_CONFIG, ZoomNet, build_zoom, complete_config, mirror

SMALL = {"size": 64, "widths": [8, 8, 16], "blocks": [1, 1, 1], "decoder_blocks": [1, 1], "detail": 4}


def _crops(count: int = 2, size: int = 64) -> torch.Tensor:
    return torch.randn(count, 8, size, size, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("detail", [0, 4])
def test_answers_at_the_crops_size_with_a_quality_in_0_to_1(detail: int) -> None:
    network = build_zoom({**SMALL, "detail": detail})
    logits, quality = network(_crops())
    assert logits.shape == (2, 1, 64, 64)
    assert logits.dtype == quality.dtype == torch.float32
    assert quality.shape == (2,)
    assert ((quality > 0) & (quality < 1)).all()


def test_default_network_is_small_enough_to_embed() -> None:
    network = build_zoom()
    parameters = sum(p.numel() for p in network.parameters())
    assert network.config == DEFAULT_CONFIG
    assert 2 * parameters < 12e6


def test_one_seed_gives_one_network() -> None:
    answers = []
    for _ in range(2):
        torch.manual_seed(5)
        answers.append(build_zoom(SMALL)(_crops())[0])
    assert torch.equal(*answers)


def test_a_crop_is_answered_alike_alone_and_in_a_batch() -> None:
    network, crops = build_zoom(SMALL), _crops(3)
    together, _ = network(crops)
    alone, _ = network(crops[1:2])
    torch.testing.assert_close(together[1:2], alone, rtol=1e-4, atol=1e-5)


def test_mirror_turns_the_picture_and_its_border_but_not_the_box() -> None:
    crops = _crops()
    turned = mirror(crops)
    assert torch.equal(turned[:, :3], crops[:, :3].flip(3))
    assert torch.equal(turned[:, 5], crops[:, 5].flip(2))
    assert torch.equal(turned[:, [3, 4, 6, 7]], crops[:, [3, 4, 6, 7]])
    assert torch.equal(mirror(turned), crops)


def test_flip_average_makes_the_answer_mirror_with_the_picture() -> None:
    torch.manual_seed(3)
    network = build_zoom({**SMALL, "flip_average": True})
    plain = build_zoom(SMALL)
    plain.load_state_dict(network.state_dict())
    crops = _crops()
    straight, quality = network(crops)
    mirrored, same_quality = network(mirror(crops))
    torch.testing.assert_close(mirrored, straight.flip(3), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(same_quality, quality)
    assert not torch.allclose(plain(mirror(crops))[0], plain(crops)[0].flip(3), atol=1e-5)


def test_quality_sends_no_gradient_into_the_mask() -> None:
    network = ZoomNet(SMALL)
    _, quality = network(_crops())
    quality.sum().backward()
    assert network.stem[0].weight.grad is None
    assert network.quality[0].weight.grad.abs().sum() > 0


@pytest.mark.parametrize(
    ("config", "says"),
    [
        ({"width": [8]}, "width"),
        ({"widths": [8, 8]}, "2 blocks"),
        ({**SMALL, "size": 60}, "multiple of 8"),
    ],
)
def test_settings_that_do_not_fit_are_refused(config: dict, says: str) -> None:
    with pytest.raises(ModelError, match=says):
        complete_config(config)
