"""A user's images and masks as a store: who is left out and why, who is held out, which slices."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from PIL import Image
from pydicom.dataset import FileDataset, FileMetaDataset
from pydicom.uid import CTImageStorage, ExplicitVRLittleEndian, generate_uid

from finetune.adapt.cases import (
    LEAST_SET_APART,
    Pair,
    Part,
    checked_pairs,
    hold_out,
    make_store,
    name_of,
    origin,
    split_off,
    spread,
)
from finetune.config import PrepareConfig
from finetune.data.store import SliceRef, Store
from medsam.errors import Cancelled, InputError
from tests.finetune.adapt.support import write_mask, write_pictures

CONFIG = PrepareConfig(objects="component", least_area=16)


def pairs_of(images: list[Path]) -> list[Pair]:
    """With the masks beside them."""
    return [Pair(str(i), str(i.with_name(f"{i.stem}_mask.png")), i.name) for i in images]


def read(pairs: list[Pair], folder: Path):
    """``make_store`` without words."""
    return make_store(pairs, folder, CONFIG, report=lambda _: None, is_cancelled=lambda: False)


def test_pictures_become_cases_with_names_of_labels(tmp_path):
    pairs = pairs_of(write_pictures(tmp_path / "in", 3))
    store, skipped, by_patient = read(pairs, tmp_path / "store")
    assert [name_of(case, pairs) for case in store.cases] == ["p0.png", "p1.png", "p2.png"]
    assert skipped == {} and not by_patient
    assert {case.labels[1] for case in store.cases} == {"Nodule"}
    assert len({case.group for case in store.cases}) == 3


def test_what_cannot_be_used_is_said_and_the_others_go_on(tmp_path):
    images = write_pictures(tmp_path / "in", 6)
    images[1].write_bytes(b"no picture")
    write_mask(tmp_path / "in" / "p2_mask.png", np.ones((5, 7), np.uint8))
    write_mask(tmp_path / "in" / "p3_mask.png", np.zeros((60, 80), np.uint8))
    (tmp_path / "in" / "p4_mask.png").unlink()
    pairs = pairs_of(images)
    store, skipped, _ = read(pairs, tmp_path / "store")
    assert [name_of(c, pairs) for c in store.cases if c.objects] == ["p0.png", "p5.png"]
    said = "\n".join(skipped.values())
    for name in ("p1.png", "p2_mask.png", "p3.png", "p4_mask.png"):
        assert name in said
    assert "5 x 7" in said or "7 x 5" in said


def test_nothing_usable_is_a_sentence(tmp_path):
    images = write_pictures(tmp_path / "in", 2)
    for image in images:
        image.write_bytes(b"no picture")
    with pytest.raises(InputError, match=r"p0\.png"):
        read(pairs_of(images), tmp_path / "store")


def test_reading_can_be_stopped(tmp_path):
    pairs = pairs_of(write_pictures(tmp_path / "in", 2))
    with pytest.raises(Cancelled):
        make_store(pairs, tmp_path / "s", CONFIG, report=lambda _: None, is_cancelled=lambda: True)


def test_same_names_in_two_folders_are_two_cases(tmp_path):
    first, second = write_pictures(tmp_path / "a", 1)[0], write_pictures(tmp_path / "b", 2)[1]
    renamed = second.with_name("p0.png")
    second.replace(renamed)
    (tmp_path / "b" / "p1_mask.png").replace(tmp_path / "b" / "p0_mask.png")
    store, _, _ = read(pairs_of([first, renamed]), tmp_path / "store")
    assert len(store.cases) == 2


# --- whose it is ----------------------------------------------------------------


def write_dicom(path: Path, patient: str, modality: str = "MR") -> Path:
    """One slice with a header as ``origin`` reads it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    meta = FileMetaDataset()
    meta.MediaStorageSOPClassUID = CTImageStorage
    meta.MediaStorageSOPInstanceUID = generate_uid()
    meta.TransferSyntaxUID = ExplicitVRLittleEndian
    header = FileDataset(str(path), {}, file_meta=meta, preamble=b"\0" * 128)
    header.PatientID, header.Modality = patient, modality
    pydicom.dcmwrite(path, header)
    return path


def test_patient_is_known_by_dicom_and_his_number_is_not_kept(tmp_path):
    one = origin(write_dicom(tmp_path / "a.dcm", "12345"), 0)
    folder = write_dicom(tmp_path / "series" / "b.dcm", "12345").parent
    other = origin(write_dicom(tmp_path / "c.dcm", "777", "CT"), 2)
    assert one == origin(folder, 1) and one.is_patient and one.modality == "mri"
    assert one.group != other.group and other.modality == "ct" and "12345" not in one.group


def test_file_without_a_patient_stands_for_itself(tmp_path):
    nameless = origin(write_dicom(tmp_path / "a.dcm", ""), 4)
    picture = origin(write_pictures(tmp_path / "in", 1)[0], 5)
    assert (nameless.group, nameless.is_patient) == ("file-4", False)
    assert (picture.group, picture.is_patient) == ("file-5", False)
    assert origin(tmp_path / "absent.dcm", 6).group == "file-6"


# --- who is held out ------------------------------------------------------------


def test_a_quarter_is_held_out_and_never_learned_from(tmp_path):
    store, _, _ = read(pairs_of(write_pictures(tmp_path / "in", 8)), tmp_path / "store")
    learned, tested = hold_out(store, 1)
    assert len(tested) == 2 and sorted(learned + tested) == list(range(8))
    assert hold_out(store, 1) == (learned, tested), "a function of the seed"


def test_two_cases_are_one_to_learn_from_and_one_to_test_on(tmp_path):
    store, _, _ = read(pairs_of(write_pictures(tmp_path / "in", 2)), tmp_path / "store")
    learned, tested = hold_out(store, 1)
    assert len(learned) == len(tested) == 1


def test_one_usable_case_is_not_enough(tmp_path):
    images = write_pictures(tmp_path / "in", 2)
    write_mask(tmp_path / "in" / "p1_mask.png", np.zeros((60, 80), np.uint8))
    store, _, _ = read(pairs_of(images), tmp_path / "store")
    with pytest.raises(InputError, match="only one can be used"):
        hold_out(store, 1)
    with pytest.raises(InputError, match="1 came"):
        checked_pairs(pairs_of(images[:1]))


def test_copies_of_an_image_stay_together(tmp_path):
    images = write_pictures(tmp_path / "in", 4)
    images[3].write_bytes(images[0].read_bytes())
    # The same picture outlined twice, in two ways.
    store, _, _ = read(pairs_of(images), tmp_path / "store")
    for seed in range(12):
        learned, _ = hold_out(store, seed)
        assert (0 in learned) == (3 in learned)


def test_labels_that_are_tested_are_learned_where_it_can_be(tmp_path):
    images = write_pictures(tmp_path / "in", 4)
    mask = np.zeros((60, 80), np.uint8)
    mask[10:30, 10:30] = 2
    write_mask(tmp_path / "in" / "p2_mask.png", mask)
    store, _, _ = read(pairs_of(images), tmp_path / "store")
    for seed in range(12):
        assert hold_out(store, seed)[1] != [2], "the only case of its label"


# --- which slices ---------------------------------------------------------------


def test_slices_come_from_every_case_and_far_apart(store: Store):
    scans = [n for n, case in enumerate(store.cases) if case.kind == "3d"]
    most = sum(1 for ref in store.slices() if ref.case in scans)
    assert most == 12
    chosen = spread(store, scans, 6)
    assert [ref.case for ref in chosen] == scans * 2
    assert len({(ref.case, ref.slice) for ref in spread(store, scans, 99)}) == 12
    first = [ref.slice for ref in spread(store, scans[:1], 3)]
    assert len(set(first)) == 3 and max(first) - min(first) >= 2


@pytest.mark.parametrize("count", [1, 2, 5, 24, 25, 100, 1000])
def test_some_are_set_apart_when_there_are_many(count):
    refs = [SliceRef(0, n, (n,)) for n in range(count)]
    train, val = split_off(refs, 12)
    assert train and 1 <= len(val) <= 12
    if count >= 5 * LEAST_SET_APART:
        assert not set(train) & set(val) and len(train) + len(val) == count
    else:
        assert train == refs


def test_part_of_a_store_holds_what_was_chosen_in_its_split(store: Store):
    refs = list(store.slices())
    part = Part(store, [("train", refs[0]), ("train", refs[1]), ("val", refs[1]), ("test", refs[2])])
    assert [case.split for case in part.cases].count("train") == len({refs[0].case, refs[1].case})
    (val,) = part.slices("val")
    original = store.picture(refs[1].case, refs[1].slice)
    assert np.array_equal(part.picture(val.case, val.slice), original)
    mask = part.full_mask(val.case, val.objects[0])
    assert np.array_equal(mask, store.full_mask(refs[1].case, refs[1].objects[0]))
    assert part.sha256 != store.sha256
    assert part.sha256 != Part(store, [("train", refs[0])]).sha256


def test_colour_pictures_are_read(tmp_path):
    (image,) = write_pictures(tmp_path / "in", 1)
    grey = np.asarray(Image.open(image))
    Image.fromarray(np.stack([grey, grey // 2, grey], -1)).save(image)
    store, _, _ = read(pairs_of([image]), tmp_path / "store")
    assert store.picture(0, 0).shape == (60, 80, 3)
