"""Keeping freed memory, so that the next encoding need not ask the system for it again.

glibc hands large blocks back to the kernel as soon as they are freed; every
encoding then pays for the same pages once more, which on a virtual machine
can take a third of its time. A process that only computes keeps them.
"""

from __future__ import annotations

import ctypes
import sys

# Of glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4
_NEVER = 2**31 - 1
_TOP_PAD = 64 * 2**20


def keep_memory() -> bool:
    """Tell the C library to keep what this process frees; for processes that do nothing but compute.

    Returns:
        Whether the library could be told: with glibc on Linux, that is.
    """
    if sys.platform != "linux":
        return False
    try:
        mallopt = ctypes.CDLL(None).mallopt
    except (OSError, AttributeError):  # another C library, such as musl
        return False
    mallopt.argtypes, mallopt.restype = (ctypes.c_int, ctypes.c_int), ctypes.c_int
    told = [
        mallopt(_M_MMAP_MAX, 0),
        mallopt(_M_TRIM_THRESHOLD, _NEVER),
        mallopt(_M_TOP_PAD, _TOP_PAD),
    ]
    return all(told)
