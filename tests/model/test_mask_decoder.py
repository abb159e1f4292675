"""The decoder: sharing between prompts, upscaling, candidates, training."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor, nn

from medsam.model.layers import LayerNorm2d
from medsam.model.mask_decoder import PROMPTS_AT_ONCE, MaskDecoder
from medsam.model.transformer import CrossAttention
from tests.synthetic_weights import fill

C, SIDE = 32, 6


@pytest.fixture
def decoder() -> MaskDecoder:
    made = MaskDecoder(channels=C)
    fill(made)
    return made.eval()


def question(n: int) -> dict[str, Tensor]:
    torch.manual_seed(3)
    return {
        "image_embeddings": torch.randn(1, C, SIDE, SIDE),
        "image_pe": torch.randn(1, C, SIDE, SIDE),
        "sparse_prompt_embeddings": torch.randn(n, 2, C),
        "dense_prompt_embeddings": torch.randn(1, C, 1, 1).expand(n, C, SIDE, SIDE),
    }


@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize("n", [1, 3, PROMPTS_AT_ONCE + 3])
def test_prompts_together_equal_prompts_alone(decoder: MaskDecoder, n: int, several: bool) -> None:
    asked = question(n)
    with torch.no_grad():
        masks, quality = decoder(**asked, multimask_output=several)
        for i in range(n):
            alone = {
                **asked,
                "sparse_prompt_embeddings": asked["sparse_prompt_embeddings"][i : i + 1],
                "dense_prompt_embeddings": asked["dense_prompt_embeddings"][i : i + 1].contiguous(),
            }
            mask, score = decoder(**alone, multimask_output=several)
            torch.testing.assert_close(masks[i : i + 1], mask, rtol=1e-3, atol=1e-4)
            torch.testing.assert_close(quality[i : i + 1], score, rtol=1e-3, atol=1e-4)
    candidates = 3 if several else 1
    assert masks.shape == (n, candidates, 4 * SIDE, 4 * SIDE)
    assert quality.shape == (n, candidates)


def test_own_embeddings_equal_a_shared_one(decoder: MaskDecoder) -> None:
    asked = question(2)
    own = {**asked, "image_embeddings": asked["image_embeddings"].repeat(2, 1, 1, 1)}
    own["dense_prompt_embeddings"] = own["dense_prompt_embeddings"].contiguous()
    with torch.no_grad():
        shared = decoder(**asked, multimask_output=False)
        copied = decoder(**own, multimask_output=False)
    torch.testing.assert_close(shared, copied, rtol=1e-3, atol=1e-4)


def test_upscaling_is_that_of_the_transposed_convolutions(decoder: MaskDecoder) -> None:
    image = torch.randn(2, SIDE * SIDE, C)
    weights = torch.randn(2, C // 8, 3)
    ours = decoder._masks(image, weights, SIDE, SIDE)
    upscaled = decoder.output_upscaling(image.transpose(1, 2).reshape(2, C, SIDE, SIDE))
    wanted = torch.einsum("nchw,ncm->nmhw", upscaled, weights)
    torch.testing.assert_close(ours, wanted, rtol=1e-4, atol=1e-4)


def test_cross_attention_both_ways_equals_the_library_s() -> None:
    torch.manual_seed(4)
    ours = CrossAttention(C, 4, C).double()
    theirs = nn.MultiheadAttention(C, 4, batch_first=True).double()
    projections = (ours.q_proj, ours.k_proj, ours.v_proj)
    with torch.no_grad():
        theirs.in_proj_weight.copy_(torch.cat([p.weight for p in projections]))
        theirs.in_proj_bias.copy_(torch.cat([p.bias for p in projections]))
    theirs.out_proj.load_state_dict(ours.out_proj.state_dict())
    q, k, v = (torch.randn(3, t, C, dtype=torch.float64) for t in (7, 20, 20))
    wanted = theirs(q, k, v)[0]
    torch.testing.assert_close(ours(q, k, v), wanted)
    torch.testing.assert_close(ours.from_many(q, k, v), wanted)
    shared = theirs(q, k[:1].expand(3, -1, -1), v[:1].expand(3, -1, -1))[0]
    torch.testing.assert_close(ours(q, k[:1], v[:1]), shared)


def test_every_parameter_learns(decoder: MaskDecoder) -> None:
    for several in (False, True):
        masks, quality = decoder(**question(2), multimask_output=several)
        (masks.square().mean() + quality.square().mean()).backward()
    assert [name for name, p in decoder.named_parameters() if p.grad is None or not p.grad.any()] == []


def test_layer_norm_is_over_channels() -> None:
    norm = LayerNorm2d(5)
    fill(norm)
    x = torch.randn(2, 5, 3, 4)
    wanted = nn.functional.layer_norm(x.permute(0, 2, 3, 1), (5,), norm.weight, norm.bias, 1e-6)
    torch.testing.assert_close(norm(x), wanted.permute(0, 3, 1, 2))
