"""What a card is and can, its arithmetic forced on the processor, and recordings; all without a card.

``test_card_gpu`` has what needs one.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from typing import Any

import pytest
import torch
from torch import Tensor

from medsam.errors import InputError
from medsam.model import card, card_attention, card_graphs, precision
from medsam.model.attention import attend
from medsam.model.card_attention import FORMS, quickest
from medsam.model.card_encoder import CardEncoder
from medsam.model.card_graphs import Replay
from tests.model.test_precision import encoder
from tests.pretend_card import pretend

CPU = torch.device("cpu")
ERRORS = {torch.float32: 2e-6, torch.bfloat16: 2e-2, torch.float16: 3e-3}


@pytest.fixture(scope="module")
def expected() -> tuple[Tensor, Tensor]:
    """Two pictures and their embeddings in float64."""
    pictures = torch.rand(2, 3, 320, 320, generator=torch.Generator().manual_seed(1))
    with torch.inference_mode():
        return pictures, encoder().double().image_encoder(pictures.double())


def error(got: Tensor, wanted: Tensor) -> float:
    return float((got.double() - wanted).norm() / wanted.norm())


# --- what a card is ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("bfloat16", "capability", "wanted"),
    [(True, (9, 0), torch.bfloat16), (False, (7, 5), torch.float16), (False, (6, 1), None)],
)
def test_the_brief_format_is_what_the_card_itself_computes(
    bfloat16: bool, capability: tuple[int, int], wanted: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[dict[str, bool]] = []
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    monkeypatch.setattr(torch.cuda, "is_bf16_supported", lambda **named: asked.append(named) or bfloat16)
    monkeypatch.setattr(torch.cuda, "get_device_capability", lambda: capability)
    assert card.half_dtype("cuda") == wanted
    assert asked == [{"including_emulation": False}]
    assert card.half_dtype("cpu") is None and card.half_dtype("mps") is None
    assert precision.choose("auto", "cuda") == ("exact" if wanted is None else "fast")
    assert precision.choose("exact", "cuda") == "exact" and precision.choose("fast", "mps") == "exact"


def test_there_is_no_brief_format_without_a_card(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    assert card.half_dtype("cuda") is None


def test_products_are_exact_inside_and_as_before_outside() -> None:
    backends: Any = torch.backends
    places = (backends.cuda.matmul, backends.cudnn.conv)
    before = [place.fp32_precision for place in places]
    backends.cuda.matmul.fp32_precision = "tf32"
    try:
        with card.exact_products("cuda"):
            assert [place.fp32_precision for place in places] == ["ieee", "ieee"]
            with card.exact_products("cuda"):
                pass
            assert [place.fp32_precision for place in places] == ["ieee", "ieee"]
        assert backends.cuda.matmul.fp32_precision == "tf32"
        with pytest.raises(KeyError), card.exact_products("cuda"):
            raise KeyError
        assert backends.cuda.matmul.fp32_precision == "tf32"
        with card.exact_products("cpu"):
            assert backends.cuda.matmul.fp32_precision == "tf32"
    finally:
        for place, value in zip(places, before, strict=True):
            place.fp32_precision = value


def test_an_older_pytorch_is_told_in_its_own_words(monkeypatch: pytest.MonkeyPatch) -> None:
    class Switch:
        allow_tf32 = True

    class Cuda:
        matmul = Switch()

    class Backends:
        cuda, cudnn = Cuda(), Switch()

    monkeypatch.setattr(torch, "backends", Backends())
    with card.exact_products("cuda"):
        assert not Backends.cuda.matmul.allow_tf32 and not Backends.cudnn.allow_tf32
    assert Backends.cuda.matmul.allow_tf32 and Backends.cudnn.allow_tf32


def test_room_is_what_is_free_and_what_is_held_without_use(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "mem_get_info", lambda: (1000, 9000))
    monkeypatch.setattr(torch.cuda, "memory_reserved", lambda: 700)
    monkeypatch.setattr(torch.cuda, "memory_allocated", lambda: 300)
    assert card.free_bytes() == 1400


@pytest.mark.parametrize(
    ("fault", "is_full", "is_lost"),
    [
        (torch.OutOfMemoryError("CUDA out of memory. Tried to allocate"), True, False),
        (RuntimeError("MPS backend out of memory"), True, False),
        (RuntimeError("CUDA error: out of memory"), True, False),
        (
            RuntimeError("CUDA error: CUBLAS_STATUS_ALLOC_FAILED when calling `cublasCreate(handle)`"),
            True,
            False,
        ),
        (RuntimeError("CUDA error: an illegal memory access was encountered"), False, True),
        (RuntimeError("CUDA error: no kernel image is available for execution on the device"), False, True),
        (RuntimeError("cuDNN error: CUDNN_STATUS_INTERNAL_ERROR"), False, True),
        (torch.AcceleratorError("unspecified launch failure"), False, True),
        (RuntimeError("mat1 and mat2 shapes cannot be multiplied"), False, False),
        (ValueError("CUDA error"), False, False),
    ],
)
def test_faults_are_told_apart(fault: Exception, is_full: bool, is_lost: bool) -> None:
    assert (card.is_out_of_memory(fault), card.is_card_lost(fault)) == (is_full, is_lost)


# --- attention and encoder ----------------------------------------------------------


def attention_input(dtype: torch.dtype, size: tuple[int, int]) -> list[Tensor]:
    generator = torch.Generator().manual_seed(4)
    h, w = size
    shapes = [(3, 5, h * w, 16)] * 3 + [(2 * h - 1, 16), (2 * w - 1, 16)]
    return [torch.randn(s, generator=generator).to(dtype) for s in shapes]


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("size", [(14, 14), (6, 9)])
def test_every_form_of_attention_gives_the_same(name: str, size: tuple[int, int]) -> None:
    q, k, v, table_h, table_w = attention_input(torch.float64, size)
    flat = (x.flatten(0, 1) for x in (q, k, v))
    wanted = attend(*flat, table_h, table_w, size).view_as(q)  # type: ignore[arg-type, call-arg]
    assert error(FORMS[name](q, k, v, table_h, table_w, size), wanted) < 1e-12


def test_heads_share_the_room_for_their_bias(monkeypatch: pytest.MonkeyPatch) -> None:
    given = attention_input(torch.float64, (6, 9))
    whole = card_attention.by_bias(*given, (6, 9))  # type: ignore[arg-type, call-arg]
    monkeypatch.setattr(card_attention, "_BIAS_BYTES", 1)
    assert error(card_attention.by_bias(*given, (6, 9)), whole) < 1e-12  # type: ignore[arg-type, call-arg]


def test_a_kernel_is_asked_for_by_name_on_a_card_alone() -> None:
    class OnCard:
        is_cuda = True

    from torch.nn.attention import SDPBackend

    with card_attention._kernel(SDPBackend.MATH, OnCard()):  # type: ignore[arg-type]
        assert not torch.backends.cuda.flash_sdp_enabled()
    with card_attention._kernel(SDPBackend.MATH, torch.zeros(1)):
        assert torch.backends.cuda.flash_sdp_enabled()


def test_the_trial_takes_the_quickest_of_those_that_are_right(monkeypatch: pytest.MonkeyPatch) -> None:
    def wrong(q: Tensor, *_: Any) -> Tensor:
        return torch.zeros_like(q)

    def missing(*_: Any) -> Tensor:
        raise RuntimeError("No available kernel. Aborting execution.")

    def full(*_: Any) -> Tensor:
        raise torch.OutOfMemoryError

    forms = {
        "slow": FORMS["scores"],
        "wrong": wrong,
        "missing": missing,
        "full": full,
        "quick": FORMS["product"],
    }
    times = iter([3.0, 1.0])
    monkeypatch.setattr(card_attention, "FORMS", forms)
    monkeypatch.setattr(card_attention, "_seconds", lambda run, device: next(times))
    trial = quickest.__wrapped__
    assert trial(CPU, torch.float32, (2, 3, 8), (5, 5)) == "quick"
    monkeypatch.setattr(card_attention, "FORMS", {"missing": missing})
    assert trial(CPU, torch.bfloat16, (2, 3, 8), (5, 5)) == "scores"

    def lost(*_: Any) -> Tensor:
        raise RuntimeError("CUDA error: unspecified launch failure")

    monkeypatch.setattr(card_attention, "FORMS", {"lost": lost})
    with pytest.raises(RuntimeError, match="launch failure"):
        trial(CPU, torch.float32, (2, 3, 8), (5, 5))


def test_the_trial_runs_where_it_shall_decide() -> None:
    assert quickest.__wrapped__(CPU, torch.float32, (1, 2, 16), (6, 6)) in FORMS


@pytest.mark.parametrize("name", FORMS)
@pytest.mark.parametrize("dtype", ERRORS)
def test_the_encoder_agrees_within_its_rounding(name: str, dtype: torch.dtype, expected: Any) -> None:
    network = encoder().image_encoder
    pictures, reference = expected
    network.on_card = CardEncoder(network, dtype, CPU, name)
    with torch.inference_mode():
        got = network(pictures)
        one = network(pictures[1:])
    assert got.dtype == torch.float32 and got.is_contiguous()
    assert error(got, reference) < ERRORS[dtype] and error(one, reference[1:]) < ERRORS[dtype]


def test_training_goes_through_the_network_itself() -> None:
    network = encoder().image_encoder
    network.on_card = CardEncoder(network, torch.bfloat16, CPU, "scores")
    network(torch.rand(1, 3, 320, 320)).sum().backward()
    assert network.blocks[0].attn.qkv.weight.grad is not None


def test_what_enters_the_last_block_is_the_same(expected: Any) -> None:
    network = encoder().image_encoder
    pictures, _ = expected
    with torch.inference_mode():
        wanted = network.before_last(pictures)
        network.on_card = CardEncoder(network, torch.float32, CPU, "product")
        assert error(network.before_last(pictures), wanted.double()) < 2e-6
        with pytest.raises(InputError, match="320"):
            network(torch.zeros(1, 3, 64, 64))


def test_an_encoding_on_a_card_looks_up_between_blocks() -> None:
    network = encoder().image_encoder
    network.on_card = CardEncoder(network, torch.float32, CPU, "scores")
    calls: list[int] = []
    with torch.inference_mode():
        network(torch.zeros(1, 3, 320, 320), lambda: calls.append(1))
    assert len(calls) == len(network.blocks)


@pytest.mark.parametrize("keep", [False, True])
def test_laying_moves_the_matrices_out_and_back(
    keep: bool, expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    pretend(monkeypatch)
    monkeypatch.setattr(precision, "half_dtype", lambda device: torch.bfloat16)
    network, (pictures, reference) = encoder(), expected
    before = {name: value.clone() for name, value in network.state_dict().items()}
    assert precision.lay(network, "fastest", "cpu:0", keep_weights=keep) == "fast"
    with torch.inference_mode():
        half = network.image_encoder(pictures)
        assert 1e-4 < error(half, reference) < 2e-2
        assert precision.lay(network, "exact", "cpu:0", keep_weights=keep) == "exact"
        assert error(network.image_encoder(pictures), reference) < 2e-6
        after = network.state_dict()
        assert all(torch.equal(before[name], after[name]) for name in before), "nothing is lost on the way"
        assert precision.lay(network, "exact", "cpu") == "exact"
        assert network.image_encoder.on_card is None
        assert error(network.image_encoder(pictures), reference) < 2e-6


def test_other_encoders_stay_as_they_are_on_a_card(monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(monkeypatch)
    monkeypatch.setattr(precision, "half_dtype", lambda device: torch.bfloat16)
    assert precision.lay(torch.nn.Linear(3, 3), "fast", "cpu:0") == "exact"


# --- recordings -----------------------------------------------------------------------


class Recorder:
    """Stands in for CUDA's graphs: a replay computes anew into the tensors of the first time."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.records = self.replays = 0
        self.fault: Exception | None = None
        self.change = 1.0
        pretend(monkeypatch)
        monkeypatch.setattr(card_graphs, "record", self.record)

    def record(self, compute: Any, inputs: Any) -> tuple[Callable[[], None], tuple[Tensor, ...]]:
        self.records += 1
        if self.fault is not None:
            raise self.fault
        outputs = compute(*inputs)

        def replay() -> None:
            self.replays += 1
            for place, fresh in zip(outputs, compute(*inputs), strict=True):
                place.copy_(fresh * self.change)

        return replay, outputs


@pytest.fixture
def recorder(monkeypatch: pytest.MonkeyPatch) -> Iterator[Recorder]:
    with torch.inference_mode():
        yield Recorder(monkeypatch)


def double(x: Tensor) -> tuple[Tensor]:
    return (x * 2,)


def test_a_recording_answers_from_the_third_time_on(recorder: Recorder) -> None:
    replay = Replay(double, torch.device("cpu:0"))
    kept = [replay(torch.full((2,), float(n)))[0] for n in range(5)]
    assert [float(x[0]) for x in kept] == [0, 2, 4, 6, 8], "what was given is not overwritten"
    assert (recorder.records, recorder.replays) == (1, 4)  # one replay was compared with the real thing


def test_each_shape_has_its_recording_up_to_a_limit(recorder: Recorder) -> None:
    replay = Replay(double, torch.device("cpu:0"), most=2)
    for _ in range(3):
        for size in (1, 2, 3):
            assert replay(torch.ones(size))[0].tolist() == [2.0] * size
    assert replay.recorded == recorder.records == 2


@pytest.mark.parametrize("kind", ["fault", "wrong", "nan"])
def test_a_recording_that_fails_is_never_tried_again(kind: str, recorder: Recorder) -> None:
    recorder.fault = (
        RuntimeError("operation not permitted when stream is capturing") if kind == "fault" else None
    )
    recorder.change = {"wrong": 1.5, "nan": math.nan}.get(kind, 1.0)
    replay = Replay(double, torch.device("cpu:0"))
    for n in range(5):
        assert float(replay(torch.full((1,), float(n)))[0]) == 2 * n
    assert recorder.records == 1 and replay.recorded == 0


def test_forgetting_is_for_good(recorder: Recorder) -> None:
    replay = Replay(double, torch.device("cpu:0"))
    for _ in range(3):
        replay(torch.ones(1))
    replay.forget()
    for _ in range(3):
        replay(torch.ones(1))
    assert recorder.records == 1 and recorder.replays == 2 and replay.recorded == 0


def test_the_processor_records_nothing(recorder: Recorder) -> None:
    replay = Replay(double, CPU)
    for _ in range(4):
        replay(torch.ones(1))
    assert recorder.records == 0
