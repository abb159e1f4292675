"""Tests of slice to image: averaging, formats, ranges."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtGui import QImage, QPainter

from medsam.intensity import EIGHT_BIT, Window, to_uint8
from medsam.ui.canvas.rendering import SlicePainter, colour_image, data_range, grey_image, reduced
from medsam.ui.canvas.transform import ViewTransform
from tests.ui.canvas_helpers import array_of


def test_reduced_is_the_mean_of_every_block():
    picture = np.arange(24, dtype=np.int16).reshape(4, 6) * 10
    expected = np.array([[35, 55, 75], [155, 175, 195]], np.int16)
    np.testing.assert_array_equal(reduced(picture, 2), expected)
    assert reduced(picture, 2).dtype == np.int16


def test_reduced_repeats_the_edge_of_an_odd_picture():
    picture = np.array([[0.0, 2.0, 8.0]])
    np.testing.assert_array_equal(reduced(picture, 2), [[1.0, 8.0]])


def test_reduced_by_one_is_the_picture_itself():
    picture = np.zeros((3, 3), np.uint8)
    assert reduced(picture, 1) is picture


@pytest.mark.parametrize("width", [1, 3, 7, 64])
def test_grey_image_survives_flips_and_odd_widths(width):
    grey = np.random.default_rng(0).integers(0, 256, (5, width), dtype=np.uint8)[::-1, ::-1]
    np.testing.assert_array_equal(array_of(grey_image(grey)), np.repeat(grey[:, :, None], 3, axis=2))


def test_colour_image_keeps_the_order_of_channels():
    rgb = np.random.default_rng(0).integers(0, 256, (6, 5, 3), dtype=np.uint8).swapaxes(0, 1)
    np.testing.assert_array_equal(array_of(colour_image(rgb)), rgb)


def test_data_range_ignores_a_few_extremes():
    array = np.zeros((40, 40, 40), np.float32)
    array[:] = np.linspace(0, 100, 40)[:, None, None]
    array[3, 3, 3] = 1e9
    array[4, 4, 4] = np.nan
    low, high = data_range(array)
    assert (low, high) == pytest.approx((0, 100))


def test_data_range_of_a_constant_is_not_empty():
    assert data_range(np.full((3, 3, 3), 7, np.int16)) == (7, 8)


def paint(picture, transform, window, **options):
    painted = SlicePainter()
    painted.set_picture(picture)
    w, h = (int(v) for v in transform.view_wh)
    image = QImage(w, h, QImage.Format_RGB32)
    image.fill(0xFF0000FF)
    painter = QPainter(image)
    painted.paint(painter, transform, window, smooth=options.get("smooth", False), ratio=1.0)
    painter.end()
    return array_of(image)


def test_magnified_squares_show_every_voxel_in_its_place(qapp):
    raw = np.random.default_rng(1).integers(-500, 500, (6, 8)).astype(np.int16)
    window = Window(0, 800)
    t = ViewTransform((6, 8), (1, 1), (8 * 5, 6 * 5), 5.0, (4, 3))
    seen = paint(raw, t, window)[2::5, 2::5, 0]
    np.testing.assert_array_equal(seen, to_uint8(raw, window))


def test_anisotropic_pixels_become_rectangles(qapp):
    raw = np.array([[0, 255], [255, 0]], np.uint8)
    t = ViewTransform((2, 2), (1, 3), (20, 60), 10.0, (1, 1))
    seen = paint(raw, t, EIGHT_BIT)[:, :, 0]
    expected = np.kron(raw, np.ones((30, 10), np.uint8))
    np.testing.assert_array_equal(seen, expected)


def test_smooth_magnification_has_values_in_between(qapp):
    raw = np.array([[0, 200]], np.uint8)
    t = ViewTransform((1, 2), (1, 1), (80, 40), 40.0, (1, 0.5))
    row = paint(raw, t, EIGHT_BIT, smooth=True)[20, :, 0].astype(int)
    assert (np.diff(row) >= 0).all()
    assert len(np.unique(row)) > 20


def test_a_picture_far_larger_than_the_view_is_averaged_not_sampled(qapp):
    # Sampling two by two pixels would halve the noise; averaging four by four leaves a quarter.
    raw = np.random.default_rng(0).choice(np.array([0, 200], np.uint8), (512, 512))
    t = ViewTransform.fitted((512, 512), (1, 1), (140, 140))
    seen = paint(raw, t, EIGHT_BIT)[20:120, 20:120, 0]
    assert seen.mean() == pytest.approx(100, abs=2)
    assert 20 < seen.std() < 30


def test_nothing_is_painted_outside_of_the_picture(qapp):
    raw = np.full((7, 9), 255, np.uint8)
    t = ViewTransform.fitted((7, 9), (1, 1), (100, 100))
    seen = paint(raw, t, EIGHT_BIT, smooth=True)
    box = t.picture_box()
    assert (seen[: int(box.y0) - 1] == [0, 0, 255]).all()
    assert (seen[int(box.y1) + 2 :] == [0, 0, 255]).all()
    assert (seen[50, 50] == [255, 255, 255]).all()


def test_reduced_rounds_negative_values_like_positive_ones():
    picture = np.array([[-3, -4], [-4, -4]], np.int16)
    np.testing.assert_array_equal(reduced(picture, 2), [[-4]])
    np.testing.assert_array_equal(reduced(-picture, 2), [[4]])


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.int16, np.int32, np.float32, np.float64])
@pytest.mark.parametrize("factor", [2, 4, 8])
def test_reduced_does_not_overflow(dtype, factor):
    top = np.iinfo(dtype).max if np.dtype(dtype).kind in "iu" else 1e6
    picture = np.full((16, 24), top, dtype)
    np.testing.assert_array_equal(reduced(picture, factor), np.full((16 // factor, 24 // factor), top, dtype))


def test_a_large_picture_is_the_same_wherever_it_is_panned(qapp):
    """Only the part in view is rendered; wherever the view goes, that part is right."""
    raw = np.random.default_rng(3).integers(0, 4000, (1300, 1500)).astype(np.uint16)
    window = Window(2000, 4000)
    painted = SlicePainter()
    painted.set_picture(raw)
    expected = to_uint8(raw, window)
    t = ViewTransform(raw.shape, (1, 1), (90, 60), 3.0, (15, 10))
    for step in ((0, 0), (-60, 0), (-2000, -900), (-3000, -3000), (4000, 1500)):
        t = t.panned(*step)
        image = QImage(90, 60, QImage.Format_RGB32)
        image.fill(0xFF0000FF)
        painter = QPainter(image)
        painted.paint(painter, t, window, smooth=False, ratio=1.0)
        painter.end()
        seen = array_of(image)
        for vx, vy in ((1, 1), (44, 31), (88, 58)):
            x, y = t.to_shown(vx + 0.5, vy + 0.5)
            inside = t.contains(x, y)
            grey = [int(expected[int(y), int(x)])] * 3 if inside else [0, 0, 255]
            assert seen[vy, vx].tolist() == grey
