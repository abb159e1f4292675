"""Names in the store, tables that say more of cases, and groups."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from finetune.config import PrepareConfig
from finetune.data.layouts.base import Declaration, ListedCase
from finetune.data.prepare_find import Found, find_jobs
from medsam.errors import Cancelled, InputError


def picture(path: Path, value: int) -> None:
    """A picture and its mask, unlike every other."""
    path.parent.mkdir(parents=True, exist_ok=True)
    array = np.full((12, 12), value, np.uint8)
    Image.fromarray(array).save(path)
    array[2:9, 2:9] = 1
    array[array > 1] = 0
    Image.fromarray(array).save(path.with_name(f"{path.stem}-mask.png"))


def find(*declarations: Declaration, **options: Any) -> Found:
    """Jobs, without words."""
    return find_jobs(declarations, PrepareConfig(), report=lambda _: None, **options)


def pairs(root: Path, **settings: Any) -> Declaration:
    """Pictures with masks beside them."""
    given = {"images": "{case:[a-z0-9_]+}.png", "labels": "{case}-mask.png", **settings}
    return Declaration(name="set", layout="pictures", root=root, modality="ct", **given)


def test_names_are_fit_for_folders_and_tell_cases_apart(tmp_path: Path) -> None:
    names = ["ä b", "ä c", "x" * 200, "A", "a", "../up"]
    cases = []
    for n, name in enumerate(names):
        picture(tmp_path / f"{n}.png", 10 + n)
        cases.append(ListedCase(f"{n}.png", f"{n}-mask.png", name=name, group=f"g{n}", split="train"))
    declared = Declaration(name="s", layout="table", root=tmp_path, modality="ct", cases=tuple(cases))
    ids = [job.id for job in find(declared).jobs]
    assert len({name.casefold() for name in ids}) == len(names)
    assert all(len(name) < 100 and re.fullmatch(r"[A-Za-z0-9._-]+", name) for name in ids)
    assert ids == [job.id for job in find(declared).jobs]


def test_a_table_tells_more_of_cases(tmp_path: Path) -> None:
    for n in range(3):
        picture(tmp_path / f"p{n}_s1.png", 10 + n)
    (tmp_path / "people.csv").write_text("patient,sex,split\np0,F,test\np1,M,train\n", encoding="utf-8")
    declared = pairs(
        tmp_path,
        images="{patient:p[0-9]}_{slice:s[0-9]}.png",
        labels="{patient}_{slice}-mask.png",
        group="{patient}",
        table="people.csv",
        join="patient",
    )
    jobs = find(declared).jobs
    assert [job.source.fields.get("sex") for job in jobs] == ["F", "M", None]
    assert [job.group for job in jobs] == ["set:p0", "set:p1", "set:p2"]
    assert [job.split for job in jobs[:2]] == ["test", "train"]


@pytest.mark.parametrize(
    ("text", "join", "says"),
    [
        ("patient,sex\nq,F\n", "case", "has no case"),
        ("case,sex\nq,F\n", "case", "none of set's 1 cases"),
        ("case,sex\np,F\np,M\n", "case", "two for p"),
        (None, "case", "cannot be read"),
    ],
)
def test_a_table_that_does_not_fit_is_refused(tmp_path: Path, text: str | None, join: str, says: str) -> None:
    picture(tmp_path / "p.png", 10)
    if text is not None:
        (tmp_path / "t.csv").write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=says):
        find(pairs(tmp_path, table="t.csv", join=join))


def test_missing_files_fail_their_case_and_a_stop_is_heard(tmp_path: Path) -> None:
    picture(tmp_path / "a.png", 10)
    cases = (ListedCase("a.png", "a-mask.png"), ListedCase("b.png", "b-mask.png"))
    declared = Declaration(name="s", layout="table", root=tmp_path, modality="ct", cases=cases)
    found = find(declared)
    assert [job.id for job in found.jobs] == ["s-a"]
    assert list(found.failed) == ["s-b"]
    with pytest.raises(Cancelled):
        find(declared, is_cancelled=lambda: True)


def test_more_cases_change_no_one_s_name_group_or_split(tmp_path: Path) -> None:
    for n in range(6):
        picture(tmp_path / f"case{n}.png", 10 + n)
    before = {job.id: (job.group, job.split, job.key) for job in find(pairs(tmp_path)).jobs}
    for n in range(6, 12):
        picture(tmp_path / f"case{n}.png", 10 + n)
    after = {job.id: (job.group, job.split, job.key) for job in find(pairs(tmp_path)).jobs}
    assert len(after) == 12
    assert {name: after[name] for name in before} == before
