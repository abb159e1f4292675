"""What every predictor answers and refuses, whatever the network behind."""

from __future__ import annotations

import logging
import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
import numpy.typing as npt
import torch

from medsam.errors import ModelError, PromptError
from medsam.inference.candidates import MOST, Candidates, choose, jittered
from medsam.model.card import exact_products, is_out_of_memory, release
from medsam.prompts import MaskPrompt, Points, Prompts

if TYPE_CHECKING:
    from medsam.model.build import LoadedModel

Picture = npt.NDArray[np.uint8]
Logits = npt.NDArray[np.float32]
Check = Callable[[], None]
T = TypeVar("T")

MOST_POINTS = 1000
"""More points on one object than a hand makes, and than attention has memory for."""

SURE = 32.0
"""A logit as good as infinite."""

_CPU = torch.device("cpu")

_log = logging.getLogger("medsam.engine.card")

_NAMES = {"box": "a box", "points": "points", "mask": "a previous mask"}


class Prediction:
    """Masks for one prompt, best first.

    Attributes:
        masks: (N, H, W) bool, image frame.
        scores: (N,) float32, the network's own estimate of each mask's IoU, 0..1.
        empty: The network's answer is "nothing here": no mask has a pixel, or
            it holds what was pointed at for background. The masks are its best
            guess all the same.
        presence: The network's own estimate, 0..1, that there is an object; 1
            where it cannot tell.
    """

    def __init__(
        self,
        masks: npt.NDArray[np.bool_],
        scores: npt.NDArray[np.float32],
        logits: Logits | Callable[[], Logits],
        empty: bool,
        presence: float = 1.0,
    ) -> None:
        """Hold an answer; ``logits`` may be a function, called when they are first asked for."""
        self.masks = masks
        self.scores = scores
        self.empty = empty
        self.presence = presence
        self._logits = logits

    @property
    def logits(self) -> Logits:
        """(N, h, w) float32 over the whole picture at the network's resolution.

        One of them can be the next ``MaskPrompt``.
        """
        if callable(self._logits):
            self._logits = self._logits()
        return self._logits


class Predictor(ABC):
    """``set_image`` once a slice, then ``predict`` as often as wanted.

    Attributes:
        device: Where the network is. It leaves a card whose memory does not do.
        news: What changed by itself since somebody last emptied this, for the
            user; "" if nothing did.
    """

    needs_encoding: bool
    network: Any
    at_once = 1
    """Pictures that ``encode_all`` encodes together at present."""

    def __init__(self, loaded: LoadedModel) -> None:
        """Wrap a loaded model; it is used in evaluation mode."""
        self.loaded = loaded
        self.card = loaded.card
        self.preprocessing = loaded.preprocessing
        self.device = torch.device(loaded.device)
        self.news = ""
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

    def prepare(self) -> None:  # noqa: B027  # most have nothing to prepare
        """Do once what the first prompt would have to wait for."""

    def encode_all(
        self,
        pictures: Sequence[Picture],
        check: Check | None = None,
        done: Callable[[int], None] | None = None,
    ) -> None:
        """Make ``set_image`` of several pictures quick; on a card they are encoded together.

        Args:
            pictures: As for ``set_image``. The present picture may stay or not.
            check: Called between two batches; may raise, which leaves the rest.
            done: Called with the number of each picture as it is at hand.
        """
        for n, picture in enumerate(pictures):
            if not self.is_encoded(picture):
                self.set_image(picture, check)
            if done is not None:
                done(n)

    def predict(self, prompts: Prompts, *, rough: bool = False) -> Prediction:
        """Masks for what the prompts point at on the current picture.

        Args:
            prompts: At least a box, a point or a previous mask.
            rough: An approximate mask will do: the network may compute in fewer
                bits where that is faster.

        Raises:
            PromptError: If nothing is pointed at, or only things outside.
            ModelError: If these weights do not take such prompts, or no
                picture was set.
        """
        with self._roughly(rough):
            return self.predict_batch([prompts])[0]

    def predict_batch(self, prompts: Sequence[Prompts]) -> list[Prediction]:
        """The answers to several prompts on the current picture, computed together.

        Raises as ``predict`` does, before anything is computed.
        """
        shape_hw = self._shape_of_picture()
        checked = [self.checked(one, shape_hw) for one in prompts]
        return self._surviving(lambda: self._predict_batch(checked, shape_hw))

    def candidates(self, prompts: Prompts, most: int = MOST) -> Candidates:
        """The different masks that one prompt could mean: of several heads, or of boxes about it.

        Raises as ``predict`` does.
        """
        shape_hw = self._shape_of_picture()
        checked = self.checked(prompts, shape_hw)

        def look() -> list[Prediction]:
            variants = self._variants(checked, shape_hw) if most > 1 else [checked]
            return self._predict_batch(variants, shape_hw)

        return choose(self._surviving(look), most)

    def _roughly(self, rough: bool) -> AbstractContextManager[None]:
        """What is predicted within this may be approximate; networks that gain nothing by it ignore it."""
        return nullcontext()

    def _surviving(self, compute: Callable[[], T]) -> T:
        """What ``compute`` gives, whatever room a card has for it: tried once more, then on the processor."""
        for make_room in (self._make_room, self._leave_card):
            if self.device == _CPU:
                break
            try:
                with exact_products(self.device):
                    return compute()
            except Exception as error:
                if not is_out_of_memory(error):
                    raise
                _log.info("out of memory on %s: %s", self.device, type(error).__name__)
            # Only here: an error's frames hold what was computed so far.
            make_room()
        return compute()

    def _make_room(self) -> None:
        """Give back what a card's memory holds without need."""
        release(self.device)

    def _leave_card(self) -> None:
        """Compute on the processor from now on."""
        before, self.device = self.device, _CPU
        self.network.to(_CPU)
        release(before)
        self.news = (
            f"The graphics card has too little memory for {self.card.title}; it computes on the CPU from"
            " now on. Nothing was lost. Close other programs that use the card, then load the model again."
        )

    @abstractmethod
    def _predict_batch(self, prompts: Sequence[Prompts], shape_hw: tuple[int, int]) -> list[Prediction]:
        """Masks for prompts that were checked and clipped, in their order."""

    def _variants(self, prompts: Prompts, shape_hw: tuple[int, int]) -> list[Prompts]:
        """The prompt and what to ask beside it for a second opinion; several heads are that already."""
        if self.card.candidates > 1 or prompts.box is None:
            return [prompts]
        return [replace(prompts, box=box) for box in jittered(prompts.box, shape_hw)]

    def _shape_of_picture(self) -> tuple[int, int]:
        if self._shape_hw is None:
            raise ModelError("A prompt needs a picture to point at; call set_image first.")
        return self._shape_hw

    def checked(self, prompts: Prompts, shape_hw: tuple[int, int]) -> Prompts:
        """The prompts clipped to a picture of ``shape_hw``, or the errors that ``predict`` raises."""
        prompts.require_something()
        surplus = prompts.kinds - self.card.prompts
        if surplus:
            takes = " and ".join(_NAMES[kind] for kind in _NAMES if kind in self.card.prompts)
            came = " and ".join(_NAMES[kind] for kind in _NAMES if kind in surplus)
            raise ModelError(
                f"{self.card.title} takes {takes}; {came} came."
                " Use what it takes, or choose a model that takes this."
            )
        box = prompts.box.require_area(shape_hw) if prompts.box is not None else None
        points = prompts.points if "points" in prompts.kinds else None
        if points is not None:
            _require_usable(points, shape_hw)
        return Prompts(box, points, None if prompts.mask is None else _finite(prompts.mask))


def _require_usable(points: Points, shape_hw: tuple[int, int]) -> None:
    h, w = shape_hw
    if len(points.xy) > MOST_POINTS:
        raise PromptError(
            f"At most {MOST_POINTS} points say what an object is; {len(points.xy)} came."
            " Leave out those that lie close together, or draw a box."
        )
    signs: dict[tuple[int, int], bool] = {}
    for (x, y), positive in zip(points.xy, points.positive, strict=True):
        if not (0 <= x <= w and 0 <= y <= h):
            raise PromptError(
                f"A point lies on the {w}×{h} picture; {x:g},{y:g} does not. Click on the object."
            )
        if signs.setdefault((math.floor(x), math.floor(y)), positive) is not positive:
            raise PromptError(
                f"A point is on the object or off it; the pixel at {x:g},{y:g} is marked as both."
                " Remove one of the two."
            )


def _finite(mask: MaskPrompt) -> MaskPrompt:
    """The mask as float32 without infinite values."""
    logits = np.asarray(mask.logits)
    if logits.ndim != 2 or logits.size == 0:
        raise PromptError(f"A previous mask is (rows, columns); {logits.shape} came.")
    logits = logits.astype(np.float32, copy=False)
    low, high = float(logits.min()), float(logits.max())
    if math.isnan(low):
        raise PromptError("A previous mask holds numbers; some of them are none (NaN). Start without it.")
    if math.isinf(low) or math.isinf(high):
        logits = logits.clip(-SURE, SURE)
    return MaskPrompt(logits)
