"""What a run shows: in a terminal, in a log file, for TensorBoard."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pytest
import torch

from finetune.loop.live import Board, Pace, Pictures, Progress, Terminal


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now


class Tty(io.StringIO):
    """A stream that is a terminal."""

    def isatty(self) -> bool:
        return True


def at(step: int, **changes: object) -> Progress:
    """A progress of 1000 steps."""
    plain: dict[str, object] = {
        "steps": 1000,
        "epoch": 1.5,
        "loss": 0.25,
        "rate": 1e-4,
        "samples_per_second": 123.4,
        "seconds_left": 200.0,
        "best": 0.9,
        "memory_bytes": 3 << 30,
    }
    return Progress(step=step, **{**plain, **changes})  # type: ignore[arg-type]


def test_the_line_names_everything() -> None:
    line = at(250).line()
    assert line == (
        "step 250/1000 (25%) | epoch 1.5 | loss 0.2500 | rate 1.0e-04 | 123 samples/s"
        " | 3 min 20 s left | best Dice 0.9000 | 3.0 GiB"
    )
    early = at(1, samples_per_second=0.0, seconds_left=None, best=-1.0).line()
    assert "samples/s" not in early and "left" not in early and "best Dice -" in early


def test_a_log_file_gets_a_plain_line_every_half_minute() -> None:
    stream, clock = io.StringIO(), Clock()
    terminal = Terminal(stream, clock)
    for step in range(1, 1001):
        clock.now += 0.125
        terminal.progress(at(step))
    terminal.report("done")
    terminal.close()
    lines = stream.getvalue().splitlines()
    # Soon a first line, then one every 30 seconds of 125, and the last step.
    shown = [int(line.split()[1].split("/")[0]) for line in lines[:-1]]
    assert shown == [24, 264, 504, 744, 984, 1000]
    assert lines[-1] == "done"
    assert "\r" not in stream.getvalue()


def test_a_terminal_gets_one_line_that_is_drawn_anew(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("shutil.get_terminal_size", lambda: SimpleNamespace(columns=40))
    stream, clock = Tty(), Clock()
    terminal = Terminal(stream, clock)
    for step in range(1, 101):
        clock.now += 0.01
        terminal.progress(at(step))
    drawn = stream.getvalue().split("\r")[1:]
    assert 4 <= len(drawn) <= 7
    assert all(len(line) <= 39 for line in drawn)
    terminal.report("step 100: validated")
    assert stream.getvalue().endswith("\r" + " " * 39 + "\rstep 100: validated\n")
    terminal.close()
    assert stream.getvalue().endswith("validated\n")
    terminal.progress(at(1000))
    terminal.close()
    assert stream.getvalue().endswith("\n")


def test_a_closed_stream_ends_no_run() -> None:
    stream = io.StringIO()
    terminal = Terminal(stream)
    stream.close()
    terminal.report("nobody listens")


def test_the_pace_leaves_validation_out_and_the_time_left_keeps_it_in() -> None:
    clock = Clock()
    pace = Pace(clock)
    assert pace.seconds_left(10) is None
    for _ in range(10):
        clock.now += 0.5
        pace.step()
    assert pace.steps_per_second == pytest.approx(2.0)
    clock.now += 5.0
    pace.rest(5.0)
    clock.now += 0.5
    pace.step()
    assert pace.steps_per_second == pytest.approx(2.0)
    assert pace.seconds_left(22) == pytest.approx(22 * 10.5 / 11)


def test_a_run_needs_no_tensorboard(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    board = Board(tmp_path / "tensorboard", 0)
    board.scalars({"loss": 1.0}, 1)
    board.close()
    assert not (tmp_path / "tensorboard").exists()


def test_tensorboard_gets_numbers_and_pages(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    from tensorboard.backend.event_processing.event_accumulator import EventAccumulator

    board = Board(tmp_path, 0)
    board.scalars({"loss/dice": 0.5}, 1)
    board.picture("predictions", np.zeros((4, 5, 3), np.uint8), 1)
    board.close()
    # Resumed from step 1: what was logged after it does not count.
    later = Board(tmp_path, 1)
    later.scalars({"loss/dice": 0.25}, 2)
    later.close()
    found = EventAccumulator(str(tmp_path)).Reload()
    assert [(e.step, e.value) for e in found.Scalars("loss/dice")] == [(1, 0.5), (2, 0.25)]
    assert found.Images("predictions")[0].width == 5


def test_a_log_that_cannot_be_written_ends_no_run(tmp_path: Path) -> None:
    pytest.importorskip("tensorboard")
    board = Board(tmp_path, 0)
    writer = board._writer

    def full(*args: object) -> None:
        raise OSError(28, "No space left on device")

    writer.add_scalar, close = full, writer.close
    board.scalars({"a": 1.0, "b": 2.0}, 1)
    board.scalars({"a": 1.0}, 2)
    board.close()
    close()


def test_curves_are_not_drawn_at_every_validation(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    drawn: list[str] = []
    monkeypatch.setattr("finetune.loop.live.draw_curves", lambda folder, path, title: drawn.append(title))
    clock = Clock()

    def write(name: str, work: object) -> bool:
        work()  # type: ignore[operator]
        return True

    pictures = Pictures(tmp_path, write, clock)
    for _ in range(50):
        pictures.curves("often")
        clock.now += 1.0
    pictures.curves("last", at_once=True)
    assert drawn == ["often"] * 3 + ["last"]


def test_memory_is_that_of_this_process() -> None:
    from finetune.loop.live import memory_in_use

    assert memory_in_use(torch.device("cpu")) > 10 << 20
