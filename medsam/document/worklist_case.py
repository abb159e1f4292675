"""One case of a worklist, and what is said of all of them. Plain data."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timezone
from enum import Enum
from pathlib import Path
from typing import Any

Key = tuple[str, str]
"""What tells cases apart: the stored path of the image, and the series in it ("" for its only one)."""

_DOUBLE = (".nii.gz", ".img.gz", ".nrrd.gz", ".mha.gz")
_PLAIN = (".nii", ".nrrd", ".nhdr", ".mha", ".mhd", ".hdr", ".img", ".dcm", ".ima", ".gif", ".bmp")
_IMAGE_SUFFIXES = (*_DOUBLE, *_PLAIN, ".png", ".jpg", ".jpeg", ".tif", ".tiff")

LEAST_TIMED = 3
"""Finished cases with a time that an estimate needs."""


class CaseState(str, Enum):
    """How far a case is."""

    NOT_STARTED = "not started"
    IN_PROGRESS = "in progress"
    DONE = "done"
    FLAGGED = "flagged"


OPEN_STATES = (CaseState.NOT_STARTED, CaseState.IN_PROGRESS)
"""What "next unfinished" stops at: a flagged case waits for somebody's word."""


@dataclass(frozen=True)
class WorkCase:
    """One case.

    Attributes:
        image: File or DICOM folder, relative to the list's root with forward
            slashes, or absolute.
        mask: Where its mask lies or will lie; "" for the usual place beside the image.
        series: UID of the DICOM series where a folder holds several.
        state: How far it is.
        note: Why it is flagged, or anything else to remember.
        seconds: Worked on it in all.
        opened: When it was opened last, ISO 8601 in UTC; "" for never.
        changed: When state, note or mask were said last, as ``opened``.
        labels: Names of label values that a table gives: "1=liver;2=kidney".
        modality: DICOM's code, as the image said when it was opened; "" for unknown.
        title: What to call the series of a folder with several; "" elsewhere.
    """

    image: str
    mask: str = ""
    series: str = ""
    state: CaseState = CaseState.NOT_STARTED
    note: str = ""
    seconds: float = 0.0
    opened: str = ""
    changed: str = ""
    labels: str = ""
    modality: str = ""
    title: str = ""

    @property
    def key(self) -> Key:
        """What tells it apart."""
        return self.image, self.series


@dataclass(frozen=True)
class Presence:
    """What of a case lies on the disk.

    Attributes:
        image: Whether the image is there.
        mask: Whether its mask is.
        problem: Why the image could not be opened, once that was tried; "" else.
    """

    image: bool = True
    mask: bool = False
    problem: str = ""


@dataclass(frozen=True)
class Totals:
    """How far the whole list is.

    Attributes:
        count: Cases, the missing ones left out.
        by_state: How many of each state.
        seconds: Worked in all.
        seconds_left: For what is not finished, by the finished cases' median;
            None until ``LEAST_TIMED`` of them have a time.
    """

    count: int
    by_state: Mapping[CaseState, int]
    seconds: float
    seconds_left: float | None

    @property
    def done(self) -> int:
        """Finished cases."""
        return self.by_state[CaseState.DONE]

    @property
    def flagged(self) -> int:
        """Flagged cases."""
        return self.by_state[CaseState.FLAGGED]


@dataclass
class Changes:
    """What one window says that the stored list may not know yet.

    Attributes:
        cases: Every case it knows, in order.
        said: Keys of those whose state, note, mask or opening it changed.
        seconds: Worked since the last save, by key.
        labels: The label table to carry on with, as JSON; None where unchanged.
    """

    cases: tuple[WorkCase, ...] = ()
    said: frozenset[Key] = frozenset()
    seconds: dict[Key, float] = field(default_factory=dict)
    labels: list[dict[str, Any]] | None = None

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to store but the order of cases."""
        return not self.said and not self.seconds and self.labels is None


def stem_and_suffix(name: str) -> tuple[str, str]:
    """A file's name without its extension, which may be a double one, and the extension."""
    lower = name.lower()
    double = next((d for d in _DOUBLE if lower.endswith(d)), None)
    cut = len(double) if double else len(Path(name).suffix)
    return (name[:-cut], name[-cut:]) if cut else (name, "")


def without_suffix(name: str) -> str:
    """A name without the extension of an image; of a folder with dots in its name nothing is cut."""
    stem, suffix = stem_and_suffix(name)
    return stem if suffix.lower() in _IMAGE_SUFFIXES else name


def utc_now() -> str:
    """This moment, ISO 8601 in UTC to the microsecond, so that texts compare as times do."""
    return datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def stored_path(path: Path, root: Path) -> str:
    """A path as a list stores it: relative to ``root`` where it lies below, with forward slashes."""
    try:
        return path.relative_to(root).as_posix()
    except ValueError:
        return path.as_posix()


def path_of(stored: str, root: Path) -> Path:
    """The path that a list stores; ``..`` is taken out."""
    return Path(os.path.normpath(root / stored))
