"""Attention with decomposed relative positions, without ever building its full bias.

The score of query (y, x) against key (v, u) is ``q·k·scale + q·R_h[y − v] +
q·R_w[x − u]``. The two position terms depend only on differences, so they
are computed once for every difference that exists and then *viewed* with a
stride one short of the row's length: row y of that view starts one entry
earlier than row y − 1, which lines the differences up with the keys. No
gather, and no array of queries × keys beyond the chunk that is worked on.

Two forms of each: the plain one allocates as it goes and can be
differentiated; the buffered one writes into a ``Workspace`` and is for
inference on the processor, where touching fresh memory costs more than the
arithmetic saved.
"""

from __future__ import annotations

from collections.abc import Callable

import torch
from torch import Tensor
from torch.nn import functional as F
from torch.utils.checkpoint import checkpoint

QUERY_ROWS = 512
"""Query rows of one chunk: 512 × 4096 float32 scores are 8 MiB and stay in the cache."""


def no_check() -> None:
    """Stands in for a ``check`` that nobody gave."""


class Workspace:
    """Named float buffers that are reused from one layer to the next."""

    def __init__(self, like: Tensor) -> None:
        self._like = like
        self._buffers: dict[str, Tensor] = {}

    def get(self, name: str, *shape: int) -> Tensor:
        """An uninitialised contiguous tensor; the same memory for the same name."""
        count = 1
        for side in shape:
            count *= side
        buffer = self._buffers.get(name)
        if buffer is None or buffer.numel() < count:
            buffer = self._like.new_empty(count)
            self._buffers[name] = buffer
        return buffer[:count].view(shape)


def position_views(along_h: Tensor, along_w: Tensor) -> tuple[Tensor, Tensor]:
    """Line differences up with keys.

    Args:
        along_h: (N, H, W, 2H − 1) contiguous: every query times every
            vertical difference, the largest (query below key) first.
        along_w: (N, H, W, 2W − 1), the same horizontally.

    Returns:
        Views of shape (N, H, W, H) and (N, H, W, W): the term of a query for
        each row and each column of keys.
    """
    n, h, w, _ = along_h.shape
    s = along_h.stride()
    rows = along_h.as_strided((n, h, w, h), (s[0], s[1] - 1, s[2], 1), along_h.storage_offset() + h - 1)
    s = along_w.stride()
    cols = along_w.as_strided((n, h, w, w), (s[0], s[1], s[2] - 1, 1), along_w.storage_offset() + w - 1)
    return rows, cols


def fit_table(table: Tensor, size: int) -> Tensor:
    """A table of relative positions, (2·size − 1, d), resampled if it has another length."""
    length = 2 * size - 1
    if table.shape[0] == length:
        return table
    resampled = F.interpolate(table.t()[None], size=length, mode="linear")
    return resampled[0].t()


def _attend_rows(q: Tensor, k: Tensor, v: Tensor, rows: Tensor, cols: Tensor) -> Tensor:
    """Attention of some rows of queries (N, R·W, d), given their position terms (N, R, W, ·)."""
    bias = (rows.unsqueeze(-1) + cols.unsqueeze(-2)).view(q.shape[0], q.shape[1], k.shape[1])
    scores = torch.baddbmm(bias, q, k.transpose(1, 2), alpha=q.shape[-1] ** -0.5)
    return scores.softmax(dim=-1) @ v


def attend(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    table_h: Tensor,
    table_w: Tensor,
    size: tuple[int, int],
    check: Callable[[], None] = no_check,
) -> Tensor:
    """Attention of N heads over a grid, differentiable.

    Args:
        q: (N, H·W, d), as ``k`` and ``v``; not scaled yet.
        k: Keys.
        v: Values.
        table_h: (2H − 1, d), vertical relative positions.
        table_w: (2W − 1, d), horizontal ones.
        size: (H, W).
        check: Called before every chunk of queries; may raise.

    Returns:
        (N, H·W, d).
    """
    n, _, d = q.shape
    h, w = size
    grid = q.reshape(n, h, w, d)
    along_h = grid @ fit_table(table_h, h).flip(0).t()
    along_w = grid @ fit_table(table_w, w).flip(0).t()
    rows, cols = position_views(along_h.contiguous(), along_w.contiguous())
    step = max(1, QUERY_ROWS // w)
    parts = []
    for y in range(0, h, step):
        check()
        end = min(y + step, h)
        given = (q[:, y * w : end * w], k, v, rows[:, y:end], cols[:, y:end])
        if h > step and torch.is_grad_enabled():
            # Kept for the way back, the scores of one global block would take over a gigabyte.
            parts.append(checkpoint(_attend_rows, *given, use_reentrant=False, preserve_rng_state=False))
        else:
            parts.append(_attend_rows(*given))
    return torch.cat(parts, dim=1)


def attend_buffered(
    q: Tensor,
    k: Tensor,
    v: Tensor,
    table_h: Tensor,
    table_w: Tensor,
    size: tuple[int, int],
    space: Workspace,
    out: Tensor,
) -> None:
    """``attend`` into ``out`` with reused buffers; overwrites ``q``. Not differentiable."""
    n, tokens, d = q.shape
    h, w = size
    along_h = space.get("along_h", n, h, w, 2 * h - 1)
    along_w = space.get("along_w", n, h, w, 2 * w - 1)
    flat = q.view(n * tokens, d)
    torch.mm(flat, fit_table(table_h, h).flip(0).t(), out=along_h.view(n * tokens, -1))
    torch.mm(flat, fit_table(table_w, w).flip(0).t(), out=along_w.view(n * tokens, -1))
    rows, cols = position_views(along_h, along_w)
    q.mul_(d**-0.5)
    keys = k.transpose(1, 2)
    step = max(1, QUERY_ROWS // w)
    for y in range(0, h, step):
        end = min(y + step, h)
        part = slice(y * w, end * w)
        scores = space.get("scores", n, (end - y) * w, tokens)
        torch.bmm(q[:, part], keys, out=scores)
        by_cell = scores.view(n, end - y, w, h, w)
        by_cell += rows[:, y:end].unsqueeze(-1)
        by_cell += cols[:, y:end].unsqueeze(-2)
        weights = space.get("weights", n, (end - y) * w, tokens)
        torch.softmax(scores, dim=-1, out=weights)
        torch.bmm(weights, v, out=out[:, part])
