"""Boxes on background: free of objects, as large as they, repeatable; plain where nothing can be seen."""

from __future__ import annotations

import numpy as np
import pytest

from finetune.data.empty import empty_boxes, empty_targets, is_plain
from finetune.data.store import Store
from medsam.prompts import Box
from tests.finetune.tiny_store import write_store


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(write_store(tmp_path_factory.mktemp("empty") / "store", cases=9, side=96))


def test_no_box_holds_a_pixel_of_an_object(store: Store) -> None:
    found = empty_targets(store, "train", 1)
    assert len(found) > 10
    for target in found:
        record, (h, w) = target.record, target.shape_hw
        assert 0 <= target.box.x0 < target.box.x1 <= w and 0 <= target.box.y0 < target.box.y1 <= h
        for number, item in enumerate(record.objects):
            if item.slice == target.slice:
                x0, y0, x1, y1 = (round(v) for v in target.box.xyxy)
                assert not store.full_mask(target.case, number)[y0:y1, x0:x1].any()


def test_boxes_are_as_large_as_objects(store: Store) -> None:
    for target in empty_targets(store, "train", 1):
        sides = [o.box for o in target.record.objects if o.slice == target.slice]
        widths = [b[2] - b[0] for b in sides]
        assert min(widths) * 0.66 <= target.box.width <= max(widths) * 1.34


def test_a_draw_is_of_the_seed_and_the_case_alone(store: Store) -> None:
    boxes = [t.box for t in empty_targets(store, "train", 1)]
    assert boxes == [t.box for t in empty_targets(store, "train", 1)]
    assert boxes != [t.box for t in empty_targets(store, "train", 2)]
    alone = Store(store.folder, leave_out=["discs-ct"])
    of_others = [t.box for t in empty_targets(store, "train", 1) if t.record.dataset != "discs-ct"]
    assert [t.box for t in empty_targets(alone, "train", 1)] == of_others


def test_a_full_picture_has_no_background() -> None:
    labelled = np.ones((20, 30), bool)
    rng = np.random.default_rng(0)
    assert list(empty_boxes(labelled, [(5, 5)], rng, 3)) == []
    labelled[:, 15:] = False
    for box in empty_boxes(labelled, [(5, 5)], rng, 3):
        assert box.x0 >= 15


def test_a_box_larger_than_the_picture_is_cut_to_it() -> None:
    (box,) = empty_boxes(np.zeros((8, 6), bool), [(50, 50)], np.random.default_rng(0), 1)
    assert box == Box(0, 0, 6, 8)


def test_noise_is_plain_and_an_edge_is_not() -> None:
    rng = np.random.default_rng(0)
    picture = np.zeros((128, 128), np.uint8)
    picture[:, 64:] = 200
    noisy = (picture * 0.8 + 20 + rng.normal(0, 8, picture.shape)).clip(0, 255).astype(np.uint8)
    assert is_plain(noisy, Box(5, 5, 50, 50))
    assert not is_plain(noisy, Box(40, 20, 90, 70))
    assert is_plain(np.dstack([noisy] * 3), Box(70, 5, 120, 60))
    assert is_plain(noisy, Box(3, 3, 4, 5))  # a box of a pixel or two


def test_only_fully_labelled_modalities_are_certain_where_something_can_be_seen(store: Store) -> None:
    for target in empty_targets(store, "train", 3):
        whole = target.record.modality == "dermoscopy"
        assert target.certain == (whole or target.plain)
