"""Recipes refuse what they cannot mean, in a sentence that says what came."""

from __future__ import annotations

import pytest

from finetune.config import RECIPES, read_recipe
from medsam.errors import InputError


@pytest.mark.parametrize("name", sorted(path.stem for path in RECIPES.glob("*.toml")))
def test_every_recipe_of_ours_is_within_its_ranges(name: str) -> None:
    assert read_recipe(name).name == name


@pytest.mark.parametrize(
    "setting",
    [
        "name=a/b",
        'name=""',
        "train.accumulate=0",
        "train.batch=-4",
        "train.clip=-1",
        "train.ema=1.0",
        "train.ema=nan",
        "train.rate=inf",
        "train.rate=nan",
        "train.seed=-1",
        "train.steps=0",
        "train.steps=1.5",
        "train.threads=0",
        "train.validate_noise=-1",
        "train.validate_per_source=0",
        "prompts.box_noise=nan",
        "prompts.clicks=-1",
        "prompts.point=2",
        "geometry.flip=3",
        "geometry.scale=[2, 1]",
        "prepare.least_area=-1",
    ],
)
def test_a_number_outside_its_range_is_refused_by_name(setting: str) -> None:
    name, _, value = setting.partition("=")

    with pytest.raises(InputError, match="does not fit") as caught:
        read_recipe("decoder", [setting])

    assert name in str(caught.value)
    assert value.strip('"') in str(caught.value)


def test_an_unknown_setting_and_an_uneven_batch_are_told_apart() -> None:
    with pytest.raises(InputError, match=r"no setting train\.foo"):
        read_recipe("decoder", ["train.foo=3"])

    with pytest.raises(InputError, match=r"together: train\.batch must be a multiple of train\.accumulate"):
        read_recipe("decoder", ["train.accumulate=16"])
