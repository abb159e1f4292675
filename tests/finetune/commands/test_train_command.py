"""``python -m finetune train`` from the store to a folder of files, as a user calls it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

import finetune.loop.live
from finetune.__main__ import main
from finetune.loop.checkpoint import read_content
from tests.finetune.phantom_store import write_phantoms

ROOT = Path(__file__).resolve().parents[3]

RECIPE = """
name = "micro"
[network]
arch = "vit"
image_size = 64
width = 32
depth = 2
heads = 2
channels = 32
decoder_heads = 4
decoder_hidden = 64
[train]
batch = 4
steps = 6
rate = 1e-3
warm_up = 2
threads = 1
validate_every = 3
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """With a store and a recipe of tier A."""
    (tmp_path / "store").mkdir()
    write_phantoms(tmp_path / "store")
    (tmp_path / "micro.toml").write_text(RECIPE)
    return tmp_path


def arguments(folder: Path, *more: str) -> list[str]:
    """Of the command, with a run folder."""
    plain = ["--store", "store", "--out", "run", "--recipe", "micro.toml", "--cache", "features"]
    names = {"store", "run", "micro.toml", "features"}
    cut = plain[:-2] if "--no-cache" in more else plain
    given = [str(folder / word) if word in names else word for word in cut]
    return ["train", *given, "--device", "cpu", *(word for word in more if word != "--no-cache")]


@pytest.fixture(autouse=True)
def no_curves(monkeypatch: pytest.MonkeyPatch) -> None:
    """Tried elsewhere, and slow."""
    monkeypatch.setattr(finetune.loop.live, "draw_curves", lambda folder, path, title: None)
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)


def test_tier_a_makes_its_features_and_trains(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(folder, "--no-cache")) == 0
    said = capsys.readouterr().err
    assert "done after 6 steps; best validation Dice" in said
    features = list(folder.glob("features-*"))
    assert len(features) == 1
    names = {path.name for path in (folder / "run").iterdir()}
    assert {"recipe.json", "checkpoint.pt", "best.pt", "train.csv", "validation.csv", "looks"} <= names
    best = read_content(folder / "run" / "best.pt")
    assert best["facts"]["tier"] == "A" and best["recipe"]["train"]["steps"] == 6
    assert sorted(p.name for p in (folder / "run" / "looks").iterdir())[-1] == "step-000006.png"
    # The same features serve another run; they may be named as well.
    assert main(arguments(folder, "--no-cache", "--set", "train.steps=6")) == 0
    features[0].rename(folder / "features")
    (folder / "run" / "checkpoint.pt").unlink()
    capsys.readouterr()
    assert main(arguments(folder)) == 0
    assert "going on" not in capsys.readouterr().err


def test_a_dry_run_tells_the_cost_and_writes_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = sorted(path.name for path in folder.iterdir())
    assert main(arguments(folder, "--no-cache", "--dry-run")) == 0
    said = capsys.readouterr().err
    assert "features of 8 slices are computed once" in said
    assert "of memory are needed" in said and "6 steps of 4 samples at about" in said
    assert sorted(path.name for path in folder.iterdir()) == before


def test_tier_d_trains_without_features(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(arguments(folder, "--no-cache", "--set", "tier=D", "--set", "train.steps=2", "--seed", "5")) == 0
    )
    assert read_content(folder / "run" / "best.pt")["recipe"]["train"]["seed"] == 5
    assert not list(folder.glob("features*"))
    assert main(arguments(folder, "--set", "tier=D")) == 2
    assert "Tier D trains the encoder itself; leave --cache out" in capsys.readouterr().err


def test_what_cannot_be_is_one_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(arguments(folder, "--reencode")) == 2
    assert main(arguments(folder)) == 2
    assert main(arguments(folder, "--set", "train.batches=3")) == 2
    said = capsys.readouterr().err.splitlines()
    assert len(said) == 3
    assert "give --cache or --reencode" in said[0]
    assert "holds no cache of features" in said[1]
    assert "train.batches" in said[2]


@pytest.mark.skipif(os.name == "nt", reason="signals are sent otherwise there")
def test_ctrl_c_leaves_a_checkpoint_and_says_how_to_go_on(folder: Path) -> None:
    """A process of its own, as a user stops it; the same command then goes on."""
    more = ("--no-cache", "--reencode", "--set", "train.steps=100000", "--set", "train.save_every=1")
    process = subprocess.Popen(
        [sys.executable, "-m", "finetune", *arguments(folder, *more)],
        cwd=ROOT,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        until = time.monotonic() + 120
        while not (folder / "run" / "checkpoint.pt").exists():
            assert time.monotonic() < until and process.poll() is None
            time.sleep(0.05)
        process.send_signal(signal.SIGINT)
        _, said = process.communicate(timeout=120)
    finally:
        if process.poll() is None:
            process.kill()
            process.communicate()
    assert process.returncode == 130
    assert "Traceback" not in said
    step = read_content(folder / "run" / "checkpoint.pt")["step"]
    assert f"stopped at step {step}; the same command goes on from there" in said
    assert said.rstrip().endswith("finetune train: stopped")
