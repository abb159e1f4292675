"""Where the frames of a DICOM series lie: order, spacing, and what forbids a straight grid.

Follows DICOM PS3.3 C.7.6.2.1.1: ImageOrientationPatient gives the directions
of increasing column and row index, ImagePositionPatient the centre of the
first pixel. Slices are sorted along the normal, the cross product of the two.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medsam.errors import ReadError
from medsam.io.dicom_headers import Frame
from medsam.io.support import LPS_TO_RAS, plural, some_names

RELATIVE_TOLERANCE = 0.01
ABSOLUTE_TOLERANCE_MM = 0.01
_TILT_TOLERANCE_DEG = 0.1


@dataclass(frozen=True)
class Placement:
    """Frames in their places.

    Attributes:
        columns: One list of frames a slice position, in slice order; each
            holds one frame a time point.
        affine: Voxel to RAS+ mm.
        notes: What to tell.
    """

    columns: tuple[tuple[Frame, ...], ...]
    affine: npt.NDArray[np.float64]
    notes: tuple[str, ...]


def place(frames: list[Frame], name: str) -> Placement:
    """Sort frames that all have geometry and one orientation into a straight grid.

    Args:
        frames: With position, orientation and spacing.
        name: Of the series, for messages.

    Raises:
        ReadError: On tilted, uneven, missing, doubled or sideways shifted slices.
    """
    first = frames[0]
    row, column = _unit_vectors(first, name)
    normal = np.cross(row, column)
    positions = np.array([f.position for f in frames])
    along = positions @ normal
    columns, levels = _group(frames, along)
    _require_straight(np.array([c[0].position for c in columns]), normal, first, name, levels)
    notes: list[str] = []
    depth = _slice_distance(levels, first, name, notes)
    _require_even_columns(columns, levels, name)
    assert first.spacing is not None  # the caller passes frames with geometry only
    affine = np.eye(4)
    affine[:3, 0] = row * first.spacing[1]
    affine[:3, 1] = column * first.spacing[0]
    affine[:3, 2] = normal * depth
    affine[:3, 3] = columns[0][0].position
    return Placement(columns, LPS_TO_RAS @ affine, tuple(notes))


def _unit_vectors(frame: Frame, name: str) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
    cosines = np.array(frame.orientation, dtype=np.float64).reshape(2, 3)
    lengths = np.linalg.norm(cosines, axis=1)
    if np.abs(lengths - 1).max() > 0.02 or abs(float(cosines[0] @ cosines[1])) > 0.01:
        raise ReadError(
            f"The rows and columns of a slice must be at right angles; the orientation in {name} is"
            f" {', '.join(f'{v:g}' for v in cosines.ravel())}. Export the series again."
        )
    row = cosines[0] / lengths[0]
    column = cosines[1] - (cosines[1] @ row) * row
    return row, column / np.linalg.norm(column)


def _group(
    frames: list[Frame], along: npt.NDArray[np.float64]
) -> tuple[tuple[tuple[Frame, ...], ...], npt.NDArray[np.float64]]:
    """Frames by position along the normal, ascending; those at one position by their order."""
    order = np.argsort(along, kind="stable")
    steps = np.diff(along[order])
    real = steps[steps > 1e-4]
    same = min(ABSOLUTE_TOLERANCE_MM, RELATIVE_TOLERANCE * float(np.median(real))) if real.size else 1e-4
    groups: list[list[int]] = [[int(order[0])]]
    for index, step in zip(order[1:], steps, strict=True):
        if step > same:
            groups.append([])
        groups[-1].append(int(index))
    columns = tuple(tuple(sorted((frames[i] for i in g), key=lambda f: f.order)) for g in groups)
    return columns, np.array([along[g[0]] for g in groups])


def _require_straight(
    positions: npt.NDArray[np.float64],
    normal: npt.NDArray[np.float64],
    frame: Frame,
    name: str,
    levels: npt.NDArray[np.float64],
) -> None:
    """Slices must lie above one another: no gantry tilt, no sideways jumps."""
    offsets = positions - positions[0]
    sideways = offsets - np.outer(offsets @ normal, normal)
    shift = np.linalg.norm(sideways, axis=1)
    assert frame.spacing is not None
    if shift.max() <= 0.5 * min(frame.spacing):
        return
    height = levels[-1] - levels[0]
    angle = float(np.degrees(np.arctan2(shift[-1], height)))
    expected = np.outer((levels - levels[0]) / height, sideways[-1])
    is_tilt = np.linalg.norm(sideways - expected, axis=1).max() <= 0.5 * min(frame.spacing)
    if not is_tilt:
        raise ReadError(
            f"The slices of a series must lie above one another; those of {name} are shifted sideways by"
            f" up to {shift.max():.1f} mm. Open a part of the series, or resample it first."
        )
    if angle <= _TILT_TOLERANCE_DEG:
        return
    uneven = _uneven(np.diff(levels))
    also = f", and its slice distances run from {uneven[0]:.2f} to {uneven[1]:.2f} mm" if uneven else ""
    raise ReadError(
        f"Slices must be stacked at right angles; {name} was scanned with a gantry tilt of {angle:.1f}"
        f" degrees{also}. It would be stretched, so resample it onto a straight grid first."
    )


def _uneven(distances: npt.NDArray[np.float64]) -> tuple[float, float] | None:
    """Smallest and largest distance if they differ too much, else None."""
    if distances.size < 2:
        return None
    median = float(np.median(distances))
    if np.abs(distances - median).max() <= _tolerance(median):
        return None
    return float(distances.min()), float(distances.max())


def _tolerance(median: float) -> float:
    return max(RELATIVE_TOLERANCE * median, min(ABSOLUTE_TOLERANCE_MM, 0.05 * median))


def _slice_distance(levels: npt.NDArray[np.float64], frame: Frame, name: str, notes: list[str]) -> float:
    """The even distance of slices; the claimed one where there is a single slice."""
    if levels.size == 1:
        if frame.depth <= 0:
            notes.append("The slice thickness is not given; 1 mm is assumed.")
        return frame.depth or 1.0
    distances = np.diff(levels)
    uneven = _uneven(distances)
    if uneven is None:
        return float(levels[-1] - levels[0]) / distances.size
    median = float(np.median(distances))
    odd = np.flatnonzero(np.abs(distances - median) > _tolerance(median))
    steps = distances[odd] / median
    are_gaps = (steps > 1.5).all() and np.abs(steps - np.rint(steps)).max() * median <= 3 * _tolerance(median)
    where = some_names([f"{levels[i]:.2f} and {levels[i + 1]:.2f} mm" for i in odd])
    if are_gaps:
        missing = int((np.rint(steps) - 1).sum())
        raise ReadError(
            f"The slices of a series must be evenly spaced; {plural(missing, 'slice')} of {name} at"
            f" {median:g} mm distance {'is' if missing == 1 else 'are'} missing, between {where} along the"
            " slice direction. Copy the whole series, or resample it."
        )
    raise ReadError(
        f"The slices of a series must be evenly spaced; those of {name} are {uneven[0]:.2f} to"
        f" {uneven[1]:.2f} mm apart, first between {where}. Resample it onto an even grid first."
    )


def _require_even_columns(
    columns: tuple[tuple[Frame, ...], ...], levels: npt.NDArray[np.float64], name: str
) -> None:
    """Every position must hold the same number of frames."""
    counts = [len(c) for c in columns]
    if len(set(counts)) == 1:
        return
    usual = int(np.bincount(counts).argmax())
    odd = [
        f"{level:.2f} mm ({c[0].path.name}: {len(c)})"
        for level, c in zip(levels, columns, strict=True)
        if len(c) != usual
    ]
    raise ReadError(
        f"Every position of a series must hold as many slices as the others; {name} holds {usual} at most"
        f" positions, but not at {some_names(odd)}. Remove the doubled files, or open them as a list."
    )
