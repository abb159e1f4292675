"""NIfTI-1, NIfTI-2 and Analyze through nibabel."""

from __future__ import annotations

import gzip
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.errors import ReadError
from medsam.intensity import Window
from medsam.io.nifti_voxels import stored_voxels
from medsam.io.support import (
    Array,
    Watch,
    nan_note,
    plural,
    require_memory,
    require_orthogonal,
    sensible,
)
from medsam.volume import Volume

_SUFFIXES = (".nii", ".nii.gz", ".hdr", ".img", ".hdr.gz", ".img.gz")
_UNITS_TO_MM = {"meter": 1000.0, "micron": 0.001}


def read_nifti(path: Path, *, frame: int = 0, watch: Watch) -> Volume:
    """Read a .nii, .nii.gz or the header of a .hdr/.img pair.

    The affine is nibabel's choice: the sform if it has a code, else the
    qform, else spacing alone. Values have slope and intercept applied.

    Args:
        path: Of the image, or of the ``.hdr`` or ``.img`` of a pair.
        frame: Time point of a 4D image, from 0.
        watch: Told before the voxels are loaded and after.

    Raises:
        ReadError: If a part is missing, damaged or not an image.
    """
    import nibabel as nib

    if path.name.lower().endswith(_SUFFIXES):
        image: Any = nib.load(_header_of_pair(path))
    else:
        image = _load_misnamed(path)
    shape = tuple(int(n) for n in image.shape)
    if not shape or min(shape) < 1:
        raise ReadError(f"An image needs at least one voxel along every axis; {path.name} is {shape}.")
    itemsize = image.get_data_dtype().itemsize
    notes: list[str] = []
    index, place = _frame_index(shape, frame, path.name, notes)
    require_memory(_peak_bytes(shape, itemsize, image), path.name)
    watch.step(1, 10, f"Reading {path.name}")
    values = _load(image, index, frame, path.name, notes, watch.part(0.1, 0.9))
    watch.step(9, 10, f"Reading {path.name}")
    affine = _affine(image, path.name, notes)
    notes.extend(nan_note(values))
    return Volume(
        np.asfortranarray(values),
        affine,
        name=path.name,
        window=_window(image.header),
        notes=tuple(notes),
        metadata={"format": type(image).__name__.replace("Image", ""), **place},
    )


def _load_misnamed(path: Path) -> Any:
    """nibabel chooses the format by the name; a file with another name is given to it as bytes."""
    import nibabel as nib

    require_memory(path.stat().st_size * 2, path.name)
    content = path.read_bytes()
    if content.startswith(b"\x1f\x8b"):
        content = gzip.decompress(content)
    kind = nib.Nifti2Image if content[4:6] == b"n+" else nib.Nifti1Image
    return kind.from_bytes(content)


def _header_of_pair(path: Path) -> Path:
    """The file nibabel should open; both halves of a pair must be there."""
    suffix = path.suffix.lower()
    if suffix not in (".hdr", ".img"):
        return path
    other = path.with_suffix(".img" if suffix == ".hdr" else ".hdr")
    upper = path.with_suffix(other.suffix.upper())
    if not other.exists() and not upper.exists():
        raise ReadError(
            f"An Analyze or NIfTI pair is two files; {other.name} is missing beside {path.name}."
            " Put both into one folder."
        )
    return path


def _frame_index(
    shape: tuple[int, ...], frame: int, name: str, notes: list[str]
) -> tuple[tuple[Any, ...], dict[str, int]]:
    """Index of one 3D image of a longer one, and what to tell about it."""
    extra = shape[3:]
    count = int(np.prod(extra)) if extra else 1
    if not 0 <= frame < count:
        raise ReadError(f"{name} holds {plural(count, 'time point')}, counted from 0; {frame} was asked for.")
    if count > 1:
        which = "the first" if frame == 0 else f"number {frame + 1}"
        notes.append(f"4D with {count} time points; {which} is shown.")
    where = np.unravel_index(frame, extra) if extra else ()
    index = (Ellipsis, *(int(i) for i in where)) if extra else (Ellipsis,)
    return index, ({"frames": count, "frame": frame} if count > 1 else {})


def _peak_bytes(shape: tuple[int, ...], itemsize: int, image: Any) -> int:
    scaled = getattr(image.dataobj, "slope", 1.0) != 1.0 or getattr(image.dataobj, "inter", 0.0) != 0.0
    return int(np.prod(shape[:3], dtype=np.int64)) * (12 if scaled else itemsize + 4)


def _load(image: Any, index: tuple[Any, ...], frame: int, name: str, notes: list[str], watch: Watch) -> Array:
    """Values of one 3D image: (I, J, K) or (I, J, K, 3) uint8."""
    proxy = image.dataobj
    if proxy.dtype.names:
        return _colours(np.asarray(proxy[index] if len(index) > 1 else proxy), notes)
    if proxy.dtype.kind == "c":
        raise ReadError(
            f"An image holds real numbers; {name} holds complex ones. Save its magnitude or phase first."
        )
    slope, inter = float(proxy.slope), float(proxy.inter)
    is_scaled = (slope, inter) != (1.0, 0.0)
    may_scale = len(index) == 1 and proxy.dtype.kind in "iu"
    stored = None if is_scaled and not may_scale else stored_voxels(image, frame, watch)
    if stored is None and is_scaled and may_scale:
        stored = np.asarray(proxy.get_unscaled())
    if stored is None:
        values = np.asanyarray(proxy[index] if len(index) > 1 else proxy)
        if isinstance(values, np.memmap):
            # Others may change the file, or shorten it.
            values = np.array(values, order="K")
    else:
        values = _rescaled(stored, slope, inter) if is_scaled else stored
    while values.ndim < 3:
        values = values[..., None]
    return sensible(values, name)


def _rescaled(stored: Array, slope: float, inter: float) -> Array:
    """Stored integers to physical values, exact where slope and intercept are whole."""
    dtype: type = np.float32
    if slope.is_integer() and inter.is_integer() and stored.size:
        ends = [int(v) * int(slope) + int(inter) for v in (stored.min(), stored.max())]
        if max(abs(e) for e in ends) < 2**31:
            dtype = np.int16 if min(ends) >= -(2**15) and max(ends) < 2**15 else np.int32
    wide = np.float64 if dtype is np.float32 else np.int64
    values: Array = np.empty(stored.shape, dtype, order="F")
    # Slice by slice: wider numbers of a whole volume would be several times its size.
    for k in range(stored.shape[-1]):
        values[..., k] = stored[..., k].astype(wide) * wide(slope) + wide(inter)
    return values


def _colours(values: Array, notes: list[str]) -> Array:
    names = values.dtype.names or ()
    if len(names) > 3:
        notes.append("Transparency was dropped.")
    rgb = np.stack([values[n] for n in names[:3]], axis=-1)
    while rgb.ndim < 4:
        rgb = rgb[..., None, :]
    return rgb.astype(np.uint8, copy=False)


def _affine(image: Any, name: str, notes: list[str]) -> npt.NDArray[np.float64]:
    if image.affine is None:
        raise ReadError(f"{name} does not say where its voxels lie. Correct its header first.")
    affine = np.array(image.affine, dtype=np.float64)
    header = image.header
    if "qform_code" not in header:
        notes.append("Analyze files do not store left and right; nibabel's default is assumed.")
    elif int(header["qform_code"]) == 0 and int(header["sform_code"]) == 0:
        notes.append("The file has neither a qform nor an sform; its orientation is assumed.")
    unit = header.get_xyzt_units()[0] if hasattr(header, "get_xyzt_units") else "mm"
    if unit in _UNITS_TO_MM:
        affine[:3] *= _UNITS_TO_MM[unit]
        notes.append(f"Distances were turned from {unit}s to mm.")
    require_orthogonal(affine, name)
    return affine


def _window(header: Any) -> Window | None:
    if "cal_max" not in header:
        return None
    low, high = float(header["cal_min"]), float(header["cal_max"])
    return Window.from_bounds(low, high) if np.isfinite([low, high]).all() and high > low else None
