"""How a process that computes for hours holds on to its memory."""

from __future__ import annotations

import ctypes
import sys

_MMAP_MAX, _TRIM_THRESHOLD, _TOP_PAD = -4, -1, -2
"""Numbers of glibc's options (malloc.h)."""


def keep_memory() -> bool:
    """Tell glibc to keep freed memory instead of giving it back.

    Fresh pages cost a virtual machine a third of its time: a step of training
    frees and asks for the same large blocks again and again. Once a process,
    before its work.

    Returns:
        Whether it was told; False where the C library is another one.
    """
    if sys.platform != "linux":
        return False
    try:
        mallopt = ctypes.CDLL("libc.so.6").mallopt
    except (OSError, AttributeError):
        return False
    options = ((_MMAP_MAX, 0), (_TRIM_THRESHOLD, 2**31 - 1), (_TOP_PAD, 256 << 20))
    told = [mallopt(option, value) == 1 for option, value in options]
    return all(told)
