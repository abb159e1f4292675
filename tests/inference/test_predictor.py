"""Both kinds of predictor on tiny networks: caching, prompts, ranking, refusals."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch

from medsam.errors import Cancelled, InputError, ModelError, PromptError
from medsam.inference.embedding_cache import EmbeddingCache
from medsam.inference.predictor import EmbeddingPredictor, Prediction, ZoomPredictor, make_predictor
from medsam.inference.transforms import box_to_input, encode_input, masks_from_logits
from medsam.inference.zoom_predictor import OUTSIDE
from medsam.prompts import Box, MaskPrompt, Points, Prompts
from tests.fakes import TinyWeights

BOX = Prompts(Box(5, 8, 30, 40))


@pytest.fixture
def picture() -> np.ndarray:
    rows, cols = np.mgrid[:50, :40]
    return np.asarray(128 + 100 * np.sin(rows / 5) * np.cos(cols / 7), dtype=np.uint8)


@pytest.fixture
def predictor() -> EmbeddingPredictor:
    made = make_predictor(TinyWeights.sam())
    assert isinstance(made, EmbeddingPredictor)
    return made


def count_encodings(predictor: EmbeddingPredictor) -> list[int]:
    """A list that grows by one with every run of the image encoder."""
    runs: list[int] = []
    forward = predictor.network.image_encoder.forward

    def counted(x: torch.Tensor, check: Callable[[], None] | None = None) -> Any:
        runs.append(1)
        return forward(x, check)

    predictor.network.image_encoder.forward = counted
    return runs


def fixed_decoder(predictor: EmbeddingPredictor, low_res: torch.Tensor, scores: list[float]) -> None:
    """Have the mask decoder answer the same logits (N, h, w) whatever it is asked."""
    predictor.network.mask_decoder.forward = lambda **_: (low_res[None], torch.tensor([scores]))


def test_a_box_gives_one_mask_of_picture_size(predictor: EmbeddingPredictor, picture: np.ndarray) -> None:
    predictor.set_image(picture)
    got = predictor.predict(BOX)
    assert isinstance(got, Prediction)
    assert got.masks.shape == (1, 50, 40)
    assert got.masks.dtype == bool
    assert got.scores.shape == (1,)
    assert got.logits.shape == (1, 16, 16)


def test_prediction_equals_the_network_called_by_hand(
    predictor: EmbeddingPredictor, picture: np.ndarray
) -> None:
    predictor.set_image(picture)
    got = predictor.predict(BOX)
    network, pp = predictor.network, predictor.preprocessing
    assert BOX.box is not None
    with torch.inference_mode():
        embedding = network.image_encoder(encode_input(picture, pp)).half().float()
        sparse, dense = network.prompt_encoder(boxes=box_to_input(BOX.box, (50, 40), pp))
        low_res, scores = network.mask_decoder(
            embedding, network.prompt_encoder.get_dense_pe(), sparse, dense, multimask_output=False
        )
    assert np.allclose(got.logits, low_res[0].numpy(), atol=1e-5)
    assert np.array_equal(got.masks, (masks_from_logits(low_res[0], (50, 40), pp) > 0).numpy())
    assert got.scores[0] == pytest.approx(float(scores[0, 0].clamp(0, 1)), abs=1e-5)


def test_the_same_picture_is_encoded_once(predictor: EmbeddingPredictor, picture: np.ndarray) -> None:
    runs = count_encodings(predictor)
    predictor.set_image(picture)
    predictor.set_image(picture.copy())
    predictor.set_image(255 - picture)
    predictor.set_image(picture)
    assert len(runs) == 2


def test_a_picture_changed_in_place_is_another_picture(
    predictor: EmbeddingPredictor, picture: np.ndarray
) -> None:
    runs = count_encodings(predictor)
    predictor.set_image(picture)
    picture[0, 0] += 1
    assert not predictor.is_encoded(picture)
    predictor.set_image(picture)
    assert len(runs) == 2


def test_is_encoded_says_whether_set_image_is_quick(
    predictor: EmbeddingPredictor, picture: np.ndarray
) -> None:
    assert not predictor.is_encoded(picture)
    predictor.set_image(picture)
    predictor.set_image(255 - picture)
    assert predictor.is_encoded(picture)


def test_predictors_of_other_weights_share_a_cache_without_mixing(picture: np.ndarray) -> None:
    cache = EmbeddingCache()
    first = make_predictor(TinyWeights.sam("first"), cache)
    second = make_predictor(TinyWeights.sam("second", seed=1), cache)
    first.set_image(picture)
    assert first.is_encoded(picture)
    assert not second.is_encoded(picture)


def test_masks_are_the_same_from_the_cache_as_fresh(
    predictor: EmbeddingPredictor, picture: np.ndarray
) -> None:
    predictor.set_image(picture)
    fresh = predictor.predict(BOX)
    predictor.set_image(255 - picture)
    predictor.set_image(picture)
    again = predictor.predict(BOX)
    assert np.array_equal(fresh.logits, again.logits)
    assert np.array_equal(fresh.masks, again.masks)


def test_a_cancelled_encoding_keeps_the_previous_picture(
    predictor: EmbeddingPredictor, picture: np.ndarray
) -> None:
    predictor.set_image(picture)
    before = predictor.predict(BOX)

    def stop() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        predictor.set_image(255 - picture, stop)
    assert not predictor.is_encoded(255 - picture)
    assert np.array_equal(predictor.predict(BOX).logits, before.logits)


def test_candidates_are_ranked_best_first(picture: np.ndarray) -> None:
    predictor = make_predictor(TinyWeights.sam(candidates=3))
    assert isinstance(predictor, EmbeddingPredictor)
    predictor.set_image(picture)
    low_res = torch.stack([torch.full((16, 16), float(v)) for v in (1, 2, 3)])
    fixed_decoder(predictor, low_res, [0.2, 0.9, 0.5])
    got = predictor.predict(BOX)
    assert got.scores.tolist() == pytest.approx([0.9, 0.5, 0.2])
    assert got.logits[:, 0, 0].tolist() == [2.0, 3.0, 1.0]


def test_an_empty_candidate_comes_last_whatever_its_score(picture: np.ndarray) -> None:
    predictor = make_predictor(TinyWeights.sam(candidates=3))
    assert isinstance(predictor, EmbeddingPredictor)
    predictor.set_image(picture)
    low_res = torch.stack([torch.full((16, 16), float(v)) for v in (-1, 1, -1)])
    fixed_decoder(predictor, low_res, [0.9, 0.3, 0.5])
    got = predictor.predict(BOX)
    assert got.masks.any(axis=(1, 2)).tolist() == [True, False, False]
    assert not got.empty


def test_nothing_found_is_said(predictor: EmbeddingPredictor, picture: np.ndarray) -> None:
    predictor.set_image(picture)
    fixed_decoder(predictor, torch.full((1, 16, 16), -3.0), [0.7])
    got = predictor.predict(BOX)
    assert got.empty
    assert not got.masks.any()


def test_padded_logits_are_cut_to_the_picture(picture: np.ndarray) -> None:
    predictor = make_predictor(TinyWeights.sam(kind="sam", candidates=3))
    predictor.set_image(picture)
    got = predictor.predict(Prompts(points=Points.of([(10, 10)])))
    assert got.masks.shape == (3, 50, 40)
    assert got.logits.shape == (3, 16, 13)


def test_a_previous_answer_can_be_the_next_prompt(picture: np.ndarray) -> None:
    predictor = make_predictor(TinyWeights.sam(kind="sam", candidates=3))
    predictor.set_image(picture)
    first = predictor.predict(Prompts(points=Points.of([(10, 10)], [(35, 45)])))
    second = predictor.predict(Prompts(mask=MaskPrompt(first.logits[0])))
    assert second.masks.shape == (3, 50, 40)
    assert not np.array_equal(first.logits, second.logits)


def test_points_are_refused_by_weights_that_take_boxes(
    predictor: EmbeddingPredictor, picture: np.ndarray
) -> None:
    predictor.set_image(picture)
    with pytest.raises(ModelError, match="Tiny takes a box; points came"):
        predictor.predict(Prompts(BOX.box, points=Points.of([(10, 10)])))


@pytest.mark.parametrize(
    ("prompts", "message"),
    [
        (Prompts(), "nothing came"),
        (Prompts(Box(30, 8, 5, 40)), "inverted"),
        (Prompts(Box(60, 8, 90, 40)), "at least 1 pixel"),
        (Prompts(points=Points((), ())), "nothing came"),
    ],
    ids=["none", "inverted", "outside", "no points"],
)
def test_prompts_that_ask_nothing_are_refused(
    predictor: EmbeddingPredictor, picture: np.ndarray, prompts: Prompts, message: str
) -> None:
    predictor.set_image(picture)
    with pytest.raises(PromptError, match=message):
        predictor.predict(prompts)


def test_points_outside_and_empty_masks_are_refused(picture: np.ndarray) -> None:
    predictor = make_predictor(TinyWeights.sam(kind="sam", candidates=3))
    predictor.set_image(picture)
    with pytest.raises(PromptError, match="41,10 does not"):
        predictor.predict(Prompts(points=Points.of([(41, 10)])))
    with pytest.raises(PromptError, match="previous mask"):
        predictor.predict(Prompts(mask=MaskPrompt(np.zeros((0, 4), np.float32))))


def test_a_box_beyond_the_border_is_clipped(predictor: EmbeddingPredictor, picture: np.ndarray) -> None:
    predictor.set_image(picture)
    beyond = predictor.predict(Prompts(Box(-20, 8, 30, 400)))
    inside = predictor.predict(Prompts(Box(0, 8, 30, 50)))
    assert np.array_equal(beyond.logits, inside.logits)


def test_predict_needs_a_picture_first(predictor: EmbeddingPredictor) -> None:
    with pytest.raises(ModelError, match="set_image first"):
        predictor.predict(BOX)


@pytest.mark.parametrize("make", [TinyWeights.sam, TinyWeights.zoom], ids=["embedding", "zoom"])
def test_only_8_bit_pictures_are_taken(make: Callable[[], Any]) -> None:
    with pytest.raises(InputError, match="8-bit"):
        make_predictor(make()).set_image(np.zeros((5, 5), np.float32))


def test_an_embedding_that_is_not_finite_is_an_error_and_not_kept(
    predictor: EmbeddingPredictor, picture: np.ndarray
) -> None:
    predictor.network.image_encoder.forward = lambda x, check=None: torch.full((1, 256, 4, 4), torch.nan)
    with pytest.raises(ModelError, match="finite"):
        predictor.set_image(picture)
    assert not predictor.is_encoded(picture)


@pytest.mark.parametrize("shape", [(50, 40), (50, 40, 3)], ids=["grey", "colour"])
def test_zoom_answers_without_encoding(shape: tuple[int, ...]) -> None:
    predictor = make_predictor(TinyWeights.zoom())
    assert isinstance(predictor, ZoomPredictor)
    assert not predictor.needs_encoding
    picture = np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)
    assert predictor.is_encoded(picture)
    predictor.set_image(picture)
    got = predictor.predict(BOX)
    assert got.masks.shape == (1, 50, 40)
    assert got.logits.shape == (1, 50, 40)
    # Only the surroundings of the box are looked at.
    assert (got.logits[0, :, 36:] == OUTSIDE).all()
    assert (got.logits[0, 8:40, 5:30] != OUTSIDE).all()


def test_zoom_needs_a_box(picture: np.ndarray) -> None:
    predictor = make_predictor(TinyWeights.zoom())
    predictor.set_image(picture)
    with pytest.raises(ModelError, match="takes a box"):
        predictor.predict(Prompts(points=Points.of([(10, 10)])))
