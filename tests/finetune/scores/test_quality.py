"""Rank correlations of estimates with truths, and what is said where there are none."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from finetune.data.store import Store
from finetune.scores.evaluate import Evaluation, Settings, evaluate
from finetune.scores.protocols import Protocol
from finetune.scores.quality import quality, spearman
from tests.finetune.scores.test_evaluate import Known, tiny_zoom


@pytest.fixture(scope="module")
def result(store: Store) -> Evaluation:
    return evaluate(
        store,
        Known(tiny_zoom()),
        Protocol("box", 0.2),
        Settings("train", volumes=False),
        report=lambda _: None,
    )


def test_spearman_is_of_ranks_with_ties() -> None:
    one = np.array([1.0, 2, 3, 4, 5])
    assert spearman(one, np.exp(one)) == pytest.approx(1)
    assert spearman(one, -one) == pytest.approx(-1)
    # Ranks 1.5, 1.5, 3, 4, 5 against 1 to 5.
    assert spearman(np.array([1.0, 1, 3, 4, 5]), one) == pytest.approx(9.5 / np.sqrt(9.5 * 10))
    assert spearman(one, np.ones(5)) is None
    assert spearman(one[:4], one[:4]) is None


def test_estimates_that_order_like_the_truth(result: Evaluation) -> None:
    knowing = [dataclasses.replace(o, estimated=o.scores["network"].iou ** 2) for o in result.objects]
    patients = [o.case.group for o in knowing]
    found = quality(knowing, patients, 1)
    assert found["spearman_dice"] == pytest.approx(1) and found["spearman_iou"] == pytest.approx(1)
    assert found["spearman_dice_interval"] == pytest.approx((1, 1))
    assert 0.9 < found["correlation"] < 1
    assert sum(row["objects"] for row in found["modalities"]) == len(knowing)
    for row in found["modalities"]:
        mine = [o for o in knowing if o.case.modality == row["modality"]]
        assert row["mean_iou"] == pytest.approx(np.mean([o.scores["network"].iou for o in mine]))
        assert (row["spearman_dice"] is None) == (len(mine) < 5)
    wrong = [dataclasses.replace(o, estimated=1 - o.scores["network"].iou) for o in result.objects]
    assert quality(wrong, patients, 1)["spearman_dice"] == pytest.approx(-1)


def test_estimates_that_never_vary_correlate_with_nothing(result: Evaluation) -> None:
    found = quality(result.objects, [o.case.group for o in result.objects], 1)
    assert found["spearman_dice"] is None and found["correlation"] is None
    assert found["spearman_dice_interval"] is None
    true = np.mean([abs(0.9 - o.scores["network"].iou) for o in result.objects])
    assert found["mean_error"] == pytest.approx(true)
