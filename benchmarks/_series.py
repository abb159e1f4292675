"""Scans on the disk, as hospitals have them, for the measurements of opening."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom

from medsam.volume import Volume
from tests.phantoms import dicom_slice

UNCOMPRESSED = "uncompressed"
SYNTAXES = {
    "RLE": "RLELossless",
    "JPEG lossless": "JPEGLosslessProcess14_1",
    "JPEG-LS": "JPEGLSLossless",
    "JPEG 2000": "JPEG2000Lossless",
}
"""The compressions of a series, and GDCM's names of them."""

# fmt: off
_TEXTS = {
    "InstitutionName": "General Hospital", "Manufacturer": "Maker", "ManufacturerModelName": "Scanner 64",
    "StationName": "CT01", "StudyDescription": "CT CHEST ABDOMEN", "ProtocolName": "Chest Abdomen 1.5",
    "BodyPartExamined": "CHEST", "PatientPosition": "HFS", "ConvolutionKernel": "B30f", "FilterType": "0",
    "StudyDate": "20200102", "SeriesDate": "20200102", "AcquisitionDate": "20200102", "StudyTime": "101500",
    "SeriesTime": "101600.5", "AcquisitionTime": "101601.25", "ContentDate": "20200102",
    "ContentTime": "1017",
    "AccessionNumber": "4711", "ReferringPhysicianName": "Nobody", "StudyID": "1", "ScanOptions": "HELIX",
    "SoftwareVersions": "VA44A", "ContrastBolusAgent": "Agent", "RotationDirection": "CW",
    "ExposureModulationType": "XYZ_EC", "PositionReferenceIndicator": "SN", "RescaleType": "HU",
    "PatientSex": "O", "PatientAge": "061Y", "SpecificCharacterSet": "ISO_IR 100",
}
_NUMBERS = {
    "KVP": 120, "DataCollectionDiameter": 500, "ReconstructionDiameter": 380, "GantryDetectorTilt": 0,
    "TableHeight": 151, "ExposureTime": 500, "XRayTubeCurrent": 220, "Exposure": 110, "FocalSpots": 1.2,
    "SpiralPitchFactor": 1.2, "TableSpeed": 46, "SingleCollimationWidth": 0.6, "AcquisitionNumber": 2,
    "WindowCenter": [40, 60], "WindowWidth": [400, 360], "SliceLocation": 1.0, "PatientWeight": 74,
}
# fmt: on
_PRIVATE = 40


def body(size: int, slices: int) -> Volume:
    """A noisy body in quiet air, int16 HU: it packs about as a scan does."""
    rng = np.random.default_rng(0)
    y, x = np.mgrid[:size, :size] / size - 0.5
    inside = (x / 0.4) ** 2 + (y / 0.32) ** 2 < 1
    bone = (x**2 + (y - 0.2) ** 2) < 0.06**2
    mean = np.where(bone, 600.0, np.where(inside, 40.0, -1000.0)).T
    spread = np.where(inside, 14.0, 5.0).T
    array = np.empty((size, size, slices), np.int16, order="F")
    noise = rng.standard_normal((size, size, 8), np.float32)
    for k in range(slices):
        # Shifted, so that no slice is its neighbour and none costs new noise.
        values = mean + spread * np.roll(noise[..., k % 8], 7 * k, axis=0)
        array[..., k] = np.clip(np.rint(values), -1024, 3071)
    return Volume(array, np.diag([-0.75, -0.75, 1.0, 1.0]), modality="CT")


def write_series(folder: Path, volume: Volume) -> list[Path]:
    """One uncompressed file a slice, with a header as long as scanners write it; in slice order."""
    folder.mkdir(parents=True)
    paths = []
    for k in range(volume.shape[2]):
        dataset = dicom_slice(volume, k, uid="1.2.826.0.1.3680043.8.498.1")
        _lengthen(dataset)
        path = folder / f"IM{k:05d}"
        dataset.save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths


def _lengthen(dataset: Any) -> None:
    """Add what a reader of images must step over: some 120 elements, 40 of them private, and sequences."""
    for keyword, value in {**_TEXTS, **_NUMBERS}.items():
        setattr(dataset, keyword, value)
    for keyword in ("ReferencedStudySequence", "ProcedureCodeSequence", "RequestAttributesSequence"):
        item = pydicom.Dataset()
        item.ReferencedSOPInstanceUID = "1.2.3.4"
        item.CodeMeaning = "Chest"
        setattr(dataset, keyword, pydicom.Sequence([item]))
        dataset[keyword].is_undefined_length = True
    for group in (0x0019, 0x0029):
        block = dataset.private_block(group, "MAKER HEADER", create=True)
        for n in range(_PRIVATE // 2):
            block.add_new(n, "LO", f"private value {n}")


def compress(paths: list[Path], folder: Path, syntax: str) -> list[Path]:
    """The same files in another transfer syntax, a key of ``SYNTAXES``, by GDCM."""
    import gdcm

    folder.mkdir(parents=True)
    result = []
    for path in paths:
        reader = gdcm.ImageReader()
        reader.SetFileName(str(path))
        change = gdcm.ImageChangeTransferSyntax()
        change.SetTransferSyntax(gdcm.TransferSyntax(getattr(gdcm.TransferSyntax, SYNTAXES[syntax])))
        writer = gdcm.ImageWriter()
        writer.SetFileName(str(folder / path.name))
        is_read = reader.Read()
        change.SetInput(reader.GetImage())
        is_changed = is_read and change.Change()
        writer.SetFile(reader.GetFile())
        writer.SetImage(change.GetOutput())
        if not (is_changed and writer.Write()):
            raise RuntimeError(f"GDCM could not write {path.name} as {syntax}.")
        result.append(folder / path.name)
    return result
