"""Geometry, planes and volumes: every orientation, checked against the world and not against themselves."""

from __future__ import annotations

from itertools import permutations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsam.errors import GeometryError
from medsam.prompts import Box
from medsam.volume import (
    Geometry,
    Plane,
    PlaneFrame,
    Volume,
    picture_affine,
    stored_shape_hw,
    stored_slice,
)
from tests.phantoms import ct_phantom, oblique_affine, random_affine, reoriented

SHAPE = (5, 6, 7)
SPACING = (0.7, 1.3, 4.0)
ORIENTATIONS = [
    "".join(("RL", "AP", "SI")[axis][sign] for axis, sign in zip(order, signs, strict=True))
    for order in permutations(range(3))
    for signs in product((0, 1), repeat=3)
]
# Rightwards and downwards on the screen, in radiological convention.
SCREEN = {Plane.AXIAL: ("L", "P"), Plane.CORONAL: ("L", "I"), Plane.SAGITTAL: ("P", "I")}
UNIT = {
    "R": (1, 0, 0),
    "L": (-1, 0, 0),
    "A": (0, 1, 0),
    "P": (0, -1, 0),
    "S": (0, 0, 1),
    "I": (0, 0, -1),
}


def affine_of(orientation: str) -> np.ndarray:
    """The affine whose axes point where the three letters say."""
    affine = np.eye(4)
    for axis, letter in enumerate(orientation):
        affine[:3, axis] = np.array(UNIT[letter]) * SPACING[axis]
    affine[:3, 3] = (11.0, -23.0, 37.0)
    return affine


def geometry_of(orientation: str) -> Geometry:
    """A grid with three different sides and spacings."""
    return Geometry(SHAPE, affine_of(orientation))


every_orientation = pytest.mark.parametrize("orientation", ORIENTATIONS)
every_plane = pytest.mark.parametrize("plane", list(Plane))


class TestGeometry:
    """The grid and where it lies."""

    def test_there_are_48_orientations(self) -> None:
        assert len(set(ORIENTATIONS)) == 48

    @every_orientation
    def test_the_letters_are_read_back(self, orientation: str) -> None:
        geometry = geometry_of(orientation)
        assert geometry.orientation == orientation
        assert geometry.spacing == pytest.approx(SPACING)

    def test_an_oblique_grid_is_named_by_its_closest_axes(self) -> None:
        geometry = Geometry(SHAPE, oblique_affine())
        assert geometry.orientation == "LPS"
        assert geometry.spacing == pytest.approx((0.9, 1.1, 3.0))

    @given(seed=st.integers(0, 10_000))
    def test_every_grid_has_three_different_axes(self, seed: int) -> None:
        geometry = Geometry(SHAPE, random_affine(seed))
        assert sorted(geometry.closest_world_axes) == [0, 1, 2]

    @given(seed=st.integers(0, 10_000), ijk=st.tuples(*[st.floats(-50, 50)] * 3))
    def test_voxel_to_world_and_back(self, seed: int, ijk: tuple[float, float, float]) -> None:
        geometry = Geometry(SHAPE, random_affine(seed))
        back = geometry.world_to_voxel(geometry.voxel_to_world(ijk))
        assert np.allclose(back, ijk, atol=1e-6)

    def test_a_position_is_that_of_a_voxel_centre(self) -> None:
        geometry = geometry_of("LPS")
        assert geometry.voxel_to_world((0, 0, 0)).tolist() == geometry.origin.tolist() == [11.0, -23.0, 37.0]
        assert geometry.voxel_to_world((1, 2, 1)) == pytest.approx([11 - 0.7, -23 - 2.6, 41.0])

    def test_the_affine_is_a_copy_and_cannot_be_changed(self) -> None:
        affine = np.eye(4)
        geometry = Geometry(SHAPE, affine)
        affine[0, 3] = 99
        assert geometry.affine[0, 3] == 0
        with pytest.raises(ValueError, match="read-only"):
            geometry.affine[0, 0] = 2
        geometry.origin[0] = 5
        assert geometry.affine[0, 3] == 0

    def test_close_grids_are_told_from_moved_ones(self) -> None:
        geometry = geometry_of("RAS")
        moved = geometry.affine.copy()
        moved[2, 3] += 5e-4
        assert geometry.is_close(Geometry(SHAPE, moved))
        assert geometry != Geometry(SHAPE, moved)
        assert geometry == geometry_of("RAS")
        moved[2, 3] += 0.01
        assert not geometry.is_close(Geometry(SHAPE, moved))
        assert not geometry.is_close(Geometry((5, 6, 8), geometry.affine))

    def test_a_small_turn_is_seen_at_the_far_corner(self) -> None:
        turned = np.eye(4)
        turned[:2, :2] = [[np.cos(1e-5), -np.sin(1e-5)], [np.sin(1e-5), np.cos(1e-5)]]
        assert Geometry((5, 5, 5), np.eye(4)).is_close(Geometry((5, 5, 5), turned))
        assert not Geometry((512, 512, 5), np.eye(4)).is_close(Geometry((512, 512, 5), turned))

    @pytest.mark.parametrize(
        "affine",
        [np.eye(3), np.full((4, 4), np.nan), np.zeros((4, 4)), np.diag([1.0, 1.0, 0.0, 1.0])],
    )
    def test_an_affine_that_spans_nothing_is_refused(self, affine: np.ndarray) -> None:
        with pytest.raises(GeometryError):
            Geometry(SHAPE, affine)

    @pytest.mark.parametrize("shape", [(0, 5, 5), (5, 5), (5, 5, 5, 3)])
    def test_a_shape_that_is_no_grid_is_refused(self, shape: tuple[int, ...]) -> None:
        with pytest.raises(GeometryError):
            Geometry(shape, np.eye(4))  # type: ignore[arg-type]


class TestPlaneFrame:
    """The same patient on the screen, however the file is laid out."""

    @every_orientation
    @every_plane
    def test_the_screen_axes_point_where_radiologists_expect(self, orientation: str, plane: Plane) -> None:
        geometry = geometry_of(orientation)
        frame = geometry.plane_frame(plane)
        here = geometry.voxel_to_world(frame.to_voxel(1.5, 1.5, 2))
        right = geometry.voxel_to_world(frame.to_voxel(2.5, 1.5, 2)) - here
        down = geometry.voxel_to_world(frame.to_voxel(1.5, 2.5, 2)) - here
        across_to, down_to = SCREEN[plane]
        assert np.allclose(right, np.array(UNIT[across_to]) * frame.spacing_xy[0])
        assert np.allclose(down, np.array(UNIT[down_to]) * frame.spacing_xy[1])
        opposite = dict(zip("RLAPSI", "LRPAIS", strict=True))
        assert frame.letters == (opposite[across_to], across_to, opposite[down_to], down_to)

    @every_orientation
    @every_plane
    def test_a_shown_pixel_is_the_voxel_under_it(self, orientation: str, plane: Plane) -> None:
        array = np.arange(np.prod(SHAPE)).reshape(SHAPE)
        frame = geometry_of(orientation).plane_frame(plane)
        assert frame.count == SHAPE[frame.axis]
        picture = frame.shown(array, 1)
        assert picture.shape == frame.shape_hw
        for row, column in product(range(picture.shape[0]), range(picture.shape[1])):
            i, j, k = frame.to_voxel(column + 0.5, row + 0.5, 1)
            assert picture[row, column] == array[int(i), int(j), int(k)]

    @every_orientation
    @every_plane
    def test_shown_and_stored_are_inverse(self, orientation: str, plane: Plane) -> None:
        frame = geometry_of(orientation).plane_frame(plane)
        stored = np.arange(np.prod(stored_shape_hw(SHAPE, frame.axis))).reshape(
            stored_shape_hw(SHAPE, frame.axis)
        )
        shown = frame.from_stored(stored)
        assert np.array_equal(frame.to_stored(shown), stored)
        assert np.shares_memory(shown, stored)

    @every_orientation
    @every_plane
    def test_a_box_covers_the_same_pixels_in_both_pictures(self, orientation: str, plane: Plane) -> None:
        frame = geometry_of(orientation).plane_frame(plane)
        box = Box(1, 2, 3, 5)
        mask = np.zeros(stored_shape_hw(SHAPE, frame.axis), bool)
        frame.from_stored(mask)[2:5, 1:3] = True
        assert Box.from_mask(mask) == frame.box_to_stored(box)
        assert frame.box_from_stored(frame.box_to_stored(box)) == box

    @given(
        orientation=st.sampled_from(ORIENTATIONS),
        plane=st.sampled_from(list(Plane)),
        x=st.floats(-3, 12),
        y=st.floats(-3, 12),
    )
    def test_points_go_there_and_back(self, orientation: str, plane: Plane, x: float, y: float) -> None:
        frame = geometry_of(orientation).plane_frame(plane)
        assert frame.point_from_stored(*frame.point_to_stored(x, y)) == pytest.approx((x, y))
        assert frame.point_to_stored(*frame.point_from_stored(x, y)) == pytest.approx((x, y))
        assert frame.from_voxel(frame.to_voxel(x, y, 3)) == pytest.approx((x, y, 3))

    @every_orientation
    def test_a_voxel_outside_is_clipped_to_the_last_slice(self, orientation: str) -> None:
        frame = geometry_of(orientation).plane_frame(Plane.AXIAL)
        assert frame.from_voxel((99, 99, 99))[2] == frame.count - 1
        assert frame.from_voxel((-9, -9, -9))[2] == 0

    @pytest.mark.parametrize("orientation", ["RAS", "PSR", "ILA", "LAS"])
    def test_the_same_body_looks_the_same(self, orientation: str) -> None:
        body = ct_phantom((12, 10, 6))
        other = reoriented(body, orientation)
        for plane in Plane:
            ours, theirs = body.geometry.plane_frame(plane), other.geometry.plane_frame(plane)
            at = body.geometry.voxel_to_world((6, 5, 3))
            mine = ours.shown(body.array, ours.from_voxel(body.geometry.world_to_voxel(at))[2])
            its = theirs.shown(other.array, theirs.from_voxel(other.geometry.world_to_voxel(at))[2])
            assert np.array_equal(mine, its)

    def test_a_frame_of_an_oblique_grid_keeps_its_pixels(self) -> None:
        frame = Geometry(SHAPE, oblique_affine()).plane_frame(Plane.CORONAL)
        assert isinstance(frame, PlaneFrame)
        assert (frame.axis, frame.shape_hw, frame.spacing_xy) == (1, (7, 5), pytest.approx((0.9, 3.0)))


class TestStoredSlice:
    """The picture that networks and the command line see."""

    def test_axis_2_is_the_transposed_slice(self) -> None:
        array = np.arange(np.prod(SHAPE)).reshape(SHAPE)
        assert np.array_equal(stored_slice(array, 2, 4), array[:, :, 4].T)

    @pytest.mark.parametrize("axis", [0, 1, 2])
    def test_rows_run_along_the_higher_axis(self, axis: int) -> None:
        array = np.zeros(SHAPE)
        picture = stored_slice(array, axis, 1)
        low, high = [a for a in range(3) if a != axis]
        assert picture.shape == (SHAPE[high], SHAPE[low]) == stored_shape_hw(SHAPE, axis)
        assert np.shares_memory(picture, array)

    def test_colour_stays_last(self) -> None:
        array = np.arange(2 * 3 * 1 * 3, dtype=np.uint8).reshape(2, 3, 1, 3)
        picture = stored_slice(array, 2, 0)
        assert picture.shape == (3, 2, 3)
        assert picture[2, 1].tolist() == array[1, 2, 0].tolist()


class TestVolume:
    """Raw values with their place."""

    @pytest.mark.parametrize(
        "array",
        [
            np.zeros((4, 4)),
            np.zeros((4, 4, 4, 2), np.uint8),
            np.zeros((4, 4, 4, 3), np.float32),
            np.zeros((4, 4, 4), bool),
            np.zeros((4, 4, 4), complex),
        ],
    )
    def test_what_is_no_volume_is_refused(self, array: np.ndarray) -> None:
        with pytest.raises(GeometryError):
            Volume(array, np.eye(4))

    def test_air_far_below_zero_makes_a_ct(self) -> None:
        values = np.full((4, 4, 4), -1000, np.int16)
        assert (Volume(values, np.eye(4)).modality, Volume(values, np.eye(4)).unit) == ("CT", "HU")
        assert Volume(values, np.eye(4), modality="MR").modality == "MR"
        assert Volume(values, np.eye(4), is_picture=True).modality is None
        assert Volume(np.zeros((4, 4, 4), np.int16), np.eye(4)).modality is None

    def test_a_picture_has_one_plane_and_is_shown_as_stored(self) -> None:
        array = np.arange(12, dtype=np.uint8).reshape(4, 3, 1)
        volume = Volume(array, picture_affine(), is_picture=True)
        assert volume.planes == (Plane.AXIAL,)
        assert np.array_equal(volume.geometry.plane_frame(Plane.AXIAL).shown(array, 0), array[:, :, 0].T)

    @pytest.mark.parametrize(
        ("orientation", "thin", "plane"),
        [
            ("LPS", 2, Plane.AXIAL),
            ("LPS", 1, Plane.CORONAL),
            ("PSR", 2, Plane.SAGITTAL),
            ("SRA", 0, Plane.AXIAL),
        ],
    )
    def test_a_single_slice_shows_its_own_plane(self, orientation: str, thin: int, plane: Plane) -> None:
        shape = [4, 5, 6]
        shape[thin] = 1
        assert Volume(np.zeros(shape, np.int16), affine_of(orientation)).planes == (plane,)

    def test_a_volume_shows_three_planes(self) -> None:
        volume = Volume(np.zeros(SHAPE, np.uint16), np.eye(4))
        assert set(volume.planes) == set(Plane)
        assert (volume.shape, volume.is_rgb) == (SHAPE, False)

    def test_the_values_are_not_copied(self) -> None:
        array = np.zeros(SHAPE, np.int16)
        assert Volume(array, np.eye(4)).array is array

    def test_a_picture_with_pixels_of_one_by_one_has_no_scale(self) -> None:
        array = np.zeros((4, 3, 1), np.uint8)
        assert not Volume(array, picture_affine(), is_picture=True).has_scale
        assert Volume(array, picture_affine((0.5, 0.5)), is_picture=True).has_scale
        assert Volume(array, picture_affine()).has_scale
