"""The one door for reading: any file, folder or list of files to a ``Volume``."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from medsam.errors import InputError, MedSAMError, ReadError
from medsam.io.dicom_headers import Header, read_header
from medsam.io.dicom_series import (
    Headers,
    SeriesInfo,
    SeveralSeries,
    dicomdir_files,
    group_files,
    read_headers,
)
from medsam.io.sniff import FORMATS, HEAD, Kind, kind_of, sniff, why_unknown
from medsam.io.support import IsCancelled, OnProgress, OnSlices, Watch, natural_key, some_names
from medsam.volume import Volume

FILE_FILTERS: str = ";;".join(
    (
        "Images (*.dcm *.ima DICOMDIR *.nii *.nii.gz *.hdr *.img *.nrrd *.nhdr *.mha *.mhd"
        " *.png *.jpg *.jpeg *.bmp *.tif *.tiff *.gif)",
        "DICOM (*.dcm *.ima DICOMDIR)",
        "NIfTI (*.nii *.nii.gz *.hdr *.img)",
        "NRRD and MetaImage (*.nrrd *.nhdr *.mha *.mhd)",
        "Pictures (*.png *.jpg *.jpeg *.bmp *.tif *.tiff *.gif)",
        "All files (*)",
    )
)
"""For a dialog that opens, as Qt takes them. DICOM files often have no extension, hence the last."""

_HEADERS_SHARE = 0.3

Source = str | os.PathLike[str] | list[Path] | list[str]


def read_volume(
    path: Source,
    *,
    series: str | None = None,
    frame: int = 0,
    on_progress: OnProgress | None = None,
    is_cancelled: IsCancelled | None = None,
    on_slices: OnSlices | None = None,
) -> Volume:
    """Read whatever is there.

    A file is recognised by its content. One slice of a DICOM series opens
    the series; a folder opens its only series, its pictures as a stack, or
    its only volume; a list opens exactly its files.

    Args:
        path: File, folder, DICOMDIR, or list of DICOM files or pictures.
        series: ``SeriesInfo.uid`` where there are several.
        frame: Time point of a 4D image, from 0.
        on_progress: Called with a fraction in [0, 1] and a short text.
        is_cancelled: Asked before every file.
        on_slices: Told while slices are read, where a format is read slice by
            slice: the array (I, J, K[, 3]) that is being filled, and how many of
            its first slices are final. Another array may take its place.

    Returns:
        The volume; ``notes`` tell what was assumed or left out.

    Raises:
        SeveralSeries: If a choice is needed; it carries ``series``.
        ReadError: If it cannot be read; the message says why.
        Cancelled: If the user asked to stop.
    """
    watch = Watch(on_progress, is_cancelled, on_slices=on_slices)
    if isinstance(path, list):
        paths = [Path(p) for p in path]
        name = paths[0].parent.name if len(paths) > 1 else "".join(p.name for p in paths)
    else:
        paths, name = [], Path(path).name or str(path)
    try:
        watch.check()
        if isinstance(path, list):
            return _read_list(paths, name, series, frame, watch)
        return _read_path(Path(path), series, frame, watch)
    except ReadError:
        raise
    except InputError as error:
        raise ReadError(f"{name} cannot be shown. {error}") from error
    except MedSAMError:
        raise
    except Exception as error:
        raise _as_read_error(name, error) from error


def find_series(
    path: Source,
    *,
    on_progress: OnProgress | None = None,
    is_cancelled: IsCancelled | None = None,
) -> list[SeriesInfo]:
    """The DICOM series in a folder, DICOMDIR or list of files, without their pixels.

    Empty where there is no DICOM file.

    Raises:
        ReadError: If there is no such path, or a DICOMDIR leads nowhere.
        Cancelled: If the user asked to stop.
    """
    watch = Watch(on_progress, is_cancelled)
    try:
        found, _damaged = group_files(_dicom_in(path, watch))
    except OSError as error:
        raise _as_read_error("The folder", error) from error
    return [s.info() for s in found]


def describe(path: Source, *, series: str | None = None, frame: int = 0) -> dict[str, Any]:
    """Plain facts for ``info``: JSON-ready, and without a patient's name.

    A folder with several series is described by the list of them.

    Raises:
        ReadError: As ``read_volume``.
    """
    try:
        volume = read_volume(path, series=series, frame=frame)
    except SeveralSeries as several:
        return {
            "series": [
                {
                    "uid": s.uid,
                    "description": s.description,
                    "modality": s.modality,
                    "count": s.count,
                    "problems": list(s.problems),
                }
                for s in several.series
            ]
        }
    return volume_facts(volume)


def volume_facts(volume: Volume) -> dict[str, Any]:
    """Plain, JSON-ready facts of a volume."""
    geometry, array = volume.geometry, volume.array
    window = volume.window
    return {
        "name": volume.name,
        "shape": list(volume.shape),
        "spacing_mm": [round(v, 6) for v in geometry.spacing],
        "orientation": "" if volume.is_picture else geometry.orientation,
        "affine": [[round(float(v), 6) for v in row] for row in volume.affine],
        "dtype": str(array.dtype),
        "colour": volume.is_rgb,
        "minimum": _finite(array, "min"),
        "maximum": _finite(array, "max"),
        "modality": volume.modality,
        "unit": volume.unit,
        "window": {"level": window.level, "width": window.width} if window else None,
        "is_picture": volume.is_picture,
        "planes": [p.value for p in volume.planes],
        "notes": list(volume.notes),
        "metadata": dict(volume.metadata),
    }


def _finite(array: Any, which: str) -> float | int | None:
    import numpy as np

    values = array[np.isfinite(array)] if array.dtype.kind == "f" else array
    if values.size == 0:
        return None
    value = getattr(values, which)()
    return float(value) if array.dtype.kind == "f" else int(value)


def _read_path(path: Path, series: str | None, frame: int, watch: Watch) -> Volume:
    if not os.path.exists(path):  # Path.exists raises on a name the disk cannot hold.
        raise ReadError(f"There is no file or folder named {path.name}. Check the name and where it lies.")
    if path.is_dir():
        return _read_folder(path, series, frame, watch)
    if not path.is_file():
        raise ReadError(f"An image is a file or a folder; {path.name} is neither. Copy it to a disk first.")
    kind = sniff(path)
    if kind is Kind.DICOMDIR:
        return _read_dicomdir(path, series, frame, watch)
    if kind is Kind.DICOM:
        return _read_dicom(path, series, frame, watch)
    return _read_single(path, kind, frame, watch)


def _read_single(path: Path, kind: Kind, frame: int, watch: Watch) -> Volume:
    """A file that is complete in itself."""
    if kind is Kind.NIFTI:
        from medsam.io.nifti import read_nifti

        return read_nifti(path, frame=frame, watch=watch)
    if kind is Kind.ITK:
        from medsam.io.itk import read_itk

        return read_itk(path, frame=frame, watch=watch)
    if kind is Kind.PICTURE:
        from medsam.io.raster import read_picture

        return read_picture(path, watch=watch)
    raise ReadError(why_unknown(path))


def _read_dicom(path: Path, series: str | None, frame: int, watch: Watch) -> Volume:
    from medsam.io.dicom import read_dicom_file, read_dicom_files

    def siblings() -> Headers:
        files = _files_of(path.parent)
        return _dicom_among(files, watch.part(0, _HEADERS_SHARE), path.parent.name)

    rest = watch.part(_HEADERS_SHARE, 1)
    if series is not None:
        return read_dicom_files(siblings(), path.parent.name, series=series, frame=frame, watch=rest)
    return read_dicom_file(path, siblings, frame=frame, watch=rest)


def _read_dicomdir(path: Path, series: str | None, frame: int, watch: Watch) -> Volume:
    from dataclasses import replace

    from medsam.io.dicom import read_dicom_files

    paths, note = dicomdir_files(path)
    files, rest = read_headers(paths, watch.part(0, _HEADERS_SHARE)), watch.part(_HEADERS_SHARE, 1)
    volume = read_dicom_files(files, path.parent.name or path.name, series=series, frame=frame, watch=rest)
    return replace(volume, notes=(*volume.notes, note)) if note else volume


def _read_folder(folder: Path, series: str | None, frame: int, watch: Watch) -> Volume:
    from medsam.io.dicom import read_dicom_files

    dicom = _dicom_below(folder, watch.part(0, _HEADERS_SHARE))
    if dicom:
        rest = watch.part(_HEADERS_SHARE, 1)
        return read_dicom_files(dicom, folder.name, series=series, frame=frame, watch=rest)
    kinds = {p: sniff(p) for p in _files_of(folder)}
    pictures = [p for p, k in kinds.items() if k is Kind.PICTURE]
    volumes = [p for p, k in kinds.items() if k in (Kind.NIFTI, Kind.ITK) and not _is_half(p)]
    if len(volumes) == 1 and not pictures:
        return _read_single(volumes[0], kinds[volumes[0]], frame, watch)
    if volumes:
        raise ReadError(
            "A folder can be opened if it holds DICOM, one volume, or pictures only;"
            f" {folder.name} holds {some_names(sorted(p.name for p in volumes))}. Open one file of it."
        )
    if pictures:
        from medsam.io.raster import read_picture_stack

        return read_picture_stack(pictures, folder.name, watch=watch)
    if not kinds:
        holds = "holds only folders. Open one of them" if any(folder.iterdir()) else "is empty"
        raise ReadError(f"A folder must hold an image to be opened; {folder.name} {holds}.")
    raise ReadError(
        f"A folder must hold {FORMATS} files to be opened; {folder.name} holds none,"
        f" only {some_names(sorted(p.name for p in kinds))}."
    )


def _read_list(paths: list[Path], name: str, series: str | None, frame: int, watch: Watch) -> Volume:
    if not paths:
        raise ReadError("At least one file is needed; an empty list came.")
    missing = [p.name for p in paths if not p.is_file()]
    if missing:
        raise ReadError(f"Every file of a list must be there; {some_names(missing)} is missing.")
    kinds = {sniff(p) for p in paths}
    if len(kinds) > 1:
        raise ReadError(
            "Files opened together must be of one kind, slices of a series or pictures of a stack;"
            f" {some_names([p.name for p in paths])} are of several. Open one of them."
        )
    kind = kinds.pop()
    if kind is Kind.DICOM:
        from medsam.io.dicom import read_dicom_files

        shown = name if len(paths) > 1 else paths[0].name
        files, rest = read_headers(paths, watch.part(0, _HEADERS_SHARE)), watch.part(_HEADERS_SHARE, 1)
        return read_dicom_files(files, shown, series=series, frame=frame, watch=rest)
    if len(paths) == 1:
        return _read_path(paths[0], series, frame, watch)
    if kind is Kind.PICTURE:
        from medsam.io.raster import read_picture_stack

        return read_picture_stack(paths, name, watch=watch)
    raise ReadError(
        "Only DICOM slices and pictures can be opened together;"
        f" {some_names([p.name for p in paths])} are whole images. Open one of them."
    )


def _dicom_in(path: Source, watch: Watch) -> Headers:
    if isinstance(path, list):
        return read_headers([Path(p) for p in path], watch)
    path = Path(path)
    if not path.exists():
        raise ReadError(f"There is no file or folder named {path.name}. Check the name and where it lies.")
    if path.is_dir():
        return _dicom_below(path, watch)
    if sniff(path) is Kind.DICOMDIR:
        return read_headers(dicomdir_files(path)[0], watch)
    return _dicom_among(_files_of(path.parent), watch, path.parent.name)


def _dicom_below(folder: Path, watch: Watch) -> Headers:
    """DICOM files in a folder and its subfolders, with their headers."""
    return _dicom_among(_walk(folder), watch, folder.name)


def _dicom_among(paths: Iterable[Path], watch: Watch, folder: str) -> Headers:
    """Those that are DICOM, with their headers: each is opened once. ``folder`` is what is told of."""
    found: dict[Path, Header | None] = {}
    for n, path in enumerate(paths):
        watch.step(n, n + 1000, f"Looking through {folder}: {n + 1} files")
        with contextlib.suppress(OSError, ReadError), path.open("rb") as file:
            if kind_of(path, file.read(HEAD)) is not Kind.DICOM:
                continue
            found[path] = None  # DICOM, and damaged unless what follows succeeds
            file.seek(0)
            found[path] = read_header(path, file)
    return found


def _walk(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        found = (Path(root) / n for n in names if not n.startswith("."))
        # Only files: opening a named pipe would wait for a writer for ever.
        yield from sorted((p for p in found if p.is_file()), key=natural_key)


def _files_of(folder: Path) -> list[Path]:
    return sorted(
        (p for p in folder.iterdir() if p.is_file() and not p.name.startswith(".")), key=natural_key
    )


def _is_half(path: Path) -> bool:
    """Whether a file is the voxel half of a pair whose header is listed too."""
    suffix = path.suffix.lower()
    return suffix == ".img" and path.with_suffix(".hdr").exists()


def _as_read_error(name: str, error: Exception) -> ReadError:
    """One sentence for whatever a library threw."""
    if isinstance(error, MemoryError):
        return ReadError(
            f"{name} does not fit into the free memory. Close other programs, or open a smaller copy."
        )
    if isinstance(error, PermissionError):
        return ReadError(f"{name} may not be read by this user. Ask for the right to read it.")
    if isinstance(error, FileNotFoundError):
        return ReadError(f"A part of {name} is missing. Copy all of its files into one folder.")
    return ReadError(f"{name} is damaged or incomplete and cannot be read. Copy or export it again.")
