"""``info``: the facts of a file, and never a patient's name."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from medsam.cli.info import lines, plain
from medsam.cli.main import main
from medsam.intensity import Window
from medsam.io import write_volume
from tests.phantoms import ct_phantom, write_ct_series


@pytest.fixture
def scan(tmp_path: Path) -> Path:
    """A CT as NIfTI."""
    write_volume(tmp_path / "scan.nii.gz", ct_phantom((12, 10, 6)))
    return tmp_path / "scan.nii.gz"


def test_the_facts_of_a_ct(scan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", str(scan)]) == 0
    said = capsys.readouterr().out
    facts = dict(line.split(None, 1) for line in said.splitlines() if len(line.split(None, 1)) == 2)
    assert facts["shape"] == "12 10 6"
    assert facts["orientation"] == "LPS"
    assert facts["modality"] == "CT"
    assert facts["unit"] == "HU"
    assert "2 2.5 5" in said


def test_json_holds_the_same(scan: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["info", "--json", str(scan)]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["shape"] == [12, 10, 6]
    assert facts["spacing_mm"] == [2.0, 2.5, 5.0]
    assert facts["minimum"] < -900 < 500 < facts["maximum"]


def test_a_folder_of_two_series_lists_them_without_the_patient(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for n in (1, 2):
        write_ct_series(
            tmp_path / f"series{n}",
            ct_phantom((12, 10, 4), seed=n),
            uid=f"1.2.826.0.1.3680043.8.498.{n}",
            PatientName="Doe^Jane",
            PatientID="4711-0815",
        )
    assert main(["info", str(tmp_path)]) == 0
    said = capsys.readouterr().out
    assert said.count("- uid") == 2
    assert main(["info", "--json", str(tmp_path / "series1")]) == 0
    said += capsys.readouterr().out
    assert json.loads(said[said.index("{") :])["shape"] == [12, 10, 4]
    assert "Doe" not in said and "Jane" not in said and "4711-0815" not in said


def test_what_is_no_image_is_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "notes.txt").write_text("hello")
    assert main(["info", str(tmp_path / "notes.txt")]) == 2
    said = capsys.readouterr()
    assert said.out == "" and "notes.txt" in said.err and said.err.count("\n") == 1
    assert str(tmp_path) not in said.err


def test_everything_becomes_plain() -> None:
    facts = {
        "window": Window(40, 400),
        "affine": np.eye(2),
        "count": np.int64(3),
        "nothing": float("nan"),
        "file": Path("a") / "b.nii",
        "planes": ("axial",),
    }
    assert json.loads(json.dumps(plain(facts), allow_nan=False)) == {
        "window": {"level": 40, "width": 400},
        "affine": [[1, 0], [0, 1]],
        "count": 3,
        "nothing": None,
        "file": "b.nii",
        "planes": ["axial"],
    }


def test_empty_facts_are_left_out() -> None:
    assert list(lines({"unit": "", "window": None, "notes": [], "is_picture": False, "maximum": 1.5})) == [
        "is picture  no",
        "maximum     1.5",
    ]
