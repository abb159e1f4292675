"""The whole way from data sets to a store: what is in it, what fails, going on, and leaks."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finetune.config import PrepareConfig
from finetune.data.layouts.base import (
    LAYOUTS,
    CaseSource,
    Declaration,
    ListedCase,
    LoadedCase,
    SplitRule,
    load_layouts,
)
from finetune.data.prepare import check, prepare
from finetune.data.prepare_job import Job
from finetune.data.store import Store
from medsam.errors import Cancelled, InputError, WriteError
from medsam.intensity import default_window, to_uint8
from medsam.io import read_label_map, read_volume
from medsam.volume import stored_slice


def quiet(_: str) -> None:
    """Report to nobody."""


def run(data: Any, store: Path, config: PrepareConfig | None = None, **options: Any) -> dict[str, Any]:
    """``prepare`` without words."""
    return prepare(data, store, config or PrepareConfig(), report=options.pop("report", quiet), **options)


def edit(data: Path, old: str, new: str) -> None:
    """Change the table."""
    text = (data / "cases.csv").read_text(encoding="utf-8")
    assert old in text
    (data / "cases.csv").write_text(text.replace(old, new, 1), encoding="utf-8")


def test_every_case_stands_in_the_store_as_the_program_shows_it(data: Path, tmp_path: Path) -> None:
    run(data, tmp_path / "store", PrepareConfig(other_axes_step=2, objects="component"))
    store = Store(tmp_path / "store")
    assert len(store.cases) == 13
    for number, case in enumerate(store.cases):
        volume = read_volume(data / case.image)
        labels, _ = read_label_map(data / case.label, volume.geometry)
        window = default_window(volume)
        assert case.shape == volume.array.shape
        for s, record in enumerate(case.slices):
            raw = stored_slice(volume.array, record.axis, record.index)
            shown = raw if window is None else to_uint8(raw, window)
            assert (store.picture(number, s) == shown).all()
            assert record.shape_hw == shown.shape[:2]
            with np.load(store.folder / "cases" / case.id / f"labels-{record.axis}.npz") as kept:
                plane = kept["labels"][record.row]
            assert (plane == stored_slice(labels, record.axis, record.index)).all()
        for n, item in enumerate(case.objects):
            record = case.slices[item.slice]
            full = store.full_mask(number, n)
            assert full.sum() == item.area >= 40
            assert (stored_slice(labels, record.axis, record.index)[full] == item.label).all()
    scan = next(case for case in store.cases if case.kind == "3d")
    assert {s.axis for s in scan.slices} == {0, 1, 2}
    assert {s.index % 2 for s in scan.slices if s.axis != 2} == {0}
    assert scan.spacing == (1, 1, 3)
    assert {c.split for c in store.cases} == {"train", "val", "test"}
    assert store.cases[0].attributes == {"sex": "F", "age": "30"}
    assert store.cases[0].labels == {1: "dust", 2: "disc"}
    assert store.cases[0].licence == "CC0"


def test_processes_make_the_same_store_and_a_second_run_keeps_it(data: Path, tmp_path: Path) -> None:
    one = run(data, tmp_path / "one")
    two = run(data, tmp_path / "two", workers=2)
    assert one == two
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "two" / "cases").rglob("*")}
    said: list[str] = []
    assert run(data, tmp_path / "two", workers=2, report=said.append) == two
    assert {p: p.stat().st_mtime_ns for p in (tmp_path / "two" / "cases").rglob("*")} == before
    assert "13 of 13 cases are there already." in said
    assert (tmp_path / "one" / "contact-sheet.png").stat().st_size > 0
    assert (tmp_path / "one" / "fingerprint.json").is_file()


@pytest.mark.parametrize("damage", ["gone", "cut", "case"])
def test_what_is_not_whole_is_made_anew(data: Path, tmp_path: Path, damage: str) -> None:
    manifest = run(data, tmp_path / "store")
    folder = tmp_path / "store" / "cases" / "tubes-scan1"
    pictures = folder / "pictures-2.npy"
    whole = pictures.read_bytes()
    if damage == "gone":
        pictures.unlink()
    elif damage == "cut":
        pictures.write_bytes(whole[:-1])
    else:
        (folder / "case.json").write_text("{", encoding="utf-8")
    assert run(data, tmp_path / "store") == manifest
    assert pictures.read_bytes() == whole


def test_other_settings_or_files_make_anew_and_cases_may_go(data: Path, tmp_path: Path) -> None:
    first = run(data, tmp_path / "store")
    other = run(data, tmp_path / "store", PrepareConfig(least_area=1))
    assert other["sha256"] != first["sha256"]
    assert sum(len(c["objects"]) for c in other["cases"]) > sum(len(c["objects"]) for c in first["cases"])
    shutil.copy(data / "case2.png", data / "case4.png")
    lines = (data / "cases.csv").read_text(encoding="utf-8").splitlines()
    (data / "cases.csv").write_text(
        "\n".join(line for line in lines if "case9" not in line), encoding="utf-8"
    )
    (tmp_path / "store" / "cases" / ".discs-case1.99.part").mkdir()
    third = run(data, tmp_path / "store", PrepareConfig(least_area=1))
    changed = {c["id"] for c, d in zip(third["cases"], other["cases"], strict=False) if c != d}
    assert "discs-case4" in changed
    assert {p.name for p in (tmp_path / "store" / "cases").iterdir()} == {c["id"] for c in third["cases"]}


def test_words_about_a_case_change_without_making_it_anew(data: Path, tmp_path: Path) -> None:
    run(data, tmp_path / "store")
    stamp = (tmp_path / "store/cases/discs-case0/pictures-2.npy").stat().st_mtime_ns
    edit(data, "case0,train", "case0,test")
    edit(data, ",F,30", ",F,31")
    manifest = run(data, tmp_path / "store")
    (case,) = (c for c in manifest["cases"] if c["id"] == "discs-case0")
    assert (case["split"], case["attributes"]["age"]) == ("test", "31")
    assert (tmp_path / "store/cases/discs-case0/pictures-2.npy").stat().st_mtime_ns == stamp


def test_a_bad_case_is_reported_and_the_others_go_on(data: Path, tmp_path: Path) -> None:
    path = data / "scan0.nii.gz"
    path.write_bytes(path.read_bytes()[:200])
    (data / "case3_label.png").unlink()
    shutil.copy(data / "case0_label.png", data / "case1_label.png")
    edit(data, "scan1.nii.gz,scan1_label.nii.gz,3d", "scan1.nii.gz,scan1_label.nii.gz,2d")
    said: list[str] = []
    manifest = run(data, tmp_path / "store", report=said.append)
    assert len(manifest["cases"]) == 10
    failed = manifest["failed"]
    assert set(failed) == {"tubes-scan0", "discs-case3", "tubes-scan1"}
    assert "scan0.nii.gz" in failed["tubes-scan0"]
    assert "case3_label.png" in failed["discs-case3"]
    assert "scan1 has 6" in failed["tubes-scan1"]
    assert said[-1].startswith("3 cases are not in the store")
    assert not any(str(tmp_path) in text for text in (*failed.values(), *said)), "no path in a message"
    assert check(data, PrepareConfig(), report=quiet) == failed


def test_check_writes_nothing(data: Path, tmp_path: Path) -> None:
    before = sorted(p for p in tmp_path.rglob("*"))
    said: list[str] = []
    assert check(data, PrepareConfig(), report=said.append) == {}
    assert sorted(p for p in tmp_path.rglob("*")) == before
    assert said[-1] == "13 cases can be used (6 train, 3 val, 4 test); 0 cannot."


def test_a_patient_in_two_splits_is_an_error(data: Path, tmp_path: Path) -> None:
    edit(data, "2d,case7,test", "2d,case0,test")
    with pytest.raises(InputError, match=r"case0 is in train .* and test"):
        run(data, tmp_path / "store")
    assert not (tmp_path / "store").exists()


def test_a_patient_in_two_splits_of_two_data_sets_is_an_error(data: Path, tmp_path: Path) -> None:
    table = Declaration(name="a", layout="table", root=data)
    scan = ListedCase("scan1.nii.gz", "scan1_label.nii.gz", group="case0", split="val")
    listed = Declaration(name="b", layout="table", root=data, modality="ct", cases=(scan,))
    with pytest.raises(InputError, match="case0 is in train"):
        run([table, listed], tmp_path / "store")


def test_an_image_in_two_splits_costs_the_less_guarded_group(data: Path, tmp_path: Path) -> None:
    for name in ("case2", "case4"):
        shutil.copy(data / "case8.png", data / f"{name}.png")
    edit(data, "2d,case4,train", "2d,case0,train")
    manifest = run(data, tmp_path / "store")
    assert set(manifest["failed"]) == {"discs-case0", "discs-case2", "discs-case4"}
    assert "discs-case8 (test)" in manifest["failed"]["discs-case0"]
    assert "discs-case8" in {c["id"] for c in manifest["cases"]}


def test_the_same_image_and_label_twice_is_kept_once(data: Path, tmp_path: Path) -> None:
    lines = (data / "cases.csv").read_text(encoding="utf-8").splitlines()
    (data / "cases.csv").write_text("\n".join([*lines, lines[1], lines[1]]) + "\n", encoding="utf-8")
    manifest = run(data, tmp_path / "store")
    assert len(manifest["cases"]) == 13
    assert list(manifest["repeated"]) == ["discs-case0", "discs-case0-2"]
    assert manifest["failed"] == {}
    shutil.copy(data / "case0.png", data / "case2.png")  # with another label: two readers of one picture
    edit(data, "2d,case2,train", "2d,case0,train")
    assert len(run(data, tmp_path / "store")["cases"]) == 13


def test_an_empty_label_map_is_a_case_without_objects(data: Path, tmp_path: Path) -> None:
    from PIL import Image

    Image.fromarray(np.zeros((70, 90), np.uint8)).save(data / "case1_label.png")
    said: list[str] = []
    run(data, tmp_path / "store", report=said.append)
    store = Store(tmp_path / "store")
    (case,) = (c for c in store.cases if c.id == "discs-case1")
    assert case.objects == case.slices == []
    assert "1 of them without an object" in said[-1]


def test_a_split_without_cases_is_said_and_no_case_at_all_is_an_error(data: Path, tmp_path: Path) -> None:
    lines = (data / "cases.csv").read_text(encoding="utf-8").splitlines()
    (data / "cases.csv").write_text("\n".join(lines[:2]) + "\n", encoding="utf-8")
    said: list[str] = []
    run(data, tmp_path / "one", report=said.append)
    assert said[-2:] == [
        f"No case is in {split}. Change the split's fractions or seed, or add cases."
        for split in ("val", "test")
    ]
    (data / "case0.png").write_bytes(b"none")
    with pytest.raises(InputError, match=r"at least one case.*case0\.png"):
        run(data, tmp_path / "store")


def test_a_folder_of_other_things_is_left_alone(data: Path, tmp_path: Path) -> None:
    (tmp_path / "thesis.docx").touch()
    with pytest.raises(InputError, match="a folder of its own"):
        run(data, tmp_path)
    with pytest.raises(InputError, match="is a file"):
        run(data, tmp_path / "thesis.docx")
    with pytest.raises(InputError, match="a folder of its own"):
        run(data, tmp_path / "gone" / ".." / data.name)
    assert not (data / "cases").exists()


def test_a_folder_of_cases_that_are_not_ours_is_left_alone(data: Path, tmp_path: Path) -> None:
    scan = tmp_path / "mine" / "cases" / "patient1" / "scan.png"
    scan.parent.mkdir(parents=True)
    scan.touch()
    with pytest.raises(InputError, match="a folder of its own"):
        run(data, tmp_path / "mine")
    assert scan.is_file()


@pytest.mark.parametrize("workers", [1, 2])
def test_a_stopped_run_goes_on(data: Path, tmp_path: Path, workers: int) -> None:
    whole = run(data, tmp_path / "whole")
    cases = tmp_path / "store" / "cases"
    with pytest.raises(Cancelled):
        run(data, tmp_path / "store", workers=workers, is_cancelled=lambda: len([*cases.glob("[a-z]*")]) >= 3)
    assert 3 <= len([*cases.glob("[a-z]*")]) < 13
    assert not (tmp_path / "store" / "manifest.json").exists()
    assert run(data, tmp_path / "store") == whole


def test_a_full_disk_is_a_sentence(data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> dict[str, Any]:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("finetune.data.prepare_pool.try_case", full)
    with pytest.raises(WriteError, match="disk is full"):
        run(data, tmp_path / "store")


def test_a_store_that_will_not_fit_is_refused(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(9, 9, 9))
    monkeypatch.setattr("finetune.data.prepare_progress.SAMPLE", 4)
    with pytest.raises(InputError, match="must fit on its disk"):
        run(data, tmp_path / "store")
    assert len(list((tmp_path / "store" / "cases").iterdir())) == 4, "what is done is kept"


class Deadly:
    """A layout whose second case ends its process, as the system does when memory runs out."""

    def find(self, declaration: Declaration) -> Any:
        """Three cases."""
        for n in range(3):
            yield CaseSource(
                declaration, f"c{n}", (declaration.root / f"case{n}.png",), (), "ct", "deadly", group=f"{n}"
            )

    def load(self, source: CaseSource) -> LoadedCase:
        """Read, or die."""
        if source.name == "c1":
            os._exit(9)
        volume = read_volume(source.images[0])
        return LoadedCase(volume, np.ones(volume.shape, np.uint8))


def test_a_process_that_dies_costs_its_case_alone(
    data: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A spawned process imports this module to find the function, which enters the layout there.
    load_layouts()
    monkeypatch.setitem(LAYOUTS, "deadly", Deadly())
    monkeypatch.setattr("finetune.data.prepare_pool.try_case", try_deadly)
    split = SplitRule("train")
    declared = Declaration(name="deadly", layout="deadly", root=data, split=split)
    manifest = run([declared], tmp_path / "store", PrepareConfig(whole_picture=1.0), workers=2)
    assert [c["id"] for c in manifest["cases"]] == ["deadly-c0", "deadly-c2"]
    assert "want of memory" in manifest["failed"]["deadly-c1"]


def try_deadly(job: Job, cases: Path) -> dict[str, Any]:
    """``try_case`` in a process that knows the layout."""
    from finetune.data.prepare_case import try_case

    load_layouts()["deadly"] = Deadly()
    return try_case(job, cases)


def test_manifest_says_how_it_was_made_and_names_no_folder_of_this_machine(
    data: Path, tmp_path: Path
) -> None:
    manifest = run(data, tmp_path / "store")
    assert manifest["settings"]["least_area"] == 40
    assert manifest["datasets"][0]["root"] == "data"
    assert manifest["labels"]["tubes"] == {"1": "tube"}
    assert str(tmp_path) not in json.dumps(manifest)
