"""Small volumes, pictures and files that the tests make themselves.

Every phantom is a pure function of its arguments, so a test may compare two
calls. Organs are ellipsoids in world millimetres; a phantom laid out in
another orientation holds the same body.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from medsam.volume import Volume, picture_affine


@dataclass(frozen=True)
class Ellipsoid:
    """One organ: centre and half axes as fractions of the field of view, in LPS order."""

    label: int
    name: str
    center: tuple[float, float, float]
    half: tuple[float, float, float]
    hu: float


BODY = Ellipsoid(0, "body", (0.5, 0.5, 0.5), (0.44, 0.40, 1.5), 0.0)
ORGANS: tuple[Ellipsoid, ...] = (
    Ellipsoid(1, "liver", (0.33, 0.45, 0.55), (0.17, 0.20, 0.40), 110.0),
    Ellipsoid(2, "left kidney", (0.68, 0.60, 0.45), (0.07, 0.08, 0.30), 180.0),
    Ellipsoid(3, "spine", (0.50, 0.78, 0.50), (0.07, 0.08, 1.50), 600.0),
)
"""Not symmetric along any axis, so a flip cannot pass unnoticed."""


def ct_label_map(shape: tuple[int, int, int] = (64, 56, 20)) -> npt.NDArray[np.uint16]:
    """Labels of ``ct_phantom``: (I, J, K) uint16, F-order; 0 = background."""
    labels = np.zeros(shape, np.uint16, order="F")
    for organ in ORGANS:
        labels[_inside(organ, shape)] = organ.label
    return labels


def ct_phantom(
    shape: tuple[int, int, int] = (64, 56, 20),
    spacing: tuple[float, float, float] = (2.0, 2.5, 5.0),
    *,
    noise: float = 8.0,
    seed: int = 0,
) -> Volume:
    """A body in air with a liver, a kidney and a spine: int16 HU, axes L, P, S.

    Args:
        shape: Voxels along i, j, k; non-square and anisotropic by default.
        spacing: mm along i, j, k.
        noise: Standard deviation in HU; 0 for exact values.
        seed: Of the noise.
    """
    hu = np.full(shape, -1000.0, order="F")
    hu[_inside(BODY, shape)] = BODY.hu
    for organ in ORGANS:
        hu[_inside(organ, shape)] = organ.hu
    if noise > 0:
        hu += np.random.default_rng(seed).normal(0.0, noise, shape)
    array = np.asfortranarray(np.clip(np.rint(hu), -1024, 3071).astype(np.int16))
    affine = np.diag([-spacing[0], -spacing[1], spacing[2], 1.0])
    affine[:3, 3] = (60.0, 75.0, -110.0)
    return Volume(array, affine, modality="CT", unit="HU", name="phantom CT")


def ct_phantom_with_labels(
    shape: tuple[int, int, int] = (64, 56, 20), *, noise: float = 8.0
) -> tuple[Volume, npt.NDArray[np.uint16]]:
    """``ct_phantom`` and its label map."""
    return ct_phantom(shape, noise=noise), ct_label_map(shape)


def reoriented(volume: Volume, orientation: str) -> Volume:
    """The same body stored along other axes, such as ``"RAS"``, ``"LAS"`` or ``"PSR"``."""
    import nibabel as nib

    image = nib.Nifti1Image(np.asarray(volume.array), volume.affine)
    ours = nib.io_orientation(volume.affine)
    wanted = nib.orientations.axcodes2ornt(tuple(orientation))
    turned = image.as_reoriented(nib.orientations.ornt_transform(ours, wanted))
    return Volume(
        np.asfortranarray(np.asanyarray(turned.dataobj)),
        turned.affine,
        modality=volume.modality,
        unit=volume.unit,
        name=f"{volume.name} {orientation}",
    )


def oblique_affine(
    spacing: tuple[float, float, float] = (0.9, 1.1, 3.0), *, angles_deg: tuple[float, float] = (16.5, -9.0)
) -> npt.NDArray[np.float64]:
    """Two turns away from every anatomical axis, right-handed in LPS, off-centre."""
    a, b = np.deg2rad(angles_deg)
    about_x = np.array([[1, 0, 0], [0, np.cos(a), -np.sin(a)], [0, np.sin(a), np.cos(a)]])
    about_z = np.array([[np.cos(b), -np.sin(b), 0], [np.sin(b), np.cos(b), 0], [0, 0, 1]])
    affine = np.eye(4)
    affine[:3, :3] = about_x @ about_z @ np.diag([-1.0, -1.0, 1.0]) @ np.diag(spacing)
    affine[:3, 3] = (41.5, 62.25, -310.75)
    return affine


def oblique_volume(shape: tuple[int, int, int] = (40, 36, 12)) -> Volume:
    """An MR-like uint16 volume on an oblique, anisotropic grid."""
    i, j, k = np.meshgrid(*[np.arange(n) for n in shape], indexing="ij")
    values = 40 + 3 * i + 5 * j + 17 * k
    values[_inside(ORGANS[0], shape)] += 700
    return Volume(
        np.asfortranarray(values.astype(np.uint16)),
        oblique_affine(),
        modality="MR",
        name="phantom oblique MR",
    )


def random_affine(seed: int) -> npt.NDArray[np.float64]:
    """A random rotation, handedness, spacing and origin: every column orthogonal."""
    rng = np.random.default_rng(seed)
    q, r = np.linalg.qr(rng.normal(size=(3, 3)))
    affine = np.eye(4)
    affine[:3, :3] = (q * np.sign(np.diag(r))) @ np.diag(rng.uniform(0.3, 6.0, 3))
    if rng.random() < 0.5:
        affine[:3, 0] *= -1
    affine[:3, 3] = rng.uniform(-300, 300, 3)
    return affine


def grey_picture(shape_hw: tuple[int, int] = (48, 64)) -> Volume:
    """An 8-bit grey picture: a bright disc left of the middle on a dark gradient."""
    return _picture(_grey(shape_hw), "phantom grey picture")


def grey16_picture(shape_hw: tuple[int, int] = (48, 64)) -> Volume:
    """A 16-bit grey picture with values above 255, as an X-ray."""
    values = _grey(shape_hw).astype(np.uint16) * 200 + 7
    return _picture(values, "phantom 16-bit picture")


def rgb_picture(shape_hw: tuple[int, int] = (48, 64)) -> Volume:
    """An 8-bit colour picture: a reddish disc on a bluish gradient."""
    grey = _grey(shape_hw)
    rgb = np.stack([grey, grey // 2, 255 - grey], axis=-1)
    return _picture(rgb, "phantom colour picture")


def picture_mask(shape_hw: tuple[int, int] = (48, 64)) -> npt.NDArray[np.bool_]:
    """The disc of the pictures: (H, W) bool."""
    h, w = shape_hw
    rows, cols = np.mgrid[:h, :w] + 0.5
    return (cols - 0.4 * w) ** 2 + (rows - 0.55 * h) ** 2 < (0.25 * min(h, w)) ** 2


def picture_stack(count: int = 5, shape_hw: tuple[int, int] = (48, 64)) -> Volume:
    """A stack of ``count`` 8-bit grey pictures, each brighter than the last."""
    slices = [np.clip(_grey(shape_hw).astype(int) + 4 * n, 0, 255).astype(np.uint8).T for n in range(count)]
    array = np.asfortranarray(np.stack(slices, axis=2))
    return Volume(array, picture_affine(), name="phantom stack", is_picture=True)


def _grey(shape_hw: tuple[int, int]) -> npt.NDArray[np.uint8]:
    h, w = shape_hw
    gradient = 20 + np.add.outer(np.arange(h), np.arange(w)) * 60 // (h + w)
    return np.where(picture_mask(shape_hw), 210, gradient).astype(np.uint8)


def _picture(values: npt.NDArray[np.generic], name: str) -> Volume:
    """(H, W[, 3]) rows down -> a ``Volume`` of (W, H, 1[, 3])."""
    array = np.asfortranarray(values.swapaxes(0, 1)[:, :, None])
    return Volume(array, picture_affine(), name=name, is_picture=True)


def _inside(organ: Ellipsoid, shape: tuple[int, int, int]) -> npt.NDArray[np.bool_]:
    axes = [(np.arange(n) + 0.5) / n for n in shape]
    parts = [((a - c) / h) ** 2 for a, c, h in zip(axes, organ.center, organ.half, strict=True)]
    return parts[0][:, None, None] + parts[1][None, :, None] + parts[2][None, None, :] < 1.0


def write_ct_series(
    folder: Path,
    volume: Volume,
    *,
    uid: str = "1.2.826.0.1.3680043.8.498.1",
    modality: str = "CT",
    slopes: tuple[float, ...] | None = None,
    suffix: str = ".dcm",
    **tags: object,
) -> list[Path]:
    """Write an int16 volume as one DICOM file a slice, in slice order.

    Pixels are stored as value + 1024 with intercept -1024; with ``slopes``,
    slice k is stored as value / slopes[k] with that slope and no intercept.

    Args:
        folder: Made if missing.
        volume: Any orthogonal affine.
        uid: Of the series.
        modality: DICOM code.
        slopes: One rescale slope a slice.
        suffix: Of the files' names; empty for none.
        tags: Further elements by keyword, set last; ``None`` deletes one.
    """
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for k in range(volume.shape[2]):
        dataset = dicom_slice(volume, k, uid=uid, modality=modality, slope=slopes[k] if slopes else None)
        for keyword, value in tags.items():
            if value is None:
                delattr(dataset, keyword)
            else:
                setattr(dataset, keyword, value)
        path = folder / f"slice_{k + 1}{suffix}"
        dataset.save_as(path, enforce_file_format=True)
        paths.append(path)
    return paths


def dicom_slice(volume: Volume, k: int, *, uid: str, modality: str = "CT", slope: float | None = None):
    """One slice of ``volume`` as a pydicom dataset, ready to be changed and saved."""
    from pydicom.dataset import FileDataset, FileMetaDataset
    from pydicom.uid import ExplicitVRLittleEndian

    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ volume.affine
    spacing = volume.geometry.spacing
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = "1.2.840.10008.5.1.4.1.1.2"
    meta.MediaStorageSOPInstanceUID = f"{uid}.{k + 1}"
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    d = FileDataset("", {}, file_meta=meta, preamble=b"\0" * 128)
    d.SOPClassUID, d.SOPInstanceUID = meta.MediaStorageSOPClassUID, meta.MediaStorageSOPInstanceUID
    d.StudyInstanceUID, d.SeriesInstanceUID, d.FrameOfReferenceUID = f"{uid}.8", uid, f"{uid}.9"
    d.Modality, d.SeriesDescription, d.SeriesNumber, d.InstanceNumber = modality, "Phantom", 3, k + 1
    d.PatientName, d.PatientID = "Nobody^Known", "secret-id"
    d.ImageOrientationPatient = [*_ds(lps[:3, 0] / spacing[0]), *_ds(lps[:3, 1] / spacing[1])]
    d.ImagePositionPatient = _ds(lps[:3, 3] + k * lps[:3, 2])
    d.PixelSpacing, d.SliceThickness = _ds(np.array([spacing[1], spacing[0]])), spacing[2]
    stored = np.asarray(volume.array[:, :, k].T, dtype=np.float64)
    stored = stored + 1024 if slope is None else stored / slope
    d.RescaleSlope, d.RescaleIntercept = (1, -1024) if slope is None else (slope, 0)
    d.SamplesPerPixel, d.PhotometricInterpretation = 1, "MONOCHROME2"
    d.Rows, d.Columns = stored.shape
    d.BitsAllocated, d.BitsStored, d.HighBit, d.PixelRepresentation = 16, 16, 15, 0
    d.PixelData = np.clip(np.rint(stored), 0, 65535).astype("<u2").tobytes()
    return d


def _ds(values: npt.NDArray[np.float64]) -> list[str]:
    """Decimal strings of at most 16 characters, DICOM's limit."""
    return [f"{v:.10f}"[:16] for v in values]
