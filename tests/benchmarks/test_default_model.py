"""The measurement of the embedded model, on small pictures and with its own weights."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import default_model as benchmark
from medsam.prompts import Box


def test_every_case_has_a_row_of_positive_times(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], repo_root: Path
) -> None:
    small = {
        "grey": ((40, 50), Box(5, 5, 20, 30)),
        "colour": ((40, 50, 3), Box(5, 5, 20, 30)),
    }
    monkeypatch.setattr(benchmark, "CASES", small)
    weights = repo_root / "pretrain" / "medsam_zoom.safetensors"
    monkeypatch.setattr(sys, "argv", ["benchmark", "--rounds", "2", "--weights", str(weights)])
    benchmark.main()
    head, *rows = [line for line in capsys.readouterr().out.splitlines() if line.startswith("| ")]
    assert "network ms" in head and [row.split("|")[1].strip() for row in rows] == list(small)
    for row in rows:
        crop, network, paste, whole, ratio = (float(cell) for cell in row.split("|")[2:-1])
        assert min(crop, network, paste) >= 0 and whole > 0 and ratio > 0
