"""Several data sets in one store: the same names of cases and groups in two folders."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from finetune.config import PrepareConfig
from finetune.data.prepare import prepare
from finetune.data.store import CaseRecord, Store
from medsam.errors import InputError

Rows = list[tuple[str, str, str]]
"""Data set, group and split of each case."""


def folder(path: Path, rows: Rows, first: int) -> Path:
    """A folder of pictures p0, p1 ... with a table; ``first`` makes them unlike another's."""
    path.mkdir(parents=True)
    lines = ["modality,source,image,label,group,split"]
    for n, (dataset, group, split) in enumerate(rows):
        array = np.full((20, 20), first + n, np.uint8)
        Image.fromarray(array).save(path / f"p{n}.png")
        mask = np.zeros((20, 20), np.uint8)
        mask[4:15, 4:15] = 1
        Image.fromarray(mask).save(path / f"p{n}-mask.png")
        lines.append(f"ct,{dataset},p{n}.png,p{n}-mask.png,{group},{split}")
    (path / "cases.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def cases(store: Path, *places: Path) -> list[CaseRecord]:
    prepare(list(places), store, PrepareConfig(), report=lambda _: None)
    return list(Store(store).cases)


def test_plain_groups_of_two_places_are_different_patients(tmp_path: Path) -> None:
    one = folder(tmp_path / "x" / "data", [("a", "p1", "train"), ("a", "p2", "test")], 10)
    two = folder(tmp_path / "y" / "data", [("b", "p1", "test"), ("b", "p3", "train")], 50)
    found = cases(tmp_path / "store", one, two)
    assert [case.group for case in found] == ["a:p1", "p2", "b:p1", "p3"]
    assert [case.split for case in found] == ["train", "test", "test", "train"]
    assert len({case.id for case in found}) == 4
    alone = cases(tmp_path / "alone", one)
    assert [case.group for case in alone] == ["p1", "p2"]


def test_a_patient_of_two_data_sets_of_one_place_stays_one(tmp_path: Path) -> None:
    one = folder(tmp_path / "x", [("a", "p1", "train"), ("b", "p1", "train")], 10)
    two = folder(tmp_path / "y", [("c", "p1", "val")], 50)
    found = cases(tmp_path / "store", one, two)
    assert [case.group for case in found] == ["a:p1", "a:p1", "c:p1"]
    (tmp_path / "x" / "cases.csv").write_text(
        (one / "cases.csv").read_text(encoding="utf-8").replace("p1,train", "p1,test", 1), encoding="utf-8"
    )
    with pytest.raises(InputError, match="a:p1 is in test"):
        cases(tmp_path / "again", one, two)


def test_groups_with_a_colon_are_shared(tmp_path: Path) -> None:
    one = folder(tmp_path / "x", [("a", "hospital:1", "train")], 10)
    two = folder(tmp_path / "y", [("b", "hospital:1", "test")], 50)
    with pytest.raises(InputError, match="hospital:1 is in train"):
        cases(tmp_path / "store", one, two)


def test_a_second_place_moves_nobody(tmp_path: Path) -> None:
    rows = [("a", f"p{n}", "") for n in range(12)]
    one = folder(tmp_path / "x", rows, 10)
    two = folder(tmp_path / "y", [("b", f"p{n}", "") for n in range(6)], 50)
    before = {case.image_sha256: case.split for case in cases(tmp_path / "alone", one)}
    after = {case.image_sha256: case.split for case in cases(tmp_path / "both", two, one)}
    assert len(set(before.values())) > 1
    assert before.items() <= after.items()


def test_a_data_set_of_one_name_in_two_places_is_an_error(tmp_path: Path) -> None:
    one = folder(tmp_path / "x" / "data", [("a", "p1", "train"), ("same", "p2", "train")], 10)
    two = folder(tmp_path / "y" / "data", [("same", "p3", "train")], 50)
    with pytest.raises(InputError, match=r"same is in data \(1\) and in data \(2\)"):
        cases(tmp_path / "store", one, two)
    assert not (tmp_path / "store").exists()
