"""Structure sets and segmentations that the tests write: pydicom's and highdicom's own hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from medsam.volume import Volume

LPS = np.diag([-1.0, -1.0, 1.0, 1.0])
RTSTRUCT = "1.2.840.10008.5.1.4.1.1.481.3"


@dataclass(frozen=True)
class Contour:
    """Points in voxel coordinates of the image it is drawn on."""

    ijk: Sequence[Sequence[float]]
    kind: str = "CLOSED_PLANAR"


def rectangle(
    x0: float, y0: float, x1: float, y1: float, k: float, kind: str = "CLOSED_PLANAR", axis: int = 2
) -> Contour:
    """Around the voxel centres x0 .. x1 and y0 .. y1, a quarter voxel outside of them."""
    corners = [(x0 - 0.25, y0 - 0.25), (x1 + 0.25, y0 - 0.25), (x1 + 0.25, y1 + 0.25), (x0 - 0.25, y1 + 0.25)]
    return Contour([list(np.insert(corner, axis, k)) for corner in corners], kind)


def write_rtstruct(
    path: Path,
    volume: Volume,
    structures: dict[str, list[Contour]],
    *,
    frame: str = "1.2.826.0.1.3680043.8.498.1.9",
    series: str = "1.2.826.0.1.3680043.8.498.1",
    edit: Any = None,
) -> Path:
    """Write outlines drawn on ``volume``; ``edit`` may change the dataset before it is saved."""
    from pydicom.dataset import Dataset, FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID = RTSTRUCT, f"{series}.77"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    d = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    d.SOPClassUID, d.SOPInstanceUID, d.Modality = RTSTRUCT, f"{series}.77", "RTSTRUCT"
    d.StudyInstanceUID, d.SeriesInstanceUID = f"{series}.8", f"{series}.7"
    d.PatientName, d.PatientID = "Nobody^Known", "secret-id"
    d.ReferencedFrameOfReferenceSequence = [_references(frame, series)]
    d.StructureSetROISequence, d.ROIContourSequence = [], []
    lps = LPS @ volume.affine
    for number, (name, contours) in enumerate(structures.items(), 1):
        roi = Dataset()
        roi.ROINumber, roi.ROIName, roi.ReferencedFrameOfReferenceUID = number, name, frame
        d.StructureSetROISequence.append(roi)
        drawn = Dataset()
        drawn.ReferencedROINumber = number
        drawn.ContourSequence = [_contour(c, lps) for c in contours]
        d.ROIContourSequence.append(drawn)
    if edit is not None:
        edit(d)
    d.save_as(path, enforce_file_format=True)
    return path


def _references(frame: str, series: str) -> Any:
    from pydicom.dataset import Dataset

    one, study, of_series = Dataset(), Dataset(), Dataset()
    of_series.SeriesInstanceUID = series
    study.ReferencedSOPClassUID, study.ReferencedSOPInstanceUID = "1.2.840.10008.3.1.2.3.1", f"{series}.8"
    study.RTReferencedSeriesSequence = [of_series]
    one.FrameOfReferenceUID, one.RTReferencedStudySequence = frame, [study]
    return one


def _contour(contour: Contour, lps: npt.NDArray[np.float64]) -> Any:
    from pydicom.dataset import Dataset

    item = Dataset()
    points = np.asarray(contour.ijk, float).reshape(-1, 3) @ lps[:3, :3].T + lps[:3, 3]
    item.ContourGeometricType, item.NumberOfContourPoints = contour.kind, len(points)
    item.ContourData = [f"{v:.8f}"[:16] for v in points.ravel()]
    return item


def write_seg(
    path: Path,
    slices: Sequence[Path],
    masks: npt.NDArray[Any],
    names: Sequence[str],
    kind: str = "BINARY",
    **options: Any,
) -> Path:
    """Write a SEG with highdicom.

    Args:
        path: Of the new file.
        slices: Files of the series, in the order of ``masks``' first axis.
        masks: (K, H, W) whole numbers, or (K, H, W, S) a mask or fractions a segment.
        names: Of the segments from 1.
        kind: "BINARY", "FRACTIONAL" or "LABELMAP".
        options: For highdicom.
    """
    import highdicom as hd
    import pydicom
    from pydicom.sr.codedict import codes

    described = [
        hd.seg.SegmentDescription(
            segment_number=n,
            segment_label=name,
            segmented_property_category=codes.SCT.Organ,
            segmented_property_type=codes.SCT.Liver,
            algorithm_type=hd.seg.SegmentAlgorithmTypeValues.MANUAL,
        )
        for n, name in enumerate(names, 1)
    ]
    sources = [pydicom.dcmread(p) for p in slices]
    for source in sources:
        for keyword in ("AccessionNumber", "PatientBirthDate", "PatientSex", "StudyDate", "StudyTime"):
            source.setdefault(keyword, "")
        source.setdefault("StudyID", "1")
        source.setdefault("ReferringPhysicianName", "")
        source.setdefault("ImageType", ["ORIGINAL", "PRIMARY"])
    segmentation = hd.seg.Segmentation(
        source_images=sources,
        pixel_array=masks,
        segmentation_type=kind,
        segment_descriptions=described,
        series_instance_uid=hd.UID(),
        series_number=9,
        sop_instance_uid=hd.UID(),
        instance_number=1,
        manufacturer="tests",
        manufacturer_model_name="tests",
        software_versions="1",
        device_serial_number="1",
        **options,
    )
    segmentation.save_as(path)
    return path
