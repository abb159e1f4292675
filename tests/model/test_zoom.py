"""The zoom network: shapes, seeds, mirror averaging, settings."""

from __future__ import annotations

import pytest
import torch

from medsam.errors import ModelError
from medsam.model.zoom import (
    DEFAULT_CONFIG,
    ZoomNet,
    build_zoom,
    complete_config,
    grown_state,
    input_channels,
    mirror,
)

SMALL = {"size": 64, "widths": [8, 8, 16], "blocks": [1, 1, 1], "decoder_blocks": [1, 1], "detail": 4}


def _crops(count: int = 2, size: int = 64) -> torch.Tensor:
    return torch.randn(count, 8, size, size, generator=torch.Generator().manual_seed(1))


@pytest.mark.parametrize("detail", [0, 4])
def test_answers_at_the_crops_size_with_a_quality_in_0_to_1(detail: int) -> None:
    network = build_zoom({**SMALL, "detail": detail})
    logits, quality, _ = network(_crops())
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
    together = network(crops).logits
    alone = network(crops[1:2]).logits
    torch.testing.assert_close(together[1:2], alone, rtol=1e-4, atol=1e-5)


def test_mirror_turns_the_picture_and_its_border_but_not_the_box() -> None:
    crops = _crops()
    # These say the same all along x.
    crops[:, [4, 6, 7]] = crops[:, [4, 6, 7], :, :1]
    turned = mirror(crops)
    assert torch.equal(turned[:, :3], crops[:, :3].flip(3))
    assert torch.equal(turned[:, 5], crops[:, 5].flip(2))
    assert torch.equal(turned[:, [3, 4, 6, 7]], crops[:, [3, 4, 6, 7]])
    assert torch.equal(mirror(turned), crops)


def test_mirror_turns_clicks_masks_and_context_too() -> None:
    crops = torch.randn(1, 15, 8, 8)
    turned = mirror(crops)
    assert torch.equal(turned[:, 8:], crops[:, 8:].flip(3))


ALL = {**SMALL, "clicks": True, "context": 2.0, "presence": True}


@pytest.mark.parametrize("more", [{"clicks": True}, {"context": 2.0}, {"presence": True}, ALL])
def test_a_grown_network_answers_as_the_smaller_one(more: dict) -> None:
    torch.manual_seed(1)
    small = build_zoom(SMALL)
    grown = build_zoom({**SMALL, **more})
    grown.load_state_dict(grown_state(grown, small.state_dict()))
    extra = torch.randn(2, input_channels(grown.config) - 8, 64, 64)
    with torch.no_grad():
        ours, theirs = grown(torch.cat([_crops(), extra], 1)), small(_crops())
    torch.testing.assert_close(ours.logits, theirs.logits)
    torch.testing.assert_close(ours.quality, theirs.quality)
    assert bool(grown.config["presence"]) == bool((ours.presence < 1).all())
    assert (theirs.presence == 1).all()


def test_every_plane_reaches_the_answer_once_it_is_trained() -> None:
    """Through the gradient of each input plane, after the zeros of growth have moved."""
    torch.manual_seed(2)
    network = ZoomNet(ALL)
    torch.nn.init.normal_(network.context.out.weight)
    crops = torch.cat([_crops(), torch.randn(2, 7, 64, 64)], 1).requires_grad_()
    network(crops).logits.square().sum().backward()
    assert crops.grad is not None
    assert (crops.grad.abs().amax((0, 2, 3)) > 0).all()


def test_the_context_meets_the_crop_where_it_lies() -> None:
    """What changes in one corner of the context changes the features near that corner of the crop most."""
    torch.manual_seed(4)
    network = build_zoom(ALL)
    torch.nn.init.normal_(network.context.out.weight)
    planes = torch.zeros(1, 4, 64, 64)
    bright = planes.clone()
    bright[:, :, 16:24, 16:24] = 3  # the upper left of the middle half, which the crop shows
    place = torch.zeros(1, 2, 64, 64)
    with torch.no_grad():
        change = (network.context(bright, place)[0] - network.context(planes, place)[0]).abs().sum((0, 1))
    assert change.shape == (8, 8)
    assert divmod(int(change.argmax()), 8) in {(y, x) for y in range(3) for x in range(3)}


def test_growth_refuses_what_has_another_shape() -> None:
    small = build_zoom(SMALL)
    with pytest.raises(ModelError, match="Keep widths"):
        grown_state(build_zoom({**SMALL, "widths": [8, 8, 24]}), small.state_dict())
    with pytest.raises(ModelError, match="Keep widths"):
        grown_state(build_zoom({**SMALL, "detail": 0}), small.state_dict())


def test_settings_of_the_first_version_still_load() -> None:
    assert complete_config({"channels": 8}) == DEFAULT_CONFIG
    assert input_channels(DEFAULT_CONFIG) == 8


def test_flip_average_makes_the_answer_mirror_with_the_picture() -> None:
    torch.manual_seed(3)
    network = build_zoom({**SMALL, "flip_average": True})
    plain = build_zoom(SMALL)
    plain.load_state_dict(network.state_dict())
    crops = _crops()
    straight, quality, _ = network(crops)
    mirrored, same_quality, _ = network(mirror(crops))
    torch.testing.assert_close(mirrored, straight.flip(3), rtol=1e-4, atol=1e-5)
    torch.testing.assert_close(same_quality, quality)
    assert not torch.allclose(plain(mirror(crops))[0], plain(crops)[0].flip(3), atol=1e-5)


def test_quality_sends_no_gradient_into_the_mask() -> None:
    network = ZoomNet(SMALL)
    _, quality, _ = network(_crops())
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
