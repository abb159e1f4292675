"""ONNX files: the program's own masks through onnxruntime alone, and nothing in place that differs."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from finetune.release.export import average_over_mirror
from finetune.release.onnx_export import OnnxFiles, export_onnx
from finetune.release.onnx_graphs import DecoderGraph, EncoderGraph
from finetune.release.runs import load_run
from medsam.errors import InputError, WriteError
from medsam.inference.predictor import make_predictor
from medsam.inference.transforms import encode_input
from medsam.inference.zoom_crop import make_crop
from medsam.model.build import build_sam
from medsam.model.zoom import build_zoom, input_channels
from medsam.prompts import Box, Points, Prompts
from tests.finetune.run_folder import MICRO_SAM, micro_sam, micro_zoom, write_run
from tests.synthetic_weights import fill

onnx = pytest.importorskip("onnx")
onnxruntime = pytest.importorskip("onnxruntime")
pytest.importorskip("onnxscript")

pytestmark = pytest.mark.timeout(600)  # the exporter is slow where others work at the same time

CARD = {"title": "Mine", "licence": "CC0-1.0"}


@pytest.fixture(scope="module")
def sam(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, OnnxFiles]:
    """A micro SAM with three candidates, and its files."""
    folder = tmp_path_factory.mktemp("onnx")
    run = write_run(folder / "run", micro_sam(), candidates=3, prompts=["box", "points", "mask"])
    loaded = load_run(run)
    return loaded, export_onnx(loaded, folder / "mine.onnx", CARD)


@pytest.fixture(scope="module")
def zoom(tmp_path_factory: pytest.TempPathFactory) -> tuple[Any, OnnxFiles]:
    """A micro zoom network, and its file."""
    folder = tmp_path_factory.mktemp("onnx")
    loaded = load_run(write_run(folder / "run", micro_zoom()))
    return loaded, export_onnx(loaded, folder / "zoom.onnx", CARD)


def ask(path: Path, **inputs: np.ndarray) -> list[np.ndarray]:
    """Run a file."""
    session = onnxruntime.InferenceSession(path, providers=["CPUExecutionProvider"])
    return session.run(None, {name: np.asarray(value, np.float32) for name, value in inputs.items()})


def test_two_files_with_the_names_of_the_ecosystem(sam) -> None:
    _, written = sam
    assert [f.name for f in written.files] == ["mine-encoder.onnx", "mine-decoder.onnx"]
    assert sorted(p.name for p in written.files[0].parent.iterdir() if p.is_file()) == sorted(
        f.name for f in written.files
    )
    encoder, decoder = (onnx.load(f) for f in written.files)
    onnx.checker.check_model(encoder)
    onnx.checker.check_model(decoder)
    names = ["image_embeddings", "point_coords", "point_labels", "mask_input", "has_mask_input"]
    assert [i.name for i in decoder.graph.input] == names
    assert [o.name for o in decoder.graph.output] == ["low_res_masks", "iou_predictions"]
    coords = decoder.graph.input[1].type.tensor_type.shape.dim
    assert [d.dim_param or d.dim_value for d in coords] == ["prompts", "points", 2]
    for model in (encoder, decoder):
        said = {p.key: p.value for p in model.metadata_props}
        assert json.loads(said["card"]) == CARD
        assert json.loads(said["preprocessing"])["size"] == 64
        assert "64x64" in json.loads(said["usage"])["picture"]
        assert "label -1" in json.loads(said["usage"])["prompts"]


def test_the_largest_difference_is_told(sam) -> None:
    _, written = sam
    assert set(written.differences) == {"image_embeddings", "low_res_masks", "iou_predictions"}
    for name, difference in written.differences.items():
        assert difference < 1e-3 * written.scales[name]
    assert "low_res_masks" in written.sentence()


@pytest.mark.parametrize("points", [None, Points(((20.0, 25.0), (60.0, 8.0)), (True, False))])
def test_the_programs_masks_without_torch(sam, points: Points | None) -> None:
    loaded, written = sam
    picture = np.random.default_rng(2).integers(0, 255, (48, 70), np.uint8)
    box = Box(12, 8, 50, 41)
    predictor = make_predictor(loaded)
    predictor.set_image(picture)
    wanted = predictor.predict(Prompts(box=box, points=points))
    scale = np.array([64 / 70, 64 / 48])
    coords = [(np.array(xy) * scale - 0.5) for xy in (points.xy if points else ())]
    labels = [float(p) for p in (points.positive if points else ())]
    coords += [np.array([box.x0, box.y0]) * scale, np.array([box.x1, box.y1]) * scale]
    labels += [2.0, 3.0]
    (embedding,) = ask(written.files[0], image=encode_input(picture, loaded.preprocessing).numpy())
    logits, quality = ask(
        written.files[1],
        image_embeddings=embedding,
        point_coords=np.array([coords]),
        point_labels=np.array([labels]),
        mask_input=np.zeros((1, 1, 16, 16)),
        has_mask_input=np.zeros(1),
    )
    quality = quality.clip(0, 1)
    order = [int(np.argmin([np.abs(one - given).max() for one in logits[0]])) for given in wanted.logits]
    assert sorted(order) == [0, 1, 2]
    # The program keeps embeddings in float16.
    np.testing.assert_allclose(logits[0, order], wanted.logits, atol=0.02)
    np.testing.assert_allclose(quality[0, order], wanted.scores, atol=0.02)


def test_a_zoom_network_is_one_file_from_crops_to_logits(zoom) -> None:
    loaded, written = zoom
    (path,) = written.files
    picture = np.random.default_rng(2).integers(0, 255, (48, 70), np.uint8)
    crops = torch.stack([make_crop(picture, b, loaded.network.config)[0] for b in BOXES])
    logits, iou, presence = ask(path, crops=crops.numpy())
    assert (presence == 1).all()
    with torch.no_grad():
        wanted = loaded.network(crops)
    np.testing.assert_allclose(logits, wanted[0].numpy(), atol=1e-4)
    np.testing.assert_allclose(iou, wanted[1].numpy(), atol=1e-5)
    said = {p.key: p.value for p in onnx.load(path).metadata_props}
    assert "1.35 times" in json.loads(said["usage"])["picture"]


def test_a_zoom_network_that_averages_over_the_mirror_takes_any_number_of_crops(tmp_path: Path) -> None:
    loaded = load_run(write_run(tmp_path / "run", micro_zoom()))
    average_over_mirror(loaded)
    (path,) = export_onnx(loaded, tmp_path / "zoom.onnx", CARD).files
    size, channels = loaded.network.config["size"], input_channels(loaded.network.config)
    crops = torch.randn(5, channels, size, size, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        wanted = loaded.network(crops)
    for count in (1, 5):
        logits, iou, _ = ask(path, crops=crops[:count].numpy())
        np.testing.assert_allclose(logits, wanted[0][:count].numpy(), atol=1e-4)
        np.testing.assert_allclose(iou, wanted[1][:count].numpy(), atol=1e-5)


def test_a_zoom_network_with_everything_is_exported_with_everything(tmp_path: Path) -> None:
    more = {"clicks": True, "context": 2.0, "presence": True, "nothing_below": 0.25}
    widths = {"widths": [8, 16, 16], "blocks": [1, 1, 1], "decoder_blocks": [1, 1]}
    network = build_zoom({"size": 32, "detail": 4, **widths, **more})
    torch.nn.init.normal_(network.context.out.weight)
    loaded = load_run(write_run(tmp_path / "run", network))
    (path,) = export_onnx(loaded, tmp_path / "all.onnx", CARD).files
    crops = torch.randn(3, 15, 32, 32, generator=torch.Generator().manual_seed(1))
    with torch.no_grad():
        wanted = loaded.network(crops)
    for ours, theirs in zip(ask(path, crops=crops.numpy()), wanted, strict=True):
        np.testing.assert_allclose(ours, theirs.numpy(), atol=1e-4)
    said = json.loads({p.key: p.value for p in onnx.load(path).metadata_props}["usage"])["picture"]
    assert "(N, 15, 32, 32)" in said and "2.0 times as wide" in said and "below 0.250" in said


BOXES = [Box(12, 8, 50, 41), Box(0, 0, 70, 48), Box(3, 30, 9, 36), Box(40, 2, 66, 20), Box(1, 1, 30, 47)]


def test_files_do_not_tell_of_the_machine(sam) -> None:
    for path in sam[1].files:
        content = path.read_bytes()
        assert b".py" not in content
        assert str(Path(__file__).resolve().parents[3]).encode() not in content


def test_files_that_answer_differently_are_not_put_in_place(zoom, tmp_path: Path, monkeypatch) -> None:
    import finetune.release.onnx_export as module

    loaded, written = zoom

    def copied(graph, example, target, parts, *rest) -> None:
        parts[target] = tmp_path / ".part.onnx"
        shutil.copyfile(written.files[0], parts[target])

    class Wrong:
        def __init__(self, path: Path) -> None:
            self.session = onnxruntime.InferenceSession(path)

        def run(self, names, feed):
            logits, *others = self.session.run(names, feed)
            return logits + 0.01, *others

    monkeypatch.setattr(module, "_write", copied)
    export_onnx(loaded, tmp_path / "right.onnx", CARD)
    monkeypatch.setattr(module, "_session", Wrong)
    with pytest.raises(WriteError, match="logits differ"):
        export_onnx(loaded, tmp_path / "wrong.onnx", CARD)
    assert [p.name for p in tmp_path.iterdir()] == ["right.onnx"]


def test_a_missing_package_is_named(zoom, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "onnxscript", None)
    with pytest.raises(InputError, match=r"onnxscript.*medsam-desktop\[finetune\]"):
        export_onnx(zoom[0], tmp_path / "zoom.onnx", CARD)


def test_a_missing_folder_is_told_before_any_work(zoom, tmp_path: Path) -> None:
    with pytest.raises(WriteError, match="absent"):
        export_onnx(zoom[0], tmp_path / "absent" / "zoom.onnx", CARD)


# --- the graphs themselves, without exporting --------------------------------------


@pytest.mark.parametrize(
    "sizes", [{}, {"image_size": 256}, {"image_size": 224, "depth": 1, "global_blocks": []}]
)
def test_the_encoders_graph_is_the_encoder(sizes: dict[str, Any]) -> None:
    network = build_sam("vit", {**MICRO_SAM, **sizes})
    fill(network)
    side = network.image_size
    picture = torch.rand(1, 3, side, side, generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        torch.testing.assert_close(
            EncoderGraph(network)(picture), network.image_encoder(picture), rtol=1e-4, atol=1e-4
        )


def test_the_decoders_graph_takes_a_box_as_two_points() -> None:
    network = micro_sam()
    box = torch.tensor([[5.0, 7, 30, 50], [1, 2, 20, 40]])
    embedding = torch.randn(1, 32, 4, 4, generator=torch.Generator().manual_seed(5))
    labels = torch.tensor([[2.0, 3.0]]).expand(2, 2)
    graph = DecoderGraph(network, 1)
    with torch.no_grad():
        sparse, dense = network.prompt_encoder(boxes=box)
        pe = network.prompt_encoder.get_dense_pe()
        wanted = network.mask_decoder(embedding, pe, sparse, dense, False)
        given = graph(embedding, box.view(2, 2, 2), labels, torch.full((1, 1, 16, 16), 9.0), torch.zeros(1))
    for ours, theirs in zip(given, wanted, strict=True):
        torch.testing.assert_close(ours, theirs, rtol=1e-4, atol=1e-5)
