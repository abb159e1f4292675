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

For a network that takes clicks (``config["clicks"]``):

    8    positive points, each a soft disc of height 1
    9    negative points
    10   the previous mask: 1 inside, -1 outside, 0 undecided or none given

For a network that sees more around (``config["context"]``, side of the wider
crop about the same centre over that of the crop):

    11-13  the picture in the wider crop, on the grey scale of channels 0-2
    14     1 inside the picture, 0 beyond its border
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor

from medsam.model.zoom import input_channels
from medsam.prompts import Box, MaskPrompt, Points

LEAST_DEVIATION = 4.0
"""Grey values: a flatter crop is not stretched further, so noise stays noise."""

CLICK_RADIUS = 2.5
"""Standard deviation of a click's disc, in crop pixels."""

LARGEST_CONTEXT = 6.0
"""Limit of channels 11 to 13: what lies around may be far brighter than the crop."""

_WORTH_BANDS = 1 << 16
"""Weights in a matrix from which on leaving out its zeros pays."""


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


def context_region(region: CropTransform, config: Mapping[str, Any]) -> CropTransform:
    """The wider crop about the same centre."""
    more = config["context"]
    left = region.left - region.width * (more - 1) / 2
    top = region.top - region.height * (more - 1) / 2
    return CropTransform(left, top, region.width * more, region.height * more, region.size)


def make_crop(
    picture_u8: npt.NDArray[np.uint8],
    box: Box,
    config: Mapping[str, Any],
    points: Points | None = None,
    mask: MaskPrompt | None = None,
) -> tuple[Tensor, CropTransform]:
    """Cut what the network sees for one box.

    Shrinking averages over the area (no aliasing), enlarging is bilinear,
    and beyond the border the picture's outermost pixels are repeated.

    Args:
        picture_u8: (H, W) grey or (H, W, 3) colour, 8 bit.
        box: Image frame, pixel edges.
        config: The network's settings.
        points: Shown where they lie in the crop; others are not seen.
        mask: The previous mask's logits. Both only for a network with "clicks".

    Returns:
        (C, S, S) float32, and what ``paste`` needs to undo the warp.
    """
    region = crop_region(box, config)
    hw = (picture_u8.shape[0], picture_u8.shape[1])
    crop = torch.zeros(input_channels(config), region.size, region.size)
    warped = _warp(picture_u8, region)
    crop[:3] = normalise(warped.unsqueeze(0))[0]
    crop[3:8] = guide_channels(region, max(box.width, 1.0), max(box.height, 1.0), hw)
    if config["clicks"]:
        crop[8:10] = click_channels(region, points)
        if mask is not None:
            crop[10] = _mask_channel(mask, region, hw)
    if config["context"]:
        wider = context_region(region, config)
        around = normalise_like(_warp(picture_u8, wider).unsqueeze(0), warped.unsqueeze(0))
        crop[-4:-1], crop[-1] = around[0], _inside(wider, hw)
    return crop, region


def normalise(pictures: Tensor) -> Tensor:
    """Grey values (B, 1 or 3, S, S) less each crop's mean, over its deviation."""
    mean, deviation = _scale(pictures)
    return (pictures - mean) / deviation


def normalise_like(wider: Tensor, pictures: Tensor) -> Tensor:
    """Wider crops (B, 1 or 3, S, S) on the grey scale that ``normalise`` gives ``pictures``, limited."""
    mean, deviation = _scale(pictures)
    return ((wider - mean) / deviation).clamp(-LARGEST_CONTEXT, LARGEST_CONTEXT)


def _scale(pictures: Tensor) -> tuple[Tensor, Tensor]:
    mean = pictures.mean((1, 2, 3), keepdim=True)
    deviation = (pictures - mean).square().mean((1, 2, 3), keepdim=True).sqrt()
    return mean, deviation.clamp(min=LEAST_DEVIATION)


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
    guide[2] = _inside(region, shape_hw)
    guide[3], guide[4] = size_channel(torch.tensor([width, height]))[:, None, None]
    return guide


def click_channels(region: CropTransform, points: Points | None) -> Tensor:
    """Channels 8 and 9, (2, S, S): positive and negative points as soft discs."""
    if points is None or not points.xy:
        return torch.zeros(2, region.size, region.size)
    xy = torch.tensor(points.xy, dtype=torch.float32)
    u = (xy[:, 0] - region.left) * (region.size / region.width)
    v = (xy[:, 1] - region.top) * (region.size / region.height)
    return click_discs(torch.stack([u, v], 1), torch.tensor(points.positive), region.size)


def click_discs(places: Tensor, positive: Tensor, size: int) -> Tensor:
    """Soft discs (2, size, size) about (N, 2) places x, y in pixel edges of the crop.

    Args:
        positive: (N,) bool: drawn on the first plane, else on the second.
    """
    axis = torch.arange(size) + 0.5
    across = torch.exp(-((axis - places[:, :1]) ** 2) / (2 * CLICK_RADIUS**2))
    down = torch.exp(-((axis - places[:, 1:]) ** 2) / (2 * CLICK_RADIUS**2))
    discs = torch.zeros(2, size, size)
    for plane, chosen in ((0, positive.bool()), (1, ~positive.bool())):
        for x, y in zip(across[chosen], down[chosen], strict=True):
            torch.maximum(discs[plane], y[:, None] * x[None, :], out=discs[plane])
    return discs


def _mask_channel(mask: MaskPrompt, region: CropTransform, shape_hw: tuple[int, int]) -> Tensor:
    """Channel 10, (S, S), of logits that cover the whole picture at any resolution."""
    logits = torch.as_tensor(mask.logits)
    down, across = logits.shape[0] / shape_hw[0], logits.shape[1] / shape_hw[1]
    rows, (top, bottom) = _sampling(region.top * down, region.height * down, region.size, logits.shape[0])
    cols, (left, right) = _sampling(region.left * across, region.width * across, region.size, logits.shape[1])
    sure = logits[top:bottom, left:right].float().sigmoid() * 2 - 1
    return rows @ sure @ cols.T


def _inside(region: CropTransform, shape_hw: tuple[int, int]) -> Tensor:
    """(S, S): 1 where a crop's pixel lies inside the picture, else 0."""
    centres = (torch.arange(region.size) + 0.5) / region.size
    x, y = region.left + centres * region.width, region.top + centres * region.height
    inside_x, inside_y = (x >= 0) & (x <= shape_hw[1]), (y >= 0) & (y <= shape_hw[0])
    return (inside_y[:, None] & inside_x[None, :]).float()


def _warp(picture_u8: npt.NDArray[np.uint8], region: CropTransform) -> Tensor:
    """The picture in a region, (1 or 3, S, S) grey values."""
    h, w = picture_u8.shape[:2]
    rows, (top, bottom) = _sampling(region.top, region.height, region.size, h)
    cols, (left, right) = _sampling(region.left, region.width, region.size, w)
    return _resample(picture_u8[top:bottom, left:right], rows, cols)


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
    placed = _placing(transform, hw)
    if placed is None:
        return 0, 0, np.zeros((0, 0), np.float32)
    x0, y0, rows, cols = placed
    return x0, y0, _banded(rows, torch.as_tensor(logits).float() @ cols.T).numpy()


def paste_mask(
    logits: Tensor, transform: CropTransform, hw: tuple[int, int]
) -> tuple[int, int, npt.NDArray[np.bool_]]:
    """Where the logits that ``paste`` gives are positive, without making them all at a time."""
    placed = _placing(transform, hw)
    if placed is None:
        return 0, 0, np.zeros((0, 0), bool)
    x0, y0, rows, cols = placed
    across = logits.float() @ cols.T
    inside = torch.empty(len(rows), len(cols), dtype=torch.bool)
    for some, used in _bands(rows):
        torch.gt(rows[some, used] @ across[used], 0, out=inside[some])
    return x0, y0, inside.numpy()


def _placing(transform: CropTransform, hw: tuple[int, int]) -> tuple[int, int, Tensor, Tensor] | None:
    """First pixel and both resampling matrices of the way back; None where the crop covers no pixel."""
    x0, x1 = _covered(transform.left, transform.width, hw[1])
    y0, y1 = _covered(transform.top, transform.height, hw[0])
    if x0 >= x1 or y0 >= y1:
        return None
    across, down = transform.size / transform.width, transform.size / transform.height
    cols = _matrix((x0 - transform.left) * across, across, x1 - x0, transform.size)
    rows = _matrix((y0 - transform.top) * down, down, y1 - y0, transform.size)
    return x0, y0, rows, cols


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
    """Resample (h, w) or (h, w, 3) to (1 or 3, S, S)."""
    size, w = cols.shape
    flat, rows = _thin(part.reshape(part.shape[0], -1), rows)
    tall = _banded(rows, torch.from_numpy(flat.astype(np.float32)))
    planes = tall.reshape(size, w, -1).permute(2, 0, 1).reshape(-1, w)
    return _banded(_evened(cols), planes.T).T.reshape(-1, size, size)


def _banded(matrix: Tensor, dense: Tensor) -> Tensor:
    """``matrix @ dense`` for a matrix that is zero but for a band from corner to corner."""
    if matrix.numel() < _WORTH_BANDS:
        return matrix @ dense
    product = torch.empty(matrix.shape[0], dense.shape[1])
    for some, used in _bands(matrix):
        torch.mm(matrix[some, used], dense[used], out=product[some])
    return product


def _bands(matrix: Tensor) -> Iterator[tuple[slice, slice]]:
    """Rows of a resampling matrix, some at a time, and the columns that these use."""
    step = max(len(matrix) // 32, 16)
    for first in range(0, len(matrix), step):
        used = matrix[first : first + step].any(0).nonzero()
        yield slice(first, first + step), slice(int(used[0]), int(used[-1]) + 1)


def _run(matrix: Tensor) -> int:
    """How many neighbouring inputs count as one: at least 4 remain for each output, so the triangle stays."""
    outputs, count = matrix.shape
    return max(count // (4 * outputs), 1)


def _thin(values: npt.NDArray[np.uint8], matrix: Tensor) -> tuple[npt.NDArray[Any], Tensor]:
    """Average runs of rows of (h, n) values, which makes them fewer, and add up their weights."""
    by = _run(matrix)
    if by == 1:
        return values, matrix
    whole = len(values) - len(values) % by
    # Sums of whole numbers are exact whatever they are added up in, and quickest in the smallest.
    sums = values[:whole].reshape(-1, by, values.shape[1]).sum(1, dtype=np.uint16 if by <= 257 else np.uint32)
    means = sums.astype(np.float32) / np.float32(by)
    weights = matrix[:, :whole].reshape(len(matrix), -1, by).sum(2)
    if whole < len(values):  # the last, shorter run
        means = np.concatenate([means, values[whole:].mean(0, dtype=np.float32)[None]])
        weights = torch.cat([weights, matrix[:, whole:].sum(1, keepdim=True)], dim=1)
    return means, weights


def _evened(matrix: Tensor) -> Tensor:
    """The weights that ``_thin`` leaves, where all the inputs stay: equal within a run."""
    by = _run(matrix)
    if by == 1:
        return matrix
    outputs, count = matrix.shape
    whole = count - count % by
    means = matrix[:, :whole].reshape(outputs, -1, by).mean(2).repeat_interleave(by, 1)
    if whole == count:
        return means
    return torch.cat([means, matrix[:, whole:].mean(1, keepdim=True).expand(-1, count - whole)], dim=1)
