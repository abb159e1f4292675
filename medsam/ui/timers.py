"""Timers that wait until something rests, or until the window has time."""

from __future__ import annotations

from collections.abc import Callable

from PyQt5.QtCore import QObject, QTimer


def single_shot(parent: QObject, act: Callable[[], object], milliseconds: int = 0) -> QTimer:
    """A timer that acts once, ``milliseconds`` after the last ``start()``; at 0, once nothing else is due."""
    timer = QTimer(parent)
    timer.setSingleShot(True)
    timer.setInterval(milliseconds)
    timer.timeout.connect(act)
    return timer
