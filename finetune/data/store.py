"""The prepared data set: slices in 8 bit at their own size, objects, where all of it came from.

A store is a folder:

    manifest.json                  version, settings, labels, all cases (below), ``sha256`` of their content
    cases/<case>/pictures-<axis>.npy   (n, H, W) or (n, H, W, 3) uint8, the slices kept along one array axis
    cases/<case>/labels-<axis>.npz     the same slices of the label map, unchanged values, under "labels"
                                   (absent where objects overlap, as in COCO)
    cases/<case>/masks.bin         every object's mask, bit-packed inside its box
    cases/<case>/case.json         that case's part of the manifest

Everything is written under another name first, so a folder with a
``case.json`` is whole. Pictures are memory-mapped: a store of any size trains
in the memory of one batch.

All slices are *stored* slice pictures (``medsam.volume.stored_slice``), boxes
are in their image frame.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
from collections import OrderedDict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.errors import InputError

STORE_VERSION = 2
SPLITS = ("train", "val", "test")
MANIFEST = "manifest.json"

_OPEN_FILES = 64


@dataclass(frozen=True, slots=True)
class SliceRecord:
    """One stored slice of a case.

    Attributes:
        axis, index: Which slice of the volume's array.
        row: In ``pictures-<axis>.npy``.
        window: Level and width it was brought to 8 bit through; None where nothing was done.
        shape_hw: In pixels.
    """

    axis: int
    index: int
    row: int
    window: tuple[float, float] | None
    shape_hw: tuple[int, int]


@dataclass(frozen=True, slots=True)
class ObjectRecord:
    """One thing to be segmented.

    Attributes:
        slice: Number in the case's ``slices``.
        label: Value in the label map.
        component: Number among the label's components on the slice from 1; 0 for the whole label.
        box: Tight x0, y0, x1, y1 in whole pixels, image frame.
        area: Pixels.
        offset: Byte of ``masks.bin`` where its mask begins.
    """

    slice: int
    label: int
    component: int
    box: tuple[int, int, int, int]
    area: int
    offset: int


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """One picture or scan.

    Attributes:
        id: Unique in the store, fit for a folder's name.
        modality: Key of ``finetune.data.modalities``.
        dataset: Name of the data set it belongs to.
        group: Patient (or video, slide, volunteer): never in two splits.
        split: "train", "val" or "test"; "" where the reader left it out.
        kind: "2d" or "3d".
        image, label: Paths relative to the data set's folder; "" if there is none.
        licence: As the source states it.
        attributes: Any columns to report by, such as sex, age, site.
        shape: Of the volume's array.
        spacing: Along the three array axes, in mm; 1 where unknown (a picture).
        image_sha256, label_sha256: Of the files read.
        history: What was done to the raw values and labels, in order, a sentence each.
        labels: Names of the label values.
        slices, objects: See their classes.
    """

    id: str
    modality: str
    dataset: str
    group: str
    split: str
    kind: str
    image: str
    label: str
    licence: str
    attributes: dict[str, str]
    shape: tuple[int, ...]
    spacing: tuple[float, float, float]
    image_sha256: str
    label_sha256: str
    history: list[str]
    labels: dict[int, str]
    slices: list[SliceRecord] = field(default_factory=list)
    objects: list[ObjectRecord] = field(default_factory=list)

    def to_dict(self) -> dict[str, Any]:
        """Plain data for JSON."""
        return dataclasses.asdict(self)

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> CaseRecord:
        """The counterpart of ``to_dict``.

        Raises:
            KeyError, TypeError, ValueError: If the data is not what it wrote.
        """
        values = dict(data)
        values["labels"] = {int(k): str(v) for k, v in data["labels"].items()}
        values["shape"], values["spacing"] = tuple(data["shape"]), tuple(data["spacing"])
        values["slices"] = [_slice_record(**record) for record in data["slices"]]
        values["objects"] = [ObjectRecord(**{**o, "box": tuple(o["box"])}) for o in data["objects"]]
        return cls(**values)


def _slice_record(window: list[float] | None, shape_hw: list[int], **rest: int) -> SliceRecord:
    pair = (window[0], window[1]) if window else None
    return SliceRecord(window=pair, shape_hw=(shape_hw[0], shape_hw[1]), **rest)


@dataclass(frozen=True, slots=True)
class SliceRef:
    """A slice of a store: the unit that is encoded and drawn.

    Attributes:
        case, slice: Numbers in ``Store.cases`` and in that case's ``slices``.
        objects: Numbers in that case's ``objects``; at least one.
    """

    case: int
    slice: int
    objects: tuple[int, ...]


class Store:
    """Reads a store. Safe to use from several threads once opened; pictures are read on demand."""

    def __init__(self, folder: Path, leave_out: Sequence[str] = ()) -> None:
        """Open a store.

        Args:
            folder: That ``prepare`` wrote.
            leave_out: Data sets or modalities whose cases stand in no split;
                such a store is another data set, with another ``sha256``.

        Raises:
            InputError: If there is none, it is damaged, another version wrote
                it, or it has nothing of a name in ``leave_out``.
        """
        self.folder = Path(folder)
        path = self.folder / MANIFEST
        if not path.is_file():
            raise InputError(
                f"Training reads a prepared store; {self.folder.name} has no {MANIFEST}."
                " Run `python -m finetune prepare` first."
            )
        try:
            self.manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
            version = self.manifest["version"]
            if version == STORE_VERSION:
                self.cases = [CaseRecord.from_dict(case) for case in self.manifest["cases"]]
                self.sha256 = str(self.manifest["sha256"])
        except (OSError, ValueError, KeyError, TypeError, UnicodeDecodeError):
            raise InputError(
                f"{MANIFEST} of the store {self.folder.name} is not readable. Run `prepare` again."
            ) from None
        if version != STORE_VERSION:
            raise InputError(
                f"A store is of version {STORE_VERSION}; {self.folder.name} was written by another"
                f" version of `prepare` ({version}). Run it again."
            )
        self._open: OrderedDict[Path, npt.NDArray[np.uint8]] = OrderedDict()
        if leave_out:
            self._leave_out(sorted(set(leave_out)))

    def _leave_out(self, names: list[str]) -> None:
        known = {name for case in self.cases for name in (case.dataset, case.modality)}
        unknown = [name for name in names if name not in known]
        if unknown:
            raise InputError(
                f"leave_out names data sets or modalities of the store: {', '.join(sorted(known))};"
                f" {', '.join(unknown)} came."
            )
        self.cases = [
            dataclasses.replace(case, split="") if {case.dataset, case.modality} & set(names) else case
            for case in self.cases
        ]
        self.sha256 = hashlib.sha256("|".join([self.sha256, *names]).encode()).hexdigest()

    def slices(self, split: str | None = None) -> Iterator[SliceRef]:
        """Every slice with at least one object, in the store's order."""
        for number, case in enumerate(self.cases):
            if split is not None and case.split != split:
                continue
            of_slice: dict[int, list[int]] = {}
            for n, item in enumerate(case.objects):
                of_slice.setdefault(item.slice, []).append(n)
            for index, members in sorted(of_slice.items()):
                yield SliceRef(number, index, tuple(members))

    def picture(self, case: int, slice_number: int) -> npt.NDArray[np.uint8]:
        """(H, W) or (H, W, 3): the slice picture as the program shows it to a network. Read-only."""
        record = self.cases[case].slices[slice_number]
        return self._mapped(self._path(case, f"pictures-{record.axis}.npy"))[record.row]

    def mask(self, case: int, number: int) -> npt.NDArray[np.bool_]:
        """An object's mask inside its box, (box height, box width)."""
        record = self.cases[case].objects[number]
        x0, y0, x1, y1 = record.box
        count = (y1 - y0) * (x1 - x0)
        packed = self._mapped(self._path(case, "masks.bin"))
        bits = np.unpackbits(packed[record.offset : record.offset + -(-count // 8)], count=count)
        return bits.reshape(y1 - y0, x1 - x0).astype(bool)

    def full_mask(self, case: int, number: int) -> npt.NDArray[np.bool_]:
        """An object's mask on its whole slice, (H, W)."""
        record = self.cases[case].objects[number]
        x0, y0, x1, y1 = record.box
        full = np.zeros(self.cases[case].slices[record.slice].shape_hw, bool)
        full[y0:y1, x0:x1] = self.mask(case, number)
        return full

    def _path(self, case: int, name: str) -> Path:
        return self.folder / "cases" / self.cases[case].id / name

    def _mapped(self, path: Path) -> npt.NDArray[np.uint8]:
        kept = self._open.get(path)
        if kept is None:
            try:
                kept = (
                    np.load(path, mmap_mode="r")
                    if path.suffix == ".npy"
                    else np.memmap(path, np.uint8, mode="r")
                )
            except (OSError, ValueError):
                raise InputError(
                    f"{path.parent.name}/{path.name} of the store is missing or damaged. Run `prepare`"
                    " again; it makes anew what is not whole."
                ) from None
            self._open[path] = kept
            while len(self._open) > _OPEN_FILES:
                self._open.popitem(last=False)
        return kept


def pack_mask(mask: npt.NDArray[np.bool_]) -> bytes:
    """A mask inside its box as ``masks.bin`` holds it."""
    return np.packbits(np.ascontiguousarray(mask, bool).reshape(-1)).tobytes()
