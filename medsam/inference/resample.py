"""Resizing of 8-bit pictures exactly as the published preprocessings do it.

Separable resizing is a product with one matrix on either side, so a resize is
written as its matrices; they depend on the sizes alone and are kept.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from PIL import Image
from scipy import ndimage

Picture = npt.NDArray[np.uint8]

_LARGEST_SIDE = 1024
# Above the error of float32 sums, so that flat areas are not cut one level down.
_NUDGE = np.float32(2e-4)


def resize_cubic(picture: Picture, shape_hw: tuple[int, int]) -> Picture:
    """Antialiased cubic resize, decimals cut off: scikit-image's ``resize`` of order 3.

    Agrees with ``skimage.transform.resize(picture, shape_hw, order=3,
    preserve_range=True, anti_aliasing=True).astype(uint8)`` to one grey level,
    at a third of its time. Pictures with a side above 1024 go through
    scikit-image itself, whose cost does not grow with the square of a side.

    Args:
        picture: (H, W) or (H, W, C).
        shape_hw: Rows and columns of the result.
    """
    if max(picture.shape[:2]) > _LARGEST_SIDE:
        from skimage.transform import resize

        size = shape_hw + picture.shape[2:]
        resized = resize(picture, size, order=3, mode="reflect", preserve_range=True, anti_aliasing=True)
        return resized.astype(np.uint8)
    rows, cols = cubic_matrix(picture.shape[0], shape_hw[0]), cubic_matrix(picture.shape[1], shape_hw[1])
    values = _apply(rows, cols, picture)
    # Cubic splines overshoot; scikit-image cuts back to the range of the picture.
    np.clip(values + _NUDGE, picture.min(), picture.max(), out=values)
    return values.astype(np.uint8)


def resize_area(picture: Picture, shape_hw: tuple[int, int]) -> Picture:
    """Mean over the area each new pixel covers, rounded: OpenCV's ``INTER_AREA``.

    Args:
        picture: (H, W) or (H, W, C).
        shape_hw: Rows and columns of the result.
    """
    enlarges = shape_hw[0] > picture.shape[0] or shape_hw[1] > picture.shape[1]
    make = _area_enlarging_matrix if enlarges else _area_matrix
    values = _apply(make(picture.shape[0], shape_hw[0]), make(picture.shape[1], shape_hw[1]), picture)
    return np.clip(np.floor(values + 0.5), 0, 255).astype(np.uint8)


def resize_bilinear(picture: Picture, shape_hw: tuple[int, int]) -> Picture:
    """Antialiased bilinear resize: Pillow's, which SAM's own transform uses.

    Args:
        picture: (H, W) or (H, W, 3).
        shape_hw: Rows and columns of the result.
    """
    image = Image.fromarray(np.ascontiguousarray(picture))
    return np.asarray(image.resize((shape_hw[1], shape_hw[0]), Image.Resampling.BILINEAR))


def longest_side_shape(shape_hw: tuple[int, int], longest: int) -> tuple[int, int]:
    """Rows and columns after scaling so that the longer side is ``longest``."""
    scale = longest / max(shape_hw)
    return max(int(shape_hw[0] * scale + 0.5), 1), max(int(shape_hw[1] * scale + 0.5), 1)


def _apply(rows: npt.NDArray[np.float32], cols: npt.NDArray[np.float32], picture: Picture) -> npt.NDArray:
    values = picture.astype(np.float32)
    if picture.ndim == 2:
        return rows @ values @ cols.T
    return np.stack([rows @ values[..., c] @ cols.T for c in range(picture.shape[2])], axis=-1)


@lru_cache(maxsize=8)
def cubic_matrix(count: int, size: int) -> npt.NDArray[np.float32]:
    """(size, count) matrix of an antialiased cubic resize of ``count`` samples.

    The same chain as scikit-image's: a Gaussian of standard deviation
    (factor - 1) / 2 when shrinking, the prefilter that turns samples into
    cubic B-spline coefficients, and the spline's values at the new centres;
    the picture is mirrored about its outer samples.
    """
    factor = count / size
    steps = np.eye(count)
    if factor > 1:
        steps = ndimage.gaussian_filter1d(steps, (factor - 1) / 2, axis=0, mode="mirror")
    coefficients = ndimage.spline_filter1d(steps, 3, axis=0, mode="mirror") if count > 1 else steps
    centres = (np.arange(size) + 0.5) * factor - 0.5
    first = np.floor(centres).astype(np.int64)
    t = centres - first
    weights = (
        (1 - t) ** 3 / 6,
        (3 * t**3 - 6 * t**2 + 4) / 6,
        (-3 * t**3 + 3 * t**2 + 3 * t + 1) / 6,
        t**3 / 6,
    )
    spline = np.zeros((size, count))
    for offset, weight in enumerate(weights, start=-1):
        np.add.at(spline, (np.arange(size), _mirrored(first + offset, count)), weight)
    return np.asarray(spline @ coefficients, dtype=np.float32)


def _mirrored(index: npt.NDArray[np.int64], count: int) -> npt.NDArray[np.int64]:
    if count == 1:
        return np.zeros_like(index)
    period = 2 * (count - 1)
    index = np.abs(index) % period
    return np.minimum(index, period - index)


@lru_cache(maxsize=8)
def _area_matrix(count: int, size: int) -> npt.NDArray[np.float32]:
    """(size, count) matrix: the share of each old pixel in each new one, when shrinking."""
    edges = np.linspace(0, count, size + 1)
    left, right = edges[:-1, None], edges[1:, None]
    old = np.arange(count)[None, :]
    covered = np.clip(np.minimum(right, old + 1) - np.maximum(left, old), 0, None)
    return np.asarray(covered / covered.sum(axis=1, keepdims=True), dtype=np.float32)


@lru_cache(maxsize=8)
def _area_enlarging_matrix(count: int, size: int) -> npt.NDArray[np.float32]:
    """(size, count) matrix of OpenCV's area rule when enlarging.

    A new pixel that lies within one old pixel takes its value; one that
    straddles two blends them by how far it reaches into the second.
    """
    scale = count / size
    new = np.arange(size)
    first = np.floor(new * scale).astype(np.int64)
    reach = (new + 1) - (first + 1) / scale
    share = np.where(reach <= 0, 0.0, reach - np.floor(reach))
    last = first >= count - 1
    first, share = np.minimum(first, count - 1), np.where(last, 0.0, share)
    matrix = np.zeros((size, count), dtype=np.float32)
    np.add.at(matrix, (new, first), 1 - share)
    np.add.at(matrix, (new, np.minimum(first + 1, count - 1)), share)
    return matrix
