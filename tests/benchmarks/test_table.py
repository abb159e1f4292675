"""The table of ratios, its rows, and lines that name no folder."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from benchmarks import _asking
from benchmarks._asking import ask, last_of, progress, without_folders
from benchmarks._machine import Machine
from benchmarks._rows import Row, number, read, row_of, tell
from benchmarks._table import HEAD, Answer, Report, aligned_rows


def test_a_ratio_is_the_median_of_the_rounds_ratios() -> None:
    row = row_of("a step", [1.0, 2.0, 9.0], [4.0, 4.0, 10.0], "it", aim=0.5, unit="ms", scale=1000)
    assert (row.ratio, row.least, row.most) == (0.5, 0.25, 0.9)
    assert (row.ours, row.rival) == ("2,000 ms", "4,000 ms") and row.reached
    with pytest.raises(ValueError):
        row_of("a step", [1.0], [4.0, 4.0], "it")


def test_a_limit_is_a_ratio_too() -> None:
    within, over = Row.within("p99", 8.0, 16.0, "ms"), Row.within("p99", 32.0, 16.0, "ms", "one frame")
    assert (within.ratio, within.reached, within.against) == (0.5, True, "allowed")
    assert (over.ratio, over.reached, over.against) == (2.0, False, "one frame")
    assert row_of("a step", [1.0], [4.0], "it").reached is None


def test_rows_told_are_rows_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    row = Row("a step", "1 s", "2 s", "it", 0.5, 0.4, 0.6, 0.5)
    tell([row])  # nobody makes a table
    monkeypatch.setenv("MEDSAM_BENCH_ROWS", str(tmp_path / "rows"))
    tell([row])
    tell([row, row])
    assert read(tmp_path / "rows") == [row, row, row]


def test_text_and_markdown_and_json_hold_the_same() -> None:
    row = Row("a|b", "1 s", "2 s", "it", 0.5, 0.4, 0.6, 0.4)
    report = Report(
        {"date": "today"}, [Answer("q", 2.0, [row], foreign=0.125), Answer("r", 0.0, note="no card")]
    )
    assert "date  today" in report.text() and "1 figure; 0 of 1 aim reached." in report.text()
    markdown = report.markdown().splitlines()
    assert "| q | a\\|b | 1 s | 2 s | it | 0.5 (0.4–0.6) | 0.4 | no |" in markdown
    assert "| r | not measured: no card |  |  |  |  |  |  |" in markdown
    assert "took meanwhile): q 2 s (0.12)." in report.text() and "q 2 s (0.12)." in report.markdown()
    assert json.loads(report.json())["questions"][0]["rows"][0]["reached"] is False


def test_columns_are_aligned_and_a_long_note_does_not_widen_them() -> None:
    rows = [Row("short", "1 s", "2 s", "it", 0.5), Row("longer words", "10 s", "2 s", "it", 5.0)]
    head, rule, *lines = aligned_rows([Answer("q", 1.0, rows), Answer("r", 0.0, trouble="x" * 200)])
    at = head.index("against")
    assert [line.index("it") for line in lines[:2]] == [at, at]
    assert lines[2].startswith("r  ") or lines[2].split()[:2] == ["r", "failed:"]
    assert len(rule) < 150 and all(word in head for word in HEAD)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.28512, "0.285"), (0.0213, "0.0213"), (12.345, "12.3"), (1234.5, "1,234"), (999.9, "1,000"), (2, "2")],
)
def test_three_digits_are_shown(value: float, text: str) -> None:
    assert number(value) == text


@pytest.mark.parametrize(
    ("line", "text"),
    [
        ("Error: '/home/x y/a.txt' and /one/two/b.py:3", "Error: 'a.txt' and b.py:3"),
        ("no file /tmp/folder/c.npz here", "no file c.npz here"),
        ("C:\\Users\\me\\d.txt is away", "d.txt is away"),
        ("3 of 4 s/sample, 1/2", "3 of 4 s/sample, 1/2"),
    ],
)
def test_paths_become_names(line: str, text: str) -> None:
    assert without_folders(line) == text


def test_the_last_words_are_found() -> None:
    assert last_of(["one", "two ", "", "  "]) == "two" and last_of([]) == ""


def test_progress_is_one_line_where_nobody_watches() -> None:
    out = io.StringIO()
    with progress("[1/2] scroll", out):
        pass
    assert out.getvalue() == "[1/2] scroll ... "


def test_a_question_that_does_not_exist_is_trouble() -> None:
    answer = ask("no_such_question")
    assert "no_such_question" in answer.trouble and not answer.rows


def test_a_question_that_is_stuck_ends_with_what_it_started(monkeypatch: pytest.MonkeyPatch) -> None:
    wait = "import time; time.sleep(120)"
    code = f"import subprocess, sys; subprocess.run([sys.executable, '-c', '{wait}'])"
    started: list[psutil.Process] = []
    true_end = _asking.end

    def end(process: subprocess.Popen[str]) -> None:
        started.extend(psutil.Process(process.pid).children(recursive=True))
        true_end(process)

    monkeypatch.setattr(_asking, "end", end)
    monkeypatch.setattr(_asking, "LIMIT", 5.0)
    status, _ = _asking.run([sys.executable, "-c", code], {}, verbose=False)
    assert status is None and started
    _, alive = psutil.wait_procs(started, timeout=30)
    assert not alive


def test_the_machine_is_told_without_its_name() -> None:
    import platform

    lines = Machine.here().lines
    assert {"processor", "instructions", "memory", "torch", "compiled kernel", "rivals"} <= set(lines)
    assert all(lines.values())
    assert not platform.node() or platform.node() not in " ".join(lines.values()).split()
    assert "/" not in lines["rivals"] + lines["torch"]
