"""The scan that the measurements of looking and drawing share."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from medsam.document import Annotation
from medsam.volume import Volume

ORGANS = (
    # Centre and half axes as shares of the sides, waves of the border around the long axis, HU.
    ((0.33, 0.45, 0.45), (0.17, 0.20, 0.30), 9, 110),
    ((0.68, 0.40, 0.60), (0.08, 0.10, 0.16), 7, 130),
    ((0.70, 0.62, 0.35), (0.06, 0.07, 0.18), 5, 180),
    ((0.30, 0.68, 0.35), (0.06, 0.07, 0.18), 5, 180),
    ((0.50, 0.78, 0.50), (0.06, 0.07, 0.60), 11, 600),
    ((0.50, 0.60, 0.50), (0.03, 0.03, 0.60), 0, 300),
    ((0.52, 0.35, 0.25), (0.12, 0.06, 0.08), 13, 40),
    ((0.50, 0.30, 0.80), (0.14, 0.12, 0.12), 6, 60),
)
"""Eight labels with wavy borders; most slices of every plane cut four or more."""


def phantom(size: int, slices: int) -> tuple[Volume, Annotation]:
    """A noisy CT-like scan (size, size, slices), int16, in F-order as readers give it, with eight labels."""
    shape = (size, size, slices)
    labels = np.zeros(shape, np.uint16, order="F")
    array = np.empty(shape, np.int16, order="F")
    # One block of noise again and again: made quickly, and no slice looks like its neighbour.
    noise = np.random.default_rng(0).normal(0, 25, (size, size, 16)).astype(np.int16)
    for k in range(slices):
        array[..., k] = noise[..., k % 16]
    for number, organ in enumerate(ORGANS, start=1):
        region, inside = _inside(organ, shape)
        labels[region][inside] = number
        array[region][inside] += np.int16(organ[3])
    volume = Volume(array, np.diag([-0.7, -0.7, 0.7, 1.0]), modality="CT", name="benchmark")
    return volume, Annotation(volume, labels)


def _inside(
    organ: tuple[tuple[float, ...], tuple[float, ...], int, int], shape: tuple[int, int, int]
) -> tuple[tuple[slice, ...], npt.NDArray[np.bool_]]:
    """The block of voxels that holds an organ, and which of them it fills."""
    center, half, waves, _ = organ
    region = tuple(
        slice(max(int((c - 1.2 * h) * n), 0), min(int((c + 1.2 * h) * n) + 1, n))
        for c, h, n in zip(center, half, shape, strict=True)
    )
    x, y, z = (
        ((np.arange(part.start, part.stop, dtype=np.float32) + 0.5) / n - c) / h
        for part, n, c, h in zip(region, shape, center, half, strict=True)
    )
    turn = np.arctan2(y[None, :], x[:, None])[..., None]
    border = 1 + np.float32(0.1) * np.sin(waves * turn + 6 * z)
    return region, (x[:, None] ** 2 + y[None, :] ** 2)[..., None] + z**2 < border**2
