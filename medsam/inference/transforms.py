"""Between the image frame and a network's frame: pictures, boxes, points, masks.

Image frame: one 8-bit slice picture of shape (H, W) or (H, W, 3), rows down,
coordinates at pixel edges. Network frame: the square of ``pp.size`` pixels
that the image encoder takes. ``Preprocessing.kind`` says how they relate:

    medsam  the picture fills the square, each axis with its own factor
    sam     the longer side fills the square; zero padding right or below
    lite    as sam, on a square of 256
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import torch
from torch import Tensor
from torch.nn import functional as F

from medsam.errors import InputError, ModelError
from medsam.inference.resample import longest_side_shape, resize_area, resize_bilinear, resize_cubic
from medsam.model.native import pixels
from medsam.model.preprocessing import Preprocessing
from medsam.prompts import Box, MaskPrompt, Points

Picture = npt.NDArray[np.uint8]

SAM_MEAN = (123.675, 116.28, 103.53)
SAM_STD = (58.395, 57.12, 57.375)

_EPS = 1e-6


def encode_input(picture: Picture, pp: Preprocessing) -> Tensor:
    """The image encoder's input for a picture.

    Args:
        picture: 8-bit slice picture of shape (H, W) or (H, W, 3).
        pp: Of the weights; any kind but "zoom", which has no encoder.

    Returns:
        (1, 3, S, S) float32 on the CPU.

    Raises:
        InputError: If the picture is not 8-bit grey or colour.
    """
    require_picture(picture)
    if pp.kind == "medsam":
        values = _min_max(resize_cubic(picture, (pp.size, pp.size)))
    elif pp.kind == "lite":
        values = _padded(_min_max(resize_area(picture, _scaled_shape(picture, pp))), pp.size)
    elif pp.kind == "sam":
        values = _padded(_standardised(resize_bilinear(picture, _scaled_shape(picture, pp))), pp.size)
    else:
        raise ModelError(f"A network of the kind {pp.kind} has no image encoder to prepare a picture for.")
    if values.ndim == 2:
        values = np.broadcast_to(values[..., None], (*values.shape, 3))
    return torch.from_numpy(np.ascontiguousarray(values.transpose(2, 0, 1)))[None]


def require_picture(picture: npt.NDArray[np.generic]) -> None:
    """Raise ``InputError`` unless ``picture`` is 8-bit (H, W) or (H, W, 3) with pixels."""
    shape = picture.shape
    fits = picture.ndim == 2 or (picture.ndim == 3 and shape[2] == 3)
    if picture.dtype != np.uint8 or not fits or 0 in shape:
        raise InputError(
            f"A network takes an 8-bit picture of (rows, columns) or (rows, columns, 3);"
            f" {picture.dtype} of {shape} came. Bring it through a window first."
        )


def scale_xy(shape_hw: tuple[int, int], pp: Preprocessing) -> tuple[float, float]:
    """Network pixels per image pixel, along x and y."""
    if pp.kind == "medsam":
        return pp.size / shape_hw[1], pp.size / shape_hw[0]
    if pp.kind == "lite":
        return pp.size / max(shape_hw), pp.size / max(shape_hw)
    # SAM scales prompts by the rounded size of the resized picture.
    height, width = longest_side_shape(shape_hw, pp.size)
    return width / shape_hw[1], height / shape_hw[0]


def box_to_input(box: Box, shape_hw: tuple[int, int], pp: Preprocessing) -> Tensor:
    """(1, 4) float32 x0, y0, x1, y1 in the network frame.

    Scaled edges, as MedSAM's published inference scales the boxes it is given.
    """
    sx, sy = scale_xy(shape_hw, pp)
    return torch.tensor([[box.x0 * sx, box.y0 * sy, box.x1 * sx, box.y1 * sy]], dtype=torch.float32)


def points_to_input(points: Points, shape_hw: tuple[int, int], pp: Preprocessing) -> tuple[Tensor, Tensor]:
    """(1, N, 2) float32 x, y in the network frame and (1, N) labels, 1 object, 0 background.

    The prompt encoder counts from the first pixel's centre, half a pixel from its edge.
    """
    sx, sy = scale_xy(shape_hw, pp)
    coords = torch.tensor([(x * sx - 0.5, y * sy - 0.5) for x, y in points.xy], dtype=torch.float32)
    labels = torch.tensor([int(p) for p in points.positive], dtype=torch.int64)
    return coords.reshape(1, -1, 2), labels.reshape(1, -1)


def mask_to_input(mask: MaskPrompt, shape_hw: tuple[int, int], pp: Preprocessing, side: int) -> Tensor:
    """(1, 1, side, side) float32 logits for the prompt encoder.

    Args:
        mask: Logits over the whole picture, of any resolution.
        shape_hw: Of the picture.
        pp: Of the weights.
        side: Of the mask input, a quarter of the network's input.
    """
    logits = torch.from_numpy(np.ascontiguousarray(mask.logits, dtype=np.float32))[None, None]
    height, width = (side, side) if pp.kind == "medsam" else longest_side_shape(shape_hw, side)
    small = F.interpolate(logits, (height, width), mode="bilinear", align_corners=False, antialias=True)
    # Padding lies outside of the picture, so of the object too.
    return F.pad(small, (0, side - width, 0, side - height), value=float(logits.min().clamp(max=0.0)))


def masks_from_logits(low_res: Tensor, shape_hw: tuple[int, int], pp: Preprocessing) -> Tensor:
    """Bring a mask decoder's logits back to the picture.

    The order of steps is each publication's own, since it moves the outline:
    MedSAM resamples probabilities, LiteMedSAM logits, SAM logits in two steps,
    first to the network's size and then to the picture's.

    Args:
        low_res: (N, h, w) float logits over the whole network frame.
        shape_hw: Of the picture.
        pp: Of the weights.

    Returns:
        (N, H, W) float32 logits, positive inside the object.
    """
    logits = low_res.float()[None]
    if pp.kind == "sam":
        height, width = longest_side_shape(shape_hw, pp.size)
        full = F.interpolate(logits, (pp.size, pp.size), mode="bilinear", align_corners=False)
        inside = full[..., :height, :width]
        return F.interpolate(inside, shape_hw, mode="bilinear", align_corners=False)[0]
    if pp.kind == "lite":
        height, width = longest_side_shape(shape_hw, logits.shape[-1])
        inside = logits[..., :height, :width]
        return F.interpolate(inside, shape_hw, mode="bilinear", align_corners=False)[0]
    probability = F.interpolate(logits.sigmoid(), shape_hw, mode="bilinear", align_corners=False)
    return torch.logit(probability, eps=_EPS)[0]


def masks_over_picture(low_res: Tensor, shape_hw: tuple[int, int], pp: Preprocessing) -> Tensor:
    """Where ``masks_from_logits`` is positive: (N, H, W) bool, without its logits."""
    low_res = low_res.float()
    if pixels.usable(low_res):
        return _compiled_masks(low_res, shape_hw, pp)
    if pp.kind != "medsam":
        return masks_from_logits(low_res, shape_hw, pp) > 0
    probability = low_res[None].sigmoid()
    return F.interpolate(probability, shape_hw, mode="bilinear", align_corners=False)[0] > 0.5


def _compiled_masks(low_res: Tensor, shape_hw: tuple[int, int], pp: Preprocessing) -> Tensor:
    """``masks_over_picture`` without floats as large as the picture, but for the first of SAM's two steps."""
    if pp.kind == "medsam":
        return pixels.above(low_res, shape_hw, shape_hw, sigmoid=True)
    if pp.kind == "lite":
        height, width = longest_side_shape(shape_hw, low_res.shape[-1])
        return pixels.above(low_res[:, :height, :width], shape_hw, shape_hw)
    inside = longest_side_shape(shape_hw, pp.size)
    if inside == shape_hw:
        return pixels.above(low_res, (pp.size, pp.size), inside)
    return pixels.above(pixels.enlarged(low_res, (pp.size, pp.size), inside), shape_hw, shape_hw)


def _scaled_shape(picture: Picture, pp: Preprocessing) -> tuple[int, int]:
    return longest_side_shape((picture.shape[0], picture.shape[1]), pp.size)


def _min_max(picture: Picture) -> npt.NDArray[np.float32]:
    values = picture.astype(np.float32)
    low, high = float(values.min()), float(values.max())
    return (values - np.float32(low)) / np.float32(max(high - low, 1e-8))


def _standardised(picture: Picture) -> npt.NDArray[np.float32]:
    values = picture.astype(np.float32)
    if values.ndim == 2:
        values = np.repeat(values[..., None], 3, axis=2)
    mean, deviation = (np.array(three, dtype=np.float32) for three in (SAM_MEAN, SAM_STD))
    return np.divide(values - mean, deviation, dtype=np.float32)


def _padded(values: npt.NDArray[np.float32], side: int) -> npt.NDArray[np.float32]:
    pad = [(0, side - values.shape[0]), (0, side - values.shape[1])] + [(0, 0)] * (values.ndim - 2)
    return np.pad(values, pad)
