"""The mask decoder's arithmetic without gradients on the processor: where a decode begins.

``MaskDecoder`` describes the network, and is what is trained and exported; a
``Decoding`` of it, laid on from outside (``medsam.model.precision.lay``),
computes the same function from the same parameters with less work::

    MaskDecoder.look ──> Decoding.look ──> Kept, once an image
    MaskDecoder.answer ─> Decoding.answer, for every prompt
                            │
        a kernel for it?  ──┼─ yes: decoding_compiled.Compiled
                            │         prompts' tokens: decoding_steps ─> native.tokens  (tokens.cpp)
                            │         image's tokens, upscaling:         native.decoder (decoder.cpp)
                            └─ no, by PyTorch
                                      prompts' tokens: decoding_parts
                                      image's tokens, upscaling: decoding_image

With gradients, on a graphics card, and where nothing is laid on, the network
computes as ``mask_decoder`` says. Both ways go through the layers in the same
order - tokens among themselves, tokens read the image, feed-forward, the image
reads the tokens, twice, and at last tokens read the image - and both save in
the same places:

* what the first layer asks of and shows to the image does not depend on the
  prompts, so it is computed once an image (``ImageSide``);
* elsewhere the image's thousands of tokens are never projected. A score is
  ``(Wq x)·(Wk y) = (Wkᵀ Wq x)·y`` and a weighted sum of values ``W Σ p y``, so
  that the projections fall to the handful of prompt tokens;
* transposed convolutions whose stride is their kernel's side are matrix
  products, and only the masks that were asked for are made.

Prompts share the small products on tokens; the image's side is worked
through prompt by prompt, which keeps it in the processor's cache.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from medsam.model.arithmetic import Arithmetic
from medsam.model.decoding_compiled import Compiled, fits
from medsam.model.decoding_image import MANY_ROWS, ImageWork
from medsam.model.decoding_parts import FEW_ROWS, Attention, Kept, Layer, Told
from medsam.model.native.tokens import shown_of

if TYPE_CHECKING:
    from medsam.model.mask_decoder import MaskDecoder


@dataclass(frozen=True)
class ImageSide:
    """An image as the decoder sees it.

    Attributes:
        embedding: (1, C, h, w) of the image.
        image_pe: (1, C, h, w), the encoding of its cells.
        dense: (1, C, h, w), the prompts' dense embedding, the same for all of them.
        kept: Of ``Decoding``; None where a decoder computes as it is written.
    """

    embedding: Tensor
    image_pe: Tensor
    dense: Tensor
    kept: Kept | None = None


class Decoding:
    """A decoder's function, computed quickly.

    Args:
        decoder: Whose parameters these are; changing them afterwards has no effect here.
        arithmetic: The number format of the image's side.
    """

    def __init__(self, decoder: MaskDecoder, arithmetic: Arithmetic) -> None:
        """Lay the parameters out."""
        self.arithmetic = arithmetic
        few = arithmetic.in_float32()
        transformer: Any = decoder.transformer
        self.layers = [Layer(block, few) for block in transformer.layers]
        self.last = Attention(transformer.final_attn_token_to_image, few)
        self.last_norm = transformer.norm_final_attn
        self.own_tokens = torch.cat((decoder.iou_token.weight, decoder.mask_tokens.weight)).detach()
        self.hyper = [_perceptron(p, few) for p in decoder.output_hypernetworks_mlps]
        self.quality = _perceptron(decoder.iou_prediction_head, few)
        upscaling: Any = decoder.output_upscaling
        self._work = ImageWork(self.layers, upscaling, arithmetic)
        self._compiled = Compiled(decoder, arithmetic) if fits(decoder, arithmetic.dtype) else None
        block = transformer.layers[0]
        read, shown = block.cross_attn_image_to_token, block.cross_attn_token_to_image
        self._first = [
            arithmetic.matrix(layer.weight, layer.bias, MANY_ROWS)
            for layer in (read.q_proj, shown.k_proj, shown.v_proj)
        ]

    def look(self, embedding: Tensor, image_pe: Tensor, dense: Tensor) -> ImageSide:
        """See ``MaskDecoder.look``."""
        dtype = self.arithmetic.dtype
        tokens = (embedding + dense)[0].flatten(1).t().contiguous()
        places = image_pe[0].flatten(1).t().contiguous()
        placed = tokens + places
        read, shown = self.layers[0].read, self.layers[0].reading
        queries, keys, values = (m(x) for m, x in zip(self._first, (placed, placed, tokens), strict=True))
        s = tokens.shape[0]
        keys = (keys / shown.root).t().reshape(shown.heads, -1, s).contiguous()
        values = values.view(s, shown.heads, -1).transpose(0, 1).contiguous()
        kept = Kept(
            tokens.to(dtype),
            places.to(dtype),
            (queries / read.root).contiguous(),
            keys,
            values,
            None if self._compiled is None else shown_of(keys, values),
        )
        return ImageSide(embedding, image_pe, dense, kept)

    def answer(self, side: ImageSide, sparse: Tensor, wanted: slice) -> tuple[Tensor, Tensor]:
        """Logits (N, M, 4h, 4w) and qualities (N, M) of some prompts; see ``MaskDecoder.answer``."""
        kept, compiled = side.kept, self._compiled
        assert kept is not None, "only for what look() gave"
        h, w = side.embedding.shape[-2:]
        if compiled is not None and compiled.takes(len(self.own_tokens) + sparse.shape[1]):
            return compiled.answer(kept, (h, w), sparse, wanted)
        token_pe = torch.cat((self.own_tokens.expand(sparse.shape[0], -1, -1), sparse), dim=1)
        work = self._work
        first, second = self.layers
        tokens = first.attend_own(token_pe, token_pe)
        tokens = first.digest(tokens, self._read_first(kept, tokens + token_pe))
        told = _tell(first, tokens, token_pe)
        tokens = second.attend_own(tokens, token_pe)
        images, seen = work.renew_first(kept, told, second.reading.ask(tokens + token_pe))
        tokens = second.digest(tokens, second.reading.gather(seen))
        told = _tell(second, tokens, token_pe)
        images, seen = work.renew_second(images, kept, told, self.last.ask(tokens + token_pe))
        tokens = self.last_norm(tokens + self.last.gather(seen))
        numbers = range(len(self.hyper))[wanted]
        weights = torch.stack([self.hyper[k](tokens[:, 1 + k]) for k in numbers], dim=1)
        return work.masks(images, weights, (h, w)), self.quality(tokens[:, 0])[:, wanted]

    def _read_first(self, kept: Kept, placed: Tensor) -> Tensor:
        """Tokens (N, T, C) read the image through the keys and values that were kept."""
        reading = self.layers[0].reading
        n, t, _ = placed.shape
        q = reading.heads_of(reading.q(placed)).flatten(1, 2).to(kept.keys.dtype)
        mixed = (q @ kept.keys).softmax(dim=-1) @ kept.values
        return reading.out(mixed.view(reading.heads, n, t, -1).permute(1, 2, 0, 3).flatten(2).float())


def _tell(layer: Layer, tokens: Tensor, token_pe: Tensor) -> Told:
    """What the prompts' tokens (N, T, C) tell the image."""
    read = layer.read
    keys = read.heads_of(read.k(tokens + token_pe))
    return Told(keys, read.spread(read.heads_of(read.v(tokens)), read.out_rows))


def _perceptron(perceptron: Any, few: Arithmetic) -> Any:
    matrices = [few.matrix(layer.weight, layer.bias, FEW_ROWS) for layer in perceptron.layers]

    def compute(x: Tensor) -> Tensor:
        for matrix in matrices[:-1]:
            x = matrix(x, "relu")
        return matrices[-1](x)

    return compute
