"""What is compiled for processors with AVX-512: optional, found at run time, never needed.

``setup.py`` builds one library where a compiler is. Attention is declared
here, the mask decoder's image side in ``decoder``, its prompts' side in
``tokens``, the enlarging of logits in ``pixels``; each has a file of its name
in C++. Without the library, on another processor, or with the environment
variable ``MEDSAM_NATIVE=0``, ``dtypes()`` is empty and PyTorch does the work.
"""

from __future__ import annotations

import ctypes
import functools
import os
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

VARIABLE = "MEDSAM_NATIVE"
HEAD = 64
"""Channels of a head that the kernel is written for."""

_POINTER, _LONG, _INT = ctypes.c_void_p, ctypes.c_int64, ctypes.c_int
_ATTEND = (_POINTER, _POINTER, _LONG, _LONG, _POINTER, _INT, _INT, _INT) + (_POINTER,) * 3 + (_LONG, _POINTER)


@functools.cache
def compiled() -> ctypes.CDLL | None:
    """The library, its functions declared; None where there is none that this processor can run."""
    if os.environ.get(VARIABLE) == "0":
        return None
    for path in sorted(Path(__file__).parent.glob("_attention*")):
        try:
            library = ctypes.CDLL(str(path))
            library.medsam_attention_support.restype = _INT
            if library.medsam_attention_support():
                return _declared(library)
        except (OSError, AttributeError):
            continue  # built for another system, or half a file
    return None


def _declared(library: ctypes.CDLL) -> ctypes.CDLL:
    library.medsam_attention_scratch.restype = _LONG
    library.medsam_attention_scratch.argtypes = (_INT, _INT, _INT)
    for name in ("medsam_attend_bfloat16", "medsam_attend_float32"):
        function = getattr(library, name)
        function.argtypes, function.restype = _ATTEND, None
    library.medsam_quantise.argtypes = (_POINTER, _LONG, ctypes.c_float, _INT, _POINTER)
    library.medsam_quantise.restype = None
    return library


def dtypes() -> frozenset[torch.dtype]:
    """What the kernel computes in on this machine; empty if it cannot be used."""
    library = compiled()
    support = library.medsam_attention_support() if library is not None else 0
    known = (frozenset[torch.dtype](), frozenset({torch.float32}), frozenset({torch.float32, torch.bfloat16}))
    return known[support]


@functools.lru_cache(maxsize=8)
def pool(threads: int) -> ThreadPoolExecutor:
    """So many threads that stay, for everything that is compiled."""
    return ThreadPoolExecutor(threads, "attention")


if hasattr(os, "register_at_fork"):
    # A forked child has the pool but none of its threads, and would wait for them for ever.
    os.register_at_fork(after_in_child=pool.cache_clear)


@functools.lru_cache(maxsize=8)
def window_places(height: int, width: int, side: int) -> Tensor:
    """Tokens of a grid by windows: (windows, side²) int32, row by row; -1 where a window is padded."""
    down, across = -(-height // side), -(-width // side)
    grid = torch.full((down * side, across * side), -1, dtype=torch.int32)
    grid[:height, :width] = torch.arange(height * width, dtype=torch.int32).view(height, width)
    return (
        grid.view(down, side, across, side).transpose(1, 2).reshape(down * across, side * side).contiguous()
    )


def attend(
    qkv: Tensor,
    pad: Tensor,
    places: Tensor,
    size: tuple[int, int],
    tables: tuple[Tensor, Tensor],
    out: Tensor,
    check: Callable[[], None],
) -> None:
    """Multi-head attention with decomposed relative positions within grids of tokens.

    Args:
        qkv: (tokens, 3·C) contiguous, of one of ``dtypes()``: queries, keys and
            values, C a multiple of ``HEAD``.
        pad: (3·C,) what padding projects to.
        places: (N, H·W) int32, the token at each place of each of N grids; -1 for padding.
        size: (H, W) of a grid.
        tables: Relative positions, (2·H − 1, HEAD) and (2·W − 1, HEAD), contiguous.
        out: (tokens, C) contiguous; overwritten.
        check: Called between parts of the work; may raise.
    """
    library = compiled()
    assert library is not None, "ask dtypes() first"
    threads = torch.get_num_threads()
    channels = out.shape[1]
    heads = channels // HEAD
    # Whole pictures are shared out by heads, windows by windows.
    if len(places) == 1:
        jobs = [(0, head, 1) for head in range(heads)]
    else:
        jobs = [(grid, 0, heads) for grid in range(len(places))]
    for start in range(0, len(jobs), 2 * threads):
        check()
        part = jobs[start : start + 2 * threads]
        shares = [part[n::threads] for n in range(min(threads, len(part)))]
        work = functools.partial(_attend_share, library, qkv, pad, places, size, tables, out)
        list(pool(threads).map(work, shares) if len(shares) > 1 else map(work, shares))


def _attend_share(
    library: ctypes.CDLL,
    qkv: Tensor,
    pad: Tensor,
    places: Tensor,
    size: tuple[int, int],
    tables: tuple[Tensor, Tensor],
    out: Tensor,
    jobs: list[tuple[int, int, int]],
) -> None:
    is_bfloat16 = qkv.dtype == torch.bfloat16
    function: Any = library.medsam_attend_bfloat16 if is_bfloat16 else library.medsam_attend_float32
    scratch = torch.empty(library.medsam_attention_scratch(*size, int(is_bfloat16)), dtype=torch.uint8)
    aligned = (scratch.data_ptr() + 63) // 64 * 64
    element, channels = qkv.element_size(), out.shape[1]
    for grid, head, count in jobs:
        offset = head * HEAD * element
        function(
            qkv.data_ptr() + offset,
            pad.data_ptr() + offset,
            qkv.shape[1],
            channels,
            places[grid].data_ptr(),
            *size,
            count,
            tables[0].data_ptr(),
            tables[1].data_ptr(),
            out.data_ptr() + offset,
            channels,
            aligned,
        )


def quantise(values: Tensor, scale: float, zero: int) -> Tensor:
    """uint8 ``round(values / scale) + zero``, cut to 0..255.

    Args:
        values: Contiguous float32.
        scale: What one step stands for.
        zero: The number that stands for 0.
    """
    library = compiled()
    if library is None:
        return values.div(scale).round_().add_(zero).clamp_(0, 255).to(torch.uint8)
    result = torch.empty(values.shape, dtype=torch.uint8)
    library.medsam_quantise(values.data_ptr(), values.numel(), scale, zero, result.data_ptr())
    return result
