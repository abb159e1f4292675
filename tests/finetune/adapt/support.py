"""Small images with masks, small models in files, and jobs that ask to adapt these to those."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import torch
from PIL import Image

from finetune.release.export import write_weights
from medsam.io import write_label_map
from medsam.model.build import LoadedModel, ModelCard, build_sam
from medsam.model.preprocessing import Preprocessing
from medsam.volume import Geometry, picture_affine
from tests.finetune.conftest import disc
from tests.finetune.run_folder import MICRO_SAM, micro_zoom

NAMES = {1: "Nodule", 2: "Vessel"}


def write_pictures(folder: Path, count: int) -> list[Path]:
    """Pictures of a disc each, with ``<name>_mask.png`` beside them as the window saves them."""
    folder.mkdir(parents=True, exist_ok=True)
    rng = np.random.default_rng(5)
    images = []
    for n in range(count):
        mask = disc(60, 80, rng.uniform(30, 50), rng.uniform(25, 35), rng.uniform(10, 16))
        picture = (rng.normal(50, 5, mask.shape) + 120 * mask).clip(0, 255).astype(np.uint8)
        path = folder / f"p{n}.png"
        Image.fromarray(picture).save(path)
        write_mask(folder / f"p{n}_mask.png", mask.astype(np.uint8))
        images.append(path)
    return images


def write_mask(path: Path, mask: np.ndarray) -> None:
    """A label map of a picture, (H, W), with its names."""
    labels = mask.T[:, :, None].astype(np.uint8)
    write_label_map(path, labels, Geometry(labels.shape, picture_affine()), is_picture=True, names=NAMES)


def zoom_file(folder: Path) -> Path:
    """A file of a small zoom network."""
    network = micro_zoom()
    return _write(folder / "tiny-zoom.safetensors", network, "zoom", Preprocessing("zoom", 32))


def sam_file(folder: Path, prompts: tuple[str, ...] = ("box",)) -> Path:
    """A file of a small SAM with random weights, as they are drawn to be learned from."""
    torch.manual_seed(4)
    network = build_sam("vit", MICRO_SAM)
    path = folder / "micro.safetensors"
    return _write(path, network, "embedding", Preprocessing("medsam", 64), prompts)


def _write(
    path: Path,
    network: torch.nn.Module,
    kind: str,
    preprocessing: Preprocessing,
    prompts: tuple[str, ...] = ("box",),
) -> Path:
    name = path.stem
    card = ModelCard(name, name.title(), kind, frozenset(prompts), 1, False, "CC0", "", path)
    loaded = LoadedModel(network, preprocessing, card, torch.device("cpu"))
    said = {"title": card.title, "prompts": list(prompts), "candidates": 1, "licence": card.licence}
    return write_weights(loaded, path, said)


def job(images: list[Path], model: str | Path, out: Path, **more: Any) -> dict[str, Any]:
    """A job on images with their masks beside them."""
    out.mkdir(parents=True, exist_ok=True)
    pairs = [
        {"image": str(i), "mask": str(i.with_name(f"{i.stem}_mask.png")), "name": i.name} for i in images
    ]
    plain = {"title": "Mine", "date": "2026-11-22", "steps": 3, "device": "cpu", "threads": 1}
    return {"pairs": pairs, "model": str(model), "out_folder": str(out), **plain, **more}


def write_job(path: Path, told: dict[str, Any]) -> Path:
    """The job's file."""
    path.write_text(json.dumps(told), encoding="utf-8")
    return path
