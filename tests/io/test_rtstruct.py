"""Structure sets: written by pydicom on phantoms, and genuine ones beside their masks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from medsam.errors import GeometryError, ReadError
from medsam.io import NamedMask, read_label_map, read_rtstruct, read_volume
from medsam.io.dicom_elements import parsing
from medsam.io.rtstruct import referenced_series, structure_names
from medsam.volume import Volume
from tests.io.dicom_writers import Contour, rectangle, write_rtstruct
from tests.io.helpers import refused
from tests.phantoms import ct_phantom, oblique_affine, oblique_volume, reoriented, write_ct_series

SHAPE = (30, 24, 8)
FRAME = "1.2.826.0.1.3680043.8.498.1.9"


@pytest.fixture
def volume() -> Volume:
    """Non-square, anisotropic, off-centre."""
    return ct_phantom(SHAPE, noise=0)


def block(x0: int, y0: int, x1: int, y1: int, *slices: int) -> np.ndarray:
    """Voxels x0 .. x1, y0 .. y1 inclusive on some slices."""
    mask = np.zeros(SHAPE, bool)
    for k in slices:
        mask[x0 : x1 + 1, y0 : y1 + 1, k] = True
    return mask


def one(tmp_path: Path, volume: Volume, contours: list[Contour], target: Volume | None = None) -> NamedMask:
    """The only structure of a set, read onto ``target``."""
    path = write_rtstruct(tmp_path / "rs.dcm", volume, {"liver": contours})
    (mask,) = read_rtstruct(path, (target or volume).geometry)
    assert (mask.number, mask.name) == (1, "liver")
    return mask


# --- where outlines end up ---------------------------------------------------


def test_outlines_fill_the_voxels_they_enclose(tmp_path: Path, volume: Volume) -> None:
    mask = one(tmp_path, volume, [rectangle(4, 6, 12, 9, k) for k in (2, 3, 4)])
    np.testing.assert_array_equal(mask.mask, block(4, 6, 12, 9, 2, 3, 4))
    assert mask.mask.flags.f_contiguous and mask.part.shape == (9, 4, 3) and mask.count == 9 * 4 * 3
    assert mask.notes == ()


@pytest.mark.parametrize("orientation", ["RAS", "LPI", "PSR", "SAR"])
def test_the_patient_decides_not_the_order_of_axes(tmp_path: Path, volume: Volume, orientation: str) -> None:
    labels = Volume(block(4, 6, 12, 9, 2, 3).astype(np.uint8), volume.affine)
    expected = reoriented(labels, orientation)
    mask = one(tmp_path, volume, [rectangle(4, 6, 12, 9, k) for k in (2, 3)], expected)
    np.testing.assert_array_equal(mask.mask, expected.array > 0)


def test_an_oblique_image_takes_outlines_of_its_own_planes(tmp_path: Path) -> None:
    volume = oblique_volume((30, 24, 8))
    mask = one(tmp_path, volume, [rectangle(4, 6, 12, 9, k) for k in (0, 1, 2)])
    np.testing.assert_array_equal(mask.mask, block(4, 6, 12, 9, 0, 1, 2))
    assert mask.notes == ()


@pytest.mark.parametrize("axis", [0, 1])
def test_sagittal_and_coronal_outlines_fill_their_planes(tmp_path: Path, volume: Volume, axis: int) -> None:
    mask = one(tmp_path, volume, [rectangle(3, 2, 10, 5, n, axis=axis) for n in (7, 8, 9)])
    expected = np.zeros(SHAPE, bool)
    window = [slice(3, 11), slice(2, 6)]
    window.insert(axis, slice(7, 10))
    expected[tuple(window)] = True
    np.testing.assert_array_equal(mask.mask, expected)


def test_outlines_between_slices_go_to_the_nearest(tmp_path: Path, volume: Volume) -> None:
    mask = one(tmp_path, volume, [rectangle(4, 6, 12, 9, k + 0.4) for k in (2, 3)])
    np.testing.assert_array_equal(mask.mask, block(4, 6, 12, 9, 2, 3))
    assert any("2.00 mm beside the slices" in note for note in mask.notes)


def test_outlines_half_way_between_slices_keep_their_number(tmp_path: Path, volume: Volume) -> None:
    mask = one(tmp_path, volume, [rectangle(4, 6, 12, 9, k + 0.5) for k in (2, 3, 4)])
    np.testing.assert_array_equal(mask.mask, block(4, 6, 12, 9, 3, 4, 5))


def test_a_finer_series_outlines_are_sampled_at_the_slices(tmp_path: Path, volume: Volume) -> None:
    contours = [rectangle(4, 6, 4 + n, 9, 2 + n / 4) for n in range(9)]
    mask = one(tmp_path, volume, contours)
    np.testing.assert_array_equal(
        mask.mask, block(4, 6, 4, 9, 2) | block(4, 6, 8, 9, 3) | block(4, 6, 12, 9, 4)
    )
    assert any("6 of 9 outlined planes left out" in note for note in mask.notes)


def test_outlines_on_every_second_slice_fill_those_between_and_say_so(tmp_path: Path, volume: Volume) -> None:
    mask = one(tmp_path, volume, [rectangle(4, 6, 12, 9, k) for k in (1, 3, 5)])
    np.testing.assert_array_equal(mask.mask, block(4, 6, 12, 9, 1, 2, 3, 4, 5))
    assert any("every slice number 2" in note for note in mask.notes)


def test_a_slice_left_out_stays_empty(tmp_path: Path, volume: Volume) -> None:
    mask = one(tmp_path, volume, [rectangle(4, 6, 12, 9, k) for k in (1, 2, 5)])
    np.testing.assert_array_equal(mask.mask, block(4, 6, 12, 9, 1, 2, 5))


def test_tilted_outlines_fill_a_slanted_slab(tmp_path: Path, volume: Volume) -> None:
    """A ball outlined in oblique planes comes out as the ball."""
    oblique = Volume(np.zeros((60, 60, 40), np.uint8), _about(volume, (1.0, 1.0, 1.5), (60, 60, 40)))
    centre, radius = np.array([29.5, 29.5, 19.5]), 14.0
    turns = np.linspace(0, 2 * np.pi, 90, endpoint=False)
    contours = []
    for k in range(40):
        rest = radius**2 - ((k - centre[2]) * 1.5) ** 2
        if rest > 1:
            ring = np.sqrt(rest) * np.stack([np.cos(turns), np.sin(turns)], axis=1) + centre[:2]
            contours.append(Contour(np.column_stack([ring, np.full(90, k)]).tolist()))
    mask = one(tmp_path, oblique, contours, volume)
    middle = oblique.geometry.voxel_to_world(centre)
    grid = np.stack(np.meshgrid(*map(np.arange, SHAPE), indexing="ij"), axis=-1)
    inside = np.linalg.norm(volume.geometry.voxel_to_world(grid) - middle, axis=-1) < radius
    both = 2 * np.count_nonzero(mask.mask & inside) / (mask.count + np.count_nonzero(inside))
    assert both > 0.97
    assert any("turned against" in note for note in mask.notes)


def test_tilted_outlines_that_reach_far_away_take_no_memory(tmp_path: Path, volume: Volume) -> None:
    far = 1e6
    contour = Contour([(-far, -far, -far), (far, -far, far), (far, far, far), (-far, far, -far)])
    mask = one(tmp_path, volume, [contour])
    assert 0 < mask.count < np.prod(SHAPE) / 2 and any("turned against" in note for note in mask.notes)


def _about(volume: Volume, spacing: tuple[float, float, float], shape: tuple[int, int, int]) -> np.ndarray:
    """An oblique affine whose grid lies about the middle of ``volume``."""
    affine = oblique_affine(spacing, angles_deg=(23.0, 31.0))
    middle = volume.geometry.voxel_to_world((np.array(volume.shape) - 1) / 2)
    affine[:3, 3] = middle - affine[:3, :3] @ ((np.array(shape) - 1) / 2)
    return affine


# --- holes -------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["CLOSED_PLANAR", "CLOSEDPLANAR_XOR"])
def test_an_outline_inside_another_is_a_hole(tmp_path: Path, volume: Volume, kind: str) -> None:
    mask = one(tmp_path, volume, [rectangle(7, 8, 9, 10, 2, kind), rectangle(4, 6, 14, 14, 2, kind)])
    np.testing.assert_array_equal(mask.mask, block(4, 6, 14, 14, 2) & ~block(7, 8, 9, 10, 2))


def test_overlapping_outlines_are_united_unless_exclusive(tmp_path: Path, volume: Volume) -> None:
    a, b = block(4, 6, 12, 12, 2), block(9, 9, 18, 16, 2)
    for kind, expected in (("CLOSED_PLANAR", a | b), ("CLOSEDPLANAR_XOR", a ^ b)):
        mask = one(tmp_path, volume, [rectangle(4, 6, 12, 12, 2, kind), rectangle(9, 9, 18, 16, 2, kind)])
        np.testing.assert_array_equal(mask.mask, expected)


# --- what is left out, with a word -------------------------------------------


def test_points_and_open_outlines_are_left_out_by_name(tmp_path: Path, volume: Volume) -> None:
    contours = [
        rectangle(4, 6, 12, 9, 2),
        Contour([(5, 5, 2)], "POINT"),
        Contour([(1, 1, 1), (5, 5, 2), (9, 3, 4)], "OPEN_NONPLANAR"),
        Contour([(1, 1, 1), (5, 5, 1)], "OPEN_PLANAR"),
        Contour([(1, 1, 1), (5, 5, 1)]),
        Contour([(1, 1, 1), (9, 1, 3), (9, 9, 1), (1, 9, 3)]),
    ]
    mask = one(tmp_path, volume, contours)
    np.testing.assert_array_equal(mask.mask, block(4, 6, 12, 9, 2))
    text = " ".join(mask.notes)
    for part in ("POINT", "OPEN_NONPLANAR", "OPEN_PLANAR", "fewer than three", "not lie in one plane"):
        assert part in text


def test_what_lies_outside_is_cut_and_told(tmp_path: Path, volume: Volume) -> None:
    contours = [rectangle(-8, 6, 12, 9, k) for k in (-2, -1, 0, 1)]
    mask = one(tmp_path, volume, contours)
    np.testing.assert_array_equal(mask.mask, block(0, 6, 12, 9, 0, 1))
    text = " ".join(mask.notes)
    assert "2 of 4 outlined planes outside" in text and "cut there" in text


def test_a_structure_elsewhere_is_empty_and_another_still_read(tmp_path: Path, volume: Volume) -> None:
    structures = {
        "far": [rectangle(4, 6, 12, 9, 40)],
        "near": [rectangle(4, 6, 12, 9, 2)],
        "nothing": [],
        "tiny": [Contour([(5.2, 5.2, 2), (5.4, 5.2, 2), (5.4, 5.4, 2)])],
    }
    path = write_rtstruct(tmp_path / "rs.dcm", volume, structures)
    far, near, nothing, tiny = read_rtstruct(path, volume.geometry)
    assert far.count == 0 and "1 of 1 outlined plane outside of the image left out." in far.notes
    assert near.count and not near.notes
    assert nothing.count == 0 and nothing.notes == ("It has no contours.",)
    assert tiny.count == 0 and "encloses a voxel" in tiny.notes[-1]
    assert not far.mask.any() and far.mask.shape == SHAPE


# --- refusals ----------------------------------------------------------------


def test_another_frame_of_reference_is_refused(tmp_path: Path, volume: Volume) -> None:
    path = write_rtstruct(tmp_path / "rs.dcm", volume, {"liver": [rectangle(4, 6, 12, 9, 2)]})
    assert read_rtstruct(path, volume.geometry, frame_of_reference=FRAME)[0].count
    refused(
        lambda: read_rtstruct(path, volume.geometry, frame_of_reference="1.2.3"),
        GeometryError,
        "frame of reference",
        "liver of rs.dcm",
        "register",
    )
    # Drawn on this very series: its word is better than a frame that was copied wrongly.
    series = "1.2.826.0.1.3680043.8.498.1"
    assert read_rtstruct(path, volume.geometry, frame_of_reference="1.2.3", series_uid=series)[0].count


def test_a_frame_that_only_the_file_names_counts_for_its_structures(tmp_path: Path, volume: Volume) -> None:
    def edit(d: Any) -> None:
        del d.StructureSetROISequence[0].ReferencedFrameOfReferenceUID

    path = write_rtstruct(tmp_path / "rs.dcm", volume, {"liver": [rectangle(4, 6, 12, 9, 2)]}, edit=edit)
    assert read_rtstruct(path, volume.geometry, frame_of_reference=FRAME)[0].count
    refused(lambda: read_rtstruct(path, volume.geometry, frame_of_reference="1.2.3"), GeometryError)


def test_outlines_of_another_image_are_refused(tmp_path: Path, volume: Volume) -> None:
    path = write_rtstruct(tmp_path / "rs.dcm", volume, {"liver": [rectangle(4, 6, 12, 9, 30)]})
    refused(lambda: read_rtstruct(path, volume.geometry), GeometryError, "lie outside", "112 mm away")


def test_other_dicom_files_are_refused(tmp_path: Path, volume: Volume) -> None:
    path = write_ct_series(tmp_path, volume)[0]
    refused(lambda: read_rtstruct(path, volume.geometry), ReadError, "RTSTRUCT", "is CT")
    refused(lambda: structure_names(path), ReadError, "RTSTRUCT")


def _no_third(d: Any) -> None:
    d.ROIContourSequence[0].ContourSequence[0].ContourData = ["1", "2"]


def _no_names(d: Any) -> None:
    del d.ROIContourSequence[0].ReferencedROINumber


def _no_outlines(d: Any) -> None:
    d.ROIContourSequence = []


@pytest.mark.parametrize(
    ("edit", "part"),
    [(_no_third, "three numbers"), (_no_names, "whose they are"), (_no_outlines, "ends before them")],
)
def test_damaged_sets_are_refused(
    tmp_path: Path, volume: Volume, edit: Callable[[Any], None], part: str
) -> None:
    path = write_rtstruct(tmp_path / "rs.dcm", volume, {"liver": [rectangle(4, 6, 12, 9, 2)]}, edit=edit)
    refused(lambda: read_rtstruct(path, volume.geometry), ReadError, part, "rs.dcm")


def test_a_set_cut_short_is_refused(tmp_path: Path, volume: Volume) -> None:
    path = write_rtstruct(tmp_path / "rs.dcm", volume, {"liver": [rectangle(4, 6, 12, 9, 2)] * 5})
    whole = path.read_bytes()
    for share in (0.3, 0.5, 0.7, 0.9, 0.99):
        path.write_bytes(whole[: int(len(whole) * share)])
        refused(lambda: read_rtstruct(path, volume.geometry), ReadError, "rs.dcm")


@pytest.mark.parametrize(
    ("error", "expected"), [(OSError("no tag"), ReadError), (PermissionError(), PermissionError)]
)
def test_what_fails_while_parsing_is_the_files_fault(error: Exception, expected: type[Exception]) -> None:
    with pytest.raises(expected), parsing(Path("rs.dcm")):
        raise error


# --- names and references ----------------------------------------------------


def test_names_and_references_without_outlines(tmp_path: Path, volume: Volume) -> None:
    path = write_rtstruct(tmp_path / "rs.dcm", volume, {"liver": [], "spleen": []})
    assert structure_names(path) == {1: "liver", 2: "spleen"}
    assert referenced_series(path) == ((FRAME,), ("1.2.826.0.1.3680043.8.498.1",))


def test_an_outlined_structure_without_a_name_gets_a_number(tmp_path: Path, volume: Volume) -> None:
    def edit(d: Any) -> None:
        d.ROIContourSequence[0].ReferencedROINumber = 12

    path = write_rtstruct(tmp_path / "rs.dcm", volume, {"liver": [rectangle(4, 6, 12, 9, 2)]}, edit=edit)
    assert [(m.number, m.name, m.count) for m in read_rtstruct(path, volume.geometry)] == [
        (1, "liver", 0),
        (12, "structure 12", 36),
    ]


# --- genuine files -----------------------------------------------------------


@pytest.mark.shared
@pytest.mark.parametrize(
    ("folder", "label"),
    [
        ("CT", "ct/sts/labels/STS_002_CT.nii.gz"),
        ("MR_T1", "mri/sts/labels/STS_002_MR_T1.nii.gz"),
        ("PET", "pet/sts/labels/STS_002_PET.nii.gz"),
    ],
)
def test_a_sarcoma_equals_the_mask_published_beside_it(shared: Path, folder: str, label: str) -> None:
    series = shared / "loaders" / "dicom" / "sts_002" / folder
    volume = read_volume(series / "image")
    (mask,) = read_rtstruct(
        series / "mask" / "RS.dcm",
        volume.geometry,
        frame_of_reference=volume.metadata["frame_of_reference"],
        series_uid=volume.metadata["series_uid"],
    )
    expected, _ = read_label_map(shared / "data" / label, volume.geometry)
    np.testing.assert_array_equal(mask.mask, expected > 0)
    assert mask.name.startswith("GTV_Mass") and mask.notes == ()


@pytest.mark.shared
def test_outlines_drawn_on_the_mr_fit_the_pet_of_the_same_frame(shared: Path) -> None:
    folder = shared / "loaders" / "dicom" / "sts_002"
    volume = read_volume(folder / "PET" / "image")
    (mask,) = read_rtstruct(
        folder / "MR_T1" / "mask" / "RS.dcm",
        volume.geometry,
        frame_of_reference=volume.metadata["frame_of_reference"],
        series_uid=volume.metadata["series_uid"],
    )
    (own,) = read_rtstruct(folder / "PET" / "mask" / "RS.dcm", volume.geometry)
    assert mask.count == pytest.approx(own.count, rel=0.1)
