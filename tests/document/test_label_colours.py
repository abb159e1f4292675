"""The default colours are told apart by every kind of eyes."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from medsam.document.label_table import COLOUR_BLIND_SAFE, default_colour

skimage_color = pytest.importorskip("skimage.color")

# Of linear RGB, for a full loss of one kind of cones: Machado, Oliveira and Fernandes, 2009.
EYES = {
    "normal": np.eye(3),
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
}


def as_seen(colours, eyes):
    """CIELAB of colours as these eyes see them, (N, 3)."""
    encoded = np.asarray(colours, float) / 255
    linear = np.where(encoded <= 0.04045, encoded / 12.92, ((encoded + 0.055) / 1.055) ** 2.4)
    seen = np.clip(linear @ np.asarray(EYES[eyes], float).T, 0, 1)
    back = np.where(seen <= 0.0031308, seen * 12.92, 1.055 * seen ** (1 / 2.4) - 0.055)
    return skimage_color.rgb2lab(back[None])[0]


def least_difference(colours, eyes):
    """The smallest CIEDE2000 between any two."""
    lab = as_seen(colours, eyes)
    a, b = (np.array([lab[pair[n]] for pair in combinations(range(len(lab)), 2)]) for n in (0, 1))
    return float(skimage_color.deltaE_ciede2000(a, b).min())


@pytest.mark.parametrize("eyes", list(EYES))
def test_all_twenty_differ_for_all_eyes(eyes):
    assert len(COLOUR_BLIND_SAFE) == 20
    assert least_difference(COLOUR_BLIND_SAFE, eyes) > 9
    assert least_difference(COLOUR_BLIND_SAFE[:14], eyes) > 11


def test_none_is_a_grey_that_a_scan_could_have():
    lab = as_seen(COLOUR_BLIND_SAFE, "normal")
    assert (np.hypot(lab[:, 1], lab[:, 2]) > 20).all()


def test_the_list_goes_on_without_end():
    assert default_colour(1) == (230, 159, 0)
    assert len({default_colour(n) for n in range(1, 61)}) == 60
