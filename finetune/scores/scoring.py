"""Masks as a user of the program would get them, for scores of them.

``Scorer`` is the program's own predictor, of either kind: prompts in the
image frame, masks at the picture's own resolution.
"""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
import numpy.typing as npt

from finetune.scores.selection import Lineage
from medsam.errors import InputError
from medsam.inference.embedding_cache import EmbeddingCache
from medsam.inference.predictor import Prediction, make_predictor
from medsam.model.build import LoadedModel
from medsam.prompts import Box, Prompts

Picture = npt.NDArray[np.uint8]
Mask = npt.NDArray[np.bool_]

_KINDS = ("box", "points", "mask")

_KEPT_BYTES = 64 * 2**20
"""Of embeddings: objects come slice by slice, so few are ever asked for again."""


class Scorer:
    """A loaded model behind the program's predictor.

    Attributes:
        loaded: The model, with its card.
        title: Of its weights, for people.
        lineage: What they were trained on; None where that is not known.
    """

    def __init__(
        self, loaded: LoadedModel, kept_bytes: int = _KEPT_BYTES, lineage: Lineage | None = None
    ) -> None:
        """Wrap a model from ``medsam.model.build.load_model`` or ``finetune.release.runs.load_run``.

        Args:
            kept_bytes: Of embeddings in memory.
            lineage: See the class.
        """
        self.loaded = loaded
        self.lineage = lineage
        self.title = loaded.card.title
        self._cache = EmbeddingCache(kept_bytes)
        self.refresh()

    def refresh(self) -> None:
        """Look at the network's weights anew, as a predictor may hold a copy; kept embeddings stay."""
        self._predictor = make_predictor(self.loaded, self._cache)

    def require(self, kinds: Collection[str], protocol: str) -> None:
        """Refuse a protocol whose prompts the weights do not take, before anything is computed.

        Args:
            kinds: Of "box", "points", "mask".
            protocol: Its name, for the message.

        Raises:
            InputError: If the model's card does not list one of them.
        """
        taken = self.loaded.card.prompts
        if set(kinds) - taken:
            wanted = " and ".join(kind for kind in _KINDS if kind in kinds)
            names = " and ".join(kind for kind in _KINDS if kind in taken)
            other = "--protocol box" if "box" in taken else "--protocol point or clicks"
            raise InputError(
                f"The protocol {protocol} asks with {wanted}; {self.title} takes {names} only."
                f" Choose {other}, or a model that takes {wanted}."
            )

    @property
    def candidates(self) -> int:
        """Masks the model offers for one prompt."""
        return self.loaded.card.candidates

    def takes(self, kind: str) -> bool:
        """Whether the model's card lists "box", "points" or "mask"."""
        return kind in self.loaded.card.prompts

    def predict(self, picture_u8: Picture, prompts: Prompts) -> Prediction:
        """Masks for prompts on a picture, best first, with estimated IoUs and logits.

        A box thinner than a pixel, as noise makes of a line, is widened to one.

        Raises:
            PromptError, ModelError: As ``Predictor.predict``.
        """
        if prompts.box is not None:
            box = usable_box(prompts.box, (picture_u8.shape[0], picture_u8.shape[1]))
            prompts = Prompts(box, prompts.points, prompts.mask)
        self._predictor.set_image(picture_u8)
        return self._predictor.predict(prompts)

    def masks(self, picture_u8: Picture, prompts: Prompts) -> Mask:
        """(N, H, W) bool, best first."""
        return self.predict(picture_u8, prompts).masks


def usable_box(box: Box, shape_hw: tuple[int, int]) -> Box:
    """The box, at least one pixel wide and high, inside a picture that has one."""
    h, w = shape_hw
    x0, x1 = _at_least_one(box.x0, box.x1, w)
    y0, y1 = _at_least_one(box.y0, box.y1, h)
    return Box(x0, y0, x1, y1)


def _at_least_one(low: float, high: float, end: int) -> tuple[float, float]:
    if high - low >= 1:
        return low, high
    start = min(max((low + high) / 2 - 0.5, 0.0), end - 1.0)
    return start, start + 1.0
