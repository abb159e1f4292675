"""Siemens mosaics: the slices of one volume tiled side by side in one picture.

ImagePositionPatient of a mosaic is that of the whole picture, centred on the
slices; how many slices there are and which way they run stands only in
Siemens' private header, which nibabel parses.
"""

from __future__ import annotations

import warnings
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from medsam.io.support import Array

if TYPE_CHECKING:
    from medsam.io.dicom_headers import Frame


@dataclass(frozen=True)
class Mosaic:
    """How a mosaic is laid out.

    Attributes:
        count: Slices.
        per_side: Tiles in a row and in a column.
        normal: Unit vector from slice to slice, LPS.
    """

    count: int
    per_side: int
    normal: tuple[float, float, float]


def find_mosaic(path: Path) -> Mosaic | None:
    """The layout, from the private header; None if the file has none that can be read."""
    from medsam.io.dicom_elements import read_dataset

    with warnings.catch_warnings():
        # nibabel calls its whole DICOM part experimental; only its parser of this header is used.
        warnings.simplefilter("ignore")
        from nibabel.nicom import csareader

    try:
        csa = csareader.get_csa_header(read_dataset(path, None, pixels=False), "image")
        count, normal = csareader.get_n_mosaic(csa), csareader.get_slice_normal(csa)
    except Exception:
        # A private header may hold anything; without it the picture is shown as it is stored.
        return None
    if not count or normal is None or len(normal) != 3:
        return None
    x, y, z = (float(v) for v in normal)
    return Mosaic(int(count), int(np.ceil(np.sqrt(count))), (x, y, z))


def tile_frames(frame: Frame, mosaic: Mosaic, rows: int, columns: int) -> tuple[Frame, ...]:
    """One frame a tile, each in its place.

    Args:
        frame: Of the whole picture; with position, orientation, spacing and depth.
        mosaic: Its layout.
        rows, columns: Of the whole picture.
    """
    assert frame.orientation is not None and frame.position is not None and frame.spacing is not None
    row, column = np.array(frame.orientation).reshape(2, 3)
    hidden = (1 - 1 / mosaic.per_side) / 2
    corner = np.array(frame.position)
    corner = corner + row * frame.spacing[1] * columns * hidden + column * frame.spacing[0] * rows * hidden
    frames = []
    for k in range(mosaic.count):
        x, y, z = corner + k * frame.depth * np.array(mosaic.normal)
        frames.append(replace(frame, index=k, position=(float(x), float(y), float(z))))
    return tuple(frames)


def tile(picture: Array, mosaic: Mosaic, index: int) -> Array:
    """Slice ``index`` of a mosaic (H, W): a view."""
    rows, columns = picture.shape[0] // mosaic.per_side, picture.shape[1] // mosaic.per_side
    down, across = divmod(index, mosaic.per_side)
    return picture[down * rows : (down + 1) * rows, across * columns : (across + 1) * columns]
