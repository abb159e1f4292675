"""Rulers and angles that the user laid over a slice: part of the document.

A ruler has two points, an angle three, the middle one being its corner.
Points are pixel edges of the stored slice picture, like boxes. Lengths and
angles are those of the world (mm), so pixels that are not square, and oblique
or sheared grids, are right.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medsam.errors import InputError
from medsam.volume import Geometry

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Ruler:
    """A line or an angle on one slice.

    Attributes:
        id: Number of its own within the annotation.
        axis, index: The stored slice picture it lies on.
        points: ``(x, y)`` in pixel edges of that picture: two of a line,
            three of an angle, its corner in the middle.
    """

    id: int
    axis: int
    index: int
    points: tuple[Point, ...]

    def __post_init__(self) -> None:
        if len(self.points) not in (2, 3):
            raise InputError(f"A ruler has two points and an angle three; {len(self.points)} came.")
        if not all(math.isfinite(v) for point in self.points for v in point):
            raise InputError("A ruler's points are finite numbers; one of them is not.")

    @property
    def is_angle(self) -> bool:
        """Whether it has a corner."""
        return len(self.points) == 3


def points_in_voxels(ruler: Ruler) -> npt.NDArray[np.float64]:
    """(N, 3) continuous voxel coordinates of a ruler's points."""
    x_axis, y_axis = (a for a in range(3) if a != ruler.axis)
    ijk = np.zeros((len(ruler.points), 3))
    ijk[:, ruler.axis] = ruler.index
    ijk[:, [x_axis, y_axis]] = np.array(ruler.points) - 0.5
    return ijk


def ruler_length(ruler: Ruler, geometry: Geometry) -> float:
    """Length of a line in mm (px where a picture has no pixel size)."""
    ends = geometry.voxel_to_world(points_in_voxels(ruler))
    return float(np.linalg.norm(ends[-1] - ends[0]))


def ruler_angle(ruler: Ruler, geometry: Geometry) -> float:
    """An angle in degrees, 0 to 180; 0 where two of its points are the same."""
    a, corner, b = geometry.voxel_to_world(points_in_voxels(ruler))
    one, other = a - corner, b - corner
    # The arc tangent is exact near 0 and 180 degrees, where the arc cosine is not.
    across = float(np.linalg.norm(np.cross(one, other)))
    return math.degrees(math.atan2(across, float(one @ other)))
