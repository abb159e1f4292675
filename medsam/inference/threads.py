"""How many threads a network computes in beside a window."""

from __future__ import annotations

import os

VARIABLE = "MEDSAM_THREADS"


def usable_cores() -> int:
    """Cores that this process may run on."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def choose_threads() -> int:
    """Threads for the network; ``MEDSAM_THREADS`` overrides.

    The process runs at a lower priority than the window, so two cores are
    both used; from four on, one stays free.
    """
    text = os.environ.get(VARIABLE, "")
    if text.isdigit() and int(text) > 0:
        return int(text)
    cores = usable_cores()
    return cores if cores < 4 else cores - 1
