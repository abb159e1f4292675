"""Which number format a SAM network computes in, and laying it on.

``exact`` is float32, ``fast`` bfloat16 and ``fastest`` eight-bit integers in
the encoder's linear layers; the decoder takes bfloat16 then. On a graphics
card ``fast`` is the 16-bit format that it multiplies quickest, and the decoder
stays in float32. The network stays one and the same; only
``ImageEncoder.arithmetic``, its ``on_card``, ``TinyViT.folded`` and
``MaskDecoder.decoding`` change.
``docs/performance.md`` has what each costs and how far its masks agree with float32.
"""

from __future__ import annotations

import functools
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import torch
from torch import Tensor, nn

from medsam.errors import InputError
from medsam.model.arithmetic import PLAIN, Arithmetic, Int8, Packed
from medsam.model.card import half_dtype, is_card
from medsam.model.card_encoder import CardEncoder
from medsam.model.decoding import Decoding
from medsam.model.image_encoder import ImageEncoder
from medsam.model.mask_decoder import MaskDecoder
from medsam.model.tiny_vit import Folded, TinyViT

Precision = Literal["exact", "fast", "fastest"]
PRECISIONS: tuple[Precision, ...] = ("exact", "fast", "fastest")
AUTO = "auto"

TOKENS = 64
"""Of the trial that is timed."""
_WIDTH = 768
_ROUNDS = 8
_WORTH_IT = 0.8
"""A lower precision is chosen on its own only if it takes at most this share of float32's time."""


def available() -> tuple[Precision, ...]:
    """The precisions that this processor can compute, exact first."""
    return tuple(name for name in PRECISIONS if _computes(name))


@functools.cache
def _computes(name: Precision) -> bool:
    """Whether this processor can compute a precision; each is tried when it is first asked for."""
    return name == "exact" or _works(Int8 if name == "fastest" else lambda: Packed(torch.bfloat16))


@functools.cache
def milliseconds(names: tuple[Precision, ...] = PRECISIONS) -> dict[Precision, float]:
    """What a linear layer of ViT-B takes for ``TOKENS`` tokens, in those precisions that are available.

    The least of some rounds, each shorter than what another program is given
    at a time; all together take some 20 ms. They run in turn and in one thread: what else the
    machine does must not decide between them, for slices encoded in one
    precision are no use to another, and threads that wait for each other take
    any time on a busy machine.
    """
    took: dict[Precision, list[float]] = {}
    with one_thread(), torch.inference_mode():
        layer, tokens = _trial()
        runs = {name: _run_of(_arithmetic(name), layer, tokens) for name in names if _computes(name)}
        for name, run in runs.items():
            run()  # the first one also makes what is kept
            took[name] = []
        for _ in range(_ROUNDS):
            for name, run in runs.items():
                start = time.perf_counter()
                run()
                took[name].append(time.perf_counter() - start)
    return {name: 1000 * min(times) for name, times in took.items()}


@contextmanager
def one_thread() -> Iterator[None]:
    """PyTorch computes in one thread inside."""
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def choose(wanted: str = AUTO, device: str = "cpu") -> Precision:
    """The precision to use.

    Args:
        wanted: One of ``PRECISIONS``, or "auto": fast where the processor
            gains by it, else exact; never fastest, which is the user's to ask for.
        device: "cpu", "cuda" or "mps". A card computes exact and fast, which
            is what "auto" and "fastest" mean there.

    Raises:
        InputError: If there is no such precision, or not on this processor.
    """
    if device != "cpu" and wanted in (AUTO, *PRECISIONS):
        return "exact" if wanted == "exact" or half_dtype(device) is None else "fast"
    if wanted == AUTO:
        took = milliseconds(("exact", "fast"))
        return "fast" if took.get("fast", float("inf")) <= _WORTH_IT * took["exact"] else "exact"
    for name in PRECISIONS:
        if name == wanted:
            if not _computes(name):
                raise InputError(
                    f'This processor computes {" and ".join(available())}; "{wanted}" came. Use one of those.'
                )
            return name
    raise InputError(f'A precision is {", ".join((AUTO, *PRECISIONS))}; "{wanted}" came.')


def lay(
    network: nn.Module, precision: Precision, device: str = "cpu", *, keep_weights: bool = True
) -> Precision:
    """Let the image encoder and the mask decoder of a network compute in another precision.

    Args:
        network: One with an ``image_encoder`` that is a ViT or a TinyViT; others stay in
            float32, their decoder too.
        precision: From ``choose``.
        device: Where it shall compute; on a card it is put there.
        keep_weights: False gives the memory of the encoder's repacked matrices
            back; the network then only infers, and its state cannot be saved.
            On a card they move to the processor's memory instead.

    Returns:
        The precision it computes in from now on.
    """
    encoder = getattr(network, "image_encoder", None)
    decoder = getattr(network, "mask_decoder", None)
    if device != "cpu":
        return _lay_on_card(network, precision, torch.device(device), keep_weights)
    if isinstance(encoder, TinyViT):
        precision = "exact" if precision == "exact" else "fast"  # it has no integers
        encoder.folded = Folded(encoder, torch.float32 if precision == "exact" else torch.bfloat16)
    elif isinstance(encoder, ImageEncoder):
        encoder.on_card = None
        encoder.arithmetic = _packed(encoder, precision, keep_weights)
    else:
        precision = "exact"
    if isinstance(decoder, MaskDecoder):
        decoder.decoding = Decoding(decoder, _arithmetic("exact" if precision == "exact" else "fast"))
    return precision


@contextmanager
def encoding_exactly(network: nn.Module) -> Iterator[None]:
    """Let an image encoder on the processor compute in packed float32 meanwhile, and as before afterwards.

    What is packed is a copy: a network that is trained afterwards must not be
    read through it. The decoder is left alone.
    """
    encoder = getattr(network, "image_encoder", None)
    on_processor = all(parameter.device.type == "cpu" for parameter in network.parameters())
    if not on_processor or not isinstance(encoder, (ImageEncoder, TinyViT)):
        yield
        return
    exact: Folded | Arithmetic
    name = "folded" if isinstance(encoder, TinyViT) else "arithmetic"
    before = getattr(encoder, name)
    if isinstance(encoder, TinyViT):
        exact = Folded(encoder, torch.float32)
    else:
        exact = _packed(encoder, "exact", keep_weights=True)
    setattr(encoder, name, exact)
    try:
        yield
    finally:
        setattr(encoder, name, before)


def _packed(encoder: ImageEncoder, precision: Precision, keep_weights: bool) -> Arithmetic:
    """An arithmetic that has an encoder's matrices in its own order, if it wants them so."""
    arithmetic = _arithmetic(precision)
    if isinstance(arithmetic, Packed):
        for layer in (m for m in encoder.blocks.modules() if isinstance(m, nn.Linear)):
            arithmetic.take(layer)
            if not keep_weights:
                layer.weight = nn.Parameter(layer.weight.new_empty(0), requires_grad=False)
    return arithmetic


def _lay_on_card(
    network: nn.Module, precision: Precision, device: torch.device, keep_weights: bool
) -> Precision:
    """``lay`` for a card: the encoder's matrices are cast once, the rest is as written, in float32."""
    encoder, decoder = getattr(network, "image_encoder", None), getattr(network, "mask_decoder", None)
    network.to(device)
    if isinstance(decoder, MaskDecoder):
        decoder.decoding = None
    if isinstance(encoder, TinyViT):
        encoder.folded = None
    if not isinstance(encoder, ImageEncoder):
        return "exact"
    encoder.on_card = None
    half = None if precision == "exact" else half_dtype(device)
    if is_card(device):
        encoder.on_card = CardEncoder(encoder, half or torch.float32, device)
        if half is not None and not keep_weights:
            # The processor keeps what the card has no room for: the network may have to go back there.
            for layer in (m for m in encoder.blocks.modules() if isinstance(m, nn.Linear)):
                layer.weight = nn.Parameter(layer.weight.detach().cpu(), requires_grad=False)
    return "exact" if half is None else "fast"


def _arithmetic(precision: Precision) -> Arithmetic:
    if precision == "fastest":
        return Int8()
    if precision == "fast":
        return Packed(torch.bfloat16)
    return Packed(torch.float32) if _packs_float32() else PLAIN


@functools.cache
def _packs_float32() -> bool:
    return _works(lambda: Packed(torch.float32))


def _works(make: Callable[[], Arithmetic]) -> bool:
    """Whether an arithmetic computes a layer right: operators may be absent, or the processor too old."""
    try:
        with one_thread(), torch.inference_mode():
            layer, tokens = _trial(rows=16, width=64)
            arithmetic = make()
            if isinstance(arithmetic, Packed):
                arithmetic.take(layer)
            got = arithmetic.project(layer, tokens, torch.empty(16, 64, dtype=arithmetic.dtype))
            expected = layer(tokens)
    except (RuntimeError, AttributeError):
        return False
    return bool((got - expected).norm() < 0.05 * expected.norm())


def _trial(rows: int = TOKENS, width: int = _WIDTH) -> tuple[nn.Linear, Tensor]:
    """A layer and tokens that are the same on every call."""
    generator = torch.Generator().manual_seed(0)
    # Rows come again: to draw as many numbers as a matrix has takes longer than the trial.
    few = torch.randn(16, width, generator=generator)
    weight = few.repeat(width // 16, 1) * width**-0.5
    layer = nn.Linear(1, 1)
    layer.weight, layer.bias = (nn.Parameter(x, requires_grad=False) for x in (weight, few[0]))
    return layer, torch.randn(rows, width, generator=generator)


def _run_of(arithmetic: Arithmetic, layer: nn.Linear, tokens: Tensor) -> Callable[[], object]:
    if isinstance(arithmetic, Packed):
        arithmetic.take(layer)
    out = torch.empty(tokens.shape[0], len(layer.weight), dtype=arithmetic.dtype)
    return lambda: arithmetic.project(layer, tokens, out)
