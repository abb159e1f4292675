"""The table of modalities, and how values become 8 bit."""

from __future__ import annotations

import numpy as np
import pytest

from finetune.data.modalities import MODALITIES, chosen_window, modality
from medsam.errors import InputError
from medsam.intensity import CT_PRESETS, EIGHT_BIT, default_window
from medsam.volume import Volume, picture_affine


def test_eleven_modalities_whose_windows_can_be_chosen() -> None:
    assert len(MODALITIES) == 11
    volume = Volume(np.arange(24, dtype=np.int16).reshape(2, 3, 4), np.eye(4))
    for key, row in MODALITIES.items():
        assert modality(key) is row
        assert row.key == key
        assert chosen_window(volume, row.window) == default_window(volume)
    with pytest.raises(InputError, match="ct, mri"):
        modality("thermography")


def test_windows_of_every_kind() -> None:
    scan = Volume(np.arange(24, dtype=np.int16).reshape(2, 3, 4), np.eye(4), modality="CT")
    grey = Volume(np.zeros((4, 4, 1), np.uint8), picture_affine(), is_picture=True)
    colour = Volume(np.zeros((4, 4, 1, 3), np.uint8), picture_affine(), is_picture=True)
    assert chosen_window(scan, "default") == CT_PRESETS["soft tissue"]
    assert chosen_window(scan, "lung") == CT_PRESETS["lung"]
    assert chosen_window(grey, "as is") == EIGHT_BIT
    assert chosen_window(colour, "lung") is None
    with pytest.raises(InputError, match="int16"):
        chosen_window(scan, "as is")
    with pytest.raises(InputError, match="level/width"):
        chosen_window(scan, "liver")
