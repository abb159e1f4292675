"""Jittered boxes, what counts as a different answer, and its order: with masks whose overlap is known."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from medsam.errors import ModelError, PromptError
from medsam.inference.candidates import choose, jittered
from medsam.inference.prediction import Prediction
from medsam.inference.predictor import Predictor, make_predictor
from medsam.prompts import Box, MaskPrompt, Points, Prompts
from tests.fakes import TinyWeights

HW = (40, 60)


def answer(
    *boxes: tuple[int, int, int, int], scores: list[float], presence: float = 1.0, empty: bool = False
) -> Prediction:
    """Filled rectangles x0, y0, x1, y1 as masks."""
    masks = np.zeros((len(boxes), *HW), bool)
    for mask, (x0, y0, x1, y1) in zip(masks, boxes, strict=True):
        mask[y0:y1, x0:x1] = True
    return Prediction(
        masks, np.array(scores, np.float32), np.zeros((len(boxes), 4, 4), np.float32), empty, presence
    )


class TestJitter:
    def test_the_given_box_comes_first_and_none_twice(self) -> None:
        box = Box(10.5, 12, 30, 33.25)
        boxes = jittered(box, HW)
        assert boxes[0] == box and len(set(boxes)) == len(boxes) == 8
        assert jittered(box, HW) == boxes, "no chance in it"

    def test_all_lie_on_the_picture_and_about_the_box(self) -> None:
        for box in (Box(0, 0, 60, 40), Box(0, 0, 3, 3), Box(57, 1, 60, 39), Box(20, 10, 21, 11)):
            for tried in jittered(box, HW)[1:]:
                assert tried == tried.clipped(HW) and min(tried.width, tried.height) >= 2
                assert tried.x0 < box.x1 and tried.x1 > box.x0
                assert tried.width <= 1.3 * box.width + 1e-6

    def test_a_box_of_one_pixel_stays(self) -> None:
        assert jittered(Box(20, 10, 21, 11), HW)[0] == Box(20, 10, 21, 11)


class TestChoice:
    def test_a_single_answer_has_no_agreement(self) -> None:
        found = choose([answer((5, 5, 20, 20), scores=[0.8])])
        assert found.masks.shape == (1, *HW) and found.scores.tolist() == pytest.approx([0.8])
        assert found.agreement is None and not found.disagreement.any() and not found.empty

    def test_nearly_equal_answers_become_one(self) -> None:
        same = [answer((5, 5, 25, 25), scores=[0.8]), answer((5, 5, 25, 25), scores=[0.9])]
        found = choose([*same, answer((5, 5, 25, 26), scores=[0.95])])
        assert len(found.masks) == 1
        assert found.masks[0].sum() == 400, "the mask of the box that was drawn stands for the others"
        assert found.scores.tolist() == pytest.approx([0.8])
        assert found.agreement is not None and 0.95 < found.agreement < 1

    def test_the_next_ones_are_those_that_differ_most(self) -> None:
        near, far = (5, 5, 23, 25), (5, 5, 12, 25)
        found = choose(
            [
                answer((5, 5, 25, 25), scores=[0.9]),
                answer(near, scores=[0.9]),
                answer((5, 5, 25, 24), scores=[0.9]),
                answer(far, scores=[0.8]),
            ],
            most=2,
        )
        assert [int(mask.sum()) for mask in found.masks] == [400, 140]

    def test_the_mask_of_the_prompt_as_given_is_first(self) -> None:
        small, large = (8, 8, 12, 12), (5, 5, 25, 25)
        found = choose(
            [answer(small, scores=[0.2]), answer(large, scores=[0.9]), answer(large, scores=[0.9])]
        )
        assert [int(mask.sum()) for mask in found.masks] == [16, 400]

    def test_the_next_are_weighed_by_quality_times_agreement(self) -> None:
        first, likely, unlikely = (5, 5, 25, 25), (5, 5, 18, 25), (12, 5, 25, 25)
        found = choose(
            [
                answer(first, scores=[0.9]),
                answer(likely, scores=[0.8]),
                answer(likely, scores=[0.8]),
                answer(unlikely, scores=[0.3]),
            ],
            most=2,
        )
        np.testing.assert_array_equal(found.masks[1], answer(likely, scores=[1]).masks[0])

    def test_the_first_is_what_predict_answers(self) -> None:
        heads = answer((8, 8, 12, 12), (5, 5, 25, 25), (5, 5, 25, 23), scores=[0.9, 0.8, 0.8])
        assert int(choose([heads]).masks[0].sum()) == 16
        nothing = answer((0, 0, 0, 0), scores=[0.9])
        assert int(choose([nothing, heads]).masks[0].sum()) > 16, "best by merit where it answers nothing"

    def test_at_most_three_that_differ(self) -> None:
        many = [answer((5, 5, 10 + 6 * n, 30), scores=[0.5 + 0.05 * n]) for n in range(6)]
        found = choose(many)
        assert len(found.masks) == 3
        for a in range(3):
            for b in range(a):
                union = (found.masks[a] | found.masks[b]).sum()
                assert (found.masks[a] & found.masks[b]).sum() / union <= 0.95
        assert len(choose(many, most=2).masks) == 2

    def test_disagreement_is_the_share_that_differs_from_the_first(self) -> None:
        wide = answer((5, 5, 25, 25), scores=[0.9])
        found = choose([wide, wide, wide, answer((5, 5, 15, 25), scores=[0.5]), wide])
        assert found.disagreement.dtype == np.uint8 and found.disagreement.shape == HW
        assert set(np.unique(found.disagreement)) == {0, round(255 / 4)}
        assert (found.disagreement[5:25, 15:25] > 0).all() and (found.disagreement > 0).sum() == 200

    def test_a_mask_without_a_pixel_is_no_candidate_beside_others(self) -> None:
        found = choose([answer((0, 0, 0, 0), scores=[0.99]), answer((5, 5, 25, 25), scores=[0.2])])
        assert [int(mask.sum()) for mask in found.masks] == [400]

    def test_nothing_at_all_is_one_empty_mask(self) -> None:
        found = choose([answer((0, 0, 0, 0), scores=[0.9], empty=True)] * 3)
        assert len(found.masks) == 1 and not found.masks.any() and found.empty
        assert not found.disagreement.any()

    def test_nothing_here_is_said_by_the_box_as_it_was_drawn(self) -> None:
        found = choose([answer((5, 5, 9, 9), scores=[0.9], empty=True), answer((5, 5, 25, 25), scores=[0.9])])
        assert found.empty and found.masks.any()

    def test_three_heads_are_three_candidates(self) -> None:
        heads = answer((5, 5, 25, 25), (5, 5, 15, 15), (5, 5, 30, 30), scores=[0.9, 0.8, 0.7])
        found = choose([heads])
        assert len(found.masks) == 3 and found.agreement is not None


def predictors() -> list[Any]:
    """Every kind of predictor, with what it takes."""
    return [
        pytest.param(TinyWeights.sam, {}, id="medsam"),
        pytest.param(TinyWeights.sam, {"kind": "sam", "candidates": 3}, id="sam"),
        pytest.param(TinyWeights.zoom, {}, id="zoom"),
        pytest.param(TinyWeights.zoom_with_clicks, {}, id="zoom_with_clicks"),
    ]


@pytest.fixture
def picture() -> np.ndarray:
    rows, cols = np.mgrid[:50, :40]
    return np.asarray(128 + 100 * np.sin(rows / 5) * np.cos(cols / 7), dtype=np.uint8)


def every_prompt(predictor: Predictor) -> list[Prompts]:
    """Prompts of all kinds and mixtures that the weights take."""
    points = [Points.of([(12, 20)]), Points.of([(14, 22), (16, 24)], [(2, 2)]), Points.of([(30, 9)])]
    mask = np.zeros((50, 40), bool)
    mask[10:30, 8:25] = True
    made = [Prompts(Box(5, 8, 30, 40)), Prompts(Box(2, 2, 20, 22.5)), Prompts(Box(5, 8, 30, 39))]
    if "points" in predictor.card.prompts:
        made += [Prompts(points=p) for p in points] + [Prompts(Box(5, 8, 30, 40), p) for p in points]
    if "mask" in predictor.card.prompts:
        told = MaskPrompt.from_mask(mask)
        made += [
            Prompts(mask=told),
            Prompts(Box(4, 4, 33, 36), points[0], told),
            Prompts(None, points[1], told),
        ]
        made += [
            Prompts(Box(6, 4, 33, 36), None, told),
            Prompts(Box(8, 4, 33, 36), None, MaskPrompt.from_mask(~mask)),
        ]
    return made


@pytest.mark.parametrize(("build", "options"), predictors())
def test_a_batch_answers_what_single_prompts_do(
    build: Callable[..., Any], options: dict[str, Any], picture: np.ndarray
) -> None:
    predictor = make_predictor(build(**options))
    predictor.set_image(picture)
    prompts = every_prompt(predictor)
    together = predictor.predict_batch(prompts)
    assert len(together) == len(prompts)
    for one, found in zip(prompts, together, strict=True):
        alone = predictor.predict(one)
        np.testing.assert_allclose(found.scores, alone.scores, atol=1e-5)
        np.testing.assert_allclose(found.logits, alone.logits, atol=1e-4)
        assert found.masks.shape == alone.masks.shape
        assert (found.masks != alone.masks).mean() < 1e-3


@pytest.mark.parametrize(("build", "options"), predictors())
def test_candidates_of_every_kind_of_prompt(
    build: Callable[..., Any], options: dict[str, Any], picture: np.ndarray
) -> None:
    predictor = make_predictor(build(**options))
    predictor.set_image(picture)
    for one in every_prompt(predictor):
        found = predictor.candidates(one)
        assert 1 <= len(found.masks) <= 3 and len(found.masks) == len(found.scores)
        assert found.disagreement.shape == (50, 40)
        assert found.empty == predictor.predict(one).empty
        again = predictor.candidates(one)
        np.testing.assert_array_equal(found.masks, again.masks)
        plain = predictor.predict(one).masks[0]
        assert (found.masks[0] != plain).mean() < 1e-3 or not plain.any()


def test_boxes_about_one_are_decoded_in_one_run(picture: np.ndarray) -> None:
    predictor = make_predictor(TinyWeights.sam())
    predictor.set_image(picture)
    runs: list[int] = []
    decode = predictor.network.mask_decoder.forward  # type: ignore[attr-defined]

    def counted(**given: torch.Tensor) -> Any:
        runs.append(given["sparse_prompt_embeddings"].shape[0])
        return decode(**given)

    predictor.network.mask_decoder.forward = counted  # type: ignore[attr-defined]
    predictor.candidates(Prompts(Box(5, 8, 30, 40)))
    assert runs == [8]


def test_one_candidate_is_the_plain_answer(picture: np.ndarray) -> None:
    predictor = make_predictor(TinyWeights.zoom())
    predictor.set_image(picture)
    found, plain = (
        f(Prompts(Box(5, 8, 30, 40))) for f in (lambda p: predictor.candidates(p, 1), predictor.predict)
    )
    np.testing.assert_array_equal(found.masks, plain.masks)
    assert found.agreement is None


def test_refusals_are_those_of_predict(picture: np.ndarray) -> None:
    predictor = make_predictor(TinyWeights.zoom())
    with pytest.raises(ModelError, match="set_image"):
        predictor.candidates(Prompts(Box(5, 8, 30, 40)))
    predictor.set_image(picture)
    with pytest.raises(PromptError, match="cover at least"):
        predictor.candidates(Prompts(Box(50, 8, 90, 40)))
    with pytest.raises(ModelError, match="points came"):
        predictor.predict_batch([Prompts(Box(5, 8, 30, 40)), Prompts(points=Points.of([(3, 3)]))])
