"""The prompts' side of the compiled decoder as steps: which matrices, in which order, from where to where.

``native.tokens`` runs them. Attention of tokens and the image is taken to the
tokens' side as in ``decoding_parts``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import torch
from torch import Tensor

from medsam.model.native import tokens as token_side
from medsam.model.native.decoder import GROUP, HEADS, NEVER, WIDTH
from medsam.model.native.tokens import Kind, Panels, Places, Step, linear

if TYPE_CHECKING:
    from medsam.model.mask_decoder import MaskDecoder
    from medsam.model.transformer import CrossAttention, TwoWayBlock

INNER = WIDTH // 2
_PARTS = 8
"""An image is cut into as many where one prompt is asked; fewer where there are several prompts."""
_LANES = HEADS * WIDTH
"""Floats from a token's lanes to the next token's."""


class Reading:
    """Tokens read an image: the matrices of one attention."""

    def __init__(self, layer: CrossAttention) -> None:
        keys, values = (_by_head(part.weight) for part in (layer.k_proj, layer.v_proj))
        self.q = Panels.of(layer.q_proj.weight, layer.q_proj.bias)
        self.spread = Panels.of(keys.transpose(1, 2) / layer.root)
        self.gather = Panels.of(values)
        self.out = Panels.of(layer.out_proj.weight, layer.out_proj.bias)
        # Where values were not projected beforehand, their bias comes through here.
        carried = layer.out_proj.weight @ layer.v_proj.bias + layer.out_proj.bias
        self.out_of_gathered = Panels.of(layer.out_proj.weight, carried)


class Layer:
    """The matrices of one two-way block."""

    def __init__(self, block: TwoWayBlock) -> None:
        own, read = block.self_attn, block.cross_attn_image_to_token
        self.first = block.first
        self.scale = 1 / own.root
        parts = (own.q_proj, own.k_proj, own.v_proj)
        self.own_qk = Panels.of(*(torch.cat([getattr(p, n) for p in parts[:2]]) for n in ("weight", "bias")))
        self.own_v = Panels.of(own.v_proj.weight, own.v_proj.bias)
        self.own_out = Panels.of(own.out_proj.weight, own.out_proj.bias)
        self.reading = Reading(block.cross_attn_token_to_image)
        self.lin1, self.lin2 = (Panels.of(m.weight, m.bias) for m in (block.mlp.lin1, block.mlp.lin2))
        self.norms = [Norm.of(norm) for norm in (block.norm1, block.norm2, block.norm3, block.norm4)]
        self.k = Panels.of(read.k_proj.weight, read.k_proj.bias)
        self.v = Panels.of(read.v_proj.weight, read.v_proj.bias)
        self.told = Panels.of(_by_head(read.out_proj.weight.t()).transpose(1, 2))
        self.asked = Panels.of(_by_head(read.q_proj.weight).transpose(1, 2) / read.root)
        biases = torch.block_diag(*(read.q_proj.bias.detach() / read.root).view(HEADS, -1))
        self.shifts = Panels.of(biases)
        self.read_bias = read.out_proj.bias.detach().float().contiguous()


@dataclass(frozen=True)
class Norm:
    """A layer norm."""

    weight: Tensor
    bias: Tensor
    epsilon: float

    @classmethod
    def of(cls, norm: Any) -> Norm:
        """Of a module."""
        return cls(norm.weight.detach().float(), norm.bias.detach().float(), float(norm.eps))


def _by_head(weight: Tensor) -> Tensor:
    """(heads·d, C) to (heads, d, C)."""
    return weight.detach().unflatten(0, (HEADS, -1))


class Matrices:
    """A decoder's matrices for rows of tokens, float32 in panels.

    Attributes:
        dtype: Of the image's side.
        own: (own tokens, C) that every prompt begins with.
    """

    def __init__(self, decoder: MaskDecoder, dtype: torch.dtype) -> None:
        """Lay the parameters out."""
        self.dtype = dtype
        transformer: Any = decoder.transformer
        with torch.no_grad():
            self.layers = [Layer(block) for block in transformer.layers]
            self.last = Reading(transformer.final_attn_token_to_image)
            self.last_norm = Norm.of(transformer.norm_final_attn)
            self.hyper = [_chain(p) for p in decoder.output_hypernetworks_mlps]
            self.quality = _chain(decoder.iou_prediction_head)
            self.own = torch.cat((decoder.iou_token.weight, decoder.mask_tokens.weight)).detach()


class Plan:
    """Places and steps for prompts of ``count`` tokens, and the floats of ``prompts`` of them."""

    def __init__(self, matrices: Matrices, count: int, wanted: range, prompts: int, cells: int) -> None:
        """Take the places, and write the steps before, between and after the image's two layers."""
        self.tokens, self.wanted, self.prompts = count, wanted, prompts
        self.groups = -(-count // (GROUP // HEADS))
        self.parts = max(_PARTS // prompts, 1)
        self.is_bfloat16 = int(matrices.dtype == torch.bfloat16)
        self._m = matrices
        self._lanes_all = GROUP * self.groups
        self.floats = token_side.zeros(prompts, self._take_places(cells))
        for shifts in (self.no_shifts, self.shifts):
            self.floats[:, shifts + HEADS * count : shifts + self._lanes_all] = NEVER
        self.renewed = torch.empty(prompts, cells, WIDTH, dtype=matrices.dtype)
        first, second = matrices.layers
        begin = (self._among(first), self._read_first(first), self._digest(first), self._tell(first, 0))
        self.begin = _listed(*begin, self._among(second), self._ask(second.reading))
        middle = (self._gather(second.reading, second.norms[1]), self._digest(second), self._tell(second, 1))
        self.middle = _listed(*middle, self._ask(matrices.last))
        self.end = _listed(self._gather(matrices.last, matrices.last_norm), self._conclude())

    def _take_places(self, cells: int) -> Places:
        m, count, places = self._m, self.tokens, Places()
        self.pe, self.x, self.placed, self.y, self.mixed = (places.take(count * WIDTH) for _ in range(5))
        self.qkv = places.take(count * 3 * WIDTH)
        self.hidden = places.take(count * max(layer.lin1.outputs for layer in m.layers))
        self.q, self.k, self.v = (places.take(count * INNER) for _ in range(3))
        self.lanes, self.seen, self.scores, self.values, self.questions = (
            places.take(self._lanes_all * WIDTH) for _ in range(5)
        )
        self.no_shifts, self.shifts = (places.take(self._lanes_all) for _ in range(2))
        self.cells = places.take(-(-cells // token_side.PANEL) * token_side.PANEL)
        self.tops = places.take(self.parts * self._lanes_all * (2 + WIDTH))
        self.weights = places.take(len(self.wanted) * m.hyper[0][-1].outputs)
        self.between = [places.take(WIDTH) for _ in range(2)]
        self.quality = places.take(m.quality[-1].outputs)
        return places

    def _norm(self, norm: Norm, added: bool = True) -> Step:
        """What tokens are after ``y`` is added to them."""
        beside = self.x if added else -1
        weights = norm.weight.data_ptr(), norm.bias.data_ptr()
        step = Step(Kind.NORM, self.y, beside, self.x, *weights, self.tokens, WIDTH, WIDTH)
        step.number = norm.epsilon
        return step

    def _place(self) -> Step:
        return Step(Kind.ADD, self.x, self.pe, self.placed, 0, 0, self.tokens, WIDTH, WIDTH)

    def _rows(self, panels: Panels, source: int, to: int, relu: bool = False) -> Step:
        """A product of all tokens' rows, which lie close together on both sides."""
        return linear(panels, self.tokens, (source, panels.inputs), (to, panels.outputs), relu=relu)

    def _among(self, layer: Layer) -> list[Step]:
        t, row = self.tokens, 3 * WIDTH
        placed, plain = (self.pe, self.pe) if layer.first else (self.placed, self.x)
        mix = Step(Kind.AMONG, self.qkv, -1, self.mixed, 0, 0, t, WIDTH, WIDTH, row, WIDTH, HEADS)
        mix.number = layer.scale
        return [
            *([] if layer.first else [self._place()]),
            linear(layer.own_qk, t, (placed, WIDTH), (self.qkv, row)),
            linear(layer.own_v, t, (plain, WIDTH), (self.qkv + 2 * WIDTH, row)),
            mix,
            self._rows(layer.own_out, self.mixed, self.y),
            self._norm(layer.norms[0], added=not layer.first),
        ]

    def _read_first(self, layer: Layer) -> list[Step]:
        """Through the keys and values that the image keeps."""
        look = Step(Kind.READ, self.q, self.cells, self.mixed, 0, 0, self.tokens, INNER, INNER)
        look.source_row, look.to_row, look.heads = INNER, INNER, HEADS
        return [
            self._place(),
            self._rows(layer.reading.q, self.placed, self.q),
            look,
            self._rows(layer.reading.out, self.mixed, self.y),
            self._norm(layer.norms[1]),
        ]

    def _digest(self, layer: Layer) -> list[Step]:
        return [
            self._rows(layer.lin1, self.x, self.hidden, relu=True),
            self._rows(layer.lin2, self.hidden, self.y),
            self._norm(layer.norms[2]),
        ]

    def _spread(self, panels: Panels, source: int) -> Step:
        """Each head's channels of tokens to lanes of all channels."""
        inner = panels.inputs
        return linear(panels, self.tokens, (source, INNER), (self.lanes, _LANES), (inner, WIDTH))

    def _packed(self, kind: Kind, to: int) -> Step:
        width = WIDTH if kind == Kind.COLUMNS else self._lanes_all
        step = Step(kind, self.lanes, -1, to, 0, 0, self.tokens, WIDTH, width)
        step.option = self.is_bfloat16
        return step

    def _tell(self, layer: Layer, number: int) -> list[Step]:
        """What the image's tokens are to ask and to take."""
        if number == 0:
            scores = Step(Kind.COLUMNS, self.k, -1, self.scores, 0, 0, self.tokens, INNER, INNER, INNER)
            scores.source_head, scores.option = INNER // HEADS, self.is_bfloat16
            asked = [scores]
        else:
            asked = [
                linear(layer.shifts, self.tokens, (self.k, INNER), (self.shifts, HEADS)),
                self._spread(layer.asked, self.k),
                self._packed(Kind.COLUMNS, self.scores),
            ]
        return [
            self._place(),
            self._rows(layer.k, self.placed, self.k),
            self._rows(layer.v, self.x, self.v),
            *asked,
            self._spread(layer.told, self.v),
            self._packed(Kind.ROWS, self.values),
        ]

    def _ask(self, reading: Reading) -> list[Step]:
        return [
            self._place(),
            self._rows(reading.q, self.placed, self.q),
            self._spread(reading.spread, self.q),
            self._packed(Kind.COLUMNS, self.questions),
        ]

    def _gather(self, reading: Reading, norm: Norm) -> list[Step]:
        """Tokens after what they saw of the image."""
        lanes = HEADS * self.tokens
        seen = Step(Kind.GATHER, self.tops, -1, self.seen, 0, 0, lanes, self._lanes_all, WIDTH)
        seen.option = self.parts
        heads = WIDTH, reading.gather.outputs
        return [
            seen,
            linear(reading.gather, self.tokens, (self.seen, _LANES), (self.v, INNER), heads),
            self._rows(reading.out_of_gathered, self.v, self.y),
            self._norm(norm),
        ]

    def _conclude(self) -> list[Step]:
        """The masks' weights and the qualities."""
        steps = []
        outputs = self._m.hyper[0][-1].outputs
        chains = [(self.x, self._m.quality, self.quality)]
        for i, number in enumerate(self.wanted):
            chains.append((self.x + (1 + number) * WIDTH, self._m.hyper[number], self.weights + i * outputs))
        for source, matrices, to in chains:
            stops = [source, *(self.between[i % 2] for i in range(len(matrices) - 1)), to]
            for i, panels in enumerate(matrices):
                relu = i < len(matrices) - 1
                steps.append(linear(panels, 1, (stops[i], 0), (stops[i + 1], 0), relu=relu))
        return steps


def _listed(*parts: list[Step]) -> Any:
    steps = [step for part in parts for step in part]
    return (Step * len(steps))(*steps)


def _chain(perceptron: Any) -> list[Panels]:
    return [Panels.of(layer.weight, layer.bias) for layer in perceptron.layers]
