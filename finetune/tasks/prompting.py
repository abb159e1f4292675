"""How a user is imitated: noisy boxes, points, corrective clicks, rounds.

Two frames occur. *Image frame*: pixel edges of a slice picture, as of
``medsam.prompts``. *Network frame*: what ``box_to_input`` and
``points_to_input`` give; a box's corners are scaled pixel edges, a point is
counted from the first pixel's centre. All randomness comes from NumPy
generators, so that it is the same on every device.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt
import torch
from scipy import ndimage
from torch import Tensor

from finetune.config import PromptsConfig
from medsam.errors import PromptError
from medsam.inference.transforms import scale_xy
from medsam.inference.zoom_crop import click_discs
from medsam.model.preprocessing import Preprocessing

Generator = np.random.Generator
Mask = npt.NDArray[np.bool_]
Round = Literal["click", "mask"]

_EIGHT = np.ones((3, 3), bool)

_BELOW_ONE = 1 - 2**-20
"""Largest uniform number that is used: in float32 its product with a count stays below the count."""


@dataclass(frozen=True)
class Frame:
    """Where a picture lies in the network frame.

    Attributes:
        sx, sy: Network pixels per image pixel.
        width, height: Of the picture in network pixels.
        size: Side of the network's input.
    """

    sx: float
    sy: float
    width: float
    height: float
    size: int

    @classmethod
    def of(cls, shape_hw: tuple[int, int], pp: Preprocessing) -> Frame:
        """The frame of pictures of ``shape_hw``."""
        sx, sy = scale_xy(shape_hw, pp)
        return cls(sx, sy, shape_hw[1] * sx, shape_hw[0] * sy, pp.size)

    def box(self, box: tuple[float, float, float, float]) -> npt.NDArray[np.float64]:
        """(4,) corners, as ``box_to_input`` scales them."""
        x0, y0, x1, y1 = box
        return np.array([x0 * self.sx, y0 * self.sy, x1 * self.sx, y1 * self.sy])

    def point(self, xy: tuple[float, float]) -> npt.NDArray[np.float64]:
        """(2,) position, as ``points_to_input`` gives it."""
        return np.array([xy[0] * self.sx - 0.5, xy[1] * self.sy - 0.5])


def vary_box(
    corners: npt.NDArray[np.float64], frame: Frame, config: PromptsConfig, rng: Generator
) -> npt.NDArray[np.float64]:
    """A box as a user may draw it: (4,) network frame, inside the picture.

    ``config.box`` says how; the limit ``box_cap`` counts in sides of the
    network's input. Four numbers are drawn in every mode, so a change of mode
    leaves what is drawn afterwards as it was.
    """
    cap = config.box_cap * frame.size
    drawn = rng.random(4)
    if config.box == "outward":
        # Whole pixels from 0 to the limit, each as likely, as published.
        out = np.minimum(np.floor(drawn * (cap + 1)), cap)
        moved = corners + out * np.array([-1, -1, 1, 1])
    elif config.box == "two-sided":
        sides = np.tile(corners[2:] - corners[:2], 2) * config.box_noise
        moved = corners + (_normal(drawn) * sides).clip(-cap, cap)
    else:
        moved = corners
    low, high = np.minimum(moved[:2], moved[2:]), np.maximum(moved[:2], moved[2:])
    limit = np.array([frame.width, frame.height])
    return np.concatenate((low.clip(0, limit), high.clip(0, limit)))


def _normal(uniform: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    """Standard normal numbers from uniform ones, pairwise (Box and Muller)."""
    radius = np.sqrt(-2 * np.log1p(-uniform[:2]))
    angle = 2 * np.pi * uniform[2:]
    return np.concatenate((radius * np.cos(angle), radius * np.sin(angle)))


def point_inside(mask: Mask, rng: Generator) -> tuple[float, float]:
    """The centre of a random pixel of a mask, each as likely: (x, y) in the mask's frame.

    Raises:
        PromptError: If the mask is empty.
    """
    pixels = np.flatnonzero(mask)
    if pixels.size == 0:
        raise _nothing_to_point_at()
    y, x = divmod(int(pixels[rng.integers(pixels.size)]), mask.shape[1])
    return x + 0.5, y + 0.5


def centre_point(mask: Mask) -> tuple[float, float]:
    """The centre of the pixel farthest from the mask's edge, (x, y) in the mask's frame.

    The picture's border counts as an edge. Of several such pixels it is the
    one nearest to their middle.

    Raises:
        PromptError: If the mask is empty.
    """
    if not mask.any():
        raise _nothing_to_point_at()
    depth = ndimage.distance_transform_edt(np.pad(mask, 1))[1:-1, 1:-1]
    deepest = np.argwhere(depth >= depth.max() - 1e-9)
    apart = np.square(deepest - deepest.mean(axis=0)).sum(axis=1)
    y, x = deepest[int(apart.argmin())]
    return float(x) + 0.5, float(y) + 0.5


def corrective_click(truth: Mask, predicted: Mask, rng: Generator | None = None) -> tuple[float, float, bool]:
    """The next click of a user who sees a prediction: (x, y, positive), image frame.

    Args:
        truth, predicted: (H, W).
        rng: Draws a pixel of the errors, each as likely (SAM's training);
            without it the click goes to the middle of the largest error
            (8-connected, missing and surplus pixels apart). Where there is no
            error left it goes into the object.

    Raises:
        PromptError: If nothing is wrong and there is no object either.
    """
    wrong = truth != predicted
    if not wrong.any():
        x, y = centre_point(truth) if rng is None else point_inside(truth, rng)
        return x, y, True
    if rng is not None:
        x, y = point_inside(wrong, rng)
    else:
        x, y = centre_point(_largest(truth & ~predicted, predicted & ~truth))
    return x, y, bool(truth[int(y), int(x)])


def click_on_error(
    discs: Tensor, predicted: Tensor, truth: Tensor, inside: Tensor, rng: Generator, random: float = 0.3
) -> None:
    """Add a corrective click to a zoom network's click planes, in place.

    Args:
        discs: (2, S, S), positive and negative clicks so far.
        predicted, truth, inside: (S, S) bool; errors outside of the picture do not count.
        random: Share of clicks on any wrong pixel instead of the middle of the largest error.
    """
    wanted, ours = (truth & inside).cpu().numpy(), (predicted & inside).cpu().numpy()
    if not (wanted != ours).any():
        return
    x, y, positive = corrective_click(wanted, ours, rng if rng.random() < random else None)
    added = click_discs(torch.tensor([[x, y]]), torch.tensor([positive]), discs.shape[-1])
    torch.maximum(discs, added.to(discs), out=discs)


def _largest(*regions: Mask) -> Mask:
    """The largest 8-connected component of any of the regions; the first of equals."""
    best, size = regions[0], 0
    for region in regions:
        labels, count = ndimage.label(region, _EIGHT)
        sizes = np.bincount(labels.reshape(-1), minlength=count + 1)[1:]
        if sizes.size and sizes.max() > size:
            size = int(sizes.max())
            best = labels == int(sizes.argmax()) + 1
    return best


def _nothing_to_point_at() -> PromptError:
    return PromptError("A click needs an object to point at; the mask is empty. Leave such objects out.")


def rounds(config: PromptsConfig, rng: Generator) -> tuple[Round, ...]:
    """What follows the first prompt: clicks, one mask round at a random place, the others last."""
    order: list[Round] = ["click"] * config.clicks
    if config.mask_rounds:
        order.insert(int(rng.integers(len(order) + 1)), "mask")
        order += ["mask"] * (config.mask_rounds - 1)
    return tuple(order)


def uniform(rng: Generator, count: int) -> npt.NDArray[np.float32]:
    """(count,) float32 numbers from 0 to just below 1, for ``clicks_on_errors``."""
    return np.minimum(rng.random(count), _BELOW_ONE).astype(np.float32)


@torch.no_grad()
def clicks_on_errors(
    logits: Tensor, target: Tensor, weight: Tensor | None, drawn: Tensor, size: int
) -> tuple[Tensor, Tensor]:
    """For each of N objects a click on one of its wrong cells, on the objects' device.

    Args:
        logits, target: (N, h, w), over the whole network frame.
        weight: (N, h, w) or None; cells of weight 0 are never clicked on.
        drawn: (N,) uniform numbers that choose among the cells.
        size: Side of the network's input.

    Returns:
        Positions (N, 2) in the network frame and signs (N,), 1 or 0. An
        object without an error gets a click into itself.
    """
    h, w = target.shape[-2:]
    truth = target > 0.5
    wrong = ((logits > 0) != truth).float()
    share = target.float()
    if weight is not None:
        wrong, share = wrong * (weight > 0), share * weight
    none = ~(wrong.flatten(1) > 0).any(1)
    total = torch.where(none[:, None], share.flatten(1), wrong.flatten(1)).cumsum(1)
    index = torch.searchsorted(total, (drawn[:, None] * total[:, -1:]).contiguous(), right=True)[:, 0]
    index = index.clamp(max=h * w - 1)
    positive = truth.flatten(1).gather(1, index[:, None])[:, 0] | none
    x = (index % w + 0.5) * (size / w) - 0.5
    y = (index // w + 0.5) * (size / h) - 0.5
    return torch.stack((x, y), dim=1).float(), positive.long()
