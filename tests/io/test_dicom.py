"""DICOM series that the tests write themselves: order, place, values, refusals."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest
from pydicom.dataset import Dataset, FileMetaDataset
from pydicom.sequence import Sequence as DicomSequence
from pydicom.uid import ExplicitVRLittleEndian, MediaStorageDirectoryStorage

from medsam.errors import ReadError
from medsam.io import SeveralSeries, describe, find_series, read_volume
from medsam.volume import Volume
from tests.io.helpers import noted, refused, same_volume
from tests.phantoms import (
    ct_phantom,
    dicom_slice,
    oblique_volume,
    random_affine,
    reoriented,
    write_ct_series,
)

UID = "1.2.826.0.1.3680043.8.498.7"


def change(path: Path, **tags: Any) -> Path:
    """Set elements of a stored file; None deletes one."""
    dataset = pydicom.dcmread(path)
    for keyword, value in tags.items():
        if value is None:
            delattr(dataset, keyword)
        else:
            setattr(dataset, keyword, value)
    dataset.save_as(path)
    return path


def small(shape: tuple[int, int, int] = (16, 12, 6)) -> Volume:
    return ct_phantom(shape)


# --- place and order ---------------------------------------------------------


@pytest.mark.parametrize("orientation", ["LPS", "LPI", "RAS", "PIR", "PSR"])
def test_a_series_lies_where_its_headers_say(tmp_path: Path, orientation: str) -> None:
    volume = reoriented(small(), orientation)
    write_ct_series(tmp_path, volume)
    found = read_volume(tmp_path)
    corners = np.array([[0, 0, 0], [3, 2, 1], [1, 0, 2]])
    world = volume.geometry.voxel_to_world(corners)
    back = np.rint(found.geometry.world_to_voxel(world)).astype(int)
    expected = [int(volume.array[tuple(c)]) for c in corners]
    assert [int(found.array[tuple(b)]) for b in back] == expected
    assert np.linalg.det(found.affine[:3, :3] @ np.diag([-1, -1, 1])) > 0, "slices run along the normal"


def test_files_in_any_order_under_any_name_give_the_same_volume(tmp_path: Path) -> None:
    volume = small()
    paths = write_ct_series(tmp_path, volume, suffix="")
    for path, name in zip(paths, "qzamxb", strict=True):
        path.rename(tmp_path / name)
    found = read_volume(tmp_path)
    same_volume(found, volume)
    assert found.array.dtype == np.int16 and found.array.flags.f_contiguous
    assert (found.modality, found.unit) == ("CT", "HU")


@pytest.mark.parametrize("seed", range(4))
def test_oblique_series_keep_their_affine(tmp_path: Path, seed: int) -> None:
    affine = random_affine(seed)
    if np.linalg.det(affine[:3, :3]) < 0:  # DICOM's rows, columns and normal are right-handed in LPS
        affine[:3, 2] *= -1
    volume = Volume(oblique_volume((14, 12, 5)).array, affine)
    write_ct_series(tmp_path, volume, modality="MR", slopes=(1.0,) * 5)
    same_volume(read_volume(tmp_path), volume, 0.01)


def test_any_file_of_a_series_opens_the_series(tmp_path: Path) -> None:
    volume = small()
    paths = write_ct_series(tmp_path, volume)
    write_ct_series(tmp_path / "..", small((16, 12, 3)), uid="1.2.3.4")
    for path in (paths[0], paths[3]):
        same_volume(read_volume(path), volume)


def test_overlapping_slices_are_fine(tmp_path: Path) -> None:
    write_ct_series(tmp_path, small(), SliceThickness=9.0)
    assert read_volume(tmp_path).geometry.spacing[2] == pytest.approx(5.0)


def test_a_single_slice_takes_its_thickness_as_distance(tmp_path: Path) -> None:
    path = write_ct_series(tmp_path, small((16, 12, 1)))[0]
    found = read_volume(path)
    assert found.shape == (16, 12, 1) and found.geometry.spacing[2] == 5.0 and not found.is_picture
    assert noted(read_volume(change(path, SliceThickness=None)), "1 mm is assumed")


def test_small_jitter_of_positions_is_no_fault(tmp_path: Path) -> None:
    volume = small()
    for k, path in enumerate(write_ct_series(tmp_path, volume)):
        position = [float(v) for v in pydicom.dcmread(path).ImagePositionPatient]
        position[2] += 0.004 * (-1) ** k
        change(path, ImagePositionPatient=position)
    assert read_volume(tmp_path).geometry.is_close(volume.geometry, 0.02)


def test_a_missing_slice_is_refused_with_its_place(tmp_path: Path) -> None:
    write_ct_series(tmp_path, small())[2].unlink()
    refused(lambda: read_volume(tmp_path), ReadError, "1 slice", "missing", "-105.00 and -95.00 mm")


def test_uneven_distances_are_refused_with_their_range(tmp_path: Path) -> None:
    path = write_ct_series(tmp_path, small())[5]
    change(path, ImagePositionPatient=[-60, -75, -83.5])
    refused(lambda: read_volume(tmp_path), ReadError, "5.00 to 6.50 mm apart")


@pytest.mark.parametrize("angle", [2.0, 18.5, -12.0])
def test_gantry_tilt_is_refused_with_its_angle(tmp_path: Path, angle: float) -> None:
    tilt = np.deg2rad(angle)
    for path in write_ct_series(tmp_path, small((16, 12, 9))):
        change(path, ImageOrientationPatient=[1, 0, 0, 0, float(np.cos(tilt)), float(-np.sin(tilt))])
    refused(lambda: read_volume(tmp_path), ReadError, f"gantry tilt of {abs(angle):.1f} degrees", "resample")


def test_sideways_jumps_are_refused(tmp_path: Path) -> None:
    change(write_ct_series(tmp_path, small())[3], ImagePositionPatient=[-40, -75, -95])
    refused(lambda: read_volume(tmp_path), ReadError, "shifted sideways", "20.0 mm")


def test_slanted_rows_and_columns_are_refused(tmp_path: Path) -> None:
    write_ct_series(tmp_path, small(), ImageOrientationPatient=[1, 0, 0, 0.5, 0.8660254, 0])
    refused(lambda: read_volume(tmp_path), ReadError, "right angles")


# --- doubles and time --------------------------------------------------------


def test_a_slice_stored_twice_counts_once(tmp_path: Path) -> None:
    volume = small()
    paths = write_ct_series(tmp_path, volume)
    (tmp_path / "copy.dcm").write_bytes(paths[2].read_bytes())
    found = read_volume(tmp_path)
    same_volume(found, volume)
    assert noted(found, "left out: ")


def test_two_different_slices_at_one_place_are_refused(tmp_path: Path) -> None:
    volume = small()
    write_ct_series(tmp_path, volume)
    extra = dicom_slice(volume, 2, uid="1.2.826.0.1.3680043.8.498.1")
    extra.SOPInstanceUID = "9.9.9"
    extra.save_as(tmp_path / "extra.dcm", enforce_file_format=True)
    refused(lambda: read_volume(tmp_path), ReadError, "as many slices as the others", "-100.00 mm")


def test_several_times_at_every_place_can_be_chosen(tmp_path: Path) -> None:
    volume = small()
    write_ct_series(tmp_path / "a", volume)
    for k, path in enumerate(write_ct_series(tmp_path / "b", Volume(volume.array + 7, volume.affine))):
        change(path, SOPInstanceUID=f"9.9.{k}", InstanceNumber=100 + k)
    first, second = read_volume(tmp_path), read_volume(tmp_path, frame=1)
    same_volume(first, volume)
    np.testing.assert_array_equal(second.array, volume.array + 7)
    assert noted(first, "4D with 2 images at every position; the first is shown")
    refused(lambda: read_volume(tmp_path, frame=2), ReadError, "2 time points")


# --- choosing a series -------------------------------------------------------


def test_two_series_in_a_folder_ask_for_a_choice(tmp_path: Path) -> None:
    write_ct_series(tmp_path / "a", small(), uid="1.2.3", SeriesDescription="arterial")
    write_ct_series(tmp_path / "b", small((16, 12, 4)), uid="1.2.4", SeriesDescription="venous")
    error = refused(lambda: read_volume(tmp_path), SeveralSeries, "arterial (6)", "venous (4)")
    assert [s.description for s in error.series] == ["arterial", "venous"]  # type: ignore[attr-defined]
    assert read_volume(tmp_path, series="1.2.4").shape == (16, 12, 4)
    refused(lambda: read_volume(tmp_path, series="5.6"), ReadError, "none with the UID 5.6")


def test_a_scout_beside_the_scan_is_left_out_with_a_note(tmp_path: Path) -> None:
    volume = small()
    write_ct_series(tmp_path, volume, ImageType=["ORIGINAL", "PRIMARY", "AXIAL"])
    scout = dicom_slice(reoriented(small(), "PIR"), 0, uid="1.2.826.0.1.3680043.8.498.1")
    scout.ImageType, scout.SOPInstanceUID = ["ORIGINAL", "PRIMARY", "LOCALIZER"], "9.9"
    scout.save_as(tmp_path / "scout.dcm", enforce_file_format=True)
    found = read_volume(tmp_path)
    same_volume(found, volume)
    assert noted(found, "a scout")
    assert read_volume(tmp_path / "scout.dcm").shape[2] == 1
    infos = {i.count: i for i in find_series(tmp_path)}
    assert "scout" in infos[1].problems[0] and infos[6].problems == ()


def test_reports_and_contours_beside_the_scan_are_left_out_with_a_note(tmp_path: Path) -> None:
    write_ct_series(tmp_path, small())
    report = dicom_slice(small(), 0, uid="1.2.99", modality="SR")
    report.SOPClassUID = "1.2.840.10008.5.1.4.1.1.88.33"
    report.save_as(tmp_path / "report.dcm", enforce_file_format=True)
    found = read_volume(tmp_path)
    assert found.shape == (16, 12, 6) and noted(found, "1 other series left out")
    refused(lambda: read_volume(tmp_path / "report.dcm"), ReadError, "structured report")


def test_other_sizes_in_a_series_are_series_of_their_own(tmp_path: Path) -> None:
    write_ct_series(tmp_path / "a", small())
    write_ct_series(tmp_path / "b", ct_phantom((20, 12, 3)))
    error = refused(lambda: read_volume(tmp_path), SeveralSeries)
    uids = [s.uid for s in error.series]  # type: ignore[attr-defined]
    assert uids[1] == f"{uids[0]}#2"
    assert read_volume(tmp_path, series=uids[1]).shape == (20, 12, 3)


def test_a_blocked_scan_is_not_passed_over_for_its_scout(tmp_path: Path) -> None:
    write_ct_series(tmp_path / "scan", small())[2].unlink()
    write_ct_series(tmp_path / "scout", small((16, 12, 1)), uid="1.9", ImageType=["X", "Y", "LOCALIZER"])
    refused(lambda: read_volume(tmp_path), ReadError, "missing")


def test_a_series_without_a_uid_holds_together(tmp_path: Path) -> None:
    volume = small()
    paths = write_ct_series(tmp_path, volume, SeriesInstanceUID="")
    same_volume(read_volume(tmp_path), volume)
    same_volume(read_volume(paths[4]), volume)


def test_damaged_files_among_good_ones_are_told(tmp_path: Path) -> None:
    write_ct_series(tmp_path, small())
    (tmp_path / "bad.dcm").write_bytes(b"\0" * 128 + b"DICM" + b"\x02\0\x10\0UI\xff\xff" + b"\xff" * 20)
    found = read_volume(tmp_path)
    assert found.shape == (16, 12, 6) and noted(found, "bad.dcm")


# --- values ------------------------------------------------------------------


def test_every_slice_has_its_own_slope(tmp_path: Path) -> None:
    values = np.asfortranarray(np.random.default_rng(0).uniform(0, 20, (8, 6, 4)).astype(np.float32))
    volume = Volume(values, ct_phantom().affine, modality="PT")
    slopes = (0.001, 0.0005, 0.002, 0.0007)
    write_ct_series(tmp_path, volume, modality="PT", slopes=slopes, Units="GML")
    found = read_volume(tmp_path)
    assert found.array.dtype == np.float32 and (found.modality, found.unit) == ("PT", "SUV")
    for k, slope in enumerate(slopes):
        np.testing.assert_allclose(found.array[:, :, k], values[:, :, k], atol=slope / 2 + 1e-6)


@pytest.mark.parametrize(("units", "unit"), [("BQML", "Bq/ml"), ("GML", "SUV"), ("CNTS", "counts")])
def test_pet_units(tmp_path: Path, units: str, unit: str) -> None:
    write_ct_series(tmp_path, small(), modality="PT", slopes=(0.5,) * 6, Units=units)
    assert read_volume(tmp_path).unit == unit


def test_signed_pixels_and_padding_stay_raw(tmp_path: Path) -> None:
    stored = np.full((12, 16), -2000, "<i2")
    stored[3, 5] = 1500
    path = write_ct_series(
        tmp_path,
        small((16, 12, 1)),
        PixelData=stored.tobytes(),
        PixelRepresentation=1,
        RescaleIntercept=-1024,
        PixelPaddingValue=-2000,
    )[0]
    found = read_volume(path)
    assert found.array.dtype == np.int16
    assert found.array[5, 3, 0] == 476 and found.array[0, 0, 0] == -3024


def test_values_beyond_16_bit_widen(tmp_path: Path) -> None:
    stored = np.array([[0, 65535]], "<u2")
    tags = {"Rows": 1, "Columns": 2, "PixelData": stored.tobytes()}
    path = write_ct_series(tmp_path, small((16, 12, 1)), **tags, RescaleIntercept=0)[0]
    assert read_volume(path).array.dtype == np.uint16
    found = read_volume(change(path, RescaleIntercept=-1024))
    assert found.array.dtype == np.int32 and found.array.ravel().tolist() == [-1024, 64511]


@pytest.mark.parametrize("is_signed", [0, 1])
def test_bits_above_those_stored_are_cleared(tmp_path: Path, is_signed: int) -> None:
    stored = np.array([[0xF123, 0x0FFF]], "<u2")
    tags = {"Rows": 1, "Columns": 2, "PixelData": stored.tobytes(), "BitsStored": 12, "HighBit": 11}
    path = write_ct_series(
        tmp_path, small((16, 12, 1)), **tags, RescaleIntercept=0, PixelRepresentation=is_signed
    )[0]
    assert read_volume(path).array.ravel().tolist() == [0x123, -1 if is_signed else 0xFFF]


def test_monochrome1_is_inverted_with_its_window(tmp_path: Path) -> None:
    stored = np.array([[0, 1023, 500]], "<u2")
    tags = {"Rows": 1, "Columns": 3, "PixelData": stored.tobytes(), "BitsStored": 10, "HighBit": 9}
    path = write_ct_series(
        tmp_path,
        small((16, 12, 1)),
        **tags,
        modality="DX",
        RescaleIntercept=0,
        PhotometricInterpretation="MONOCHROME1",
        WindowCenter=300,
        WindowWidth=200,
        ImagePositionPatient=None,
        PixelSpacing=None,
        ImagerPixelSpacing=[0.2, 0.1],
    )[0]
    found = read_volume(path)
    assert found.array.ravel().tolist() == [1023, 0, 523]
    assert found.window is not None and (found.window.level, found.window.width) == (723, 200)
    assert found.is_picture and found.geometry.spacing[:2] == (0.1, 0.2) and noted(found, "MONOCHROME1")


def test_the_first_window_is_taken(tmp_path: Path) -> None:
    write_ct_series(tmp_path, small(), WindowCenter=[40, 300], WindowWidth=[400, 1500])
    window = read_volume(tmp_path).window
    assert window is not None and (window.level, window.width) == (40, 400)


def test_an_8_bit_ct_is_not_taken_for_hu(tmp_path: Path) -> None:
    tags = {
        "BitsAllocated": 8,
        "BitsStored": 8,
        "HighBit": 7,
        "PixelData": bytes(16 * 12),
        "RescaleIntercept": 0,
    }
    found = read_volume(write_ct_series(tmp_path, small((16, 12, 1)), **tags)[0])
    assert (
        found.array.dtype == np.uint8
        and found.modality == "OT"
        and found.unit == ""
        and noted(found, "not HU")
    )


def test_floats_are_read(tmp_path: Path) -> None:
    dataset = dicom_slice(small((16, 12, 1)), 0, uid=UID, modality="MR")
    del dataset.PixelData
    dataset.BitsAllocated, dataset.RescaleIntercept = 32, 0
    dataset.FloatPixelData = np.linspace(-1, 1, 192, dtype="<f4").tobytes()
    dataset.save_as(tmp_path / "a.dcm", enforce_file_format=True)
    found = read_volume(tmp_path / "a.dcm")
    np.testing.assert_array_equal(found.array[:, :, 0].T.ravel(), np.linspace(-1, 1, 192, dtype=np.float32))


# --- pictures ----------------------------------------------------------------


def picture(tmp_path: Path, pixels: np.ndarray, **tags: Any) -> Path:
    """A file without patient geometry; ``pixels`` (H, W), (N, H, W) or with a last axis of 3."""
    dataset = dicom_slice(small((16, 12, 1)), 0, uid=UID, modality=str(tags.pop("Modality", "US")))
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "RescaleIntercept"):
        delattr(dataset, keyword)
    is_colour = pixels.shape[-1] == 3
    frames = pixels.shape[:-1] if is_colour else pixels.shape
    dataset.Rows, dataset.Columns = frames[-2:]
    if len(frames) == 3:
        dataset.NumberOfFrames = frames[0]
    dataset.BitsAllocated = dataset.BitsStored = pixels.dtype.itemsize * 8
    dataset.HighBit = dataset.BitsStored - 1
    dataset.SamplesPerPixel = 3 if is_colour else 1
    dataset.PhotometricInterpretation = "RGB" if is_colour else "MONOCHROME2"
    if is_colour:
        dataset.PlanarConfiguration = 0
    dataset.PixelData = pixels.tobytes()
    for keyword, value in tags.items():
        setattr(dataset, keyword, value)
    path = tmp_path / "picture.dcm"
    dataset.save_as(path, enforce_file_format=True)
    return path


def test_colour_pictures_are_rgb(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (10, 14, 3), np.uint8)
    found = read_volume(picture(tmp_path, pixels))
    assert found.is_rgb and found.is_picture and found.modality == "US" and found.shape == (14, 10, 1)
    np.testing.assert_array_equal(found.array[:, :, 0], pixels.swapaxes(0, 1))


def test_ybr_becomes_rgb(tmp_path: Path) -> None:
    from pydicom.pixels import convert_color_space

    # YBR_FULL holds about every colour only to within a level or two.
    pixels = np.random.default_rng(0).integers(60, 190, (10, 14, 3), np.uint8)
    ybr = convert_color_space(pixels, "RGB", "YBR_FULL")
    found = read_volume(picture(tmp_path, ybr, PhotometricInterpretation="YBR_FULL"))
    np.testing.assert_allclose(found.array[:, :, 0].astype(int), pixels.swapaxes(0, 1), atol=3)


def test_multi_frame_pictures_are_a_stack(tmp_path: Path) -> None:
    pixels = np.random.default_rng(0).integers(0, 256, (5, 10, 14, 3), np.uint8)
    found = read_volume(picture(tmp_path, pixels))
    assert found.is_picture and found.shape == (14, 10, 5)
    np.testing.assert_array_equal(found.array, pixels.transpose(2, 1, 0, 3))


def test_palette_colours_are_looked_up(tmp_path: Path) -> None:
    indices = np.arange(4, dtype=np.uint8).reshape(2, 2)
    tables = {}
    for n, colour in enumerate(("Red", "Green", "Blue")):
        tables[f"{colour}PaletteColorLookupTableDescriptor"] = [256, 0, 16]
        data = (np.arange(256, dtype="<u2") * 256 + n * 1000).astype("<u2").tobytes()
        tables[f"{colour}PaletteColorLookupTableData"] = data
    found = read_volume(picture(tmp_path, indices, PhotometricInterpretation="PALETTE COLOR", **tables))
    assert found.is_rgb
    assert found.array[1, 1, 0].tolist() == [3, (3 * 256 + 1000) // 256, (3 * 256 + 2000) // 256]


def test_x_rays_of_one_study_are_not_stacked(tmp_path: Path) -> None:
    pixels = np.zeros((10, 14), np.uint16)
    first = picture(tmp_path, pixels, Modality="DX")
    first.rename(tmp_path / "a.dcm")
    picture(tmp_path, pixels + 5, Modality="DX", SOPInstanceUID="9.9")
    refused(lambda: read_volume(tmp_path), SeveralSeries, "holds 2")
    assert read_volume(tmp_path / "a.dcm").shape == (14, 10, 1)


def test_broken_pixel_spacing_is_told_and_taken_as_1_mm(tmp_path: Path) -> None:
    pixels = np.zeros((10, 14), np.uint8)
    for spacing in ([0.2, 0, 0.2], [0, 0]):
        found = read_volume(picture(tmp_path, pixels, PixelSpacing=spacing))
        assert found.is_picture and found.geometry.spacing == (1, 1, 1) and noted(found, "PixelSpacing")


# --- functional groups -------------------------------------------------------


def enhanced(volume: Volume, *, slopes: bool = False, times: int = 1) -> Dataset:
    """``volume`` as one enhanced multi-frame object, frames in reverse order."""
    dataset = dicom_slice(volume, 0, uid=UID, modality="MR")
    lps = np.diag([-1.0, -1.0, 1.0, 1.0]) @ volume.affine
    spacing = volume.geometry.spacing
    orientation = [float(v) for a in (0, 1) for v in lps[:3, a] / spacing[a]]
    for keyword in ("ImagePositionPatient", "ImageOrientationPatient", "PixelSpacing", "RescaleIntercept"):
        delattr(dataset, keyword)
    del dataset.RescaleSlope
    dataset.SOPClassUID = "1.2.840.10008.5.1.4.1.1.4.1"
    shared, planes, measures = Dataset(), Dataset(), Dataset()
    planes.ImageOrientationPatient = orientation
    measures.PixelSpacing, measures.SliceThickness = [spacing[1], spacing[0]], spacing[2]
    shared.PlaneOrientationSequence = DicomSequence([planes])
    shared.PixelMeasuresSequence = DicomSequence([measures])
    dataset.SharedFunctionalGroupsSequence = DicomSequence([shared])
    frames, groups = [], []
    for time in range(times):
        for k in reversed(range(volume.shape[2])):
            slope = 1.0 + k if slopes else 1.0
            frames.append((volume.array[:, :, k].T + 100 * time).astype("<u2"))
            group, position, values, content = Dataset(), Dataset(), Dataset(), Dataset()
            position.ImagePositionPatient = [float(v) for v in lps[:3, 3] + k * lps[:3, 2]]
            values.RescaleSlope, values.RescaleIntercept = slope, 0
            content.TemporalPositionIndex = time + 1
            group.PlanePositionSequence = DicomSequence([position])
            group.PixelValueTransformationSequence = DicomSequence([values])
            group.FrameContentSequence = DicomSequence([content])
            groups.append(group)
    dataset.PerFrameFunctionalGroupsSequence = DicomSequence(groups)
    dataset.NumberOfFrames = len(frames)
    dataset.PixelData = np.stack(frames).tobytes()
    return dataset


def test_enhanced_frames_are_placed_by_their_groups(tmp_path: Path) -> None:
    volume = oblique_volume((14, 12, 5))
    enhanced(volume).save_as(tmp_path / "a.dcm", enforce_file_format=True)
    found = read_volume(tmp_path / "a.dcm")
    same_volume(found, volume, 0.01)
    assert not found.is_picture and found.array.dtype == np.int16


def test_enhanced_frames_have_their_own_slopes(tmp_path: Path) -> None:
    volume = oblique_volume((14, 12, 3))
    enhanced(volume, slopes=True).save_as(tmp_path / "a.dcm", enforce_file_format=True)
    np.testing.assert_array_equal(
        read_volume(tmp_path / "a.dcm").array, volume.array * np.array([1.0, 2.0, 3.0])
    )


def test_enhanced_time_points_can_be_chosen(tmp_path: Path) -> None:
    volume = oblique_volume((14, 12, 3))
    enhanced(volume, times=2).save_as(tmp_path / "a.dcm", enforce_file_format=True)
    np.testing.assert_array_equal(read_volume(tmp_path / "a.dcm").array, volume.array)
    np.testing.assert_array_equal(read_volume(tmp_path / "a.dcm", frame=1).array, volume.array + 100)


# --- refusals and privacy ----------------------------------------------------


@pytest.mark.parametrize(
    ("sop_class", "part"),
    [
        ("1.2.840.10008.5.1.4.1.1.66.4", "segmentation (SEG)"),
        ("1.2.840.10008.5.1.4.1.1.481.3", "RTSTRUCT"),
        ("1.2.840.10008.5.1.4.1.1.481.2", "dose grid"),
        ("1.2.840.10008.5.1.4.1.1.104.1", "PDF"),
        ("1.2.840.10008.5.1.4.1.1.9.1.1", "waveform"),
    ],
)
def test_objects_that_are_no_images_are_called_by_their_kind(
    tmp_path: Path, sop_class: str, part: str
) -> None:
    path = change(write_ct_series(tmp_path, small((16, 12, 1)))[0], SOPClassUID=sop_class)
    refused(lambda: read_volume(path), ReadError, part, "not an image")


@pytest.mark.parametrize("keyword", ["Rows", "Columns"])
def test_a_missing_size_is_refused(tmp_path: Path, keyword: str) -> None:
    path = change(write_ct_series(tmp_path, small((16, 12, 1)))[0], **{keyword: None})
    refused(lambda: read_volume(path), ReadError, keyword, "Export it again")


def test_cut_pixels_are_refused(tmp_path: Path) -> None:
    path = write_ct_series(tmp_path, small())[3]
    path.write_bytes(path.read_bytes()[:-50])
    refused(lambda: read_volume(tmp_path), ReadError, path.name, "incomplete")


def test_no_pixels_are_refused(tmp_path: Path) -> None:
    path = change(write_ct_series(tmp_path, small((16, 12, 1)))[0], PixelData=None)
    refused(lambda: read_volume(path), ReadError, "pixel data")


def test_video_inside_dicom_is_refused(tmp_path: Path) -> None:
    path = write_ct_series(tmp_path, small((16, 12, 1)))[0]
    dataset = pydicom.dcmread(path)
    dataset.file_meta.TransferSyntaxUID = "1.2.840.10008.1.2.4.102"
    dataset.PixelData = pydicom.encaps.encapsulate([b"\0" * 64])
    dataset["PixelData"].is_undefined_length = True
    dataset.save_as(path)
    refused(lambda: read_volume(path), ReadError, "video", "Export the frames")


def test_dicom_without_preamble_opens(tmp_path: Path) -> None:
    volume = small((16, 12, 1))
    dataset = dicom_slice(volume, 0, uid=UID)
    del dataset.file_meta
    dataset.preamble = None
    pydicom.dcmwrite(tmp_path / "a", dataset, implicit_vr=True, little_endian=True)
    assert (tmp_path / "a").read_bytes()[:2] == b"\x08\0"
    same_volume(read_volume(tmp_path / "a"), volume)


def test_a_dicomdir_opens_its_files_and_tells_what_is_missing(tmp_path: Path) -> None:
    volume = small()
    paths = write_ct_series(tmp_path / "IMAGES", volume, suffix="")
    directory = Dataset()
    directory.DirectoryRecordSequence = DicomSequence([Dataset() for _ in paths])
    for record, path in zip(directory.DirectoryRecordSequence, paths, strict=True):
        record.DirectoryRecordType = "IMAGE"
        record.ReferencedFileID = ["IMAGES", path.name.upper()]
    directory.file_meta = FileMetaDataset()
    directory.file_meta.MediaStorageSOPClassUID = MediaStorageDirectoryStorage
    directory.file_meta.MediaStorageSOPInstanceUID = "1.2.3"
    directory.file_meta.TransferSyntaxUID = ExplicitVRLittleEndian
    pydicom.dcmwrite(tmp_path / "DICOMDIR", directory, enforce_file_format=True)

    same_volume(read_volume(tmp_path / "DICOMDIR"), volume)
    same_volume(read_volume(tmp_path), volume)
    assert find_series(tmp_path / "DICOMDIR")[0].count == 6
    paths[5].unlink()
    assert noted(read_volume(tmp_path / "DICOMDIR"), "missing: 1 file")
    for path in paths[:5]:
        path.unlink()
    refused(lambda: read_volume(tmp_path / "DICOMDIR"), ReadError, "none of the 6")


def test_no_patients_name_is_kept(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    write_ct_series(tmp_path, small())
    volume = read_volume(tmp_path)
    told = repr(
        (volume.metadata, volume.notes, volume.name, describe(tmp_path), find_series(tmp_path), caplog.text)
    )
    for secret in ("Nobody", "Known", "secret-id"):
        assert secret not in told
