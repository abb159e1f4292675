"""Adapting from a job to weights: both kinds of networks, honest scores, every way it may end."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import TypeAdapter
from safetensors import safe_open

from finetune.adapt import adaptation as adapt_module
from finetune.adapt.adaptation import adapt
from finetune.adapt.job import Job
from finetune.config import read_recipe
from medsam.errors import Cancelled, InputError, WeightsMissing
from medsam.model.build import load_model
from tests.finetune.adapt.support import job, sam_file, write_mask, write_pictures, zoom_file


def adapted(told: dict[str, Any], is_cancelled=lambda: False) -> tuple[Path, list[dict[str, Any]]]:
    """Run a job; the file and all events."""
    events: list[dict[str, Any]] = []
    file = adapt(TypeAdapter(Job).validate_python(told), events.append, is_cancelled)
    return file, events


@dataclass(frozen=True)
class Done:
    """An adaptation that ran to its end."""

    model: Path
    before: bytes
    file: Path
    events: list[dict[str, Any]]

    @property
    def scores(self) -> dict[str, Any]:
        """The event of that name."""
        return next(e for e in self.events if e["event"] == "scores")

    def states(self) -> tuple[dict[str, torch.Tensor], dict[str, torch.Tensor]]:
        """Of the present and of the adapted model."""
        return load_model(self.model).network.state_dict(), load_model(self.file).network.state_dict()


def learn(folder: Path, make: Callable[[Path], Path], rate: float) -> Done:
    """Let a network that knows nothing learn discs, faster than is good for one that knows something."""
    read = adapt_module.read_recipe
    with pytest.MonkeyPatch.context() as patch:
        more = [f"train.rate={rate}", "train.patience=0"]
        patch.setattr(adapt_module, "read_recipe", lambda name, said: read(name, [*said, *more]))
        model = make(folder)
        before = model.read_bytes()
        told = job(write_pictures(folder / "in", 6), model, folder / "out", steps=24, title="Łeber & <b>")
        return Done(model, before, *adapted(told))


@pytest.fixture(scope="module")
def zoom(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """A zoom network, adapted."""
    return learn(tmp_path_factory.mktemp("zoom"), zoom_file, 1e-2)


@pytest.fixture(scope="module")
def sam(tmp_path_factory: pytest.TempPathFactory) -> Done:
    """A small SAM, adapted."""
    return learn(tmp_path_factory.mktemp("sam"), sam_file, 1e-2)


@pytest.fixture(params=["zoom", "sam"])
def done(request: pytest.FixtureRequest) -> Done:
    """Each of them."""
    return request.getfixturevalue(request.param)


def test_model_is_written_beside_the_present_one(done: Done):
    assert done.file.name == "2026-11-22-adapted-eber-b.safetensors"
    assert done.model.read_bytes() == done.before, "the present model does not change"
    card = load_model(done.file).card
    assert card.title == "Łeber & <b>" and card.kind == load_model(done.model).card.kind


def test_held_out_cases_are_outlined_better(done: Done):
    scores = done.scores
    assert scores["after"] > scores["before"] + 0.05, "it knew nothing before"
    assert [row["label"] for row in scores["table"]] == ["Nodule"]
    assert (scores["cases"], scores["objects"], scores["by_patient"]) == (2, 2, False)
    assert scores["improved"] == 2 and scores["worsened"] == 0
    assert done.events[-1]["trained_on"] == 4 and done.events[-1]["steps"] == 24


def test_every_stage_is_told_in_its_turn(done: Done):
    kinds = [e["event"] for e in done.events]
    assert kinds[-2:] == ["scores", "done"] and set(kinds[:-2]) == {"progress"}
    stages = list(dict.fromkeys(e["stage"] for e in done.events[:-2]))
    assert stages == ["read", "measure", "encode", "train", "check", "save"]
    fractions = [e["fraction"] for e in done.events[:-2]]
    assert fractions == sorted(fractions) and fractions[-1] <= 1


def test_tier_a_leaves_the_encoder_as_it_was(sam: Done):
    old, new = sam.states()
    same = {k for k in old if torch.equal(old[k], new[k])}
    assert all(k in same for k in old if k.startswith(("image_encoder.", "prompt_encoder.")))
    assert any(k not in same for k in old if k.startswith("mask_decoder."))


def test_scores_are_those_of_the_file(done: Done):
    """Asked again with the written weights, the held-out cases get the score that was told."""
    images = sorted((done.model.parent / "in").glob("p?.png"))
    told = job(images, done.file, done.model.parent / "again", steps=1, title="Again")
    adapted(told)
    _, events = adapted({**told, "steps": 2})  # the same folder serves again
    again = next(e for e in events if e["event"] == "scores")
    assert again["before"] == pytest.approx(done.scores["after"], abs=0.01)


def test_card_says_protocol_and_no_path_of_this_machine(done: Done):
    with safe_open(done.file, "pt") as content:
        card = json.loads(content.metadata()["card"])
    assert "held-out cases" in card["evaluation"]["sentence"]
    assert card["evaluation"]["dice"] == round(done.scores["after"], 4)
    text = json.dumps(card)
    assert str(done.model.parent) not in text and "p0" not in text


def test_minutes_decide_the_steps(tmp_path, monkeypatch):
    monkeypatch.setattr(adapt_module, "LEAST_STEPS", 2)
    told = job(write_pictures(tmp_path / "in", 4), zoom_file(tmp_path), tmp_path / "out", steps=0, minutes=0)
    _, events = adapted(told)
    assert events[-1]["steps"] <= 2
    recipes = []
    monkeypatch.setattr(adapt_module, "measure", lambda task, cost: _Estimate(0.5))
    monkeypatch.setattr(adapt_module, "train", lambda make, recipe, *a, **k: recipes.append(recipe))
    monkeypatch.setattr(adapt_module, "read_run", lambda run: (_ for _ in ()).throw(InputError("enough")))
    with pytest.raises(InputError, match="enough"):
        adapted({**told, "minutes": 60.0, "out_folder": str(tmp_path / "other")})
    config = recipes[0].train
    assert config.steps == 4000 and config.validate_every == 500
    monkeypatch.setattr(adapt_module, "measure", lambda task, cost: _Estimate(30.0))
    with pytest.raises(InputError, match="enough"):
        adapted({**told, "minutes": 60.0, "out_folder": str(tmp_path / "third")})
    config = recipes[1].train
    # An hour holds about a hundred steps of half a minute; some of it goes into reading and testing.
    assert 80 < config.steps <= 60 * 60 * 0.95 / 33 and config.ema == pytest.approx(1 - 8 / config.steps)


class _Estimate:
    """What ``measure`` brings."""

    def __init__(self, seconds: float) -> None:
        self.step_seconds = seconds


def test_slow_encoder_gets_fewer_slices_in_the_same_time(tmp_path, monkeypatch):
    seen = []
    make_task = adapt_module.make_task

    def watch(recipe, part, *args, **kwargs):
        seen.append(len(list(part.slices())))
        return make_task(recipe, part, *args, **kwargs)

    monkeypatch.setattr(adapt_module, "make_task", watch)
    monkeypatch.setattr(adapt_module, "LEAST_STEPS", 1)
    monkeypatch.setattr(adapt_module, "MOST_STEPS", 1)
    monkeypatch.setattr(adapt_module._Adaptation, "_seconds_a_slice", lambda *_: 20.0)
    told = job(write_pictures(tmp_path / "in", 12), sam_file(tmp_path), tmp_path / "out", steps=0, minutes=2)
    _, events = adapted(told)
    # Of two minutes about 17 s for testing and 46 s for encoding: two slices each, looked at twice.
    assert seen == [2 + 2 + 2] and events[-2]["cases"] == 2


def test_training_ends_when_the_minutes_are_over(tmp_path, monkeypatch):
    monkeypatch.setattr(adapt_module, "LEAST_STEPS", 500)
    told = job(
        write_pictures(tmp_path / "in", 4), zoom_file(tmp_path), tmp_path / "out", steps=0, minutes=0.01
    )
    file, events = adapted(told)
    assert file.is_file() and events[-1]["steps"] < 500


# --- ways to end ----------------------------------------------------------------


@pytest.mark.parametrize("stage", ["read", "measure", "encode", "train", "check"])
def test_stopping_at_any_stage_leaves_no_file(tmp_path, stage):
    seen: list[str] = []
    told = job(write_pictures(tmp_path / "in", 4), sam_file(tmp_path), tmp_path / "out")
    with pytest.raises(Cancelled):
        adapt(
            TypeAdapter(Job).validate_python(told),
            lambda event: seen.append(event.get("stage", "")),
            lambda: stage in seen,
        )
    assert seen[-1] == stage and list((tmp_path / "out").glob("*.safetensors")) == []


def test_cases_that_fail_are_said_and_the_rest_is_learned_from(tmp_path):
    images = write_pictures(tmp_path / "in", 5)
    images[0].write_bytes(b"no picture")
    write_mask(tmp_path / "in" / "p1_mask.png", np.zeros((60, 80), np.uint8))
    _, events = adapted(job(images, zoom_file(tmp_path), tmp_path / "out"))
    said = [e["text"] for e in events if e["event"] == "skipped"]
    assert len(said) == 2 and "p0.png" in said[0] and "p1.png" in said[1]
    assert events[-1]["trained_on"] == 2


def test_missing_model_is_a_sentence(tmp_path):
    told = job(write_pictures(tmp_path / "in", 2), tmp_path / "gone.safetensors", tmp_path / "out")
    with pytest.raises(WeightsMissing, match=r"gone\.safetensors"):
        adapted(told)


def test_model_without_boxes_is_refused_before_anything_is_read(tmp_path):
    told = job(write_pictures(tmp_path / "in", 2), sam_file(tmp_path, ("points",)), tmp_path / "out")
    with pytest.raises(InputError, match="box"):
        adapted(told)
    assert not (tmp_path / "out" / "store").exists()


def test_one_case_is_refused(tmp_path):
    with pytest.raises(InputError, match="at least two"):
        adapted(job(write_pictures(tmp_path / "in", 1), zoom_file(tmp_path), tmp_path / "out"))


def test_recipes_are_of_their_kind():
    zoom, decoder = read_recipe("adapt-zoom"), read_recipe("adapt-decoder")
    assert zoom.kind == "zoom" and (decoder.kind, decoder.tier) == ("sam", "A")
    assert zoom.prepare == decoder.prepare and zoom.prepare.objects == "component"
