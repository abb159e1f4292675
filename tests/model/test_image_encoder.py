"""The ViT encoder: names, both forms of computing, cancelling, training."""

from __future__ import annotations

import hashlib

import pytest
import torch

from medsam.errors import Cancelled, InputError
from medsam.model.build import build_sam
from medsam.model.image_encoder import ImageEncoder, ViTSize
from tests.synthetic_weights import fill

SMALL = ViTSize(width=32, depth=3, heads=2, global_blocks=(1,))
SIDE = 16 * 17  # one window and a part of the next: padding in both directions

PUBLISHED = {
    "vit_b": (314, "a6d8de32b9c8e9bff2ced55f1d37687b850f07a4cf05fbb38d3c98ae95b80844"),
    "vit_l": (482, "eedbea482f572d2e0f5b74c6c1fddc5a6fd1508008db36f9fd7abccdb5954595"),
    "vit_h": (594, "5307a1ec7eafd63823a577785b08bfa02e3ecff87a99624e58c1ddcf8d0fe344"),
}
"""Entries, and the SHA-256 over their sorted names, shapes and types, of segment_anything 1.0."""


@pytest.fixture
def small() -> ImageEncoder:
    encoder = ImageEncoder(SMALL, SIDE, channels=8)
    fill(encoder)
    return encoder.eval()


@pytest.mark.parametrize("arch", PUBLISHED)
def test_names_and_shapes_are_the_published_ones(arch: str) -> None:
    with torch.device("meta"):
        state = build_sam(arch).state_dict()
    lines = sorted(f"{name} {tuple(t.shape)} {t.dtype}" for name, t in state.items())
    assert (len(lines), hashlib.sha256("\n".join(lines).encode()).hexdigest()) == PUBLISHED[arch]


def test_the_buffered_form_equals_the_differentiable_one(small: ImageEncoder) -> None:
    pictures = torch.rand(2, 3, SIDE, SIDE)
    with torch.no_grad():
        buffered = small(pictures)
    plain = small(pictures)
    assert buffered.shape == (2, 8, 17, 17)
    assert plain.requires_grad
    torch.testing.assert_close(buffered, plain.detach(), rtol=1e-4, atol=1e-5)


def test_pictures_of_a_batch_do_not_mix(small: ImageEncoder) -> None:
    pictures = torch.rand(2, 3, SIDE, SIDE)
    with torch.inference_mode():
        together = small(pictures)
        alone = torch.cat([small(p[None]) for p in pictures])
    torch.testing.assert_close(together, alone)


def test_padding_is_what_a_zero_token_projects_to(small: ImageEncoder) -> None:
    """Windows are padded with zeros before the projection, as published; so the bias matters."""
    attention = small.blocks[0].attn
    x = torch.randn(1, 17, 17, 32)
    padded = torch.zeros(1, 28, 28, 32)
    padded[:, :17, :17] = x
    corner = padded[:, 14:, 14:]  # the window with most padding, on its own
    alone = attention(corner)
    torch.testing.assert_close(attention(x)[:, 14:, 14:], alone[:, :3, :3])


def test_every_parameter_learns(small: ImageEncoder) -> None:
    small(torch.rand(1, 3, SIDE, SIDE)).square().sum().backward()
    assert [name for name, p in small.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_check_is_called_often_and_may_stop(small: ImageEncoder) -> None:
    calls = []
    picture = torch.rand(1, 3, SIDE, SIDE)
    with torch.no_grad():
        small(picture, lambda: calls.append(1))
    heads_and_windows = SMALL.heads * 1 + 2 * 2
    assert len(calls) >= 3 * SMALL.depth + heads_and_windows

    def stop() -> None:
        stops.append(1)
        if len(stops) == 7:
            raise Cancelled("stop")

    stops: list[int] = []
    with torch.no_grad(), pytest.raises(Cancelled):
        small(picture, stop)
    assert len(stops) == 7


@pytest.mark.parametrize("call", ["forward", "before_last"])
def test_another_size_is_refused(small: ImageEncoder, call: str) -> None:
    with pytest.raises(InputError, match="3×272×272; 3×256×256 came"):
        getattr(small, call)(torch.rand(1, 3, 256, 256))


@pytest.mark.parametrize("with_gradients", [False, True])
def test_two_steps_around_the_last_block_are_the_whole_way(small: ImageEncoder, with_gradients: bool) -> None:
    picture = torch.rand(2, 3, SIDE, SIDE)
    with torch.set_grad_enabled(with_gradients):
        whole = small(picture)
        tokens = small.before_last(picture)
        before = tokens.detach().clone()
        embedding = small.from_last(tokens)
    assert tokens.shape == (2, 17, 17, 32)
    assert torch.equal(embedding, whole)
    assert torch.equal(tokens, before)


def test_only_the_last_block_and_the_neck_learn_from_its_input(small: ImageEncoder) -> None:
    with torch.no_grad():
        tokens = small.before_last(torch.rand(1, 3, SIDE, SIDE))
    small.from_last(tokens).square().sum().backward()
    learns = {name for name, p in small.named_parameters() if p.grad is not None and p.grad.any()}
    everything = {name for name, _ in small.named_parameters()}
    assert learns == {name for name in everything if name.startswith(("blocks.2.", "neck."))}
