"""``embed`` with a network that needs no file: ``python -m tests.cli.tiny_embed PACE PATH...``.

Every encoding takes PACE seconds more than it must. The last line of standard
error tells the niceness that the process ended with.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from typing import Any

import medsam.model
from medsam.cli.main import main
from tests.fakes import TinyWeights


def load(model: str, device: str) -> Any:
    """The tiny network, slowed down."""
    loaded = TinyWeights.sam()
    forward = loaded.network.image_encoder.forward

    def slow(x: Any, check: Any = None) -> Any:
        time.sleep(float(sys.argv[1]))
        return forward(x, check)

    loaded.network.image_encoder.forward = slow
    return loaded


if __name__ == "__main__":
    medsam.model.load_model = load
    # A suite that runs in the background of a shell hands on that Ctrl+C is ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    code = main(["embed", "--precision", "exact", *sys.argv[2:]])
    print(f"niceness {os.nice(0) if hasattr(os, 'nice') else 0}", file=sys.stderr)
    sys.exit(code)
