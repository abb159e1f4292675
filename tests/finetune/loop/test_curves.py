"""The curves of a run, from its tables."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from finetune.loop.curves import _smoothed, draw_curves, read_columns


def write_tables(folder: Path, rows: int) -> None:
    """Tables as a run writes them."""
    lines = ["step,epoch,samples,loss,dice,gradient,rate,samples_per_second,clock"]
    lines += [f"{10 * n},{n},{80 * n},{2 / n},{1 / n},{0.1 * n},{1e-4},50,1" for n in range(1, rows + 1)]
    (folder / "train.csv").write_text("\n".join(lines) + "\n")
    lines = ["step,mean,ct,mri"] + [f"{20 * n},{0.5},{0.4},{'' if n == 1 else 0.6}" for n in range(1, 3)]
    (folder / "validation.csv").write_text("\n".join(lines) + "\n")


def test_columns_are_numbers_and_gaps(tmp_path: Path) -> None:
    write_tables(tmp_path, 3)
    found = read_columns(tmp_path / "validation.csv")
    assert found["step"].tolist() == [20, 40]
    assert np.isnan(found["mri"][0]) and found["mri"][1] == 0.6
    assert read_columns(tmp_path / "absent.csv") == {}


def test_smoothing_keeps_the_ends_and_the_mean() -> None:
    values = np.array([1.0, 3.0, 5.0, 7.0, 9.0])
    assert _smoothed(values, 2).tolist() == [1.0, 3.0, 5.0, 7.0, 9.0]
    assert _smoothed(np.array([0.0, 3.0, 0.0]), 3).tolist() == [0.0, 1.0, 0.0]


@pytest.mark.parametrize("rows", [0, 60, 5000])
def test_curves_of_any_length_are_drawn(tmp_path: Path, rows: int) -> None:
    pytest.importorskip("matplotlib")
    if rows:
        write_tables(tmp_path, rows)
    draw_curves(tmp_path, tmp_path / "curves.png", "a run")
    with Image.open(tmp_path / "curves.png") as picture:
        assert picture.size == (1200, 800)
        if rows == 60:
            colors = {c for _, c in picture.convert("RGB").getcolors(10**6) or ()}
            assert (0, 114, 178) in colors and (213, 94, 0) in colors
    assert not (tmp_path / "curves.part").exists()


def test_nothing_is_drawn_without_matplotlib(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "matplotlib.backends.backend_agg", None)
    draw_curves(tmp_path, tmp_path / "curves.png", "a run")
    assert not (tmp_path / "curves.png").exists()
