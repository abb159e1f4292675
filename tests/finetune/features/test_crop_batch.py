"""Batches of crops: what the program would cut, picture and mask varied together."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import numpy as np
import pytest
import torch

from finetune.config import CropsConfig, IntensityConfig
from finetune.data.store import Store
from finetune.features.crop_batch import BatchMaker
from finetune.features.crops import Crops, open_crops
from medsam.inference.zoom_crop import make_crop
from medsam.model.zoom import complete_config
from medsam.prompts import Box
from tests.finetune.tiny_store import write_store

PLAIN = CropsConfig(box_noise=0, widen=(1.35, 1.35), rotate=0, bend=0, rescale=0)
CALM = IntensityConfig()
BOX = complete_config({"size": 64})
SMALL = complete_config({"size": 32})
ALL = complete_config({"size": 64, "clicks": True, "context": 2.0, "presence": True})
STRONG = IntensityConfig(**{f.name: 0.5 for f in dataclasses.fields(IntensityConfig)})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(write_store(tmp_path_factory.mktemp("crops") / "store", cases=9))


@pytest.fixture(scope="module")
def crops(store: Store) -> Crops:
    return open_crops(store, CropsConfig())


def of(crops: Crops, store: Store, modality: str) -> list[int]:
    """The crops of a modality."""
    return [n for n, ref in enumerate(crops.refs) if store.cases[ref.case].modality == modality]


def samples(picks: list[int], seed: int = 0) -> list[tuple[int, np.random.Generator]]:
    """Each with a generator of its own."""
    return [(index, np.random.default_rng([seed, n])) for n, index in enumerate(picks)]


@pytest.mark.parametrize("modality", ["ct", "dermoscopy"])
def test_plain_batches_equal_the_programs_own_crop(store: Store, crops: Crops, modality: str) -> None:
    """Without variation but for the eight symmetries, a batch is what ``make_crop`` cuts of the slice."""
    index = of(crops, store, modality)[0]
    ref, box = crops.refs[index], Box(*crops[index].box)
    crop, _ = make_crop(np.array(store.picture(ref.case, ref.slice)), box, BOX)
    truth = store.full_mask(ref.case, ref.objects[0]).astype(np.uint8) * 255
    expected, _ = make_crop(truth, box, BOX)
    batch = BatchMaker(crops, PLAIN, CALM, BOX).make(samples([index]))
    ours, mask = batch.crops[0], batch.masks[0, 0]
    symmetries = [
        (turned.flip(-1) if flip else turned, (m.flip(-1) if flip else m))
        for k in range(4)
        for turned, m in [(torch.rot90(ours, k, (-2, -1)), torch.rot90(mask, k, (-2, -1)))]
        for flip in (False, True)
    ]
    errors = [float((c[:3] - crop[:3]).abs().mean()) for c, _ in symmetries]
    best, its_mask = symmetries[int(np.argmin(errors))]
    assert min(errors) < 0.02
    assert ((its_mask > 0.5) == (expected[0] > 0)).float().mean() > 0.98
    torch.testing.assert_close(best[5], crop[5])
    sides = {round(float(v), 4) for v in (ours[6, 0, 0], ours[7, 0, 0])}
    assert sides == {round(float(v), 4) for v in (crop[6, 0, 0], crop[7, 0, 0])}


def test_picture_and_mask_turn_and_bend_together(store: Store, crops: Crops) -> None:
    """The discs are brighter than their ground, so brightness must follow the mask."""
    config = dataclasses.replace(PLAIN, box_noise=0.1, rotate=1.0, bend=1.0, widen=(1.2, 1.5))
    picks = (of(crops, store, "ct") + of(crops, store, "ultrasound")) * 4
    batch = BatchMaker(crops, config, CALM, BOX).make(samples(picks))
    for crop, mask, inside in zip(batch.crops, batch.masks[:, 0], batch.inside[:, 0], strict=True):
        bright = crop[0] > (crop[0].max() + crop[0].min()) / 2
        assert (bright == (mask > 0.5))[inside > 0].float().mean() > 0.93


def test_the_noiseless_box_touches_the_turned_object(crops: Crops) -> None:
    config = dataclasses.replace(PLAIN, rotate=1.0)
    batch = BatchMaker(crops, config, CALM, complete_config({"size": 128})).make(
        samples(list(range(len(crops))))
    )
    for crop, mask in zip(batch.crops, batch.masks[:, 0], strict=True):
        for channel in (3, 4):
            reach = crop[channel][mask > 0.5]
            assert reach.min() == pytest.approx(-1, abs=0.12)
            assert reach.max() == pytest.approx(1, abs=0.12)


def test_a_sample_does_not_depend_on_its_company(crops: Crops) -> None:
    maker = BatchMaker(crops, CropsConfig(), STRONG, SMALL)
    together = maker.make(samples([0, 3, 5, 1]))
    apart = [maker.make([one]) for one in samples([0, 3, 5, 1])]
    for name in ("crops", "masks", "inside"):
        assert torch.equal(getattr(together, name), torch.cat([getattr(b, name) for b in apart]))
    other = maker.make(samples([0, 3, 5, 1], seed=1))
    assert not torch.equal(other.crops, together.crops)


def test_no_gradient_and_no_write_reaches_the_file(crops: Crops) -> None:
    before = crops[0].planes.copy()
    BatchMaker(crops, CropsConfig(), STRONG, SMALL).make(samples([0] * 4))
    np.testing.assert_array_equal(crops[0].planes, before)


def test_the_folder_can_be_opened_again(store: Store, crops: Crops, tmp_path: Path) -> None:
    again = open_crops(store, CropsConfig(), tmp_path / "again")
    np.testing.assert_array_equal(again[2].planes, crops[2].planes)


@pytest.fixture(scope="module")
def with_background(store: Store, tmp_path_factory: pytest.TempPathFactory) -> Crops:
    return open_crops(store, CropsConfig(context=3.6, empty=0.5), tmp_path_factory.mktemp("background"))


def test_background_holds_nothing_and_is_drawn_as_often_as_asked(with_background: Crops) -> None:
    crops = with_background
    assert sum(len(numbers) for numbers in crops.background.values()) > 0
    for numbers in crops.background.values():
        assert not any(crops[n].planes[-1].any() for n in numbers)
    picks = [n for n in range(len(crops)) if crops.key(n) in crops.background] * 40
    batch = BatchMaker(crops, CropsConfig(empty=0.5), CALM, ALL).make(samples(picks))
    assert batch.present.float().mean() == pytest.approx(0.5, abs=0.12)
    assert not batch.masks[~batch.present].any()
    assert (batch.masks[batch.present].flatten(1).amax(1) > 0.5).all()
    deaf = BatchMaker(crops, CropsConfig(empty=0.5), CALM, BOX).make(samples(picks))
    assert deaf.present.all()


def test_the_context_is_what_the_program_cuts_too(store: Store, with_background: Crops) -> None:
    """Up to the eight symmetries, as the crop itself."""
    crops = with_background
    index = of(crops, store, "ct")[0]
    ref, box = crops.refs[index], Box(*crops[index].box)
    crop, _ = make_crop(np.array(store.picture(ref.case, ref.slice)), box, ALL)
    ours = BatchMaker(crops, PLAIN, CALM, ALL).make(samples([index])).crops[0]
    turned = [torch.rot90(c, k, (-2, -1)) for k in range(4) for c in (ours, ours.flip(-1))]
    of_crop = [float((c[:3] - crop[:3]).abs().mean()) for c in turned]
    best = turned[int(np.argmin(of_crop))]
    assert (best[14] == crop[14]).float().mean() > 0.97
    around = [float((c[11:14] - crop[11:14]).abs().mean()) for c in turned]
    assert int(np.argmin(around)) == int(np.argmin(of_crop))


def test_rough_boxes_come_with_a_click_on_the_object(with_background: Crops) -> None:
    config = dataclasses.replace(PLAIN, rough=1.0)
    batch = BatchMaker(with_background, config, CALM, ALL).make(samples(list(range(6)) * 3))
    clicked = batch.crops[:, 8].flatten(1).amax(1) > 0.5
    assert clicked.float().mean() > 0.7  # a box beside the object may hold none of it
    for crop, mask in zip(batch.crops[clicked], batch.masks[clicked, 0], strict=True):
        assert mask[crop[8] == crop[8].max()].max() > 0.4
    assert not batch.crops[:, 9].any()


def test_a_neighbours_mask_is_near_the_object_but_not_it(with_background: Crops) -> None:
    config = dataclasses.replace(PLAIN, neighbour=1.0)
    batch = BatchMaker(with_background, config, CALM, ALL).make(samples(list(range(6)) * 3))
    told, truth = batch.crops[:, 10] > 0, batch.masks[:, 0] > 0.5
    overlap = (told & truth).flatten(1).sum(1) / (told | truth).flatten(1).sum(1)
    assert 0.5 < overlap.mean() < 0.97


def test_corrections_are_announced_and_bounded(with_background: Crops) -> None:
    config = dataclasses.replace(PLAIN, corrected=1.0, clicks=2)
    batch = BatchMaker(with_background, config, CALM, ALL).make(samples(list(range(6)) * 4))
    assert set(batch.rounds.tolist()) == {1, 2}
    box_only = BatchMaker(with_background, config, CALM, BOX).make(samples([0]))
    assert box_only.rounds.tolist() == [0]


@pytest.mark.parametrize("kind", [0, 1, 2])
def test_sloppy_boxes_differ_from_tight_ones_by_a_fifth_or_so(with_background: Crops, kind: int) -> None:
    config = dataclasses.replace(PLAIN, sloppy=1.0)
    batch = BatchMaker(with_background, config, CALM, ALL).make(samples(list(range(6)) * 6, seed=kind))
    reach = torch.stack(
        [c[3][m > 0.5].abs().max() for c, m in zip(batch.crops, batch.masks[:, 0], strict=True)]
    )
    assert reach.std() > 0.05
    assert reach.min() > 0.6 and reach.max() < 1.6
