"""Tests of the operations on masks, against brute force and scikit-image."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp
from scipy import ndimage

from medsam.document.operations.between import blend, fill_between
from medsam.document.operations.growing import grow_region, noise_around, within_range
from medsam.document.operations.holes import fill_holes
from medsam.document.operations.margins import grown, shrunk
from medsam.document.operations.polygon import polygon_mask
from medsam.document.operations.regions import (
    bounds_of,
    component_at,
    islands,
    largest_island,
    same_value_at,
    without_small_islands,
)
from medsam.document.operations.smoothing import ball_of, closing, gaussian, median, opening
from medsam.errors import InputError

corner = st.tuples(st.floats(-10, 40), st.floats(-10, 40))
half_corner = st.tuples(st.integers(-8, 60), st.integers(-8, 60)).map(lambda p: (p[0] / 2, p[1] / 2))
masks_2d = hnp.arrays(bool, hnp.array_shapes(min_dims=2, max_dims=2, min_side=1, max_side=12))
masks_3d = hnp.arrays(bool, hnp.array_shapes(min_dims=3, max_dims=3, min_side=1, max_side=7))
masks = st.one_of(masks_2d, masks_3d)
SPACINGS = {2: (0.7, 1.1), 3: (0.7, 1.1, 3.0)}


def disc(shape, centre, radius):
    """A filled disc or ball."""
    grid = np.ogrid[tuple(slice(0, n) for n in shape)]
    return sum((g - c) ** 2 for g, c in zip(grid, centre, strict=True)) <= radius**2


# --- polygon -----------------------------------------------------------------


def crossings(corners, x, y):
    """How many edges a ray from (x, y) towards lower x meets; the plain text-book loop."""
    count = 0
    for (ax, ay), (bx, by) in zip(corners, corners[1:] + corners[:1], strict=True):
        if ay > by:
            ax, ay, bx, by = bx, by, ax, ay
        if ay <= y < by and ax + (y - ay) / (by - ay) * (bx - ax) <= x:
            count += 1
    return count


@settings(deadline=None, max_examples=60)
@given(st.one_of(st.lists(corner, max_size=9), st.lists(half_corner, max_size=9)))
def test_a_polygon_holds_the_pixels_with_their_centre_inside(corners):
    shape = (20, 25)
    mask = polygon_mask(corners, shape)
    expected = np.zeros(shape, bool)
    if len(corners) >= 3:
        for r, c in itertools.product(range(shape[0]), range(shape[1])):
            expected[r, c] = crossings(corners, c + 0.5, r + 0.5) % 2
    np.testing.assert_array_equal(mask, expected)


@settings(deadline=None, max_examples=40)
@given(st.lists(half_corner, min_size=3, max_size=3), half_corner)
def test_polygons_that_share_a_line_share_no_pixel_and_leave_none_out(triangle, top):
    a, b, c = triangle
    left, right = polygon_mask([a, b, c], (28, 28)), polygon_mask([a, c, top], (28, 28))
    np.testing.assert_array_equal(left ^ right, polygon_mask([a, b, c, top], (28, 28)))


def test_a_rectangle_on_pixel_edges_is_that_rectangle():
    mask = polygon_mask([(3, 2), (9, 2), (9, 7), (3, 7)], (10, 12))
    expected = np.zeros((10, 12), bool)
    expected[2:7, 3:9] = True
    np.testing.assert_array_equal(mask, expected)


@pytest.mark.parametrize(
    "corners", [[], [(1, 1)], [(1, 1), (5, 5)], [(1, 1), (9, 9), (5, 5)], [(2.5, 2)] * 9]
)
def test_a_polygon_without_area_is_empty(corners):
    assert not polygon_mask(corners, (12, 12)).any()


def test_a_polygon_round_the_whole_picture_takes_all_of_it():
    assert polygon_mask([(-1e6, -1e6), (1e6, -1e6), (1e6, 1e6), (-1e6, 1e6)], (7, 9)).all()


def test_corners_that_are_no_numbers_are_refused():
    with pytest.raises(InputError, match="finite"):
        polygon_mask([(0, 0), (np.nan, 1), (1, 1)], (4, 4))


# --- regions -----------------------------------------------------------------


@settings(deadline=None)
@given(masks, st.data())
def test_the_region_at_a_seed_is_the_labelled_one(mask, data):
    seed = tuple(data.draw(st.integers(0, n - 1)) for n in mask.shape)
    found = component_at(lambda block: mask[block], seed, mask.shape)
    numbers, _ = ndimage.label(mask)
    expected = (numbers == numbers[seed]) & mask if mask[seed] else np.zeros(mask.shape, bool)
    np.testing.assert_array_equal(found.full(mask.shape), expected)
    at_edge = any(expected.take(i, axis=a).any() for a in range(mask.ndim) for i in (0, -1))
    assert found.touches_edge == at_edge


def test_a_region_far_larger_than_the_first_look_is_found_whole():
    values = np.zeros((300, 200), np.uint16)
    values[10:290:4] = 1
    values[10:290, 100] = 1
    found = same_value_at(values, (10, 3))
    np.testing.assert_array_equal(found.full(values.shape), values == 1)
    assert found.block == (slice(10, 290), slice(0, 200))


def test_a_hole_is_background_that_touches_no_edge():
    values = np.zeros((30, 30), np.uint16)
    values[5:20, 5:20] = 3
    values[8:12, 8:12] = 0
    hole = same_value_at(values, (9, 9))
    assert (hole.count, hole.touches_edge) == (16, False)
    assert same_value_at(values, (0, 0)).touches_edge


def test_islands_are_numbered_by_size_and_ties_by_place():
    mask = np.zeros((6, 12), bool)
    mask[0, 0:2] = mask[0:3, 5] = mask[5, 0:3] = True
    numbers, sizes = islands(mask)
    assert list(sizes) == [3, 3, 2]
    assert (numbers[0, 5], numbers[5, 0], numbers[0, 0]) == (1, 2, 3)
    np.testing.assert_array_equal(largest_island(mask), numbers == 1)


@settings(deadline=None)
@given(masks, st.integers(0, 9))
def test_small_islands_go_and_the_rest_stays(mask, least):
    kept = without_small_islands(mask, least * 0.3, 0.3)
    numbers, count = ndimage.label(mask)
    expected = np.zeros(mask.shape, bool)
    for n in range(1, count + 1):
        if np.count_nonzero(numbers == n) >= least:
            expected |= numbers == n
    np.testing.assert_array_equal(kept, expected)


def test_what_touches_at_a_corner_is_two_islands():
    assert list(islands(np.eye(3, dtype=bool))[1]) == [1, 1, 1]


def test_bounds_of_nothing_is_none():
    assert bounds_of(np.zeros((3, 4), bool)) is None
    assert not largest_island(np.zeros((3, 4), bool)).any()


# --- growing -----------------------------------------------------------------


@settings(deadline=None)
@given(
    hnp.arrays(
        np.int16, hnp.array_shapes(min_dims=2, max_dims=3, min_side=1, max_side=9), elements=st.integers(0, 9)
    ),
    st.integers(0, 9),
    st.data(),
)
def test_grown_regions_are_skimages_flood(raw, tolerance, data):
    from skimage.morphology import flood

    seed = tuple(data.draw(st.integers(0, n - 1)) for n in raw.shape)
    found = grow_region(raw, seed, tolerance, spacing=(1.0,) * raw.ndim)
    expected = flood(raw.astype(np.int32), seed, connectivity=1, tolerance=tolerance)
    np.testing.assert_array_equal(found.full(raw.shape), expected)
    assert not found.is_cut


def test_a_region_stays_within_its_radius_in_mm_and_says_that_it_was_cut():
    raw = np.zeros((41, 41, 9), np.float32)
    found = grow_region(raw, (20, 20, 4), 1.0, spacing=(1.0, 1.0, 5.0), radius_mm=6.0)
    grid = np.ogrid[-20:21, -20:21, -4:5]
    ball = grid[0] ** 2 + grid[1] ** 2 + (5.0 * grid[2]) ** 2 <= 36
    np.testing.assert_array_equal(found.full(raw.shape), ball)
    assert found.is_cut
    raw[24:] = raw[:17] = raw[:, 24:] = raw[:, :17] = raw[:, :, 5:] = raw[:, :, :4] = 50
    closed = grow_region(raw, (20, 20, 4), 1.0, spacing=(1.0, 1.0, 5.0), radius_mm=6.0)
    assert (closed.count, closed.is_cut) == (49, False)


@pytest.mark.parametrize("smooth", [False, True])
def test_a_region_does_not_pass_through_a_barrier(smooth):
    raw = np.zeros((30, 30), np.int16)
    may = np.ones((30, 30), bool)
    may[12] = False
    options = {"spacing": (1, 1), "radius_mm": 40, "smooth": smooth, "may": lambda block: may[block]}
    found = grow_region(raw, (5, 5), 3, **options)
    np.testing.assert_array_equal(found.full(raw.shape), np.arange(30)[:, None] + np.zeros(30) < 12)
    assert grow_region(raw, (12, 5), 3, **options).count == 0


def test_a_leak_is_refused_with_a_sentence():
    with pytest.raises(InputError, match="leaks"):
        grow_region(np.zeros((20, 20)), (3, 3), 0, spacing=(1, 1), most=100)


def test_colours_are_near_in_every_channel():
    raw = np.zeros((5, 5, 3), np.uint8)
    raw[:, 2:] = (0, 0, 40)
    assert grow_region(raw, (0, 0), 39, spacing=(1, 1)).count == 10
    assert grow_region(raw, (0, 0), 40, spacing=(1, 1)).count == 25


def test_eight_bit_values_do_not_wrap():
    raw = np.array([[250, 255, 3, 0]], np.uint8)
    assert grow_region(raw, (0, 0), 20, spacing=(1, 1)).count == 2


def test_missing_values_are_never_near():
    raw = np.full((4, 4), np.nan)
    raw[0] = 1.0
    assert grow_region(raw, (0, 0), 1e9, spacing=(1, 1)).count == 4
    with pytest.raises(InputError, match="no value"):
        grow_region(raw, (2, 2), 1, spacing=(1, 1))
    with pytest.raises(InputError, match="zero or more"):
        grow_region(raw, (0, 0), -1, spacing=(1, 1))


@pytest.mark.parametrize("dtype", [np.int16, np.float32])
def test_votes_of_the_neighbours_find_a_noisy_ball_whole_and_in_its_place(dtype):
    rng = np.random.default_rng(0)
    ball = disc((50, 60, 40), (30, 36, 18), 11)
    raw = np.where(ball, 100, 0) + rng.normal(0, 18, ball.shape)
    plain = grow_region(raw.astype(dtype), (30, 36, 18), 45, spacing=(1, 1, 1), radius_mm=20)
    found = grow_region(raw.astype(dtype), (30, 36, 18), 45, spacing=(1, 1, 1), radius_mm=20, smooth=True)

    def dice(mask):
        return 2 * (mask & ball).sum() / (mask.sum() + ball.sum())

    assert dice(found.full(ball.shape)) > 0.97 > dice(plain.full(ball.shape))
    assert not found.is_cut and not found.touches_edge
    np.testing.assert_array_equal(found.mask, ndimage.binary_fill_holes(found.mask))


def test_an_evened_region_stays_in_its_radius_and_out_of_missing_values():
    raw = np.ones((40, 40))
    raw[14:27, 25:] = np.nan
    found = grow_region(raw, (20, 20), 0.1, spacing=(1, 1), radius_mm=9, smooth=True)
    ball = disc((40, 40), (20, 20), 9)
    np.testing.assert_array_equal(found.full(raw.shape)[:, :25], ball[:, :25])
    assert not found.full(raw.shape)[~ball].any() and not found.full(raw.shape)[16:25, 26:].any()
    assert found.is_cut
    whole = grow_region(np.ones((9, 9, 3), np.uint8), (0, 4), 0, spacing=(1, 1), smooth=True)
    assert whole.count == 81 and whole.touches_edge


@pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.float32])
@pytest.mark.parametrize(
    ("low", "high"), [(3, 7), (2.5, 6.5), (-1e9, 1e9), (-1e9, -1e8), (1e8, 1e9), (5.2, 5.8), (-np.inf, 4)]
)
def test_a_range_includes_both_ends(dtype, low, high):
    raw = np.arange(10).astype(dtype)
    expected = [low <= v <= high for v in range(10)]
    assert list(within_range(raw, low, high)) == expected


def test_a_range_upside_down_is_refused():
    with pytest.raises(InputError, match="lower to its upper"):
        within_range(np.zeros(3), 5, 4)


# --- margins -----------------------------------------------------------------


def brute_grown(mask, margin, spacing):
    """Every voxel within the margin of a set one, by looking at all pairs."""
    result = np.zeros(mask.shape, bool)
    set_mm = np.argwhere(mask) * spacing
    for at in itertools.product(*(range(n) for n in mask.shape)):
        apart = np.linalg.norm(set_mm - np.array(at) * spacing, axis=1)
        result[at] = bool(apart.size) and apart.min() <= margin + 1e-6
    return result


@settings(deadline=None, max_examples=40)
@given(masks, st.floats(0, 5))
def test_grown_and_shrunk_are_balls_of_mm(mask, margin):
    spacing = SPACINGS[mask.ndim]
    np.testing.assert_array_equal(grown(mask, margin, spacing), brute_grown(mask, margin, spacing))
    if mask.any() and not mask.all():
        np.testing.assert_array_equal(shrunk(mask, margin, spacing), ~brute_grown(~mask, margin, spacing))


def test_a_margin_smaller_than_a_thick_slice_stays_in_its_slice():
    mask = np.zeros((9, 9, 3), bool)
    mask[4, 4, 1] = True
    wide = grown(mask, 2.0, (1.0, 1.0, 5.0))
    assert not wide[..., (0, 2)].any() and wide[..., 1].sum() == 13


@pytest.mark.parametrize("margin", [-1, np.nan, np.inf])
def test_margins_that_are_none_are_refused(margin):
    for operation in (grown, shrunk):
        with pytest.raises(InputError, match="margin"):
            operation(np.ones((2, 2), bool), margin, (1, 1))


# --- smoothing ---------------------------------------------------------------


@settings(deadline=None, max_examples=20)
@given(masks, st.floats(0.1, 4))
def test_both_ways_to_count_votes_agree(mask, radius):
    from medsam.document.operations import smoothing

    by_columns = median(mask, radius, SPACINGS[mask.ndim])
    most, smoothing._MOST_COLUMNS = smoothing._MOST_COLUMNS, 0
    try:
        np.testing.assert_array_equal(median(mask, radius, SPACINGS[mask.ndim]), by_columns)
    finally:
        smoothing._MOST_COLUMNS = most


@settings(deadline=None, max_examples=30)
@given(masks, st.floats(0.1, 4))
def test_the_median_is_the_vote_of_the_ball(mask, radius):
    ball = ball_of(radius, SPACINGS[mask.ndim])
    votes = ndimage.generic_filter(mask.astype(float), np.mean, footprint=ball, mode="nearest")
    np.testing.assert_array_equal(median(mask, radius, SPACINGS[mask.ndim]), votes > 0.5)


@settings(deadline=None, max_examples=30)
@given(masks, st.floats(0.1, 3))
def test_opening_only_removes_and_closing_only_adds_and_twice_is_once(mask, radius):
    spacing = SPACINGS[mask.ndim]
    opened, closed = opening(mask, radius, spacing), closing(mask, radius, spacing)
    assert not (opened & ~mask).any() and not (mask & ~closed).any()
    np.testing.assert_array_equal(opening(opened, radius, spacing), opened)
    np.testing.assert_array_equal(closing(closed, radius, spacing), closed)


def test_opening_and_closing_are_scipys_with_the_same_ball():
    rng = np.random.default_rng(3)
    mask = np.pad(ndimage.gaussian_filter(rng.random((30, 30)), 1.2) > 0.5, 6)
    ball = ball_of(2.2, (0.7, 1.1))
    np.testing.assert_array_equal(opening(mask, 2.2, (0.7, 1.1)), ndimage.binary_opening(mask, ball))
    np.testing.assert_array_equal(closing(mask, 2.2, (0.7, 1.1)), ndimage.binary_closing(mask, ball))


def test_a_gaussian_rounds_a_corner_and_keeps_an_edge_cut_off_by_the_picture():
    mask = np.zeros((40, 40), bool)
    mask[:20] = True
    np.testing.assert_array_equal(gaussian(mask, 3.0, (1.0, 1.0)), mask)
    mask[:, :20] = False
    rounded = gaussian(mask, 3.0, (1.0, 1.0))
    assert not rounded[19, 20] and rounded[10, 30] and rounded[0, 39]


def test_a_gaussian_follows_the_spacing():
    mask = disc((41, 41), (20, 20), 3)
    assert gaussian(mask, 1.0, (1.0, 1.0)).any()
    flat = gaussian(mask, 1.0, (0.2, 1.0))
    assert flat[20].sum() >= flat[:, 20].sum()


@pytest.mark.parametrize("operation", [median, gaussian, opening, closing])
def test_smoothing_nothing_is_nothing_and_everything_stays(operation):
    for mask in (np.zeros((6, 7), bool), np.ones((6, 7), bool)):
        np.testing.assert_array_equal(operation(mask, 2.0, (1.0, 1.0)), mask)
    with pytest.raises(InputError, match="millimetres"):
        operation(np.ones((2, 2), bool), -1.0, (1.0, 1.0))


# --- holes -------------------------------------------------------------------


@settings(deadline=None)
@given(masks_3d)
def test_holes_are_filled_as_scipy_does(mask):
    np.testing.assert_array_equal(fill_holes(mask), ndimage.binary_fill_holes(mask))
    for axis in range(3):
        expected = np.moveaxis(mask, axis, 0).copy()
        for picture in expected:
            picture[...] = ndimage.binary_fill_holes(picture)
        np.testing.assert_array_equal(fill_holes(mask, axis), np.moveaxis(expected, 0, axis))


def test_a_tube_is_filled_in_its_slices_and_not_in_three_dimensions():
    tube = np.zeros((9, 9, 4), bool)
    tube[2:7, 2:7] = True
    tube[4, 4] = False
    np.testing.assert_array_equal(fill_holes(tube), tube)
    assert fill_holes(tube, 2)[4, 4].all()


# --- between -----------------------------------------------------------------


def test_every_fifth_slice_of_a_ball_gives_the_ball():
    ball = disc((41, 41, 41), (20, 20, 20), 16)
    drawn = ball.copy()
    drawn[..., [k for k in range(41) if k % 5]] = False
    filled = fill_between(drawn, 2, (1.0, 1.0, 1.0))
    inner = slice(5, 36)
    dice = 2 * (filled & ball)[..., inner].sum() / (filled[..., inner].sum() + ball[..., inner].sum())
    assert dice > 0.97
    np.testing.assert_array_equal(filled[..., 5:36:5], ball[..., 5:36:5])


@pytest.mark.parametrize("axis", [0, 1, 2])
def test_gaps_are_filled_along_any_axis_and_drawn_slices_stay(axis):
    mask = np.zeros((12, 12, 12), bool)
    turned = np.moveaxis(mask, axis, 0)
    turned[2, 3:8, 3:8] = turned[6, 3:8, 3:8] = True
    filled = np.moveaxis(fill_between(mask, axis, (1.0, 0.8, 2.0)), axis, 0)
    for index in range(12):
        np.testing.assert_array_equal(filled[index], turned[2] if 2 <= index <= 6 else turned[0])


def test_an_oblique_tube_stays_a_tube():
    first, last = disc((40, 40), (20, 8), 4), disc((40, 40), (20, 32), 4)
    middle = blend(first, last, 3, (1.0, 1.0))
    for n, centre in enumerate((14, 20, 26)):
        expected = disc((40, 40), (20, centre), 4)
        assert (middle[n] ^ expected).sum() <= 0.1 * expected.sum()


def test_a_branch_divides_and_a_part_without_counterpart_ends():
    trunk = disc((40, 40), (20, 20), 9)
    branches = disc((40, 40), (20, 12), 4) | disc((40, 40), (20, 29), 4)
    lonely = branches | disc((40, 40), (3, 3), 2)
    steps = blend(trunk, lonely, 5, (1.0, 1.0))
    assert not steps[:, :6, :6].any()
    assert ndimage.label(steps[0])[1] == 1 and ndimage.label(steps[-1])[1] == 2
    sizes = steps.sum(axis=(1, 2))
    assert (np.diff(sizes) <= 0).all() and sizes[-1] > 0


def test_a_small_shape_grows_evenly_into_a_large_one_far_away():
    small, large = disc((60, 60), (12, 12), 2), disc((60, 60), (40, 40), 12)
    steps = blend(small, large, 3, (1.0, 1.0))
    for n, share in enumerate((0.25, 0.5, 0.75)):
        expected = disc((60, 60), (12 + 28 * share,) * 2, 2 + 10 * share)
        assert (steps[n] ^ expected).sum() <= 0.2 * expected.sum()


def test_nothing_and_one_slice_have_no_gap():
    mask = np.zeros((5, 5, 5), bool)
    np.testing.assert_array_equal(fill_between(mask, 2, (1, 1, 1)), mask)
    mask[1:3, 1:3, 2] = True
    np.testing.assert_array_equal(fill_between(mask, 2, (1, 1, 1)), mask)


@settings(deadline=None, max_examples=20)
@given(masks, st.floats(0, 6))
def test_both_ways_to_measure_distance_agree(mask, margin):
    from medsam.document.operations import margins

    spacing = SPACINGS[mask.ndim]
    small_balls = grown(mask, margin, spacing), shrunk(mask, margin, spacing)
    most, margins._MOST_COLUMNS = margins._MOST_COLUMNS, 0
    try:
        np.testing.assert_array_equal(grown(mask, margin, spacing), small_balls[0])
        np.testing.assert_array_equal(shrunk(mask, margin, spacing), small_balls[1])
    finally:
        margins._MOST_COLUMNS = most


def test_noise_around_a_pixel_is_the_deviation_whatever_edge_is_near():
    rng = np.random.default_rng(1)
    picture = rng.normal(100.0, 20.0, (200, 200))
    found = [
        noise_around(picture, (row, column)) for row in range(5, 195, 10) for column in range(5, 195, 10)
    ]
    assert np.mean(found) == pytest.approx(20.0, rel=0.05)
    picture[:, 102:] += 1000.0
    assert noise_around(picture, (50, 100)) < 60.0, "a third of the pixels lie beyond the edge"
    picture[40:60, 40:60] = np.nan
    assert noise_around(picture, (50, 50)) == 0.0 and noise_around(picture, (0, 0)) > 5.0


def test_noise_of_a_colour_is_that_of_its_worst_channel():
    rng = np.random.default_rng(1)
    picture = np.zeros((9, 9, 3), np.uint8)
    picture[..., 1] = rng.integers(0, 100, (9, 9))
    assert noise_around(picture, (4, 4)) == noise_around(picture[..., 1], (4, 4)) > 10
