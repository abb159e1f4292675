"""DICOM images: files, series, folders and DICOMDIRs to a ``Volume``.

Geometry and order come from the patient's coordinates alone, never from file
names or instance numbers. What cannot be laid out on a straight, even grid is
refused with the reason, so that nothing is shown stretched.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from medsam.errors import ReadError
from medsam.intensity import Window
from medsam.io.dicom_elements import pydicom_module
from medsam.io.dicom_fill import Target, fill
from medsam.io.dicom_headers import Frame, read_header
from medsam.io.dicom_pixels import ValueStack, stored_sum
from medsam.io.dicom_series import Headers, Series, choose, group_files, group_headers, series_of
from medsam.io.support import Array, Watch, plural, require_memory
from medsam.volume import Volume, picture_affine


def read_dicom_file(path: Path, siblings: Callable[[], Headers], *, frame: int = 0, watch: Watch) -> Volume:
    """Read the series one file belongs to, or the file alone if it is complete in itself.

    Args:
        path: The file.
        siblings: Reads the headers of the DICOM files of its folder; asked
            only if the file is one slice in space.
        frame: Time point where a series has several; for 0, the file's own.
        watch: Told at every slice.
    """
    header = read_header(path)
    if header.blocker:
        raise ReadError(header.blocker)
    has_others = header.frames[0].has_geometry
    series = series_of(header, siblings()) if has_others else group_headers([header])[0]
    name = path.name if len(series.files) == 1 else path.parent.name
    return read_series(series, name, frame=frame or _time_point_of(series, path), watch=watch)


def _time_point_of(series: Series, path: Path) -> int:
    """The first time point that a file holds, so that opening it shows it."""
    if series.placement is None:
        return 0
    points = [t for column in series.placement.columns for t, f in enumerate(column) if f.path == path]
    return min(points, default=0)


def read_dicom_files(
    files: Headers, name: str, *, series: str | None = None, frame: int = 0, watch: Watch
) -> Volume:
    """Read the one series that these files make up, or the one asked for.

    Raises:
        SeveralSeries: If they make up more than one and none was asked for.
        ReadError: If none can be opened.
    """
    found, damaged = group_files(files)
    return read_series(choose(found, series, name, damaged), name, frame=frame, watch=watch)


def read_series(series: Series, name: str, *, frame: int = 0, watch: Watch) -> Volume:
    """Decode one series.

    Args:
        series: From ``group_files``.
        name: For the window.
        frame: Time point where there are several at each position.
        watch: Told at every file.

    Raises:
        ReadError: With the series' blocker, or if pixels cannot be decoded.
    """
    if series.blocker:
        raise ReadError(series.blocker)
    notes = list(series.notes)
    frames, extra = _frames_to_show(series, frame, name, notes)
    array = _load(series, frames, name, notes, watch)
    header = series.header
    if series.placement is not None:
        affine = series.placement.affine
    else:
        affine = _picture_affine(frames[0])
        if len(frames) > 1:
            notes.append("The pictures hold no position in the patient; they are stacked as they come.")
    return Volume(
        array,
        affine,
        modality=header.modality or None,
        unit="" if array.ndim == 4 else header.unit,
        name=name,
        is_picture=series.placement is None,
        window=_window(series, frames) if array.ndim == 3 else None,
        notes=tuple(notes),
        metadata=_metadata(series, extra),
    )


def _frames_to_show(
    series: Series, frame: int, name: str, notes: list[str]
) -> tuple[list[Frame], dict[str, int]]:
    """One frame a slice, for the time point asked for."""
    if series.placement is None:
        if frame != 0:
            raise ReadError(f"{name} has no time points to choose from; frame {frame} was asked for.")
        return series.frames, {}
    count = len(series.placement.columns[0])
    if not 0 <= frame < count:
        raise ReadError(f"{name} holds {plural(count, 'time point')}, counted from 0; {frame} was asked for.")
    if count > 1:
        which = "the first" if frame == 0 else f"number {frame + 1}"
        notes.append(f"4D with {count} images at every position; {which} is shown.")
    extra = {"frames": count, "frame": frame} if count > 1 else {}
    return [column[frame] for column in series.placement.columns], extra


def _load(series: Series, frames: list[Frame], name: str, notes: list[str], watch: Watch) -> Array:
    """Decode file by file into (I, J, K) or (I, J, K, 3)."""
    header = series.header
    shape = (len(frames), header.rows, header.columns)
    colour = np.zeros(0)
    values: ValueStack | None = None
    if header.is_colour:
        require_memory(3 * int(np.prod(shape, dtype=np.int64)), name)
        colour = np.zeros((*shape, 3), np.uint8)
    else:
        start = _start_dtype(series, frames)
        require_memory(int(np.prod(shape, dtype=np.int64)) * max(2, np.dtype(start).itemsize), name)
        values = ValueStack(shape, start)
    files = [(series.headers[path], wanted) for path, wanted in _by_file(frames).items()]
    target = Target(None if values else colour, values, frames)
    fill(files, target, len(frames), notes, watch)
    watch.step(1, 1, "Slices read")
    return target.array()


def _by_file(frames: list[Frame]) -> dict[Path, dict[int, int]]:
    """For every file, frame index to slice index."""
    result: dict[Path, dict[int, int]] = {}
    for k, frame in enumerate(frames):
        result.setdefault(frame.path, {})[frame.index] = k
    return result


def _start_dtype(series: Series, frames: list[Frame]) -> type:
    header = series.header
    if any(f.slope != 1.0 or not float(f.intercept).is_integer() for f in frames):
        return np.float32
    if header.bits_allocated > 32:
        return np.float32
    is_byte = header.bits_allocated <= 8 and not header.is_signed and all(f.intercept == 0 for f in frames)
    return np.uint8 if is_byte else np.int16


def _picture_affine(frame: Frame) -> Any:
    if frame.spacing is None:
        return picture_affine()
    return picture_affine((frame.spacing[1], frame.spacing[0]), frame.depth or 1.0)


def _window(series: Series, frames: list[Frame]) -> Window | None:
    """The first window of the middle slice; turned where the pixels were inverted."""
    frame = frames[len(frames) // 2]
    if frame.window is None:
        return None
    if series.header.photometric != "MONOCHROME1":
        return frame.window
    top = stored_sum(series.header) * frame.slope + 2 * frame.intercept
    return Window(top - frame.window.level, frame.window.width)


def _metadata(series: Series, extra: dict[str, int]) -> dict[str, Any]:
    header = series.header
    syntax = pydicom_module().uid.UID(header.syntax).name
    return {
        "format": "DICOM",
        "files": len(series.files),
        "series": header.description,
        "series_uid": header.uid,
        "frame_of_reference": header.frame_of_reference,
        "transfer_syntax": syntax,
        **extra,
    }
