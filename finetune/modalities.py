"""The kinds of pictures the program is made for, a row each.

A new modality is one more row. ``key`` is what ``cases.csv`` says.
"""

from __future__ import annotations

from dataclasses import dataclass

from medsam.errors import InputError


@dataclass(frozen=True, slots=True)
class Modality:
    """One kind of picture.

    Attributes:
        key: Name in ``cases.csv`` and in reports' data.
        title: Name in tables.
        color: Whether its colours carry meaning (else colour is a display's).
        mirrored: Whether a mirrored or turned picture is still plausible.
    """

    key: str
    title: str
    color: bool = False
    mirrored: bool = True


MODALITIES: dict[str, Modality] = {
    row.key: row
    for row in (
        Modality("ct", "CT"),
        Modality("mri", "MRI"),
        Modality("pet", "PET"),
        Modality("xray", "X-ray"),
        Modality("mammography", "Mammography"),
        Modality("ultrasound", "Ultrasound", mirrored=False),
        Modality("oct", "OCT", mirrored=False),
        Modality("fundus", "Fundus", color=True),
        Modality("dermoscopy", "Dermoscopy", color=True),
        Modality("endoscopy", "Endoscopy", color=True),
        Modality("pathology", "Pathology", color=True),
    )
}


def modality(key: str) -> Modality:
    """The row of a modality.

    Raises:
        InputError: If there is none of that name.
    """
    try:
        return MODALITIES[key]
    except KeyError:
        known = ", ".join(MODALITIES)
        raise InputError(
            f'A case\'s modality is one of {known}; "{key}" came. Correct it in cases.csv.'
        ) from None
