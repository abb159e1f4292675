"""The measurement of loading: every step has its time, and the window's side stays without torch."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path


def test_every_step_is_timed_and_torch_stays_away(repo_root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.model_load", "--rounds", "1"],
        cwd=repo_root,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    row = re.compile(r"^\| (\w.+?) \| ([\d.]+) \| ([\d.]+) \|$", re.MULTILINE)
    times = {name: float(seconds) for name, seconds, _ in row.findall(done.stdout)}
    parts = ("hash the file", "read the tensors", "build the network", "put the tensors in")
    assert all(times[name] > 0 for name in (*parts, "import torch", "start Python"))
    assert sum(times[name] for name in parts) <= times["load in all"] + 0.01
    assert "worker's start to a loaded model" in done.stdout
    assert "torch imported by the window's side: False" in done.stdout


def test_a_model_that_is_not_there_is_said(repo_root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "benchmarks.model_load", "--model", "nothing", "--rounds", "1"],
        cwd=repo_root,
        capture_output=True,
        text=True,
        timeout=170,
        check=False,
    )
    assert done.returncode == 1 and "nothing" in done.stderr and "Traceback" not in done.stderr
