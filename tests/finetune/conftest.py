"""A tiny data folder of three modalities, drawn here."""

from __future__ import annotations

import csv
from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image

ROWS = ("modality", "source", "image", "label", "kind", "group", "split", "labels", "licence")


def disc(h: int, w: int, x: float, y: float, radius: float) -> np.ndarray:
    """A filled disc as an (h, w) mask."""
    yy, xx = np.mgrid[:h, :w] + 0.5
    return (xx - x) ** 2 + (yy - y) ** 2 <= radius**2


def write_table(folder: Path, rows: list[dict[str, str]]) -> None:
    """Write ``cases.csv``."""
    with (folder / "cases.csv").open("w", newline="", encoding="utf-8") as handle:
        writer = csv.DictWriter(handle, ROWS)
        writer.writeheader()
        writer.writerows(rows)


def _picture(folder: Path, name: str, color: bool, rng: np.random.Generator) -> None:
    mask = disc(70, 90, rng.uniform(30, 60), rng.uniform(28, 42), rng.uniform(9, 16))
    picture = rng.normal(60, 6, (70, 90)) + mask * 110
    picture = picture.clip(0, 255).astype(np.uint8)
    if color:
        picture = np.stack([picture, picture // 2, 255 - picture], -1)
    labels = mask.astype(np.uint8) * 2
    labels[2:4, 2:4] = 1  # too small to be asked for
    Image.fromarray(picture).save(folder / f"{name}.png")
    Image.fromarray(labels).save(folder / f"{name}_label.png")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Nine pictures and one CT-like scan, in train, val and test."""
    folder = tmp_path / "data"
    folder.mkdir()
    rng = np.random.default_rng(7)
    rows = []
    for n in range(9):
        name, color = f"case{n}", n % 2 == 0
        _picture(folder, name, color, rng)
        rows.append(
            {
                "modality": "dermoscopy" if color else "ultrasound",
                "source": "discs",
                "image": f"{name}.png",
                "label": f"{name}_label.png",
                "kind": "2d",
                "group": name,
                "split": ("train", "train", "train", "train", "train", "val", "val", "test", "test")[n],
            }
        )
    scan = rng.normal(-900, 30, (48, 40, 6)).astype(np.int16)
    label = np.zeros(scan.shape, np.uint8)
    for k in range(1, 5):
        label[:, :, k] = disc(40, 48, 22, 20, 8 + k).T
    scan[label > 0] += 950
    for array, name in ((scan, "scan.nii.gz"), (label, "scan_label.nii.gz")):
        nibabel.save(nibabel.Nifti1Image(array, np.diag([1.0, 1.0, 3.0, 1.0])), folder / name)
    rows.append(
        {
            "modality": "ct",
            "source": "tubes",
            "image": "scan.nii.gz",
            "label": "scan_label.nii.gz",
            "kind": "3d",
            "group": "scan",
            "split": "train",
        }
    )
    write_table(folder, rows)
    return folder
