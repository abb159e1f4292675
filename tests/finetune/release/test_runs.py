"""Runs read back: the same network, the weights they began from, and what is said when those are gone."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
import torch

from finetune.release.runs import load_run, read_run
from medsam.errors import InputError, ModelError, WeightsMismatch, WeightsMissing
from medsam.inference.predictor import make_predictor
from medsam.prompts import Box, Prompts
from pretrain import catalogue as catalogue_module
from pretrain.catalogue import sha256_of
from tests.finetune.run_folder import facts_of, micro_sam, micro_zoom, write_run


@pytest.fixture
def begun(tmp_path: Path) -> Path:
    """A file of weights that runs began from: a plain state dict."""
    path = tmp_path / "weights" / "start.pth"
    path.parent.mkdir()
    torch.save(micro_sam().state_dict(), path)
    return path


def adapted(folder: Path, begun: Path) -> Path:
    """A run that changed the decoder alone."""
    network = micro_sam()
    state = {k: v + 0.01 for k, v in network.state_dict().items() if k.startswith("mask_decoder")}
    return write_run(
        folder,
        network,
        state,
        model=str(begun),
        model_title="Micro",
        model_licence="Apache-2.0",
        model_sha256=sha256_of(begun),
    )


def assert_same(one: dict[str, torch.Tensor], other: dict[str, torch.Tensor]) -> None:
    assert one.keys() == other.keys()
    for name, value in one.items():
        assert torch.equal(value, other[name]), name


@pytest.mark.parametrize("make", [micro_sam, micro_zoom])
def test_a_whole_run_gives_its_network(tmp_path: Path, make) -> None:
    network = make()
    loaded = load_run(write_run(tmp_path / "run", network))
    assert_same(loaded.network.state_dict(), network.state_dict())
    assert not loaded.network.training
    assert loaded.card.name == "run"
    assert loaded.card.kind == ("zoom" if make is micro_zoom else "embedding")
    assert loaded.card.sha256 == sha256_of(tmp_path / "run" / "best.pt")
    picture = np.random.default_rng(0).integers(0, 255, (50, 60), np.uint8)
    predictor = make_predictor(loaded)
    predictor.set_image(picture)
    assert predictor.predict(Prompts(box=Box(10, 10, 40, 30))).masks.shape[1:] == (50, 60)


def test_what_was_trained_is_laid_over_the_weights_begun_from(tmp_path: Path, begun: Path) -> None:
    loaded = load_run(adapted(tmp_path / "run", begun))
    before = micro_sam().state_dict()
    for name, value in loaded.network.state_dict().items():
        moved = 0.01 if name.startswith("mask_decoder") else 0.0
        torch.testing.assert_close(value, before[name] + moved, rtol=0, atol=1e-6)
    assert loaded.card.licence == "Apache-2.0"
    assert loaded.preprocessing.size == 64


@pytest.mark.parametrize("place", ["run", "weights", "weights/own"])
def test_moved_weights_are_found_by_name_where_weights_lie(
    tmp_path: Path, begun: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    folder = adapted(tmp_path / "run", begun)
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.setattr(catalogue_module, "weights_folders", lambda: [elsewhere])
    target = {"run": folder, "weights": elsewhere, "weights/own": elsewhere / "own"}[place]
    target.mkdir(parents=True, exist_ok=True)
    shutil.move(begun, target / begun.name)
    if place == "weights":  # finetune.release.runs took the function itself
        monkeypatch.setattr("finetune.release.runs.weights_folders", lambda: [elsewhere])
    assert load_run(folder).card.title == "tiny (run)"


def test_weights_that_are_gone_are_named(tmp_path: Path, begun: Path) -> None:
    folder, sha256 = adapted(tmp_path / "run", begun), sha256_of(begun)
    begun.unlink()
    with pytest.raises(WeightsMissing, match=rf"start\.pth \(Micro, SHA-256 beginning {sha256[:12]}\)"):
        load_run(folder)


def test_weights_that_changed_are_refused(tmp_path: Path, begun: Path) -> None:
    folder = adapted(tmp_path / "run", begun)
    torch.save({k: v * 2 for k, v in micro_sam().state_dict().items()}, begun)
    with pytest.raises(WeightsMismatch, match="another one"):
        load_run(folder)


def test_entries_that_the_start_does_not_have_are_refused(tmp_path: Path, begun: Path) -> None:
    network = micro_sam()
    facts = {"model": str(begun), "model_sha256": sha256_of(begun)}
    folder = write_run(tmp_path / "run", network, {"lora.a": torch.ones(2)}, **facts)
    with pytest.raises(WeightsMismatch, match=r"lora\.a"):
        load_run(folder)


def test_facts_of_a_run_are_plain(tmp_path: Path) -> None:
    network = micro_sam()
    run = read_run(write_run(tmp_path / "run", network))
    assert facts_of(network).items() <= run.facts.items()
    assert (run.name, run.step, run.dice) == ("run", 40, 0.87654)
    assert run.table["ultrasound"] == 0.9


def test_a_run_without_best_weights_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="Train longer"):
        read_run(tmp_path)


@pytest.mark.parametrize("content", [b"", b"PK damaged", {"state": {}}, [1, 2], {"facts": 3, "state": 4}])
def test_a_damaged_file_is_a_sentence(tmp_path: Path, content: object) -> None:
    path = tmp_path / "best.pt"
    if isinstance(content, bytes):
        path.write_bytes(content)
    else:
        torch.save(content, path)
    with pytest.raises(InputError, match=r"best\.pt of the run"):
        read_run(tmp_path)


@pytest.mark.parametrize("change", [{"arch": None}, {"preprocessing": {}}, {"config": 3}, {"arch": "vit_x"}])
def test_facts_that_make_no_network_are_a_sentence(tmp_path: Path, change: dict[str, object]) -> None:
    folder = write_run(tmp_path / "run", micro_sam(), **change)
    with pytest.raises((InputError, ModelError)):
        load_run(folder)
