"""Tests of the view geometry, without widgets."""

from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsam.prompts import Box
from medsam.ui.canvas.transform import FIT_MARGIN, ViewTransform

sides = st.integers(1, 4000)
spacings = st.floats(0.05, 12.0)
transforms = st.builds(
    ViewTransform.fitted,
    st.tuples(sides, sides),
    st.tuples(spacings, spacings),
    st.tuples(st.floats(40, 3000), st.floats(40, 3000)),
)


@given(transforms, st.floats(0.3, 5), st.floats(-2, 2), st.floats(-2, 2))
def test_view_and_shown_are_inverse(transform, factor, u, v):
    t = transform.zoomed(factor)
    x, y = u * t.shape_hw[1], v * t.shape_hw[0]
    assert t.to_shown(*t.to_view(x, y)) == pytest.approx((x, y), rel=1e-6, abs=1e-6)


@given(transforms)
def test_fitted_picture_lies_inside_of_the_view_and_touches_its_margin(transform):
    box = transform.picture_box()
    w, h = transform.view_wh
    assert box.x0 >= FIT_MARGIN - 1e-6 and box.x1 <= w - FIT_MARGIN + 1e-6
    assert box.y0 >= FIT_MARGIN - 1e-6 and box.y1 <= h - FIT_MARGIN + 1e-6
    free = min(w - box.width, h - box.height)
    assert free == pytest.approx(2 * FIT_MARGIN, abs=1e-6)


@given(transforms)
def test_aspect_is_that_of_the_millimetres(transform):
    (h, w), (sx, sy) = transform.shape_hw, transform.spacing_xy
    box = transform.picture_box()
    assert box.width / box.height == pytest.approx(w * sx / (h * sy), rel=1e-9)


@given(transforms, st.floats(1.0, 3.0), st.floats(0.1, 0.9), st.floats(0.1, 0.9))
def test_zooming_in_keeps_the_point_under_the_cursor(transform, factor, u, v):
    h, w = transform.shape_hw
    at = transform.to_view(u * w, v * h)
    after = transform.zoomed(factor, at)
    assert after.to_view(u * w, v * h) == pytest.approx(at, abs=1e-6)


def test_zooming_out_about_a_point_keeps_it_too_while_the_centre_stays_on_the_picture():
    t = ViewTransform.fitted((100, 100), (1, 1), (500, 400)).zoomed(4).centered_on(40, 40)
    at = t.to_view(45, 47)
    assert t.zoomed(0.6, at).to_view(45, 47) == pytest.approx(at)


def test_zoom_has_limits():
    t = ViewTransform.fitted((100, 100), (1, 1), (500, 400))
    for _ in range(40):
        t = t.zoomed(2)
    assert t.zoom == 64
    for _ in range(40):
        t = t.zoomed(0.5)
    assert t.zoom == pytest.approx(t.fit_zoom / 4)


def test_panning_moves_the_picture_with_the_mouse():
    t = ViewTransform.fitted((100, 100), (2, 1), (500, 400)).zoomed(3)
    x, y = t.to_view(30, 60)
    assert t.panned(17, -9).to_view(30, 60) == pytest.approx((x + 17, y - 9))


def test_panning_never_loses_the_picture():
    t = ViewTransform.fitted((100, 80), (1, 1), (500, 400)).panned(10_000, -10_000)
    assert t.center_xy == (0, 100)


def test_one_hundred_percent_is_one_pixel_of_the_finer_side():
    t = ViewTransform((20, 100), (0.5, 3.0), (500, 400), 1.0, (50, 10))
    assert t.scale_xy == (1.0, 6.0)
    assert t.mm_per_view_pixel == 0.5


def test_visible_pixels_are_those_that_the_view_touches():
    t = ViewTransform((100, 100), (1, 1), (40, 20), 4.0, (50.1, 50.1))
    assert t.visible_pixels() == (45, 47, 56, 53)
    assert t.visible_pixels(Box(20, 10, 21, 11)) == (50, 50, 51, 51)
    assert t.centered_on(0, 0).visible_pixels()[:2] == (0, 0)


def test_resizing_keeps_zoom_and_centre():
    t = ViewTransform.fitted((100, 100), (1, 1), (500, 400)).zoomed(2).centered_on(20, 30)
    after = t.resized((300, 300))
    assert after.to_view(20, 30) == (150, 150)
    assert math.isclose(after.zoom, t.zoom)
