"""A tiny data folder of three modalities, drawn here, and the store that ``prepare`` makes of it."""

from __future__ import annotations

import csv
from pathlib import Path

import nibabel
import numpy as np
import pytest
from PIL import Image

from finetune.config import PrepareConfig
from finetune.data.prepare import prepare
from finetune.data.store import Store

ROWS = (
    "modality",
    "source",
    "image",
    "label",
    "kind",
    "group",
    "split",
    "labels",
    "licence",
    "sex",
    "age",
)


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


def _scan(folder: Path, name: str, radius: float, rng: np.random.Generator) -> None:
    scan = rng.normal(-900, 30, (48, 40, 6)).astype(np.int16)
    label = np.zeros(scan.shape, np.uint8)
    for k in range(1, 5):
        label[:, :, k] = disc(40, 48, 22, 20, radius + k).T
    scan[label > 0] += 950
    for array, file in ((scan, f"{name}.nii.gz"), (label, f"{name}_label.nii.gz")):
        nibabel.save(nibabel.Nifti1Image(array, np.diag([1.0, 1.0, 3.0, 1.0])), folder / file)


SPLITS_2D = ("train", "train", "train", "train", "train", "val", "val", "test", "test", "test")
SPLITS_3D = ("train", "val", "test")


def make_data(folder: Path) -> None:
    """Ten pictures (dermoscopy in colour, ultrasound in grey) and three CT-like scans, with their table."""
    folder.mkdir()
    rng = np.random.default_rng(7)
    rows = []
    for n, split in enumerate(SPLITS_2D):
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
                "split": split,
                "labels": "1=dust;2=disc",
                "licence": "CC0",
                "sex": "FM"[n // 2 % 2],
                "age": str(30 + 3 * n),
            }
        )
    for n, split in enumerate(SPLITS_3D):
        name = f"scan{n}"
        _scan(folder, name, 8.0 + n, rng)
        rows.append(
            {
                "modality": "ct",
                "source": "tubes",
                "image": f"{name}.nii.gz",
                "label": f"{name}_label.nii.gz",
                "kind": "3d",
                "group": name,
                "split": split,
                "labels": "1=tube",
                "licence": "CC BY 4.0",
                "sex": "MFM"[n],
                "age": str(60 + n),
            }
        )
    write_table(folder, rows)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A data folder with ``cases.csv``: ten pictures and three scans, 2 to 5 of each in every split."""
    folder = tmp_path / "data"
    make_data(folder)
    return folder


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """The store of that folder: 13 cases of dermoscopy, ultrasound and CT (3D), every split. Read only."""
    folder = tmp_path_factory.mktemp("prepared")
    make_data(folder / "data")
    prepare(folder / "data", folder / "store", PrepareConfig(), report=lambda _: None)
    return Store(folder / "store")
