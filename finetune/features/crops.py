"""Objects' surroundings, cut once: what a zoom network trains on without reading whole pictures.

A folder of crops, made anew whenever the store or how crops are cut differs:

    crops.bin     every region's picture planes and mask, (C + 1, h, w) uint8, one after another
    index.npz     whose they are, where in their slice, and each object's outline
    key.json      what they were cut from; written last

Beside the objects there are regions of background (``finetune.data.empty``),
for a network that learns to tell when a box holds nothing.
"""

from __future__ import annotations

import hashlib
import io
import json
import math
import os
import shutil
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional as F

from finetune.config import CropsConfig
from finetune.data.empty import empty_targets
from finetune.data.modalities import Modality, modality
from finetune.data.store import SliceRef, Store
from finetune.files import write_whole
from medsam.errors import InputError, WriteError

CROPS_VERSION = 2
CROPS, INDEX, KEY = "crops.bin", "index.npz", "key.json"

_LEAST_SIDE = 0.7
"""Of a region, over the box's longer side: a thin object's surroundings are not thin."""
_RESERVE = 64 << 20
"""Bytes left free on the disk."""
_BACKGROUND = 4
"""Boxes of background of one case."""

Planes = npt.NDArray[np.uint8]
Region = tuple[int, int, int, int]
Report = Callable[[str], None]


@dataclass(frozen=True)
class Crop:
    """One object's surroundings, or a box of background with its own.

    Attributes:
        planes: (C + 1, h, w): the picture's planes, then the mask as 0 or 255
            (between them where the region was made smaller); no mask on background.
        region: x0, y0, x1, y1 of them in the slice.
        box: Of the object, tight; or of background.
        outline: (n, 2) x, y: pixel corners whose convex hull is the object's.
        shape_hw: Of the slice.
        kind: Of its picture.
    """

    planes: Planes
    region: Region
    box: tuple[int, int, int, int]
    outline: npt.NDArray[np.int32]
    shape_hw: tuple[int, int]
    kind: Modality


class Crops:
    """The training objects of a store, each with its surroundings. Safe to use from several threads.

    Crops of background follow those of the objects.

    Attributes:
        refs: Of each object's crop, its slice and its one object.
        background: Numbers of the crops of background, by modality and data set.
    """

    def __init__(self, store: Store, folder: Path) -> None:
        """Open a folder that ``open_crops`` found whole."""
        self._store = store
        with np.load(folder / INDEX) as index:
            self._region, self._shape = index["region"], index["shape"]
            self._offset, self._outline, self._start = index["offset"], index["outline"], index["start"]
            self._box, owners, empty = index["box"], index["owner"].tolist(), index["empty"].tolist()
        self._bytes = np.memmap(folder / CROPS, np.uint8, mode="r") if owners else np.zeros(0, np.uint8)
        self.refs = [
            SliceRef(case, store.cases[case].objects[number].slice, (number,)) for case, number in owners
        ]
        self._slices = [(ref.case, ref.slice) for ref in self.refs] + [(case, n) for case, n in empty]
        self.background: dict[tuple[str, str], list[int]] = defaultdict(list)
        for n, (case, _) in enumerate(empty, len(self.refs)):
            self.background[store.cases[case].modality, store.cases[case].dataset].append(n)

    def __len__(self) -> int:
        """Number of objects."""
        return len(self.refs)

    def key(self, index: int) -> tuple[str, str]:
        """Modality and data set of an object's crop."""
        case = self._store.cases[self.refs[index].case]
        return case.modality, case.dataset

    def __getitem__(self, index: int) -> Crop:
        number, slice_number = self._slices[index]
        case = self._store.cases[number]
        shape, offset = self._shape[index].tolist(), int(self._offset[index])
        region: list[int] = self._region[index].tolist()
        box: list[int] = self._box[index].tolist()
        return Crop(
            planes=self._bytes[offset : offset + math.prod(shape)].reshape(shape),
            region=(region[0], region[1], region[2], region[3]),
            box=(box[0], box[1], box[2], box[3]),
            outline=self._outline[self._start[index] : self._start[index + 1]],
            shape_hw=case.slices[slice_number].shape_hw,
            kind=modality(case.modality),
        )


def crops_folder(store: Store) -> Path:
    """Where a store's crops are kept unless told otherwise: beside it."""
    return store.folder.absolute().with_name(f"{store.folder.absolute().name}.crops")


def open_crops(
    store: Store, config: CropsConfig, folder: Path | None = None, *, report: Report = lambda line: None
) -> Crops:
    """The crops of a store's training objects, cut first if they are not there or of something else.

    Raises:
        InputError: If the store has no object to train on, or the disk is too small.
        WriteError: If they cannot be written.
    """
    folder = crops_folder(store) if folder is None else Path(folder)
    key = _key(store, config)
    if not _is_whole(folder, key):
        try:
            _cut_all(store, config, folder, key, report)
        except OSError as error:
            raise WriteError(
                f"The crops of the store {store.folder.name} could not be written to {folder.name}:"
                f" {error.strerror or error}. Make room, or name another folder with --cache."
            ) from error
    return Crops(store, folder)


def _key(store: Store, config: CropsConfig) -> str:
    facts = {
        "version": CROPS_VERSION,
        "store": store.sha256,
        "context": config.context,
        "store_size": config.store_size,
        "background": config.empty > 0,
    }
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def _is_whole(folder: Path, key: str) -> bool:
    try:
        said = json.loads((folder / KEY).read_text(encoding="utf-8"))
        index = hashlib.sha256((folder / INDEX).read_bytes()).hexdigest()
        size = (folder / CROPS).stat().st_size
        return bool(said["key"] == key and said["index"] == index and said["bytes"] == size)
    except (OSError, ValueError, KeyError, TypeError):
        return False


@dataclass(frozen=True)
class _Place:
    """One box to be cut: where its region lies and how large it is stored.

    ``number`` is that of the object, or -1 on background.
    """

    case: int
    slice: int
    number: int
    box: tuple[int, int, int, int]
    region: Region
    shape: tuple[int, int, int]


def _places(store: Store, config: CropsConfig) -> Iterator[_Place]:
    """Objects, then background."""
    for ref in store.slices("train"):
        for number in ref.objects:
            box = store.cases[ref.case].objects[number].box
            yield _place(store, config, ref.case, ref.slice, number, box)
    if config.empty > 0:
        for target in empty_targets(store, "train", 0, _BACKGROUND):
            if target.certain:
                x0, y0, x1, y1 = (round(v) for v in target.box.xyxy)
                yield _place(store, config, target.case, target.slice, -1, (x0, y0, x1, y1))


def _place(
    store: Store, config: CropsConfig, case: int, index: int, number: int, box: tuple[int, int, int, int]
) -> _Place:
    picture = store.picture(case, index)
    planes = 1 if picture.ndim == 2 else picture.shape[2]
    region = _region(box, store.cases[case].slices[index].shape_hw, config.context)
    height, width = region[3] - region[1], region[2] - region[0]
    size = min(height, config.store_size), min(width, config.store_size)
    return _Place(case, index, number, box, region, (planes + 1, *size))


def _region(box: tuple[int, int, int, int], shape_hw: tuple[int, int], context: float) -> Region:
    """The box widened about its centre, in whole pixels of the slice."""
    (x0, y0, x1, y1), (h, w) = box, shape_hw
    width, height = x1 - x0, y1 - y0
    half_w, half_h = (max(side * context, _LEAST_SIDE * max(width, height)) / 2 for side in (width, height))
    x, y = (x0 + x1) / 2, (y0 + y1) / 2
    return (
        max(math.floor(x - half_w), 0),
        max(math.floor(y - half_h), 0),
        min(math.ceil(x + half_w), w),
        min(math.ceil(y + half_h), h),
    )


def _cut_all(store: Store, config: CropsConfig, folder: Path, key: str, report: Report) -> None:
    places = list(_places(store, config))
    if not any(place.number >= 0 for place in places):
        raise InputError(
            "Training needs an object in the split train; the store has none. Look at the splits and the"
            " labels, and prepare it again."
        )
    sizes = [math.prod(p.shape) for p in places]
    folder.mkdir(parents=True, exist_ok=True)
    free = shutil.disk_usage(folder).free
    report(f"cutting {len(places)} regions: {sum(sizes) >> 20} MiB, {free >> 20} MiB free on the disk")
    if sum(sizes) + _RESERVE > free:
        raise InputError(
            f"The crops need {sum(sizes) >> 20} MiB, and the disk of {folder.name} has {free >> 20} MiB"
            " free. Make room, or name another folder with --cache."
        )
    (folder / KEY).unlink(missing_ok=True)
    outlines = []
    part = folder / f"{CROPS}.{os.getpid()}.part"
    try:
        with part.open("wb") as file:
            for place in places:
                mask = _mask(store, place)
                file.write(_cut(store, place, mask).data)
                outlines.append(_outline(mask, place.box))
            file.flush()
            os.fsync(file.fileno())
        os.replace(part, folder / CROPS)
    finally:
        part.unlink(missing_ok=True)
    index = _index(places, sizes, outlines)
    write_whole(folder / INDEX, index)
    said = {"key": key, "index": hashlib.sha256(index).hexdigest(), "bytes": sum(sizes)}
    write_whole(folder / KEY, json.dumps(said).encode())


def _index(places: list[_Place], sizes: list[int], outlines: list[npt.NDArray[np.int32]]) -> bytes:
    buffer = io.BytesIO()
    np.savez(
        buffer,
        owner=np.array([(p.case, p.number) for p in places if p.number >= 0], np.int32).reshape(-1, 2),
        empty=np.array([(p.case, p.slice) for p in places if p.number < 0], np.int32).reshape(-1, 2),
        box=np.array([p.box for p in places], np.int32).reshape(-1, 4),
        region=np.array([p.region for p in places], np.int32).reshape(-1, 4),
        shape=np.array([p.shape for p in places], np.int32).reshape(-1, 3),
        offset=np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int64),
        outline=np.concatenate(outlines),
        start=np.cumsum([0, *(len(o) for o in outlines)]).astype(np.int64),
    )
    return buffer.getvalue()


def _mask(store: Store, place: _Place) -> npt.NDArray[np.bool_]:
    """The object's mask within its box; all of the box on background."""
    if place.number >= 0:
        return store.mask(place.case, place.number)
    x0, y0, x1, y1 = place.box
    return np.ones((max(y1 - y0, 1), max(x1 - x0, 1)), bool)


def _cut(store: Store, place: _Place, mask: npt.NDArray[np.bool_]) -> Planes:
    """Picture planes and mask (C + 1, h, w) of a region, made smaller where it is too large."""
    (x0, y0, x1, y1), (left, top) = place.region, place.box[:2]
    part = store.picture(place.case, place.slice)[y0:y1, x0:x1]
    planes = part[None] if part.ndim == 2 else part.transpose(2, 0, 1)
    cover = np.zeros((y1 - y0, x1 - x0), np.uint8)
    if place.number < 0:
        mask = mask[:0, :0]
    inside = mask[max(y0 - top, 0) : y1 - top, max(x0 - left, 0) : x1 - left]
    row, column = max(top - y0, 0), max(left - x0, 0)
    cover[row : row + inside.shape[0], column : column + inside.shape[1]] = inside * np.uint8(255)
    stack = np.concatenate([planes, cover[None]])
    if place.shape != stack.shape:
        tensor = torch.from_numpy(stack).float()[None]
        smaller = F.interpolate(
            tensor, size=place.shape[1:], mode="bilinear", antialias=True, align_corners=False
        )
        stack = smaller[0].round().clamp(0, 255).byte().numpy()
    return np.ascontiguousarray(stack)


def _outline(mask: npt.NDArray[np.bool_], box: tuple[int, int, int, int]) -> npt.NDArray[np.int32]:
    """Pixel corners whose convex hull is the object's: enough to box it after a rotation."""
    points = set()
    for row in np.flatnonzero(mask.any(1)).tolist():
        xs = np.flatnonzero(mask[row])
        y = box[1] + row
        for x in (box[0] + int(xs[0]), box[0] + int(xs[-1]) + 1):
            points |= {(x, y), (x, y + 1)}
    return np.array(_hull(sorted(points)), np.int32).reshape(-1, 2)


def _hull(points: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Convex hull of sorted points (monotone chain)."""
    halves = []
    for sequence in (points, points[::-1]):
        chain: list[tuple[int, int]] = []
        for p in sequence:
            while len(chain) >= 2 and _turn(chain[-2], chain[-1], p) <= 0:
                chain.pop()
            chain.append(p)
        halves.append(chain[:-1])
    return halves[0] + halves[1]


def _turn(a: tuple[int, int], b: tuple[int, int], c: tuple[int, int]) -> int:
    return (b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])
