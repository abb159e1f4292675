"""Images to try the program on without having any: one made up, some that libraries bring along.

Nothing is downloaded: only files that lie in the installed packages are
listed.
"""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from medsam.errors import InputError
from medsam.io.registry import read_volume
from medsam.io.torso import LABELS, torso_ct, torso_labels
from medsam.volume import Volume


@dataclass(frozen=True)
class Sample:
    """One sample.

    Attributes:
        id: For ``load_sample``.
        title: For a menu.
        kind: "volume" or "picture".
        licence: Where it comes from and under which terms, as a sentence.
    """

    id: str
    title: str
    kind: str
    licence: str


_PYDICOM = "Test file of pydicom, shipped with it under the MIT licence."
_TORSO = Sample("torso", "Abdominal CT (made up)", "volume", "Made by this program; no patient; free to use.")
_FILES: tuple[tuple[str, str, Sample], ...] = (
    (
        "skimage",
        "data/retina.jpg",
        Sample(
            "retina",
            "Fundus photograph",
            "picture",
            "M. Häggström, Wikimedia Commons, CC0 1.0; shipped with scikit-image.",
        ),
    ),
    (
        "skimage",
        "data/ihc.png",
        Sample(
            "ihc",
            "Colon glands, immunohistochemistry",
            "picture",
            "Center for Microscopy and Molecular Imaging, no known copyright restrictions; shipped with"
            " scikit-image.",
        ),
    ),
    (
        "skimage",
        "data/microaneurysms.png",
        Sample(
            "microaneurysms",
            "Retina with microaneurysms, detail",
            "picture",
            "High-Resolution Fundus database, CC0 by A. Maier; shipped with scikit-image.",
        ),
    ),
    (
        "skimage",
        "data/cell.png",
        Sample(
            "cell",
            "Cell, quantitative phase",
            "picture",
            "P. Müller et al. 2018, CC0; shipped with scikit-image.",
        ),
    ),
    (
        "pydicom",
        "data/test_files/CT_small.dcm",
        Sample("ct_small", "CT slice, 128 x 128", "volume", _PYDICOM),
    ),
    ("pydicom", "data/test_files/MR_small.dcm", Sample("mr_small", "MR slice, 64 x 64", "volume", _PYDICOM)),
    (
        "pydicom",
        "data/test_files/examples_overlay.dcm",
        Sample("mr_slice", "MR slice, 300 x 484", "volume", _PYDICOM),
    ),
    (
        "pydicom",
        "data/test_files/examples_ybr_color.dcm",
        Sample("us_cine", "Ultrasound, 30 frames", "picture", _PYDICOM),
    ),
)


def list_samples() -> list[Sample]:
    """The samples that are there: the made-up CT first."""
    return [_TORSO, *(sample for package, file, sample in _FILES if _locate(package, file) is not None)]


def load_sample(sample_id: str) -> Volume:
    """Make or read one.

    Raises:
        InputError: If there is none of that name.
    """
    if sample_id == _TORSO.id:
        return torso_ct()
    for package, file, sample in _FILES:
        path = _locate(package, file)
        if sample.id == sample_id and path is not None:
            # As a list, so that a DICOM file's neighbours are left alone.
            return replace(read_volume([path]), name=sample.title)
    known = ", ".join(s.id for s in list_samples())
    raise InputError(f"A sample is one of {known}; {sample_id} came.")


def load_sample_labels(sample_id: str) -> tuple[npt.NDArray[np.uint16], dict[int, str]]:
    """The true label map of a made-up sample, (I, J, K) uint16, and its names.

    Raises:
        InputError: If the truth of that sample is not known.
    """
    if sample_id != _TORSO.id:
        raise InputError(f"Only {_TORSO.id} comes with its label map; {sample_id} was asked for.")
    return torso_labels(), dict(LABELS)


def _locate(package: str, file: str) -> Path | None:
    """A file of an installed package, without importing the package."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        return None
    path = Path(spec.origin).parent / file
    return path if path.is_file() else None
