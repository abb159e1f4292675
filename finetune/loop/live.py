"""What a run shows while it goes on: a line in the terminal, curves, a page of predictions, TensorBoard."""

from __future__ import annotations

import contextlib
import shutil
import sys
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

import psutil
import torch

from finetune.loop.curves import draw_curves
from finetune.loop.looks import draw_page
from finetune.tasks.base import Look, Validation
from finetune.words import byte_size, duration, three_digits

CURVES = "curves.png"
LOOKS = "looks"
LOOKS_SHOWN = 12

_WINDOW = 50
_REDRAW_SECONDS = 0.2
_LINE_SECONDS = 30.0
_CURVES_SECONDS = 20.0


@dataclass(frozen=True)
class Progress:
    """How far a run is.

    Attributes:
        step, steps: Optimiser steps taken, and in all.
        epoch: How often as many samples were drawn as there are.
        loss: Of the latest steps; NaN before the first.
        rate: Learning rate.
        samples_per_second: Over the latest steps, validation not counted; 0 before it is known.
        seconds_left: With validation, as it took so far; None before it is known.
        best: Best validation Dice; -1 before the first validation.
        memory_bytes: Of the graphics card (peak), or of this process.
    """

    step: int
    steps: int
    epoch: float
    loss: float
    rate: float
    samples_per_second: float
    seconds_left: float | None
    best: float
    memory_bytes: int

    @property
    def fraction(self) -> float:
        """Share of the steps that is done."""
        return self.step / max(self.steps, 1)

    def line(self) -> str:
        """One line for people."""
        parts = [
            f"step {self.step}/{self.steps} ({self.fraction:.0%})",
            f"epoch {self.epoch:.1f}",
            f"loss {self.loss:.4f}",
            f"rate {self.rate:.1e}",
        ]
        if self.samples_per_second > 0:
            parts.append(f"{three_digits(self.samples_per_second)} samples/s")
        if self.seconds_left is not None:
            parts.append(f"{duration(self.seconds_left)} left")
        parts.append(f"best Dice {self.best:.4f}" if self.best >= 0 else "best Dice -")
        parts.append(byte_size(self.memory_bytes))
        return " | ".join(parts)


def memory_in_use(device: torch.device) -> int:
    """Peak bytes on a graphics card, or what this process holds."""
    if device.type == "cuda":
        return int(torch.cuda.max_memory_reserved(device))
    return int(psutil.Process().memory_info().rss)


class Pace:
    """Measures how fast steps come, and foresees the end."""

    def __init__(self, clock: Callable[[], float] = time.perf_counter) -> None:
        """Start measuring."""
        self._clock = clock
        self._since = clock()
        self._stamps: deque[float] = deque([self._since], maxlen=_WINDOW + 1)
        self._steps = 0

    def step(self) -> None:
        """A step is done."""
        self._stamps.append(self._clock())
        self._steps += 1

    def rest(self, seconds: float) -> None:
        """Time that belongs to no step has passed: validation, writing."""
        for i in range(len(self._stamps)):
            self._stamps[i] += seconds

    def now(self) -> float:
        """Seconds of its clock."""
        return self._clock()

    @property
    def steps_per_second(self) -> float:
        """Over the latest steps; 0 before it is known."""
        span = self._stamps[-1] - self._stamps[0]
        return (len(self._stamps) - 1) / span if span > 0 else 0.0

    def seconds_left(self, steps: int) -> float | None:
        """For so many further steps, all else included; None before it is known."""
        if self._steps < 2:
            return None
        return (self._clock() - self._since) / self._steps * steps


class Terminal:
    """Messages and the line of progress on one stream.

    In a terminal the line is drawn anew in place; elsewhere (a file, a log of
    SLURM) a line is written every half minute.
    """

    def __init__(self, stream: TextIO | None = None, clock: Callable[[], float] = time.monotonic) -> None:
        """Write to ``stream``, by default stderr."""
        self._stream = stream or sys.stderr
        self._clock = clock
        self._tty = self._stream.isatty()
        self._next = clock() if self._tty else clock() + _LINE_SECONDS / 10
        self._shown = 0

    def report(self, message: str) -> None:
        """A sentence that stays."""
        self._clear()
        self._write(message + "\n")

    def progress(self, progress: Progress) -> None:
        """Show how far it is, unless that was shown a moment ago."""
        last = progress.step >= progress.steps
        if self._clock() < self._next and not last:
            return
        self._next = self._clock() + (_REDRAW_SECONDS if self._tty else _LINE_SECONDS)
        line = progress.line()
        if not self._tty:
            self._write(line + "\n")
            return
        width = shutil.get_terminal_size().columns - 1
        line = line[:width]
        self._write("\r" + line.ljust(self._shown))
        self._shown = len(line)

    def close(self) -> None:
        """Leave the line of progress where it stands."""
        if self._shown:
            self._write("\n")
        self._shown = 0

    def _clear(self) -> None:
        if self._shown:
            self._write("\r" + " " * self._shown + "\r")
        self._shown = 0

    def _write(self, text: str) -> None:
        # A closed pipe (`| head`) must not end a run of hours.
        with contextlib.suppress(OSError, ValueError):
            self._stream.write(text)
            self._stream.flush()


class Board:
    """Scalars and pages for TensorBoard, where it is installed."""

    def __init__(self, folder: Path, step: int) -> None:
        """Go on from ``step``: what was logged after it is hidden."""
        self._writer: Any = None
        try:
            from torch.utils.tensorboard import SummaryWriter
        except ImportError:
            return
        with contextlib.suppress(OSError):
            self._writer = SummaryWriter(str(folder), purge_step=step + 1, max_queue=1000, flush_secs=60)

    def scalars(self, values: Mapping[str, float], step: int) -> None:
        """Log numbers by name."""
        for name, value in values.items():
            self._try("add_scalar", name, value, step)

    def picture(self, name: str, picture: Any, step: int) -> None:
        """Log an (H, W, 3) picture."""
        self._try("add_image", name, picture, step, dataformats="HWC")

    def close(self) -> None:
        """Write what is left."""
        self._try("close")

    def _try(self, method: str, *args: Any, **kwargs: Any) -> None:
        if self._writer is None:
            return
        try:
            getattr(self._writer, method)(*args, **kwargs)
        except (OSError, RuntimeError):
            self._writer = None  # a full disk: training is worth more than its log


class Pictures:
    """The pictures of a run folder."""

    def __init__(
        self,
        folder: Path,
        write: Callable[[str, Callable[[], None]], bool],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Draw into ``folder``.

        Args:
            write: Calls a function that writes a named file, and copes with a full disk.
        """
        self._folder, self._write, self._clock = folder, write, clock
        self._next = clock()

    def curves(self, title: str, *, at_once: bool = False) -> None:
        """Draw ``curves.png`` from the tables beside it, unless that was done a moment ago."""
        if at_once or self._clock() >= self._next:
            self._write(CURVES, lambda: draw_curves(self._folder, self._folder / CURVES, title))
            self._next = self._clock() + _CURVES_SECONDS

    def page(self, looks: Sequence[Look], step: int, validation: Validation) -> Any:
        """Write the page of predictions of a step, and give it as (H, W, 3) uint8."""
        page = draw_page(looks, f"Step {step}: validation Dice {validation.mean:.4f}")
        path = self._folder / LOOKS / f"step-{step:06d}.png"

        def save() -> None:
            path.parent.mkdir(exist_ok=True)
            part = path.with_suffix(".part")
            page.save(part, "PNG")
            part.replace(path)

        self._write(f"{LOOKS}/{path.name}", save)
        return page
