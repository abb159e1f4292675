"""The image's side of a mask decoder, compiled: optional, as attention is.

For 256 channels, 8 heads and at most 32 tokens a prompt, which lie in groups
of 64 lanes: lane 8·token + head.
"""

from __future__ import annotations

import ctypes
import functools
import itertools
from collections.abc import Callable, Sequence
from typing import Any

import torch
from torch import Tensor

from medsam.model import native

WIDTH, HEADS, TOKENS, GROUP = 256, 8, 32, 64
NEVER = -1e30
"""A score that no softmax sees."""

_P, _L = ctypes.c_void_p, ctypes.c_int64


class Renewal(ctypes.Structure):
    """An image's tokens read a prompt's, and those the image; as in ``decoder.cpp``."""

    _fields_ = [
        *((name, _P) for name in ("image", "asking", "places", "scores", "shifts", "values", "bias")),
        *((name, _P) for name in ("norm_weight", "norm_bias", "questions", "renewed")),
        *((name, _P) for name in ("tops", "totals", "sums")),
        *((name, _L) for name in ("score_words", "groups", "tokens", "rows", "parts")),
        ("epsilon", ctypes.c_float),
    ]


class Upscaling(ctypes.Structure):
    """From an image's tokens to masks; as in ``decoder.cpp``."""

    _fields_ = [
        *((name, _P) for name in ("image", "first", "first_bias", "norm_weight", "norm_bias")),
        *((name, _P) for name in ("second", "second_bias", "weights", "out")),
        *((name, _L) for name in ("masks", "height", "width", "parts")),
        ("epsilon", ctypes.c_float),
    ]


@functools.cache
def _suffix(dtype: torch.dtype) -> str:
    return "bfloat16" if dtype == torch.bfloat16 else "float32"


def usable(dtype: torch.dtype) -> bool:
    """Whether the library on this machine has what a decoder takes, for a format."""
    library = native.compiled()
    return dtype in native.dtypes() and hasattr(library, "medsam_steps")


def panels(right: Tensor, dtype: torch.dtype) -> Tensor:
    """A matrix (steps, columns) in panels of 64 columns, in the order that a row times it is computed in.

    bfloat16 goes in pairs of steps, side by side.
    """
    cut = right.detach().to(dtype).unflatten(1, (-1, GROUP)).transpose(0, 1)
    if dtype == torch.bfloat16:
        cut = cut.unflatten(1, (-1, 2)).transpose(2, 3)
    return cut.contiguous()


def renew(dtype: torch.dtype, jobs: Sequence[Renewal], threads: int) -> None:
    """Do renewals of as many parts each."""
    _run(f"medsam_renewals_{_suffix(dtype)}", (Renewal * len(jobs))(*jobs), threads)


def upscale(dtype: torch.dtype, jobs: Sequence[Upscaling], threads: int) -> None:
    """Do upscalings of as many parts each."""
    _run(f"medsam_upscalings_{_suffix(dtype)}", (Upscaling * len(jobs))(*jobs), threads)


def _run(name: str, jobs: Any, threads: int) -> None:
    function: Callable[..., None] = getattr(native.compiled(), name)
    following = _L(0)
    arguments = jobs, _L(len(jobs)), ctypes.byref(following)
    together(lambda: function(*arguments), min(threads, len(jobs) * jobs[0].parts))


def each(work: Callable[[int], None], count: int, threads: int) -> None:
    """Do ``work`` for the numbers below ``count``."""
    numbers = itertools.count()

    def share() -> None:
        for number in numbers:
            if number >= count:
                return
            work(number)

    together(share, min(threads, count))


def together(work: Callable[[], None], threads: int) -> None:
    """Let threads do the same work, of which each takes what is left, this one among them.

    A thread that has not begun when there is nothing left is not waited for:
    it could wait for a core that another program holds.
    """
    if threads > 1:
        helpers = [native.pool(threads - 1).submit(work) for _ in range(threads - 1)]
    else:
        helpers = []
    work()
    for helper in helpers:
        if not helper.cancel():
            helper.result()
