"""The two commands and the files around them."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from medsam.cli.checks import qt_remedy

needs_make = pytest.mark.skipif(shutil.which("make") is None, reason="there is no make on this system")


def recipe(root: Path, target: str) -> str:
    """What make would do for a target."""
    # The tests may themselves run under make, whose flags are not meant for this one.
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MAKE")}
    done = subprocess.run(
        ["make", "-n", "VENV=no-such-folder", target],
        cwd=root,
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@needs_make
def test_make_test_runs_the_tests_without_a_screen(repo_root: Path) -> None:
    text = recipe(repo_root, "test")
    assert "-m venv" in text and '-e ".[finetune,test]"' in text
    assert re.search(r"QT_QPA_PLATFORM=offscreen .* -m pytest", text)


@needs_make
def test_make_run_installs_and_starts(repo_root: Path) -> None:
    text = recipe(repo_root, "run")
    steps = [text.index(step) for step in ("-m venv", "pip install", "ldd", "-m medsam.cli.demo")]
    assert steps == sorted(steps)
    assert "finetune" not in text and "test]" not in text


@needs_make
def test_make_bench_installs_the_rivals_and_measures(repo_root: Path) -> None:
    text = recipe(repo_root, "bench")
    steps = [text.index(step) for step in ("-m venv", '-e ".[finetune,test,bench]"', "ldd", "-m benchmarks")]
    assert steps == sorted(steps)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no executable bit")
def test_continuous_integration_has_one_command(repo_root: Path) -> None:
    script = repo_root / ".ci" / "run"
    assert os.access(script, os.X_OK)
    assert script.read_text(encoding="utf-8").splitlines()[-1] == "exec make test"


def test_doctor_names_what_make_installs(repo_root: Path) -> None:
    makefile = (repo_root / "Makefile").read_text(encoding="utf-8")
    packages = re.findall(r"\blib[\w.+-]+", qt_remedy("libGL.so.1: cannot open shared object file"))
    assert len(packages) > 5
    assert set(packages) <= set(makefile.split())


def test_the_licence_is_apache(repo_root: Path) -> None:
    text = (repo_root / "LICENSE").read_text(encoding="utf-8")
    assert "Apache License" in text and "Version 2.0, January 2004" in text and "END OF TERMS" in text
