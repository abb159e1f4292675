"""A process that believes it runs on a processor with AVX2 and nothing newer."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from medsam.model import native

ROOT = Path(__file__).resolve().parents[2]
OLDER = {"ONEDNN_MAX_CPU_ISA": "AVX2", "ATEN_CPU_CAPABILITY": "avx2", native.VARIABLE: "0"}


def said_by(code: str) -> list[str]:
    """Run Python code there; the words that it prints."""
    done = subprocess.run(
        [sys.executable, "-c", code],
        cwd=ROOT,
        env=os.environ | OLDER,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout.split()
