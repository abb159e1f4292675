"""``python -m finetune prepare``: exit codes, checks, settings."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finetune.__main__ import main


def test_a_store_is_made_and_said(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    store = tmp_path / "store"
    arguments = ["prepare", str(data), "--store", str(store), "--workers", "1"]
    assert main([*arguments, "--set", "prepare.least_area=100"]) == 0
    manifest = json.loads((store / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["settings"]["least_area"] == 100
    assert "13 cases (6 train, 3 val, 4 test)" in capsys.readouterr().err
    assert main([*arguments, "--recipe", "zoom"]) == 0
    manifest = json.loads((store / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["settings"]["other_axes_step"] == 2


def test_cases_that_fail_end_with_one(data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (data / "case0.png").write_bytes(b"")
    assert main(["prepare", str(data), "--check", "--workers", "1"]) == 1
    assert "discs-case0 failed: " in capsys.readouterr().err
    assert main(["prepare", str(data), "--store", str(tmp_path / "store"), "--workers", "1"]) == 1
    assert (tmp_path / "store" / "manifest.json").is_file()


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "name it with --store"),
        (["--store", "s", "--workers", "-1"], "At least one process"),
        (["--store", "s", "--set", "train.steps=5"], "Only settings of the table prepare"),
        (["--store", "s", "--set", "prepare.leastarea=5"], "prepare.leastarea"),
        (["--store", "s", "--recipe", "zooom"], "zooom"),
    ],
)
def test_what_cannot_be_done_is_one_line(
    data: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prepare", str(data), *arguments]) == 2
    said = capsys.readouterr().err.strip()
    assert says in said
    assert "\n" not in said
