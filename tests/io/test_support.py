"""Small tools that every reader shares."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from medsam.errors import Cancelled, ReadError
from medsam.io.support import Watch, nan_note, natural_key, require_orthogonal, sensible, some_names
from tests.io.helpers import refused
from tests.phantoms import random_affine


@given(
    st.lists(st.integers(-(2**31), 2**31 - 1), min_size=1, max_size=20), st.sampled_from(["i4", "i8", "f8"])
)
def test_sensible_never_changes_a_whole_number(values: list[int], dtype: str) -> None:
    array = np.array(values, dtype).reshape(-1, 1, 1)
    found = sensible(array, "a")
    if found.dtype == np.float32:
        np.testing.assert_array_equal(found, array.astype(np.float32))
    else:
        np.testing.assert_array_equal(found, array)
    assert found.dtype in (np.int16, np.int32, np.float32)


def test_sensible_refuses_what_a_float_cannot_hold() -> None:
    refused(lambda: sensible(np.array([[[1e300]]]), "a.nii"), ReadError, "32-bit floats", "1e+300")
    refused(lambda: sensible(np.array([[["x"]]]), "a.nii"), ReadError, "real numbers")


def test_infinities_are_counted() -> None:
    values = np.array([1.0, np.nan, np.inf, -np.inf], np.float32)
    assert nan_note(values)[0].startswith("3 voxels")
    assert nan_note(values[:1]) == () and nan_note(np.array([1, 2])) == ()


@pytest.mark.parametrize("seed", range(20))
def test_straight_axes_pass(seed: int) -> None:
    require_orthogonal(random_affine(seed), "a")


def test_zero_spacing_and_nan_are_refused() -> None:
    refused(
        lambda: require_orthogonal(np.diag([1.0, 0, 1, 1]), "a.nii"), ReadError, "above zero", "1 x 0 x 1 mm"
    )
    refused(lambda: require_orthogonal(np.diag([1.0, np.nan, 1, 1]), "a.nii"), ReadError, "finite")


def test_names_sort_as_people_count() -> None:
    names = ["s10", "s9", "S1", "a", "10", "9", "s01b"]
    ordered = sorted((Path(n) for n in names), key=natural_key)
    assert [p.name for p in ordered] == ["9", "10", "a", "S1", "s01b", "s9", "s10"]


def test_many_names_are_cut() -> None:
    assert some_names(["a", "b"]) == "a, b"
    assert some_names(list("abcde")) == "a, b, c and 2 more"


def test_a_part_of_a_watch_reports_inside_its_part() -> None:
    seen: list[float] = []
    watch = Watch(lambda f, _: seen.append(f)).part(0.5, 1.0).part(0.0, 0.5)
    for n in range(3):
        watch.step(n, 2, "x")
    assert seen == [0.5, 0.625, 0.75]


def test_a_watch_asks_before_it_reports() -> None:
    seen: list[float] = []
    with pytest.raises(Cancelled):
        Watch(lambda f, _: seen.append(f), lambda: True).step(0, 1, "x")
    assert seen == []
