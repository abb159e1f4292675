"""Cards: figures with their protocol, licences of all that went in, and nothing of another run."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path
from typing import Any

import pytest

from finetune.data.store import CaseRecord
from finetune.release.model_card import model_card
from finetune.release.runs import read_run
from medsam.errors import InputError
from pretrain.own import card_lines
from tests.finetune.run_folder import micro_sam, write_run

CASE = CaseRecord(
    id="a",
    modality="ct",
    dataset="tubes",
    group="p1",
    split="train",
    kind="3d",
    image="a.nii",
    label="",
    licence="CC0-1.0",
    attributes={},
    shape=(4, 4, 4),
    spacing=(1.0, 1.0, 1.0),
    image_sha256="",
    label_sha256="",
    history=[],
    labels={},
)


def write_store(folder: Path, sha256: str) -> Path:
    """A manifest of five cases; no pictures, which a card needs none of."""
    cases = [
        CASE,
        dataclasses.replace(CASE, id="b", dataset="discs", licence=""),
        dataclasses.replace(CASE, id="c", group="p2", split="val"),
        dataclasses.replace(CASE, id="d", group="p2", split="val", licence="CC-BY-4.0"),
        dataclasses.replace(CASE, id="e", dataset="others", split="test", licence="Secret"),
    ]
    folder.mkdir()
    content = {"version": 2, "sha256": sha256, "cases": [case.to_dict() for case in cases]}
    (folder / "manifest.json").write_text(json.dumps(content))
    return folder


def write_report(path: Path, sha256: str, **changes: Any) -> Path:
    """A report with what a card reads of one."""
    content = {
        "protocol": {
            "sentence": "A box with noise.",
            "split": "test",
            "objects": 9,
            "patients": 4,
            "seed": 1,
        },
        "weights": {"sha256": sha256},
        "store": {"sha256": "5" * 64},
        "mean": {"network": 0.81234, "ellipse": 0.7},
        "mean_interval": {"network": [0.8, 0.83]},
        "modalities": {"network": {"ct": 0.81234}, "ellipse": {"ct": 0.7}},
        "date": "2026-01-01",
        **changes,
    }
    path.write_text(json.dumps(content))
    return path


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of its own weights."""
    return write_run(tmp_path / "run", micro_sam())


def test_a_card_says_what_is_known_of_the_run(run: Path) -> None:
    read = read_run(run)
    card = model_card(read, "Mine")
    assert json.loads(json.dumps(card)) == card
    assert card["validation_dice"] == 0.8765
    assert "5%" in card["validation"]["sentence"] and "chosen" in card["validation"]["sentence"]
    assert card["trained_on"] == {"datasets": {"discs": 12, "tubes": 3}, "store_sha256": "5" * 64}
    assert card["terms"] == "Research use only. Not a medical device."
    assert card["recipe"]["train"]["seed"] == card["seed"] == 2026
    assert card["best_sha256"] == read.sha256
    assert card["licence"] == "data not stated"
    assert set(card_lines(card)) == {"trained", "validation"}


def test_licences_of_start_and_data_stand_together(tmp_path: Path) -> None:
    start = {
        "model": "x.pth",
        "model_title": "MedSAM",
        "model_licence": "Apache-2.0",
        "model_sha256": "1" * 64,
    }
    run = read_run(write_run(tmp_path / "run", micro_sam(), **start))
    card = model_card(run, "Mine", store=write_store(tmp_path / "store", "5" * 64))
    assert card["licences"] == {"MedSAM": "Apache-2.0", "discs": "not stated", "tubes": "CC-BY-4.0, CC0-1.0"}
    assert card["licence"] == "Apache-2.0; not stated; CC-BY-4.0, CC0-1.0"
    assert card["trained_on"]["splits"] == {
        "train": {"cases": 2, "groups": 2},
        "val": {"cases": 2, "groups": 1},
        "test": {"cases": 1, "groups": 1},
    }
    assert "private" not in json.dumps(card)
    assert card["recipe"]["model"] == "x.pth"
    assert card["started_from"] == {"title": "MedSAM", "sha256": "1" * 64}


def test_another_runs_store_is_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="another store"):
        model_card(read_run(run), "Mine", store=write_store(tmp_path / "store", "6" * 64))


def test_scores_are_taken_from_a_report_of_these_weights(run: Path, tmp_path: Path) -> None:
    read = read_run(run)
    card = model_card(read, "Mine", evaluation=write_report(tmp_path / "r.json", read.sha256))
    assert (card["evaluation"]["dice"], card["evaluation"]["modalities"]) == (0.8123, {"ct": 0.8123})
    assert card["evaluation"]["sentence"] == ("On the test split, 9 objects of 4 patients. A box with noise.")
    assert card_lines(card)["evaluation"].startswith("Dice 0.812. On the test split")


def test_a_report_of_other_weights_is_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="other weights"):
        model_card(read_run(run), "Mine", evaluation=write_report(tmp_path / "r.json", "0" * 64))


@pytest.mark.parametrize("change", [{"mean": {}}, {"protocol": 3}, {"modalities": {"network": {"ct": None}}}])
def test_a_report_that_is_none_is_a_sentence(run: Path, tmp_path: Path, change: dict[str, Any]) -> None:
    read = read_run(run)
    with pytest.raises(InputError, match=r"r\.json is none"):
        model_card(read, "Mine", evaluation=write_report(tmp_path / "r.json", read.sha256, **change))
    with pytest.raises(InputError, match=r"absent\.json"):
        model_card(read, "Mine", evaluation=tmp_path / "absent.json")
