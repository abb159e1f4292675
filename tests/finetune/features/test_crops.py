"""Crops of objects: whole, of the right place, made anew when anything differs."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
import torch
from scipy.spatial import ConvexHull
from torch.nn import functional as F

from finetune.config import CropsConfig
from finetune.data.store import Store
from finetune.features import crops as module
from finetune.features.crops import Crops, crops_folder, open_crops
from medsam.errors import InputError, WriteError
from tests.finetune.tiny_store import write_store


@pytest.fixture
def small(tmp_path: Path) -> Store:
    return Store(write_store(tmp_path / "small"))


def cut(store: Store, folder: Path, **changes: Any) -> tuple[Crops, bool]:
    """The crops, and whether they had to be cut."""
    lines: list[str] = []
    config = dataclasses.replace(CropsConfig(), **changes)
    return open_crops(store, config, folder, report=lines.append), bool(lines)


def test_every_training_object_is_there_once(small: Store, tmp_path: Path) -> None:
    crops, _ = cut(small, tmp_path / "crops")
    expected = [(r.case, r.slice, n) for r in small.slices("train") for n in r.objects]
    assert [(r.case, r.slice, *r.objects) for r in crops.refs] == expected
    assert len(crops) == len(expected) == 8


def test_a_crop_is_the_slice_around_the_object(small: Store, tmp_path: Path) -> None:
    crops, _ = cut(small, tmp_path / "crops", context=1.6)
    for n, ref in enumerate(crops.refs):
        crop = crops[n]
        x0, y0, x1, y1 = crop.region
        picture = small.picture(ref.case, ref.slice)[y0:y1, x0:x1]
        planes = picture[None] if picture.ndim == 2 else picture.transpose(2, 0, 1)
        np.testing.assert_array_equal(crop.planes[:-1], planes)
        mask = small.full_mask(ref.case, ref.objects[0])
        np.testing.assert_array_equal(crop.planes[-1], mask[y0:y1, x0:x1] * np.uint8(255))
        assert mask.sum() * 255 == crop.planes[-1].sum()
        bx0, by0, bx1, by1 = crop.box
        assert x0 <= bx0 and y0 <= by0 and x1 >= bx1 and y1 >= by1
        assert (x1 - x0) <= np.ceil((bx1 - bx0) * 1.6) + 1


def test_a_large_region_is_averaged_down(small: Store, tmp_path: Path) -> None:
    crops, _ = cut(small, tmp_path / "crops", store_size=12)
    whole, _ = cut(small, tmp_path / "whole")
    for n in range(len(crops)):
        full = torch.from_numpy(np.array(whole[n].planes)).float()[None]
        expected = F.interpolate(full, (12, 12), mode="bilinear", antialias=True)[0].round()
        np.testing.assert_array_equal(crops[n].planes, expected.byte().numpy())
        assert crops[n].region == whole[n].region


def test_the_outline_spans_the_objects_hull(small: Store, tmp_path: Path) -> None:
    crops, _ = cut(small, tmp_path / "crops")
    for n, ref in enumerate(crops.refs):
        ys, xs = np.nonzero(small.full_mask(ref.case, ref.objects[0]))
        corners = np.concatenate([np.stack([xs + dx, ys + dy], 1) for dx in (0, 1) for dy in (0, 1)])
        hull = ConvexHull(corners)
        assert {tuple(p) for p in crops[n].outline.tolist()} == {
            tuple(p) for p in corners[hull.vertices].tolist()
        }


def test_they_are_cut_once_and_again_when_anything_differs(small: Store, tmp_path: Path) -> None:
    folder = tmp_path / "crops"
    assert cut(small, folder)[1]
    assert not cut(small, folder)[1]
    assert not cut(small, folder, widen=(1.0, 2.0), box_noise=0.5)[1]  # they are varied later
    assert cut(small, folder, context=3.0)[1]
    other = Store(write_store(tmp_path / "other", window=350.0))
    assert cut(other, folder, context=3.0)[1]


@pytest.mark.parametrize("name", ["crops.bin", "index.npz", "key.json"])
@pytest.mark.parametrize("how", ["gone", "cut"])
def test_what_is_not_whole_is_cut_again(small: Store, tmp_path: Path, name: str, how: str) -> None:
    folder = tmp_path / "crops"
    before, _ = cut(small, folder)
    expected = [np.array(before[n].planes) for n in range(len(before))]
    path = folder / name
    if how == "gone":
        path.unlink()
    else:
        path.write_bytes(path.read_bytes()[:-5])
    again, was_cut = cut(small, folder)
    assert was_cut
    for n, planes in enumerate(expected):
        np.testing.assert_array_equal(again[n].planes, planes)


def test_by_default_they_lie_beside_the_store(small: Store) -> None:
    open_crops(small, CropsConfig())
    assert (small.folder.parent / "small.crops" / "crops.bin").is_file()
    assert crops_folder(small) == small.folder.parent / "small.crops"


def test_a_store_without_training_objects_is_refused(tmp_path: Path) -> None:
    store = Store(write_store(tmp_path / "store", cases=3))
    for case in store.cases:
        case.objects.clear()
    with pytest.raises(InputError, match="needs an object in the split train"):
        cut(store, tmp_path / "crops")


def test_a_disk_that_is_too_small_is_refused(
    small: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module.shutil, "disk_usage", lambda _: SimpleNamespace(free=1 << 20))
    with pytest.raises(InputError, match="the disk of crops has 1 MiB free"):
        cut(small, tmp_path / "crops")


def test_a_disk_that_fills_up_is_a_sentence_and_leaves_no_half(
    small: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(module.os, "fsync", full)
    with pytest.raises(WriteError, match="No space left on device"):
        cut(small, tmp_path / "crops")
    assert list((tmp_path / "crops").iterdir()) == []
