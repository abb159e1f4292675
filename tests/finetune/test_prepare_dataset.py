"""From the table to batches: splits, objects, order, and that picture and mask stay together."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from finetune.augment import vary_pictures
from finetune.cases import find_objects, read_case, read_cases
from finetune.config import AugmentConfig, PrepareConfig, SamplerConfig
from finetune.dataset import BatchMaker, Store
from finetune.prepare import prepare
from finetune.sampler import Sampler
from medsam.errors import InputError
from medsam.inference.zoom_crop import make_crop
from medsam.prompts import Box
from medsam.volume import stored_slice

PLAIN = AugmentConfig(
    box_noise=0,
    widen=(1.35, 1.35),
    rotate=0,
    gamma=0,
    contrast=0,
    invert=0,
    gray=0,
    tint=0,
    noise=0,
    blur=0,
    coarse=0,
    shade=0,
    bend=0,
    rescale=0,
)


@pytest.fixture
def store(data: Path, tmp_path: Path) -> Store:
    prepare(data, tmp_path / "store", PrepareConfig(), report=lambda _: None)
    return Store(tmp_path / "store")


def test_only_the_train_split_is_stored(store: Store) -> None:
    groups = store.manifest["groups"]
    assert {groups[o["group"]] for o in store.objects} == {"train"}
    assert {o["modality"] for o in store.objects} == {"dermoscopy", "ultrasound", "ct"}
    # The 2 × 2 pixels of label 1 are below the least area.
    assert {o["label"] for o in store.objects if o["modality"] != "ct"} == {2}


def test_a_group_in_two_splits_is_an_error(data: Path) -> None:
    path = data / "cases.csv"
    lines = path.read_text().splitlines()
    lines[8] = lines[8].replace("case7", "case0", 3).replace("case0.png", "case7.png")
    path.write_text("\n".join(lines) + "\n")
    with pytest.raises(InputError, match="case0 is in train and test"):
        read_cases(data)


@pytest.mark.parametrize(
    ("old", "new", "says"),
    [("dermoscopy", "thermography", "thermography"), (",2d,", ",4d,", "4d"), ("group", "gruppe", "group")],
)
def test_a_table_that_says_something_unknown_is_refused(data: Path, old: str, new: str, says: str) -> None:
    path = data / "cases.csv"
    path.write_text(path.read_text().replace(old, new, 1))
    with pytest.raises(InputError, match=says):
        read_cases(data)


def test_objects_are_components_label_by_label() -> None:
    labels = np.zeros((30, 20, 1), np.int32)
    labels[2:8, 2:8] = 1
    labels[12:18, 2:8] = 1
    labels[8:12, 2:8] = 2
    labels[25:27, 15:17] = 1
    found = list(find_objects(labels, 2, least_area=9, whole_picture=0.9))
    assert [(f.label, f.box.xyxy) for f in found] == [
        (1, (2, 2, 8, 8)),
        (1, (12, 2, 18, 8)),
        (2, (8, 2, 12, 8)),
    ]
    assert sum(f.full_mask().sum() for f in found) == (labels > 0).sum() - 4


def test_a_box_over_the_whole_picture_is_no_object() -> None:
    labels = np.ones((30, 20, 1), np.int32)
    assert not list(find_objects(labels, 2, least_area=9, whole_picture=0.95))


def test_plain_batches_equal_the_programs_own_crop(data: Path, store: Store) -> None:
    """Without variation, but for flips, a batch is what ``make_crop`` cuts of the whole picture."""
    cases = read_cases(data)
    index = next(i for i, o in enumerate(store.objects) if o["modality"] == "ultrasound")
    record = store.objects[index]
    volume, labels = read_case(data, cases[record["case"]])
    crop, _ = make_crop(stored_slice(volume.array, 2, 0), Box(*record["box"]), {"size": 128, "widen": 1.35})
    batch = BatchMaker(store, PLAIN, 128).make(np.array([index]), np.random.default_rng(0))
    ours = batch.crops[0]
    candidates = [(ours, batch.masks[0, 0]), (ours.flip(2), batch.masks[0, 0].flip(1))]
    errors = [float((c[:3] - crop[:3]).abs().mean()) for c, _ in candidates]
    _, mask = candidates[int(np.argmin(errors))]
    assert min(errors) < 0.02
    torch.testing.assert_close(ours[3:], crop[3:], rtol=1e-4, atol=1e-4)
    truth = (stored_slice(labels, 2, 0) == record["label"]).astype(np.uint8) * 255
    expected, _ = make_crop(truth, Box(*record["box"]), {"size": 128, "widen": 1.35})
    assert ((mask > 0.5) == (expected[0] > 0)).float().mean() > 0.98


def test_picture_and_mask_turn_and_bend_together(store: Store) -> None:
    """The discs are brighter than their ground, so brightness must follow the mask."""
    config = dataclasses.replace(PLAIN, box_noise=0.1, rotate=1.0, bend=1.0, widen=(1.2, 1.5))
    picks = np.array(
        [i for i, o in enumerate(store.objects) if o["source"] == "discs" and o["modality"] == "ultrasound"]
        * 4
    )
    batch = BatchMaker(store, config, 64).make(picks, np.random.default_rng(3))
    for crop, mask, inside in zip(batch.crops, batch.masks[:, 0], batch.inside[:, 0], strict=True):
        bright = crop[0] > (crop[0].max() + crop[0].min()) / 2
        agree = (bright == (mask > 0.5))[inside > 0].float().mean()
        assert agree > 0.93


def test_the_noiseless_box_touches_the_turned_object(store: Store) -> None:
    config = dataclasses.replace(PLAIN, rotate=1.0)
    picks = np.arange(len(store))
    batch = BatchMaker(store, config, 128).make(picks, np.random.default_rng(5))
    for crop, mask in zip(batch.crops, batch.masks[:, 0], strict=True):
        for channel in (3, 4):
            reach = crop[channel][mask > 0.5]
            assert reach.min() == pytest.approx(-1, abs=0.12)
            assert reach.max() == pytest.approx(1, abs=0.12)


def test_order_is_a_function_of_seed_and_step(store: Store) -> None:
    one, two = (Sampler(store.objects, SamplerConfig(), seed=3) for _ in range(2))
    one.draw(0, 8)
    a, rng_a = one.draw(5, 8)
    b, rng_b = two.draw(5, 8)
    assert a.tolist() == b.tolist()
    maker = BatchMaker(store, AugmentConfig(), 64)
    assert torch.equal(maker.make(a, rng_a).crops, maker.make(b, rng_b).crops)
    assert one.draw(6, 8)[0].tolist() != a.tolist()


def test_modalities_are_drawn_by_power_of_their_count(store: Store) -> None:
    sampler = Sampler(store.objects, SamplerConfig(modality_power=0.5, other_axes=0.5), seed=1)
    counts: dict[str, int] = {}
    chances: dict[str, float] = {}
    for o, chance in zip(store.objects, sampler.chance, strict=True):
        counts[o["modality"]] = counts.get(o["modality"], 0) + 1
        chances[o["modality"]] = chances.get(o["modality"], 0) + chance
    total = sum(n**0.5 for n in counts.values())
    assert chances == pytest.approx({m: n**0.5 / total for m, n in counts.items()})
    of_scan = {
        o["axis"]: c for o, c in zip(store.objects, sampler.chance, strict=True) if o["source"] == "tubes"
    }
    assert of_scan[0] == pytest.approx(of_scan[2] / 2)


def test_varied_pictures_stay_in_range_and_colour_is_not_inverted() -> None:
    rng = np.random.default_rng(0)
    x = torch.rand(12, 3, 32, 32)
    color = np.arange(12) % 2 == 0
    every = AugmentConfig(gamma=1, contrast=1, invert=0, gray=1, tint=1, noise=1, blur=1, coarse=1, shade=1)
    y = vary_pictures(x, color, every, rng)
    assert y.shape == x.shape
    assert y.min() >= 0
    assert y.max() <= 1
    inverting = dataclasses.replace(PLAIN, invert=1.0)
    z = vary_pictures(x, color, inverting, rng)
    assert torch.equal(z[color], x[color])
    torch.testing.assert_close(z[~color], 1 - x[~color])
