"""Where the open case's mask is saved: never over what somebody else wrote, nor over what cannot be read."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from PyQt5.QtCore import QObject

from medsam.ui.controllers.worklist_read import Files, Request, free_name, stamp_of, target_of
from medsam.volume import Volume


class MaskPlace(QObject):
    """The file of the open case's mask.

    Args:
        warn: Says a sentence.

    Attributes:
        path: Where to save; None while no case of the list is open.
    """

    def __init__(self, warn: Callable[[str], None], parent: QObject) -> None:
        super().__init__(parent)
        self._warn = warn
        self.path: Path | None = None
        self._known: tuple[Any, ...] = ()

    def begin(self, request: Request, volume: Volume, read: Files | None) -> Path:
        """A case is open now: where its mask goes.

        Args:
            request: Of the case.
            volume: Its image.
            read: What its files held; None where they were not read for the list.
        """
        problem = read.problem if read is not None else ""
        self.path = target_of(request, volume, problem)
        if problem and request.mask is not None:
            text = self.tr("{0} What you draw is saved as {1}; {2} is not touched.")
            self._warn(text.format(problem, self.path.name, request.mask.name))
        stamps = read.stamp if read is not None else (stamp_of(self.path),)
        self._known = next((s for s in stamps if s[0] == str(self.path)), ())
        return self.path

    def forget(self) -> None:
        """No case of the list is open."""
        self.path, self._known = None, ()

    def safe(self) -> Path | None:
        """Where to save now; another name if somebody else wrote the file since the case was opened."""
        before = self.path
        if before is not None and before.is_file() and stamp_of(before) != self._known:
            self.path = free_name(before)
            text = self.tr("{0} was written by somebody else meanwhile; yours is saved as {1}.")
            self._warn(text.format(before.name, self.path.name))
        return self.path

    def saved(self, path: Path) -> None:
        """The mask was written here."""
        self.path, self._known = path, stamp_of(path)

    def hand_over(self) -> tuple[Path | None, tuple[Any, ...]]:
        """What another window needs to go on."""
        return self.path, self._known

    def take_over(self, state: tuple[Path | None, tuple[Any, ...]]) -> None:
        """Go on for the window before."""
        self.path, self._known = state
