"""The decoder laid on from outside: the function it was, in less work."""

from __future__ import annotations

import sys
import threading

import pytest
import torch
from torch import Tensor, nn

from medsam.model import native, precision
from medsam.model.arithmetic import PLAIN, Arithmetic, Packed
from medsam.model.decoding import Decoding
from medsam.model.mask_decoder import PROMPTS_AT_ONCE, MaskDecoder
from medsam.model.native.decoder import together
from tests.model.older_processor import said_by

SIDE = 12


def decoder(channels: int = 256, heads: int = 8) -> MaskDecoder:
    """One with PyTorch's initial weights and norms that are not all alike."""
    torch.manual_seed(0)
    made = MaskDecoder(channels, heads=heads, hidden=128).eval().requires_grad_(False)
    for module in made.modules():
        if isinstance(module, nn.LayerNorm):
            module.weight += 0.05 * torch.randn(module.weight.shape)
            module.bias += 0.05 * torch.randn(module.bias.shape)
    return made


def question(n: int, channels: int = 256, more: int = 2, h: int = SIDE, w: int = SIDE) -> dict[str, Tensor]:
    """What ``MaskDecoder.forward`` takes, for ``n`` prompts of ``more`` tokens."""
    generator = torch.Generator().manual_seed(7)
    return {
        "image_embeddings": torch.randn(1, channels, h, w, generator=generator),
        "image_pe": torch.randn(1, channels, h, w, generator=generator),
        "sparse_prompt_embeddings": torch.randn(n, more, channels, generator=generator),
        "dense_prompt_embeddings": torch.randn(1, channels, 1, 1, generator=generator).expand(
            1, channels, h, w
        ),
    }


def answer(made: MaskDecoder, asked: dict[str, Tensor], several: bool) -> tuple[Tensor, Tensor]:
    """Through ``look`` and ``answer``."""
    with torch.inference_mode():
        side = made.look(asked["image_embeddings"], asked["image_pe"], asked["dense_prompt_embeddings"])
        return made.answer(side, asked["sparse_prompt_embeddings"], several)


def relative(got: Tensor, wanted: Tensor) -> float:
    return float((got - wanted).norm() / wanted.norm())


def arithmetics() -> list[Arithmetic]:
    made: list[Arithmetic] = [PLAIN, Packed(torch.float32)]
    return made + ([Packed(torch.bfloat16)] if "fast" in precision.available() else [])


@pytest.fixture(params=[False, True], ids=["torch", "kernel"])
def kernel(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> bool:
    if not request.param:
        monkeypatch.setattr(native, "compiled", lambda: None)
    elif not native.dtypes():
        pytest.skip("no kernel on this machine")
    return request.param


@pytest.mark.parametrize("arithmetic", arithmetics(), ids=lambda a: f"{a.name}-{type(a).__name__}")
@pytest.mark.parametrize("several", [False, True])
@pytest.mark.parametrize(
    ("channels", "heads", "more"),
    [(256, 8, 2), (256, 8, 3), (256, 8, 6), (256, 8, 27), (256, 8, 28), (64, 4, 2)],
)
def test_it_is_the_function_as_written(kernel, arithmetic, several, channels, heads, more) -> None:
    made, asked = decoder(channels, heads), question(3, channels, more)
    wanted = made(**asked, multimask_output=several)
    made.decoding = Decoding(made, arithmetic)
    masks, quality = answer(made, asked, several)
    assert masks.shape == wanted[0].shape and quality.shape == wanted[1].shape
    limit = 1e-5 if arithmetic.dtype == torch.float32 else 2e-2
    assert relative(masks, wanted[0]) < limit
    assert relative(quality, wanted[1]) < limit
    if arithmetic.dtype == torch.bfloat16:
        both = ((masks > 0) & (wanted[0] > 0)).sum() / ((masks > 0) | (wanted[0] > 0)).sum()
        assert float(both) >= 0.985


@pytest.mark.parametrize("shape", [(64, 64), (5, 7), (3, 11), (1, 1)])
def test_images_of_any_shape(kernel, shape) -> None:
    made, asked = decoder(), question(2, h=shape[0], w=shape[1])
    wanted = made(**asked, multimask_output=False)[0]
    for arithmetic in arithmetics():
        made.decoding = Decoding(made, arithmetic)
        got = answer(made, asked, False)[0]
        assert relative(got, wanted) < (1e-5 if arithmetic.dtype == torch.float32 else 3e-2)


@pytest.mark.parametrize("arithmetic", arithmetics(), ids=lambda a: f"{a.name}-{type(a).__name__}")
def test_prompts_together_equal_prompts_alone(kernel, arithmetic) -> None:
    made, n = decoder(), PROMPTS_AT_ONCE + 3
    asked = question(n)
    made.decoding = Decoding(made, arithmetic)
    masks, quality = answer(made, asked, False)
    for i in range(n):
        alone = {**asked, "sparse_prompt_embeddings": asked["sparse_prompt_embeddings"][i : i + 1]}
        mask, score = answer(made, alone, False)
        limit = 1e-5 if arithmetic.dtype == torch.float32 else 1e-2
        assert relative(masks[i], mask[0]) < limit
        assert float((quality[i] - score[0]).abs()) < limit


def test_without_it_the_decoder_computes_as_it_is_written() -> None:
    made, asked = decoder(), question(2)
    wanted = made(**asked, multimask_output=True)
    got = answer(made, asked, True)
    assert all(torch.equal(a, b) for a, b in zip(got, wanted, strict=True))


def test_training_does_not_notice_it() -> None:
    made, asked = decoder().requires_grad_(True), question(2)
    plain = torch.autograd.grad(
        made(**asked, multimask_output=False)[0].square().mean(), list(made.parameters()), allow_unused=True
    )
    names = list(made.state_dict())
    made.decoding = Decoding(made, Packed(torch.float32))
    laid = torch.autograd.grad(
        made(**asked, multimask_output=False)[0].square().mean(), list(made.parameters()), allow_unused=True
    )
    assert list(made.state_dict()) == names
    assert all((a is None and b is None) or torch.equal(a, b) for a, b in zip(plain, laid, strict=True))


def test_a_mask_prompt_changes_the_image_side() -> None:
    made, asked = decoder(), question(2)
    made.decoding = Decoding(made, PLAIN)
    one = answer(made, asked, False)[0]
    other = answer(made, {**asked, "dense_prompt_embeddings": -asked["dense_prompt_embeddings"]}, False)[0]
    assert relative(one, other) > 0.01


@pytest.mark.skipif(sys.platform != "linux", reason="the variables are oneDNN's on Linux")
def test_an_older_processor_decodes_all_the_same() -> None:
    code = (
        "import torch; from medsam.model import precision;"
        "from medsam.model.decoding import Decoding;"
        "from tests.model.test_decoding import answer, decoder, question, relative;"
        "made, asked = decoder(), question(2);"
        "wanted = made(**asked, multimask_output=False)[0];"
        "made.decoding = Decoding(made, precision._arithmetic('exact'));"
        "print(relative(answer(made, asked, False)[0], wanted) < 1e-5)"
    )
    assert said_by(code) == ["True"]


@pytest.mark.skipif(not native.dtypes(), reason="no kernel on this machine")
def test_a_helper_that_has_not_begun_is_not_waited_for() -> None:
    release = threading.Event()
    pool = native.pool(1)
    busy = pool.submit(release.wait)
    try:
        done = []
        together(lambda: done.append(1), 2)
        assert done == [1]
    finally:
        release.set()
        busy.result()
        pool.shutdown()
        native.pool.cache_clear()


@pytest.mark.skipif(not native.dtypes(), reason="no kernel on this machine")
def test_an_error_in_a_helper_is_told() -> None:
    started, both = threading.Event(), threading.Barrier(2, timeout=10)

    def work() -> None:
        both.wait()
        if threading.current_thread() is not threading.main_thread():
            started.set()
            raise ValueError("broken")

    try:
        with pytest.raises(ValueError, match="broken"):
            together(work, 2)
        assert started.is_set()
    finally:
        native.pool(1).shutdown()
        native.pool.cache_clear()


def test_the_number_of_threads_is_left_as_it_was() -> None:
    made, asked = decoder(), question(2)
    made.decoding = Decoding(made, PLAIN)
    before = torch.get_num_threads()
    try:
        masks = []
        for threads in (1, 2, 3):
            torch.set_num_threads(threads)
            masks.append(answer(made, asked, False)[0])
            assert torch.get_num_threads() == threads
        assert all(relative(one, masks[0]) < 1e-5 for one in masks)
        if native.dtypes():
            assert all(torch.equal(one, masks[0]) for one in masks)  # parts are added up in one order
    finally:
        torch.set_num_threads(before)
        for threads in (1, 2):
            native.pool(threads).shutdown()
        native.pool.cache_clear()
