"""The kinds of names and numbers that settings are: what lies outside is refused as a recipe is read."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

Name = Annotated[str, Field(pattern=r"^[^/\\]+$")]
Count = Annotated[int, Field(ge=1)]
Whole = Annotated[int, Field(ge=0)]
Finite = Annotated[float, Field(allow_inf_nan=False)]
Amount = Annotated[float, Field(ge=0, allow_inf_nan=False)]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
Kept = Annotated[float, Field(ge=0, lt=1)]


def _ordered(limits: tuple[float, float]) -> tuple[float, float]:
    if limits[0] > limits[1]:
        raise ValueError("the lower limit stands first")
    return limits


Limits = Annotated[tuple[Positive, Positive], AfterValidator(_ordered)]
