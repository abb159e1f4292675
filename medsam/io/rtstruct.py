"""DICOM structure sets (RTSTRUCT): outlines in the patient to masks on an image's grid.

How planes become slices is told in ``outlines``, how holes are understood in ``polygons``.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.errors import GeometryError, ReadError
from medsam.io.dicom_elements import parsing, read_dataset, text_of, value_of
from medsam.io.named_masks import NamedMask
from medsam.io.outlines import Outline, fill_structure, unevenness
from medsam.io.support import LPS_TO_RAS, plural, some_names
from medsam.volume import Geometry

RTSTRUCT = "1.2.840.10008.5.1.4.1.1.481.3"

_CLOSED = {"CLOSED_PLANAR": False, "CLOSEDPLANAR_XOR": True}
_FLAT_VOXELS = 0.5

Points = npt.NDArray[np.float64]


def structure_names(path: Path) -> dict[int, str]:
    """Number and name of every structure of a structure set, without its outlines.

    Raises:
        ReadError: If the file is no structure set.
    """
    dataset = read_dataset(path, ["SOPClassUID", "Modality", "StructureSetROISequence"], pixels=False)
    _require_structure_set(dataset, path)
    return {number: name for number, name, _ in _structures(dataset)}


def referenced_series(path: Path) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """UIDs of the frames of reference and of the series that a structure set was drawn on.

    Raises:
        ReadError: If the file is no structure set.
    """
    tags = ["SOPClassUID", "Modality", "FrameOfReferenceUID", "ReferencedFrameOfReferenceSequence"]
    dataset = read_dataset(path, tags, pixels=False)
    _require_structure_set(dataset, path)
    return _references(dataset)


def read_rtstruct(
    path: str | Path, geometry: Geometry, *, frame_of_reference: str = "", series_uid: str = ""
) -> list[NamedMask]:
    """Fill the outlines of a structure set into the grid of an image.

    Holes: an outline that lies wholly inside another of its structure and
    plane is a hole in it, a keyhole is one by itself, and outlines of the
    type CLOSEDPLANAR_XOR toggle what they cover (see ``fill_outlines``).
    Points and open outlines enclose nothing; they are left out and named in
    the structure's notes.

    Args:
        path: The RTSTRUCT file.
        geometry: Of the image.
        frame_of_reference, series_uid: Of the image, where they are known
            (``Volume.metadata``); the outlines must have been drawn in that
            frame or on that series.

    Returns:
        One mask a structure, in the file's order; empty where a structure
        has no outline in the image, which its notes tell.

    Raises:
        ReadError: If the file is damaged or no structure set.
        GeometryError: If the outlines belong to another image: another frame
            of reference, or none of them lies in the image.
    """
    path = Path(path)
    dataset = read_dataset(path, None, pixels=False)
    with parsing(path):
        _require_structure_set(dataset, path)
        structures = _structures(dataset)
        _require_frame(path, structures, _references(dataset), frame_of_reference, series_uid)
        contours = _contours(dataset, path)
    named = {number for number, _, _ in structures}
    structures += [(n, f"structure {n}", "") for n in contours if n not in named]
    found, outside = [], []
    for number, name, _ in structures:
        notes: list[str] = []
        with parsing(path):
            outlines = _closed_outlines(contours.get(number, []), geometry, notes, path)
        mask = fill_structure(outlines, geometry, number, name, notes)
        found.append(mask)
        if outlines and not mask.count:
            outside.append(np.concatenate([o.ijk for o in outlines]))
    if outside and not any(mask.count for mask in found):
        raise GeometryError(_all_outside(path, geometry, np.concatenate(outside)))
    return found


def _require_structure_set(dataset: Any, path: Path) -> None:
    kind = text_of(dataset, "SOPClassUID")
    if kind == RTSTRUCT or (not kind and text_of(dataset, "Modality") == "RTSTRUCT"):
        return
    what = text_of(dataset, "Modality") or "of another kind"
    raise ReadError(
        f"A structure set is a DICOM file of the kind RTSTRUCT; {path.name} is {what}. Choose another file."
    )


def _structures(dataset: Any) -> list[tuple[int, str, str]]:
    """Number, name and frame of reference of every structure, in the file's order."""
    result = []
    for item in value_of(dataset, "StructureSetROISequence") or ():
        number = _whole(value_of(item, "ROINumber"))
        if number is not None:
            name = text_of(item, "ROIName") or f"structure {number}"
            result.append((number, name, text_of(item, "ReferencedFrameOfReferenceUID")))
    return result


def _whole(value: Any) -> int | None:
    try:
        return None if value is None else int(value)
    except (TypeError, ValueError):
        return None


def _references(dataset: Any) -> tuple[tuple[str, ...], tuple[str, ...]]:
    frames, series = [text_of(dataset, "FrameOfReferenceUID")], []
    for frame in value_of(dataset, "ReferencedFrameOfReferenceSequence") or ():
        frames.append(text_of(frame, "FrameOfReferenceUID"))
        for study in value_of(frame, "RTReferencedStudySequence") or ():
            for item in value_of(study, "RTReferencedSeriesSequence") or ():
                series.append(text_of(item, "SeriesInstanceUID"))
    return tuple(dict.fromkeys(f for f in frames if f)), tuple(dict.fromkeys(s for s in series if s))


def _require_frame(
    path: Path,
    structures: list[tuple[int, str, str]],
    references: tuple[tuple[str, ...], tuple[str, ...]],
    wanted: str,
    series_uid: str,
) -> None:
    """The outlines' frame must be the image's; a set drawn on this very series is in it by definition."""
    frames, series = references
    if not wanted or series_uid in series:
        return
    common = frames if len(frames) == 1 else ()
    other = [name for _, name, own in structures if not {wanted}.issuperset((own,) if own else common)]
    if other:
        raise GeometryError(
            f"Outlines must be drawn in the image's frame of reference; {some_names(other)} of {path.name}"
            f" {'was' if len(other) == 1 else 'were'} drawn in another. Choose the structure set of this"
            " image, or register the two images first."
        )


def _contours(dataset: Any, path: Path) -> dict[int, list[Any]]:
    """Contour items by the structure's number.

    A file that was cut short is read up to its last whole element, so the
    number, which follows after the contours, is what tells that they are whole.
    """
    result: dict[int, list[Any]] = {}
    items = value_of(dataset, "ROIContourSequence") or ()
    numbers = [_whole(value_of(item, "ReferencedROINumber")) for item in items]
    if not items or None in numbers:
        raise ReadError(
            f"A structure set holds the outlines of its structures; {path.name} ends before them, or does not"
            " say whose they are. Copy or export it again."
        )
    for number, item in zip(numbers, items, strict=True):
        if number is not None:
            result.setdefault(number, []).extend(value_of(item, "ContourSequence") or ())
    return result


def _closed_outlines(items: list[Any], geometry: Geometry, notes: list[str], path: Path) -> list[Outline]:
    """The outlines that enclose an area, in voxels; what does not is noted."""
    result: list[Outline] = []
    skipped: dict[str, int] = {}
    short = uneven = 0
    for item in items:
        kind = text_of(item, "ContourGeometricType").upper() or "no type"
        if kind not in _CLOSED:
            skipped[kind] = skipped.get(kind, 0) + 1
            continue
        ijk = geometry.world_to_voxel(_points(item, path) @ LPS_TO_RAS[:3, :3])
        if len(ijk) < 3:
            short += 1
        elif unevenness(ijk) > _FLAT_VOXELS:
            uneven += 1
        else:
            result.append(Outline(ijk, _CLOSED[kind]))
    for kind, count in skipped.items():
        notes.append(f"{plural(count, 'contour')} of the type {kind} left out: it encloses no area.")
    if short:
        notes.append(f"{plural(short, 'closed contour')} of fewer than three points left out.")
    if uneven:
        notes.append(f"{plural(uneven, 'closed contour')} left out that do not lie in one plane.")
    if not result and not items:
        notes.append("It has no contours.")
    return result


def _points(item: Any, path: Path) -> Points:
    """(N, 3) LPS mm."""
    try:
        values = np.array([float(v) for v in _several(value_of(item, "ContourData"))])
        if values.size % 3 or not np.isfinite(values).all():
            raise ValueError
    except (TypeError, ValueError):
        raise ReadError(
            f"A contour is a list of points of three numbers; one of {path.name} is not. Export it again."
        ) from None
    return values.reshape(-1, 3)


def _several(value: Any) -> Sequence[Any]:
    if value is None or value == "":
        return ()
    return value if hasattr(value, "__len__") and not isinstance(value, str) else (value,)


def _all_outside(path: Path, geometry: Geometry, ijk: Points) -> str:
    low, high = ijk.min(axis=0), ijk.max(axis=0)
    beyond = np.maximum(-0.5 - high, low - (np.array(geometry.shape) - 0.5)) * geometry.spacing
    if beyond.max() > 0:
        return (
            f"Outlines must lie in the image; all of {path.name} lie outside, the nearest"
            f" {beyond.max():.0f} mm away. Choose the structure set of this image."
        )
    return (
        f"Outlines must enclose voxels' centres; those of {path.name} are all smaller than a voxel of the"
        " image or lie between its slices. Choose the structure set of this image."
    )
