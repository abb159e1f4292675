"""Filling polygons: against a closed form, a point test, and the conventions for holes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from skimage.measure import points_in_poly

from medsam.io.polygons import fill_outlines, fill_polygon

SHAPE = (24, 30)
coordinates = st.integers(-200, 1200).map(lambda v: v / 37 + 0.001)


def square(low: float, high: float) -> np.ndarray:
    """A square between two coordinates, both axes."""
    return np.array([(low, low), (high, low), (high, high), (low, high)], float)


def block(low: int, high: int, shape: tuple[int, int] = SHAPE) -> np.ndarray:
    """Pixels ``low`` to ``high`` inclusive along both axes."""
    mask = np.zeros(shape, bool)
    mask[low : high + 1, low : high + 1] = True
    return mask


@given(st.lists(st.tuples(coordinates, coordinates), min_size=3, max_size=12))
def test_it_equals_a_test_of_every_pixel_centre(corners: list[tuple[float, float]]) -> None:
    xy = np.array(corners)
    rows, columns = np.mgrid[: SHAPE[0], : SHAPE[1]]
    centres = np.stack([columns.ravel(), rows.ravel()], axis=1).astype(float)
    expected = points_in_poly(centres, xy).reshape(SHAPE)
    found = fill_polygon(xy, SHAPE)
    # Exactly on an edge either answer is right.
    ends = np.roll(xy, -1, axis=0)
    for a, b in zip(xy, ends, strict=True):
        along = b - a
        t = np.clip(((centres - a) @ along) / max(float(along @ along), 1e-12), 0, 1)
        near = np.linalg.norm(centres - a - t[:, None] * along, axis=1) < 1e-9
        expected.ravel()[near] = found.ravel()[near]
    np.testing.assert_array_equal(found, expected)


def test_neighbours_that_share_an_edge_leave_no_gap_and_no_overlap() -> None:
    left = fill_polygon(np.array([(2, 3), (10, 3), (13, 15), (2, 15)], float), SHAPE)
    right = fill_polygon(np.array([(10, 3), (20, 3), (20, 15), (13, 15)], float), SHAPE)
    whole = fill_polygon(np.array([(2, 3), (20, 3), (20, 15), (2, 15)], float), SHAPE)
    assert not (left & right).any()
    np.testing.assert_array_equal(left | right, whole)


def test_what_lies_outside_is_cut_off() -> None:
    assert fill_polygon(square(-50, 100), SHAPE).all()
    assert not fill_polygon(square(-50, -3), SHAPE).any()
    assert not fill_polygon(square(200, 300), SHAPE).any()
    np.testing.assert_array_equal(fill_polygon(square(-9, 4.5), SHAPE), block(0, 4))


def test_a_keyhole_leaves_its_hole_open_and_its_slit_closed() -> None:
    outer, inner = square(1.5, 15.5), square(5.5, 10.5)[::-1]
    keyhole = np.vstack([outer, outer[:1], inner, inner[:1]])
    np.testing.assert_array_equal(fill_polygon(keyhole, SHAPE), block(2, 15) & ~block(6, 10))
    np.testing.assert_array_equal(fill_outlines([keyhole], [False], SHAPE), block(2, 15) & ~block(6, 10))


@pytest.mark.parametrize("exclusive", [False, True])
@pytest.mark.parametrize("order", [(0, 1, 2), (2, 1, 0), (1, 2, 0)])
def test_an_outline_inside_another_is_a_hole_and_one_in_the_hole_an_island(
    exclusive: bool, order: tuple[int, ...]
) -> None:
    nested = [square(1.5, 18.5), square(4.5, 14.5), square(7.5, 9.5)]
    found = fill_outlines([nested[n] for n in order], [exclusive] * 3, SHAPE)
    np.testing.assert_array_equal(found, (block(2, 18) & ~block(5, 14)) | block(8, 9))


def test_outlines_that_only_overlap_are_united_unless_declared_exclusive() -> None:
    outlines = [square(1.5, 10.5), square(6.5, 18.5)]
    a, b = block(2, 10), block(7, 18)
    np.testing.assert_array_equal(fill_outlines(outlines, [False, False], SHAPE), a | b)
    np.testing.assert_array_equal(fill_outlines(outlines, [True, True], SHAPE), a ^ b)


def test_the_same_outline_twice_counts_once() -> None:
    outline = square(1.5, 10.5)
    turned = np.roll(outline[::-1], 1, axis=0)
    np.testing.assert_array_equal(fill_outlines([outline, turned], [False, False], SHAPE), block(2, 10))
