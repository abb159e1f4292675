"""MedSAM's arrays of every generation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from finetune.data.layouts.base import CaseSource, Declaration, LoadedCase, layout
from medsam.errors import GeometryError, InputError, ReadError
from medsam.volume import stored_slice


def find(root: Path, **settings: Any) -> list[CaseSource]:
    """The cases below a folder."""
    return list(layout("medsam").find(Declaration(name="set", layout="medsam", root=root, **settings)))


def load(root: Path, **settings: Any) -> LoadedCase:
    """Its only case."""
    (case,) = find(root, **settings)
    return layout("medsam").load(case)


def pair(root: Path, name: str, image: np.ndarray, labels: np.ndarray) -> None:
    """One slice of the 2024 layout."""
    for folder, array in (("imgs", image), ("gts", labels)):
        (root / folder).mkdir(exist_ok=True)
        np.save(root / folder / f"{name}.npy", array)


def test_slices_of_2024(tmp_path: Path) -> None:
    grey = np.arange(12 * 16, dtype=np.uint8).reshape(12, 16)
    labels = (grey % 4).astype(np.uint8)
    pair(tmp_path, "CT_Abd_case7-012", np.repeat(grey[..., None] / 255.0, 3, 2), labels)
    (case,) = find(tmp_path)
    assert (case.modality, case.name) == ("ct", "CT_Abd_case7-012")
    assert case.fields["patient"] == "CT_Abd_case7", "a slice's number is no part of its patient"
    assert case.declaration.group == "{patient}"
    loaded = layout("medsam").load(case)
    assert (stored_slice(loaded.volume.array, 2, 0) == grey).all()
    assert loaded.volume.array.dtype == np.uint8
    assert loaded.labels is not None
    assert (stored_slice(loaded.labels, 2, 0) == labels).all()
    assert len(loaded.history) == 2


def test_colour_stays_colour(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    picture = rng.integers(0, 255, (9, 7, 3)).astype(np.uint8)
    np.savez_compressed(tmp_path / "Endoscopy_001.npz", imgs=picture, gts=np.ones((9, 7), np.uint8))
    loaded = load(tmp_path)
    assert (stored_slice(loaded.volume.array, 2, 0) == picture).all()
    assert find(tmp_path)[0].modality == "endoscopy"


def test_stacks_of_2023(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    grey = rng.integers(0, 255, (5, 8, 8)).astype(np.uint8)
    gts = (grey > 100).astype(np.uint8)
    np.savez_compressed(tmp_path / "demo.npz", imgs=np.stack([grey] * 3, -1), gts=gts, img_embeddings=grey)
    loaded = load(tmp_path, modality="mri")
    assert loaded.volume.shape == (8, 8, 5)
    assert loaded.volume.is_picture, "without spacing there is no space to cut along other axes"
    assert all((stored_slice(loaded.volume.array, 2, k) == grey[k]).all() for k in range(5))


def test_scans_of_the_challenges(tmp_path: Path) -> None:
    rng = np.random.default_rng(0)
    grey = rng.integers(0, 255, (3, 6, 8)).astype(np.uint8)
    (tmp_path / "MR").mkdir()
    np.savez_compressed(
        tmp_path / "MR/MR_brain_1.npz", imgs=grey, gts=(grey > 99).astype(np.uint16), spacing=(0.5, 0.7, 4.0)
    )
    loaded = load(tmp_path)
    assert loaded.volume.shape == (8, 6, 3)
    assert loaded.volume.geometry.spacing == pytest.approx((0.5, 0.7, 4.0))
    assert not loaded.volume.is_picture
    assert loaded.labels is not None
    assert ((grey[1] > 99) == loaded.labels[:, :, 1].T).all()


def test_patterns_and_groups_may_be_said(tmp_path: Path) -> None:
    pair(tmp_path, "s1_p9", np.zeros((4, 4, 3)), np.ones((4, 4), np.uint8))
    (case,) = find(
        tmp_path, modality="ct", images="imgs/{site}_{patient}.npy", labels="gts/{site}_{patient}.npy"
    )
    assert case.fields == {"site": "s1", "patient": "p9"}
    assert case.labels[0].parent.name == "gts"


@pytest.mark.parametrize(
    ("arrays", "error", "says"),
    [
        ({"imgs": np.zeros((4, 4, 3), np.uint8)}, ReadError, "no gts"),
        ({"imgs": np.zeros((4, 4, 3), np.uint8), "gts": np.ones((4, 5), np.uint8)}, GeometryError, "4 x 5"),
        (
            {"imgs": np.zeros((4, 4, 4), np.uint8), "gts": np.ones((4, 4), np.uint8)},
            GeometryError,
            "three colours",
        ),
        ({"imgs": np.full((4, 4, 3), 900.0), "gts": np.ones((4, 4), np.uint8)}, ReadError, "0 to 900"),
        ({"imgs": np.full((4, 4, 3), np.nan), "gts": np.ones((4, 4), np.uint8)}, ReadError, "nan"),
        ({"imgs": np.zeros((4, 4, 3), np.uint8), "gts": np.full((4, 4), 0.5)}, ReadError, "whole numbers"),
        ({"imgs": np.zeros((4, 4, 3), np.uint8), "gts": np.full((4, 4), -1)}, ReadError, "whole numbers"),
    ],
)
def test_arrays_that_do_not_fit_are_refused(
    tmp_path: Path, arrays: dict[str, np.ndarray], error: type[Exception], says: str
) -> None:
    np.savez(tmp_path / "CT_1.npz", **arrays)
    with pytest.raises(error, match=says):
        load(tmp_path)


def test_half_a_file_is_refused_in_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "CT_1.npz"
    np.savez(path, imgs=np.zeros((40, 40, 3), np.uint8), gts=np.ones((40, 40), np.uint8))
    path.write_bytes(path.read_bytes()[:900])
    with pytest.raises(ReadError, match=r"CT_1\.npz is not a whole array file"):
        load(tmp_path)
    pair(tmp_path, "CT_2", np.zeros((40, 40, 3)), np.ones((40, 40), np.uint8))
    whole = (tmp_path / "imgs/CT_2.npy").read_bytes()
    (tmp_path / "imgs/CT_2.npy").write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ReadError, match=r"CT_2\.npy is not a whole"):
        load(tmp_path)


def test_a_name_without_modality_and_an_empty_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="has none"):
        find(tmp_path)
    np.savez(tmp_path / "case1.npz", imgs=np.zeros((4, 4)), gts=np.ones((4, 4), np.uint8))
    with pytest.raises(InputError, match='"case1" of set says none'):
        find(tmp_path)


def test_a_slice_without_labels_fails_alone(tmp_path: Path) -> None:
    pair(tmp_path, "CT_1", np.zeros((4, 4, 3)), np.ones((4, 4), np.uint8))
    (tmp_path / "gts/CT_1.npy").unlink()
    with pytest.raises(InputError, match=r"gts/CT_1\.npy"):
        load(tmp_path)
