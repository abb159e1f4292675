"""The image's side of a mask decoder, compiled: optional, as attention is.

For 256 channels, 8 heads and at most 8 tokens a prompt, which lie in 64
lanes: lane 8·token + head.
"""

from __future__ import annotations

import ctypes
import functools
from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from medsam.model import native

WIDTH, HEADS, TOKENS = 256, 8, 8
LANES = HEADS * TOKENS
NEVER = -1e30
"""A score that no softmax sees."""

_P, _L = ctypes.c_void_p, ctypes.c_int64


class _Renewal(ctypes.Structure):
    _fields_ = [
        *((name, _P) for name in ("image", "asking", "places", "scores", "shifts", "values", "bias")),
        *((name, _P) for name in ("norm_weight", "norm_bias", "questions", "renewed")),
        *((name, _P) for name in ("tops", "totals", "sums")),
        *((name, _L) for name in ("score_words", "begin", "end")),
        ("epsilon", ctypes.c_float),
    ]


class _Upscaling(ctypes.Structure):
    _fields_ = [
        *((name, _P) for name in ("image", "first", "first_bias", "norm_weight", "norm_bias")),
        *((name, _P) for name in ("second", "second_bias", "weights", "out")),
        *((name, _L) for name in ("masks", "height", "width", "begin", "end")),
        ("epsilon", ctypes.c_float),
    ]


@functools.cache
def _suffix(dtype: torch.dtype) -> str:
    return "bfloat16" if dtype == torch.bfloat16 else "float32"


def usable(dtype: torch.dtype) -> bool:
    """Whether the library on this machine has the functions below for a format."""
    library = native._library()
    return dtype in native.dtypes() and hasattr(library, f"medsam_renew_{_suffix(dtype)}")


def pack(right: Tensor, dtype: torch.dtype) -> Tensor:
    """A matrix (..., steps, columns) in the order that a row times it is computed in.

    bfloat16 goes in pairs of steps, side by side.
    """
    right = right.to(dtype)
    if dtype == torch.bfloat16:
        right = right.unflatten(-2, (-1, 2)).transpose(-1, -2)
    return right.contiguous()


def renew(
    image: Tensor,
    asking: Tensor | None,
    places: Tensor,
    scores: Tensor,
    shifts: Tensor,
    values: Tensor,
    closing: tuple[Tensor, Tensor, Tensor, float],
    questions: Tensor,
    threads: int,
) -> tuple[Tensor, Tensor]:
    """Let an image's tokens read N prompts' tokens, and those the image as it is then.

    Args:
        image: (N or 1, S, 256) contiguous, of one of ``native.dtypes()``.
        asking: (S, channels), what the image asks with; None for ``image + places``.
        places: (S, 256).
        scores: (N, channels, 64) packed: ``asking`` times it are scores.
        shifts: (N, 64) float32, added to them; ``NEVER`` for lanes without a token.
        values: (N, 64, 256) packed, what the image takes.
        closing: Bias, the norm's weight and bias, (256,) float32 each, and its epsilon.
        questions: (N, 256, 64) packed: the renewed image with its places, times
            it, are the scores of the prompts' tokens.
        threads: To share the work among.

    Returns:
        The renewed image (N, S, 256), and what each lane reads of it, (N, 64, 256) float32.
    """
    n, s = len(shifts), image.shape[1]
    bias, weight, norm_bias, epsilon = closing
    renewed = image.new_empty(n, s, WIDTH)
    jobs = _shares(n, s, threads)
    tops, totals = (torch.empty(len(jobs), LANES) for _ in range(2))
    sums = torch.empty(len(jobs), LANES, WIDTH)
    words = (WIDTH if asking is None else asking.shape[1]) * image.element_size() // 4

    def job(number: int) -> _Renewal:
        prompt, begin, end = jobs[number]
        return _Renewal(
            image[prompt if len(image) > 1 else 0].data_ptr(),
            None if asking is None else asking.data_ptr(),
            places.data_ptr(),
            scores[prompt].data_ptr(),
            shifts[prompt].data_ptr(),
            values[prompt].data_ptr(),
            bias.data_ptr(),
            weight.data_ptr(),
            norm_bias.data_ptr(),
            questions[prompt].data_ptr(),
            renewed[prompt].data_ptr(),
            tops[number].data_ptr(),
            totals[number].data_ptr(),
            sums[number].data_ptr(),
            words,
            begin,
            end,
            epsilon,
        )

    _run(f"medsam_renew_{_suffix(image.dtype)}", [job(number) for number in range(len(jobs))], threads)
    parts = len(jobs) // n
    if parts > 1:
        tops = tops.view(n, parts, LANES)
        fades = (tops - tops.amax(dim=1, keepdim=True)).exp()
        totals = (totals.view(n, parts, LANES) * fades).sum(dim=1)
        sums = (sums.view(n, parts, LANES, WIDTH) * fades[..., None]).sum(dim=1)
    return renewed, sums / totals[..., None]


def upscale(
    image: Tensor,
    first: tuple[Tensor, Tensor],
    norm: tuple[Tensor, Tensor, float],
    second: tuple[Tensor, Tensor],
    weights: Tensor,
    hw: tuple[int, int],
    threads: int,
) -> Tensor:
    """Masks (N, M, 4h, 4w) float32 of renewed images.

    Args:
        image: (N, h·w, 256).
        first: (256, 4·64) packed and (4·64,) float32, cells above before those below.
        norm: Weight and bias (64,) float32 and epsilon.
        second: (64, 4·32) packed and (4·32,) float32.
        weights: (N, M, 32) float32 contiguous.
        hw: Rows and columns of the image's tokens.
        threads: To share the work among.
    """
    n, masks = weights.shape[:2]
    h, w = hw
    out = torch.empty(n, masks, 4 * h, 4 * w)

    def job(prompt: int, begin: int, end: int) -> _Upscaling:
        return _Upscaling(
            image[prompt].data_ptr(),
            *(x.data_ptr() for x in (*first, *norm[:2], *second)),
            weights[prompt].data_ptr(),
            out[prompt].data_ptr(),
            masks,
            h,
            w,
            begin,
            end,
            norm[2],
        )

    jobs = [job(*share) for share in _shares(n, h * w, threads)]
    _run(f"medsam_upscale_{_suffix(image.dtype)}", jobs, threads)
    return out


def _shares(prompts: int, rows: int, threads: int) -> list[tuple[int, int, int]]:
    """(prompt, first row, end): whole prompts where there are enough for the threads, else parts of them."""
    parts = 1 if prompts % threads == 0 else min(threads, rows)
    cuts = [rows * part // parts for part in range(parts + 1)]
    return [(prompt, cuts[part], cuts[part + 1]) for prompt in range(prompts) for part in range(parts)]


def _run(name: str, jobs: Sequence[ctypes.Structure], threads: int) -> None:
    library = native._library()
    assert library is not None, "ask usable() first"
    function: Callable[[object], None] = getattr(library, name)
    threads = min(threads, len(jobs))

    def share(number: int) -> None:
        for one in jobs[number::threads]:
            function(ctypes.byref(one))

    if threads == 1:
        share(0)
    else:
        list(native._pool(threads).map(share, range(threads)))
