"""The folder: what prepare reads, the same for the same seed, and what is refused."""

from __future__ import annotations

import csv
import hashlib
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from finetune.config import PrepareConfig
from finetune.data.prepare import prepare
from finetune.data.store import Store
from finetune.synthetic import write
from finetune.synthetic.kinds import KINDS
from finetune.synthetic.sample import LabelMap, Sample
from finetune.synthetic.write import COLUMNS, make_case, synthesise
from medsam.errors import InputError, WriteError


def quiet(_: str) -> None:
    """Report to nobody."""


def digests(folder: Path) -> dict[str, str]:
    files = sorted(p for p in folder.rglob("*") if p.is_file())
    return {p.relative_to(folder).as_posix(): hashlib.sha256(p.read_bytes()).hexdigest() for p in files}


def test_the_same_seed_gives_the_same_files(tmp_path: Path) -> None:
    synthesise(tmp_path / "a", ["mri", "pet"], 2, 5, quiet)
    synthesise(tmp_path / "b", ["pet", "mri"], 1, 5, quiet)
    first, second = digests(tmp_path / "a"), digests(tmp_path / "b")
    # Neither the other kinds nor how many there are change a case.
    shared = set(first) & set(second) - {"cases.csv"}
    assert len(shared) >= 4
    assert all(first[name] == second[name] for name in shared)
    synthesise(tmp_path / "c", ["mri"], 1, 6, quiet)
    assert not set(digests(tmp_path / "c").values()) & set(first.values())


def test_the_table_has_the_columns_of_the_shared_data(shared: Path) -> None:
    with (shared / "data" / "cases.csv").open(encoding="utf-8", newline="") as handle:
        assert tuple(next(csv.reader(handle))) == COLUMNS


def test_prepare_reads_what_is_written(tmp_path: Path) -> None:
    rows = synthesise(tmp_path / "made", ["mri", "fundus", "shapes"], 1, 2026, quiet)
    manifest = prepare(tmp_path / "made", tmp_path / "store", PrepareConfig(), report=quiet)
    store = Store(tmp_path / "store")
    assert not manifest["failed"]
    assert not manifest["repeated"]
    assert len(store.cases) == len(rows) == 4
    assert {case.split for case in store.cases} == {"train"}
    assert {case.dataset for case in store.cases} == {"synthetic_mri", "synthetic_fundus", "synthetic_shapes"}
    assert {case.licence for case in store.cases} == {"CC0 1.0"}
    assert len({case.group for case in store.cases}) == 3
    for number, case in enumerate(store.cases):
        labels = np.asarray(Image.open(tmp_path / "made" / case.label))
        picture = np.asarray(Image.open(tmp_path / "made" / case.image))
        assert case.objects
        assert np.array_equal(store.picture(number, 0), picture)
        assert (store.full_mask(number, 0) <= (labels == case.objects[0].label)).all()


def test_a_second_run_replaces_the_table(tmp_path: Path) -> None:
    synthesise(tmp_path, ["mri"], 2, 1, quiet)
    synthesise(tmp_path, ["pet"], 1, 1, quiet)
    text = (tmp_path / "cases.csv").read_text(encoding="utf-8")
    assert "synthetic_pet" in text
    assert "synthetic_mri" not in text


def test_a_run_that_was_stopped_leaves_no_table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synthesise(tmp_path, ["pet"], 1, 1, quiet)

    def stop(_: np.random.Generator) -> Sample:
        raise KeyboardInterrupt

    monkeypatch.setitem(KINDS, "mri", stop)
    with pytest.raises(KeyboardInterrupt):
        synthesise(tmp_path, ["pet", "mri"], 1, 1, quiet)
    assert not (tmp_path / "cases.csv").exists()


def test_instances_of_one_name_are_written_short() -> None:
    labels = np.zeros((4, 4), np.uint8)
    assert write._names(LabelMap(labels, {1: "cell", 2: "cell"})) == "1..n=cell"
    assert write._names(LabelMap(labels, {3: "disc", 1: "cup"})) == "1=cup;3=disc"


def test_a_kind_that_draws_nothing_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    nothing = Sample(np.zeros((9, 9), np.uint8), [LabelMap(np.zeros((9, 9), np.uint8), {})], "ct")
    monkeypatch.setitem(KINDS, "ct", lambda _: nothing)
    with pytest.raises(InputError, match="Take another --seed"):
        make_case("ct", 0, 1)


def test_what_cannot_be_written_is_said_before_anything_is_drawn(tmp_path: Path) -> None:
    for count, seed in ((0, 1), (-3, 1), (1, -1)):
        with pytest.raises(InputError, match=f"count {count} and seed {seed}"):
            synthesise(tmp_path / "new", ["pet"], count, seed, quiet)
    file = tmp_path / "file"
    file.touch()
    with pytest.raises(InputError, match="file is a file"):
        synthesise(file, ["pet"], 1, 1, quiet)
    with pytest.raises(WriteError, match="a folder that can be written to"):
        synthesise(file / "below", ["pet"], 1, 1, quiet)
    with pytest.raises(InputError, match=r"holds file"):
        synthesise(tmp_path, ["pet"], 1, 1, quiet)
    assert not (tmp_path / "new").exists()
