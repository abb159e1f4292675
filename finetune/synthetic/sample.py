"""What a kind of synthetic picture makes: a picture and its label maps."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.floating]
Bools = npt.NDArray[np.bool_]
Bytes = npt.NDArray[np.uint8]
Rng = np.random.Generator


@dataclass(frozen=True)
class LabelMap:
    """One label file of a picture.

    Attributes:
        labels: (H, W) uint8, 0 = background.
        names: What the values above 0 mean.
    """

    labels: Bytes
    names: dict[int, str]


@dataclass(frozen=True)
class Sample:
    """One synthetic case.

    Attributes:
        picture: (H, W) or (H, W, 3) uint8, as a program shows it.
        maps: Label maps; several where structures lie within each other.
        modality: Key of ``finetune.data.modalities``.
    """

    picture: Bytes
    maps: list[LabelMap]
    modality: str
