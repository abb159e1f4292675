"""Networks by name, with or without their weights."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.overrides import TorchFunctionMode

from medsam.errors import ModelError, WeightsMismatch
from medsam.model.checkpoint import guess_arch, load_into, read_state_dict
from medsam.model.devices import pick_device
from medsam.model.image_encoder import VIT_SIZES, build_image_encoder
from medsam.model.preprocessing import PREPROCESSING, Preprocessing
from medsam.model.sam import OWN_SIZE, Sam, build_vit
from medsam.model.tiny_vit import TinyViT
from medsam.model.zoom import build_zoom
from pretrain.catalogue import (
    Entry,
    catalogue,
    entry,
    entry_of_sha256,
    remember_sha256,
    remembered_sha256,
    require_file,
    sha256_of,
)
from pretrain.descriptions import structure

SAM_ARCHITECTURES = (*VIT_SIZES, "lite", OWN_SIZE)

_LARGEST_INPUT = 4096


@dataclass(frozen=True)
class ModelCard:
    """What a set of weights is and can do, for whoever offers it.

    Attributes:
        name: Catalogue name, or the file's name.
        title: For people.
        kind: "embedding" (encode once, decode per prompt) or "zoom".
        prompts: Subset of {"box", "points", "mask"}.
        candidates: Masks offered for one prompt.
        can_be_empty: Whether "nothing here" can be the answer.
        licence: SPDX name or a sentence; "" if not known.
        sha256: Of the file.
        path: The file.
    """

    name: str
    title: str
    kind: str
    prompts: frozenset[str]
    candidates: int
    can_be_empty: bool
    licence: str
    sha256: str
    path: Path


@dataclass(frozen=True)
class LoadedModel:
    """A network with its weights on a device, in evaluation mode.

    Attributes:
        network: ``Sam`` or ``ZoomNet``.
        preprocessing: What its input must look like.
        card: What it is and can do.
        device: Where it is.
    """

    network: nn.Module
    preprocessing: Preprocessing
    card: ModelCard
    device: torch.device


def build_sam(arch: str, config: Mapping[str, Any] | None = None) -> Sam:
    """A network of the Segment Anything family, in evaluation mode, without useful weights.

    Args:
        arch: "vit_b", "vit_l", "vit_h", "lite" or "vit"; also the name of an
            entry of the catalogue that has one of these.
        config: The sizes of a "vit" (``complete_vit_config``); the others have theirs.

    Raises:
        ModelError: If there is no such architecture.
    """
    if arch in catalogue():
        arch = entry(arch).arch
    if arch == "lite":
        return Sam(arch, TinyViT(), 256).eval()
    if arch == OWN_SIZE:
        return build_vit(config).eval()
    if arch not in VIT_SIZES:
        raise ModelError(f'An architecture is one of {", ".join(SAM_ARCHITECTURES)}; "{arch}" came.')
    return Sam(arch, build_image_encoder(arch), 1024).eval()


def load_model(
    name_or_path: str | Path,
    device: str = "auto",
    *,
    on_progress: Callable[[float, str], None] | None = None,
) -> LoadedModel:
    """Load weights by catalogue name or from a file.

    A file is recognised by its SHA-256, then by its metadata (safetensors),
    then by its entries; only its preprocessing may have to be told from its
    name ("medsam" or not), because nothing in a bare state dict says it.

    Args:
        name_or_path: A name of ``pretrain.catalogue`` or the path of a file.
        device: "auto", "cpu", "cuda" or "mps".
        on_progress: Called with a fraction from 0 to 1 and what is being done.

    Raises:
        WeightsMissing: If the file is not on this machine.
        WeightsMismatch: If it is damaged, changed or of no known network.
        ModelError: If the device or the name is unknown.
    """
    tell = on_progress or (lambda fraction, text: None)
    target = pick_device(device)
    known = _known_entry(name_or_path)
    path = require_file(known) if known else Path(name_or_path).expanduser()
    tell(0.0, f"Reading {path.name}")
    state, metadata = read_state_dict(path)
    tell(0.5, f"Checking {path.name}")
    sha256 = sha256_of(path)
    if known:
        _require_unchanged(known, path, sha256)
    else:
        known = entry_of_sha256(sha256)
    tell(0.8, "Building the network")
    arch = _arch_of(known, state, metadata, path.name)
    config = structure(metadata.get("config"), path.name)
    said = structure(metadata.get("card"), path.name)
    try:
        preprocessing = _preprocessing_of(known, arch, metadata, config, path.name)
        card = _card_of(known, arch, preprocessing, said, sha256, path)
        network = build_empty(arch, config)
    except (TypeError, ValueError, KeyError, AttributeError, RuntimeError, OverflowError):
        # Values of a kind that no export writes: damaged, or edited by hand.
        raise _unreadable(path.name) from None
    side = getattr(network, "image_size", preprocessing.size)
    misfits = (arch == "zoom") != (preprocessing.kind == "zoom") or preprocessing.size != side
    if misfits or preprocessing.size > _LARGEST_INPUT:
        raise _unreadable(path.name)
    load_into(network, state, path.name)
    network = network.eval().to(target)
    tell(1.0, "Ready")
    return LoadedModel(network, preprocessing, card, target)


def _known_entry(name_or_path: str | Path) -> Entry | None:
    """The catalogue's entry if a name was given; None for a file that exists or looks like a path."""
    text = str(name_or_path)
    if text in catalogue():
        return entry(text)
    path = Path(text).expanduser()
    if os.path.exists(path) or path.suffix or path.name != text:
        return None
    return entry(text)  # says which names there are


def _require_unchanged(known: Entry, path: Path, sha256: str) -> None:
    expected = known.sha256 or remembered_sha256(path)
    if not expected:
        if not known.bundled:
            remember_sha256(path, sha256)
    elif expected != sha256:
        raise WeightsMismatch(
            f"{path.name} is not the published file of {known.title} (its SHA-256 begins {sha256[:12]}, not"
            f" {expected[:12]}). Fetch it again, or open weights of your own by their path."
        )


def _arch_of(known: Entry | None, state: Mapping[str, Tensor], metadata: Mapping[str, str], name: str) -> str:
    arch = metadata.get("arch") or (known.arch if known else "") or guess_arch(state)
    if arch in SAM_ARCHITECTURES or arch == "zoom":
        return arch
    first = ", ".join(list(state)[:3])
    raise WeightsMismatch(
        f"{name} holds {len(state)} entries of no network this program knows ({first} ...)."
        f" It takes {', '.join(SAM_ARCHITECTURES)} and zoom networks."
    )


class _WithoutInitialisation(TorchFunctionMode):
    """While active, layers leave their new weights as the memory was found.

    A network about to be loaded needs no random weights; memory that nobody
    writes to costs nothing. (The "meta" device would do the same, but its
    first use imports eight hundred modules.) Layers must not draw with
    ``trunc_normal_``: it draws again until what it sees lies within bounds.
    """

    SKIPPED = frozenset({"kaiming_uniform_", "kaiming_normal_", "uniform_", "normal_"})

    def __torch_function__(
        self, func: Callable[..., Any], types: Any, args: tuple[Any, ...] = (), kwargs: Any = None
    ) -> Any:
        kwargs = kwargs or {}
        if getattr(func, "__name__", "") in self.SKIPPED:
            return args[0] if args else kwargs["tensor"]
        return func(*args, **kwargs)


def build_empty(arch: str, config: dict[str, Any]) -> nn.Module:
    """A network in evaluation mode with whatever weights; ``load_into`` gives it its own.

    Args:
        arch: As ``build_sam``, or "zoom".
        config: The sizes of a "vit" or a zoom network.

    Raises:
        ModelError: If there is no such architecture or the sizes do not fit each other.
    """
    with _WithoutInitialisation():
        return build_zoom(config) if arch == "zoom" else build_sam(arch, config)


def _preprocessing_of(
    known: Entry | None, arch: str, metadata: Mapping[str, str], config: Mapping[str, Any], name: str
) -> Preprocessing:
    said = metadata.get("preprocessing", "").strip()
    if said.startswith("{"):
        return Preprocessing.from_dict(structure(said, name))
    kind = said or (known.preprocessing if known else "") or _kind_by_name(arch, name)
    if kind not in PREPROCESSING:
        raise WeightsMismatch(f"{name} asks for a preprocessing this program does not know: {kind}.")
    if kind == "zoom":
        return Preprocessing("zoom", int(config.get("size", PREPROCESSING["zoom"].size)))
    return PREPROCESSING[kind]


def _kind_by_name(arch: str, name: str) -> str:
    if arch in ("lite", "zoom"):
        return arch
    return "medsam" if "medsam" in name.lower() else "sam"


def _card_of(
    known: Entry | None,
    arch: str,
    preprocessing: Preprocessing,
    said: Mapping[str, Any],
    sha256: str,
    path: Path,
) -> ModelCard:
    """What the file says of itself, else what the catalogue says, else what its kind can do."""
    general = preprocessing.kind == "sam"
    if known:
        base: dict[str, Any] = {
            "name": known.name,
            "title": known.title,
            "prompts": known.prompts,
            "candidates": known.candidates,
            "can_be_empty": known.can_be_empty,
            "licence": known.licence,
        }
    else:
        base = {
            "name": path.name,
            "title": path.stem,
            "prompts": {"box", "points", "mask"} if general else {"box"},
            "candidates": 3 if general else 1,
            "can_be_empty": False,
            "licence": "",
        }
        base.update({key: said[key] for key in ("title", "licence") if key in said})
    base.update({key: said[key] for key in ("prompts", "candidates", "can_be_empty") if key in said})
    return ModelCard(
        name=str(base["name"]),
        title=str(base["title"]),
        kind="zoom" if arch == "zoom" else "embedding",
        prompts=frozenset(base["prompts"]),
        candidates=int(base["candidates"]),
        can_be_empty=bool(base["can_be_empty"]),
        licence=str(base["licence"]),
        sha256=sha256,
        path=path,
    )


def _unreadable(name: str) -> WeightsMismatch:
    return WeightsMismatch(f"The description inside {name} is not readable. Export the weights again.")
