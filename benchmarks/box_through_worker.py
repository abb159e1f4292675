"""How long from asking for a box's mask to having it, through the worker process?

    python -m benchmarks.box_through_worker [--rounds N] [--without-vit]

Two models: the embedded default, and a ViT-B of SAM's size with random
weights whose slice is encoded beforehand. Each round asks both, one after the
other. "asked to answered" is what the window sees; "in the worker" is what
the worker spent on it; the difference is the price of a separate process.
Ratios are to the default model's figure of the same round. Also told: the
wait for a first draft on a slice that is not encoded, and for a running
encoding to stop.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median
from typing import Any

import numpy as np

from benchmarks._rows import row_of, tell
from medsam.engine.client import EngineClient
from medsam.engine.jobs import (
    Failed,
    MaskAnswer,
    Message,
    ModelLoaded,
    SliceKey,
    SliceProgress,
    SliceState,
    WorkerLost,
)
from medsam.intensity import CT_PRESETS
from medsam.prompts import Box, Prompts
from medsam.volume import Volume
from pretrain.catalogue import DEFAULT

PATIENCE = 600.0
WINDOW = CT_PRESETS["soft tissue"]


class Engine:
    """A client with one model, and waiting for its messages."""

    def __init__(self, model: str, volume: Volume) -> None:
        """Start a worker, hand it the volume and load the model."""
        self._messages: list[tuple[float, Message]] = []
        self._condition = threading.Condition()
        self.client = EngineClient(self._note)
        self.client.start()
        self.volume_id = self.client.set_volume(volume)
        token = self.client.load_model(model)
        self.wait(lambda m: isinstance(m, ModelLoaded) and m.token == token)

    def _note(self, message: Message) -> None:
        with self._condition:
            self._messages.append((time.perf_counter(), message))
            self._condition.notify_all()

    def wait(self, wanted: Callable[[Any], bool]) -> tuple[float, Any]:
        """When a message came and what it was; ends the program on a failure."""

        def find() -> tuple[float, Message] | None:
            ends = (Failed, WorkerLost)
            return next((p for p in self._messages if wanted(p[1]) or isinstance(p[1], ends)), None)

        with self._condition:
            found = self._condition.wait_for(find, PATIENCE)
        problem = "no answer came" if found is None else getattr(found[1], "sentence", "")
        if found is None or problem:
            self.client.close()
            sys.exit(problem)
        return found

    def key(self, index: int) -> SliceKey:
        """A slice of the volume."""
        return SliceKey(self.volume_id, 2, index, WINDOW)

    def ask(self, box: Box, index: int = 0, *, draft: bool = False) -> tuple[float, float]:
        """Seconds until the mask (or its draft) is there, and those the worker spent."""
        begin = time.perf_counter()
        token = self.client.predict(self.key(index), Prompts(box), draft=draft)
        came, answer = self.wait(
            lambda m: isinstance(m, MaskAnswer) and m.token == token and m.draft is draft
        )
        return came - begin, answer.seconds

    def stop_encoding(self, index: int, after: float) -> float:
        """Seconds from a cancel to the word that the slice's encoding has stopped."""
        key = self.key(index)
        token = self.client.encode(key)
        self.wait_state(key, SliceState.ENCODING)
        time.sleep(after)
        begin = time.perf_counter()
        self.client.cancel(token)
        return self.wait_state(key, SliceState.NONE) - begin

    def wait_state(self, key: SliceKey, state: SliceState) -> float:
        """When a slice was first said to be in a state."""
        return self.wait(lambda m: isinstance(m, SliceProgress) and m.slice == key and m.state is state)[0]


def boxes(count: int) -> list[Box]:
    """Boxes of several sizes in a 512×512 slice, the same in every run."""
    rng = np.random.default_rng(1)
    sides = rng.uniform(20, 200, (count, 2))
    corners = rng.uniform(0, 300, (count, 2))
    return [Box(x, y, x + w, y + h) for (x, y), (w, h) in zip(corners, sides, strict=True)]


def measure(models: dict[str, str], rounds: int) -> None:
    """Print the table."""
    voxels = np.random.default_rng(0).integers(-200, 300, (512, 512, 12), dtype=np.int16)
    volume = Volume(voxels, np.eye(4), modality="CT")
    engines: dict[str, Engine] = {}
    try:
        for name, model in models.items():
            engines[name] = Engine(model, volume)
        for engine in engines.values():
            engine.ask(Box(10, 10, 60, 60))
        times: dict[str, list[tuple[float, float]]] = {name: [] for name in engines}
        for box in boxes(rounds):
            for name, engine in engines.items():
                times[name].append(engine.ask(box))
        report(times)
        for name, engine in engines.items():
            if engine.client.model is not None and engine.client.model.needs_encoding:
                draft, _ = engine.ask(Box(10, 10, 90, 90), 1, draft=True)
                stops = [engine.stop_encoding(i, 0.2 * i) for i in range(2, 8)]
                print(f"{name}: a draft on a new slice comes after {draft * 1e3:.0f} ms")
                print(f"{name}: an encoding stops within {max(stops) * 1e3:.0f} ms")
    finally:
        for engine in engines.values():
            engine.client.close()


def report(times: dict[str, list[tuple[float, float]]]) -> None:
    """One line a model: medians, and the ratio to the first model of the same round."""
    first = next(iter(times.values()))
    print(f"{'model':<28}{'asked to answered':>20}{'in the worker':>16}{'process':>10}{'ratio':>8}")
    for name, pairs in times.items():
        whole, inside = (median(p[i] for p in pairs) * 1e3 for i in (0, 1))
        between = median(p[0] - p[1] for p in pairs) * 1e3
        ratio = median(p[0] / f[0] for p, f in zip(pairs, first, strict=True))
        asked, worked = zip(*pairs, strict=True)
        what = f"{name}: asked to answered"
        tell([row_of(what, asked, worked, "the worker's own time", unit="ms", scale=1000)])
        print(f"{name:<28}{whole:>17.1f} ms{inside:>13.1f} ms{between:>7.1f} ms{ratio:>8.2f}")


def main() -> int:
    """Read the arguments and measure."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=30)
    parser.add_argument("--without-vit", action="store_true", help="only the embedded default")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        models = {"default (zoom)": DEFAULT}
        if not given.without_vit:
            from benchmarks._vit_b import random_vit

            models["ViT-B, embedding cached"] = str(random_vit(Path(folder)))
        measure(models, given.rounds)
    return 0


if __name__ == "__main__":
    sys.exit(main())
