"""Attention with decomposed relative positions on a graphics card, in the form that is quickest there.

The score of query (y, x) against key (v, u) is ``q·k·scale + q·R_h[y − v] +
q·R_w[x − u]``. Cards have compiled kernels that never write the scores down,
but none that knows these two terms. They can be told as a bias, some heads at
a time, which memory pays for; or as part of the product: a query with its
terms for every row and column behind it, against a key with a one at its own
row and column. That costs multiplications and no memory. Which is quicker
depends on the card, so a trial of a few milliseconds decides, and a form
that is not there or not right on this card is not taken.
"""

from __future__ import annotations

import functools
import time
import warnings
from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.nn.attention import SDPBackend, sdpa_kernel

from medsam.model.attention import attend, position_views
from medsam.model.card import exact_products, finish, is_card_lost, is_out_of_memory

Size = tuple[int, int]
Form = Callable[[Tensor, Tensor, Tensor, Tensor, Tensor, Size], Tensor]
"""(n, heads, H·W, d) queries, keys and values, tables (2H − 1, d) and (2W − 1, d), (H, W): mixed values."""

_BIAS_BYTES = 128 * 2**20
"""Bias that is written down at a time."""

_ALIGNED = 8
"""Numbers that a row of bias and a head's width are multiples of, as the kernels want it."""

_ROUNDS = 3
_EXACT_ERROR, _HALF_ERROR = 1e-5, 3e-2


def by_scores(q: Tensor, k: Tensor, v: Tensor, table_h: Tensor, table_w: Tensor, size: Size) -> Tensor:
    """With a chunk of the scores written down: works everywhere."""
    n, heads, tokens, d = q.shape
    flat_q, flat_k, flat_v = (x.reshape(n * heads, tokens, d) for x in (q, k, v))
    return attend(flat_q, flat_k, flat_v, table_h, table_w, size).view(n, heads, tokens, d)


def by_bias(q: Tensor, k: Tensor, v: Tensor, table_h: Tensor, table_w: Tensor, size: Size) -> Tensor:
    """By a kernel that is told the positions as a bias, some heads at a time."""
    n, heads, tokens, _ = q.shape
    row = -(-tokens // _ALIGNED) * _ALIGNED
    step = max(1, _BIAS_BYTES // (n * tokens * row * q.element_size()))
    parts = []
    for first in range(0, heads, step):
        part = slice(first, first + step)
        rows, cols = _terms(q[:, part], table_h, table_w, size)
        room = q.new_empty(*rows.shape[:2], tokens, row)[..., :tokens]
        bias = room.unflatten(-1, size).unflatten(2, size)
        torch.add(rows.unsqueeze(-1), cols.unsqueeze(-2), out=bias)
        with _kernel(SDPBackend.EFFICIENT_ATTENTION, q):
            parts.append(F.scaled_dot_product_attention(q[:, part], k[:, part], v[:, part], attn_mask=room))
    return parts[0] if len(parts) == 1 else torch.cat(parts, dim=1)


def by_product(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    table_h: Tensor,
    table_w: Tensor,
    size: Size,
    kernel: SDPBackend = SDPBackend.EFFICIENT_ATTENTION,
) -> Tensor:
    """By a kernel that sees the positions as further channels of queries and keys.

    ``FLASH_ATTENTION`` and ``CUDNN_ATTENTION`` want values as wide as keys:
    zeros are put behind them, and cut off what comes out.
    """
    n, heads, tokens, d = q.shape
    h, w = size
    width = -(-(d + h + w) // _ALIGNED) * _ALIGNED
    rows, cols = _terms(q, table_h, table_w, size)
    asked = q.new_zeros(n, heads, tokens, width)
    asked[..., :d] = q * d**-0.5
    by_cell = asked.unflatten(2, size)
    by_cell[..., d : d + h] = rows
    by_cell[..., d + h : d + h + w] = cols
    told = q.new_zeros(n, heads, tokens, width)
    told[..., :d] = k
    told[..., d : d + h] = torch.eye(h, dtype=q.dtype, device=q.device).repeat_interleave(w, 0)
    told[..., d + h : d + h + w] = torch.eye(w, dtype=q.dtype, device=q.device).repeat(h, 1)
    if kernel is not SDPBackend.EFFICIENT_ATTENTION:
        v = F.pad(v, (0, width - d))
    with _kernel(kernel, q):
        return F.scaled_dot_product_attention(asked, told, v, scale=1.0)[..., :d]


FORMS: dict[str, Form] = {
    "scores": by_scores,
    "bias": by_bias,
    "product": by_product,
    "product, flash": functools.partial(by_product, kernel=SDPBackend.FLASH_ATTENTION),
    "product, cuDNN": functools.partial(by_product, kernel=SDPBackend.CUDNN_ATTENTION),
}


def _terms(q: Tensor, table_h: Tensor, table_w: Tensor, size: Size) -> tuple[Tensor, Tensor]:
    """What each query (n, heads, H·W, d) adds for each row and each column: (n, heads, H, W, H or W)."""
    n, heads, _, d = q.shape
    grid = q.reshape(n * heads, *size, d)
    along = ((grid @ table.flip(0).t()).contiguous() for table in (table_h, table_w))
    rows, cols = position_views(*along)
    return rows.unflatten(0, (n, heads)), cols.unflatten(0, (n, heads))


def _kernel(backend: SDPBackend, q: Tensor) -> AbstractContextManager[None]:
    """Only that kernel, on a card: what PyTorch would take instead writes all the scores down."""
    return sdpa_kernel(backend) if q.is_cuda else nullcontext()


@functools.cache
def quickest(device: torch.device, dtype: torch.dtype, shape: tuple[int, int, int], size: Size) -> str:
    """The name of the form to take, by a trial on the device.

    Args:
        device: Where.
        dtype: Of queries, keys and values.
        shape: Grids, heads and channels of a head of one picture.
        size: Of a grid.
    """
    given = _trial(device, shape, size)
    limit = _EXACT_ERROR if dtype == torch.float32 else _HALF_ERROR
    took: dict[str, float] = {}
    with torch.inference_mode(), exact_products(device), warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyTorch says of each kernel that is not there why
        q, k, v, table_h, table_w = given
        truth = by_scores(q[:1, :1], k[:1, :1], v[:1, :1], table_h, table_w, size)
        q, k, v, table_h, table_w = (x.to(dtype) for x in given)
        for name, form in FORMS.items():
            try:
                run = functools.partial(form, q, k, v, table_h, table_w, size)
                if float((run()[:1, :1].float() - truth).norm() / truth.norm()) < limit:
                    took[name] = _seconds(run, device)
            except RuntimeError as error:
                # No such kernel for this card, or no memory for it: another form does it.
                if is_card_lost(error) and not is_out_of_memory(error):
                    raise
    return min(took, key=lambda name: took[name]) if took else "scores"


def _trial(device: torch.device, shape: tuple[int, int, int], size: Size) -> list[Tensor]:
    """Queries, keys, values and both tables; the same numbers on every call."""
    generator = torch.Generator().manual_seed(0)
    (n, heads, d), (h, w) = shape, size
    shapes = [(n, heads, h * w, d)] * 3 + [(2 * h - 1, d), (2 * w - 1, d)]
    scales = (1.0, 1.0, 1.0, 0.1, 0.1)
    return [
        (torch.randn(s, generator=generator) * scale).to(device)
        for s, scale in zip(shapes, scales, strict=True)
    ]


def _seconds(run: Callable[[], object], device: torch.device) -> float:
    """The least of some runs, each waited for."""
    least = float("inf")
    for _ in range(_ROUNDS):
        finish(device)
        start = time.perf_counter()
        run()
        finish(device)
        least = min(least, time.perf_counter() - start)
    return least
