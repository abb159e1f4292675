"""The predictor of the zoom network: from boxes, points and a previous mask to crops, and back.

The network looks at a box. Where none was drawn, one is found: around the
previous mask, or, for points alone, by looking at boxes of several sizes
about the first of them and then at what was found in the best. The best is
what the network is sure of and what it sees from boxes of other sizes too:
it is ready to fill a box of any size, so its own estimates alone say little.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import combinations
from typing import TYPE_CHECKING, Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from medsam.errors import ModelError, PromptError
from medsam.inference.candidates import jittered
from medsam.inference.prediction import SURE, Check, Logits, Picture, Prediction, Predictor
from medsam.inference.transforms import require_picture
from medsam.inference.zoom_crop import CropTransform, crop_region, make_crop, paste, paste_mask
from medsam.model.folding import with_folded_norms
from medsam.model.precision import choose, one_thread
from medsam.model.zoom import ZoomNet
from medsam.model.zoom_packed import packed
from medsam.prompts import Box, MaskPrompt, Points, Prompts

if TYPE_CHECKING:
    from medsam.model.build import LoadedModel

OUTSIDE = -SURE
"""Logit of pixels that the zoom network does not look at: certainly not the object."""

SIDES = (1 / 16, 1 / 8, 1 / 4, 1 / 2, 1.0)
"""Sides of the boxes tried about a point, over the picture's longer side."""

LEAST_SIDE = 8.0
"""Pixels of the smallest box tried about a point."""

MARGIN = 0.05
"""What a box grows by beyond a positive point outside of it, over its side then."""

Places = Sequence[tuple[float, float]]


@dataclass(frozen=True)
class _Answer:
    """What the network says of one crop: (S, S) logits on the processor, quality and presence."""

    logits: Tensor
    transform: CropTransform
    quality: float
    presence: float

    @property
    def is_filled(self) -> bool:
        """Whether the mask has a pixel."""
        return bool((self.logits > 0).any())

    def holds(self, x: float, y: float) -> bool:
        """Whether the mask covers a place of the picture."""
        t = self.transform
        column = int((x - t.left) / t.width * t.size)
        row = int((y - t.top) / t.height * t.size)
        within = 0 <= column < t.size and 0 <= row < t.size
        return within and bool(self.logits[row, column] > 0)

    def extent(self) -> Box:
        """The box around the mask, in the picture; the mask must have a pixel."""
        tight = Box.from_mask((self.logits > 0).numpy())
        t = self.transform
        across, down = t.width / t.size, t.height / t.size
        return Box(
            t.left + tight.x0 * across,
            t.top + tight.y0 * down,
            t.left + tight.x1 * across,
            t.top + tight.y1 * down,
        )


@dataclass(frozen=True)
class _Look:
    """One crop to be looked at: about which box, and what is told of its object."""

    box: Box
    points: Points | None
    mask: MaskPrompt | None


class ZoomPredictor(Predictor):
    """The small network that sees one box's surroundings, rescaled."""

    needs_encoding = False

    def __init__(self, loaded: LoadedModel) -> None:
        """Wrap a zoom network; later changes of its weights are not seen.

        Raises:
            ModelError: If its card promises prompts that the network does not take.
        """
        super().__init__(loaded)
        network: Any = loaded.network
        self.config: dict[str, Any] = network.config
        able = {"box", "points", "mask"} if self.config["clicks"] else {"box"}
        if not self.card.prompts <= able:
            raise ModelError(
                f"The card of {self.card.title} promises {' and '.join(sorted(self.card.prompts - able))},"
                " which its network was not built for. Export the weights again."
            )
        self.network: Any = with_folded_norms(network).to(memory_format=torch.channels_last)
        self._packed: dict[torch.dtype, ZoomNet] = {}
        self._is_rough = False
        self._picture: Picture | None = None

    def set_image(self, picture: Picture, check: Check | None = None) -> None:
        """Remember the picture; nothing is computed."""
        require_picture(picture)
        self._picture = picture
        self._shape_hw = (picture.shape[0], picture.shape[1])

    def is_encoded(self, picture: Picture) -> bool:
        """Always: there is nothing to encode."""
        return True

    def checked(self, prompts: Prompts, shape_hw: tuple[int, int]) -> Prompts:
        """As every predictor's; besides, something must say where to look."""
        checked = super().checked(prompts, shape_hw)
        if checked.box is not None or _positive(checked.points):
            return checked
        if "points" not in self.card.prompts:
            raise PromptError(f"{self.card.title} needs a box around the object; none came.")
        if checked.mask is None:
            raise PromptError(
                "Points off the object do not say where it is. Click on the object too, or draw a box."
            )
        if not (checked.mask.logits > 0).any():
            raise PromptError(
                "The previous mask has no pixel to start from. Click on the object, or draw a box."
            )
        return checked

    @contextmanager
    def _roughly(self, rough: bool) -> Iterator[None]:
        """In bfloat16 where the processor gains by it, and in one thread on the processor.

        A crop is a hundred small steps. Two threads that meet after each of them
        take more of the processor's time together than one alone, and they need a
        core at the same moment as the window does.
        """
        if not rough or self.device.type != "cpu":
            yield
            return
        self._is_rough = choose() == "fast"
        try:
            with one_thread():
                yield
        finally:
            self._is_rough = False

    def _answers(self, crops: Tensor) -> tuple[Tensor, ...]:
        """Logits, qualities and presences of (B, C, S, S) crops, in float32 on the processor."""
        network = self._computing()
        with torch.inference_mode():
            return tuple(values.float().cpu() for values in network(crops.to(self.device)))

    def _computing(self) -> Any:
        """The network in the form to compute with; made when it is first wanted."""
        if self.device.type != "cpu" or not isinstance(self.network, ZoomNet):
            return self.network
        dtype = torch.bfloat16 if self._is_rough else torch.float32
        if dtype not in self._packed:
            self._packed[dtype] = packed(self.network, dtype)
        return self._packed[dtype]

    def prepare(self) -> None:
        """Pack the weights, for exact masks and for those of a drag."""
        for rough in (False, True):
            with self._roughly(rough):
                self._computing()

    def _predict_batch(self, prompts: Sequence[Prompts], shape_hw: tuple[int, int]) -> list[Prediction]:
        looks = [self._look(one, shape_hw) for one in prompts]
        nothing_below = float(self.config["nothing_below"])
        found = []
        for one, answer in zip(prompts, self._see(looks), strict=True):
            is_told = bool(_positive(one.points)) or one.mask is not None
            found.append(_prediction(answer, shape_hw, 0.0 if is_told else nothing_below))
        return found

    def _look(self, prompts: Prompts, shape_hw: tuple[int, int]) -> _Look:
        """Where to look for what the prompts point at."""
        points, mask, box = prompts.points, prompts.mask, prompts.box
        if box is None and mask is not None:
            box = mask_extent(mask, shape_hw)
        if box is None:
            # A previous mask without a pixel says nothing about a point elsewhere.
            box, mask = self._boxes_found(_positive(points), points, shape_hw)[0], None
        return _Look(grown(box, _positive(points), shape_hw), points, mask)

    def _variants(self, prompts: Prompts, shape_hw: tuple[int, int]) -> list[Prompts]:
        """Boxes about the one drawn or found; of points alone, also about the objects of other sizes."""
        box, mask = prompts.box, prompts.mask
        others: list[Box] = []
        if box is None and mask is not None:
            box = mask_extent(mask, shape_hw)
        if box is None:
            mask = None
            box, *others = self._boxes_found(_positive(prompts.points), prompts.points, shape_hw)
        boxes = dict.fromkeys([*jittered(box, shape_hw), *others])
        return [Prompts(one, prompts.points, mask) for one in boxes]

    def _boxes_found(self, places: Places, points: Points | None, shape_hw: tuple[int, int]) -> list[Box]:
        """Where the object under the first point seems to be, best first; at least one."""
        boxes = boxes_about(places, shape_hw)
        answers = self._ask(boxes, points, None)
        masks = [_over_picture(answer, shape_hw) for answer in answers]
        agreement = _agreement(masks, [answer.quality for answer in answers])

        def merit(n: int) -> tuple[bool, float, float]:
            sure = answers[n].quality * answers[n].presence
            return answers[n].holds(*places[0]), agreement[n] * sure, sure

        best, *others = sorted(range(len(boxes)), key=merit, reverse=True)
        found = answers[best].extent().clipped(shape_hw) if answers[best].is_filled else boxes[best]
        holding = [answers[n].extent().clipped(shape_hw) for n in others if answers[n].holds(*places[0])]
        return [found, *holding]

    def _ask(self, boxes: Sequence[Box], points: Points | None, mask: MaskPrompt | None) -> list[_Answer]:
        """The network's answers for several boxes about the same object, in one batch."""
        return self._see([_Look(box, points, mask) for box in boxes])

    def _see(self, looks: Sequence[_Look]) -> list[_Answer]:
        """The network's answers for several looks at the picture, in one batch."""
        assert self._picture is not None
        cut = []
        for look in looks:
            seen = _within(look.points, crop_region(look.box, self.config))
            cut.append(make_crop(self._picture, look.box, self.config, seen, look.mask))
        logits, quality, presence = self._answers(torch.stack([crop for crop, _ in cut]))
        rows = zip(logits[:, 0], cut, quality.tolist(), presence.tolist(), strict=True)
        return [_Answer(one, transform, q, p) for one, (_, transform), q, p in rows]


def grown(box: Box, places: Places, shape_hw: tuple[int, int]) -> Box:
    """The box, enlarged to hold all places with a margin; itself if it holds them."""
    x0, y0, x1, y1 = box.xyxy
    for x, y in places:
        x0, y0, x1, y1 = min(x0, x), min(y0, y), max(x1, x), max(y1, y)
    more_x, more_y = max(MARGIN * (x1 - x0), 1.0), max(MARGIN * (y1 - y0), 1.0)
    return Box(
        x0 - more_x if x0 < box.x0 else x0,
        y0 - more_y if y0 < box.y0 else y0,
        x1 + more_x if x1 > box.x1 else x1,
        y1 + more_y if y1 > box.y1 else y1,
    ).clipped(shape_hw)


def boxes_about(places: Places, shape_hw: tuple[int, int]) -> list[Box]:
    """Squares of several sizes about the first place, each grown to hold the others; none twice."""
    x, y = places[0]
    sides = (max(share * max(shape_hw), LEAST_SIDE) for share in SIDES)
    squares = (Box(x - side / 2, y - side / 2, x + side / 2, y + side / 2) for side in sides)
    return list(dict.fromkeys(grown(square.clipped(shape_hw), places, shape_hw) for square in squares))


def mask_extent(mask: MaskPrompt, shape_hw: tuple[int, int]) -> Box | None:
    """The box around a previous mask in the picture; None if it has no pixel."""
    inside = mask.logits > 0
    if not inside.any():
        return None
    tight = Box.from_mask(inside)
    across, down = shape_hw[1] / inside.shape[1], shape_hw[0] / inside.shape[0]
    return Box(tight.x0 * across, tight.y0 * down, tight.x1 * across, tight.y1 * down)


def _positive(points: Points | None) -> Places:
    if points is None:
        return ()
    return tuple(xy for xy, positive in zip(points.xy, points.positive, strict=True) if positive)


def _within(points: Points | None, region: CropTransform) -> Points | None:
    """Without the negative points that lie outside of a crop."""
    if points is None:
        return None
    right, bottom = region.left + region.width, region.top + region.height
    kept = [
        (xy, positive)
        for xy, positive in zip(points.xy, points.positive, strict=True)
        if positive or (region.left <= xy[0] <= right and region.top <= xy[1] <= bottom)
    ]
    return Points(tuple(xy for xy, _ in kept), tuple(positive for _, positive in kept))


def _over_picture(answer: _Answer, shape_hw: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """The (H, W) mask of an answer."""
    x0, y0, inside = paste_mask(answer.logits, answer.transform, shape_hw)
    mask = np.zeros(shape_hw, bool)
    mask[y0 : y0 + inside.shape[0], x0 : x0 + inside.shape[1]] = inside
    return mask


def _agreement(masks: Sequence[npt.NDArray[np.bool_]], weights: Sequence[float]) -> list[float]:
    """Of each mask, the weighted sum of its IoU with each of the others."""
    areas = [int(np.count_nonzero(mask)) for mask in masks]
    sums = [0.0] * len(masks)
    for a, b in combinations(range(len(masks)), 2):
        common = int(np.count_nonzero(masks[a] & masks[b]))
        overlap = common / max(areas[a] + areas[b] - common, 1)
        sums[a] += weights[b] * overlap
        sums[b] += weights[a] * overlap
    return sums


def _prediction(answer: _Answer, shape_hw: tuple[int, int], nothing_below: float) -> Prediction:
    """An answer over the picture; its logits, which few ask for, are laid out when they are."""
    mask = _over_picture(answer, shape_hw)

    def logits() -> Logits:
        x0, y0, patch = paste(answer.logits, answer.transform, shape_hw)
        laid_out = np.full((1, *shape_hw), OUTSIDE, np.float32)
        laid_out[0, y0 : y0 + patch.shape[0], x0 : x0 + patch.shape[1]] = patch
        return laid_out

    scores = np.array([answer.quality], np.float32)
    empty = answer.presence < nothing_below or not bool(mask.any())
    return Prediction(mask[None], scores, logits, empty, answer.presence)
