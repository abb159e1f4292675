"""How the ViT's blocks compute on the processor without gradients: number formats and kernels.

A network describes itself once; an arithmetic is laid on it from outside
(``ImageEncoder.arithmetic``). The packed ones hand each weight matrix to
oneDNN in the memory order it multiplies fastest.
"""

from __future__ import annotations

from typing import Any, Protocol, cast

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from medsam.model import native

_ROWS = 1024
"""Rows that a packed matrix is laid out for: those of one chunk of tokens."""


class Matrix(Protocol):
    """An affine map, laid out for an arithmetic."""

    def __call__(self, x: Tensor, post: str = "none") -> Tensor:
        """(..., inputs) to (..., outputs), through "relu" or "gelu" if asked, in the arithmetic's format."""


class Arithmetic:
    """float32 with the weights as they are.

    Attributes:
        dtype: Of projected tokens and of attention. The residual stream and
            the norms are float32 whatever it is.
    """

    name = "exact"
    dtype = torch.float32

    def project(self, layer: nn.Linear, x: Tensor, out: Tensor, gelu: bool = False) -> Tensor:
        """``layer`` on (rows, channels), perhaps through GELU, into ``out``; returns ``out``."""
        torch.addmm(layer.bias, x, layer.weight.t(), out=out)
        return cast(Tensor, torch.ops.aten.gelu_(out)) if gelu else out

    def constant(self, parameter: Tensor) -> Tensor:
        """A parameter in this arithmetic's format."""
        return parameter.detach()

    def matrix(self, weight: Tensor, bias: Tensor, rows: int) -> Matrix:
        """An affine map by ``weight`` (outputs, inputs) for inputs of about ``rows`` rows."""
        kept = weight.detach(), bias.detach()

        def multiply(x: Tensor, post: str = "none") -> Tensor:
            y = F.linear(x, *kept)
            return {"none": lambda y: y, "relu": torch.relu_, "gelu": F.gelu}[post](y)

        return multiply

    def in_float32(self) -> Arithmetic:
        """The same kind of arithmetic in float32: for the few values that many others depend on."""
        return self

    @property
    def has_kernel(self) -> bool:
        """Whether attention is computed by the compiled kernel."""
        return False


PLAIN = Arithmetic()
"""What an encoder computes with until somebody lays another arithmetic on it."""


class Packed(Arithmetic):
    """float32 or bfloat16 with packed weights.

    Args:
        dtype: ``torch.float32`` or ``torch.bfloat16``.
    """

    def __init__(self, dtype: torch.dtype) -> None:
        self.dtype = dtype
        self.name = "exact" if dtype == torch.float32 else "fast"
        self._matrices: dict[nn.Linear, Any] = {}
        self._constants: dict[int, tuple[Tensor, Tensor]] = {}

    def take(self, layer: nn.Linear) -> None:
        """Pack a layer's weights."""
        self._matrices[layer] = self._pack(layer)

    def project(self, layer: nn.Linear, x: Tensor, out: Tensor, gelu: bool = False) -> Tensor:
        """See ``Arithmetic``."""
        return out.copy_(self._multiply(self._matrices[layer], x, gelu))

    def constant(self, parameter: Tensor) -> Tensor:
        """See ``Arithmetic``."""
        kept = self._constants.get(id(parameter))
        if kept is None or kept[0] is not parameter:
            kept = (parameter, parameter.detach().to(self.dtype).contiguous())
            self._constants[id(parameter)] = kept
        return kept[1]

    def matrix(self, weight: Tensor, bias: Tensor, rows: int) -> Matrix:
        """See ``Arithmetic``."""
        dtype = self.dtype
        packed = torch.ops.mkldnn._reorder_linear_weight(weight.detach().to(dtype).contiguous(), rows)
        added = bias.detach().to(dtype)
        linear = torch.ops.mkldnn._linear_pointwise

        def multiply(x: Tensor, post: str = "none") -> Tensor:
            algorithm = "none" if post == "gelu" else ""
            return cast(Tensor, linear(x.to(dtype), packed, added, post, [], algorithm))

        return multiply

    def in_float32(self) -> Arithmetic:
        """See ``Arithmetic``."""
        return self if self.dtype == torch.float32 else Packed(torch.float32)

    @property
    def has_kernel(self) -> bool:
        """See ``Arithmetic``."""
        return self.dtype in native.dtypes()

    def _pack(self, layer: nn.Linear) -> Any:
        weight = layer.weight.detach().to(self.dtype).contiguous()
        packed = torch.ops.mkldnn._reorder_linear_weight(weight, _ROWS)
        return packed, layer.bias.detach().to(self.dtype)

    def _multiply(self, matrix: Any, x: Tensor, gelu: bool) -> Tensor:
        post, algorithm = ("gelu", "none") if gelu else ("none", "")
        multiply = torch.ops.mkldnn._linear_pointwise
        return cast(Tensor, multiply(x.to(self.dtype), *matrix, post, [], algorithm))


class Int8(Packed):
    """bfloat16, but matrices times tokens in eight-bit integers.

    Weights have one scale an output channel; tokens one scale and zero point
    a chunk, found anew each time. oneDNN adds up in 32 bits.
    """

    def __init__(self) -> None:
        super().__init__(torch.bfloat16)
        self.name = "fastest"

    def _pack(self, layer: nn.Linear) -> Any:
        weight = layer.weight.detach().float()
        scale = weight.abs().amax(dim=1).clamp_(min=1e-12) / 127
        whole = (weight / scale[:, None]).round_().clamp_(-127, 127).to(torch.int8)
        packed = torch.ops.onednn.qlinear_prepack(whole.contiguous(), None)
        return packed, scale, torch.zeros_like(scale, dtype=torch.int32), layer.bias.detach().float()

    def _multiply(self, matrix: Any, x: Tensor, gelu: bool) -> Tensor:
        low, high = (float(v) for v in torch.aminmax(x))
        low, high = min(low, 0.0), max(high, 0.0)
        scale = max(high - low, 1e-12) / 255
        zero = round(-low / scale)
        tokens = native.quantise(x.float().contiguous(), scale, zero)
        multiply = torch.ops.onednn.qlinear_pointwise
        post = "gelu" if gelu else "none"
        return cast(Tensor, multiply(tokens, scale, zero, *matrix, 1.0, 0, self.dtype, post, [], "none"))
