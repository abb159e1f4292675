"""``python -m finetune synthesise``: a folder that prepare takes beside others, and plain refusals."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from finetune.__main__ import main


def test_synthetic_and_real_cases_go_into_one_store(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made, store = tmp_path / "made", tmp_path / "store"
    assert main(["synthesise", "--out", str(made), "--seed", "3", "--only", "pet,mri", "--count", "1"]) == 0
    assert "pet: 1 pictures, 1 label maps" in capsys.readouterr().err
    assert main(["prepare", str(data), str(made), "--store", str(store), "--workers", "1"]) == 0
    manifest = json.loads((store / "manifest.json").read_text(encoding="utf-8"))
    datasets = {case["dataset"] for case in manifest["cases"]}
    assert {"synthetic_pet", "synthetic_mri"} < datasets
    assert len(manifest["cases"]) == 15


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (["--only", "pet,foo"], '"foo" came. Correct --only'),
        (["--only", ""], "none came"),
        (["--count", "0"], "count 0"),
        (["--seed", "-1"], "seed -1"),
    ],
)
def test_what_cannot_be_drawn_is_one_line(
    tmp_path: Path, arguments: list[str], says: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["synthesise", "--out", str(tmp_path / "made"), *arguments]) == 2
    said = capsys.readouterr().err.strip()
    assert says in said
    assert "\n" not in said
    assert not (tmp_path / "made").exists()


def test_one_folder_given_twice_is_refused(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["prepare", str(data), str(data), "--store", str(tmp_path / "store")]) == 2
    said = capsys.readouterr().err
    assert "Every data set has its own name" in said
    assert "data (1) and in data (2)" in said
