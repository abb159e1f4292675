"""A store of phantoms with several objects a slice: ellipses of different brightness on dark ground."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np

from finetune.data.store import CaseRecord, ObjectRecord, SliceRecord, Store, pack_mask

SHAPES = ((64, 64), (48, 80), (72, 60))


def write_phantoms(folder: Path, cases: int = 8, objects: int = 3, seed: int = 5) -> Store:
    """``cases`` pictures of 1 to ``objects`` ellipses, every fourth for validation."""
    rng = np.random.default_rng(seed)
    records = [_case(folder, n, 1 + n % objects, rng) for n in range(cases)]
    manifest = {
        "version": 2,
        "settings": {},
        "cases": [record.to_dict() for record in records],
        "sha256": f"phantoms {cases} {objects} {seed}",
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    return Store(folder)


def _case(folder: Path, number: int, count: int, rng: np.random.Generator) -> CaseRecord:
    name = f"phantom-{number}"
    place = folder / "cases" / name
    place.mkdir(parents=True)
    h, w = SHAPES[number % len(SHAPES)]
    picture = rng.normal(40, 4, (h, w))
    y, x = np.mgrid[:h, :w] + 0.5
    packed, objects = b"", []
    for n in range(count):
        cx, cy = rng.uniform(0.25, 0.75) * w, rng.uniform(0.25, 0.75) * h
        rx, ry = rng.uniform(7, 14, 2)
        mask = ((x - cx) / rx) ** 2 + ((y - cy) / ry) ** 2 <= 1
        picture[mask] += 70 + 40 * n
        rows, cols = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
        box = (int(cols[0]), int(rows[0]), int(cols[-1]) + 1, int(rows[-1]) + 1)
        objects.append(ObjectRecord(0, n + 1, 0, box, int(mask.sum()), len(packed)))
        packed += pack_mask(mask[box[1] : box[3], box[0] : box[2]])
    np.save(place / "pictures-2.npy", picture.clip(0, 255).astype(np.uint8)[None])
    (place / "masks.bin").write_bytes(packed)
    return CaseRecord(
        id=name,
        modality=("ct", "ultrasound", "mri")[number % 3],
        dataset="ellipses",
        group=name,
        split="val" if number % 4 == 3 else "train",
        kind="2d",
        image=f"{name}.png",
        label="",
        licence="CC0",
        attributes={},
        shape=(w, h, 1),
        spacing=(1.0, 1.0, 1.0),
        image_sha256="",
        label_sha256="",
        history=[],
        labels={n + 1: f"ellipse {n + 1}" for n in range(count)},
        slices=[SliceRecord(2, 0, 0, None, (h, w))],
        objects=objects,
    )
