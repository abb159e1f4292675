"""From the table of cases to a store of objects that trains without decoding.

The store is one file of bytes (``objects.bin``: picture and mask of every
object's surroundings, 8 bit) and ``manifest.json``, which says where each
object lies in it, what it is, and how it was made. Only cases of the train
split are stored; validation and test read whole pictures.
"""

from __future__ import annotations

import dataclasses
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import torch
from torch.nn import functional as F

from finetune.cases import Case, FoundObject, find_objects, picture, read_case, read_cases
from finetune.config import PrepareConfig
from medsam.intensity import default_window

STORE_VERSION = 1


def prepare(
    data: Path, store: Path, config: PrepareConfig, *, report: Callable[[str], None] = print
) -> dict[str, Any]:
    """Write the store of a data folder's train split; returns the manifest.

    Raises:
        InputError: If the table or a file does not fit.
    """
    cases = read_cases(data)
    store.mkdir(parents=True, exist_ok=True)
    objects: list[dict[str, Any]] = []
    offset = 0
    partial = store / "objects.bin.part"
    with partial.open("wb") as out:
        for number, case in enumerate(cases):
            if case.split != "train":
                continue
            for record, block in _case_objects(data, case, number, config):
                record["offset"] = offset
                out.write(block.tobytes())
                offset += block.size
                objects.append(record)
            if number % 100 == 0:
                report(f"case {number + 1} of {len(cases)}, {len(objects)} objects")
    manifest = {
        "version": STORE_VERSION,
        "settings": dataclasses.asdict(config),
        "groups": {case.group: case.split for case in cases},
        "objects": objects,
    }
    temporary = store / "manifest.json.part"
    temporary.write_text(json.dumps(manifest), encoding="utf-8")
    partial.replace(store / "objects.bin")
    temporary.replace(store / "manifest.json")
    return manifest


def _case_objects(
    data: Path, case: Case, number: int, config: PrepareConfig
) -> list[tuple[dict[str, Any], npt.NDArray[np.uint8]]]:
    volume, labels = read_case(data, case)
    window = default_window(volume)
    found: list[FoundObject] = []
    axes = [2] if case.kind == "2d" or not config.other_axes_step else [2, 0, 1]
    for axis in axes:
        step = 1 if axis == 2 else config.other_axes_step
        of_axis = list(
            find_objects(
                labels, axis, least_area=config.least_area, whole_picture=config.whole_picture, step=step
            )
        )
        if case.kind == "2d" and len(of_axis) > config.most_per_picture:
            rng = np.random.default_rng([config.seed, number])
            chosen = sorted(rng.choice(len(of_axis), config.most_per_picture, replace=False))
            of_axis = [of_axis[i] for i in chosen]
        found += of_axis
    result = []
    for item in found:
        block, region = _cut(picture(volume, window, item.axis, item.index), item, config)
        record = {
            "case": number,
            "modality": case.modality,
            "source": case.source,
            "group": case.group,
            "axis": item.axis,
            "index": item.index,
            "label": item.label,
            "box": list(item.box.xyxy),
            "shape_hw": list(item.shape_hw),
            "region": region,
            "shape": list(block.shape),
            "outline": _outline(item),
        }
        result.append((record, block))
    return result


def _cut(
    picture_u8: npt.NDArray[np.uint8], item: FoundObject, config: PrepareConfig
) -> tuple[npt.NDArray[np.uint8], list[int]]:
    """Picture planes and mask (C + 1, h, w) around an object, and ``x0, y0, x1, y1`` of it."""
    h, w = item.shape_hw
    longest = max(item.box.width, item.box.height)
    x, y = item.box.center
    half_w, half_h = (
        max(side * config.context, 0.7 * longest) / 2 for side in (item.box.width, item.box.height)
    )
    x0, x1 = max(math.floor(x - half_w), 0), min(math.ceil(x + half_w), w)
    y0, y1 = max(math.floor(y - half_h), 0), min(math.ceil(y + half_h), h)
    part = picture_u8[y0:y1, x0:x1]
    planes = part[None] if part.ndim == 2 else part.transpose(2, 0, 1)
    mask = item.full_mask()[None, y0:y1, x0:x1].astype(np.uint8) * 255
    stack = np.concatenate([planes, mask])
    size = (min(y1 - y0, config.store_size), min(x1 - x0, config.store_size))
    if size != stack.shape[1:]:
        tensor = torch.from_numpy(stack).float()[None]
        smaller = F.interpolate(tensor, size=size, mode="bilinear", antialias=True, align_corners=False)
        stack = smaller[0].round().clamp(0, 255).byte().numpy()
    return np.ascontiguousarray(stack), [x0, y0, x1, y1]


def _outline(item: FoundObject) -> list[list[int]]:
    """Pixel corners whose convex hull is the object's: enough to box it after a rotation."""
    rows, cols = item.window_yx
    points = []
    for row in range(item.mask.shape[0]):
        xs = np.flatnonzero(item.mask[row])
        if xs.size:
            y = rows.start + row
            for x in (cols.start + int(xs[0]), cols.start + int(xs[-1]) + 1):
                points += [(x, y), (x, y + 1)]
    return [list(p) for p in _hull(sorted(set(points)))]


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
