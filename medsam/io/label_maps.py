"""Reading label maps: whole numbers in the grid of an image, 0 = background."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.errors import GeometryError, ReadError
from medsam.io.registry import read_volume
from medsam.io.sniff import Kind, sniff
from medsam.io.support import natural_key
from medsam.volume import Geometry, picture_affine

LabelMap = npt.NDArray[np.uint16]

NIFTI_COMMENT = "comment"
"""The kind of NIfTI header extension (code 6) that holds ``{"labels": {"1": "liver"}}``."""
PNG_KEY = "labels"
"""The PNG text chunk that holds ``{"1": "liver"}``."""

_TOLERANCE = 0.05
_MAX_ID = 65535


def read_label_map(path: str | Path, reference: Geometry | None = None) -> tuple[LabelMap, Geometry]:
    """Read label ids from NIfTI, NRRD, MetaImage, a picture, or a folder of pictures.

    A map that covers the reference's voxels in another axis order (saved by
    another program as RAS, say) is turned into the reference's, exactly.
    Pictures have no place of their own and take the reference's.

    Args:
        path: File, or folder of single-slice pictures in natural order.
        reference: Grid the map must fit; None takes it as it is.

    Returns:
        (I, J, K) uint16 in F-order, and its geometry: the reference's, if given.

    Raises:
        ReadError: If it cannot be read or does not hold label ids.
        GeometryError: If it does not fit; the message says by how much.
    """
    path = Path(path)
    if not path.exists():
        raise ReadError(f"There is no file or folder named {path.name}. Check the name and where it lies.")
    pictures = _pictures(path)
    if pictures is not None:
        array = _label_ids(_stack(pictures), path.name)
        if reference is None:
            return array, Geometry(array.shape[:3], picture_affine())
        _require_shape(array.shape, reference, path.name)
        return array, reference
    if path.is_file() and sniff(path) in (Kind.DICOM, Kind.DICOMDIR):
        raise ReadError(
            f"A label map is a NIfTI, NRRD, MetaImage or PNG file; {path.name} is DICOM."
            " Convert it to NIfTI first."
        )
    volume = read_volume(path)
    if volume.is_rgb or volume.metadata.get("frames", 1) > 1:
        raise ReadError(
            f"A label map holds one whole number a voxel; {path.name} holds several."
            " Save label ids as a 3D image first."
        )
    array = _label_ids(volume.array, path.name)
    if reference is None:
        return array, volume.geometry
    return _fit(array, volume.geometry, reference, path.name), reference


def read_label_names(path: str | Path) -> dict[int, str]:
    """Names of the labels that a file stores: ours, or 3D Slicer's in a NRRD; else empty."""
    path = Path(path)
    kind = sniff(path) if path.is_file() else Kind.UNKNOWN
    try:
        if kind is Kind.NIFTI:
            return _nifti_names(path)
        if kind is Kind.ITK and path.suffix.lower() == ".nrrd":
            from medsam.io.itk import segment_names

            return segment_names(path)
        if kind is Kind.PICTURE and path.suffix.lower() == ".png":
            return _png_names(path)
    except (OSError, ValueError, RuntimeError, AttributeError):
        # Names are an extra; a file whose extras are odd still has its labels.
        return {}
    return {}


def _nifti_names(path: Path) -> dict[int, str]:
    import nibabel as nib

    image: Any = nib.load(path)
    for extension in getattr(image.header, "extensions", ()):
        content = extension.get_content()
        text = content.decode("utf-8", "replace") if isinstance(content, bytes) else str(content)
        if '"labels"' in text:
            return _names(json.loads(text.rstrip("\0 ")).get("labels"))
    return {}


def _png_names(path: Path) -> dict[int, str]:
    from PIL import Image

    with Image.open(path) as image:
        text = image.info.get(PNG_KEY)
    return _names(json.loads(text)) if isinstance(text, str) else {}


def _names(found: Any) -> dict[int, str]:
    return {int(k): str(v) for k, v in found.items()} if isinstance(found, dict) else {}


def _pictures(path: Path) -> list[Path] | None:
    """The pictures of a label map made of pictures, in order; None if it is not."""
    if path.is_file():
        return [path] if sniff(path) is Kind.PICTURE else None
    files = [p for p in path.iterdir() if p.is_file() and not p.name.startswith(".")]
    chosen = [p for p in files if sniff(p) is Kind.PICTURE]
    return sorted(chosen, key=natural_key) if chosen else None


def _stack(paths: list[Path]) -> npt.NDArray[Any]:
    """(W, H, K) of pictures (H, W) of one size."""
    from medsam.io.raster import read_label_pictures

    pages: list[npt.NDArray[Any]] = []
    for path in paths:
        for page in read_label_pictures(path):
            if pages and page.shape != pages[0].shape:
                raise ReadError(
                    f"The slices of a label map must have one size; {path.name} is {page.shape[1]} x"
                    f" {page.shape[0]}, but {paths[0].name} is {pages[0].shape[1]} x {pages[0].shape[0]}."
                )
            pages.append(page)
    return np.stack(pages).transpose(2, 1, 0)


def _label_ids(values: npt.NDArray[Any], name: str) -> LabelMap:
    """The same values as uint16, F-order."""
    if values.dtype.kind == "f":
        odd = ~np.isfinite(values) | (values != np.floor(values))
        if odd.any():
            raise ReadError(
                f"A label map holds whole numbers; {name} holds {float(values[odd].flat[0]):g}."
                " It may be an image or a probability map; threshold it first."
            )
    low, high = float(values.min()), float(values.max())
    if low < 0 or high > _MAX_ID:
        raise ReadError(
            f"Label ids are 0 to {_MAX_ID}; {name} holds {low:g} to {high:g}."
            " It may be an image; choose the label map."
        )
    return np.asfortranarray(values.astype(np.uint16))


def _require_shape(shape: tuple[int, ...], reference: Geometry, name: str) -> None:
    if tuple(shape) != reference.shape:
        raise GeometryError(
            f"A label map must have the size of its image, {_size(reference.shape)};"
            f" {name} is {_size(shape)}. Choose the label map of this image."
        )


def _size(shape: tuple[int, ...]) -> str:
    return " x ".join(str(n) for n in shape)


def _fit(array: LabelMap, geometry: Geometry, reference: Geometry, name: str) -> LabelMap:
    """The label map in the reference's axis order, if it covers the same voxels.

    Raises:
        GeometryError: With the sizes, or the distance in mm.
    """
    tolerance = _TOLERANCE * min(reference.spacing)
    if geometry.is_close(reference, tolerance):
        return array
    turned = _turned(array, geometry, reference, tolerance)
    if turned is not None:
        return turned
    _require_shape(array.shape, reference, name)
    corners = np.array(np.meshgrid(*[(0, n - 1) for n in reference.shape])).reshape(3, -1).T
    apart = geometry.voxel_to_world(corners) - reference.voxel_to_world(corners)
    distance = float(np.linalg.norm(apart, axis=1).max())
    raise GeometryError(
        f"A label map must lie where its image lies; {name} has the size of the image but is up to"
        f" {distance:.2f} mm away. Choose the label map of this image, or resample it to the image first."
    )


def _turned(array: LabelMap, geometry: Geometry, reference: Geometry, tolerance: float) -> LabelMap | None:
    """Axes permuted and flipped so that the grids agree; None if no such turn exists."""
    matrix = np.linalg.inv(reference.affine) @ geometry.affine
    steps = np.rint(matrix[:3, :3])
    if not (np.abs(steps).sum(axis=0) == 1).all() or not (np.abs(steps).sum(axis=1) == 1).all():
        return None
    # Row r of ``steps``: the label map's axis that runs along the reference's axis r.
    axes = tuple(int(a) for a in np.argmax(np.abs(steps), axis=1))
    flips = tuple(slice(None, None, int(steps[r, a])) for r, a in enumerate(axes))
    turned = array.transpose(axes)[flips]
    affine = geometry.affine.copy()
    affine[:3, :3] = geometry.affine[:3, list(axes)]
    for r, a in enumerate(axes):
        if steps[r, a] < 0:
            affine[:3, 3] += affine[:3, r] * (turned.shape[r] - 1)
            affine[:3, r] *= -1
    if not Geometry(turned.shape, affine).is_close(reference, tolerance):
        return None
    return np.asfortranarray(turned)
