"""``python -m benchmarks``: every question by name, one table of what they found."""

from __future__ import annotations

import json
import subprocess
import textwrap
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import __main__ as benchmarks
from benchmarks import _asking

Add = Callable[[str, str], None]

MEASURES = """
    from benchmarks._rows import row_of, tell
    print("a long story")
    tell([row_of("one step", [1.0, 1.0], [4.0, 4.0], "a rival", aim=0.5)])
    tell([row_of("two steps", [6.0], [4.0], "a rival", aim=0.5)])
"""


@pytest.fixture
def add(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Add:
    """Puts a question of two or three lines into a folder that is asked instead of the true one."""
    package = tmp_path / "questions"
    package.mkdir()
    monkeypatch.setattr(benchmarks, "HERE", package)
    monkeypatch.setattr(_asking, "PACKAGE", "questions")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))

    def write(name: str, code: str) -> None:
        (package / f"{name}.py").write_text(textwrap.dedent(code), encoding="utf-8")

    return write


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What was started alone."""
    commands: list[list[str]] = []

    def start(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command[2:])
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(benchmarks.subprocess, "run", start)
    return commands


def test_every_file_is_a_question() -> None:
    files = {path.name for path in Path(benchmarks.__file__).parent.glob("*.py")}
    # What questions share begins with an underscore.
    assert {f"{name}.py" for name in benchmarks.names()} == {f for f in files if not f.startswith("_")}
    assert benchmarks.names()


def test_all_are_asked_and_one_that_fails_is_a_row(
    add: Add, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add("broken", "open('/no/such/folder/notes.txt')")
    add("idle", "print('not measured: There is no card here.')")
    add("measured", MEASURES)
    assert benchmarks.main(["--out", str(tmp_path / "out")]) == 1
    said = capsys.readouterr()
    lines = {line.split()[0]: line for line in said.out.splitlines() if line}
    assert "failed: FileNotFoundError" in lines["broken"] and "'notes.txt'" in lines["broken"]
    assert "/no/such" not in said.out
    assert "  not measured: There is no card here." in lines["idle"]
    assert "a long story" not in said.out
    (one,) = [line for line in said.out.splitlines() if "one step" in line]
    assert one.split()[-5:] == ["rival", "0.25", "(0.25–0.25)", "0.5", "yes"]
    assert "2 figures; 1 of 2 aims reached; failed: broken." in said.out
    assert "[ 3/3] measured ... " in said.err and "2 figures" in said.err
    assert "| measured | two steps |" in (tmp_path / "out" / "bench.md").read_text(encoding="utf-8")
    found = json.loads((tmp_path / "out" / "bench.json").read_text(encoding="utf-8"))
    assert [q["name"] for q in found["questions"]] == ["broken", "idle", "measured"]
    assert [row["reached"] for row in found["questions"][2]["rows"]] == [True, False]
    assert {"processor", "memory", "graphics card", "Python", "torch", "threads"} <= set(found["facts"])
    assert {"load average before", "load average after", "date"} <= set(found["facts"])


def test_a_missed_aim_is_no_failure(add: Add, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    add("missed", MEASURES + "    raise SystemExit(3)\n")
    add("other", MEASURES)
    assert benchmarks.main(["--out", str(tmp_path / "out"), "missed", "other"]) == 0
    assert "4 figures; 2 of 4 aims reached." in capsys.readouterr().out


def test_verbose_shows_what_questions_say(
    add: Add, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    add("measured", MEASURES)
    assert benchmarks.main(["--verbose", "--out", str(tmp_path / "out")]) == 0
    assert "a long story" in capsys.readouterr().out


def test_one_is_asked_with_its_arguments(asked: list[list[str]]) -> None:
    name = benchmarks.names()[0]
    assert benchmarks.main([name, "--x", "1"]) == 0
    assert asked == [[f"benchmarks.{name}", "--x", "1"]]


def test_one_alone_ends_with_the_table_of_its_rows(
    asked: list[list[str]], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def start(command: list[str], env: dict[str, str], **options: Any) -> subprocess.CompletedProcess[str]:
        row = {"what": "a step", "ours": "1 s", "rival": "4 s", "against": "it", "ratio": 0.25}
        Path(env["MEDSAM_BENCH_ROWS"]).write_text(json.dumps(row) + "\n", encoding="utf-8")
        return subprocess.CompletedProcess(command, 3)

    monkeypatch.setattr(benchmarks.subprocess, "run", start)
    assert benchmarks.main(["scroll"]) == 0
    assert "0.25" in capsys.readouterr().out


def test_one_without_its_data_is_not_asked(
    asked: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setattr(benchmarks, "DATA", tmp_path / "none")
    name = min(benchmarks.NEEDS_DATA)
    assert benchmarks.main([name]) == 0
    assert asked == [] and "skipped" in capsys.readouterr().out
    monkeypatch.setattr(benchmarks, "DATA", tmp_path)
    assert benchmarks.main([name]) == 0
    assert benchmarks.main(["--quick", name]) == 0
    assert asked == [
        [f"benchmarks.{name}", str(tmp_path)],
        [f"benchmarks.{name}", str(tmp_path), *benchmarks.QUICK[name]],
    ]


def test_one_that_needs_words_says_which(asked: list[list[str]]) -> None:
    for name, words in benchmarks.NEEDS_WORDS.items():
        assert name in benchmarks.names()
        (answer,) = benchmarks.together([name], quick=False, verbose=False)
        assert words in answer.note and not answer.trouble and not asked


def test_an_unknown_one_is_refused(asked: list[list[str]], capsys: pytest.CaptureFixture[str]) -> None:
    assert benchmarks.main(["speed of light"]) == 2
    assert "speed of light" in capsys.readouterr().err and asked == []


def test_an_interruption_keeps_what_there_is(monkeypatch: pytest.MonkeyPatch) -> None:
    def ask(name: str, *_: object) -> benchmarks.Answer:
        if name == "strokes":
            raise KeyboardInterrupt
        return benchmarks.Answer(name, 1.0)

    monkeypatch.setattr(benchmarks, "ask", ask)
    answers = benchmarks.together(["scroll", "strokes", "gpu"], quick=True, verbose=False)
    assert [(a.name, a.trouble) for a in answers] == [("scroll", ""), ("strokes", "interrupted")]
