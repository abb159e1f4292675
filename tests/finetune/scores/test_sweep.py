"""Several amounts of noise: the same objects, boxes moved farther, changes from the main row."""

from __future__ import annotations

import dataclasses

import pytest

from finetune.data.store import Store
from finetune.data.targets import targets
from finetune.scores.evaluate import Settings, evaluate
from finetune.scores.protocols import Protocol
from finetune.scores.report import build
from finetune.scores.sweep import sweep
from medsam.errors import Cancelled
from tests.finetune.scores.test_evaluate import Known, tiny_zoom


def _quiet(_: str) -> None:
    return None


def test_rows_equal_separate_evaluations(store: Store) -> None:
    scorer, settings = Known(tiny_zoom()), Settings("train", volumes=False)
    result = evaluate(store, scorer, Protocol("box", 0.05), settings, report=_quiet)
    asked = len(scorer.asked)
    rows = sweep(result, [0.0, 0.05, 0.2], _quiet)
    assert [row["noise"] for row in rows] == [0.0, 0.05, 0.2]
    assert [row["is_main"] for row in rows] == [False, True, False]
    assert len(scorer.asked) == 3 * asked
    for row in rows:
        alone = build(
            evaluate(store, scorer, Protocol("box", row["noise"]), settings, report=_quiet), noise=rows
        )
        assert row["objects"] == alone["protocol"]["objects"]
        for method in ("network", "ellipse", "box"):
            assert row["mean"][method] == pytest.approx(alone["mean"][method])
            assert row["interval"][method] == alone["mean_interval"][method]
            assert row["change"][method] == pytest.approx(row["mean"][method] - rows[1]["mean"][method])
    assert rows[0]["mean"]["ellipse"] > rows[1]["mean"]["ellipse"] > rows[2]["mean"]["ellipse"]
    assert set(rows[0]["modalities"]["network"]) == {"ct", "dermoscopy", "ultrasound"}


def test_boxes_move_in_one_direction_only_farther(store: Store) -> None:
    none, some, much = (targets(store, "train", noise, 1) for noise in (0.0, 0.02, 0.04))
    for a, b, c in zip(none, some, much, strict=True):
        for x, y, z in zip(a.box.xyxy, b.box.xyxy, c.box.xyxy, strict=True):
            assert z - x == pytest.approx(2 * (y - x), abs=1e-9)


def test_it_can_be_stopped(store: Store) -> None:
    result = evaluate(
        store, Known(tiny_zoom()), Protocol("box", 0.05), Settings(volumes=False), report=_quiet
    )
    with pytest.raises(Cancelled):
        sweep(result, [0.1], _quiet, lambda: True)
    assert len(sweep(result, [], _quiet)) == len(sweep(dataclasses.replace(result), [0.05], _quiet)) == 1
