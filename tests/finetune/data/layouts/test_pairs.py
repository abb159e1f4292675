"""Volumes and pictures with their labels: label maps, masks, a file for each label or object."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nibabel
import numpy as np
import pytest
import SimpleITK
from PIL import Image

from finetune.data.layouts.base import CaseSource, Declaration, LoadedCase, layout
from medsam.errors import GeometryError, InputError, ReadError

PICTURE = np.arange(20 * 30, dtype=np.uint8).reshape(20, 30)
MASK = np.zeros((20, 30), bool)
MASK[5:12, 8:20] = True


def save(path: Path, array: np.ndarray, **options: Any) -> Path:
    """A picture (H, W[, 3]) or, by its extension, a volume (I, J, K)."""
    path.parent.mkdir(parents=True, exist_ok=True)
    if path.name.endswith(".nii.gz"):
        nibabel.save(nibabel.Nifti1Image(array, options.get("affine", np.diag([1.0, 1, 3, 1]))), path)
    elif path.suffix in (".mha", ".nrrd"):
        image = SimpleITK.GetImageFromArray(array.transpose(2, 1, 0))
        image.SetSpacing((1, 1, 3))
        image.SetDirection((-1, 0, 0, 0, -1, 0, 0, 0, 1))
        SimpleITK.WriteImage(image, str(path))
    else:
        Image.fromarray(array).save(path, **options)
    return path


def declared(root: Path, kind: str, **settings: Any) -> Declaration:
    """A data set of that layout."""
    return Declaration(name="set", layout=kind, root=root, **{"modality": "ct", **settings})


def find(declaration: Declaration) -> list[CaseSource]:
    """Its cases."""
    return list(layout(declaration.layout).find(declaration))


def load(declaration: Declaration) -> LoadedCase:
    """Its only case."""
    (case,) = find(declaration)
    return layout(declaration.layout).load(case)


def pictures(root: Path, labels: str = "masks/{case}.png", **settings: Any) -> Declaration:
    """Pictures in images, masks as said."""
    return declared(root, "pictures", images="images/{case}.png", labels=labels, **settings)


def label_picture(loaded: LoadedCase) -> np.ndarray:
    """The label map of a picture, (H, W)."""
    assert loaded.labels is not None
    return loaded.labels[..., 0].T


def test_a_label_map_keeps_its_values(tmp_path: Path) -> None:
    save(tmp_path / "images/a.png", PICTURE)
    save(tmp_path / "masks/a.png", MASK * np.uint8(7))
    loaded = load(pictures(tmp_path))
    assert (label_picture(loaded) == MASK * 7).all()
    assert (loaded.volume.array[..., 0].T == PICTURE).all()
    assert loaded.history == []


@pytest.mark.parametrize("top", [255, 65535])
def test_black_and_white_is_label_one(tmp_path: Path, top: int) -> None:
    save(tmp_path / "images/a.png", PICTURE)
    save(tmp_path / "masks/a.png", MASK.astype(np.uint8 if top == 255 else np.uint16) * top)
    loaded = load(pictures(tmp_path))
    assert (label_picture(loaded) == MASK).all()
    assert loaded.history == [f"a.png: {top} was read as label 1."]


def test_a_palette_s_indices_are_labels(tmp_path: Path) -> None:
    save(tmp_path / "images/a.png", PICTURE)
    image = Image.fromarray(MASK * np.uint8(2), "P")
    image.putpalette([0, 0, 0, 9, 9, 9, 255, 0, 0])
    (tmp_path / "masks").mkdir()
    image.save(tmp_path / "masks/a.png")
    assert (label_picture(load(pictures(tmp_path))) == MASK * 2).all()


@pytest.mark.parametrize("color", [False, True])
def test_jpeg_masks_are_cut_at_half(tmp_path: Path, color: bool) -> None:
    save(tmp_path / "images/a.png", PICTURE)
    mask = MASK * np.uint8(255)
    save(tmp_path / "masks/a.jpg", np.stack([mask] * 3, -1) if color else mask, quality=60)
    loaded = load(pictures(tmp_path, "masks/{case}.jpg"))
    assert set(np.unique(label_picture(loaded))) == {0, 1}
    assert (label_picture(loaded) != MASK).sum() <= 4
    assert "128" in loaded.history[-1]
    with pytest.raises(ReadError, match="JPEG does not keep"):
        load(pictures(tmp_path, "masks/{case}.jpg", masks="labels"))


def test_a_mask_in_true_colour_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "images/a.png", PICTURE)
    save(
        tmp_path / "masks/a.png", np.stack([MASK * np.uint8(255), MASK * np.uint8(9), MASK * np.uint8(0)], -1)
    )
    with pytest.raises(ReadError, match="in colour"):
        load(pictures(tmp_path))


def test_a_mask_of_another_size_is_refused(tmp_path: Path) -> None:
    save(tmp_path / "images/a.png", PICTURE)
    save(tmp_path / "masks/a.png", np.ones((21, 30), np.uint8))
    with pytest.raises(GeometryError, match=r"30 x 20 x 1.*30 x 21 x 1"):
        load(pictures(tmp_path))
    save(tmp_path / "masks/a.png", np.full((21, 30, 3), 255, np.uint8))
    with pytest.raises(GeometryError, match=r"30 x 20 x 1.*30 x 21 x 1"):
        load(pictures(tmp_path))


def test_a_picture_with_transparency_and_one_of_16_bit(tmp_path: Path) -> None:
    save(tmp_path / "images/a.png", np.dstack([PICTURE] * 3 + [MASK * np.uint8(255)]))
    save(tmp_path / "masks/a.png", MASK.astype(np.uint8))
    assert load(pictures(tmp_path)).volume.array.shape == (30, 20, 1, 3)
    save(tmp_path / "images/a.png", PICTURE.astype(np.uint16) * 100)
    assert load(pictures(tmp_path)).volume.array.dtype == np.uint16


def test_one_file_an_object_may_overlap(tmp_path: Path) -> None:
    save(tmp_path / "images/a.png", PICTURE)
    save(tmp_path / "masks/a/1.png", MASK * np.uint8(255))
    save(tmp_path / "masks/a/2.png", np.roll(MASK, 3, 1) * np.uint8(255))
    save(tmp_path / "masks/other/1.png", MASK * np.uint8(255))
    loaded = load(pictures(tmp_path, "masks/{case}/{object}.png"))
    assert loaded.labels is None
    assert loaded.masks is not None
    assert [(m.axis, m.index, m.label, m.is_object) for m in loaded.masks] == [(2, 0, 1, True)] * 2
    assert (loaded.masks[0].mask == MASK).all()
    assert (loaded.masks[1].mask == np.roll(MASK, 3, 1)).all()


def test_one_file_a_label_becomes_one_map(tmp_path: Path) -> None:
    save(tmp_path / "images/a.png", PICTURE)
    save(tmp_path / "masks/a_liver.png", MASK * np.uint8(255))
    save(tmp_path / "masks/a_spleen.png", np.roll(MASK, 10, 0) * np.uint8(255))
    save(tmp_path / "masks/a_bed.png", ~MASK * np.uint8(255))
    names = {1: "spleen", 4: "liver"}
    settings = pictures(tmp_path, "masks/{case}_{label}.png", label_names=names)
    (case,) = find(settings)
    assert sorted(case.values) == [1, 4], "a label that is not named is not asked for"
    assert (label_picture(load(settings)) == MASK * 4 + np.roll(MASK, 10, 0) * 1).all()


def test_labels_that_overlap_become_masks(tmp_path: Path) -> None:
    save(tmp_path / "images/a.png", PICTURE)
    save(tmp_path / "masks/a_1.png", MASK * np.uint8(255))
    save(tmp_path / "masks/a_2.png", np.roll(MASK, 2, 0) * np.uint8(255))
    save(tmp_path / "masks/a_3.png", np.roll(MASK, 3, 0) * np.uint8(255))
    loaded = load(pictures(tmp_path, "masks/{case}_{label}.png", label_names={1: "a", 2: "b", 3: "c"}))
    assert loaded.labels is None
    assert [(m.label, m.is_object) for m in loaded.masks or ()] == [(1, False), (2, False), (3, False)]
    assert all(
        (m.mask == np.roll(MASK, s, 0)).all() for m, s in zip(loaded.masks or (), (0, 2, 3), strict=True)
    )


@pytest.mark.parametrize(("image", "label"), [(".nii.gz", ".nii.gz"), (".mha", ".nrrd"), (".nii.gz", ".mha")])
def test_volumes_of_every_format_and_mixed(tmp_path: Path, image: str, label: str) -> None:
    array = np.arange(6 * 5 * 4, dtype=np.int16).reshape(6, 5, 4)
    labels = (array % 3).astype(np.uint8)
    save(tmp_path / f"imagesTr/case_01_0000{image}", array)
    save(tmp_path / f"labelsTr/case_01{label}", labels)
    settings = declared(
        tmp_path, "volumes", images=f"imagesTr/{{case}}_0000{image}", labels=f"labelsTr/{{case}}{label}"
    )
    loaded = load(settings)
    assert (loaded.volume.array == array).all()
    assert (loaded.labels == labels).all()
    assert loaded.volume.geometry.spacing == (1, 1, 3)


def volumes(root: Path, **settings: Any) -> Declaration:
    """NIfTI pairs."""
    return declared(root, "volumes", images="i/{case}.nii.gz", labels="l/{case}.nii.gz", **settings)


def test_a_label_map_saved_in_other_axes_is_turned(tmp_path: Path) -> None:
    array = np.arange(6 * 5 * 4, dtype=np.int16).reshape(6, 5, 4)
    labels = (array % 3).astype(np.uint8)
    flipped = np.diag([-1.0, 1, 3, 1])
    flipped[0, 3] = 5
    save(tmp_path / "i/a.nii.gz", array)
    save(tmp_path / "l/a.nii.gz", labels[::-1], affine=flipped)
    assert (load(volumes(tmp_path)).labels == labels).all()


@pytest.mark.parametrize(
    ("labels", "affine", "error", "says"),
    [
        (np.ones((6, 5, 5), np.uint8), None, GeometryError, "6 x 5 x 4"),
        (np.ones((6, 5, 4), np.uint8), np.diag([2.0, 2, 3, 1]), GeometryError, "label map"),
        (np.full((6, 5, 4), 0.25, np.float32), None, ReadError, r"whole numbers.*0\.25"),
        (np.ones((6, 5, 4, 3), np.uint8), None, ReadError, "holds several"),
        (np.full((6, 5, 4), -1, np.int16), None, ReadError, "Label ids are 0"),
    ],
)
def test_labels_that_do_not_fit_are_refused(
    tmp_path: Path, labels: np.ndarray, affine: np.ndarray | None, error: type[Exception], says: str
) -> None:
    save(tmp_path / "i/a.nii.gz", np.zeros((6, 5, 4), np.int16))
    save(tmp_path / "l/a.nii.gz", labels, **({} if affine is None else {"affine": affine}))
    with pytest.raises(error, match=says):
        load(volumes(tmp_path))


def test_whole_float_labels_are_labels(tmp_path: Path) -> None:
    save(tmp_path / "i/a.nii.gz", np.zeros((6, 5, 4), np.int16))
    save(tmp_path / "l/a.nii.gz", np.full((6, 5, 4), 2.0, np.float32))
    assert (load(volumes(tmp_path)).labels == 2).all()


def test_a_frame_of_a_4d_image_is_chosen_and_said(tmp_path: Path) -> None:
    array = np.random.default_rng(0).integers(0, 99, (6, 5, 4, 2)).astype(np.int16)
    save(tmp_path / "i/a.nii.gz", array)
    save(tmp_path / "l/a.nii.gz", np.ones((6, 5, 4), np.uint8))
    assert (load(volumes(tmp_path)).volume.array == array[..., 0]).all()
    loaded = load(volumes(tmp_path, frame=1))
    assert (loaded.volume.array == array[..., 1]).all()
    assert "2 time points" in loaded.volume.notes[0]
    with pytest.raises(ReadError, match="2 time points"):
        load(volumes(tmp_path, frame=2))


def test_half_a_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    image = save(
        tmp_path / "i/a.nii.gz", np.random.default_rng(0).integers(0, 99, (20, 20, 9)).astype(np.int16)
    )
    save(tmp_path / "l/a.nii.gz", np.ones((20, 20, 9), np.uint8))
    image.write_bytes(image.read_bytes()[: image.stat().st_size // 2])
    with pytest.raises(ReadError, match=r"a\.nii\.gz"):
        load(volumes(tmp_path))


def test_fields_reach_the_case(tmp_path: Path) -> None:
    save(tmp_path / "train/p1_s3.png", PICTURE)
    save(tmp_path / "gt/p1_s3.png", MASK.astype(np.uint8))
    settings = declared(
        tmp_path,
        "pictures",
        images="{split:train|val}/{patient}_{slice}.png",
        labels="gt/{patient}_{slice}.png",
    )
    (case,) = find(settings)
    assert (case.name, case.split, case.fields) == ("train-p1-s3", "train", {"patient": "p1", "slice": "s3"})


def test_masks_beside_their_images(tmp_path: Path) -> None:
    save(tmp_path / "a.png", PICTURE)
    save(tmp_path / "a_mask.png", MASK.astype(np.uint8))
    settings = declared(tmp_path, "pictures", images="{case:[a-z]+}.png", labels="{case}_mask.png")
    assert [case.name for case in find(settings)] == ["a"]


@pytest.mark.parametrize(
    ("settings", "says"),
    [
        ({"images": ""}, "declares modality, images and labels"),
        ({"modality": ""}, "declares modality, images and labels"),
        ({"images": "images/*.png"}, "with a field"),
        ({"images": "images/{label}.png"}, "belongs to the pattern of labels"),
        ({"labels": "masks/{case}_{label}.png"}, "need label_names"),
        ({"images": "pictures/{case}.png"}, 'nothing in .* fits "pictures'),
        ({"images": "images*/{case}.png"}, "tell cases apart"),
    ],
)
def test_declarations_that_do_not_do_are_refused(tmp_path: Path, settings: dict[str, Any], says: str) -> None:
    for folder in ("images", "images2"):
        save(tmp_path / folder / "a.png", PICTURE)
    save(tmp_path / "masks/a.png", MASK.astype(np.uint8))
    given = {"images": "images/{case}.png", "labels": "masks/{case}.png", **settings}
    with pytest.raises(InputError, match=says):
        find(declared(tmp_path, "pictures", **given))


def test_a_missing_or_ambiguous_label_fails_its_case_alone(tmp_path: Path) -> None:
    save(tmp_path / "images/a.png", PICTURE)
    with pytest.raises(InputError, match="none fits"):
        load(pictures(tmp_path))
    save(tmp_path / "masks/a_x.png", MASK.astype(np.uint8))
    save(tmp_path / "masks/a_y.png", MASK.astype(np.uint8))
    with pytest.raises(InputError, match=r"both fit.*\{object\}"):
        load(pictures(tmp_path, "masks/{case}_*.png"))
