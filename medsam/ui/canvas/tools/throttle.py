"""At most one signal a frame while a mouse drags."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyQt5.QtCore import QObject

from medsam.ui.timers import single_shot

FRAME_MS = 16


class FrameThrottle(QObject):
    """Calls ``target`` at once, then at most once a frame, always with the latest arguments."""

    def __init__(self, target: Callable[..., None], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._target = target
        self._waiting: tuple[Any, ...] | None = None
        self._timer = single_shot(self, self._on_frame, FRAME_MS)

    def call(self, *arguments: Any) -> None:
        """Ask for a call."""
        if self._timer.isActive():
            self._waiting = arguments
        else:
            self._timer.start()
            self._target(*arguments)

    def drop(self) -> None:
        """Forget a call that waits."""
        self._waiting = None
        self._timer.stop()

    def _on_frame(self) -> None:
        if self._waiting is not None:
            arguments, self._waiting = self._waiting, None
            self._timer.start()
            self._target(*arguments)
