"""From a training run to one file of weights that this and other programs load.

``.safetensors`` and ``.pth`` hold the whole network in the published names,
with architecture, preprocessing and model card inside. The ``.pth`` is the
plain state dict that ``segment_anything`` takes; its description lies beside
the tensors in the archive, where other readers do not look.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import torch
from safetensors.torch import save as to_bytes
from torch import Tensor

from finetune.release.model_card import model_card
from finetune.release.runs import network_of, read_run
from medsam.errors import InputError, MedSAMError, WriteError
from medsam.io.atomic import write_atomically
from medsam.model.build import LoadedModel, load_model
from medsam.model.sam import OWN_SIZE, Sam
from medsam.model.zoom import ZoomNet
from pretrain.descriptions import add_description

SUFFIXES = (".safetensors", ".pth")


def export(
    run: Path,
    path: Path,
    *,
    name: str = "",
    evaluation: Path | None = None,
    store: Path | None = None,
    flip_average: bool = False,
) -> Path:
    """Write a run's best weights as one file.

    Args:
        run: Folder of ``train``.
        path: ``.safetensors`` or ``.pth``; replaced only once the new one is complete and was read back.
        name: Title in the lists of models; the run folder's name by default.
        evaluation: JSON report of ``evaluate`` on this run, for the card's scores.
        store: That the run was trained on, for the card's splits and licences.
        flip_average: Whether a zoom network averages over the mirrored crop.

    Raises:
        InputError: If the run, the report or the store cannot be used.
        ModelError: If the weights it began from are missing or do not fit.
        WriteError: If the file could not be written or read back differently.
    """
    read = read_run(run)
    loaded = network_of(read)
    if flip_average:
        average_over_mirror(loaded)
    card = model_card(read, name or read.name, evaluation=evaluation, store=store)
    return write_weights(loaded, path, card)


def average_over_mirror(loaded: LoadedModel) -> None:
    """Let a zoom network average over the mirrored crop.

    Raises:
        InputError: If it is none.
    """
    if not isinstance(loaded.network, ZoomNet):
        raise InputError("Only a zoom network averages over the mirrored crop. Leave --flip-average out.")
    loaded.network.config["flip_average"] = True


def architecture(loaded: LoadedModel) -> tuple[str, dict[str, Any]]:
    """How ``medsam.model.build`` makes the network again: architecture and sizes."""
    network = loaded.network
    if isinstance(network, ZoomNet):
        return "zoom", dict(network.config)
    assert isinstance(network, Sam)
    return network.arch, dict(network.config) if network.arch == OWN_SIZE else {}


def description(loaded: LoadedModel, card: dict[str, Any]) -> dict[str, str]:
    """What a file says of itself: architecture, sizes, preprocessing, card."""
    arch, config = architecture(loaded)
    return {
        "arch": arch,
        "config": json.dumps(config),
        "preprocessing": json.dumps(loaded.preprocessing.to_dict()),
        "card": json.dumps(card, ensure_ascii=False),
    }


def write_weights(loaded: LoadedModel, path: Path, card: dict[str, Any]) -> Path:
    """Write a network with its description, read it back and put it in place.

    A zoom network's matrices are stored in float16, everything else in float32.

    Raises:
        InputError: If ``path`` has another ending than ``SUFFIXES``.
        WriteError: If it could not be written or read back differently.
    """
    path = Path(path)
    if path.suffix not in SUFFIXES:
        raise InputError(
            f"Weights are written as {' or '.join(SUFFIXES)}, or as .onnx; {path.name} is none of these."
        )
    state = _stored(loaded)
    said = description(loaded, card)

    def write(part: Path) -> None:
        if path.suffix == ".safetensors":
            part.write_bytes(_ordered(to_bytes(state, said)))
        else:
            with part.open("wb") as stream:  # given a name, torch writes it into the file
                torch.save(state, stream)
            add_description(part, said)

    return write_atomically(path, path.suffix, write, lambda part: _verify(part, loaded, state))


def _ordered(content: bytes) -> bytes:
    """A safetensors file whose header is always written alike: the library shuffles the metadata."""
    end = 8 + int.from_bytes(content[:8], "little")
    header = json.loads(content[8:end])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + content[end:]


def _stored(loaded: LoadedModel) -> dict[str, Tensor]:
    """The state dict on the processor, without memory that other tensors share."""
    halved = isinstance(loaded.network, ZoomNet)
    stored = {}
    for name, value in loaded.network.state_dict().items():
        half = halved and value.is_floating_point() and value.ndim > 1
        stored[name] = value.detach().cpu().to(torch.float16 if half else value.dtype).contiguous().clone()
    return stored


def _verify(part: Path, loaded: LoadedModel, state: dict[str, Tensor]) -> None:
    try:
        back = load_model(part, "cpu")
    except MedSAMError as error:
        raise WriteError(f"The file was written but cannot be loaded again: {error}") from error
    weights = back.network.state_dict()
    same = weights.keys() == state.keys() and all(
        torch.equal(weights[name], value.to(weights[name].dtype)) for name, value in state.items()
    )
    if not same or back.preprocessing != loaded.preprocessing:
        raise WriteError("The file read back differently from what was written. Check the disk.")
