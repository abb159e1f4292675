"""Genuine files of many makers: each opens right, or is refused with the reason.

Skipped where the shared data is not beside the checkout.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import nibabel as nib
import numpy as np
import pytest

from medsam.errors import ReadError
from medsam.io import SeveralSeries, find_series, read_volume
from medsam.io.dicom_elements import read_dataset
from medsam.volume import Volume
from tests.io.helpers import noted, refused

pytestmark = pytest.mark.shared


@pytest.fixture(scope="module")
def loaders(shared: Path) -> Path:
    """The folder of genuine files."""
    return shared / "loaders"


@pytest.fixture(scope="module")
def dicom(loaders: Path) -> Path:
    return loaders / "dicom"


def nifti(path: Path) -> tuple[np.ndarray, np.ndarray]:
    """Values and affine by nibabel alone."""
    image = nib.load(path)
    return np.asanyarray(image.dataobj), image.affine


def same_in_space(volume: Volume, values: np.ndarray, affine: np.ndarray, tolerance_mm: float = 1e-3) -> None:
    """Equal voxels at equal places, whatever the order of axes."""
    turn = nib.orientations.ornt_transform(nib.io_orientation(affine), nib.io_orientation(volume.affine))
    turned = nib.Nifti1Image(values, affine).as_reoriented(turn)
    np.testing.assert_array_equal(volume.array, np.asanyarray(turned.dataobj))
    np.testing.assert_allclose(volume.affine, turned.affine, atol=tolerance_mm)


# --- everything --------------------------------------------------------------


@pytest.mark.timeout(600)
def test_no_file_is_opened_wrong_way_or_with_a_traceback(loaders: Path) -> None:
    """Every file and folder ends in a volume or in one sentence; nothing in between."""
    folders_seen: set[Path] = set()
    for path in sorted(loaders.rglob("*")):
        if path.suffix in (".md", ".json", ".tsv"):
            continue
        # One file of a long series stands for the others.
        if path.is_file() and path.parent.name in ("GE", "image", "totalsegmentator_ct"):
            if path.parent in folders_seen:
                continue
            folders_seen.add(path.parent)
        try:
            volume = read_volume(path)
        except ReadError as error:
            message = str(error)
            assert message.endswith((".", "Choose one.")) and len(message) > 40, (path.name, message)
            continue
        assert volume.array.size and np.isfinite(volume.affine).all(), path.name
        cosines = volume.geometry.direction.T @ volume.geometry.direction
        assert np.abs(cosines - np.eye(3)).max() < 0.011, path.name


# --- one patient, three scanners ---------------------------------------------


@pytest.mark.parametrize(
    ("folder", "file", "unit"),
    [
        ("CT", "ct/sts/images/STS_002_CT.nii.gz", "HU"),
        ("MR_T1", "mri/sts/images/STS_002_MR_T1.nii.gz", ""),
        ("PET", "pet/sts/images/STS_002_PET.nii.gz", "SUV"),
    ],
)
def test_sarcoma_series_equal_their_nifti(
    dicom: Path, shared: Path, folder: str, file: str, unit: str
) -> None:
    volume = read_volume(dicom / "sts_002" / folder)
    values, affine = nifti(shared / "data" / file)
    assert volume.unit == unit and noted(volume, "RTSTRUCT")
    np.testing.assert_allclose(volume.affine, affine, atol=1e-3)
    if folder == "PET":
        assert volume.array.dtype == np.float32
        np.testing.assert_allclose(volume.array, values, rtol=1e-5, atol=1e-6)
    else:
        assert volume.array.dtype == np.int16
        np.testing.assert_array_equal(volume.array, values)


def test_pet_slopes_are_taken_slice_by_slice(dicom: Path) -> None:
    volume = read_volume(dicom / "sts_002" / "PET" / "image")
    for path in sorted((dicom / "sts_002" / "PET" / "image").iterdir())[::11]:
        dataset = read_dataset(path, None, pixels=True)
        k = round((float(dataset.ImagePositionPatient[2]) - volume.affine[2, 3]) / volume.affine[2, 2])
        expected = dataset.pixel_array.T * float(dataset.RescaleSlope)
        np.testing.assert_allclose(volume.array[:, :, k], expected, rtol=1e-6)


def test_contours_are_called_contours(dicom: Path) -> None:
    for folder in ("CT", "MR_T1", "PET"):
        path = dicom / "sts_002" / folder / "mask" / "RS.dcm"
        refused(lambda p=path: read_volume(p), ReadError, "RTSTRUCT", "not an image")


def test_three_series_in_one_folder_are_offered(dicom: Path) -> None:
    error = refused(lambda: read_volume(dicom / "sts_002"), SeveralSeries, "holds 3")
    readable = [s for s in error.series if not s.problems]  # type: ignore[attr-defined]
    assert [(s.modality, s.count) for s in readable] == [("CT", 48), ("MR", 35), ("PT", 48)]


# --- odd series --------------------------------------------------------------


def test_descending_overlapping_jpeg_2000_without_uid_or_extension(dicom: Path) -> None:
    volume = read_volume(dicom / "totalsegmentator_ct")
    assert volume.shape == (512, 512, 20) and volume.array.dtype == np.int16
    assert volume.geometry.spacing == pytest.approx((0.9765625, 0.9765625, 2.0))
    assert volume.geometry.orientation == "LPS"
    assert volume.window is not None and (volume.window.level, volume.window.width) == (40, 300)
    lowest = volume.geometry.voxel_to_world([0, 0, 0])
    np.testing.assert_allclose(lowest, [249.51171875, 437.51171875, -804.5])
    top = sorted((dicom / "totalsegmentator_ct").iterdir())[0]
    expected = read_dataset(top, None, pixels=True).pixel_array.astype(int) - 1024
    np.testing.assert_array_equal(volume.array[:, :, 19], expected.T)


def test_gantry_tilt_and_uneven_distances_are_both_told(dicom: Path) -> None:
    for path in (dicom / "dcm_qa_ct/In/GE", dicom / "dcm_qa_ct/In/GE/07.dcm"):
        refused(lambda p=path: read_volume(p), ReadError, "gantry tilt of 18.5 degrees", "1.08 to 7.00 mm")


def test_missing_slices_are_told_and_the_scout_does_not_stand_in(dicom: Path) -> None:
    folder = dicom / "dcm_qa_ct/In/Philips"
    refused(lambda: read_volume(folder), ReadError, "8 slices", "696.21 and 741.21 mm")
    refused(lambda: read_volume(folder / "DICOMDIR"), ReadError, "DICOMDIR", "none of the 2")
    scout = read_volume(folder / "S21570/S1000/I10")
    assert scout.shape == (512, 256, 1) and scout.modality == "CT"
    assert {s.count: bool(s.problems) for s in find_series(folder)} == {1: True, 4: True}


# --- encodings ---------------------------------------------------------------


def test_nine_encodings_give_the_same_voxels_as_dcm2niix(dicom: Path) -> None:
    folder = dicom / "dcm_qa_ts"
    for n in range(1, 10):
        volume = read_volume(folder / f"In/{n}.dcm")
        assert volume.shape == (64, 64, 35) and noted(volume, "mosaic of 35 slices")
        same_in_space(volume, *nifti(folder / f"Ref/{n}.nii"))
        assert volume.array.dtype == np.int16


def test_nine_copies_in_a_folder_are_nine_series(dicom: Path) -> None:
    error = refused(lambda: read_volume(dicom / "dcm_qa_ts/In"), SeveralSeries, "holds 9")
    uids = [s.uid for s in error.series]  # type: ignore[attr-defined]
    assert len(set(uids)) == 9
    assert read_volume(dicom / "dcm_qa_ts/In", series=uids[6]).shape == (64, 64, 35)


def test_lossy_and_lossless_versions_of_one_scan_agree(dicom: Path) -> None:
    exact = read_volume(dicom / "dwv/nema-nm1_jpll.dcm").array.astype(int)
    np.testing.assert_array_equal(read_volume(dicom / "dwv/nema-nm1_j2kr.dcm").array, exact)
    lossy = read_volume(dicom / "dwv/nema-nm1_jply.dcm").array
    assert np.abs(lossy - exact).mean() < 3 and np.corrcoef(lossy.ravel(), exact.ravel())[0, 1] > 0.97


def test_the_version_that_is_opened_is_the_one_shown(dicom: Path) -> None:
    lossless = read_volume(dicom / "dwv/nema-ct1_jpll.dcm")
    lossy = read_volume(dicom / "dwv/nema-ct1_j2ki.dcm")
    assert lossless.array.min() == -3024 and lossy.array.min() < -3100
    assert noted(lossless, "2 images at every position")


# --- enhanced multi-frame ----------------------------------------------------


def test_siemens_enhanced_files_are_time_points_of_one_series(dicom: Path) -> None:
    folder = dicom / "dcm_qa_enh/In/Siemens/XA10"
    for n in range(4):
        stored = read_dataset(folder / f"6_{n + 1}.dcm", None, pixels=True)
        volume = read_volume(folder, frame=n)
        assert volume.shape == (64, 64, 6) and volume.geometry.spacing == pytest.approx((3.375, 3.375, 2.4))
        heights = [float(g.PlanePositionSequence[0].ImagePositionPatient[2]) for g in frames_of(stored)]
        order = np.argsort(heights)
        np.testing.assert_array_equal(volume.array, stored.pixel_array[order].transpose(2, 1, 0))
        np.testing.assert_array_equal(read_volume(folder / f"6_{n + 1}.dcm").array, volume.array)


def frames_of(dataset: object) -> list:
    """Functional groups, a frame each."""
    return list(dataset.PerFrameFunctionalGroupsSequence)  # type: ignore[attr-defined]


def test_philips_field_map_holds_two_images_a_position_with_their_own_slopes(dicom: Path) -> None:
    path = dicom / "dcm_qa_enh/In/Philips/IM_0027_fMAP.dcm"
    stored = read_dataset(path, None, pixels=True)
    pixels, groups = stored.pixel_array, frames_of(stored)
    for frame in (0, 1):
        volume = read_volume(path, frame=frame)
        assert volume.shape == (64, 64, 32) and noted(volume, "2 images at every position")
        for k in (0, 15, 31):
            place = volume.geometry.voxel_to_world([0, 0, k]) * [-1, -1, 1]
            here = [
                n
                for n, g in enumerate(groups)
                if np.allclose(
                    [float(v) for v in g.PlanePositionSequence[0].ImagePositionPatient], place, atol=1e-2
                )
            ]
            assert len(here) == 2
            values = groups[here[frame]].PixelValueTransformationSequence[0]
            expected = pixels[here[frame]] * float(values.RescaleSlope) + float(values.RescaleIntercept)
            np.testing.assert_allclose(volume.array[:, :, k], expected.T, rtol=1e-5, atol=1e-3)


@pytest.mark.parametrize("size", ["23x38x3", "24x38x3"])
def test_multi_frame_and_single_files_hold_the_same_ct(dicom: Path, size: str) -> None:
    folder = dicom / "dcmqi_ct_seg" / size
    single, multi = read_volume(folder / "image"), read_volume(folder / "multiframe/mf.dcm")
    np.testing.assert_array_equal(single.array, multi.array)
    assert single.geometry.is_close(multi.geometry, 1e-3)
    label = read_volume(folder / "nrrd/label.nrrd")
    assert label.geometry.is_close(single.geometry, 1e-2)


# --- CT and its segmentations ------------------------------------------------


def test_the_ct_lies_where_its_segmentations_lie(dicom: Path) -> None:
    folder = dicom / "dcmqi_ct_seg"
    ct = read_volume(folder / "ct-3slice")
    assert ct.shape == (512, 512, 3) and ct.array.min() == -3024
    for name in ("liver_seg", "spine_seg", "heart_seg", "partial_overlaps-1"):
        assert read_volume(folder / f"{name}.nrrd").geometry.is_close(ct.geometry, 1e-2), name
    liver = read_volume(folder / "liver_seg.nrrd").array > 0
    assert 20 < np.median(ct.array[liver]) < 200


@pytest.mark.parametrize(
    "name", ["liver", "partial_overlaps", "sparse-labelmap-noppv", "sparse-labelmap-ppv5"]
)
def test_segmentation_objects_are_called_so(dicom: Path, name: str) -> None:
    refused(lambda: read_volume(dicom / "dcmqi_ct_seg" / f"{name}.dcm"), ReadError, "SEG", "not an image")


# --- a collection of oddities ------------------------------------------------


def plain(modality: str | None, *shape: int) -> Callable[[Volume], None]:
    def check(volume: Volume) -> None:
        assert volume.modality == modality and volume.array.shape == shape

    return check


DWV = {
    "bbmri-53323563.dcm": plain("MR", 256, 256, 6),
    "bbmri.dcmdir": plain("MR", 256, 256, 4),
    "dicompyler-ct.0.dcm": plain("CT", 512, 512, 1),
    "dwv-test-anonymise.dcm": plain("MR", 32, 32, 1),
    "dwv-test-sequence.dcm": plain("MR", 32, 32, 1),
    "dwv-test-simple.dcm": plain("MR", 32, 32, 1),
    "gdcm-CR-MONO1-10-chest.dcm": plain("CR", 440, 440, 1),
    "gdcm-CT-MONO2-8-abdo.dcm": plain("OT", 512, 512, 1),
    "gdcm-US-RGB-8-epicard.dcm": plain("US", 640, 480, 1, 3),
    "gdcm-US-RGB-8-esopecho.dcm": plain("US", 256, 120, 1, 3),
    "leadtools-8BitsJpegLossyGrayScale.dcm": plain("OT", 800, 535, 1),
    "leadtools-flowers-16-mono2-rle.dcm": plain("OT", 800, 535, 1),
    "leadtools-flowers-8-mono2-rle.dcm": plain("OT", 800, 535, 1),
    "multiframe-test1.dcm": plain("MR", 256, 256, 16),
    "nema-mr1_jply.dcm": plain("MR", 512, 512, 1),
    "nema-us1_j2ki.dcm": plain("US", 640, 480, 1, 3),
    "nema-vl2_j2kr.dcm": plain("OT", 756, 486, 1, 3),
    "osirix-cerebrix.dcm": plain("SC", 176, 224, 1),
    "osirix-goudurix.dcm": plain("CT", 512, 512, 1),
    "osirix-toutatix-100.dcm": plain("CT", 512, 512, 2),
    "osirix-toutatix-101.dcm": plain("CT", 512, 512, 2),
}


@pytest.mark.parametrize("name", DWV)
def test_oddities_open(dicom: Path, name: str) -> None:
    DWV[name](read_volume(dicom / "dwv" / name))


def test_the_8_and_16_bit_flowers_are_one_picture(dicom: Path) -> None:
    small = read_volume(dicom / "dwv/leadtools-flowers-8-mono2-rle.dcm").array
    large = read_volume(dicom / "dwv/leadtools-flowers-16-mono2-rle.dcm").array
    assert small.dtype == np.uint8 and large.dtype == np.uint16
    assert np.corrcoef(small.ravel(), large.ravel())[0, 1] > 0.999


def test_the_white_is_zero_chest_is_turned_bright_on_dark(dicom: Path) -> None:
    volume = read_volume(dicom / "dwv/gdcm-CR-MONO1-10-chest.dcm")
    stored = read_dataset(dicom / "dwv/gdcm-CR-MONO1-10-chest.dcm", None, pixels=True).pixel_array
    np.testing.assert_array_equal(volume.array[:, :, 0].T, 1023 - stored.astype(int))
    assert volume.window is not None and volume.window.level == 1023 - 550


def test_ultrasound_colours_are_rgb(dicom: Path) -> None:
    for name in ("nema-us1_j2ki.dcm", "gdcm-US-RGB-8-epicard.dcm"):
        rgb = read_volume(dicom / "dwv" / name).array.reshape(-1, 3).astype(int)
        grey = (np.abs(rgb - rgb.mean(axis=1, keepdims=True)) < 6).all(axis=1)
        assert grey.mean() > 0.8, "a B-mode picture is mostly grey; unturned YBR would be green and pink"


def test_missing_rows_and_foreign_dicomdirs_are_refused(dicom: Path) -> None:
    refused(lambda: read_volume(dicom / "dwv/dwv-test_no-number-rows.dcm"), ReadError, "Rows")
    refused(lambda: read_volume(dicom / "dwv/DICOMDIR"), ReadError, "none of the 44")


def test_broken_spacing_is_told(dicom: Path) -> None:
    volume = read_volume(dicom / "dwv/gdcm-CT-MONO2-8-abdo.dcm")
    assert noted(volume, "PixelSpacing") and volume.is_picture and volume.unit == ""


# --- NIfTI -------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "orientation", "modality"),
    [
        ("CT_pitch.nii.gz", "RAS", None),
        ("M2208_T2w.nii.gz", "LAS", None),
        ("example_ct.nii.gz", "RAS", "CT"),
    ],
)
def test_nifti_files_equal_nibabels(loaders: Path, name: str, orientation: str, modality: str | None) -> None:
    volume = read_volume(loaders / "nifti" / name)
    values, affine = nifti(loaders / "nifti" / name)
    np.testing.assert_array_equal(volume.array, values)
    np.testing.assert_array_equal(volume.affine, affine)
    assert (volume.geometry.orientation, volume.modality) == (orientation, modality)


def test_the_oblique_scan_keeps_its_angle(loaders: Path) -> None:
    direction = read_volume(loaders / "nifti/CT_pitch.nii.gz").geometry.direction
    assert np.degrees(np.arccos(direction[2, 2])) == pytest.approx(16.5, abs=0.1)


def test_time_points_of_the_perfusion_scan(loaders: Path) -> None:
    path = loaders / "nifti/pcasl.nii.gz"
    values, _ = nifti(path)
    for frame in (0, 9):
        np.testing.assert_array_equal(read_volume(path, frame=frame).array, values[..., frame])
    assert noted(read_volume(path), "4D with 10 time points; the first is shown")


# --- pictures of every depth -------------------------------------------------


def test_every_depth_of_one_picture_agrees(loaders: Path) -> None:
    folder = loaders / "formats/ivadomed_png_tif_depths/data_test_png_tif"
    pictures = {p.name: read_volume(p) for p in sorted(folder.rglob("*.png")) + sorted(folder.rglob("*.tif"))}
    assert len(pictures) == 14
    for name, volume in pictures.items():
        assert volume.is_picture and volume.shape[2] == 1, name
        assert volume.is_rgb == ("rgb" in name or "grayalpha" in name), name
        assert noted(volume, "Transparency") == ("rgba" in name or "alpha" in name or "alhpa" in name), name
        assert (volume.array.dtype == np.uint16) == ("16gray" in name), name
    deep = pictures["sub-tif_sample-16gray_SEM.tif"].array
    np.testing.assert_array_equal(deep // 256, pictures["sub-tif_sample-8gray_SEM.tif"].array)
    np.testing.assert_array_equal(deep, pictures["sub-png_sample-16gray_SEM.png"].array)
    for a, b in (("16rgb", "8rgb"), ("16rgba", "8rgba")):
        one, other = (pictures[f"sub-tif_sample-{n}_SEM.tif"].array.astype(int) for n in (a, b))
        assert np.abs(one - other).max() <= 1
        np.testing.assert_array_equal(one, pictures[f"sub-png_sample-{a}_SEM.png"].array)
    assert noted(pictures["sub-tif_sample-16rgb_SEM.tif"], "16-bit colour")
    assert noted(pictures["sub-png_sample-16rgba_SEM.png"], "16-bit colour")


def test_the_colour_nifti_is_a_colour_volume(loaders: Path) -> None:
    volume = read_volume(loaders / "formats/ivadomed_png_tif_depths/rgb_test_file.nii.gz")
    values, affine = nifti(loaders / "formats/ivadomed_png_tif_depths/rgb_test_file.nii.gz")
    assert volume.is_rgb and volume.shape == (10, 10, 4)
    for channel, name in enumerate("RGB"):
        np.testing.assert_array_equal(volume.array[..., channel], values[name])
    np.testing.assert_array_equal(volume.affine, affine)


def test_folders_of_mixed_pictures_name_the_odd_one(loaders: Path) -> None:
    folder = loaders / "formats/ivadomed_png_tif_depths/data_test_png_tif/sub-png/micr"
    refused(lambda: read_volume(folder), ReadError, "one size", ".png")
