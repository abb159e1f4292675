"""Keeping memory: the second use of a large block costs no new pages."""

from __future__ import annotations

import subprocess
import sys

import pytest

from medsam.inference.allocator import keep_memory

_FAULTS = """
import resource, sys
import numpy as np
from medsam.inference.allocator import keep_memory
if sys.argv[1] == "keep":
    assert keep_memory()
def faults():
    before = resource.getrusage(resource.RUSAGE_SELF).ru_minflt
    np.ones(64 * 2**20, np.uint8)
    return resource.getrusage(resource.RUSAGE_SELF).ru_minflt - before
faults()
print(faults())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="glibc's settings")
def test_memory_is_kept_where_the_library_can_be_told(repo_root) -> None:
    counts = {}
    for how in ("keep", "leave"):
        done = subprocess.run(
            [sys.executable, "-c", _FAULTS, how], cwd=repo_root, capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, done.stderr
        counts[how] = int(done.stdout)
    assert counts["keep"] * 10 <= counts["leave"] or counts["leave"] < 100


def test_elsewhere_nothing_happens(monkeypatch) -> None:
    monkeypatch.setattr(sys, "platform", "win32")
    assert keep_memory() is False
