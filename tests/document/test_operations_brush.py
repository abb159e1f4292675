"""Tests of brush strokes, against a slow reading of what they are."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from medsam.document.operations.adaptive import intensity_range
from medsam.document.operations.brush import (
    LARGEST_DIAMETER,
    LEAST_DIAMETER,
    Brush,
    Stroke,
    cuts_of,
    swept,
)
from medsam.errors import InputError
from medsam.volume import Volume, picture_affine, stored_slice


def volume_of(shape=(30, 24, 9), spacing=(1.0, 1.0, 1.0), array=None) -> Volume:
    if array is None:
        array = np.zeros(shape, np.int16, order="F")
    return Volume(array, np.diag([-spacing[0], -spacing[1], spacing[2], 1.0]), modality="MR")


def everything(region) -> np.ndarray:
    return np.ones([part.stop - part.start for part in region], bool)


def stroke_of(volume, points, brush, axis=2, index=4, permitted=everything) -> Stroke:
    stroke = Stroke(volume, axis, index, brush, permitted)
    for point in points:
        stroke.move_to(*point)
    return stroke


def whole(stroke: Stroke, volume: Volume) -> np.ndarray:
    """The stroke in an array of the volume's shape."""
    result = np.zeros(volume.shape, bool)
    if stroke.region is not None:
        result[stroke.region] = stroke.mask
    return result


def capsule(shape_hw, a, b, radius, scale_xy) -> np.ndarray:
    """Pixels whose centre lies within ``radius`` of the segment, one at a time."""
    result = np.zeros(shape_hw, bool)
    (sx, sy), a, b = scale_xy, np.array(a, float), np.array(b, float)
    way = (b - a) * (sx, sy)
    for row in range(shape_hw[0]):
        for col in range(shape_hw[1]):
            to = (np.array([col + 0.5, row + 0.5]) - a) * (sx, sy)
            share = np.clip(to @ way / max(way @ way, 1e-300), 0, 1)
            result[row, col] = np.linalg.norm(to - share * way) <= radius + 1e-9
    return result


coordinate = st.floats(-3, 22, allow_nan=False)


@settings(max_examples=40, deadline=None)
@given(
    st.tuples(coordinate, coordinate),
    st.tuples(coordinate, coordinate),
    st.floats(0.8, 9),
    st.sampled_from([(1.0, 1.0), (0.7, 1.4), (1.5, 0.5)]),
)
def test_a_swept_disc_holds_the_pixels_whose_centre_is_near_the_path(a, b, radius, scale_xy):
    (x0, y0, x1, y1), (mask,) = swept(a, b, (radius,), scale_xy, (16, 19))
    got = np.zeros((16, 19), bool)
    got[y0:y1, x0:x1] = mask
    expected = capsule((16, 19), a, b, radius, scale_xy)
    on_path = np.zeros_like(got)
    for share in np.linspace(0, 1, 200):
        x, y = a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share
        if 0 <= x < 19 and 0 <= y < 16:
            on_path[int(y), int(x)] = True
    assert not (expected & ~got).any()
    assert not (got & ~(expected | on_path)).any()


def test_a_circle_in_millimetres_is_one_on_anisotropic_pixels():
    volume = volume_of((60, 60, 3), (0.5, 2.0, 1.0))
    picture = stored_slice(whole(stroke_of(volume, [(30, 30)], Brush(12), index=1), volume), 2, 1)
    assert picture.any(axis=0).sum() == 24
    assert picture.any(axis=1).sum() == 6


def test_a_circle_in_pixels_is_one_in_pixels():
    volume = volume_of((60, 60, 3), (0.5, 2.0, 1.0))
    stroke = stroke_of(volume, [(30, 30)], Brush(12, unit="px"), index=1)
    picture = stored_slice(whole(stroke, volume), 2, 1)
    assert picture.any(axis=0).sum() == picture.any(axis=1).sum() == 12


def test_the_centre_counts_in_fractions_of_a_pixel():
    volume = volume_of()
    on_edge = stroke_of(volume, [(10.0, 10.0)], Brush(2))
    on_centre = stroke_of(volume, [(10.5, 10.5)], Brush(2))
    assert on_edge.mask.sum() == 4
    assert on_centre.mask.sum() == 5


@pytest.mark.parametrize("brush", [Brush(0.1), Brush(0.9), Brush(0.4, unit="px")])
def test_a_brush_thinner_than_a_pixel_paints_that_pixel(brush):
    volume = volume_of()
    stroke = stroke_of(volume, [(7.9, 3.1)], brush)
    assert np.argwhere(whole(stroke, volume)).tolist() == [[7, 3, 4]]


def test_a_brush_thinner_than_a_thick_slice_paints_one_row():
    volume = volume_of((40, 20, 9), (1.0, 1.0, 6.0))
    stroke = stroke_of(volume, [(20.2, 3.9)], Brush(5), axis=1, index=10)
    picture = stored_slice(whole(stroke, volume), 1, 10)
    assert np.flatnonzero(picture.any(axis=1)).tolist() == [3]
    assert np.flatnonzero(picture[3]).tolist() == [18, 19, 20, 21, 22]


@given(st.tuples(coordinate, coordinate), st.tuples(coordinate, coordinate))
@settings(max_examples=40, deadline=None)
def test_a_thin_stroke_has_no_gaps(a, b):
    from scipy import ndimage

    volume = volume_of((19, 16, 3))
    picture = stored_slice(whole(stroke_of(volume, [a, b], Brush(0.1), index=1), volume), 2, 1)
    assert ndimage.label(picture, np.ones((3, 3)))[1] <= 1


def test_a_stroke_is_the_union_of_its_parts_and_each_tells_where_it_grew():
    volume = volume_of()
    points = [(3, 4), (15, 6), (15, 18), (4, 4), (-9, 30)]
    stroke = Stroke(volume, 2, 4, Brush(5), everything)
    before = np.zeros(volume.shape, bool)
    for point in points:
        region = stroke.move_to(*point)
        now = whole(stroke, volume)
        changed = now & ~before
        assert (region is not None) or not changed.any()
        if region is not None:
            changed[region] = False
            assert not changed.any()
        before = now
    expected = np.zeros((24, 30), bool)
    for a, b in itertools.pairwise(points):
        expected |= capsule((24, 30), a, b, 2.5, (1, 1))
    assert np.array_equal(stored_slice(before, 2, 4), expected)
    assert not np.delete(before, 4, axis=2).any()


def test_a_stroke_beside_the_picture_touches_nothing():
    stroke = stroke_of(volume_of(), [(-20, -20), (-10, 50)], Brush(5))
    assert stroke.is_empty
    assert stroke.region is None
    assert stroke.mask.shape == (0, 0, 0) or not stroke.mask.any()


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_a_sphere_is_round_in_millimetres(axis):
    volume = volume_of((24, 22, 20), (1.0, 1.5, 2.0))
    x, y = 11.37, 10.21
    stroke = stroke_of(volume, [(x, y)], Brush(11, shape="sphere"), axis=axis, index=9)
    centre = np.insert(np.array([x - 0.5, y - 0.5]), axis, 9.0)
    ijk = np.stack(np.meshgrid(*map(np.arange, volume.shape), indexing="ij"), axis=-1)
    apart = np.linalg.norm((ijk - centre) * volume.geometry.spacing, axis=-1)
    assert np.array_equal(whole(stroke, volume), apart <= 5.5)


def test_a_sphere_is_cut_by_the_volumes_end():
    volume = volume_of((30, 24, 4))
    stroke = stroke_of(volume, [(15, 12)], Brush(9, shape="sphere"), index=3)
    assert whole(stroke, volume).any(axis=(0, 1)).tolist() == [True] * 4
    assert cuts_of(4.5, 1.0, 3, 4)[0] == 0


def test_a_tip_that_grows_on_the_way_keeps_what_it_painted():
    volume = volume_of((40, 30, 15))
    stroke = Stroke(volume, 2, 7, Brush(3, shape="sphere"), everything)
    stroke.move_to(8, 8)
    small = whole(stroke, volume)
    stroke.brush = Brush(11, shape="sphere")
    stroke.move_to(30, 20)
    now = whole(stroke, volume)
    assert not (small & ~now).any()
    assert now.any(axis=(0, 1)).sum() == 11


def test_what_is_forbidden_is_no_ink_until_it_is_allowed():
    volume = volume_of()
    barrier = np.zeros(volume.shape, bool)
    barrier[12:, :, :] = True
    stroke = stroke_of(volume, [(5, 10), (20, 10)], Brush(6), permitted=lambda region: ~barrier[region])
    assert not (whole(stroke, volume) & barrier).any()
    barrier[...] = False
    stroke.check_again()
    free = stroke_of(volume, [(5, 10), (20, 10)], Brush(6))
    assert np.array_equal(whole(stroke, volume), whole(free, volume))


def test_ink_in_any_block_is_what_the_whole_has_there():
    volume = volume_of((30, 24, 9))
    stroke = stroke_of(volume, [(5, 10), (20, 12)], Brush(6, shape="sphere"))
    all_ink = whole(stroke, volume)
    blocks = [
        (slice(0, 30), slice(0, 24), slice(4, 5)),
        (slice(6, 12), slice(9, 10), slice(0, 9)),
        (slice(25, 30), slice(0, 3), slice(0, 1)),
        (slice(10, 11), slice(0, 24), slice(2, 6)),
    ]
    for block in blocks:
        assert np.array_equal(stroke.ink_in(block), all_ink[block])


# --- adaptive ---------------------------------------------------------------


def tissue(seed=0, shape=(60, 50, 5)) -> np.ndarray:
    """Noise of 10 about 100 where i < 30, about 300 beyond."""
    rng = np.random.default_rng(seed)
    array = np.asfortranarray(rng.normal(100, 10, shape))
    array[30:] += 200
    return array.round().astype(np.int16)


def test_the_adaptive_brush_stays_on_its_side_of_an_edge():
    volume = volume_of(array=tissue())
    brush = Brush(20, adaptive=True, tolerance=4)
    stroke = stroke_of(volume, [(24, 20), (36, 30)], brush, index=2)
    ink = whole(stroke, volume)[:, :, 2]
    plain = whole(stroke_of(volume, [(24, 20), (36, 30)], Brush(20), index=2), volume)[:, :, 2]
    assert not ink[30:].any()
    assert ink[:30].sum() > 0.98 * plain[:30].sum()
    assert not (ink & ~plain).any()


def test_the_adaptive_brush_takes_connected_pixels_only():
    array = np.zeros((40, 40, 1), np.int16)
    array[18:20] = 500
    volume = volume_of(array=array)
    stroke = stroke_of(volume, [(14, 20)], Brush(30, adaptive=True), index=0)
    ink = whole(stroke, volume)[:, :, 0]
    assert ink[17].any()
    assert not ink[18:].any()


def test_an_adaptive_sphere_connects_through_slices():
    array = np.zeros((30, 30, 9), np.int16)
    array[:, :, 6] = 900
    volume = volume_of(array=array)
    stroke = stroke_of(volume, [(15, 15)], Brush(13, shape="sphere", adaptive=True), index=4)
    assert whole(stroke, volume).any(axis=(0, 1)).tolist() == [True] * 6 + [False] * 3


def test_the_tolerance_follows_the_noise():
    rng = np.random.default_rng(1)
    calm, noisy = (rng.normal(50, sd, (40, 40)) for sd in (2, 20))
    widths = []
    for picture in (calm, noisy):
        accepts = intensity_range(picture, 20, 20, (12, 12), 2.0)
        widths.append(float(accepts.high[0] - accepts.low[0]))
    assert 4 < widths[0] < 16
    assert 40 < widths[1] < 160


def test_a_speck_at_the_beginning_does_not_set_the_range():
    picture = np.full((20, 20), 70, np.int16)
    picture[10, 10] = 3000
    accepts = intensity_range(picture, 10.5, 10.5, (6, 6), 2.5)
    assert accepts.holds(picture[:5]).all()
    assert not accepts.holds(picture[10, 10:11]).any()


def test_what_is_no_number_is_never_accepted():
    picture = np.full((20, 20), 1.0)
    picture[5:] = np.nan
    accepts = intensity_range(picture, 3, 3, (6, 6), 2.5)
    assert accepts.holds(picture[:5]).all()
    assert not accepts.holds(picture[5:]).any()


def test_a_colour_is_kept_in_every_channel():
    array = np.zeros((40, 30, 1, 3), np.uint8)
    array[:20] = (200, 40, 40)
    array[20:] = (200, 40, 90)
    volume = Volume(array, picture_affine(), is_picture=True)
    stroke = stroke_of(volume, [(16, 15)], Brush(14, unit="px", adaptive=True), index=0)
    ink = whole(stroke, volume)[:, :, 0]
    assert ink[19, 15]
    assert not ink[20:].any()


def test_specks_of_noise_are_taken_and_small_things_of_another_value_are_not():
    array = np.full((41, 41, 1), 100, np.int16)
    array[::2] += 1
    array[15:17, 20:22] = 104
    array[25, 20] = 900
    volume = volume_of(array=array)
    ink = whole(stroke_of(volume, [(20, 20)], Brush(30, adaptive=True), index=0), volume)[:, :, 0]
    assert ink[15:17, 20:22].all()
    assert not ink[25, 20]
    assert ink[24:27, 19:22].sum() == 8


def test_a_wide_tip_leaves_no_fringe_and_a_thin_one_follows_a_line():
    array = np.zeros((41, 41, 1), np.int16)
    array[:, 21:] = 500
    array[5, 21:] = 0
    volume = volume_of(array=array)
    wide = whole(stroke_of(volume, [(5, 14)], Brush(30, adaptive=True), index=0), volume)[:, :, 0]
    assert wide[5, 20] and not wide[:, 22:].any()
    thin = whole(stroke_of(volume, [(5.5, 18), (5.5, 35)], Brush(5, adaptive=True), index=0), volume)
    assert thin[5, 18:36, 0].all()
    assert not thin[:5, 21:, 0].any() and not thin[6:, 21:, 0].any()


def test_a_wall_of_one_pixel_holds():
    array = np.zeros((41, 41, 1), np.int16)
    array[20] = 500
    volume = volume_of(array=array)
    ink = whole(stroke_of(volume, [(12, 20)], Brush(30, adaptive=True), index=0), volume)[:, :, 0]
    assert ink[18].any() and not ink[20:].any()


def test_an_adaptive_stroke_that_begins_beside_the_picture_waits_for_it():
    volume = volume_of(array=tissue())
    stroke = stroke_of(volume, [(-8, 20), (-7, 20)], Brush(4, adaptive=True), index=2)
    assert stroke.accepts is None
    stroke.move_to(5, 20)
    stroke.move_to(6, 20)
    assert stroke.accepts is not None
    assert not stroke.is_empty


# --- the tip itself -----------------------------------------------------------


def test_sizes_step_by_a_fifth_within_limits():
    assert Brush(10).resized(1).diameter == pytest.approx(12)
    assert Brush(12).resized(-1).diameter == pytest.approx(10)
    assert Brush(10).resized(-100).diameter == LEAST_DIAMETER
    assert Brush(10).resized(100).diameter == LARGEST_DIAMETER


def test_another_unit_keeps_the_width():
    brush = Brush(10).in_unit("px", 0.5)
    assert (brush.unit, brush.diameter) == ("px", 20)
    assert brush.in_unit("mm", 0.5) == Brush(10)


@pytest.mark.parametrize("wrong", [{"diameter": 0.0}, {"diameter": 1e6}, {"tolerance": 0.0}])
def test_a_brush_that_cannot_be_is_refused(wrong):
    with pytest.raises(InputError):
        Brush(**wrong)
