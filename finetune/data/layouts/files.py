"""Reading an image and its label files, as most layouts need it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from finetune.data.layouts.base import CaseSource, LoadedCase
from finetune.words import array_size
from medsam.errors import GeometryError, InputError, ReadError
from medsam.io import read_label_map, read_label_names, read_volume
from medsam.volume import Geometry, Volume

JPEG = (".jpg", ".jpeg")
PICTURES = (".png", *JPEG, ".bmp", ".tif", ".tiff", ".gif")


def require_files(source: CaseSource) -> None:
    """Refuse a case with a file missing.

    Raises:
        InputError: Naming it.
    """
    for path in (*source.images, *source.labels):
        if not path.exists():
            raise InputError(f"A case needs all of its files; {path.name} of {source.name} is not there.")


def read_image(source: CaseSource) -> Volume:
    """The case's only image file or folder.

    Raises:
        ReadError: If it cannot be read.
    """
    require_files(source)
    return read_volume(source.images[0], frame=source.declaration.frame)


def read_pair(source: CaseSource) -> LoadedCase:
    """One image and one label map on its grid; mask pictures as the declaration reads them.

    Raises:
        ReadError, GeometryError: If a file cannot be read, or the two differ in size or place.
    """
    volume = read_image(source)
    path = source.labels[0]
    labels, said = read_labels(path, volume.geometry, source.declaration.masks)
    return LoadedCase(volume, labels, labels_names=read_label_names(path), history=said)


def read_labels(path: Path, geometry: Geometry, masks: str) -> tuple[npt.NDArray[np.integer], list[str]]:
    """Label values (I, J, K) of any label file on a grid, and what was done to get them.

    Args:
        masks: "labels", "threshold" or "auto", as ``Declaration.masks`` says.

    Raises:
        ReadError, GeometryError: If it cannot be read, or does not fit the grid.
    """
    if path.suffix.lower() not in PICTURES or not path.is_file():
        return read_label_map(path, geometry)[0], []
    values, said = _picture_values(path, geometry)
    labels, more = as_labels(values, path, masks)
    return labels, [*said, *more]


def _picture_values(path: Path, geometry: Geometry) -> tuple[npt.NDArray[np.integer], list[str]]:
    """A mask picture's values; one in colour is taken as grey where all of it is grey, or nearly (JPEG)."""
    try:
        return read_label_map(path, geometry)[0], []
    except ReadError:
        volume = read_volume(path)
        if not volume.is_rgb:
            raise
        spread = np.ptp(volume.array, axis=3)
        if int(spread.max(initial=0)) > (16 if path.suffix.lower() in JPEG else 0):
            raise
    if volume.shape != geometry.shape:
        raise GeometryError(
            f"A mask must have the size of its image, {array_size(geometry.shape)}; {path.name} is"
            f" {array_size(volume.shape)}. Choose the mask of this image."
        )
    return volume.array[..., 1], [f"{path.name}: colour whose channels are equal was read as grey."]


def as_labels(
    values: npt.NDArray[np.integer], path: Path, masks: str
) -> tuple[npt.NDArray[np.integer], list[str]]:
    """Label values of a mask picture's values, and what was done to get them.

    Args:
        values: (I, J, K).
        masks: As ``read_labels``.

    Raises:
        ReadError: If a JPEG is to be a label map: its compression changes values.
    """
    lossy = path.suffix.lower() in JPEG
    if masks == "labels":
        if lossy:
            raise ReadError(
                f"A label map needs exact values, which JPEG does not keep; {path.name} is JPEG."
                ' Read it as a mask of one label: masks = "threshold".'
            )
        return values, []
    top = int(values.max(initial=0))
    two = not lossy and top in (255, 65535) and bool(((values == 0) | (values == top)).all())
    if masks == "auto" and not lossy and not two:
        return values, []
    half = 128 if top <= 255 else 32768
    said = f"{top} was" if two else f"values from {half} on were"
    return (values >= half).astype(np.uint8), [f"{path.name}: {said} read as label 1."]
