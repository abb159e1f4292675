"""A training process without training: ``python -m tests.engine.fake_trainer SCRIPT.json JOB.json``.

The script is a list of steps: an object is printed as a JSON line, a string is
printed as it is, and of the words below each does what it says. The job is
kept beside the script, as ``SCRIPT.job``.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path
from typing import Any

WAIT, HANG, DIE, FAIL, DONE = "@wait", "@hang", "@die", "@fail", "@done"
"""Wait until standard input ends and then leave; ignore its end; be killed; exit 7; bring the weights."""

NAME = "adapted.safetensors"
COMMAND = [sys.executable, "-m", "tests.engine.fake_trainer"]

SECONDS = 120.0


def scores(before: float = 0.80, after: float = 0.86, **more: object) -> dict[str, object]:
    """A "scores" line; its table has one row, or the rows given."""
    table = [{"label": "Liver", "objects": 12, "before": before, "after": after}]
    return {
        "event": "scores",
        "before": before,
        "after": after,
        "table": table,
        "objects": 12,
        "cases": 2,
        "improved": 9,
        "worsened": 2,
        "by_patient": False,
        **more,
    }


def progress(stage: str = "train", fraction: float = 0.5, **more: object) -> dict[str, object]:
    """A "progress" line."""
    return {
        "event": "progress",
        "stage": stage,
        "fraction": fraction,
        "done": 10,
        "total": 20,
        "text": "",
        "seconds_left": 61.0,
        **more,
    }


def command(folder: Path, script: list[object]) -> list[str]:
    """The command line of a process that plays a script; the job follows."""
    path = folder / "script.json"
    path.write_text(json.dumps(script), encoding="utf-8")
    return [*COMMAND, str(path)]


def job_of(folder: Path) -> dict[str, Any]:
    """The job that the process of ``command`` was given."""
    return json.loads((folder / "script.job").read_text(encoding="utf-8"))


def _bring(folder: Path) -> None:
    (folder / NAME).write_bytes(b"weights")
    said = {"event": "done", "file": str(folder / NAME), "trained_on": 5, "steps": 20}
    print(json.dumps(said), flush=True)


def _leave_when_input_ends() -> None:
    sys.stdin.read()
    os._exit(0)


def main() -> int:
    """Play the script."""
    script, job = Path(sys.argv[1]), Path(sys.argv[2])
    steps, told = json.loads(script.read_text(encoding="utf-8")), job.read_text(encoding="utf-8")
    script.with_suffix(".job").write_text(told, encoding="utf-8")
    if HANG not in steps:
        threading.Thread(target=_leave_when_input_ends, daemon=True).start()
    for step in steps:
        if step in (WAIT, HANG):
            time.sleep(SECONDS)
        elif step == DIE:
            os.kill(os.getpid(), signal.SIGKILL)
        elif step == FAIL:
            os._exit(7)
        elif step == DONE:
            _bring(Path(json.loads(told)["out_folder"]))
        else:
            print(step if isinstance(step, str) else json.dumps(step), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
