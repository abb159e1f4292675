"""The benchmark's rows and scores, on a tiny folder of data and through the true command."""

from __future__ import annotations

import csv
import sys
from pathlib import Path

import numpy as np
import pytest

from benchmarks import predict_test_split as benchmark
from finetune.__main__ import main
from finetune.config import PrepareConfig
from finetune.data.prepare import prepare
from finetune.data.store import Store
from finetune.data.targets import means, targets
from tests.finetune.conftest import make_data


@pytest.fixture
def data(tmp_path: Path) -> Path:
    make_data(tmp_path / "data")
    return tmp_path / "data"


def test_each_object_is_a_row_of_the_picture_it_came_from(data: Path, tmp_path: Path) -> None:
    prepare(data, tmp_path / "store", PrepareConfig(), report=lambda _: None)
    store = Store(tmp_path / "store")
    found = benchmark.prompts(data, store, "test", 0.05, 1)
    assert [p.target for p in found] == targets(store, "test", 0.05, 1)
    assert len({p.id for p in found}) == len(found)
    for prompt in found:
        assert prompt.image.is_file()
        assert (prompt.slice is None) == (prompt.image.suffix == ".png")


def test_the_table_is_scored_from_the_files_of_the_command(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    seen: dict[tuple[str, str], np.ndarray] = {}
    true_score = benchmark.score

    def score(
        found: list[benchmark.Prompt], folder: Path, baselines: bool
    ) -> dict[tuple[str, str], np.ndarray]:
        with (folder / "prompts.csv").open(newline="") as handle:
            assert len(list(csv.DictReader(handle))) == len(found)
        seen.update(true_score(found, folder, baselines))
        return seen

    monkeypatch.setattr(benchmark, "score", score)
    out = tmp_path / "table.md"
    monkeypatch.setattr(sys, "argv", ["benchmark", str(data), "--noise", "0", "--out", str(out)])
    benchmark.main()
    text = out.read_text(encoding="utf-8")
    assert text.strip() in capsys.readouterr().out
    assert "test split, " in text and "seed 1" in text
    model, _ = means({key: rows[:, 0].tolist() for key, rows in seen.items()})
    fill, _ = means({key: rows[:, 2].tolist() for key, rows in seen.items()})
    assert f"| {model:.3f} |" in text.splitlines()[-1]
    # Discs on a plain ground: any network that sees them is far above their boxes.
    assert model > 0.9 > fill


def test_a_report_of_evaluate_is_compared_with(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("cv2")
    store = tmp_path / "store"
    prepare(data, store, PrepareConfig(), report=lambda _: None)
    stem = tmp_path / "report"
    given = ["--store", str(store), "--device", "cpu", "--no-page", "--no-volumes"]
    assert main(["evaluate", *given, "--out", str(stem)]) == 0
    common = ["benchmark", str(data), "--store", str(store), "--report", f"{stem}.json"]
    monkeypatch.setattr(sys, "argv", [*common, "--baselines"])
    benchmark.main()
    said = capsys.readouterr().out
    assert "| model | ellipse | box | otsu | grabcut | evaluate |" in said
    assert "from that of `evaluate`: 0.0000." in said
    mean = next(line for line in said.splitlines() if "mean over modalities**" in line)
    cells = [cell.strip() for cell in mean.split("|")]
    assert cells[4] == cells[-2]
    monkeypatch.setattr(sys, "argv", [*common, "--noise", "0.1"])
    with pytest.raises(SystemExit, match=r"another question: noise 0.05"):
        benchmark.main()
