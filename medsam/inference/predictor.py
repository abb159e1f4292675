"""From a slice picture and prompts to masks, whatever the network behind.

Two kinds: an *embedding* predictor (the SAM family) encodes a picture once
and decodes each prompt from the embedding; the *zoom* predictor looks only at
the surroundings of a box and encodes nothing. What a set of weights takes is
declared by its card, and asking for more is an error that says so.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from medsam.inference.card_encoding import MOST_REPLAYED, Encoding, NotFinite, boxes_replay
from medsam.inference.embedding_cache import EmbeddingCache, EmbeddingKey
from medsam.inference.prediction import Check, Picture, Prediction, Predictor
from medsam.inference.resample import longest_side_shape
from medsam.inference.transforms import (
    box_to_input,
    encode_input,
    mask_to_input,
    masks_over_picture,
    points_to_input,
    require_picture,
)
from medsam.inference.zoom_predictor import ZoomPredictor
from medsam.model.card import is_card, is_out_of_memory
from medsam.model.card_graphs import Replay
from medsam.model.precision import Precision, choose, lay
from medsam.prompts import Prompts

if TYPE_CHECKING:
    from medsam.model.build import LoadedModel
    from medsam.model.decoding import ImageSide

__all__ = [
    "EmbeddingPredictor",
    "Prediction",
    "Predictor",
    "ZoomPredictor",
    "make_predictor",
    "picture_digest",
]


_MOST_KEYS = 4096
"""Pictures whose cache keys are remembered: a few hundred bytes each."""

_PREPARING = 4
"""Threads that prepare the pictures of a batch: most of it is NumPy's, which lets others run."""


class EmbeddingPredictor(Predictor):
    """A network of the SAM family: image encoder once, then prompt encoder and mask decoder."""

    needs_encoding = True

    def __init__(
        self, loaded: LoadedModel, cache: EmbeddingCache | None = None, precision: str | None = None
    ) -> None:
        """Wrap a SAM-like network; see ``make_predictor``."""
        super().__init__(loaded)
        self.cache = EmbeddingCache() if cache is None else cache
        self.network: Any = loaded.network
        self._wanted = precision
        self._digest = ""
        self._embedding: Tensor | None = None
        self._image_pe: Tensor | None = None
        self._side: ImageSide | None = None
        self._prepared: tuple[str, Tensor] | None = None
        self._keys: OrderedDict[str, EmbeddingKey] = OrderedDict()
        self._hashed: tuple[Picture, str] | None = None
        self._settle(precision)

    def _settle(self, precision: str | None) -> None:
        """Take up work where the network shall be now, in a precision; None leaves it as it is."""
        self.precision: Precision = "exact"
        if precision is not None:
            where = str(self.device)
            self.precision = lay(self.network, choose(precision, where), where, keep_weights=False)
        self._encoding = Encoding(self.network, self.card.title, self.device)
        self._boxes: Replay | None = None
        self._keys.clear()  # they say the precision
        self._image_pe = self._side = None
        if self._embedding is not None:
            self._embedding = self._embedding.to(self.device)

    def set_image(self, picture: Picture, check: Check | None = None) -> None:
        """Encode ``picture`` unless its embedding is at hand already."""
        require_picture(picture)
        digest = self._digest_of(picture)
        if digest == self._digest and self._embedding is not None:
            return
        embedding = self.cache.get(self._key(picture, digest))
        if embedding is None:
            encoded = self._encode(self._input(picture, digest), check)
            # Only now: the precision may be another than before.
            embedding = self.cache.put(self._key(picture, digest), encoded)
        self._note(digest, self._key(picture, digest))
        self._embedding, self._side = embedding.to(self.device), None
        self._digest = digest
        self._shape_hw = (picture.shape[0], picture.shape[1])

    def is_encoded(self, picture: Picture) -> bool:
        """Whether the embedding of exactly this picture is at hand."""
        require_picture(picture)
        digest = self._digest_of(picture)
        if digest == self._digest and self._embedding is not None:
            return True
        key = self._key(picture, digest)
        if key not in self.cache:
            return False
        self._note(digest, key)
        return True

    def is_kept(self, picture: Picture) -> bool:
        """Whether the embedding of this picture probably lies on the disk or in memory.

        A look-up that costs little more than hashing the picture; nothing is
        read, so a damaged one counts until somebody asks ``is_encoded``.
        """
        require_picture(picture)
        return self.cache.knows(self._name_of(self._digest_of(picture)))

    def _name_of(self, digest: str) -> str:
        return EmbeddingKey.of_picture(digest, self.card.sha256, self.preprocessing, self.precision)

    def _note(self, digest: str, key: EmbeddingKey) -> None:
        """Let ``is_kept`` find this picture's embedding, in other sessions too."""
        self.cache.note(self._name_of(digest), key)

    def _digest_of(self, picture: Picture) -> str:
        """Digest of a picture; not computed again for the same read-only array."""
        if self._hashed is None or self._hashed[0] is not picture:
            digest = picture_digest(picture)
            if picture.flags.writeable:
                return digest
            self._hashed = (picture, digest)
        return self._hashed[1]

    def _key(self, picture: Picture, digest: str) -> EmbeddingKey:
        """Cache key of a picture; remembered, since resizing and hashing costs more than a look-up."""
        key = self._keys.get(digest)
        if key is None:
            network_input = self._input(picture, digest)
            key = EmbeddingKey.of(network_input, self.card.sha256, self.preprocessing, self.precision)
            self._keys[digest] = key
            if len(self._keys) > _MOST_KEYS:
                self._keys.popitem(last=False)
        return key

    def _input(self, picture: Picture, digest: str) -> Tensor:
        """Network input of a picture; the latest is kept."""
        if self._prepared is None or self._prepared[0] != digest:
            self._prepared = (digest, encode_input(picture, self.preprocessing))
        return self._prepared[1]

    @property
    def at_once(self) -> int:  # type: ignore[override]
        """Pictures that ``encode_all`` encodes together at present."""
        return self._encoding.batch.now

    def encode_all(
        self,
        pictures: Sequence[Picture],
        check: Check | None = None,
        done: Callable[[int], None] | None = None,
    ) -> None:
        """See ``Predictor``; embeddings go to the cache, and the present picture stays."""
        if not is_card(self.device):
            super().encode_all(pictures, check, done)
            return
        tell = done or (lambda n: None)
        left = list(range(len(pictures)))
        with ThreadPoolExecutor(_PREPARING) as pool:
            while left:
                part, left = left[: self.at_once], left[self.at_once :]
                prepared = list(pool.map(self._prepare, [pictures[n] for n in part]))
                missing = [told for told in prepared if told[1] not in self.cache]
                if missing:
                    inputs = torch.cat([network_input for _, _, network_input in missing])
                    for (digest, key, _), row in zip(missing, self._encode(inputs, check), strict=True):
                        # The precision may be another by now; a view would keep the whole batch.
                        now = replace(key, precision=self.precision)
                        self.cache.put(now, row[None].clone())
                        self._note(digest, now)
                for n in part:
                    tell(n)

    def _prepare(self, picture: Picture) -> tuple[str, EmbeddingKey, Tensor]:
        """A picture's digest, key and network input; from any thread."""
        require_picture(picture)
        network_input = encode_input(picture, self.preprocessing)
        key = EmbeddingKey.of(network_input, self.card.sha256, self.preprocessing, self.precision)
        return picture_digest(picture), key, network_input

    def _encode(self, inputs: Tensor, check: Check | None) -> Tensor:
        """(B, 3, S, S) to (B, C, h, w), both on the processor; however little memory a card has left."""
        if len(inputs) > 1:
            try:
                return self._finite(inputs, check)
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
            self._encoding.batch.halve(len(inputs))
            self._make_room()
            return torch.cat([self._encode(half, check) for half in inputs.chunk(2)])
        return self._surviving(lambda: self._finite(inputs, check))

    def _finite(self, inputs: Tensor, check: Check | None) -> Tensor:
        """As ``_encode``; if a card's 16-bit numbers do not reach so far, in exact ones from now on."""
        try:
            return self._encoding.run(inputs, check)
        except NotFinite:
            if self.precision == "exact" or not is_card(self.device):
                raise
        self._wanted = "exact"
        self._settle("exact")
        self.news = (
            f"{self.card.title} needs numbers larger than this graphics card's quick format holds;"
            " it computes exactly from now on, which takes longer."
        )
        return self._encoding.run(inputs, check)

    def _make_room(self) -> None:
        self._boxes = None
        self._encoding.make_room()

    def _leave_card(self) -> None:
        super()._leave_card()
        self._settle(self._wanted)

    def _predict_batch(self, prompts: Sequence[Prompts], shape_hw: tuple[int, int]) -> list[Prediction]:
        found: dict[int, Prediction] = {}
        for numbers in _alike(prompts):
            together = [prompts[n] for n in numbers]
            with torch.inference_mode():
                low_res, scores = self._decode(together, shape_hw)
            for n, logits, quality in zip(numbers, low_res, scores, strict=True):
                found[n] = self._answer(logits, quality, shape_hw)
        return [found[n] for n in range(len(prompts))]

    def _answer(self, low_res: Tensor, scores: Tensor, shape_hw: tuple[int, int]) -> Prediction:
        """The decoder's (M, h, w) logits and (M,) scores of one prompt over the picture, one by one."""
        with torch.inference_mode():
            masks = masks_over_picture(low_res, shape_hw, self.preprocessing).cpu().numpy()
        logits = self._over_picture(low_res, shape_hw).cpu().numpy()
        return _ranked(masks, scores.float().cpu().numpy(), logits)

    def _decode(self, prompts: Sequence[Prompts], shape_hw: tuple[int, int]) -> tuple[Tensor, Tensor]:
        """Low-resolution logits (N, M, h, w) and scores (N, M) of N prompts of the same kinds."""
        pp, device = self.preprocessing, self.device
        boxes = points = masks = None
        first = prompts[0]
        if first.box is not None:
            boxes = torch.cat([box_to_input(p.box, shape_hw, pp) for p in prompts if p.box]).to(device)
        if first.points is not None:
            told = [points_to_input(p.points, shape_hw, pp) for p in prompts if p.points]
            coords, labels = (torch.cat(part).to(device) for part in zip(*told, strict=True))
            points = (coords, labels)
        if first.mask is not None:
            side = 4 * int(self.network.embedding_size)
            given = [p.mask for p in prompts if p.mask]
            # Boxes about one object share its previous mask: it is embedded once.
            given = given[:1] if all(mask is given[0] for mask in given) else given
            masks = torch.cat([mask_to_input(mask, shape_hw, pp, side) for mask in given]).to(device)
        several = self.card.candidates > 1
        if (
            first.kinds == {"box"}
            and boxes is not None
            and is_card(self.device)
            and len(boxes) <= MOST_REPLAYED
        ):
            assert self._embedding is not None
            if self._boxes is None:
                self._boxes = boxes_replay(self.network, several, self.device)
            low_res, scores = self._boxes(self._embedding, boxes)
            return low_res.float(), scores
        sparse, dense = self.network.prompt_encoder(points=points, boxes=boxes, masks=masks)
        decoder = self.network.mask_decoder
        if masks is None:
            low_res, scores = decoder.answer(self._look(dense), sparse, several)
        else:
            # Previous masks make the image another for every prompt, unless they share one.
            shares = [slice(n, n + 1) for n in range(len(sparse))] if len(dense) > 1 else [slice(None)]
            looks = [self._look(dense[part] if len(dense) > 1 else dense, keep=False) for part in shares]
            answers = [
                decoder.answer(side, sparse[part], several) for side, part in zip(looks, shares, strict=True)
            ]
            low_res, scores = (torch.cat(parts) for parts in zip(*answers, strict=True))
        return low_res.float(), scores

    def _look(self, dense: Tensor, keep: bool = True) -> ImageSide:
        """The current picture with a dense embedding; kept as long as it, where no mask changes it."""
        if keep and self._side is not None:
            return self._side
        if self._image_pe is None:
            self._image_pe = self.network.prompt_encoder.get_dense_pe()
        side: ImageSide = self.network.mask_decoder.look(self._embedding, self._image_pe, dense[:1])
        if keep:
            self._side = side
        return side

    def _over_picture(self, low_res: Tensor, shape_hw: tuple[int, int]) -> Tensor:
        """Cut the padding off, so that the logits cover the picture and nothing else."""
        if self.preprocessing.kind == "medsam":
            return low_res
        height, width = longest_side_shape(shape_hw, low_res.shape[-1])
        return low_res[:, :height, :width]


def make_predictor(
    loaded: LoadedModel, cache: EmbeddingCache | None = None, precision: str | None = None
) -> Predictor:
    """The predictor that a loaded model works behind.

    Args:
        loaded: From ``medsam.model.build.load_model``.
        cache: Where embeddings are kept, an own one by default; several
            models may share one.
        precision: "auto", "exact", "fast" or "fastest" (``medsam.model.precision``)
            for the network's arithmetic. It then only infers: what it was
            loaded with is repacked, and its state cannot be saved. None
            leaves the network as it is, in float32. A predictor that has to
            leave a card chooses anew, and says so in its ``news``.

    Raises:
        InputError: If the processor or card cannot compute in that precision.
    """
    if loaded.preprocessing.kind == "zoom":
        return ZoomPredictor(loaded)
    return EmbeddingPredictor(loaded, cache, precision)


def picture_digest(picture: Picture) -> str:
    """SHA-256 of a picture's shape and pixels: its identity."""
    digest = hashlib.sha256(repr(picture.shape).encode())
    digest.update(np.ascontiguousarray(picture).data)
    return digest.hexdigest()


def _alike(prompts: Sequence[Prompts]) -> list[list[int]]:
    """Numbers of the prompts that can be decoded together: of the same kinds, with as many points."""
    groups: dict[Any, list[int]] = {}
    for n, one in enumerate(prompts):
        # A previous mask alone has no sparse part to count the prompts by.
        alone = n if one.kinds == {"mask"} else -1
        groups.setdefault((one.kinds, len(one.points.xy) if one.points else 0, alone), []).append(n)
    return list(groups.values())


def _ranked(
    masks: npt.NDArray[np.bool_], scores: npt.NDArray[np.float32], logits: npt.NDArray[np.float32]
) -> Prediction:
    """Best first; masks without a pixel last whatever their score."""
    scores = np.clip(np.asarray(scores, np.float32).reshape(-1), 0.0, 1.0)
    filled = masks.any(axis=(1, 2))
    if len(scores) > 1:
        order = np.lexsort((-scores, ~filled))
        masks, scores, logits = masks[order], scores[order], logits[order]
    return Prediction(masks, scores, logits, empty=not bool(filled.any()))
