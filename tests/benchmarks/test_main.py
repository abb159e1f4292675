"""``python -m benchmarks``: every question by name, each in a process of its own."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as benchmarks


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What was started; those that hold "fails" end with 1."""
    commands: list[list[str]] = []

    def start(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command[2:])
        return subprocess.CompletedProcess(command, 1 if "fails" in command[2] else 0)

    monkeypatch.setattr(benchmarks.subprocess, "run", start)
    return commands


def test_every_file_is_a_question() -> None:
    files = {path.name for path in Path(benchmarks.__file__).parent.glob("*.py")}
    # What questions share begins with an underscore.
    assert {f"{name}.py" for name in benchmarks.names()} == {f for f in files if not f.startswith("_")}
    assert benchmarks.names()


def test_one_is_asked_with_its_arguments(asked: list[list[str]]) -> None:
    name = benchmarks.names()[0]
    assert benchmarks.main([name, "--x", "1"]) == 0
    assert asked == [[f"benchmarks.{name}", "--x", "1"]]


def test_all_are_asked_even_if_one_fails(asked: list[list[str]], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(benchmarks, "names", lambda: ["a", "fails", "z"])
    assert benchmarks.main([]) == 1
    assert asked == [["benchmarks.a"], ["benchmarks.fails"], ["benchmarks.z"]]


def test_one_without_its_data_is_skipped(
    asked: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(benchmarks, "DATA", tmp_path / "none")
    name = next(iter(benchmarks.NEEDS_DATA))
    assert benchmarks.main([name]) == 0
    assert asked == [] and "skipped" in capsys.readouterr().out
    monkeypatch.setattr(benchmarks, "DATA", tmp_path)
    assert benchmarks.main([name]) == 0
    assert asked == [[f"benchmarks.{name}", str(tmp_path)]]


def test_an_unknown_one_is_refused(asked: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmarks.main(["speed of light"]) == 2
    assert "speed of light" in capsys.readouterr().err and asked == []


def test_one_that_needs_more_is_skipped_with_a_line(asked: list[list[str]], capsys) -> None:
    for name, words in benchmarks.NEEDS_WORDS.items():
        assert name in benchmarks.names()
        assert benchmarks.ask(name, []) == 0 and not asked
        assert words in capsys.readouterr().out
