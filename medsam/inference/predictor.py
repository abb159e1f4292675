"""From a slice picture and prompts to masks, whatever the network behind.

Two kinds: an *embedding* predictor (the SAM family) encodes a picture once
and decodes each prompt from the embedding; the *zoom* predictor looks only at
the surroundings of a box and encodes nothing. What a set of weights takes is
declared by its card, and asking for more is an error that says so.
"""

from __future__ import annotations

import hashlib
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from medsam.errors import ModelError, PromptError
from medsam.inference.embedding_cache import EmbeddingCache, EmbeddingKey
from medsam.inference.resample import longest_side_shape
from medsam.inference.transforms import (
    box_to_input,
    encode_input,
    mask_to_input,
    masks_from_logits,
    points_to_input,
    require_picture,
)
from medsam.inference.zoom_crop import make_crop, paste
from medsam.prompts import Points, Prompts

if TYPE_CHECKING:
    from medsam.model.build import LoadedModel

Picture = npt.NDArray[np.uint8]
Check = Callable[[], None]

OUTSIDE = -32.0
"""Logit of pixels that the zoom network does not look at: certainly not the object."""

_NAMES = {"box": "a box", "points": "points", "mask": "a previous mask"}


@dataclass(frozen=True)
class Prediction:
    """Masks for one prompt, best first.

    Attributes:
        masks: (N, H, W) bool, image frame.
        scores: (N,) float32, the network's own estimate of each mask's IoU, 0..1.
        logits: (N, h, w) float32 over the whole picture at the network's
            resolution; one of them can be the next ``MaskPrompt``.
        empty: No mask has a pixel: the network found nothing.
    """

    masks: npt.NDArray[np.bool_]
    scores: npt.NDArray[np.float32]
    logits: npt.NDArray[np.float32]
    empty: bool


class Predictor(ABC):
    """``set_image`` once a slice, then ``predict`` as often as wanted."""

    needs_encoding: bool

    def __init__(self, loaded: LoadedModel) -> None:
        """Wrap a loaded model; it is used in evaluation mode."""
        self.loaded = loaded
        self.card = loaded.card
        self.preprocessing = loaded.preprocessing
        self.device = torch.device(loaded.device)
        self._shape_hw: tuple[int, int] | None = None

    @abstractmethod
    def set_image(self, picture: Picture, check: Check | None = None) -> None:
        """Make ``picture`` the one that prompts refer to.

        Args:
            picture: 8-bit slice picture, (H, W) or (H, W, 3).
            check: Called often during a long encoding; whatever it raises
                ends the encoding and leaves the previous picture in place.

        Raises:
            InputError: If it is not an 8-bit picture.
        """

    @abstractmethod
    def is_encoded(self, picture: Picture) -> bool:
        """Whether ``set_image`` of this picture would be quick."""

    def predict(self, prompts: Prompts) -> Prediction:
        """Masks for what the prompts point at on the current picture.

        Raises:
            PromptError: If nothing is pointed at, or only things outside.
            ModelError: If these weights do not take such prompts, or no
                picture was set.
        """
        if self._shape_hw is None:
            raise ModelError("A prompt needs a picture to point at; call set_image first.")
        return self._predict(self.checked(prompts, self._shape_hw), self._shape_hw)

    @abstractmethod
    def _predict(self, prompts: Prompts, shape_hw: tuple[int, int]) -> Prediction:
        """Masks for prompts that were checked and clipped."""

    def checked(self, prompts: Prompts, shape_hw: tuple[int, int]) -> Prompts:
        """The prompts clipped to a picture of ``shape_hw``, or the errors that ``predict`` raises."""
        prompts.require_something()
        points = prompts.points if prompts.points and prompts.points.xy else None
        given = {"box": prompts.box, "points": points, "mask": prompts.mask}
        asked = [kind for kind, value in given.items() if value is not None]
        surplus = [kind for kind in asked if kind not in self.card.prompts]
        if surplus:
            takes = " and ".join(_NAMES[kind] for kind in _NAMES if kind in self.card.prompts)
            came = " and ".join(_NAMES[kind] for kind in surplus)
            raise ModelError(
                f"{self.card.title} takes {takes}; {came} came."
                " Use what it takes, or choose a model that takes this."
            )
        box = prompts.box.require_area(shape_hw) if prompts.box is not None else None
        if points is not None:
            _require_inside(points, shape_hw)
        if prompts.mask is not None and (prompts.mask.logits.ndim != 2 or prompts.mask.logits.size == 0):
            raise PromptError(f"A previous mask is (rows, columns); {prompts.mask.logits.shape} came.")
        return Prompts(box, points, prompts.mask)


class EmbeddingPredictor(Predictor):
    """A network of the SAM family: image encoder once, then prompt encoder and mask decoder."""

    needs_encoding = True

    def __init__(self, loaded: LoadedModel, cache: EmbeddingCache | None = None) -> None:
        """Wrap a SAM-like network; embeddings are kept in ``cache`` (own one by default)."""
        super().__init__(loaded)
        self.cache = EmbeddingCache() if cache is None else cache
        self.network: Any = loaded.network
        self._digest = ""
        self._embedding: Tensor | None = None
        self._prepared: tuple[str, EmbeddingKey, Tensor] | None = None
        self._hashed: tuple[Picture, str] | None = None

    def set_image(self, picture: Picture, check: Check | None = None) -> None:
        """Encode ``picture`` unless its embedding is at hand already."""
        require_picture(picture)
        digest = self._digest_of(picture)
        if digest == self._digest and self._embedding is not None:
            return
        _, key, network_input = self._prepare(picture, digest)
        embedding = self.cache.get(key)
        if embedding is None:
            embedding = self.cache.put(key, self._encode(network_input, check))
        self._embedding = embedding.to(self.device)
        self._digest = digest
        self._shape_hw = (picture.shape[0], picture.shape[1])

    def is_encoded(self, picture: Picture) -> bool:
        """Whether the embedding of exactly this picture is at hand."""
        require_picture(picture)
        digest = self._digest_of(picture)
        if digest == self._digest and self._embedding is not None:
            return True
        return self._prepare(picture, digest)[1] in self.cache

    def _digest_of(self, picture: Picture) -> str:
        """Digest of a picture; not computed again for the same read-only array."""
        if self._hashed is None or self._hashed[0] is not picture:
            digest = picture_digest(picture)
            if picture.flags.writeable:
                return digest
            self._hashed = (picture, digest)
        return self._hashed[1]

    def _prepare(self, picture: Picture, digest: str) -> tuple[str, EmbeddingKey, Tensor]:
        """Network input and cache key of a picture; the latest is kept."""
        if self._prepared is None or self._prepared[0] != digest:
            network_input = encode_input(picture, self.preprocessing)
            key = EmbeddingKey.of(network_input, self.card.sha256, self.preprocessing)
            self._prepared = (digest, key, network_input)
        return self._prepared

    def _encode(self, network_input: Tensor, check: Check | None) -> Tensor:
        with torch.inference_mode():
            embedding = self.network.image_encoder(network_input.to(self.device), check).float()
            if not bool(torch.isfinite(embedding).all()):
                raise ModelError(
                    f"An image embedding holds finite numbers; {self.card.title} gave others on"
                    f" {self.device.type}. Its file may be damaged: fetch it again, or run on the CPU."
                )
        return embedding

    def _predict(self, prompts: Prompts, shape_hw: tuple[int, int]) -> Prediction:
        with torch.inference_mode():
            low_res, scores = self._decode(prompts, shape_hw)
            masks = (masks_from_logits(low_res, shape_hw, self.preprocessing) > 0).cpu().numpy()
        logits = self._over_picture(low_res, shape_hw).cpu().numpy()
        return _ranked(masks, scores.float().cpu().numpy(), logits)

    def _decode(self, prompts: Prompts, shape_hw: tuple[int, int]) -> tuple[Tensor, Tensor]:
        """Low-resolution logits (N, h, w) and scores (N,), in the decoder's order."""
        pp, device = self.preprocessing, self.device
        boxes = points = masks = None
        if prompts.box is not None:
            boxes = box_to_input(prompts.box, shape_hw, pp).to(device)
        if prompts.points is not None:
            coords, labels = points_to_input(prompts.points, shape_hw, pp)
            points = (coords.to(device), labels.to(device))
        if prompts.mask is not None:
            side = 4 * int(self.network.embedding_size)
            masks = mask_to_input(prompts.mask, shape_hw, pp, side).to(device)
        sparse, dense = self.network.prompt_encoder(points=points, boxes=boxes, masks=masks)
        low_res, scores = self.network.mask_decoder(
            image_embeddings=self._embedding,
            image_pe=self.network.prompt_encoder.get_dense_pe(),
            sparse_prompt_embeddings=sparse,
            dense_prompt_embeddings=dense,
            multimask_output=self.card.candidates > 1,
        )
        return low_res[0].float(), scores[0]

    def _over_picture(self, low_res: Tensor, shape_hw: tuple[int, int]) -> Tensor:
        """Cut the padding off, so that the logits cover the picture and nothing else."""
        if self.preprocessing.kind == "medsam":
            return low_res
        height, width = longest_side_shape(shape_hw, low_res.shape[-1])
        return low_res[:, :height, :width]


class ZoomPredictor(Predictor):
    """The small network that sees one box's surroundings, rescaled."""

    needs_encoding = False

    def __init__(self, loaded: LoadedModel) -> None:
        """Wrap a zoom network."""
        super().__init__(loaded)
        self.network: Any = loaded.network
        self._picture: Picture | None = None

    def set_image(self, picture: Picture, check: Check | None = None) -> None:
        """Remember the picture; nothing is computed."""
        require_picture(picture)
        self._picture = picture
        self._shape_hw = (picture.shape[0], picture.shape[1])

    def is_encoded(self, picture: Picture) -> bool:
        """Always: there is nothing to encode."""
        return True

    def _predict(self, prompts: Prompts, shape_hw: tuple[int, int]) -> Prediction:
        assert self._picture is not None and prompts.box is not None
        crop, transform = make_crop(self._picture, prompts.box, self.network.config)
        with torch.inference_mode():
            answer, quality, _ = self.network(crop[None].to(self.device))
        x0, y0, patch = paste(answer[0, 0].float().cpu(), transform, shape_hw)
        logits = np.full((1, *shape_hw), OUTSIDE, np.float32)
        logits[0, y0 : y0 + patch.shape[0], x0 : x0 + patch.shape[1]] = patch
        return _ranked(logits > 0, quality.reshape(1).float().cpu().numpy(), logits)

    def checked(self, prompts: Prompts, shape_hw: tuple[int, int]) -> Prompts:
        """As every predictor's; without a box there is nowhere to look."""
        checked = super().checked(prompts, shape_hw)
        if checked.box is None:
            raise PromptError(f"{self.card.title} needs a box around the object; none came.")
        return checked


def make_predictor(loaded: LoadedModel, cache: EmbeddingCache | None = None) -> Predictor:
    """The predictor that a loaded model works behind.

    Args:
        loaded: From ``medsam.model.build.load_model``.
        cache: Where embeddings are kept; several models may share one.
    """
    if loaded.preprocessing.kind == "zoom":
        return ZoomPredictor(loaded)
    return EmbeddingPredictor(loaded, cache)


def picture_digest(picture: Picture) -> str:
    """SHA-256 of a picture's shape and pixels: its identity."""
    digest = hashlib.sha256(repr(picture.shape).encode())
    digest.update(np.ascontiguousarray(picture).data)
    return digest.hexdigest()


def _require_inside(points: Points, shape_hw: tuple[int, int]) -> None:
    h, w = shape_hw
    for x, y in points.xy:
        if not (0 <= x <= w and 0 <= y <= h):
            raise PromptError(
                f"A point lies on the {w}×{h} picture; {x:g},{y:g} does not. Click on the object."
            )


def _ranked(
    masks: npt.NDArray[np.bool_], scores: npt.NDArray[np.float32], logits: npt.NDArray[np.float32]
) -> Prediction:
    """Best first; masks without a pixel last whatever their score."""
    scores = np.clip(np.asarray(scores, np.float32).reshape(-1), 0.0, 1.0)
    filled = masks.any(axis=(1, 2))
    order = np.lexsort((-scores, ~filled))
    return Prediction(masks[order], scores[order], logits[order], empty=not bool(filled.any()))
