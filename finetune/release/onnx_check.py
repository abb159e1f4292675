"""Whether an ONNX file answers as the network it was made from, question by question."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor, nn

from medsam.errors import WriteError
from medsam.model.build import LoadedModel

EMBEDDING_TOLERANCE = 1e-3
"""Largest difference of an embedding, or of a zoom network's logits, over its largest value."""

ERROR_RATIO = 10.0
"""Decoders are compared with one in float64: rounding, which some weights blow up, may differ so much."""

_FLOOR = 1e-4

DECODER_INPUTS = ("image_embeddings", "point_coords", "point_labels", "mask_input", "has_mask_input")
"""As the ONNX decoders of Segment Anything name them."""


class Check:
    """Collects how far answers lie apart.

    Attributes:
        differences: Largest absolute difference of each output.
        scales: Largest absolute value of each.
        wrong: Names of outputs that differ by more than rounding.
    """

    def __init__(self) -> None:
        self.differences: dict[str, float] = {}
        self.scales: dict[str, float] = {}
        self.wrong: list[str] = []

    def compare(
        self, name: str, ours: npt.NDArray[np.float32], torchs: Tensor, exact: Tensor | None = None
    ) -> None:
        """Take one output in: onnxruntime's, torch's, and where given the same in float64."""
        wanted = torchs.detach().numpy()
        if ours.shape != wanted.shape or not np.isfinite(ours).all():
            self.wrong.append(name)
            return
        scale = float(np.abs(wanted).max())
        difference = float(np.abs(ours - wanted).max())
        self.differences[name] = max(self.differences.get(name, 0.0), difference)
        self.scales[name] = max(self.scales.get(name, 0.0), scale)
        allowed, error = EMBEDDING_TOLERANCE * scale, difference
        if exact is not None:
            reference = exact.detach().numpy()
            allowed = max(ERROR_RATIO * float(np.abs(wanted - reference).max()), _FLOOR * scale)
            error = float(np.abs(ours - reference).max())
        if error > allowed:
            self.wrong.append(name)


def require_agreement(check: Check) -> None:
    """Raise ``WriteError`` if an output differs by more than rounding."""
    if check.wrong:
        names = ", ".join(dict.fromkeys(check.wrong))
        raise WriteError(
            f"ONNX files are kept only if they answer as the network does; {names} differ here. Nothing was"
            " written. Try other versions of torch and onnxruntime."
        )


def check_decoder(session: Any, loaded: LoadedModel, embedding: Tensor, check: Check) -> None:
    """Ask the file, the network and the network in float64 the same questions."""
    network: Any = loaded.network
    exact: Any = nn.ModuleDict(
        {"prompts": copy.deepcopy(network.prompt_encoder), "decoder": copy.deepcopy(network.mask_decoder)}
    ).double()
    several = loaded.card.candidates > 1
    for coords, labels, mask, given in _questions(network):
        feed = dict(zip(DECODER_INPUTS, _feed(embedding, coords, labels, mask), strict=True))
        answer = session.run(None, feed)
        with torch.no_grad():
            rounded = _decode(network.prompt_encoder, network.mask_decoder, embedding, given, several)
            double = {name: _double(value) for name, value in given.items()}
            fine = _decode(exact["prompts"], exact["decoder"], embedding.double(), double, several)
        for name, ours, torchs, best in zip(
            ("low_res_masks", "iou_predictions"), answer, rounded, fine, strict=True
        ):
            check.compare(name, ours, torchs, best)


def _double(value: Any) -> Any:
    if isinstance(value, tuple):
        return value[0].double(), value[1]
    return None if value is None else value.double()


def _decode(
    prompt_encoder: Any, decoder: Any, embedding: Tensor, given: Mapping[str, Any], several: bool
) -> tuple[Tensor, Tensor]:
    sparse, dense = prompt_encoder(**given)
    masks, quality = decoder(embedding, prompt_encoder.get_dense_pe(), sparse, dense, several)
    return masks, quality


def _feed(
    embedding: Tensor, coords: Tensor, labels: Tensor, mask: Tensor | None
) -> tuple[npt.NDArray[np.float32], ...]:
    side = 4 * embedding.shape[-1]
    logits = torch.zeros(1, 1, side, side) if mask is None else mask
    has = torch.tensor([0.0 if mask is None else 1.0])
    return tuple(t.float().numpy() for t in (embedding, coords, labels, logits, has))


def _questions(network: Any) -> Iterator[tuple[Tensor, Tensor, Tensor | None, dict[str, Any]]]:
    """Prompts as the file takes them (coordinates, labels, mask) and as the network does."""
    side, cells = float(network.image_size), 4 * network.embedding_size
    box = torch.tensor([[0.2, 0.3, 0.7, 0.8]]) * side
    other = torch.tensor([[0.55, 0.1, 0.9, 0.4]]) * side
    boxes = torch.cat((box, other, box * 0.5))
    clicks = torch.tensor([[[0.4, 0.5], [0.9, 0.1]]]) * side
    signs = torch.tensor([[1.0, 0.0]])
    corners = torch.tensor([[2.0, 3.0]])
    nothing, padding = torch.zeros(1, 1, 2), torch.tensor([[-1.0]])
    rows = (torch.arange(cells) + 0.5) / cells - 0.5
    mask = (8 - 40 * (rows[:, None] ** 2 + rows[None, :] ** 2).sqrt())[None, None]
    points = (clicks, signs.long())
    one = (clicks[:, :1], signs[:, :1].long())
    yield box.view(1, 2, 2), corners, None, {"boxes": box}
    yield boxes.view(3, 2, 2), corners.expand(3, 2), None, {"boxes": boxes}
    yield torch.cat((clicks[:, :1], nothing), 1), torch.cat((signs[:, :1], padding), 1), None, {"points": one}
    yield (
        torch.cat((clicks, nothing), 1),
        torch.cat((signs, padding), 1),
        mask,
        {"points": points, "masks": mask},
    )
    yield (
        torch.cat((clicks, other.view(1, 2, 2)), 1),
        torch.cat((signs, corners), 1),
        mask,
        {"points": points, "boxes": other, "masks": mask},
    )
