"""Asking one question in a process of its own, quietly, with a line of progress meanwhile."""

from __future__ import annotations

import contextlib
import os
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

import psutil

from benchmarks import ROOT, _rows
from benchmarks._quiet import Watch
from benchmarks._table import Answer

PACKAGE = "benchmarks"
"""Where the questions lie."""

LIMIT = 1200.0
"""Seconds after which a question counts as stuck."""


def ask(name: str, arguments: Sequence[str] = (), verbose: bool = False) -> Answer:
    """Ask a question and collect its rows.

    Args:
        name: Of the file.
        arguments: More words for its command line.
        verbose: Also print what it prints.
    """
    begin, watch = time.perf_counter(), Watch()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "rows.jsonl"
        path.touch()
        command = [sys.executable, "-m", f"{PACKAGE}.{name}", *arguments]
        status, said = run(command, {_rows.VARIABLE: str(path)}, verbose)
        rows = _rows.read(path)
    seconds, foreign = time.perf_counter() - begin, watch.foreign()
    if status in (0, _rows.MISSED):
        words = without_folders(last_of(said)).removeprefix("not measured: ")
        note = "" if rows else words or "it said nothing"
        return Answer(name, seconds, rows, note=note, foreign=foreign)
    why = f"not done after {LIMIT / 60:.0f} minutes" if status is None else last_of(said)
    trouble = without_folders(why) or f"ended with status {status}"
    return Answer(name, seconds, rows, trouble=trouble, foreign=foreign)


def run(command: Sequence[str], variables: dict[str, str], verbose: bool) -> tuple[int | None, list[str]]:
    """The status a command ends with, None if it was stuck, and the lines it printed."""
    said: list[str] = []
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, "PYTHONUNBUFFERED": "1", **variables},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )
    assert process.stdout is not None
    reader = threading.Thread(target=_read, args=(process.stdout, said, verbose), daemon=True)
    reader.start()
    try:
        process.wait(LIMIT)
    except subprocess.TimeoutExpired:
        end(process)
        return None, said
    except BaseException:
        end(process)
        raise
    reader.join(5)  # a process left behind may hold the pipe
    return process.returncode, said


def end(process: subprocess.Popen[str]) -> None:
    """End a question with everything that it started."""
    with contextlib.suppress(psutil.Error):
        for started in psutil.Process(process.pid).children(recursive=True):
            with contextlib.suppress(psutil.Error):
                started.kill()
    process.kill()
    process.wait()


def _read(pipe: IO[str], said: list[str], verbose: bool) -> None:
    with pipe:
        for line in pipe:
            said.append(line.rstrip())
            if verbose:
                print(line, end="", flush=True)


def last_of(said: Sequence[str]) -> str:
    """The last line with anything in it: a question's closing words, or the error of a traceback."""
    return next((line.strip() for line in reversed(said) if line.strip()), "")


def without_folders(text: str) -> str:
    """A line with names of files where it had whole paths."""
    text = re.sub(r"(['\"])(?:[A-Za-z]:)?[/\\][^'\"]*[/\\]([^'\"/\\]+)\1", r"\1\2\1", text)
    return re.sub(r"(?<![\w.])(?:[A-Za-z]:)?(?:[/\\][^\s/\\'\":,]+)+[/\\]([^\s/\\'\":,]+)", r"\1", text)


@contextlib.contextmanager
def progress(words: str, stream: IO[str] | None = None) -> Iterator[None]:
    """Show words and the time that has passed, each second on a terminal, once elsewhere."""
    out = sys.stderr if stream is None else stream
    if not out.isatty():
        print(words, end=" ... ", file=out, flush=True)
        yield
        return
    done, begin = threading.Event(), time.monotonic()

    def show() -> None:
        while not done.wait(1.0):
            minutes, seconds = divmod(int(time.monotonic() - begin), 60)
            print(f"\r{words} ... {minutes}:{seconds:02d} ", end="", file=out, flush=True)

    print(f"{words} ... ", end="", file=out, flush=True)
    thread = threading.Thread(target=show, daemon=True)
    thread.start()
    try:
        yield
    finally:
        done.set()
        thread.join()
        print(f"\r{words} ... ", end="", file=out, flush=True)
