"""Everything a training run can be told, checked as it is read.

A recipe is a TOML file whose tables are the classes below. Unknown names and
values of the wrong kind are refused, so a mistyped setting cannot pass as
its default.
"""

from __future__ import annotations

import dataclasses
import sys
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from medsam.errors import InputError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RECIPES = Path(__file__).parent / "recipes"
_STRICT = ConfigDict(extra="forbid")


@dataclass(frozen=True, config=_STRICT)
class PrepareConfig:
    """How cases become stored objects.

    Attributes:
        least_area: Objects of fewer pixels are left out.
        whole_picture: A box over more than this share of its picture asks nothing.
        most_per_picture: Objects kept of one picture, drawn at random.
        context: Side of the stored region over side of the box.
        store_size: Longest stored side in pixels.
        other_axes_step: Every how many slices the two other array axes of a
            volume are cut as well; 0 leaves them out.
        seed: Of the draws.
    """

    least_area: int = 40
    whole_picture: float = 0.95
    most_per_picture: int = 60
    context: float = 2.0
    store_size: int = 192
    other_axes_step: int = 2
    seed: int = 2026


@dataclass(frozen=True, config=_STRICT)
class SamplerConfig:
    """Which object comes next.

    Attributes:
        modality_power: A modality is drawn in proportion to its count of
            objects to this power; its source, group and object evenly.
        other_axes: Weight of an object cut along another axis than the third.
    """

    modality_power: float = 0.35
    other_axes: float = 0.4


@dataclass(frozen=True, config=_STRICT)
class AugmentConfig:
    """How a stored object is varied.

    Attributes:
        box_noise: Largest standard deviation of a coordinate over its side;
            each object draws its own between 0 and this.
        widen: Limits of the crop's side over the box's.
        rotate, degrees: Probability and limit of a tilt (beside quarter turns).
        bend, bend_size: Probability and size, over the box's side, of a smooth warp.
        rescale: Limit of the error, in powers of two, of the size the network is told.
        gamma, contrast, invert, gray, tint, noise, blur, coarse, shade:
            Probabilities of changes to the intensities.
    """

    box_noise: float = 0.08
    widen: tuple[float, float] = (1.22, 1.5)
    rotate: float = 0.5
    degrees: float = 20.0
    gamma: float = 0.4
    contrast: float = 0.4
    invert: float = 0.06
    gray: float = 0.1
    tint: float = 0.3
    noise: float = 0.25
    blur: float = 0.2
    coarse: float = 0.15
    shade: float = 0.2
    bend: float = 0.3
    bend_size: float = 0.04
    rescale: float = 1.0


@dataclass(frozen=True, config=_STRICT)
class TrainConfig:
    """The loop.

    Attributes:
        steps, decay_steps: Optimiser steps in all, and how many of the last
            ones lower the learning rate to zero (linearly). Before them the
            rate is level, so ``steps`` may be changed until they begin and the
            run is the same as if it had been set at the start.
        rate, warm_up, weight_decay, clip: Of AdamW; steps of warm-up; largest norm of the gradient.
        ema: Share of the running mean of the weights kept each step.
        quality_weight: Of the squared error of the estimated IoU in the loss.
        save_every, validate_every: In steps.
        validate_noise, validate_per_source: Noise of the boxes, and objects
            of one source at most, by which the best weights are chosen.
    """

    batch: int = 32
    steps: int = 6000
    decay_steps: int = 2000
    rate: float = 2e-3
    warm_up: int = 200
    weight_decay: float = 0.02
    clip: float = 5.0
    ema: float = 0.998
    quality_weight: float = 0.1
    seed: int = 2026
    threads: int = 2
    bfloat16: bool = True
    save_every: int = 100
    validate_every: int = 500
    validate_noise: float = 0.05
    validate_per_source: int = 40


@dataclass(frozen=True, config=_STRICT)
class Recipe:
    """One way to train a network, from the cases to the weights."""

    name: str
    network: dict[str, Any] = dataclasses.field(default_factory=dict)
    prepare: PrepareConfig = dataclasses.field(default_factory=PrepareConfig)
    sampler: SamplerConfig = dataclasses.field(default_factory=SamplerConfig)
    augment: AugmentConfig = dataclasses.field(default_factory=AugmentConfig)
    train: TrainConfig = dataclasses.field(default_factory=TrainConfig)

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as ``read_recipe`` would read it."""
        return dataclasses.asdict(self)


def read_recipe(name_or_path: str | Path) -> Recipe:
    """Read a recipe of ``finetune/recipes`` by name, or any TOML file by path.

    Raises:
        InputError: If there is no such recipe, or it says something unknown.
    """
    path = Path(name_or_path)
    if path.suffix != ".toml":
        path = RECIPES / f"{name_or_path}.toml"
    if not path.is_file():
        known = ", ".join(sorted(p.stem for p in RECIPES.glob("*.toml")))
        raise InputError(f'A recipe is one of {known} or a .toml file; "{name_or_path}" is neither.')
    try:
        return recipe_from_dict(tomllib.loads(path.read_text(encoding="utf-8")))
    except tomllib.TOMLDecodeError as error:
        raise InputError(f"A recipe is a TOML file; {path.name} is not: {error}.") from error


def recipe_from_dict(data: dict[str, Any]) -> Recipe:
    """Check plain data as a recipe.

    Raises:
        InputError: Naming the first setting that does not fit.
    """
    try:
        return TypeAdapter(Recipe).validate_python(data)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise InputError(f"The recipe's setting {where} does not fit: {first['msg']}.") from error
