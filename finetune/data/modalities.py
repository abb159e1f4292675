"""The kinds of pictures the program is made for, a row each.

A new modality is one more row. ``key`` is what ``cases.csv`` and declarations say.

Readers need no row: ``medsam.io`` tells a file by its content. Nor do
percentiles: ``medsam.intensity.default_window`` holds them, so that a network
is trained on what the program shows.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from medsam.errors import InputError
from medsam.intensity import EIGHT_BIT, Window, default_window
from medsam.volume import Volume


@dataclass(frozen=True, slots=True)
class Modality:
    """One kind of picture.

    Attributes:
        key: Name in ``cases.csv`` and in reports' data.
        title: Name in tables.
        color: Whether its colours carry meaning (else colour is a display's).
        mirrored: Whether a mirrored or turned picture is still plausible.
        objects: What an object is where neither a data set nor the settings
            say: "component": each connected part of a label on a slice;
            "label": all of it, for structures of which there is one and that
            a slice or an artefact may cut into parts.
        window: How raw values become 8 bit: "default" as the program shows
            the volume, "as is" (values must be 8 bit), a CT preset or
            "level/width". A data set's declaration may say otherwise.
    """

    key: str
    title: str
    color: bool = False
    mirrored: bool = True
    objects: Literal["component", "label"] = "component"
    window: str = "default"


MODALITIES: dict[str, Modality] = {
    row.key: row
    for row in (
        Modality("ct", "CT"),
        Modality("mri", "MRI"),
        Modality("pet", "PET"),
        Modality("xray", "X-ray", objects="label"),
        Modality("mammography", "Mammography"),
        Modality("ultrasound", "Ultrasound", mirrored=False),
        Modality("oct", "OCT", mirrored=False, objects="label"),
        Modality("fundus", "Fundus", color=True),
        Modality("dermoscopy", "Dermoscopy", color=True),
        Modality("endoscopy", "Endoscopy", color=True),
        Modality("pathology", "Pathology", color=True),
    )
}


DICOM_CODES: dict[str, str] = {
    "CT": "ct",
    "MR": "mri",
    "PT": "pet",
    "NM": "pet",
    "US": "ultrasound",
    "IVUS": "ultrasound",
    "DX": "xray",
    "CR": "xray",
    "RG": "xray",
    "XA": "xray",
    "RF": "xray",
    "MG": "mammography",
    "OPT": "oct",
    "OP": "fundus",
    "ES": "endoscopy",
    "SM": "pathology",
    "GM": "pathology",
    "XC": "dermoscopy",
}
"""DICOM's code of a modality to the row's key."""


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
            f'A case\'s modality is one of {known}; "{key}" came. Correct it in cases.csv or the declaration.'
        ) from None


def chosen_window(volume: Volume, rule: str) -> Window | None:
    """The window that a modality's or declaration's rule means for a volume; None for colour.

    Raises:
        InputError: If the rule is no window, or asks for 8-bit values "as is" where there are none.
    """
    if volume.is_rgb:
        return None
    if rule == "default":
        return default_window(volume)
    if rule == "as is":
        if volume.array.dtype != "uint8":
            raise InputError(
                f'The window "as is" is for 8-bit pictures; {volume.name} holds {volume.array.dtype} values.'
                ' Take "default", or level/width.'
            )
        return EIGHT_BIT
    return Window.from_text(rule)
