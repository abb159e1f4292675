"""What a step consists of: level by level, or everything once an epoch."""

from __future__ import annotations

from collections import Counter
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from finetune.config import SamplerConfig
from finetune.data.store import CaseRecord, ObjectRecord, SliceRecord, SliceRef
from finetune.tasks.sampler import Sampler
from medsam.errors import InputError


def _case(modality: str, dataset: str, group: str, axes: list[int], per_slice: int) -> CaseRecord:
    slices = [SliceRecord(axis, n, n, None, (8, 8)) for n, axis in enumerate(axes)]
    objects = [ObjectRecord(n, 1, 0, (0, 0, 2, 2), 4, 0) for n in range(len(axes)) for _ in range(per_slice)]
    return CaseRecord(
        id=f"{dataset}-{group}-{len(axes)}",
        modality=modality,
        dataset=dataset,
        group=group,
        split="train",
        kind="3d",
        image="",
        label="",
        licence="",
        attributes={},
        shape=(8, 8, 8),
        spacing=(1.0, 1.0, 1.0),
        image_sha256="",
        label_sha256="",
        history=[],
        labels={1: "thing"},
        slices=slices,
        objects=objects,
    )


def _refs(cases: list[CaseRecord]) -> list[SliceRef]:
    refs = []
    for number, case in enumerate(cases):
        for s in range(len(case.slices)):
            refs.append(SliceRef(number, s, tuple(n for n, o in enumerate(case.objects) if o.slice == s)))
    return refs


@pytest.fixture
def cases() -> list[CaseRecord]:
    """Two modalities; one has two data sets; one patient has two scans and another axis."""
    return [
        _case("ct", "liver", "p1", [2, 2, 2], 2),
        _case("ct", "liver", "p1", [2], 2),
        _case("ct", "liver", "p2", [2, 0], 2),
        _case("ct", "lung", "p1", [2], 1),
        _case("oct", "eyes", "p9", [2], 1),
    ]


def _sampler(cases: list[CaseRecord], seed: int = 3, **config: Any) -> Sampler:
    return Sampler(SimpleNamespace(cases=cases), _refs(cases), SamplerConfig(**config), seed)


def test_chances_follow_the_levels(cases: list[CaseRecord]) -> None:
    """By hand: 13 objects of CT against 1 of OCT, two data sets alike, patients alike."""
    chance = _sampler(cases, modality_power=1.0, other_axes=0.5).chance
    ct = 13 / 14 / 2  # of each CT data set
    expected = [ct / 2 / 4] * 4 + [ct / 2 / 1.5, ct / 2 * 0.5 / 1.5, ct, 1 / 14]
    np.testing.assert_allclose(chance, expected)


def test_data_sets_are_drawn_by_their_power(cases: list[CaseRecord]) -> None:
    """12 objects against 1, square rooted."""
    chance = _sampler(cases, modality_power=0.0, dataset_power=0.5).chance
    share = 12**0.5 / (12**0.5 + 1)
    assert chance[:6].sum() == pytest.approx(share / 2)


def test_draws_follow_the_chances(cases: list[CaseRecord]) -> None:
    """Many draws come out as announced."""
    sampler = _sampler(cases)
    counts = Counter(index for step in range(200) for index, _ in sampler.draw(step, 20))
    seen = np.array([counts[n] for n in range(len(sampler.chance))]) / 4000
    np.testing.assert_allclose(seen, sampler.chance, atol=0.03)


def test_one_object_refs_share_their_slice(cases: list[CaseRecord]) -> None:
    """The objects of a slice together are as probable as the slice."""
    whole = _refs(cases)
    single = [SliceRef(r.case, r.slice, (o,)) for r in whole for o in r.objects]
    sampler = Sampler(SimpleNamespace(cases=cases), single, SamplerConfig(), 1)
    together: Counter[tuple[int, int]] = Counter()
    for ref, chance in zip(single, sampler.chance, strict=True):
        together[ref.case, ref.slice] += float(chance)
    expected = _sampler(cases).chance
    np.testing.assert_allclose([together[r.case, r.slice] for r in whole], expected)


@pytest.mark.parametrize("order", ["balanced", "every"])
def test_a_step_is_a_pure_function_of_seed_and_number(cases: list[CaseRecord], order: str) -> None:
    """Asked out of turn and by another object, it is the same; with another seed or step it is not."""
    first, second = _sampler(cases, order=order), _sampler(cases, order=order)
    for _ in range(3):
        first.draw(0, 8)
    ours, theirs = first.draw(5, 8), second.draw(5, 8)
    assert [i for i, _ in ours] == [i for i, _ in theirs]
    numbers = [rng.random() for _, rng in ours]
    assert numbers == [rng.random() for _, rng in theirs]
    assert len(set(numbers)) == 8
    other = _sampler(cases, seed=4, order=order)
    assert [rng.random() for _, rng in other.draw(5, 8)] != numbers
    assert [rng.random() for _, rng in first.draw(6, 8)] != numbers


@pytest.mark.parametrize("count", [1, 3, 8, 11])
def test_every_loses_and_repeats_nothing(cases: list[CaseRecord], count: int) -> None:
    """The steps' samples end to end are whole permutations, each epoch another."""
    sampler = _sampler(cases, order="every")
    n = len(sampler.chance)
    stream = [index for step in range(4 * n) for index, _ in sampler.draw(step, count)]
    epochs = [stream[k * n : (k + 1) * n] for k in range(4)]
    assert all(sorted(epoch) == list(range(n)) for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) > 1


def test_nothing_to_draw_is_an_error(cases: list[CaseRecord]) -> None:
    """Without refs, and where the only refs have no weight."""
    with pytest.raises(InputError, match="the store holds none"):
        Sampler(SimpleNamespace(cases=cases), [], SamplerConfig(), 1)
    only = [_case("ct", "liver", "p1", [0, 1], 1)]
    with pytest.raises(InputError, match="other_axes is 0"):
        _sampler(only, other_axes=0.0)


def test_weights_scale_data_sets_within_their_modality(cases: list[CaseRecord]) -> None:
    """By pattern; the modality's own share stays."""
    plain, weighed = _sampler(cases), _sampler(cases, weights={"*": 1.0, cases[0].dataset: 0.25})
    for modality in {c.modality for c in cases}:
        of = [n for n, ref in enumerate(_refs(cases)) if cases[ref.case].modality == modality]
        assert weighed.chance[of].sum() == pytest.approx(plain.chance[of].sum())
    mine = [n for n, ref in enumerate(_refs(cases)) if cases[ref.case].dataset == cases[0].dataset]
    others = [
        n
        for n, ref in enumerate(_refs(cases))
        if cases[ref.case].dataset != cases[0].dataset and cases[ref.case].modality == cases[0].modality
    ]
    before = plain.chance[mine].sum() / plain.chance[others].sum()
    assert weighed.chance[mine].sum() / weighed.chance[others].sum() == pytest.approx(before / 4)


def test_a_modality_of_which_nothing_is_left_is_refused(cases: list[CaseRecord]) -> None:
    with pytest.raises(InputError, match="leave_out"):
        _sampler(cases, weights={"*": 0.0})
