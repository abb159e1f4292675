"""Several candidates for one prompt cost one call of the decoder, or of the zoom network, not one each."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from medsam.engine.jobs import LoadModel, MaskAnswer, Predict
from medsam.prompts import Box, MaskPrompt, Points, Prompts
from tests.engine.test_worker_inference import Bench, key

BOX = Box(4, 5, 20, 30)
POINTS = Points.of([(10, 12)], [])


def previous_mask() -> MaskPrompt:
    """A previous mask of the bench's picture, 40 rows and 30 columns."""
    import numpy as np

    mask = np.zeros((40, 30), bool)
    mask[6:20, 6:18] = True
    return MaskPrompt.from_mask(mask)


@pytest.fixture
def bench() -> Iterator[Bench]:
    made = Bench()
    made.run()
    yield made
    made.close()


def ask(bench: Bench, model: str, prompts: Prompts, sizes: list[int]) -> MaskAnswer:
    """Three candidates by a model; ``sizes`` gets the prompts of every call of its decoder."""
    bench.queue.put(LoadModel(101, model))
    bench.run()
    predictor: Any = bench.models.active
    if predictor.needs_encoding:
        decoder = predictor.network.mask_decoder
        answer = decoder.answer

        def counted(side: Any, sparse: Any, *rest: Any) -> Any:
            sizes.append(len(sparse))
            return answer(side, sparse, *rest)

        decoder.answer = counted
    else:
        answers = predictor._answers

        def noted(crops: Any) -> Any:
            sizes.append(len(crops))
            return answers(crops)

        predictor._answers = noted
    bench.queue.put(Predict(1, key(), prompts, candidates=3))
    (found,) = (m for m in bench.run() if isinstance(m, MaskAnswer) and not m.draft)
    return found


@pytest.mark.parametrize("model", ["tiny", "tiny_zoom", "tiny_zoom_clicks"])
def test_boxes_beside_the_given_one_go_through_the_network_together(bench: Bench, model: str) -> None:
    sizes: list[int] = []
    found = ask(bench, model, Prompts(BOX), sizes)
    assert len(sizes) == 1 and sizes[0] > 3
    assert found.agreement is not None


def test_several_heads_answer_in_one_call(bench: Bench) -> None:
    sizes: list[int] = []
    assert ask(bench, "general", Prompts(BOX, POINTS), sizes).agreement is not None
    assert sizes == [1]


def test_a_previous_mask_is_shared_by_all_boxes_of_a_call(bench: Bench) -> None:
    sizes: list[int] = []
    ask(bench, "tiny_zoom_clicks", Prompts(BOX, POINTS, previous_mask()), sizes)
    assert len(sizes) == 1 and sizes[0] > 3
