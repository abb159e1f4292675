"""Closed outlines in space to voxels: which slice takes which plane's outlines.

A slice whose centre lies between two neighbouring planes of a structure takes
the outlines of the nearest, and a voxel whose centre lies inside them belongs
to the structure; beyond the last plane, and in a gap of otherwise even planes,
an outline reaches half a slice distance. So outlines that lie between two
slices, or were drawn on another, finer or coarser series of the same frame of
reference, end up where they belong; a slice that was left out stays empty.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medsam.io.named_masks import MaskBuilder, NamedMask
from medsam.io.polygons import fill_outlines
from medsam.io.support import plural
from medsam.volume import Geometry

_PARALLEL_VOXELS = 0.2
_SAME_PLANE_VOXELS = 0.1
_SAME_PLANE_MM = 0.1
_GAP = 1.5
_HAIR = 1e-6

Points = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Outline:
    """A closed, flat outline.

    Attributes:
        ijk: (N, 3) corners in the image's voxel coordinates, centres on whole numbers.
        is_exclusive: Whether it toggles what it covers (DICOM's CLOSEDPLANAR_XOR).
    """

    ijk: Points
    is_exclusive: bool = False


def unevenness(points: Points) -> float:
    """Largest distance of points (N, 3) from their best plane, in their unit."""
    centred = points - points.mean(axis=0)
    normal = np.linalg.svd(centred, full_matrices=False)[2][-1]
    return float(np.abs(centred @ normal).max())


def fill_structure(
    outlines: list[Outline], geometry: Geometry, number: int, name: str, notes: list[str]
) -> NamedMask:
    """The mask of one structure.

    Args:
        outlines: All of it, in any planes.
        geometry: Of the image.
        number, name: Of the structure.
        notes: What was found before; what is found here is added.
    """
    builder = MaskBuilder(geometry)
    along: dict[int, list[Outline]] = {}
    tilted: list[Outline] = []
    for outline in outlines:
        spread = np.ptp(outline.ijk, axis=0)
        axis = int(np.argmin(spread))
        if spread[axis] <= _PARALLEL_VOXELS:
            along.setdefault(axis, []).append(outline)
        else:
            tilted.append(outline)
    for axis, members in sorted(along.items()):
        _fill_along(members, axis, geometry, builder, notes)
    if tilted:
        _fill_tilted(tilted, geometry, builder, notes)
    if len(along) + bool(tilted) > 1:
        notes.append("It is outlined in planes of several directions; their masks were united.")
    mask = builder.finish(number, name, notes)
    if outlines and not mask.count:
        notes.append("None of its contours encloses a voxel of the image.")
    return NamedMask(number, name, mask.shape, mask.start, mask.part, tuple(notes))


def _fill_along(
    outlines: list[Outline], axis: int, geometry: Geometry, builder: MaskBuilder, notes: list[str]
) -> None:
    """Outlines in planes parallel to the slices across ``axis``."""
    x_axis, y_axis = (a for a in range(3) if a != axis)
    positions = np.array([float(o.ijk[:, axis].mean()) for o in outlines])
    planes, levels = _planes(positions, _SAME_PLANE_MM / geometry.spacing[axis])
    nearest = _nearest_planes(np.arange(geometry.shape[axis], dtype=float), levels, 1.0)
    shape_hw = (geometry.shape[y_axis], geometry.shape[x_axis])
    filled: dict[int, npt.NDArray[np.bool_]] = {}
    for index in np.flatnonzero(nearest >= 0):
        plane = int(nearest[index])
        if plane not in filled:
            members = [outlines[n] for n in planes[plane]]
            flat = [o.ijk[:, [x_axis, y_axis]] for o in members]
            filled[plane] = fill_outlines(flat, [o.is_exclusive for o in members], shape_hw)
        start = [0, 0, 0]
        start[axis] = int(index)
        part = np.expand_dims(filled[plane].T, axis)
        builder.add((start[0], start[1], start[2]), part)
    _note_fit(outlines, levels, nearest, geometry, axis, notes)


def _planes(positions: Points, same: float) -> tuple[list[list[int]], Points]:
    """Outlines by plane, ascending, and each plane's position; in voxels."""
    order = np.argsort(positions, kind="stable")
    groups: list[list[int]] = [[int(order[0])]]
    for n in order[1:]:
        if positions[n] - positions[groups[-1][0]] > min(same, _SAME_PLANE_VOXELS):
            groups.append([])
        groups[-1].append(int(n))
    return groups, np.array([float(positions[g].mean()) for g in groups])


def _nearest_planes(places: Points, levels: Points, step: float) -> npt.NDArray[np.intp]:
    """For each place along the normal, the plane it takes its outlines from; -1 for none.

    Between neighbouring planes that is the nearest. Beyond the last of them,
    and in gaps (over one and a half times the smallest distance), a plane
    reaches half a slice distance ``step``. At a tie the lower plane wins.
    """
    middles = (levels[1:] + levels[:-1]) / 2
    nearest = np.searchsorted(middles + _HAIR, places)
    offset = places - levels[nearest]
    reached = (offset > -step / 2 + _HAIR) & (offset <= step / 2 + _HAIR)
    if levels.size > 1:
        gaps = np.diff(levels)
        is_run = np.concatenate([[False], gaps <= _GAP * gaps.min(), [False]])
        reached |= is_run[np.searchsorted(levels, places)]
    return np.where(reached, nearest, -1)


def _note_fit(
    outlines: list[Outline],
    levels: Points,
    nearest: npt.NDArray[np.intp],
    geometry: Geometry,
    axis: int,
    notes: list[str],
) -> None:
    """Tell what is not as it would be had it been drawn on this image."""
    last = geometry.shape[axis] - 1
    outside = int(np.count_nonzero((levels < -0.5 - _HAIR) | (levels > last + 0.5 + _HAIR)))
    if outside:
        notes.append(f"{outside} of {plural(levels.size, 'outlined plane')} outside of the image left out.")
    others = [a for a in range(3) if a != axis]
    low = np.min([o.ijk.min(axis=0) for o in outlines], axis=0)[others]
    high = np.max([o.ijk.max(axis=0) for o in outlines], axis=0)[others]
    if (low < -1).any() or (high > np.array(geometry.shape)[others]).any():
        notes.append("Contours that reach over the image's edge were cut there.")
    between = float(np.abs(levels - np.rint(levels)).max())
    if between > _PARALLEL_VOXELS:
        notes.append(
            f"Contours lie up to {between * geometry.spacing[axis]:.2f} mm beside the slices;"
            " each slice took the nearest."
        )
    elif levels.size > 1 and float(np.diff(levels).min()) > 1.5:
        step = round(float(np.diff(levels).min()))
        notes.append(f"It is outlined on every slice number {step} only; those between took the nearest.")
    inside = np.unique(nearest[nearest >= 0]).size
    if inside < levels.size - outside:
        notes.append(
            f"{levels.size - outside - inside} of {plural(levels.size, 'outlined plane')} left out,"
            " because the image's slices are further apart."
        )


def _fill_tilted(outlines: list[Outline], geometry: Geometry, builder: MaskBuilder, notes: list[str]) -> None:
    """Outlines in planes that no slice is parallel to: rasterised in their own planes, then looked up.

    The planes' pixels are half the image's smallest voxel, so an edge is
    exact to a quarter of it.
    """
    notes.append("Its contours' planes are turned against the image's slices; each voxel took the nearest.")
    groups: list[tuple[Points, list[Outline]]] = []
    for outline in outlines:
        normal = _normal_mm(outline, geometry)
        home = next((g for g in groups if abs(float(g[0] @ normal)) > 0.9999), None)
        if home is None:
            groups.append((normal, [outline]))
        else:
            home[1].append(outline)
    for normal, members in groups:
        _fill_direction(normal, members, geometry, builder)


def _normal_mm(outline: Outline, geometry: Geometry) -> Points:
    """Unit normal of an outline's plane in the world."""
    xyz = geometry.voxel_to_world(outline.ijk)
    normal: Points = np.linalg.svd(xyz - xyz.mean(axis=0), full_matrices=False)[2][-1]
    return normal


def _fill_direction(
    normal: Points, outlines: list[Outline], geometry: Geometry, builder: MaskBuilder
) -> None:
    """Tilted outlines of one direction."""
    u = np.cross(normal, np.eye(3)[int(np.argmin(np.abs(normal)))])
    u /= np.linalg.norm(u)
    frame = np.stack([u, np.cross(normal, u), normal])  # rows: the planes' x, y and normal, in the world
    uvn = [geometry.voxel_to_world(o.ijk) @ frame.T for o in outlines]
    planes, levels = _planes(np.array([float(p[:, 2].mean()) for p in uvn]), _SAME_PLANE_MM)
    pixel = min(geometry.spacing) / 2
    window = _voxels_near(np.concatenate([o.ijk for o in outlines]), geometry)
    if window is None:
        return
    # Only as far as voxels are asked for, however far the outlines reach.
    ends = np.stack(np.meshgrid(*((s.start, s.stop) for s in window), indexing="ij"), axis=-1).reshape(-1, 3)
    near = geometry.voxel_to_world(ends) @ frame.T[:, :2]
    low = np.maximum(np.min([p[:, :2].min(axis=0) for p in uvn], axis=0), near.min(axis=0) - pixel)
    high = np.minimum(np.max([p[:, :2].max(axis=0) for p in uvn], axis=0), near.max(axis=0) + pixel)
    size = np.maximum(np.ceil((high - low) / pixel).astype(int) + 2, 1)
    step = float(np.abs(geometry.affine[:3, :3].T @ normal).max())
    masks = [
        fill_outlines(
            [(uvn[n][:, :2] - low) / pixel for n in members],
            [outlines[n].is_exclusive for n in members],
            (int(size[1]), int(size[0])),
        )
        for members in planes
    ]
    others = np.stack(np.meshgrid(*(np.arange(s.start, s.stop) for s in window[1:]), indexing="ij"), axis=-1)
    for i in range(window[0].start, window[0].stop):
        ijk = np.concatenate([np.full((*others.shape[:2], 1), i), others], axis=-1)
        place = geometry.voxel_to_world(ijk) @ frame.T
        nearest = _nearest_planes(place[..., 2], levels, step)
        x, y = np.moveaxis(np.rint((place[..., :2] - low) / pixel).astype(np.intp), -1, 0)
        valid = (x >= 0) & (y >= 0) & (x < size[0]) & (y < size[1])
        part = np.zeros(others.shape[:2], bool)
        for number in np.unique(nearest[nearest >= 0]):
            here = valid & (nearest == number)
            part[here] = masks[number][y[here], x[here]]
        builder.add((i, window[1].start, window[2].start), part[None])


def _voxels_near(ijk: Points, geometry: Geometry) -> tuple[slice, slice, slice] | None:
    """The voxels that outlines can reach, one around them; None if there are none."""
    low = np.maximum(np.floor(ijk.min(axis=0)).astype(int) - 1, 0)
    high = np.minimum(np.ceil(ijk.max(axis=0)).astype(int) + 2, geometry.shape)
    if (high <= low).any():
        return None
    i, j, k = (slice(int(a), int(b)) for a, b in zip(low, high, strict=True))
    return i, j, k
