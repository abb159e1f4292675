"""Everything a training run can be told, checked as it is read.

A recipe is a TOML file whose tables are the classes below. Unknown names and
values of the wrong kind are refused, and so are tables that the recipe's kind
of network would not look at: a mistyped or idle setting cannot pass unseen.
"""

from __future__ import annotations

import copy
import dataclasses
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

from pydantic import ConfigDict, TypeAdapter, ValidationError
from pydantic.dataclasses import dataclass

from finetune.ranges import Amount, Count, Finite, Kept, Limits, Name, Positive, Share, Whole
from medsam.errors import InputError

if sys.version_info >= (3, 11):
    import tomllib
else:
    import tomli as tomllib

RECIPES = Path(__file__).parent / "recipes"
_STRICT = ConfigDict(extra="forbid")

Kind = Literal["sam", "zoom"]
Tier = Literal["A", "B", "C", "D"]


@dataclass(frozen=True, config=_STRICT)
class PrepareConfig:
    """How cases become a store.

    Attributes:
        objects: "component": one object for each connected component of a
            label on a slice; "label": one for each label, as MedSAM trains;
            "modality": as the table of modalities says.
        least_area: Objects of fewer pixels of their slice are left out.
        least_volume: 3D components (26-connected) of fewer voxels are left out.
        whole_picture: A box over more than this share of its picture asks nothing.
        most_per_picture: Objects kept of one slice, drawn at random; 0 for all.
        other_axes_step: Every how many slices the two other array axes of a
            volume are cut as well; 0 leaves them out.
        seed: Of the draws, and of splits that a declaration leaves to chance.
    """

    objects: Literal["modality", "component", "label"] = "modality"
    least_area: Whole = 40
    least_volume: Whole = 0
    whole_picture: Share = 0.95
    most_per_picture: Whole = 60
    other_axes_step: Whole = 0
    seed: Whole = 2026


@dataclass(frozen=True, config=_STRICT)
class CropsConfig:
    """What a zoom network is shown: objects' surroundings, and how they vary.

    Attributes:
        context: Side of the stored region over side of the box.
        store_size: Longest stored side in pixels.
        box_noise: Largest standard deviation of a coordinate over its side;
            each object draws its own between 0 and this.
        sloppy: Probability of a box that is drawn carelessly: too tight, too
            loose, or beside the object by up to a fifth of its side.
        widen: Limits of the crop's side over the box's.
        rotate, degrees: Probability and limit of a tilt (beside quarter turns).
        bend, bend_size: Probability and size, over the box's side, of a smooth warp.
        rescale: Limit of the error, in powers of two, of the size the network is told.
        empty: Probability of a box on background instead of an object.
        corrected: Probability that the network is corrected before it is
            judged, by 1 to ``clicks`` clicks on its errors, each told with its
            previous mask.
        clicks: Most clicks of a correction.
        rough: Probability of a box that fits nothing (0.4 to 2.2 times the
            object's), with a click on the object.
        neighbour: Probability of a previous mask like that of a neighbouring
            slice: the object's own, moved and scaled.
    """

    context: Positive = 2.0
    store_size: Count = 192
    box_noise: Amount = 0.08
    sloppy: Share = 0.0
    widen: Limits = (1.22, 1.5)
    rotate: Share = 0.5
    degrees: Amount = 20.0
    bend: Share = 0.3
    bend_size: Amount = 0.04
    rescale: Amount = 1.0
    empty: Share = 0.0
    corrected: Share = 0.0
    clicks: Count = 3
    rough: Share = 0.0
    neighbour: Share = 0.0


@dataclass(frozen=True, config=_STRICT)
class IntensityConfig:
    """Probabilities of changes to a picture's intensities: other scanners, displays, codecs."""

    gamma: Share = 0.0
    contrast: Share = 0.0
    invert: Share = 0.0
    gray: Share = 0.0
    tint: Share = 0.0
    noise: Share = 0.0
    blur: Share = 0.0
    coarse: Share = 0.0
    shade: Share = 0.0
    jpeg: Share = 0.0


@dataclass(frozen=True, config=_STRICT)
class GeometryConfig:
    """How a whole picture is moved before a SAM encoder sees it.

    Attributes:
        flip: Probability of a mirrored picture, where the modality allows it.
        quarter_turns: Probability of a turn by 90, 180 or 270 degrees, likewise.
        rotate, degrees: Probability and limit of a tilt.
        scale: Limits of a zoom about the picture's centre; (1, 1) for none.
    """

    flip: Share = 0.0
    quarter_turns: Share = 0.0
    rotate: Share = 0.0
    degrees: Amount = 15.0
    scale: Limits = (1.0, 1.0)


@dataclass(frozen=True, config=_STRICT)
class EmbedConfig:
    """The cache of image embeddings (tier A) or of deeper features (tier B).

    Attributes:
        variants: Versions of each training slice; the first is the slice as it
            is, the others are varied by ``intensity`` and ``geometry``.
        batch: Slices encoded together.
        seed: Of the variants.
    """

    variants: int = 1
    batch: Count = 1
    seed: Whole = 2026


@dataclass(frozen=True, config=_STRICT)
class SamplerConfig:
    """What comes next.

    Attributes:
        order: "balanced": draws modality, then data set, patient, slice and
            object; "every": each slice once an epoch, in a new order each time.
        modality_power: A modality is drawn in proportion to its count of
            objects to this power.
        dataset_power: The same for a data set within its modality; patients
            and slices are drawn evenly.
        other_axes: Weight of a slice cut along another axis than the third.
        weights: Factors of data sets' shares in their modality, by name or
            pattern ("synthetic_*"); of several that fit, the last counts.
    """

    order: Literal["balanced", "every"] = "balanced"
    modality_power: Finite = 0.35
    dataset_power: Finite = 0.0
    other_axes: Amount = 0.4
    weights: dict[str, Amount] = dataclasses.field(default_factory=dict)


@dataclass(frozen=True, config=_STRICT)
class PromptsConfig:
    """How a user is imitated while a SAM network trains.

    Attributes:
        objects: Objects of one slice that share its embedding in a step.
        box: "two-sided": each coordinate moved by normal noise of
            ``box_noise`` times its side, at most ``box_cap`` (SAM);
            "outward": each side moved out by 0 to ``box_cap`` (MedSAM); "exact".
        box_noise: Standard deviation over the box's side.
        box_cap: Largest move, over the side of the network's input (20/1024).
        point: Probability that the first prompt is a point in the object.
        clicks: Rounds of corrective clicks after the first prompt, each with
            the previous logits as mask prompt, signed by the error it lies in.
        mask_rounds: Further rounds with the previous logits alone: one at a
            random place, the others last.
        multimask: Train the three candidates where a single prompt is given
            (else they are frozen and not decayed).
    """

    objects: int = 4
    box: Literal["two-sided", "outward", "exact"] = "two-sided"
    box_noise: Amount = 0.1
    box_cap: Amount = 20 / 1024
    point: Share = 0.0
    clicks: Whole = 0
    mask_rounds: Whole = 0
    multimask: bool = False


@dataclass(frozen=True, config=_STRICT)
class LossConfig:
    """What is minimised, always in float32.

    Attributes:
        kind: "dice_ce": Dice plus cross-entropy, unweighted (MedSAM);
            "focal_dice": 20 × focal plus Dice (SAM).
        squared: Squares in Dice's denominator (MedSAM's published loss).
        iou_weight: Of the squared error of the estimated IoU; 0 freezes that head.
        resolution: "low": on the decoder's logits, targets averaged over
            area; "input": logits brought to the network's input size (MedSAM 2024).
    """

    kind: Literal["dice_ce", "focal_dice"] = "dice_ce"
    squared: bool = False
    iou_weight: Amount = 1.0
    resolution: Literal["low", "input"] = "low"


@dataclass(frozen=True, config=_STRICT)
class LoraConfig:
    """Low-rank additions to the encoder's attention (tier C).

    Attributes:
        rank: Of the additions.
        alpha: They are scaled by ``alpha / rank``.
        targets: Which projections get one.
    """

    rank: int = 8
    alpha: Finite = 8.0
    targets: tuple[Literal["q", "k", "v", "proj"], ...] = ("q", "v")


@dataclass(frozen=True, config=_STRICT)
class TrainConfig:
    """The loop.

    Attributes:
        batch: Slices (zoom: objects) of one optimiser step, over all processes.
        accumulate: Parts into which a process cuts its share, one after another.
        steps: Optimiser steps in all.
        optimizer: "adamw", or "adam" without decay (MedSAM's first version).
        schedule: "linear": level, then straight to zero over the last
            ``decay_steps``; "cosine": to zero over all steps; "constant".
        decay_steps: Of "linear".
        rate, warm_up, weight_decay, clip: Of the optimiser; steps of warm-up;
            largest norm of the gradient (0: not clipped).
        ema: Share of the running mean of the weights kept each step; 0 for none.
        quality_weight, presence_weight: Of a zoom network's estimated IoU and
            of its presence in the loss.
        seed: Of everything drawn.
        threads: Of torch on the processor.
        bfloat16: Whether matrix products run in bfloat16.
        checkpointing: Recompute the encoder's blocks on the way back, for memory.
        save_every, validate_every: In steps; 0: saved at the end alone, validated once an epoch.
        patience: Validations without a better Dice before an early stop; 0 for never.
        validate_noise, validate_per_source: Noise of the boxes, and objects
            of one data set at most, by which the best weights are chosen.
    """

    batch: Count = 8
    accumulate: Count = 1
    steps: Count = 2000
    optimizer: Literal["adamw", "adam"] = "adamw"
    schedule: Literal["linear", "cosine", "constant"] = "cosine"
    decay_steps: Whole = 0
    rate: Positive = 1e-4
    warm_up: Whole = 100
    weight_decay: Amount = 0.01
    clip: Amount = 1.0
    ema: Kept = 0.99
    quality_weight: Amount = 0.1
    presence_weight: Amount = 0.1
    seed: Whole = 2026
    threads: Count = 2
    bfloat16: bool = False
    checkpointing: bool = False
    save_every: Whole = 100
    validate_every: Whole = 200
    patience: Whole = 0
    validate_noise: Amount = 0.05
    validate_per_source: Count = 40


_ONLY_SAM = ("preprocessing", "tier", "prompts", "geometry", "embed", "lora", "loss")
_ONLY_ZOOM = ("crops",)


@dataclass(frozen=True, config=_STRICT)
class Recipe:
    """One way to train a network, from the cases to the weights.

    Attributes:
        name: Of the recipe, and of what it exports.
        kind: "sam" (encoder, prompt encoder, mask decoder) or "zoom".
        model: Weights to start from, a catalogue name or a file; "" for none.
        network: Sizes of a network that starts from none (``medsam.model``).
        preprocessing: "medsam", "sam" or "lite": of a SAM network that starts
            from none, or that shall get used to another than its weights know
            (as MedSAM did with SAM's).
        tier: A decoder on cached embeddings; B neck, last block and decoder on
            cached features; C low-rank additions and decoder; D all but the
            prompt encoder, which is frozen in every tier.
        leave_out: Data sets or modalities that are neither trained on nor
            choose the weights, so that they can be scored as sources never seen.
    """

    name: Name
    kind: Kind = "sam"
    model: str = ""
    network: dict[str, Any] = dataclasses.field(default_factory=dict)
    preprocessing: Literal["", "medsam", "sam", "lite"] = ""
    tier: Tier = "A"
    leave_out: tuple[str, ...] = ()
    prepare: PrepareConfig = dataclasses.field(default_factory=PrepareConfig)
    sampler: SamplerConfig = dataclasses.field(default_factory=SamplerConfig)
    intensity: IntensityConfig = dataclasses.field(default_factory=IntensityConfig)
    crops: CropsConfig = dataclasses.field(default_factory=CropsConfig)
    prompts: PromptsConfig = dataclasses.field(default_factory=PromptsConfig)
    geometry: GeometryConfig = dataclasses.field(default_factory=GeometryConfig)
    embed: EmbedConfig = dataclasses.field(default_factory=EmbedConfig)
    lora: LoraConfig = dataclasses.field(default_factory=LoraConfig)
    loss: LossConfig = dataclasses.field(default_factory=LossConfig)
    train: TrainConfig = dataclasses.field(default_factory=TrainConfig)

    def __post_init__(self) -> None:
        idle = _ONLY_ZOOM if self.kind == "sam" else _ONLY_SAM
        plain = {f.name: f for f in dataclasses.fields(self)}
        for name in idle:
            field = plain[name]
            default = field.default_factory() if callable(field.default_factory) else field.default
            if getattr(self, name) != default:
                raise ValueError(f"a recipe of kind {self.kind} does not look at {name}; take it out")
        if self.kind == "sam" and self.tier != "C" and self.lora != LoraConfig():
            raise ValueError("only tier C looks at lora; take it out or choose tier C")
        if self.train.batch % self.train.accumulate:
            raise ValueError("train.batch must be a multiple of train.accumulate")

    def to_dict(self) -> dict[str, Any]:
        """Plain data, as ``recipe_from_dict`` would read it."""
        return dataclasses.asdict(self)


def read_recipe(name_or_path: str | Path, overrides: Sequence[str] = ()) -> Recipe:
    """Read a recipe of ``finetune/recipes`` by name, or any TOML file by path.

    Args:
        overrides: Settings that take precedence, each "table.name=value" with
            the value written as in TOML (quotes around words may be left out).

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
        data = tomllib.loads(path.read_text(encoding="utf-8"))
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise InputError(f"A recipe is a TOML file; {path.name} is not: {error}.") from error
    return recipe_from_dict(with_settings(data, overrides))


def with_settings(data: dict[str, Any], overrides: Sequence[str]) -> dict[str, Any]:
    """Plain data of a recipe with settings that take precedence, as ``read_recipe`` takes them.

    Raises:
        InputError: If one is not written as table.name=value.
    """
    data = copy.deepcopy(data)
    for override in overrides:
        _override(data, override)
    return data


def _override(data: dict[str, Any], text: str) -> None:
    name, equals, value = text.partition("=")
    *tables, last = name.strip().split(".")
    if not equals or not last:
        raise InputError(f'A setting is given as table.name=value, such as train.steps=500; "{text}" came.')
    for table in tables:
        data = data.setdefault(table, {})
        if not isinstance(data, dict):
            raise InputError(f'A setting is given as table.name=value; {table} in "{text}" is no table.')
    try:
        data[last] = tomllib.loads(f"v = {value}")["v"]
    except tomllib.TOMLDecodeError:
        data[last] = value.strip()


def recipe_from_dict(data: dict[str, Any]) -> Recipe:
    """Check plain data as a recipe.

    Raises:
        InputError: Naming the first setting that does not fit.
    """
    try:
        return TypeAdapter(Recipe).validate_python(data)
    except ValidationError as error:
        raise InputError(_misfit(error)) from error


def _misfit(error: ValidationError) -> str:
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"])
    said = first["msg"].removeprefix("Value error, ").rstrip(".")
    if not where:
        return f"The recipe does not hold together: {said}."
    if first["type"] == "unexpected_keyword_argument":
        return f"The recipe has no setting {where}. Correct the name, or take it out."
    if first["type"] == "tuple_type":
        said = 'a list is written ["one", "two"]'
    return f"The recipe's setting {where} does not fit: {said}; {first['input']!r} came."
