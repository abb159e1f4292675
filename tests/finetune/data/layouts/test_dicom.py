"""DICOM series with their structure sets and segmentations, found and read as cases."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finetune.config import PrepareConfig
from finetune.data.layouts.base import CaseSource, Declaration, LoadedCase, SplitRule, layout
from finetune.data.prepare import check, prepare
from finetune.data.store import Store
from medsam.errors import GeometryError, InputError
from medsam.volume import Volume, stored_slice
from tests.io.dicom_writers import Contour, rectangle, write_rtstruct, write_seg
from tests.io.helpers import refused
from tests.phantoms import ct_phantom, write_ct_series

SHAPE = (30, 24, 6)
UID = "1.2.826.0.1.3680043.8.498"


def box(x0: int, y0: int, x1: int, y1: int, *slices: int) -> list[Contour]:
    return [rectangle(x0, y0, x1, y1, k) for k in slices]


def block(x0: int, y0: int, x1: int, y1: int, *slices: int) -> np.ndarray:
    mask = np.zeros(SHAPE, bool)
    for k in slices:
        mask[x0 : x1 + 1, y0 : y1 + 1, k] = True
    return mask


def write_patient(
    root: Path, number: int, structures: dict[str, list[Contour]] | None, **tags: Any
) -> Volume:
    """A CT of one patient, and its structure set beside it."""
    volume = ct_phantom(SHAPE, seed=number)
    uid = f"{UID}.{number}"
    folder = root / f"p{number}"
    write_ct_series(
        folder / "ct", volume, uid=uid, PatientID=f"id-{number}", PatientSex="F", PatientAge="061Y", **tags
    )
    if structures is not None:
        patient = {"PatientID": f"id-{number}"}
        write_rtstruct(
            folder / "rs.dcm",
            volume,
            structures,
            frame=f"{uid}.9",
            series=uid,
            edit=lambda d: [setattr(d, k, v) for k, v in patient.items()],
        )
    return volume


def declared(root: Path, **settings: Any) -> Declaration:
    return Declaration(name="clinic", layout="dicom", root=root, **settings)


def find(root: Path, **settings: Any) -> list[CaseSource]:
    return list(layout("dicom").find(declared(root, **settings)))


def load(source: CaseSource) -> LoadedCase:
    return layout("dicom").load(pickle.loads(pickle.dumps(source)))


# --- finding -----------------------------------------------------------------


def test_every_outlined_series_is_a_case_of_its_patient(tmp_path: Path) -> None:
    for number in (1, 2):
        write_patient(tmp_path, number, {"Liver": box(4, 6, 12, 9, 1, 2)})
    write_patient(tmp_path, 3, None)
    first, second = find(tmp_path)
    assert (first.name, first.modality, first.dataset, len(first.images)) == ("p1-ct", "ct", "clinic", 6)
    assert first.labels == (tmp_path / "p1" / "rs.dcm",)
    assert first.fields["sex"] == "F" and first.fields["age"] == "61"
    assert first.group != second.group and first.group.startswith("dicom:")
    assert "id-1" not in repr((first.group, first.fields, first.name))


def test_two_series_of_a_patient_share_a_group_and_keep_their_outlines_apart(tmp_path: Path) -> None:
    ct = write_patient(tmp_path, 1, {"Liver": box(4, 6, 12, 9, 1)})
    write_ct_series(
        tmp_path / "p1" / "mr",
        ct,
        uid=f"{UID}.55",
        modality="MR",
        PatientID="id-1",
        FrameOfReferenceUID=f"{UID}.1.9",
    )
    write_rtstruct(tmp_path / "p1" / "rs2.dcm", ct, {"Liver": box(1, 1, 3, 3, 4)}, series=f"{UID}.55")
    a, b = find(tmp_path)
    assert (a.modality, b.modality) == ("ct", "mri") and a.group == b.group
    np.testing.assert_array_equal(load(a).labels, block(4, 6, 12, 9, 1))
    np.testing.assert_array_equal(load(b).labels, block(1, 1, 3, 3, 4))


def test_the_frame_of_reference_tells_where_the_series_does_not(tmp_path: Path) -> None:
    volume = write_patient(tmp_path, 1, None)

    def edit(d: Any) -> None:
        d.PatientID = "id-1"

    outlines = {"Liver": box(4, 6, 12, 9, 1)}
    write_rtstruct(tmp_path / "rs.dcm", volume, outlines, frame=f"{UID}.1.9", series="1.2.3", edit=edit)
    (case,) = find(tmp_path)
    assert len(case.images) == 6 and load(case).labels is not None
    # A second series of that frame: now nobody can tell.
    tags = {"PatientID": "id-1", "FrameOfReferenceUID": f"{UID}.1.9"}
    write_ct_series(tmp_path / "other", volume, uid=f"{UID}.66", **tags)
    (case,) = find(tmp_path)
    assert case.images == ()
    refused(lambda: load(case), GeometryError, "rs.dcm", "narrow down images")
    (case,) = find(tmp_path, images="p1/**")
    assert len(case.images) == 6


def test_patterns_narrow_down_and_give_fields(tmp_path: Path) -> None:
    for number in (1, 2):
        write_patient(tmp_path, number, {"Liver": box(4, 6, 12, 9, 1, 2)})
    (case,) = find(tmp_path, images="{visit}/ct", labels="p1/*.dcm")[:1]
    assert (case.name, case.fields["visit"]) == ("p1", "p1")
    (case,) = (c for c in find(tmp_path, images="p2/ct") if c.images)
    assert case.labels == (tmp_path / "p2" / "rs.dcm",)
    (tmp_path / "p2").rename(tmp_path / "val")
    (case,) = find(tmp_path, images="{split}/ct", labels="val/*.dcm")
    assert case.split == "val" and "split" not in case.fields


def test_a_table_may_know_patients_by_their_id(tmp_path: Path) -> None:
    write_patient(tmp_path, 1, {"Liver": box(4, 6, 12, 9, 1)})
    (case,) = find(tmp_path, table="clinical.csv", join="patient")
    assert case.fields["patient"] == "id-1"


@pytest.mark.parametrize("patient", ["", "ANONYMOUS"])
def test_patients_without_an_id_are_told_apart_by_their_folder(tmp_path: Path, patient: str) -> None:
    for number in (1, 2):
        volume = write_patient(tmp_path, number, None)
        for file in (tmp_path / f"p{number}" / "ct").iterdir():
            _set_patient(file, patient)
        write_rtstruct(
            tmp_path / f"p{number}" / "rs.dcm",
            volume,
            {"Liver": box(4, 6, 12, 9, 1)},
            series=f"{UID}.{number}",
            edit=lambda d: setattr(d, "PatientID", patient),
        )
    assert [case.group for case in find(tmp_path)] == ["dicom:p1", "dicom:p2"]


def _set_patient(path: Path, patient: str) -> None:
    import pydicom

    dataset = pydicom.dcmread(path)
    dataset.PatientID = patient
    dataset.save_as(path)


def test_a_folder_without_outlines_is_refused(tmp_path: Path) -> None:
    write_patient(tmp_path, 1, None)
    refused(lambda: find(tmp_path), InputError, "none among 6 DICOM files")


def test_a_modality_that_is_none_of_ours_must_be_declared(tmp_path: Path) -> None:
    write_patient(tmp_path, 1, {"Liver": box(4, 6, 12, 9, 1)}, Modality="NM")
    refused(lambda: find(tmp_path), InputError, "NM", "Name it")
    assert find(tmp_path, modality="pet")[0].modality == "pet"


# --- labels ------------------------------------------------------------------


def test_names_get_values_for_the_whole_data_set(tmp_path: Path) -> None:
    write_patient(tmp_path, 1, {"Spleen": box(1, 1, 3, 3, 1), "liver ": box(4, 6, 12, 9, 1)})
    write_patient(tmp_path, 2, {"LIVER": box(4, 6, 12, 9, 2)})
    first, second = (load(case) for case in find(tmp_path))
    assert first.labels_names == second.labels_names == {1: "liver", 2: "Spleen"}
    assert first.labels is not None and second.labels is not None
    np.testing.assert_array_equal(first.labels, block(4, 6, 12, 9, 1) + 2 * block(1, 1, 3, 3, 1))
    np.testing.assert_array_equal(second.labels, block(4, 6, 12, 9, 2))


def test_declared_names_choose_rename_and_unite(tmp_path: Path) -> None:
    structures = {
        "GTV_1": box(4, 6, 8, 9, 1),
        "gtv nodes": box(10, 6, 12, 9, 1),
        "Body": box(0, 0, 29, 23, 1),
    }
    write_patient(tmp_path, 1, structures)
    (case,) = find(tmp_path, label_names={7: "tumour = GTV*|CTV"})
    loaded = load(case)
    assert loaded.labels_names == {7: "tumour"} and loaded.masks is None
    np.testing.assert_array_equal(loaded.labels, 7 * (block(4, 6, 8, 9, 1) | block(10, 6, 12, 9, 1)))
    assert any("not asked for left out: Body" in line for line in loaded.history)


def test_a_case_without_a_wanted_structure_says_what_it_has(tmp_path: Path) -> None:
    write_patient(tmp_path, 1, {"Body": box(0, 0, 9, 9, 1)})
    (case,) = find(tmp_path, label_names={1: "liver"})
    refused(lambda: load(case), InputError, "Body", "label_names")


def test_structures_that_overlap_become_masks(tmp_path: Path) -> None:
    write_patient(tmp_path, 1, {"tumour": box(5, 7, 7, 8, 1), "liver": box(4, 6, 12, 9, 1, 2)})
    loaded = load(find(tmp_path)[0])
    np.testing.assert_array_equal(loaded.labels, block(4, 6, 12, 9, 1, 2))
    (mask,) = loaded.masks or ()
    assert (mask.axis, mask.index, mask.label, mask.is_object) == (2, 1, 2, False)
    np.testing.assert_array_equal(mask.mask, stored_slice(block(5, 7, 7, 8, 1), 2, 1))
    assert any("overlap" in line and "tumour" in line for line in loaded.history)


def test_what_the_reader_left_out_is_in_the_history(tmp_path: Path) -> None:
    write_patient(tmp_path, 1, {"liver": [*box(4, 6, 12, 9, 1), Contour([(5, 5, 2)], "POINT")]})
    assert any(
        "POINT" in line and line.startswith("liver of rs.dcm") for line in load(find(tmp_path)[0]).history
    )


def test_segmentations_are_read_as_well(tmp_path: Path) -> None:
    pytest.importorskip("highdicom")
    write_patient(tmp_path, 1, None)
    masks = (block(4, 6, 12, 9, 1) + 2 * block(1, 1, 3, 3, 1, 2)).transpose(2, 1, 0).astype(np.uint8)
    files = sorted((tmp_path / "p1" / "ct").iterdir())
    write_seg(tmp_path / "seg.dcm", files, masks, ("liver", "spleen"))
    loaded = load(find(tmp_path)[0])
    np.testing.assert_array_equal(loaded.labels, masks.transpose(2, 1, 0))


# --- into a store ------------------------------------------------------------


def test_a_store_is_made_of_dicom(tmp_path: Path) -> None:
    for number in range(1, 5):
        structures = {"tumour": box(3, 5, 11, 13, 1, 2), "liver": box(2, 4, 14, 18, 1, 2, 3)}
        write_patient(tmp_path / "dicom", number, structures)
    rule = SplitRule(rule="random", fractions=(0.5, 0.25, 0.25), seed=2)
    declaration = declared(tmp_path / "dicom", split=rule)
    prepare([declaration], tmp_path / "store", PrepareConfig(), report=lambda _: None)
    store = Store(tmp_path / "store")
    assert len(store.cases) == 4 and len({c.split for c in store.cases}) > 1
    case = store.cases[0]
    assert case.labels == {1: "liver", 2: "tumour"} and case.attributes["sex"] == "F" and case.kind == "3d"
    assert sorted(item.label for item in case.objects) == [1, 1, 1, 2, 2]
    number = next(n for n, item in enumerate(case.objects) if item.label == 2)
    assert case.objects[number].box == (3, 5, 12, 14)


def test_outlines_without_their_series_fail_alone(tmp_path: Path) -> None:
    volume = write_patient(tmp_path, 1, {"liver": box(2, 4, 14, 18, 1)})
    for number in (2, 3):
        outlines = {"liver": box(2, 4, 14, 18, number)}
        write_rtstruct(tmp_path / f"rs{number}.dcm", volume, outlines, frame="1.2.3", series="1.2.4")
    declaration = declared(tmp_path, split=SplitRule(rule="train"))
    failed = check([declaration], PrepareConfig(), report=lambda _: None)
    assert len(failed) == 2
    assert all("is not there, nor a single other one" in reason for reason in failed.values())


@pytest.mark.shared
def test_a_genuine_patients_three_series_are_read(shared: Path) -> None:
    root = shared / "loaders" / "dicom" / "sts_002"
    cases = find(root, label_names={1: "tumour = GTV*"})
    assert [case.modality for case in cases] == ["ct", "mri", "pet"]
    assert len({case.group for case in cases}) == 1
    for case, count in zip(cases, (17090, 17090, 555), strict=True):
        labels = load(case).labels
        assert labels is not None and np.count_nonzero(labels == 1) == count
