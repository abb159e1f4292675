"""Keeping memory: the second use of a large block costs no new pages."""

from __future__ import annotations

import subprocess
import sys

import pytest

from medsam.inference import allocator
from medsam.inference.allocator import give_back, keep_memory, library_name

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


_RETURN = """
import numpy as np, psutil
from medsam.inference.allocator import give_back, keep_memory
assert keep_memory()
def resident():
    return psutil.Process().memory_info().rss / 2**20
begin = resident()
for _ in range(2):
    blocks = [np.ones(2**20, np.uint8) for _ in range(200)]
    used = resident() - begin
    del blocks
    kept = resident() - begin
    assert used > 190 and kept > 150, (used, kept)
    assert give_back()
    assert resident() - begin < 60, resident() - begin
"""

glibc = pytest.mark.skipif(not library_name(), reason="glibc's settings")


@glibc
def test_what_is_kept_is_given_back_when_asked(repo_root) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _RETURN], cwd=repo_root, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr


@glibc
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
    assert keep_memory() is False and give_back() is False and library_name() == ""


def test_another_c_library_is_left_alone(monkeypatch) -> None:
    class Musl:
        """Knows none of the calls."""

    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(allocator.ctypes, "CDLL", lambda name: Musl())
    assert keep_memory() is False and give_back() is False and library_name() == ""
