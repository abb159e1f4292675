"""Keeping freed memory, so that the next encoding need not ask the system for it again.

glibc hands large blocks back to the kernel as soon as they are freed; every
encoding then pays for the same pages once more, which on a virtual machine
can take a third of its time. A process that only computes keeps them, until it
lets go of a model or an image, or nobody asks anything of it for a while.
"""

from __future__ import annotations

import ctypes
import gc
import sys

# Of glibc's malloc.h.
_M_TRIM_THRESHOLD, _M_TOP_PAD, _M_MMAP_MAX = -1, -2, -4
_NEVER = 2**31 - 1
_TOP_PAD = 64 * 2**20


def library_name() -> str:
    """Which C library hands out memory, and whether it can be told to keep it: "glibc 2.36", "" if not."""
    if sys.platform != "linux":
        return ""
    try:
        version = ctypes.CDLL(None).gnu_get_libc_version
    except (OSError, AttributeError):  # another C library, such as musl
        return ""
    version.restype = ctypes.c_char_p
    return f"glibc {version().decode()}"


def give_back() -> bool:
    """Return to the system what is kept and not in use; the next encoding asks for it again.

    Returns:
        Whether anything could be returned.
    """
    # Networks hold each other in circles, which only the collector lets go.
    gc.collect()
    if sys.platform != "linux":
        return False
    try:
        trim = ctypes.CDLL(None).malloc_trim
    except (OSError, AttributeError):
        return False
    trim.argtypes, trim.restype = (ctypes.c_size_t,), ctypes.c_int
    return bool(trim(0))


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
