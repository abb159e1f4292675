"""How far an adaptation is, told as one way from 0 to 1."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

Say = Callable[[dict[str, Any]], None]

_TELL_SECONDS = 0.3
_STAGES = {"read": 0.0, "measure": 0.08, "encode": 0.15, "train": 0.3, "check": 0.92, "save": 0.98, "": 1.0}
"""Where each stage begins on the way from 0 to 1."""


class Stages:
    """Tells of the stages as events, not more often than anybody reads."""

    def __init__(self, say: Say) -> None:
        """Begin before the first stage."""
        self._say = say
        self._stage, self._since, self._told, self._fraction = "", 0.0, 0.0, 0.0
        self._begun = time.monotonic()

    @property
    def seconds(self) -> float:
        """Since the present stage began."""
        return time.monotonic() - self._since

    def tell(
        self,
        stage: str,
        share: float,
        done: int = 0,
        total: int = 0,
        *,
        left: float | None = None,
        at_once: bool = False,
    ) -> None:
        """Say how far it is; the whole never goes back.

        Args:
            stage: Of ``read``, ``measure``, ``encode``, ``train``, ``check`` and ``save``.
            share: Of the stage, 0 to 1.
            done, total: What is counted in it; 0 if nothing is.
            left: Seconds to the end, if that can be said.
            at_once: Say it even if something was said a moment ago, as a new stage is.
        """
        now = time.monotonic()
        if stage != self._stage:
            self._stage, self._since, at_once = stage, now, True
        if not at_once and now - self._told < _TELL_SECONDS:
            return
        self._told = now
        self._fraction = max(self._fraction, self._share_done(stage, share, left))
        self._say(
            {
                "event": "progress",
                "stage": stage,
                "fraction": round(self._fraction, 4),
                "done": done,
                "total": total,
                "seconds_left": None if left is None else round(left, 1),
            }
        )

    def _share_done(self, stage: str, share: float, left: float | None) -> float:
        """Of the whole: of its time where that can be said, as the minutes left are, else of its stages."""
        if left is not None:
            passed = time.monotonic() - self._begun
            return passed / max(passed + left, 1e-3)
        names = list(_STAGES)
        begin, end = _STAGES[stage], _STAGES[names[names.index(stage) + 1]]
        return begin + (end - begin) * min(max(share, 0.0), 1.0)
