"""Figures of labels: against brute force, and against shapes whose figures are known."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy import ndimage

from medsam.document.statistics import (
    LabelStatistics,
    has_depth,
    length_unit,
    measure_label,
    measured_axis,
    slice_area,
)
from medsam.document.voxel_values import PERCENTILES
from medsam.errors import Cancelled
from medsam.volume import Plane, Volume, picture_affine

OBLIQUE = np.array(
    [
        [0.7 * math.cos(0.4), -0.9 * math.sin(0.4), 0.0, 12.0],
        [0.7 * math.sin(0.4), 0.9 * math.cos(0.4), 0.3, -40.0],
        [0.0, 0.0, 2.5, 7.0],
        [0.0, 0.0, 0.0, 1.0],
    ]
)
"""Turned in the plane and sheared across it."""


def volume(array: np.ndarray, affine: np.ndarray | None = None, **fields) -> Volume:
    return Volume(array, np.eye(4) if affine is None else affine, **fields)


def measured(array: np.ndarray, labels: np.ndarray, affine=None, **options) -> LabelStatistics:
    result = measure_label(volume(array, affine), labels, 1, **options)
    assert result is not None
    return result


def ellipsoid(shape: tuple[int, int, int], centre, radii) -> np.ndarray:
    axes = np.ogrid[tuple(slice(n) for n in shape)]
    inside = sum(((x - c) / r) ** 2 for x, c, r in zip(axes, centre, radii, strict=True)) <= 1
    return np.asfortranarray(inside).astype(np.uint16)


class TestSize:
    def test_a_box_on_a_sheared_grid(self) -> None:
        labels = np.zeros((12, 10, 8), np.uint16)
        labels[2:7, 3:6, 1:5] = 1
        found = measured(np.zeros(labels.shape, np.int16), labels, OBLIQUE)
        assert found.voxels == 60
        assert found.volume_ml == pytest.approx(60 * 0.7 * 0.9 * 2.5 / 1000)
        assert found.area is None
        assert found.centroid_ijk == (4.0, 4.0, 2.5)
        assert found.centroid_mm == pytest.approx(tuple((OBLIQUE @ [4.0, 4.0, 2.5, 1.0])[:3]))
        assert found.extent == (slice(2, 7), slice(3, 6), slice(1, 5))
        assert (found.slices, found.islands) == (4, 1)
        # In the plane the grid is turned, not sheared: a rectangle of 3.5 by 2.7 mm.
        assert found.diameters.long.length == pytest.approx(math.hypot(3.5, 2.7))
        assert (found.diameters.axis, found.diameters.index) == (2, 1)
        corners = [OBLIQUE[:3, :3] @ np.array([5.0, s * 3.0, t * 4.0]) for s in (1, -1) for t in (1, -1)]
        assert found.diameter_3d.length == pytest.approx(max(np.linalg.norm(c) for c in corners))

    def test_an_ellipsoid(self) -> None:
        radii = (20.3, 14.2, 10.4)
        labels = ellipsoid((60, 50, 40), (29, 24, 19), radii)
        affine = np.diag([0.5, 0.8, 1.5, 1.0])
        found = measured(np.zeros(labels.shape, np.int16), labels, affine, surface=True)
        a, b, c = (r * s for r, s in zip(radii, (0.5, 0.8, 1.5), strict=True))
        assert found.volume_ml == pytest.approx(4 / 3 * math.pi * a * b * c / 1000, rel=0.01)
        assert found.centroid_ijk == pytest.approx((29, 24, 19))
        assert found.diameters.long.length == pytest.approx(2 * max(a, b), rel=0.05)
        assert found.diameters.short.length == pytest.approx(2 * min(a, b), rel=0.05)
        assert found.diameters.index == 19
        assert found.diameter_3d.length == pytest.approx(2 * c, rel=0.05)
        p = 1.6075  # Thomsen's approximation, within 1.1 %
        area = 4 * math.pi * (((a * b) ** p + (a * c) ** p + (b * c) ** p) / 3) ** (1 / p)
        # On a binary mask the mesh keeps the steps of the voxels, so it is about a tenth too large.
        assert area < found.surface_mm2 < 1.15 * area

    @pytest.mark.parametrize("axis", [0, 1, 2])
    def test_the_plane_asked_for_gives_the_slice_and_the_ends(self, axis: int) -> None:
        labels = np.zeros((9, 9, 9), np.uint16)
        labels[4, 4, 4] = 1
        line = [slice(4, 5)] * 3
        across = (axis + 1) % 3
        line[axis], line[across] = slice(6, 7), slice(1, 8)
        labels[tuple(line)] = 1
        found = measured(np.zeros(labels.shape, np.int16), labels, axis=axis)
        assert (found.diameters.axis, found.diameters.index, found.slices) == (axis, 6, 2)
        ends = np.array([found.diameters.long.start, found.diameters.long.end])
        assert (ends[:, axis] == 6).all()
        assert sorted(ends[:, across]) == [0.5, 7.5]
        assert found.islands == 2

    def test_of_equal_slices_the_first_is_taken(self) -> None:
        labels = np.zeros((6, 6, 6), np.uint16)
        labels[1:4, 1:4, 2:5] = 1
        assert measured(np.zeros(labels.shape, np.int16), labels).diameters.index == 2

    def test_no_voxels_no_figures(self) -> None:
        labels = np.zeros((4, 4, 4), np.uint16)
        assert measure_label(volume(np.zeros((4, 4, 4), np.int16)), labels, 1) is None

    def test_work_that_is_not_wanted_ends(self) -> None:
        def check() -> None:
            raise Cancelled("stop")

        labels = np.ones((4, 4, 4), np.uint16)
        with pytest.raises(Cancelled):
            measure_label(volume(np.zeros((4, 4, 4), np.int16)), labels, 1, check=check)


class TestFlat:
    def test_a_picture_without_a_pixel_size_is_measured_in_pixels(self) -> None:
        picture = Volume(np.zeros((20, 10, 1), np.uint8), picture_affine(), is_picture=True)
        labels = np.zeros((20, 10, 1), np.uint16)
        labels[3:7, 2:5] = 1
        found = measure_label(picture, labels, 1, axis=measured_axis(picture))
        assert length_unit(picture) == "px"
        assert (found.area, found.volume_ml, found.diameter_3d) == (12.0, None, None)
        assert found.centroid_mm is None
        assert found.diameters.long.length == pytest.approx(5.0)

    def test_a_picture_that_knows_its_pixels_is_measured_in_mm(self) -> None:
        picture = Volume(np.zeros((20, 10, 1), np.uint8), picture_affine((0.5, 0.25)), is_picture=True)
        labels = np.ones((20, 10, 1), np.uint16)
        found = measure_label(picture, labels, 1, axis=2)
        assert length_unit(picture) == "mm"
        assert found.area == pytest.approx(200 * 0.125)

    def test_a_stack_of_pictures_has_no_depth(self) -> None:
        stack = Volume(np.zeros((8, 8, 3), np.uint8), picture_affine(), is_picture=True)
        found = measure_label(stack, np.ones((8, 8, 3), np.uint16), 1)
        assert not has_depth(stack)
        assert (found.volume_ml, found.area, found.diameter_3d) == (None, None, None)
        assert found.slices == 3

    def test_a_single_slice_has_an_area_in_its_own_plane(self) -> None:
        scan = volume(np.zeros((1, 8, 6), np.int16), np.diag([4.0, 0.5, 2.0, 1.0]))
        axis = measured_axis(scan)
        assert axis == 0
        found = measure_label(scan, np.ones((1, 8, 6), np.uint16), 1, axis=axis)
        assert found.area == pytest.approx(48.0)
        assert found.diameters.long.length == pytest.approx(math.hypot(4.0, 12.0))

    def test_areas_of_slices_follow_the_shear(self) -> None:
        scan = volume(np.zeros((4, 4, 4), np.int16), OBLIQUE)
        assert slice_area(scan, 2, 10) == pytest.approx(10 * 0.7 * 0.9)
        side = np.linalg.norm(np.cross(OBLIQUE[:3, 1], OBLIQUE[:3, 2]))
        assert slice_area(scan, 0, 10) == pytest.approx(10 * side)

    def test_planes_are_those_of_the_patient(self) -> None:
        turned = np.array([[0, 0, 1, 0], [1, 0, 0, 0], [0, 1, 0, 0], [0, 0, 0, 1]], float)
        scan = volume(np.zeros((4, 5, 6), np.int16), turned)
        assert [measured_axis(scan, p) for p in (Plane.AXIAL, Plane.CORONAL, Plane.SAGITTAL)] == [1, 0, 2]


def brute(values: np.ndarray) -> tuple[float, ...]:
    values = values.astype(np.float64)
    return (values.mean(), values.std(), values.min(), values.max(), *np.percentile(values, PERCENTILES))


def flat(one) -> tuple[float, ...]:
    return (one.mean, one.sd, one.minimum, one.maximum, *one.percentiles)


class TestValues:
    @given(
        st.integers(0, 2**32 - 1),
        st.sampled_from(["u1", "i1", "i2", "u2", "i4", "f4", "f8"]),
        st.floats(0.01, 0.9),
    )
    @settings(deadline=None, max_examples=60)
    def test_they_are_those_of_numpy(self, seed: int, dtype: str, share: float) -> None:
        rng = np.random.default_rng(seed)
        kind = np.dtype(dtype)
        if kind.kind == "f":
            array = rng.normal(1000.0, 3.0, (7, 6, 5)).astype(kind)
        else:
            info = np.iinfo(kind)
            array = rng.integers(info.min, info.max, (7, 6, 5), dtype=kind, endpoint=True)
        labels = (rng.random(array.shape) < share).astype(np.uint16)
        labels[0, 0, 0] = 1
        found = measured(array, labels)
        assert len(found.values) == 1
        assert flat(found.values[0]) == pytest.approx(brute(array[labels == 1]), rel=1e-6, abs=1e-6)
        assert found.values[0].count == found.voxels

    def test_large_values_lose_nothing(self) -> None:
        array = np.full((3, 3, 3), 10_000_000, np.float64)
        array[0, 0, 0] += 0.27
        found = measured(array, np.ones((3, 3, 3), np.uint16)).values[0]
        assert found.sd == pytest.approx(array.std(), rel=1e-6)

    def test_extremes_of_16_bits(self) -> None:
        array = np.array([-32768, 32767, 32767], np.int16).reshape(3, 1, 1).repeat(2, axis=1)
        found = measured(array, np.ones(array.shape, np.uint16)).values[0]
        assert flat(found) == pytest.approx(brute(array))

    def test_colours_are_measured_each(self) -> None:
        rng = np.random.default_rng(3)
        array = rng.integers(0, 256, (6, 5, 1, 3), dtype=np.uint8)
        picture = Volume(array, picture_affine(), is_picture=True)
        labels = (rng.random((6, 5, 1)) < 0.5).astype(np.uint16)
        found = measure_label(picture, labels, 1)
        assert len(found.values) == 3
        for channel, values in enumerate(found.values):
            assert flat(values) == pytest.approx(brute(array[labels == 1][:, channel]))

    def test_what_is_no_number_does_not_count(self) -> None:
        array = np.arange(27, dtype=np.float32).reshape(3, 3, 3)
        array[0, 0, :2] = np.nan, np.inf
        found = measured(array, np.ones((3, 3, 3), np.uint16))
        assert found.voxels == 27
        assert found.values[0].count == 25
        assert flat(found.values[0]) == pytest.approx(brute(array[np.isfinite(array)]))
        array[...] = np.nan
        assert measured(array, np.ones((3, 3, 3), np.uint16)).values == ()


@pytest.fixture
def small_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every slab holds one slice, so that seams are tested."""
    monkeypatch.setattr("medsam.document.voxel_values._AT_ONCE", 1)


class TestShape:
    @given(st.integers(0, 2**32 - 1), st.floats(0.05, 0.95))
    @settings(deadline=None, max_examples=40)
    def test_islands_are_those_of_scipy(self, seed: int, share: float) -> None:
        labels = (np.random.default_rng(seed).random((6, 7, 8)) < share).astype(np.uint16)
        labels[0, 0, 0] = 1
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("medsam.document.voxel_values._AT_ONCE", 1)
            found = measured(np.zeros(labels.shape, np.int16), labels)
        assert found.islands == ndimage.label(labels)[1]

    @pytest.mark.parametrize("affine", [np.eye(4), OBLIQUE])
    def test_the_surface_is_that_of_marching_cubes(self, affine: np.ndarray, small_pieces: None) -> None:
        from skimage.measure import marching_cubes, mesh_surface_area

        labels = (ndimage.gaussian_filter(np.random.default_rng(1).random((18, 16, 14)), 1.2) > 0.5).astype(
            np.uint16
        )
        found = measured(np.zeros(labels.shape, np.int16), labels, affine, surface=True)
        vertices, faces, _, _ = marching_cubes(np.pad(labels, 1).astype(np.float32), 0.5)
        expected = mesh_surface_area(vertices @ affine[:3, :3].T, faces)
        assert found.surface_mm2 == pytest.approx(expected, rel=1e-5)

    def test_surface_is_measured_where_asked_for(self) -> None:
        labels = np.ones((3, 3, 3), np.uint16)
        assert measured(np.zeros(labels.shape, np.int16), labels).surface_mm2 is None
