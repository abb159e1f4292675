"""A mask decoder's arithmetic compiled: the same function as ``decoding``'s, by ``native``.

The prompts' tokens go through lists of steps (``decoding_steps``); the image's
side is cut into parts that threads take in turn. Sums are added up by parts in
one order, whoever computed them: an answer does not depend on the number of
threads.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from medsam.model import native
from medsam.model.arithmetic import Arithmetic
from medsam.model.decoding_image import cell_bias, cells
from medsam.model.decoding_parts import Kept
from medsam.model.decoding_steps import INNER, Matrices, Norm, Plan
from medsam.model.native import decoder as image_side
from medsam.model.native import tokens as token_side
from medsam.model.native.decoder import GROUP, HEADS, TOKENS, WIDTH, Renewal, Upscaling

if TYPE_CHECKING:
    from medsam.model.mask_decoder import MaskDecoder

_MOST_PLANS = 6


def fits(decoder: MaskDecoder, dtype: torch.dtype) -> bool:
    """Whether there is a kernel in this format, and a decoder of the size that it is written for."""
    if not image_side.usable(dtype):
        return False
    transformer: Any = decoder.transformer
    last = transformer.final_attn_token_to_image
    size = last.heads, last.q_proj.in_features, last.q_proj.out_features, len(transformer.layers)
    return size == (HEADS, WIDTH, INNER, 2)


class Compiled:
    """A decoder's matrices in the kernel's order.

    Args:
        decoder: One that ``fits``; changing its parameters afterwards has no effect here.
        arithmetic: The number format of the image's side; the tokens' is float32.
    """

    def __init__(self, decoder: MaskDecoder, arithmetic: Arithmetic) -> None:
        """Lay the parameters out."""
        self.dtype = arithmetic.dtype
        self._matrices = Matrices(decoder, self.dtype)
        upscaling: Any = decoder.output_upscaling
        first, norm, _, second, _ = upscaling
        self._upscaling = [
            (image_side.panels(cells(layer).t(), self.dtype), cell_bias(layer).float().contiguous())
            for layer in (first, second)
        ]
        self._norm = Norm.of(norm)
        self._plans: OrderedDict[tuple[int, range, int, int], Plan] = OrderedDict()

    def takes(self, tokens: int) -> bool:
        """Whether prompts may have so many tokens, the decoder's own among them."""
        return tokens <= TOKENS and image_side.usable(self.dtype)

    def answer(self, kept: Kept, hw: tuple[int, int], sparse: Tensor, wanted: slice) -> tuple[Tensor, Tensor]:
        """Logits (N, M, 4h, 4w) and qualities (N, M) of prompts (N, T, C)."""
        library = native.compiled()
        assert library is not None and kept.shown is not None, "ask takes() first"
        m, threads = self._matrices, torch.get_num_threads()
        n, own = len(sparse), len(m.own)
        numbers = range(len(m.hyper))[wanted]
        key = (own + sparse.shape[1], numbers, n, hw[0] * hw[1])
        # Taken out while it is in use: another thread makes its own.
        plan = self._plans.pop(key, None) or Plan(m, key[0], numbers, n, hw[0] * hw[1])
        pe = plan.floats[:, plan.pe : plan.pe + key[0] * WIDTH].view(n, key[0], WIDTH)
        pe[:, :own], pe[:, own:] = m.own, sparse
        out = torch.empty(n, len(numbers), 4 * hw[0], 4 * hw[1])
        shown = kept.shown[0]

        def through(steps: Any) -> None:
            image_side.each(lambda i: token_side.run(library, steps, plan.floats[i], shown), n, threads)

        through(plan.begin)
        image_side.renew(self.dtype, self._renewals(plan, kept, 0), threads)
        through(plan.middle)
        image_side.renew(self.dtype, self._renewals(plan, kept, 1), threads)
        through(plan.end)
        image_side.upscale(self.dtype, self._upscalings(plan, out, hw), threads)
        quality = plan.floats[:, plan.quality : plan.quality + m.quality[-1].outputs][:, wanted].clone()
        self._plans[key] = plan
        while len(self._plans) > _MOST_PLANS:
            self._plans.popitem(last=False)
        return out, quality

    def _renewals(self, plan: Plan, kept: Kept, number: int) -> list[Renewal]:
        layer, floats, lanes = self._matrices.layers[number], plan.floats, GROUP * plan.groups
        norm, element = layer.norms[3], plan.renewed.element_size()
        made = []
        for i in range(plan.prompts):
            base = floats[i].data_ptr()

            def at(place: int, base: int = base) -> int:
                return base + 4 * place

            renewed = plan.renewed[i].data_ptr()
            tops = at(plan.tops)
            totals = tops + 4 * plan.parts * lanes
            made.append(
                Renewal(
                    renewed if number else kept.tokens.data_ptr(),
                    None if number else kept.queries.data_ptr(),
                    kept.places.data_ptr(),
                    at(plan.scores),
                    at(plan.shifts if number else plan.no_shifts),
                    at(plan.values),
                    layer.read_bias.data_ptr(),
                    norm.weight.data_ptr(),
                    norm.bias.data_ptr(),
                    at(plan.questions),
                    renewed,
                    tops,
                    totals,
                    totals + 4 * plan.parts * lanes,
                    (WIDTH if number else INNER) * element // 4,
                    plan.groups,
                    plan.tokens,
                    kept.tokens.shape[0],
                    plan.parts,
                    norm.epsilon,
                )
            )
        return made

    def _upscalings(self, plan: Plan, out: Tensor, hw: tuple[int, int]) -> list[Upscaling]:
        (first, first_bias), (second, second_bias) = self._upscaling
        norm = self._norm
        laid = (first, first_bias, norm.weight, norm.bias, second, second_bias)
        fixed = [x.data_ptr() for x in laid]
        return [
            Upscaling(
                plan.renewed[i].data_ptr(),
                *fixed,
                plan.floats[i].data_ptr() + 4 * plan.weights,
                out[i].data_ptr(),
                out.shape[1],
                *hw,
                plan.parts,
                norm.epsilon,
            )
            for i in range(plan.prompts)
        ]
