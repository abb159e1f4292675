"""What a computation takes, found by going through it without numbers.

PyTorch's "meta" device carries out shapes and gradients of everything and
computes nothing. Memory is counted as it would be allocated and freed,
recomputation by checkpoints included; what an allocator wastes is not.
"""

from __future__ import annotations

import weakref
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_iter
from torch.utils.flop_counter import FlopCounterMode


class _LiveBytes(TorchDispatchMode):
    """Counts the bytes of tensors' storages from the first operation that returns them to their end."""

    def __init__(self) -> None:
        super().__init__()
        self.live = self.peak = 0
        self._seen: set[int] = set()

    def __torch_dispatch__(
        self, func: Any, types: Any, args: tuple[Any, ...] = (), kwargs: dict[str, Any] | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        for tensor in tree_iter(result):
            if isinstance(tensor, Tensor):
                self._count(tensor)
        return result

    def _count(self, tensor: Tensor) -> None:
        storage = tensor.untyped_storage()
        key = storage._cdata
        if key in self._seen:
            return
        size = storage.nbytes()
        self._seen.add(key)
        self.live += size
        self.peak = max(self.peak, self.live)
        weakref.finalize(storage, self._forget, key, size).atexit = False

    def _forget(self, key: int, size: int) -> None:
        self._seen.discard(key)
        self.live -= size


def measure(step: Callable[[], None]) -> tuple[float, int]:
    """Go through ``step`` on the meta device.

    Returns:
        Multiply-adds × 2 of its matrix products and convolutions, and the
        peak of bytes it holds beyond what was there before.
    """
    memory = _LiveBytes()
    with FlopCounterMode(display=False) as flops, memory:
        step()
    return float(flops.get_total_flops()), memory.peak


def bytes_of(tensors: Any) -> int:
    """Of tensors, wherever they are."""
    return sum(t.numel() * t.element_size() for t in tensors)


def meta(*shape: int, dtype: torch.dtype = torch.float32) -> Tensor:
    """A tensor of a shape without numbers."""
    return torch.empty(*shape, dtype=dtype, device="meta")
