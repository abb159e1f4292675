"""The loop on a tiny network: it learns, resumes exactly, and exports what the program loads."""

from __future__ import annotations

import csv
import dataclasses
import json
from pathlib import Path

import pytest
import torch
from safetensors import safe_open

from finetune.__main__ import main
from finetune.config import Recipe, TrainConfig, read_recipe, recipe_from_dict
from finetune.evaluate import evaluate, write_report
from finetune.export import export, load_best
from finetune.prepare import prepare
from finetune.targets import targets
from finetune.train import new_state, rate_at, resume, train
from medsam.errors import InputError
from medsam.model.zoom import build_zoom

NETWORK = {"size": 32, "widths": [8, 16, 16], "blocks": [1, 1, 1], "decoder_blocks": [1, 1], "detail": 4}


def _recipe(**changes: object) -> Recipe:
    settings: dict[str, object] = {
        "batch": 8,
        "steps": 6,
        "decay_steps": 3,
        "warm_up": 2,
        "ema": 0.9,
        "threads": 1,
        "save_every": 3,
        "validate_every": 3,
        "bfloat16": False,
        **changes,
    }
    return Recipe(name="tiny", network=NETWORK, train=TrainConfig(**settings))


def _quiet(_: str) -> None:
    return None


@pytest.fixture
def store(data: Path, tmp_path: Path) -> Path:
    prepare(data, tmp_path / "store", Recipe(name="tiny").prepare, report=_quiet)
    return tmp_path / "store"


def test_a_few_steps_beat_an_untrained_network(data: Path, store: Path, tmp_path: Path) -> None:
    recipe = _recipe(steps=60, validate_every=60, save_every=60)
    train(recipe, data, store, tmp_path / "run", report=_quiet)
    network, facts = load_best(tmp_path / "run")
    result = evaluate(network, data, noise=0.0, report=_quiet).to_dict()
    before = evaluate(new_state(recipe).average, data, noise=0.0, report=_quiet).to_dict()
    assert facts["step"] == 60
    assert result["mean"]["network"] > before["mean"]["network"] + 0.1
    assert result["mean"]["network"] > 0.8
    # The objects are discs, and without noise the ellipse of their box is all but exact.
    assert result["mean"]["ellipse"] > 0.95 > result["mean"]["box"]


def test_a_resumed_run_equals_an_uninterrupted_one(data: Path, store: Path, tmp_path: Path) -> None:
    whole = train(_recipe(), data, store, tmp_path / "whole", report=_quiet)
    # Stopped on the level part of the rate, before the last steps were laid out.
    train(_recipe(steps=3, decay_steps=1, save_every=2), data, store, tmp_path / "halves", report=_quiet)
    (tmp_path / "two").mkdir()
    half = train(_recipe(steps=3, decay_steps=0), data, store, tmp_path / "two", report=_quiet)
    assert half.step == 3
    rest = train(_recipe(), data, store, tmp_path / "two", report=_quiet)
    assert rest.step == whole.step == 6
    for mine, other in zip(
        whole.average.state_dict().values(), rest.average.state_dict().values(), strict=True
    ):
        assert torch.equal(mine, other)
    assert rest.best == whole.best


def test_resuming_with_another_network_is_refused(data: Path, store: Path, tmp_path: Path) -> None:
    train(_recipe(steps=1, decay_steps=0), data, store, tmp_path / "run", report=_quiet)
    other = dataclasses.replace(_recipe(), network={**NETWORK, "detail": 0})
    with pytest.raises(InputError, match="empty folder"):
        resume(other, tmp_path / "run")


def test_logs_have_a_row_a_report_and_best_is_the_best_validation(
    data: Path, store: Path, tmp_path: Path
) -> None:
    state = train(_recipe(), data, store, tmp_path / "run", report=_quiet)
    with (tmp_path / "run" / "validation.csv").open(newline="") as handle:
        rows = list(csv.DictReader(handle))
    assert [r["step"] for r in rows] == ["3", "6"]
    assert {"ultrasound", "dermoscopy"} & set(rows[0])
    assert state.best == pytest.approx(max(float(r["mean"]) for r in rows), abs=1e-4)
    with (tmp_path / "run" / "train.csv").open(newline="") as handle:
        assert next(csv.DictReader(handle))["samples"] == "48"


def test_rate_warms_up_stays_and_falls_to_zero() -> None:
    config = TrainConfig(steps=100, decay_steps=20, warm_up=10, rate=1.0)
    assert rate_at(0, config) == pytest.approx(0.1)
    assert rate_at(50, config) == rate_at(79, config) == 1.0
    assert rate_at(90, config) == pytest.approx(0.5)
    assert rate_at(100, config) == 0.0


def test_export_writes_what_builds_the_same_network(data: Path, store: Path, tmp_path: Path) -> None:
    train(_recipe(), data, store, tmp_path / "run", report=_quiet)
    path = export(tmp_path / "run", tmp_path / "w.safetensors", flip_average=True, card={"scores": {"a": 1}})
    with safe_open(path, "pt") as file:
        metadata = file.metadata()
        stored = {name: file.get_tensor(name) for name in file.keys()}  # noqa: SIM118
    assert metadata["arch"] == metadata["preprocessing"] == "zoom"
    card = json.loads(metadata["card"])
    assert card["scores"] == {"a": 1}
    assert card["terms"] == "Research use only. Not a medical device."
    config = json.loads(metadata["config"])
    assert config["flip_average"] is True
    network = build_zoom(config)
    network.load_state_dict(stored)
    trained, _ = load_best(tmp_path / "run", flip_average=True)
    crops = torch.randn(2, 8, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        torch.testing.assert_close(network(crops)[0], trained(crops)[0], rtol=0.02, atol=0.02)
    assert not list(tmp_path.glob("*.part"))


def test_reports_name_protocol_methods_and_seed(data: Path, tmp_path: Path) -> None:
    result = evaluate(new_state(_recipe()).average, data, noise=0.05, seed=11, report=_quiet)
    as_json, as_text = write_report(result, tmp_path / "report")
    content = json.loads(as_json.read_text())
    assert content["protocol"]["seed"] == 11
    assert content["protocol"]["objects"] == len(content["worst"]) == 2
    text = as_text.read_text()
    assert "normal noise of 5%" in text
    assert "| Dermoscopy | discs | 1 |" in text


def test_targets_repeat_and_noise_moves_both_ways(data: Path) -> None:
    one, two = (list(targets(data, "val", 0.1, seed=2)) for _ in range(2))
    assert [t.box for t in one] == [t.box for t in two]
    assert len(one) == 2
    moved = [t.box.x0 - t.found.box.x0 for s in range(8) for t in targets(data, "val", 0.1, seed=s)]
    assert min(moved) < 0 < max(moved)


def test_the_recipe_of_the_default_model_reads_and_mistakes_are_refused() -> None:
    recipe = read_recipe("zoom")
    assert recipe_from_dict(recipe.to_dict()) == recipe
    with pytest.raises(InputError, match="stpes"):
        recipe_from_dict({"name": "x", "train": {"stpes": 3}})
    with pytest.raises(InputError, match="zoom"):
        read_recipe("zooom")


def test_the_command_reports_a_mistake_in_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    code = main(["prepare", "--data", str(tmp_path), "--store", str(tmp_path / "s")])
    said = capsys.readouterr().err
    assert code == 2
    assert said.count("\n") == 1
    assert "cases.csv" in said


def test_the_commands_run_from_pictures_to_weights(data: Path, tmp_path: Path) -> None:
    recipe = tmp_path / "tiny.toml"
    recipe.write_text(
        'name = "tiny"\n[network]\nsize = 32\nwidths = [8, 8]\nblocks = [1, 1]\ndecoder_blocks = [1]\n'
        "[train]\nbatch = 4\nsteps = 2\nthreads = 1\n"
    )
    store, run, out = (str(tmp_path / n) for n in ("store", "run", "weights.safetensors"))
    given = ["--data", str(data), "--recipe", str(recipe)]
    assert main(["prepare", *given, "--store", store]) == 0
    assert main(["train", *given, "--store", store, "--out", run]) == 0
    assert main(["export", "--run-folder", run, "--out", out]) == 0
    report = str(tmp_path / "report")
    assert main(["evaluate", "--data", str(data), "--run-folder", run, "--out", report]) == 0
    assert Path(out).stat().st_size > 1000
    assert (tmp_path / "report.md").is_file()
