"""Predictors with an arithmetic laid on: the same answers, and what a picture's prompts share."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch

from medsam.inference import predictor as module
from medsam.inference.predictor import EmbeddingPredictor, make_predictor
from medsam.inference.transforms import masks_from_logits, masks_over_picture
from medsam.model.preprocessing import Preprocessing
from medsam.prompts import Box, MaskPrompt, Points, Prompts
from tests.fakes import TinyWeights

BOX = Box(5, 8, 30, 40)


def picture(seed: int = 0) -> np.ndarray:
    made = np.random.default_rng(seed).integers(0, 256, (50, 40), dtype=np.uint8)
    made.flags.writeable = False
    return made


def made(precision: str | None, candidates: int = 3) -> EmbeddingPredictor:
    predictor = make_predictor(TinyWeights.sam(candidates=candidates), precision=precision)
    assert isinstance(predictor, EmbeddingPredictor)
    predictor.set_image(picture())
    return predictor


def count(holder: Any, name: str, monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """A list that grows by one with every call."""
    calls: list[int] = []
    real = getattr(holder, name)

    def counted(*args: Any, **named: Any) -> Any:
        calls.append(1)
        return real(*args, **named)

    monkeypatch.setattr(holder, name, counted)
    return calls


def questions() -> list[Prompts]:
    masks = [MaskPrompt(np.random.default_rng(n).normal(size=(16, 16)).astype(np.float32)) for n in range(2)]
    many = Points.of([(4 * n + 2.5, 9.5) for n in range(9)])
    return [
        Prompts(BOX),
        Prompts(points=Points.of([(10, 10)])),
        Prompts(BOX, mask=masks[0]),
        Prompts(Box(1, 1, 20, 20)),
        Prompts(mask=masks[0]),
        Prompts(Box(2, 9, 31, 44), mask=masks[1]),
        Prompts(BOX, many),
    ]


def test_exact_answers_are_those_of_the_network_as_written() -> None:
    plain, exact = made(None).predict_batch(questions()), made("exact").predict_batch(questions())
    for wanted, got in zip(plain, exact, strict=True):
        assert np.linalg.norm(got.logits - wanted.logits) < 1e-4 * np.linalg.norm(wanted.logits)
        np.testing.assert_allclose(got.scores, wanted.scores, atol=1e-4)
        assert (got.masks != wanted.masks).mean() < 1e-3


@pytest.mark.parametrize("precision", ["exact", "auto"])
def test_prompts_together_equal_prompts_alone(precision: str) -> None:
    predictor = made(precision)
    limit = 1e-4 if predictor.precision == "exact" else 3e-2
    for together, asked in zip(predictor.predict_batch(questions()), questions(), strict=True):
        alone = predictor.predict(asked)
        assert np.linalg.norm(together.logits - alone.logits) < limit * np.linalg.norm(alone.logits)


def test_what_prompts_share_is_made_once_a_picture_and_goes_with_it(monkeypatch) -> None:
    predictor = made("exact")
    looks = count(predictor.network.mask_decoder, "look", monkeypatch)
    for _ in range(3):
        predictor.predict(Prompts(BOX))
    assert len(looks) == 1
    predictor.predict(questions()[2])
    assert len(looks) == 2  # a mask makes the picture another, for this prompt alone
    first = predictor.predict(Prompts(BOX))
    assert len(looks) == 2
    predictor.set_image(picture(1))
    second = predictor.predict(Prompts(BOX))
    assert len(looks) == 3
    fresh = made("exact")
    fresh.set_image(picture(1))
    assert np.array_equal(second.logits, fresh.predict(Prompts(BOX)).logits)
    assert not np.array_equal(first.logits, second.logits)


def test_candidates_are_decoded_together(monkeypatch) -> None:
    predictor = made("exact", candidates=1)
    answers = count(predictor.network.mask_decoder, "answer", monkeypatch)
    assert len(predictor.candidates(Prompts(BOX)).masks) >= 1
    assert len(answers) == 1


def test_a_picture_seen_before_is_not_prepared_again(monkeypatch) -> None:
    predictor = made("exact")
    prepared = count(module, "encode_input", monkeypatch)
    predictor.set_image(picture(1))
    assert len(prepared) == 1
    for seed in (0, 1, 0):
        predictor.set_image(picture(seed))
        assert predictor.is_encoded(picture(seed))
    assert len(prepared) == 1


def test_remembered_keys_are_bounded(monkeypatch) -> None:
    monkeypatch.setattr(module, "_MOST_KEYS", 2)
    predictor = made("exact")
    for seed in range(1, 4):
        predictor.set_image(picture(seed))
    prepared = count(module, "encode_input", monkeypatch)
    assert predictor.is_encoded(picture(2)) and not prepared
    assert predictor.is_encoded(picture(0)) and prepared


@pytest.mark.parametrize("kind", ["medsam", "sam", "lite"])
def test_masks_are_where_logits_over_the_picture_are_positive(kind: str) -> None:
    low_res = torch.randn(3, 16, 16, generator=torch.Generator().manual_seed(0))
    pp = Preprocessing(kind, 64)  # type: ignore[arg-type]
    wanted = masks_from_logits(low_res, (50, 40), pp) > 0
    assert torch.equal(masks_over_picture(low_res, (50, 40), pp), wanted)
