"""How soon is a model ready to answer, and where does the time go?

    python -m benchmarks.model_load [--model medsam_zoom] [--rounds 7]

As the window does it: the engine's client starts the worker, which loads the
model. Measured from the start of the process to "ready", to "loaded", and for
a second loading in the same worker, which has no imports left to do. Beside
it, in processes of their own, what Python, ``import torch`` and the program's
own modules take, and inside of one the steps of loading: hashing the file,
reading the tensors, building the network, putting them in; in seconds of the
clock and of the processor, which other work on the machine does not lengthen.
Medians of the rounds. Also says whether the window's side had imported torch:
it must not.
"""

from __future__ import annotations

import argparse
import json
import statistics
import subprocess
import sys
import threading
import time
from typing import Any

from benchmarks import ROOT
from benchmarks._quiet import Quiet
from benchmarks._rows import row_of, tell
from medsam.engine.client import EngineClient
from medsam.engine.jobs import Failed, ModelLoaded, WorkerLost

LIMIT = 300.0
"""Seconds after which a worker counts as stuck."""

STEPS = """
import json, sys, time
found = {}
class Part:
    def __init__(self, name):
        self.name = name
    def __enter__(self):
        self.begin = time.perf_counter(), time.process_time()
    def __exit__(self, *_):
        spent = time.perf_counter() - self.begin[0], time.process_time() - self.begin[1]
        before = found.get(self.name, (0.0, 0.0))
        found[self.name] = tuple(a + b for a, b in zip(before, spent))
def timed(name, call):
    def run(*args, **kwargs):
        with Part(name):
            return call(*args, **kwargs)
    return run
found["start Python"] = 0.0, time.process_time()
with Part("import torch"):
    import torch
with Part("import the program's modules"):
    from medsam.model import build
    from medsam.engine import worker_inference, worker_models
for label, name in (("hash the file", "sha256_of"), ("read the tensors", "read_state_dict"),
                    ("build the network", "build_zoom"), ("put the tensors in", "load_into")):
    setattr(build, name, timed(label, getattr(build, name)))
with Part("load in all"):
    build.load_model(sys.argv[1], "cpu")
print(json.dumps(found))
"""


class Round:
    """One worker: when it was ready, when it had loaded, when it had loaded once more."""

    def __init__(self, model: str) -> None:
        self._said = threading.Condition()
        self._loaded = 0
        self._trouble = ""
        client = EngineClient(self._take)
        try:
            start = time.perf_counter()
            client.start()
            client.load_model(model, "cpu")
            self._wait(1)
            self.loaded = time.perf_counter() - start
            start = time.perf_counter()
            client.load_model(model, "cpu")
            self._wait(2)
            self.again = time.perf_counter() - start
        finally:
            client.close()

    def _take(self, message: Any) -> None:
        with self._said:
            if isinstance(message, ModelLoaded):
                self._loaded += 1
            elif isinstance(message, Failed | WorkerLost):
                self._trouble = message.sentence
            self._said.notify_all()

    def _wait(self, count: int) -> None:
        with self._said:
            self._said.wait_for(lambda: self._loaded >= count or self._trouble, LIMIT)
            if self._loaded < count:
                raise SystemExit(self._trouble or f"The worker did not load within {LIMIT:.0f} s.")


def steps(model: str) -> dict[str, tuple[float, float]]:
    """Seconds of the clock and of the processor, of imports and of loading, in a fresh process."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", ""], cwd=ROOT, check=True, timeout=LIMIT)
    python = time.perf_counter() - start
    done = subprocess.run(
        [sys.executable, "-c", STEPS, model],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
        timeout=LIMIT,
    )
    found = {name: (clock, processor) for name, (clock, processor) in json.loads(done.stdout).items()}
    return {**found, "start Python": (python, found["start Python"][1])}


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--model", default="medsam_zoom", help="catalogue name or file")
    parser.add_argument("--rounds", type=int, default=7)
    args = parser.parse_args()
    Round(args.model), steps(args.model)  # files into the system's cache
    quiet = Quiet()
    rounds = [(quiet.sample(lambda: Round(args.model)).value, steps(args.model)) for _ in range(args.rounds)]
    for title, values in (
        ("worker's start to a loaded model", [r.loaded for r, _ in rounds]),
        ("loading once more, in a worker that runs", [r.again for r, _ in rounds]),
    ):
        print(f"{title}: {statistics.median(values):.2f} s ({min(values):.2f} to {max(values):.2f})")
    print("\n| step | seconds | of the processor |\n|---|---|---|")
    for name in rounds[0][1]:
        clock, processor = (statistics.median(found[name][n] for _, found in rounds) for n in (0, 1))
        print(f"| {name} | {clock:.3f} | {processor:.3f} |")
    loaded, torch = [r.loaded for r, _ in rounds], [found["import torch"][0] for _, found in rounds]
    tell([row_of("the worker's start to a loaded model", loaded, torch, "importing torch")])
    print(f"\n{quiet.line()}")
    print(f"{args.rounds} rounds; torch imported by the window's side: {'torch' in sys.modules}")


if __name__ == "__main__":
    main()
