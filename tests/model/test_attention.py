"""Attention through strided views against the formula written out with loops."""

from __future__ import annotations

import pytest
import torch
from torch import Tensor

from medsam.model.attention import Workspace, attend, attend_buffered, fit_table, position_views

SIZES = [(3, 5), (14, 14), (1, 4), (40, 20)]


def spelled_out(q: Tensor, k: Tensor, v: Tensor, th: Tensor, tw: Tensor, size: tuple[int, int]) -> Tensor:
    """The definition: one score a pair of cells, with its two relative positions."""
    h, w = size
    y, x = torch.meshgrid(torch.arange(h), torch.arange(w), indexing="ij")
    y, x = y.flatten(), x.flatten()
    by_h = th[y[:, None] - y[None, :] + h - 1]
    by_w = tw[x[:, None] - x[None, :] + w - 1]
    scores = q @ k.transpose(1, 2) * q.shape[-1] ** -0.5
    scores = scores + torch.einsum("nqd,qkd->nqk", q, by_h) + torch.einsum("nqd,qkd->nqk", q, by_w)
    return scores.softmax(-1) @ v


def problem(size: tuple[int, int], n: int = 2, d: int = 4) -> list[Tensor]:
    torch.manual_seed(1)
    h, w = size
    return [
        *(torch.randn(n, h * w, d, dtype=torch.float64) for _ in range(3)),
        torch.randn(2 * h - 1, d, dtype=torch.float64),
        torch.randn(2 * w - 1, d, dtype=torch.float64),
    ]


@pytest.mark.parametrize("size", SIZES)
def test_both_forms_equal_the_formula(size: tuple[int, int]) -> None:
    q, k, v, th, tw = problem(size)
    wanted = spelled_out(q, k, v, th, tw, size)
    torch.testing.assert_close(attend(q, k, v, th, tw, size), wanted)
    out = torch.empty_like(q)
    attend_buffered(q.clone(), k, v, th, tw, size, Workspace(q), out)
    torch.testing.assert_close(out, wanted)


def test_gradients_equal_the_formula_s() -> None:
    size = (40, 20)  # several chunks of queries
    ours = [t.requires_grad_() for t in problem(size)]
    wanted = [t.requires_grad_() for t in problem(size)]
    weight = torch.randn(2, 800, 4, dtype=torch.float64)
    (attend(*ours, size) * weight).sum().backward()
    (spelled_out(*wanted, size) * weight).sum().backward()
    for a, b in zip(ours, wanted, strict=True):
        torch.testing.assert_close(a.grad, b.grad)


def test_views_copy_nothing() -> None:
    along_h, along_w = torch.randn(2, 3, 5, 5), torch.randn(2, 3, 5, 9)
    rows, cols = position_views(along_h, along_w)
    assert rows.shape == (2, 3, 5, 3)
    assert cols.shape == (2, 3, 5, 5)
    assert rows.untyped_storage().data_ptr() == along_h.untyped_storage().data_ptr()
    assert rows[1, 2, 4, 0] == along_h[1, 2, 4, 0]
    assert cols[1, 2, 4, 0] == along_w[1, 2, 4, 0]
    assert cols[1, 2, 0, 4] == along_w[1, 2, 0, 8]


def test_tables_of_another_length_are_resampled() -> None:
    table = torch.arange(7.0)[:, None].expand(7, 2)
    assert fit_table(table, 4) is table
    longer = fit_table(table, 7)
    assert longer.shape == (13, 2)
    assert (longer[1:] >= longer[:-1]).all()


def test_workspace_reuses_memory() -> None:
    space = Workspace(torch.zeros(1))
    big = space.get("a", 4, 5)
    small = space.get("a", 2, 3)
    assert small.data_ptr() == big.data_ptr()
    assert space.get("b", 2, 3).data_ptr() != big.data_ptr()
