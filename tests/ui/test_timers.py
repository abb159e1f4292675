"""What rests is acted on once."""

from __future__ import annotations

from PyQt5.QtCore import QObject

from medsam.ui.timers import single_shot


def test_many_starts_are_one_act(qtbot):
    acts, parent = [], QObject()
    timer = single_shot(parent, lambda: acts.append(timer.isActive()))
    for _ in range(3):
        timer.start()
    assert not acts
    qtbot.waitUntil(lambda: bool(acts))
    assert acts == [False]
    timer.start()
    qtbot.waitUntil(lambda: len(acts) == 2)
