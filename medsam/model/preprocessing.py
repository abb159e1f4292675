"""What a network expects of its input: data that travels with the weights.

Only the description lives here, free of torch; ``medsam.inference.transforms``
carries it out.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from medsam.errors import ModelError

KINDS = ("medsam", "sam", "lite", "zoom")


@dataclass(frozen=True)
class Preprocessing:
    """How an 8-bit slice picture becomes a network's input.

    Attributes:
        kind: "medsam": straight cubic resize, min–max to [0, 1]. "sam":
            longest side, SAM's mean and deviation, zero padding. "lite":
            longest side, zero padding, min–max. "zoom": crops around prompts.
        size: Side of the network's square input in pixels.
        version: Raised whenever the numbers change; part of every cache key.
    """

    kind: str
    size: int
    version: int = 1

    def __post_init__(self) -> None:
        if self.kind not in KINDS or self.size < 1:
            raise ModelError(
                f"Preprocessing is one of {', '.join(KINDS)} with a size above zero;"
                f" {self.kind}, {self.size} came."
            )

    def to_dict(self) -> dict[str, Any]:
        """Plain values, for a checkpoint's metadata."""
        return {"kind": self.kind, "size": self.size, "version": self.version}

    @classmethod
    def from_dict(cls, values: Mapping[str, Any]) -> Preprocessing:
        """The counterpart of ``to_dict``.

        Raises:
            ModelError: If a value is missing or wrong.
        """
        try:
            return cls(str(values["kind"]), int(values["size"]), int(values.get("version", 1)))
        except (KeyError, TypeError, ValueError) as error:
            raise ModelError(f"The preprocessing in the file of weights is not readable: {error}.") from None


PREPROCESSING: dict[str, Preprocessing] = {
    "medsam": Preprocessing("medsam", 1024),
    "sam": Preprocessing("sam", 1024),
    "lite": Preprocessing("lite", 256),
    "zoom": Preprocessing("zoom", 128),
}
"""The published networks' preprocessing by kind."""
