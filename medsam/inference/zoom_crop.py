"""What the zoom network sees of a picture, and its answer put back in place.

Training, evaluation and the program cut their crops by the same definition,
so a network never meets an input it was not trained on.

The crop is the box, widened about its centre by ``config["widen"]`` in each
direction and warped to ``config["size"]`` pixels a side (the aspect ratio is
not kept). Its channels:

    0-2  the picture (grey tripled), less the crop's mean, over its deviation
    3    where a pixel lies in the box along x: -1 left edge, +1 right edge
    4    the same along y: -1 upper edge, +1 lower edge
    5    1 inside the picture, 0 beyond its border (where pixels are repeated)
    6    the box's width in pixels as ``log2(width / 64) / 4``
    7    the box's height likewise
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from medsam.prompts import Box

LEAST_DEVIATION = 4.0
"""Grey values: a flatter crop is not stretched further, so noise stays noise."""


@dataclass(frozen=True, slots=True)
class CropTransform:
    """Where a crop was cut, in pixel edges of the picture.

    Attributes:
        left, top: Upper left corner; may lie outside of the picture.
        width, height: Extent in picture pixels, above zero.
        size: Side of the crop in crop pixels.
    """

    left: float
    top: float
    width: float
    height: float
    size: int


def crop_region(box: Box, config: Mapping[str, Any]) -> CropTransform:
    """The widened box as a region; sides below one pixel count as one."""
    width, height = (max(side, 1.0) * config["widen"] for side in (box.width, box.height))
    x, y = box.center
    return CropTransform(x - width / 2, y - height / 2, width, height, int(config["size"]))


def make_crop(
    picture_u8: npt.NDArray[np.uint8], box: Box, config: Mapping[str, Any]
) -> tuple[Tensor, CropTransform]:
    """Cut what the network sees for one box.

    Shrinking averages over the area (no aliasing), enlarging is bilinear,
    and beyond the border the picture's outermost pixels are repeated.

    Args:
        picture_u8: (H, W) grey or (H, W, 3) colour, 8 bit.
        box: Image frame, pixel edges.
        config: The network's settings (``size``, ``widen``).

    Returns:
        (8, S, S) float32, and what ``paste`` needs to undo the warp.
    """
    region = crop_region(box, config)
    h, w = picture_u8.shape[:2]
    rows, (top, bottom) = _sampling(region.top, region.height, region.size, h)
    cols, (left, right) = _sampling(region.left, region.width, region.size, w)
    warped = _resample(picture_u8[top:bottom, left:right], rows, cols)
    crop = torch.empty(8, region.size, region.size)
    crop[:3] = normalise(warped.unsqueeze(0))[0]
    crop[3:] = guide_channels(region, max(box.width, 1.0), max(box.height, 1.0), (h, w))
    return crop, region


def normalise(pictures: Tensor) -> Tensor:
    """Grey values (B, 1 or 3, S, S) less each crop's mean, over its deviation."""
    mean = pictures.mean((1, 2, 3), keepdim=True)
    deviation = (pictures - mean).square().mean((1, 2, 3), keepdim=True).sqrt()
    return (pictures - mean) / deviation.clamp(min=LEAST_DEVIATION)


def size_channel(side: Tensor) -> Tensor:
    """A box's side in pixels on the scale of channels 6 and 7."""
    return torch.log2(side / 64) / 4


def guide_channels(region: CropTransform, width: float, height: float, shape_hw: tuple[int, int]) -> Tensor:
    """Channels 3 to 7, (5, S, S), for a box of ``width`` × ``height`` pixels."""
    size = region.size
    centres = (torch.arange(size) + 0.5) / size
    guide = torch.empty(5, size, size)
    guide[0] = ((centres * 2 - 1) * (region.width / width))[None, :]
    guide[1] = ((centres * 2 - 1) * (region.height / height))[:, None]
    x, y = region.left + centres * region.width, region.top + centres * region.height
    inside_x, inside_y = (x >= 0) & (x <= shape_hw[1]), (y >= 0) & (y <= shape_hw[0])
    guide[2] = (inside_y[:, None] & inside_x[None, :]).float()
    guide[3], guide[4] = size_channel(torch.tensor([width, height]))[:, None, None]
    return guide


def paste(
    logits: Tensor | npt.NDArray[np.float32], transform: CropTransform, hw: tuple[int, int]
) -> tuple[int, int, npt.NDArray[np.float32]]:
    """Bring a crop's logits back to the picture's pixels.

    Args:
        logits: (S, S), the network's answer.
        transform: From ``make_crop``.
        hw: Rows and columns of the picture.

    Returns:
        Column ``x0`` and row ``y0`` of the first pixel, and the (h, w) logits
        of the pixels whose centre lies in the crop; (0, 0)-sized if none
        does. Outside of the patch there is no object.
    """
    x0, x1 = _covered(transform.left, transform.width, hw[1])
    y0, y1 = _covered(transform.top, transform.height, hw[0])
    if x0 >= x1 or y0 >= y1:
        return 0, 0, np.zeros((0, 0), np.float32)
    answer = torch.as_tensor(logits).float()
    across, down = transform.size / transform.width, transform.size / transform.height
    cols = _matrix((x0 - transform.left) * across, across, x1 - x0, transform.size)
    rows = _matrix((y0 - transform.top) * down, down, y1 - y0, transform.size)
    return x0, y0, (rows @ answer @ cols.T).numpy()


def _covered(start: float, extent: float, count: int) -> tuple[int, int]:
    """First and past-the-last pixel whose centre lies in [start, start + extent)."""
    first, last = math.ceil(start - 0.5), math.ceil(start + extent - 0.5)
    return min(max(first, 0), count), min(max(last, 0), count)


def _sampling(start: float, extent: float, size: int, count: int) -> tuple[Tensor, tuple[int, int]]:
    """Weights (size, used) over the used pixels ``[first, last)`` of ``count``."""
    step = extent / size
    reach = max(step, 1.0)
    first = min(max(math.floor(start - reach), 0), count - 1)
    last = max(min(math.ceil(start + extent + reach), count), first + 1)
    return _matrix(start - first, step, size, last - first), (first, last)


def _matrix(start: float, step: float, outputs: int, inputs: int) -> Tensor:
    """Resampling along one axis as an (outputs, inputs) matrix of weights.

    Output ``i`` is centred on ``start + (i + 0.5) * step`` in input edges and
    weighs its neighbours by a triangle as wide as the coarser of both grids:
    bilinear when enlarging, an average when shrinking. What falls beyond an
    end counts for the outermost input.
    """
    reach = max(step, 1.0)
    centres = start + (torch.arange(outputs, dtype=torch.float64) + 0.5) * step
    taps = torch.arange(math.ceil(2 * reach) + 1, dtype=torch.float64)
    positions = torch.floor(centres - reach)[:, None] + taps
    weights = (1 - (positions + 0.5 - centres[:, None]).abs() / reach).clamp(min=0)
    weights /= weights.sum(1, keepdim=True)
    matrix = torch.zeros(outputs, inputs, dtype=torch.float64)
    matrix.scatter_add_(1, positions.long().clamp(0, inputs - 1), weights)
    return matrix.float()


def _resample(part: npt.NDArray[np.uint8], rows: Tensor, cols: Tensor) -> Tensor:
    """Resample (h, w) or (h, w, 3) to (1 or 3, S, S), thinning very large parts first."""
    size = rows.shape[0]
    values, rows = _thin(part.reshape(*part.shape[:2], -1), rows, 0)
    values, cols = _thin(values, cols, 1)
    h, w, planes = values.shape
    dense = torch.from_numpy(np.ascontiguousarray(values, dtype=np.float32))
    tall = (rows @ dense.reshape(h, w * planes)).reshape(size, w, planes)
    return tall.permute(2, 0, 1).contiguous() @ cols.T


def _thin(values: npt.NDArray[Any], matrix: Tensor, axis: int) -> tuple[npt.NDArray[Any], Tensor]:
    """Average runs of pixels along an axis that has 8 or more for each output, and add up their weights.

    At least 4 remain for each output, so the triangle keeps its shape; the
    products, which cost most on a large picture, become fewer.
    """
    outputs, count = matrix.shape
    by = count // (4 * outputs)
    if by < 2:
        return values, matrix
    whole = count - count % by
    runs = np.moveaxis(values, axis, 0)
    total = runs[0:whole:by].astype(np.float32)
    for k in range(1, by):
        total += runs[k:whole:by]
    total /= by
    weights = matrix[:, :whole].reshape(outputs, -1, by).sum(2)
    if whole < count:  # the last, shorter run
        total = np.concatenate([total, runs[whole:].mean(0, dtype=np.float32)[None]])
        weights = torch.cat([weights, matrix[:, whole:].sum(1, keepdim=True)], dim=1)
    return np.moveaxis(total, 0, axis), weights
