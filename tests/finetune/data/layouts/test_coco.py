"""COCO files: polygons, run lengths, crowds and what is wrong with some of them."""

from __future__ import annotations

import json
import pickle
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from finetune.config import PrepareConfig
from finetune.data.layouts.base import CaseSource, Declaration, LoadedCase, SplitRule, layout
from finetune.data.prepare import check, prepare
from finetune.data.splits import group_of
from finetune.data.store import Store
from medsam.errors import GeometryError, InputError
from tests.finetune.conftest import disc
from tests.io.helpers import refused

tools = pytest.importorskip("pycocotools.mask")

H, W = 40, 50


def rectangle(x0: float, y0: float, x1: float, y1: float) -> list[float]:
    return [x0, y0, x1, y0, x1, y1, x0, y1]


def uncompressed(mask: np.ndarray) -> dict[str, Any]:
    """Run lengths down the columns, background first."""
    flat = mask.flatten(order="F")
    changes = np.flatnonzero(np.diff(flat.astype(int))) + 1
    edges = [0, *changes.tolist(), flat.size]
    counts = np.diff(edges).tolist()
    return {"size": list(mask.shape), "counts": [0, *counts] if flat[0] else counts}


def compressed(mask: np.ndarray) -> dict[str, Any]:
    found = tools.encode(np.asfortranarray(mask.astype(np.uint8)))
    return {"size": list(mask.shape), "counts": found["counts"].decode()}


DISC = disc(H, W, 30, 20, 9)


def write(
    root: Path,
    annotations: list[dict[str, Any]],
    *,
    images: list[dict[str, Any]] | None = None,
    name: str = "instances.json",
    pictures: str = "",
) -> Path:
    """A COCO file and its pictures; an annotation's image and category are 1 unless it says otherwise."""
    root.mkdir(exist_ok=True, parents=True)
    images = images or [{"id": 1, "file_name": "a.png", "width": W, "height": H}]
    for entry in images:
        path = root / pictures / entry["file_name"]
        path.parent.mkdir(exist_ok=True, parents=True)
        values = np.random.default_rng(entry["id"]).integers(0, 255, (H, W)).astype(np.uint8)
        Image.fromarray(values).save(path)
    complete = [
        {"id": n, "image_id": 1, "category_id": 1, "iscrowd": 0, **a} for n, a in enumerate(annotations)
    ]
    categories = [{"id": 1, "name": "nucleus"}, {"id": 2, "name": "Cell"}]
    data = {"images": images, "annotations": complete, "categories": categories}
    (root / name).write_text(json.dumps(data), encoding="utf-8")
    return root


def declared(root: Path, **settings: Any) -> Declaration:
    return Declaration(name="cells", layout="coco", root=root, modality="pathology", **settings)


def find(root: Path, **settings: Any) -> list[CaseSource]:
    return list(layout("coco").find(declared(root, **settings)))


def load(source: CaseSource) -> LoadedCase:
    return layout("coco").load(pickle.loads(pickle.dumps(source)))


# --- outlines ----------------------------------------------------------------


@pytest.mark.parametrize("outline", [uncompressed(DISC), compressed(DISC)])
def test_run_lengths_come_back_exactly(tmp_path: Path, outline: dict[str, Any]) -> None:
    (case,) = find(write(tmp_path, [{"segmentation": outline}]))
    loaded = load(case)
    assert loaded.labels is None and loaded.volume.shape == (W, H, 1)
    (mask,) = loaded.masks or ()
    assert (mask.axis, mask.index, mask.label, mask.is_object) == (2, 0, 2, True)
    np.testing.assert_array_equal(mask.mask, DISC)


def test_a_mask_that_begins_in_the_corner_is_not_turned_inside_out(tmp_path: Path) -> None:
    corner = np.zeros((H, W), bool)
    corner[:5, :7] = True
    (case,) = find(write(tmp_path, [{"segmentation": uncompressed(corner)}]))
    np.testing.assert_array_equal((load(case).masks or [])[0].mask, corner)


def test_polygons_of_an_annotation_are_united(tmp_path: Path) -> None:
    parts = [rectangle(3, 4, 10, 9), rectangle(8, 6, 20, 12), [1.0, 2.0, 3.0, 4.0]]
    (case,) = find(write(tmp_path, [{"segmentation": parts}]))
    expected = np.zeros((H, W), bool)
    expected[4:9, 3:10] = expected[6:12, 8:20] = True
    (mask,) = load(case).masks or ()
    np.testing.assert_array_equal(mask.mask, expected)


def test_several_annotations_may_overlap(tmp_path: Path) -> None:
    annotations = [
        {"segmentation": compressed(DISC), "category_id": 2},
        {"segmentation": [rectangle(25, 15, 35, 25)], "category_id": 1},
        {"segmentation": [rectangle(28, 18, 44, 30)], "category_id": 1},
    ]
    loaded = load(find(write(tmp_path, annotations))[0])
    assert loaded.labels_names == {1: "Cell", 2: "nucleus"}
    masks = loaded.masks or []
    assert [m.label for m in masks] == [1, 2, 2] and (masks[0].mask & masks[1].mask).any()


def test_crowds_boxes_and_empty_outlines_are_left_out_with_a_word(tmp_path: Path) -> None:
    annotations = [
        {"segmentation": compressed(DISC)},
        {"segmentation": compressed(DISC), "iscrowd": 1},
        {"bbox": [1, 2, 3, 4]},
        {"segmentation": []},
        {"segmentation": [[1.0, 2.0, 3.0, 4.0]]},
    ]
    loaded = load(find(write(tmp_path, annotations))[0])
    assert len(loaded.masks or ()) == 1
    text = " ".join(loaded.history)
    for part in ("crowd regions: 1", "boxes without an outline: 2", "outlines without a pixel: 1"):
        assert part in text


def test_categories_may_be_chosen_and_renamed(tmp_path: Path) -> None:
    annotations = [
        {"segmentation": compressed(DISC), "category_id": 2},
        {"segmentation": [rectangle(2, 3, 9, 9)], "category_id": 1},
    ]
    (case,) = find(write(tmp_path, annotations), label_names={5: "a cell = cell"})
    loaded = load(case)
    assert loaded.labels_names == {5: "a cell"} and [m.label for m in loaded.masks or ()] == [5]


@pytest.mark.parametrize(
    "outline",
    [
        {"size": [H + 1, W], "counts": [4, 5]},
        {"size": [H, W], "counts": [4, 5]},
        {"size": [H, W], "counts": [H * W + 5, -5]},
        {"size": [H, W]},
        [[1.0, 2.0, 3.0, 4.0, 5.0, 6.0, 7.0]],
        [["a", 2, 3, 4, 5, 6]],
        [[1.0, 2.0, float("nan"), 4.0, 5.0, 6.0]],
        [[1.0, 2.0, 1e12, 4.0, 5.0, 6.0]],
        7,
    ],
)
def test_an_outline_that_is_none_is_refused_by_its_number(tmp_path: Path, outline: object) -> None:
    (case,) = find(write(tmp_path, [{"segmentation": outline, "id": 31}]))
    refused(lambda: load(case), InputError, "annotation 31", "a.png")


# --- pictures ----------------------------------------------------------------


def test_a_picture_of_another_size_is_refused(tmp_path: Path) -> None:
    write(tmp_path, [{"segmentation": compressed(DISC)}])
    Image.fromarray(np.zeros((W, H), np.uint8)).save(tmp_path / "a.png")
    refused(lambda: load(find(tmp_path)[0]), GeometryError, "50 x 40", "a.png is 40 x 50", "turned")


def test_a_missing_picture_fails_alone(tmp_path: Path) -> None:
    images = [{"id": n, "file_name": f"{n}.png", "width": W, "height": H} for n in (1, 2)]
    annotations = [{"segmentation": compressed(DISC), "image_id": n} for n in (1, 2)]
    write(tmp_path, annotations, images=images)
    (tmp_path / "2.png").unlink()
    failed = check(
        [declared(tmp_path, split=SplitRule(rule="train"))], PrepareConfig(), report=lambda _: None
    )
    (reason,) = failed.values()
    assert "2.png" in reason


def test_pictures_without_annotations_are_no_cases(tmp_path: Path) -> None:
    images = [{"id": n, "file_name": f"{n}.png"} for n in (1, 2)]
    write(tmp_path, [{"segmentation": compressed(DISC)}], images=images)
    assert [case.name for case in find(tmp_path)] == ["1"]


@pytest.mark.parametrize(
    ("pictures", "settings"),
    [
        ("", {}),
        ("images", {"images": "images"}),
        ("images", {"images": "images/*.png"}),
        ("deep/er", {"images": "**"}),
    ],
)
def test_pictures_are_found_where_they_are_declared(
    tmp_path: Path, pictures: str, settings: dict[str, str]
) -> None:
    write(tmp_path, [{"segmentation": compressed(DISC)}], pictures=pictures)
    (case,) = find(tmp_path, **settings)
    assert case.images == (tmp_path / pictures / "a.png",) and load(case).masks


def test_two_pictures_of_a_name_are_refused(tmp_path: Path) -> None:
    write(tmp_path, [{"segmentation": compressed(DISC)}], pictures="one")
    write(tmp_path, [{"segmentation": compressed(DISC)}], pictures="two")
    refused(lambda: find(tmp_path, images="**/*.png", labels="instances.json"), InputError, "2 times")


def test_names_with_folders_and_backslashes_are_understood(tmp_path: Path) -> None:
    images = [
        {"id": 1, "file_name": "x/a.png", "width": W, "height": H},
        {"id": 2, "file_name": "y/a.png", "width": W, "height": H},
    ]
    annotations = [
        {"segmentation": compressed(DISC)},
        {"segmentation": [rectangle(1, 1, 9, 9)], "image_id": 2},
    ]
    write(tmp_path, annotations, images=images)
    text = (tmp_path / "instances.json").read_text().replace("x/a.png", "x\\\\a.png")
    (tmp_path / "instances.json").write_text(text)
    cases = find(tmp_path)
    assert [case.name for case in cases] == ["x-a", "y-a"]
    areas = [int((load(case).masks or [])[0].mask.sum()) for case in cases]
    assert areas == [int(DISC.sum()), 64]


# --- patients and splits -----------------------------------------------------


def test_a_column_or_the_name_tells_the_patient(tmp_path: Path) -> None:
    images = [
        {"id": n, "file_name": f"{patient}_{n}.png", "width": W, "height": H, "patient_id": patient}
        for n, patient in enumerate((7, 7, 8), 1)
    ]
    annotations = [{"segmentation": compressed(DISC), "image_id": n} for n in (1, 2, 3)]
    write(tmp_path, annotations, images=images)
    for settings in (
        {"group": "{patient_id}"},
        {"group": "{patient}", "images": "{patient:[0-9]+}_*.png"},
    ):
        groups = [group_of(case) for case in find(tmp_path, **settings)]
        assert groups == ["cells:7", "cells:7", "cells:8"]


def test_a_file_for_each_split(tmp_path: Path) -> None:
    for number, split in enumerate(("train", "val"), 1):
        image = {"id": number, "file_name": f"{split}.png", "width": W, "height": H}
        write(
            tmp_path,
            [{"segmentation": compressed(DISC), "image_id": number}],
            images=[image],
            name=f"{split}.json",
        )
    cases = find(tmp_path, labels="{split}.json")
    assert [(case.name, case.split) for case in cases] == [("train", "train"), ("val", "val")]
    (tmp_path / "train.json").rename(tmp_path / "train2017.json")
    cases = find(tmp_path, labels="{split}.json")
    assert {(case.split, case.fields.get("split")) for case in cases} == {("", "train2017"), ("val", None)}


# --- files that are not whole ------------------------------------------------


@pytest.mark.parametrize(
    ("text", "part"),
    [
        ("[1, 2", "JSONDecodeError"),
        ('{"images": []}', "categories"),
        ('{"images": [{"id": 1}], "categories": [], "annotations": []}', "file_name"),
        (
            '{"images": [{"id": 1, "file_name": "a"}, {"id": 2, "file_name": "a"}], "categories": [],'
            ' "annotations": []}',
            "twice",
        ),
        (
            '{"images": [{"id": 1, "file_name": "a"}], "categories": [], "annotations":'
            ' [{"image_id": 1, "category_id": 9}]}',
            "categories that it does not list: 9",
        ),
        (
            '{"images": [], "categories": [{"id": 9, "name": "x"}], "annotations":'
            ' [{"image_id": 3, "category_id": 9}]}',
            "images that it does not list: 3",
        ),
        ('{"images": [], "categories": [], "annotations": []}', "has none"),
    ],
)
def test_a_file_that_is_not_whole_is_refused(tmp_path: Path, text: str, part: str) -> None:
    (tmp_path / "bad.json").write_text(text)
    refused(lambda: find(tmp_path), InputError, part)


def test_the_json_file_must_be_clear(tmp_path: Path) -> None:
    refused(lambda: find(tmp_path), InputError, "0 files")
    for name in ("a", "b"):
        (tmp_path / f"{name}.json").write_text("{}")
    refused(lambda: find(tmp_path), InputError, "2 files")


def test_a_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (case,) = find(write(tmp_path, [{"segmentation": compressed(DISC)}]))
    monkeypatch.setitem(sys.modules, "pycocotools", None)
    refused(lambda: load(case), InputError, "pycocotools", "medsam-desktop[finetune]")


# --- into a store ------------------------------------------------------------


def test_a_store_is_made_of_coco(tmp_path: Path) -> None:
    annotations = [
        {"segmentation": compressed(DISC), "category_id": 2},
        {"segmentation": [rectangle(25, 15, 35, 25)], "category_id": 1},
    ]
    write(tmp_path / "data", annotations)
    declaration = declared(tmp_path / "data", split=SplitRule(rule="train"))
    prepare([declaration], tmp_path / "store", PrepareConfig(), report=lambda _: None)
    store = Store(tmp_path / "store")
    (case,) = store.cases
    assert case.labels == {1: "Cell", 2: "nucleus"} and len(case.objects) == 2
    found = {item.label: store.full_mask(0, n) for n, item in enumerate(case.objects)}
    np.testing.assert_array_equal(found[1], DISC)
    assert (found[1] & found[2]).any()
