"""Random walks through a list: whatever is drawn in a case is there again, in the window and on the disk."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PyQt5.QtCore import Qt

from medsam.io import read_label_map
from tests.ui.test_worklist import draw, folder, name, open_list, press
from tests.ui.window_support import settle

__all__ = ["folder"]

SHIFT = Qt.ControlModifier | Qt.ShiftModifier
MOVES = ((Qt.Key_PageDown, Qt.ControlModifier), (Qt.Key_PageUp, Qt.ControlModifier))
MOVES += ((Qt.Key_Return, Qt.ControlModifier), (Qt.Key_PageDown, SHIFT))


@pytest.mark.parametrize("seed", [1, 2])
def test_nothing_that_was_drawn_is_ever_missing(new_window, qtbot, folder, seed):
    chance = random.Random(seed)
    window = new_window()
    open_list(window, qtbot, folder)
    drawn: dict[str, np.ndarray] = {}
    for _ in range(30):
        action = chance.choice(("draw", "draw", "undo", "redo", "move", "move", "restart"))
        if action == "draw":
            x, y = chance.randint(2, 20), chance.randint(2, 18)
            draw(window, (x, y, x + chance.randint(8, 16), y + chance.randint(8, 14)))
        elif action in ("undo", "redo"):
            window.actions_[action].trigger()
        elif action == "move":
            press(window, qtbot, *chance.choice(MOVES))
        elif chance.random() < 0.4:
            window.close()
            qtbot.waitUntil(lambda w=window: not w.isVisible(), timeout=10_000)
            window = new_window()
            open_list(window, qtbot, folder)
        settle()
        now = window.session.annotation.label_map
        if action in ("move", "restart"):
            expected = drawn.get(name(window), np.zeros_like(now))
            assert np.array_equal(now, expected), (action, name(window))
        drawn[name(window)] = now.copy()
    press(window, qtbot, Qt.Key_Return)
    geometry = window.session.volume.geometry
    for image, values in drawn.items():
        mask = folder / f"{image.removesuffix('.nii.gz')}_mask.nii.gz"
        if mask.exists() or values.any():
            assert np.array_equal(read_label_map(mask, geometry)[0], values), image
