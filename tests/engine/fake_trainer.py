"""A training process without training: ``python -m tests.engine.fake_trainer JOB.json``.

The job's "script" is a list of steps: an object is printed as a JSON line, a
string is printed as it is, and of the words below each does what it says.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import time
from pathlib import Path

WAIT, HANG, DIE, FAIL, WRITE = "@wait", "@hang", "@die", "@fail", "@write"
"""Wait until standard input ends and then leave; ignore its end; be killed; exit 7; make the weights."""

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


def done(folder: Path) -> dict[str, object]:
    """The last line; ``WRITE`` makes its file."""
    return {"event": "done", "file": str(folder / "adapted.safetensors"), "trained_on": 5, "steps": 20}


def _leave_when_input_ends() -> None:
    sys.stdin.read()
    os._exit(0)


def main() -> int:
    """Play the script of the job."""
    job = json.loads(Path(sys.argv[1]).read_text(encoding="utf-8"))
    steps = job["script"]
    if HANG not in steps:
        threading.Thread(target=_leave_when_input_ends, daemon=True).start()
    for step in steps:
        if step in (WAIT, HANG):
            time.sleep(SECONDS)
        elif step == DIE:
            os.kill(os.getpid(), signal.SIGKILL)
        elif step == FAIL:
            os._exit(7)
        elif step == WRITE:
            (Path(job["out_folder"]) / "adapted.safetensors").write_bytes(b"weights")
        else:
            print(step if isinstance(step, str) else json.dumps(step), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main()
