"""Loading by name and by file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from safetensors.torch import save_file

from medsam.errors import ModelError, WeightsMismatch, WeightsMissing
from medsam.model import build as module
from medsam.model.build import build_sam, load_model
from medsam.model.preprocessing import PREPROCESSING, Preprocessing
from medsam.model.zoom import ZoomNet, build_zoom
from pretrain.catalogue import entry, remembered_sha256, sha256_of
from pretrain.descriptions import add_description
from tests.synthetic_weights import fill


@pytest.fixture(scope="module")
def lite_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file like the published one of LiteMedSAM, with synthetic weights."""
    network = build_sam("lite")
    fill(network)
    path = tmp_path_factory.mktemp("lite") / "mine.pth"
    torch.save(network.state_dict(), path)
    return path


def write_zoom(path: Path, **metadata: str) -> ZoomNet:
    network = build_zoom()
    state = {k: (v.half() if v.ndim > 1 else v).contiguous() for k, v in network.state_dict().items()}
    save_file(state, path, metadata={"arch": "zoom", "preprocessing": "zoom", **metadata})
    return network


def test_a_bare_file_is_recognised(lite_file: Path) -> None:
    seen: list[float] = []
    loaded = load_model(lite_file, "cpu", on_progress=lambda fraction, text: seen.append(fraction))
    assert loaded.network.arch == "lite"
    assert not loaded.network.training
    assert loaded.preprocessing == PREPROCESSING["lite"]
    assert (loaded.card.name, loaded.card.title, loaded.card.kind) == ("mine.pth", "mine", "embedding")
    assert loaded.card.sha256 == sha256_of(lite_file)
    assert loaded.card.path == lite_file
    assert loaded.device.type == "cpu"
    assert seen == sorted(seen)
    assert seen[-1] == 1
    wanted = build_sam("lite")
    fill(wanted)
    wanted.eval()
    with torch.no_grad():
        picture = torch.rand(1, 3, 256, 256)
        torch.testing.assert_close(loaded.network.image_encoder(picture), wanted.image_encoder(picture))


def test_by_name_the_sum_is_compared(lite_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = replace(entry("lite_medsam"), file=lite_file.name, sha256="0" * 64)
    monkeypatch.setattr(module, "_known_entry", lambda name: known)
    monkeypatch.setenv("MEDSAM_WEIGHTS", str(lite_file.parent))
    with pytest.raises(WeightsMismatch, match="not the published file of LiteMedSAM"):
        load_model("lite_medsam", "cpu")
    known = replace(known, sha256=sha256_of(lite_file))
    loaded = load_model("lite_medsam", "cpu")
    assert (loaded.card.name, loaded.card.licence) == ("lite_medsam", "Apache-2.0")


def test_a_file_without_a_published_sum_is_remembered(
    lite_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = replace(entry("lite_medsam"), file=lite_file.name, sha256="")
    monkeypatch.setattr(module, "_known_entry", lambda name: known)
    monkeypatch.setenv("MEDSAM_WEIGHTS", str(lite_file.parent))
    load_model("lite_medsam", "cpu")
    assert remembered_sha256(lite_file) == sha256_of(lite_file)


def test_a_published_file_is_known_under_any_name(lite_file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = replace(entry("lite_medsam"), sha256=sha256_of(lite_file))
    monkeypatch.setattr(module, "entry_of_sha256", lambda sha256: known if sha256 == known.sha256 else None)
    assert load_model(lite_file, "cpu").card.title == known.title


def test_zoom_files_describe_themselves(tmp_path: Path) -> None:
    card = {"title": "Mine", "prompts": ["box"], "licence": "CC0-1.0", "can_be_empty": True}
    network = write_zoom(tmp_path / "z.safetensors", config=json.dumps({"size": 64}), card=json.dumps(card))
    loaded = load_model(tmp_path / "z.safetensors", "cpu")
    assert isinstance(loaded.network, ZoomNet)
    assert loaded.preprocessing == Preprocessing("zoom", 64)
    assert (loaded.card.title, loaded.card.kind, loaded.card.licence) == ("Mine", "zoom", "CC0-1.0")
    assert loaded.card.can_be_empty
    for name, value in loaded.network.state_dict().items():
        torch.testing.assert_close(value, network.state_dict()[name], rtol=1e-2, atol=1e-3)


def test_preprocessing_may_be_spelled_out(tmp_path: Path) -> None:
    write_zoom(tmp_path / "z.safetensors", preprocessing=json.dumps(Preprocessing("zoom", 96, 2).to_dict()))
    assert load_model(tmp_path / "z.safetensors", "cpu").preprocessing == Preprocessing("zoom", 96, 2)


@pytest.mark.parametrize("metadata", [{"preprocessing": "mine"}, {"card": "{broken"}, {"config": "[1]"}])
def test_a_broken_description_is_a_sentence(tmp_path: Path, metadata: dict[str, str]) -> None:
    write_zoom(tmp_path / "z.safetensors", **metadata)
    with pytest.raises(WeightsMismatch, match=r"z\.safetensors"):
        load_model(tmp_path / "z.safetensors", "cpu")


def test_weights_of_another_network(tmp_path: Path) -> None:
    torch.save({"encoder.weight": torch.ones(2)}, tmp_path / "net.pth")
    with pytest.raises(WeightsMismatch, match="no network this program knows"):
        load_model(tmp_path / "net.pth", "cpu")


def test_names_and_paths_that_are_not_there(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ModelError, match="Known models"):
        load_model("no_such_model", "cpu")
    with pytest.raises(WeightsMissing, match=r"absent\.pth"):
        load_model(tmp_path / "absent.pth", "cpu")
    with pytest.raises(WeightsMissing):
        load_model(tmp_path, "cpu")
    for too_long in ("n" * 300, "n" * 300 + ".pth"):  # Longer than any disk's names.
        with pytest.raises(ModelError, match="n" * 300):
            load_model(too_long, "cpu")
    with pytest.raises(ModelError, match="device"):
        load_model("medsam_zoom", "tpu")
    with pytest.raises(ModelError, match="architecture"):
        build_sam("vit_x")


@pytest.mark.parametrize(
    ("name", "kind"), [("medsam_vit_b.pth", "medsam"), ("MedSAM_mine.pth", "medsam"), ("sam.pth", "sam")]
)
def test_preprocessing_of_a_bare_vit_is_told_by_its_name(name: str, kind: str) -> None:
    assert module._preprocessing_of(None, "vit_b", {}, {}, name) == PREPROCESSING[kind]


def test_the_whole_network_gives_masks() -> None:
    network = build_sam("lite")
    fill(network)
    with torch.no_grad():
        masks, quality = network(torch.rand(1, 3, 256, 256), torch.tensor([[10.0, 20, 100, 120]]))
    assert masks.shape == (1, 1, 256, 256)
    assert quality.shape == (1, 1)


@pytest.mark.parametrize(
    "change",
    [
        {"card": '{"prompts": 5}'},
        {"card": '{"candidates": "x"}'},
        {"config": '{"size": "big"}'},
        {"config": '{"widths": [-3, 8, 8, 8, 8]}'},
        {"config": '{"nothing_below": "never"}'},
        {"config": '{"size": 1000000000}'},
        {"preprocessing": "sam"},
    ],
)
def test_a_description_that_makes_no_sense_is_refused(tmp_path: Path, change: dict[str, str]) -> None:
    path = tmp_path / "edited.safetensors"
    save_file(
        {"a": torch.zeros(1)}, path, {"arch": "zoom", "config": "{}", "preprocessing": "zoom", **change}
    )
    with pytest.raises(WeightsMismatch, match=r"description inside edited\.safetensors"):
        load_model(path, "cpu")


def test_a_file_of_a_size_of_its_own_loads(tmp_path: Path) -> None:
    sizes = {"image_size": 64, "width": 32, "depth": 1, "heads": 2, "channels": 32, "decoder_heads": 4}
    network = build_sam("vit", {**sizes, "decoder_hidden": 64})
    fill(network)
    path = tmp_path / "own.safetensors"
    said = {"arch": "vit", "config": json.dumps(network.config)}
    said["preprocessing"] = json.dumps(Preprocessing("medsam", 64).to_dict())
    save_file(network.state_dict(), path, said)
    loaded = load_model(path, "cpu")
    for name, value in network.state_dict().items():
        assert torch.equal(loaded.network.state_dict()[name], value)


def test_a_pth_may_describe_itself_too(tmp_path: Path) -> None:
    network = build_sam("lite")
    fill(network)
    torch.save(network.state_dict(), tmp_path / "own.pth")
    kind = json.dumps(Preprocessing("medsam", 256).to_dict())
    add_description(
        tmp_path / "own.pth", {"arch": "lite", "preprocessing": kind, "card": json.dumps({"title": "Mine"})}
    )
    loaded = load_model(tmp_path / "own.pth", "cpu")
    assert (loaded.card.title, loaded.preprocessing.kind) == ("Mine", "medsam")
    assert len(torch.load(tmp_path / "own.pth", weights_only=True)) == len(network.state_dict())


def test_a_preprocessing_of_another_size_than_the_network_is_refused(tmp_path: Path) -> None:
    network = build_sam("lite")
    fill(network)
    said = {"arch": "lite", "preprocessing": json.dumps(Preprocessing("medsam", 1024).to_dict())}
    save_file(network.state_dict(), tmp_path / "own.safetensors", said)
    with pytest.raises(WeightsMismatch, match=r"own\.safetensors"):
        load_model(tmp_path / "own.safetensors", "cpu")
