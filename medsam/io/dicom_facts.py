"""What a DICOM file is and whom it belongs to: enough to sort a folder, read quickly."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from medsam.errors import ReadError
from medsam.io import dicom_seg, rtstruct
from medsam.io.dicom_elements import number_of, parsing, read_dataset, text_of
from medsam.io.sniff import Kind, sniff

# fmt: off
_TAGS = [
    "SOPClassUID", "Modality", "PatientID", "PatientSex", "PatientAge", "Manufacturer", "SeriesInstanceUID",
    "FrameOfReferenceUID", "Rows", "NumberOfFrames",
]
# fmt: on
_YEARS = {"Y": 1.0, "M": 1 / 12, "W": 7 / 365.25, "D": 1 / 365.25}


@dataclass(frozen=True)
class DicomFacts:
    """One DICOM file.

    Attributes:
        path: Of the file.
        kind: What it can serve as.
        patient: PatientID as it stands; never shown nor kept by the caller.
        sex, age: As the file says; the age in years ("61"), "" if it does not.
        manufacturer: Of the machine.
        series_uid, frame_of_reference: Of an image.
        referenced_series, referenced_frames: UIDs that a structure set or segmentation was made on.
        label_names: Of its structures or segments.
    """

    path: Path
    kind: Literal["image", "rtstruct", "seg", "other"]
    patient: str
    sex: str
    age: str
    manufacturer: str
    series_uid: str
    frame_of_reference: str
    referenced_series: tuple[str, ...] = ()
    referenced_frames: tuple[str, ...] = ()
    label_names: tuple[str, ...] = field(default=())


def dicom_facts(path: Path) -> DicomFacts | None:
    """The facts of a file; None if it is no DICOM file or cannot be parsed."""
    try:
        if not path.is_file() or sniff(path) is not Kind.DICOM:
            return None
        dataset = read_dataset(path, list(_TAGS), pixels=False)
        with parsing(path):
            return _facts(path, dataset)
    except (ReadError, OSError):
        return None


def _facts(path: Path, dataset: Any) -> DicomFacts:
    uid = text_of(dataset, "SOPClassUID")
    what: Literal["image", "rtstruct", "seg", "other"] = "other"
    frames: tuple[str, ...] = ()
    series: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    kind = "" if uid else text_of(dataset, "Modality")
    if uid == rtstruct.RTSTRUCT or kind == "RTSTRUCT":
        what = "rtstruct"
        frames, series = rtstruct.referenced_series(path)
        names = tuple(rtstruct.structure_names(path).values())
    elif uid in (dicom_seg.SEGMENTATION, dicom_seg.LABEL_MAP) or kind == "SEG":
        what = "seg"
        frames, series = dicom_seg.referenced_series(path)
        names = tuple(dicom_seg.segment_names(path).values())
    elif number_of(dataset, "Rows", 0) > 0:
        what = "image"
    return DicomFacts(
        path=path,
        kind=what,
        patient=text_of(dataset, "PatientID"),
        sex=text_of(dataset, "PatientSex").upper(),
        age=_years(text_of(dataset, "PatientAge")),
        manufacturer=text_of(dataset, "Manufacturer"),
        series_uid=text_of(dataset, "SeriesInstanceUID"),
        frame_of_reference=text_of(dataset, "FrameOfReferenceUID"),
        referenced_series=series,
        referenced_frames=frames,
        label_names=names,
    )


def _years(text: str) -> str:
    """DICOM's age string ("061Y", "018M") in whole years; "" if it is none."""
    found = re.fullmatch(r"(\d+)([YMWD])", text.upper())
    return str(int(int(found[1]) * _YEARS[found[2]])) if found else ""
