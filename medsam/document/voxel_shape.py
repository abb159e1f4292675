"""The shape of a mask in space: islands and surface."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.document.voxel_values import Check, slabs

Mask = npt.NDArray[np.bool_]
Steps = tuple[tuple[float, float, float], ...]


def count_islands(mask: Mask, check: Check) -> int:
    """Number of parts that do not touch each other face to face (6 neighbours; 4 in a picture).

    Args:
        mask: (A, B, C) bool.
        check: Called now and then; raises where the work is not wanted any more.
    """
    from scipy.ndimage import label

    total = 0
    joined: list[npt.NDArray[Any]] = []
    last: npt.NDArray[Any] | None = None
    for part in slabs(mask.shape):
        check()
        numbers, count = label(mask[:, :, part])
        numbers[numbers > 0] += total
        total += count
        if last is not None:
            touching = (last > 0) & (numbers[:, :, 0] > 0)
            pairs = np.stack([last[touching], numbers[:, :, 0][touching]], axis=1)
            # Neighbours repeat the same pair over and over; a few copies do no harm.
            fresh = np.insert((pairs[1:] != pairs[:-1]).any(axis=1), 0, True)[: len(pairs)]
            joined.append(pairs[fresh])
        last = numbers[:, :, -1]
    pairs = np.concatenate(joined) - 1 if joined else np.zeros((0, 2), np.int64)
    return _components(total, pairs)


def _components(count: int, pairs: npt.NDArray[Any]) -> int:
    if not len(pairs):
        return count
    from scipy.sparse import coo_matrix
    from scipy.sparse.csgraph import connected_components

    graph = coo_matrix((np.ones(len(pairs), np.int8), (pairs[:, 0], pairs[:, 1])), shape=(count, count))
    return int(connected_components(graph, directed=False)[0])


def surface_area(mask: Mask, steps: npt.NDArray[np.float64], check: Check) -> float:
    """Area of the mesh that marching cubes lays around a mask (level one half).

    The mesh of two by two by two voxels depends on these eight alone, so the
    area is a sum over the 256 ways in which they can be set. It keeps the
    steps of the voxels: on smooth bodies it is about a tenth too large, as
    wherever marching cubes meets a binary mask.

    Args:
        mask: (A, B, C) bool.
        steps: (3, 3), columns: a step along each array axis, in mm.
        check: Called now and then; raises where the work is not wanted any more.

    Returns:
        In mm2. The mask counts as closed where the volume ends.
    """
    areas = np.array(_areas_of_cubes(tuple(tuple(float(v) for v in row) for row in steps)))
    counts = np.zeros(256, np.int64)
    padded = np.pad(mask, 1).view(np.uint8)
    for part in slabs((*padded.shape[:2], padded.shape[2] - 1)):
        check()
        block = padded[:, :, part.start : part.stop + 1]
        code = np.zeros(tuple(n - 1 for n in block.shape), np.uint8)
        for bit, (a, b, c) in enumerate(_CORNERS):
            end = [n - 1 + s for n, s in zip(block.shape, (a, b, c), strict=True)]
            code |= block[a : end[0], b : end[1], c : end[2]] << np.uint8(bit)
        counts += np.bincount(code.ravel(order="K"), minlength=256)
    return float(counts @ areas)


_CORNERS = tuple((a, b, c) for a in (0, 1) for b in (0, 1) for c in (0, 1))


@lru_cache(maxsize=4)
def _areas_of_cubes(steps: Steps) -> tuple[float, ...]:
    """Area in mm2 of the mesh within each of the 256 ways to set eight voxels."""
    from skimage.measure import marching_cubes, mesh_surface_area

    matrix = np.array(steps)
    areas = [0.0]
    for number in range(1, 255):
        cube = np.array([number >> bit & 1 for bit in range(8)], np.float32).reshape(2, 2, 2)
        vertices, faces, _, _ = marching_cubes(cube, 0.5, allow_degenerate=False)
        areas.append(float(mesh_surface_area(vertices @ matrix.T, faces)))
    return (*areas, 0.0)
