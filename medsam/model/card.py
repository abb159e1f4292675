"""What a graphics card is and can: its number formats, its memory, and how it fails.

Nothing here computes a network; ``card_encoder`` does.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import torch

_TENSOR_CORES = 7
"""Major compute capability from which on half precision is the quicker one."""

_FULL_MEMORY = (
    "out of memory",
    "can't allocate memory",
    "cublas_status_alloc_failed",
    "cudnn_status_alloc_failed",
)
_LOST = ("cuda error", "cuda driver error", "cublas_status", "cudnn_status", "mps backend error")


def is_card(device: torch.device | str) -> bool:
    """Whether networks on a device compute by ``card_encoder``: NVIDIA's, and AMD's under its name."""
    return torch.device(device).type == "cuda"


def half_dtype(device: torch.device | str) -> torch.dtype | None:
    """The 16-bit format that a device multiplies quickest; None if it has none worth using.

    bfloat16 where the card computes it itself: it has float32's range. Older
    cards with tensor cores take float16, whose overflow must be watched for.
    """
    if torch.device(device).type != "cuda" or not torch.cuda.is_available():
        return None
    if torch.cuda.is_bf16_supported(including_emulation=False):
        return torch.bfloat16
    major, _ = torch.cuda.get_device_capability()
    return torch.float16 if major >= _TENSOR_CORES else None


@contextmanager
def exact_products(device: torch.device | str) -> Iterator[None]:
    """float32 stays float32 inside: no product or convolution of a card rounds it to TF32."""
    if torch.device(device).type != "cuda":
        yield
        return
    backends: Any = torch.backends
    places = (backends.cuda.matmul, backends.cudnn.conv) if _speaks_of_formats() else ()
    switches: list[tuple[Any, str, Any, Any]] = [
        (place, "fp32_precision", place.fp32_precision, "ieee") for place in places
    ]
    if not places:
        switches = [
            (place, "allow_tf32", place.allow_tf32, False) for place in (backends.cuda.matmul, backends.cudnn)
        ]
    try:
        for place, name, _, wanted in switches:
            setattr(place, name, wanted)
        yield
    finally:
        for place, name, before, _ in switches:
            setattr(place, name, before)


def _speaks_of_formats() -> bool:
    """Whether this PyTorch names the format of products (2.9 on); mixing both ways is an error there."""
    backends: Any = torch.backends
    return hasattr(backends.cuda.matmul, "fp32_precision") and hasattr(backends.cudnn, "conv")


def free_bytes() -> int:
    """Memory of the card that can still be taken, what PyTorch holds unused included."""
    free, _ = torch.cuda.mem_get_info()
    return int(free + torch.cuda.memory_reserved() - torch.cuda.memory_allocated())


def begin_peak() -> int:
    """Count the peak of memory from here on; bytes in use now."""
    torch.cuda.reset_peak_memory_stats()
    return int(torch.cuda.memory_allocated())


def peak_bytes() -> int:
    """The most bytes that were in use since ``begin_peak``."""
    return int(torch.cuda.max_memory_allocated())


def finish(device: torch.device | str) -> None:
    """Wait until a device has done all it was told."""
    if torch.device(device).type == "cuda":
        torch.cuda.synchronize()


def release(device: torch.device | str) -> None:
    """Give cached memory of a device back, for what needs another shape of it."""
    kind = torch.device(device).type
    if kind == "cuda":
        torch.cuda.empty_cache()
    elif kind == "mps":
        torch.mps.empty_cache()


def is_out_of_memory(error: BaseException) -> bool:
    """Whether an exception says that memory ran out, on the processor or the card."""
    if isinstance(error, (MemoryError, torch.OutOfMemoryError)):
        return True
    said = str(error).lower()
    return isinstance(error, RuntimeError) and any(words in said for words in _FULL_MEMORY)


def is_card_lost(error: BaseException) -> bool:
    """Whether an exception says that the card or its driver failed.

    After most of these nothing computes on the card any more in this process.
    """
    if is_out_of_memory(error) or not isinstance(error, RuntimeError):
        return False
    said = str(error).lower()
    return isinstance(error, torch.AcceleratorError) or any(words in said for words in _LOST)
