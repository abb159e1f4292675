"""Tests of the slice strip: positions, states, pixels, keys."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays
from PyQt5.QtCore import Qt
from PyQt5.QtGui import QColor, QPalette
from PyQt5.QtTest import QTest
from PyQt5.QtWidgets import QApplication, QHBoxLayout, QWidget

from medsam.engine.jobs import SliceState
from medsam.ui.canvas.slice_strip import SliceStrip
from medsam.ui.canvas.strip_columns import per_column, runs
from tests.ui.canvas_helpers import Mouse, array_of, picture_of, wheel

NONE, QUEUED, ENCODING, READY = SliceState.NONE, SliceState.QUEUED, SliceState.ENCODING, SliceState.READY
MASK_ROW, STATE_ROW = 5, 14


def make_strip(qtbot, count=10, width=416) -> SliceStrip:
    """A shown strip: 400 pixels for its slices."""
    strip = SliceStrip()
    qtbot.addWidget(strip)
    strip.set_count(count)
    strip.resize(width, strip.sizeHint().height())
    strip.show()
    QApplication.processEvents()
    return strip


def cell(strip: SliceStrip, index: int, row: int, half=4) -> np.ndarray:
    """Pixels of one lane around the middle of a slice, (pixels, 3)."""
    x = int(strip.position_of(index))
    return array_of(picture_of(strip))[row, x - half : x + half + 1]


@given(arrays(np.int8, st.integers(1, 300), elements=st.integers(0, 3)), st.integers(1, 120))
def test_every_column_shows_the_highest_rank_of_its_slices(values, columns):
    seen = per_column(values, columns)
    assert seen.size == columns
    for column, value in enumerate(seen.tolist()):
        first = column * values.size // columns
        last = max((column + 1) * values.size // columns, first + 1)
        assert value == values[first:last].max()


@given(arrays(np.int8, st.integers(0, 50), elements=st.integers(0, 2)))
def test_runs_cover_the_values(values):
    rebuilt = [value for start, stop, value in runs(values) for _ in range(start, stop)]
    assert rebuilt == values.tolist()


@pytest.mark.parametrize("count", [2, 3, 10, 400, 2000])
def test_a_click_on_a_slices_place_goes_there(qtbot, count):
    strip = make_strip(qtbot, count)
    for index in {0, 1, count // 3, count - 1}:
        assert abs(strip.index_at(strip.position_of(index)) - index) <= 0
        Mouse(strip).press(strip.position_of(index), 10).release()
        assert strip.index == index


def test_dragging_follows_the_mouse_beyond_the_ends(qtbot):
    strip = make_strip(qtbot)
    told = []
    strip.index_changed.connect(told.append)
    mouse = Mouse(strip).press(strip.position_of(4), 10).move(strip.position_of(6), 10)
    assert told == [4, 6]
    mouse.move(9999, -50)
    assert strip.index == 9
    mouse.release().move(strip.position_of(2), 10)
    assert strip.index == 9


def test_setting_the_same_index_tells_nothing(qtbot):
    strip = make_strip(qtbot)
    strip.set_index(3)
    with qtbot.assertNotEmitted(strip.index_changed):
        strip.set_index(3)


def test_keys_and_wheel_walk(qtbot):
    strip = make_strip(qtbot)
    strip.set_index(3)
    QTest.keyClick(strip, Qt.Key_Right)
    assert strip.index == 4
    QTest.keyClick(strip, Qt.Key_End)
    assert strip.index == 9
    QTest.keyClick(strip, Qt.Key_PageDown)
    assert strip.index == 4
    QTest.keyClick(strip, Qt.Key_Up)
    QTest.keyClick(strip, Qt.Key_Down)
    QTest.keyClick(strip, Qt.Key_Down)
    QTest.keyClick(strip, Qt.Key_Up)
    assert strip.index == 4
    wheel(strip, 120)
    assert strip.index == 5
    wheel(strip, -60)
    wheel(strip, -60)
    assert strip.index == 4
    assert strip.focusPolicy() == Qt.StrongFocus
    assert strip.accessibleName() == "Slice"


def test_states_look_different_from_each_other(qtbot):
    strip = make_strip(qtbot)
    strip.set_states([NONE, READY, QUEUED, ENCODING] + [NONE] * 6)
    strip.set_index(9)
    none, ready, queued, encoding = (cell(strip, n, STATE_ROW, 12).astype(int) for n in range(4))
    assert (none == none[0]).all()
    assert (ready == ready[0]).all() and abs(ready[0] - none[0]).max() > 60
    # Hatching is told by its shape: it goes between the track's colour and its own.
    for hatched in (queued, encoding):
        assert np.ptp(hatched, axis=0).max() > 60
    blue = ready[0]
    assert abs(encoding - blue).max(axis=1).min() < 40 < abs(queued - blue).max(axis=1).min()


def test_masks_are_marks_in_a_lane_of_their_own(qtbot):
    strip = make_strip(qtbot)
    strip.set_index(9)
    strip.set_masks({2: True, 3: True, 77: True})
    assert (cell(strip, 2, MASK_ROW) == (230, 159, 0)).all()
    assert (cell(strip, 5, MASK_ROW) != (230, 159, 0)).any(axis=1).all()
    assert [strip.has_mask(n) for n in range(10)] == [False] * 2 + [True] * 2 + [False] * 6
    strip.set_masks(np.zeros(10, bool))
    assert (cell(strip, 2, MASK_ROW) != (230, 159, 0)).any(axis=1).all()


def test_the_present_slice_is_marked_over_both_lanes(qtbot):
    strip = make_strip(qtbot)
    strip.set_index(5)
    strip.clearFocus()
    marker = strip.palette().color(QPalette.WindowText)
    image = array_of(picture_of(strip))
    x = round(strip.position_of(5))
    assert (image[1:20, x] == [marker.red(), marker.green(), marker.blue()]).all()
    assert (
        image[STATE_ROW, round(strip.position_of(2))] != [marker.red(), marker.green(), marker.blue()]
    ).any()


def test_one_of_two_thousand_slices_is_still_seen(qtbot):
    strip = make_strip(qtbot, 2000)
    masks = np.zeros(2000, bool)
    masks[1234] = True
    strip.set_masks(masks)
    row = array_of(picture_of(strip))[MASK_ROW]
    assert (row == (230, 159, 0)).all(axis=1).sum() == 2


def test_ready_means_every_slice_of_the_pixel(qtbot):
    strip = make_strip(qtbot, 2000)
    strip.set_states([READY] * 2000)
    full = cell(strip, 1000, STATE_ROW, 0)
    strip.set_state(1000, NONE)
    assert (cell(strip, 1000, STATE_ROW, 0) != full).any()


def test_states_as_mapping_text_or_one_by_one(qtbot):
    strip = make_strip(qtbot)
    strip.set_states({1: "ready", 4: QUEUED, 99: READY})
    strip.set_state(2, "encoding")
    strip.set_state(99, READY)
    assert [strip.state(n) for n in range(5)] == [NONE, READY, ENCODING, NONE, QUEUED]
    strip.set_count(4)
    assert [strip.state(n) for n in range(4)] == [NONE] * 4


def test_stripes_move_only_while_something_is_encoded_and_seen(qtbot):
    strip = make_strip(qtbot)
    assert not strip._timer.isActive()
    strip.set_state(2, ENCODING)
    assert strip._timer.isActive()
    before = cell(strip, 2, STATE_ROW, 12)
    qtbot.waitUntil(lambda: (cell(strip, 2, STATE_ROW, 12) != before).any())
    strip.hide()
    assert not strip._timer.isActive()
    strip.set_state(3, ENCODING)
    assert not strip._timer.isActive()
    strip.set_state(3, NONE)
    strip.show()
    assert strip._timer.isActive()
    strip.set_state(2, READY)
    assert not strip._timer.isActive()


def test_tooltip_names_slice_state_mask_and_legend(qtbot):
    strip = make_strip(qtbot)
    strip.set_states({4: READY})
    strip.set_masks({4: True})
    text = strip.tooltip_at(strip.position_of(4))
    assert text.startswith("Slice 5 of 10: encoded, has a mask\n")
    assert "hatched" in text
    assert "not encoded, no mask" in strip.tooltip_at(strip.position_of(5))


def test_tooltip_is_silent_about_encoding_where_nothing_is_encoded(qtbot):
    strip = make_strip(qtbot)
    assert strip.tooltip_at(strip.position_of(4)).startswith("Slice 5 of 10: no mask\n")
    assert "encoded" not in strip.tooltip_at(strip.position_of(4))


def test_one_slice_needs_no_strip(qtbot):
    window = QWidget()
    qtbot.addWidget(window)
    strip = SliceStrip()
    QHBoxLayout(window).addWidget(strip)
    strip.set_count(1)
    window.show()
    assert not strip.isVisible()
    strip.set_count(5)
    assert strip.isVisible()
    strip.set_count(0)
    assert not strip.isVisible()


def test_a_strip_without_a_parent_does_not_open_a_window(qtbot):
    strip = SliceStrip()
    qtbot.addWidget(strip)
    strip.set_count(20)
    assert not strip.isVisible()
    window = QWidget()
    qtbot.addWidget(window)
    QHBoxLayout(window).addWidget(strip)
    window.show()
    assert strip.isVisible()


@pytest.mark.parametrize("dark", [False, True])
def test_known_and_unknown_differ_on_light_and_dark(qtbot, dark):
    strip = make_strip(qtbot)
    palette = QPalette(QColor("#22252a") if dark else QColor("#f3f4f6"))
    strip.setPalette(palette)
    strip.set_states({1: READY})
    strip.set_index(9)
    ready, none = (cell(strip, n, STATE_ROW, 0)[0].astype(int) for n in (1, 3))
    assert abs(ready - none).max() > 80
