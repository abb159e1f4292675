"""Boxes on background: counted as answered, certain ones apart, objects refused beside them."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finetune.data.empty import EmptyTarget, empty_targets
from finetune.data.store import Store
from finetune.data.targets import targets
from finetune.scores.empty import EmptyEvaluation, evaluate_empty
from finetune.scores.evaluate import Settings
from finetune.scores.protocols import Protocol
from finetune.scores.report_empty import build_empty, write_empty_page, write_empty_tables
from finetune.scores.scoring import Prediction
from finetune.scores.statistics import wilson
from medsam.errors import Cancelled, InputError
from medsam.prompts import Prompts
from tests.finetune.scores.test_evaluate import Known, tiny_zoom


def _quiet(_: str) -> None:
    return None


class Bright(Known):
    """Sees an object where a box is brighter in its middle than the store's background."""

    def predict(self, picture_u8: np.ndarray, prompts: Prompts) -> Prediction:
        found = super().predict(picture_u8, prompts)
        assert prompts.box is not None
        x, y = prompts.box.center
        grey = picture_u8 if picture_u8.ndim == 2 else picture_u8[..., 0]
        presence = float(grey[int(y), int(x)]) / 255
        return Prediction(found.masks, found.scores, found.logits, presence < 0.4, presence)


@pytest.fixture(scope="module")
def result(store: Store) -> EmptyEvaluation:
    zoom = tiny_zoom()
    nothing = Known(zoom, lambda hw, prompts: np.zeros(hw, bool))
    return evaluate_empty(
        store, Bright(zoom), Protocol("empty"), Settings("train"), against=nothing, report=_quiet
    )


@pytest.fixture(scope="module")
def data(result: EmptyEvaluation) -> dict[str, Any]:
    return build_empty(result, {"recipe": "tiny"})


def test_every_box_and_every_object_is_asked_for_once(result: EmptyEvaluation, store: Store) -> None:
    assert [a.target for a in result.boxes] == empty_targets(store, "train", 1, 4)
    assert [a.target for a in result.objects] == targets(store, "train", 0.05, 1)
    assert len(result.milliseconds) == len(result.boxes) + len(result.objects)


def test_shares_count_what_was_answered(result: EmptyEvaluation, data: dict[str, Any]) -> None:
    found = data["empty"]["network"]
    certain = [a for a in result.boxes if isinstance(a.target, EmptyTarget) and a.target.certain]
    for key, asked in (
        ("nothing", certain),
        ("nothing_strict", result.boxes),
        ("refused", result.objects),
    ):
        count = sum(a.said["network"].nothing for a in asked)
        said = found["overall"][key]
        assert (said["count"], said["total"]) == (count, len(asked))
        assert (said["low"], said["high"]) == wilson(count, len(asked))
        for table in ("modalities", "datasets"):
            assert sum(row[key]["total"] for row in found[table]) == len(asked)
        shares = [row[key]["share"] for row in found["modalities"] if row[key]["total"]]
        assert found["overall"]["means"][key]["mean"] == pytest.approx(np.mean(shares))
    assert found["overall"]["nothing"]["share"] > 0.8 > 0.2 > found["overall"]["refused"]["share"]
    assert found["overall"]["auc"] > 0.95
    assert len(certain) == data["protocol"]["certain_boxes"] <= len(result.boxes)


def test_an_empty_mask_is_nothing_whatever_the_presence_says(data: dict[str, Any]) -> None:
    """The second network's masks never have a pixel, though it claims to be sure of each."""
    overall = data["empty"]["against"]["overall"]
    assert overall["nothing"]["share"] == overall["refused"]["share"] == 1.0
    assert overall["auc"] is None and overall["other_threshold"] is None


def test_the_curve_runs_from_none_to_all_and_holds_the_other_threshold(data: dict[str, Any]) -> None:
    found = data["empty"]["network"]
    curve = np.array(found["roc"])
    assert curve[0].tolist() == [0, 0] and curve[-1].tolist() == [1, 1]
    assert (np.diff(curve, axis=0) >= 0).all()
    other = found["overall"]["other_threshold"]
    assert other["refused"] <= 0.02
    place = np.abs(curve - [other["refused"], other["nothing"]]).max(1).argmin()
    assert curve[place] == pytest.approx([other["refused"], other["nothing"]], abs=1e-4)
    area = float(np.sum(np.diff(curve[:, 0]) * (curve[1:, 1] + curve[:-1, 1]) / 2))
    assert area == pytest.approx(found["overall"]["auc"], abs=1e-3)


def test_the_files_and_the_page(result: EmptyEvaluation, data: dict[str, Any], tmp_path: Path) -> None:
    written = write_empty_tables(result, data, tmp_path / "nothing")
    page = write_empty_page(result, data, tmp_path / "nothing.html").read_text(encoding="utf-8")
    assert [p.name for p in written] == ["nothing.json", "nothing.csv"]
    with written[1].open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    assert len(rows) == len(result.boxes) + len(result.objects)
    assert sum(int(r["network_nothing"]) for r in rows if r["kind"] == "object") == sum(
        a.said["network"].nothing for a in result.objects
    )
    content = json.loads(written[0].read_text(encoding="utf-8"))
    assert content["protocol"]["prompt"] == "empty" and content["protocol"]["noise"] == 0.05
    assert content["run"] == {"recipe": "tiny"}
    for said in (
        "certainly empty",
        "area under the ROC curve",
        "Micro &lt;b&gt;net&lt;/b&gt;",
        "false refusals",
    ):
        assert said in page
    assert "no estimate of presence" in page and "nan" not in page.replace("finance", "")


def test_a_split_without_background_or_objects_is_told(store: Store) -> None:
    with pytest.raises(InputError, match="boxes on background and objects of at least 100000 pixels"):
        evaluate_empty(
            store, Bright(tiny_zoom()), Protocol("empty"), Settings(least_area=100_000), report=_quiet
        )


def test_it_can_be_stopped(store: Store) -> None:
    with pytest.raises(Cancelled):
        evaluate_empty(
            store,
            Bright(tiny_zoom()),
            Protocol("empty"),
            Settings(),
            report=_quiet,
            is_cancelled=lambda: True,
        )
