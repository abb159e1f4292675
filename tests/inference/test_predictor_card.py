"""Predictors on a card: in batches, replayed, in 16-bit numbers, and off it when its memory does not do.

``tests.pretend_card`` stands in for it.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from medsam.errors import Cancelled, ModelError
from medsam.inference import prediction
from medsam.inference.embedding_cache import EmbeddingCache
from medsam.inference.predictor import EmbeddingPredictor, make_predictor
from medsam.model import precision
from medsam.prompts import Box, Points, Prompts
from tests import pretend_card
from tests.fakes import TinyWeights
from tests.pretend_card import CARD, FULL, PretendCard

BOX = Prompts(Box(5, 8, 30, 40))


def pictures(count: int) -> list[np.ndarray]:
    rng = np.random.default_rng(0)
    return [rng.integers(0, 256, (50, 40), dtype=np.uint8) for _ in range(count)]


@pytest.fixture
def on_card(monkeypatch: pytest.MonkeyPatch) -> Callable[..., EmbeddingPredictor]:
    """Makes predictors on the card that is none; it has room for ``free`` pictures."""
    there = PretendCard(monkeypatch)

    def make(wanted: str = "auto", free: int = 100, candidates: int = 1) -> EmbeddingPredictor:
        there.free = free
        made = make_predictor(there.put(TinyWeights.sam(candidates=candidates)), EmbeddingCache(), wanted)
        assert isinstance(made, EmbeddingPredictor)
        return made

    return make


def failing(
    predictor: EmbeddingPredictor, error: Exception, when: Callable[[torch.Tensor], bool]
) -> list[int]:
    """As ``pretend_card.failing``, of a predictor."""
    return pretend_card.failing(predictor.network, error, when, lambda: predictor.device == CARD)


def test_a_card_is_brief_by_itself_and_exact_if_asked(on_card: Any) -> None:
    plain = make_predictor(TinyWeights.sam())
    plain.set_image(pictures(1)[0])
    expected = plain.predict(BOX).logits
    for wanted, name, limit in (("exact", "exact", 2e-3), ("auto", "fast", 5e-2), ("fastest", "fast", 5e-2)):
        predictor = on_card(wanted)
        assert predictor.precision == name
        predictor.set_image(pictures(1)[0])
        got = predictor.predict(BOX).logits
        assert np.linalg.norm(got - expected) < limit * np.linalg.norm(expected)


def test_a_batch_gives_what_one_by_one_gives(on_card: Any) -> None:
    together, alone = on_card(), on_card()
    asked = pictures(7)
    sizes = failing(together, FULL, lambda x: False)
    told: list[int] = []
    together.encode_all(asked[:2], done=told.append)  # the first two are measured
    assert sizes == [1, 1] and together.at_once > 4
    together.encode_all(asked, done=told.append)
    assert sizes == [1, 1, 5] and told == [0, 1, *range(7)]
    for picture in asked:
        assert together.is_encoded(picture)
        together.set_image(picture)
        alone.set_image(picture)
        np.testing.assert_allclose(together.predict(BOX).logits, alone.predict(BOX).logits, atol=2e-2)
    assert sizes == [1, 1, 5], "nothing was encoded again"


def test_memory_bounds_a_batch(on_card: Any) -> None:
    predictor = on_card(free=3)
    sizes = failing(predictor, FULL, lambda x: False)
    predictor.encode_all(pictures(9))
    assert sizes == [1, 1, 3, 3, 1]


def test_a_batch_too_large_is_halved_and_stays_so(on_card: Any) -> None:
    predictor = on_card()
    sizes = failing(predictor, FULL, lambda x: len(x) > 2)
    asked = pictures(14)
    predictor.encode_all(asked)
    assert sizes[:2] == [1, 1] and max(sizes) == 12
    assert predictor.at_once <= 6 and predictor.device == CARD and not predictor.news
    assert all(predictor.is_encoded(picture) for picture in asked)
    before = len(sizes)
    predictor.encode_all(pictures(30)[14:])
    assert max(sizes[before:]) <= 6


def test_one_picture_too_large_gets_a_second_try(on_card: Any) -> None:
    predictor = on_card()
    tries = iter([True, False])
    sizes = failing(predictor, FULL, lambda x: next(tries))
    predictor.set_image(pictures(1)[0])
    assert sizes == [1, 1] and predictor.device == CARD and not predictor.news


def test_a_card_that_is_too_small_is_left_for_good(on_card: Any) -> None:
    predictor = on_card("exact")
    sizes = failing(predictor, FULL, lambda x: True)
    predictor.set_image(pictures(1)[0])
    assert len(sizes) == 3 and predictor.device == torch.device("cpu")
    assert "computes on the CPU from now on" in predictor.news
    assert predictor.network.image_encoder.on_card is None and predictor.at_once == 1
    plain = make_predictor(TinyWeights.sam(), precision="exact")
    plain.set_image(pictures(1)[0])
    np.testing.assert_allclose(predictor.predict(BOX).logits, plain.predict(BOX).logits, rtol=1e-3, atol=1e-4)


def test_the_precision_is_chosen_anew_on_the_processor(on_card: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    predictor = on_card("auto")
    real = precision.choose
    monkeypatch.setattr(
        "medsam.inference.predictor.choose",
        lambda wanted, device: "exact" if device == "cpu" else real(wanted, device),
    )
    failing(predictor, FULL, lambda x: True)
    asked = pictures(2)
    predictor.encode_all(asked)
    assert predictor.precision == "exact"
    assert all(predictor.is_encoded(picture) for picture in asked), "kept under what they were computed in"


def test_a_mask_is_answered_when_memory_ends_while_it_is_decoded(on_card: Any) -> None:
    predictor = on_card("exact")
    predictor.set_image(pictures(1)[0])
    expected = predictor.predict(BOX).masks
    real = predictor.network.mask_decoder.answer

    def answer(*args: Any) -> Any:
        if predictor.device == CARD:
            raise FULL
        return real(*args)

    predictor.network.mask_decoder.answer = answer
    assert np.array_equal(predictor.predict(BOX).masks, expected)
    assert predictor.device == torch.device("cpu") and predictor.news
    assert len(predictor.candidates(BOX).masks) >= 1


def test_other_faults_leave_the_card_alone(on_card: Any) -> None:
    predictor = on_card()
    failing(predictor, RuntimeError("CUDA error: an illegal memory access was encountered"), lambda x: True)
    with pytest.raises(RuntimeError, match="illegal"):
        predictor.set_image(pictures(1)[0])
    assert predictor.device == CARD and not predictor.news


def test_numbers_beyond_the_brief_format_are_computed_exactly(on_card: Any) -> None:
    predictor = on_card("fast")
    computed = predictor.network.image_encoder.on_card
    real = computed.embed
    computed.embed = lambda tokens: real(tokens) * float("inf")
    predictor.set_image(pictures(1)[0])
    assert predictor.precision == "exact" and "exactly from now on" in predictor.news
    assert predictor.is_encoded(pictures(1)[0])
    plain = make_predictor(TinyWeights.sam(), precision="exact")
    plain.set_image(pictures(1)[0])
    np.testing.assert_allclose(predictor.predict(BOX).logits, plain.predict(BOX).logits, rtol=1e-3, atol=1e-4)


def test_weights_that_are_damaged_are_an_error_still(on_card: Any) -> None:
    predictor = on_card("exact")
    predictor.network.image_encoder.pos_embed.data.fill_(float("nan"))
    with pytest.raises(ModelError, match="finite"):
        predictor.set_image(pictures(1)[0])


def test_a_check_comes_between_batches(on_card: Any) -> None:
    predictor = on_card(free=2)
    calls: list[int] = []
    done: list[int] = []

    def check() -> None:
        calls.append(1)
        if done and max(done) >= 3:
            raise Cancelled

    with pytest.raises(Cancelled):
        predictor.encode_all(pictures(9), check, done.append)
    assert done == [0, 1, 2, 3]


def test_boxes_are_replayed_once_they_came_twice(on_card: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    replays: list[int] = []

    def record(compute: Any, inputs: Any) -> Any:
        outputs = compute(*inputs)

        def replay() -> None:
            replays.append(1)
            for place, fresh in zip(outputs, compute(*inputs), strict=True):
                place.copy_(fresh)

        return replay, outputs

    monkeypatch.setattr("medsam.model.card_graphs.record", record)
    predictor, plain = on_card("exact"), make_predictor(TinyWeights.sam(), precision=None)
    for picture in pictures(5):
        predictor.set_image(picture)
        plain.set_image(picture)
        for box in (Box(5, 8, 30, 40), Box(1, 1, 20, 30)):
            got, expected = predictor.predict(Prompts(box)).logits, plain.predict(Prompts(box)).logits
            np.testing.assert_allclose(got, expected, rtol=2e-3, atol=2e-4)
    assert len(replays) >= 8


def test_on_the_processor_there_are_no_batches() -> None:
    predictor = make_predictor(TinyWeights.sam(candidates=3), precision="exact")
    told: list[int] = []
    predictor.encode_all(pictures(3), done=told.append)
    assert predictor.at_once == 1 and told == [0, 1, 2]
    predictor.predict(Prompts(points=Points.of([(3, 3)])))
    zoom = make_predictor(TinyWeights.zoom())
    zoom.encode_all(pictures(2), done=told.append)
    assert zoom.at_once == 1 and told[3:] == [0, 1]


def test_memory_that_ends_on_the_processor_is_told() -> None:
    predictor = make_predictor(TinyWeights.sam(), precision="exact")
    predictor.network.image_encoder.forward = lambda x, check=None: (_ for _ in ()).throw(MemoryError())
    with pytest.raises(MemoryError):
        predictor.set_image(pictures(1)[0])
    assert predictor.device == prediction._CPU
