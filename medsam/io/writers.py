"""Writing label maps and images, each verified by reading it back."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.errors import GeometryError, InputError, WriteError
from medsam.io.atomic import write_atomically, write_folder_atomically
from medsam.io.label_maps import NIFTI_COMMENT, PNG_KEY, read_label_map
from medsam.io.registry import read_volume
from medsam.io.support import LPS_TO_RAS, utf8_name
from medsam.volume import Geometry, Volume

Array = npt.NDArray[Any]

VOLUME_SUFFIXES = (".nii.gz", ".nii", ".nrrd", ".mha")
PICTURE_SUFFIXES = (".png", ".tif", ".tiff")
_TOLERANCE_MM = 1e-3


def write_label_map(
    path: str | Path,
    label_map: Array,
    geometry: Geometry,
    *,
    is_picture: bool = False,
    names: Mapping[int, str] | None = None,
) -> Path:
    """Write label ids in the exact grid of an image, and prove it.

    The format follows the extension: .nii, .nii.gz, .nrrd and .mha keep the
    geometry; .png and .tif hold ids as grey values (a .png one slice only).
    A name without extension writes a folder of PNG files, one a slice. The
    dtype is uint8 up to id 255, else uint16.

    Args:
        path: Target; replaced only once the new file is verified.
        label_map: (I, J, K) whole numbers, 0 to 65535; 0 = background.
        geometry: Of the image.
        is_picture: Whether the image is a picture without a place in space.
        names: Stored in NIfTI (a comment extension), NRRD (3D Slicer's
            segment keys) and PNG (a text chunk).

    Returns:
        The path.

    Raises:
        WriteError: If it cannot be written, or reads back differently.
        GeometryError: If the label map is not of the geometry's shape.
    """
    path = Path(path)
    values = _smallest(label_map, geometry)
    suffix = _suffix(path, (*VOLUME_SUFFIXES, *PICTURE_SUFFIXES), folders=True)
    keeps_place = suffix in VOLUME_SUFFIXES
    expected = geometry if keeps_place or not is_picture else None

    def verify(temporary: Path) -> None:
        try:
            back, found = read_label_map(temporary)
        except InputError as error:
            raise WriteError(f"{path.name} could not be read back after writing: {error}") from error
        _require_same(path.name, back, values, found if keeps_place else None, expected)

    if not suffix:
        return write_folder_atomically(path, lambda t: _write_slices(t, values, names), verify)
    write: Callable[[Path], None]
    if suffix in PICTURE_SUFFIXES:
        _require_one_slice(
            path,
            suffix,
            values,
            "Choose .nii.gz or .nrrd, or a name without extension for a folder of PNG files.",
        )
        write = lambda t: _write_pictures(t, suffix, values, names)  # noqa: E731
    else:
        write = lambda t: _write_grid(t, suffix, values, geometry.affine, names)  # noqa: E731
    return write_atomically(path, suffix, write, verify)


def write_volume(path: str | Path, volume: Volume) -> Path:
    """Write an image as .nii, .nii.gz, .nrrd or .mha, or as .png or .tif without its place.

    PNG holds one slice of 8- or 16-bit grey or 8-bit colour; TIFF several
    pages of any dtype. Raw values are written; no window is applied.

    Raises:
        WriteError: If the format cannot hold the values exactly, it cannot
            be written, or reads back differently.
    """
    path = Path(path)
    suffix = _suffix(path, (*VOLUME_SUFFIXES, *PICTURE_SUFFIXES), folders=False)
    values = volume.array
    keeps_place = suffix in VOLUME_SUFFIXES
    if suffix in PICTURE_SUFFIXES:
        values = _picture_values(path, suffix, values)

    def verify(temporary: Path) -> None:
        try:
            back = read_volume(temporary)
        except InputError as error:
            raise WriteError(f"{path.name} could not be read back after writing: {error}") from error
        _require_same(path.name, back.array, values, back.geometry if keeps_place else None, volume.geometry)

    if keeps_place:
        return write_atomically(
            path, suffix, lambda t: _write_grid(t, suffix, values, volume.affine, None), verify
        )
    return write_atomically(path, suffix, lambda t: _write_pictures(t, suffix, values, None), verify)


def _suffix(path: Path, known: tuple[str, ...], *, folders: bool) -> str:
    """The known extension in small letters; empty for a folder.

    Raises:
        WriteError: If the extension is none of the known ones.
    """
    name = path.name.lower()
    for suffix in known:
        if name.endswith(suffix) and len(name) > len(suffix):
            return suffix
    if folders and not path.suffix and not name.startswith("."):
        return ""
    what = f"ends in {path.suffix}" if path.suffix else "has no extension"
    raise WriteError(
        f"The format follows the extension, {', '.join(known)}; {path.name} {what}. Choose one of these."
    )


def _smallest(label_map: Array, geometry: Geometry) -> Array:
    """uint8 or uint16, F-order, after checking shape and range."""
    if label_map.dtype.kind not in "iub" or label_map.ndim != 3:
        raise WriteError(
            f"A label map is three axes of whole numbers; {label_map.ndim} of {label_map.dtype} came."
        )
    if label_map.shape != geometry.shape:
        raise GeometryError(
            f"A label map must have the size of its image, {geometry.shape}; {label_map.shape} came."
        )
    low, high = int(label_map.min()), int(label_map.max())
    if low < 0 or high > 65535:
        raise WriteError(f"Label ids are 0 to 65535; {low} to {high} came. Renumber the labels.")
    return np.asfortranarray(label_map.astype(np.uint8 if high < 256 else np.uint16))


def _require_one_slice(path: Path, suffix: str, values: Array, remedy: str) -> None:
    if suffix == ".png" and values.shape[2] > 1:
        raise WriteError(f"A PNG holds one slice; {path.name} would need {values.shape[2]}. {remedy}")


def _picture_values(path: Path, suffix: str, values: Array) -> Array:
    """Values that PNG or TIFF stores exactly, or a refusal."""
    _require_one_slice(path, suffix, values, "Choose .nii.gz or .nrrd, or .tif for a file of several pages.")
    if suffix != ".png" or values.dtype in (np.uint8, np.uint16):
        return values
    if values.dtype.kind in "iu" and values.size and values.min() >= 0 and values.max() <= 65535:
        return values.astype(np.uint16)
    raise WriteError(
        f"A PNG holds 8- or 16-bit values from 0; {path.name} would hold {values.dtype} from"
        f" {values.min():g} to {values.max():g}. Choose .tif, .nii.gz or .nrrd, which keep them exactly."
    )


def _write_grid(
    path: Path, suffix: str, values: Array, affine: npt.NDArray[np.float64], names: Mapping[int, str] | None
) -> None:
    if suffix in (".nii", ".nii.gz"):
        _write_nifti(path, values, affine, names)
    else:
        _write_itk(path, suffix, values, affine, names)


def _write_nifti(
    path: Path, values: Array, affine: npt.NDArray[np.float64], names: Mapping[int, str] | None
) -> None:
    import nibabel as nib

    if values.ndim == 4:
        values = np.ascontiguousarray(values).view([("R", "u1"), ("G", "u1"), ("B", "u1")])[..., 0]
    image: Any = nib.Nifti1Image(values, affine)
    image.set_sform(affine, code=1)
    image.set_qform(affine, code=1)
    image.header.set_xyzt_units("mm")
    if names:
        text = json.dumps({"labels": {str(k): v for k, v in names.items()}}, ensure_ascii=False)
        image.header.extensions.append(nib.nifti1.Nifti1Extension(NIFTI_COMMENT, text.encode("utf-8")))
    nib.save(image, path)


def _write_itk(
    path: Path, suffix: str, values: Array, affine: npt.NDArray[np.float64], names: Mapping[int, str] | None
) -> None:
    from medsam.io.itk import simpleitk

    sitk = simpleitk()
    try:
        target = utf8_name(path)
    except InputError as error:
        raise WriteError(str(error)) from None
    ordered = values.transpose(2, 1, 0, 3) if values.ndim == 4 else values.transpose(2, 1, 0)
    image = sitk.GetImageFromArray(np.ascontiguousarray(ordered), isVector=values.ndim == 4)
    lps = LPS_TO_RAS @ affine
    spacing = np.linalg.norm(lps[:3, :3], axis=0)
    image.SetSpacing([float(v) for v in spacing])
    image.SetOrigin([float(v) for v in lps[:3, 3]])
    image.SetDirection([float(v) for v in (lps[:3, :3] / spacing).ravel()])
    if names and suffix == ".nrrd":
        for n, (value, name) in enumerate(names.items()):
            image.SetMetaData(f"Segment{n}_ID", f"Segment_{value}")
            image.SetMetaData(f"Segment{n}_Name", name)
            image.SetMetaData(f"Segment{n}_LabelValue", str(value))
    sitk.WriteImage(image, target, useCompression=True)


def _write_pictures(path: Path, suffix: str, values: Array, names: Mapping[int, str] | None) -> None:
    if suffix == ".png":
        _write_png(path, values[:, :, 0].swapaxes(0, 1), names)
        return
    import tifffile

    pages = np.ascontiguousarray(np.moveaxis(values, 2, 0).swapaxes(1, 2))
    kind = "rgb" if values.ndim == 4 else "minisblack"
    tifffile.imwrite(path, pages, photometric=kind, compression="zlib", metadata=None)


def _write_slices(folder: Path, values: Array, names: Mapping[int, str] | None) -> None:
    digits = max(3, len(str(values.shape[2])))
    for k in range(values.shape[2]):
        _write_png(folder / f"slice_{k + 1:0{digits}}.png", values[:, :, k].T, names)


def _write_png(path: Path, picture: Array, names: Mapping[int, str] | None) -> None:
    """(H, W) uint8 or uint16, or (H, W, 3) uint8."""
    from PIL import Image
    from PIL.PngImagePlugin import PngInfo

    info = PngInfo()
    if names:
        info.add_itxt(PNG_KEY, json.dumps({str(k): v for k, v in names.items()}, ensure_ascii=False))
    Image.fromarray(np.ascontiguousarray(picture)).save(path, format="PNG", pnginfo=info)


def _require_same(
    name: str, back: Array, values: Array, found: Geometry | None, expected: Geometry | None
) -> None:
    """Refuse a file that read back with other values or in another place."""
    if back.shape != values.shape:
        raise WriteError(
            f"{name} read back with the size {back.shape} instead of {values.shape}. Save it again."
        )
    if not np.array_equal(back, values, equal_nan=values.dtype.kind == "f"):
        raise WriteError(f"{name} read back with other values than were written. Save it again, elsewhere.")
    if found is not None and expected is not None and not found.is_close(expected, _TOLERANCE_MM):
        raise WriteError(
            f"{name} read back in another place than its image: this format cannot hold its geometry."
            " Choose another format."
        )
