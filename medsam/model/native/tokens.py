"""The prompts' side of a mask decoder, compiled: a list of steps on rows of floats.

Each prompt has floats of its own; steps name places in them and matrices by
address. Written once for a number of tokens, a list is run by one call.
"""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from dataclasses import dataclass
from enum import IntEnum

import torch
from torch import Tensor
from torch.nn import functional as F

PANEL = 64
"""Columns of a matrix that lie together."""

_P, _L = ctypes.c_void_p, ctypes.c_int64


class Kind(IntEnum):
    """What a step does; ``tokens.cpp`` says it of each."""

    LINEAR, NORM, ADD, AMONG, READ, GATHER, COLUMNS, ROWS = range(8)


class Step(ctypes.Structure):
    """One step; as in ``tokens.cpp``."""

    _fields_ = [
        *((name, _L) for name in ("kind", "source", "beside", "to")),
        *((name, _P) for name in ("matrix", "bias")),
        *((name, _L) for name in ("rows", "inputs", "outputs", "source_row", "to_row")),
        *((name, _L) for name in ("heads", "source_head", "to_head", "matrix_head", "option")),
        ("number", ctypes.c_float),
    ]


class Shown(ctypes.Structure):
    """What an image shows the first layer's tokens; as in ``tokens.cpp``."""

    _fields_ = [("keys", _P), ("values", _P), ("cells", _L), ("padded", _L)]


@dataclass(frozen=True)
class Panels:
    """A matrix for rows times it, and what is added.

    Attributes:
        matrix: (heads, outputs in panels, inputs, 64) float32.
        bias: (outputs in whole panels,) float32, or None.
        inputs, outputs: Of one head.
    """

    matrix: Tensor
    bias: Tensor | None
    inputs: int
    outputs: int

    @classmethod
    def of(cls, weight: Tensor, bias: Tensor | None = None) -> Panels:
        """Of (outputs, inputs), or (heads, outputs, inputs), and (outputs,)."""
        weight = weight.detach().float()
        weight = weight[None] if weight.ndim == 2 else weight
        outputs, inputs = weight.shape[1:]
        missing = -outputs % PANEL
        matrix = F.pad(weight, (0, 0, 0, missing)).unflatten(1, (-1, PANEL)).transpose(2, 3).contiguous()
        kept = None if bias is None else F.pad(bias.detach().float(), (0, missing)).contiguous()
        return cls(matrix, kept, inputs, outputs)


class Places:
    """Where things lie among a prompt's floats."""

    def __init__(self) -> None:
        """Begin with nothing."""
        self.count = 0

    def take(self, count: int) -> int:
        """A new place for so many floats, on a cache line of its own."""
        place = self.count
        self.count += -(-count // 16) * 16
        return place


def linear(
    panels: Panels,
    rows: int,
    source: tuple[int, int],
    to: tuple[int, int],
    heads: tuple[int, int] = (0, 0),
    relu: bool = False,
) -> Step:
    """``to = source · matrix + bias``.

    Args:
        panels: The matrix, one a head if it has several.
        rows: How many.
        source: Place, and floats from a row to the next.
        to: The same.
        heads: Floats from a head's source to the next one's, and of what comes out.
        relu: Whether what is negative becomes zero.
    """
    matrix = panels.matrix
    bias = 0 if panels.bias is None else panels.bias.data_ptr()
    return Step(
        Kind.LINEAR,
        source[0],
        -1,
        to[0],
        matrix.data_ptr(),
        bias,
        rows,
        panels.inputs,
        panels.outputs,
        source[1],
        to[1],
        len(matrix),
        *heads,
        matrix[0].numel(),
        int(relu),
    )


def run(library: ctypes.CDLL, steps: Sequence[Step], floats: Tensor, shown: Shown) -> None:
    """Do the steps for one prompt's floats, (count,) contiguous float32."""
    library.medsam_steps(steps, _L(len(steps)), _P(floats.data_ptr()), ctypes.byref(shown))


def shown_of(keys: Tensor, values: Tensor) -> tuple[Shown, tuple[Tensor, Tensor]]:
    """What an image shows, of keys (heads, 16, S) and values (heads, S, 16), and what holds its memory."""
    cells = keys.shape[-1]
    missing = -cells % PANEL
    padded = F.pad(keys.float(), (0, missing)), F.pad(values.float(), (0, 0, 0, missing))
    kept = padded[0].contiguous(), padded[1].contiguous()
    return Shown(kept[0].data_ptr(), kept[1].data_ptr(), cells, cells + missing), kept


def zeros(prompts: int, places: Places) -> Tensor:
    """Floats for so many prompts, (prompts, count)."""
    return torch.zeros(prompts, places.count)
