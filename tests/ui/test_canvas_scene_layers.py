"""The scene as an image, down to its last column."""

from __future__ import annotations

import numpy as np
import pytest
from PyQt5.QtCore import QRect

from medsam.ui.canvas.overlays import BACKGROUND
from medsam.ui.canvas.scene_layers import SceneLayers
from medsam.ui.canvas.transform import ViewTransform
from tests.ui.canvas_helpers import array_of


@pytest.mark.parametrize("ratio", [1.0, 1.25, 1.5, 1.75])
def test_every_pixel_of_a_fractional_screen_is_painted(qapp, monkeypatch, ratio):
    import medsam.ui.canvas.scene_layers as module

    class Dirty(module.QImage):
        """Memory comes as it is; here it is never black by chance."""

        def __init__(self, *arguments):
            super().__init__(*arguments)
            super().fill(0xFF00FF00)

    monkeypatch.setattr(module, "QImage", Dirty)
    size = (333, 211)
    image = SceneLayers().image(
        QRect(0, 0, *size), ratio, ViewTransform.fitted((9, 9), (1.0, 1.0), size), None
    )
    background = [BACKGROUND.red(), BACKGROUND.green(), BACKGROUND.blue()]
    np.testing.assert_array_equal(np.unique(array_of(image).reshape(-1, 3), axis=0), [background])
