"""The benchmark of candidates, on a tiny folder of data."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import candidates as benchmark
from tests.finetune.conftest import make_data


def test_the_table_has_a_row_for_each_noise(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    make_data(tmp_path / "data")
    out = tmp_path / "table.md"
    options = ["--noise", "0.02", "0.1", "--most", "4", "--out", str(out)]
    monkeypatch.setattr(sys, "argv", ["benchmark", str(tmp_path / "data"), *options])
    benchmark.main()
    rows = [line.strip("| ").split(" | ") for line in out.read_text(encoding="utf-8").splitlines()[2:]]
    assert [row[0] for row in rows] == ["0.02", "0.1"]
    for row in rows:
        count, plain, first, best = int(row[1]), *(float(cell) for cell in row[2:5])
        assert 1 <= count <= 4 and 0 <= plain <= 1 and 0 <= first <= best <= 1
        assert float(row[7]) > 0
    assert out.read_text(encoding="utf-8").strip() in capsys.readouterr().out


def test_some_are_taken_evenly() -> None:
    assert benchmark.some(list(range(10)), 4) == [0, 3, 6, 9]  # type: ignore[arg-type,comparison-overlap]
    assert benchmark.some([], 4) == []
