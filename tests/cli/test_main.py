"""The entry: help, versions, and every kind of failure as one line with its exit code."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import medsam
from medsam.cli import info
from medsam.cli.main import build_parser, guarded, main
from medsam.errors import Cancelled, ReadError


def failing(error: BaseException) -> int:
    """Exit code of a command that ends with ``error``."""

    def run(args: argparse.Namespace) -> int:
        raise error

    return guarded(run, argparse.Namespace())


def test_no_command_prints_the_help(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    said = capsys.readouterr().out
    for command in ("predict", "info", "convert", "doctor"):
        assert command in said


@pytest.mark.parametrize("command", ["predict", "info", "convert", "doctor"])
def test_every_command_explains_itself(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main([command, "--help"])
    assert left.value.code == 0
    assert f"medsam {command}" in capsys.readouterr().out


def test_the_version(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["--version"])
    assert left.value.code == 0
    assert medsam.__version__ in capsys.readouterr().out


def test_a_wrong_command_is_one_line(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as left:
        main(["predcit"])
    assert left.value.code == 2
    said = capsys.readouterr().err
    assert said.startswith("medsam: ") and said.count("\n") == 1


@pytest.mark.parametrize(
    ("error", "code", "words"),
    [
        (ReadError("A rule.\nWhat came."), 2, "medsam: A rule. What came."),
        (KeyboardInterrupt(), 130, "medsam: stopped"),
        (Cancelled("Reading was stopped."), 130, "medsam: stopped"),
        (ValueError("unseen"), 2, "medsam: an unforeseen error stopped the command: ValueError: unseen."),
    ],
)
def test_a_failure_is_one_line(
    error: BaseException, code: int, words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert failing(error) == code
    said = capsys.readouterr().err
    assert said.startswith(words) and said.count("\n") == 1


def test_an_unforeseen_error_shows_itself_when_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MEDSAM_DEBUG", "1")
    with pytest.raises(ValueError, match="unseen"):
        failing(ValueError("unseen"))


def test_the_parser_knows_what_to_run() -> None:
    assert build_parser().parse_args(["info", "x"]).run is info.run


def test_a_reader_that_leaves_is_no_error(repo_root: Path) -> None:
    """As ``python -m medsam ... | head -1``."""
    reader, writer = os.pipe()
    os.close(reader)
    code = (
        "import sys\nfrom medsam.cli.main import guarded\n"
        "def run(args):\n    print('x' * 100000)\n    return 0\n"
        "sys.exit(guarded(run, None))"
    )
    try:
        done = subprocess.run(
            [sys.executable, "-c", code],
            cwd=repo_root,
            stdout=writer,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    finally:
        os.close(writer)
    assert (done.returncode, done.stderr) == (141, "")


def test_the_module_runs(repo_root: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "medsam", "info", "no such file"],
        cwd=repo_root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert done.stderr.startswith("medsam: ") and done.stderr.count("\n") == 1


@pytest.mark.parametrize("arguments", [["info", "größe 大"], ["--help"]])
def test_a_terminal_without_the_letters_gets_them_spelt_out(repo_root: Path, arguments: list[str]) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "medsam", *arguments],
        cwd=repo_root,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert "unforeseen" not in done.stderr and "Traceback" not in done.stderr
    assert done.returncode == (2 if arguments[0] == "info" else 0)


def test_letters_in_a_result_do_not_fail_it(repo_root: Path, tmp_path: Path) -> None:
    Image.new("L", (4, 3)).save(tmp_path / "大.png")
    done = subprocess.run(
        [sys.executable, "-m", "medsam", "info", str(tmp_path / "大.png")],
        cwd=repo_root,
        env={**os.environ, "PYTHONIOENCODING": "ascii"},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert "\\u5927.png" in done.stdout


@pytest.mark.skipif(os.name != "posix", reason="closing a stream before the start is a shell's way")
def test_a_closed_output_is_no_error(repo_root: Path, tmp_path: Path) -> None:
    Image.new("L", (4, 3)).save(tmp_path / "a.png")
    done = subprocess.run(
        ["sh", "-c", '"$0" -m medsam info "$1" >&-', sys.executable, str(tmp_path / "a.png")],
        cwd=repo_root,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")


class TestPublicNames:
    """``import medsam``."""

    def test_every_public_name_is_there(self) -> None:
        for name in medsam.__all__:
            assert getattr(medsam, name) is not None
        assert set(medsam.__all__) <= set(dir(medsam))

    def test_another_name_is_an_attribute_error(self) -> None:
        with pytest.raises(AttributeError, match="segment_everything"):
            medsam.segment_everything  # noqa: B018


def test_what_apples_processors_lack_falls_to_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTORCH_ENABLE_MPS_FALLBACK", raising=False)
    main([])
    assert os.environ["PYTORCH_ENABLE_MPS_FALLBACK"] == "1"
    monkeypatch.setenv("PYTORCH_ENABLE_MPS_FALLBACK", "0")
    main([])
    assert os.environ["PYTORCH_ENABLE_MPS_FALLBACK"] == "0", "who says otherwise is heard"
