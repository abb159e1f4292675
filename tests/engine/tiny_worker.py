"""A worker whose models need no files: ``python -m tests.engine.tiny_worker [PACE]``.

Model names: "tiny" (embedding), "tiny_points" (three candidates), "tiny_zoom",
"slow" (an encoder that takes PACE seconds a step, a hundred steps); other
names do not load. "tiny_zoom" gives the drafts. The environment variable
TINY_ENCODINGS may name a file, which gets a byte for every encoding.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from medsam.engine.worker import main
from medsam.errors import WeightsMismatch
from tests.fakes import TinyWeights

STEPS = 100
COUNTED = "TINY_ENCODINGS"


def load(name: str, device: str) -> Any:
    """The models above; every other name is refused as a wrong file."""
    if name == "tiny_zoom":
        return TinyWeights.zoom()
    if name == "tiny_points":
        return TinyWeights.sam(name, kind="sam", candidates=3)
    if name not in ("tiny", "slow"):
        raise WeightsMismatch(f"The file {name} holds other weights: 3 keys are missing.")
    loaded = TinyWeights.sam(name)
    encoder = loaded.network.image_encoder
    if name == "slow":
        encoder.forward = _slow(encoder.forward)
    if COUNTED in os.environ:
        encoder.forward = _counted(encoder.forward, Path(os.environ[COUNTED]))
    return loaded


def _counted(forward: Callable[..., Any], path: Path) -> Callable[..., Any]:
    def run(x: Any, check: Callable[[], None] | None = None) -> Any:
        result = forward(x, check)
        with path.open("ab") as file:
            file.write(b"x")
        return result

    return run


def _slow(forward: Callable[..., Any]) -> Callable[..., Any]:
    def run(x: Any, check: Callable[[], None] | None = None) -> Any:
        for _ in range(STEPS):
            time.sleep(float(sys.argv[1]) if len(sys.argv) > 1 else 0.0)
            if check is not None:
                check()
        return forward(x)

    return run


if __name__ == "__main__":
    os._exit(main(load, "tiny_zoom"))
