"""The kinds of synthetic pictures, a row each."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from finetune.synthetic import ct, fundus, mammography, mri, oct, pet, shapes, ultrasound, xray
from finetune.synthetic.sample import Rng, Sample
from medsam.errors import InputError

KINDS: dict[str, Callable[[Rng], Sample]] = {
    "oct": oct.make,
    "mammography": mammography.make,
    "pet": pet.make,
    "ct": ct.make,
    "mri": mri.make,
    "xray": xray.make,
    "ultrasound": ultrasound.make,
    "fundus": fundus.make,
    "shapes": shapes.make,
}
"""What makes one picture of each kind; data sets are called ``synthetic_<kind>``."""


def chosen_kinds(only: Sequence[str] | None) -> list[str]:
    """All kinds, or those named, each once.

    Raises:
        InputError: If a name is none of a kind, or none is named.
    """
    if only is None:
        return list(KINDS)
    known = ", ".join(KINDS)
    names = [name for name in (n.strip() for n in only) if name]
    odd = next((name for name in names if name not in KINDS), None)
    if odd is not None or not names:
        came = f'"{odd}"' if names else "none"
        raise InputError(f"Synthetic pictures are of the kinds {known}; {came} came. Correct --only.")
    return list(dict.fromkeys(names))
