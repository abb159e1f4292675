"""What a box gives without any training: Otsu's threshold in it, and GrabCut from it.

A network has to beat these, or it has learnt nothing that textbook image
processing does not know. Both see what a network sees: the 8-bit picture and
the noisy box.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from finetune.data.targets import box_fill, inscribed_ellipse
from finetune.scores.scoring import usable_box
from medsam.errors import InputError
from medsam.prompts import Box

Mask = npt.NDArray[np.bool_]
Picture = npt.NDArray[np.uint8]

BASELINES = ("otsu", "grabcut")

GRABCUT_MARGIN = 0.1
"""Background that GrabCut sees on each side of the box, over the box's side."""

GRABCUT_SIDE = 192
"""Longest side of what GrabCut works on, in pixels: small objects are enlarged, large ones reduced."""

GRABCUT_SURE = 0.5
"""Axes of the ellipse in the middle that is certainly the object, over those of the inscribed one.

With the rectangle alone it answers "nothing" where an object's grey values
occur around it too (42 of 107 validation objects, all of CT): a mean Dice of
0.48 in place of 0.71. The stronger of the two is the fairer baseline.
"""

_LEAST_MARGIN = 4.0
_ROUNDS = 3
_FEWEST = 8
"""Pixels inside and outside of the box without which GrabCut's two colour models (five parts each) fail."""

_EIGHT = np.ones((3, 3), bool)


def require_opencv() -> Any:
    """OpenCV, made to work in one thread.

    Raises:
        InputError: If it is not installed.
    """
    try:
        import cv2
    except ImportError:
        raise InputError(
            "The baseline GrabCut needs OpenCV, which is not installed:"
            ' pip install "medsam-desktop[finetune]", or leave out --baselines.'
        ) from None
    cv2.setNumThreads(1)
    return cv2


def baseline_masks(picture: Picture, box: Box) -> dict[str, Mask]:
    """Every baseline's (H, W) mask of a box, by the names of ``BASELINES``.

    Raises:
        InputError: If OpenCV is not installed.
    """
    return {"otsu": otsu(picture, box), "grabcut": grabcut(picture, box)}


def otsu(picture: Picture, box: Box) -> Mask:
    """Otsu's threshold of the grey values in the box.

    Of the two classes the one is taken that fills more of the box's middle
    third than of its corners (what the inscribed ellipse leaves out), and of
    that class the largest 8-connected part that touches the middle third.
    A box of one value is taken as it is.

    Args:
        picture: (H, W) or (H, W, 3), 8 bit; colours are weighted as for luma.
        box: Image frame.
    """
    from skimage.filters import threshold_otsu

    hw = (picture.shape[0], picture.shape[1])
    window = _window(usable_box(box, hw), hw)
    grey = _grey(picture[window])
    whole = np.zeros(hw, bool)
    if grey.min() == grey.max():
        whole[window] = True
        return whole
    above = grey > threshold_otsu(grey)
    h, w = grey.shape
    middle = np.zeros((h, w), bool)
    middle[h // 3 : h - h // 3, w // 3 : w - w // 3] = True
    corners = ~inscribed_ellipse(Box(0, 0, w, h), (h, w))
    share = above[middle].mean() - (above[corners].mean() if corners.any() else 0.0)
    whole[window] = _main_part(above if share >= 0 else ~above, middle)
    return whole


def grabcut(picture: Picture, box: Box) -> Mask:
    """GrabCut (Rother et al. 2004, as OpenCV has it) with the box as its rectangle.

    It sees the box with a tenth of its side more on each side, brought to one
    size, and is told that the middle (``GRABCUT_SURE``) is the object. Where
    there is nothing beyond the box (one over the whole picture), or too few
    pixels for its colour models, the answer is the box filled.

    Raises:
        InputError: If OpenCV is not installed.
    """
    cv2 = require_opencv()
    hw = (picture.shape[0], picture.shape[1])
    box = usable_box(box, hw)
    rows, columns = _window(_grown(box), hw)
    crop = np.ascontiguousarray(picture[rows, columns])
    if crop.ndim == 2:
        crop = np.repeat(crop[..., None], 3, axis=2)
    height, width = crop.shape[:2]
    scale = GRABCUT_SIDE / max(height, width)
    w, h = max(1, round(width * scale)), max(1, round(height * scale))
    crop = cv2.resize(crop, (w, h), interpolation=cv2.INTER_AREA if scale < 1 else cv2.INTER_CUBIC)
    fx, fy = w / width, h / height
    inner = Box(
        (box.x0 - columns.start) * fx,
        (box.y0 - rows.start) * fy,
        (box.x1 - columns.start) * fx,
        (box.y1 - rows.start) * fy,
    )
    marks = np.full((h, w), cv2.GC_BGD, np.uint8)
    marks[_window(inner, (h, w))] = cv2.GC_PR_FGD
    outside = int((marks == cv2.GC_BGD).sum())
    if outside < _FEWEST or h * w - outside < _FEWEST:
        return box_fill(box, hw)
    marks[inscribed_ellipse(_shrunk(inner), (h, w))] = cv2.GC_FGD
    found = _cut(cv2, crop, marks)
    found = cv2.resize(
        found, (width, height), interpolation=cv2.INTER_LINEAR if scale < 1 else cv2.INTER_AREA
    )
    whole = np.zeros(hw, bool)
    whole[rows, columns] = found >= 0.5
    # Bringing it back to full size may blur it over the rectangle's edge by a pixel.
    return whole & box_fill(box, hw)


def _cut(cv2: Any, crop: Picture, marks: npt.NDArray[np.uint8]) -> npt.NDArray[np.float32]:
    """GrabCut of a crop, (h, w) 0 or 1; the same each time, whatever was computed before."""
    cv2.setRNGSeed(0)
    background, foreground = np.zeros((1, 65)), np.zeros((1, 65))
    cv2.grabCut(crop, marks, None, background, foreground, _ROUNDS, cv2.GC_INIT_WITH_MASK)
    return np.isin(marks, (cv2.GC_FGD, cv2.GC_PR_FGD)).astype(np.float32)


def _shrunk(box: Box) -> Box:
    """The part of the box that is certainly the object."""
    (x, y), rx, ry = box.center, box.width / 2 * GRABCUT_SURE, box.height / 2 * GRABCUT_SURE
    return Box(x - rx, y - ry, x + rx, y + ry)


def _grown(box: Box) -> Box:
    """The box with the background that GrabCut learns from."""
    dx, dy = (max(_LEAST_MARGIN, GRABCUT_MARGIN * side) for side in (box.width, box.height))
    return Box(box.x0 - dx, box.y0 - dy, box.x1 + dx, box.y1 + dy)


def _window(box: Box, hw: tuple[int, int]) -> tuple[slice, slice]:
    """Rows and columns of the pixels whose centres lie in the box; at least one of each."""

    def span(low: float, high: float, end: int) -> slice:
        first = min(max(int(np.ceil(low - 0.5)), 0), end - 1)
        last = max(min(int(np.floor(high - 0.5)), end - 1), first)
        return slice(first, last + 1)

    return span(box.y0, box.y1, hw[0]), span(box.x0, box.x1, hw[1])


def _grey(picture: Picture) -> Picture:
    if picture.ndim == 2:
        return np.asarray(picture)
    return (picture @ np.array([0.299, 0.587, 0.114])).round().astype(np.uint8)


def _main_part(inside: Mask, middle: Mask) -> Mask:
    """The largest component that touches the middle; the largest of all where none does."""
    labels, count = ndimage.label(inside, _EIGHT)
    if count == 0:
        return inside
    sizes = np.bincount(labels.reshape(-1), minlength=count + 1)
    sizes[0] = 0
    touching = np.zeros(count + 1, bool)
    touching[np.unique(labels[middle])] = True
    touching[0] = False
    allowed = np.where(touching, sizes, 0) if touching.any() else sizes
    return labels == int(allowed.argmax())
