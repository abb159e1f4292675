"""NRRD, MetaImage (.mha, .mhd) and whatever else SimpleITK reads as one file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.errors import ReadError
from medsam.io.support import (
    LPS_TO_RAS,
    Array,
    Watch,
    nan_note,
    plural,
    require_memory,
    require_orthogonal,
    sensible,
    utf8_name,
)
from medsam.volume import Volume


def read_itk(path: Path, *, frame: int = 0, watch: Watch) -> Volume:
    """Read one file through SimpleITK, turning LPS into RAS.

    Args:
        path: A .nrrd, .nhdr, .mha or .mhd file.
        frame: Of a 4D image or of a list of components, from 0.
        watch: Told before the voxels are loaded and after.

    Raises:
        ReadError: If a part is missing or damaged.
    """
    sitk = simpleitk()
    reader = sitk.ImageFileReader()
    reader.SetFileName(utf8_name(path))
    is_nrrd = _is_nrrd(path)
    reader.SetImageIO("NrrdImageIO" if is_nrrd else "MetaImageIO")
    try:
        reader.ReadImageInformation()
        size, components = reader.GetSize(), reader.GetNumberOfComponents()
        require_memory(2 * int(np.prod(size, dtype=np.int64)) * components * _itemsize(reader), path.name)
        watch.step(1, 10, f"Reading {path.name}")
        image = reader.Execute()
    except RuntimeError as error:
        raise ReadError(_sitk_reason(path, error)) from error
    watch.step(9, 10, f"Reading {path.name}")
    notes: list[str] = []
    values, place = _values(image, frame, path.name, notes)
    affine = affine_of(image)
    require_orthogonal(affine, path.name)
    notes.extend(nan_note(values))
    keys = image.GetMetaDataKeys()
    modality = image.GetMetaData("Modality") if "Modality" in keys else ""
    return Volume(
        values,
        affine,
        modality={"MET_MOD_CT": "CT", "MET_MOD_MR": "MR"}.get(modality),
        name=path.name,
        is_picture=len(size) == 2,
        notes=tuple(notes),
        metadata={"format": "NRRD" if is_nrrd else "MetaImage", **place},
    )


def _is_nrrd(path: Path) -> bool:
    with path.open("rb") as file:
        return file.read(4) == b"NRRD"


def simpleitk() -> Any:
    """SimpleITK, told to raise and not to print."""
    import SimpleITK

    SimpleITK.ProcessObject.SetGlobalWarningDisplay(False)
    return SimpleITK


class _Held:
    """Voxels of a SimpleITK image for numpy, which keeps this, and so the image, as long as it uses them."""

    def __init__(self, image: Any) -> None:
        self._image = image
        self.__array_interface__ = simpleitk().GetArrayViewFromImage(image).__array_interface__


def array_of(image: Any) -> Array:
    """Voxels of a SimpleITK image, ([T,] K, J, I[, components]), read-only and not copied.

    A view that SimpleITK gives itself does not keep its image alive.
    """
    return np.asarray(_Held(image))


def affine_of(image: Any) -> npt.NDArray[np.float64]:
    """Voxel index to RAS+ mm of a 2D, 3D or 4D SimpleITK image; axes past the third are ignored."""
    n = image.GetDimension()
    direction = np.eye(3)
    spacing, origin = np.ones(3), np.zeros(3)
    m = min(n, 3)
    direction[:m, :m] = np.array(image.GetDirection()).reshape(n, n)[:m, :m]
    spacing[:m], origin[:m] = image.GetSpacing()[:m], image.GetOrigin()[:m]
    affine = np.eye(4)
    affine[:3, :3] = direction * spacing
    affine[:3, 3] = origin
    return LPS_TO_RAS @ affine


def segment_names(path: Path) -> dict[int, str]:
    """Label values and names that a NRRD stores the way 3D Slicer does."""
    sitk = simpleitk()
    reader = sitk.ImageFileReader()
    reader.SetFileName(utf8_name(path))
    reader.ReadImageInformation()
    names = {}
    for key in reader.GetMetaDataKeys():
        match = re.fullmatch(r"Segment(\d+)_Name", key)
        if match is None:
            continue
        value_key = f"Segment{match.group(1)}_LabelValue"
        if value_key in reader.GetMetaDataKeys():
            names[int(reader.GetMetaData(value_key))] = reader.GetMetaData(key)
    return names


def _itemsize(reader: Any) -> int:
    """Bytes of one component; SimpleITK tells the type only by an id."""
    sitk = simpleitk()
    name = sitk.GetPixelIDValueAsString(reader.GetPixelIDValue())
    bits = re.search(r"(\d+)-bit", name)
    return int(bits.group(1)) // 8 if bits else 4


def _values(image: Any, frame: int, name: str, notes: list[str]) -> tuple[Array, dict[str, int]]:
    """(I, J, K) or (I, J, K, 3) uint8, and the frame told of if there are several."""
    dimension, components = image.GetDimension(), image.GetNumberOfComponentsPerPixel()
    array = array_of(image)
    place: dict[str, int] = {}
    if dimension == 4:
        _require_frame(frame, array.shape[0], "time point", name)
        place = {"frames": array.shape[0], "frame": frame}
        if array.shape[0] > 1:
            notes.append(_frame_note(f"4D with {array.shape[0]} time points", frame))
        array = array[frame]
    elif dimension not in (2, 3):
        raise ReadError(f"An image has two to four axes; {name} has {dimension}.")
    if dimension == 2:
        array = array[None]
    if components == 1:
        return sensible(array.transpose(2, 1, 0), name), place
    if components in (3, 4) and array.dtype == np.uint8:
        if components == 4:
            notes.append("Transparency was dropped.")
        return np.ascontiguousarray(array[..., :3]).transpose(2, 1, 0, 3), place
    _require_frame(frame, components, "value", name)
    notes.append(_frame_note(f"{components} values a voxel", frame))
    one = np.ascontiguousarray(array[..., frame])
    return sensible(one.transpose(2, 1, 0), name), {"frames": components, "frame": frame}


def _require_frame(frame: int, count: int, noun: str, name: str) -> None:
    if not 0 <= frame < count:
        raise ReadError(f"{name} holds {plural(count, noun)}, counted from 0; {frame} was asked for.")


def _frame_note(what: str, frame: int) -> str:
    return f"{what}; {'the first' if frame == 0 else f'number {frame + 1}'} is shown."


def _sitk_reason(path: Path, error: RuntimeError) -> str:
    """One sentence instead of ITK's page: the last line without class names and paths."""
    if path.suffix.lower() in (".mhd", ".nhdr") and _data_file_missing(path):
        return (
            f"A detached header needs its data file; the one that {path.name} names is not beside it."
            " Put both into one folder."
        )
    text = str(error).strip().splitlines()[-1] if str(error).strip() else ""
    text = re.sub(r"^.*?(Error|ITK ERROR):?\s*", "", text)
    text = re.sub(r"\S*[/\\]\S*", path.name, re.sub(r"\w+\(0x[0-9a-f]+\):\s*", "", text)).strip(" .:")
    detail = f" ({text})" if text else ""
    return f"{path.name} is damaged or incomplete and cannot be read{detail}. Copy or export it again."


def _data_file_missing(path: Path) -> bool:
    header = path.read_bytes()[:65536].decode("latin-1")
    match = re.search(r"(?im)^\s*(?:ElementDataFile\s*=|data ?file\s*:)\s*(.+?)\s*$", header)
    if match is None or match.group(1) in ("LOCAL", "LIST"):
        return False
    return not (path.parent / match.group(1)).exists()
