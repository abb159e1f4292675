"""The window's side of an adaptation: a training process, what it says, and its end in words.

The process is ``python -m finetune adapt JOB.json``. It writes one JSON object
a line on its standard output and ends when its standard input does, so it
outlives neither a cancel nor the window. Nothing here imports torch or knows Qt.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import platformdirs

from medsam.engine.logs import engine_logger, open_output
from medsam.errors import Cancelled, EngineError, WriteError

BETTER, SAME, WORSE = "better", "same", "worse"

LEAST_GAIN = 0.005
"""A mean Dice that moved by less counts as unchanged: the boxes' own noise moves it as much."""

JOB_NAME = "job.json"

_ROOT = Path(__file__).resolve().parents[2]
_POLITE_SECONDS = 3.0
_OLD_SECONDS = 48 * 3600.0
_SAFE = "Images, masks and the present model are unchanged."


@dataclass(frozen=True)
class Progress:
    """How far it is.

    Attributes:
        stage: "read", "measure", "encode", "train", "check" or "save".
        fraction: Of the whole, 0..1; below zero if unknown.
        done, total: Cases, slices or steps of this stage; 0 of 0 if not counted.
        seconds_left: Until the end of the whole; None if not known yet.
    """

    stage: str
    fraction: float
    done: int
    total: int
    seconds_left: float | None


@dataclass(frozen=True)
class Skipped:
    """A case that cannot be learned from.

    Attributes:
        name: As the job names it.
        sentence: Why.
    """

    name: str
    sentence: str


@dataclass(frozen=True)
class Row:
    """Dice of one label on the held-out cases.

    Attributes:
        label: Its name.
        objects: Outlines that were compared.
        before, after: Mean Dice of the present and of the adapted model.
    """

    label: str
    objects: int
    before: float
    after: float


@dataclass(frozen=True)
class Scores:
    """Before and after, on cases that were not learned from.

    Attributes:
        before, after: Mean Dice over all compared outlines.
        rows: The same for each label.
        objects, cases: Outlines compared, and cases they are from.
        improved, worsened: Outlines whose own Dice rose or fell.
        by_patient: Whether all cases were told apart by patient, not just by file.
    """

    before: float
    after: float
    rows: tuple[Row, ...]
    objects: int
    cases: int
    improved: int
    worsened: int
    by_patient: bool

    @property
    def verdict(self) -> str:
        """``BETTER``, ``SAME`` or ``WORSE``."""
        gain = self.after - self.before
        return SAME if abs(gain) < LEAST_GAIN else BETTER if gain > 0 else WORSE


@dataclass(frozen=True)
class Outcome:
    """What an adaptation brought.

    Attributes:
        file: The adapted weights.
        scores: On the held-out cases.
        skipped: Cases that were left out.
        trained_on: Cases that were learned from.
        steps: Of training.
    """

    file: Path
    scores: Scores
    skipped: tuple[Skipped, ...]
    trained_on: int
    steps: int


Event = Progress | Skipped | Scores


class TrainingProcess:
    """One adaptation from start to end. ``run`` once, in a thread of its own; ``cancel`` from any."""

    def __init__(
        self, job: Path, on_event: Callable[[Event], None], *, command: list[str] | None = None
    ) -> None:
        """Nothing runs before ``run``.

        Args:
            job: The JSON file that the process is given.
            on_event: Called from ``run``'s thread with everything the process says.
            command: Command line in front of the job's path, for tests.
        """
        self._job, self._on_event = Path(job), on_event
        self._command = command or [sys.executable, "-m", "finetune", "adapt"]
        self._lock = threading.Lock()
        self._process: subprocess.Popen[str] | None = None
        self._cancelled = False
        self._skipped: list[Skipped] = []
        self._scores: Scores | None = None
        self._done: dict[str, Any] | None = None
        self._error = ""

    @property
    def pid(self) -> int | None:
        """Of the process while it runs."""
        with self._lock:
            return self._process.pid if self._process is not None else None

    def run(self) -> Outcome:
        """Start the process and follow it to its end.

        Raises:
            Cancelled: After ``cancel``.
            EngineError: With the process's own sentence, or one about its death.
        """
        process = self._launch()
        assert process.stdout is not None
        try:
            self._read(process.stdout)
        finally:
            code = self._end(process)
        if self._cancelled:
            raise Cancelled("The adaptation was stopped.")
        if self._error:
            raise EngineError(self._error)
        if code != 0 or self._done is None or self._scores is None:
            engine_logger().error("training process: exit code %s", code)
            raise EngineError(_say_death(code))
        return Outcome(
            file=Path(self._done["file"]),
            scores=self._scores,
            skipped=tuple(self._skipped),
            trained_on=int(self._done.get("trained_on", 0)),
            steps=int(self._done.get("steps", 0)),
        )

    def cancel(self) -> None:
        """Ask the process to end; it is killed if it does not within seconds. Returns at once."""
        with self._lock:
            self._cancelled = True
            process = self._process
        if process is not None:
            _close(process.stdin)
            timer = threading.Timer(_POLITE_SECONDS, process.kill)
            timer.daemon = True
            timer.start()

    def _launch(self) -> subprocess.Popen[str]:
        path = os.environ.get("PYTHONPATH", "")
        environment = {
            **os.environ,
            "PYTHONPATH": f"{_ROOT}{os.pathsep}{path}" if path else str(_ROOT),
            "PYTHONIOENCODING": "utf-8",
            # The window and its worker want a core of their own.
            "OMP_NUM_THREADS": str(training_threads()),
        }
        flags = getattr(subprocess, "CREATE_NO_WINDOW", 0)
        flags |= getattr(subprocess, "BELOW_NORMAL_PRIORITY_CLASS", 0)
        output = open_output()
        try:
            with self._lock:
                if self._cancelled:
                    raise Cancelled("The adaptation was stopped.")
                self._process = subprocess.Popen(
                    [*self._command, str(self._job)],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=output,
                    env=environment,
                    text=True,
                    encoding="utf-8",
                    errors="replace",
                    creationflags=flags,
                )
                return self._process
        except OSError as error:
            raise EngineError(
                f"The training could not be started: {error.strerror or error}. {_SAFE}"
            ) from None
        finally:
            os.close(output)

    def _read(self, lines: IO[str]) -> None:
        for line in lines:
            try:
                self._take(json.loads(line))
            except (ValueError, KeyError, TypeError, AttributeError):
                # A library may write on the same stream; what is no event of ours is no event.
                engine_logger().warning("training process: a line of %d characters", len(line))

    def _take(self, said: Mapping[str, Any]) -> None:
        kind = said.get("event")
        event: Event | None = None
        if kind == "progress":
            event = _progress_of(said)
        elif kind == "skipped":
            event = Skipped(str(said["name"]), str(said["text"]))
            self._skipped.append(event)
        elif kind == "scores":
            event = self._scores = _scores_of(said)
        elif kind == "done":
            self._done = {**said, "file": str(said["file"])}
        elif kind == "error":
            self._error = str(said["text"])
        if event is not None and not self._cancelled:
            self._on_event(event)

    def _end(self, process: subprocess.Popen[str]) -> int:
        """Wait for a process that says nothing more, and free what it held here; its exit code."""
        try:
            process.wait(_POLITE_SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        with self._lock:
            self._process = None
        _close(process.stdin)
        _close(process.stdout)
        return process.returncode


def training_threads() -> int:
    """Threads for a training beside the window: half of the cores, so one of two."""
    return max(1, (os.cpu_count() or 2) // 2)


def make_work_folder() -> Path:
    """A new folder in the user's cache for one adaptation; what older ones left behind is removed.

    Raises:
        WriteError: If none can be made.
    """
    above = Path(platformdirs.user_cache_dir("medsam", appauthor=False)) / "adapt"
    try:
        above.mkdir(parents=True, exist_ok=True)
        for old in above.iterdir():
            if time.time() - old.stat().st_mtime > _OLD_SECONDS:
                remove_work_folder(old)
        return Path(tempfile.mkdtemp(dir=above))
    except OSError as error:
        raise WriteError(
            f"Adapting needs a folder for its work, and {above} cannot be written to"
            f" ({error.strerror}). Free some space or allow writing there."
        ) from None


def remove_work_folder(folder: Path) -> None:
    """Remove what an adaptation left; what cannot be removed stays for another time."""
    shutil.rmtree(folder, ignore_errors=True)


def write_job(folder: Path, job: Mapping[str, Any]) -> Path:
    """Write a job for ``python -m finetune adapt`` into its work folder.

    Raises:
        WriteError: If the disk is full or may not be written to.
    """
    path = folder / JOB_NAME
    try:
        path.write_text(json.dumps(job, ensure_ascii=False, indent=1), encoding="utf-8")
    except OSError as error:
        raise WriteError(f"The adaptation could not be prepared: {error.strerror}. {_SAFE}") from None
    return path


def install_weights(file: Path, folder: Path) -> Path:
    """Move adapted weights into a folder of models, whole or not at all; a free name is found.

    Raises:
        WriteError: If the folder cannot be written to; the weights stay where they are.
    """
    target = folder / file.name
    number = 2
    while target.exists():
        target = folder / f"{file.stem}-{number}{file.suffix}"
        number += 1
    part = target.with_name(target.name + ".part")
    try:
        folder.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, part)
        os.replace(part, target)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise WriteError(
            f"The adapted model could not be put into {folder} ({error.strerror or error})."
            " Nothing is lost: save it elsewhere, or allow writing there and try again."
        ) from None
    with contextlib.suppress(OSError):
        file.unlink()
    return target


def _progress_of(said: Mapping[str, Any]) -> Progress:
    left = said.get("seconds_left")
    return Progress(
        stage=str(said["stage"]),
        fraction=float(said["fraction"]),
        done=int(said.get("done", 0)),
        total=int(said.get("total", 0)),
        seconds_left=float(left) if left is not None else None,
    )


def _scores_of(said: Mapping[str, Any]) -> Scores:
    rows = tuple(
        Row(str(r["label"]), int(r["objects"]), float(r["before"]), float(r["after"])) for r in said["table"]
    )
    return Scores(
        before=float(said["before"]),
        after=float(said["after"]),
        rows=rows,
        objects=int(said["objects"]),
        cases=int(said["cases"]),
        improved=int(said["improved"]),
        worsened=int(said["worsened"]),
        by_patient=bool(said["by_patient"]),
    )


def _say_death(code: int) -> str:
    if code == -getattr(signal, "SIGKILL", 9):
        return (
            "The training was ended by the system, most likely because it was out of memory."
            f" Tick fewer cases or close other programs, then start again. {_SAFE}"
        )
    return (
        f"The training ended unexpectedly (exit code {code}); the log holds the details."
        f" Start it again, or tick other cases. {_SAFE}"
    )


def _close(stream: IO[str] | None) -> None:
    if stream is not None:
        with contextlib.suppress(OSError, ValueError):
            stream.close()
