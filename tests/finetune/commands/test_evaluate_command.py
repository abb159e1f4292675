"""``python -m finetune evaluate``: every protocol through the command, and what it refuses."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from finetune.__main__ import main
from finetune.data.store import Store
from tests.finetune.run_folder import write_run
from tests.finetune.scores.test_evaluate import whole_zoom

CAN_ALL = {"prompts": ["box", "points", "mask"]}


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A run of a random network that takes everything, trained on "discs" of another store."""
    network: Any = whole_zoom().network
    folder = tmp_path_factory.mktemp("runs") / "run"
    return write_run(folder, network, **CAN_ALL, datasets={"discs": 5})


def _evaluate(store: Store, run: Path, stem: Path, *given: str) -> dict[str, Any]:
    asked = ["evaluate", "--store", str(store.folder), "--run", str(run), "--device", "cpu"]
    assert main([*asked, "--out", str(stem), *given]) == 0
    content: dict[str, Any] = json.loads(stem.with_name(f"{stem.name}.json").read_text(encoding="utf-8"))
    return content


def test_boxes_with_baselines_noise_and_sheet(
    store: Store, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cv2")
    given = ["--baselines", "--noise", "0.05,0,0.1", "--sheet"]
    data = _evaluate(store, run, tmp_path / "r", *given)
    assert list(data["mean"]) == ["network", "ellipse", "box", "otsu", "grabcut"]
    assert data["protocol"]["noise"] == 0.05 and data["protocol"]["baselines"] is True
    assert [row["noise"] for row in data["noise"]] == [0, 0.05, 0.1]
    assert data["noise"][1]["mean"] == data["mean"]
    said = capsys.readouterr().out
    assert "grabcut" in said and "boxes with 10 % noise" in said and "r-sheet.png" in said
    page = (tmp_path / "r.html").read_text(encoding="utf-8")
    for text in ("By noise of the box", "GrabCut", "Otsu", "Spearman", "data sets and patients are compared"):
        assert text in page
    with Image.open(tmp_path / "r-sheet.png") as sheet:
        assert sheet.width > 1000
    header = (tmp_path / "r.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "otsu_dice" in header and "grabcut_nsd" in header and "network_refused" in header


def test_corrections_have_a_row_a_click_from_none_on(
    store: Store, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = _evaluate(store, run, tmp_path / "c", "--protocol", "corrections", "--sheet")
    assert [row["click"] for row in data["clicks"]["network"]] == [0, 1, 2, 3]
    assert data["protocol"]["clicks"] == 3 and data["protocol"]["noise"] == 0.05
    first, *rest = data["clicks_by_modality"]
    assert first["modality"] == "" and len(first["dice"]) == len(first["intervals"]) == 4
    assert [row["modality"] for row in rest] == ["ct", "dermoscopy", "ultrasound"]
    assert first["dice"][-1] == pytest.approx(data["mean"]["network"])
    assert first["dice"] == pytest.approx([sum(r["dice"][n] for r in rest) / 3 for n in range(4)])
    assert "network_dice_click_0" in (tmp_path / "c.csv").read_text(encoding="utf-8")
    page = (tmp_path / "c.html").read_text(encoding="utf-8")
    assert "3 corrective clicks" in page and "mean over modalities" in page
    assert "the box that was given" in page and "after 0, 1 ... clicks" in capsys.readouterr().out


def test_background_is_reported_by_modality(
    store: Store, run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    data = _evaluate(store, run, tmp_path / "e", "--protocol", "empty", "--against", str(run))
    assert data["empty"]["network"] == data["empty"]["against"]
    assert data["protocol"]["prompt"] == "empty" and data["protocol"]["boxes"] > 0
    said = capsys.readouterr().out
    assert "refused" in said and "ultrasound" in said
    page = (tmp_path / "e.html").read_text(encoding="utf-8")
    assert "nothing here" in page and "Its training" in page
    assert not list(tmp_path.glob("e-*"))


def test_a_source_never_seen_is_scored_on_all_its_cases(store: Store, run: Path, tmp_path: Path) -> None:
    data = _evaluate(store, run, tmp_path / "l", "--split", "all", "--datasets", "tubes", "--no-page")
    assert data["protocol"]["cases"] == 3 and data["protocol"]["datasets"] == ["tubes"]
    training = data["weights"]["training"]
    assert training["never_seen"] == ["tubes"] and training["seen"] == []
    assert training["same_store"] is False


def test_weights_that_say_nothing_of_their_training_have_no_facts(store: Store, tmp_path: Path) -> None:
    stem = tmp_path / "d"
    given = ["--store", str(store.folder), "--out", str(stem), "--datasets", "ultrasound", "--no-volumes"]
    assert main(["evaluate", *given, "--device", "cpu"]) == 0
    data = json.loads(stem.with_suffix(".json").read_text(encoding="utf-8"))
    assert set(data["modalities"]["network"]) == {"ultrasound"}
    page = stem.with_suffix(".html").read_text(encoding="utf-8")
    assert ("Nothing here tells" in page) == (data["weights"]["training"] is None)


@pytest.mark.parametrize(
    ("given", "said"),
    [
        (["--split", "all"], "was trained on discs"),
        (["--datasets", "tubes,cubes"], "cubes came"),
        (["--noise", "a"], "several with commas"),
        (["--noise", "0.1,2"], "from 0 to 1"),
        (["--protocol", "corrections", "--noise", "0.1,0"], "a list of --noise belongs to the protocol box"),
        (["--protocol", "empty", "--sheet"], "--sheet belongs to"),
        (["--protocol", "empty", "--by", "sex"], "--by belongs to"),
        (["--protocol", "clicks", "--baselines"], "--baselines belongs to the protocol box"),
        (["--clicks", "2"], "--clicks belongs to"),
        (["--protocol", "corrections", "--clicks", "0"], "at least 1"),
    ],
)
def test_mistakes_are_told_in_one_line(
    store: Store,
    run: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    given: list[str],
    said: str,
) -> None:
    asked = ["evaluate", "--store", str(store.folder), "--run", str(run), "--device", "cpu"]
    assert main([*asked, "--out", str(tmp_path / "r"), *given]) == 2
    error = capsys.readouterr().err
    assert said in error and error.count("\n") == 1
    assert not list(tmp_path.iterdir())
