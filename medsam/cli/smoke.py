"""One small segmentation whose truth is known: the sample CT, one organ, the embedded model."""

from __future__ import annotations

import time
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from medsam.cli.checks import FAIL, OK, Check, one_line
from medsam.cli.predict import load_predictor, slice_picture
from medsam.errors import MedSAMError
from medsam.intensity import default_window
from medsam.io.torso import LABELS, torso_with_labels
from medsam.prompts import Box, Prompts
from medsam.volume import Volume, stored_slice
from pretrain.catalogue import DEFAULT

LEAST_DICE = 0.75
"""A working network is far above it on a smooth bright organ; an untrained one far below."""

_AXIS = 2
_ORGAN = "left kidney"
_MARGIN = 2.0


@dataclass(frozen=True)
class Case:
    """An image, a box around one organ on one slice, and the organ itself.

    Attributes:
        volume: The sample CT.
        index: Slice along the third array axis.
        box: A little larger than the organ, in the stored picture.
        truth: (H, W) bool, the organ on that slice's stored picture.
        name: Of the organ.
    """

    volume: Volume
    index: int
    box: Box
    truth: npt.NDArray[np.bool_]
    name: str


def sample_case() -> Case:
    """The slice of the sample on which the organ is largest."""
    volume, labels = torso_with_labels()
    organ = labels == next(key for key, name in LABELS.items() if name == _ORGAN)
    index = int(organ.sum(axis=(0, 1)).argmax())
    truth = np.ascontiguousarray(stored_slice(organ, _AXIS, index))
    tight = Box.from_mask(truth)
    box = Box(tight.x0 - _MARGIN, tight.y0 - _MARGIN, tight.x1 + _MARGIN, tight.y1 + _MARGIN)
    return Case(volume, index, box, truth, _ORGAN)


def segment(case: Case, model: str = DEFAULT, device: str = "auto") -> npt.NDArray[np.bool_]:
    """The mask of a case's box: (H, W) bool.

    Raises:
        ModelError: If the model cannot be loaded or takes no boxes.
    """
    predictor = load_predictor(model, device)
    predictor.set_image(slice_picture(case.volume, case.index, default_window(case.volume)))
    return predictor.predict(Prompts(box=case.box)).masks[0]


def dice(a: npt.NDArray[np.bool_], b: npt.NDArray[np.bool_]) -> float:
    """Twice the overlap over the sum of the areas; 1 for two empty masks."""
    total = int(a.sum()) + int(b.sum())
    return 2 * int((a & b).sum()) / total if total else 1.0


def check_segmentation(model: str = DEFAULT) -> Iterator[Check]:
    """Segment the sample and compare with the truth."""
    name = "segmentation"
    started = time.monotonic()
    try:
        case = sample_case()
        mask = segment(case, model)
    except MedSAMError as error:
        yield Check(name, FAIL, one_line(error), "See the weights above.")
        return
    score = dice(mask, case.truth)
    found = f"{model} on the {case.name} of the sample: Dice {score:.3f}, {time.monotonic() - started:.1f} s"
    if score < LEAST_DICE:
        yield Check(
            name,
            FAIL,
            f"{found}; at least {LEAST_DICE} is expected.",
            "Fetch the weights again; if it stays so, try --device cpu and report it.",
        )
    else:
        yield Check(name, OK, found)
