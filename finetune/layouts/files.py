"""Reading an image and its label files, as most layouts need it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import numpy.typing as npt

from finetune.layouts.base import CaseSource, LoadedCase
from medsam.errors import InputError, ReadError
from medsam.io import read_label_map, read_label_names, read_volume
from medsam.volume import Volume

PICTURES = (".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".gif")


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
    values, _ = read_label_map(path, volume.geometry)
    labels, said = as_labels(values, path, source.declaration.masks)
    return LoadedCase(volume, labels, labels_names=read_label_names(path), history=said)


def as_labels(
    values: npt.NDArray[np.integer], path: Path, masks: str
) -> tuple[npt.NDArray[np.integer], list[str]]:
    """Label values of what a mask file holds, and what was done to get them.

    Args:
        masks: "labels", "threshold" or "auto", as ``Declaration.masks`` says.

    Raises:
        ReadError: If a JPEG is to be a label map: its compression changes values.
    """
    if path.suffix.lower() not in PICTURES:
        return values, []
    lossy = path.suffix.lower() in (".jpg", ".jpeg")
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
    if two:
        said = f"{path.name}: {top} was read as label 1."
    else:
        said = f"{path.name}: values from {half} on were read as label 1."
    return (values >= half).astype(np.uint8), [said]
