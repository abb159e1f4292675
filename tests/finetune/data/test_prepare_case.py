"""One case: what is kept of it, what an object is, and how values become 8 bit."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest

from finetune.config import PrepareConfig
from finetune.data.layouts.base import Declaration, layout
from finetune.data.prepare_case import prepare_case, try_case
from finetune.data.prepare_job import Job, kept_record
from finetune.data.store import CaseRecord
from medsam.errors import InputError


def scan(folder: Path, labels: np.ndarray, values: np.ndarray | None = None, **settings: Any) -> Declaration:
    """A data set of one volume with these labels (I, J, K)."""
    array = np.full(labels.shape, 50, np.int16) if values is None else values
    nibabel.save(nibabel.Nifti1Image(array, np.diag([1.0, 1, 2, 1])), folder / "a-image.nii.gz")
    nibabel.save(nibabel.Nifti1Image(labels, np.diag([1.0, 1, 2, 1])), folder / "a-label.nii.gz")
    given = {"modality": "mri", "images": "{case}-image.nii.gz", "labels": "{case}-label.nii.gz", **settings}
    return Declaration(name="s", layout="volumes", root=folder, **given)


def make(declared: Declaration, config: PrepareConfig | None = None) -> CaseRecord:
    """Prepare its only case."""
    return prepare_case(job_of(declared, config), declared.root / "cases")


def job_of(declared: Declaration, config: PrepareConfig | None = None) -> Job:
    """The job of its only case."""
    (source,) = layout(declared.layout).find(declared)
    return Job("s-a", source, "s:a", "train", "i", "l", config or PrepareConfig(least_area=1))


def blocks() -> np.ndarray:
    """(20, 20, 4): label 1 in two parts in space, label 2 a speck, label 3 a block."""
    labels = np.zeros((20, 20, 4), np.uint8)
    labels[1:6, 1:6, 0:2] = 1
    labels[10:15, 1:6, 0:4] = 1
    labels[10, 10, 3] = 2
    labels[1:4, 10:14, 2] = 3
    return labels


def objects(record: CaseRecord, axis: int = 2) -> list[tuple[int, int, int]]:
    """Slice number, label and component."""
    found = [(record.slices[o.slice], o) for o in record.objects]
    return [(s.index, o.label, o.component) for s, o in found if s.axis == axis]


def test_rules_of_the_data_set_precede_settings_and_these_the_modality_s(tmp_path: Path) -> None:
    whole = [(0, 1, 0), (1, 1, 0), (2, 1, 0), (2, 3, 0), (3, 1, 0), (3, 2, 0)]
    parts = [(0, 1, 1), (0, 1, 2), (1, 1, 1), (1, 1, 2), (2, 1, 1), (2, 3, 1), (3, 1, 1), (3, 2, 1)]
    by_label = PrepareConfig(least_area=1, objects="label")
    assert objects(make(scan(tmp_path, blocks()))) == parts
    assert objects(make(scan(tmp_path, blocks(), modality="xray"))) == whole
    assert objects(make(scan(tmp_path, blocks()), by_label)) == whole
    assert objects(make(scan(tmp_path, blocks(), objects="component"), by_label)) == parts


def test_instances_are_apart_where_labels_are_objects(tmp_path: Path) -> None:
    record = make(scan(tmp_path, blocks(), objects="label", instances=[1]))
    assert objects(record) == [
        (0, 1, 1),
        (0, 1, 2),
        (1, 1, 1),
        (1, 1, 2),
        (2, 1, 2),
        (2, 3, 0),
        (3, 1, 2),
        (3, 2, 0),
    ]
    assert any("taken apart" in text for text in record.history)


def test_excluded_labels_and_dust_are_gone_and_said(tmp_path: Path) -> None:
    record = make(scan(tmp_path, blocks(), exclude=[3], least_volume=20))
    assert {label for _, label, _ in objects(record)} == {1}
    assert set(record.labels) == {1}
    assert record.history[-2:] == ["Label values left out: 3.", "Parts of fewer than 20 voxels left out: 1."]
    with np.load(tmp_path / "cases/s-a/labels-2.npz") as kept:
        assert set(np.unique(kept["labels"])) == {0, 1}


def test_labelled_slices_stay_without_objects_along_the_third_axis_only(tmp_path: Path) -> None:
    record = make(scan(tmp_path, blocks()), PrepareConfig(least_area=30, other_axes_step=1))
    assert [s.index for s in record.slices if s.axis == 2] == [0, 1, 2, 3]
    assert objects(record) == []
    assert not [s for s in record.slices if s.axis != 2]
    record = make(scan(tmp_path, blocks()), PrepareConfig(least_area=20, other_axes_step=3))
    assert {s.index % 3 for s in record.slices if s.axis in (0, 1)} == {0}
    assert objects(record, 0) == [(12, 1, 1)]
    assert objects(record, 1) == [(3, 1, 2)]


def test_many_objects_are_drawn_by_the_case_alone(tmp_path: Path) -> None:
    labels = np.zeros((40, 40, 2), np.uint8)
    labels[::4, ::4] = 1
    config = PrepareConfig(least_area=1, most_per_picture=10)
    first, again = make(scan(tmp_path, labels), config), make(scan(tmp_path, labels), config)
    assert first.objects == again.objects
    assert len(first.objects) == 20
    assert objects(first)[:10] != [(0, 1, c) for _, _, c in objects(first)[10:]]
    assert "left out at random: 180." in first.history[-1]
    other = make(scan(tmp_path, labels), PrepareConfig(least_area=1, most_per_picture=10, seed=1))
    assert other.objects != first.objects
    assert len(make(scan(tmp_path, labels), PrepareConfig(least_area=1, most_per_picture=0)).objects) == 200


def test_windows(tmp_path: Path) -> None:
    values = np.linspace(-1000, 1000, 20 * 20 * 4).reshape(20, 20, 4).astype(np.int16)
    record = make(scan(tmp_path, blocks(), values, modality="ct"))
    assert record.slices[0].window == (40, 400)
    record = make(scan(tmp_path, blocks(), values, modality="ct", window="lung"))
    assert record.slices[0].window == (-600, 1500)
    assert record.history[0] == "Values from -1350 to 150 HU were mapped to 0 to 255."
    record = make(scan(tmp_path, blocks(), values, modality="ct", window="0/100"))
    assert record.slices[0].window == (0, 100)
    failed = try_case(
        job_of(scan(tmp_path, blocks(), values, modality="ct", window="as is")), tmp_path / "cases"
    )
    assert "8-bit" in failed["failed"]


def test_names_of_labels(tmp_path: Path) -> None:
    record = make(scan(tmp_path, blocks(), label_names={1: "cyst", 9: "absent"}))
    assert record.labels == {1: "cyst", 2: "2", 3: "3", 9: "absent"}
    assert make(scan(tmp_path, blocks(), label_names={0: "nucleus"})).labels == dict.fromkeys(
        (1, 2, 3), "nucleus"
    )


def test_what_a_library_throws_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    job = job_of(scan(tmp_path, blocks()))

    def broken(_: object) -> None:
        raise RuntimeError("deep inside")

    monkeypatch.setattr(type(layout("volumes")), "load", lambda self, source: broken(source))
    assert "a is damaged" in try_case(job, tmp_path / "cases")["failed"]

    def hungry(_: object) -> None:
        raise MemoryError

    monkeypatch.setattr(type(layout("volumes")), "load", lambda self, source: hungry(source))
    assert "free memory" in try_case(job, None)["failed"]


def test_a_kept_case_is_known_by_all_that_made_it(tmp_path: Path) -> None:
    declared = scan(tmp_path, blocks())
    job = job_of(declared)
    record = prepare_case(job, tmp_path / "cases")
    folder = tmp_path / "cases" / "s-a"
    assert kept_record(folder, job) == record
    for change in ({"exclude": [1]}, {"window": "0/9"}, {"label_names": {1: "x"}}, {"modality": "pet"}):
        assert kept_record(folder, job_of(scan(tmp_path, blocks(), **change))) is None
    assert kept_record(folder, job_of(declared, PrepareConfig(least_area=2))) is None
    assert kept_record(folder, job_of(scan(tmp_path, blocks(), licence="CC0"))) is not None
    (folder / "masks.bin").unlink()
    assert kept_record(folder, job) is None


def test_masks_off_the_image_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from finetune.data.layouts.base import ExtraMask, LoadedCase
    from medsam.io import read_volume

    declared = scan(tmp_path, blocks())
    volume = read_volume(tmp_path / "a-image.nii.gz")
    mask = ExtraMask(2, 4, 1, np.ones((20, 20), bool))
    monkeypatch.setattr(
        type(layout("volumes")), "load", lambda self, source: LoadedCase(volume, masks=[mask])
    )
    with pytest.raises(InputError, match="slice 4"):
        make(declared)
