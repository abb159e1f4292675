"""``make run``: on a display the window, without one two files and the end."""

from __future__ import annotations

import argparse
import subprocess
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medsam.cli import demo, smoke
from medsam.cli.main import guarded
from medsam.io import read_label_map, read_volume
from medsam.volume import stored_slice


@pytest.fixture
def started(monkeypatch: pytest.MonkeyPatch) -> list[list[str]]:
    """What was started instead of the window; a screenshot is written where one was asked for."""
    commands: list[list[str]] = []

    def start(command: list[str], **options: Any) -> subprocess.CompletedProcess[str]:
        commands.append(command)
        if "--screenshot" in command:
            assert options["env"]["QT_QPA_PLATFORM"] == "offscreen"
            Path(command[-1]).write_bytes(b"picture")
        return subprocess.CompletedProcess(command, 0)

    monkeypatch.setattr(demo.subprocess, "run", start)
    return commands


def test_with_a_display_the_window_opens_on_the_sample(
    tmp_path: Path, started: list[list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(demo, "can_show", lambda: True)
    assert demo.run(argparse.Namespace(out=tmp_path / "out")) == 0
    ((_, gui, image, *options),) = started
    assert Path(gui).name == "gui.py" and "--screenshot" not in options
    case = smoke.sample_case()
    assert options == ["--slice", str(case.index), "--box=" + ",".join(f"{v:g}" for v in case.box.xyxy)]
    assert np.array_equal(read_volume(image).array, case.volume.array)


def test_without_a_display_mask_and_picture_are_written(
    tmp_path: Path,
    started: list[list[str]],
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    truth = smoke.sample_case().truth
    monkeypatch.setattr(demo, "can_show", lambda: False)
    monkeypatch.setattr(demo, "segment", lambda case: truth)
    assert demo.run(argparse.Namespace(out=tmp_path / "out")) == 0
    assert sorted(p.name for p in (tmp_path / "out").iterdir()) == [
        "sample_ct.nii.gz",
        "sample_mask.nii.gz",
        "window.png",
    ]
    volume = read_volume(tmp_path / "out" / "sample_ct.nii.gz")
    labels, _ = read_label_map(tmp_path / "out" / "sample_mask.nii.gz", volume.geometry)
    assert np.array_equal(stored_slice(labels, 2, smoke.sample_case().index) == 1, truth)
    assert labels.sum() == truth.sum()
    said = capsys.readouterr().out
    assert "sample_mask.nii.gz" in said and "window.png" in said


def test_a_window_that_fails_is_one_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(demo, "can_show", lambda: False)
    monkeypatch.setattr(demo, "segment", lambda case: case.truth)
    monkeypatch.setattr(
        demo.subprocess, "run", lambda command, **options: subprocess.CompletedProcess(command, 134)
    )
    assert guarded(demo.run, argparse.Namespace(out=tmp_path / "out")) == 2
    assert "134" in capsys.readouterr().err


def test_a_display_that_is_not_there_is_none(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(demo, "has_display", lambda: False)
    assert not demo.can_show()
    monkeypatch.setattr(demo, "has_display", lambda: True)
    monkeypatch.setattr(demo, "probe_qt", lambda environment: (None, "could not connect to display"))
    assert not demo.can_show()
