"""A store written by hand, as ``finetune.data.store`` describes it: discs brighter than their ground."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from pathlib import Path

import numpy as np

from finetune.data.store import CaseRecord, ObjectRecord, SliceRecord, pack_mask
from tests.finetune.conftest import disc

MODALITIES = ("ct", "dermoscopy", "ultrasound")


def write_store(folder: Path, cases: int = 6, side: int = 48, window: float = 400.0) -> Path:
    """Write ``cases`` cases of two slices with an object each and one without; two of three train."""
    records = []
    for n in range(cases):
        rng = np.random.default_rng(n)
        modality = MODALITIES[n % 3]
        records.append(_write_case(folder, f"case-{n}", modality, _split(n), side, window, rng))
    content = [r.to_dict() for r in records]
    sha256 = hashlib.sha256(json.dumps(content).encode()).hexdigest()
    manifest = {"version": 2, "settings": {}, "cases": content, "sha256": sha256}
    (folder / "manifest.json").write_text(json.dumps(manifest))
    return folder


def _split(n: int) -> str:
    return ("train", "train", "val", "train", "train", "test")[n % 6]


def _write_case(
    folder: Path, name: str, modality: str, split: str, side: int, window: float, rng: np.random.Generator
) -> CaseRecord:
    place = folder / "cases" / name
    place.mkdir(parents=True)
    pictures, packed = [], b""
    slices, objects = [], []
    h, w = side, side + 10
    for k in range(3):
        mask = disc(h, w, rng.uniform(18, w - 18), rng.uniform(18, h - 18), rng.uniform(7, 14))
        grey = (rng.normal(60, 6, (h, w)) + mask * 110).clip(0, 255).astype(np.uint8)
        pictures.append(np.stack([grey, grey // 2, 255 - grey], -1) if modality == "dermoscopy" else grey)
        slices.append(SliceRecord(2, k, k, (window / 10, window), (h, w)))
        if k < 2:
            rows, cols = np.flatnonzero(mask.any(1)), np.flatnonzero(mask.any(0))
            box = (int(cols[0]), int(rows[0]), int(cols[-1]) + 1, int(rows[-1]) + 1)
            bits = pack_mask(mask[box[1] : box[3], box[0] : box[2]])
            objects.append(ObjectRecord(k, 1, 1, box, int(mask.sum()), len(packed)))
            packed += bits
    np.save(place / "pictures-2.npy", np.stack(pictures))
    (place / "masks.bin").write_bytes(packed)
    record = CaseRecord(
        id=name,
        modality=modality,
        dataset=f"discs-{modality}",
        group=name,
        split=split,
        kind="3d" if modality == "ct" else "2d",
        image=f"{name}.nii",
        label=f"{name}-label.nii",
        licence="CC0",
        attributes={},
        shape=(w, h, 3),
        spacing=(1.0, 1.0, 1.0),
        image_sha256=hashlib.sha256(np.stack(pictures).tobytes()).hexdigest(),
        label_sha256=hashlib.sha256(packed).hexdigest(),
        history=[],
        labels={1: "disc"},
        slices=slices,
        objects=objects,
    )
    (place / "case.json").write_text(json.dumps(dataclasses.asdict(record)))
    return record
