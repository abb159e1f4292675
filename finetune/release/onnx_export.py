"""A network as ONNX files, put in place only after onnxruntime gave the network's own answers.

A SAM network becomes two files, ``NAME-encoder.onnx`` and ``NAME-decoder.onnx``,
with the inputs' names that ONNX decoders of Segment Anything have; a zoom
network becomes one, from crops to logits. Each file says in its metadata what
its inputs mean and how a picture becomes one.
"""

from __future__ import annotations

import json
import logging
import os
import secrets
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor, nn

from finetune.release.export import description
from finetune.release.onnx_check import DECODER_INPUTS, Check, check_decoder, require_agreement
from finetune.release.onnx_graphs import DecoderGraph, EncoderGraph, ZoomGraph
from medsam.errors import InputError
from medsam.inference.zoom_crop import CLICK_RADIUS, LARGEST_CONTEXT
from medsam.io.atomic import as_write_error, require_folder
from medsam.model.build import LoadedModel
from medsam.model.sam import Sam
from medsam.model.zoom import input_channels

OPSET = 18
SUFFIX = ".onnx"

_LARGEST_FILE = 2_000_000_000
"""Bytes: a single ONNX file ends at 2 GiB."""

_PICTURE = {
    "medsam": (
        "8-bit grey tripled or RGB, resized straight to {s}x{s} (cubic, antialiased; the aspect ratio is not"
        " kept), min-max to [0, 1], float32 (1, 3, {s}, {s}). Coordinates: x * {s} / width, y * {s} / height."
        " Masks: sigmoid, bilinear to the picture's size, above 0.5."
    ),
    "sam": (
        "8-bit grey tripled or RGB, longest side to {s} (bilinear, antialiased), less"
        " (123.675, 116.28, 103.53), over (58.395, 57.12, 57.375), zero padding right and below to {s}x{s},"
        " float32 (1, 3, {s}, {s}). Coordinates: times {s} / longest side. Masks: bilinear to {s}x{s}, cut"
        " the padding off, bilinear to the picture's size, above 0."
    ),
    "lite": (
        "8-bit grey tripled or RGB, longest side to {s} (area), min-max to [0, 1], zero padding right and"
        " below to {s}x{s}, float32 (1, 3, {s}, {s}). Coordinates: times {s} / longest side. Masks: cut the"
        " padding off the logits, bilinear to the picture's size, above 0."
    ),
    "zoom": (
        "float32 (N, {channels}, {s}, {s}): the surroundings of a box, {widen} times its size, warped to"
        " {s}x{s}. Channels 0-2: picture (grey tripled) less its mean, over its deviation (at least 4);"
        " 3, 4: where a pixel lies in the box along x, y, -1 to 1 at its edges; 5: 1 inside the picture;"
        " 6, 7: log2(side / 64) / 4 of the box's width, height in pixels. The logits cover the crop; above 0"
        " is object."
    ),
}
_CLICKS = (
    " Channels 8, 9: positive and negative points, each exp(-d² / (2 × {radius}²)) of the distance d in crop"
    " pixels (the largest counts); 10: the previous mask, 2 × sigmoid(logits) - 1, 0 for none."
)
_CONTEXT = (
    " The last four: the picture {context} times as wide about the same centre, less the mean and over the"
    " deviation of channels 0-2, within ±{limit}; and 1 where that is inside the picture."
)
_PRESENCE = " presence below {nothing_below:.3f} means that the box holds nothing."
_PROMPTS = (
    "point_coords (N, P, 2): x, y in pixels of the network's input, from the first pixel's centre."
    " point_labels (N, P): 1 object, 0 background, 2 and 3 a box's upper left and lower right corner (its"
    " edges are given as they are, without half a pixel off), -1 nothing: without a box, append the point"
    " (0, 0) with label -1. mask_input: logits of a previous answer, has_mask_input 1 or 0."
)


@dataclass(frozen=True)
class OnnxFiles:
    """What was written, and how well it agrees.

    Attributes:
        files: In the order of their use.
        differences: Largest absolute difference from torch of each output, over all questions asked.
        scales: Largest absolute value of each, for comparison.
    """

    files: list[Path]
    differences: dict[str, float]
    scales: dict[str, float]

    def sentence(self) -> str:
        """For people."""
        parts = [f"{name} {d:.1e} (of {self.scales[name]:.3g})" for name, d in self.differences.items()]
        return f"largest difference between onnxruntime and torch: {', '.join(parts)}"


def export_onnx(
    loaded: LoadedModel,
    path: Path,
    card: Mapping[str, Any],
    *,
    report: Callable[[str], None] = lambda line: None,
) -> OnnxFiles:
    """Write a network as ONNX.

    Args:
        loaded: On the processor.
        path: ``NAME.onnx``; a SAM network's two files get "-encoder" and "-decoder" after the name.
        card: As ``finetune.release.model_card``; goes into the files.
        report: Told what is being done.

    Raises:
        InputError: If onnx, onnxscript or onnxruntime are missing, or the network is too large for one file.
        WriteError: If a file could not be written, or answers differently from the network.
    """
    path = Path(path)
    _require_packages()
    require_folder(path)
    said = {**description(loaded, dict(card)), **_usage(loaded)}
    parts: dict[Path, Path] = {}
    try:
        with _quiet():
            if isinstance(loaded.network, Sam):
                files, check = _sam(loaded, path, said, parts, report)
            else:
                files, check = _zoom(loaded, path, said, parts, report)
        require_agreement(check)
        for target, part in parts.items():
            os.replace(part, target)
    except OSError as error:
        raise as_write_error(path, error) from error
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)
    return OnnxFiles(files, check.differences, check.scales)


def _sam(
    loaded: LoadedModel,
    path: Path,
    said: Mapping[str, str],
    parts: dict[Path, Path],
    report: Callable[[str], None],
) -> tuple[list[Path], Check]:
    network: Any = loaded.network
    side, cells = network.image_size, network.embedding_size
    channels = network.prompt_encoder.channels
    picture = torch.from_numpy(np.random.default_rng(0).random((1, 3, side, side), np.float32))
    with torch.no_grad():
        embedding = network.image_encoder(picture)
    check = Check()

    target = path.with_name(f"{path.stem}-encoder{SUFFIX}")
    report(f"Writing {target.name}")
    _write(EncoderGraph(network), (picture,), target, parts, said, ["image"], ["image_embeddings"], None)
    session = _session(parts[target])
    check.compare("image_embeddings", session.run(None, {"image": picture.numpy()})[0], embedding)
    del session

    target = path.with_name(f"{path.stem}-decoder{SUFFIX}")
    report(f"Writing {target.name}")
    graph = DecoderGraph(network, loaded.card.candidates)
    prompts, points = torch.export.Dim("prompts"), torch.export.Dim("points")
    example = (
        torch.zeros(1, channels, cells, cells),
        torch.zeros(2, 3, 2),
        torch.ones(2, 3),
        torch.zeros(1, 1, 4 * cells, 4 * cells),
        torch.zeros(1),
    )
    dynamic = (None, {0: prompts, 1: points}, {0: prompts, 1: points}, None, None)
    outputs = ["low_res_masks", "iou_predictions"]
    _write(graph, example, target, parts, said, list(DECODER_INPUTS), outputs, dynamic)
    report("Comparing with torch")
    check_decoder(_session(parts[target]), loaded, embedding, check)
    return list(parts), check


def _zoom(
    loaded: LoadedModel,
    path: Path,
    said: Mapping[str, str],
    parts: dict[Path, Path],
    report: Callable[[str], None],
) -> tuple[list[Path], Check]:
    network: Any = loaded.network
    size, channels = network.config["size"], input_channels(network.config)
    target = path.with_suffix(SUFFIX)
    report(f"Writing {target.name}")
    crops = torch.from_numpy(np.random.default_rng(0).standard_normal((3, channels, size, size), np.float32))
    dynamic = ({0: torch.export.Dim("crops")},)
    _write(
        ZoomGraph(network),
        (crops[:2],),
        target,
        parts,
        said,
        ["crops"],
        ["logits", "iou", "presence"],
        dynamic,
    )
    report("Comparing with torch")
    session = _session(parts[target])
    check = Check()
    for count in (1, 2, 3):
        answer = session.run(None, {"crops": crops[:count].numpy()})
        with torch.no_grad():
            wanted = network(crops[:count])
        for name, ours, torchs in zip(("logits", "iou", "presence"), answer, wanted, strict=True):
            check.compare(name, ours, torchs)
    return list(parts), check


def _write(
    graph: nn.Module,
    example: tuple[Tensor, ...],
    target: Path,
    parts: dict[Path, Path],
    said: Mapping[str, str],
    inputs: Sequence[str],
    outputs: Sequence[str],
    dynamic: Any,
) -> None:
    """Write a graph under a temporary name beside ``target``, which ``parts`` remembers."""
    import onnx

    frozen = {name: p.requires_grad for name, p in graph.named_parameters()}
    size = sum(t.numel() * t.element_size() for t in (*graph.parameters(), *graph.buffers()))
    if size > _LARGEST_FILE:
        raise InputError(
            f"An ONNX file holds up to 2 GB; this network has {size / 1e9:.1f} GB. Export"
            " vit_b, vit_l or smaller."
        )
    try:
        graph.eval().requires_grad_(False)
        program = torch.onnx.export(
            graph,
            example,
            input_names=list(inputs),
            output_names=list(outputs),
            dynamic_shapes=dynamic,
            opset_version=OPSET,
            dynamo=True,
            verbose=False,
        )
    finally:
        for name, p in graph.named_parameters():
            p.requires_grad_(frozen[name])
    assert program is not None
    model = program.model_proto
    _forget_sources(model.graph)
    for function in model.functions:
        _forget_sources(function)
    onnx.helper.set_model_props(model, dict(said))
    part = target.with_name(f".{target.stem[:40]}.{secrets.token_hex(4)}{SUFFIX}")
    parts[target] = part
    onnx.save(model, part)


def _forget_sources(graph: Any) -> None:
    """Take out what the exporter notes of the machine: source files, line numbers."""
    for node in graph.node:
        del node.metadata_props[:]
        node.doc_string = ""
    del graph.metadata_props[:]
    for value in (*getattr(graph, "input", ()), *getattr(graph, "output", ()), *graph.value_info):
        if not isinstance(value, str):
            del value.metadata_props[:]


def _session(path: Path) -> Any:
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path, options, providers=["CPUExecutionProvider"])


def _usage(loaded: LoadedModel) -> dict[str, str]:
    """What the inputs mean, in words."""
    pp = loaded.preprocessing
    if pp.kind == "zoom":
        return {"usage": json.dumps({"picture": _zoom_usage(loaded.network.config)})}  # type: ignore[arg-type]
    return {"usage": json.dumps({"picture": _PICTURE[pp.kind].format(s=pp.size), "prompts": _PROMPTS})}


def _zoom_usage(config: Mapping[str, Any]) -> str:
    text = _PICTURE["zoom"].format(s=config["size"], widen=config["widen"], channels=input_channels(config))
    if config["clicks"]:
        text += _CLICKS.format(radius=CLICK_RADIUS)
    if config["context"]:
        text += _CONTEXT.format(context=config["context"], limit=LARGEST_CONTEXT)
    return text + (_PRESENCE.format(**config) if config["presence"] else "")


@contextmanager
def _quiet() -> Iterator[None]:
    """The exporter's advice to developers is nothing a user can act on."""
    logger = logging.getLogger("torch.onnx")
    level = logger.level
    logger.setLevel(logging.ERROR)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        logger.setLevel(level)


def _require_packages() -> None:
    try:
        import onnx
        import onnxruntime
        import onnxscript
    except ImportError as error:
        raise InputError(
            f"Writing ONNX needs the package {error.name}, which is not installed. Run:"
            ' pip install "medsam-desktop[finetune]"'
        ) from None
    del onnx, onnxruntime, onnxscript
