"""DICOM headers as plain records: one ``Header`` a file, one ``Frame`` a picture in it.

Everything is read from the elements listed here, so no patient's name is ever
held. A frame's geometry comes from its own functional groups, from the shared
ones or from the classic elements, whichever the file has.
"""

from __future__ import annotations

import math
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, BinaryIO

from medsam.errors import ReadError
from medsam.intensity import Window
from medsam.io.dicom_elements import (
    first_item,
    number_of,
    numbers_of,
    read_up_to_pixels,
    syntax_of,
    text_of,
    texts_of,
    value_of,
)
from medsam.io.dicom_mosaic import Mosaic, find_mosaic, tile_frames

# fmt: off
_TAGS = [
    "SOPClassUID", "SOPInstanceUID", "Modality", "SeriesDescription", "ImageType", "Units", "RescaleType",
    "SeriesInstanceUID", "SeriesNumber", "InstanceNumber", "AcquisitionNumber", "FrameOfReferenceUID",
    "TemporalPositionIdentifier", "EchoNumbers", "Rows", "Columns", "NumberOfFrames", "SamplesPerPixel",
    "PhotometricInterpretation", "BitsAllocated", "BitsStored", "PixelRepresentation", "PixelSpacing",
    "ImagerPixelSpacing", "NominalScannedPixelSpacing", "ImagePositionPatient", "ImageOrientationPatient",
    "SliceThickness", "SpacingBetweenSlices", "RescaleSlope", "RescaleIntercept", "WindowCenter",
    "WindowWidth", "SharedFunctionalGroupsSequence", "PerFrameFunctionalGroupsSequence",
    "ModalityLUTSequence",
]
# fmt: on
_AS_NUMPY_HAS_THEM = {"1.2.840.10008.1.2", "1.2.840.10008.1.2.1"}

_NOT_IMAGES = {
    "1.2.840.10008.5.1.4.1.1.66": "raw or registration data",
    "1.2.840.10008.5.1.4.1.1.66.4": "a segmentation (SEG)",
    "1.2.840.10008.5.1.4.1.1.66.5": "a surface segmentation",
    "1.2.840.10008.5.1.4.1.1.66.7": "a label map segmentation (SEG)",
    "1.2.840.10008.5.1.4.1.1.481.2": "a radiotherapy dose grid (RTDOSE)",
    "1.2.840.10008.5.1.4.1.1.481.3": "a radiotherapy structure set (RTSTRUCT): contours",
    "1.2.840.10008.5.1.4.1.1.481.5": "a radiotherapy plan (RTPLAN)",
    "1.2.840.10008.5.1.4.1.1.104.1": "a PDF document",
}
_NOT_IMAGE_FAMILIES = {
    "1.2.840.10008.5.1.4.1.1.88.": "a structured report (SR)",
    "1.2.840.10008.5.1.4.1.1.9.": "a waveform, such as an ECG",
    "1.2.840.10008.5.1.4.1.1.11.": "a presentation state",
    "1.2.840.10008.5.1.4.1.1.481.": "a radiotherapy object",
    "1.2.840.10008.5.1.4.1.1.66.": "registration or raw data",
}
_VIDEO_SYNTAXES = tuple(f"1.2.840.10008.1.2.4.{n}" for n in range(100, 109))
_PROJECTIONS = {"CR", "DX", "MG", "XA", "RF", "IO", "PX", "DR"}

Vector3 = tuple[float, float, float]


@dataclass(frozen=True)
class Frame:
    """One picture of a file.

    Attributes:
        path: Of the file.
        index: Of the frame in the file, from 0.
        position: Centre of the first pixel, LPS mm; None without geometry.
        orientation: Direction cosines of a row and of a column, LPS.
        spacing: Between rows and between columns, mm.
        depth: Distance to the next slice as the file claims it, mm; 0 if it does not.
        slope, intercept: Stored to physical values.
        order: Sorts frames at one position, and pictures without one.
        window: The file's first.
    """

    path: Path
    index: int
    position: Vector3 | None
    orientation: tuple[float, ...] | None
    spacing: tuple[float, float] | None
    depth: float
    slope: float
    intercept: float
    order: tuple[Any, ...]
    window: Window | None
    sop_uid: str = ""

    @property
    def has_geometry(self) -> bool:
        """Whether it can be placed in the patient."""
        return self.position is not None and self.orientation is not None and self.spacing is not None


@dataclass(frozen=True)
class Header:
    """What the reader needs to know of one file.

    Attributes:
        rows, columns: Of a slice.
        has_table: Whether a table turns its stored values into physical ones.
        pixels: Where the pixels of its one grey frame begin in the file, and how many
            bytes they take, if they lie there as numpy has them; else None.
        mosaic: How its slices are tiled in the stored picture, if they are.
        blocker: Why the file is not an image that can be read, or "".
        notes: Oddities worth telling.
    """

    path: Path
    uid: str
    series_number: str
    frame_of_reference: str
    description: str
    modality: str
    image_type: tuple[str, ...]
    rows: int
    columns: int
    samples: int
    photometric: str
    bits_allocated: int
    bits_stored: int
    is_signed: bool
    unit: str
    syntax: str
    frames: tuple[Frame, ...]
    sop_class: str = ""
    has_table: bool = False
    pixels: tuple[int, int] | None = None
    mosaic: Mosaic | None = None
    blocker: str = ""
    notes: tuple[str, ...] = field(default=())

    @property
    def dtype(self) -> str:
        """Of the stored values, as numpy writes it."""
        return f"<{'i' if self.is_signed else 'u'}{self.bits_allocated // 8}"

    @property
    def is_scout(self) -> bool:
        """Whether it is a localizer, made to plan the scan."""
        return "LOCALIZER" in self.image_type

    @property
    def is_colour(self) -> bool:
        """Whether its pixels are colours."""
        return self.samples >= 3 or self.photometric == "PALETTE COLOR"

    @property
    def is_projection(self) -> bool:
        """Whether each picture stands for itself, as X-rays do."""
        return self.modality in _PROJECTIONS


def read_header(path: Path, file: BinaryIO | None = None) -> Header:
    """Read one file's header; what stands against reading it is in ``blocker``.

    Args:
        path: Of the file.
        file: It, where it is open already: at its beginning, and left open.

    Raises:
        ReadError: If it cannot be parsed at all.
    """
    if file is None:
        with path.open("rb") as opened:
            return read_header(path, opened)
    dataset, pixels = read_up_to_pixels(file, path, _TAGS)
    try:
        header = _header(path, dataset)
        return replace(header, pixels=pixels) if _is_bare(header, pixels) else header
    except ReadError:
        raise
    except Exception as error:
        raise ReadError(
            f"The header of {path.name} holds values that cannot be understood. Export it again."
        ) from error


def _header(path: Path, dataset: Any) -> Header:
    notes: list[str] = []
    blocker = _blocker(path, dataset)
    modality = text_of(dataset, "Modality")
    unit = _unit(dataset, modality)
    if modality == "CT" and int(number_of(dataset, "BitsAllocated", 16)) == 8:
        modality = "OT"
        unit = ""
        notes.append("The CT was saved as an 8-bit picture, so its values are grey levels and not HU.")
    frames = () if blocker else _frames(path, dataset, notes)
    rows, columns = int(number_of(dataset, "Rows", 0)), int(number_of(dataset, "Columns", 0))
    mosaic = None
    if "MOSAIC" in texts_of(dataset, "ImageType") and len(frames) == 1 and frames[0].has_geometry:
        mosaic = find_mosaic(path) if frames[0].depth > 0 else None
        if mosaic is None:
            notes.append("The picture is a Siemens mosaic: its slices are tiled side by side, as stored.")
        else:
            frames = tile_frames(frames[0], mosaic, rows, columns)
            rows, columns = rows // mosaic.per_side, columns // mosaic.per_side
            notes.append(f"A Siemens mosaic of {mosaic.count} slices was taken apart.")
    return Header(
        path=path,
        uid=text_of(dataset, "SeriesInstanceUID"),
        series_number=_whole(dataset, "SeriesNumber"),
        frame_of_reference=text_of(dataset, "FrameOfReferenceUID"),
        description=text_of(dataset, "SeriesDescription"),
        modality=modality,
        image_type=texts_of(dataset, "ImageType"),
        rows=rows,
        columns=columns,
        samples=int(number_of(dataset, "SamplesPerPixel", 1)),
        photometric=text_of(dataset, "PhotometricInterpretation"),
        bits_allocated=int(number_of(dataset, "BitsAllocated", 16)),
        bits_stored=int(number_of(dataset, "BitsStored", number_of(dataset, "BitsAllocated", 16))),
        is_signed=number_of(dataset, "PixelRepresentation", 0) == 1,
        unit=unit,
        syntax=syntax_of(dataset),
        frames=frames,
        sop_class=text_of(dataset, "SOPClassUID"),
        has_table="ModalityLUTSequence" in dataset,
        mosaic=mosaic,
        blocker=blocker,
        notes=tuple(notes),
    )


def _is_bare(header: Header, pixels: tuple[int, int] | None) -> bool:
    """Whether pixels lie in the file as numpy has them, as those of most scans do."""
    if pixels is None or header.syntax not in _AS_NUMPY_HAS_THEM or header.is_colour or header.has_table:
        return False
    if header.samples != 1 or len(header.frames) != 1 or header.mosaic is not None:
        return False
    if header.bits_allocated not in (8, 16, 32):
        return False
    needed = header.rows * header.columns * header.bits_allocated // 8
    return pixels[1] in (needed, needed + 1)


def _blocker(path: Path, dataset: Any) -> str:
    """Why a file is not an image, as a whole sentence."""
    uid = text_of(dataset, "SOPClassUID")
    what = _NOT_IMAGES.get(uid, "")
    if not what:
        what = next((w for start, w in _NOT_IMAGE_FAMILIES.items() if uid.startswith(start)), "")
    if not what and text_of(dataset, "Modality") in ("SEG", "RTSTRUCT", "RTPLAN", "SR", "PR", "KO"):
        what = f"an object of the kind {text_of(dataset, 'Modality')}"
    if what:
        return f"{path.name} is {what}, not an image. Open the image series it belongs to."
    if syntax_of(dataset) in _VIDEO_SYNTAXES:
        return (
            f"{path.name} is a video inside DICOM, which cannot be decoded here."
            " Export the frames you need as pictures."
        )
    for keyword in ("Rows", "Columns"):
        if not number_of(dataset, keyword, 0) > 0:
            return (
                f"A DICOM image needs {keyword}; {path.name} has no usable one, so its pixels"
                " cannot be laid out. Export it again."
            )
    return ""


def _whole(dataset: Any, keyword: str) -> str:
    """A whole number as text, however many zeros it begins with."""
    number = number_of(dataset, keyword, math.nan)
    return str(int(number)) if math.isfinite(number) else text_of(dataset, keyword)


def _unit(dataset: Any, modality: str) -> str:
    if modality == "CT":
        return "HU"
    units = text_of(dataset, "Units").upper()
    return {"GML": "SUV", "BQML": "Bq/ml", "CNTS": "counts", "NONE": ""}.get(units, units.lower())


def _frames(path: Path, dataset: Any, notes: list[str]) -> tuple[Frame, ...]:
    count = max(1, int(number_of(dataset, "NumberOfFrames", 1)))
    shared = first_item(dataset, "SharedFunctionalGroupsSequence")
    per_frame = value_of(dataset, "PerFrameFunctionalGroupsSequence") or ()
    # Classic multi-frame objects place at most their first frame.
    classic = dataset if count == 1 else None
    frames = []
    for index in range(count):
        own = per_frame[index] if index < len(per_frame) else None
        frames.append(_frame(path, index, dataset, (own, shared), classic, notes))
    return tuple(frames)


def _frame(
    path: Path, index: int, dataset: Any, groups: tuple[Any, Any], classic: Any, notes: list[str]
) -> Frame:
    """One frame from its own groups, the shared ones or the classic elements."""

    def item(sequence: str) -> Any:
        for group in groups:
            found = first_item(group, sequence)
            if found is not None:
                return found
        return classic

    measures = item("PixelMeasuresSequence")
    values = item("PixelValueTransformationSequence") or dataset
    content = item("FrameContentSequence")
    spacing = _spacing(path, measures if measures is not None else dataset, notes)
    depth = number_of(measures, "SpacingBetweenSlices", 0.0) or number_of(measures, "SliceThickness", 0.0)
    return Frame(
        path=path,
        index=index,
        position=numbers_of(item("PlanePositionSequence"), "ImagePositionPatient", 3),
        orientation=numbers_of(item("PlaneOrientationSequence"), "ImageOrientationPatient", 6),
        spacing=spacing,
        depth=abs(depth),
        slope=number_of(values, "RescaleSlope", 1.0) or 1.0,
        intercept=number_of(values, "RescaleIntercept", 0.0),
        order=(
            number_of(dataset, "TemporalPositionIdentifier", 0),
            number_of(content, "TemporalPositionIndex", 0),
            number_of(dataset, "EchoNumbers", 0),
            number_of(dataset, "AcquisitionNumber", 0),
            number_of(dataset, "InstanceNumber", 0),
            path.name,
            index,
        ),
        window=_window(item("FrameVOILUTSequence") or dataset),
        sop_uid=text_of(dataset, "SOPInstanceUID"),
    )


def _spacing(path: Path, source: Any, notes: list[str]) -> tuple[float, float] | None:
    """Pixel spacing, or that of the detector for X-rays."""
    for keyword in ("PixelSpacing", "ImagerPixelSpacing", "NominalScannedPixelSpacing"):
        raw = value_of(source, keyword)
        if raw is None or raw == "":
            continue
        values = numbers_of(source, keyword, 2)
        if values is not None and min(values) > 0:
            return values[0], values[1]
        text = f"{keyword} should be two numbers above zero but is not, so 1 mm a pixel is assumed."
        if text not in notes:
            notes.append(text)
    return None


def _window(source: Any) -> Window | None:
    level, width = number_of(source, "WindowCenter", math.nan), number_of(source, "WindowWidth", math.nan)
    if not (math.isfinite(level) and math.isfinite(width)) or width <= 0:
        return None
    return Window(level, width)
