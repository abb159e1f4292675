"""The zoom network's training as a task: its batches, its loss, what it learns, what it leaves."""

from __future__ import annotations

import dataclasses
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from finetune.config import Recipe, recipe_from_dict
from finetune.data.store import Store
from finetune.data.targets import targets
from finetune.loop.train import train
from finetune.release.export import write_weights
from finetune.scores.metrics import dice
from finetune.tasks.zoom import ZoomTask, make_zoom_task, threshold
from medsam.errors import InputError
from medsam.inference.zoom_crop import make_crop, paste
from medsam.model.build import LoadedModel, ModelCard
from medsam.model.preprocessing import Preprocessing
from medsam.model.zoom import build_zoom
from tests.finetune.tiny_store import write_store

CPU = torch.device("cpu")
NETWORK = {"size": 32, "widths": [8, 16], "blocks": [1, 1], "decoder_blocks": [1], "detail": 4}
TRAIN = {
    "batch": 8,
    "steps": 12,
    "schedule": "constant",
    "rate": 1e-2,
    "warm_up": 2,
    "ema": 0.5,
    "clip": 5.0,
    "threads": 1,
    "save_every": 4,
    "validate_every": 6,
}


def make_recipe(**train: Any) -> Recipe:
    """A micro zoom network."""
    plain = {
        "name": "tiny-zoom",
        "kind": "zoom",
        "network": NETWORK,
        "intensity": {"gamma": 0.5, "noise": 0.5},
    }
    return recipe_from_dict({**plain, "train": {**TRAIN, **train}})


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    return Store(write_store(tmp_path_factory.mktemp("zoom") / "store", cases=9))


@pytest.fixture
def task(store: Store) -> ZoomTask:
    return make_zoom_task(make_recipe(), store, CPU)


def step(task: ZoomTask, optimizer: torch.optim.Optimizer, number: int) -> float:
    """One optimiser step; its loss."""
    task.train_mode()
    loss, _ = task.module(task.batch(number, 0, 1))
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    return float(loss.detach())


def test_it_learns_what_its_validation_asks(task: ZoomTask) -> None:
    before = task.validate()
    optimizer = torch.optim.AdamW(task.parameter_groups(0.01), lr=1e-2)
    losses = [step(task, optimizer, n) for n in range(40)]
    after = task.validate()
    assert np.mean(losses[-5:]) < 0.5 * np.mean(losses[:5])
    assert after.mean > max(before.mean + 0.2, 0.85)
    assert set(after.modalities) == {"ultrasound"}
    assert after.objects == before.objects == 4


def test_parts_of_a_batch_are_the_batch(task: ZoomTask) -> None:
    whole = task.batch(5, 0, 1)
    parts = [task.batch(5, n, 4) for n in range(4)]
    assert whole.crops.shape == (8, 8, 32, 32)
    for name in ("crops", "masks", "inside"):
        assert torch.equal(getattr(whole, name), torch.cat([getattr(p, name) for p in parts]))
    assert torch.equal(task.batch(5, 0, 1).crops, whole.crops)
    assert not torch.equal(task.batch(6, 0, 1).crops, whole.crops)


def test_the_mean_of_the_parts_losses_is_the_loss(task: ZoomTask) -> None:
    """In use, where batch normalisation does not look at the batch."""
    task.network.eval()
    with torch.no_grad():
        whole, parts_of_it = task.module(task.batch(0, 0, 1))
        parts = [task.module(task.batch(0, n, 4))[0] for n in range(4)]
    assert float(torch.stack(parts).mean()) == pytest.approx(float(whole), rel=1e-5)
    assert float(parts_of_it["mask"] + 0.1 * parts_of_it["quality"]) == pytest.approx(float(whole))


def test_validation_scores_masks_of_whole_slices(task: ZoomTask, store: Store) -> None:
    chosen = targets(store, "val", 0.05, 2026, per_source=40)
    scores = []
    task.network.eval()
    for target in chosen:
        crop, transform = make_crop(np.array(target.picture()), target.box, task.network.config)
        with torch.no_grad():
            logits = task.network(crop.half().float()[None]).logits
        x0, y0, patch = paste(logits[0, 0], transform, target.shape_hw)
        mask = np.zeros(target.shape_hw, bool)
        mask[y0 : y0 + patch.shape[0], x0 : x0 + patch.shape[1]] = patch > 0
        scores.append(dice(mask, target.truth()))
    assert task.validate().mean == pytest.approx(float(np.mean(scores)), abs=1e-6)


def test_looks_are_the_same_slices_each_time(task: ZoomTask) -> None:
    one, two = task.looks(3), task.looks(3)
    assert len(one) == 3
    for a, b in zip(one, two, strict=True):
        np.testing.assert_array_equal(a.picture, b.picture)
        np.testing.assert_array_equal(a.truth, b.truth)
        assert a.picture.shape[:2] == a.truth.shape == a.predicted.shape
        assert a.caption.startswith("ultrasound · discs-ultrasound · Dice 0.")
    assert len(task.looks(99)) == 4


def test_looks_are_spread_over_modalities(tmp_path: Path) -> None:
    store = Store(write_store(tmp_path / "store", cases=9))
    for case in store.cases:
        object.__setattr__(case, "split", "val" if case.id in ("case-0", "case-1", "case-2") else "train")
    looks = make_zoom_task(make_recipe(), store, CPU).looks(4)
    shown = [look.caption.split(" · ")[0] for look in looks]
    assert len(shown) == 4 and set(shown) == {"ct", "dermoscopy", "ultrasound"}


def test_statistics_of_layers_are_trained_too(task: ZoomTask) -> None:
    names = set(task.trained_state())
    assert names == set(task.network.state_dict())
    before = {n: t.clone() for n, t in task.trained_state().items()}
    step(task, torch.optim.SGD(task.network.parameters(), lr=1e-2), 0)
    changed = {n for n, t in task.trained_state().items() if not torch.equal(t, before[n])}
    assert any(n.endswith("running_mean") for n in changed)


def test_what_it_leaves_is_a_whole_network(task: ZoomTask) -> None:
    facts = task.facts()
    assert facts["kind"] == facts["arch"] == "zoom"
    assert facts["datasets"] == {"discs-ct": 3, "discs-dermoscopy": 3}
    assert facts["store_sha256"] == task._store.sha256
    state = task.final_state()
    network = build_zoom(facts["config"])
    network.load_state_dict(state)
    x = torch.rand(1, 8, 32, 32)
    with torch.no_grad():
        torch.testing.assert_close(network.eval()(x), task.network.eval()(x))
        next(task.network.parameters()).add_(1)
    assert not torch.equal(state["stem.0.weight"], task.network.state_dict()["stem.0.weight"])


def test_its_cost_is_of_the_right_size(task: ZoomTask) -> None:
    cost = task.cost()
    count = sum(p.numel() for p in task.network.parameters())
    assert cost.trained == cost.parameters == count
    first_layer = 2 * 8 * 8 * 4 * 4 * 16 * 16  # operations of the stem's convolution on one crop
    assert cost.step_flops > 3 * 8 * first_layer
    halved = make_zoom_task(make_recipe(accumulate=2), task._store, CPU).cost()
    assert halved.step_flops == cost.step_flops
    assert 20 * count < halved.memory_bytes < cost.memory_bytes


def test_a_resumed_run_equals_an_uninterrupted_one(store: Store, tmp_path: Path) -> None:
    recipe = make_recipe()
    train(lambda d: make_zoom_task(recipe, store, d), recipe, tmp_path / "whole", report=lambda _: None)
    short = dataclasses.replace(recipe, train=dataclasses.replace(recipe.train, steps=5))
    train(lambda d: make_zoom_task(short, store, d), short, tmp_path / "parts", report=lambda _: None)
    train(lambda d: make_zoom_task(recipe, store, d), recipe, tmp_path / "parts", report=lambda _: None)
    whole, parts = (
        torch.load(tmp_path / name / "checkpoint.pt", weights_only=True) for name in ("whole", "parts")
    )
    assert whole["step"] == parts["step"] == 12
    for kind in ("trained", "average"):
        for name, tensor in whole[kind].items():
            assert torch.equal(tensor, parts[kind][name]), name


def test_it_starts_from_the_embedded_weights(store: Store) -> None:
    recipe = recipe_from_dict({"name": "more", "kind": "zoom", "model": "medsam_zoom", "train": {"batch": 2}})
    task = make_zoom_task(recipe, store, CPU)
    facts = task.facts()
    assert facts["model"] == "medsam_zoom"
    assert len(facts["model_sha256"]) == 64
    assert task.validate().mean > 0.9


def test_a_store_without_validation_is_refused(tmp_path: Path) -> None:
    store = Store(write_store(tmp_path / "store", cases=2))
    with pytest.raises(InputError, match="chosen by objects of the split val"):
        make_zoom_task(make_recipe(), store, CPU)


ALL = {
    **{"size": 32, "widths": [8, 16, 16], "blocks": [1, 1, 1], "decoder_blocks": [1, 1], "detail": 4},
    **{"clicks": True, "context": 2.0, "presence": True},
}
CROPS = {"context": 3.6, "empty": 0.3, "corrected": 0.5, "clicks": 2, "rough": 0.1, "neighbour": 0.1}


@pytest.fixture
def full_task(store: Store, tmp_path: Path) -> ZoomTask:
    """A network with everything, told everything."""
    plain = make_recipe().to_dict()
    return make_zoom_task(
        recipe_from_dict(
            {
                **plain,
                "network": ALL,
                "crops": {**plain["crops"], **CROPS},
                "train": {**plain["train"], "presence_weight": 1.0},
            }
        ),
        store,
        CPU,
        tmp_path / "crops",
    )


def test_parts_of_a_batch_with_background_and_clicks_average_to_it(full_task: ZoomTask) -> None:
    full_task.network.eval()
    with torch.no_grad():
        whole, by_name = full_task.module(full_task.batch(0, 0, 1))
        parts = [full_task.module(full_task.batch(0, n, 4))[0] for n in range(4)]
    assert float(torch.stack(parts).mean()) == pytest.approx(float(whole), rel=1e-4)
    assert set(by_name) == {"mask", "quality", "presence"}


def test_corrections_add_clicks_on_errors_and_the_previous_mask(full_task: ZoomTask) -> None:
    batch = full_task.batch(1, 0, 1)
    before = batch.crops.clone()
    full_task.network.train()
    crops = full_task.module._corrected(batch)
    assert torch.equal(batch.crops, before)
    assert full_task.network.training
    changed = (crops != before).flatten(1).any(1)
    assert torch.equal(changed, batch.rounds > 0)
    assert torch.equal(crops[:, :8], before[:, :8])
    for n in torch.nonzero(changed)[:, 0].tolist():
        added = (crops[n, 8:10] - before[n, 8:10]).abs().amax((1, 2))
        assert added.max() > 0.5
        assert (crops[n, 10].abs() <= 1).all()


def test_a_correction_points_at_the_error_with_its_sign(full_task: ZoomTask) -> None:
    """The first click after an answer of nothing at all lies in the object and is positive."""
    for p in full_task.network.parameters():
        p.data.zero_()
    full_task.network.edge_out.bias.data.fill_(-5.0)
    batch = full_task.batch(2, 0, 1)
    one = dataclasses.replace(batch, rounds=batch.present.long())
    crops = full_task.module._corrected(one)
    for crop, before, mask, there in zip(crops, batch.crops, batch.masks[:, 0], batch.present, strict=True):
        new = crop[8] > before[8] + 1e-6
        if there and (mask > 0.5).any() and new.any():
            assert mask[new & (crop[8] > 0.95)].max() > 0.5
        assert torch.equal(crop[9], before[9])


def test_it_learns_to_tell_background(full_task: ZoomTask) -> None:
    optimizer = torch.optim.AdamW(full_task.parameter_groups(0.01), lr=1e-2)
    for n in range(60):
        step(full_task, optimizer, n)
    assert full_task.validate().mean > 0.7
    assert full_task.facts()["config"]["nothing_below"] == 0, "four objects cannot tell one in a hundred"
    batches = [full_task.batch(n, 0, 1) for n in range(100, 108)]
    full_task.network.eval()
    with torch.no_grad():
        presence = torch.cat([full_task.network(b.crops).presence for b in batches])
    there = torch.cat([b.present for b in batches])
    assert presence[there].mean() > presence[~there].mean() + 0.2
    assert full_task.facts()["prompts"] == ["box", "points", "mask"]
    assert full_task.facts()["can_be_empty"]


@pytest.mark.parametrize(
    ("present", "absent", "expected"),
    [
        ([0.9] * 99 + [0.4], [0.1] * 10, 0.4),  # one of a hundred objects may be refused at most
        ([0.9] * 200 + [0.01], [0.1] * 50, 0.9),
        ([0.9] * 200, [], 0.25),  # no background to tell it from
        ([0.96, 0.97], [0.1] * 9, 0.25),  # too few objects
    ],
)
def test_the_threshold_keeps_objects_first(present: list, absent: list, expected: float) -> None:
    found = threshold(present, absent, 0.25)
    assert found == pytest.approx(expected)
    assert np.mean(np.array(present) < found) <= 0.01


def test_a_run_grows_out_of_smaller_weights(store: Store, tmp_path: Path) -> None:
    small = make_zoom_task(make_recipe(), store, CPU)
    path = tmp_path / "small.safetensors"
    write_weights(_loaded(small), path, {"title": "small"})
    plain = make_recipe().to_dict()
    more = {"clicks": True, "presence": True}
    grown = make_zoom_task(
        recipe_from_dict({**plain, "model": str(path), "network": {**NETWORK, **more}}), store, CPU
    )
    crops = torch.rand(2, 11, 32, 32)
    with torch.no_grad():
        ours = grown.network.eval()(crops).logits
        theirs = small.network.eval()(crops[:, :8]).logits
    # The file holds matrices as float16.
    torch.testing.assert_close(ours, theirs, atol=0.02, rtol=0.02)
    assert grown.facts()["config"]["clicks"]
    assert grown.facts()["has_grown"] and not small.facts()["has_grown"]
    # Its new parts are not trained yet, so what it begins with is no candidate for the best weights.
    outcome = train(lambda _: grown, grown.recipe, tmp_path / "run", report=lambda _: None)
    assert outcome.first < 0 and outcome.best_step > 0


def _loaded(task: ZoomTask) -> LoadedModel:
    card = ModelCard("small", "small", "zoom", frozenset({"box"}), 1, False, "", "", Path("small"))
    return LoadedModel(task.network.eval(), Preprocessing("zoom", 32), card, CPU)


def test_another_kind_is_refused(store: Store) -> None:
    with pytest.raises(InputError, match="this one is of kind sam"):
        make_zoom_task(recipe_from_dict({"name": "other"}), store, CPU)
