"""What a label measures: size, raw values, diameters, place.

``measure_label`` measures one label; ``live_statistics`` keeps the figures of
a whole annotation up to date.

Sizes follow the grid's true axes, so oblique and sheared grids are right: a
voxel's volume is the determinant of the affine, a pixel's area the cross
product of its two sides. A picture whose pixel size nobody knows is measured
in pixels (``length_unit``).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medsam.document import callipers
from medsam.document.callipers import Segment
from medsam.document.voxel_shape import count_islands, surface_area
from medsam.document.voxel_values import Check, ValueStatistics, slabs, value_statistics
from medsam.volume import Plane, Volume

Region = tuple[slice, slice, slice]
LabelMap = npt.NDArray[np.uint16]
Mask = npt.NDArray[np.bool_]
Hulls = dict[int, list[callipers.Point]]


@dataclass(frozen=True, slots=True)
class Diameters:
    """The largest diameters of a label in one slice picture.

    Attributes:
        axis, index: The slice.
        long: The longest line from edge to edge.
        short: The longest one at right angles to it, within the hull.
            Ends are continuous voxel coordinates ``(i, j, k)``.
    """

    axis: int
    index: int
    long: Segment
    short: Segment


@dataclass(frozen=True)
class LabelStatistics:
    """Figures of one label. Lengths in mm, or in px where ``length_unit`` says so.

    Attributes:
        label_id: Which.
        voxels: How many.
        volume_ml: In a volume; None in a single slice or in pictures.
        area: In a single slice or picture, in mm2 or px; None where there are several.
        values: Of the raw values: one for grey, three for colour, none where
            no value is a finite number.
        diameters: In the slice of the plane asked for with the longest line.
        diameter_3d: Between the two corners of voxels that are furthest apart;
            None as for ``volume_ml``. Ends in continuous voxel coordinates.
        centroid_ijk: Mean voxel index.
        centroid_mm: The same in the world, RAS+; None for pictures.
        slices: Slices of that plane that hold it.
        islands: Parts that do not touch face to face.
        surface_mm2: Of the mesh around it; None where it was not asked for or
            as for ``volume_ml``.
        extent: The least block of voxels that holds it.
    """

    label_id: int
    voxels: int
    volume_ml: float | None
    area: float | None
    values: tuple[ValueStatistics, ...]
    diameters: Diameters
    diameter_3d: Segment | None
    centroid_ijk: tuple[float, float, float]
    centroid_mm: tuple[float, float, float] | None
    slices: int
    islands: int
    surface_mm2: float | None
    extent: Region


def length_unit(volume: Volume) -> str:
    """What lengths are measured in: "mm", or "px" for a picture that does not tell its pixel size."""
    return "mm" if volume.has_scale else "px"


def has_depth(volume: Volume) -> bool:
    """Whether labels have a volume: not in a single slice, nor in a stack of pictures."""
    return not volume.is_picture and min(volume.shape) > 1


def measured_axis(volume: Volume, plane: Plane = Plane.AXIAL) -> int:
    """Array axis whose slices diameters are looked for in: the plane's, or the only one there is."""
    if plane not in volume.planes:
        plane = volume.planes[0] if volume.planes else Plane.AXIAL
    return volume.geometry.plane_frame(plane).axis


def slice_area(volume: Volume, axis: int, pixels: int) -> float:
    """Area of so many pixels of a slice across ``axis``, in mm2 (or px)."""
    one, other = (volume.affine[:3, a] for a in range(3) if a != axis)
    return float(pixels * np.linalg.norm(np.cross(one, other)))


def volume_mm3(volume: Volume, voxels: int) -> float:
    """Volume of so many voxels, in mm3; right on sheared grids, too."""
    return voxels * abs(float(np.linalg.det(volume.affine[:3, :3])))


def measure_label(
    volume: Volume,
    label_map: LabelMap,
    label_id: int,
    *,
    axis: int = 2,
    within: Region | None = None,
    surface: bool = False,
    check: Check = lambda: None,
) -> LabelStatistics | None:
    """Measure one label.

    Args:
        volume: Raw values and place.
        label_map: (I, J, K).
        label_id: The value that counts.
        axis: Diameters are those of slices across this array axis.
        within: A block that holds every voxel of the label; None looks everywhere.
        surface: Whether to measure the surface too.
        check: Called now and then; what it raises ends the work.

    Returns:
        None for a label without voxels.
    """
    found = _find(label_map, label_id, within or _everywhere(label_map.shape), check)
    if found is None:
        return None
    extent, mask = found
    check()
    deep, single = has_depth(volume), volume.shape[axis] == 1
    steps = np.array(volume.affine[:3, :3])
    voxels = int(np.count_nonzero(mask))
    centroid = _centroid(mask, extent, voxels)
    hulls = _hulls(mask, axis, extent[axis].start, check)
    world = volume.geometry.voxel_to_world(centroid)
    return LabelStatistics(
        label_id=label_id,
        voxels=voxels,
        volume_ml=volume_mm3(volume, voxels) / 1000.0 if deep else None,
        area=slice_area(volume, axis, voxels) if single else None,
        values=value_statistics(volume.array[extent], mask, check),
        diameters=_largest(hulls, extent, axis, steps, check),
        diameter_3d=_largest_3d(hulls, extent, axis, steps) if deep else None,
        centroid_ijk=centroid,
        centroid_mm=None if volume.is_picture else (float(world[0]), float(world[1]), float(world[2])),
        slices=len(hulls),
        islands=count_islands(mask, check),
        surface_mm2=surface_area(mask, steps, check) if surface and deep else None,
        extent=extent,
    )


def _everywhere(shape: tuple[int, ...]) -> Region:
    return slice(0, shape[0]), slice(0, shape[1]), slice(0, shape[2])


def _find(label_map: LabelMap, label_id: int, within: Region, check: Check) -> tuple[Region, Mask] | None:
    """The least block that holds a label, and its mask there, a copy of its own."""
    block = label_map[within]
    mask = np.zeros(block.shape, bool, order="F")
    for part in slabs(block.shape):
        check()
        np.equal(block[:, :, part], label_id, out=mask[:, :, part])
    sides, used = [], []
    for axis in range(3):
        hit = np.flatnonzero(mask.any(axis=tuple(a for a in range(3) if a != axis)))
        if not hit.size:
            return None
        used.append(slice(int(hit[0]), int(hit[-1]) + 1))
        start = within[axis].start
        sides.append(slice(start + used[axis].start, start + used[axis].stop))
    return (sides[0], sides[1], sides[2]), mask[used[0], used[1], used[2]]


def _centroid(mask: Mask, extent: Region, voxels: int) -> tuple[float, float, float]:
    place = []
    for axis in range(3):
        counts = np.count_nonzero(mask, axis=tuple(a for a in range(3) if a != axis))
        place.append(extent[axis].start + int(counts @ np.arange(len(counts))) / voxels)
    return place[0], place[1], place[2]


def _hulls(mask: Mask, axis: int, start: int, check: Check) -> Hulls:
    """Hull of every slice that holds the label, corners in pixel edges from the block's first voxel."""
    result = {}
    pictures = np.moveaxis(mask, axis, 0)
    for n in np.flatnonzero(pictures.any(axis=(1, 2))):
        check()
        result[start + int(n)] = callipers.hull_of_mask(pictures[n])
    return result


def _largest(
    hulls: Hulls, extent: Region, axis: int, steps: npt.NDArray[np.float64], check: Check
) -> Diameters:
    """Of the slice with the longest line; of equal ones, the one with the longest line across."""
    others = [a for a in range(3) if a != axis]
    key, best = (-1.0, -1.0), None
    for index, hull in hulls.items():
        check()
        lines = callipers.diameters(hull, steps[:, others])
        assert lines is not None, "a slice that holds the label has pixels"
        # Rounded, so that equal slices do not change places by a last digit.
        size = (round(lines[0].length, 9), round(lines[1].length, 9))
        if size > key:
            key, best = size, (index, *lines)
    assert best is not None
    index, long, short = best

    def in_space(line: Segment) -> Segment:
        ends = []
        for end in (line.start, line.end):
            ijk = [0.0, 0.0, 0.0]
            ijk[axis] = float(index)
            for a, v in zip(others, end, strict=True):
                ijk[a] = extent[a].start + v - 0.5
            ends.append((ijk[0], ijk[1], ijk[2]))
        return Segment(ends[0], ends[1], line.length)

    return Diameters(axis, index, in_space(long), in_space(short))


def _largest_3d(hulls: Hulls, extent: Region, axis: int, steps: npt.NDArray[np.float64]) -> Segment:
    """Between the two corners of voxels that are furthest apart; they are corners of slices' hulls."""
    others = [a for a in range(3) if a != axis]
    corners = []
    for index, hull in hulls.items():
        points = np.zeros((2 * len(hull), 3))
        points[:, others] = np.array(hull * 2) + [extent[a].start - 0.5 for a in others]
        points[: len(hull), axis], points[len(hull) :, axis] = index - 0.5, index + 0.5
        corners.append(points)
    ijk = np.concatenate(corners)
    first, last, length = callipers.furthest_apart(ijk @ steps.T)
    ends = [tuple(float(v) for v in ijk[n]) for n in (first, last)]
    return Segment(ends[0], ends[1], length)
