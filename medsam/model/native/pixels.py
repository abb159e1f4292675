"""Enlarging logits to a picture's pixels, compiled: optional, as attention is."""

from __future__ import annotations

import ctypes

import torch
from torch import Tensor

from medsam.model import native

_P, _L, _F = ctypes.c_void_p, ctypes.c_int64, ctypes.c_float


class _Enlargement(ctypes.Structure):
    _fields_ = [
        *((name, _P) for name in ("source", "floats", "bits", "scratch")),
        *((name, _L) for name in ("planes", "plane", "row", "height", "width", "to_height", "to_width")),
        *((name, _F) for name in ("scale_y", "scale_x", "threshold")),
        ("is_sigmoid", ctypes.c_int32),
    ]


def usable(logits: Tensor) -> bool:
    """Whether the functions below can be asked about logits."""
    right = logits.device.type == "cpu" and logits.dtype == torch.float32 and logits.stride(-1) == 1
    return right and bool(native.dtypes()) and hasattr(native.compiled(), "medsam_enlarge")


def enlarged(logits: Tensor, size: tuple[int, int], inside: tuple[int, int]) -> Tensor:
    """The first ``inside`` rows and columns of logits (N, h, w) brought to ``size`` bilinearly, float32."""
    values = torch.empty(len(logits), *inside)
    _enlarge(logits, size, inside, values, None, 0.0, False)
    return values


def above(logits: Tensor, size: tuple[int, int], inside: tuple[int, int], sigmoid: bool = False) -> Tensor:
    """Where they are positive then, or their probabilities above a half: (N, *inside) bool."""
    bits = torch.empty(len(logits), *inside, dtype=torch.bool)
    _enlarge(logits, size, inside, None, bits, 0.5 if sigmoid else 0.0, sigmoid)
    return bits


def _enlarge(
    logits: Tensor,
    size: tuple[int, int],
    inside: tuple[int, int],
    values: Tensor | None,
    bits: Tensor | None,
    threshold: float,
    sigmoid: bool,
) -> None:
    library = native.compiled()
    assert library is not None, "ask usable() first"
    n, height, width = logits.shape
    scratch = torch.empty(width + 4 * inside[1])
    asked = _Enlargement(
        logits.data_ptr(),
        None if values is None else values.data_ptr(),
        None if bits is None else bits.data_ptr(),
        scratch.data_ptr(),
        n,
        logits.stride(0),
        logits.stride(1),
        height,
        width,
        *inside,
        height / size[0],
        width / size[1],
        threshold,
        int(sigmoid),
    )
    library.medsam_enlarge(ctypes.byref(asked))
