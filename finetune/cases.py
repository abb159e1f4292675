"""The table of cases, and the objects that their label maps hold."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from finetune.modalities import modality
from medsam.errors import InputError
from medsam.intensity import Window, to_uint8
from medsam.io import read_label_map, read_volume
from medsam.prompts import Box
from medsam.volume import Volume, stored_slice

COLUMNS = ("modality", "source", "image", "label", "kind", "group", "split")
SPLITS = ("train", "val", "test")


@dataclass(frozen=True, slots=True)
class Case:
    """One picture or scan with its label map, paths relative to the data folder."""

    modality: str
    source: str
    image: str
    label: str
    kind: str
    group: str
    split: str
    licence: str = ""


@dataclass(frozen=True, slots=True)
class FoundObject:
    """One connected component of one label on one slice picture.

    Attributes:
        axis, index: Which stored slice of the volume.
        label: Value in the label map.
        box: Tight, image frame.
        window_yx: Slices that cut ``mask`` out of the slice picture.
        mask: (h, w) bool, the box's extent.
        shape_hw: Of the slice picture.
    """

    axis: int
    index: int
    label: int
    box: Box
    window_yx: tuple[slice, slice]
    mask: npt.NDArray[np.bool_]
    shape_hw: tuple[int, int]

    def full_mask(self) -> npt.NDArray[np.bool_]:
        """The (H, W) mask."""
        full = np.zeros(self.shape_hw, bool)
        full[self.window_yx] = self.mask
        return full


def read_cases(data: Path) -> list[Case]:
    """Read ``cases.csv`` of a data folder and check it.

    Raises:
        InputError: If a column is missing, a value unknown, or one group
            (a patient, a picture's series) stands in two splits.
    """
    path = data / "cases.csv"
    if not path.is_file():
        raise InputError("A data folder holds a table cases.csv; there is none. Name the folder with --data.")
    with path.open(newline="", encoding="utf-8") as handle:
        reader = csv.DictReader(handle)
        missing = [c for c in COLUMNS if c not in (reader.fieldnames or [])]
        if missing:
            raise InputError(
                f"cases.csv has the columns {', '.join(COLUMNS)}; {', '.join(missing)} is missing. Add it."
            )
        cases = [Case(**{c: row[c] for c in COLUMNS}, licence=row.get("licence") or "") for row in reader]
    home: dict[str, str] = {}
    for case in cases:
        modality(case.modality)
        if case.split not in SPLITS or case.kind not in ("2d", "3d"):
            raise InputError(
                f"A case is 2d or 3d and of the split train, val or test; {case.image} says"
                f" {case.kind} and {case.split}. Correct it in cases.csv."
            )
        if home.setdefault(case.group, case.split) != case.split:
            raise InputError(
                f"One patient or series stands in one split only; {case.group} is in {home[case.group]}"
                f" and {case.split}. Move all its cases to one split in cases.csv."
            )
    return cases


def read_case(data: Path, case: Case) -> tuple[Volume, npt.NDArray[np.integer]]:
    """Image and label map (I, J, K) of a case, on one grid.

    Raises:
        ReadError, GeometryError: If a file cannot be read, or the two differ
            in size or place.
    """
    volume = read_volume(data / case.image)
    labels, _ = read_label_map(data / case.label, volume.geometry)
    return volume, labels


def picture(volume: Volume, window: Window | None, axis: int, index: int) -> npt.NDArray[np.uint8]:
    """The slice picture as the program shows it to a network: (H, W) or (H, W, 3).

    ``window`` is that of the whole volume (``default_window``), None for colour.
    """
    raw = stored_slice(volume.array, axis, index)
    return np.ascontiguousarray(raw if window is None else to_uint8(raw, window))


def find_objects(
    labels: npt.NDArray[np.integer], axis: int, *, least_area: int, whole_picture: float, step: int = 1
) -> Iterator[FoundObject]:
    """All objects on the slices along ``axis``: 8-connected components, label by label."""
    for index in range(0, labels.shape[axis], step):
        plane = stored_slice(labels, axis, index)
        for value in np.unique(plane[plane > 0]):
            parts, _ = ndimage.label(plane == value, structure=np.ones((3, 3)))
            for number, window in enumerate(ndimage.find_objects(parts), 1):
                mask = parts[window] == number
                rows, cols = window
                too_large = mask.size > whole_picture * plane.size
                if mask.sum() >= least_area and not too_large:
                    box = Box(cols.start, rows.start, cols.stop, rows.stop)
                    shape = (plane.shape[0], plane.shape[1])
                    yield FoundObject(axis, index, int(value), box, (rows, cols), mask, shape)
