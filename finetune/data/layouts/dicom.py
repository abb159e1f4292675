"""DICOM series with structure sets (RTSTRUCT) or segmentations (SEG), however the files lie.

Everything below the root is looked at; ``images`` and ``labels`` narrow that
down to the files, or the folders' files, that fit a pattern. A structure set
or segmentation belongs to the series that it refers to; where that is not
there, to the only series of its patient that shares its frame of reference.

Structures are known by name; ``finetune.data.layouts.names`` tells which are taken.

The patient's ID makes the group, as a digest: the ID itself is kept only where
a table is joined by it (``join = "patient"``).
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from finetune.data.layouts.base import LAYOUTS, CaseSource, Declaration, ExtraMask, LoadedCase
from finetune.data.layouts.files import require_files
from finetune.data.layouts.names import shown_names, value_of
from finetune.data.layouts.patterns import find_matches
from finetune.data.modalities import modality
from medsam.errors import GeometryError, InputError, ReadError
from medsam.io import NamedMask, SeriesInfo, find_series, read_rtstruct, read_segmentation, read_volume
from medsam.io.dicom_facts import DicomFacts, dicom_facts
from medsam.volume import Volume, stored_slice

_MODALITIES = {
    "CT": "ct",
    "MR": "mri",
    "PT": "pet",
    "US": "ultrasound",
    "CR": "xray",
    "DX": "xray",
    "MG": "mammography",
    "OPT": "oct",
    "ES": "endoscopy",
    "SM": "pathology",
}
_NOBODY = {"", "0", "none", "unknown", "anon", "anonymous", "anonymized", "anonymised", "no name"}

Fields = dict[Path, dict[str, str]]


@dataclass(frozen=True)
class _Image:
    """One series that can be a case's image."""

    info: SeriesInfo
    facts: DicomFacts
    fields: dict[str, str]

    @property
    def uid(self) -> str:
        """Series UID as the file has it."""
        return self.facts.series_uid


class DicomLayout:
    """Series with outlines or segmentations in DICOM."""

    def find(self, declaration: Declaration) -> Iterator[CaseSource]:
        """Every series that a structure set or segmentation belongs to.

        Raises:
            InputError: If there is no structure set or segmentation, or no label is wanted.
        """
        facts = list(_facts_below(declaration.root))
        images = _images(declaration, facts)
        wanted = _selected(declaration.root, declaration.labels)
        labels = [
            f for f in facts if f.kind in ("rtstruct", "seg") and _fields_of(f.path, wanted) is not None
        ]
        if not labels:
            raise InputError(
                f"A data set of the layout dicom has structure sets (RTSTRUCT) or segmentations (SEG);"
                f" {declaration.root.name} holds none among {len(facts)} DICOM files."
                " Check root and labels in its declaration."
            )
        names = shown_names(declaration, (name for label in labels for name in label.label_names))
        owners: dict[int, list[DicomFacts]] = {}
        for label in labels:
            owner = _owner(label, images)
            if owner is None:
                yield _orphan(declaration, label, names)
            else:
                owners.setdefault(owner, []).append(label)
        used: dict[str, int] = {}
        for number, members in sorted(owners.items()):
            yield _case(declaration, images[number], members, names, used)

    def load(self, source: CaseSource) -> LoadedCase:
        """The series, and its structures as a label map; those that overlap others as masks.

        Raises:
            ReadError, GeometryError: If a file cannot be read, or the two do not fit together.
        """
        require_files(source)
        if not source.images:
            raise GeometryError(
                f"Outlines and segmentations need the series that they were made on; that of"
                f" {source.labels[0].name} is not there, nor a single other one of its frame of reference."
                " Copy it below the data set's root, or narrow down images."
            )
        volume = read_volume(
            list(source.images), series=source.member or None, frame=source.declaration.frame
        )
        history: list[str] = []
        masks = [m for path in source.labels for m in _wanted(path, volume, source, history)]
        if not masks:
            raise InputError(
                f"A case has structures of the wanted names; {source.name} has none:"
                f" {'; '.join(history) or 'its files name none'}. Correct label_names, or leave it out."
            )
        labels, extra = _together(masks, volume, history)
        return LoadedCase(volume, labels, extra, dict(source.label_names), history)


# --- finding -----------------------------------------------------------------


def _facts_below(root: Path) -> Iterator[DicomFacts]:
    """Every DICOM file below the root, in order of its path."""
    for folder, folders, names in os.walk(root):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(n for n in names if not n.startswith(".")):
            facts = dicom_facts(Path(folder) / name)
            if facts is not None:
                yield facts


def _selected(root: Path, pattern: str) -> Fields | None:
    """Fields by the file or folder that fits; None without a pattern: then everything does."""
    return dict(find_matches(root, pattern)) if pattern else None


def _fields_of(path: Path, selected: Fields | None) -> dict[str, str] | None:
    """The fields of a file or of the nearest folder above it that was selected; None if none was."""
    if selected is None:
        return {}
    return next((selected[p] for p in (path, *path.parents) if p in selected), None)


def _images(declaration: Declaration, facts: Sequence[DicomFacts]) -> list[_Image]:
    """The image series, patient by patient: a series UID is trusted within a patient only."""
    selected = _selected(declaration.root, declaration.images)
    by_patient: dict[str, list[DicomFacts]] = {}
    for item in facts:
        if item.kind == "image" and _fields_of(item.path, selected) is not None:
            by_patient.setdefault(_patient(item, declaration.root), []).append(item)
    found = []
    for members in by_patient.values():
        of_path = {item.path: item for item in members}
        for info in find_series([item.path for item in members]):
            first = info.files[0]
            found.append(_Image(info, of_path[first], _fields_of(first, selected) or {}))
    return found


def _patient(facts: DicomFacts, root: Path) -> str:
    """The patient's digest; the file's top folder for one that has no ID."""
    if facts.patient.casefold() not in _NOBODY:
        return hashlib.sha256(facts.patient.encode()).hexdigest()[:12]
    parts = facts.path.relative_to(root).parts
    return parts[0] if len(parts) > 1 else ""


def _owner(label: DicomFacts, images: Sequence[_Image]) -> int | None:
    """Number of the image series that a label file belongs to."""
    same = [n for n, i in enumerate(images) if i.uid and i.uid in label.referenced_series]
    if not same:
        same = [
            n
            for n, i in enumerate(images)
            if i.facts.patient == label.patient
            and i.facts.frame_of_reference
            and i.facts.frame_of_reference in label.referenced_frames
        ]
        if len(same) > 1:
            return None
    # One UID may hold several stacks: the largest is meant.
    return max(same, key=lambda n: (images[n].info.count, -n), default=None)


def _case(
    declaration: Declaration,
    image: _Image,
    labels: Sequence[DicomFacts],
    names: dict[int, str],
    used: dict[str, int],
) -> CaseSource:
    patient = _patient(image.facts, declaration.root)
    name = _name(image, declaration, used)
    return CaseSource(
        declaration,
        name=name,
        images=tuple(sorted(image.info.files)),
        labels=tuple(label.path for label in labels),
        modality=_modality(declaration, image, name),
        dataset=declaration.name,
        group=f"dicom:{patient}" if patient and not declaration.group else "",
        label_names=names,
        split=image.fields.get("split", ""),
        fields=_fields(image, declaration, patient),
        member=image.info.uid if "#" in image.info.uid else "",
    )


def _fields(image: _Image, declaration: Declaration, patient: str) -> dict[str, str]:
    facts = image.facts
    said = {
        "patient": facts.patient if declaration.table and declaration.join == "patient" else patient,
        "sex": facts.sex,
        "age": facts.age,
        "manufacturer": facts.manufacturer,
        **{key: value for key, value in image.fields.items() if key not in ("case", "split")},
    }
    return {key: value for key, value in said.items() if value}


def _modality(declaration: Declaration, image: _Image, name: str) -> str:
    key = declaration.modality or _MODALITIES.get(image.info.modality, "")
    if not key:
        raise InputError(
            f"A case needs its modality; the series {name} says {image.info.modality or 'none'}, which is"
            " not one of the program's. Name it in the declaration."
        )
    return modality(key).key


def _name(image: _Image, declaration: Declaration, used: dict[str, int]) -> str:
    """Of the pattern's fields, else of the series' folder or its description; numbered where need be."""
    folder = Path(os.path.commonpath([p.parent for p in image.info.files]))
    parts = tuple(image.fields.values()) or folder.relative_to(declaration.root).parts
    name = "-".join(parts) or image.info.description or "series"
    used[name] = used.get(name, 0) + 1
    return name if used[name] == 1 else f"{name}-{used[name]}"


def _orphan(declaration: Declaration, label: DicomFacts, names: dict[int, str]) -> CaseSource:
    """A case without an image: it fails with a sentence when it is loaded, and the others go on."""
    patient = _patient(label, declaration.root)
    return CaseSource(
        declaration,
        name=label.path.relative_to(declaration.root).with_suffix("").as_posix().replace("/", "-"),
        images=(),
        labels=(label.path,),
        modality=declaration.modality or "ct",
        dataset=declaration.name,
        group=f"dicom:{patient}" if patient and not declaration.group else "",
        label_names=names,
        fields={"patient": patient} if patient else {},
    )


# --- loading -----------------------------------------------------------------


def _wanted(
    path: Path, volume: Volume, source: CaseSource, history: list[str]
) -> list[tuple[int, NamedMask]]:
    """Masks of a label file that are wanted and not empty, with their values."""
    facts = dicom_facts(path)
    if facts is None or facts.kind not in ("rtstruct", "seg"):
        raise ReadError(f"{path.name} is no structure set or segmentation any more. Prepare again.")
    read = read_rtstruct if facts.kind == "rtstruct" else read_segmentation
    masks = read(
        path,
        volume.geometry,
        frame_of_reference=str(volume.metadata.get("frame_of_reference", "")),
        series_uid=str(volume.metadata.get("series_uid", "")),
    )
    result, left = [], []
    for mask in masks:
        value = value_of(mask.name, source)
        if value is None:
            left.append(mask.name)
            continue
        history.extend(f"{mask.name} of {path.name}: {note}" for note in mask.notes)
        if mask.count:
            result.append((value, mask))
    if left:
        history.append(f"{path.name}: structures that are not asked for left out: {', '.join(left)}.")
    return result


def _together(
    masks: Sequence[tuple[int, NamedMask]], volume: Volume, history: list[str]
) -> tuple[npt.NDArray[np.integer], list[ExtraMask] | None]:
    """A label map of the structures, largest first; those that overlap another label as masks of slices."""
    top = max(value for value, _ in masks)
    labels: npt.NDArray[Any] = np.zeros(volume.shape, np.uint8 if top < 256 else np.uint16, order="F")
    extra: list[ExtraMask] = []
    apart = []
    for value, mask in sorted(masks, key=lambda pair: -pair[1].count):
        place = labels[mask.window]
        if ((place != 0) & (place != value) & mask.part).any():
            apart.append(mask.name)
            extra += _slices(value, mask)
        else:
            place[mask.part] = value
    if apart:
        history.append(f"Structures that overlap others were kept as masks: {', '.join(sorted(apart))}.")
    return labels, extra or None


def _slices(value: int, mask: NamedMask) -> Iterator[ExtraMask]:
    """A structure slice by slice along the third axis."""
    window = mask.window
    for k in range(mask.part.shape[2]):
        part = stored_slice(mask.part, 2, k)
        if part.any():
            full = np.zeros((mask.shape[1], mask.shape[0]), bool)
            full[window[1], window[0]] = part
            yield ExtraMask(2, window[2].start + k, value, full, is_object=False)


LAYOUTS["dicom"] = DicomLayout()
