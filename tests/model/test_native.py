"""The compiled attention against the plain one."""

from __future__ import annotations

import os

import pytest
import torch

from medsam.model import native
from medsam.model.attention import attend, no_check

pytestmark = pytest.mark.skipif(not native.dtypes(), reason="no kernel on this machine")
ERRORS = {torch.float32: 2e-6, torch.bfloat16: 4e-3}


@pytest.mark.parametrize("dtype", sorted(native.dtypes(), key=str))
@pytest.mark.parametrize("size", [(64, 64), (14, 14), (16, 16), (5, 7), (33, 20), (1, 3)])
@pytest.mark.parametrize("sharpness", [1.0, 6.0])
def test_it_agrees_on_grids_of_any_size(dtype, size, sharpness) -> None:
    h, w = size
    generator = torch.Generator().manual_seed(h * w)
    tokens, heads = h * w, 2
    qkv = (torch.randn(tokens, 3 * 64 * heads, generator=generator) * sharpness**0.5).to(dtype)
    tables = tuple((torch.randn(2 * n - 1, 64, generator=generator) * 0.2).to(dtype) for n in size)
    q, k, v = qkv.double().view(tokens, 3, heads, 64).permute(1, 2, 0, 3)
    expected = (
        attend(q, k, v, tables[0].double(), tables[1].double(), size).transpose(0, 1).reshape(tokens, -1)
    )
    out = torch.full((tokens, 64 * heads), float("nan"), dtype=dtype)
    places = torch.arange(tokens, dtype=torch.int32)[None]
    native.attend(qkv, torch.zeros(3 * 64 * heads, dtype=dtype), places, size, tables, out, no_check)
    assert float((out.double() - expected).norm() / expected.norm()) < ERRORS[dtype]


def test_padding_is_seen_but_never_written() -> None:
    generator = torch.Generator().manual_seed(0)
    qkv, pad = torch.randn(20, 192, generator=generator), torch.randn(192, generator=generator)
    places = native.window_places(5, 4, 3)
    assert places.shape == (4, 9) and places[1].tolist() == [3, -1, -1, 7, -1, -1, 11, -1, -1]
    tables = (torch.randn(5, 64, generator=generator), torch.randn(5, 64, generator=generator))
    out = torch.full((20, 64), float("nan"))
    native.attend(qkv, pad, places, (3, 3), tables, out, no_check)
    for window in places:
        there = window >= 0
        filled = torch.where(there[:, None], qkv[window.clamp(min=0).long()], pad)
        q, k, v = filled.view(9, 3, 64).permute(1, 0, 2)[:, None]
        expected = attend(q, k, v, *tables, (3, 3))[0]
        assert torch.allclose(out[window[there].long()], expected[there], atol=1e-5)


@pytest.mark.skipif(not hasattr(os, "fork"), reason="no fork on this system")
def test_a_forked_child_has_threads_of_its_own() -> None:
    assert native.pool(2).submit(os.getpid).result() == os.getpid()
    child = os.fork()
    if child == 0:  # nothing of the parent's tests may run on here
        os._exit(0 if native.pool(2).submit(os.getpid).result(10) == os.getpid() else 1)
    assert os.waitpid(child, 0)[1] == 0
    native.pool(2).shutdown()
    native.pool.cache_clear()
