"""Tests of label fill and outline."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PyQt5.QtGui import QImage, QPainter

from medsam.ui.canvas.label_overlay import LabelOverlay, outline_segments, premultiplied
from medsam.ui.canvas.transform import ViewTransform
from tests.ui.canvas_helpers import array_of

STYLES = {1: ((200, 0, 0), 0.5), 2: ((0, 200, 0), 1.0)}


def test_outline_of_a_block_is_its_four_edges():
    ids = np.zeros((6, 7), np.uint16)
    ids[1:3, 2:6] = 4
    segments = {tuple(s) for s in outline_segments(ids)[4].tolist()}
    assert segments == {(2, 1, 6, 1), (2, 3, 6, 3), (2, 1, 2, 3), (6, 1, 6, 3)}


def test_outline_runs_along_the_pictures_border():
    segments = {tuple(s) for s in outline_segments(np.ones((2, 3), np.uint16))[1].tolist()}
    assert segments == {(0, 0, 3, 0), (0, 2, 3, 2), (0, 0, 0, 2), (3, 0, 3, 2)}


def test_outline_of_nothing_is_nothing():
    assert outline_segments(np.zeros((4, 4), np.uint16)) == {}


@given(arrays(np.uint16, (7, 6), elements=st.integers(0, 3)))
def test_outline_covers_exactly_the_edges_between_different_labels(ids):
    padded = np.pad(ids, 1)
    for number, segments in outline_segments(ids).items():
        unit = set()
        for x0, y0, x1, y1 in segments.tolist():
            steps = [(x, y0, x + 1, y0) for x in range(x0, x1)] + [(x0, y, x0, y + 1) for y in range(y0, y1)]
            assert not unit & set(steps)
            unit |= set(steps)
        expected = set()
        for y in range(padded.shape[0] - 1):
            for x in range(padded.shape[1] - 1):
                here, right, below = padded[y, x], padded[y, x + 1], padded[y + 1, x]
                if here != right and number in (here, right):
                    expected.add((x, y - 1, x, y))
                if here != below and number in (here, below):
                    expected.add((x - 1, y, x, y))
        assert unit == expected


def test_premultiplied_word():
    assert premultiplied((255, 128, 0), 1.0) == 0xFFFF8000
    assert premultiplied((255, 128, 0), 0.0) == 0
    assert premultiplied((255, 0, 255), 0.2) == 0x33330033


def painted(overlay: LabelOverlay, picture, zoom=8.0, background=0xFF000000) -> np.ndarray:
    h, w = picture.shape
    image = QImage(int(w * zoom), int(h * zoom), QImage.Format_RGB32)
    image.fill(background)
    painter = QPainter(image)
    overlay.paint(painter, ViewTransform((h, w), (1, 1), (w * zoom, h * zoom), zoom, (w / 2, h / 2)), 1.0)
    painter.end()
    return array_of(image)


def overlay_of(picture, **options) -> LabelOverlay:
    overlay = LabelOverlay(**options)
    overlay.set_styles(STYLES)
    overlay.set_picture(picture)
    return overlay


def test_fill_has_the_labels_colour_and_opacity(qapp):
    picture = np.zeros((9, 9), np.uint16)
    picture[1:4, 1:4], picture[5:8, 5:8] = 1, 2
    seen = painted(overlay_of(picture), picture)
    assert abs(int(seen[2 * 8 + 4, 2 * 8 + 4, 0]) - 100) <= 1
    assert seen[6 * 8 + 4, 6 * 8 + 4].tolist() == [0, 200, 0]
    assert seen[4, 4].tolist() == [0, 0, 0]


def test_outline_is_one_full_pixel_and_a_half_one(qapp):
    picture = np.zeros((9, 9), np.uint16)
    picture[2:7, 2:7] = 1
    row = painted(overlay_of(picture), picture)[36, :, 0].astype(int)
    # The left edge lies at 16: one and a half pixels of 200 around it, then the half-opaque fill.
    assert abs(row[18:50] - 100).max() <= 1
    assert row[16] == 200
    assert 80 <= row[15] <= 120
    assert row[14] == 0


def test_outline_stands_out_from_a_picture_of_its_own_colour(qapp):
    picture = np.zeros((9, 9), np.uint16)
    picture[2:7, 2:7] = 2
    seen = painted(overlay_of(picture), picture, background=0xFF00C800)[36, :, 1].astype(int)
    assert seen[4] == seen[30] == 200
    assert seen[13:19].min() < 170


def test_hidden_labels_leave_nothing(qapp):
    picture = np.full((5, 5), 3, np.uint16)
    assert not painted(overlay_of(picture), picture).any()


def test_only_the_changed_pixels_are_computed_again(qapp):
    picture = np.zeros((200, 200), np.uint16)
    picture[50:150, 50:150] = 1
    overlay = overlay_of(picture)
    overlay.prepare()
    assert overlay.recomputed == 200 * 200
    overlay.prepare()
    assert overlay.recomputed == 0
    picture[60:70, 80:100] = 2
    overlay.mark_stale((80, 60, 100, 70))
    overlay.prepare()
    assert overlay.recomputed == 20 * 10


@given(
    arrays(np.uint16, (12, 10), elements=st.integers(0, 3)),
    st.lists(
        st.tuples(
            st.integers(0, 9), st.integers(0, 11), st.integers(1, 5), st.integers(1, 5), st.integers(0, 3)
        ),
        min_size=1,
        max_size=4,
    ),
)
def test_changes_in_parts_paint_the_same_as_everything_anew(start, changes):
    picture = start.copy()
    overlay = overlay_of(picture)
    overlay.prepare()
    for n, (x, y, w, h, value) in enumerate(changes):
        x1, y1 = min(x + w, 10), min(y + h, 12)
        picture[y:y1, x:x1] = value
        overlay.mark_stale((x, y, x1, y1))
        if n % 2:
            overlay.prepare()
    np.testing.assert_array_equal(painted(overlay, picture), painted(overlay_of(picture), picture))


@given(
    st.integers(0, 2**32 - 1),
    st.lists(
        st.tuples(
            st.integers(0, 280),
            st.integers(0, 250),
            st.integers(1, 90),
            st.integers(1, 90),
            st.integers(0, 3),
        ),
        min_size=1,
        max_size=5,
    ),
)
@settings(max_examples=25)
def test_changes_across_tiles_leave_the_same_lines_as_the_whole_picture(seed, changes):
    rng = np.random.default_rng(seed)
    picture = np.zeros((257, 290), np.uint16)
    x, y = rng.integers(0, 200, 2)
    picture[y : y + 40, x : x + 60] = rng.integers(0, 3, (40, 60))[: 257 - y, : 290 - x]
    overlay = overlay_of(picture)
    overlay.prepare()
    for x, y, w, h, value in changes:
        picture[y : y + h, x : x + w] = value
        overlay.mark_stale((x, y, min(x + w, 290), min(y + h, 257)))
        overlay.prepare()
    fresh = overlay_of(picture)
    fresh.prepare()
    lines = [
        sorted(zip(o.lines.tolist(), o.before.tolist(), o.after.tolist(), strict=True))
        for o in (overlay._outlines, fresh._outlines)
    ]
    assert lines[0] == lines[1]
    shown = np.where(np.isin(picture, list(STYLES)), picture, 0)
    unit = {tuple(e) for line, *_ in lines[0] for e in _unit_edges(line)}
    assert unit == {
        tuple(e) for part in outline_segments(shown).values() for s in part.tolist() for e in _unit_edges(s)
    }


def _unit_edges(line):
    x0, y0, x1, y1 = line
    if x0 == x1:
        return [(x0, y, x0, y + 1) for y in range(y0, y1)]
    return [(x, y0, x + 1, y0) for x in range(x0, x1)]


@pytest.mark.parametrize(("fill", "outline"), [(True, True), (True, False), (False, True)])
def test_a_style_draws_what_it_says(qapp, fill, outline):
    picture = np.zeros((9, 9), np.uint16)
    picture[2:7, 2:7] = 1
    overlay = LabelOverlay()
    overlay.set_styles({1: ((200, 0, 0), 0.5, fill, outline)})
    overlay.set_picture(picture)
    row = painted(overlay, picture)[36, :, 0].astype(int)
    assert (row[30] == 100) == fill
    assert (row[16] == 200) == outline
    assert row[4] == 0


def test_amended_numbers_are_shown_and_leave_no_trace(qapp):
    picture = np.zeros((9, 9), np.uint16)
    picture[1:4, 1:4] = 1
    overlay = overlay_of(picture)
    plain = painted(overlay, picture)

    def amend(rect, numbers):
        x0, y0 = rect[:2]
        after = numbers.copy()
        after[max(5 - y0, 0) : max(8 - y0, 0), max(5 - x0, 0) : max(8 - x0, 0)] = 2
        return after

    overlay.set_amend(amend)
    overlay.mark_stale((4, 4, 9, 9))
    assert painted(overlay, picture)[6 * 8 + 4, 6 * 8 + 4].tolist() == [0, 200, 0]
    whole = overlay_of(picture)
    whole.set_picture(picture, amend)
    np.testing.assert_array_equal(painted(whole, picture), painted(overlay, picture))
    overlay.set_amend(None)
    overlay.mark_stale((4, 4, 9, 9))
    np.testing.assert_array_equal(painted(overlay, picture), plain)
    assert not picture[5:8, 5:8].any()


def test_striped_outline_is_interrupted(qapp):
    picture = np.zeros((9, 9), np.uint16)
    picture[2:7, 2:7] = 1
    line = painted(overlay_of(picture, striped=True), picture, zoom=10.0)[20, 22:68, 0].astype(int)
    bright = line > 120
    assert 0.25 < bright.mean() < 0.75
    assert np.count_nonzero(np.diff(bright)) >= 6
