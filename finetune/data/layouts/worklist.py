"""The window's worklist: finished cases of a folder, as ``medsam-worklist.json`` in it says.

The file is described in ``medsam/document/worklist_file.py``. A case counts if
its state is "done" and it has a mask. Its group is the folder that it shares
with other images of its patient, below the folder that all cases have in common.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path, PurePosixPath
from typing import Any

from finetune.data.layouts.base import LAYOUTS, CaseSource, Declaration, LoadedCase
from finetune.data.layouts.files import read_labels, require_files
from finetune.data.layouts.table import label_names
from finetune.data.modalities import DICOM_CODES, modality
from medsam.errors import InputError
from medsam.io import read_label_names, read_volume

WORKLIST = "medsam-worklist.json"

_DONE = "done"
_FORMAT, _VERSION = "medsam-worklist", 1
_IMAGE_FOLDERS = ("images", "image", "imgs", "img", "scans", "volumes")
_SUBSETS = ("", "tr", "ts", "va", "_train", "_val", "_test")
_MASKS = (".nii.gz", ".nii", ".nrrd", ".mha", ".png")
_DOUBLE = (".nii.gz", ".img.gz", ".nrrd.gz", ".mha.gz")


class WorklistLayout:
    """Cases that an annotator has finished in the window."""

    def find(self, declaration: Declaration) -> Iterator[CaseSource]:
        """Every finished case that has a mask, in the list's order.

        Raises:
            InputError: If there is no such file, it cannot be read, no case
                of it is finished, or nobody says of which modality one is.
        """
        file = declaration.root / (declaration.images or WORKLIST)
        data = _read(file)
        root = file.parent / str(data.get("root") or ".")
        finished = [c for c in data["cases"] if _is_finished(c)]
        common = _common_folder([PurePosixPath(c["image"]) for c in data["cases"] if _is_case(c)])
        found = 0
        for entry in finished:
            image = Path(os.path.normpath(root / entry["image"]))
            mask = _mask(entry, image, root)
            if mask is not None:
                found += 1
                yield _source(declaration, entry, image, mask, common)
        if not found:
            raise InputError(
                f"A worklist gives its finished cases that have a mask; of {len(data['cases'])} in"
                f" {file.name} {len(finished)} are finished and none has one."
                " Finish some in the window (Ctrl+Return)."
            )

    def load(self, source: CaseSource) -> LoadedCase:
        """Image and mask on one grid.

        Raises:
            ReadError, GeometryError: If a file cannot be read, or the two differ in size or place.
        """
        require_files(source)
        d = source.declaration
        volume = read_volume(source.images[0], series=source.member or None, frame=d.frame)
        labels, said = read_labels(source.labels[0], volume.geometry, d.masks)
        names = {**source.label_names, **read_label_names(source.labels[0])}
        return LoadedCase(volume, labels, labels_names=names, history=said)


def _read(file: Path) -> dict[str, Any]:
    try:
        data = json.loads(file.read_bytes().decode("utf-8-sig", "surrogatepass"))
    except FileNotFoundError:
        raise InputError(
            f"A data set of the layout worklist has a file {file.name}; {file.parent.name} holds none."
            " Open the folder as a worklist in the window first."
        ) from None
    except (OSError, ValueError, RecursionError):
        raise InputError(
            f"{file.name} cannot be read as a worklist. Open its folder in the window, which repairs it."
        ) from None
    if not isinstance(data, dict) or data.get("format") != _FORMAT or not isinstance(data.get("cases"), list):
        raise InputError(f"{file.name} is no worklist of the window. Name another file.")
    if not isinstance(data.get("version"), int) or data["version"] > _VERSION:
        raise InputError(f"{file.name} was written by a newer version of the program. Update this one.")
    return data


def _is_case(entry: Any) -> bool:
    return (
        isinstance(entry, dict)
        and isinstance(entry.get("image"), str)
        and bool(entry["image"])
        and all(isinstance(entry.get(key, ""), str) for key in ("mask", "series", "modality", "labels"))
    )


def _is_finished(entry: Any) -> bool:
    return _is_case(entry) and entry.get("state") == _DONE


def _source(
    d: Declaration, entry: dict[str, Any], image: Path, mask: Path, common: tuple[str, ...]
) -> CaseSource:
    relative = PurePosixPath(entry["image"])
    key = d.modality or DICOM_CODES.get(entry.get("modality", ""), "")
    if not key:
        raise InputError(
            f"Every case has a modality; the file of {relative.name} does not tell it. Declare the worklist"
            f' in a TOML file with layout = "worklist" and modality = "mri", or whatever it is.'
        )
    modality(key)
    below = relative.parts[len(common) :]
    series = entry.get("series", "")
    name = "-".join((*below[:-1], _stem(below[-1]) if below else image.name))
    return CaseSource(
        d,
        name=f"{name}-{series.rsplit('.', 1)[-1]}" if series else name,
        images=(image,),
        labels=(mask,),
        modality=key,
        dataset=d.name,
        group="" if d.group else f"{d.name}:{_group(below, name)}",
        label_names=label_names(entry.get("labels", "").replace("|", ";")),
        fields={"folder": "/".join(below[:-1]) or name},
        member=series,
    )


def _group(below: tuple[str, ...], name: str) -> str:
    """The case's folder, or itself where it has none of its own."""
    folders = [part for part in below[:-1] if not _is_image_folder(part)]
    return folders[0] if folders else name


def _is_image_folder(name: str) -> bool:
    lower = name.lower()
    return any(lower.startswith(word) and lower[len(word) :] in _SUBSETS for word in _IMAGE_FOLDERS)


def _common_folder(images: list[PurePosixPath]) -> tuple[str, ...]:
    """The folders that all images share."""
    parts = [image.parts[:-1] for image in images]
    shared: list[str] = []
    for level in zip(*parts, strict=False):
        if len(set(level)) > 1:
            break
        shared.append(level[0])
    return tuple(shared)


def _mask(entry: dict[str, Any], image: Path, root: Path) -> Path | None:
    """The mask that the list names, or the one beside the image."""
    if entry.get("mask"):
        return Path(os.path.normpath(root / entry["mask"]))
    stem = image.name if image.is_dir() else _stem(image.name)
    beside = [image.with_name(f"{stem}_mask{suffix}") for suffix in _MASKS]
    return next((path for path in beside if path.is_file()), None)


def _stem(name: str) -> str:
    lower = name.lower()
    double = next((d for d in _DOUBLE if lower.endswith(d)), None)
    return name[: -len(double)] if double else Path(name).stem


LAYOUTS["worklist"] = WorklistLayout()
