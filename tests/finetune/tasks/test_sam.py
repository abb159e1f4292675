"""The four tiers: what they train, what they are shown, what comes out."""

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
from finetune.features.cache import FeatureCache
from finetune.features.embed import embed
from finetune.tasks.sam import SamTask, _InUse, make_sam_task
from finetune.tasks.sam_batch import SamBatch
from medsam.errors import InputError
from medsam.inference.predictor import EmbeddingPredictor
from medsam.model.build import LoadedModel, ModelCard, build_sam
from medsam.model.sam import Sam
from medsam.model.tiny_vit import TinyViT
from medsam.prompts import Box, Prompts
from tests.finetune.micro_sizes import MICRO_SIZES
from tests.finetune.phantom_store import write_phantoms

MICRO = {"arch": "vit", **MICRO_SIZES}
CPU = torch.device("cpu")
ROUNDS = {"clicks": 2, "mask_rounds": 1, "point": 0.5}

DECODER_A = "mask_decoder."
UNASKED = tuple(f"mask_decoder.output_hypernetworks_mlps.{n}." for n in (1, 2, 3))


@pytest.fixture(scope="session")
def phantoms(tmp_path_factory: pytest.TempPathFactory) -> Store:
    """Eight pictures of one to three ellipses, two of them for validation. Read only."""
    torch.set_num_threads(1)
    return write_phantoms(tmp_path_factory.mktemp("phantoms"))


def _recipe(tier: str = "A", **tables: Any) -> Recipe:
    plain = {"name": "micro", "kind": "sam", "network": MICRO, "tier": tier, **tables}
    plain["train"] = {"batch": 4, "validate_noise": 0.0, **tables.get("train", {})}
    return recipe_from_dict(plain)


def _task(store: Store, tier: str = "A", **tables: Any) -> SamTask:
    return make_sam_task(_recipe(tier, **tables), store, CPU, reencode=tier in "AB")


def _train(task: SamTask, steps: int, rate: float = 1e-2) -> list[float]:
    optimizer = torch.optim.AdamW(task.parameter_groups(0.1), lr=rate)
    losses = []
    for step in range(steps):
        loss, _ = task.module(task.batch(step, 0, 1))
        optimizer.zero_grad(set_to_none=True)
        loss.backward()
        optimizer.step()
        losses.append(loss.item())
    return losses


def _trained_of(tier: str, names: list[str]) -> set[str]:
    """By the description in the recipe's class, spelt out."""
    decoder = {n for n in names if n.startswith("mask_decoder.") and not n.startswith(UNASKED)}
    encoder = {n for n in names if n.startswith("image_encoder.")}
    return (
        decoder
        | {
            "A": set(),
            "B": {n for n in encoder if n.startswith(("image_encoder.blocks.1.", "image_encoder.neck."))},
            "C": {n for n in encoder if ".lora_" in n},
            "D": {n for n in encoder if ".lora_" not in n},
        }[tier]
    )


@pytest.mark.parametrize("tier", "ABCD")
def test_a_tier_changes_exactly_what_it_names(phantoms: Store, tier: str) -> None:
    """After three steps with decay: the named parameters, all of them, and nothing else."""
    task = _task(phantoms, tier, prompts=ROUNDS)
    names = [n for n, _ in task.network.named_parameters()]
    wanted = _trained_of(tier, names)
    assert set(task.trained_state()) == wanted
    before = {n: t.clone() for n, t in task.network.state_dict().items()}
    _train(task, 3)
    changed = {n for n, t in task.network.state_dict().items() if not torch.equal(t, before[n])}
    assert changed == wanted
    assert not any(n.startswith("prompt_encoder.") for n in changed)
    assert all(p.grad is None for p in task.network.prompt_encoder.parameters())
    tokens = task.network.mask_decoder.mask_tokens.weight
    differ = (tokens != before["mask_decoder.mask_tokens.weight"]).any(1)
    assert differ.tolist() == [True, False, False, False]


def test_several_masks_train_their_own_parts(phantoms: Store) -> None:
    """With candidates alone the single mask's parts stay; with later rounds all are trained."""
    alone = _task(phantoms, prompts={"multimask": True})
    hyper = "mask_decoder.output_hypernetworks_mlps."
    assert {n[len(hyper)] for n in alone.trained_state() if n.startswith(hyper)} == {"1", "2", "3"}
    before = alone.network.mask_decoder.mask_tokens.weight.detach().clone()
    _train(alone, 3)
    differ = (alone.network.mask_decoder.mask_tokens.weight != before).any(1)
    assert differ.tolist() == [False, True, True, True]
    rounds = _task(phantoms, prompts={"multimask": True, "clicks": 1})
    assert {n[len(hyper)] for n in rounds.trained_state() if n.startswith(hyper)} == set("0123")
    assert rounds.facts()["candidates"] == 3


def test_without_its_weight_the_quality_head_is_frozen(phantoms: Store) -> None:
    """And with it, its last layer, of which rows are never asked, is not decayed."""
    task = _task(phantoms, loss={"iou_weight": 0.0})
    assert not any("iou_prediction_head" in n for n in task.trained_state())
    decayed, others = _task(phantoms).parameter_groups(0.1)
    sizes = {id(p) for p in decayed["params"]} & {id(p) for p in others["params"]}
    assert not sizes and decayed["weight_decay"] == 0.1 and others["weight_decay"] == 0.0
    with_head = _task(phantoms)
    last = with_head.network.mask_decoder.iou_prediction_head.layers[-1].weight
    assert not any(p is last for p in with_head.parameter_groups(0.1)[0]["params"])


@pytest.mark.parametrize("tier", "AB")
@pytest.mark.parametrize("preprocessing", ["medsam", "sam"])
def test_cached_equals_encoded_anew(phantoms: Store, tmp_path: Path, tier: str, preprocessing: str) -> None:
    """The same batches and, but for float16, the same losses and validation; variants too."""
    recipe = _recipe(
        tier,
        preprocessing=preprocessing,
        prompts=ROUNDS,
        embed={"variants": 3},
        geometry={"flip": 0.5, "rotate": 0.5},
        intensity={"gamma": 0.5},
    )
    cache = embed(recipe, phantoms, tmp_path / "cache", device=CPU, report=lambda _: None)
    assert isinstance(cache, FeatureCache)
    cached = make_sam_task(recipe, phantoms, CPU, cache)
    anew = make_sam_task(recipe, phantoms, CPU, reencode=True)
    for step in range(3):
        ours, theirs = cached.batch(step, 0, 1), anew.batch(step, 0, 1)
        assert ours.rounds == theirs.rounds
        for name in ("owner", "boxes", "points", "targets", "drawn"):
            assert torch.equal(getattr(ours, name), getattr(theirs, name))
        features = theirs.images
        assert features is not None and ours.images is None and ours.features is not None
        torch.testing.assert_close(cached.module(ours)[0], anew.module(theirs)[0], rtol=3e-3, atol=3e-3)
    assert cached.validate().mean == pytest.approx(anew.validate().mean, abs=0.01)


def test_objects_of_a_slice_share_it(phantoms: Store) -> None:
    """A batch of several objects has the mean loss of its slices, each the mean of its objects alone."""
    task = _task(phantoms, prompts={"point": 0.5, "objects": 3}, preprocessing="sam")
    whole = task.batch(1, 0, 1)
    assert len(whole) == 4 and len(whole.owner) > 4
    total = 0.0
    for number, owner in enumerate(whole.owner.tolist()):
        one = _one_object(whole, number, owner)
        total += whole.share[number].item() * task.module(one)[0].item()
    assert whole.share.sum().item() == pytest.approx(1)
    assert task.module(whole)[0].item() == pytest.approx(total, rel=1e-5)


def _one_object(batch: SamBatch, number: int, owner: int) -> SamBatch:
    pick, slice_ = [number], [owner]
    assert batch.images is not None and batch.row_weights is not None and batch.col_weights is not None
    return dataclasses.replace(
        batch,
        images=batch.images[slice_],
        row_weights=batch.row_weights[slice_],
        col_weights=batch.col_weights[slice_],
        owner=torch.zeros(1, dtype=torch.int64),
        share=torch.ones(1),
        **{
            name: None if getattr(batch, name) is None else getattr(batch, name)[pick]
            for name in ("boxes", "points", "is_point", "targets", "drawn")
        },
    )


@pytest.mark.parametrize("rounds", [{}, ROUNDS])
def test_a_shared_embedding_gives_what_copies_give(phantoms: Store, rounds: dict[str, Any]) -> None:
    """Loss and gradients, for all the tier trains, with previous masks and without."""
    task = _task(phantoms, "D", prompts=rounds)
    shared = task.batch(0, 0, 1)
    n = len(shared.owner)
    assert shared.images is not None and n > len(shared)
    copied = dataclasses.replace(shared, images=shared.images[shared.owner], owner=torch.arange(n))
    gradients = []
    for batch in (shared, copied):
        task.module.zero_grad()
        task.module(batch)[0].backward()
        gradients.append([p.grad.clone() for p in task.trained_state().values() if p.grad is not None])
    assert len(gradients[0]) == len(task.trained_state())
    for ours, theirs in zip(*gradients, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-6)


@pytest.mark.parametrize("tier", "AD")
def test_parts_together_are_the_whole_batch(phantoms: Store, tier: str) -> None:
    """Bit for bit, whatever the number of parts; and their gradients' mean is the whole's."""
    task = _task(
        phantoms, tier, prompts=ROUNDS, sampler={"order": "every"}, **({} if tier == "A" else _VARIED)
    )
    whole = task.batch(7, 0, 1)
    for parts in (2, 4):
        cut = [task.batch(7, part, parts) for part in range(parts)]
        for name in ("images", "boxes", "points", "is_point", "targets", "drawn"):
            together = torch.cat([getattr(part, name) for part in cut])
            assert torch.equal(together, getattr(whole, name))
        assert {part.rounds for part in cut} == {whole.rounds}
        mean = torch.stack([task.module(part)[0] for part in cut]).mean()
        torch.testing.assert_close(mean, task.module(whole)[0], rtol=1e-5, atol=1e-6)
    with pytest.raises(InputError, match="3 parts"):
        task.batch(0, 0, 3)


_VARIED = {
    "geometry": {"flip": 0.5, "quarter_turns": 0.3, "rotate": 0.5, "scale": (0.8, 1.3)},
    "intensity": {"gamma": 0.5, "noise": 0.3},
}


def test_varied_slices_keep_box_and_target_together(phantoms: Store) -> None:
    """Whatever moved: the object lies in its box, and the point on the object."""
    exact = {"box": "exact", "point": 0.5}
    task = _task(phantoms, "D", prompts=exact, preprocessing="sam", **_VARIED)
    for step in range(6):
        batch = task.batch(step, 0, 1)
        cells = 16 * 4 / batch.targets.shape[-1]
        for target, box, point in zip(batch.targets, batch.boxes, batch.points, strict=True):
            ys, xs = torch.nonzero(target > 0.5, as_tuple=True)
            tight = [xs.min(), ys.min(), xs.max() + 1, ys.max() + 1]
            np.testing.assert_allclose([float(v) * cells for v in tight], box.numpy(), atol=2.6)
            x, y = ((point + 0.5) / cells).floor().long().tolist()
            assert target[y, x] > 0


def test_padding_has_no_weight(phantoms: Store) -> None:
    """What targets say there changes neither loss nor gradient; inside it does."""
    task = _task(phantoms, preprocessing="sam", prompts={"clicks": 1, "mask_rounds": 1})
    batch = task.batch(0, 0, 1)
    assert batch.row_weights is not None and batch.col_weights is not None
    weight = (batch.row_weights[:, :, None] * batch.col_weights[:, None])[batch.owner]
    assert (weight == 0).any()
    spoiled = dataclasses.replace(batch, targets=torch.where(weight == 0, 1.0, batch.targets))
    inside = dataclasses.replace(batch, targets=torch.where(weight > 0, 1.0, batch.targets))
    assert task.module(spoiled)[0].item() == task.module(batch)[0].item()
    assert task.module(inside)[0].item() != task.module(batch)[0].item()


def test_the_mask_that_is_passed_on_says_nothing_is_in_the_padding(phantoms: Store) -> None:
    """As inference passes it: the padding gets the least logit of the picture, at most 0."""
    task = _task(phantoms, preprocessing="sam", prompts={"mask_rounds": 1})
    batch = task.batch(0, 0, 1)
    logits = torch.randn(len(batch.owner), 16, 16, generator=torch.Generator().manual_seed(0)) + 3
    passed = task.module._as_prompt(logits, batch)[:, 0]
    assert batch.row_weights is not None and batch.col_weights is not None
    weight = (batch.row_weights[:, :, None] * batch.col_weights[:, None])[batch.owner]
    for one, given, shares in zip(passed, logits, weight, strict=True):
        assert torch.equal(one[shares > 0], given[shares > 0])
        if (shares == 0).any():
            assert set(one[shares == 0].tolist()) == {min(float(given[shares > 0].min()), 0.0)}


@pytest.mark.parametrize("preprocessing", ["medsam", "sam"])
@pytest.mark.parametrize("tier", "AC")
def test_validation_is_what_the_program_would_draw(phantoms: Store, preprocessing: str, tier: str) -> None:
    """Its masks are the predictor's, with the exported weights in a plain network."""
    task = _task(phantoms, tier, preprocessing=preprocessing)
    _train(task, 5)
    looks = task.looks(4)
    plain = build_sam("vit", MICRO_SIZES)
    plain.load_state_dict(task.final_state())
    card = ModelCard("m", "m", "embedding", frozenset({"box"}), 1, False, "", "", Path("m"))
    predictor = EmbeddingPredictor(LoadedModel(plain.eval(), task.start.preprocessing, card, CPU))
    for look in looks:
        predictor.set_image(look.picture)
        drawn = predictor.predict(Prompts(box=Box(*look.box))).masks[0]
        assert (drawn != look.predicted).mean() < 0.002
    assert task.module.training and task.network.mask_decoder.training
    assert not task.network.image_encoder.training


def test_a_network_of_points_alone_is_validated_by_points(phantoms: Store) -> None:
    """A box, of which it never saw one, has no say; the prompts announced are points."""
    task = _task(phantoms, prompts={"point": 1.0})
    assert task.facts()["prompts"] == ["points"]
    before = task.validate()
    moved = [dataclasses.replace(t, box=Box(0, 0, 9, 9)) for t in task._targets]
    task._targets = moved
    assert task.validate() == before
    boxes = _task(phantoms)
    before, boxes._targets = boxes.validate(), moved
    assert boxes.validate() != before


def test_validation_leaves_training_as_it_was(phantoms: Store) -> None:
    """With additions merged in between, losses go on bit for bit."""
    first, second = _task(phantoms, "C"), _task(phantoms, "C")
    _train(first, 2)
    _train(second, 2)
    first.validate()
    first.looks(2)
    batch = first.batch(2, 0, 1)
    assert first.module(batch)[0].item() == second.module(batch)[0].item()


@pytest.mark.parametrize("preprocessing", ["medsam", "sam"])
def test_a_micro_network_learns_the_phantoms(tmp_path: Path, preprocessing: str) -> None:
    """Over-fitted in tier D to a Dice above 0.9 on what it saw."""
    few = write_phantoms(tmp_path, cases=4, objects=1)
    task = _task(
        few, "D", preprocessing=preprocessing, prompts={"box": "exact"}, train={"batch": 3, "seed": 3}
    )
    task._targets = targets(few, "train", 0.0, 1)
    assert task.validate().mean < 0.5
    _train(task, 100, rate=3e-3)
    assert task.validate().mean > 0.9


def test_rounds_lower_the_loss_with_help(phantoms: Store) -> None:
    """SAM's rounds train: with clicks, masks, points and candidates the loss falls."""
    prompts = {"clicks": 2, "mask_rounds": 2, "point": 0.5, "multimask": True}
    task = _task(phantoms, prompts=prompts, loss={"kind": "focal_dice"}, preprocessing="sam")
    losses = _train(task, 25)
    assert np.mean(losses[-5:]) < 0.8 * np.mean(losses[:5])
    _, parts = task.module(task.batch(0, 0, 1))
    assert set(parts) == {"dice", "focal", "quality"}
    assert task.facts()["prompts"] == ["box", "points", "mask"]


def test_the_loss_at_the_inputs_size(phantoms: Store) -> None:
    """MedSAM's: targets of the input's size, the same objects, about the same loss."""
    low, high = _task(phantoms), _task(phantoms, loss={"resolution": "input"})
    assert low.batch(0, 0, 1).targets.shape[-1] == 16
    assert high.batch(0, 0, 1).targets.shape[-1] == 64
    a, b = (t.module(t.batch(0, 0, 1))[0].item() for t in (low, high))
    assert a != b and a == pytest.approx(b, rel=0.1)


@pytest.mark.parametrize("tier", "CD")
def test_checkpointing_changes_no_gradient(phantoms: Store, tier: str) -> None:
    """Recomputed blocks give what kept ones give."""
    plain, saving = _task(phantoms, tier), _task(phantoms, tier, train={"checkpointing": True})
    batch = plain.batch(0, 0, 1)
    for task in (plain, saving):
        task.module(batch)[0].backward()
    for (name, a), b in zip(plain.network.named_parameters(), saving.network.parameters(), strict=True):
        assert (a.grad is None) == (b.grad is None), name
        if a.grad is not None and b.grad is not None:
            torch.testing.assert_close(a.grad, b.grad)


def test_the_loss_is_float32_in_bfloat16_too(phantoms: Store) -> None:
    """And prompts are placed as exactly as without."""
    task = _task(phantoms, prompts=ROUNDS)
    batch = task.batch(0, 0, 1)
    exact = task.module._first_prompts(batch)
    with torch.autocast("cpu", torch.bfloat16):
        loss, parts = task.module(batch)
        assert torch.equal(task.module._first_prompts(batch), exact)
    assert loss.dtype == torch.float32 and all(v.dtype == torch.float32 for v in parts.values())
    assert loss.item() == pytest.approx(task.module(batch)[0].item(), rel=0.05)


def test_cost_counts_what_grows(phantoms: Store) -> None:
    """Parameters exactly; memory and work in the order that they must have."""
    decoder, full = _task(phantoms).cost(), _task(phantoms, "D").cost()
    assert decoder.trained == sum(p.numel() for p in _task(phantoms).trained_state().values())
    assert decoder.parameters == full.parameters > full.trained > decoder.trained
    assert full.step_flops > decoder.step_flops > 0
    large = _task(phantoms, "D", train={"batch": 16}).cost()
    parted = _task(phantoms, "D", train={"batch": 16, "accumulate": 4}).cost()
    assert large.memory_bytes > parted.memory_bytes >= full.memory_bytes
    assert large.step_flops == pytest.approx(4 * full.step_flops, rel=0.01)
    assert parted.step_flops == pytest.approx(large.step_flops, rel=0.01)


def test_the_final_state_is_what_changed_or_all(phantoms: Store) -> None:
    """All of it where nothing was begun from, in published names, on the processor, as a copy."""
    task = _task(phantoms, "C")
    state = task.final_state()
    assert state.keys() == build_sam("vit", MICRO_SIZES).state_dict().keys()
    task.start = dataclasses.replace(task.start, model="some.pth")
    changed = task.final_state()
    assert "image_encoder.blocks.0.attn.qkv.weight" in changed
    assert "image_encoder.blocks.0.attn.proj.weight" not in changed
    assert not any("lora" in n or n.startswith("prompt_encoder") for n in changed)
    name = "mask_decoder.iou_token.weight"
    changed[name] += 1
    assert not torch.equal(changed[name], task.network.state_dict()[name])


def test_facts_say_what_was_trained(phantoms: Store) -> None:
    """Only prompts that were trained are announced."""
    facts = _task(phantoms).facts()
    assert facts["prompts"] == ["box"] and facts["candidates"] == 1
    assert facts["datasets"] == {"ellipses": 6} and facts["tier"] == "A" and facts["arch"] == "vit"
    assert facts["preprocessing"] == {"kind": "medsam", "size": 64, "version": 1}
    assert facts["store_sha256"] == phantoms.sha256


def test_what_does_not_fit_is_said(phantoms: Store, tmp_path: Path) -> None:
    """Each with its remedy."""
    with pytest.raises(InputError, match="--reencode"):
        make_sam_task(_recipe(), phantoms, CPU)
    with pytest.raises(InputError, match="variants is 1"):
        _task(phantoms, geometry={"flip": 0.5})
    with pytest.raises(InputError, match="objects is 0"):
        _task(phantoms, prompts={"objects": 0})
    lite = recipe_from_dict({"name": "l", "kind": "sam", "network": {"arch": "lite"}, "tier": "B"})
    with pytest.raises(InputError, match="TinyViT"):
        make_sam_task(lite, phantoms, CPU, reencode=True)
    only = write_phantoms(tmp_path / "few", cases=3)
    with pytest.raises(InputError, match="split val"):
        make_sam_task(_recipe("D"), only, CPU)
    cache = embed(_recipe("A"), phantoms, tmp_path / "cache", device=CPU, report=lambda _: None)
    with pytest.raises(InputError, match="last-block"):
        make_sam_task(_recipe("B"), phantoms, CPU, cache)


@pytest.mark.parametrize("tier", "AD")
def test_lite_keeps_its_statistics(phantoms: Store, tier: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """LiteMedSAM trains with batch normalisation as in use, and with its attention biases."""
    monkeypatch.setattr("finetune.starting.build_sam", lambda *_: Sam("lite", TinyViT(64), 64, 16))
    lite = {"name": "l", "kind": "sam", "network": {"arch": "lite"}, "tier": tier, "train": {"batch": 2}}
    task = make_sam_task(recipe_from_dict(lite), phantoms, CPU, reencode=tier == "A")
    before = {n: b.clone() for n, b in task.network.named_buffers() if b is not None}
    batch = task.batch(0, 0, 1)
    assert batch.targets.shape[-1] == 64
    loss, _ = task.module(batch)
    loss.backward()
    after = dict(task.network.named_buffers())
    assert any("running_mean" in n for n in before)
    assert all(torch.equal(t, after[n]) for n, t in before.items() if "running" in n or "batches" in n)
    bias = task.network.image_encoder.layers[1].blocks[0].attn.attention_biases
    assert (bias.grad is not None) == (tier == "D")
    norm = task.network.image_encoder.layers[0].blocks[0].conv1.bn.weight
    assert (norm.grad is not None) == (tier == "D")
    attention = task.network.image_encoder.layers[1].blocks[0].attn
    bias.data += 3  # as when the running mean's weights are put in
    with _InUse(task):
        assert torch.equal(attention.laid_out, attention._bias())
    assert attention.training == (tier == "D")
