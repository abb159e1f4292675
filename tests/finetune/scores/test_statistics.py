"""Quantiles, intervals by patient and paired tests against what must come out."""

from __future__ import annotations

import math

import numpy as np
import pytest

from finetune.scores.statistics import (
    auc,
    bins,
    bootstrap,
    bootstrap_mean,
    bootstrap_mean_of_means,
    compare,
    holm,
    mean_of_means,
    means_of_modalities,
    quantile,
    signed_rank,
    summarise,
    wilson,
)


def test_quantiles_equal_numpys_and_keep_infinity_in_its_place() -> None:
    values = np.random.default_rng(0).random(14)
    for share in (0, 0.1, 0.25, 0.5, 0.75, 1):
        assert quantile(values, share) == pytest.approx(float(np.quantile(values, share)))
    assert quantile([1, 2, math.inf], 0.5) == 2
    assert quantile([1, math.inf, math.inf], 0.5) == math.inf
    assert quantile([1, 2, 3, math.inf], 0.75) == math.inf
    assert quantile([1, 2, 3, 4, math.inf], 0.75) == 4


def test_an_infinite_distance_leaves_no_mean_but_quartiles() -> None:
    summary = summarise([1.0, 2.0, 3.0, math.inf], list("abcd"), seed=0)
    assert (summary.mean, summary.low, summary.high) == (None, None, None)
    assert summary.median == 2.5 and summary.infinite == 1
    assert summary.to_dict()["q3"] is None and summary.to_dict()["q1"] == 1.75


def test_nan_and_nothing_are_refused() -> None:
    with pytest.raises(ValueError, match="NaN"):
        summarise([0.5, math.nan], ["a", "b"], seed=0)
    with pytest.raises(ValueError, match="numbers"):
        summarise([], [], seed=0)


def test_one_patient_has_no_interval() -> None:
    summary = summarise([0.2, 0.4, 0.9], ["a"] * 3, seed=0)
    assert (summary.objects, summary.patients, summary.low) == (3, 1, None)
    assert summary.mean == pytest.approx(0.5)


def test_objects_of_one_patient_do_not_narrow_the_interval() -> None:
    rng = np.random.default_rng(2)
    patients = rng.random(40)
    low, high = bootstrap_mean(patients, range(40), seed=1) or (0, 0)
    tenfold = bootstrap_mean(np.repeat(patients, 10), np.repeat(range(40), 10).tolist(), seed=1)
    assert tenfold == pytest.approx((low, high))
    naive = bootstrap_mean(np.repeat(patients, 10), range(400), seed=1) or (0, 0)
    assert naive[1] - naive[0] < 0.5 * (high - low)
    # About what the normal distribution says of a mean of forty.
    assert (high - low) / 2 == pytest.approx(1.96 * patients.std() / math.sqrt(40), rel=0.1)
    assert low < patients.mean() < high


def test_the_mean_of_means_weighs_modalities_alike() -> None:
    values = [1.0] * 98 + [0.0, 0.5]
    keys = [("ct", "a")] * 98 + [("ct", "b"), ("mri", "c")]
    assert mean_of_means(values, keys) == pytest.approx((0.5 + 0.5) / 2)


def test_patients_seen_twice_are_drawn_together() -> None:
    rng = np.random.default_rng(5)
    scores = rng.random(30)
    keys = [("ct", "s")] * 30 + [("mri", "s")] * 30
    patients = [*range(30), *range(30)]
    opposite = bootstrap_mean_of_means([*scores, *(1 - scores)], keys, patients, seed=0)
    assert opposite == pytest.approx((0.5, 0.5))
    alike = bootstrap_mean_of_means([*scores, *scores], keys, patients, seed=0) or (0, 0)
    assert alike == pytest.approx(bootstrap_mean(scores, range(30), seed=0))
    assert bootstrap_mean_of_means([0.1, 0.2], [("ct", "a"), ("mri", "b")], [0, 1], seed=0) is None


def test_a_modality_never_vanishes_from_a_sample() -> None:
    values = [0.5] * 40 + [0.9, 0.9]
    keys = [("ct", "s")] * 40 + [("mri", "s")] * 2
    interval = bootstrap_mean_of_means(values, keys, [*range(40), 0, 1], seed=0)
    assert interval == pytest.approx((0.7, 0.7))


def test_a_paired_comparison_counts_patients_not_objects() -> None:
    rng = np.random.default_rng(3)
    theirs = rng.random(60)
    ours = theirs + rng.normal(0.03, 0.02, 60)
    one_each = compare(ours, theirs, range(60), seed=0)
    assert one_each.p is not None and one_each.p < 1e-6
    assert one_each.better > one_each.worse and one_each.median == pytest.approx(np.median(ours - theirs))
    assert one_each.low is not None and one_each.low < one_each.mean < (one_each.high or 0)
    three = compare(ours, theirs, [n % 3 for n in range(60)], seed=0)
    assert three.p is None and three.patients == 3
    swapped = compare(theirs, ours, range(60), seed=0)
    assert swapped.p == pytest.approx(one_each.p) and swapped.mean == pytest.approx(-one_each.mean)


def test_signed_rank_is_exact_for_few() -> None:
    # All of eight differences positive: two of 2**8 sign patterns are as extreme.
    assert signed_rank(np.arange(1.0, 9)) == pytest.approx(2 / 2**8)
    assert signed_rank(np.zeros(30)) is None
    assert compare([0.5] * 6, [0.5] * 6, range(6), seed=0).p is None


def test_holm_corrects_and_keeps_order() -> None:
    assert holm([0.01, None, 0.04, 0.03]) == pytest.approx([0.03, None, 0.06, 0.06])
    assert holm([0.9, 0.8]) == [1.0, 1.0]
    assert holm([None]) == [None]


def test_ages_are_binned_and_words_are_not() -> None:
    name = bins([str(n) for n in range(20, 80)])
    assert name("20") == "20 to below 39.67" and name("79") == "59.33 to 79"
    assert name("") == "not stated"
    assert len({name(str(n)) for n in range(20, 80)}) == 3
    assert bins(["F", "M", ""])("F") == "F" and bins(["F", "M"])(" ") == "not stated"
    assert bins(["1", "2", "3"])("2") == "2"
    assert bins([f"{n:03d}Y" for n in range(20, 60)])("021Y").startswith("20 to")


def test_wilson_is_the_interval_that_a_score_test_gives() -> None:
    low, high = wilson(8, 10) or (0, 0)
    assert (low, high) == pytest.approx((0.4902, 0.9433), abs=1e-4)
    for share, limit in ((0.8, low), (0.8, high)):
        assert abs(share - limit) / np.sqrt(limit * (1 - limit) / 10) == pytest.approx(1.95996, abs=1e-4)
    assert wilson(0, 5) == pytest.approx((0, 0.4345), abs=1e-4)
    assert wilson(5, 5) == pytest.approx((0.5655, 1), abs=1e-4)
    assert wilson(0, 0) is None


def test_the_area_under_the_curve_counts_pairs() -> None:
    rng = np.random.default_rng(5)
    higher, lower = rng.integers(0, 9, 40) / 8, rng.integers(0, 7, 30) / 8
    pairs = [(a > b) + 0.5 * (a == b) for a in higher for b in lower]
    assert auc(higher, lower) == pytest.approx(np.mean(pairs))
    assert auc([2.0], [1.0]) == 1.0 and auc([1.0], [2.0]) == 0.0
    assert auc([1.0, 1.0], [1.0]) is None
    assert auc([], [1.0]) is None and auc([1.0], []) is None


def test_any_statistic_is_drawn_by_patient() -> None:
    rng = np.random.default_rng(8)
    patients = [f"p{n // 3}" for n in range(60)]
    values = rng.normal(size=20).repeat(3)
    drawn: list[int] = []

    def mean(chosen: np.ndarray) -> float:
        drawn.append(len(chosen))
        assert all((chosen // 3 == n).sum() % 3 == 0 for n in range(20))
        return float(values[chosen].mean())

    ours = bootstrap(mean, patients, seed=2, rounds=600)
    theirs = bootstrap_mean(values, patients, seed=2, rounds=600)
    assert ours is not None and theirs is not None
    assert ours == pytest.approx(theirs, abs=0.1)
    assert set(drawn) == {60} and len(drawn) == 600
    assert bootstrap(mean, ["one"] * 60, seed=2) is None
    assert bootstrap(lambda chosen: None, patients, seed=2) is None


def test_means_of_modalities_have_the_mean_of_means() -> None:
    keys = [("ct", "a"), ("ct", "a"), ("ct", "b"), ("mri", "a")]
    found = means_of_modalities([0.2, 0.4, 0.9, 0.5], keys)
    assert found == pytest.approx({"ct": 0.6, "mri": 0.5})
    assert mean_of_means([0.2, 0.4, 0.9, 0.5], keys) == pytest.approx(0.55)
