"""DICOM series with structure sets (RTSTRUCT) or segmentations (SEG), however the files lie.

Everything below the root is looked at. A structure set or segmentation
belongs to the series that it refers to; where that is not there, to the only
series of its patient that shares its frame of reference. ``images`` and
``labels`` narrow down which files are taken.

Structures are known by name: ``label_names`` may say which are wanted and what
their values are, by the name or a pattern of it, alternatives parted by ``|``
("GTV*|tumour*", in any case); the others are left out. Without it every name
of the data set gets a value, in alphabetical order.

The patient's ID makes the group, as a digest: the ID itself is not kept.
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from scipy import ndimage

from finetune.layouts.base import LAYOUTS, CaseSource, Declaration, ExtraMask, LoadedCase
from finetune.layouts.files import require_files
from finetune.modalities import modality
from finetune.objects import EIGHT
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
_MOST_LABELS = 65535


@dataclass(frozen=True)
class _Image:
    """One series that can be a case's image."""

    info: SeriesInfo
    facts: DicomFacts

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
        facts = list(_facts_below(declaration))
        images, labels = _images(declaration, facts), [f for f in facts if f.kind in ("rtstruct", "seg")]
        labels = [f for f in labels if _matches(f.path, declaration.root, declaration.labels)]
        if not labels:
            raise InputError(
                f"A data set of the layout dicom has structure sets (RTSTRUCT) or segmentations (SEG);"
                f" {declaration.root.name} holds none among {len(facts)} DICOM files."
                " Check root and labels in its declaration."
            )
        names = _label_names(declaration, labels)
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
        labels, extra = _together(masks, volume, _parts_rule(source), history)
        return LoadedCase(volume, labels, extra, dict(source.label_names), history)


# --- finding -----------------------------------------------------------------


def _facts_below(declaration: Declaration) -> Iterator[DicomFacts]:
    """Every DICOM file below the root, in order of its path."""
    for folder, folders, names in os.walk(declaration.root):
        folders[:] = sorted(f for f in folders if not f.startswith("."))
        for name in sorted(n for n in names if not n.startswith(".")):
            facts = dicom_facts(Path(folder) / name)
            if facts is not None:
                yield facts


def _images(declaration: Declaration, facts: Sequence[DicomFacts]) -> list[_Image]:
    """The image series, patient by patient: a series UID is trusted within a patient only."""
    by_patient: dict[str, list[DicomFacts]] = {}
    for item in facts:
        if item.kind == "image" and _matches(item.path, declaration.root, declaration.images):
            by_patient.setdefault(_patient(item, declaration.root), []).append(item)
    found = []
    for members in by_patient.values():
        of_path = {item.path: item for item in members}
        for info in find_series([item.path for item in members]):
            found.append(_Image(info, of_path[info.files[0]]))
    return found


def _patient(facts: DicomFacts, root: Path) -> str:
    """The patient's digest; the file's top folder for one that has no ID."""
    if facts.patient.casefold() not in _NOBODY:
        return hashlib.sha256(facts.patient.encode()).hexdigest()[:12]
    parts = facts.path.relative_to(root).parts
    return parts[0] if len(parts) > 1 else ""


def _matches(path: Path, root: Path, pattern: str) -> bool:
    """Whether a path below the root fits a pattern; every path fits none."""
    if not pattern:
        return True
    parts = [
        {"**/": r"(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}.get(p, re.escape(p))
        for p in re.split(r"(\*\*/|\*\*|\*|\?)", pattern)
    ]
    return re.fullmatch("".join(parts), path.relative_to(root).as_posix()) is not None


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


def _label_names(declaration: Declaration, labels: Sequence[DicomFacts]) -> dict[int, str]:
    """Value to name, for the whole data set."""
    if declaration.label_names:
        return dict(declaration.label_names)
    names: dict[str, str] = {}
    for label in labels:
        for name in label.label_names:
            names.setdefault(_plain(name), name.strip())
    if len(names) > _MOST_LABELS:
        raise InputError(
            f"A data set has at most {_MOST_LABELS} labels; {declaration.name} names {len(names)}."
            " Say which are wanted in label_names."
        )
    return {value: names[key] for value, key in enumerate(sorted(names), 1)}


def _plain(name: str) -> str:
    return " ".join(name.casefold().split())


def _value_of(name: str, names: dict[int, str]) -> int | None:
    """The label value of a structure's name, or None if it is not wanted."""
    plain = _plain(name)
    for value, pattern in sorted(names.items()):
        if value and any(_plain(p) == plain or fnmatchcase(plain, _plain(p)) for p in pattern.split("|")):
            return value
    return None


def _case(
    declaration: Declaration,
    image: _Image,
    labels: Sequence[DicomFacts],
    names: dict[int, str],
    used: dict[str, int],
) -> CaseSource:
    files = _files_of(image)
    patient = _patient(image.facts, declaration.root)
    name = _name(image, declaration, used)
    return CaseSource(
        declaration,
        name=name,
        images=files,
        labels=tuple(label.path for label in labels),
        modality=_modality(declaration, image, name),
        dataset=declaration.name,
        group=f"dicom:{patient}" if patient and not declaration.group else "",
        label_names=names,
        fields=_fields(image, patient),
        member=image.info.uid if "#" in image.info.uid else "",
    )


def _files_of(image: _Image) -> tuple[Path, ...]:
    return tuple(sorted(image.info.files))


def _fields(image: _Image, patient: str) -> dict[str, str]:
    facts = image.facts
    said = {
        "patient": patient,
        "sex": facts.sex,
        "age": facts.age,
        "manufacturer": facts.manufacturer,
        "series": image.info.description,
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
    """The series' folder below the root, else its description; numbered where that is not enough."""
    folder = Path(os.path.commonpath([p.parent for p in image.info.files]))
    parts = folder.relative_to(declaration.root).parts
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
        value = _value_of(mask.name, source.label_names)
        if value is None:
            left.append(mask.name)
            continue
        history.extend(f"{mask.name} of {path.name}: {note}" for note in mask.notes)
        if mask.count:
            result.append((value, mask))
    if left:
        history.append(f"{path.name}: structures that are not asked for left out: {', '.join(left)}.")
    return result


def _parts_rule(source: CaseSource) -> str:
    return source.declaration.objects or modality(source.modality).objects


def _together(
    masks: Sequence[tuple[int, NamedMask]], volume: Volume, rule: str, history: list[str]
) -> tuple[npt.NDArray[np.integer], list[ExtraMask]]:
    """A label map of the structures, largest first; those that overlap another label as masks of slices."""
    top = max(value for value, _ in masks)
    labels: npt.NDArray[Any] = np.zeros(volume.shape, np.uint8 if top < 256 else np.uint16, order="F")
    extra: list[ExtraMask] = []
    apart = []
    for value, mask in sorted(masks, key=lambda pair: -pair[1].count):
        place = labels[mask.window]
        if ((place != 0) & (place != value) & mask.part).any():
            apart.append(mask.name)
            extra += _slices(value, mask, volume, rule)
        else:
            place[mask.part] = value
    if apart:
        history.append(f"Structures that overlap others were kept as masks: {', '.join(sorted(apart))}.")
    return labels, extra


def _slices(value: int, mask: NamedMask, volume: Volume, rule: str) -> Iterator[ExtraMask]:
    """A structure slice by slice along the third axis, in connected parts if objects are such."""
    window = mask.window
    for k in range(mask.part.shape[2]):
        part = stored_slice(mask.part, 2, k)
        if not part.any():
            continue
        numbers, count = ndimage.label(part, structure=EIGHT) if rule == "component" else (part, 1)
        for number in range(1, count + 1):
            full = np.zeros((volume.shape[1], volume.shape[0]), bool)
            full[window[1], window[0]] = numbers == number
            yield ExtraMask(2, window[2].start + k, value, full)


LAYOUTS["dicom"] = DicomLayout()
