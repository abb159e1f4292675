"""The worklist: many cases, how far each is, and what comes next. Qt-free, torch-free.

A worklist is a folder or a CSV table of images. ``worklist_pairs`` makes cases
of a folder's images, ``worklist_table`` of a table's rows, ``worklist_file``
stores states and times; this module holds them in memory for one window.
"""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from statistics import median
from typing import Any

from medsam.document.worklist_case import (
    LEAST_TIMED,
    OPEN_STATES,
    CaseState,
    Changes,
    Key,
    Presence,
    Totals,
    WorkCase,
    path_of,
    stem_and_suffix,
    stored_path,
    utc_now,
    without_suffix,
)
from medsam.errors import InputError

__all__ = [
    "LEAST_TIMED",
    "OPEN_STATES",
    "CaseState",
    "Changes",
    "Key",
    "Presence",
    "Totals",
    "WorkCase",
    "Worklist",
    "path_of",
    "require_own_masks",
    "stem_and_suffix",
    "stored_path",
    "survey",
    "utc_now",
    "without_suffix",
]


def require_own_masks(cases: Iterable[WorkCase], root: Path) -> None:
    """Refuse a list in which saving one case would write over another, or over an image.

    Raises:
        InputError: Naming the two.
    """
    cases = tuple(cases)
    images = {os.path.normcase(path_of(c.image, root)): c for c in cases}
    masks: dict[str, WorkCase] = {}
    for case in (c for c in cases if c.mask):
        place = os.path.normcase(path_of(case.mask, root))
        other = images.get(place) or masks.setdefault(place, case)
        if other is not case or place in images:
            raise InputError(
                f"Every case has a mask of its own, which is no image of the list; {Path(case.mask).name} of"
                f" {Path(case.image).name} belongs to {Path(other.image).name}, too. Correct the list."
            )


def _without_suffix(image: str) -> Path:
    path = Path(image)
    return path.with_name(without_suffix(path.name)) if path.name else path


class Worklist:
    """The cases that one window works through.

    Args:
        root: Folder that stored paths are relative to.
        cases: In the order in which they are shown and walked.
        now: The clock, as ``utc_now``.

    Raises:
        InputError: If two cases are the same, or share a mask.
    """

    def __init__(self, root: Path, cases: Iterable[WorkCase], now: Callable[[], str] = utc_now) -> None:
        self.root, self._now = root, now
        self._cases: dict[Key, WorkCase] = {}
        for case in cases:
            if case.key in self._cases:
                raise InputError(f"A case stands once in a list; {Path(case.image).name} stands in it twice.")
            self._cases[case.key] = case
        require_own_masks(self._cases.values(), root)
        self._namesakes: dict[Path, list[Key]] = {}
        for case in self._cases.values():
            self._namesakes.setdefault(_without_suffix(case.image), []).append(case.key)
        self._is_flat = len({Path(c.image).parent for c in self._cases.values()}) == 1
        self._presence: dict[Key, Presence] = {}
        self._said: set[Key] = set()
        self._seconds: dict[Key, float] = {}
        self.labels: list[dict[str, Any]] = []
        self._labels_said = False

    def __len__(self) -> int:
        return len(self._cases)

    def __contains__(self, key: object) -> bool:
        return key in self._cases

    def __getitem__(self, key: Key) -> WorkCase:
        return self._cases[key]

    @property
    def cases(self) -> tuple[WorkCase, ...]:
        """All, in order."""
        return tuple(self._cases.values())

    @property
    def keys(self) -> tuple[Key, ...]:
        """Of all, in order."""
        return tuple(self._cases)

    def image(self, key: Key) -> Path:
        """Where a case's image lies."""
        return path_of(self._cases[key].image, self.root)

    def mask(self, key: Key) -> Path | None:
        """Where a case's mask lies or will lie; None where nobody said."""
        stored = self._cases[key].mask
        return path_of(stored, self.root) if stored else None

    def name(self, key: Key) -> str:
        """What to call a case: its file's name, with the folders in which the cases differ."""
        case = self._cases[key]
        parts = Path(case.image).parts or (self.root.name,)
        if Path(case.image).is_absolute():
            name = "/".join(parts[-2:])
        else:
            name = parts[-1] if self._is_flat else "/".join(parts)
        return f"{name} · {case.title}" if case.title else name

    def namesakes(self, key: Key) -> tuple[Key, ...]:
        """Cases of one folder whose images differ in their extension or series only, in order; ``key`` too.

        Their masks would lie in the same place beside them.
        """
        return tuple(self._namesakes.get(_without_suffix(key[0]), ()))

    def find(self, image: Path, series: str = "") -> Key | None:
        """The case of an image, if it is one; the only series' where none is named."""
        wanted = os.path.normcase(os.path.normpath(image))
        found = [k for k in self._cases if os.path.normcase(self.image(k)) == wanted]
        exact = [k for k in found if k[1] == series]
        if exact:
            return exact[0]
        return found[0] if len(found) == 1 else None

    # --- what lies on the disk ----------------------------------------------------

    def presence(self, key: Key) -> Presence:
        """What of a case lies on the disk, as it was looked at last."""
        return self._presence.get(key, Presence())

    def is_missing(self, key: Key) -> bool:
        """Whether a case's image was not there."""
        return not self.presence(key).image

    def set_presence(self, found: Mapping[Key, Presence]) -> None:
        """Take what ``survey`` found."""
        self._presence.update(found)

    def set_problem(self, key: Key, problem: str) -> None:
        """A case's image could not be opened; "next unfinished" leaves it out from now on."""
        self._presence[key] = dataclasses.replace(self.presence(key), problem=problem)

    # --- saying something about a case ----------------------------------------------

    def set_state(self, key: Key, state: CaseState, note: str | None = None) -> None:
        """Say how far a case is; ``note`` None leaves its note."""
        before = self._cases[key]
        text = before.note if note is None else note.strip()
        if (before.state, before.note) != (state, text):
            self._say(key, state=state, note=text, changed=self._now())

    def set_mask(self, key: Key, mask: Path) -> None:
        """Say where a case's mask lies; it is there now.

        Raises:
            InputError: If that file is another case's mask or an image of the list.
        """
        changed = dataclasses.replace(self._cases[key], mask=stored_path(mask, self.root))
        require_own_masks([changed if k == key else c for k, c in self._cases.items()], self.root)
        if changed != self._cases[key]:
            self._say(key, mask=changed.mask, changed=self._now())
        self._presence[key] = dataclasses.replace(self.presence(key), mask=True)

    def mark_opened(self, key: Key, modality: str = "") -> None:
        """A case is in front of the user now; its image says of which modality it is."""
        self._say(key, opened=self._now(), modality=modality or self._cases[key].modality)

    def add_seconds(self, key: Key, seconds: float) -> None:
        """Time was worked on a case."""
        if seconds > 0:
            case = self._cases[key]
            self._cases[key] = dataclasses.replace(case, seconds=case.seconds + seconds)
            self._seconds[key] = self._seconds.get(key, 0.0) + seconds

    def set_labels(self, labels: list[dict[str, Any]]) -> None:
        """The label table, as JSON, that a case without a mask begins with."""
        if labels != self.labels:
            self.labels, self._labels_said = labels, True

    def _say(self, key: Key, **what: Any) -> None:
        self._cases[key] = dataclasses.replace(self._cases[key], **what)
        self._said.add(key)

    # --- walking ---------------------------------------------------------------------

    def step(
        self, key: Key | None, by: int, wanted: Callable[[WorkCase], bool] = lambda case: True
    ) -> Key | None:
        """The next case (``by`` 1) or the one before (-1) whose image is there; None at the end.

        Args:
            key: Where to start; None for before the first (or after the last).
            wanted: Which cases count.
        """
        order = self.keys if by > 0 else self.keys[::-1]
        start = order.index(key) + 1 if key in self._cases else 0
        return next((k for k in order[start:] if wanted(self._cases[k]) and not self.is_missing(k)), None)

    def next_open(self, key: Key | None) -> Key | None:
        """The next unfinished case after ``key``, and once round; never ``key`` itself."""
        order = self.keys
        start = order.index(key) + 1 if key in self._cases else 0
        for k in (*order[start:], *order[:start]):
            here = self.presence(k)
            if k != key and self._cases[k].state in OPEN_STATES and here.image and not here.problem:
                return k
        return None

    def first(self) -> Key | None:
        """Where to go on: the unfinished case opened last, else the first unfinished one, else the first."""
        here = [c for c in self.cases if not self.is_missing(c.key)]
        begun = [c for c in here if c.state is CaseState.IN_PROGRESS and c.opened]
        if begun:
            return max(begun, key=lambda c: c.opened).key
        return next((c.key for c in here if c.state in OPEN_STATES), here[0].key if here else None)

    def totals(self) -> Totals:
        """How far the whole list is."""
        here = [c for c in self.cases if not self.is_missing(c.key)]
        by_state = {state: sum(c.state is state for c in here) for state in CaseState}
        timed = [c.seconds for c in here if c.state is CaseState.DONE and c.seconds > 0]
        left = None
        if len(timed) >= LEAST_TIMED:
            usual = median(timed)
            left = sum(max(usual - c.seconds, 0.0) for c in here if c.state in OPEN_STATES)
        return Totals(len(here), by_state, sum(c.seconds for c in here), left)

    # --- storing -----------------------------------------------------------------------

    @property
    def is_saved(self) -> bool:
        """Whether nothing was said since ``take_changes``."""
        return not self._said and not self._seconds and not self._labels_said

    def take_changes(self) -> Changes:
        """What is to be stored; from now on it counts as taken."""
        labels = self.labels if self._labels_said else None
        changes = Changes(self.cases, frozenset(self._said), dict(self._seconds), labels)
        self._said, self._seconds, self._labels_said = set(), {}, False
        return changes

    def put_back(self, changes: Changes) -> None:
        """Storing failed: all of it is to be stored still."""
        self._said |= changes.said
        for key, seconds in changes.seconds.items():
            self._seconds[key] = self._seconds.get(key, 0.0) + seconds
        self._labels_said = self._labels_said or changes.labels is not None

    def adopt(self, stored: Iterable[WorkCase]) -> None:
        """Take what is stored now, with what other windows said; what was said here since stays."""
        for case in stored:
            if case.key in self._said:
                case = dataclasses.replace(self._cases[case.key], seconds=case.seconds)
            more = self._seconds.get(case.key, 0.0)
            self._cases[case.key] = dataclasses.replace(case, seconds=case.seconds + more)


def survey(
    cases: Iterable[WorkCase], root: Path, usual_mask: Callable[[Path], Path | None]
) -> dict[Key, Presence]:
    """Look which images and masks lie on the disk; slow on a network, so not in the window's thread.

    Args:
        cases: Of the list.
        root: That their paths are relative to.
        usual_mask: The mask beside an image, for cases that name none; None if there is none.
    """
    found = {}
    for case in cases:
        image = path_of(case.image, root)
        mask = path_of(case.mask, root).is_file() if case.mask else usual_mask(image) is not None
        found[case.key] = Presence(image.exists(), mask)
    return found
