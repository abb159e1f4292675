"""Who goes first when the window and the networks want the same cores: the window."""

from __future__ import annotations

import contextlib
import os
import sys

STEPS = 5
"""By which the networks' niceness exceeds the window's: they get a third of a core that both want."""


def step_back() -> None:
    """Let this process stand back behind the window; one that may not goes on as it is.

    To be called before there are other threads: on Linux each has a niceness
    of its own and inherits that of the one which began it.
    """
    with contextlib.suppress(OSError):
        if sys.platform == "win32":
            import psutil

            psutil.Process().nice(psutil.BELOW_NORMAL_PRIORITY_CLASS)
        else:
            os.nice(STEPS)
