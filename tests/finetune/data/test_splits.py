"""Splits by patient: pure in the patient's name, and no patient or image in two of them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from finetune.data.layouts.base import CaseSource, Declaration, SplitRule
from finetune.data.splits import check_splits, group_of, groups_to_leave_out, random_split, split_of
from finetune.data.store import SPLITS
from medsam.errors import InputError


@dataclass(frozen=True)
class Case:
    """The least that the checks look at."""

    id: str
    group: str
    split: str
    image_sha256: str = ""


def source(split: str = "", group: str = "", rule: SplitRule | None = None, **fields: str) -> CaseSource:
    """A case of the data set "set" with these fields."""
    declaration = Declaration(
        name="set",
        layout="pictures",
        root=Path(),
        group=fields.pop("template", ""),
        split=rule or SplitRule(),
    )
    return CaseSource(declaration, "c1", (), (), "ct", "set", group=group, split=split, fields=dict(fields))


names = st.lists(st.text(min_size=1, max_size=8), unique=True, max_size=30)


@given(names, names, st.integers(0, 5))
def test_more_cases_move_nobody(groups: list[str], more: list[str], seed: int) -> None:
    rule = SplitRule("random", seed=seed)
    before = {group: random_split(group, rule) for group in groups}
    after = {group: random_split(group, rule) for group in [*more, *groups]}
    assert {group: after[group] for group in groups} == before


@given(st.lists(st.tuples(st.text(max_size=3), st.sampled_from("abcd")), max_size=25), st.integers(0, 9))
def test_a_random_split_passes_the_check(cases: list[tuple[str, str]], seed: int) -> None:
    rule = SplitRule("random", fractions=(0.4, 0.3, 0.3), seed=seed)
    check_splits([Case(f"{n}", group, random_split(group, rule)) for n, (group, _) in enumerate(cases)])


def test_fractions_are_kept_on_the_whole_and_zero_means_none() -> None:
    groups = [f"patient{n}" for n in range(3000)]
    counts = Counter(random_split(g, SplitRule("random", fractions=(0.7, 0.2, 0.1))) for g in groups)
    for split, share in zip(SPLITS, (0.7, 0.2, 0.1), strict=True):
        assert abs(counts[split] / 3000 - share) < 0.03
    assert {random_split(g, SplitRule("random", fractions=(0.5, 0.0, 0.5))) for g in groups} == {
        "train",
        "test",
    }
    assert {random_split(g, SplitRule("random", fractions=(0.0, 1.0, 0.0))) for g in groups} == {"val"}


def test_the_seed_counts() -> None:
    groups = [f"p{n}" for n in range(50)]
    first, second = ([random_split(g, SplitRule("random", seed=s)) for g in groups] for s in (1, 2))
    assert first != second


@pytest.mark.parametrize(
    "bad",
    [
        {"rule": "column"},
        {"fractions": (0.5, 0.2, 0.2)},
        {"fractions": (1.2, -0.1, -0.1)},
        {"train": ("1",), "val": ("1",)},
    ],
)
def test_a_rule_that_cannot_be_is_refused(bad: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"column|fractions|one split"):
        SplitRule(**bad)  # type: ignore[arg-type]


def test_groups_come_from_the_layout_or_the_template() -> None:
    assert group_of(source(group="anyone")) == "anyone"
    assert group_of(source()) == "set:c1"
    assert group_of(source(template="{patient}", patient="p7")) == "set:p7"
    assert group_of(source(template="hospital:{patient}", patient="p7")) == "hospital:p7"
    with pytest.raises(InputError, match="fields case, patient"):
        group_of(source(template="{patent}", patient="p7"))


def test_the_rule_chooses_the_split() -> None:
    assert split_of(source("val"), "g") == "val"
    assert split_of(source(), "g") == random_split("g", SplitRule("random"))
    assert split_of(source("val", rule=SplitRule("train")), "g") == "train"
    by_fold = SplitRule("column", column="fold", train=("1", "2"), val=("3",), test=("4",))
    assert split_of(source(rule=by_fold, fold="3"), "g") == "val"
    with pytest.raises(InputError, match=r'fold .* "9"'):
        split_of(source(rule=by_fold, fold="9"), "g")
    with pytest.raises(InputError, match="says nothing"):
        split_of(source(rule=SplitRule("given")), "g")


def test_a_patient_in_two_splits_is_an_error() -> None:
    cases = [Case("a-1", "p", "train"), Case("b-1", "q", "test"), Case("b-2", "p", "test")]
    with pytest.raises(InputError, match=r"p is in train \(a-1\) and test \(b-2\)"):
        check_splits(cases)


def test_an_image_in_two_splits_is_an_error() -> None:
    with pytest.raises(InputError, match=r"a \(train\) and b \(val\) are the same"):
        check_splits([Case("a", "p", "train", "x"), Case("b", "q", "val", "x")])
    check_splits([Case("a", "p", "train", "x"), Case("b", "q", "train", "x")])


def test_the_less_guarded_group_is_left_out_whole() -> None:
    cases = [
        Case("a", "p", "train", "x"),
        Case("b", "q", "test", "x"),
        Case("c", "p", "train", "y"),
        Case("d", "r", "val", "z"),
        Case("e", "s", "val", "z"),
    ]
    reasons = groups_to_leave_out(cases)
    assert set(reasons) == {"p"}
    assert "a (train)" in reasons["p"]
    assert "b (test)" in reasons["p"]
    check_splits([case for case in cases if case.group not in reasons])


@given(
    st.lists(
        st.tuples(st.integers(0, 9), st.integers(0, 12)),
        max_size=30,
    )
)
def test_what_is_left_passes_the_check(pairs: list[tuple[int, int]]) -> None:
    cases = [
        Case(
            str(n),
            f"g{group}",
            random_split(f"g{group}", SplitRule("random", fractions=(0.4, 0.3, 0.3))),
            f"{image}",
        )
        for n, (group, image) in enumerate(pairs)
    ]
    reasons = groups_to_leave_out(cases)
    check_splits([case for case in cases if case.group not in reasons])
    assert not any(case.split == "test" for case in cases if case.group in reasons)
