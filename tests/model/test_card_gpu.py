"""The check list for a graphics card: what could not be tried where there was none.

    python -m pytest -m gpu

Every test is skipped without a card that CUDA reaches. Beside these,
``python -m benchmarks.gpu`` measures.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor
from torch.utils._pytree import tree_map

from benchmarks import golden_errors
from benchmarks import gpu as benchmark
from medsam.inference.embedding_cache import EmbeddingCache
from medsam.inference.predictor import EmbeddingPredictor
from medsam.model import card, precision
from medsam.model.attention import attend
from medsam.model.build import build_sam
from medsam.model.card_attention import FORMS
from medsam.prompts import Box, Points, Prompts
from tests.model.test_golden import AMPLIFICATION

pytestmark = [
    pytest.mark.gpu,
    pytest.mark.timeout(900),
    pytest.mark.skipif(not torch.cuda.is_available(), reason="needs a graphics card that CUDA reaches"),
]

CUDA = torch.device("cuda")
BOXES = [Prompts(Box(300, 300, 700, 700)), Prompts(Box(100, 520, 420, 900)), Prompts(Box(560, 80, 960, 480))]


@pytest.fixture(scope="module")
def state() -> dict[str, Tensor]:
    """Weights of ViT-B that lose by low precision as trained ones do."""
    return benchmark.weights()[1]


@pytest.fixture(scope="module")
def pictures() -> list[np.ndarray]:
    """A photograph of 1024×1024 and what it becomes turned and mirrored."""
    whole = (benchmark.photograph()[0] * 255).byte().permute(1, 2, 0).numpy()
    return [
        np.ascontiguousarray(np.rot90(whole[:, ::mirror], turn)) for mirror in (1, -1) for turn in range(4)
    ]


@pytest.fixture(autouse=True)
def whole_memory() -> Iterator[None]:
    """Let every test have the whole card."""
    yield
    torch.cuda.set_per_process_memory_fraction(1.0)
    torch.cuda.empty_cache()


@pytest.fixture(scope="module")
def truth(state: dict[str, Tensor], pictures: list[np.ndarray]) -> list[tuple[Tensor, list[np.ndarray]]]:
    """Embeddings and masks of the first two pictures, in float32 on the processor."""
    predictor = benchmark.predictor_of(state, "exact", torch.device("cpu"))
    found = []
    for picture in pictures[:2]:
        predictor.set_image(picture)
        assert predictor._embedding is not None
        found.append((predictor._embedding, [p.masks[0] for p in predictor.predict_batch(BOXES)]))
    return found


def predictor_of(state: dict[str, Tensor], wanted: str = "auto") -> EmbeddingPredictor:
    made = benchmark.predictor_of(state, wanted, CUDA)
    made.cache = EmbeddingCache()
    return made


def iou(a: np.ndarray, b: np.ndarray) -> float:
    return float((a & b).sum() / max((a | b).sum(), 1))


class Away:
    """A module on the card, for arguments and answers on the processor."""

    def __init__(self, module: Any) -> None:
        self.module = module

    def __call__(self, *given: Any, **named: Any) -> Any:
        there, named_there = tree_map(_to(CUDA), (given, named))
        with card.exact_products(CUDA):
            return tree_map(_to(torch.device("cpu")), self.module(*there, **named_there))

    def get_dense_pe(self) -> Tensor:
        with card.exact_products(CUDA):
            return self.module.get_dense_pe().cpu()


def _to(device: torch.device) -> Any:
    return lambda x: x.to(device) if isinstance(x, Tensor) else x


@pytest.mark.parametrize("arch", ["vit_b", "lite"])
def test_exact_agrees_with_the_reference_outputs(arch: str) -> None:
    network: Any = golden_errors.reference_network(arch)
    precision.lay(network, "exact", "cuda")

    class There:
        image_size, arch = network.image_size, network.arch
        image_encoder, prompt_encoder = Away(network.image_encoder), Away(network.prompt_encoder)
        mask_decoder = Away(network.mask_decoder)

    with np.load(golden_errors.DATA / golden_errors.FILES[arch], allow_pickle=False) as reference:
        found = {
            name: golden_errors.relative_error(value, reference[name])
            for name, value in golden_errors.compute(There())  # type: ignore[arg-type]
            if name in reference
        }
    assert found["embedding_slice"] < 1e-5
    limit = max(golden_errors.LIMIT, AMPLIFICATION * found["embedding_slice"])
    assert {name: error for name, error in found.items() if not error < limit} == {}


@pytest.mark.parametrize(("wanted", "error", "least_iou"), [("exact", 1e-3, 0.999), ("auto", 3e-2, 0.985)])
def test_masks_agree_with_the_processor(
    wanted: str, error: float, least_iou: float, state: Any, pictures: Any, truth: Any
) -> None:
    predictor = predictor_of(state, wanted)
    for picture, (embedding, masks) in zip(pictures, truth, strict=False):
        predictor.set_image(picture)
        assert predictor._embedding is not None
        got = predictor._embedding.cpu()
        assert float((got - embedding).norm() / embedding.norm()) < error
        for prediction, mask in zip(predictor.predict_batch(BOXES), masks, strict=True):
            assert iou(prediction.masks[0], mask) >= least_iou


@pytest.mark.parametrize("dtype", [torch.float32, torch.bfloat16, torch.float16])
@pytest.mark.parametrize(
    ("shape", "size"), [((1, 12, 64), (64, 64)), ((25, 12, 64), (14, 14)), ((1, 16, 80), (64, 64))]
)
def test_attention_is_right_in_every_form_there_is(
    dtype: torch.dtype, shape: tuple[int, int, int], size: tuple[int, int]
) -> None:
    (n, heads, d), (h, w) = shape, size
    generator = torch.Generator().manual_seed(0)
    shapes = [(n, heads, h * w, d)] * 3 + [(2 * h - 1, d), (2 * w - 1, d)]
    q, k, v, table_h, table_w = (torch.randn(s, generator=generator).to(CUDA, dtype) for s in shapes)
    found: dict[str, float] = {}
    with torch.inference_mode(), card.exact_products(CUDA):
        first = (x[0, :2].double() for x in (q, k, v))
        wanted = attend(*first, table_h.double(), table_w.double(), size)  # type: ignore[arg-type, call-arg]
        for name, form in FORMS.items():
            try:
                got = form(q, k, v, table_h, table_w, size)
            except RuntimeError as fault:
                assert not card.is_card_lost(fault), f"{name}: {fault}"
                continue
            found[name] = float((got[0, :2].double() - wanted).norm() / wanted.norm())
    assert found["scores"] < (1e-5 if dtype == torch.float32 else 5e-2)
    if dtype == card.half_dtype(CUDA):
        assert {"bias", "product"} <= set(found), "the memory-efficient kernel takes both"
        assert all(error < 3e-2 for error in found.values()), found


def test_float32_is_not_rounded_where_it_shall_be_exact() -> None:
    a, b = (torch.randn(1024, 1024, device=CUDA) for _ in range(2))
    wanted = a.double() @ b.double()
    torch.backends.cuda.matmul.fp32_precision = "tf32"
    try:
        with card.exact_products(CUDA):
            assert float((a @ b - wanted).norm() / wanted.norm()) < 2e-6
    finally:
        torch.backends.cuda.matmul.fp32_precision = "none"


@pytest.mark.parametrize("wanted", ["exact", "auto"])
def test_what_is_replayed_is_what_is_computed(wanted: str, state: Any, pictures: Any) -> None:
    predictor, plain = predictor_of(state, wanted), predictor_of(state, wanted)
    plain._encoding._replay.forget()
    for picture in pictures:
        predictor.set_image(picture)
        plain.set_image(picture)
        assert predictor._embedding is not None and plain._embedding is not None
        assert float((predictor._embedding - plain._embedding).norm() / plain._embedding.norm()) < 1e-3
        several = predictor.predict_batch(BOXES)
        for prompts, together in zip(BOXES, several, strict=True):
            assert iou(predictor.predict(prompts).masks[0], together.masks[0]) > 0.99
    assert predictor._boxes is not None and predictor._boxes.recorded == 2
    assert predictor._encoding._replay.recorded == 1 or not predictor._encoding.batch.is_quick


def test_a_batch_gives_what_one_by_one_gives(state: Any, pictures: Any) -> None:
    predictor, alone = predictor_of(state), predictor_of(state)
    predictor.encode_all(pictures[:2])
    assert predictor.at_once > 1, "a card with room for two pictures takes them together"
    done: list[int] = []
    predictor.encode_all(pictures, done=done.append)
    assert done == list(range(len(pictures)))
    for picture in pictures[2:4]:
        predictor.set_image(picture)
        alone.set_image(picture)
        for a, b in zip(predictor.predict_batch(BOXES), alone.predict_batch(BOXES), strict=True):
            assert iou(a.masks[0], b.masks[0]) > 0.985


def test_a_full_card_halves_batches_and_is_left_at_last(state: Any, pictures: Any) -> None:
    predictor = predictor_of(state)
    predictor.encode_all(pictures[:2])
    predictor._encoding.batch._bytes = 1  # as if a picture took nothing: the batch will be too large
    total = torch.cuda.get_device_properties(CUDA).total_memory
    room = torch.cuda.memory_allocated() + 3 * 2**28
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(min(1.0, room / total))
    predictor.encode_all(pictures)
    assert all(predictor.is_encoded(picture) for picture in pictures)
    torch.cuda.empty_cache()
    torch.cuda.set_per_process_memory_fraction(min(1.0, torch.cuda.memory_allocated() / total))
    predictor.cache.clear()
    predictor._digest = ""
    predictor.set_image(pictures[0])
    assert predictor.device == torch.device("cpu") and "on the CPU from now on" in predictor.news
    assert predictor.predict(BOXES[0]).masks.any()


def test_numbers_too_large_for_half_precision_are_computed_exactly(
    state: Any, pictures: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(precision, "half_dtype", lambda device: torch.float16)
    larger = {name: value.clone() for name, value in state.items()}
    larger["image_encoder.blocks.0.mlp.lin1.weight"] *= 1e6
    predictor = predictor_of(larger, "fast")
    predictor.set_image(pictures[0])
    assert predictor.precision == "exact" and "exactly from now on" in predictor.news


def test_a_brief_network_leaves_its_matrices_to_the_processor(state: Any) -> None:
    torch.cuda.empty_cache()
    before = torch.cuda.memory_allocated()
    network = build_sam("vit_b").eval()
    network.load_state_dict(state)
    assert precision.lay(network, "fast", "cuda", keep_weights=False) == "fast"
    assert torch.cuda.memory_allocated() - before < 260 * 2**20


def test_every_kind_of_prompt_is_answered_on_the_card(state: Any, pictures: Any) -> None:
    predictor = predictor_of(state)
    object.__setattr__(predictor.card, "prompts", frozenset({"box", "points", "mask"}))
    predictor.set_image(pictures[0])
    box = BOXES[0].box
    assert predictor.predict(Prompts(points=Points.of([(500, 500)]))).masks.shape == (1, 1024, 1024)
    assert predictor.predict(Prompts(box, Points.of([(500, 500)]))).masks.shape == (1, 1024, 1024)
    assert len(predictor.candidates(BOXES[0]).masks) >= 1


def test_a_broken_card_is_recognised() -> None:
    code = (
        "import torch; from medsam.model.card import is_card_lost\n"
        "try:\n"
        "    torch.zeros(2, device='cuda')[torch.tensor([5], device='cuda')].cpu()\n"
        "except Exception as error:\n"
        "    print(is_card_lost(error))\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.split() == ["True"], done.stderr[-2000:]


def test_the_measurement_runs(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(sys, "argv", ["gpu", "--rounds", "2", "--most", "2"])
    assert benchmark.main() == 0
    assert "of a product" in capsys.readouterr().out
