"""MedSAM's own preparations, so that they keep working.

* ``imgs/NAME.npy`` with ``gts/NAME.npy`` (2024): a slice a file, floats from 0
  to 1 in three channels, and its label map.
* ``NAME.npz`` with ``imgs`` and ``gts``: slices of 256 × 256 (2023), and the
  2D pictures and 3D scans of LiteMedSAM and the challenges, with ``spacing``.

Arrays are already 8 bit, or floats that were: they have no raw values left.
"""

from __future__ import annotations

import dataclasses
import re
import zipfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from finetune.data.layouts.base import LAYOUTS, CaseSource, Declaration, LoadedCase
from finetune.data.layouts.files import require_files
from finetune.data.layouts.patterns import find_matches
from finetune.data.modalities import MODALITIES
from finetune.words import array_size
from medsam.errors import GeometryError, InputError, ReadError
from medsam.volume import Array, Volume, picture_affine

NPY = ("imgs/{case}.npy", "gts/{case}.npy")
NPZ = "**/{case}.npz"

_PREFIXES = {
    "mr": "mri",
    "us": "ultrasound",
    "cxr": "xray",
    "x-ray": "xray",
    "mammo": "mammography",
    "microscopy": "pathology",
    "microscope": "pathology",
}
_SLICE = re.compile(r"-\d{3,}$")


class MedSAMLayout:
    """Cases of ``imgs/*.npy`` and ``gts/*.npy``, or of ``*.npz`` files, wherever below the root they are."""

    def find(self, declaration: Declaration) -> Iterator[CaseSource]:
        """Every array file.

        Raises:
            InputError: If there is none, or neither the declaration nor a file's name tells the modality.
        """
        d, count = declaration, 0
        for image, label, fields in _files(d):
            name = fields.get("case", image.stem)
            patient = fields.get("patient") or _SLICE.sub("", name)
            count += 1
            yield CaseSource(
                # A slice's name ends with its number; what comes before is the scan.
                d if d.group else dataclasses.replace(d, group="{patient}"),
                name=name,
                images=(image,),
                labels=() if label is None else (label,),
                modality=d.modality or _modality(name, d),
                dataset=d.name,
                split=fields.get("split", ""),
                fields={
                    **{k: v for k, v in fields.items() if k not in ("case", "split")},
                    "patient": patient,
                },
            )
        if not count:
            raise InputError(
                f"MedSAM's arrays are .npy files in imgs and gts, or .npz files; {d.root.name} has none."
                " Correct the root."
            )

    def load(self, source: CaseSource) -> LoadedCase:
        """Image and label map of one file or pair.

        Raises:
            ReadError: If a file is no array file, or lacks one of its arrays.
            GeometryError: If image and labels differ in size.
        """
        require_files(source)
        history: list[str] = []
        if source.images[0].suffix == ".npz":
            images, labels, spacing = _npz(source.images[0])
        else:
            if not source.labels:
                raise InputError(f"A case has labels; there is no gts/{source.name}.npy. Add it.")
            images, labels, spacing = _npy(source.images[0]), _npy(source.labels[0]), None
        array = _eight_bit(_as_grey(_oriented(images, labels, source), history), source, history)
        values = _whole(labels, source)
        affine = picture_affine()
        if spacing is not None:
            affine = np.diag([*(abs(float(v)) or 1.0 for v in spacing), 1.0])
        scan = spacing is not None and values.ndim == 3
        volume = Volume(array, affine, name=source.images[0].name, is_picture=not scan)
        return LoadedCase(
            volume, (values if values.ndim == 3 else values[None]).transpose(2, 1, 0), history=history
        )


def _files(d: Declaration) -> Iterator[tuple[Path, Path | None, dict[str, str]]]:
    if d.images:
        for path, fields in find_matches(d.root, d.images):
            if path.suffix == ".npz":
                yield path, None, fields
            else:
                yield (
                    path,
                    next((p for p, _ in find_matches(d.root, d.labels or NPY[1], fields)), None),
                    fields,
                )
        return
    pairs = list(find_matches(d.root, NPY[0]))
    for path, fields in pairs:
        yield path, next((p for p, _ in find_matches(d.root, NPY[1], fields)), None), fields
    if not pairs:
        for path, fields in find_matches(d.root, NPZ):
            yield path, None, fields


def _modality(name: str, d: Declaration) -> str:
    """Of a file named as MedSAM's scripts name theirs: CT_Abd_case-012."""
    first = re.split(r"[_-]", name)[0].lower()
    key = _PREFIXES.get(name.lower()[:5] if name.lower().startswith("x-ray") else first, first)
    if key not in MODALITIES:
        raise InputError(
            f'A case\'s modality is declared, or begins its name as in CT_Abd_001.npz; "{name}" of {d.name}'
            " says none. Declare modality."
        )
    return key


def _npy(path: Path) -> Array:
    try:
        return np.asarray(np.load(path, allow_pickle=False))
    except (OSError, ValueError, EOFError):
        raise ReadError(f"{path.name} is not a whole array file. Copy or prepare it again.") from None


def _npz(path: Path) -> tuple[Array, Array, Array | None]:
    try:
        with path.open("rb") as file, np.load(file, allow_pickle=False) as arrays:
            missing = [name for name in ("imgs", "gts") if name not in arrays]
            if missing:
                raise ReadError(
                    f"MedSAM's .npz files hold imgs and gts; {path.name} has no {' and no '.join(missing)}."
                    " Take it out, or prepare it again with labels."
                )
            return arrays["imgs"], arrays["gts"], arrays.get("spacing")
    except (OSError, ValueError, EOFError, zipfile.BadZipFile):
        raise ReadError(f"{path.name} is not a whole array file. Copy or prepare it again.") from None


def _oriented(images: Array, labels: Array, source: CaseSource) -> Array:
    """(K, H, W) or (K, H, W, 3) whose first three sides are the labels'."""
    if labels.ndim not in (2, 3) or images.shape[: labels.ndim] != labels.shape:
        raise GeometryError(
            f"Image and labels have the same size; {source.images[0].name} holds images of"
            f" {array_size(images.shape)} and labels of {array_size(labels.shape)}. Prepare it again."
        )
    channels = images.shape[labels.ndim :]
    if channels not in ((), (1,), (3,)):
        raise GeometryError(
            f"An image is grey or has three colours; {source.images[0].name} has the size"
            f" {array_size(images.shape)}. Prepare it again."
        )
    images = images.reshape(labels.shape) if channels == (1,) else images
    return images[None] if labels.ndim == 2 else images


def _as_grey(images: Array, history: list[str]) -> Array:
    """One channel where three are the same, as MedSAM triples grey."""
    if images.ndim == 4 and all(
        bool((plane[..., 0] == plane[..., 1]).all() and (plane[..., 0] == plane[..., 2]).all())
        for plane in images
    ):
        history.append("Three equal channels were read as one.")
        return images[..., 0]
    return images


def _eight_bit(images: Array, source: CaseSource, history: list[str]) -> Array:
    """(W, H, K[, 3]) uint8; floats from 0 to 1, or from 0 to 255, brought back to the 8 bit they were."""
    turned = images.transpose(2, 1, 0) if images.ndim == 3 else images.transpose(2, 1, 0, 3)
    if images.dtype == np.uint8:
        return turned
    low, high = float(images.min(initial=0)), float(images.max(initial=0))
    if not (np.isfinite(low) and np.isfinite(high)) or low < -1e-6 or high > 255:
        raise ReadError(
            f"MedSAM's images hold 0 to 255 or 0 to 1; {source.images[0].name} holds {low:g} to {high:g}."
            ' Prepare it again, or declare the original files as "volumes".'
        )
    scale = 255.0 if images.dtype.kind == "f" and high <= 1 + 1e-6 else 1.0
    if scale > 1:
        history.append("Values from 0 to 1 were multiplied by 255 and rounded.")
    out = np.empty(turned.shape, np.uint8)
    for k in range(turned.shape[2]):
        out[:, :, k] = np.clip(np.rint(turned[:, :, k].astype(np.float64) * scale), 0, 255)
    return out


def _whole(labels: Array, source: CaseSource) -> Array:
    """Label values as whole numbers."""
    if labels.dtype.kind in "iub" and int(labels.min(initial=0)) >= 0:
        return labels.astype(np.uint8) if labels.dtype.kind == "b" else labels
    if labels.dtype.kind == "f" and bool((labels == np.floor(labels)).all()) and labels.min(initial=0) >= 0:
        return labels.astype(np.uint16)
    raise ReadError(
        f"A label map holds whole numbers from 0; that of {source.images[0].name} holds others."
        " Prepare it again."
    )


LAYOUTS["medsam"] = MedSAMLayout()
