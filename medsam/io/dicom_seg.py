"""DICOM segmentations (SEG): frames of segments to masks on an image's grid.

BINARY, FRACTIONAL and LABELMAP objects are read with pydicom alone. A
segmentation is never resampled: its pixels must be the image's voxels, in any
order of axes and of any extent.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.errors import GeometryError, ReadError
from medsam.io.dicom_elements import (
    first_item,
    number_of,
    numbers_of,
    parsing,
    read_dataset,
    text_of,
    value_of,
)
from medsam.io.named_masks import MaskBuilder, NamedMask
from medsam.io.support import LPS_TO_RAS, plural, some_names
from medsam.volume import Geometry

SEGMENTATION = "1.2.840.10008.5.1.4.1.1.66.4"
LABEL_MAP = "1.2.840.10008.5.1.4.1.1.66.7"

_OTHER_KINDS = {"1.2.840.10008.5.1.4.1.1.66.5": "a segmentation by surfaces"}
_BACKGROUND = "125040"
_OFF_GRID_VOXELS = 0.25
_HALF = 0.5

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class _Place:
    """How a frame's pixels lie in the image's voxels.

    Attributes:
        origin: Voxel of the first pixel.
        along_row, along_column: Voxel step from a pixel to the next in its row, in its column.
    """

    origin: tuple[int, int, int]
    along_row: tuple[int, int, int]
    along_column: tuple[int, int, int]


def segment_names(path: Path) -> dict[int, str]:
    """Number and name of every segment, without pixels; a label map's background is none.

    Raises:
        ReadError: If the file is no segmentation.
    """
    tags = ["SOPClassUID", "Modality", "SegmentSequence", "SegmentationType"]
    dataset = read_dataset(path, tags, pixels=False)
    with parsing(path):
        _require_segmentation(dataset, path)
        return _segments(dataset)


def referenced_series(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """UIDs of the frames of reference and of the series that a segmentation was made of.

    Raises:
        ReadError: If the file is no segmentation.
    """
    tags = ["SOPClassUID", "Modality", "FrameOfReferenceUID", "ReferencedSeriesSequence"]
    dataset = read_dataset(path, tags, pixels=False)
    with parsing(path):
        _require_segmentation(dataset, path)
        return _references(dataset)


def read_segmentation(
    path: str | Path, geometry: Geometry, *, frame_of_reference: str = "", series_uid: str = ""
) -> list[NamedMask]:
    """Put the segments of a DICOM SEG into the grid of an image.

    Segments keep masks of their own, so they may overlap. A fraction of at
    least one half counts as inside.

    Args:
        path: The SEG file.
        geometry: Of the image.
        frame_of_reference, series_uid: Of the image, where they are known (``Volume.metadata``).

    Returns:
        One mask a segment, in the file's order; empty where nothing of it
        lies in the image, which its notes tell.

    Raises:
        ReadError: If the file is damaged, or no segmentation by voxels.
        GeometryError: If it was made for another image: another frame of
            reference, other voxels, or none of its frames lies in the image.
    """
    path = Path(path)
    dataset = read_dataset(path, None, pixels=True)
    with parsing(path):
        _require_segmentation(dataset, path)
        _require_frame(dataset, path, frame_of_reference, series_uid)
        segments = _segments(dataset)
        if not segments:
            raise ReadError(f"A segmentation names segments; {path.name} names none. Export it again.")
        builders = {number: MaskBuilder(geometry) for number in segments}
        notes = _fill(dataset, path, geometry, builders)
    found = []
    for number, name in segments.items():
        mask = builders[number].finish(number, name, notes)
        if not mask.count:
            text = "It holds no voxel of the image."
            mask = NamedMask(number, name, mask.shape, mask.start, mask.part, (*mask.notes, text))
        found.append(mask)
    return found


def _require_segmentation(dataset: Any, path: Path) -> None:
    kind = text_of(dataset, "SOPClassUID")
    if kind in (SEGMENTATION, LABEL_MAP) or (not kind and text_of(dataset, "Modality") == "SEG"):
        return
    what = _OTHER_KINDS.get(kind) or text_of(dataset, "Modality") or "of another kind"
    raise ReadError(
        f"A segmentation by voxels is a DICOM file of the kind SEG; {path.name} is {what}."
        " Choose another file, or convert it."
    )


def _segments(dataset: Any) -> dict[int, str]:
    result = {}
    for item in value_of(dataset, "SegmentSequence") or ():
        number = int(number_of(item, "SegmentNumber", -1))
        kind = first_item(item, "SegmentedPropertyTypeCodeSequence")
        is_background = number == 0 or text_of(kind, "CodeValue") == _BACKGROUND
        if number < 0 or (_type_of(dataset) == "LABELMAP" and is_background):
            continue
        name = text_of(item, "SegmentLabel") or text_of(kind, "CodeMeaning") or f"segment {number}"
        result[number] = name
    return result


def _type_of(dataset: Any) -> str:
    if text_of(dataset, "SOPClassUID") == LABEL_MAP:
        return "LABELMAP"
    return text_of(dataset, "SegmentationType").upper() or "BINARY"


def _references(dataset: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    frame = text_of(dataset, "FrameOfReferenceUID")
    items = value_of(dataset, "ReferencedSeriesSequence") or ()
    series = dict.fromkeys(text_of(item, "SeriesInstanceUID") for item in items)
    return ((frame,) if frame else ()), tuple(s for s in series if s)


def _require_frame(dataset: Any, path: Path, wanted: str, series_uid: str) -> None:
    frames, series = _references(dataset)
    if wanted and series_uid not in series and frames and wanted not in frames:
        raise GeometryError(
            f"A segmentation must lie in the image's frame of reference; {path.name} lies in another."
            " Choose the segmentation of this image, or register the two first."
        )


def _fill(dataset: Any, path: Path, geometry: Geometry, builders: dict[int, MaskBuilder]) -> list[str]:
    """Give every frame to its segments; returns notes that hold for all."""
    _require_pixels(dataset, path)
    kind = _type_of(dataset)
    shared = first_item(dataset, "SharedFunctionalGroupsSequence")
    groups = list(value_of(dataset, "PerFrameFunctionalGroupsSequence") or ())
    longest = max(number_of(dataset, "Rows", 1), number_of(dataset, "Columns", 1))
    places = [_place((own, shared), geometry, longest, path) for own in groups]
    outside, is_cut, foreign = 0, False, set()
    for place, own, pixels in zip(places, groups, _frames(dataset, len(groups)), strict=True):
        cut = _inside(place, pixels, geometry.shape)
        if cut is None:
            outside += 1
            continue
        start, slab = cut
        is_cut = is_cut or slab.size < pixels.size
        if kind == "LABELMAP":
            for number in np.unique(slab):
                if int(number) in builders:
                    builders[int(number)].add(start, slab == number)
            continue
        number = _segment_of(own, shared)
        if number not in builders:
            foreign.add(number)
            continue
        builders[number].add(start, slab.astype(np.float64) >= _threshold(dataset, kind))
    if outside == len(groups):
        raise GeometryError(
            f"A segmentation must lie in the image; all {plural(len(groups), 'frame')} of {path.name} lie"
            " outside. Choose the segmentation of this image."
        )
    notes = _notes(kind, outside, len(groups), foreign)
    return [*notes, "Frames that reach over the image's edge were cut there."] if is_cut else notes


def _notes(kind: str, outside: int, count: int, foreign: set[int]) -> list[str]:
    notes = []
    if kind == "FRACTIONAL":
        notes.append("Fractions of at least one half were taken as inside.")
    if outside:
        notes.append(f"{outside} of {plural(count, 'frame')} outside of the image left out.")
    if foreign:
        names = some_names([str(n) for n in sorted(foreign)])
        notes.append(f"Frames of segments that the file does not describe left out: {names}.")
    return notes


def _require_pixels(dataset: Any, path: Path) -> None:
    for keyword in ("Rows", "Columns"):
        if not number_of(dataset, keyword, 0) > 0:
            raise ReadError(
                f"A segmentation needs {keyword}; {path.name} has no usable one, so its pixels cannot be"
                " laid out. Export it again."
            )
    if "PixelData" not in dataset:
        raise ReadError(
            f"A segmentation needs pixel data; {path.name} has none, or ends before it does."
            " Copy or export it again."
        )
    frames = int(number_of(dataset, "NumberOfFrames", 1))
    placed = len(value_of(dataset, "PerFrameFunctionalGroupsSequence") or ())
    if placed != frames:
        raise ReadError(
            f"Every frame of a segmentation needs its place in the patient; {path.name} holds"
            f" {plural(frames, 'frame')} and places {placed}. A segmentation of a slide cannot be read;"
            " else export it again."
        )


def _frames(dataset: Any, count: int) -> Iterator[Array]:
    """(H, W) stored values, frame by frame."""
    if int(number_of(dataset, "BitsAllocated", 8)) == 1 and not _is_packed(dataset):
        yield from _bits(dataset, count)
        return
    from pydicom.pixels import iter_pixels

    for pixels in iter_pixels(dataset, raw=True):
        yield pixels.reshape(pixels.shape[:2])


def _is_packed(dataset: Any) -> bool:
    return bool(dataset.file_meta.TransferSyntaxUID.is_encapsulated)


def _bits(dataset: Any, count: int) -> Iterator[Array]:
    """Frames of one bit a pixel, which follow one another without a gap."""
    shape = (int(dataset.Rows), int(dataset.Columns))
    size = shape[0] * shape[1]
    packed = np.frombuffer(dataset.PixelData, np.uint8)
    if packed.size * 8 < size * count:
        raise ValueError("pixel data too short")
    for n in range(count):
        first, last = n * size, (n + 1) * size
        bits = np.unpackbits(packed[first // 8 : -(-last // 8)], bitorder="little")
        yield bits[first % 8 : first % 8 + size].reshape(shape)


def _threshold(dataset: Any, kind: str) -> float:
    if kind == "FRACTIONAL":
        return _HALF * number_of(dataset, "MaximumFractionalValue", 255)
    return 1.0


def _segment_of(own: Any, shared: Any) -> int:
    for group in (own, shared):
        item = first_item(group, "SegmentIdentificationSequence")
        if item is not None:
            return int(number_of(item, "ReferencedSegmentNumber", -1))
    return -1


def _place(groups: tuple[Any, Any], geometry: Geometry, longest: float, path: Path) -> _Place:
    """Where a frame lies in the image's grid.

    Raises:
        ReadError: If the frame has no place.
        GeometryError: If its pixels are not voxels of the image.
    """

    def item(sequence: str) -> Any:
        return next((f for f in (first_item(g, sequence) for g in groups) if f is not None), None)

    position = numbers_of(item("PlanePositionSequence"), "ImagePositionPatient", 3)
    cosines = numbers_of(item("PlaneOrientationSequence"), "ImageOrientationPatient", 6)
    spacing = numbers_of(item("PixelMeasuresSequence"), "PixelSpacing", 2)
    if position is None or cosines is None or spacing is None or min(spacing) <= 0:
        raise ReadError(
            f"Every frame of a segmentation needs its place in the patient; one of {path.name} has none."
            " A segmentation of a slide cannot be read; else export it again."
        )
    to_ras, to_voxel = LPS_TO_RAS[:3, :3], np.linalg.inv(geometry.affine)[:3, :3]
    origin = geometry.world_to_voxel(to_ras @ np.array(position))
    row, column = np.array(cosines).reshape(2, 3)
    steps = np.stack([to_voxel @ to_ras @ row * spacing[1], to_voxel @ to_ras @ column * spacing[0]])
    _require_grid(origin, steps, (row * spacing[1], column * spacing[0]), geometry, longest, path)
    whole = np.rint(np.vstack([origin, steps])).astype(int)
    first, along_row, along_column = ((int(a), int(b), int(c)) for a, b, c in whole)
    return _Place(first, along_row, along_column)


def _require_grid(
    origin: Array,
    steps: Array,
    steps_mm: tuple[Array, Array],
    geometry: Geometry,
    longest: float,
    path: Path,
) -> None:
    """Refuse pixels that are no voxels, saying in what they differ."""
    off = float(np.abs(steps - np.rint(steps)).max())
    whole = np.abs(np.rint(steps))
    # Over a whole slice a small error of the spacing adds up.
    if off * longest > _OFF_GRID_VOXELS or not (whole.sum(axis=1) == 1).all():
        ours = " x ".join(f"{v:.4g}" for v in geometry.spacing)
        theirs = " x ".join(f"{np.linalg.norm(v):.4g}" for v in steps_mm)
        across = np.abs(steps) * np.array(geometry.spacing)
        tilt = float(
            np.degrees(np.arccos(min(1.0, (across.max(axis=1) / np.linalg.norm(across, axis=1)).min())))
        )
        how = f"is turned by {tilt:.1f} degrees" if tilt > 0.1 else f"has pixels of {theirs} mm"
        raise GeometryError(
            f"A segmentation's pixels must be the image's voxels, here {ours} mm; {path.name} {how}."
            " Choose the segmentation of this image, or resample it to the image first."
        )
    beside = np.abs(origin - np.rint(origin))
    if beside.max() > _OFF_GRID_VOXELS:
        distance = float(np.linalg.norm(beside * geometry.spacing))
        raise GeometryError(
            f"A segmentation's pixels must be the image's voxels; those of {path.name} lie"
            f" {distance:.2f} mm beside them. Choose the segmentation of this image, or resample it first."
        )


def _inside(
    place: _Place, pixels: Array, shape: tuple[int, int, int]
) -> tuple[tuple[int, int, int], Array] | None:
    """A frame as a slab (i, j, k) of the grid and where it begins; None if it lies outside."""
    row_axis = int(np.argmax(np.abs(place.along_row)))
    column_axis = int(np.argmax(np.abs(place.along_column)))
    across = 3 - row_axis - column_axis
    if not 0 <= place.origin[across] < shape[across]:
        return None
    slab, start = pixels.T, [0, 0, 0]  # (along the row, along the column)
    start[across] = place.origin[across]
    for n, (axis, step) in enumerate(((row_axis, place.along_row), (column_axis, place.along_column))):
        size = slab.shape[n]
        low = place.origin[axis] if step[axis] > 0 else place.origin[axis] - size + 1
        if step[axis] < 0:
            slab = np.flip(slab, n)
        first, last = max(low, 0), min(low + size, shape[axis])
        if first >= last:
            return None
        slab = slab.take(range(first - low, last - low), axis=n)
        start[axis] = first
    if row_axis > column_axis:
        slab = slab.T
    return (start[0], start[1], start[2]), np.expand_dims(slab, across)
