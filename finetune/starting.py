"""The network that a run begins with: published weights, or none."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import torch
from torch import nn

from finetune.config import Recipe
from medsam.errors import InputError
from medsam.model.build import build_sam, load_model
from medsam.model.preprocessing import PREPROCESSING, Preprocessing
from medsam.model.sam import OWN_SIZE, Sam
from medsam.model.zoom import ZoomNet, grown_state


@dataclass(frozen=True)
class Start:
    """A network on its device, and where its weights came from.

    Attributes:
        network: ``Sam`` or ``ZoomNet``.
        preprocessing: What its input must look like.
        arch, config: How to build it again (``medsam.model.build``).
        model: Name or path of the weights; "" if it begins with random ones.
        title, licence: Of the weights; "" if there are none.
        sha256: Of the weights' file; "" if there is none.
        has_grown: The network can do what the weights could not, which is still to be trained.
    """

    network: nn.Module
    preprocessing: Preprocessing
    arch: str
    config: dict[str, Any]
    model: str
    title: str
    licence: str
    sha256: str
    has_grown: bool = False


def starting_point(recipe: Recipe, device: torch.device) -> Start:
    """The network a recipe asks for, with the weights it begins with.

    Raises:
        InputError: If the recipe names neither weights nor sizes, or weights of the other kind.
        ModelError: If the weights cannot be had or do not fit.
    """
    if recipe.model:
        return _from_weights(recipe, device)
    torch.manual_seed(recipe.train.seed)
    if recipe.kind == "zoom":
        zoom = ZoomNet(recipe.network)
        pp = Preprocessing("zoom", int(zoom.config["size"]))
        return Start(zoom.to(device), pp, "zoom", dict(zoom.config), "", "", "", "")
    sizes = dict(recipe.network)
    arch = str(sizes.pop("arch", ""))
    if not arch:
        raise InputError(
            "A recipe names the weights to start from (model) or a network of its own (network.arch);"
            " this one names neither. Give --model NAME or FILE."
        )
    sam = build_sam(arch, sizes)
    kind = recipe.preprocessing or ("lite" if arch == "lite" else "medsam")
    pp = Preprocessing(kind, sam.image_size, PREPROCESSING[kind].version)
    return Start(sam.to(device), pp, arch, dict(sam.config), "", "", "", "")


def _from_weights(recipe: Recipe, device: torch.device) -> Start:
    loaded = load_model(recipe.model, device.type)
    network, card = loaded.network, loaded.card
    if isinstance(network, ZoomNet) != (recipe.kind == "zoom"):
        fitting = "zoom" if isinstance(network, ZoomNet) else "sam"
        raise InputError(
            f"A recipe of kind {recipe.kind} starts from weights of its kind; {card.title} is of kind"
            f" {fitting}. Choose a recipe of that kind, or other weights."
        )
    preprocessing, has_grown = loaded.preprocessing, False
    if isinstance(network, Sam):
        arch, config = network.arch, dict(network.config) if network.arch == OWN_SIZE else {}
        if recipe.preprocessing:
            version = PREPROCESSING[recipe.preprocessing].version
            preprocessing = Preprocessing(recipe.preprocessing, network.image_size, version)
    else:
        assert isinstance(network, ZoomNet)
        torch.manual_seed(recipe.train.seed)
        grown = _grown(network, recipe.network)
        has_grown, network = grown is not network, grown
        arch, config = "zoom", dict(network.config)
    return Start(
        network=network.to(device),
        preprocessing=preprocessing,
        arch=arch,
        config=config,
        model=recipe.model,
        title=card.title,
        licence=card.licence,
        sha256=card.sha256,
        has_grown=has_grown,
    )


def _grown(network: ZoomNet, wanted: Mapping[str, Any]) -> ZoomNet:
    """The network with what a recipe adds to it (clicks, context, presence) or cuts otherwise.

    Raises:
        ModelError: If the recipe's sizes are not those of the weights.
    """
    config = {**network.config, **wanted}
    if config == network.config:
        return network
    grown = ZoomNet(config)
    grown.load_state_dict(grown_state(grown, network.state_dict()))
    return grown
