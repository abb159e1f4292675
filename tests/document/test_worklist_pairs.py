"""Which files are images and which are masks, by their names."""

from __future__ import annotations

from pathlib import Path

import pytest

from medsam.document.worklist import stem_and_suffix
from medsam.document.worklist_pairs import cases_of, mask_base

ROOT = Path("root")


def pairs(*names: str, folders: tuple[str, ...] = ()) -> list[tuple[str, str]]:
    """Image and mask of every case of a folder with these files."""
    found = cases_of([ROOT / n for n in names], ROOT, [ROOT / f for f in folders])
    return [(case.image, case.mask) for case in found]


@pytest.mark.parametrize(
    ("stem", "base"),
    [("a_mask", "a"), ("mask", ""), ("a-Seg", "a"), ("a.label", "a"), ("a", None), ("unmask", None)],
)
def test_masks_are_known_by_their_names(stem, base):
    assert mask_base(stem) == base


def test_double_extensions_and_dots():
    assert stem_and_suffix("a.1.nii.gz") == ("a.1", ".nii.gz")
    assert stem_and_suffix("a.1.PNG") == ("a.1", ".PNG")
    assert stem_and_suffix("IM0001") == ("IM0001", "")


def test_masks_beside_images_in_natural_order():
    assert pairs("case10.nii.gz", "case2.nii.gz", "case2_mask.nii.gz", "case1.nrrd", "case1-seg.nrrd") == [
        ("case1.nrrd", "case1-seg.nrrd"),
        ("case2.nii.gz", "case2_mask.nii.gz"),
        ("case10.nii.gz", ""),
    ]


def test_our_own_mask_wins_and_is_never_an_image():
    assert pairs("a.png", "a_gt.png", "a_mask.png") == [("a.png", "a_mask.png")]
    assert pairs("lost_mask.nii.gz", "b.nii.gz") == [("b.nii.gz", "")]


def test_a_mask_goes_to_the_image_of_its_kind():
    assert pairs("a.nii.gz", "a.png", "a_mask.png") == [("a.nii.gz", ""), ("a.png", "a_mask.png")]


def test_a_folder_a_case():
    assert pairs("p2/ct.nii.gz", "p2/segmentation.nii.gz", "p10/ct.nii.gz", "p10/mask.nii.gz") == [
        ("p2/ct.nii.gz", "p2/segmentation.nii.gz"),
        ("p10/ct.nii.gz", "p10/mask.nii.gz"),
    ]


def test_one_mask_for_several_images_is_nobodys_but_no_case():
    names = ("b/s_t1.nii.gz", "b/s_t2.nii.gz", "b/s_seg.nii.gz")
    assert pairs(*names) == [("b/s_t1.nii.gz", ""), ("b/s_t2.nii.gz", "")]


def test_folders_of_images_and_labels():
    assert pairs("images/a.png", "images/b.jpg", "images/c.png", "labels/a.png", "labels/b_mask.png") == [
        ("images/a.png", "labels/a.png"),
        ("images/b.jpg", "labels/b_mask.png"),
        ("images/c.png", "labels/c.png"),
    ]


def test_labels_alone_are_images():
    assert pairs("labels/a.png") == [("labels/a.png", "")]


def test_nnunet_takes_the_first_channel_of_each_case():
    assert pairs(
        "imagesTr/liver_001_0000.nii.gz",
        "imagesTr/liver_001_0001.nii.gz",
        "imagesTr/liver_002_0000.nii.gz",
        "imagesTs/liver_003_0000.nii.gz",
        "labelsTr/liver_001.nii.gz",
    ) == [
        ("imagesTr/liver_001_0000.nii.gz", "labelsTr/liver_001.nii.gz"),
        ("imagesTr/liver_002_0000.nii.gz", "labelsTr/liver_002.nii.gz"),
        ("imagesTs/liver_003_0000.nii.gz", ""),
    ]


def test_four_digits_are_no_channel_without_a_first_one():
    assert pairs("images/s_2024.png", "labels/s_2024.png") == [("images/s_2024.png", "labels/s_2024.png")]


def test_dicom_folders_are_images():
    assert pairs("p1_mask.nii.gz", folders=("p1", "p2/ct")) == [("p1", "p1_mask.nii.gz"), ("p2/ct", "")]
