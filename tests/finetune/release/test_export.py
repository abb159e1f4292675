"""Exported files: the same masks through the program, the same state dict for other programs."""

from __future__ import annotations

import csv
import json
import subprocess
import sys
import zipfile
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image
from safetensors import safe_open

from finetune.__main__ import main
from finetune.release.export import average_over_mirror, export, write_weights
from finetune.release.runs import load_run
from medsam.cli.main import main as medsam_main
from medsam.errors import InputError, WriteError
from medsam.inference.predictor import make_predictor
from medsam.model.build import build_sam, load_model
from medsam.prompts import Box, Prompts
from pretrain import catalogue as catalogue_module
from pretrain.catalogue import sha256_of
from pretrain.own import own_models
from tests.finetune.run_folder import MICRO_SAM, micro_sam, micro_zoom, write_run

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def run(tmp_path: Path) -> Path:
    """A run of a micro SAM."""
    return write_run(tmp_path / "run", micro_sam())


@pytest.fixture
def picture() -> np.ndarray:
    """A grey picture that is no square."""
    return np.random.default_rng(1).integers(0, 255, (50, 70), np.uint8)


def answer(loaded, picture: np.ndarray) -> np.ndarray:
    """The logits of one box."""
    predictor = make_predictor(loaded)
    predictor.set_image(picture)
    return predictor.predict(Prompts(box=Box(12, 8, 50, 41))).logits


@pytest.mark.parametrize("suffix", [".safetensors", ".pth"])
def test_an_exported_sam_answers_as_the_run_did(run: Path, tmp_path: Path, picture, suffix: str) -> None:
    path = export(run, tmp_path / f"mine{suffix}", name="Discs of mine")
    loaded = load_model(path, "cpu")
    # Equal weights: only where the file's bytes lie in memory rounds differently.
    np.testing.assert_allclose(answer(loaded, picture), answer(load_run(run), picture), rtol=1e-4, atol=1e-5)
    for name, value in load_run(run).network.state_dict().items():
        assert torch.equal(loaded.network.state_dict()[name], value)
    assert (loaded.card.title, loaded.card.candidates) == ("Discs of mine", 1)
    assert (loaded.preprocessing.kind, loaded.preprocessing.size) == ("medsam", 64)
    assert loaded.network.config["decoder_heads"] == MICRO_SAM["decoder_heads"]
    assert [p.name for p in tmp_path.iterdir() if p.is_file()] == [path.name]


def test_a_file_is_the_same_when_written_again(run: Path, tmp_path: Path) -> None:
    for suffix in (".pth", ".safetensors"):
        first = sha256_of(export(run, tmp_path / f"mine{suffix}"))
        assert sha256_of(export(run, tmp_path / f"mine{suffix}")) == first


def test_the_pth_is_a_plain_state_dict(run: Path, tmp_path: Path) -> None:
    path = export(run, tmp_path / "mine.pth")
    content = torch.load(path, weights_only=True)
    wanted = micro_sam().state_dict()
    assert list(content) == list(wanted)
    assert all(torch.equal(content[name], value) for name, value in wanted.items())
    assert any(name.endswith("/medsam.json") for name in zipfile.ZipFile(path).namelist())


def test_segment_anything_loads_the_pth_and_answers_the_same(run: Path, tmp_path: Path) -> None:
    path = export(run, tmp_path / "mine.pth")
    loaded = load_model(path, "cpu")
    image = torch.rand(1, 3, 64, 64, generator=torch.Generator().manual_seed(4))
    box = torch.tensor([[10.0, 12.0, 40.0, 50.0]])
    with torch.no_grad():
        masks, quality = loaded.network(image, box)
    torch.save({"image": image, "box": box}, tmp_path / "asked.pt")
    run_reference(MICRO.format(weights=str(path), folder=str(tmp_path), config=MICRO_SAM))
    theirs = torch.load(tmp_path / "answered.pt", weights_only=True)
    torch.testing.assert_close(masks, theirs["masks"], rtol=1e-3, atol=1e-4)
    torch.testing.assert_close(quality, theirs["quality"], rtol=1e-3, atol=1e-4)


def run_reference(code: str) -> str:
    """Run code with ``segment_anything`` in a process that pretends the torchvision it imports were there."""
    if find_spec("segment_anything") is None:
        pytest.skip("segment_anything is not installed")
    done = subprocess.run(
        [sys.executable, "-c", STAND_INS + code],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


STAND_INS = """
import sys, types
names = ("", ".ops", ".ops.boxes", ".transforms", ".transforms.functional")
modules = {n: types.ModuleType("torchvision" + n) for n in names}
modules[".ops.boxes"].batched_nms = modules[".ops.boxes"].box_area = None
functional = modules[".transforms.functional"]
functional.resize = functional.to_pil_image = None
sys.modules.update({m.__name__: m for m in modules.values()})
"""
MICRO = """
from functools import partial
import torch
from segment_anything.modeling import ImageEncoderViT, MaskDecoder, PromptEncoder, Sam, TwoWayTransformer
c = {config}
cells = c["image_size"] // 16
sam = Sam(
    image_encoder=ImageEncoderViT(
        img_size=c["image_size"], embed_dim=c["width"], depth=c["depth"], num_heads=c["heads"], mlp_ratio=4,
        norm_layer=partial(torch.nn.LayerNorm, eps=1e-6), patch_size=16, qkv_bias=True, use_rel_pos=True,
        global_attn_indexes=c["global_blocks"], window_size=14, out_chans=c["channels"],
    ),
    prompt_encoder=PromptEncoder(
        embed_dim=c["channels"], image_embedding_size=(cells, cells),
        input_image_size=(c["image_size"],) * 2, mask_in_chans=16,
    ),
    mask_decoder=MaskDecoder(
        num_multimask_outputs=3, transformer_dim=c["channels"],
        transformer=TwoWayTransformer(
            depth=2, embedding_dim=c["channels"], mlp_dim=c["decoder_hidden"], num_heads=c["decoder_heads"]
        ),
    ),
)
sam.eval()
with open("{weights}", "rb") as f:
    sam.load_state_dict(torch.load(f))
asked = torch.load("{folder}/asked.pt")
with torch.no_grad():
    sparse, dense = sam.prompt_encoder(points=None, boxes=asked["box"], masks=None)
    masks, quality = sam.mask_decoder(
        image_embeddings=sam.image_encoder(asked["image"]), image_pe=sam.prompt_encoder.get_dense_pe(),
        sparse_prompt_embeddings=sparse, dense_prompt_embeddings=dense, multimask_output=False,
    )
torch.save({{"masks": masks, "quality": quality}}, "{folder}/answered.pt")
"""


def test_a_vit_b_is_what_segment_anything_builds() -> None:
    said = run_reference(VIT_B)
    with torch.device("meta"):
        ours = build_sam("vit_b").state_dict()
    assert {name: list(value.shape) for name, value in ours.items()} == json.loads(said)


VIT_B = """
import json, torch
from segment_anything import sam_model_registry
with torch.device("meta"):
    state = sam_model_registry["vit_b"]().state_dict()
print(json.dumps({name: list(value.shape) for name, value in state.items()}))
"""


def test_a_zoom_network_is_stored_in_half_and_answers_the_same(tmp_path: Path, picture) -> None:
    run = write_run(tmp_path / "run", micro_zoom())
    path = export(run, tmp_path / "zoom.safetensors", flip_average=True)
    with safe_open(path, "pt") as file:
        assert file.metadata()["arch"] == "zoom"
        assert file.get_tensor("stem.0.weight").dtype == torch.float16
        assert file.get_tensor("stem.1.weight").dtype == torch.float32
    loaded, trained = load_model(path, "cpu"), load_run(run)
    assert loaded.network.config["flip_average"] is True
    average_over_mirror(trained)
    np.testing.assert_allclose(answer(loaded, picture), answer(trained, picture), rtol=0.02, atol=0.02)


def test_only_a_zoom_network_averages(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match="flip-average"):
        export(run, tmp_path / "mine.pth", flip_average=True)


def test_other_endings_and_folders_are_refused(run: Path, tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"mine\.bin"):
        export(run, tmp_path / "mine.bin")
    with pytest.raises(WriteError):
        export(run, tmp_path / "absent" / "mine.pth")


def test_what_reads_back_differently_is_not_put_in_place(run: Path, tmp_path: Path, monkeypatch) -> None:
    import finetune.release.export as module

    loaded = load_run(run)
    other = load_run(run)
    with torch.no_grad():
        next(other.network.parameters()).add_(1)
    monkeypatch.setattr(module, "load_model", lambda path, device: other)
    path = tmp_path / "mine.safetensors"
    path.write_bytes(b"before")
    with pytest.raises(WriteError, match="read back"):
        write_weights(loaded, path, {"title": "x"})
    assert path.read_bytes() == b"before"
    assert [p for p in tmp_path.iterdir() if p.is_file()] == [path]


# --- the command, and the program with the file ---------------------------------


def test_the_command_puts_weights_where_the_program_lists_them(
    run: Path, tmp_path: Path, monkeypatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(catalogue_module, "weights_folders", lambda: [tmp_path / "weights"])
    assert main(["export", "--run", str(run), "--title", "First"]) == 0
    assert main(["export", "--run", str(run), "--title", "Second"]) == 0
    assert "under Models" in capsys.readouterr().out
    listed = own_models()
    assert {e.title: e.file for e in listed} == {"First": "run.safetensors", "Second": "run-2.safetensors"}
    assert listed[0].prompts == {"box"}


def test_other_weights_are_written_anew_with_the_card_they_came_with(
    run: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    one, two = tmp_path / "one.safetensors", tmp_path / "two.pth"
    assert main(["export", "--run", str(run), "--title", "Mine", "--out", str(one)]) == 0
    assert main(["export", "--model", str(one), "--out", str(two)]) == 0
    with safe_open(one, "pt") as file:
        card = json.loads(file.metadata()["card"])
    loaded = load_model(two, "cpu")
    assert loaded.card.title == "Mine"
    back = zipfile.ZipFile(two)
    (member,) = [n for n in back.namelist() if n.endswith("/medsam.json")]
    assert json.loads(json.loads(back.read(member))["card"]) == card
    assert main(["export", "--model", str(one), "--out", str(two), "--store", str(tmp_path)]) == 2
    assert "belong to a run" in capsys.readouterr().err


def test_predict_takes_an_exported_sam_of_own_size(run: Path, tmp_path: Path, picture) -> None:
    weights = export(run, tmp_path / "mine.pth")
    Image.fromarray(picture).save(tmp_path / "picture.png")
    with (tmp_path / "boxes.csv").open("w", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(["id", "image", "slice", "x0", "y0", "x1", "y1"])
        rows.writerow(["a", "picture.png", "", 12, 8, 50, 41])
    out = tmp_path / "masks"
    asked = ["predict", "--prompts", str(tmp_path / "boxes.csv"), "--out", str(out), "--model", str(weights)]
    # What a processor computes in by itself may differ from float32 in more pixels than are let pass here.
    assert medsam_main([*asked, "--device", "cpu", "--precision", "exact"]) == 0
    predictor = make_predictor(load_run(run))
    predictor.set_image(picture)
    wanted = predictor.predict(Prompts(box=Box(12, 8, 50, 41))).masks[0]
    assert wanted.any()
    assert ((np.asarray(Image.open(out / "a.png")) > 0) != wanted).mean() < 0.002
