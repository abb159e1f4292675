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
from medsam.prompts import Box
from tests.finetune.tiny_store import write_store

PLAIN = CropsConfig(box_noise=0, widen=(1.35, 1.35), rotate=0, bend=0, rescale=0)
CALM = IntensityConfig()
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
    crop, _ = make_crop(np.array(store.picture(ref.case, ref.slice)), box, {"size": 64, "widen": 1.35})
    truth = store.full_mask(ref.case, ref.objects[0]).astype(np.uint8) * 255
    expected, _ = make_crop(truth, box, {"size": 64, "widen": 1.35})
    batch = BatchMaker(crops, PLAIN, CALM, 64).make(samples([index]))
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
    batch = BatchMaker(crops, config, CALM, 64).make(samples(picks))
    for crop, mask, inside in zip(batch.crops, batch.masks[:, 0], batch.inside[:, 0], strict=True):
        bright = crop[0] > (crop[0].max() + crop[0].min()) / 2
        assert (bright == (mask > 0.5))[inside > 0].float().mean() > 0.93


def test_the_noiseless_box_touches_the_turned_object(crops: Crops) -> None:
    config = dataclasses.replace(PLAIN, rotate=1.0)
    batch = BatchMaker(crops, config, CALM, 128).make(samples(list(range(len(crops)))))
    for crop, mask in zip(batch.crops, batch.masks[:, 0], strict=True):
        for channel in (3, 4):
            reach = crop[channel][mask > 0.5]
            assert reach.min() == pytest.approx(-1, abs=0.12)
            assert reach.max() == pytest.approx(1, abs=0.12)


def test_a_sample_does_not_depend_on_its_company(crops: Crops) -> None:
    maker = BatchMaker(crops, CropsConfig(), STRONG, 32)
    together = maker.make(samples([0, 3, 5, 1]))
    apart = [maker.make([one]) for one in samples([0, 3, 5, 1])]
    for name in ("crops", "masks", "inside"):
        assert torch.equal(getattr(together, name), torch.cat([getattr(b, name) for b in apart]))
    other = maker.make(samples([0, 3, 5, 1], seed=1))
    assert not torch.equal(other.crops, together.crops)


def test_no_gradient_and_no_write_reaches_the_file(crops: Crops) -> None:
    before = crops[0].planes.copy()
    BatchMaker(crops, CropsConfig(), STRONG, 32).make(samples([0] * 4))
    np.testing.assert_array_equal(crops[0].planes, before)


def test_the_folder_can_be_opened_again(store: Store, crops: Crops, tmp_path: Path) -> None:
    again = open_crops(store, CropsConfig(), tmp_path / "again")
    np.testing.assert_array_equal(again[2].planes, crops[2].planes)
