"""The measurement of the journal makes, undoes, redoes and reopens real steps, and prints them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from benchmarks import journal


def test_every_kind_of_step_has_a_row(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    words = ["benchmark", "--size", "64", "--slices", "48", "--steps", "1010", "--folder"]
    monkeypatch.setattr(sys, "argv", [*words, str(tmp_path)])
    monkeypatch.setattr(journal, "MOST_MS", 10_000)
    monkeypatch.setattr(journal, "MOST_MB", 10_000)
    assert journal.main() == 0
    printed = capsys.readouterr().out
    for name in ("do", "undo", "redo"):
        for kind, count in (("stroke", 1000), ("block", 9), ("volume", 1)):
            (line,) = [text for text in printed.splitlines() if text.startswith(f"{name}, {kind}")]
            assert int(line.split()[2]) == count
    assert "bytes a step" in printed and "after a kill" in printed
    assert not list(tmp_path.iterdir())


def test_it_fails_where_the_promise_is_broken(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    words = ["benchmark", "--size", "64", "--slices", "48", "--steps", "20", "--json", "--folder"]
    monkeypatch.setattr(sys, "argv", [*words, str(tmp_path)])
    monkeypatch.setattr(journal, "MOST_MS", 1e-6)
    assert journal.main() == journal.MISSED
