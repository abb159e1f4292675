"""Segmentations: written by highdicom on phantoms, and genuine ones beside their masks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pydicom
import pytest

from medsam.errors import GeometryError, ReadError
from medsam.io import read_label_map, read_segmentation, read_volume
from medsam.io.dicom_seg import referenced_series, segment_names
from medsam.volume import Volume
from tests.io.dicom_writers import rectangle, write_rtstruct, write_seg
from tests.io.helpers import refused
from tests.phantoms import ct_label_map, ct_phantom, oblique_affine, reoriented, write_ct_series

pytest.importorskip("highdicom")

SHAPE = (30, 25, 6)
NAMES = ("liver", "left kidney", "spine")
SERIES = "1.2.826.0.1.3680043.8.498.1"


@pytest.fixture(scope="module")
def series(tmp_path_factory: pytest.TempPathFactory) -> tuple[Volume, list[Path]]:
    """An oblique CT of odd sizes, as files: 30 * 25 bits end in the middle of a byte."""
    folder = tmp_path_factory.mktemp("series")
    straight = ct_phantom(SHAPE, noise=0)
    volume = Volume(straight.array, oblique_affine(), modality="CT")
    return volume, write_ct_series(folder / "ct", volume)


@pytest.fixture(scope="module")
def labels() -> np.ndarray:
    return ct_label_map(SHAPE)


def frames(labels: np.ndarray) -> np.ndarray:
    """(I, J, K) as highdicom wants it: (K, H, W)."""
    return np.ascontiguousarray(labels.transpose(2, 1, 0).astype(np.uint8))


def fractions(labels: np.ndarray) -> np.ndarray:
    """Fractions of three segments, (K, H, W, 3): 0.6 inside, 0.3 around."""
    stack = np.stack([frames(labels) == n for n in (1, 2, 3)], axis=-1)
    return np.where(stack, 0.6, 0.3)


@pytest.mark.parametrize("options", [{}, {"omit_empty_frames": False}])
@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP", "FRACTIONAL"])
def test_every_type_comes_back_as_it_was(
    tmp_path: Path, series: tuple[Volume, list[Path]], labels: np.ndarray, kind: str, options: dict[str, Any]
) -> None:
    volume, files = series
    masks = fractions(labels) if kind == "FRACTIONAL" else frames(labels)
    path = write_seg(tmp_path / "seg.dcm", files, masks, NAMES, kind, **options)
    found = read_segmentation(path, volume.geometry)
    assert [(m.number, m.name) for m in found] == [(1, "liver"), (2, "left kidney"), (3, "spine")]
    for mask in found:
        np.testing.assert_array_equal(mask.mask, labels == mask.number)
        assert any("one half" in note for note in mask.notes) == (kind == "FRACTIONAL")


@pytest.mark.parametrize("kind", ["BINARY", "LABELMAP"])
def test_it_reads_what_highdicom_reads(
    tmp_path: Path, series: tuple[Volume, list[Path]], labels: np.ndarray, kind: str
) -> None:
    import highdicom as hd

    volume, files = series
    path = write_seg(tmp_path / "seg.dcm", files, frames(labels), NAMES, kind)
    theirs = hd.seg.segread(path).get_volume(combine_segments=True)
    affine = np.diag([-1.0, -1.0, 1.0, 1.0]) @ theirs.affine
    index = np.stack(np.nonzero(theirs.array), axis=1)
    ours = np.rint(volume.geometry.world_to_voxel(index @ affine[:3, :3].T + affine[:3, 3])).astype(int)
    expected = np.zeros(SHAPE, np.uint8)
    expected[tuple(ours.T)] = theirs.array[tuple(index.T)]
    for mask in read_segmentation(path, volume.geometry):
        np.testing.assert_array_equal(mask.mask, expected == mask.number)


def test_compressed_segmentations_are_read(
    tmp_path: Path, series: tuple[Volume, list[Path]], labels: np.ndarray
) -> None:
    volume, files = series
    path = write_seg(
        tmp_path / "seg.dcm",
        files,
        fractions(labels),
        NAMES,
        "FRACTIONAL",
        transfer_syntax_uid=pydicom.uid.RLELossless,
    )
    for mask in read_segmentation(path, volume.geometry):
        np.testing.assert_array_equal(mask.mask, labels == mask.number)


def test_segments_may_overlap(tmp_path: Path, series: tuple[Volume, list[Path]], labels: np.ndarray) -> None:
    volume, files = series
    stack = np.stack([frames(labels) == 1, frames(labels) >= 1], axis=-1).astype(np.uint8)
    liver, organs = read_segmentation(
        write_seg(tmp_path / "seg.dcm", files, stack, ("liver", "organs")), volume.geometry
    )
    np.testing.assert_array_equal(liver.mask, labels == 1)
    np.testing.assert_array_equal(organs.mask, labels >= 1)


@pytest.mark.parametrize("orientation", ["RAS", "PSR", "SAL"])
def test_the_patient_decides_not_the_order_of_axes(
    tmp_path: Path, series: tuple[Volume, list[Path]], labels: np.ndarray, orientation: str
) -> None:
    volume, files = series
    path = write_seg(tmp_path / "seg.dcm", files, frames(labels), NAMES)
    expected = reoriented(Volume(labels.astype(np.uint8), volume.affine), orientation)
    for mask in read_segmentation(path, expected.geometry):
        np.testing.assert_array_equal(mask.mask, expected.array == mask.number)


def test_an_image_that_covers_a_part_gets_that_part(
    tmp_path: Path, series: tuple[Volume, list[Path]], labels: np.ndarray
) -> None:
    volume, files = series
    path = write_seg(tmp_path / "seg.dcm", files, frames(labels), NAMES)
    affine = volume.affine.copy()
    affine[:3, 3] = volume.geometry.voxel_to_world((5, 4, 2))
    smaller = Volume(volume.array[5:28, 4:20, 2:], affine)
    liver = read_segmentation(path, smaller.geometry)[0]
    np.testing.assert_array_equal(liver.mask, labels[5:28, 4:20, 2:] == 1)
    text = " ".join(liver.notes)
    assert "outside of the image left out" in text and "cut there" in text


def test_a_segment_without_voxels_is_empty_and_says_so(
    tmp_path: Path, series: tuple[Volume, list[Path]], labels: np.ndarray
) -> None:
    volume, files = series
    path = write_seg(tmp_path / "seg.dcm", files, frames(labels * (labels != 2)), NAMES)
    kidney = read_segmentation(path, volume.geometry)[1]
    assert not kidney.mask.any() and kidney.notes[-1] == "It holds no voxel of the image."


def test_names_and_references_without_pixels(
    tmp_path: Path, series: tuple[Volume, list[Path]], labels: np.ndarray
) -> None:
    path = write_seg(tmp_path / "seg.dcm", series[1], frames(labels), NAMES, "LABELMAP")
    assert segment_names(path) == {1: "liver", 2: "left kidney", 3: "spine"}
    assert referenced_series(path) == ((f"{SERIES}.9",), (SERIES,))


# --- refusals ----------------------------------------------------------------


def _moved(volume: Volume, ijk: tuple[float, float, float]) -> np.ndarray:
    affine = volume.affine.copy()
    affine[:3, 3] = volume.geometry.voxel_to_world(ijk)
    return affine


def _zoomed(volume: Volume) -> np.ndarray:
    affine = volume.affine.copy()
    affine[:3, :2] *= 1.1
    return affine


@pytest.mark.parametrize(
    ("affine", "parts"),
    [
        (lambda v: _moved(v, (0.5, 0, 0)), ("0.45 mm beside",)),
        (lambda v: _moved(v, (0, 0, 40)), ("lie outside",)),
        (lambda v: _moved(v, (80, 0, 0)), ("lie outside",)),
        (_zoomed, ("pixels of 0.9 x 1.1 mm", "0.99 x 1.21 x 3 mm")),
        (lambda v: oblique_affine(angles_deg=(16.5, 3.0)), ("turned by 12.0 degrees",)),
    ],
)
def test_another_images_segmentation_is_refused(
    tmp_path: Path,
    series: tuple[Volume, list[Path]],
    labels: np.ndarray,
    affine: Callable[[Volume], np.ndarray],
    parts: tuple[str, ...],
) -> None:
    volume, files = series
    path = write_seg(tmp_path / "seg.dcm", files, frames(labels), NAMES)
    other = Volume(volume.array, affine(volume))
    refused(lambda: read_segmentation(path, other.geometry), GeometryError, "seg.dcm", *parts)


def test_another_frame_of_reference_is_refused(
    tmp_path: Path, series: tuple[Volume, list[Path]], labels: np.ndarray
) -> None:
    volume, files = series
    path = write_seg(tmp_path / "seg.dcm", files, frames(labels), NAMES)
    geometry = volume.geometry
    assert read_segmentation(path, geometry, frame_of_reference=f"{SERIES}.9")[0].count
    assert read_segmentation(path, geometry, frame_of_reference="1.2.3", series_uid=SERIES)[0].count
    refused(
        lambda: read_segmentation(path, geometry, frame_of_reference="1.2.3"), GeometryError, "frame of ref"
    )


def _without(keyword: str) -> Callable[[Any], None]:
    return lambda d: delattr(d, keyword)


def _short(d: Any) -> None:
    d.PixelData = d.PixelData[: len(d.PixelData) // 2]


def _no_place(d: Any) -> None:
    del d.PerFrameFunctionalGroupsSequence[0].PlanePositionSequence


@pytest.mark.parametrize(
    ("edit", "part"),
    [
        (_without("Rows"), "needs Rows"),
        (_without("PixelData"), "needs pixel data"),
        (_without("SegmentSequence"), "names none"),
        (_without("PerFrameFunctionalGroupsSequence"), "place in the patient"),
        (_no_place, "place in the patient"),
        (_short, "cannot be understood"),
    ],
)
def test_damaged_segmentations_are_refused(
    tmp_path: Path,
    series: tuple[Volume, list[Path]],
    labels: np.ndarray,
    edit: Callable[[Any], None],
    part: str,
) -> None:
    volume, files = series
    path = write_seg(tmp_path / "seg.dcm", files, frames(labels), NAMES)
    dataset = pydicom.dcmread(path)
    edit(dataset)
    dataset.save_as(path)
    refused(lambda: read_segmentation(path, volume.geometry), ReadError, part, "seg.dcm")


def test_frames_of_segments_that_nobody_describes_are_named(
    tmp_path: Path, series: tuple[Volume, list[Path]], labels: np.ndarray
) -> None:
    volume, files = series
    path = write_seg(tmp_path / "seg.dcm", files, frames(labels), NAMES)
    dataset = pydicom.dcmread(path)
    dataset.SegmentSequence = dataset.SegmentSequence[:2]
    dataset.save_as(path)
    found = read_segmentation(path, volume.geometry)
    assert [m.number for m in found] == [1, 2] and any("left out: 3." in note for note in found[0].notes)


def test_other_dicom_files_are_refused(tmp_path: Path, series: tuple[Volume, list[Path]]) -> None:
    volume, files = series
    refused(lambda: read_segmentation(files[0], volume.geometry), ReadError, "SEG", "is CT")
    path = write_rtstruct(tmp_path / "rs.dcm", volume, {"liver": [rectangle(4, 6, 12, 9, 2)]})
    refused(lambda: segment_names(path), ReadError, "is RTSTRUCT")


# --- genuine files -----------------------------------------------------------


@pytest.mark.shared
def test_dcmqis_segmentations_equal_their_label_maps(shared: Path) -> None:
    folder = shared / "loaders" / "dicom" / "dcmqi_ct_seg"
    volume = read_volume(folder / "ct-3slice")
    (liver,) = read_segmentation(
        folder / "liver.dcm", volume.geometry, frame_of_reference=volume.metadata["frame_of_reference"]
    )
    expected, _ = read_label_map(folder / "liver_seg.nrrd", volume.geometry)
    np.testing.assert_array_equal(liver.mask, expected == 1)
    found = {m.number: m for m in read_segmentation(folder / "partial_overlaps.dcm", volume.geometry)}
    assert {m.name for m in found.values()} == {"GREEN", "ORANGE", "PURPLE", "LIGHT_BLUE", "DARK_BLUE"}
    for file, numbers in ((1, (1, 4, 5)), (2, (2,)), (3, (3,))):
        expected, _ = read_label_map(folder / f"partial_overlaps-{file}.nrrd", volume.geometry)
        for number in numbers:
            np.testing.assert_array_equal(found[number].mask, expected == number)
    assert (found[1].mask & found[2].mask).any()


@pytest.mark.shared
@pytest.mark.parametrize("name", ["noppv", "ppv5"])
def test_sparse_label_maps_keep_their_padding_out(shared: Path, name: str) -> None:
    folder = shared / "loaders" / "dicom" / "dcmqi_ct_seg"
    volume = read_volume(folder / "24x38x3" / "image")
    (liver,) = read_segmentation(folder / f"sparse-labelmap-{name}.dcm", volume.geometry)
    expected, _ = read_label_map(folder / f"sparse_labelmap_{name}_seg.nrrd", volume.geometry)
    np.testing.assert_array_equal(liver.mask, expected == 1)
    assert liver.name == "Liver"
