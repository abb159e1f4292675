"""Windows: the table is the formula, the defaults are MedSAM's, and nothing odd breaks them."""

from __future__ import annotations

import math
from typing import Literal

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsam.errors import InputError
from medsam.intensity import (
    CT_PRESETS,
    EIGHT_BIT,
    Window,
    auto_window,
    default_window,
    looks_like_ct,
    to_uint8,
)
from medsam.volume import Volume
from tests.phantoms import ct_phantom, grey16_picture, grey_picture, oblique_volume, rgb_picture

windows = st.builds(Window, st.floats(-40_000, 70_000), st.floats(0.5, 80_000))


def by_formula(value: float, window: Window) -> int:
    """One value through a window, in exact words."""
    inside = min(max(value, window.low), window.high)
    return min(max(math.floor((inside - window.low) / window.width * 255.0), 0), 255)


class TestWindow:
    """Level and width."""

    def test_the_limits_lie_around_the_level(self) -> None:
        assert (Window(40, 400).low, Window(40, 400).high) == (-160, 240)

    @pytest.mark.parametrize("width", [0, -1, math.inf, math.nan])
    def test_a_width_that_shows_nothing_is_refused(self, width: float) -> None:
        with pytest.raises(InputError):
            Window(40, width)

    def test_a_level_that_is_no_number_is_refused(self) -> None:
        with pytest.raises(InputError):
            Window(math.nan, 400)

    @pytest.mark.parametrize("name", ["soft tissue", "Soft_Tissue", " SOFT-TISSUE ", "lung", "bone", "brain"])
    def test_presets_are_found_in_any_spelling(self, name: str) -> None:
        key = name.strip().lower().replace("_", " ").replace("-", " ")
        assert Window.from_text(name) == CT_PRESETS[key]

    @pytest.mark.parametrize(
        ("text", "window"),
        [("40/400", Window(40, 400)), ("-600/1500", Window(-600, 1500)), (" 0.5 / 1e3 ", Window(0.5, 1000))],
    )
    def test_level_and_width_are_read(self, text: str, window: Window) -> None:
        assert Window.from_text(text) == window

    @pytest.mark.parametrize("text", ["", "40", "40/", "40/400/1", "liver", "40/0", "a/b", "nan/3"])
    def test_other_text_is_refused(self, text: str) -> None:
        with pytest.raises(InputError):
            Window.from_text(text)

    @given(low=st.floats(-1e6, 1e6), width=st.floats(1e-3, 1e6))
    def test_bounds_come_back(self, low: float, width: float) -> None:
        window = Window.from_bounds(low, low + width)
        assert window.low == pytest.approx(low, abs=1e-6 * max(abs(low), width))
        assert window.high == pytest.approx(low + width, abs=1e-6 * max(abs(low), width))

    @pytest.mark.parametrize("value", [0.0, 5.0, -3e9])
    def test_equal_bounds_still_make_a_window(self, value: float) -> None:
        assert Window.from_bounds(value, value).width > 0


class TestToUint8:
    """From raw values to what is seen."""

    def test_soft_tissue_by_hand(self) -> None:
        raw = np.array([-2000, -160, -159, 39, 40, 41, 239, 240, 3000], np.int16)
        assert to_uint8(raw, Window(40, 400)).tolist() == [0, 0, 0, 126, 127, 128, 254, 255, 255]

    @given(value=st.floats(-1e5, 1e5), window=windows)
    def test_a_value_follows_the_formula(self, value: float, window: Window) -> None:
        assert int(to_uint8(np.array([value]), window)[0]) == by_formula(value, window)

    @pytest.mark.parametrize("dtype", [np.uint8, np.int16, np.uint16])
    @given(window=windows)
    def test_the_table_equals_the_formula(self, dtype: type, window: Window) -> None:
        limits = np.iinfo(dtype)
        every: np.ndarray = np.arange(limits.min, limits.max + 1).astype(dtype)
        large = np.tile(every, 65_536 // every.size)
        assert np.array_equal(to_uint8(large, window), to_uint8(large.astype(np.float64), window))

    @given(window=windows)
    def test_brighter_stays_brighter(self, window: Window) -> None:
        values = to_uint8(np.arange(-32_768, 32_768).astype(np.int16), window).astype(int)
        assert (np.diff(values) >= 0).all()

    @pytest.mark.parametrize("order", ["C", "F"])
    def test_the_table_serves_any_memory_order(self, order: Literal["C", "F"]) -> None:
        raw = np.random.default_rng(0).integers(-1024, 3071, (300, 240)).astype(np.int16, order=order)
        for view in (raw, raw.T, raw[::-1, ::-1]):
            expected = to_uint8(view.astype(np.float64), Window(40, 400))
            assert np.array_equal(to_uint8(view, Window(40, 400)), expected)

    def test_eight_bit_pictures_stay_as_they_are(self) -> None:
        every = np.arange(256, dtype=np.uint8)
        assert to_uint8(every, EIGHT_BIT) is every
        assert np.array_equal(to_uint8(every.astype(np.float32), EIGHT_BIT), every)

    def test_what_is_no_number_turns_black_and_infinity_white(self) -> None:
        raw = np.array([np.nan, -np.inf, np.inf, 0.5], np.float32)
        assert to_uint8(raw, Window(0.5, 1)).tolist() == [0, 0, 255, 127]

    @pytest.mark.parametrize("dtype", [np.int8, np.int32, np.uint32, np.int64, np.float16, np.float64])
    def test_every_real_type_is_taken(self, dtype: type) -> None:
        assert to_uint8(np.array([0, 50, 100], dtype), Window(50, 100)).tolist() == [0, 127, 255]

    def test_the_raw_values_are_left_alone(self) -> None:
        raw = np.array([np.nan, 3.0])
        to_uint8(raw, Window(0, 1))
        assert np.isnan(raw[0]) and raw[1] == 3.0


class TestAutoWindow:
    """Percentiles of what is above zero."""

    def test_the_background_does_not_count(self) -> None:
        values = np.arange(1, 1001, dtype=np.float64)
        dark = np.concatenate([np.zeros(50_000), values])
        assert auto_window(dark) == auto_window(values)
        low, high = np.percentile(values, (0.5, 99.5))
        assert (auto_window(values).low, auto_window(values).high) == pytest.approx((low, high))

    def test_values_below_zero_only_are_used_as_they_are(self) -> None:
        window = auto_window(np.linspace(-20, -10, 1001))
        assert (window.low, window.high) == pytest.approx((-19.95, -10.05))

    @pytest.mark.parametrize(
        "raw", [np.zeros((4, 4)), np.full((4, 4), np.nan), np.zeros((0,)), np.full(9, 7, np.uint8)]
    )
    def test_flat_or_empty_values_still_make_a_window(self, raw: np.ndarray) -> None:
        assert auto_window(raw).width > 0

    def test_infinite_values_are_left_out(self) -> None:
        raw = np.array([1.0, 2.0, np.inf, -np.inf, np.nan])
        assert auto_window(raw) == auto_window(np.array([1.0, 2.0]))

    def test_a_large_volume_is_sampled_evenly(self) -> None:
        raw = np.linspace(1, 2, 9_000_000, dtype=np.float32)
        window = auto_window(raw)
        assert (window.low, window.high) == pytest.approx((1.005, 1.995), abs=1e-3)


class TestDefaultWindow:
    """What a network sees when nobody chose."""

    def test_ct_is_soft_tissue_whatever_the_file_says(self) -> None:
        scan = ct_phantom((8, 8, 4))
        same = Volume(scan.array, scan.affine, modality="CT", window=Window(-600, 1500))
        assert default_window(same) == CT_PRESETS["soft tissue"]

    def test_colour_has_none(self) -> None:
        assert default_window(rgb_picture()) is None

    def test_eight_bit_is_left_alone(self) -> None:
        assert default_window(grey_picture()) == EIGHT_BIT

    @pytest.mark.parametrize("make", [grey16_picture, oblique_volume])
    def test_everything_else_takes_percentiles_of_the_whole(self, make: object) -> None:
        volume = make()  # type: ignore[operator]
        assert default_window(volume) == auto_window(volume.array)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([-1000, 40, 3000], True),
        ([0, 40], False),
        ([-30_000, 40], False),
        ([-299, 40], False),
        ([-500, 1e6], False),
    ],
)
def test_hounsfield_units_are_known_by_their_air(values: list[float], expected: bool) -> None:
    assert looks_like_ct(np.array(values)) is expected
